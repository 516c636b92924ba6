//! A project's place in a database: putting it there, and who is in its team.

use crate::say;
use crate::team::hub::{HubError, Kind};
use crate::team::postgres::{Postgres, VERSION};

/// The statements that make the tables, the rights and the rules.
const SCHEMA_SQL: &str = include_str!("schema.sql");

/// Bytes of a role's name at most. Source: `NAMEDATALEN` of `PostgreSQL`.
const MAX_ROLE_BYTES: usize = 63;

/// Somebody in the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The database's role.
    pub role: String,
    /// The coder's name.
    pub coder: String,
    /// What they may do.
    pub kind: Kind,
    /// Lines of their journals that came.
    pub n_lines: u64,
    /// When the last of them came, in words of the database; nothing where none did.
    pub last: Option<String>,
}

/// A name as SQL has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    // Whether backslashes mean something depends on the server's settings; so written they do not.
    let text = text.replace('\\', "\\\\").replace('\'', "''");
    format!("E'{text}'")
}

/// The role that everybody in the team has.
pub fn team_role(database: &str, schema: &str) -> String {
    let mut name = format!("{schema} team of {database}");
    while name.len() > MAX_ROLE_BYTES {
        name.pop();
    }
    name
}

/// All statements that put a project there, as an administrator can read and run them.
pub fn schema_sql(database: &str, schema: &str) -> String {
    let team = team_role(database, schema);
    let text = SCHEMA_SQL.replace("{schema}", schema).replace("{team}", &quoted(&team));
    format!("CREATE ROLE {} NOLOGIN;\n\n{text}", quoted(&team))
}

/// The statements that make a role, with a password (in the form that the server keeps, so that no log has it) where one is given.
pub fn role_sql(role: &str, verifier: Option<&str>) -> String {
    let password = verifier.map_or_else(String::new, |verifier| format!(" PASSWORD {}", literal(verifier)));
    format!("CREATE ROLE {} LOGIN{password};\n", quoted(role))
}

/// The statement that gives a role another password, in the form that the server keeps.
pub fn password_sql(role: &str, verifier: &str) -> String {
    format!("ALTER ROLE {} PASSWORD {};\n", quoted(role), literal(verifier))
}

/// The statements that put a role into the team.
pub fn member_sql((database, schema): (&str, &str), role: &str, coder: &str, kind: Kind) -> String {
    let (team, name) = (quoted(&team_role(database, schema)), literal(role));
    let (coder, kind) = (literal(coder), literal(kind.word()));
    format!(
        "GRANT {team} TO {role};\n\
         INSERT INTO {schema}.team (role, coder, kind) VALUES ({name}, {coder}, {kind})\n    \
         ON CONFLICT (role) DO UPDATE SET kind = excluded.kind;\n",
        role = quoted(role),
    )
}

/// The statements that take a role out of the team; what its coder said stays.
pub fn removal_sql((database, schema): (&str, &str), role: &str) -> String {
    let team = quoted(&team_role(database, schema));
    format!("DELETE FROM {schema}.team WHERE role = {};\nREVOKE {team} FROM {};\n", literal(role), quoted(role))
}

/// Whether a name can be a role's.
pub fn is_role(name: &str) -> bool {
    !name.is_empty() && name.len() <= MAX_ROLE_BYTES && !name.contains('\0') && !name.starts_with("pg_")
}

impl Postgres {
    /// Whether a role is known to the server.
    pub fn has_role(&mut self, role: &str) -> Result<bool, HubError> {
        Ok(!self.query("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&role])?.is_empty())
    }

    /// Puts an empty project there, whose owner is who works, as a coder. All of it or nothing.
    pub fn establish(&mut self, database: &str, facts: &[(&str, &str)], coder: &str) -> Result<(), HubError> {
        let me: String = match self.query("SELECT session_user::text", &[])?.first() {
            Some(row) => row.get(0),
            None => return Err(HubError::Away(say!("the server does not answer").into())),
        };
        let schema = self.schema().to_owned();
        let team = team_role(database, &schema);
        let mut sql = schema_sql(database, &schema);
        if self.has_role(&team)? {
            // Of a project of that name that was there before.
            sql = sql.split_once(";\n").map_or(sql.clone(), |(_, rest)| rest.to_owned());
        }
        for (name, value) in [("version", VERSION)].iter().chain(facts) {
            let (name, value) = (literal(name), literal(value));
            sql += &[&*format!("INSERT INTO {schema}.project (name, value) VALUES ({name}, "), &value, ");\n"].concat();
        }
        let (me, coder) = (literal(&me), literal(coder));
        let owner = format!("INSERT INTO {schema}.team (role, coder, kind) VALUES ({me}, {coder}, 'owner');\n");
        self.together(&(sql + &owner))
    }

    /// Everybody in the team, by the coders' names.
    pub fn members(&mut self) -> Result<Vec<Member>, HubError> {
        let rows = self.query(
            "SELECT t.role, t.coder, t.kind, \
               (SELECT count(*) FROM {schema}.lines l JOIN {schema}.journals j ON j.journal = l.journal WHERE j.coder = t.coder), \
               (SELECT to_char(max(l.came) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM {schema}.lines l \
                  JOIN {schema}.journals j ON j.journal = l.journal WHERE j.coder = t.coder) \
             FROM {schema}.team t ORDER BY t.coder",
            &[],
        )?;
        let member = |row: &tokio_postgres::Row| Member {
            role: row.get(0),
            coder: row.get(1),
            kind: Kind::named(row.get(2)).unwrap_or(Kind::Reader),
            n_lines: u64::try_from(row.get::<_, i64>(3)).unwrap_or(0),
            last: row.get(4),
        };
        Ok(rows.iter().map(member).collect())
    }

    /// Does statements together, or none of them.
    pub fn together(&mut self, sql: &str) -> Result<(), HubError> {
        let done = self.run(self.client().batch_execute(&format!("BEGIN;\n{sql}\nCOMMIT;")));
        if done.is_err() {
            let _ = self.run(self.client().batch_execute("ROLLBACK"));
        }
        done
    }
}

/// A password in the form that the server keeps: only who knows it can make it, and it can't be read back. Source: RFC 5803.
pub fn verifier(password: &str) -> String {
    postgres_protocol::password::scram_sha_256(password.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_signs_of_sql_stay_names() {
        let (place, evil) = (("db", "study"), "x\"; DROP SCHEMA study; --'\\");
        let sql = member_sql(place, evil, evil, Kind::Coder);
        assert!(sql.contains("TO \"x\"\"; DROP SCHEMA study; --'\\\""), "{sql}");
        assert!(sql.contains("E'x\"; DROP SCHEMA study; --''\\\\'"), "{sql}");
    }

    #[test]
    fn the_schema_names_itself_everywhere() {
        let sql = schema_sql("db", "study");
        assert!(!sql.contains("{schema}") && !sql.contains("{team}"));
        assert!(sql.starts_with("CREATE ROLE \"study team of db\" NOLOGIN;"));
    }
}
