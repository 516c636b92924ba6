//! A project at a server: shared, joined, carried, and what the server refuses.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tanba::model::change::{Change, Record};
use tanba::model::code::{Code, CodeId};
use tanba::model::document::DocumentId;
use tanba::model::event::Deed;
use tanba::model::memo::{About, Memo};
use tanba::model::time::Time;
use tanba::team::address::Address;
use tanba::team::postgres::Postgres;
use tempfile::TempDir;

use crate::cluster::{self, Cluster};
use crate::harness::{open, program, study};

/// A team: its server's address by TCP, and folders for everybody's settings.
pub struct Team {
    pub owner: String,
    pub port: u16,
    pub address: Address,
    homes: TempDir,
}

impl Team {
    /// A team that has nobody yet but its owner, in a database of its own.
    pub fn new() -> Self {
        Self::at(cluster::shared())
    }

    /// The same at a server of its own.
    pub fn at(cluster: &Cluster) -> Self {
        let address = cluster.database();
        let owner = format!("owner_{}", address.database);
        let sql = format!(
            "CREATE ROLE {owner} LOGIN CREATEROLE PASSWORD 'first-secret'; \
             GRANT CREATE ON DATABASE {} TO {owner}",
            address.database
        );
        Cluster::sql(&address, &sql);
        Self { owner, port: cluster.port(), address, homes: TempDir::new().expect("a folder") }
    }

    /// A coder's name that no other team has.
    pub fn coder(&self, name: &str) -> String {
        format!("{name}_{}", self.address.database)
    }

    /// The address by TCP, where passwords are asked for.
    pub fn tcp(&self) -> String {
        format!("postgres://127.0.0.1:{}/{}?schema=study", self.port, self.address.database)
    }

    /// Runs the program as somebody.
    pub fn run(&self, dir: &Path, coder: &str, password: &str, arguments: &[&str]) -> Output {
        self.run_at(dir, coder, password, "desk", arguments)
    }

    /// A coder's own folder for settings, in which the page for newcomers was seen.
    pub fn home(&self, coder: &str) -> PathBuf {
        let home = self.homes.path().join(coder);
        fs::create_dir_all(&home).expect("made");
        fs::write(home.join("seen"), "welcome\n").expect("written");
        home
    }

    /// The same at another of their machines.
    pub fn run_at(&self, dir: &Path, coder: &str, password: &str, device: &str, arguments: &[&str]) -> Output {
        let home = self.home(coder);
        program()
            .args(arguments)
            .current_dir(dir)
            .env("TANBA_CODER", coder)
            .env("TANBA_DEVICE", device)
            .env("TANBA_MACHINE", format!("{coder} {device}"))
            .env("TANBA_HOME", &home)
            .env("PGPASSWORD", password)
            .env_remove("PGUSER")
            .output()
            .expect("the program runs")
    }

