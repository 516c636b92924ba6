//! Reads the arguments and hands over.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};

use tanba::cli::SUBCOMMANDS;
use tanba::cli::context::{Context, Failure};
use tanba::shell;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let ended = match matches.subcommand() {
        Some((name, inner)) => run_subcommand(name, inner),
        None => read(&matches),
    };
    match ended {
        Ok(status) => ExitCode::from(status),
        Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(Failure::Silent) => ExitCode::FAILURE,
        Err(Failure::Told(text)) => {
            #[allow(clippy::print_stderr)] // the screen is not ours any more, or never was
            {
                eprintln!("tanba: {}", tanba::text::width::printable(&text));
            }
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let top = Command::new("tanba")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Read two documents side by side, tag passages, keep and export them")
        .args_conflicts_with_subcommands(true)
        .arg(
            Arg::new("PROJECT")
                .value_parser(value_parser!(PathBuf))
                .help("The project's folder [default: the one that holds this folder]"),
        )
        .arg(
            Arg::new("theme")
                .long("theme")
                .value_parser(["dark", "light"])
                .help("Colours for a dark or a light terminal"),
        )
        .arg(coder());
    SUBCOMMANDS.iter().fold(top, |top, sub| {
        let project = Arg::new("in-project")
            .long("project")
            .short('C')
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .global(true);
        let with_project =
            (sub.arguments)(Command::new(sub.name)).arg(project.help("The project's folder")).arg(coder().global(true));
        top.subcommand(with_project)
    })
}

fn coder() -> Arg {
    Arg::new("as-coder")
        .long("coder")
        .value_name("NAME")
        .help("Who codes [default: TANBA_CODER, or this computer's user]")
}

fn run_subcommand(name: &str, matches: &ArgMatches) -> Result<u8, Failure> {
    let context = Context {
        project: matches.get_one::<PathBuf>("in-project").cloned(),
        coder: matches.get_one::<String>("as-coder").cloned(),
    };
    let sub = SUBCOMMANDS.iter().find(|sub| sub.name == name).ok_or("there is no such subcommand")?;
    (sub.run)(matches, &context).map(|()| 0)
}

fn read(matches: &ArgMatches) -> Result<u8, Failure> {
    let context = Context {
        project: matches.get_one::<PathBuf>("PROJECT").cloned(),
        coder: matches.get_one::<String>("as-coder").cloned(),
    };
    let theme = matches.get_one::<String>("theme").map(String::as_str);
    if let Some(root) = context.project.as_ref().filter(|root| !root.exists()) {
        let name = root.display();
        return Err(format!("no folder and no command is called \"{name}\"; `tanba --help` lists the commands").into());
    }
    let status = shell::run(context.project()?, context.writer(), theme)?;
    Ok(u8::try_from(status).unwrap_or(1))
}
