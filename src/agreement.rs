//! How far coders agree.

pub mod comparison;
pub mod settling;
