//! One binary for all integration tests.
// A broken promise fails the test; a test is read once and needs no speed.
#![allow(clippy::expect_used, clippy::string_slice, clippy::format_push_string)]
#![allow(clippy::naive_bytecount, clippy::items_after_statements)]

mod agreement;
mod agreement_of_tables;
mod assigning;
mod beside;
mod chaos;
mod cli;
mod cluster;
mod codes;
mod convergence;
mod corpus;
mod deeds;
mod desk;
mod disk;
mod encryption;
mod escapes;
mod faults;
mod formats;
mod harness;
mod hubs;
mod interchange;
mod interchange_projects;
mod interchange_text;
mod limits;
mod live;
mod pairs;
mod powercut;
mod privacy;
mod pty;
mod queries;
mod reading;
mod reviewing;
mod screens;
mod searching;
mod shared;
mod sharing;
mod store;
mod studies;
mod tagging;
mod teams;
mod terminal;
mod tidy;
mod words;
mod years;
