//! A table as it stands on the screen.

use crate::app::screen::{Area, Screen, inside};
use crate::tables::axis::Axis;
use crate::tables::table::Table;
use crate::tables::wanted::Wanted;
use crate::text::width::{columns, printable};

/// Columns of a row's name.
const NAME_COLUMNS: usize = 30;

/// Columns between the numbers beside a bar.
const GAP_COLUMNS: usize = 2;

/// How the numbers are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A bar a row, of the chosen column, and numbers beside it.
    Bars,
    /// A shade a cell.
    Heat,
    /// A row of small bars.
    Course,
}

/// A table as it stands on the screen.
#[derive(Debug, Clone)]
pub struct TableView {
    /// What is shown.
    pub table: Table,
    /// What was counted.
    pub whole: Table,
    /// What was asked for.
    pub wanted: Wanted,
    /// The row and column that are chosen.
    pub cell: (usize, usize),
    /// Whether the largest stand first.
    pub is_sorted: bool,
    /// Whether rows and columns that have nothing are shown.
    pub has_empty: bool,
    /// Whether rows and columns are exchanged.
    pub is_transposed: bool,
    /// What is measured of it once, and not for every frame.
    measured: Measured,
}

/// What is measured of a table that is shown.
#[derive(Debug, Clone, Default)]
struct Measured {
    /// The largest number.
    most: f64,
    /// The largest number of each column.
    of_columns: Vec<f64>,
    /// Columns of the widest number of each column, and of its head.
    widths: Vec<usize>,
    /// Columns of the widest name of a row.
    name_columns: usize,
}

/// Where a table's parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableAreas {
    /// The box.
    pub frame: Area,
    /// The columns' heads: a row, or two where they are long.
    pub heads: Area,
    /// The rows' names.
    pub names: Area,
    /// The numbers.
    pub cells: Area,
    /// What is said of the chosen cell.
    pub foot: Area,
    /// Columns of the screen that a column of the table takes; of bars there are [`TableView::widths`].
    pub step: u16,
    /// Rows of the screen that a row of the table takes.
    pub height: u16,
    /// The first row and the first column that are shown.
    pub first: (usize, usize),
}

/// Rows of the screen that bars of a course take at most.
const COURSE_ROWS: u16 = 8;

impl TableView {
    /// A table as it was counted, and what was asked for.
    pub fn new(table: Table, wanted: Wanted) -> Self {
        let is_sorted = matches!(&wanted, Wanted::Count { rows: Axis::Code, columns: Axis::All, .. });
        let mut view = Self {
            table: Table::default(),
            whole: table,
            wanted,
            cell: (0, 0),
            is_sorted,
            has_empty: false,
            is_transposed: false,
            measured: Measured::default(),
        };
        view.arrange();
        view
    }

    /// Puts the rows and columns in the order that is wanted, and measures them.
    pub fn arrange(&mut self) {
        let table = if self.has_empty { self.whole.clone() } else { self.whole.clone().without_empty() };
        let table = if self.is_transposed { table.transposed() } else { table };
        self.table = if self.is_sorted { table.sorted() } else { table };
        self.cell.0 = self.cell.0.min(self.table.rows.len().saturating_sub(1));
        self.cell.1 = self.cell.1.min(self.table.columns.len().saturating_sub(1));
        self.measured = Measured::of(&self.table);
    }

    /// The largest number of all.
    pub fn most(&self) -> f64 {
        self.measured.most
    }

    /// The largest number of a column.
    pub fn most_of(&self, column: usize) -> f64 {
        self.measured.of_columns.get(column).copied().unwrap_or(0.0)
    }

    /// How the numbers are shown.
    pub fn form(&self) -> Form {
        match () {
            () if self.table.is_list() || self.table.columns.len() == 1 => Form::Bars,
            () if self.table.is_course => Form::Course,
            () => Form::Heat,
        }
    }

    /// Where its parts stand in a window.
    pub fn areas(&self, screen: &Screen) -> TableAreas {
        let frame = screen.middle(screen.columns, screen.rows);
        let (heads, rest) = inside(frame).split_top(2);
        let (rest, foot) = rest.split_bottom(2);
        let name = self.measured.name_columns;
        let (names, cells) = rest.split_left(name.clamp(4, NAME_COLUMNS).min(usize::from(rest.width) / 3) as u16 + 1);
        let n_columns = self.table.columns.len().max(1);
        let widest = self.measured.widths.iter().copied().max().unwrap_or(1);
        let room = usize::from(cells.width);
        let step = match self.form() {
            Form::Bars => 1,
            Form::Course => (room / n_columns).clamp(1, 16) as u16,
            Form::Heat => {
                let head = self.table.columns.iter().map(|column| columns(&column.text)).max().unwrap_or(1);
                (room / n_columns).clamp(widest + 2, (head + 2).max(widest + 2)).min(18) as u16
            }
        };
        let n_across = (cells.width / step.max(1)).max(1) as usize;
        let n_rows = self.table.rows.len().clamp(1, 1000) as u16;
        let height = if self.form() == Form::Course { (cells.height / n_rows).clamp(1, COURSE_ROWS) } else { 1 };
        let n_down = usize::from(cells.height / height).max(1);
        let first = |chosen: usize, n: usize| (chosen + 1).saturating_sub(n);
        let first =
            (first(self.cell.0, n_down), if self.form() == Form::Bars { 0 } else { first(self.cell.1, n_across) });
        TableAreas { frame, heads, names, cells, foot, step, height, first }
    }

    /// Beside bars: the columns of the screen that each column of the table takes, the gap before it included.
    pub fn widths(&self) -> Vec<u16> {
        let heads = self.table.columns.iter().map(|label| columns(&label.text));
        heads.zip(&self.measured.widths).map(|(head, width)| (head.max(*width) + GAP_COLUMNS) as u16).collect()
    }

    /// What is said of the chosen cell.
    pub fn told(&self) -> String {
        let (row, column) = self.cell;
        let name =
            |label: Option<&crate::tables::table::Label>| label.map_or(String::new(), |label| printable(&label.text));
        let measure = self.table.measure_of(column);
        let value = measure.shown(self.table.value(row, column));
        let (row, column) = (name(self.table.rows.get(row)), name(self.table.columns.get(column)));
        if self.form() == Form::Bars {
            return format!("{row} · {}: {value}", measure.called());
        }
        format!("{row} × {column} · {}: {value}", measure.called())
    }

    /// The query of the chosen cell.
    pub fn query(&self) -> String {
        let (row, column) = self.cell;
        self.table.query(row, column)
    }
}

impl Measured {
    fn of(table: &Table) -> Self {
        let mut of_columns: Vec<f64> = vec![0.0; table.columns.len()];
        for ((_, column), value) in &table.values {
            if let Some(most) = of_columns.get_mut(*column) {
                *most = most.max(*value);
            }
        }
        // The largest number of a column is its widest, but for digits behind the point, which all have alike.
        let shown = |(column, most): (usize, &f64)| columns(&table.measure_of(column).shown(*most));
        Self {
            most: of_columns.iter().copied().fold(0.0, f64::max),
            widths: of_columns.iter().enumerate().map(shown).collect(),
            of_columns,
            name_columns: table.rows.iter().map(|row| columns(&row.text) + row.depth * 2).max().unwrap_or(0),
        }
    }
}
