//! Coders beside each other in the open texts: where they coincide, where they differ, and how.

use crate::agreement::bootstrap::Plan;
use crate::agreement::comparison::{Kind, Said, compare};
use crate::agreement::pairs::Counts;
use crate::agreement::score::Score;
use crate::agreement::study::Study;
use crate::agreement::summary::Summary;
use crate::agreement::told::reason;
use crate::agreement::units::{Coding, Marked, Unitized};
use crate::app::command::{Args, Command, DONE, Group, Outcome, Refusal};
use crate::app::pane::Pane;
use crate::app::picker::{PickRow, Picker};
use crate::app::session::{Mode, Session};
use crate::app::tagging::mark_of;
use crate::app::when;
use crate::model::annotation::{Annotation, AnnotationId};
use crate::model::code::CodeId;
use crate::model::rules::CONSENSUS;
use crate::model::sight::Sight;
use crate::text::span::Span;
use crate::text::width::printable;
use crate::{count, say};

/// Comparing.
pub const GROUP: Group = Group {
    title: "Comparing coders",
    mode: "read",
    commands: &[
        Command::of(
            "compare",
            "show coders beside each other, a track each, and where they differ; or stop",
            compare_coders,
        )
        .also("diff, tracks, agreement, disagreement")
        .when(when::open),
        Command::of("next-difference", "go to the next place where coders differ", next).when(comparing),
        Command::of("previous-difference", "go to the place before where coders differ", previous).when(comparing),
        Command::of(
            "overlay",
            "lay the coders over each other: all, only one, only another; or the codes again",
            overlay,
        )
        .when(comparing),
        Command::of("compare-only", "compare only these coders, one code, or one kind of difference", only)
            .also("filter")
            .when(comparing),
    ],
};

/// Coders that get a track at most; the others are compared all the same.
pub const MAX_TRACKS: usize = 8;

/// How coders are compared.
#[derive(Debug, Clone, Default)]
pub struct Comparing {
    /// Whether they are.
    pub is_on: bool,
    /// Whether letters show who tagged them, and not the codes.
    pub is_overlaid: bool,
    /// What is compared.
    pub only: Only,
    /// The coders of each pane, in the order of their tracks.
    pub coders: [Vec<String>; 2],
    /// The places of each pane, in the order of the text.
    pub places: [Vec<Difference>; 2],
    /// The annotations of the place that is being settled, while its list is open.
    pub settling: Option<Vec<AnnotationId>>,
    /// How far the coders of each pane agree on its text: the codes' mean alpha, and F1 of characters.
    pub scores: [Option<(Score, Score)>; 2],
}

/// What is compared; nothing said is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// These coders.
    pub coders: Vec<String>,
    /// This code and those below it.
    pub code: Option<CodeId>,
    /// This kind of places.
    pub kind: Option<Kind>,
}

/// A place where coders coincide or differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// How.
    pub kind: Kind,
    /// From the first to the last byte of what was said there.
    pub span: Span,
    /// The annotations.
    pub of: Vec<AnnotationId>,
    /// Who said nothing there of at least one of the codes.
    pub missing: Vec<String>,
    /// Whether it is settled.
    pub is_settled: bool,
}

fn comparing(session: &Session) -> Result<(), Refusal> {
    if session.comparing.is_on {
        return Ok(());
    }
    let key = session.keys.hint("read", "compare");
    Err(say!("compare the coders first ({key})", key).into())
}

fn compare_coders(session: &mut Session, _: &Args) -> Outcome {
    session.comparing.is_on = !session.comparing.is_on;
    renew(session);
    if !session.comparing.is_on {
        return DONE;
    }
    let coders = &session.comparing.coders[session.focus & 1];
    if coders.len() < 2 {
        let text = match coders.first() {
            Some(coder) => say!("only {coder} coded this document, as far as you may see", coder = printable(coder)),
            None => say!("nobody coded this document, as far as you may see").into(),
        };
        session.tell(text);
        return DONE;
    }
    let text = told(session, session.focus);
    session.tell(text);
    DONE
}

/// A letter for each coder by which their track is known: the first of their name that no one before has, else a number.
pub fn letters(coders: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (at, coder) in coders.iter().enumerate() {
        let own = printable(coder).to_uppercase();
        let free = own.chars().filter(|c| c.is_alphanumeric()).map(String::from).find(|letter| !all.contains(letter));
        all.push(free.unwrap_or_else(|| ((at + 1) % 10).to_string()));
    }
    all
}

