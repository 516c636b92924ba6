//! When a command applies: what is asked before it is offered, and why it is refused.

use crate::app::command::Refusal;
use crate::app::session::Session;
use crate::say;
use crate::text::width::printable;

type Answer = Result<(), Refusal>;

fn unless(is_well: bool, why: &str) -> Answer {
    if is_well { Ok(()) } else { Err(why.into()) }
}

/// A document is open in the pane that has the keys.
pub fn open(session: &Session) -> Answer {
    unless(!session.pane().text.is_empty(), say!("open a document first"))
}

/// Something can be kept now.
pub fn writable(session: &Session) -> Answer {
    session.may_write()
}

/// There is text that can be tagged at the cursor.
pub fn taggable(session: &Session) -> Answer {
    session.may_write()?;
    open(session)?;
    unless(!session.pane().words().is_empty(), say!("there is no text to tag here"))?;
    unless(session.pane().offsets.is_some(), say!("the document is still being measured; a moment"))
}

/// A code was used that is still in the codebook.
pub fn used_a_code(session: &Session) -> Answer {
    taggable(session)?;
    let last = session.now.0.last_code.as_ref();
    unless(last.is_some_and(|code| session.shared.codebook.get(code).is_some()), say!("no code was used yet"))
}

/// An annotation lies at the cursor.
pub fn at_annotation(session: &Session) -> Answer {
    unless(session.pane().annotation().is_some(), say!("there is no annotation here"))
}

/// An annotation lies at the cursor, and something can be kept.
pub fn at_example(session: &Session) -> Answer {
    session.may_write()?;
    at_annotation(session)
}

/// More than one annotation lies at the cursor.
pub fn at_several(session: &Session) -> Answer {
    at_annotation(session)?;
    unless(session.pane().here().len() > 1, say!("there is only one annotation here"))
}

/// An annotation lies at the cursor that this coder may change.
pub fn at_own(session: &Session) -> Answer {
    session.may_write()?;
    at_annotation(session)?;
    let coder = session.pane().annotation().map_or("", |a| a.coder.as_str());
    if coder == session.about.coder {
        return Ok(());
    }
    Err(say!("{coder} made this annotation; only they can change it", coder = printable(coder)).into())
}

/// The document has annotations.
pub fn annotated(session: &Session) -> Answer {
    unless(!session.pane().layer.all().is_empty(), say!("this document has no annotation yet"))
}

/// A phrase was looked for.
pub fn searched(session: &Session) -> Answer {
    open(session)?;
    unless(!session.now.0.phrase.is_empty(), say!("search for something first"))
}

/// The other pane has a document.
pub fn paired(session: &Session) -> Answer {
    let other = &session.panes[1 - (session.focus & 1)];
    unless(!other.document.0.is_empty(), say!("the other pane is empty; open a document first"))
}

/// The window is wide enough for two panes.
pub fn wide(session: &Session) -> Answer {
    if session.screen.is_narrow() {
        let other = session.keys.hint("read", "other-pane");
        return Err(say!("two panes need 100 columns; {other} goes to the other one", other).into());
    }
    Ok(())
}
