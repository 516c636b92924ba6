//! The laws of the tables: commands, keymaps, settings, formats, subcommands, and the pages that are made from them.

use std::collections::BTreeSet;
use std::fs;

use tanba::app::keymap::{BUNDLED, MODES};
use tanba::app::session::Session;
use tanba::app::settings::{self, SETTINGS, Settings};
use tanba::app::{self, GROUPS};
use tanba::cli::{self, SUBCOMMANDS};
use tanba::formats::FORMATS;
use tanba::model::entries::Value;

fn names() -> Vec<&'static str> {
    GROUPS.iter().flat_map(|group| group.commands).map(|command| command.name).collect()
}

fn is_kebab(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// A session with a bundled keymap; the keymap must be sound.
fn session(keymap: &str) -> Session {
    let mut settings = Settings::default();
    settings.set("keymap", Some(&Value::Text(keymap.into())), settings::Origin::Now).expect("a keymap");
    let (session, mistakes) = app::start(settings, None);
    assert_eq!(mistakes, [], "{keymap}");
    session
}

#[test]
fn names_are_unique_and_helped() {
    let settings = SETTINGS.iter().map(|s| s.name).collect();
    let subcommands = SUBCOMMANDS.iter().map(|s| s.name).collect();
    for names in [names(), subcommands, FORMATS.iter().map(|f| f.name).collect(), settings] {
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
        assert!(names.iter().all(|name| is_kebab(name)), "{names:?}");
    }
    assert!(GROUPS.iter().flat_map(|g| g.commands).all(|c| c.help.len() > 5 && !c.help.ends_with('.')));
    assert!(FORMATS.iter().all(|f| !f.help.is_empty()));
    assert!(SETTINGS.iter().all(|s| s.help.len() > 5 && !s.help.ends_with('.')));
    assert!(SUBCOMMANDS.iter().all(|s| !s.examples.is_empty()));
}

#[test]
fn in_both_keymaps_every_command_has_a_key_in_its_mode() {
    for bundled in BUNDLED {
        let session = session(bundled.name);
        for group in GROUPS {
            assert!(MODES.contains(&group.mode));
            for command in group.commands {
                let bound = session.keys.hint(group.mode, command.name);
                assert!(!bound.is_empty(), "{}: {} has no key in [{}]", bundled.name, command.name, group.mode);
            }
        }
        for mode in ["pick", "edit", "line", "show"] {
            let has = |name: &str| !session.keys.hint(mode, name).is_empty();
            assert!(has("close") || has("keep-text"), "{}: no way out of [{mode}]", bundled.name);
            assert!(has("help") || mode == "show", "{}: no help in [{mode}]", bundled.name);
        }
    }
}

/// Some keyboards can't type some signs, and some terminals keep some keys for themselves; a command on such a key
/// alone would be out of reach.
#[test]
fn no_command_hangs_on_a_key_that_some_keyboard_lacks_or_some_terminal_swallows() {
    const ABSENT: [&str; 11] = ["/", "?", ":", ",", ".", ";", "@", "$", "^", "&", "|"];
    // Help and menu of GNOME Terminal, full screen of most; what arrives as Backspace, Tab, Enter, Esc; what window
    // systems take (Alt or Ctrl with arrows).
    let is_swallowed = |key: &str| {
        matches!(key, "F1" | "F10" | "F11" | "C-h" | "C-i" | "C-j" | "C-m")
            || (key.starts_with("A-") && key.len() > 3)
            || (key.starts_with("C-") && key.len() > 3)
            || (key.starts_with("S-F"))
    };
    for bundled in BUNDLED {
        let session = session(bundled.name);
        for group in GROUPS.iter().filter(|g| g.mode == "read") {
            for command in group.commands {
                let keys = session.keys.keymap.keys_of("read", command.name);
                let is_safe = |keys: &String| keys.split(' ').all(|key| !ABSENT.contains(&key) && !is_swallowed(key));
                assert!(keys.iter().any(is_safe), "{}: {}: {keys:?}", bundled.name, command.name);
            }
        }
    }
}

/// Compares a page in docs/ with what the tables say; `UPDATE_GOLDEN=1` writes it.
fn made(name: &str, page: &str) {
    let path = format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, page).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/{name} is not what the tables say; UPDATE_GOLDEN=1 cargo test agreement_of_tables");
}

#[test]
fn the_page_of_keys_is_the_keymaps() {
    let sessions: Vec<Session> = BUNDLED.iter().map(|bundled| session(bundled.name)).collect();
    let heads = BUNDLED.iter().map(|b| format!("{} ({})", b.name, b.help)).collect::<Vec<_>>().join(" | ");
    let mut page = "# Keys\n\nMade from the command table and keymaps/*.toml by the tests (`UPDATE_GOLDEN=1 cargo test \
                    agreement_of_tables`).\n`C-` is Ctrl, `A-` Alt, `S-` Shift; keys with a blank between them are pressed \
                    one after the other.\n"
        .to_owned();
    for group in GROUPS {
        page.push_str(&format!("\n**{}**\n\n| command | | {heads} |\n|---|---|---|---|\n", group.title));
        for command in group.commands {
            let keys = sessions.iter().map(|session| {
                let keys = session.keys.keymap.keys_of(group.mode, command.name);
                keys.iter().map(|k| format!("`{}`", k.replace('|', "\\|"))).collect::<Vec<_>>().join(" ")
            });
            let keys = keys.collect::<Vec<_>>().join(" | ");
            page.push_str(&format!("| {} | {} | {keys} |\n", command.name, command.help));
        }
    }
    made("keys.md", &page);
    let readme = fs::read_to_string(format!("{}/README.md", env!("CARGO_MANIFEST_DIR"))).expect("a README");
    assert!(readme.contains("docs/keys.md"));
    // Every key that the README's own short table names runs a command.
    for line in
        readme.lines().skip_while(|line| !line.starts_with("| key")).take_while(|line| line.starts_with('|')).skip(2)
    {
        let keys: Vec<&str> = line.split('|').nth(1).expect("a cell").split('`').skip(1).step_by(2).collect();
        assert!(!keys.is_empty(), "{line}");
        for key in keys {
            let runs = |name: &str| sessions[0].keys.keymap.keys_of("read", name).iter().any(|k| k == key);
            assert!(names().into_iter().any(runs), "the README names {key}, which runs nothing");
        }
    }
}