/// How many places of each kind a pane has: `asel · dana: 3 ≠ 2 ? 1 ~ 12 =`.
pub fn told(session: &Session, side: usize) -> String {
    let (coders, places) = (&session.comparing.coders[side & 1], &session.comparing.places[side & 1]);
    let names = coders.iter().map(|name| printable(name)).collect::<Vec<_>>().join(" · ");
    let counts = Kind::ALL.map(|kind| {
        let n = places.iter().filter(|place| place.kind == kind).count();
        format!("{} {n}", kind_name(kind))
    });
    let scores = session.comparing.scores[side & 1].map_or_else(String::new, |(alpha, f1)| {
        let short = |score: Score| score.map_or_else(|why| reason(why).to_owned(), |number| format!("{number:.2}"));
        format!(" · α {}, F1 {}", short(alpha), short(f1))
    });
    let n_settled = places.iter().filter(|place| place.is_settled).count();
    let settled = if n_settled == 0 { String::new() } else { say!(", {n} settled", n = n_settled) };
    format!("{names}: {}{settled}{scores}", counts.join(", "))
}

/// What a kind of places is called.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Same => say!("alike"),
        Kind::Boundaries => say!("other boundaries"),
        Kind::Code => say!("other code"),
        Kind::Missed => say!("missed by one"),
    }
}

/// Compares anew where something changed.
pub fn renew(session: &mut Session) {
    if !session.comparing.is_on {
        session.screen.strips.n_tracks = 0;
        return;
    }
    for side in 0..2 {
        let coders = coders_of(session, side);
        session.comparing.places[side] = places(session, (&session.panes[side], &session.comparing.only), &coders);
        session.comparing.scores[side] = scores(session, &session.panes[side], &coders);
        session.comparing.coders[side] = coders;
    }
    let most = session.comparing.coders.iter().map(Vec::len).max().unwrap_or(0);
    session.screen.strips.n_tracks = most.min(MAX_TRACKS) as u16;
}

/// The places of a pane between all coders, whatever is compared just now.
pub fn unfiltered(session: &Session, side: usize) -> Vec<Difference> {
    places(session, (&session.panes[side & 1], &Only::default()), &everybody(session, side))
}

/// Who coded a pane's document, the coder first: who finished it, or tagged something there.
pub fn everybody(session: &Session, side: usize) -> Vec<String> {
    let pane = &session.panes[side & 1];
    let own = pane.layer.all().iter().map(|placed| &placed.annotation.coder);
    let sight = Sight::of(&session.shared, &session.about.coder);
    let sees = |coder: &&String| sight.sees(&pane.document, coder);
    let mut all: Vec<String> = session.shared.finishers(&pane.document).filter(sees).chain(own).cloned().collect();
    all.sort_by_key(|coder| (*coder != session.about.coder, coder.clone()));
    all.dedup();
    all.retain(|coder| coder != CONSENSUS);
    all
}

/// Those of them who are compared.
fn coders_of(session: &Session, side: usize) -> Vec<String> {
    let only = &session.comparing.only.coders;
    let mut all = everybody(session, side);
    all.retain(|coder| only.is_empty() || only.contains(coder));
    all
}

/// How far coders agree on what a pane shows, as it is now.
fn scores(session: &Session, pane: &Pane, coders: &[String]) -> Option<(Score, Score)> {
    let length = pane.offsets.as_ref()?.n_code_points();
    let book = &session.shared.codebook;
    let mut codes: Vec<&CodeId> = Vec::new();
    let mut spans = Vec::new();
    for annotation in pane.layer.all().iter().map(|placed| &placed.annotation) {
        let code = book.standing(&annotation.code);
        let coder = coders.iter().position(|coder| *coder == annotation.coder);
        let only = session.comparing.only.code.as_ref();
        let (Some(coder), true) = (coder, only.is_none_or(|only| book.is_below(code, only))) else { continue };
        let number = codes.iter().position(|known| *known == code).unwrap_or_else(|| {
            codes.push(code);
            codes.len() - 1
        });
        let (start, end) = (annotation.passage.start, annotation.passage.end);
        spans.push(Marked { code: number as u32, coder: coder as u32, start, end });
    }
    let document = Unitized { id: pane.document.0.clone(), length, completed: vec![true; coders.len()], spans };
    let codes: Vec<String> = codes.into_iter().map(|code| code.0.clone()).collect();
    let tidy = Coding { coders: coders.to_vec(), codes, documents: vec![document] }.tidy();
    let study = Study::new(&tidy, Plan::default());
    let summary = Summary::of(&study, false);
    let counts = summary.codes.iter().fold(Counts::default(), |sum, of| sum.plus(of.counts));
    (coders.len() > 1).then(|| (summary.mean.0, counts.f1()))
}

