//! A real `PostgreSQL` for tests: started in a temporary folder on a socket and a free port, gone with the tests.
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tanba::team::address::Address;
use tanba::team::postgres::Postgres;
use tempfile::TempDir;

/// `PostgreSQL` does not run as root: then it runs as nobody.
const NOBODY: u32 = 65534;

/// A server of its own; gone when this is dropped.
pub struct Cluster {
    folder: TempDir,
    bin: PathBuf,
    port: u16,
    watcher: Option<Child>,
}

/// Where `PostgreSQL`'s programs are; `None` where it is not installed.
fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let all = on_path.into_iter().flatten().chain(installed.map(|entry| entry.path().join("bin")));
    all.filter(|dir| dir.join("initdb").exists() && dir.join("postgres").exists()).last()
}

/// Whether tests with a server can run; says so where they can't.
pub fn is_installed() -> bool {
    let is_there = programs().is_some();
    if !is_there {
        let told = "PostgreSQL is not installed (Debian: apt install postgresql): its tests are skipped\n";
        let _ = std::io::stderr().write_all(told.as_bytes());
    }
    is_there
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

/// Gives a file to whom the server runs as.
pub fn give_away(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("given away");
    }
}

/// How many were started, each with ports of its own.
static N_STARTED: AtomicU16 = AtomicU16::new(0);

impl Cluster {
    /// Makes and starts one.
    pub fn start(settings: &str) -> Self {
        let bin = programs().expect("PostgreSQL is installed");
        let folder = TempDir::with_prefix("pg").expect("a folder");
        // Below those that systems give to whoever connects: while the server is down, one that looks for it could be given its port, and
        // reach itself.
        let first = 12_000 + u16::try_from(std::process::id() % 12_000).expect("a number");
        let first = first + N_STARTED.fetch_add(50, Ordering::Relaxed);
        let port = (first..first + 4000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        let port = port.expect("a free port");
        if is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).expect("given away");
        }
        let mut cluster = Self { folder, bin, port, watcher: None };
        let (data, secret) = (cluster.data(), cluster.folder.path().join("secret"));
        fs::write(&secret, "root-secret").expect("written");
        let mut initdb = cluster.program("initdb");
        initdb.args([
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "-U",
            "root",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]);
        initdb.arg("-D").arg(&data).arg(format!("--pwfile={}", secret.display()));
        let made = initdb.output().expect("initdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let own = format!(
            "fsync = off\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
             max_connections = 400\nshared_buffers = 64MB\n{settings}\n",
            cluster.folder.path().display()
        );
        let path = data.join("postgresql.conf");
        let text = fs::read_to_string(&path).expect("its settings");
        fs::write(&path, text + &own).expect("set");
        cluster.begin();
        cluster
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The folder of its socket.
    pub fn socket(&self) -> &Path {
        self.folder.path()
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// Starts the server, which ends with the tests, however they end.
    pub fn begin(&mut self) {
        let mut shell = Command::new("sh");
        // What a shell runs behind itself ignores signals, so that it is the one who waits for our end that stands behind.
        let wait = "(read x <&3; kill -INT $$ 2>/dev/null) >/dev/null 2>&1 &";
        shell.args(["-c", &format!("exec 3<&0; {wait} exec \"$0\" -D \"$1\" </dev/null >\"$1/log\" 2>&1 3<&-")]);
        shell.arg(self.bin.join("postgres")).arg(self.data()).current_dir("/");
        if is_root() {
            shell.uid(NOBODY).gid(NOBODY);
        }
        self.watcher = Some(shell.stdin(Stdio::piped()).spawn().expect("it starts"));
        let begun = Instant::now();
        while Postgres::connect(&self.owned("postgres"), "root", None).is_err() {
            let log = || fs::read_to_string(self.data().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(60), "the server starts: {}", log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends it: as a crash would (`-m immediate`), or with its work done (`-m fast`).
    pub fn end(&mut self, how: &str) {
        let stopped = self.program("pg_ctl").args(["-D"]).arg(self.data()).args(["stop", "-w", "-m", how]).output();
        let stopped = stopped.expect("pg_ctl runs");
        assert!(stopped.status.success(), "{}", String::from_utf8_lossy(&stopped.stderr));
        if let Some(mut watcher) = self.watcher.take() {
            drop(watcher.stdin.take());
            let _ = watcher.wait();
        }
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn owned(&self, database: &str) -> Address {
        let host = self.socket().display().to_string().replace('/', "%2F");
        Address::parse(&format!("postgres://{host}:{}/{database}", self.port)).expect("an address")
    }

    /// A new, empty database; and its address by the socket, where everybody is let in.
    pub fn database(&self) -> Address {
        static N: AtomicUsize = AtomicUsize::new(0);
        let name = format!("team{}", N.fetch_add(1, Ordering::Relaxed));
        let server = Postgres::connect(&self.owned("postgres"), "root", None).expect("reached");
        server.execute(&format!("CREATE DATABASE {name}")).expect("made");
        self.owned(&name)
    }

    /// Does statements as the server's administrator.
    pub fn sql(address: &Address, sql: &str) {
        let server = Postgres::connect(address, "root", None).expect("reached");
        server.execute(sql).expect("done");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            drop(watcher.stdin.take());
            let _ = watcher.wait();
        }
    }
}

/// The server that most tests share; they have databases of their own, and coders' names that no other test has.
pub fn shared() -> &'static Cluster {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(""))
}
