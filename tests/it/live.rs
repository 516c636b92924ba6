//! Readers at one server, live on pseudo-terminals: what one does the other sees, and nobody ever waits for the server.
#![cfg(target_os = "linux")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::cluster::{self, Cluster};
use crate::harness::{study, tanba};
use crate::pty::Pty;
use crate::sharing::Team;

const SIZE: (u16, u16) = (120, 30);

/// The reader of a coder, as it is when it is ready.
pub fn reader(team: &Team, dir: &Path, coder: &str, secret: &str) -> Pty {
    let home = team.home(coder);
    let machine = format!("{coder} desk");
    let own = [
        ("TANBA_CODER", coder),
        ("TANBA_HOME", home.to_str().expect("a path")),
        ("TANBA_MACHINE", &*machine),
        ("PGPASSWORD", secret),
    ];
    let mut pty = Pty::start(&tanba(), &[dir.to_str().expect("a path")], &own, SIZE);
    pty.until_true("ready", |screen| screen.contains("saved"));
    pty
}

/// The rows of the texts, without what is drawn beside them.
fn texts(pty: &Pty) -> Vec<String> {
    pty.screen().lines().skip(1).take(15).map(|row| row.chars().skip(3).take(55).collect()).collect()
}

#[test]
fn what_one_coder_does_another_sees_and_nothing_jumps_under_the_cursor() {
    if !cluster::is_installed() {
        return;
    }
    let mut own = Cluster::start("");
    let team = Team::at(&own);
    let (owner, dana) = (team.owner.clone(), team.coder("dana"));
    let dir = team.study();
    let secret = team.add(dir.path(), &dana, "coder");
    let other = team.join(&dana, &secret);
    let hers = other.path().join("study");
    let (mut first, mut second) =
        (reader(&team, dir.path(), &owner, "first-secret"), reader(&team, &hers, &dana, &secret));
    first.until("in step");
    second.until("in step");
    first.until(&format!("with {dana}"));
    second.until(&format!("with {owner}"));
    second.press("jj");
    second.settle();
    let before = texts(&second);
    first.press("jcs");
    first.until("tagged slacktivism");
    second.until("1 annotation");
    assert_eq!(texts(&second), before, "the text stays where it is");
    second.press("cs");
    second.until("tagged slacktivism");
    first.until("2 annotations");
    // The server goes away: everything is kept here, and told to wait.
    own.end("immediate");
    second.until("offline");
    second.press("gg");
    second.press("cs");
    second.until("tagged slacktivism");
    second.until("offline ↑1");
    own.begin();
    second.until("in step");
    first.until("3 annotations");
    first.press("q");
    assert_eq!(first.end(), 0);
    second.until_true("alone", |screen| !screen.contains("with owner"));
    second.press("q");
    assert_eq!(second.end(), 0);
    let listed = team.ok(&hers, &dana, "", &["annotations"]);
    assert_eq!(listed.matches("slacktivism").count(), 3, "{listed}");
}

/// A server that takes connections and never says a word.
#[test]
fn a_server_that_never_answers_holds_nobody_up() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let dir = study();
    let address = format!("postgres://127.0.0.1:{}/team?schema=study", silent.local_addr().expect("its number").port());
    let settings = format!("name = \"study\"\nlanguages = [\"en\", \"kk\"]\nhub = \"{address}\"\n");
    fs::write(dir.path().join("tanba.toml"), settings).expect("written");
    let home = tempfile::TempDir::new().expect("a folder");
    fs::write(home.path().join("seen"), "welcome\n").expect("written");
    fs::write(home.path().join("hubs.toml"), format!("[\"{address}\"]\nrole = \"asel\"\n")).expect("written");
    let own = [("TANBA_HOME", home.path().to_str().expect("a path")), ("PGPASSWORD", "x")];
    let mut pty = Pty::start(&tanba(), &[dir.path().to_str().expect("a path")], &own, SIZE);
    pty.until_true("ready", |screen| screen.contains("saved"));
    pty.until("connecting");
    pty.press("jcs");
    pty.until("tagged slacktivism");
    pty.press("V");
    pty.press("w");
    pty.until("is being reached");
    pty.escape();
    let begun = Instant::now();
    pty.press("q");
    assert_eq!(pty.end(), 0);
    assert!(begun.elapsed() < Duration::from_secs(10), "who leaves does not wait for it");
}
