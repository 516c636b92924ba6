//! What a team has said about its documents, and the one way to change it.

pub mod annotation;
pub mod assignment;
pub mod attribute;
pub mod change;
pub mod code;
pub mod codebook;
pub mod colour;
pub mod document;
pub mod edit;
pub mod entries;
pub mod event;
pub mod fact;
pub mod landmark;
pub mod layer;
pub mod link;
pub mod mark;
pub mod memo;
pub mod review;
pub mod rules;
pub mod settlement;
pub mod shared;
pub mod sight;
pub mod study;
pub mod thread;
pub mod time;
pub mod verdict;
