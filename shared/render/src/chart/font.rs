//! The letters of charts. They are embedded, since a server in a container has no fonts: Inter for most,
//! DejaVu Sans and Droid Sans Fallback for the scripts that Inter lacks. What none of them has is left out
//! when it is a picture (emoji) and becomes `?` when it is a letter, never an empty box.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_width::UnicodeWidthChar;

/// How heavy the letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Labels.
    Regular,
    /// Titles.
    SemiBold,
}

static FONTS: LazyLock<Vec<FontRef<'static>>> = LazyLock::new(|| {
    let files: [&'static [u8]; 4] = [
        include_bytes!("../../assets/Inter-Regular.otf"),
        include_bytes!("../../assets/Inter-SemiBold.otf"),
        include_bytes!("../../assets/DejaVuSans.ttf"),
        include_bytes!("../../assets/DroidSansFallbackFull.ttf"),
    ];
    // The files are part of the program and a test reads all four.
    files.into_iter().filter_map(|bytes| FontRef::try_from_slice(bytes).ok()).collect()
});

/// One drawn letter: how much of each pixel it covers.
pub struct Glyph {
    /// Left edge from the pen, in pixels.
    pub x: i32,
    /// Top edge from the baseline, in pixels; negative is above.
    pub y: i32,
    /// Width in pixels.
    pub width: usize,
    /// Coverage, row by row.
    pub coverage: Vec<u8>,
}

type GlyphKey = (usize, GlyphId, u32, u8);
static GLYPHS: LazyLock<Mutex<HashMap<GlyphKey, Arc<Glyph>>>> = LazyLock::new(Default::default);
/// Letters kept drawn; a flood of different characters starts over instead of growing for ever.
const GLYPHS_KEPT: usize = 4096;

/// The text with what cannot be drawn replaced or left out.
pub fn drawable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let composed: Cow<str> = if is_nfc(text) { text.into() } else { text.nfc().collect::<String>().into() };
    let mut out = String::with_capacity(composed.len());
    for c in composed.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' => {}
            '\u{feff}' | '\u{ad}' | '\u{e0000}'..='\u{e01ef}' => {}
            c if c.is_whitespace() => out.push(' '),
            c if find(Weight::Regular, c).is_some() => out.push(c),
            c if c.is_alphanumeric() => out.push('?'),
            c if c.width() == Some(0) || c as u32 >= 0x2190 => {}
            _ => out.push('?'),
        }
    }
    let trimmed = out.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    Cow::Owned(trimmed)
}

/// Width of the text at that size, in the same unit as the size.
pub fn width(text: &str, size: f32, weight: Weight) -> f32 {
    let mut last = None;
    let mut total = 0.0;
    for c in text.chars() {
        let Some((font, id)) = find(weight, c) else { continue };
        total += advance(font, id, size, last);
        last = Some((font, id));
    }
    total
}

/// Calls `draw` with each letter of the text and the pixel of its pen and baseline. `x` is where the text
/// starts, in pixels with fractions; `y` is the baseline.
pub fn each_glyph(
    text: &str,
    size: f32,
    weight: Weight,
    x: f32,
    y: f32,
    mut draw: impl FnMut(&Glyph, i32, i32),
) {
    let mut pen = x;
    let mut last = None;
    for c in text.chars() {
        let Some((font, id)) = find(weight, c) else { continue };
        if let Some((last_font, last_id)) = last
            && last_font == font
        {
            pen += FONTS[font].as_scaled(scale(font, size)).kern(last_id, id);
        }
        // Quarter pixels are enough for even spacing and keep the store of letters small.
        let quarter = (pen * 4.0).floor();
        let whole = (quarter / 4.0).floor();
        let glyph = glyph(font, id, size, (quarter - whole * 4.0) as u8);
        draw(&glyph, whole as i32, y.round() as i32);
        pen += FONTS[font].as_scaled(scale(font, size)).h_advance(id);
        last = Some((font, id));
    }
}

/// Height of a capital letter at that size: what text is centred by.
pub fn cap_height(size: f32) -> f32 {
    size * 0.727
}

fn advance(font: usize, id: GlyphId, size: f32, last: Option<(usize, GlyphId)>) -> f32 {
    let scaled = FONTS[font].as_scaled(scale(font, size));
    let kern = last.filter(|(f, _)| *f == font).map_or(0.0, |(_, l)| scaled.kern(l, id));
    scaled.h_advance(id) + kern
}

/// ab_glyph scales by the height of a line; sizes here are of the em square, as designers give them.
fn scale(font: usize, size: f32) -> PxScale {
    let face = &FONTS[font];
    let em = face.units_per_em().unwrap_or(1000.0);
    PxScale::from(size * face.height_unscaled() / em)
}

fn find(weight: Weight, c: char) -> Option<(usize, GlyphId)> {
    let first = if weight == Weight::SemiBold { 1 } else { 0 };
    [first, 2, 3].into_iter().find_map(|font| {
        let id = FONTS.get(font)?.glyph_id(c);
        (id.0 != 0).then_some((font, id))
    })
}

fn glyph(font: usize, id: GlyphId, size: f32, quarter: u8) -> Arc<Glyph> {
    let key = (font, id, size.to_bits(), quarter);
    // A thread that died while holding the lock left whole glyphs behind: each is put in complete.
    let mut kept = GLYPHS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(found) = kept.get(&key) {
        return found.clone();
    }
    let made = Arc::new(rasterise(font, id, size, quarter));
    if kept.len() >= GLYPHS_KEPT {
        kept.clear();
    }
    kept.insert(key, made.clone());
    made
}

fn rasterise(font: usize, id: GlyphId, size: f32, quarter: u8) -> Glyph {
    let placed = id.with_scale_and_position(scale(font, size), point(f32::from(quarter) / 4.0, 0.0));
    let Some(outline) = FONTS[font].outline_glyph(placed) else {
        return Glyph { x: 0, y: 0, width: 0, coverage: Vec::new() };
    };
    let bounds = outline.px_bounds();
    let (width, height) = (bounds.width() as usize, bounds.height() as usize);
    let mut coverage = vec![0u8; width * height];
    outline.draw(|x, y, c| {
        if let Some(cell) = coverage.get_mut(y as usize * width + x as usize) {
            // Steps of a twelfth: finer ones only cost palette entries.
            *cell = ((c.clamp(0.0, 1.0) * 12.0).round() * 21.25) as u8;
        }
    });
    Glyph { x: bounds.min.x as i32, y: bounds.min.y as i32, width, coverage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_loads_and_scripts_are_covered() {
        assert_eq!(FONTS.len(), 4);
        for c in "aéŁß₹€Жλ東京あ“–…∅⏎".chars() {
            assert!(find(Weight::Regular, c).is_some() && find(Weight::SemiBold, c).is_some(), "{c}");
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_replaced_or_left_out() {
        assert_eq!(drawable("plain"), "plain");
        assert_eq!(drawable("🚀 Rockets 👩‍🚀"), "Rockets");
        assert_eq!(drawable("Zoe\u{301}\n\u{202e}x"), "Zoé x");
        assert_eq!(drawable("𒀀"), "?");
        assert_eq!(drawable("서울 a"), "?? a");
        assert!(width("Wide", 15.0, Weight::Regular) > width("ill", 15.0, Weight::Regular));
    }
}
