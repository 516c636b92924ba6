//! `tanba settings`: prints what is set, and where; sets one.

use clap::{ArgMatches, Args, Command, FromArgMatches};
use serde::Serialize;

use crate::app::settings::{self, Kind, Origin, SETTINGS};
use crate::cli::context::{Context, Failure};
use crate::cli::output::Output;
use crate::say;
use crate::text::width::columns;
use crate::words;

#[derive(Args)]
struct SettingsArgs {
    /// Which one to print or to set [default: all]
    name: Option<String>,
    /// What to set it to, in your own settings
    #[arg(allow_hyphen_values = true)]
    value: Option<String>,
    /// Take it out of your own settings
    #[arg(long, conflicts_with = "value", requires = "name")]
    reset: bool,
    /// Print an array of objects
    #[arg(long)]
    json: bool,
}

/// How it is used.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("tanba settings", "all of them, each with its source"),
    ("tanba settings keymap plain", "sets one, for this computer"),
    ("tanba settings theme --json", "one of them, with what it may be"),
];

/// A setting as it is listed.
#[derive(Serialize)]
struct Listed {
    name: &'static str,
    value: String,
    source: String,
    help: &'static str,
    choices: Vec<String>,
}

/// Its arguments.
pub fn arguments(command: Command) -> Command {
    SettingsArgs::augment_args(command.about("Print what is set, and where; or set something"))
}

/// Does it. What is wrong in the files is told behind what is right.
pub fn run(matches: &ArgMatches, context: &Context) -> Result<(), Failure> {
    let args = SettingsArgs::from_arg_matches(matches).map_err(|error| error.to_string())?;
    let (all, home) = (&context.configuration.settings, &context.configuration.home);
    let mut out = Output::new();
    if let Some(name) = &args.name {
        let misunderstood = |why: String| Failure::Misunderstood(vec![why]);
        let mut tried = all.clone();
        if args.reset {
            let setting = settings::named(name).ok_or_else(|| misunderstood(settings::unknown(name)))?;
            home.drop_setting(setting.name)?;
            return Ok(out.line(&say!("{name} is no longer set in your own settings", name))?);
        }
        let value = args.value.as_deref().map(|text| settings::named(name).map(|s| settings::value_of(s, text)));
        match value {
            Some(Some(value)) => {
                tried.set(name, Some(&value), Origin::Now).map_err(misunderstood)?;
                home.keep_setting(name, &value)?;
                let path = home.settings_path().map_or_else(String::new, |path| path.display().to_string());
                out.line(&say!("{name} is \"{value}\", in {path}", name, value, path))?;
                // What is stronger than the file stays in force.
                if let (now, origin @ (Origin::Environment(_) | Origin::File(_))) = all.value(name)
                    && origin.to_string() != path
                {
                    out.line(&say!("here it stays \"{now}\": {origin} is stronger", now, origin))?;
                }
                return Ok(());
            }
            _ if settings::named(name).is_none() => {
                return Err(misunderstood(settings::unknown(name)));
            }
            _ => {}
        }
    }
    let wanted = SETTINGS.iter().filter(|setting| args.name.as_deref().is_none_or(|name| name == setting.name));
    let listed: Vec<Listed> = wanted
        .map(|setting| {
            let (value, origin) = all.value(setting.name);
            let choices = match setting.kind {
                Kind::Number(low, high) => vec![format!("{low}..{high}")],
                _ => all.words(setting),
            };
            let (value, source) = (value.to_owned(), origin.to_string());
            Listed { name: setting.name, value, source, help: setting.help, choices }
        })
        .collect();
    if args.json {
        out.json(&listed)?;
    } else {
        print(&listed, context, &mut out)?;
    }
    out.done()?;
    match context.configuration.mistakes.as_slice() {
        [] => Ok(()),
        mistakes => Err(Failure::Misunderstood(mistakes.to_vec())),
    }
}

fn print(listed: &[Listed], context: &Context, out: &mut Output) -> Result<(), Failure> {
    let widest = |of: &dyn Fn(&Listed) -> usize| listed.iter().map(of).max().unwrap_or(0);
    let names = widest(&|row| columns(row.name));
    let values = widest(&|row| columns(&row.value)).max(1);
    let sources = widest(&|row| columns(&row.source));
    for row in listed {
        let value = if row.value.is_empty() { "—" } else { &row.value };
        let gap = |width: usize, text: &str| " ".repeat(width.saturating_sub(columns(text)));
        let line = format!(
            "{}{}  {value}{}  {}{}  {}",
            row.name,
            gap(names, row.name),
            gap(values, value),
            row.source,
            gap(sources, &row.source),
            words::of(row.help)
        );
        out.line(&line)?;
    }
    if let Some(dir) = &context.configuration.home.dir {
        out.line("")?;
        out.line(&say!("your own settings.toml, keys.toml and themes/ belong in {dir}", dir = dir.display()))?;
    }
    Ok(())
}