    pub fn ok(&self, dir: &Path, coder: &str, password: &str, arguments: &[&str]) -> String {
        let output = self.run(dir, coder, password, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    pub fn refused(&self, dir: &Path, coder: &str, password: &str, arguments: &[&str]) -> String {
        let output = self.run(dir, coder, password, arguments);
        assert!(!output.status.success(), "{arguments:?} succeeded");
        let errors = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(errors.trim_end().lines().count(), 1, "{arguments:?}: one line, not {errors}");
        errors.trim_end().to_owned()
    }

    /// A study at the server, with its owner.
    pub fn study(&self) -> TempDir {
        let dir = study();
        self.ok(dir.path(), &self.owner, "first-secret", &["share", &self.tcp()]);
        dir
    }

    /// Adds a coder; returns the password that was made.
    pub fn add(&self, dir: &Path, coder: &str, kind: &str) -> String {
        let told = self.ok(dir, &self.owner, "first-secret", &["team", "add", coder, "--as", kind]);
        let line = told.lines().find_map(|line| line.trim().strip_prefix("password: ")).expect("a password");
        line.to_owned()
    }

    /// A coder's own folder.
    pub fn join(&self, coder: &str, password: &str) -> TempDir {
        let dir = TempDir::new().expect("a folder");
        let address = self.tcp().replace("://", &format!("://{coder}@"));
        self.ok(dir.path(), coder, password, &["join", &address, "study"]);
        dir
    }

    /// What somebody is told who joins.
    pub fn join_as(&self, coder: &str, password: &str) -> String {
        let dir = TempDir::new().expect("a folder");
        let address = self.tcp().replace("://", &format!("://{coder}@"));
        let output = self.run(dir.path(), coder, password, &["join", &address, "study"]);
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The server, as somebody.
    pub fn server(&self, role: &str) -> Postgres {
        let address = Address { schema: "study".into(), ..self.address.clone() };
        Postgres::connect(&address, role, None).expect("reached")
    }
}

#[test]
fn a_shared_project_is_joined_with_its_texts_codes_and_annotations_and_carries_both_ways() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana) = (team.owner.clone(), team.coder("dana"));
    let dir = team.study();
    let settings = fs::read_to_string(dir.path().join("tanba.toml")).expect("settings");
    assert!(settings.contains("hub = \"postgres://127.0.0.1") && !settings.contains("secret"), "{settings}");
    team.ok(dir.path(), &owner, "first-secret", &["tag", "in.en", "9..23", "slacktivism"]);
    assert!(team.ok(dir.path(), &owner, "first-secret", &["sync"]).starts_with("1 entry sent, 0 entries taken"));
    let password = team.add(dir.path(), &dana, "coder");
    let other = team.join(&dana, &password);
    let hers = other.path().join("study");
    let listed = team.ok(&hers, &dana, &password, &["annotations"]);
    assert!(listed.contains("People like it") && listed.contains("slacktivism"), "{listed}");
    assert_eq!(
        fs::read(hers.join("documents/in.kk.txt")).expect("a text"),
        fs::read(dir.path().join("documents/in.kk.txt")).expect("a text")
    );
    team.ok(&hers, &dana, &password, &["tag", "in.en", "24..37", "slacktivism", "--memo", "Шынымен бе?"]);
    team.ok(&hers, &dana, &password, &["sync"]);
    team.ok(dir.path(), &owner, "first-secret", &["sync"]);
    let both = [(dir.path(), &owner, "first-secret"), (&hers, &dana, &*password)]
        .map(|(dir, coder, secret)| team.ok(dir, coder, secret, &["export", "--format", "jsonl"]));
    assert!(both[0].contains("Шынымен бе?") && both[0].contains("People like it"), "{}", both[0]);
    assert_eq!(both[0], both[1]);
    // And back to a folder, which says the same by itself.
    team.ok(&hers, &dana, &password, &["unshare"]);
    assert!(!fs::read_to_string(hers.join("tanba.toml")).expect("settings").contains("hub"));
    assert_eq!(team.ok(&hers, &dana, "", &["export", "--format", "jsonl"]), both[0]);
    assert!(team.refused(&hers, &dana, "", &["sync"]).contains("shared nowhere"));
}

#[test]
fn what_is_wrong_with_a_server_is_told_in_one_line_with_the_way_out() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana) = (team.owner.clone(), team.coder("dana"));
    let dir = study();
    let refused =
        |address: &str, coder: &str, secret: &str| team.refused(dir.path(), coder, secret, &["share", address]);
    let tcp = team.tcp();
    assert!(refused(&tcp, &owner, "wrong").contains("does not take this password"));
    assert!(refused("postgres://127.0.0.1:1/x", &owner, "x").contains("can't be reached"));
    assert!(refused(&tcp.replace("team", "none"), &owner, "first-secret").contains("no such database"));
    assert!(refused("mysql://x/y", &owner, "").contains("only postgres://"));
    assert!(refused("postgres://x", &owner, "").contains("postgres://ROLE@HOST/DATABASE"));
    // TLS is asked for, and the server has none.
    assert!(refused(&format!("{tcp}&sslmode=verify-full"), &owner, "first-secret").contains("no TLS"));
    let shared = team.study();
    let secret = team.add(shared.path(), &dana, "coder");
    assert!(refused(&tcp, &dana, &secret).contains("another project is there"));
    let stranger = TempDir::new().expect("a folder");
    fs::copy(shared.path().join("tanba.toml"), stranger.path().join("tanba.toml")).expect("copied");
    let told = team.refused(stranger.path(), &dana, &secret, &["sync"]);
    assert!(told.contains("which this computer has not been to"), "{told}");
    let folder = study();
    fs::write(folder.path().join("tanba.toml"), "hub = \"postgres://127.0.0.1:1/x?schema=tanba\"\n").expect("written");
    assert!(team.refused(folder.path(), &dana, "", &["team", "list"]).contains("which this computer has not been to"));
    let as_other = |coder: &str| team.refused(shared.path(), coder, "first-secret", &["team", "add", "x y"]);
    assert!(as_other(&owner).contains("letters, digits"));
    assert!(
        team.refused(shared.path(), &owner, "first-secret", &["team", "remove", "nobody"])
            .contains("nobody in the team")
    );
    assert!(
        team.refused(shared.path(), &owner, "first-secret", &["team", "remove", &owner]).contains("the owner stays")
    );
}

