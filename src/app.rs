//! From one input to what must be done about it.

pub mod adjudicating;
pub mod agenda;
pub mod agreeing;
pub mod aligning;
pub mod beside;
pub mod coding;
pub mod command;
pub mod comparing;
pub mod concordance;
pub mod describing;
pub mod editor;
pub mod effect;
pub mod finding;
pub mod grid;
pub mod hints;
pub mod inbox;
pub mod key;
pub mod keymap;
pub mod lanes;
pub mod layout;
pub mod library;
pub mod linking;
pub mod lists;
pub mod meeting;
pub mod memo;
pub mod mirroring;
pub mod motion;
pub mod onesided;
pub mod overlay;
pub mod pane;
pub mod panel;
pub mod picker;
pub mod pointing;
pub mod remembering;
pub mod retrieving;
pub mod reviewing;
pub mod reworking;
pub mod screen;
pub mod session;
pub mod setting;
pub mod settings;
pub mod suggesting;
pub mod tableview;
pub mod tabling;
pub mod tagging;
pub mod team;
pub mod telling;
pub mod tutor;
pub mod view;
pub mod when;
pub mod writing;

use crate::model::annotation::Annotation;
use crate::model::change::Record;
use crate::model::entries::Mistake;
use crate::model::event::{Deed, Event};
use crate::text::width::printable;
use crate::{count, say};
use command::{Args, DONE, Group, Outcome};
use editor::Editor;
use effect::{Effect, Input};
use key::Key;
use keymap::{Meaning, written};
use session::{Mode, Moment, Purpose, Session};
use settings::Settings;

/// The command table, in the order of the help.
pub const GROUPS: &[Group] = &[
    motion::GROUP,
    motion::SELECTING,
    tagging::GROUP,
    mirroring::GROUP,
    onesided::GROUP,
    beside::GROUP,
    linking::GROUP,
    finding::GROUP,
    concordance::GROUP,
    retrieving::GROUP,
    reworking::GROUP,
    comparing::GROUP,
    reviewing::GROUP,
    inbox::GROUP,
    meeting::GROUP,
    agreeing::GROUP,
    adjudicating::GROUP,
    tabling::GROUP,
    coding::GROUP,
    remembering::GROUP,
    describing::GROUP,
    agenda::GROUP,
    suggesting::GROUP,
    library::GROUP,
    overlay::GROUP,
    overlay::INSIDE,
    concordance::INSIDE,
    onesided::INSIDE,
    reworking::INSIDE,
    tabling::INSIDE,
    writing::MEMO,
    writing::GROUP,
];

/// A session with nothing open that does as its settings say, with the coder's own keys (the file's name and text)
/// over the bundled ones; also what is wrong with the keys.
pub fn start(settings: Settings, own_keys: Option<(String, String)>) -> (Session, Vec<Mistake>) {
    let mut session = Session { settings, ..Session::default() };
    session.keys.groups = GROUPS;
    session.keys.own = own_keys;
    let mistakes = setting::obey(&mut session);
    setting::begin(&mut session);
    (session, mistakes)
}

/// Takes one input; returns what the world must do. The screen is laid out when it returns.
pub fn update(session: &mut Session, input: Input, moment: Moment) -> Vec<Effect> {
    session.now.1 = moment;
    let follows = moves_view(&input);
    if matches!(input, Input::Key(_)) {
        session.work().beside.scrolled = None;
    }
    let scrolls = matches!(&input, Input::Key(key) if is_scroll(session, *key));
    let outcome = take(session, input);
    beside::settle(session);
    tutor::follow(session);
    session.screen.strips.lesson_rows = tutor::n_rows(session);
    let goes_elsewhere = std::mem::take(&mut session.work().follows);
    session.arrange((follows && !scrolls) || goes_elsewhere);
    let mut effects = outcome.unwrap_or_else(|refusal| {
        session.warn(refusal.0);
        Vec::new()
    });
    if effects.iter().any(|effect| {
        matches!(
            effect,
            Effect::Keep(_) | Effect::TagHits(..) | Effect::Step { .. } | Effect::Rework(..) | Effect::Accept(_)
        )
    }) {
        session.work().keeping.is_saving = true;
    }
    effects.extend(aligning::wanted(session));
    effects.extend(reworking::wanted(session));
    if matches!(&session.mode, Mode::Pick(picker) if picker.is_searching()) {
        effects.push(Effect::More);
    }
    effects
}

