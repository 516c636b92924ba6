//! Reads the arguments and hands over.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use mimalloc::MiMalloc;

use tanba::cli::context::{Context, Failure};
use tanba::cli::crash;
use tanba::cli::output::complain;
use tanba::cli::{self, SUBCOMMANDS};
use tanba::model::entries::Value;
use tanba::say;
use tanba::shell::configuration::Configuration;
use tanba::shell::{self, Opening, configuration, connection, privacy};

/// Gives out memory. With the C library's, a thread that gives back what another took waits for it, and a rebuild of the
/// index or an export takes nearly twice as long.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    configuration::speak_first();
    crash::speak_for_panics();
    privacy::keep_to_owner();
    let matches = match cli::understood() {
        Ok(matches) => matches,
        Err(error) => match cli::speech::complaint(&error) {
            Some(text) => {
                complain(&text);
                return ExitCode::from(2);
            }
            None => error.exit(),
        },
    };
    let ended = match matches.subcommand() {
        Some((name, inner)) => run_subcommand(name, &matches, inner),
        None => read(&matches),
    };
    match ended {
        Ok(status) => ExitCode::from(status),
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Silent) => ExitCode::FAILURE,
        Err(Failure::Told(text)) => {
            complain(&text);
            ExitCode::FAILURE
        }
        Err(Failure::Misunderstood(lines)) => {
            for line in &lines {
                complain(line);
            }
            ExitCode::from(2)
        }
    }
}

/// What the options say that all commands share, before the command's name or behind it.
fn context(top: &ArgMatches, inner: Option<&ArgMatches>) -> Context {
    let all = || inner.into_iter().chain([top]);
    let mut wishes = Vec::new();
    let looks = cli::LOOKS.into_iter().map(|(name, ..)| (name, name));
    for (option, setting) in looks.chain([("as-coder", "coder")]) {
        let value = all().find_map(|matches| matches.try_get_one::<String>(option).ok().flatten());
        wishes.extend(value.map(|value| (setting, Value::Text(value.clone()))));
    }
    let named = |name| all().find_map(|matches| matches.try_get_one::<PathBuf>(name).ok().flatten());
    Context::new(named("in-project").or(named("PROJECT")).cloned(), &wishes, cli::command)
}

fn run_subcommand(name: &str, top: &ArgMatches, inner: &ArgMatches) -> Result<u8, Failure> {
    let sub = SUBCOMMANDS.iter().find(|sub| sub.name == name).ok_or(say!("there is no such subcommand"))?;
    let context = context(top, Some(inner));
    for warning in &context.configuration.warnings {
        complain(warning);
    }
    let mistakes = match sub {
        _ if sub.bears_mistakes => Vec::new(),
        _ => context.configuration.mistakes.clone(),
    };
    if !mistakes.is_empty() {
        return Err(Failure::Misunderstood(mistakes));
    }
    (sub.run)(inner, &context).map(|()| 0)
}

fn read(matches: &ArgMatches) -> Result<u8, Failure> {
    let context = context(matches, None);
    let reader = context.configuration.reader().map_err(Failure::Misunderstood)?;
    // Where the project is named by an option, what stands alone was meant as a command.
    let alone = matches.get_one::<PathBuf>("PROJECT").or(context.project.as_ref());
    if let Some(root) = alone.filter(|root| !root.exists()) {
        let name = root.display();
        let told = say!("no folder and no command is called \"{name}\"; `tanba --help` lists the commands", name);
        return Err(Failure::Misunderstood(vec![told]));
    }
    let (project, writer) = (context.project()?, context.writer());
    let Configuration { home, mut warnings, .. } = context.configuration;
    let way = connection::for_reader(&project, &home, &writer.coder, &mut warnings);
    let status = shell::run(Opening { project, writer, reader, home, way, warnings, is_lesson: false })?;
    Ok(u8::try_from(status).unwrap_or(1))
}
