//! Colours as numbers: read, told apart, and read against each other.

/// Red, green and blue, each 0 to 255, in sRGB.
pub type Rgb = (u8, u8, u8);

/// Reads `#rrggbb`.
pub fn parse(colour: &str) -> Option<Rgb> {
    let hex = colour.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let part = |at: usize| hex.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
    Some((part(0)?, part(2)?, part(4)?))
}

/// Writes `#rrggbb`.
pub fn written((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The share of full light, 0 to 1, that a part of a colour gives. Source: IEC 61966-2-1 (sRGB).
fn linear(part: u8) -> f64 {
    let c = f64::from(part) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

/// How a colour looks: lightness 0 to 1, then green to red, then blue to yellow.
/// Source: Ottosson, "A perceptual color space for image processing" (Oklab), 2020.
pub fn oklab((r, g, b): Rgb) -> [f64; 3] {
    const LIGHT_TO_CONES: [[f64; 3]; 3] = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    const CONES_TO_LAB: [[f64; 3]; 3] = [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ];
    let times =
        |matrix: [[f64; 3]; 3], v: [f64; 3]| matrix.map(|row| row.iter().zip(v).map(|(m, v)| m * v).sum::<f64>());
    times(CONES_TO_LAB, times(LIGHT_TO_CONES, [linear(r), linear(g), linear(b)]).map(f64::cbrt))
}

/// How different two colours look: the distance in Oklab; about 0.02 is just seen side by side.
pub fn distance(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (oklab(a), oklab(b));
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// How well one colour is read on another, 1 to 21; 4.5 is enough for text, 7 is good.
/// Source: WCAG 2.2, "contrast ratio".
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let light = |(r, g, b): Rgb| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) + 0.05;
    let (a, b) = (light(a), light(b));
    a.max(b) / a.min(b)
}

/// A share (0 to 1) of one colour in another.
pub fn mixed(colour: Rgb, ground: Rgb, share: f64) -> Rgb {
    let mix = |c: u8, g: u8| (f64::from(c) * share + f64::from(g) * (1.0 - share)).round() as u8;
    (mix(colour.0, ground.0), mix(colour.1, ground.1), mix(colour.2, ground.2))
}

/// The colour, of those that are neither too dark nor too pale for a mark, that is farthest from all others.
pub fn farthest(others: &[Rgb]) -> Rgb {
    let step = |n: u32| (n * 23) as u8;
    let all = (0..12u32.pow(3)).map(|n| (step(n / 144), step(n / 12 % 12), step(n % 12)));
    let others: Vec<[f64; 3]> = others.iter().map(|rgb| oklab(*rgb)).collect();
    let room = |lab: &[f64; 3]| {
        let far = |other: &[f64; 3]| lab.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        others.iter().map(far).fold(f64::INFINITY, f64::min)
    };
    let usable = all.map(|rgb| (rgb, oklab(rgb))).filter(|(_, lab)| (0.5..=0.88).contains(&lab[0]));
    let best = usable.max_by(|(_, a), (_, b)| room(a).total_cmp(&room(b)));
    best.map_or((154, 154, 154), |(rgb, _)| rgb)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::string_slice)] // a broken promise fails the test
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(parse("#e69f00"), Some((230, 159, 0)));
        assert_eq!(written((230, 159, 0)), "#e69f00");
        for wrong in ["e69f00", "#e69f0", "#қ69f0", "", "#+1+1+1+"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn known_values_of_the_sources() {
        // Ottosson's table: white is 1, 0, 0; WCAG: black on white is 21.
        let white = oklab((255, 255, 255));
        assert!((white[0] - 1.0).abs() < 1e-3 && white[1].abs() < 1e-3 && white[2].abs() < 1e-3);
        let red = oklab((255, 0, 0));
        assert!((red[0] - 0.628).abs() < 1e-3 && (red[1] - 0.225).abs() < 1e-3 && (red[2] - 0.126).abs() < 1e-3);
        assert!((contrast((0, 0, 0), (255, 255, 255)) - 21.0).abs() < 1e-9);
    }
}
