//! A hub that is a `PostgreSQL` database, or one that speaks its language; `schema.sql` says what is in it.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row, Statement};

use crate::model::document::DocumentId;
use crate::model::rules::{Colleagues, Rule};
use crate::model::time::{Stamp, Time};
use crate::say;
use crate::store::project::file_name_part;
use crate::team::address::{Address, Proof};
use crate::team::certificates;
use crate::team::complaints::{told, unanswered};
use crate::team::hub::{
    Bell, Content, Hub, HubError, Kind, Marks, Paper, Parcel, Piece, Presence, Standing, Tidings, Woken,
};
use crate::team::notices::{EVERYTHING, Notices, reach};

/// The version of the tables that this program knows.
pub const VERSION: &str = "1";

/// A server that does not answer for so long is given up, and asked again later.
const PATIENCE: Duration = Duration::from_secs(90);

/// Reaching a server takes so long at most.
const REACHING: Duration = Duration::from_secs(15);

/// How often a server is asked that cannot tell of news by itself.
const ASK_AGAIN: Duration = Duration::from_millis(500);

/// A notice of everything is followed so often at most.
const AT_MOST_EACH: Duration = Duration::from_millis(300);

/// What carries much, over a slow net, may take so long; a dead connection is noticed sooner.
const LONG_PATIENCE: Duration = Duration::from_secs(900);

/// Lines that are asked for at once, of all journals together.
const MOST_LINES: i64 = 20_000;

/// Lines of one journal that are asked for at once, at least.
const LEAST_LINES: i64 = 100;

/// So often it is said again where we are.
const SAY_AGAIN: Duration = Duration::from_secs(15);

/// Somebody who was not heard of for so many seconds is not told to be there.
const PRESENT_SECONDS: f64 = 45.0;

/// A hub in a database.
pub struct Postgres {
    runtime: Runtime,
    client: Client,
    /// Notices of the server, and the end of the connection.
    notices: Arc<Notices>,
    /// Whether the server tells of news by itself.
    is_told: bool,
    schema: String,
    statements: BTreeMap<&'static str, Statement>,
    /// Whom the server takes us for, once it was asked.
    standing: Standing,
    /// Where colleagues know us to be.
    at: Option<(DocumentId, Instant)>,
    asking: Asking,
}

/// What is asked for next.
#[derive(Debug)]
struct Asking {
    scope: Scope,
    /// When everything was last asked for.
    asked_all: Instant,
    tidings: Tidings,
}

/// Which journals are asked for lines. Two hundred readers who all asked for all at each tag would keep a server busy with nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    All,
    Only(Vec<String>),
}

