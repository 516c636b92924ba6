//! Hashing for keys that nobody chose to harm us: numbers and words that are counted a million times.

use std::hash::{BuildHasherDefault, Hasher};

/// A map's hasher.
pub type Quick = BuildHasherDefault<Mixer>;

/// The state of such a hash. Numbers and bytes are mixed in by a rotation and a multiplication, as in the hasher of Firefox.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mixer(u64);

/// An odd number without a pattern: 2⁶⁴ divided by the golden ratio.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Mixer {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            if let Some(own) = word.get_mut(..part.len()) {
                own.copy_from_slice(part);
            }
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.mix(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.mix(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }

    fn finish(&self) -> u64 {
        // The map takes its place from the lowest bits, which a multiplication mixes least.
        self.0.rotate_left(26)
    }
}