/// Whether the cursor is to be in sight after an input; what comes from elsewhere leaves the view where it is.
fn moves_view(input: &Input) -> bool {
    matches!(
        input,
        Input::Key(_) | Input::Paste(_) | Input::Resized(..) | Input::Text(..) | Input::Found(..) | Input::Kept(_)
    )
}

/// Whether a key scrolls without moving the cursor, so that the cursor may leave the screen.
fn is_scroll(session: &Session, key: Key) -> bool {
    matches!(session.mode, Mode::Read)
        && matches!(session.keys.keymap.find("read", &[key]), Meaning::Run("scroll-down" | "scroll-up"))
}

fn take(session: &mut Session, input: Input) -> Outcome {
    match input {
        Input::Key(key) => press(session, key),
        Input::Mouse(mouse) => pointing::point(session, mouse),
        Input::Paste(text) => {
            if writing::paste(session, &text) {
                return DONE;
            }
            let memo = session.keys.hint("read", "memo");
            Err(say!("open a memo ({memo}) or a list first to paste into", memo).into())
        }
        Input::Resized(columns, rows) => {
            (session.screen.columns, session.screen.rows) = (columns, rows);
            DONE
        }
        Input::Note(text) => {
            // Of several steps back the rest was not there.
            (session.work().keeping.is_saving, session.work().keeping.steps) = (false, (0, 0));
            session.tell(text);
            DONE
        }
        Input::Unsure(what) => {
            (session.work().keeping.is_saving, session.work().keeping.steps) = (false, (0, 0));
            session.work().keeping.is_asked = true;
            let key = session.keys.hint("read", "undo");
            session.warn(say!("{what}? {key} again does so", what, key));
            DONE
        }
        Input::Failed(text) => {
            (session.work().keeping.is_saving, session.task) = (false, None);
            session.work().keeping.telling = None;
            session.work().keeping.steps = (0, 0);
            (session.lists.coding, session.lists.is_describing) = (None, false);
            if let Some((subject, memo)) = session.work().keeping.unsaved.take() {
                session.mode = Mode::Edit(Editor::new(&memo), Purpose::Memo(subject));
            }
            session.warn(text);
            DONE
        }
        Input::More => {
            if let Mode::Pick(picker) = &mut session.mode {
                picker.go_on();
            }
            DONE
        }
        Input::Inbox(news) => Ok(inbox::arrived(session, news)),
        news => {
            take_news(session, news);
            DONE
        }
    }
}

/// Takes what the store brings.
fn take_news(session: &mut Session, news: Input) {
    match news {
        Input::Ready(shared, counts, read_only) => {
            let known = std::mem::replace(&mut session.shared, *shared);
            if session.shared.documents.is_empty() {
                // The store could not be opened; the texts can be read all the same.
                session.shared.documents = known.documents;
            }
            session.counts = counts;
            session.about.read_only = read_only;
            lists::forget_the_hidden(session);
            session.about.is_ready = true;
            session.task = None;
            if let Some(why) = &session.about.read_only {
                let text = say!("read-only: {why}", why = printable(why));
                session.tell(text);
            }
        }
        Input::Text(id, text, left) => {
            end_drag(session);
            let left = concordance::place(session, &id, left);
            for pane in session.panes.iter_mut().filter(|pane| pane.document == id && pane.text.is_empty()) {
                pane.open(text.clone(), left);
            }
            concordance::arrive(session, &id);
        }
        Input::Placed(id, offsets, layer, review) => {
            for pane in session.panes.iter_mut().filter(|pane| pane.document == id) {
                pane.offsets = Some(offsets.clone());
                (pane.layer, pane.review) = (layer.clone(), review.clone());
            }
            comparing::renew(session);
            concordance::arrive_at_range(session, &id);
            reworking::tell_doubtful(session, &id);
        }
        Input::Unopened(id, why) => {
            for pane in session.panes.iter_mut().filter(|pane| pane.document == id) {
                *pane = pane::Pane { document: id.clone(), ..Default::default() };
            }
            concordance::give_up(session, &id);
            session.warn(why);
        }
        // One that was stopped may have sent word before it knew.
        Input::Progress(task) if session.task.is_some() || !session.about.is_ready => session.task = task,
        Input::Composed(text) => writing::composed(session, &text),
        Input::Headings(id, headings) => {
            session.task = None;
            if session.pane().document == id && matches!(session.mode, Mode::Read) {
                finding::headings_found(session, headings);
            }
        }
        Input::Found(id, phrase, matches) => {
            session.task = None;
            if let Some(pane) = session.pane_of(&id).filter(|_| phrase == session.now.0.phrase) {
                finding::found(session, pane, matches);
            }
        }
        Input::Aligned(pair, found) => aligning::aligned(session, &pair, found),
        Input::Aligning(pair, percent) => aligning::aligning(session, &pair, percent),
        Input::Hits(found) => {
            session.task = None;
            concordance::found(session, found);
        }
        Input::Kept(event) => kept(session, &event, true),
        Input::News(event) => kept(session, &event, false),
        answer => take_answer(session, answer),
    }
}

