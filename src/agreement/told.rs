//! Numbers of agreement in plain words.

use crate::agreement::score::{Score, Undefined};
use crate::agreement::summary::Grade;
use crate::say;

/// Why a number is not there.
pub fn reason(undefined: Undefined) -> &'static str {
    match undefined {
        Undefined::NoVariation => say!("undefined: no variation"),
        Undefined::NoCommonDocument => say!("undefined: no document in common"),
        Undefined::NobodyCoded => say!("undefined: nobody used it"),
        Undefined::NoSharedMatter => say!("undefined: nothing shared"),
    }
}

/// What an alpha means; nothing where it is undefined.
pub fn in_words(score: Score) -> &'static str {
    match score.map(Grade::of) {
        Ok(Grade::Reliable) => say!("reliable"),
        Ok(Grade::Tentative) => say!("for tentative conclusions only"),
        Ok(Grade::Unreliable) => say!("not reliable"),
        Ok(Grade::Opposed) => say!("worse than chance"),
        Err(_) => "",
    }
}
