//! Colours and marks by meaning, in what the terminal can show.

use ratatui::style::{Color, Modifier, Style};

use crate::model::colour::{Rgb, contrast, mixed, parse};
use crate::text::width::is_ambiguous_wide;
use crate::ui::palette::Palette;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// No colours (`NO_COLOR`): marks alone.
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
    palette: Palette,
    /// Whether the ground and the plain letters are the theme's too, and not the terminal's.
    is_painted: bool,
}

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
    /// Whether it corresponds to what is selected in the other pane.
    pub is_counterpart: bool,
}

/// How much of the ground of what is selected its counterpart has.
const COUNTERPART_SHARE: f64 = 0.45;

/// The colour of a code that has none that can be read.
const UNKNOWN: Rgb = (154, 154, 154);

impl Theme {
    /// A theme for a terminal whose own ground and letters it keeps.
    pub fn new(level: Level, palette: Palette) -> Self {
        Self { level, palette, is_painted: false }
    }

    /// The same with the theme's own ground and letters, whatever those of the terminal are.
    #[must_use]
    pub fn painted(self) -> Self {
        Self { is_painted: true, ..self }
    }

    /// The style of plain letters; without colours where they are the terminal's.
    pub fn plain(&self) -> Style {
        let is_dark = self.palette.is_dark();
        match self.level {
            _ if !self.is_painted => Style::default(),
            Level::Mono => Style::default(),
            Level::Ansi16 if is_dark => Style::default().fg(Color::White).bg(Color::Black),
            Level::Ansi16 => Style::default().fg(Color::Black).bg(Color::White),
            _ => Style::default().fg(self.of_rgb(self.palette.ink)).bg(self.of_rgb(self.palette.ground)),
        }
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
        let ink = match role {
            Role::Dim => self.palette.dim,
            Role::Faint => self.palette.faint,
            Role::Accent | Role::Head => self.palette.accent,
            Role::Error => self.palette.error,
            Role::Match => self.palette.matching,
        };
        let style = style.fg(if self.level == Level::Ansi16 { ink.sixteen } else { self.of_rgb(ink.rgb) });
        match role {
            Role::Accent | Role::Error | Role::Match => style.add_modifier(Modifier::BOLD),
            Role::Head => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            _ => style,
        }
    }

    /// The style of a letter of a document.
    pub fn letter(&self, marks: &Marks<'_>) -> Style {
        let mut style = Style::default();
        if marks.n_annotations > 0 {
            style = self.annotated(style, marks);
        } else if marks.is_selected {
            style = self.selected(style);
        } else if marks.is_counterpart {
            style = self.counterpart(style);
        }
        if marks.is_match {
            style = style.patch(self.role(Role::Match)).add_modifier(Modifier::UNDERLINED);
        }
        style
    }

    /// Half as strong as what is selected; an underline where there are no grounds to mix.
    fn counterpart(&self, style: Style) -> Style {
        match self.level {
            Level::Mono | Level::Ansi16 => style.add_modifier(Modifier::UNDERLINED),
            _ => {
                let ground = mixed(self.palette.selected.rgb, self.palette.ground, COUNTERPART_SHARE);
                style.bg(self.of_rgb(ground)).fg(self.of_rgb(self.ink_on(ground)))
            }
        }
    }

    fn selected(&self, style: Style) -> Style {
        let selected = self.palette.selected;
        match self.level {
            Level::Mono => style.add_modifier(Modifier::REVERSED),
            Level::Ansi16 => {
                let is_pale = matches!(selected.sixteen, Color::Gray | Color::White) || !self.palette.is_dark();
                style.bg(selected.sixteen).fg(if is_pale { Color::Black } else { Color::White })
            }
            // With letters that can be read on it, whatever the terminal's own are.
            _ => style.bg(self.of_rgb(selected.rgb)).fg(self.of_rgb(self.ink_on(selected.rgb))),
        }
    }