/// Takes the answer to a question.
fn take_answer(session: &mut Session, answer: Input) {
    match answer {
        Input::Memos(found) => remembering::listed(session, found),
        Input::Suggested(found) => suggesting::suggested(session, found),
        Input::Progressed(made) => agenda::arrived(session, made),
        Input::Team(last) => team::arrived(session, &last),
        Input::Mistaken(query, mistake) => retrieving::mistaken(session, &query, mistake),
        Input::Counted(query, n) => retrieving::counted(session, query, n),
        Input::Said(n_new) => inbox::notice(session, n_new),
        Input::Met(meeting) => meeting::arrived(session, *meeting),
        Input::Agreed(found) => agreeing::arrived(session, *found),
        Input::Differences(wanted, places) => agreeing::listed(session, wanted, places),
        Input::Tabled(table, wanted) => tabling::tabled(session, *table, wanted),
        _ => {}
    }
}

/// Applies an event that was kept to what is open; `is_own` where it was asked for here.
fn kept(session: &mut Session, event: &Event, is_own: bool) {
    if is_own {
        (session.work().keeping.unsaved, session.work().keeping.is_saving) = (None, false);
        // Undo takes back what was kept, and no longer what was only chosen before.
        session.work().beside.is_pin_used = true;
    }
    for change in &event.changes {
        session.shared.apply(change);
        if let Some(document) = change.subject().and_then(Record::reviewed) {
            session
                .panes
                .iter_mut()
                .filter(|pane| pane.document == *document)
                .for_each(|pane| pane.review.apply(change));
        }
        if let Some(Record::Annotation(was)) = &change.was {
            count(session, was, -1);
            for pane in session.panes.iter_mut().filter(|pane| pane.document == was.passage.document) {
                pane.layer.remove(was.id);
            }
        }
        if let Some(Record::Annotation(now)) = &change.now {
            count(session, now, 1);
            for pane in session.panes.iter_mut().filter(|pane| pane.document == now.passage.document) {
                pane.place(now.clone());
            }
        }
    }
    session.panes.iter_mut().for_each(pane::Pane::prune);
    onesided::renew(session);
    comparing::renew(session);
    if is_own {
        coding::renew(session);
        describing::renew(session);
    }
    if !is_own {
        // What was told of the last own deed may not be so any more.
        session.note = None;
    }
    if is_own {
        let told = session.work().keeping.telling.take();
        let text = told.unwrap_or_else(|| telling::told(&session.shared.codebook, event));
        let text = if telling::is_in_finished(&session.shared, event) {
            say!("{text}, in a document that you finished", text)
        } else {
            text
        };
        let (n, left) = session.now.0.keeping.steps;
        let left = left.saturating_sub(1);
        session.work().keeping.steps = if left == 0 { (0, 0) } else { (n, left) };
        let text = if n > 1 && left == 0 {
            count!(n, "{n} step, the last: {text}", "{n} steps, the last: {text}", text)
        } else {
            text
        };
        let is_plain = event.deed == Deed::Plain;
        let elsewhere = if is_plain { None } else { go_to_change(session, event) };
        session.tell(match elsewhere {
            Some(document) => say!("{text} in {document}", text, document),
            None => text,
        });
        coding::warn_of_double(session, event);
    }
}

/// Shows where an undo or a redo changed something; returns the name of the document where it is not open.
fn go_to_change(session: &mut Session, event: &Event) -> Option<String> {
    let subjects = event.changes.iter().filter_map(|change| match change.subject() {
        Some(Record::Annotation(annotation)) => Some(annotation),
        _ => None,
    });
    // Of a pair the half where the coder is.
    let here = |annotation: &&Annotation| annotation.passage.document == session.pane().document;
    let annotation = subjects.clone().find(here).or(subjects.clone().next())?.clone();
    let Some(side) = session.pane_of(&annotation.passage.document) else {
        return Some(printable(&annotation.passage.document.0));
    };
    session.focus = side;
    session.work().follows = true;
    let pane = session.pane_mut();
    if pane.layer.get(annotation.id).is_some() {
        finding::go_to(session, annotation.id);
    } else if let Some(span) = pane.offsets.as_ref().and_then(|o| o.span(&pane.text, annotation.passage.range())) {
        pane.selection.put(span);
        (pane.selection.is_extending, pane.current) = (false, None);
    }
    None
}

