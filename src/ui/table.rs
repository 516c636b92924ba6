//! Tables as pictures on the screen: bars, shades, and rows of small bars.

use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

use crate::app::screen::Area;
use crate::app::session::Session;
use crate::app::tableview::{Form, TableAreas, TableView};
use crate::say;
use crate::tables::table::Label;
use crate::text::width::{columns, fitted};
use crate::ui::paint::{framed, put, tint};
use crate::ui::theme::{Role, Theme, sign};

/// Eighths of a cell, from the left and from below.
const PARTS: [&str; 9] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
const HEIGHTS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Shades where there are no colours, by fifths.
const SHADES: [&str; 5] = [" ", "░", "▒", "▓", "█"];

/// Draws a table over the whole window.
pub fn draw(buffer: &mut Buffer, session: &Session, view: &TableView, theme: &Theme) {
    let areas = view.areas(&session.screen);
    let table = &view.table;
    let base = if table.base.is_empty() { String::new() } else { format!(" · {}", table.base) };
    let measure = if table.is_list() { String::new() } else { format!(" · {}", table.measure.called()) };
    let title = format!("{}{measure}{base}", table.title);
    framed(buffer, areas.frame, &title, theme.role(Role::Faint), theme.role(Role::Accent));
    draw_heads(buffer, view, &areas, theme);
    let n_down = usize::from(areas.cells.height / areas.height);
    let widths = view.widths();
    for row in areas.first.0..table.rows.len().min(areas.first.0 + n_down) {
        let y = areas.cells.y + (row - areas.first.0) as u16 * areas.height;
        // Bars stand on the row of their name.
        draw_name(buffer, view, row, Area { y: y + areas.height - 1, height: 1, ..areas.names }, theme);
        let line = Area { y, height: areas.height, ..areas.cells };
        match view.form() {
            Form::Bars => draw_bar(buffer, view, row, (line, &widths), theme),
            Form::Heat => draw_shades(buffer, view, row, (line, &areas), theme),
            Form::Course => draw_course(buffer, view, row, (line, &areas), theme),
        }
    }
    draw_foot(buffer, view, &areas, theme);
}

fn draw_name(buffer: &mut Buffer, view: &TableView, row: usize, line: Area, theme: &Theme) {
    let Some(label) = view.table.rows.get(row) else { return };
    let is_chosen = row == view.cell.0;
    let name = format!("{}{}", "  ".repeat(label.depth), label.text);
    let style = if is_chosen { theme.role(Role::Accent) } else { Style::default() };
    if is_chosen {
        put(buffer, (line.x.saturating_sub(1), line.y), line.x, sign("▸"), style);
    }
    let room = usize::from(line.width.saturating_sub(1));
    put(buffer, (line.x, line.y), line.x + line.width - 1, &fitted(&name, room), style);
}

/// Heads over their columns; of a course the first, the chosen and the last.
fn draw_heads(buffer: &mut Buffer, view: &TableView, areas: &TableAreas, theme: &Theme) {
    let (table, cells) = (&view.table, areas.cells);
    let end = cells.x + cells.width;
    let y = areas.heads.y + 1;
    if view.form() == Form::Bars {
        let mut x = end;
        for ((at, column), width) in table.columns.iter().enumerate().zip(view.widths()).rev() {
            let style = theme.role(if at == view.cell.1 { Role::Accent } else { Role::Dim });
            put(buffer, (x.saturating_sub(columns(&column.text) as u16), y), end, &column.text, style);
            x = x.saturating_sub(width);
        }
        return;
    }
    let is_course = view.form() == Form::Course;
    for (at, label) in table.columns.iter().enumerate().skip(areas.first.1) {
        let x = cells.x + ((at - areas.first.1) as u16) * areas.step;
        if x + areas.step > end {
            break;
        }
        let is_chosen = at == view.cell.1;
        let style = theme.role(if is_chosen { Role::Accent } else { Role::Dim });
        if is_course {
            if is_chosen {
                let words = fitted(&label.text, 24);
                let start = x.min(end.saturating_sub(columns(&words) as u16));
                put(buffer, (start, y), end, &words, style);
            }
        } else {
            let words = fitted(&label.text, usize::from(areas.step.saturating_sub(1)));
            let start = x + areas.step.saturating_sub(2).saturating_sub(columns(&words) as u16);
            put(buffer, (start, y), end, &words, style);
        }
    }
}

