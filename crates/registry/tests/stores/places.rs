//! Where registries are made: a SQLite file, and a PostgreSQL server of our own.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait as _;

/// An empty place for a registry; the folder goes with it.
pub struct Place {
    pub store: &'static str,
    pub url: String,
    _folder: Option<tempfile::TempDir>,
}

/// The user that PostgreSQL runs as where we are root: it refuses to run as root.
const NOBODY: u32 = 65534;

pub struct Server {
    pub port: u16,
    /// Holds the server's shell; when this process ends, however it ends, so does the server.
    _shell: Child,
    _folder: tempfile::TempDir,
}

impl Server {
    /// An empty database, as a URL without parameters.
    pub fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("registry{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let base = format!("postgres://postgres@127.0.0.1:{}", self.port);
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = sea_orm::Database::connect(format!("{base}/postgres")).await.unwrap();
            db.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        });
        format!("{base}/{name}")
    }
}

/// One empty place on each database that there is.
pub fn all() -> Vec<Place> {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("shujian.db").display().to_string();
    let mut places = vec![Place { store: "SQLite", url, _folder: Some(folder) }];
    places.extend(postgres());
    places
}

fn postgres() -> Option<Place> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| Some(said(start(false))?.0)).as_ref()?;
    Some(Place { store: "PostgreSQL", url: server.database(), _folder: None })
}

/// What was started, or its absence said aloud.
pub fn said<T>(server: Result<T, String>) -> Option<T> {
    server
        .inspect_err(|why| {
            let _ = writeln!(std::io::stderr(), "SKIPPED on PostgreSQL: {why}");
        })
        .ok()
}

/// Where Debian and the like keep a program of PostgreSQL.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    folders.into_iter().map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Starts a server of our own; with `tls` it speaks TLS, under a certificate that openssl makes.
pub fn start(tls: bool) -> Result<(Server, PathBuf), String> {
    let initdb = program("initdb").ok_or("there is no initdb on this machine")?;
    let postgres = program("postgres").ok_or("there is no postgres on this machine")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|it| {
        use std::os::unix::fs::MetadataExt as _;
        it.uid() == 0
    });
    if is_root {
        std::os::unix::fs::chown(folder.path(), Some(NOBODY), Some(NOBODY))
            .map_err(|error| error.to_string())?;
    }
    let as_nobody = |mut command: Command| {
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.current_dir(folder.path());
        command
    };
    let data = folder.path().join("data");
    let mut init = Command::new(initdb);
    init.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-D"]).arg(&data);
    let made = as_nobody(init).output().map_err(|error| format!("initdb: {error}"))?;
    if !made.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
    }
    let [certificate, key] = ["server.crt", "server.key"].map(|name| folder.path().join(name));
    if tls {
        let mut make = Command::new("openssl");
        make.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate);
        let made = as_nobody(make).output().map_err(|error| format!("openssl: {error}"))?;
        if !made.status.success() {
            return Err(format!("openssl: {}", String::from_utf8_lossy(&made.stderr)));
        }
    }
    let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let port = free.map_err(|error| error.to_string())?.port();
    let script = "\"$0\" -D \"$1\" -k \"$1\" -p \"$2\" -c listen_addresses=127.0.0.1 \
                  -c max_connections=200 -c ssl=\"$3\" -c ssl_cert_file=\"$4\" \
                  -c ssl_key_file=\"$5\" & server=$!; cat >/dev/null; kill -INT $server; wait";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(postgres).arg(&data).arg(port.to_string());
    shell.arg(if tls { "on" } else { "off" }).args([&certificate, &key]);
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let shell = as_nobody(shell).spawn().map_err(|error| format!("postgres: {error}"))?;
    let server = Server { port, _shell: shell, _folder: folder };
    wait(port, &data).map(|()| (server, certificate))
}

fn wait(port: u16, data: &Path) -> Result<(), String> {
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(30) {
        if runtime.block_on(sea_orm::Database::connect(&url)).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(format!("the server in {} does not answer", data.display()))
}
