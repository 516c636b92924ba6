//! How the window is parted: panes, panel, status.

/// Columns left of the text: the cursor's mark, three lanes for annotations, a blank.
pub const GUTTER_COLUMNS: u16 = 5;

/// Lanes for annotations in the gutter.
pub const N_LANES: usize = 3;

/// Narrower windows show one pane alone.
const TWO_PANES_COLUMNS: u16 = 100;

/// Narrow windows of fewer rows show one pane alone.
const STACKED_ROWS: u16 = 20;

/// Windows from this width on have the panel at the side.
const SIDE_PANEL_COLUMNS: u16 = 150;

/// A rectangle of the screen, in columns and rows from the top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Leftmost column.
    pub x: u16,
    /// Topmost row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether a cell lies inside.
    pub fn contains(&self, column: u16, row: u16) -> bool {
        (self.x..self.x + self.width).contains(&column) && (self.y..self.y + self.height).contains(&row)
    }

    /// The first `n` rows, and the rest.
    pub fn split_top(self, n: u16) -> (Self, Self) {
        let n = n.min(self.height);
        (Self { height: n, ..self }, Self { y: self.y + n, height: self.height - n, ..self })
    }

    /// All but the last `n` rows, and these.
    pub fn split_bottom(self, n: u16) -> (Self, Self) {
        self.split_top(self.height.saturating_sub(n))
    }

    /// The first `n` columns, and the rest.
    pub fn split_left(self, n: u16) -> (Self, Self) {
        let n = n.min(self.width);
        (Self { width: n, ..self }, Self { x: self.x + n, width: self.width - n, ..self })
    }
}

/// How the two panes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panes {
    /// Beside each other where the window is wide enough, else above each other.
    #[default]
    Fitting,
    /// Beside each other.
    Beside,
    /// Above each other.
    Stacked,
    /// One alone.
    Single,
}

/// What stands beside the texts for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strips {
    /// Tracks of coders who are compared, left of the text; none where they are not.
    pub n_tracks: u16,
    /// Rows for a lesson of the tutor.
    pub lesson_rows: u16,
}

/// What the coder asked of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Its columns.
    pub columns: u16,
    /// Its rows.
    pub rows: u16,
    /// How the panes stand.
    pub panes: Panes,
    /// With the list of annotations.
    pub has_panel: bool,
    /// With a row of hints.
    pub has_hints: bool,
    /// The left pane's share of the columns, in per cent.
    pub left_percent: u16,
    /// The panel's columns at the side or its rows below, where the coder moved its border.
    pub panel_size: Option<u16>,
    /// Columns of text in a pane at most: wider text is tiring to read.
    pub text_width: u16,
    /// What stands beside the texts for a while.
    pub strips: Strips,
    /// The first row of what is selected, and the one behind it: what lies over the panes leaves them in sight.
    pub selected_rows: (u16, u16),
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            columns: 80,
            rows: 24,
            panes: Panes::default(),
            has_panel: true,
            has_hints: true,
            left_percent: 50,
            panel_size: None,
            text_width: 92,
            strips: Strips::default(),
            selected_rows: (0, 0),
        }
    }
}

/// The edge that a drag moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Between the panes.
    Panes,
    /// Between the panes and the list of annotations.
    Panel,
}

/// Rows that a pane above or below another keeps, its heading included.
const MIN_PANE_ROWS: u16 = 3;

/// Columns that a pane keeps when its border is moved.
const MIN_PANE_COLUMNS: u16 = 24;

/// Where everything stands; an area of no width is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Areas {
    /// The panes' headings.
    pub heads: [Area; 2],
    /// The panes, gutters included.
    pub bodies: [Area; 2],
    /// The list of annotations.
    pub panel: Area,
    /// The lesson of the tutor.
    pub lesson: Area,
    /// The status line, and below it (if there is room) the keys that help now.
    pub status: Area,
}

impl Screen {
    /// Whether two panes side by side would be too narrow to read.
    pub fn is_narrow(&self) -> bool {
        self.columns < TWO_PANES_COLUMNS
    }

    /// Whether the panes stand above each other.
    pub fn is_stacked(&self) -> bool {
        match self.panes {
            Panes::Fitting => self.is_narrow() && self.rows >= STACKED_ROWS,
            panes => panes == Panes::Stacked,
        }
    }

    /// Whether the list of annotations is at the side.
    fn is_panel_aside(&self) -> bool {
        self.columns >= SIDE_PANEL_COLUMNS
    }

