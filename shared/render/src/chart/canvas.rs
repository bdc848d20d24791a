//! The surface that plotters draws on. Plotters speaks in whole numbers and its own bitmaps have no smooth
//! edges; here its unit is an eighth of a pixel and tiny-skia draws with anti-aliasing.

use super::{
    ChartError,
    font::{self, Weight},
};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform, rasterizer,
    text_anchor::{HPos, VPos},
};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Stroke, Transform,
};

/// Units of plotters in one pixel.
pub const UNITS: f32 = 8.0;

/// Nothing can go wrong while drawing into memory.
#[derive(Debug, thiserror::Error)]
#[error("drawing into memory failed")]
pub struct CanvasError;

type Done = Result<(), DrawingErrorKind<CanvasError>>;

/// Pixels in memory.
pub struct Canvas {
    pixmap: Pixmap,
}

impl Canvas {
    /// A canvas of that many pixels in one colour.
    pub fn new(width: u32, height: u32, background: (u8, u8, u8)) -> Result<Self, ChartError> {
        let mut pixmap = Pixmap::new(width, height).ok_or(ChartError::BadSize(width, height))?;
        pixmap.fill(Color::from_rgba8(background.0, background.1, background.2, 255));
        Ok(Self { pixmap })
    }

    /// RGBA, row by row; opaque everywhere.
    pub fn pixels(&self) -> &[u8] {
        self.pixmap.data()
    }

    /// Pixels.
    pub fn width(&self) -> u32 {
        self.pixmap.width()
    }

    /// Pixels.
    pub fn height(&self) -> u32 {
        self.pixmap.height()
    }

    /// A rectangle (left, top, right, bottom, in pixels) in one colour.
    pub fn fill_rect(&mut self, edges: [f32; 4], rgb: (u8, u8, u8)) {
        self.rect(edges, BackendColor { alpha: 1.0, rgb });
    }

    /// Text by its left edge and the middle of its capital letters, in pixels.
    pub fn write(&mut self, text: &str, [x, y]: [f32; 2], size: f32, weight: Weight, rgb: (u8, u8, u8)) {
        let color = BackendColor { alpha: 1.0, rgb };
        let baseline = y + font::cap_height(size) / 2.0;
        font::each_glyph(text, size, weight, x, baseline, |glyph, gx, gy| {
            for_each_pixel(glyph, |dx, dy, c| self.blend(gx + dx, gy + dy, color, c));
        });
    }

    fn fill(&mut self, path: PathBuilder, color: BackendColor) {
        if let Some(path) = path.finish() {
            self.pixmap.fill_path(&path, &paint(color), FillRule::Winding, Transform::identity(), None);
        }
    }

    fn stroke(&mut self, path: PathBuilder, color: BackendColor, width: u32) {
        if let Some(path) = path.finish() {
            // At the corners of a thin line nobody sees what joins them.
            let line_join = if width as f32 / UNITS <= 4.0 { LineJoin::Bevel } else { LineJoin::Round };
            let stroke = Stroke {
                width: width as f32 / UNITS,
                line_cap: LineCap::Round,
                line_join,
                ..Stroke::default()
            };
            self.pixmap.stroke_path(&path, &paint(color), &stroke, Transform::identity(), None);
        }
    }

    /// A rectangle with its edges (left, top, right, bottom) anywhere between pixels. Done here, since the
    /// rasteriser's way through paths takes far longer for the thin ones that dense lines are made of.
    fn rect(&mut self, [left, top, right, bottom]: [f32; 4], color: BackendColor) {
        let (width, height) = (self.pixmap.width() as f32, self.pixmap.height() as f32);
        let (left, right) = (left.clamp(0.0, width), right.clamp(0.0, width));
        let (top, bottom) = (top.clamp(0.0, height), bottom.clamp(0.0, height));
        let part =
            |from: f32, to: f32, at: i32| (to.min(at as f32 + 1.0) - from.max(at as f32)).clamp(0.0, 1.0);
        // How much of each column is covered is the same in every row.
        let columns: Vec<(i32, f32)> =
            (left.floor() as i32..right.ceil() as i32).map(|x| (x, part(left, right, x))).collect();
        // The columns that are covered whole are one slice of each row that is.
        let whole = columns.iter().position(|c| c.1 >= 1.0).map_or(0..0, |first| {
            first..columns.iter().rposition(|c| c.1 >= 1.0).map_or(first, |last| last + 1)
        });
        let (r, g, b) = color.rgb;
        let solid = PremultipliedColorU8::from_rgba(r, g, b, 255).filter(|_| color.alpha >= 1.0);
        let stride = self.pixmap.width() as usize;
        for y in top.floor() as i32..bottom.ceil() as i32 {
            let down = part(top, bottom, y);
            let inside = match solid {
                Some(solid) if down >= 1.0 && !whole.is_empty() => {
                    let start = y as usize * stride + columns[whole.start].0 as usize;
                    self.pixmap.pixels_mut()[start..start + whole.len()].fill(solid);
                    whole.clone()
                }
                _ => 0..0,
            };
            for (x, across) in columns[..inside.start].iter().chain(&columns[inside.end..]) {
                self.blend(*x, y, color, (down * across * 255.0).round() as u8);
            }
        }
    }