#[test]
fn what_goes_wrong_at_the_server_later_is_told_and_nothing_is_lost() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let owner = team.owner.clone();
    let dir = team.study();
    team.ok(dir.path(), &owner, "first-secret", &["tag", "in.en", "9..23", "slacktivism"]);
    let refused = |arguments: &[&str]| team.refused(dir.path(), &owner, "first-secret", arguments);
    let address = Address { schema: "study".into(), ..team.address.clone() };
    let sql = |text: &str| Cluster::sql(&address, text);
    let database = &team.address.database;
    sql("UPDATE study.project SET value = '2' WHERE name = 'version'");
    assert!(refused(&["sync"]).contains("of a newer version; update tanba"));
    sql("UPDATE study.project SET value = '1' WHERE name = 'version'");
    sql(&format!("ALTER DATABASE {database} SET default_transaction_read_only = on"));
    assert!(refused(&["sync"]).contains("can't be written now"));
    sql(&format!("BEGIN READ WRITE; ALTER DATABASE {database} RESET default_transaction_read_only; COMMIT"));
    sql("CREATE FUNCTION study.brimful() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'no space: %', NEW.line USING ERRCODE = '53100'; END $$; \
         CREATE TRIGGER brimful BEFORE INSERT ON study.lines FOR EACH ROW EXECUTE FUNCTION study.brimful()");
    let told = refused(&["sync"]);
    assert!(told.contains("the server's disk is full") && !told.contains("People"), "{told}");
    sql("DROP TRIGGER brimful ON study.lines");
    assert!(team.ok(dir.path(), &owner, "first-secret", &["sync"]).starts_with("1 entry sent"));
    // Put up anew under the same address: it is another project.
    sql("UPDATE study.project SET value = 'other' WHERE name = 'id'");
    assert!(refused(&["sync"]).contains("another project"));
}

#[test]
fn names_with_signs_of_sql_travel_as_they_are() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana) = (team.owner.clone(), team.coder("дана-О"));
    let dir = study();
    let name = "x'; DROP TABLE study.lines; --\\ {schema} $1.en";
    fs::write(dir.path().join(format!("documents/{name}.txt")), "Қауіпті атау.").expect("a text");
    team.ok(dir.path(), &owner, "first-secret", &["share", &team.tcp()]);
    team.ok(
        dir.path(),
        &owner,
        "first-secret",
        &["tag", name, "0..7", "slacktivism", "--memo", "'; DROP SCHEMA study; --"],
    );
    team.ok(dir.path(), &owner, "first-secret", &["finish", name]);
    team.ok(dir.path(), &owner, "first-secret", &["sync"]);
    let secret = team.add(dir.path(), &dana, "coder");
    let address = team.tcp().replace("://", &format!("://{dana}@"));
    let other = TempDir::new().expect("a folder");
    team.ok(other.path(), &dana, &secret, &["join", &address, "study"]);
    let hers = other.path().join("study");
    // A name that some systems take for a path stays where it is, and is told nowhere as one.
    let is_there = hers.join(format!("documents/{name}.txt")).exists();
    assert!(!is_there, "a backslash is a folder on some systems");
    assert!(
        fs::read_to_string(hers.join(format!("journal/{owner}@desk.jsonl"))).expect("read").contains("DROP SCHEMA")
    );
}