fn count(session: &mut Session, annotation: &crate::model::annotation::Annotation, by: isize) {
    let counts = session.counts.entry(annotation.passage.document.clone()).or_default();
    let n = counts.entry(annotation.coder.clone()).or_default();
    *n = n.saturating_add_signed(by);
    counts.retain(|_, n| *n > 0);
}

/// A drag goes on only in the text in which it began.
fn end_drag(session: &mut Session) {
    session.work().click.letter = crate::text::span::Span::default();
}

fn press(session: &mut Session, key: Key) -> Outcome {
    session.note = None;
    let keeping = &mut session.work().keeping;
    keeping.was_asked = std::mem::take(&mut keeping.is_asked);
    session.work().panel_scroll = 0;
    end_drag(session);
    if matches!(session.mode, Mode::CodeKey) {
        return press_code(session, key);
    }
    session.keys.through = heard_through(session, key);
    let is_reading = matches!(session.mode, Mode::Read);
    if is_reading && session.keys.typed.is_empty() && takes_digit(session, key) {
        return DONE;
    }
    if !session.keys.typed.is_empty() && key == Key::named("Esc") {
        session.keys.typed.clear();
        session.keys.count = None;
        return DONE;
    }
    session.keys.typed.push(key);
    // The page for newcomers names keys; they work at once, unless they move the page.
    let is_newcomer = matches!(&session.mode, Mode::Show(sheet)
        if sheet.remembers.is_some() && !sheet.is_cut(&session.screen));
    match hints::meaning(session, &session.keys.typed) {
        Meaning::Nothing | Meaning::Run("next-row" | "previous-row" | "next-rows" | "previous-rows") if is_newcomer => {
            session.keys.typed.clear();
            let mut effects = session.run("close", &Args::default())?;
            effects.extend(press(session, key)?);
            Ok(effects)
        }
        Meaning::Pending => DONE,
        Meaning::Nothing => {
            let typed = std::mem::take(&mut session.keys.typed);
            session.keys.count = None;
            if is_reading {
                let help = session.keys.hint("read", "help");
                return Err(say!(
                    "{typed} is not bound; {help} shows all keys",
                    typed = printable(&written(&typed)),
                    help
                )
                .into());
            }
            writing::write_key(session, key);
            DONE
        }
        Meaning::Run(name) => {
            let name = name.to_owned();
            session.keys.typed.clear();
            let args = Args { count: session.keys.count.take(), ..Args::default() };
            session.run(&name, &args)
        }
    }
}

/// The keyboard layout through which a key is understood where letters are commands; none for one that says itself
/// what it is.
fn heard_through(session: &Session, key: Key) -> Option<String> {
    let is_written = session.mode.is_writing() && key.typed().is_some();
    let by_place = !is_written && is_free(session, key);
    session.keys.keymap.layouts.of(key).filter(|_| by_place).map(str::to_owned)
}

/// The letter of a code, on any keyboard.
fn press_code(session: &mut Session, key: Key) -> Outcome {
    session.mode = Mode::Read;
    let Some(c) = key.typed() else { return DONE };
    let latin = session.keys.keymap.layouts.on_latin(key).and_then(|key| key.typed());
    let is_known = |c: char| session.shared.codebook.of_key(&c.to_string()).is_some();
    let letter = if is_known(c) { c } else { latin.filter(|l| is_known(*l)).unwrap_or(c) };
    session.run("tag-by-key", &Args::choice(letter))
}

/// Whether a key means nothing itself, so that its place on the keyboard counts.
fn is_free(session: &Session, key: Key) -> bool {
    session.keys.keymap.bindings(session.mode.name()).all(|(keys, ..)| !keys.starts_with(&key.to_string()))
}

/// Takes a digit as a part of the number before a command.
fn takes_digit(session: &mut Session, key: Key) -> bool {
    // A Kazakh keyboard has letters where others have digits; those that are bound themselves are no digits.
    let place = session.keys.keymap.layouts.on_latin(key).filter(|_| is_free(session, key)).unwrap_or(key);
    let Some(digit) = place.typed().and_then(|c| c.to_digit(10)).map(|d| d as usize) else {
        return false;
    };
    if digit == 0 && session.keys.count.is_none() {
        return false;
    }
    let count = session.keys.count.unwrap_or(0);
    session.keys.count = Some((count * 10 + digit).min(1_000_000));
    true
}