fn places(session: &Session, (pane, only): (&Pane, &Only), coders: &[String]) -> Vec<Difference> {
    let book = &session.shared.codebook;
    let is_wanted = |annotation: &Annotation| {
        only.code.as_ref().is_none_or(|code| book.is_below(&annotation.code, code)) && annotation.coder != CONSENSUS
    };
    let placed: Vec<_> = pane.layer.all().iter().filter(|placed| is_wanted(&placed.annotation)).collect();
    let said: Vec<Said<'_>> = placed
        .iter()
        .map(|placed| Said {
            coder: &placed.annotation.coder,
            code: book.standing(&placed.annotation.code),
            range: placed.annotation.passage.range(),
        })
        .collect();
    let mut all: Vec<Difference> = Vec::new();
    for found in compare(&said, coders) {
        let own: Vec<_> = found.of.iter().filter_map(|at| placed.get(*at)).collect();
        let Some(span) = own.iter().map(|placed| placed.span).reduce(Span::union) else { continue };
        let annotations: Vec<&Annotation> = own.iter().map(|placed| &placed.annotation).collect();
        let sources = crate::agreement::settling::sources(&annotations);
        all.push(Difference {
            kind: found.kind,
            span,
            of: annotations.iter().map(|annotation| annotation.id).collect(),
            missing: found.missing,
            is_settled: pane.review.is_settled(&sources),
        });
    }
    all.retain(|place| only.kind.is_none_or(|kind| kind == place.kind));
    all.sort_by_key(|place| (place.span.start, place.span.end));
    all
}

/// The place at the cursor: of several the one that is selected just so, then the chosen annotation's, then one that is
/// open, then the shortest.
pub fn here(session: &Session) -> Option<&Difference> {
    let pane = session.pane();
    let chosen = pane.current.filter(|id| pane.here().iter().any(|placed| placed.annotation.id == *id));
    let (probe, selected) = (pane.probe(), pane.selection.span());
    let all = session.comparing.places[session.focus & 1].iter().filter(|place| place.span.overlaps(probe));
    all.min_by_key(|place| {
        let is_chosen = chosen.is_some_and(|id| place.of.contains(&id));
        (place.span != selected, !is_chosen, place.is_settled, place.span.len())
    })
}

fn next(session: &mut Session, args: &Args) -> Outcome {
    walk(session, args.times() as isize)
}

fn previous(session: &mut Session, args: &Args) -> Outcome {
    walk(session, -(args.times() as isize))
}

/// Goes on among the places that differ; where only agreement is asked for, among those.
fn walk(session: &mut Session, n: isize) -> Outcome {
    let side = session.focus & 1;
    let wants_same = session.comparing.only.kind == Some(Kind::Same);
    let all: Vec<&Difference> =
        session.comparing.places[side].iter().filter(|place| wants_same || place.kind != Kind::Same).collect();
    let open: Vec<&Difference> = all.iter().filter(|place| !place.is_settled).copied().collect();
    // What is settled is passed by as long as something is open.
    let all = if open.is_empty() { all } else { open };
    if all.is_empty() {
        return Err(say!("the coders differ nowhere here").into());
    }
    let at = session.pane().selection.span();
    // Places may stand on the same words: the one that was gone to is known by its annotation.
    let chosen = session.pane().current;
    let is_it = |place: &&Difference| chosen.is_some_and(|id| place.of.contains(&id)) && place.span == at;
    let now = all.iter().position(is_it).or_else(|| all.iter().position(|place| place.span == at));
    let n_before = all.partition_point(|place| (place.span.start, place.span.end) < (at.start, at.end));
    let next = match now {
        Some(now) => now.checked_add_signed(n),
        None if n > 0 => n_before.checked_add_signed(n - 1),
        None => n_before.checked_add_signed(n),
    };
    let (first, last) = (next.is_none(), next.is_some_and(|next| next >= all.len()));
    if first || last {
        return Err(if last { say!("no further difference here") } else { say!("no difference before this") }.into());
    }
    let place = all[next.unwrap_or(0)].clone();
    let text = format!("{}/{} · {}", next.unwrap_or(0) + 1, all.len(), described(session, &place));
    session.leave_mark();
    session.work().follows = true;
    session.work().reshaping = None;
    let pane = session.pane_mut();
    pane.selection.put(place.span);
    (pane.selection.is_extending, pane.current) = (false, place.of.first().copied());
    session.tell(text);
    DONE
}

/// A place in words: how coders differ there, and what each says.
pub fn described(session: &Session, place: &Difference) -> String {
    let pane = &session.panes[session.focus & 1];
    let mut parts: Vec<String> = Vec::new();
    for id in &place.of {
        let Some(placed) = pane.layer.get(*id) else { continue };
        let name = session.shared.codebook.called(&placed.annotation.code);
        parts.push(format!("{}: {}", printable(&placed.annotation.coder), printable(name)));
    }
    let silent = place.missing.iter().filter(|coder| {
        !place.of.iter().any(|id| pane.layer.get(*id).is_some_and(|placed| placed.annotation.coder == **coder))
    });
    parts.extend(silent.map(|coder| format!("{}: —", printable(coder))));
    let settled = if place.is_settled { say!(", settled") } else { "" };
    format!("{} {}{settled} · {}", place.kind.sign(), kind_name(place.kind), parts.join(" · "))
}

