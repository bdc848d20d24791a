//! A layout drawn with plotters: grid, bars or lines, text, in colours that can be told apart by people who
//! see them differently, on a light card that is legible in light and dark chats.

use super::{
    ChartError, ChartKind, ChartSize,
    canvas::{Canvas, UNITS},
    data::{ChartData, Series, XAxis},
    layout::{Layout, TextBox},
};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

const BACKGROUND: (u8, u8, u8) = (255, 255, 255);
const INK: RGBColor = RGBColor(31, 41, 55);
const PALE_INK: RGBColor = RGBColor(95, 104, 120);
const GRID: RGBColor = RGBColor(229, 232, 237);
const ZERO: RGBColor = RGBColor(156, 163, 175);
const REST: RGBColor = RGBColor(163, 171, 184);

/// In steps of hue and of lightness, so that neighbours differ also without colour vision.
const PALETTE: [RGBColor; 7] = [
    RGBColor(37, 99, 235),
    RGBColor(245, 138, 31),
    RGBColor(13, 128, 120),
    RGBColor(226, 75, 127),
    RGBColor(112, 58, 183),
    RGBColor(94, 176, 229),
    RGBColor(133, 100, 20),
];

type Area<'a> = DrawingArea<&'a mut Canvas, Shift>;

/// The chart in pixels.
pub fn draw(data: &ChartData, layout: &Layout, size: ChartSize) -> Result<Canvas, ChartError> {
    let pixels = |logical: f32| (logical * size.density).round() as u32;
    let mut canvas = Canvas::new(pixels(layout.width), pixels(layout.height), BACKGROUND)?;
    {
        let root = (&mut canvas).into_drawing_area();
        let pen = Pen { root: &root, density: size.density, layout };
        pen.all(data).map_err(|e| ChartError::Draw(e.to_string()))?;
    }
    Ok(canvas)
}

type Drawn = Result<(), DrawingAreaErrorKind<super::canvas::CanvasError>>;

struct Pen<'a, 'b> {
    root: &'a Area<'b>,
    density: f32,
    layout: &'a Layout,
}

impl Pen<'_, '_> {
    fn all(&self, data: &ChartData) -> Drawn {
        let [left, _, right, _] = self.layout.plot;
        for at in &self.layout.grid {
            let y = self.snap(self.layout.up(*at));
            self.rule([(left, y), (right, y)], GRID, 1.0)?;
        }
        match data.kind {
            ChartKind::Bar => self.bars(data)?,
            ChartKind::StackedBar => self.stacks(data)?,
            ChartKind::HorizontalBar => self.lying_bars(data)?,
            ChartKind::Line => self.lines(data)?,
        }
        for (series, (x, y)) in self.layout.swatches.iter().enumerate() {
            self.block([*x, y - 6.0, x + 12.0, y + 6.0], 3.0, [true; 4], colour(data, series))?;
        }
        self.layout.texts.iter().try_for_each(|text| self.text(text))
    }

    fn bars(&self, data: &ChartData) -> Drawn {
        let zero = self.snap(self.layout.up(0.0));
        let band = self.layout.band(data.axis.len());
        let count = data.series.len() as f32;
        let gap = if count > 1.0 && band > 8.0 * count { 2.0 } else { 0.0 };
        let width = (band * if count > 1.0 { 0.8 } else { 0.68 } / count).min(88.0);
        for (s, series) in data.series.iter().enumerate() {
            for (i, value) in series.values.iter().enumerate() {
                let Some(value) = value else { continue };
                let middle = self.layout.plot[0] + band * (i as f32 + 0.5);
                let left = middle + (s as f32 - count / 2.0) * width;
                let edge = self.layout.up(*value);
                let (left, right) =
                    (self.snap(left), self.snap(left + width - gap).max(self.snap(left) + 1.0));
                // A small value is a thin bar, not none.
                let edge = if *value != 0.0 && (edge - zero).abs() < 1.0 {
                    zero - value.signum() as f32
                } else {
                    edge
                };
                if *value < 0.0 {
                    self.block(
                        [left, zero, right, edge],
                        3.0,
                        [false, false, true, true],
                        shade(data, s, i),
                    )?;
                } else {
                    self.block(
                        [left, edge, right, zero],
                        3.0,
                        [true, true, false, false],
                        shade(data, s, i),
                    )?;
                }
            }
        }
        self.zero_line(zero)
    }