    /// One annotation: a tinted ground, or an underline. Two: also an underline, or bold.
    /// More: also italics. So the three are told apart with and without colour.
    fn annotated(&self, style: Style, marks: &Marks<'_>) -> Style {
        let mut style = match self.level {
            Level::Mono => style,
            Level::Ansi16 => style.bg(ansi_of(parse(marks.top).unwrap_or(UNKNOWN))).fg(Color::Black),
            _ => {
                let ground = self.tint(marks.top, marks.is_selected, marks.is_counterpart);
                style.bg(self.of_rgb(ground)).fg(self.of_rgb(self.ink_on(ground)))
            }
        };
        let is_underlined = self.level == Level::Mono || self.palette.is_strong;
        if is_underlined {
            style = style.add_modifier(Modifier::UNDERLINED);
        }
        if marks.n_annotations > 1 {
            style = style.add_modifier(if is_underlined { Modifier::BOLD } else { Modifier::UNDERLINED });
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
        let rgb = parse(colour).unwrap_or(UNKNOWN);
        match self.level {
            Level::Mono => Style::default().add_modifier(Modifier::REVERSED),
            Level::Ansi16 => Style::default().bg(ansi_of(rgb)).fg(Color::Black),
            _ => {
                let (black, white) = ((16, 18, 22), (255, 255, 255));
                let ink = if contrast(black, rgb) >= contrast(white, rgb) { black } else { white };
                Style::default().bg(self.of_rgb(rgb)).fg(self.of_rgb(ink))
            }
        }
    }

    /// A line, a bar or a sign in a code's colour.
    pub fn lane(&self, colour: &str) -> Style {
        let rgb = parse(colour).unwrap_or(UNKNOWN);
        match self.level {
            Level::Mono => Style::default(),
            Level::Ansi16 => Style::default().fg(ansi_of(rgb)),
            _ => Style::default().fg(self.of_rgb(rgb)),
        }
    }

    /// The ground of a number that is this share of the largest one; none where there are no grounds to mix.
    pub fn heat(&self, share: f64) -> Option<Style> {
        if matches!(self.level, Level::Mono | Level::Ansi16) {
            return None;
        }
        let ground = mixed(self.palette.accent.rgb, self.palette.ground, 0.08 + 0.72 * share.clamp(0.0, 1.0));
        Some(Style::default().bg(self.of_rgb(ground)).fg(self.of_rgb(self.ink_on(ground))))
    }

    /// What is chosen among numbers, whatever their shades.
    pub fn chosen_cell(&self) -> Style {
        if self.level == Level::Mono {
            return Style::default().add_modifier(Modifier::REVERSED | Modifier::BOLD);
        }
        let matching = self.palette.matching;
        let style = Style::default().add_modifier(Modifier::BOLD);
        match self.level {
            Level::Ansi16 => style.bg(matching.sixteen).fg(Color::Black),
            _ => style.bg(self.of_rgb(matching.rgb)).fg(self.of_rgb(self.ink_on(matching.rgb))),
        }
    }

    /// A bar that is chosen.
    pub fn chosen_bar(&self) -> Style {
        self.role(Role::Match)
    }

    /// The ground of a row that is chosen in a list.
    pub fn chosen(&self) -> Style {
        self.selected(Style::default())
    }

    /// A code's colour mixed into the ground, more of it where selected.
    fn tint(&self, colour: &str, is_selected: bool, is_counterpart: bool) -> Rgb {
        let share = f64::from(self.palette.tint_percent) / 100.0;
        let more = if is_selected { 0.26 } else { f64::from(u8::from(is_counterpart)) * 0.13 };
        let share = (share + more).min(1.0);
        mixed(parse(colour).unwrap_or(UNKNOWN), self.palette.ground, share)
    }

    /// The letters' own colour, or black or white where it could not be read on a ground.
    fn ink_on(&self, ground: Rgb) -> Rgb {
        let inks = [self.palette.ink, (16, 18, 22), (255, 255, 255)];
        let enough = if self.palette.is_strong { 7.0 } else { 4.5 };
        let best = || inks.into_iter().max_by(|a, b| contrast(*a, ground).total_cmp(&contrast(*b, ground)));
        if contrast(self.palette.ink, ground) >= enough { self.palette.ink } else { best().unwrap_or(self.palette.ink) }
    }

    fn of_rgb(&self, (r, g, b): Rgb) -> Color {
        if self.level == Level::True { Color::Rgb(r, g, b) } else { Color::Indexed(indexed((r, g, b))) }
    }
}

/// A line or mark of ours as this terminal shows it in one column: where letters of ambiguous width are wide, so
/// would be our lines, and plain signs stand for them.
pub fn sign(symbol: &'static str) -> &'static str {
    const PLAIN: [(&str, &str); 22] = [
        ("↔", "="),
        ("≠", "#"),
        ("→", ">"),
        ("✗", "x"),
        ("┆", ":"),
        ("┇", "!"),
        ("─", "-"),
        ("│", "|"),
        ("┃", "#"),
        ("╭", "+"),
        ("╮", "+"),
        ("╰", "+"),
        ("╯", "+"),
        ("▌", ">"),
        ("▸", ">"),
        ("•", "*"),
        ("·", "."),
        ("✓", "v"),
        ("○", "o"),
        ("●", "@"),
        ("¶", "P"),
        ("›", ">"),
    ];
    if !is_ambiguous_wide() {
        return symbol;
    }
    PLAIN.iter().find(|(fine, _)| *fine == symbol).map_or(symbol, |(_, plain)| plain)
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
    use crate::ui::palette::{BUNDLED, read};

    fn palettes() -> Vec<(&'static str, Palette)> {
        let palette = |(name, text): &(&'static str, &str)| (*name, read(name, text, &|_| None).expect("a theme"));
        BUNDLED.iter().map(palette).collect()
    }

    /// 4.5 is what WCAG 2.2 asks of text (AA), 7 of text for those who see badly (AAA).
    #[test]
    fn everything_can_be_read_in_every_theme() {
        for (name, palette) in palettes() {
            let enough = if palette.is_strong { 7.0 } else { 4.5 };
            for ink in [palette.dim, palette.accent, palette.error, palette.matching] {
                assert!(contrast(ink.rgb, palette.ground) >= enough, "{name}: {ink:?}");
            }
            let theme = Theme::new(Level::True, palette);
            for colour in ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#4c7fd6", "#d55e00", "#cc79a7", "#9a9a9a"] {
                for is_selected in [false, true] {
                    let ground = theme.tint(colour, is_selected, false);
                    assert!(contrast(theme.ink_on(ground), ground) >= 4.5, "{name}: {colour}");
                    assert!(
                        !palette.is_strong || is_selected || contrast(theme.ink_on(ground), ground) >= 7.0,
                        "{name}: {colour}"
                    );
                }
            }
        }
    }

    #[test]
    fn one_two_and_three_annotations_look_different_at_every_level() {
        for level in [Level::Mono, Level::Ansi16, Level::Ansi256, Level::True] {
            for (name, palette) in palettes() {
                let theme = Theme::new(level, palette);
                let look = |n, is_selected| {
                    theme.letter(&Marks {
                        n_annotations: n,
                        top: "#e69f00",
                        is_selected,
                        is_match: false,
                        is_counterpart: false,
                    })
                };
                let looks =
                    [look(0, false), look(1, false), look(2, false), look(3, false), look(0, true), look(1, true)];
                for (i, a) in looks.iter().enumerate() {
                    for b in looks.iter().skip(i + 1) {
                        assert_ne!(a, b, "{level:?} {name}");
                    }
                }
            }
        }
    }

    #[test]
    fn colours_fall_to_their_neighbours() {
        assert_eq!(indexed((255, 0, 0)), 196);
        assert_eq!(indexed((128, 128, 128)), 244);
        assert_eq!(Theme::new(Level::True, palettes()[0].1).chip("nonsense").bg, Some(Color::Rgb(154, 154, 154)));
    }

    #[test]
    fn without_colours_no_style_has_one() {
        let theme = Theme::new(Level::Mono, palettes()[0].1);
        for role in [Role::Dim, Role::Faint, Role::Accent, Role::Head, Role::Error, Role::Match] {
            assert_eq!((theme.role(role).fg, theme.role(role).bg), (None, None));
        }
        assert_eq!((theme.chip("#123456").bg, theme.lane("#123456").fg), (None, None));
    }
}
