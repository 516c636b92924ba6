//! Where a team's server is: what `postgres://host/database?schema=study` says, without anybody's secret.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use crate::say;

/// The schema where none is named.
const SCHEMA: &str = "tanba";

/// The port where none is named.
const PORT: u16 = 5432;

/// Letters of a schema's name at most: `PostgreSQL` cuts names at 63 bytes, and ours stand in other names.
const MAX_SCHEMA: usize = 40;

/// How the server must prove who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a certificate that is valid, of an authority that is trusted, for its name.
    Certificate,
    /// Not at all, and nothing is encrypted.
    Nothing,
}

/// Where a team's server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The host's name, or the folder of its socket.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The database.
    pub database: String,
    /// The schema that is the project.
    pub schema: String,
    /// The role to work as, where it is named; it is each coder's own.
    pub role: Option<String>,
    /// A password that stood in it: it is used and not kept.
    pub password: Option<String>,
    /// Certificates to trust in the place of the system's: a file.
    pub authorities: Option<PathBuf>,
    /// How the server must prove who it is.
    pub proof: Proof,
}

/// Whether a text is meant as the address of a server.
pub fn is_address(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A text as it stands in an address: letters, digits and a few signs as they are.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2E", ".")
        .replace("%2D", "-")
        .replace("%5F", "_")
}

impl Address {
    /// Reads `postgres://[role[:password]@]host[:port]/database[?schema=…&sslmode=…&sslrootcert=…&host=…]`. Fails with what is wrong in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |why: String| say!("{why}; an address is postgres://ROLE@HOST/DATABASE?schema=PROJECT", why);
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        let rest = rest.ok_or_else(|| wrong(say!("that is no address of a server").into()))?;
        let (main, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (place, database) = main.split_once('/').unwrap_or((main, ""));
        let (login, host_port) = place.rsplit_once('@').map_or((None, place), |(login, host)| (Some(login), host));
        let (host, port) = match host_port.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (host_port, ""),
        };
        let port = if port.is_empty() { Some(PORT) } else { port.parse().ok() };
        let (role, password) = login.map_or((None, None), |login| match login.split_once(':') {
            Some((role, password)) => (Some(decoded(role)), Some(decoded(password))),
            None => (Some(decoded(login)), None),
        });
        let mut address = Self {
            host: decoded(host.trim_start_matches('[').trim_end_matches(']')),
            port: port.ok_or_else(|| wrong(say!("its port is no number").into()))?,
            database: decoded(database),
            schema: SCHEMA.to_owned(),
            role: role.filter(|role| !role.is_empty()),
            password: password.filter(|password| !password.is_empty()),
            authorities: None,
            proof: Proof::Certificate,
        };
        let mut mode = None;
        for (name, value) in query.split('&').filter(|part| !part.is_empty()).map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (name, decoded(value))
        }) {
            match (name, &*value) {
                ("schema", _) => address.schema = value,
                ("sslrootcert", _) => address.authorities = Some(PathBuf::from(value)),
                ("host", _) => address.host = value,
                ("sslmode", "disable") => mode = Some(Proof::Nothing),
                ("sslmode", "verify-full") => mode = Some(Proof::Certificate),
                ("sslmode", _) => {
                    return Err(wrong(say!("sslmode is verify-full (which it is unsaid) or disable").into()));
                }
                _ => return Err(wrong(say!("it has the unknown part \"{name}\"", name))),
            }
        }
        // Nobody listens between two programs of one machine.
        address.proof = mode.unwrap_or(if address.is_here() { Proof::Nothing } else { Proof::Certificate });
        if address.host.is_empty() || address.database.is_empty() {
            return Err(wrong(say!("it names no host or no database").into()));
        }
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let begins_well = address.schema.starts_with(|c: char| c.is_ascii_lowercase());
        if !begins_well || !address.schema.chars().all(is_plain) || address.schema.len() > MAX_SCHEMA {
            return Err(wrong(say!("a schema's name is of small Latin letters, digits and _, at most 40").into()));
        }
        Ok(address)
    }

    /// Whether the host is the folder of a socket.
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Whether the server is on this machine.
    fn is_here(&self) -> bool {
        let is_loopback = self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        self.is_socket() || is_loopback || self.host == "localhost"
    }

    /// The same for everybody: without role and password.
    #[must_use]
    pub fn shared(&self) -> Self {
        Self { role: None, password: None, ..self.clone() }
    }
}

impl fmt::Display for Address {
    /// As it is read, without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(role) = &self.role {
            write!(f, "{}@", encoded(role))?;
        }
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { encoded(&self.host) };
        write!(f, "{host}")?;
        if self.port != PORT {
            write!(f, ":{}", self.port)?;
        }
        write!(f, "/{}?schema={}", encoded(&self.database), self.schema)?;
        if let Some(path) = &self.authorities {
            write!(f, "&sslrootcert={}", encoded(&path.to_string_lossy()).replace("%2F", "/"))?;
        }
        match (self.proof, self.is_here()) {
            (Proof::Nothing, false) => write!(f, "&sslmode=disable"),
            (Proof::Certificate, true) => write!(f, "&sslmode=verify-full"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back_without_its_password() {
        for (text, told) in [
            ("postgres://asel@db.example.org/team", "postgres://asel@db.example.org/team?schema=tanba"),
            ("postgresql://asel:s%3Acret@db:6432/t?schema=study", "postgres://asel@db:6432/t?schema=study"),
            ("postgres://%D0%90%D1%81@[::1]:5433/t", "postgres://%D0%90%D1%81@[::1]:5433/t?schema=tanba"),
            ("postgres:///t?host=/tmp/x", "postgres://%2Ftmp%2Fx/t?schema=tanba"),
            ("postgres://db/t?sslmode=disable", "postgres://db/t?schema=tanba&sslmode=disable"),
            ("postgres://db/t?sslrootcert=/etc/ca.pem", "postgres://db/t?schema=tanba&sslrootcert=/etc/ca.pem"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.to_string(), told);
            assert_eq!(Address::parse(told).unwrap(), Address { password: None, ..address });
        }
        let address = Address::parse("postgres://asel:s%3Acret@db/t").unwrap();
        assert_eq!(address.password.as_deref(), Some("s:cret"));
        assert_eq!((address.shared().role, address.shared().password), (None, None));
    }

    #[test]
    fn a_server_elsewhere_proves_who_it_is_unless_that_is_waived() {
        let proof = |text: &str| Address::parse(text).unwrap().proof;
        assert_eq!(proof("postgres://db.example.org/t"), Proof::Certificate);
        assert_eq!(proof("postgres://db.example.org/t?sslmode=disable"), Proof::Nothing);
        assert_eq!(proof("postgres://127.0.0.1/t"), Proof::Nothing);
        assert_eq!(proof("postgres://localhost/t?sslmode=verify-full"), Proof::Certificate);
    }

    #[test]
    fn what_is_no_address_is_told_with_what_one_looks_like() {
        for text in [
            "mysql://db/t",
            "postgres://db",
            "postgres:///t",
            "postgres://db:x/t",
            "postgres://db/t?sslmode=prefer",
            "postgres://db/t?schema=Study;drop",
            "postgres://db/t?schema=",
            "postgres://db/t?colour=red",
        ] {
            assert!(Address::parse(text).unwrap_err().contains("postgres://ROLE@HOST/DATABASE"), "{text}");
        }
    }
}
