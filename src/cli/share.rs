//! `tanba share`, `tanba unshare` and `tanba sync`: a project at a server, and back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::cli::context::{Context, Failure};
use crate::cli::output::{Output, Progress, complain};
use crate::shell::clock;
use crate::shell::connection::{Place, Way};
use crate::store::error::StoreError;
use crate::store::home::Home;
use crate::store::project::{Project, SETTINGS_FILE, Settings, Writer};
use crate::store::{Store, documents, journal};
use crate::team::exchange::{Carried, Exchange, Stopped};
use crate::team::folder::Folder;
use crate::team::hub::{Hub, HubError, Kind};
use crate::team::ledger::Ledger;
use crate::text::width::printable;
use crate::{count, say};

#[derive(Args)]
struct ShareArgs {
    /// `postgres://ROLE@HOST/DATABASE?schema=PROJECT`, or a folder on a network drive
    address: String,
}

#[derive(Args)]
struct UnshareArgs {
    /// Take nothing once more: the server is gone for good
    #[arg(long)]
    offline: bool,
}

#[derive(Args)]
struct JoinArgs {
    /// `postgres://ROLE@HOST/DATABASE?schema=PROJECT`, or a folder on a network drive
    address: String,
    /// The new folder
    dir: PathBuf,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    (
        "tanba share 'postgres://asel@db.example.org/team?schema=study'",
        "puts this project there, and carries on with it",
    ),
    ("tanba share /mnt/team/study", "the same by a folder that others reach"),
];

/// How `unshare` is used.
pub const UNSHARE_EXAMPLES: &[(&str, &str)] =
    &[("tanba unshare", "takes everything once more; from then on the folder is all")];

/// How `join` is used.
pub const JOIN_EXAMPLES: &[(&str, &str)] = &[(
    "tanba join postgres://dana@db.example.org/team?schema=study study",
    "a colleague begins: codes, documents, all",
)];

/// How `sync` is used.
pub const SYNC_EXAMPLES: &[(&str, &str)] =
    &[("tanba sync", "sends what is new here and takes what is new there, without the reader")];

/// How passwords are had.
fn passwords() -> &'static str {
    say!(
        "A password is read from PGPASSWORD or ~/.pgpass, or asked for; it is never kept. A server elsewhere must prove who it is by a \
         certificate (sslrootcert=FILE in the address names an authority of your own; sslmode=disable waives it)."
    )
}

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    let about = "Put the project into a team's PostgreSQL server, or go on with it there";
    ShareArgs::augment_args(command.about(about)).after_help(passwords())
}

/// Those of `unshare`.
pub fn unshare_arguments(command: Command) -> Command {
    UnshareArgs::augment_args(command.about("Leave the team's server: the folder is the whole project again"))
}

/// Those of `join`.
pub fn join_arguments(command: Command) -> Command {
    JoinArgs::augment_args(command.about("Begin with a project that is at a team's server")).after_help(passwords())
}

/// Those of `sync`.
pub fn sync_arguments(command: Command) -> Command {
    command.about("Send what is new here to the team's server, and take what is new there")
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Self::Told(error.to_string())
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Self {
        Self::Told(stopped.to_string())
    }
}

/// The project, which nobody else writes here while it is held.
fn held(context: &Context) -> Result<Store, Failure> {
    let store = context.store_to_write()?;
    if store.is_by_letters() {
        return Err(say!("a reader has the project open; close it first").into());
    }
    unencrypted(store)
}

/// The same, where it may be at a server.
fn unencrypted(store: Store) -> Result<Store, Failure> {
    if store.project.cipher.is_some() {
        let why = say!(
            "an encrypted project can't be at a server yet; it is shared as a folder, whose files nobody can read without the key"
        );
        return Err(why.into());
    }
    Ok(store)
}

