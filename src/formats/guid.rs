//! Names of 128 bits, as REFI-QDA writes them: `01234567-89ab-cdef-0123-456789abcdef`.

use std::fmt;

/// A name of 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Guid(pub u128);

impl Guid {
    /// Reads one, in braces or bare, in small letters or capitals; real files mix them.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.trim().trim_start_matches('{').trim_end_matches('}');
        let lengths: Vec<usize> = bare.split('-').map(str::len).collect();
        let digits = bare.replace('-', "");
        let is_right = lengths == [8, 4, 4, 4, 12] && digits.chars().all(|c| c.is_ascii_hexdigit());
        if is_right { u128::from_str_radix(&digits, 16).ok().map(Self) } else { None }
    }

    /// The name of something that has none of its own: the same at every writing.
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let bytes = hasher.finalize();
        Self(bytes.as_bytes().first_chunk::<16>().map_or(1, |first| u128::from_be_bytes(*first)))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |shift: u32, bits: u32| (self.0 >> shift) & ((1 << bits) - 1);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            part(96, 32),
            part(80, 16),
            part(64, 16),
            part(48, 16),
            part(0, 48)
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_ways_to_write_one_are_read() {
        let wanted = Guid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(Guid::parse("{01234567-89AB-CDEF-0123-456789abcdef}"), Some(wanted));
        assert_eq!(Guid::parse("01234567-89ab-cdef-0123-456789abcdef"), Some(wanted));
        for wrong in ["", "{}", "0123456789abcdef0123456789abcdef", "0123456g-89ab-cdef-0123-456789abcdef", "1-2-3-4-5"]
        {
            assert_eq!(Guid::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(number in any::<u128>()) {
            prop_assert_eq!(Guid::parse(&Guid(number).to_string()), Some(Guid(number)));
        }
    }
}
