//! What a server's errors are to a coder, in words that tell the way out.

use std::error::Error;

use tokio_postgres::error::SqlState;

use crate::say;
use crate::team::certificates;
use crate::team::hub::HubError;
use crate::text::width::printable;

/// The server did not answer in time.
pub fn unanswered() -> HubError {
    HubError::Away(say!("the server does not answer").into())
}

/// What a server's error is to a coder. What it says of the values that were sent is left out: they are the project's.
pub fn told(error: &tokio_postgres::Error) -> HubError {
    if let Some(why) = certificates::refusal(error) {
        return HubError::Refused(why);
    }
    let Some(db) = error.as_db_error() else {
        let mut text = error.to_string();
        text.extend(error.source().map(|cause| format!(": {cause}")));
        return match text.as_str() {
            _ if text.contains("password missing") => HubError::Secret(say!("the server asks for a password").into()),
            _ if text.contains("server does not support TLS") => HubError::Refused(
                say!("the server has no TLS, and nothing is sent in the open; its administrator can turn ssl on")
                    .into(),
            ),
            _ if text.contains("authentication") || text.contains("unsupported") => {
                HubError::Refused(say!("the server asks for a proof that this program can't give").into())
            }
            _ => HubError::Away(say!("the server can't be reached").into()),
        };
    };
    let code = db.code();
    let said = || printable(db.message());
    match code {
        _ if *code == SqlState::INVALID_PASSWORD => {
            HubError::Secret(say!("the server does not take this password").into())
        }
        _ if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            HubError::Refused(say!("the server does not let this role in: {said}", said = said()))
        }
        _ if *code == SqlState::INVALID_CATALOG_NAME => {
            HubError::Refused(say!("the server has no such database: {said}", said = said()))
        }
        _ if *code == SqlState::INSUFFICIENT_PRIVILEGE && db.message().contains("schema") => HubError::Refused(say!(
            "you are not in the team there, or not any more: ask its owner ({said})",
            said = said()
        )),
        _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            HubError::Refused(say!("the server does not allow it: {said}", said = said()))
        }
        _ if *code == SqlState::UNDEFINED_TABLE || *code == SqlState::INVALID_SCHEMA_NAME => {
            HubError::Refused(say!("no project is there; `tanba share ADDRESS` puts one there").into())
        }
        _ if *code == SqlState::UNIQUE_VIOLATION => HubError::Taken(String::new()),
        _ if *code == SqlState::DISK_FULL => HubError::Away(say!("the server's disk is full").into()),
        _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => {
            HubError::Away(say!("the server can't be written now (it recovers, or is a copy)").into())
        }
        _ if *code == SqlState::CANNOT_CONNECT_NOW => HubError::Away(say!("the server is starting").into()),
        _ if *code == SqlState::TOO_MANY_CONNECTIONS => {
            HubError::Away(say!("the server has too many connections").into())
        }
        _ if ["08", "53", "57", "40"].iter().any(|class| code.code().starts_with(class)) => {
            HubError::Away(say!("the server went away: {said}", said = said()))
        }
        _ => HubError::Refused(say!("the server says: {said}", said = said())),
    }
}
