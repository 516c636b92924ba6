//! How far coders agree, in the reader: codes worst first, coder against coder, by document, and every number opens its places.

use crate::agreement::comparison::Kind;
use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::comparing::{Only, kind_name, renew};
use crate::app::effect::{Effect, Task};
use crate::app::overlay;
use crate::app::picker::{PickRow, Picker, Preview};
use crate::app::session::{Mode, Session};
use crate::app::tableview::TableView;
use crate::app::tagging::mark_of;
use crate::model::code::CodeId;
use crate::model::document::DocumentId;
use crate::tables::table::Table;
use crate::tables::wanted::Wanted;
use crate::text::span::CodePoints;
use crate::text::width::{fitted, flat, printable};
use crate::{count, say};

/// Agreement.
pub const GROUP: Group = Group {
    title: "Agreement",
    mode: "read",
    commands: &[
        Command::of(
            "agreement",
            "tell how far coders agree: codes worst first, pairs, documents, and how it is computed",
            agreement,
        )
        .also("kappa, alpha, reliability, krippendorff, f1, irr"),
        Command::of(
            "list-differences",
            "list the places of all documents where coders differ and that are open",
            differences,
        )
        .also("disagreements, adjudicate, settle"),
    ],
};

/// Places that are listed at most.
pub const MAX_PLACES: usize = 5000;

/// Columns of a quote in the list.
const QUOTE_COLUMNS: usize = 120;

/// How far coders agree on a code, in words and numbers ready to be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CodeLine {
    /// The code.
    pub code: String,
    /// Its alpha with its interval, and what that means.
    pub told: String,
    /// All that is known of it, beside the list.
    pub about: Vec<(String, String)>,
}

/// How far coders agree, ready to be shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Agreement {
    /// Who and how many documents; why there is no number, where there is none.
    pub facts: String,
    /// Each code, worst first.
    pub codes: Vec<CodeLine>,
    /// Numbers over all or of a language: which language (empty for all), what, and how much.
    pub overall: Vec<(String, String, String)>,
    /// Coder × coder, document × code, and code × code of two coders, who are named with it.
    pub tables: Vec<(Table, Vec<String>)>,
    /// How it was computed: lines for a page.
    pub how: Vec<(String, String)>,
}

/// Which places are listed; nothing said is everything that differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differing {
    /// Of these coders.
    pub coders: Vec<String>,
    /// In this document.
    pub document: Option<DocumentId>,
    /// In documents of this language.
    pub language: Option<String>,
    /// Where this code is said.
    pub code: Option<CodeId>,
    /// What the first of the coders said and what the second did, of the same words; no code is nothing.
    pub each: Option<[Option<CodeId>; 2]>,
    /// Between the two languages of pairs, of one coder each.
    pub is_across: bool,
}

/// A place where coders differ.
#[derive(Clone, PartialEq)]
pub struct Place {
    /// The document.
    pub document: DocumentId,
    /// From the first to the last code point of what was said there.
    pub range: CodePoints,
    /// How they differ.
    pub kind: Kind,
    /// Who said what.
    pub said: String,
    /// The words of the first that was said.
    pub quote: String,
}

impl std::fmt::Debug for Place {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({} {:?} {:?})", self.document, self.range, self.kind)
    }
}

fn agreement(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        if !session.about.is_ready {
            return Err(say!("the project is still being opened; a moment").into());
        }
        session.task = Some(Task { what: say!("computing agreement").into(), percent: 0 });
        return Ok(vec![Effect::Agree]);
    };
    if choice == "how" {
        let lines = session.lists.agreement.how.clone();
        overlay::show(session, say!("How this was computed"), lines);
        return DONE;
    }
    if choice == "across" {
        return ask(session, Differing { is_across: true, ..Differing::default() });
    }
    if let Some(table) = choice.strip_prefix("table ").and_then(|at| at.parse::<usize>().ok()) {
        let found = session.lists.agreement.tables.get(table).cloned();
        let (table, coders) = found.ok_or(say!("there is no such table"))?;
        let mut view = TableView::new(table, Wanted::Agreement(coders));
        view.has_empty = true;
        view.arrange();
        session.table.view = Some(Box::new(view));
        (session.mode, session.table.is_below) = (Mode::Table, false);
        return DONE;
    }
    let code = choice.strip_prefix("code ").map(|id| CodeId(id.to_owned()));
    let language = choice.strip_prefix("language ").filter(|name| !name.is_empty()).map(str::to_owned);
    ask(session, Differing { language, code, ..Differing::default() })
}

fn ask(session: &mut Session, wanted: Differing) -> Outcome {
    session.mode = Mode::Read;
    session.task = Some(Task { what: say!("comparing").into(), percent: 0 });
    Ok(vec![Effect::Differences(wanted)])
}

/// Takes what was computed, and shows it.
pub fn arrived(session: &mut Session, found: Agreement) {
    session.task = None;
    session.lists.agreement = found;
    if matches!(session.mode, Mode::Read) {
        list(session);
    }
}