#[test]
fn a_coder_at_two_machines_and_one_with_a_restored_backup_lose_nothing() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let owner = team.owner.clone();
    let dir = team.study();
    let at = |dir: &Path, device: &str, arguments: &[&str]| {
        let output = team.run_at(dir, &owner, "first-secret", device, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    let lap = TempDir::new().expect("a folder");
    at(lap.path(), "lap", &["join", &team.tcp().replace("://", &format!("://{owner}@")), "study"]);
    let lap = lap.path().join("study");
    at(dir.path(), "desk", &["tag", "in.en", "9..23", "slacktivism"]);
    at(&lap, "lap", &["tag", "in.en", "24..30", "slacktivism"]);
    at(dir.path(), "desk", &["sync"]);
    at(&lap, "lap", &["sync"]);
    at(dir.path(), "desk", &["sync"]);
    let both = at(dir.path(), "desk", &["export", "--format", "jsonl"]);
    assert_eq!(both.lines().count(), 2);
    assert_eq!(at(&lap, "lap", &["export", "--format", "jsonl"]), both);
    // The desk's disk is restored from a backup, and worked at before anybody noticed.
    let journal = dir.path().join(format!("journal/{owner}@desk.jsonl"));
    let now = fs::read(&journal).expect("a journal");
    let before = now.iter().rposition(|byte| *byte == b'\n').expect("a line");
    let before = now[..before].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    fs::write(&journal, &now[..before]).expect("restored");
    at(dir.path(), "desk", &["tag", "in.kk", "9..13", "slacktivism"]);
    let told = at(dir.path(), "desk", &["sync"]);
    assert!(told.contains("nothing is lost"), "{told}");
    at(&lap, "lap", &["sync"]);
    let all = at(dir.path(), "desk", &["export", "--format", "jsonl"]);
    assert_eq!(all.lines().count(), 3, "{all}");
    assert_eq!(at(&lap, "lap", &["export", "--format", "jsonl"]), all);
    assert_eq!(fs::read(&journal).expect("a journal"), now, "what the server had is there again");
}

#[test]
fn a_server_elsewhere_proves_who_it_is() {
    if !cluster::is_installed() {
        return;
    }
    let dir = TempDir::new().expect("a folder");
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("open");
    let root_key = KeyPair::generate().expect("a key");
    let mut of_root = CertificateParams::default();
    of_root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = of_root.self_signed(&root_key).expect("a certificate");
    let issuer = Issuer::new(of_root, root_key);
    let authority = dir.path().join("authority.pem");
    fs::write(&authority, root.pem()).expect("written");
    let study = study();
    for (name, last_year, told) in [
        ("localhost", 2090, "does not take this password"),
        ("localhost", 2020, "has expired"),
        ("db.example.org", 2090, "for another name"),
    ] {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = date_time_ymd(last_year, 1, 1);
        let certificate = params.signed_by(&key, &issuer).expect("signed");
        let files = [("server.pem", certificate.pem()), ("server.key", key.serialize_pem())];
        for (file, text) in files {
            let path = dir.path().join(file);
            let _ = fs::remove_file(&path);
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
            cluster::give_away(&path);
        }
        let path = dir.path().display();
        let own = Cluster::start(&format!(
            "ssl = on\nssl_cert_file = '{path}/server.pem'\nssl_key_file = '{path}/server.key'"
        ));
        let team = Team::at(&own);
        let at = |more: &str| {
            let address = format!(
                "postgres://localhost:{}/{}?schema=s&sslmode=verify-full{more}",
                own.port(),
                team.address.database
            );
            team.refused(study.path(), &team.owner, "wrong", &["share", &address])
        };
        let with_authority = at(&format!("&sslrootcert={}", authority.display()));
        assert!(with_authority.contains(told), "{with_authority}");
        if last_year == 2090 && name == "localhost" {
            let without = at("");
            assert!(without.contains("vouch"), "{without}");
        }
    }
}

#[test]
fn the_server_refuses_what_a_coder_may_not_do() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana, bek, reader) = (team.owner.clone(), team.coder("dana"), team.coder("bek"), team.coder("reader"));
    let dir = team.study();
    for (coder, kind) in [(&dana, "coder"), (&bek, "reviewer"), (&reader, "reader")] {
        team.add(dir.path(), coder, kind);
    }
    let hers = team.server(&dana);
    hers.execute(&format!("INSERT INTO study.journals (journal, coder) VALUES ('{dana}@x', '{dana}')"))
        .expect("her own");
    hers.execute(&format!(
        "INSERT INTO study.lines (journal, n, line, concerns, addressee) VALUES ('{dana}@x', 0, 'x', '{{}}', '')"
    ))
    .expect("her own");
    let forbidden = [
        format!(
            "INSERT INTO study.lines (journal, n, line, concerns, addressee) VALUES ('{owner}@desk', 999, 'x', '{{}}', '')"
        ),
        format!("INSERT INTO study.journals (journal, coder) VALUES ('{owner}@y', '{owner}')"),
        format!("INSERT INTO study.journals (journal, coder) VALUES ('{owner}@y', '{dana}')"),
        format!("INSERT INTO study.finished (coder, document, holds) VALUES ('{bek}', 'in.en', true)"),
        format!("INSERT INTO study.team (role, coder, kind) VALUES ('{dana}2', 'x', 'owner')"),
        "INSERT INTO study.rules (colleagues) VALUES ('always')".to_owned(),
        format!("UPDATE study.team SET kind = 'reviewer' WHERE coder = '{dana}'"),
        "UPDATE study.lines SET line = 'y'".to_owned(),
        "DELETE FROM study.lines".to_owned(),
        format!("DELETE FROM study.lines WHERE journal = '{dana}@x'"),
        "TRUNCATE study.lines".to_owned(),
        "DROP TABLE study.lines".to_owned(),
        "DROP SCHEMA study CASCADE".to_owned(),
        "DELETE FROM study.texts".to_owned(),
        "ALTER TABLE study.lines DISABLE ROW LEVEL SECURITY".to_owned(),
        format!(
            "INSERT INTO study.presence (journal, coder, document, seen) VALUES ('{owner}@desk', '{owner}', '', now())"
        ),
        format!("SET ROLE {owner}; SELECT 1"),
        format!("SET SESSION AUTHORIZATION {owner}; SELECT 1"),
    ];
    for sql in &forbidden {
        assert!(hers.execute(sql).is_err(), "allowed: {sql}");
    }
    let reading = team.server(&reader);
    let own = format!("INSERT INTO study.journals (journal, coder) VALUES ('{reader}@x', '{reader}')");
    assert!(reading.execute(&own).is_err(), "a reader writes nothing");
    reading.execute("SELECT line FROM study.lines").expect("a reader reads");
    team.ok(dir.path(), &owner, "first-secret", &["team", "remove", &dana]);
    assert!(hers.execute("SELECT line FROM study.lines").is_err(), "who is out reads no more");
    let listed = team.ok(dir.path(), &owner, "first-secret", &["team", "list"]);
    assert!(listed.contains(&bek) && listed.contains("reviewer") && !listed.contains(&dana), "{listed}");
}

