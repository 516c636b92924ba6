//! Markdown as plain text, with the lines of names and values that may stand before it. Source of the form: `CommonMark`
//! 0.31, and GitHub's tables, notes and struck words.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::formats::bundle::{Brought, Piece, Refused};
use crate::formats::decoded;
use crate::formats::html;
use crate::formats::losses::Loss;
use crate::formats::prose::{Card, Prose, brought};

/// Nothing in a file says that it is Markdown: its name does.
pub fn is_it(_: &Piece) -> bool {
    false
}

/// Reads a text with its marks. Fails where it is no text.
pub fn read(piece: &Piece) -> Result<Brought, Refused> {
    let mut told = Vec::new();
    let text = decoded::text(piece, None, &mut told)?;
    let mut pour = Pour::default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (body, notes) = parted(Parser::new_ext(&text, options));
    body.into_iter().chain(notes).for_each(|event| pour.event(event));
    Ok(brought(piece, pour.prose, pour.card, told))
}

/// What stands in the text, and its notes, which go to the end.
fn parted(parser: Parser<'_>) -> (Vec<Event<'_>>, Vec<Event<'_>>) {
    let (mut body, mut notes, mut n_open) = (Vec::new(), Vec::new(), 0usize);
    for event in parser {
        n_open += usize::from(matches!(event, Event::Start(Tag::FootnoteDefinition(_))));
        let is_end = matches!(event, Event::End(TagEnd::FootnoteDefinition));
        if n_open > 0 {
            notes.push(event);
        } else {
            body.push(event);
        }
        n_open = n_open.saturating_sub(usize::from(is_end));
    }
    (body, notes)
}

/// A text on its way.
#[derive(Default)]
struct Pour {
    prose: Prose,
    card: Card,
    /// Markup of HTML, gathered until it ends.
    markup: String,
    /// The lines before the text, gathered until they end.
    front: Option<String>,
    is_code: bool,
    has_cell: bool,
}

impl Pour {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(words) => match &mut self.front {
                Some(front) => front.push_str(&words),
                None if self.is_code => self.prose.exact(&words),
                None => self.prose.words(&words),
            },
            Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                self.prose.losses.one(Loss::Formatting);
                self.prose.words(&words);
            }
            Event::Html(markup) => self.markup.push_str(&markup),
            Event::InlineHtml(tag) if tag.starts_with("<br") => self.prose.line_break(),
            Event::InlineHtml(_) => self.prose.losses.one(Loss::Formatting),
            Event::FootnoteReference(label) => self.prose.words(&format!("[{label}]")),
            Event::SoftBreak => self.prose.words(" "),
            Event::HardBreak => self.prose.line_break(),
            Event::Rule => self.prose.paragraph(),
            Event::TaskListMarker(is_done) => self.prose.words(if is_done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.prose.begin_heading(),
            Tag::List(first) => self.prose.begin_list(first),
            Tag::Item => self.prose.item(),
            Tag::Table(_) => self.prose.begin_table(),
            Tag::TableHead | Tag::TableRow => {
                self.prose.row();
                self.has_cell = false;
            }
            Tag::TableCell => {
                if self.has_cell {
                    self.prose.cell();
                }
                self.has_cell = true;
            }
            Tag::CodeBlock(kind) => {
                self.prose.paragraph();
                self.is_code = true;
                self.prose.indent(true);
                self.prose.losses.many(Loss::Formatting, usize::from(matches!(kind, CodeBlockKind::Fenced(_))));
            }
            other => self.start_words(other),
        }
    }

    /// What begins in a line, and what parts lines only.
    fn start_words(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::FootnoteDefinition(label) => {
                self.prose.paragraph();
                self.prose.losses.one(Loss::Note);
                self.prose.words(&format!("[{label}] "));
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.prose.losses.one(Loss::Formatting),
            Tag::Link { .. } => self.prose.losses.one(Loss::Address),
            Tag::Image { .. } => self.prose.losses.one(Loss::Picture),
            Tag::MetadataBlock(_) => self.front = Some(String::new()),
            Tag::Paragraph if self.is_after_label() => {}
            _ => self.prose.paragraph(),
        }
    }

    /// Whether the paragraph that begins is the first of a note, behind its label.
    fn is_after_label(&self) -> bool {
        self.prose.ends_with("]") && self.prose.losses.of(Loss::Note) > 0
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.prose.end_heading(),
            TagEnd::List(_) => self.prose.end_list(),
            TagEnd::Item => self.prose.line(),
            TagEnd::Table => self.prose.end_table(),
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.prose.indent(false);
                self.prose.paragraph();
            }
            TagEnd::HtmlBlock => {
                let markup = std::mem::take(&mut self.markup);
                html::pour(&markup, &mut self.prose, &mut Card::default());
            }
            TagEnd::MetadataBlock(_) => front(&self.front.take().unwrap_or_default(), &mut self.card),
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => self.prose.paragraph(),
            _ => {}
        }
    }
}

