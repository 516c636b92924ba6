//! Where a team's work meets, as its coder sees it: whether the server is there, how far behind each side is, who is where.

use crate::app::command::{Args, Command, DONE, Group, Outcome};
use crate::app::overlay::show;
use crate::app::session::Session;
use crate::model::document::DocumentId;
use crate::text::width::printable;
use crate::{count, say};

/// Where a team's work meets.
pub const GROUP: Group = Group {
    title: "The team's server",
    mode: "read",
    commands: &[Command::of("who-is-here", "show who has which document open, and how the server is", who_is_here)
        .also("team, presence, server, sync, online, offline, colleagues")],
};

/// Whether the server is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// It is being reached for the first time.
    #[default]
    Reaching,
    /// It is there.
    There,
    /// It is not there now, and why; it is tried again.
    Away(String),
    /// It says no, and why.
    Refused(String),
}

/// How the project stands to the team's server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meeting {
    /// Whether the server is there.
    pub link: Link,
    /// Entries of ours that it has not yet.
    pub n_unsent: u64,
    /// Entries of others that we have not yet.
    pub n_untaken: u64,
    /// Whether the server takes nothing from us.
    pub is_reader: bool,
    /// Who has which document open: coders and documents.
    pub present: Vec<(String, DocumentId)>,
}

impl Meeting {
    /// In few words, for the status line: `in step`, `↑3 ↓12`, `offline ↑3`.
    pub fn told(&self) -> String {
        let behind = [("↑", self.n_unsent), ("↓", self.n_untaken)];
        let behind: Vec<String> = behind.iter().filter(|(_, n)| *n > 0).map(|(sign, n)| format!("{sign}{n}")).collect();
        let word = match self.link {
            Link::There if self.is_reader => say!("reads only"),
            Link::There if behind.is_empty() => say!("in step"),
            Link::There => "",
            Link::Reaching => say!("connecting"),
            Link::Away(_) => say!("offline"),
            Link::Refused(_) => say!("refused"),
        };
        let word = (!word.is_empty()).then(|| word.to_owned());
        word.into_iter().chain(behind).collect::<Vec<_>>().join(" ")
    }

    /// The colleagues who have a document open.
    pub fn here<'a>(&'a self, document: &'a DocumentId) -> impl Iterator<Item = &'a str> {
        let is_here = move |(_, at): &&(String, DocumentId)| at == document && !document.0.is_empty();
        self.present.iter().filter(is_here).map(|(coder, _)| coder.as_str())
    }
}

/// Takes how the server is now; what a coder must know at once is told.
pub fn arrived(session: &mut Session, meeting: Meeting) {
    let is_same = session.about.meeting.as_ref().is_some_and(|was| was.link == meeting.link);
    let is_reader = session.about.meeting.as_ref().is_some_and(|was| was.is_reader);
    if meeting.is_reader && !is_reader {
        session.warn(say!("you may only read at the team's server: what you tag stays on this computer").to_owned());
    }
    let link = meeting.link.clone();
    session.about.meeting = Some(meeting);
    if let (Link::Refused(why), false) = (&link, is_same) {
        session.warn(say!("the team's server: {why}; what you do is kept here and waits", why = printable(why)));
    }
}

fn who_is_here(session: &mut Session, _: &Args) -> Outcome {
    let Some(meeting) = session.about.meeting.clone() else {
        return Err(say!("this project is shared at no server; `tanba share ADDRESS` shares it").into());
    };
    let entries = |n: u64| count!(usize::try_from(n).unwrap_or(usize::MAX), "{n} entry", "{n} entries");
    let state = match &meeting.link {
        Link::Reaching => say!("is being reached").to_owned(),
        Link::There => say!("is there").to_owned(),
        Link::Away(why) | Link::Refused(why) => printable(why),
    };
    let mut lines = vec![
        (say!("server").to_owned(), state),
        (say!("still to be sent").to_owned(), entries(meeting.n_unsent)),
        (say!("still to come").to_owned(), entries(meeting.n_untaken)),
        (String::new(), String::new()),
    ];
    for (coder, document) in &meeting.present {
        lines.push((printable(coder), printable(session.shared.title(document))));
    }
    if meeting.present.is_empty() {
        let nobody = if meeting.link == Link::There {
            say!("no colleague has a document open now")
        } else {
            say!("who has a document open is not known now")
        };
        lines.push((nobody.to_owned(), String::new()));
    }
    show(session, say!("The team"), lines);
    DONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_behind_each_side_is_is_told_in_few_words() {
        let told = |link: Link, n_unsent, n_untaken| Meeting { link, n_unsent, n_untaken, ..Meeting::default() }.told();
        assert_eq!(told(Link::There, 0, 0), "in step");
        assert_eq!(told(Link::There, 3, 12), "↑3 ↓12");
        assert_eq!(told(Link::Away(String::new()), 3, 0), "offline ↑3");
        assert_eq!(told(Link::Refused(String::new()), 0, 0), "refused");
    }
}