#[test]
fn what_is_coded_blind_is_withheld_by_the_server_until_the_rule_allows_it() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana, bek) = (team.owner.clone(), team.coder("dana"), team.coder("bek"));
    let dir = team.study();
    let o = |arguments: &[&str]| team.ok(dir.path(), &owner, "first-secret", arguments);
    o(&["rules", "--colleagues", "finished", "--reviewer", &bek]);
    o(&["tag", "in.en", "9..23", "slacktivism", "--memo", "owners-thought"]);
    o(&["tag", "in.kk", "9..13", "slacktivism", "--memo", "owners-other"]);
    // One stroke that makes a code, which is for all, and says something that is not.
    let mut store = open(dir.path(), &owner);
    let code = Code::named(CodeId("brand-new".into()), "brand-new");
    let memo = Memo::new(About::Document(DocumentId("in.en".into())), &owner, "owners-note", (Time(1), 1));
    let stroke = vec![Change::put(Record::Code(code)), Change::put(Record::Memo(memo))];
    store.keep(stroke, Deed::Plain, Time(1)).expect("kept");
    drop(store);
    o(&["codes", "add", "later"]);
    o(&["sync"]);
    let (hers, his) = (team.add(dir.path(), &dana, "coder"), team.add(dir.path(), &bek, "reviewer"));
    let (her_dir, his_dir) = (team.join(&dana, &hers), team.join(&bek, &his));
    let (her_study, his_study) = (her_dir.path().join("study"), his_dir.path().join("study"));
    let journal = format!("journal/{owner}@desk.jsonl");
    let read = |dir: &Path| fs::read_to_string(dir.join(&journal)).expect("a journal");
    assert_eq!(read(&his_study), read(dir.path()), "a reviewer has everything");
    let withheld = read(&her_study);
    assert!(!withheld.contains("owners-") && withheld.contains("{\"withheld\":2,"), "{withheld}");
    let codes = team.ok(&her_study, &dana, &hers, &["codes"]);
    assert!(codes.contains("brand-new") && codes.contains("later"), "{codes}");
    assert!(team.ok(&her_study, &dana, &hers, &["check"]).contains("withheld"), "told");
    let look = |what: &str| {
        let mut server = team.server(&dana);
        let rows = server.query("SELECT line FROM {schema}.lines", &[]).expect("read");
        rows.iter().any(|row| row.get::<_, String>(0).contains(what))
    };
    assert!(!look("owners-thought"), "also not by hand");
    team.ok(&her_study, &dana, &hers, &["finish", "in.en"]);
    team.ok(&her_study, &dana, &hers, &["sync"]);
    team.ok(&her_study, &dana, &hers, &["sync"]);
    let seen = read(&her_study);
    assert!(seen.contains("owners-thought") && !seen.contains("owners-other"), "{seen}");
    assert!(look("owners-thought") && !look("owners-other"));
    assert!(team.ok(&her_study, &dana, &hers, &["annotations"]).contains("People like it"));
    team.ok(&her_study, &dana, &hers, &["finish", "in.kk"]);
    team.ok(&her_study, &dana, &hers, &["sync"]);
    team.ok(&her_study, &dana, &hers, &["sync"]);
    assert_eq!(read(&her_study), read(dir.path()), "byte for byte");
    let check = team.ok(&her_study, &dana, &hers, &["check"]);
    assert!(!check.contains("withheld") && !check.contains("missing"), "{check}");
}

