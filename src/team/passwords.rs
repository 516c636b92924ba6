//! Passwords of servers, where `PostgreSQL`'s own programs look for them: the environment, and the file `.pgpass`.
//!
//! Source: <https://www.postgresql.org/docs/current/libpq-pgpass.html>.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::team::address::Address;

/// The password of a role: by `PGPASSWORD`, or by the file that `PGPASSFILE` names or `~/.pgpass`. The file counts only where its owner alone
/// may read it.
pub fn password(address: &Address, role: &str) -> Option<String> {
    let given = env::var("PGPASSWORD").ok().filter(|password| !password.is_empty());
    given.or_else(|| {
        let home = || etcetera::home_dir().ok().map(|home| home.join(".pgpass"));
        let path = env::var_os("PGPASSFILE").map(PathBuf::from).or_else(home)?;
        if !is_private(&path) {
            return None;
        }
        let text = fs::read_to_string(path).ok()?;
        text.lines().find_map(|line| matching(line, address, role))
    })
}

#[cfg(unix)]
fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|about| about.is_file() && about.permissions().mode().trailing_zeros() >= 6)
}

#[cfg(not(unix))]
fn is_private(path: &Path) -> bool {
    path.is_file()
}

/// The password of a line `host:port:database:role:password`, if it is of that server and role.
fn matching(line: &str, address: &Address, role: &str) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let fields = fields(line);
    let port = address.port.to_string();
    let host = if address.is_socket() { "localhost" } else { &address.host };
    let wanted = [host, &port, &address.database, role];
    let is_it = fields.len() == 5 && fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted);
    fields.into_iter().nth(4).filter(|password| is_it && !password.is_empty())
}

/// The five fields of a line; `\:` and `\\` are letters, and the last field may have colons.
fn fields(line: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let n = all.len();
        match (letter, all.last_mut()) {
            ('\\', Some(field)) => field.extend(letters.next()),
            (':', _) if n < 5 => all.push(String::new()),
            (letter, Some(field)) => field.push(letter),
            (_, None) => {}
        }
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_file_is_of_its_server_and_role_alone() {
        let address = Address::parse("postgres://db:6432/team").unwrap();
        let of = |line: &str| matching(line, &address, "asel");
        assert_eq!(of("db:6432:team:asel:se\\:cr\\\\et"), Some("se:cr\\et".into()));
        assert_eq!(of("*:*:*:asel:a:b"), Some("a:b".into()));
        assert_eq!(of("db:5432:team:asel:x"), None);
        assert_eq!(of("#db:6432:team:asel:x"), None);
        assert_eq!(of("db:6432:team:dana:x"), None);
    }
}
