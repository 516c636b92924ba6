//! Draws a session by shared reference.

pub mod bottom;
pub mod overlay;
pub mod paint;
pub mod palette;
pub mod panel;
pub mod reader;
pub mod status;
pub mod table;
pub mod theme;
pub mod tracks;

use ratatui::Frame;

use crate::app::session::Session;
use theme::Theme;

/// Draws everything.
pub fn draw(frame: &mut Frame<'_>, session: &Session, theme: &Theme) {
    let areas = session.areas();
    let buffer = frame.buffer_mut();
    for side in 0..2 {
        if areas.bodies[side].width > 0 {
            reader::draw(buffer, session, side, theme);
        }
    }
    if areas.panel.width > 0 && areas.panel.height > 0 {
        panel::draw(buffer, session, areas.panel, theme);
    }
    bottom::draw_lesson(buffer, session, areas.lesson, theme);
    status::draw(buffer, session, areas.status, theme);
    bottom::draw_following(buffer, session, theme);
    let cursor = overlay::draw(frame.buffer_mut(), session, theme);
    paint::ground(frame.buffer_mut(), theme.plain());
    if let Some((x, y)) = cursor {
        frame.set_cursor_position((x, y));
    }
}
