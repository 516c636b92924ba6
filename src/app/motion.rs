//! Moving the cursor by words, sentences and paragraphs, and stretching the selection.

use crate::app::aligning;
use crate::app::beside;
use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::editor::Editor;
use crate::app::effect::Effect;
use crate::app::finding::go_to;
use crate::app::pane::{Pane, letter_after, letter_before, segment_after, segment_at, segment_before};
use crate::app::session::{Mode, Purpose, Session};
use crate::app::setting;
use crate::app::when;
use crate::say;
use crate::text::segment::Unit;
use crate::text::span::Span;

/// Moving.
pub const GROUP: Group = Group {
    title: "Moving",
    mode: "read",
    commands: &[
        Command::of("next-segment", "go to the next segment (word, sentence or paragraph)", next_segment)
            .when(when::open),
        Command::of("previous-segment", "go to the previous segment", previous_segment).when(when::open),
        Command::of("next-word", "go to the next word", next_word).when(when::open),
        Command::of("previous-word", "go to the previous word", previous_word).when(when::open),
        Command::of("next-sentence", "go to the next sentence", next_sentence).when(when::open),
        Command::of("previous-sentence", "go to the previous sentence", previous_sentence).when(when::open),
        Command::of("next-paragraph", "go to the next paragraph", next_paragraph).when(when::open),
        Command::of("previous-paragraph", "go to the previous paragraph", previous_paragraph).when(when::open),
        Command::of("page-down", "go a page down", page_down).when(when::open),
        Command::of("page-up", "go a page up", page_up).when(when::open),
        Command::of("half-page-down", "go half a page down", half_page_down).when(when::open),
        Command::of("half-page-up", "go half a page up", half_page_up).when(when::open),
        Command::of("scroll-down", "scroll a row down, the cursor stays", scroll_down).when(when::open),
        Command::of("scroll-up", "scroll a row up, the cursor stays", scroll_up).when(when::open),
        Command::of("go-to-start", "go to the start of the document", go_to_start).when(when::open),
        Command::of("go-to-end", "go to the end of the document", go_to_end).when(when::open),
        Command::of("go-back", "go back to where the cursor was before it went far", go_back),
        Command::of("go-to-percent", "go to a percentage (50%, or asked for)", go_to_percent).when(when::open),
    ],
};

/// Selecting.
pub const SELECTING: Group = Group {
    title: "Selecting",
    mode: "read",
    commands: &[
        Command::of("grow", "select the next larger unit: word, sentence, paragraph", grow).when(when::open),
        Command::of("shrink", "select the next smaller unit", shrink).when(when::open),
        Command::of("extend", "start or stop extending: motions then move one end", extend).when(when::open),
        Command::of("swap-ends", "move the other end of the selection", swap_ends).when(when::open),
        Command::of("extend-next", "extend by the next segment", extend_next).when(when::open),
        Command::of("extend-previous", "extend by the previous segment", extend_previous).when(when::open),
        Command::of("extend-letter", "move the selection's end one letter right", extend_letter).when(when::open),
        Command::of("retract-letter", "move the selection's end one letter left", retract_letter).when(when::open),
        Command::of("cancel", "drop the selection, or what was begun", cancel),
    ],
};

/// Moves the head to another segment; the anchor follows unless the selection is being extended.
fn go(pane: &mut Pane, found: Option<Span>) {
    let Some(span) = found else { return };
    pane.selection.head = span;
    if !pane.selection.is_extending {
        pane.selection.anchor = span;
        pane.current = None;
    }
}

fn step(session: &mut Session, unit: Unit, n: isize) -> Outcome {
    let pane = session.pane_mut();
    let mut n = n;
    if !pane.selection.is_extending {
        n -= from_sight(pane, n.signum());
        // From a larger unit, the first smaller one in it is the next.
        let is_smaller = unit < pane.selection.unit;
        pane.selection.unit = unit;
        if is_smaller && n > 0 {
            let first = segment_at(&pane.text, unit, pane.selection.head.start);
            go(pane, first);
            n -= 1;
        }
    }
    for _ in 0..n.unsigned_abs() {
        let head = pane.selection.head;
        let found = if n > 0 {
            // From the middle of a longer unit the next one is the first behind its start.
            segment_after(&pane.text, unit, head.start)
        } else {
            segment_before(&pane.text, unit, head.start)
        };
        if found.is_none() {
            break;
        }
        go(pane, found);
    }
    DONE
}

/// After scrolling, the cursor walks on from what is in sight. Returns the step that this took.
fn from_sight(pane: &mut Pane, step: isize) -> isize {
    let shown = pane.view.shown();
    if shown.is_empty() || shown.overlaps(pane.selection.head) {
        return 0;
    }
    let edge = if step > 0 { shown.start } else { shown.end.saturating_sub(1) };
    let unit = pane.selection.unit;
    let found = segment_at(&pane.text, unit, edge).or_else(|| segment_after(&pane.text, unit, edge));
    go(pane, found);
    step
}

