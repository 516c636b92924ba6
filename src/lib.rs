//! Tanba: a terminal reader and annotator for people who code documents in two languages.
//!
//! The rooms in reading order, from the ground up; a floor may use those below it, never one above.

/// What the program says to people, in the language of the one who reads it.
pub mod words;

/// Positions in text, and the boundaries a cursor may stand on.
pub mod text;

/// What a team has said about its documents, and the one way to change it.
pub mod model;

/// Which segments of two texts say the same thing.
pub mod alignment;

/// How far coders agree.
pub mod agreement;

/// Which passages: from the words of a query to places in texts.
pub mod query;

/// How many, of what, where: tables of passages.
pub mod tables;

/// What of another program's study comes into a project.
pub mod intake;

/// Keeps a project: the journals (the truth) and the sled index over them.
pub mod store;

/// Where the journals of a team meet beside the project's folder.
pub mod team;

/// Ways to write a project out, and to read one in.
pub mod formats;

/// From one input to what must be done about it.
pub mod app;

/// Draws a session by shared reference.
pub mod ui;

/// One file a subcommand: arguments in, printed lines out.
pub mod cli;

/// The world: terminal, files, clock, threads. Everything else is told, and asks.
pub mod shell;
