//! The laws of the tables: commands, keymaps, formats, subcommands, and what the README says of them.

use std::collections::BTreeSet;
use std::fs;

use tanba::app::{self, GROUPS};
use tanba::cli::SUBCOMMANDS;
use tanba::formats::FORMATS;

fn names() -> Vec<&'static str> {
    GROUPS.iter().flat_map(|group| group.commands).map(|command| command.name).collect()
}

fn is_kebab(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn names_are_unique_and_helped() {
    for names in [names(), SUBCOMMANDS.iter().map(|s| s.name).collect(), FORMATS.iter().map(|f| f.name).collect()] {
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
        assert!(names.iter().all(|name| is_kebab(name)), "{names:?}");
    }
    assert!(GROUPS.iter().flat_map(|g| g.commands).all(|c| c.help.len() > 5 && !c.help.ends_with('.')));
    assert!(FORMATS.iter().all(|f| !f.help.is_empty()));
}

#[test]
fn the_default_keymap_is_sound_and_every_command_has_a_key() {
    let (session, errors) = app::start();
    assert_eq!(errors, []);
    for group in GROUPS {
        for command in group.commands {
            let modes = [group.mode, "read", "pick", "edit", "line", "show"];
            let is_bound = modes.iter().any(|mode| !session.keys.hint(mode, command.name).is_empty());
            assert!(is_bound, "{} has no key", command.name);
        }
    }
}

/// Some keyboards can't type some signs; a command on one of these alone would be out of reach.
#[test]
fn no_command_hangs_on_a_key_that_a_cyrillic_keyboard_lacks() {
    let (session, _) = app::start();
    const ABSENT: [&str; 11] = ["/", "?", ":", ",", ".", ";", "@", "$", "^", "&", "|"];
    for command in GROUPS.iter().filter(|g| g.mode == "read").flat_map(|g| g.commands) {
        let keys = session.keys.keymap.keys_of("read", command.name);
        assert!(
            keys.iter().any(|keys| keys.split(' ').all(|key| !ABSENT.contains(&key))),
            "{}: {keys:?}",
            command.name
        );
    }
}

#[test]
fn the_readmes_key_table_is_the_keymaps() {
    let (session, _) = app::start();
    let mut table = String::new();
    for group in GROUPS.iter().filter(|group| group.mode == "read") {
        table.push_str(&format!("\n**{}**\n\n| keys | |\n|---|---|\n", group.title));
        for command in group.commands {
            let keys = session.keys.keymap.keys_of("read", command.name);
            let keys = keys.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(" ");
            table.push_str(&format!("| {keys} | {} |\n", command.help));
        }
    }
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/docs/keys.md");
    let page = format!(
        "# Keys\n\nMade from the command table and keymaps/default.toml by the tests (`UPDATE_GOLDEN=1 cargo test key_table`).\n{table}"
    );
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &page).expect("written");
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        page,
        "docs/keys.md is not the table; UPDATE_GOLDEN=1 cargo test key_table"
    );
    let readme = fs::read_to_string(format!("{root}/README.md")).expect("a README");
    assert!(readme.contains("docs/keys.md"));
    // Every key that the README's own short table names runs a command.
    for line in
        readme.lines().skip_while(|line| !line.starts_with("| key")).take_while(|line| line.starts_with('|')).skip(2)
    {
        let keys: Vec<&str> = line.split('|').nth(1).expect("a cell").split('`').skip(1).step_by(2).collect();
        assert!(!keys.is_empty(), "{line}");
        for key in keys {
            let is_bound = GROUPS
                .iter()
                .flat_map(|g| g.commands)
                .any(|c| session.keys.keymap.keys_of("read", c.name).iter().any(|k| k == key));
            assert!(is_bound, "the README names {key}, which runs nothing");
        }
    }
}

#[test]
fn the_manual_names_every_subcommand_and_format() {
    let manual = fs::read_to_string(format!("{}/docs/command-line.md", env!("CARGO_MANIFEST_DIR"))).expect("a manual");
    for name in SUBCOMMANDS.iter().map(|s| s.name).chain(FORMATS.iter().map(|f| f.name)) {
        assert!(manual.contains(&format!("`{name}`")) || manual.contains(&format!("tanba {name}")), "{name}");
    }
}