    fn stacks(&self, data: &ChartData) -> Drawn {
        let band = self.layout.band(data.axis.len());
        let width = (band * 0.68).min(72.0);
        for i in 0..data.axis.len() {
            let (mut above, mut below) = (0.0_f64, 0.0_f64);
            let middle = self.layout.plot[0] + band * (i as f32 + 0.5);
            let (left, right) = (self.snap(middle - width / 2.0), self.snap(middle + width / 2.0));
            for (s, series) in data.series.iter().enumerate() {
                let Some(value) = series.values[i].filter(|v| *v != 0.0) else { continue };
                let base = if value < 0.0 { &mut below } else { &mut above };
                let from = self.snap(self.layout.up(*base));
                *base = (*base + value).clamp(-1e305, 1e305);
                let to = self.snap(self.layout.up(*base));
                let (top, bottom) = (from.min(to), from.max(to));
                // A hair of the background keeps neighbours apart without relying on colour.
                let hair = if bottom - top > 3.0 { 1.0 } else { 0.0 };
                self.block([left, top + hair, right, bottom], 0.0, [false; 4], colour(data, s))?;
            }
        }
        self.zero_line(self.snap(self.layout.up(0.0)))
    }

    fn lying_bars(&self, data: &ChartData) -> Drawn {
        let [left, top, right, bottom] = self.layout.plot;
        let zero = self.snap(self.layout.along(0.0, left, right));
        let count = data.series.len() as f32;
        let row = (bottom - top) / data.axis.len().max(1) as f32;
        let thickness = if count > 1.0 { (row - 14.0) / count } else { (row * 0.66).min(24.0) };
        let gap = if count > 1.0 { 1.5 } else { 0.0 };
        for (s, series) in data.series.iter().enumerate() {
            for (i, value) in series.values.iter().enumerate() {
                let Some(value) = value else { continue };
                let y = top + row * (i as f32 + 0.5) + (s as f32 - count / 2.0) * thickness;
                let (y, end) = (self.snap(y), self.snap(y + thickness - gap));
                let edge = self.layout.along(*value, left, right);
                let edge = if *value != 0.0 && (edge - zero).abs() < 1.0 {
                    zero + value.signum() as f32
                } else {
                    edge
                };
                if *value < 0.0 {
                    self.block([edge, y, zero, end], 3.0, [true, false, false, true], shade(data, s, i))?;
                } else {
                    self.block([zero, y, edge, end], 3.0, [false, true, true, false], shade(data, s, i))?;
                }
            }
        }
        self.rule([(zero, top), (zero, bottom)], ZERO, 1.0)
    }

    fn lines(&self, data: &ChartData) -> Drawn {
        let [left, top, right, bottom] = self.layout.plot;
        let zero = self.layout.up(self.layout.range.0.max(0.0).min(self.layout.range.1));
        // An area speaks of amounts: without zero on the axis it would lie.
        let from_zero = self.layout.range.0 <= 0.0 && self.layout.range.1 >= 0.0;
        if from_zero {
            self.zero_line(self.snap(zero))?;
        }
        // Plotters maps times and values to the plot; the rest of the drawing speaks in places already.
        let coordinates = Cartesian2d::<
            plotters::coord::types::RangedCoordf32,
            plotters::coord::types::RangedCoordf32,
        >::new(
            left..right,
            bottom..top,
            (self.unit(left)..self.unit(right), self.unit(bottom)..self.unit(top)),
        );
        let area = self.root.clone().apply_coord_spec(coordinates);
        let x: Vec<f32> = match &data.axis {
            XAxis::Times(times) => times.iter().map(|t| self.layout.at_time(*t)).collect(),
            XAxis::Categories(labels) => {
                let band = self.layout.band(labels.len());
                (0..labels.len()).map(|i| left + band * (i as f32 + 0.5)).collect()
            }
        };
        let gap = gap_length(&data.axis);
        let dots = x.len() <= 32 && data.series.len() * x.len() <= 100;
        let width = if x.len() > 128 { 1.75 } else { 2.5 };
        for (s, series) in data.series.iter().enumerate().rev() {
            let paint = colour(data, s);
            let pieces = pieces(series, &x, &data.axis, gap, |v| self.layout.up(v));
            for pair in pieces.windows(2) {
                if let (Some(a), Some(b)) = (pair[0].last(), pair[1].first()) {
                    area.draw(&PathElement::new([*a, *b], paint.mix(0.3).stroke_width(self.length(1.25))))?;
                }
            }
            for piece in &pieces {
                let thinned = thin(piece);
                // Under a nervous line the shade would cost more time than all the rest, and add nothing.
                let shaded = data.series.len() == 1 && from_zero && piece.len() <= 128;
                if thinned.len() * 2 < piece.len() {
                    // So dense that strokes would only cover each other: what they cover is drawn at once.
                    for [x, above, end, below] in columns(&thinned, width / 2.0) {
                        area.draw(&Rectangle::new([(x, above), (end, below)], paint.filled()))?;
                    }
                } else {
                    // Short stretches: a smooth edge costs by how often a row of pixels crosses the shape.
                    for stretch in stretches(&thinned).filter(|_| shaded) {
                        let mut under = stretch.to_vec();
                        under.extend([(stretch[stretch.len() - 1].0, zero), (stretch[0].0, zero)]);
                        area.draw(&Polygon::new(under, paint.mix(0.09)))?;
                    }
                    for stretch in stretches(&thinned) {
                        area.draw(&PathElement::new(
                            stretch.to_vec(),
                            paint.stroke_width(self.length(width)),
                        ))?;
                    }
                }
                for point in piece.iter().filter(|_| dots || piece.len() == 1) {
                    area.draw(&Circle::new(
                        *point,
                        self.length(4.5) as i32,
                        RGBColor(255, 255, 255).filled(),
                    ))?;
                    area.draw(&Circle::new(*point, self.length(3.25) as i32, paint.filled()))?;
                }
            }
        }
        Ok(())
    }