#[test]
fn what_a_hostile_member_tries_harms_nobody() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana, bek) = (team.owner.clone(), team.coder("dana"), team.coder("bek"));
    let dir = team.study();
    let (hers, his) = (team.add(dir.path(), &dana, "coder"), team.add(dir.path(), &bek, "coder"));
    let server = team.server(&dana);
    let paper = |time: &str, by: &str| {
        format!(
            "INSERT INTO study.papers (document, revision, time, tick, by, coder) VALUES ('in.en', 'x', {time}, 0, '{by}', '{dana}')"
        )
    };
    for sql in [
        paper("1", &format!("{owner}@desk")),
        paper("9223372036854775807", &format!("{dana}@desk")),
        paper("5", ""),
        format!("INSERT INTO study.journals (journal, coder) VALUES ('{dana}@a b', '{dana}')"),
        format!("INSERT INTO study.journals (journal, coder) VALUES ('{dana}@../x', '{dana}')"),
        format!(
            "INSERT INTO study.presence (journal, coder, document, seen) VALUES ('{dana}@x', '{dana}', '', 'infinity')"
        ),
    ] {
        assert!(server.execute(&sql).is_err(), "allowed: {sql}");
    }
    // Another text under the sum of one that is to come, and a word that there is one which is not there.
    let text = "To come.\n";
    let sum = tanba::model::document::revision_of(text);
    server
        .execute(&format!("INSERT INTO study.texts (revision, coder, bytes) VALUES ('{sum}', '{dana}', 'forged')"))
        .expect("hers");
    server.execute(&paper("0", "")).expect("hers");
    fs::write(dir.path().join("documents/later.en.txt"), text).expect("a text");
    // A rule in her own journal is no rule of the server's, also where the owner carries it.
    let theirs = team.join(&dana, &hers);
    let theirs = theirs.path().join("study");
    team.ok(dir.path(), &owner, "first-secret", &["rules", "--colleagues", "finished"]);
    team.ok(dir.path(), &owner, "first-secret", &["tag", "in.en", "9..23", "slacktivism", "--memo", "owners-thought"]);
    team.ok(dir.path(), &owner, "first-secret", &["sync"]);
    team.ok(&theirs, &dana, &hers, &["rules", "--colleagues", "always", "--reviewer", &dana]);
    let journal = format!("journal/{dana}@desk.jsonl");
    fs::copy(theirs.join(&journal), dir.path().join(&journal)).expect("by another way");
    team.ok(dir.path(), &owner, "first-secret", &["sync"]);
    team.ok(&theirs, &dana, &hers, &["sync"]);
    let seen = fs::read_to_string(theirs.join(format!("journal/{owner}@desk.jsonl"))).expect("a journal");
    assert!(!seen.contains("owners-thought"), "her rule is not the server's");
    // A line that nobody can read is nobody's to read.
    let mut lines = fs::read_to_string(dir.path().join(format!("journal/{owner}@desk.jsonl"))).expect("a journal");
    lines.push_str("{\"seq\":9,\"memo\":\"damaged-thought\"}\n");
    fs::write(dir.path().join(format!("journal/{owner}@desk.jsonl")), lines).expect("damaged");
    team.ok(dir.path(), &owner, "first-secret", &["sync"]);
    // Links are not followed, out or in.
    let secret = dir.path().join("secret");
    fs::write(&secret, "{\"secret\":1}\n").expect("written");
    std::os::unix::fs::symlink(&secret, theirs.join("documents/link.en.txt")).expect("a link");
    std::os::unix::fs::symlink(&secret, theirs.join(format!("journal/{dana}@old.jsonl"))).expect("a link");
    std::os::unix::fs::symlink(&secret, theirs.join(format!("journal/{bek}@desk.jsonl"))).expect("a link");
    let other = team.join(&bek, &his);
    let other = other.path().join("study");
    team.ok(&other, &bek, &his, &["tag", "in.en", "9..23", "slacktivism"]);
    team.ok(&other, &bek, &his, &["finish", "in.en"]);
    team.ok(&other, &bek, &his, &["sync"]);
    team.run(&theirs, &dana, &hers, &["sync"]);
    assert_eq!(fs::read_to_string(&secret).expect("read"), "{\"secret\":1}\n", "nothing is written through a link");
    let mut root = team.server("root");
    let rows = root
        .query("SELECT line FROM {schema}.lines UNION ALL SELECT document FROM {schema}.papers", &[])
        .expect("read");
    assert!(rows.iter().all(|row| !row.get::<_, String>(0).contains("secret") && row.get::<_, String>(0) != "link.en"));
    let mut server = team.server(&bek);
    let rows = server.query("SELECT line FROM {schema}.lines", &[]).expect("read");
    assert!(rows.iter().all(|row| !row.get::<_, String>(0).contains("damaged-thought")));
    assert_eq!(fs::read_to_string(other.join("documents/later.en.txt")).expect("a text"), text, "the true text came");
}

