//! `tanba team`: who is in the team of a project that is at a server.

use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use serde::Serialize;

use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::cli::share;
use crate::model::change::{Change, Record};
use crate::model::event::Deed;
use crate::model::rules::Rule;
use crate::say;
use crate::shell::clock;
use crate::shell::connection::{Place, Way};
use crate::store::project::file_name_part;
use crate::team::address::Address;
use crate::team::administration::{
    self, Member, is_role, member_sql, password_sql, removal_sql, role_sql, schema_sql, verifier,
};
use crate::team::hub::{Hub, Kind};
use crate::team::postgres::Postgres;
use crate::text::width::{columns, printable};

#[derive(Args)]
struct TeamArgs {
    #[command(subcommand)]
    deed: TeamDeed,
}

#[derive(Subcommand)]
enum TeamDeed {
    /// List who is in the team
    List(ListArgs),
    /// Add a coder: makes a role with a password, and prints what to send them
    Add(AddArgs),
    /// Give a coder a new password, and print it
    Password(RemoveArgs),
    /// Take a coder out of the team; what they said stays
    Remove(RemoveArgs),
    /// Print the SQL that share, add and remove do, for an administrator to read and run
    Sql(SqlArgs),
}

#[derive(Args)]
struct ListArgs {
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct AddArgs {
    /// The coder's name
    coder: String,
    /// What they may do: coder, reviewer (sees everything whatever the rules are), reader (writes nothing)
    #[arg(long = "as", value_name = "KIND", default_value = "coder", value_parser = ["coder", "reviewer", "reader"])]
    kind: String,
    /// The database's role, where it is called otherwise
    #[arg(long)]
    role: Option<String>,
}

#[derive(Args)]
struct RemoveArgs {
    /// The coder's name
    coder: String,
}

#[derive(Args)]
struct SqlArgs {
    /// The address, where the project is not there yet
    address: Option<String>,
    /// Only what adds this coder
    #[arg(long, value_name = "CODER")]
    add: Vec<String>,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba team list", "who is in the team, and when they were last heard of"),
    ("tanba team add dana", "adds her, and prints the line that she begins with"),
    ("tanba team add bek --as reviewer", "he sees everything, also where coders are hidden from each other"),
    ("tanba team remove dana", "she is out from now on; what she coded stays"),
    ("tanba team sql 'postgres://db.example.org/team?schema=study'", "everything that is done there, to read before"),
];

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    TeamArgs::augment_args(command.about("Say who is in the team of a project at a server")).after_help(say!(
        "A coder may add to journals of their own and change or delete nothing; what the rules hide is withheld by the server. \
         Only who shared the project first can add and remove people, and only the rules that they set hold there."
    ))
}

#[derive(Serialize)]
struct Listed<'a> {
    coder: &'a str,
    role: &'a str,
    kind: &'static str,
    entries: u64,
    last_entry: Option<&'a str>,
}

/// Does it.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = TeamArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    match args.deed {
        TeamDeed::List(args) => list(args.json, context),
        TeamDeed::Add(args) => add(&args, context),
        TeamDeed::Password(args) => new_password(&args, context),
        TeamDeed::Remove(args) => remove(&args, context),
        TeamDeed::Sql(args) => sql(&args, context),
    }
}

fn server(context: &Context) -> Result<(Way, Address), Failure> {
    let way = share::way(context, &context.project()?)?;
    match &way.place {
        Place::Server(address) => Ok((way.clone(), (**address).clone())),
        Place::Folder(_) => Err(say!("a folder has no team; a server has").into()),
    }
}

fn list(is_json: bool, context: &Context) -> Result<(), Failure> {
    let (mut way, _) = server(context)?;
    let mut server = way.reach_asking(Way::server)?;
    server.standing()?;
    let members = server.members()?;
    let mut out = Output::new();
    if is_json {
        let listed: Vec<Listed<'_>> = members
            .iter()
            .map(|member| Listed {
                coder: &member.coder,
                role: &member.role,
                kind: member.kind.word(),
                entries: member.n_lines,
                last_entry: member.last.as_deref(),
            })
            .collect();
        out.json(&listed)?;
        return Ok(out.done()?);
    }
    let width = |of: fn(&Member) -> &str| members.iter().map(|m| columns(&printable(of(m)))).max().unwrap_or(0);
    let (coders, kinds) = (width(|member| &member.coder), width(|member| member.kind.word()));
    for member in &members {
        let coder = printable(&member.coder);
        let gap = " ".repeat(coders - columns(&coder));
        let last = member.last.as_deref().unwrap_or("—");
        out.line(&format!("{coder}{gap}  {:kinds$}  {:>7}  {last}", member.kind.word(), member.n_lines))?;
    }
    Ok(out.done()?)
}