/// What a notice says when somebody came, went, or is elsewhere.
const PEOPLE: &str = "";

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Postgres {
    /// Reaches a server as a role. Fails with [`HubError::Secret`] where a password is wanted, and with [`HubError::Refused`] where the server
    /// does not prove who it is.
    pub fn connect(address: &Address, role: &str, password: Option<&str>) -> Result<Self, HubError> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|error| HubError::Away(error.to_string()))?;
        let mut config = Config::new();
        config.user(role).dbname(&address.database).host(&address.host).port(address.port);
        config.application_name("tanba").connect_timeout(REACHING).tcp_user_timeout(PATIENCE);
        config
            .keepalives_idle(Duration::from_secs(30))
            .keepalives_interval(Duration::from_secs(10))
            .keepalives_retries(4);
        if let Some(password) = password {
            config.password(password);
        }
        let notices = Arc::new(Notices::default());
        let reached = runtime.block_on(async {
            timeout(PATIENCE, async {
                if address.proof == Proof::Certificate {
                    config.ssl_mode(tokio_postgres::config::SslMode::Require);
                    reach(&config, certificates::checked_for(address)?, notices.clone()).await
                } else {
                    config.ssl_mode(tokio_postgres::config::SslMode::Disable);
                    reach(&config, NoTls, notices.clone()).await
                }
            })
            .await
        });
        let client = reached.map_err(|_| unanswered())??;
        let schema = address.schema.clone();
        let statements = BTreeMap::new();
        let mut hub = Self {
            runtime,
            client,
            notices,
            is_told: false,
            schema,
            statements,
            standing: Standing { project: String::new(), coder: String::new(), kind: Kind::Reader },
            at: None,
            asking: Asking { scope: Scope::All, asked_all: Instant::now(), tidings: Tidings::default() },
        };
        // Some servers that speak the language cannot tell: they are asked again and again.
        let listen = format!("LISTEN \"tanba {}\"", hub.schema);
        hub.is_told = match hub.run(hub.client.batch_execute(&listen)) {
            Ok(()) => true,
            Err(error @ HubError::Away(_)) => return Err(error),
            Err(_) => false,
        };
        Ok(hub)
    }

    /// Waits for an answer, but not for ever.
    pub fn run<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, HubError> {
        let answered = self.runtime.block_on(async { timeout(LONG_PATIENCE, answer).await });
        answered.map_err(|_| unanswered())?.map_err(|error| told(&error))
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The schema that is the project.
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// Does statements in which `{schema}` is the project's.
    pub fn execute(&self, sql: &str) -> Result<(), HubError> {
        self.run(self.client.batch_execute(&sql.replace("{schema}", &self.schema)))
    }

    /// A statement that is made once; `{schema}` in it is the project's.
    fn prepared(&mut self, sql: &'static str) -> Result<Statement, HubError> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let made = self.run(self.client.prepare(&sql.replace("{schema}", &self.schema)))?;
        self.statements.insert(sql, made.clone());
        Ok(made)
    }

    /// Asks.
    pub fn query(&mut self, sql: &'static str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, HubError> {
        let statement = self.prepared(sql)?;
        self.run(self.client.query(&statement, values))
    }

    /// A fact of the project; `None` where there is no such fact, or no project.
    pub fn fact(&mut self, name: &str) -> Result<Option<String>, HubError> {
        let there = "SELECT to_regclass($1) IS NOT NULL";
        let table = format!("{}.project", self.schema);
        let is_there: bool = self.query(there, &[&table])?.first().is_some_and(|row| row.get(0));
        if !is_there {
            return Ok(None);
        }
        let rows = self.query("SELECT value FROM {schema}.project WHERE name = $1", &[&name])?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Puts lines there, with what follows from them, as one transaction that a failure leaves open.
    fn put(&mut self, journal: &str, first: u64, parcels: &[Parcel]) -> Result<(), HubError> {
        let coder = journal.rsplit_once('@').map_or(journal, |(coder, _)| coder).to_owned();
        let numbers: Vec<i64> = (big(first)..).take(parcels.len()).collect();
        let lines: Vec<&str> = parcels.iter().map(|parcel| parcel.line.as_str()).collect();
        // A document's name is a file's: it has no stroke.
        let join = |parcel: &Parcel| parcel.concern.documents.iter().map(|id| &*id.0).collect::<Vec<_>>().join("/");
        let concerns: Vec<Option<String>> =
            parcels.iter().map(|p| (!p.concern.documents.is_empty()).then(|| join(p))).collect();
        let addressees: Vec<&str> = parcels.iter().map(|parcel| parcel.concern.addressee.as_str()).collect();
        let own =
            self.prepared("INSERT INTO {schema}.journals (journal, coder) VALUES ($1, $2) ON CONFLICT DO NOTHING")?;
        let put = self.prepared(
            "INSERT INTO {schema}.lines (journal, n, line, concerns, addressee) \
             SELECT $1, n, line, CASE WHEN c IS NULL THEN '{}' WHEN c = '' THEN ARRAY[''] ELSE string_to_array(c, '/') END, a \
             FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS p(n, line, c, a)",
        )?;
        let stub = self.prepared("INSERT INTO {schema}.stubs (journal, n, open) VALUES ($1, $2, $3)")?;
        let done = self.prepared("INSERT INTO {schema}.finished (coder, document, holds) VALUES ($1, $2, $3)")?;
        let rule = self.prepared("INSERT INTO {schema}.rules (colleagues, time, tick) VALUES ($1, $2, $3)")?;
        let kind =
            self.prepared("UPDATE {schema}.team SET kind = $2 WHERE coder = $1 AND kind IN ('coder', 'reviewer')")?;
        let is_ruled = parcels.iter().any(|parcel| !parcel.concern.rules.is_empty());
        let told = self.tell(if is_ruled { EVERYTHING } else { journal });
        // What was said may let us see more.
        self.asking.scope = Scope::All;
        // The owner carries others' journals too, and what they say is no word of the owner.
        let is_owner = self.standing.kind == Kind::Owner && self.standing.coder == coder;
        let (client, end) = (&self.client, format!("{told}; COMMIT"));
        let work = async {
            client.batch_execute("BEGIN").await?;
            if first == 0 {
                client.execute(&own, &[&journal, &coder]).await?;
            }
            client.execute(&put, &[&journal, &numbers, &lines, &concerns, &addressees]).await?;
            for (parcel, n) in parcels.iter().zip(&numbers) {
                if let Some(open) = &parcel.concern.open {
                    let open = serde_json::to_string(open).unwrap_or_default();
                    client.execute(&stub, &[&journal, n, &open]).await?;
                }
                for (document, holds) in &parcel.concern.finished {
                    client.execute(&done, &[&coder, &document.0, holds]).await?;
                }
                let (time, tick) = (parcel.stamp.time.0, i64::from(parcel.stamp.tick));
                for (said, holds) in parcel.concern.rules.iter().filter(|_| is_owner) {
                    match said {
                        Rule::Colleagues(when) => {
                            let word = if *holds { *when } else { Colleagues::default() }.word();
                            client.execute(&rule, &[&word, &time, &tick]).await?
                        }
                        Rule::Reviewer(name) => {
                            let office = if *holds { Kind::Reviewer } else { Kind::Coder }.word();
                            client.execute(&kind, &[name, &office]).await?
                        }
                        Rule::Reason(_) => 0,
                    };
                }
            }
            client.batch_execute(&end).await
        };
        self.run(work)
    }

    fn tell(&self, what: &str) -> String {
        let what = what.replace('\'', "''");
        if self.is_told { format!("NOTIFY \"tanba {}\", '{what}'", self.schema) } else { String::new() }
    }
}

/// A number as the database has it.
fn big(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn small(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// Names and numbers side by side, as two arrays.
fn columns(marks: &Marks) -> (Vec<String>, Vec<i64>) {
    marks.iter().map(|(name, n)| (name.clone(), big(*n))).unzip()
}

impl Hub for Postgres {
    fn standing(&mut self) -> Result<Standing, HubError> {
        let version = self.fact("version")?;
        match version.as_deref() {
            Some(VERSION) => {}
            Some(_) => {
                return Err(HubError::Refused(say!("the project there is of a newer version; update tanba").into()));
            }
            None => {
                let why = say!("no project is there for you: is the address right, and are you in the team?");
                return Err(HubError::Refused(why.into()));
            }
        }
        let project = self.fact("id")?.unwrap_or_default();
        let rows = self.query("SELECT coder, kind FROM {schema}.team WHERE role = session_user", &[])?;
        let Some(row) = rows.first() else {
            return Err(HubError::Refused(say!("you are not in the team; its owner adds you: tanba team add").into()));
        };
        let kind = Kind::named(row.get(1)).unwrap_or(Kind::Reader);
        self.standing = Standing { project, coder: row.get(0), kind };
        // It becomes a part of files' names.
        if file_name_part(&self.standing.coder, "") != self.standing.coder {
            return Err(HubError::Refused(say!("the coder's name there can't be one: its owner knows why").into()));
        }
        Ok(self.standing.clone())
    }

    fn reached(&mut self) -> Result<Marks, HubError> {
        let rows = self.query(
            "SELECT j.journal, l.n FROM {schema}.journals j CROSS JOIN LATERAL \
             (SELECT n FROM {schema}.lines WHERE journal = j.journal ORDER BY n DESC LIMIT 1) l",
            &[],
        )?;
        Ok(rows.iter().map(|row| (row.get(0), small(row.get(1)) + 1)).collect())
    }

    fn lines(&mut self, places: &Marks) -> Result<BTreeMap<String, String>, HubError> {
        let (names, numbers) = columns(places);
        let rows = self.query(
            "SELECT l.journal, l.line FROM unnest($1::text[], $2::bigint[]) AS m(journal, n) \
             JOIN {schema}.lines l ON l.journal = m.journal AND l.n = m.n",
            &[&names, &numbers],
        )?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    fn append(&mut self, journal: &str, first: u64, parcels: &[Parcel]) -> Result<(), HubError> {
        let kept = self.put(journal, first, parcels);
        if kept.is_err() {
            // Where the connection is gone, so is what was begun.
            let _ = self.run(self.client.batch_execute("ROLLBACK"));
        }
        kept.map_err(|error| match error {
            HubError::Taken(_) => HubError::Taken(journal.to_owned()),
            other => other,
        })
    }
    fn since(&mut self, known: &Marks, but: &[String]) -> Result<(Vec<Piece>, bool), HubError> {
        let (names, numbers) = columns(known);
        let most = (MOST_LINES / big(known.len() as u64 + 1)).max(LEAST_LINES);
        // As one question: what is answered to two might not be of one moment.
        let asked = "SELECT j.journal, l.n, l.line, false AS is_open FROM {schema}.journals j \
             LEFT JOIN unnest($1::text[], $2::bigint[]) AS m(journal, n) ON m.journal = j.journal \
             CROSS JOIN LATERAL (SELECT n, line FROM {schema}.lines \
                WHERE journal = j.journal AND n >= coalesce(m.n, 0) ORDER BY n LIMIT $4) l \
             WHERE j.journal <> ALL ($3::text[]) AND ($5::text[] IS NULL OR j.journal = ANY ($5)) \
             UNION ALL SELECT s.journal, s.n, s.open, true FROM {schema}.stubs s \
             LEFT JOIN unnest($1::text[], $2::bigint[]) AS m(journal, n) ON m.journal = s.journal \
             WHERE s.n >= coalesce(m.n, 0) AND s.journal <> ALL ($3::text[]) \
             AND ($5::text[] IS NULL OR s.journal = ANY ($5)) \
             AND NOT EXISTS (SELECT 1 FROM {schema}.lines l WHERE l.journal = s.journal AND l.n = s.n) \
             ORDER BY 1, 2";
        let only = match std::mem::replace(&mut self.asking.scope, Scope::All) {
            Scope::All => None,
            Scope::Only(journals) if journals.is_empty() => return Ok((Vec::new(), false)),
            Scope::Only(journals) => Some(journals),
        };
        let rows = self.query(asked, &[&names, &numbers, &but, &most, &only])?;
        let mut pieces: Vec<Piece> = Vec::with_capacity(rows.len());
        let mut ends: BTreeMap<String, (i64, u64)> = BTreeMap::new();
        for row in &rows {
            let (journal, n): (String, i64) = (row.get(0), row.get(1));
            let content = if row.get(3) { Content::Open(row.get(2)) } else { Content::Whole(row.get(2)) };
            if let Content::Whole(_) = content {
                let end = ends.entry(journal.clone()).or_default();
                *end = (end.0 + 1, small(n));
            }
            pieces.push(Piece { journal, n: small(n), content });
        }
        // Where not all lines came, nothing behind the last of them does.
        ends.retain(|_, (count, _)| *count >= most);
        pieces.retain(|piece| ends.get(&piece.journal).is_none_or(|(_, end)| piece.n <= *end));
        Ok((pieces, !ends.is_empty()))
    }

    fn tidings(&mut self) -> Result<Tidings, HubError> {
        if self.asking.scope != Scope::All {
            return Ok(self.asking.tidings.clone());
        }
        let rows = self.query(
            "SELECT (SELECT colleagues FROM {schema}.rules ORDER BY time DESC, tick DESC, n DESC LIMIT 1), \
             (SELECT kind FROM {schema}.team WHERE role = session_user), \
             (SELECT coalesce(max(n), 0) FROM {schema}.finished \
                WHERE coder = (SELECT coder FROM {schema}.team WHERE role = session_user)), \
             (SELECT count(*) FROM {schema}.papers)",
            &[],
        )?;
        let Some(row) = rows.first() else { return Ok(Tidings::default()) };
        let (rule, kind): (Option<String>, Option<String>) = (row.get(0), row.get(1));
        let Some((rule, kind)) = rule.zip(kind) else {
            return Err(HubError::Refused(say!("you are not in the team any more; its owner knows why").into()));
        };
        let sight = format!("{rule} {kind} {}", row.get::<_, i64>(2));
        let is_whole = rule == "always" || kind == "reviewer" || kind == "owner";
        self.asking.tidings = Tidings { sight, is_whole, n_papers: small(row.get(3)) };
        Ok(self.asking.tidings.clone())
    }

    fn papers(&mut self) -> Result<Vec<Paper>, HubError> {
        let rows = self.query("SELECT document, revision, time, tick, by FROM {schema}.papers", &[])?;
        let paper = |row: &Row| {
            let tick = u32::try_from(row.get::<_, i64>(3)).unwrap_or(0);
            let stamp = Stamp { time: Time(row.get(2)), tick, by: row.get(4) };
            Paper { document: DocumentId(row.get(0)), revision: row.get(1), stamp }
        };
        Ok(rows.iter().map(paper).collect())
    }

    fn text(&mut self, revision: &str) -> Result<Option<Vec<u8>>, HubError> {
        let rows = self.query("SELECT bytes FROM {schema}.texts WHERE revision = $1", &[&revision])?;
        let mut texts = rows.iter().map(|row| row.get::<_, Vec<u8>>(0));
        Ok(texts.find(|text| blake3::hash(text).to_hex().as_str() == revision))
    }

    fn put_paper(&mut self, paper: &Paper, text: &[u8]) -> Result<(), HubError> {
        self.query(
            "INSERT INTO {schema}.texts (revision, coder, bytes) \
             SELECT $1, coder, $2 FROM {schema}.team WHERE role = session_user ON CONFLICT (revision, coder) DO NOTHING",
            &[&paper.revision, &text],
        )?;
        let Stamp { time, tick, by } = &paper.stamp;
        self.query(
            "INSERT INTO {schema}.papers (document, revision, time, tick, by, coder) \
             SELECT $1, $2, $3, $4, $5, coder FROM {schema}.team WHERE role = session_user",
            &[&paper.document.0, &paper.revision, &time.0, &i64::from(*tick), by],
        )?;
        let tell = self.tell(EVERYTHING);
        self.run(self.client.batch_execute(&tell))
    }

    fn meet(&mut self, own: &Presence, device: &str) -> Result<Vec<Presence>, HubError> {
        let journal = format!("{}@{device}", own.coder);
        let is_elsewhere = self.at.as_ref().is_none_or(|(at, _)| *at != own.document);
        if is_elsewhere || self.at.as_ref().is_some_and(|(_, when)| when.elapsed() > SAY_AGAIN) {
            self.query(
                "INSERT INTO {schema}.presence (journal, coder, document, seen) VALUES ($1, $2, $3, clock_timestamp()) \
                 ON CONFLICT (journal) DO UPDATE SET document = excluded.document, seen = excluded.seen",
                &[&journal, &own.coder, &own.document.0],
            )?;
            self.at = Some((own.document.clone(), Instant::now()));
        }
        if is_elsewhere {
            let tell = self.tell(PEOPLE);
            self.run(self.client.batch_execute(&tell))?;
        }
        let rows = self.query(
            "SELECT coder, document FROM {schema}.presence WHERE journal <> $1 AND document <> '' \
             AND seen > clock_timestamp() - make_interval(secs => $2) LIMIT 500",
            &[&journal, &PRESENT_SECONDS],
        )?;
        let mut all: Vec<Presence> =
            rows.iter().map(|row| Presence { coder: row.get(0), document: DocumentId(row.get(1)) }).collect();
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn wait(&mut self, patience: Duration, bell: &Bell) -> Result<Woken, HubError> {
        let patience = if self.is_told { patience } else { patience.min(ASK_AGAIN) };
        let is_over = self.runtime.block_on(async {
            tokio::select! {
                () = self.notices.notify.notified() => false,
                () = bell.rings() => false,
                () = sleep(patience) => true,
            }
        });
        let mut heard = self.notices.take();
        let woken = match (is_over, heard.remove(PEOPLE)) {
            (_, true) => Woken::People,
            (true, false) => Woken::Time,
            (false, false) => Woken::News,
        };
        let is_all = is_over || !self.is_told || heard.contains(EVERYTHING);
        // Whoever may reach the database may call, and must not keep everybody busy.
        if is_all && !is_over && self.asking.asked_all.elapsed() < AT_MOST_EACH {
            self.runtime.block_on(sleep(AT_MOST_EACH.saturating_sub(self.asking.asked_all.elapsed())));
        }
        if is_all {
            self.asking.asked_all = Instant::now();
        }
        self.asking.scope = if is_all { Scope::All } else { Scope::Only(heard.into_iter().collect()) };
        Ok(if self.is_told { woken } else { Woken::People })
    }
}
