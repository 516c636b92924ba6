//! Colours and marks by meaning, in what the terminal can show.

use ratatui::style::{Color, Modifier, Style};

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No colours (`NO_COLOR`, a dumb terminal): marks alone.
    Mono,
    /// The sixteen colours.
    Ansi16,
    /// The 256 colours.
    Ansi256,
    /// 24 bits.
    True,
}

/// Colours and marks by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    level: Level,
    is_dark: bool,
}

type Rgb = (u8, u8, u8);

/// What a style is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Text that matters less.
    Dim,
    /// Lines and borders.
    Faint,
    /// What is chosen or has the keys.
    Accent,
    /// The heading of the pane that has the keys.
    Head,
    /// Something went wrong.
    Error,
    /// Letters that match a query.
    Match,
}

/// What is true of a letter of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks<'a> {
    /// How many annotations cover it.
    pub n_annotations: usize,
    /// The colour of the innermost one, `#rrggbb`.
    pub top: &'a str,
    /// Whether it is selected.
    pub is_selected: bool,
    /// Whether it is a place of the phrase looked for.
    pub is_match: bool,
}

impl Theme {
    /// A theme for a terminal.
    pub fn new(level: Level, is_dark: bool) -> Self {
        Self { level, is_dark }
    }

    /// The style of a role.
    pub fn role(&self, role: Role) -> Style {
        let style = Style::default();
        if self.level == Level::Mono {
            return match role {
                Role::Dim => style,
                Role::Faint => style.add_modifier(Modifier::DIM),
                Role::Accent | Role::Error => style.add_modifier(Modifier::BOLD),
                Role::Head => style.add_modifier(Modifier::BOLD | Modifier::REVERSED),
                Role::Match => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            };
        }
        let (dark, light, ansi) = match role {
            Role::Dim => ("#8f96a3", "#666c78", Color::Gray),
            Role::Faint => ("#4a505c", "#b9bec8", Color::DarkGray),
            Role::Accent | Role::Head => ("#82b7ff", "#1c5fc4", Color::LightBlue),
            Role::Error => ("#ff8080", "#b3261e", Color::LightRed),
            Role::Match => ("#ffd75e", "#8a5a00", Color::LightYellow),
        };
        let colour = if self.level == Level::Ansi16 {
            self.ansi_text(ansi)
        } else {
            self.exact(if self.is_dark { dark } else { light })
        };
        let style = style.fg(colour);
        match role {
            Role::Accent | Role::Error | Role::Match => style.add_modifier(Modifier::BOLD),
            Role::Head => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            _ => style,
        }
    }

    /// A colour of the sixteen that can be read on this background.
    fn ansi_text(&self, colour: Color) -> Color {
        match colour {
            _ if self.is_dark => colour,
            Color::LightBlue => Color::Blue,
            Color::LightRed => Color::Red,
            Color::LightYellow => Color::Magenta,
            Color::Gray => Color::DarkGray,
            other => other,
        }
    }

    /// The style of a letter of a document.
    pub fn letter(&self, marks: &Marks<'_>) -> Style {
        let mut style = Style::default();
        if marks.n_annotations > 0 {
            style = self.annotated(style, marks);
        } else if marks.is_selected {
            style = self.selected(style);
        }
        if marks.is_match {
            style = style.patch(self.role(Role::Match)).add_modifier(Modifier::UNDERLINED);
        }
        style
    }

    fn selected(&self, style: Style) -> Style {
        match self.level {
            Level::Mono => style.add_modifier(Modifier::REVERSED),
            Level::Ansi16 if self.is_dark => style.bg(Color::DarkGray).fg(Color::White),
            Level::Ansi16 => style.bg(Color::Gray).fg(Color::Black),
            _ => style.bg(self.exact(if self.is_dark { "#41454f" } else { "#d8dae0" })),
        }
    }

    /// One annotation: a tinted ground, or an underline. Two: also an underline, or bold.
    /// More: also italics. So the three are told apart with and without colour.
    fn annotated(&self, style: Style, marks: &Marks<'_>) -> Style {
        let mut style = match self.level {
            Level::Mono => style.add_modifier(Modifier::UNDERLINED),
            Level::Ansi16 => style.bg(ansi_of(parse(marks.top))).fg(Color::Black),
            _ => style.bg(self.tint(marks.top, marks.is_selected)).fg(self.exact(if self.is_dark {
                "#f2f4f8"
            } else {
                "#15181d"
            })),
        };
        if marks.n_annotations > 1 {
            style = style.add_modifier(if self.level == Level::Mono { Modifier::BOLD } else { Modifier::UNDERLINED });
        }
        if marks.n_annotations > 2 {
            style = style.add_modifier(Modifier::ITALIC | Modifier::BOLD);
        }
        match (marks.is_selected, self.level) {
            (true, Level::Mono | Level::Ansi16) => style.add_modifier(Modifier::REVERSED),
            _ => style,
        }
    }

    /// A code's own mark: its letter on its colour.
    pub fn chip(&self, colour: &str) -> Style {
        match self.level {
            Level::Mono => Style::default().add_modifier(Modifier::REVERSED),
            Level::Ansi16 => Style::default().bg(ansi_of(parse(colour))).fg(Color::Black),
            _ => {
                let dark_text = luminance(parse(colour)) > 110.0;
                Style::default().bg(self.exact(colour)).fg(self.exact(if dark_text { "#101216" } else { "#ffffff" }))
            }
        }
    }