    fn blend(&mut self, x: i32, y: i32, color: BackendColor, coverage: u8) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x >= self.pixmap.width() || y >= self.pixmap.height() || coverage == 0 {
            return;
        }
        let at = (y * self.pixmap.width() + x) as usize;
        let pixel = &mut self.pixmap.pixels_mut()[at];
        let (r, g, b) = color.rgb;
        if coverage == 255 && color.alpha >= 1.0 {
            if let Some(solid) = PremultipliedColorU8::from_rgba(r, g, b, 255) {
                *pixel = solid;
            }
            return;
        }
        let alpha = f64::from(coverage) / 255.0 * color.alpha;
        let mix =
            |over: u8, under: u8| (f64::from(over) * alpha + f64::from(under) * (1.0 - alpha)).round() as u8;
        let mixed = PremultipliedColorU8::from_rgba(
            mix(r, pixel.red()),
            mix(g, pixel.green()),
            mix(b, pixel.blue()),
            255,
        );
        if let Some(mixed) = mixed {
            *pixel = mixed;
        }
    }
}

impl DrawingBackend for &mut Canvas {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        (self.pixmap.width() * UNITS as u32, self.pixmap.height() * UNITS as u32)
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Done {
        self.blend(point.0 / UNITS as i32, point.1 / UNITS as i32, color, 255);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        if !fill {
            return rasterizer::draw_rect(self, a, b, style, false);
        }
        let (left, top) = (px(a.0.min(b.0)), px(a.1.min(b.1)));
        let (right, bottom) = (px(a.0.max(b.0)), px(a.1.max(b.1)));
        self.rect([left, top, right, bottom], style.color());
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        self.stroke(polyline(path), style.color(), style.stroke_width());
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Done {
        let mut path = PathBuilder::new();
        path.push_circle(px(center.0), px(center.1), radius as f32 / UNITS);
        if fill {
            self.fill(path, style.color());
        } else {
            self.stroke(path, style.color(), style.stroke_width());
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: I,
        style: &S,
    ) -> Done {
        let mut path = polyline(points);
        path.close();
        self.fill(path, style.color());
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, pos: BackendCoord) -> Done {
        let weight = weight_of(style);
        let size = style.size() as f32 / UNITS;
        let along = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => -font::width(text, size, weight) / 2.0,
            HPos::Right => -font::width(text, size, weight),
        };
        let below = match style.anchor().v_pos {
            VPos::Top => font::cap_height(size),
            VPos::Center => font::cap_height(size) / 2.0,
            VPos::Bottom => 0.0,
        };
        let (x, y) = (px(pos.0), px(pos.1));
        let color = style.color();
        // A pixel (dx, dy) from the anchor in upright text lands where the turned text has it.
        match style.transform() {
            FontTransform::Rotate270 => {
                font::each_glyph(text, size, weight, along, below, |glyph, gx, gy| {
                    for_each_pixel(glyph, |dx, dy, c| {
                        self.blend(x.round() as i32 + gy + dy, y.round() as i32 - gx - dx - 1, color, c);
                    });
                })
            }
            _ => font::each_glyph(text, size, weight, x + along, y + below, |glyph, gx, gy| {
                for_each_pixel(glyph, |dx, dy, c| self.blend(gx + dx, gy + dy, color, c));
            }),
        }
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        let weight = weight_of(style);
        Ok((font::width(text, style.size() as f32, weight).ceil() as u32, style.size().ceil() as u32))
    }
}

fn for_each_pixel(glyph: &font::Glyph, mut draw: impl FnMut(i32, i32, u8)) {
    if glyph.width == 0 {
        return;
    }
    for (row, line) in glyph.coverage.chunks_exact(glyph.width).enumerate() {
        for (column, coverage) in line.iter().enumerate() {
            if *coverage > 0 {
                draw(glyph.x + column as i32, glyph.y + row as i32, *coverage);
            }
        }
    }
}

fn px(units: i32) -> f32 {
    units as f32 / UNITS
}

fn paint(color: BackendColor) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    let (r, g, b) = color.rgb;
    paint.set_color_rgba8(r, g, b, (color.alpha.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint
}

fn polyline(points: impl IntoIterator<Item = BackendCoord>) -> PathBuilder {
    let mut path = PathBuilder::new();
    for (i, point) in points.into_iter().enumerate() {
        if i == 0 {
            path.move_to(px(point.0), px(point.1));
        } else {
            path.line_to(px(point.0), px(point.1));
        }
    }
    path
}

fn weight_of(style: &impl BackendTextStyle) -> Weight {
    match style.style() {
        FontStyle::Bold => Weight::SemiBold,
        FontStyle::Normal | FontStyle::Italic | FontStyle::Oblique => Weight::Regular,
    }
}