/// Reads lines of names and values: `author: Ә. Б.`, `tags: [a, b]`, or a name with values below it, a hyphen before each.
fn front(text: &str, card: &mut Card) {
    let mut name = String::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let value = if let Some(value) = line.trim_start().strip_prefix("- ") {
            value
        } else {
            let Some((own, value)) = line.split_once(':') else { continue };
            name = own.trim().to_lowercase();
            value
        };
        let is_list = value.trim().starts_with('[') && value.trim().ends_with(']');
        let values: Vec<&str> =
            if is_list { value.trim().trim_matches(['[', ']']).split(',').collect() } else { vec![value] };
        for value in values.iter().map(|value| value.trim().trim_matches(['"', '\''])) {
            match name.as_str() {
                "title" => value.clone_into(&mut card.title),
                "lang" | "language" => value.clone_into(&mut card.language),
                name => card.put(name, value),
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_are_taken_off_and_words_stay() {
        let text = "---\ntitle: \"Таңба: сөз\"\nlang: kk\nauthor:\n  - Ә. Б.\n  - C\ntags: [x, 'y']\n---\n\
                    # Бірінші *бөлім*\n\nBir **eki**\nүш [сілтеме](http://x) ![сурет](a.png)  \nжаңа жол[^1]\n\n[^1]: Ескерту.\n\n\
                    - a\n- b\n    1. c\n\n> дәйексөз\n\n| x | y |\n|---|---|\n| 1 | `2` |\n\n```\nif  a\n  b\n```\n\n\
                    <div><b>html</b></div>\n\nсоңы <i>x</i>\n";
        let brought = read(&Piece::of_text("a.md", text)).unwrap();
        let paper = &brought.study.papers[0];
        assert_eq!(
            paper.text.as_deref(),
            Some(
                "Бірінші бөлім\n\nBir eki үш сілтеме сурет\nжаңа жол[1]\n\n- a\n- b\n  1. c\n\nдәйексөз\n\nx\ty\n1\t2\n\n\
                 if  a\n  b\n\nhtml\n\nсоңы x\n\n[1] Ескерту."
            )
        );
        let document = &paper.document;
        assert_eq!((document.title.as_str(), document.language.as_str()), ("Таңба: сөз", "kk"));
        assert_eq!(
            (document.attributes["author"].as_str(), document.attributes["tags"].as_str()),
            ("Ә. Б.; C", "x; y")
        );
        assert_eq!(document.landmarks[0].label, "Бірінші бөлім");
        assert!(
            brought.told.iter().any(|told| told.contains("1 picture"))
                && brought.told.iter().any(|told| told.contains("note"))
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-#*_`>|\\[\\](){}!~\n :қa1.\\\\<&^+=\t]{0,80}") {
            let brought = read(&Piece::of_text("a.md", text)).unwrap();
            prop_assert!(!brought.study.papers[0].text.as_deref().unwrap().contains("\n\n\n"));
        }
    }
}