fn signed(args: &Args) -> isize {
    args.times() as isize
}

fn next_segment(session: &mut Session, args: &Args) -> Outcome {
    if session.pane().selection.unit <= Unit::Word {
        by_row(session, signed(args))
    } else {
        by_unit(session, signed(args))
    }
}

fn previous_segment(session: &mut Session, args: &Args) -> Outcome {
    if session.pane().selection.unit <= Unit::Word {
        by_row(session, -signed(args))
    } else {
        by_unit(session, -signed(args))
    }
}

fn by_unit(session: &mut Session, n: isize) -> Outcome {
    let unit = session.pane().selection.unit;
    step(session, unit, n)
}

/// With words, down and up mean the word below and above.
fn by_row(session: &mut Session, n: isize) -> Outcome {
    let pane = session.pane_mut();
    let text = pane.text.clone();
    let head = pane.selection.head;
    let unit = pane.selection.unit;
    let from = pane.view.locate(&text, head.start);
    let column = row_at(pane, from).map_or(0, |row| row.column_of(head.start));
    let (mut at, gone) = pane.view.walk(&text, from, n);
    // Empty rows have no word to stand on.
    while gone != 0 && row_at(pane, at).is_some_and(|row| row.text().trim().is_empty()) {
        let (next, more) = pane.view.walk(&text, at, n.signum());
        if more == 0 {
            return DONE;
        }
        at = next;
    }
    let offset = row_at(pane, at).map(|row| row.offset_at(column));
    let found = offset.and_then(|offset| segment_at(&text, unit, offset.min(text.len().saturating_sub(1))));
    go(pane, found.filter(|_| gone != 0));
    DONE
}

fn row_at(pane: &mut Pane, at: crate::app::view::Top) -> Option<crate::app::view::ShownRow> {
    let text = pane.text.clone();
    let of = pane.view.wrapped(&text, at.block);
    (at.row < of.rows.len()).then_some(crate::app::view::ShownRow { of, index: at.row })
}

fn next_word(session: &mut Session, args: &Args) -> Outcome {
    step(session, Unit::Word, signed(args))
}

fn previous_word(session: &mut Session, args: &Args) -> Outcome {
    step(session, Unit::Word, -signed(args))
}

fn next_sentence(session: &mut Session, args: &Args) -> Outcome {
    step(session, Unit::Sentence, signed(args))
}

fn previous_sentence(session: &mut Session, args: &Args) -> Outcome {
    step(session, Unit::Sentence, -signed(args))
}

fn next_paragraph(session: &mut Session, args: &Args) -> Outcome {
    step(session, Unit::Paragraph, signed(args))
}

fn previous_paragraph(session: &mut Session, args: &Args) -> Outcome {
    step(session, Unit::Paragraph, -signed(args))
}

/// Scrolls, and takes the cursor along to the segment in the same row of the pane.
fn by_page(session: &mut Session, halves: isize) -> Outcome {
    let pane = session.pane_mut();
    let text = pane.text.clone();
    let n_rows = (pane.view.height_rows().max(2) - 1) as isize;
    let n = (n_rows * halves / 2).clamp(-1_000_000, 1_000_000);
    let at = pane.view.locate(&text, pane.selection.head.start);
    let (target, _) = pane.view.walk(&text, at, n);
    pane.view.scroll(&text, n);
    let offset = pane.view.offset_of(&text, target);
    let unit = pane.selection.unit;
    let found = segment_at(&text, unit, offset).or_else(|| segment_after(&text, unit, offset));
    let found = found.or_else(|| segment_before(&text, unit, offset));
    go(pane, found);
    DONE
}

fn page_down(session: &mut Session, args: &Args) -> Outcome {
    by_page(session, 2 * signed(args))
}

fn page_up(session: &mut Session, args: &Args) -> Outcome {
    by_page(session, -2 * signed(args))
}

fn half_page_down(session: &mut Session, args: &Args) -> Outcome {
    by_page(session, signed(args))
}

fn half_page_up(session: &mut Session, args: &Args) -> Outcome {
    by_page(session, -signed(args))
}

fn scroll(session: &mut Session, n_rows: isize) -> Outcome {
    let pane = session.pane_mut();
    let text = pane.text.clone();
    pane.view.scroll(&text, n_rows);
    DONE
}

fn scroll_down(session: &mut Session, args: &Args) -> Outcome {
    scroll(session, signed(args))
}

fn scroll_up(session: &mut Session, args: &Args) -> Outcome {
    scroll(session, -signed(args))
}

/// Goes back to where the cursor was before it went far: to another document only where that is open.
fn go_back(session: &mut Session, _: &Args) -> Outcome {
    while let Some((document, offset)) = session.work().places.pop() {
        let Some(side) = session.pane_of(&document) else { continue };
        if (side, offset) == (session.focus, session.pane().selection.head.start) {
            continue;
        }
        (session.focus, session.work().reshaping) = (side, None);
        let pane = session.pane_mut();
        pane.current = None;
        pane.select_at(offset.min(pane.text.len().saturating_sub(1)));
        return DONE;
    }
    Err(say!("there is no place to go back to").into())
}