    /// A line in a code's colour.
    pub fn lane(&self, colour: &str) -> Style {
        match self.level {
            Level::Mono => Style::default(),
            Level::Ansi16 => Style::default().fg(ansi_of(parse(colour))),
            _ => Style::default().fg(self.exact(colour)),
        }
    }

    /// The ground of a row that is chosen in a list.
    pub fn chosen(&self) -> Style {
        self.selected(Style::default())
    }

    /// A code's colour mixed into the background, more of it where selected.
    fn tint(&self, colour: &str, is_selected: bool) -> Color {
        let (r, g, b) = parse(colour);
        let (ground, share) = if self.is_dark { (22.0, 0.34) } else { (255.0, 0.38) };
        let share = if is_selected { share + 0.26 } else { share };
        let mix = |c: u8| (f64::from(c) * share + ground * (1.0 - share)).round() as u8;
        self.of_rgb((mix(r), mix(g), mix(b)))
    }

    fn exact(&self, colour: &str) -> Color {
        self.of_rgb(parse(colour))
    }

    fn of_rgb(&self, (r, g, b): Rgb) -> Color {
        if self.level == Level::True { Color::Rgb(r, g, b) } else { Color::Indexed(indexed((r, g, b))) }
    }
}

/// Reads `#rrggbb`; grey for anything else.
fn parse(colour: &str) -> Rgb {
    let part = |at: usize| colour.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (colour.starts_with('#'), part(1), part(3), part(5)) {
        (true, Some(r), Some(g), Some(b)) => (r, g, b),
        _ => (154, 154, 154),
    }
}

fn luminance((r, g, b): Rgb) -> f64 {
    0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b)
}

/// The nearest of the 256 colours: of the 6×6×6 cube (16–231) or of the greys (232–255).
/// Source: xterm's 256colres.
fn indexed((r, g, b): Rgb) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let near =
        |c: u8| STEPS.iter().enumerate().min_by_key(|(_, s)| s.abs_diff(c)).map_or((0u8, 0u8), |(i, s)| (i as u8, *s));
    let far = |a: Rgb| {
        let d = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
        d(a.0, r) + d(a.1, g) + d(a.2, b)
    };
    let (cr, cg, cb) = (near(r), near(g), near(b));
    let cube = (cr.1, cg.1, cb.1);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let grey_step = ((mean.saturating_sub(3)) / 10).min(23) as u8;
    let grey = 8 + 10 * grey_step;
    if far((grey, grey, grey)) < far(cube) { 232 + grey_step } else { 16 + 36 * cr.0 + 6 * cg.0 + cb.0 }
}

/// The nearest in hue of the sixteen colours that black letters can be read on.
fn ansi_of(rgb: Rgb) -> Color {
    const NEAR: [(Rgb, Color); 7] = [
        ((205, 60, 60), Color::LightRed),
        ((60, 180, 80), Color::Green),
        ((220, 190, 60), Color::Yellow),
        ((80, 140, 230), Color::LightBlue),
        ((200, 100, 200), Color::Magenta),
        ((70, 190, 200), Color::Cyan),
        ((170, 170, 170), Color::Gray),
    ];
    let far =
        |a: &Rgb| i32::from(a.0.abs_diff(rgb.0)) + i32::from(a.1.abs_diff(rgb.1)) + i32::from(a.2.abs_diff(rgb.2));
    NEAR.iter().min_by_key(|(a, _)| far(a)).map_or(Color::Gray, |(_, colour)| *colour)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn one_two_and_three_annotations_look_different_at_every_level() {
        for level in [Level::Mono, Level::Ansi16, Level::Ansi256, Level::True] {
            for is_dark in [true, false] {
                let theme = Theme::new(level, is_dark);
                let look = |n, is_selected| {
                    theme.letter(&Marks { n_annotations: n, top: "#e69f00", is_selected, is_match: false })
                };
                let looks =
                    [look(0, false), look(1, false), look(2, false), look(3, false), look(0, true), look(1, true)];
                for (i, a) in looks.iter().enumerate() {
                    for b in looks.iter().skip(i + 1) {
                        assert_ne!(a, b, "{level:?} dark: {is_dark}");
                    }
                }
            }
        }
    }

    #[test]
    fn colours_fall_to_their_neighbours() {
        assert_eq!(indexed((255, 0, 0)), 196);
        assert_eq!(indexed((128, 128, 128)), 244);
        assert_eq!(parse("nonsense"), (154, 154, 154));
        assert_eq!(parse("#қ1"), (154, 154, 154));
    }

    #[test]
    fn without_colours_no_style_has_one() {
        let theme = Theme::new(Level::Mono, true);
        for role in [Role::Dim, Role::Faint, Role::Accent, Role::Head, Role::Error, Role::Match] {
            assert_eq!((theme.role(role).fg, theme.role(role).bg), (None, None));
        }
        assert_eq!((theme.chip("#123456").bg, theme.lane("#123456").fg), (None, None));
    }
}