    fn zero_line(&self, y: f32) -> Drawn {
        self.rule([(self.layout.plot[0], y), (self.layout.plot[2], y)], ZERO, 1.0)
    }

    fn rule(&self, [a, b]: [(f32, f32); 2], colour: RGBColor, width: f32) -> Drawn {
        let half = width / 2.0;
        let (dx, dy) = if a.1 == b.1 { (0.0, half) } else { (half, 0.0) };
        let corners =
            [(self.unit(a.0 - dx), self.unit(a.1 - dy)), (self.unit(b.0 + dx), self.unit(b.1 + dy))];
        self.root.draw(&Rectangle::new(corners, colour.filled()))
    }

    /// A filled rectangle (left, top, right, bottom) with some corners rounded, clockwise from the upper left.
    fn block(
        &self,
        [left, top, right, bottom]: [f32; 4],
        radius: f32,
        round: [bool; 4],
        fill: RGBColor,
    ) -> Drawn {
        let radius = radius.min((right - left).abs() / 2.0).min((bottom - top).abs());
        if radius < 0.5 || !round.contains(&true) {
            let corners = [(self.unit(left), self.unit(top)), (self.unit(right), self.unit(bottom))];
            return self.root.draw(&Rectangle::new(corners, fill.filled()));
        }
        let corners = [
            (left, top, 1.0, 1.0),
            (right, top, -1.0, 1.0),
            (right, bottom, -1.0, -1.0),
            (left, bottom, 1.0, -1.0),
        ];
        let mut points = Vec::with_capacity(28);
        for (i, (x, y, dx, dy)) in corners.into_iter().enumerate() {
            if !round[i] {
                points.push((self.unit(x), self.unit(y)));
                continue;
            }
            for step in 0..=6 {
                // Every second corner is walked the other way round, to stay clockwise.
                let step = if i % 2 == 0 { 6 - step } else { step };
                let (sin, cos) = (step as f32 / 6.0 * std::f32::consts::FRAC_PI_2).sin_cos();
                points.push((
                    self.unit(x + dx * radius * (1.0 - sin)),
                    self.unit(y + dy * radius * (1.0 - cos)),
                ));
            }
        }
        self.root.draw(&Polygon::new(points, fill))
    }

    fn text(&self, text: &TextBox) -> Drawn {
        let colour = if text.muted { PALE_INK } else { INK };
        let size = f64::from(text.size * self.density * UNITS);
        let weight = if text.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, size, weight);
        // The line that letters stand on, so that capitals are in the middle of the box.
        let baseline = text.size * 0.86;
        let (font, at) = if text.turned {
            (font.transform(FontTransform::Rotate270), (text.x + baseline, text.y + text.height))
        } else {
            (font, (text.x, text.y + baseline))
        };
        let horizontal = if text.turned { HPos::Right } else { HPos::Left };
        let at = if text.turned { (at.0, text.y) } else { at };
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, VPos::Bottom));
        self.root.draw(&Text::new(text.text.as_str(), (self.unit(at.0), self.unit(at.1)), style))
    }

    /// Logical pixels in units of the canvas.
    fn unit(&self, logical: f32) -> i32 {
        (logical * self.density * UNITS).round() as i32
    }

    fn length(&self, logical: f32) -> u32 {
        (logical * self.density * UNITS).round() as u32
    }

    /// Moved to the edge of a pixel of the file, for sharp edges.
    fn snap(&self, logical: f32) -> f32 {
        (logical * self.density).round() / self.density
    }
}

