//! Setting things while reading: for now, and for the next time.

use std::collections::HashSet;

use crate::app::command::{Args, DONE, Outcome};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::keymap::{BUNDLED, Keymap};
use crate::app::layout::Layouts;
use crate::app::overlay;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Purpose, Session};
use crate::app::settings::{self, Kind, Origin, SETTINGS, Setting};
use crate::model::entries::Mistake;
use crate::say;
use crate::text::segment::Unit;
use crate::text::width::printable;
use crate::words;

/// Lists what can be set; with `name` asks for its value; with `name=value` sets it.
pub fn settings(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let rows = SETTINGS.iter().map(|setting| row_of(session, setting, setting.name.to_owned())).collect();
        session.mode = Mode::Pick(Box::new(Picker::new(say!("Settings"), "settings", rows)));
        return DONE;
    };
    let (name, value) = choice.split_once('=').map_or((choice.as_str(), None), |(name, value)| (name, Some(value)));
    let setting = settings::named(name).ok_or(say!("there is no such setting"))?;
    match (value, setting.kind) {
        (Some(value), _) => set(session, setting, value),
        (None, Kind::Switch) => {
            let turned = !session.settings.is_on(setting.name);
            set(session, setting, &turned.to_string())
        }
        (None, Kind::Word(_)) => {
            let help = |word: &str| BUNDLED.iter().find(|row| setting.name == "keymap" && row.name == word);
            let word = |word: String| PickRow {
                value: format!("{name}={word}"),
                detail: help(&word).map_or("", |row| words::of(row.help)).to_owned(),
                text: word,
                ..PickRow::default()
            };
            let rows = session.settings.words(setting).into_iter().map(word).collect();
            let now = format!("{name}={}", session.settings.word(name));
            session.mode = Mode::Pick(Box::new(Picker::new(setting.name, "settings", rows).at(&now)));
            DONE
        }
        (None, Kind::Number(..) | Kind::Words(_) | Kind::Text) => {
            let mut editor = Editor::line(session.settings.word(name));
            editor.select_all(); // what is typed replaces it
            let purpose =
                Purpose::Line { prompt: setting.name.into(), command: "settings", about: setting.name.to_owned() };
            session.mode = Mode::Edit(editor, purpose);
            DONE
        }
    }
}

/// The settings as rows of the palette.
pub fn palette_rows(session: &Session) -> impl Iterator<Item = PickRow> {
    SETTINGS.iter().map(|setting| {
        let row = row_of(session, setting, format!("settings {}", setting.name));
        PickRow { text: say!("set {name}: {help}", name = setting.name, help = words::of(setting.help)), ..row }
    })
}

fn row_of(session: &Session, setting: &Setting, value: String) -> PickRow {
    let (now, origin) = session.settings.value(setting.name);
    let now = if now.is_empty() { "—" } else { now };
    let detail = printable(&format!("{now}  {origin}"));
    PickRow { value, text: format!("{}: {}", setting.name, words::of(setting.help)), detail, ..PickRow::default() }
}

fn set(session: &mut Session, setting: &'static Setting, written: &str) -> Outcome {
    let kept = settings::value_of(setting, written);
    let before = session.settings.clone();
    session.settings.set(setting.name, Some(&kept), Origin::Now)?;
    if let Some(mistake) = obey(session).first() {
        // What can't be obeyed is not kept: the next start would be refused.
        session.settings = before;
        obey(session);
        return Err(mistake.to_string().into());
    }
    if setting.name == "keymap" {
        overlay::welcome(session, None);
    }
    let (name, value) = (setting.name, printable(written));
    session.tell(if setting.is_for_the_start {
        say!("{name} is {value} from the next start on", name, value)
    } else {
        say!("{name} is {value} from now on", name, value)
    });
    Ok(vec![Effect::Obey, Effect::Configure(setting.name, kept)])
}

/// Leaves the mouse to the terminal, or takes it again, for this time.
pub fn toggle_mouse(session: &mut Session, _: &Args) -> Outcome {
    let turned = !session.settings.is_on("mouse");
    let value = crate::model::entries::Value::Switch(turned);
    session.settings.set("mouse", Some(&value), Origin::Now)?;
    let again = session.keys.hint("read", "toggle-mouse");
    session.tell(if turned {
        say!("the mouse is ours again").to_owned()
    } else {
        say!("the mouse is the terminal's: select and copy as anywhere; {again} takes it back", again)
    });
    Ok(vec![Effect::Obey])
}

/// Makes the session do as its settings say. Returns what is wrong with the keys.
pub fn obey(session: &mut Session) -> Vec<Mistake> {
    let groups = session.keys.groups;
    let names: HashSet<&str> = groups.iter().flat_map(|group| group.commands).map(|command| command.name).collect();
    let is_command = |name: &str| names.contains(name);
    let (mut keymap, mut mistakes) = Keymap::bundled(session.settings.word("keymap"), &is_command);
    let mut layouts = Layouts::named(session.settings.word("layouts"));
    if let Some((file, text)) = &session.keys.own {
        mistakes.extend(keymap.read(file, text, &is_command));
        mistakes.extend(layouts.read("own", file, text));
    }
    keymap.layouts = layouts;
    session.keys.keymap = keymap;
    let chosen = BUNDLED.iter().find(|bundled| bundled.name == session.settings.word("keymap"));
    session.keys.spells_out = chosen.is_some_and(|bundled| bundled.spells_out);
    session.screen.has_hints = session.settings.is_on("hints");
    session.screen.text_width = session.settings.number("text-width") as u16;
    mistakes
}

/// What the cursor moves by when nothing else was chosen.
pub fn unit(session: &Session) -> Unit {
    match session.settings.word("unit") {
        "word" => Unit::Word,
        "paragraph" => Unit::Paragraph,
        _ => Unit::Sentence,
    }
}

/// What is set only for the start: the unit of the cursor, the list of annotations.
pub fn begin(session: &mut Session) {
    session.screen.has_panel = session.settings.is_on("panel");
    let unit = unit(session);
    for pane in &mut session.panes {
        pane.selection.unit = unit;
    }
}