fn share(view: &TableView, value: f64) -> f64 {
    (value / view.most().max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
}

/// A bar of the chosen column, and the numbers of all columns.
fn draw_bar(buffer: &mut Buffer, view: &TableView, row: usize, (line, widths): (Area, &[u16]), theme: &Theme) {
    let table = &view.table;
    let end = line.x + line.width;
    let mut x = end;
    for (column, width) in widths.iter().enumerate().rev() {
        let shown = table.shown(row, column);
        let shown = if shown.is_empty() { "·" } else { &shown };
        let style = if column == view.cell.1 { Style::default() } else { theme.role(Role::Dim) };
        put(buffer, (x.saturating_sub(columns(shown) as u16), line.y), end, shown, style);
        x = x.saturating_sub(*width);
    }
    let most = view.most_of(view.cell.1);
    let room = usize::from(x.saturating_sub(line.x));
    let eighths = (8.0 * room as f64 * table.value(row, view.cell.1) / most.max(f64::MIN_POSITIVE)).round() as usize;
    let bar =
        format!("{}{}", "█".repeat(eighths / 8), PARTS.get(eighths % 8).filter(|part| **part != " ").unwrap_or(&""));
    let style = table.rows.get(row).map_or(Style::default(), |label| ink(label, theme));
    put(buffer, (line.x, line.y), x, &bar, style);
}

fn ink(label: &Label, theme: &Theme) -> Style {
    if label.colour.is_empty() { theme.role(Role::Accent) } else { theme.lane(&label.colour) }
}

fn draw_shades(buffer: &mut Buffer, view: &TableView, row: usize, (line, areas): (Area, &TableAreas), theme: &Theme) {
    let table = &view.table;
    let end = line.x + line.width;
    for column in areas.first.1..table.columns.len() {
        let x = line.x + ((column - areas.first.1) as u16) * areas.step;
        if x + areas.step > end {
            put(buffer, (end.saturating_sub(1), line.y), end, sign("›"), theme.role(Role::Dim));
            break;
        }
        let cell = Area { x, width: areas.step.saturating_sub(1), ..line };
        let value = table.value(row, column);
        let shown = table.shown(row, column);
        let shown = if shown.is_empty() { "·" } else { &shown };
        let right = cell.x + cell.width.saturating_sub(columns(shown) as u16 + 1);
        if value > 0.0 {
            if let Some(style) = theme.heat(share(view, value)) {
                tint(buffer, cell, style);
            } else {
                let shade = SHADES.get((share(view, value) * 4.0).ceil() as usize).copied().unwrap_or("█");
                put(buffer, (cell.x, line.y), end, sign(shade), Style::default());
            }
        }
        let number = if value == 0.0 { theme.role(Role::Faint) } else { Style::default() };
        put(buffer, (right, line.y), end, shown, number);
        choose(buffer, view, (row, column), cell, theme);
    }
}

fn choose(buffer: &mut Buffer, view: &TableView, cell: (usize, usize), area: Area, theme: &Theme) {
    if view.cell == cell {
        tint(buffer, area, theme.chosen_cell());
    }
}

fn draw_course(buffer: &mut Buffer, view: &TableView, row: usize, (line, areas): (Area, &TableAreas), theme: &Theme) {
    let table = &view.table;
    let end = line.x + line.width;
    let style = table.rows.get(row).map_or(Style::default(), |label| ink(label, theme));
    for column in areas.first.1..table.columns.len() {
        let x = line.x + ((column - areas.first.1) as u16) * areas.step;
        if x + areas.step > end {
            break;
        }
        let value = table.value(row, column);
        let most = 8.0 * f64::from(line.height);
        let eighths = (share(view, value) * most).round().max(f64::from(u8::from(value > 0.0))) as usize;
        let width = if areas.step > 2 { areas.step - 1 } else { areas.step };
        let is_chosen = view.cell == (row, column);
        let style = if is_chosen { theme.chosen_bar() } else { style };
        for up in 0..line.height {
            let part = eighths.saturating_sub(8 * usize::from(up)).min(8);
            let height = HEIGHTS.get(part).copied().unwrap_or(" ").repeat(usize::from(width));
            put(buffer, (x, line.y + line.height - 1 - up), end, &height, style);
        }
        if value == 0.0 {
            put(buffer, (x, line.y + line.height - 1), end, sign("·"), theme.role(Role::Faint));
        }
        if is_chosen {
            // Its place is seen also where there is nothing.
            let foot = Area { x, width, y: line.y + line.height - 1, height: 1 };
            tint(buffer, foot, theme.chosen_bar().add_modifier(Modifier::UNDERLINED));
        }
    }
}

fn draw_foot(buffer: &mut Buffer, view: &TableView, areas: &TableAreas, theme: &Theme) {
    let foot = areas.foot;
    let end = foot.x + foot.width;
    let (n_passages, n_outside) = view.table.n_passages;
    let mut counted = if n_passages > 0 { say!("{n} passages counted", n = n_passages) } else { String::new() };
    if n_outside > 0 {
        counted += &say!(", {n} in no row and column", n = n_outside);
    }
    let shown = usize::from(areas.cells.height);
    let n_rows = view.table.rows.len();
    if n_rows > shown {
        counted = say!("row {row} of {all} · {counted}", row = view.cell.0 + 1, all = n_rows, counted);
    }
    let x = end.saturating_sub(columns(&counted) as u16);
    let told = view.told();
    let told_end = put(buffer, (foot.x, foot.y + 1), end, &told, theme.role(Role::Accent));
    // In narrow windows the one stands above the other.
    let y = if told_end + 2 < x { foot.y + 1 } else { foot.y };
    put(buffer, (x.max(foot.x), y), end, &counted, theme.role(Role::Dim));
}