#[test]
fn the_page_of_settings_is_the_table() {
    let mut page = "# Settings\n\nMade from the table of settings by the tests (`UPDATE_GOLDEN=1 cargo test \
                    agreement_of_tables`).\n\nSettings are set in the reader (`settings` in the list of commands), with \
                    `tanba settings NAME VALUE`, or by hand in `settings.toml`, a line each: `mouse = false`. The file lies \
                    where this system keeps the settings of programs; `tanba settings` prints the folder, every value, and \
                    where each comes from. The environment variable `TANBA_HOME` names another folder.\n\nA project can set \
                    them for everybody in its `tanba.toml`, below a line `[settings]`; only `coder` and `editor` are each \
                    one's own. Stronger is, in this order: the command line, the environment, your file, the project's.\n\n| \
                    setting | default | may be | |\n|---|---|---|---|\n"
        .to_owned();
    for setting in SETTINGS {
        let may_be = match setting.kind {
            settings::Kind::Number(low, high) => format!("{low} to {high}"),
            settings::Kind::Text => "any text".into(),
            _ if setting.name == "theme" => "auto, dark, light, contrast, contrast-light, one of yours".into(),
            _ => Settings::default().words(setting).join(", "),
        };
        page.push_str(&format!("| `{}` | {} | {may_be} | {} |\n", setting.name, setting.default, setting.help));
    }
    page.push_str(
        "\n## Keys of your own\n\n`keys.toml` in the same folder changes single keys. It is written like \
         [keymaps/vim.toml](../keymaps/vim.toml): a table for each mode (`[read]`, `[pick]` for lists, `[edit]` for memos, \
         `[line]`, `[show]` for pages, `[write]` for all writing), and in it `\"keys\" = \"command\"`. Keys that the keymap binds \
         get the new meaning; `\"x\" = false` frees a key. What clashes or is misspelt is told at the start, with its line. \
         `tanba keys` prints the keys as they are then.\n\n```toml\n[read]\n\"B\" = \"list-annotations\"\n\"g g\" = false\n\"g\" = \
         \"go-to-start\"\n```\n\n## Colours of your own\n\nA theme is a file `themes/NAME.toml` in the same folder; \
         `tanba settings theme NAME` uses it. It begins with a bundled one and changes single lines:\n\n```toml\ninherits = \
         \"light\"\naccent = \"#7a3e9d\"   # keys, headings, what has the keys\ntint = 30            # per cent of a code's \
         colour in the ground of its passages\n```\n\nA theme can set `ground`, `ink`, `selected`, `dim`, `faint`, `accent`, \
         `error`, `match` (colours), `tint`, `strong` (coded passages are underlined besides), and the colours again in a \
         table `[sixteen]` for terminals that have only sixteen.\n",
    );
    made("settings.md", &page);
}

#[test]
fn the_page_of_the_command_line_is_its_help() {
    let mut page = "# The command line\n\nMade from the commands' own help by the tests (`UPDATE_GOLDEN=1 cargo test \
                    agreement_of_tables`).\nThe same is printed by `tanba COMMAND --help` and by `tanba man COMMAND`.\n\n\
                    Positions are Unicode code points from 0, the end outside. Reading is safe while the reader is open; so \
                    is writing: what is to be kept then goes through the reader (on Windows it is refused). `--json` prints data for programs, the \
                    same fields at every release. Output goes to standard output, what went wrong to standard error, one \
                    line each.\n"
        .to_owned();
    let mut top = cli::command().term_width(100);
    top.build();
    let helps = std::iter::once((None, top.clone())).chain(
        SUBCOMMANDS.iter().map(|sub| (Some(sub.name), top.find_subcommand(sub.name).expect("it is there").clone())),
    );
    for (name, mut command) in helps {
        let title = name.map_or_else(|| "tanba".to_owned(), |name| format!("tanba {name}"));
        let help = command.render_long_help().to_string();
        let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        page.push_str(&format!("\n## {title}\n\n```\n{}\n```\n", help.trim_end()));
        for inner in command.get_subcommands_mut().filter(|c| name.is_some() && c.get_name() != "help") {
            let help = inner.clone().term_width(100).render_long_help().to_string();
            let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
            page.push_str(&format!("\n### {title} {}\n\n```\n{}\n```\n", inner.get_name(), help.trim_end()));
        }
    }
    made("command-line.md", &page);
    assert!(FORMATS.iter().all(|format| page.contains(format.name)));
}
