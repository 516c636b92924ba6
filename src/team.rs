//! Where the journals of a team meet beside the project's folder: a server or another folder, and what goes there and comes from there.

pub mod address;
pub mod administration;
pub mod agreed;
pub mod certificates;
pub mod complaints;
pub mod exchange;
pub mod folder;
pub mod hub;
pub mod ledger;
pub mod notices;
pub mod papers;
pub mod passwords;
pub mod postgres;
