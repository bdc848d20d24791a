//! Pixels to PNG with a palette of at most 256 colours: a quarter of the bytes to compress, and a chart has
//! few colours. Where anti-aliasing makes more, the rarest take the nearest colour that is kept.

use super::ChartError;
use png::{BitDepth, ColorType, Compression, Encoder, FilterType};

const SLOTS: usize = 1 << 14;

/// The pixels (RGBA, opaque, row by row) as PNG.
pub fn png(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, ChartError> {
    let (indices, palette) = indexed(pixels, width as usize);
    let mut out = Vec::with_capacity(64 * 1024);
    let mut encoder = Encoder::new(&mut out, width, height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(
        palette.iter().flat_map(|c| [(c >> 16) as u8, (c >> 8) as u8, *c as u8]).collect::<Vec<u8>>(),
    );
    // Equal rows become zeros under Up, which the fast compressor handles as runs.
    encoder.set_filter(FilterType::Up);
    encoder.set_compression(Compression::Fast);
    let failed = |e: png::EncodingError| ChartError::Draw(e.to_string());
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&indices).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}

/// Colour numbers per pixel, and the colours.
fn indexed(pixels: &[u8], width: usize) -> (Vec<u8>, Vec<u32>) {
    let mut table = ColourTable::new();
    // Most rows of a chart repeat the one above: only the others are looked at, and by runs of one colour.
    let mut rows: Vec<bool> = Vec::with_capacity(pixels.len() / (width * 4));
    let mut runs: Vec<(u32, u16)> = Vec::new();
    let mut previous_row: &[u8] = &[];
    for row in pixels.chunks_exact(width * 4) {
        let repeats = row == previous_row;
        rows.push(repeats);
        if repeats {
            continue;
        }
        previous_row = row;
        let (cells, _) = row.as_chunks::<4>();
        let mut at = 0;
        while at < cells.len() {
            let first = cells[at];
            let start = at;
            while at < cells.len() && cells[at] == first {
                at += 1;
            }
            let length = (at - start) as u32;
            runs.push((length, table.number(u32::from_be_bytes([0, first[0], first[1], first[2]]), length)));
        }
    }
    let (map, palette) = table.reduce();
    let mut out: Vec<u8> = Vec::with_capacity(pixels.len() / 4);
    let mut runs = runs.into_iter();
    for repeats in rows {
        if repeats {
            out.extend_from_within(out.len() - width..);
            continue;
        }
        let end = out.len() + width;
        while out.len() < end
            && let Some((length, number)) = runs.next()
        {
            out.resize(out.len() + length as usize, map[number as usize]);
        }
    }
    (out, palette)
}

struct ColourTable {
    slots: Vec<(u32, u16)>,
    colours: Vec<u32>,
    counts: Vec<u32>,
}

impl ColourTable {
    fn new() -> Self {
        Self { slots: vec![(u32::MAX, 0); SLOTS], colours: Vec::new(), counts: Vec::new() }
    }

    fn number(&mut self, colour: u32, pixels: u32) -> u16 {
        // A table that gets full gives up the lowest bits, so that it never overflows.
        let colour = if self.colours.len() > SLOTS / 2 { colour & 0xf0_f0f0 } else { colour };
        let mut slot = (colour.wrapping_mul(0x9e37_79b1) >> 18) as usize;
        loop {
            match self.slots[slot] {
                (found, number) if found == colour => {
                    self.counts[number as usize] += pixels;
                    return number;
                }
                (u32::MAX, _) => break,
                _ => slot = (slot + 1) % SLOTS,
            }
        }
        let number = self.colours.len() as u16;
        self.slots[slot] = (colour, number);
        self.colours.push(colour);
        self.counts.push(pixels);
        number
    }

    /// The colours that are kept, and for each number its place among them.
    fn reduce(&self) -> (Vec<u8>, Vec<u32>) {
        let mut order: Vec<usize> = (0..self.colours.len()).collect();
        order.sort_by_key(|i| (std::cmp::Reverse(self.counts[*i]), self.colours[*i]));
        let palette: Vec<u32> = order.iter().take(256).map(|i| self.colours[*i]).collect();
        let mut map = vec![0; self.colours.len()];
        for (place, number) in order.iter().enumerate() {
            map[*number] = if place < 256 { place as u8 } else { nearest(&palette, self.colours[*number]) };
        }
        (map, palette)
    }
}

fn nearest(palette: &[u32], colour: u32) -> u8 {
    let part = |c: u32, shift: u32| (c >> shift & 0xff) as i32;
    let distance = |a: u32| {
        [(16, 3), (8, 4), (0, 2)]
            .iter()
            .map(|(s, w)| w * (part(a, *s) - part(colour, *s)).pow(2))
            .sum::<i32>()
    };
    (0..palette.len()).min_by_key(|i| distance(palette[*i])).unwrap_or(0) as u8
}
