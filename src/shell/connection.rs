//! How a project's hub is reached: by what its settings say, what this computer's user agreed to, and a password.

use std::path::PathBuf;

use crate::say;
use crate::shell::prompt::Silence;
use crate::store::error::StoreError;
use crate::store::home::Home;
use crate::store::project::{Project, SETTINGS_FILE};
use crate::team::address::{Address, is_address};
use crate::team::agreed::{self, Agreed};
use crate::team::folder::Folder;
use crate::team::hub::{Hub, HubError};
use crate::team::passwords;
use crate::team::postgres::Postgres;

/// How often a password is asked for.
const TRIES: usize = 3;

/// Where a hub is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A server.
    Server(Box<Address>),
}

impl Place {
    /// Reads what names a hub. Fails with what is wrong in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if is_address(text) {
            return Ok(Self::Server(Box::new(Address::parse(text)?)));
        }
        if text.contains("://") {
            return Err(say!("only postgres:// addresses and folders are known, not {text}", text));
        }
        Ok(Self::Folder(PathBuf::from(text)))
    }

    /// As a project names it: the same for everybody, without anybody's role and password.
    pub fn name(&self) -> String {
        match self {
            Self::Folder(path) => path.display().to_string(),
            Self::Server(address) => address.shared().to_string(),
        }
    }
}

/// How a hub is reached.
#[derive(Debug, Clone)]
pub struct Way {
    /// Where it is.
    pub place: Place,
    /// The database's role.
    pub role: String,
    /// Its password, once it is known.
    pub password: Option<String>,
    /// Who works here.
    pub coder: String,
    /// Whether a password was wanted.
    pub asks: bool,
    /// The project that was agreed to; empty before.
    pub project: String,
}

impl Way {
    /// The way to a place that the user names; the role is the address's, `PGUSER`, or the coder's own name.
    pub fn new(place: Place, coder: &str) -> Self {
        let (mut role, mut password) = (None, None);
        if let Place::Server(address) = &place {
            role.clone_from(&address.role);
            password.clone_from(&address.password);
        }
        let named = || std::env::var("PGUSER").ok().filter(|role| !role.is_empty());
        let role = role.or_else(named).unwrap_or_else(|| coder.to_owned());
        // A password that stands in an address is kept nowhere: it is asked for the next time.
        let asks = password.is_some();
        let mut way = Self { place, role, password, coder: coder.to_owned(), asks, project: String::new() };
        way.look_up();
        way
    }

    /// The way to a project's own hub, where it has one that was agreed to here. Fails where it names one that was not.
    pub fn of(project: &Project, home: &Home, coder: &str) -> Result<Option<Self>, StoreError> {
        let name = &project.settings.hub;
        if name.is_empty() {
            return Ok(None);
        }
        let wrong = |why| StoreError::Settings(project.root.join(SETTINGS_FILE), why);
        let place = Place::parse(name).map_err(wrong)?;
        let Some(how) = agreed::to(home, name)? else {
            let why = say!(
                "this project is shared at {hub}, which this computer has not been to: `tanba share {hub}` goes there",
                hub = name
            );
            return Err(StoreError::Document(project.root.join(SETTINGS_FILE), why));
        };
        let mut way = Self {
            place,
            role: how.role,
            password: None,
            coder: coder.to_owned(),
            asks: how.asks,
            project: how.project,
        };
        way.look_up();
        Ok(Some(way))
    }

    fn look_up(&mut self) {
        if let (Place::Server(address), None) = (&self.place, &self.password) {
            self.password = passwords::password(address, &self.role);
        }
    }

    /// Goes there.
    pub fn reach(&self) -> Result<Box<dyn Hub>, HubError> {
        match &self.place {
            Place::Folder(path) => Ok(Box::new(Folder::new(path, &self.coder))),
            Place::Server(_) => Ok(Box::new(self.server()?)),
        }
    }

    /// Goes there, where it is a server.
    pub fn server(&self) -> Result<Postgres, HubError> {
        match &self.place {
            Place::Server(address) => Postgres::connect(address, &self.role, self.password.as_deref()),
            Place::Folder(_) => Err(HubError::Refused(say!("a folder has no team; a server has").into())),
        }
    }

    /// Goes there, and asks for a password in the terminal where one is wanted.
    pub fn reach_asking<T>(&mut self, reach: impl Fn(&Self) -> Result<T, HubError>) -> Result<T, HubError> {
        let mut reached = reach(self);
        for n in 0..TRIES {
            let Err(HubError::Secret(why)) = &reached else { break };
            self.asks = true;
            if n > 0 {
                let _ = Silence::begin().and_then(|silence| silence.say(why));
            }
            let Some(password) = self.ask().map_err(|error| HubError::Secret(format!("{why}; {error}")))? else {
                return Err(HubError::Secret(say!("no password was given; nothing was done").into()));
            };
            self.password = Some(password);
            reached = reach(self);
        }
        reached
    }

    /// Asks for the password; `None` where none is given.
    pub fn ask(&self) -> Result<Option<String>, String> {
        let unasked = |_| say!("give it in PGPASSWORD or .pgpass: there is no terminal to ask in").to_owned();
        let silence = Silence::begin().map_err(unasked)?;
        let host = match &self.place {
            Place::Server(address) => address.host.clone(),
            Place::Folder(_) => String::new(),
        };
        let question = say!("Password of {role} at {host}: ", role = self.role, host);
        Ok(silence.ask(&question).map_err(unasked)?.filter(|password| !password.is_empty()))
    }

    /// Remembers that this computer goes there.
    pub fn agree(&self, home: &Home, project: &str) -> Result<(), StoreError> {
        let role = if matches!(self.place, Place::Server(_)) { self.role.clone() } else { String::new() };
        agreed::agree(home, &self.place.name(), Agreed { role, project: project.to_owned(), asks: self.asks })
    }
}

fn wanted() -> HubError {
    HubError::Secret(say!("the server asks for a password").into())
}

/// The way to a project's hub for the reader: asks for a password where one was asked for before and none is known. What keeps it from going there
/// is told among the warnings, and the reader opens all the same.
pub fn for_reader(project: &Project, home: &Home, coder: &str, warnings: &mut Vec<String>) -> Option<Way> {
    let mut way = match Way::of(project, home, coder) {
        Ok(way) => way?,
        Err(error) => {
            warnings.push(error.to_string());
            return None;
        }
    };
    if project.cipher.is_some() {
        return None;
    }
    if way.asks && way.password.is_none() {
        // What was typed is tried at once: a second try that is awaited must not be typed into the text.
        let tried = way.reach_asking(|way| if way.password.is_none() { Err(wanted()) } else { way.reach() });
        if let Err(HubError::Secret(why) | HubError::Refused(why)) = tried {
            warnings.push(say!("{why}: the team's server is not reached this time", why));
            return None;
        }
    }
    Some(way)
}
