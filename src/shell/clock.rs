//! The machine's clock and its dice.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::app::session::Moment;
use crate::model::time::Time;

/// The time now.
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// 128 bits that no other call, process or machine is likely to get: for names, not for secrets.
pub fn chance() -> u128 {
    static N: AtomicU64 = AtomicU64::new(0);
    // Each `RandomState` is seeded from the system's random source.
    let state = RandomState::new();
    let n = N.fetch_add(1, Ordering::Relaxed);
    (u128::from(state.hash_one((n, std::process::id()))) << 64) | u128::from(state.hash_one((now().0, n)))
}

/// What the shell knows at the moment of an input.
pub fn moment() -> Moment {
    Moment { now: now(), chance: chance() }
}
