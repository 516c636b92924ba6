//! Which passages: from the words of a query to places in texts.

pub mod choice;
pub mod course;
pub mod expression;
pub mod hit;
pub mod likeness;
pub mod needle;
pub mod parse;
pub mod plan;
pub mod retrieve;
pub mod token;
pub mod value;
