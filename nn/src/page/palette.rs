//! Colours of heat maps, light and dark pages alike.

/// The colours of a palette: red, green, blue, opacity.
pub(crate) type Palette = [[u8; 4]];

/// Positions on either side of the middle of a palette, which is at this position.
pub(crate) const LEVELS: u8 = 30;

/// The position of what is not finite: magenta.
pub(crate) const BAD: u8 = 2 * LEVELS + 1;

/// Blue below the middle, orange above, the stronger the farther: over a transparent middle, so that light and dark
/// pages show through.
pub(crate) fn diverging() -> Vec<[u8; 4]> {
    with_bad((-i32::from(LEVELS)..=i32::from(LEVELS)).map(|level| {
        let strength = f64::from(level.abs()) / f64::from(LEVELS);
        let opacity = (255.0 * strength.powf(0.8)).round() as u8;
        let [r, g, b] = if level < 0 { [38, 112, 214] } else { [230, 108, 16] };
        [r, g, b, opacity]
    }))
}

/// From black to white.
pub(crate) fn greys() -> Vec<[u8; 4]> {
    let count = 2 * u32::from(LEVELS);
    let grey = |level: u32| (255 * level / count) as u8;
    with_bad((0..=count).map(|level| [grey(level), grey(level), grey(level), 255]))
}

/// Orange, from hardly visible to opaque.
pub(crate) fn oranges() -> Vec<[u8; 4]> {
    with_bad((0..=2 * LEVELS).map(|level| [230, 108, 16, 15 + 4 * level]))
}

fn with_bad(colours: impl Iterator<Item = [u8; 4]>) -> Vec<[u8; 4]> {
    colours.chain([[214, 0, 190, 255]]).collect()
}
