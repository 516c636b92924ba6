//! One binary for all integration tests.

mod agreement_of_tables;
mod cli;
mod corpus;
mod formats;
mod harness;
mod pty;
mod reading;
mod screens;
mod store;
mod tagging;
mod terminal;
mod tidy;