    /// Parts the window, given which pane has the keys and how many annotations the fuller pane has.
    pub fn areas(&self, focus: usize, n_annotations: usize) -> Areas {
        let whole = Area { x: 0, y: 0, width: self.columns, height: self.rows };
        let (rest, status) = whole.split_bottom(if self.rows >= 8 && self.has_hints { 2 } else { 1 });
        let (rest, lesson) = rest.split_bottom(self.strips.lesson_rows.min(rest.height.saturating_sub(4)));
        let panel_rows = match rest.height {
            0..14 => 0,
            14..28 => 5,
            28..43 => 8,
            _ => 11,
        };
        // A list below the text takes no more rows than it has use for.
        let panel_rows = self.panel_size.unwrap_or(panel_rows.min(n_annotations.min(100) as u16 + 2));
        let (main, panel) = if !self.has_panel {
            (rest, Area::default())
        } else if self.is_panel_aside() {
            let columns =
                self.panel_size.unwrap_or((self.columns / 4).clamp(44, 76)).clamp(MIN_PANE_COLUMNS, self.columns / 2);
            rest.split_left(self.columns - columns)
        } else {
            rest.split_bottom(panel_rows.min(rest.height / 2))
        };
        let mut areas = Areas { panel, lesson, status, ..Areas::default() };
        let is_single = self.panes == Panes::Single || (self.is_narrow() && !self.is_stacked());
        let least = MIN_PANE_ROWS.min(main.height / 2);
        let halves = if !is_single && self.is_stacked() {
            let top = (u32::from(main.height) * u32::from(self.left_percent) / 100) as u16;
            let (top, bottom) = main.split_top(top.clamp(least, main.height - least));
            [top, bottom]
        } else if is_single {
            let mut halves = [Area::default(); 2];
            halves[focus & 1] = main;
            halves
        } else {
            let left = (u32::from(main.width) * u32::from(self.left_percent) / 100) as u16;
            let (left, right) = main.split_left(left.clamp(MIN_PANE_COLUMNS, main.width - MIN_PANE_COLUMNS));
            [left, right]
        };
        for (i, half) in halves.into_iter().enumerate() {
            (areas.heads[i & 1], areas.bodies[i & 1]) = half.split_top(1);
        }
        areas
    }

    /// The edge under a cell, if one is.
    pub fn edge_at(&self, areas: &Areas, column: u16, row: u16) -> Option<Edge> {
        let panel = areas.panel;
        let [left, right] = areas.bodies;
        let has_both = left.width > 0 && right.width > 0;
        let is_between = has_both
            && if self.is_stacked() {
                areas.heads[1].contains(column, row)
            } else {
                column + 1 == left.x + left.width && left.contains(column, row)
            };
        if is_between {
            Some(Edge::Panes)
        } else if panel.width == 0 || panel.height == 0 {
            None
        } else if self.is_panel_aside() {
            (column + 1 == panel.x && row < panel.y + panel.height).then_some(Edge::Panel)
        } else {
            (row == panel.y && panel.contains(column, row)).then_some(Edge::Panel)
        }
    }

    /// Moves an edge to a cell.
    pub fn move_edge(&mut self, edge: Edge, areas: &Areas, column: u16, row: u16) {
        match edge {
            Edge::Panes if self.is_stacked() => {
                let top = areas.heads[0].y;
                let whole = areas.bodies.iter().map(|body| body.height + 1).sum::<u16>().max(1);
                let percent = u32::from(row.saturating_sub(top)) * 100 / u32::from(whole);
                self.left_percent = (percent as u16).clamp(10, 90);
            }
            Edge::Panes => {
                let [left, right] = areas.bodies;
                let whole = (left.width + right.width).max(1);
                let percent = (u32::from(column + 1) * 100).div_ceil(u32::from(whole)) as u16;
                self.left_percent = percent.clamp(10, 90);
            }
            Edge::Panel if self.is_panel_aside() => {
                let columns = self.columns.saturating_sub(column + 1);
                self.panel_size = Some(columns.clamp(MIN_PANE_COLUMNS, self.columns / 2));
            }
            Edge::Panel => {
                let bottom = areas.panel.y + areas.panel.height;
                self.panel_size = Some(bottom.saturating_sub(row).clamp(2, self.rows.max(4) / 2));
            }
        }
    }

    /// A box in the middle of the window, above the status.
    pub fn middle(&self, width: u16, height: u16) -> Area {
        let (columns, rows) = (self.columns, self.rows.saturating_sub(2));
        let (width, height) = (width.min(columns), height.min(rows));
        Area { x: (columns - width) / 2, y: (rows - height) / 3, width, height }
    }

    /// A box that leaves in sight what is selected, where there is room: below it or above it.
    pub fn beside_selection(&self, width: u16, height: u16, least: u16) -> Area {
        let area = self.middle(width, height);
        let (first, behind) = self.selected_rows;
        if behind == 0 || area.y >= behind || area.y + area.height <= first {
            return area;
        }
        let bottom = self.rows.saturating_sub(2);
        let (above, below) = (first, bottom.saturating_sub(behind));
        let (y, room) = if below >= above { (behind, below) } else { (0, above) };
        if room < least {
            return area;
        }
        let height = area.height.min(room);
        Area { y: if y == 0 { first - height } else { y }, height, ..area }
    }

    /// Columns left of the text: of coders who are compared the cursor's mark, the kind of the place, a track each and a blank.
    pub fn gutter_columns(&self) -> u16 {
        if self.strips.n_tracks == 0 { GUTTER_COLUMNS } else { 3 + self.strips.n_tracks }
    }

    /// The columns that text takes in a pane.
    pub fn text_columns(&self, body: Area) -> u16 {
        body.width.saturating_sub(self.gutter_columns() + 2).min(self.text_width)
    }

    /// Where a pane's text begins.
    pub fn text_area(&self, body: Area) -> Area {
        let (_, text) = body.split_left(self.gutter_columns());
        Area { width: self.text_columns(body), ..text }
    }
}

/// The least rows of a box that has a border.
pub const FRAMED_ROWS: u16 = 6;

/// What is left of a box inside its border; small ones have none.
pub fn inside(area: Area) -> Area {
    if area.height < FRAMED_ROWS {
        return area;
    }
    Area { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(2) }
}