/// Shares.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = ShareArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = held(context)?;
    let project = &store.project;
    let mut place = Place::parse(&args.address).map_err(Failure::Told)?;
    if let Place::Folder(path) = &mut place {
        *path = prepared(path, project)?;
    }
    let name = place.name();
    if !project.settings.hub.is_empty() && project.settings.hub != name {
        let hub = &project.settings.hub;
        return Err(say!("it is shared at {hub} already; `tanba unshare` leaves there first", hub).into());
    }
    let mut way = Way::new(place, &store.writer.coder);
    if let Place::Server(address) = way.place.clone() {
        let mut server = way.reach_asking(Way::server)?;
        if server.fact("id")?.is_none() {
            let (_, text) = project.file().unwrap_or_default();
            let id = format!("{:032x}", clock::chance());
            server.establish(&address.database, &[("id", &id), ("settings", &text)], &store.writer.coder)?;
        }
    }
    let mut hub = match &way.place {
        // Who begins brings everybody's journals.
        Place::Folder(path) if journal::list(&path.join("journal"))?.is_empty() => {
            Box::new(Folder::owned(path, &store.writer.coder)) as Box<dyn Hub>
        }
        _ => way.reach_asking(Way::reach)?,
    };
    check_same(project, &mut *hub)?;
    let standing = hub.standing()?;
    let carried = carry((&store, &way), project, &mut *hub)?;
    name_hub(project, Some(&name))?;
    way.agree(&Home::find(), &standing.project)?;
    let mut out = Output::new();
    out.line(&told(&carried))?;
    let line = match way.place {
        Place::Server(_) if standing.kind == Kind::Owner => {
            say!("the project is at {name} now; its reader carries from now on. Colleagues: tanba team add NAME", name)
        }
        _ => say!("the project is at {name} now; its reader carries from now on", name),
    };
    Ok(out.line(&line)?)
}

/// A folder that is to be a hub, made where it is not there.
fn prepared(path: &Path, project: &Project) -> Result<PathBuf, Failure> {
    for part in ["journal", "documents"] {
        let dir = path.join(part);
        fs::create_dir_all(&dir).map_err(StoreError::io("make", &dir))?;
    }
    let whole = path.canonicalize().map_err(StoreError::io("find", path))?;
    if project.root.canonicalize().is_ok_and(|own| own == whole) {
        return Err(say!("that is the project itself").into());
    }
    let file = whole.join(SETTINGS_FILE);
    if let (false, Some((_, text))) = (file.exists(), project.file()) {
        documents::write_whole(&file, text.as_bytes())?;
    }
    Ok(whole)
}

/// Fails where another project is there: one that has lines, and no journal that begins as one here.
fn check_same(project: &Project, hub: &mut dyn Hub) -> Result<(), Failure> {
    let there = hub.reached()?;
    let mut firsts = BTreeMap::new();
    for path in journal::list(&project.journals())? {
        let line = Ledger::read(&path)?.lines(0, 1)?.0.into_iter().next();
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        firsts.extend(line.map(|line| (name, line)));
    }
    let places = firsts.keys().map(|name| (name.clone(), 0)).collect();
    let is_same = hub.lines(&places)?.iter().any(|(name, line)| firsts.get(name) == Some(line));
    if !there.is_empty() && !firsts.is_empty() && !is_same {
        return Err(say!("another project is there; name another schema, or begin with that one: tanba join").into());
    }
    Ok(())
}

/// Carries everything, out and in, and tells how far it is.
fn carry((store, way): (&Store, &Way), project: &Project, hub: &mut dyn Hub) -> Result<Carried, Failure> {
    let mut exchange = Exchange::new(project.clone(), store.writer.name(), true).with(&way.project);
    let mut progress = Progress::of(say!("carrying"));
    let carried = exchange.everything(hub, &mut |done, all| progress.at(done, all));
    drop(progress);
    for note in exchange.notes.drain(..) {
        complain(&printable(&note));
    }
    Ok(carried?)
}

fn told(carried: &Carried) -> String {
    let n = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let sent = count!(n(carried.n_sent), "{n} entry sent", "{n} entries sent");
    let taken = count!(n(carried.n_taken), "{n} entry taken", "{n} entries taken");
    let texts = count!(n(carried.n_texts), "{n} text carried", "{n} texts carried");
    format!("{sent}, {taken}, {texts}")
}

/// Writes into the project's settings where it is shared, or that it is no more; all other lines stay.
fn name_hub(project: &Project, hub: Option<&str>) -> Result<(), Failure> {
    let file = project.root.join(SETTINGS_FILE);
    let (_, text) = project.file().unwrap_or_default();
    let mut settings: toml_edit::DocumentMut = text.parse().map_err(|_| say!("tanba.toml is no TOML"))?;
    match hub {
        Some(hub) => settings["hub"] = toml_edit::value(hub),
        None => drop(settings.remove("hub")),
    }
    Ok(documents::write_whole(&file, settings.to_string().as_bytes())?)
}

