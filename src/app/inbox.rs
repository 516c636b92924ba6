//! What others said of a coder's work since they last looked.

use crate::app::command::{Args, Command, Group, Outcome};
use crate::app::effect::{Effect, Task};
use crate::app::picker::{PickRow, Picker, Preview};
use crate::app::session::{Mode, Session};
use crate::model::annotation::AnnotationId;
use crate::model::document::DocumentId;
use crate::model::time::Time;
use crate::text::span::CodePoints;
use crate::text::width::{fitted, flat, printable};
use crate::{count, say};

/// What others said.
pub const GROUP: Group = Group {
    title: "What others said",
    mode: "read",
    commands: &[Command::of("inbox", "list what others said of your annotations, what is new first", inbox)
        .also("news, since you last looked, comments, verdicts, mentions, answers")],
};

/// Columns of what was said in the list.
const SAID_COLUMNS: usize = 120;

/// Something that somebody said of an annotation.
#[derive(Clone, PartialEq)]
pub struct News {
    /// What tells it from all others, this version of it too.
    pub key: String,
    /// Whether the coder has not seen it yet.
    pub is_new: bool,
    /// Who said it.
    pub by: String,
    /// What, in words.
    pub said: String,
    /// The code of the annotation, as it is called; empty where the annotation is no more.
    pub about: String,
    /// The passage's words.
    pub quote: String,
    /// The annotation.
    pub annotation: AnnotationId,
    /// Where to go.
    pub place: (DocumentId, CodePoints),
    /// When.
    pub time: Time,
}

impl std::fmt::Debug for News {
    // Never the words: this may end in a panic's message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "News({} by {:?})", self.key, self.by)
    }
}

fn inbox(session: &mut Session, args: &Args) -> Outcome {
    let Some(choice) = &args.choice else {
        if !session.about.is_ready {
            return Err(say!("the project is still being opened; a moment").into());
        }
        session.task = Some(Task { what: say!("looking what others said").into(), percent: 0 });
        return Ok(vec![Effect::Inbox]);
    };
    let news = choice.parse::<usize>().ok().and_then(|at| session.lists.news.get(at)).cloned();
    let news = news.ok_or(say!("there is no such thing"))?;
    session.mode = Mode::Read;
    let (document, range) = news.place;
    let went = crate::app::concordance::go_to_range(session, document.clone(), range)?;
    if let Some(side) = session.pane_of(&document) {
        session.panes[side].current = Some(news.annotation);
    }
    Ok(went)
}

/// Takes what others said, and lists it; what is shown is seen from now on.
pub fn arrived(session: &mut Session, all: Vec<News>) -> Vec<Effect> {
    session.task = None;
    if !matches!(session.mode, Mode::Read) {
        return Vec::new();
    }
    if all.is_empty() {
        session.tell(say!("nobody said anything of your annotations yet"));
        return Vec::new();
    }
    let n_new = all.iter().filter(|news| news.is_new).count();
    session.lists.news = all;
    let row = |(at, news): (usize, &News)| PickRow {
        value: at.to_string(),
        text: fitted(&format!("{} · {}", printable(&news.by), flat(&news.said)), SAID_COLUMNS),
        detail: format!("{} · {}", printable(&news.about), printable(session.shared.title(&news.place.0))),
        also: flat(&news.quote),
        mark: (if news.is_new { "●" } else { " " }.to_owned(), String::new()),
        under: Some(format!("“{}”", flat(&news.quote))),
        ..PickRow::default()
    };
    let rows: Vec<PickRow> = session.lists.news.iter().enumerate().map(row).collect();
    let title = count!(
        n_new,
        "What others said · {n} new since you last looked",
        "What others said · {n} new since you last looked"
    );
    session.mode = Mode::Pick(Box::new(Picker::new(title, "inbox", rows).previewing(about)));
    let seen: Vec<String> = session.lists.news.iter().filter(|news| news.is_new).map(|news| news.key.clone()).collect();
    if seen.is_empty() { Vec::new() } else { vec![Effect::Seen(seen)] }
}

/// All of what was said, beside the list.
fn about(session: &Session, choice: &str) -> Preview {
    let Some(news) = choice.parse::<usize>().ok().and_then(|at| session.lists.news.get(at)) else {
        return Preview::new();
    };
    vec![
        (printable(&news.by), news.time.minute()),
        (String::new(), printable(&news.said)),
        (printable(&news.about), format!("“{}”", printable(&news.quote))),
    ]
}

/// Tells that others said something.
pub fn notice(session: &mut Session, n_new: usize) {
    let key = session.keys.hint("read", "inbox");
    session.tell(count!(
        n_new,
        "{n} new word of others on your annotations; {key} shows it",
        "{n} new words of others on your annotations; {key} shows them",
        key
    ));
}
