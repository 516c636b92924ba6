//! What reaches the screen's thread from all others.

use crossterm::event::Event;

use crate::app::effect::Input;

/// What reaches the screen's thread.
#[derive(Debug)]
pub enum Message {
    /// From the terminal: what came at once.
    Terminal(Vec<Event>),
    /// From the store, or from a search.
    Input(Input),
    /// A change that was asked for is kept, or refused.
    Answered,
    /// The store stopped working: nothing will be answered any more.
    StoreGone,
    /// A signal that ends the program.
    Signal(i32),
    /// The terminal is gone.
    HungUp,
}