/// The way to the project's hub. Fails where it has none.
pub fn way(context: &Context, project: &Project) -> Result<Way, Failure> {
    let way = Way::of(project, &Home::find(), &context.writer().coder)?;
    Ok(way.ok_or(say!("this project is shared nowhere; `tanba share ADDRESS` shares it"))?)
}

/// Leaves.
pub fn run_unshare(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = UnshareArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let store = held(context)?;
    if args.offline {
        name_hub(&store.project, None)?;
        return Ok(
            Output::new().line(say!("this folder is by itself now; what colleagues did meanwhile is not in it"))?
        );
    }
    let mut way = way(context, &store.project)?;
    let mut out = Output::new();
    let mut hub = way.reach_asking(Way::reach)?;
    let carried = carry((&store, &way), &store.project, &mut *hub)?;
    out.line(&told(&carried))?;
    name_hub(&store.project, None)?;
    Ok(out.line(say!("this folder is the whole project again; what is there stays there until its owner deletes it"))?)
}

/// Carries once.
pub fn run_sync(_: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let store = context.store_to_write()?;
    if store.is_by_letters() {
        return Ok(Output::new().line(say!(
            "nothing was done here: the reader that has the project open carries, and its status line says how far it is"
        ))?);
    }
    let store = unencrypted(store)?;
    let mut way = way(context, &store.project)?;
    let asked = way.asks;
    let mut hub = way.reach_asking(Way::reach)?;
    if way.asks != asked {
        // The reader asks for it from now on before it begins.
        way.agree(&Home::find(), &way.project)?;
    }
    let carried = carry((&store, &way), &store.project, &mut *hub)?;
    Ok(Output::new().line(&told(&carried))?)
}

/// Joins.
pub fn run_join(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = JoinArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let is_free = fs::read_dir(&args.dir).map_or(!args.dir.exists(), |mut entries| entries.next().is_none());
    if !is_free {
        return Err(say!("something is there already; name a folder that is new or empty").into());
    }
    let mut place = Place::parse(&args.address).map_err(Failure::Told)?;
    if let Place::Folder(path) = &mut place {
        *path = path.canonicalize().map_err(StoreError::io("find", path))?;
    }
    let mut way = Way::new(place, &context.writer().coder);
    let mut hub = way.reach_asking(Way::reach)?;
    let standing = hub.standing()?;
    let settings = match &way.place {
        Place::Server(_) => way.server()?.fact("settings")?,
        Place::Folder(path) => Project::open(path)?.file().map(|(_, text)| text),
    };
    // Of what is said there just what every project says: the rest of it was another folder's.
    let there: Settings = settings.and_then(|text| toml::from_str(&text).ok()).unwrap_or_default();
    let own = Settings { hub: way.place.name(), encryption: String::new(), shared: false, ..there };
    let project = Project::init(&args.dir, own)?;
    way.agree(&Home::find(), &standing.project)?;
    drop(hub);
    // The server says who one is there; the name on this computer may be another.
    let writer = Writer { coder: standing.coder.clone(), ..context.writer() };
    let store = Store::open_to_write(project, writer, &mut |_, _| {})?;
    let mut hub = way.reach()?;
    let carried = match carry((&store, &way), &store.project, &mut *hub) {
        Ok(carried) => carried,
        Err(Failure::Told(why)) => {
            let dir = args.dir.display();
            return Err(say!("{why}; what came is in {dir}: `tanba sync -C {dir}` takes the rest", why, dir).into());
        }
        Err(other) => return Err(other),
    };
    let mut out = Output::new();
    out.line(&told(&carried))?;
    let (dir, coder) = (args.dir.display(), printable(&standing.coder));
    if context.writer().coder == standing.coder {
        return Ok(out.line(&say!("{dir} is the project; read it: tanba {dir}", dir))?);
    }
    Ok(out.line(&say!(
        "{dir} is the project; you are {coder} there: tanba settings coder {coder}, then tanba {dir}",
        dir,
        coder
    ))?)
}