fn list(session: &mut Session) {
    let found = &session.lists.agreement;
    let book = &session.shared.codebook;
    let row = |value: String, text: String, detail: String| PickRow { value, text, detail, ..PickRow::default() };
    let mut rows: Vec<PickRow> = found
        .codes
        .iter()
        .map(|line| {
            let id = CodeId(line.code.clone());
            PickRow {
                mark: (book.of(&id).map(mark_of).unwrap_or_default(), book.colour(&id).to_owned()),
                ..row(format!("code {}", line.code), printable(book.called(&id)), line.told.clone())
            }
        })
        .collect();
    rows.extend(
        found
            .overall
            .iter()
            .map(|(language, what, number)| row(format!("language {language}"), what.clone(), number.clone())),
    );
    let tables = found.tables.iter().enumerate();
    rows.extend(tables.map(|(at, (table, _))| row(format!("table {at}"), table.title.clone(), say!("table").into())));
    if !session.shared.pairs.is_empty() {
        let text = say!("across languages: coded in one text, and not in the other's words that say the same");
        rows.push(row("across".into(), text.into(), say!("places").into()));
    }
    rows.push(row("how".into(), say!("how this was computed, and when it misleads").into(), String::new()));
    let title = say!("Agreement · {facts}", facts = found.facts);
    session.mode = Mode::Pick(Box::new(Picker::new(title, "agreement", rows).previewing(about)));
}

fn about(session: &Session, choice: &str) -> Preview {
    let found = &session.lists.agreement;
    match choice.strip_prefix("code ") {
        Some(code) => {
            found.codes.iter().find(|line| line.code == code).map(|line| line.about.clone()).unwrap_or_default()
        }
        None => Preview::new(),
    }
}

/// Opens the places of the chosen cell of a table of agreement.
pub fn open_cell(session: &mut Session, view: &TableView) -> Outcome {
    let (row, column) = view.cell;
    let names = |label: Option<&crate::tables::table::Label>| {
        label.map(|label| (label.query.clone(), label.name.clone())).unwrap_or_default()
    };
    let cells = [names(view.table.rows.get(row)), names(view.table.columns.get(column))];
    let coders = if let Wanted::Agreement(coders) = &view.wanted { coders.clone() } else { Vec::new() };
    let mut wanted = Differing { coders, ..Differing::default() };
    let mut codes = Vec::new();
    for (kind, name) in cells {
        match kind.as_str() {
            "coder" => wanted.coders.push(name),
            "document" => wanted.document = Some(DocumentId(name)),
            "code" => codes.push(Some(CodeId(name))),
            "uncoded" => codes.push(None),
            _ => {}
        }
    }
    match <[_; 2]>::try_from(codes) {
        Ok(codes) => wanted.each = Some(codes),
        Err(mut codes) => wanted.code = codes.pop().flatten(),
    }
    if wanted.coders.len() == 2 && wanted.coders[0] == wanted.coders[1] {
        return Err(say!("choose two coders").into());
    }
    session.table.is_below = true;
    ask(session, wanted)
}

fn differences(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        if !session.about.is_ready {
            return Err(say!("the project is still being opened; a moment").into());
        }
        return ask(session, Differing::default());
    };
    let place = choice.parse::<usize>().ok().and_then(|at| session.lists.places.1.get(at)).cloned();
    let place = place.ok_or(say!("there is no such place"))?;
    let wanted = session.lists.places.0.clone();
    session.mode = Mode::Read;
    session.table.is_below = false;
    if wanted.is_across {
        session.tell(place.said.clone());
        return crate::app::concordance::go_to_range(session, place.document, place.range);
    }
    // The overlay of just those who differ there.
    session.comparing.is_on = true;
    session.comparing.is_overlaid = true;
    session.comparing.only = Only { coders: wanted.coders, code: None, kind: None };
    renew(session);
    session.tell(format!("{} {} · {}", place.kind.sign(), kind_name(place.kind), place.said));
    crate::app::concordance::go_to_range(session, place.document, place.range)
}

/// Takes the places where coders differ, and lists them.
pub fn listed(session: &mut Session, wanted: Differing, places: Vec<Place>) {
    session.task = None;
    if places.is_empty() {
        session.tell(say!("no open difference there"));
        if session.table.view.is_some() && session.table.is_below {
            session.mode = Mode::Table;
        }
        return;
    }
    session.lists.places = (wanted, places);
    if !matches!(session.mode, Mode::Read) {
        return;
    }
    let is_across = session.lists.places.0.is_across;
    let row = |(at, place): (usize, &Place)| PickRow {
        value: at.to_string(),
        text: fitted(&format!("{} {}", place.kind.sign(), flat(&place.quote)), QUOTE_COLUMNS),
        detail: printable(&place.document.0),
        also: if is_across { String::new() } else { kind_name(place.kind).to_owned() },
        under: Some(if is_across {
            place.said.clone()
        } else {
            format!("{} · {}", kind_name(place.kind), place.said)
        }),
        ..PickRow::default()
    };
    let rows: Vec<PickRow> = session.lists.places.1.iter().enumerate().map(row).collect();
    let title = if is_across {
        count!(rows.len(), "Coded in one language alone · {n} place", "Coded in one language alone · {n} places")
    } else if rows.len() >= MAX_PLACES {
        say!("Where coders differ · the first {n} open", n = rows.len())
    } else {
        say!("Where coders differ · {n} open", n = rows.len())
    };
    session.mode = Mode::Pick(Box::new(Picker::new(title, "list-differences", rows)));
}
