//! How the window is parted: panes, panel, status.

/// Columns left of the text: the cursor's mark, three lanes for annotations, a blank.
pub const GUTTER_COLUMNS: u16 = 5;

/// Lanes for annotations in the gutter.
pub const N_LANES: usize = 3;

/// Text wider than this is tiring to read.
const MAX_TEXT_COLUMNS: u16 = 92;

/// Narrower windows show one pane alone.
const TWO_PANES_COLUMNS: u16 = 100;

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

/// What the coder asked of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Its columns.
    pub columns: u16,
    /// Its rows.
    pub rows: u16,
    /// One pane alone.
    pub is_single: bool,
    /// With the list of annotations.
    pub has_panel: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self { columns: 80, rows: 24, is_single: false, has_panel: true }
    }
}

/// Where everything stands; an area of no width is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Areas {
    /// The panes' headings.
    pub heads: [Area; 2],
    /// The panes, gutters included.
    pub bodies: [Area; 2],
    /// The list of annotations.
    pub panel: Area,
    /// The status line, and below it (if there is room) the keys that help now.
    pub status: Area,
}

impl Screen {
    /// Whether two panes side by side would be too narrow to read.
    pub fn is_narrow(&self) -> bool {
        self.columns < TWO_PANES_COLUMNS
    }

    /// Parts the window, given which pane has the keys and how many annotations the fuller pane has.
    pub fn areas(&self, focus: usize, n_annotations: usize) -> Areas {
        let whole = Area { x: 0, y: 0, width: self.columns, height: self.rows };
        let (rest, status) = whole.split_bottom(if self.rows >= 8 { 2 } else { 1 });
        let panel_rows = match self.rows {
            0..16 => 0,
            16..30 => 5,
            30..45 => 8,
            _ => 11,
        };
        // A list below the text takes no more rows than it has use for.
        let panel_rows = panel_rows.min(n_annotations.min(100) as u16 + 2);
        let (main, panel) = if !self.has_panel {
            (rest, Area::default())
        } else if self.columns >= SIDE_PANEL_COLUMNS {
            rest.split_left(self.columns - 40)
        } else {
            rest.split_bottom(panel_rows)
        };
        let mut areas = Areas { panel, status, ..Areas::default() };
        let is_single = self.is_single || self.is_narrow();
        let halves = if is_single {
            let mut halves = [Area::default(); 2];
            halves[focus & 1] = main;
            halves
        } else {
            let (left, right) = main.split_left(main.width / 2);
            [left, right]
        };
        for (i, half) in halves.into_iter().enumerate() {
            (areas.heads[i & 1], areas.bodies[i & 1]) = half.split_top(1);
        }
        areas
    }
}

/// The columns that text takes in a pane.
pub fn text_columns(body: Area) -> u16 {
    body.width.saturating_sub(GUTTER_COLUMNS + 2).min(MAX_TEXT_COLUMNS)
}

/// Where a pane's text begins.
pub fn text_area(body: Area) -> Area {
    let (_, text) = body.split_left(GUTTER_COLUMNS);
    Area { width: text_columns(body), ..text }
}