#[test]
fn what_an_administrator_changes_is_noticed() {
    if !cluster::is_installed() {
        return;
    }
    let team = Team::new();
    let (owner, dana) = (team.owner.clone(), team.coder("dana"));
    let dir = team.study();
    let secret = team.add(dir.path(), &dana, "coder");
    let before = team.join(&dana, &secret);
    for n in 0..3 {
        team.ok(dir.path(), &owner, "first-secret", &["tag", "in.en", &format!("{}..30", 10 + n), "slacktivism"]);
    }
    team.ok(dir.path(), &owner, "first-secret", &["sync"]);
    // A line that says otherwise, with a sum that is right for it.
    let mut server = team.server("root");
    let rows = server.query("SELECT n, line FROM {schema}.lines ORDER BY n DESC OFFSET 1 LIMIT 1", &[]).expect("read");
    let (n, line): (i64, String) = (rows[0].get(0), rows[0].get(1));
    let body = &line[..line.rfind(",\"prev\"").expect("a line")];
    let prev = tanba::store::line::prev_in(line.as_bytes()).expect("a sum");
    let (forged, _) = tanba::store::line::seal(format!("{}}}", body.replace("30", "31")), &prev);
    server.query("UPDATE {schema}.lines SET line = $1 WHERE n = $2", &[&forged.trim_end(), &n]).expect("forged");
    let study = before.path().join("study");
    let output = team.run(&study, &dana, &secret, &["sync"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("does not follow on the line before it"), "{told}");
    // Who has the true line is told that the server's is another.
    let sums = fs::read_to_string(dir.path().join(format!("journal/{owner}@desk.jsonl"))).expect("a journal");
    assert!(!sums.contains(forged.trim_end()));
    let rows = server.query("SELECT n, line FROM {schema}.lines ORDER BY n DESC LIMIT 1", &[]).expect("read");
    let (last, line): (i64, String) = (rows[0].get(0), rows[0].get(1));
    let (forged, _) = tanba::store::line::seal(
        format!("{}}}", &line[..line.rfind(",\"prev\"").expect("a line")].replace("30", "31")),
        &tanba::store::line::prev_in(line.as_bytes()).expect("a sum"),
    );
    server.query("UPDATE {schema}.lines SET line = $1 WHERE n = $2", &[&forged.trim_end(), &last]).expect("forged");
    let output = team.run(dir.path(), &owner, "first-secret", &["sync"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("went on differently there"), "{told}");
    // One that is taken away.
    server.query("DELETE FROM {schema}.lines WHERE n = 2", &[]).expect("deleted");
    let third = team.join_as(&team.coder("bek"), &team.add(dir.path(), &team.coder("bek"), "reviewer"));
    assert!(third.contains("line 3 on the server does not follow"), "{third}");
}