fn colour(data: &ChartData, series: usize) -> RGBColor {
    match data.series.get(series) {
        Some(one) if one.is_rest => REST,
        _ => PALETTE[series % PALETTE.len()],
    }
}

/// The colour of one bar: the bar that adds up the rest is grey.
fn shade(data: &ChartData, series: usize, bar: usize) -> RGBColor {
    match &data.axis {
        XAxis::Categories(labels) if bar + 1 == labels.len() && labels[bar].starts_with("Other (") => REST,
        _ => colour(data, series),
    }
}

/// Steps longer than this are gaps in the data: one and a half times the usual step, when gaps are rare.
fn gap_length(axis: &XAxis) -> f64 {
    let XAxis::Times(times) = axis else { return f64::INFINITY };
    let mut steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).filter(|s| *s > 0.0).collect();
    if steps.len() < 4 {
        return f64::INFINITY;
    }
    steps.sort_by(f64::total_cmp);
    // Months differ in length by a tenth.
    let limit = steps[steps.len() / 2] * 1.6;
    let gaps = steps.iter().filter(|s| **s > limit).count();
    if gaps * 7 < steps.len() { limit } else { f64::INFINITY }
}

/// The stretches of a series without a gap, in places.
fn pieces(
    series: &Series,
    x: &[f32],
    axis: &XAxis,
    gap: f64,
    up: impl Fn(f64) -> f32,
) -> Vec<Vec<(f32, f32)>> {
    let mut out: Vec<Vec<(f32, f32)>> = Vec::new();
    let mut last: Option<usize> = None;
    for (i, value) in series.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let joined = last.is_some_and(|l| match axis {
            XAxis::Times(times) if gap.is_finite() => times[i] - times[l] <= gap,
            _ => l + 1 == i,
        });
        if !joined {
            out.push(Vec::new());
        }
        if let Some(piece) = out.last_mut() {
            piece.push((x[i], up(*value)));
        }
        last = Some(i);
    }
    out
}

/// At most four points per logical pixel (first, lowest, highest, last): the line looks the same.
fn thin(piece: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let mut out = Vec::with_capacity(piece.len().min(4096));
    for same in piece.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
        if same.len() <= 4 {
            out.extend_from_slice(same);
            continue;
        }
        let mut kept = [0, 0, 0, same.len() - 1];
        for (i, point) in same.iter().enumerate() {
            if point.1 < same[kept[1]].1 {
                kept[1] = i;
            }
            if point.1 > same[kept[2]].1 {
                kept[2] = i;
            }
        }
        kept.sort_unstable();
        out.extend(kept.iter().map(|i| same[*i]));
    }
    out
}

/// What a dense line covers, a rectangle (left, top, right, bottom) for each pixel, `half` a line wider than
/// its points; each reaches to the last point of the one before, so that nothing tears.
fn columns(points: &[(f32, f32)], half: f32) -> Vec<[f32; 4]> {
    let mut before: Option<f32> = None;
    let mut out: Vec<[f32; 4]> = Vec::new();
    for same in points.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
        let reach = same.iter().map(|p| p.1).chain(before);
        let (top, bottom) = reach.fold((f32::MAX, f32::MIN), |(t, b), y| (t.min(y), b.max(y)));
        let x = same[0].0.floor();
        if let Some(last) = out.last_mut() {
            last[2] = x;
        }
        out.push([x, top - half, x + 1.0, bottom + half]);
        before = same.last().map(|p| p.1);
    }
    out
}

/// The line in stretches of a few points, each starting where the one before ends.
fn stretches(points: &[(f32, f32)]) -> impl Iterator<Item = &[(f32, f32)]> {
    const POINTS: usize = 24;
    (0..points.len().saturating_sub(1))
        .step_by(POINTS)
        .map(|start| &points[start..points.len().min(start + POINTS + 1)])
}