fn jump(session: &mut Session, offset: usize) -> Outcome {
    session.leave_mark();
    let pane = session.pane_mut();
    let unit = pane.selection.unit;
    let found = segment_at(&pane.text, unit, offset).or_else(|| segment_after(&pane.text, unit, offset));
    let found = found.or_else(|| segment_before(&pane.text, unit, offset));
    go(pane, found);
    DONE
}

fn go_to_start(session: &mut Session, _: &Args) -> Outcome {
    jump(session, 0)
}

fn go_to_end(session: &mut Session, _: &Args) -> Outcome {
    let end = session.pane().text.len().saturating_sub(1);
    jump(session, end)
}

fn go_to_percent(session: &mut Session, args: &Args) -> Outcome {
    let written = args.choice.as_deref().map(|text| text.trim().trim_end_matches('%').trim().parse::<usize>());
    match (args.count, written) {
        (Some(percent), _) | (None, Some(Ok(percent))) if percent <= 100 => {
            let len = session.pane().text.len();
            jump(session, (len / 100 * percent + len % 100 * percent / 100).min(len.saturating_sub(1)))
        }
        (None, None) => {
            session.mode = Mode::Edit(
                Editor::line(""),
                Purpose::Line { prompt: say!("go to per cent").into(), command: "go-to-percent", about: String::new() },
            );
            DONE
        }
        _ => Err(say!("a percentage is a number from 0 to 100").into()),
    }
}

fn grow(session: &mut Session, _: &Args) -> Outcome {
    let unit = session.pane().selection.unit.larger();
    resize_unit(session, unit)
}

fn shrink(session: &mut Session, _: &Args) -> Outcome {
    let unit = session.pane().selection.unit.smaller().max(Unit::Word);
    resize_unit(session, unit)
}

fn resize_unit(session: &mut Session, unit: Unit) -> Outcome {
    let pane = session.pane_mut();
    pane.selection.unit = unit;
    if let Some(span) = segment_at(&pane.text, unit, pane.selection.head.start) {
        pane.selection.put(span);
        pane.selection.is_extending = false;
    }
    DONE
}

fn extend(session: &mut Session, _: &Args) -> Outcome {
    let selection = &mut session.pane_mut().selection;
    selection.is_extending = !selection.is_extending;
    if !selection.is_extending {
        selection.anchor = selection.head;
    }
    DONE
}

fn swap_ends(session: &mut Session, _: &Args) -> Outcome {
    let selection = &mut session.pane_mut().selection;
    if selection.anchor == selection.head {
        selection.loosen();
    }
    std::mem::swap(&mut selection.anchor, &mut selection.head);
    selection.is_extending = true;
    DONE
}

fn extend_by(session: &mut Session, n: isize) -> Outcome {
    session.pane_mut().selection.is_extending = true;
    let unit = session.pane().selection.unit.max(Unit::Word);
    step(session, unit, n)
}

fn extend_next(session: &mut Session, args: &Args) -> Outcome {
    extend_by(session, signed(args))
}

fn extend_previous(session: &mut Session, args: &Args) -> Outcome {
    extend_by(session, -signed(args))
}

fn move_end(session: &mut Session, n: isize) -> Outcome {
    let pane = session.pane_mut();
    let mut selection = pane.selection;
    selection.is_extending = true;
    selection.loosen();
    let mut at = selection.head.start;
    for _ in 0..n.unsigned_abs() {
        at = if n > 0 { letter_after(&pane.text, at) } else { letter_before(&pane.text, at) };
    }
    if at == selection.anchor.start {
        return Err(say!("a selection has at least one letter").into());
    }
    selection.head = Span::new(at, at);
    pane.selection = selection;
    DONE
}

fn extend_letter(session: &mut Session, args: &Args) -> Outcome {
    move_end(session, signed(args))
}

fn retract_letter(session: &mut Session, args: &Args) -> Outcome {
    move_end(session, -signed(args))
}

fn cancel(session: &mut Session, _: &Args) -> Outcome {
    if let Some(task) = session.task.take() {
        session.tell(say!("{what} was stopped", what = task.what));
        return Ok(vec![Effect::Stop]);
    }
    if beside::drop_adjusting(session) {
        return DONE;
    }
    if let Some(id) = session.work().reshaping.take() {
        // Nothing was changed: the cursor is at the annotation again.
        go_to(session, id);
        return DONE;
    }
    let usual = setting::unit(session);
    let pane = session.pane_mut();
    let is_dropping = pane.selection.is_extending || !pane.matches.is_empty();
    if !is_dropping && aligning::stop_aligning(session) {
        return Ok(vec![Effect::StopAligning]);
    }
    let pane = session.pane_mut();
    if !is_dropping {
        pane.selection.unit = usual;
    }
    let at = pane.selection.head.start;
    pane.current = None;
    pane.matches.clear();
    pane.select_at(at);
    DONE
}