fn overlay(session: &mut Session, _: &Args) -> Outcome {
    comparing(session)?;
    session.comparing.is_overlaid = !session.comparing.is_overlaid;
    let text = if session.comparing.is_overlaid {
        let coder =
            session.comparing.coders[session.focus & 1].first().map_or_else(String::new, |name| printable(name));
        say!("green: all alike · blue: {coder} alone · orange: otherwise", coder = coder)
    } else {
        say!("the letters show the codes").to_owned()
    };
    session.tell(text);
    DONE
}

/// How a letter was tagged, when coders are laid over each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// By all, and with the same codes.
    All,
    /// By the first alone.
    First,
    /// By another, or by some of several.
    Others,
}

/// How a stretch of a pane, which no boundary parts, was tagged; nothing where it was not.
pub fn cover(session: &Session, side: usize, span: Span) -> Option<Cover> {
    let coders = &session.comparing.coders[side & 1];
    let (book, only) = (&session.shared.codebook, &session.comparing.only);
    let codes_of = |coder: &String| {
        let own = session.panes[side & 1].layer.overlapping(span).into_iter().map(|placed| &placed.annotation);
        let own = own.filter(|annotation| annotation.coder == *coder);
        let mut codes: Vec<&CodeId> = own.map(|annotation| book.standing(&annotation.code)).collect();
        codes.retain(|code| only.code.as_ref().is_none_or(|wanted| book.is_below(code, wanted)));
        codes.sort();
        codes.dedup();
        codes
    };
    let all: Vec<Vec<&CodeId>> = coders.iter().map(codes_of).collect();
    let first = all.first()?;
    if all.iter().all(Vec::is_empty) {
        None
    } else if all.iter().all(|codes| codes == first) {
        Some(Cover::All)
    } else if all.iter().skip(1).all(Vec::is_empty) {
        Some(Cover::First)
    } else {
        Some(Cover::Others)
    }
}

fn only(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        let rows = rows(session);
        session.mode = Mode::Pick(Box::new(Picker::new(say!("Compare only"), "compare-only", rows)));
        return DONE;
    };
    session.mode = Mode::Read;
    let now = &mut session.comparing.only;
    match choice.split_once(' ') {
        Some(("kind", word)) => now.kind = Kind::ALL.into_iter().find(|kind| kind.word() == word),
        Some(("code", id)) => now.code = Some(CodeId(id.to_owned())),
        Some(("coder", name)) => {
            // The first choice is of two: oneself and the other.
            let name = name.to_owned();
            if now.coders.is_empty() && name != session.about.coder {
                now.coders.push(session.about.coder.clone());
            }
            if now.coders.contains(&name) {
                now.coders.retain(|known| *known != name);
            } else {
                now.coders.push(name);
            }
        }
        _ => *now = Only::default(),
    }
    renew(session);
    let text = told(session, session.focus);
    session.tell(text);
    DONE
}

fn rows(session: &Session) -> Vec<PickRow> {
    let row = |value: String, text: String, detail: &str| PickRow {
        value,
        text,
        detail: detail.to_owned(),
        ..PickRow::default()
    };
    let now = &session.comparing.only;
    let chosen = |is_chosen: bool| if is_chosen { say!("now") } else { "" };
    let mut rows = vec![row("all".into(), say!("everything").into(), chosen(*now == Only::default()))];
    rows.extend(Kind::ALL.map(|kind| {
        let text = format!("{} {}", kind.sign(), kind_name(kind));
        row(format!("kind {}", kind.word()), text, chosen(now.kind == Some(kind)))
    }));
    let pane = session.pane();
    let mut coders: Vec<&String> = pane.layer.all().iter().map(|placed| &placed.annotation.coder).collect();
    coders.sort();
    coders.dedup();
    coders.retain(|coder| *coder != CONSENSUS);
    rows.extend(coders.into_iter().map(|coder| {
        let n = pane.layer.all().iter().filter(|placed| placed.annotation.coder == *coder).count();
        let detail = count!(n, "{n} annotation", "{n} annotations");
        let detail = if now.coders.contains(coder) { format!("{} · {detail}", say!("now")) } else { detail };
        row(format!("coder {coder}"), printable(coder), &detail)
    }));
    let book = &session.shared.codebook;
    rows.extend(book.tree().iter().filter_map(|(id, _)| book.get(id)).map(|code| PickRow {
        mark: (mark_of(code), book.colour(&code.id).to_owned()),
        ..row(format!("code {}", code.id), printable(code.called()), chosen(now.code.as_ref() == Some(&code.id)))
    }));
    rows
}
