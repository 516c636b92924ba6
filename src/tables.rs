//! How many, of what, where: tables of passages.

pub mod axis;
pub mod count;
pub mod pace;
pub mod places;
pub mod table;
pub mod team;
pub mod together;
pub mod typical;
pub mod wanted;