fn add(args: &AddArgs, context: &Context) -> Result<(), Failure> {
    let coder = file_name_part(&args.coder, "");
    if coder.is_empty() || coder != args.coder {
        return Err(say!("a coder's name is of letters, digits, -, _ and dots inside").into());
    }
    let role = args.role.clone().unwrap_or_else(|| coder.clone());
    if !is_role(&role) {
        return Err(
            say!("a role's name has at most 63 bytes, and does not begin with pg_; name another: --role NAME").into()
        );
    }
    let (mut way, address) = server(context)?;
    let mut server = way.reach_asking(Way::server)?;
    server.standing()?;
    let is_other = |member: &Member| (member.coder == coder) != (member.role == role) || member.kind == Kind::Owner;
    let known = server.members()?.into_iter().find(|m| (m.coder == coder || m.role == role) && is_other(m));
    if let Some(known) = known {
        let (coder, role) = (printable(&known.coder), printable(&known.role));
        return Err(say!("{coder} is in the team already, with the role {role}", coder, role).into());
    }
    let kind = agreed_kind(&coder, &args.kind, context)?;
    let place = (&*address.database, &*address.schema);
    let password = if server.has_role(&role)? { None } else { Some(password()?) };
    let made = password.as_deref().map_or_else(String::new, |password| role_sql(&role, Some(&verifier(password))));
    server.together(&(made + &member_sql(place, &role, &coder, kind)))?;
    let mut out = Output::new();
    let own = Address { role: Some(role.clone()), ..address.shared() };
    out.line(&say!("{coder} is in the team. Send them, each by another way:", coder))?;
    out.line(&format!("  tanba join '{own}' {}", address.schema))?;
    out.line(&match password {
        Some(password) => format!("  {}", say!("password: {password}", password)),
        None => say!("  the password that the role {role} has already", role = printable(&role)),
    })?;
    Ok(out.done()?)
}

/// What a coder may do: who reviews by the project's rules does so at the server, and who is to review there does so by the rules.
fn agreed_kind(coder: &str, wanted: &str, context: &Context) -> Result<Kind, Failure> {
    let is_reviewer = context.store()?.shared()?.rules.reviewers.iter().any(|name| name == coder);
    match (wanted, is_reviewer) {
        ("coder", true) => Ok(Kind::Reviewer),
        ("reviewer", false) => {
            let rule = Change::put(Record::Rule(Rule::Reviewer(coder.to_owned())));
            context.store_to_write()?.keep(vec![rule], Deed::Plain, clock::now())?;
            Ok(Kind::Reviewer)
        }
        (wanted, _) => Ok(Kind::named(wanted).unwrap_or(Kind::Coder)),
    }
}

/// A new password: 120 bits that nobody can guess.
fn password() -> Result<String, Failure> {
    // Letters and digits that are not taken for each other.
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789A";
    let mut bytes = [0_u8; 24];
    let unmade = |_| Failure::from(say!("this system gave no chance for a password"));
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).map_err(unmade)?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(6).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

fn new_password(args: &RemoveArgs, context: &Context) -> Result<(), Failure> {
    let (mut way, _) = server(context)?;
    let mut server = way.reach_asking(Way::server)?;
    server.standing()?;
    let member = member(&mut server, &args.coder)?;
    let password = password()?;
    server.together(&password_sql(&member.role, &verifier(&password)))?;
    Ok(Output::new().line(&say!("password: {password}", password))?)
}

/// Somebody in the team, by the coder's name.
fn member(server: &mut Postgres, coder: &str) -> Result<Member, Failure> {
    let member = server.members()?.into_iter().find(|member| member.coder == coder);
    let coder = printable(coder);
    Ok(member.ok_or(say!("nobody in the team is called {coder}; `tanba team list` lists them", coder))?)
}

fn remove(args: &RemoveArgs, context: &Context) -> Result<(), Failure> {
    let (mut way, address) = server(context)?;
    let mut server = way.reach_asking(Way::server)?;
    server.standing()?;
    let member = member(&mut server, &args.coder)?;
    if member.kind == Kind::Owner {
        return Err(say!("the owner stays: the project is theirs").into());
    }
    server.together(&removal_sql((&address.database, &address.schema), &member.role))?;
    let (coder, role) = (printable(&member.coder), printable(&member.role));
    Ok(Output::new().line(&say!(
        "{coder} is out of the team; what they said stays. The role {role} is still there: an administrator can drop it",
        coder,
        role
    ))?)
}

fn sql(args: &SqlArgs, context: &Context) -> Result<(), Failure> {
    let address = match &args.address {
        Some(text) => Address::parse(text).map_err(Failure::Told)?,
        None => server(context)?.1,
    };
    let place = (&*address.database, &*address.schema);
    let mut out = Output::new();
    if args.add.is_empty() {
        for line in schema_sql(&address.database, &address.schema).lines() {
            out.line(line)?;
        }
    }
    for coder in &args.add {
        let made = role_sql(coder, None) + &member_sql(place, coder, coder, Kind::Coder);
        for line in made.lines() {
            out.line(line)?;
        }
        out.line(&format!(
            "-- {}",
            say!("and a password, which no log has so: \\password \"{coder}\" in psql", coder = printable(coder))
        ))?;
    }
    let team = administration::team_role(&address.database, &address.schema);
    out.line(&format!("-- {}", say!("the team's role is \"{team}\"", team)))?;
    Ok(out.done()?)
}
