//! Chance that comes from a seed, so that every draw can be drawn again.

/// A generator of numbers: xoshiro256** (Blackman & Vigna 2018), its state filled by `SplitMix64` (Steele, Lea & Flood
/// 2014).
#[derive(Debug, Clone)]
pub struct Chance {
    state: [u64; 4],
}

impl Chance {
    /// Starts the generator; one seed gives one row of numbers, on every machine.
    pub fn new(seed: u64) -> Self {
        let mut at = seed;
        let state = std::array::from_fn(|_| {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (at ^ (at >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        });
        Self { state }
    }

    /// Draws 64 bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let drawn = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        drawn
    }

    /// Draws one of 0 to n − 1, each equally likely; 0 where n is 0 (Lemire 2019).
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        let unfair = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            if wide as u64 >= unfair {
                return (wide >> 64) as usize;
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_row_of_numbers() {
        let draw = |seed| (0..5).map(|_| Chance::new(seed).bits()).collect::<Vec<_>>();
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn the_state_is_filled_as_splitmix64_is_published() {
        // The first numbers of SplitMix64 for the seed 1234567, from its reference program.
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(Chance::new(1_234_567).state[..3], expected);
    }

    #[test]
    fn every_number_below_a_bound_is_drawn_about_equally_often() {
        let (mut chance, mut times) = (Chance::new(3), [0; 7]);
        for _ in 0..70_000 {
            times[chance.below(7)] += 1;
        }
        assert!(times.iter().all(|n| (9_500..10_500).contains(n)), "{times:?}");
        assert_eq!(chance.below(0), 0);
    }
}
