//! Where everything in a chart stands, in logical pixels: a pure function from data to boxes. Labels get the
//! room they need before bars and lines get the rest; what finds no room is wrapped, turned, thinned or
//! shortened, in that order, and never overlaps.

use super::{
    ChartError, ChartKind, ChartSize, ChartSpec,
    axis::{self, Tick},
    data::{self, ChartData, XAxis},
    font::{self, Weight},
};
use rowcall_core::ResultSet;

const MARGIN: f32 = 22.0;
const TITLE: f32 = 20.0;
const LABEL: f32 = 14.0;
const SMALL: f32 = 13.0;
const LINE: f32 = 18.0;

/// A chart's places.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Logical pixels.
    pub width: f32,
    /// Logical pixels.
    pub height: f32,
    /// Where bars and lines are drawn: left, top, right, bottom.
    pub plot: [f32; 4],
    /// The least and the largest value of the value axis.
    pub range: (f64, f64),
    /// Values with a grid line.
    pub grid: Vec<f64>,
    /// Every piece of text.
    pub texts: Vec<TextBox>,
    /// Left and middle of each legend square, by series.
    pub swatches: Vec<(f32, f32)>,
    /// The times at the plot's left and right edge.
    pub times: (f64, f64),
}

/// A piece of text in its box.
#[derive(Clone, Debug, PartialEq)]
pub struct TextBox {
    /// One line.
    pub text: String,
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width of the box, as it stands.
    pub width: f32,
    /// Height of the box, as it stands.
    pub height: f32,
    /// Size of the letters.
    pub size: f32,
    /// Title weight.
    pub bold: bool,
    /// Paler than the rest.
    pub muted: bool,
    /// Turned to be read from below.
    pub turned: bool,
}

impl TextBox {
    fn new(text: String, x: f32, y: f32, size: f32) -> Self {
        let width = font::width(&text, size, Weight::Regular);
        Self { text, x, y, width, height: size, size, bold: false, muted: false, turned: false }
    }

    fn centred(text: String, x: f32, y: f32, size: f32) -> Self {
        let mut made = Self::new(text, x, y, size);
        made.x -= made.width / 2.0;
        made
    }

    fn right(text: String, x: f32, y: f32, size: f32) -> Self {
        let mut made = Self::new(text, x, y, size);
        made.x -= made.width;
        made
    }

    fn muted(mut self) -> Self {
        self.muted = true;
        self
    }

    /// The two boxes share a place.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// The places of a chart; for tests and for front ends that want to know its height.
pub fn layout_of(spec: &ChartSpec, result: &ResultSet, size: ChartSize) -> Result<Layout, ChartError> {
    layout(&data::prepare(spec, result)?, size)
}

/// The places of a chart.
pub fn layout(data: &ChartData, size: ChartSize) -> Result<Layout, ChartError> {
    let sane = (240..=4000).contains(&size.width)
        && (180..=4000).contains(&size.height)
        && (0.5..=4.0).contains(&size.density);
    if !sane {
        return Err(ChartError::BadSize(size.width, size.height));
    }
    let mut layout = Layout {
        width: size.width as f32,
        height: size.height as f32,
        plot: [MARGIN, 0.0, size.width as f32 - MARGIN, size.height as f32 - MARGIN],
        range: (0.0, 1.0),
        grid: Vec::new(),
        texts: Vec::new(),
        swatches: Vec::new(),
        times: (0.0, 1.0),
    };
    let top = header(data, &mut layout);
    match data.kind {
        ChartKind::HorizontalBar => lying(data, &mut layout, top),
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::Line => upright(data, &mut layout, top),
    }
    Ok(layout)
}

/// Title, what the numbers are, legend; gives where they end.
fn header(data: &ChartData, layout: &mut Layout) -> f32 {
    let room = layout.width - 2.0 * MARGIN;
    let mut y = 20.0;
    for line in wrap(&font::drawable(&data.title), room, TITLE, Weight::SemiBold, 2) {
        let width = font::width(&line, TITLE, Weight::SemiBold);
        layout.texts.push(TextBox { width, bold: true, ..TextBox::new(line, MARGIN, y, TITLE) });
        y += 26.0;
    }
    let says = |name: &str| data.title.to_lowercase().contains(&name.to_lowercase());
    if !data.value_name.is_empty() && !says(&data.value_name) {
        let name = shorten(&font::drawable(&data.value_name), room, SMALL, Weight::Regular);
        layout.texts.push(TextBox::new(name, MARGIN, y + 1.0, SMALL).muted());
        y += 20.0;
    }
    if data.series.len() > 1 {
        y += 4.0;
        let mut x = MARGIN;
        for series in &data.series {
            let name = shorten(&font::drawable(&series.name), room.min(200.0) - 18.0, LABEL, Weight::Regular);
            let width = font::width(&name, LABEL, Weight::Regular) + 18.0;
            if x > MARGIN && x + width > layout.width - MARGIN {
                x = MARGIN;
                y += 22.0;
            }
            layout.swatches.push((x, y + LABEL / 2.0));
            layout.texts.push(TextBox::new(name, x + 18.0, y, LABEL));
            x += width + 20.0;
        }
        y += 22.0;
    }
    y + 8.0
}

fn lying(data: &ChartData, layout: &mut Layout, top: f32) {
    let XAxis::Categories(labels) = &data.axis else { return };
    let (count, series) = (labels.len().max(1), data.series.len().max(1));
    let thickness = if series > 4 { 13.0 } else { 15.0 };
    let row = match (series, count) {
        (1, 0..=8) => 38.0,
        (1, 9..=12) => 32.0,
        (1, _) => 27.0,
        (n, _) => n as f32 * thickness + 14.0,
    };
    let bottom = top + row * count as f32;
    layout.height = (bottom + MARGIN - 4.0).max(160.0);

    let (min, max) = span(data);
    let ticks = axis::number_ticks(min, max, 5, data.whole, &data.unit);
    let value =
        |v: f64| shorten(&font::drawable(&axis::value_label(v, &data.unit)), 130.0, SMALL, Weight::Regular);
    let widest = data
        .series
        .iter()
        .flat_map(|s| s.values.iter().flatten())
        .map(|v| font::width(&value(*v), SMALL, Weight::Regular))
        .fold(0.0, f32::max);
    let names: Vec<String> = labels
        .iter()
        .map(|l| shorten(&font::drawable(l), layout.width * 0.36, LABEL, Weight::Regular))
        .collect();
    let name_width = names.iter().map(|n| font::width(n, LABEL, Weight::Regular)).fold(0.0, f32::max);
    let left = MARGIN + name_width + 10.0 + if min < 0.0 { widest + 8.0 } else { 0.0 };
    // A bar of nothing has its value on the right, like those that go there.
    let to_the_right = data.series.iter().flat_map(|s| s.values.iter().flatten()).any(|v| *v >= 0.0);
    let right = (layout.width - MARGIN - if to_the_right { widest + 8.0 } else { 0.0 }).max(left + 20.0);
    layout.plot = [left, top, right, bottom];
    // No grid: each bar says its value, so the axis need not be round and bars use the whole width.
    layout.range =
        if min < 0.0 || max > 0.0 { (min, max) } else { (0.0, ticks.last().map_or(1.0, |t| t.at)) };

    for (i, name) in names.into_iter().enumerate() {
        let middle = top + row * (i as f32 + 0.5);
        layout.texts.push(TextBox::right(name, MARGIN + name_width, middle - LABEL / 2.0, LABEL));
        for (s, one) in data.series.iter().enumerate() {
            let Some(v) = one.values[i] else { continue };
            let at = layout.along(v, left, right);
            let y = middle + (s as f32 - (series as f32 - 1.0) / 2.0) * thickness - SMALL / 2.0;
            let text = value(v);
            layout.texts.push(if v < 0.0 {
                TextBox::right(text, at - 6.0, y, SMALL).muted()
            } else {
                TextBox::new(text, at + 6.0, y, SMALL).muted()
            });
        }
    }
}

fn upright(data: &ChartData, layout: &mut Layout, top: f32) {
    let (min, max) = span(data);
    let ticks = axis::number_ticks(min, max, 5, data.whole, &data.unit);
    layout.range = (ticks.first().map_or(0.0, |t| t.at), ticks.last().map_or(1.0, |t| t.at));
    let labels: Vec<(f64, String)> = ticks
        .into_iter()
        .map(|t| (t.at, shorten(&font::drawable(&t.label), 120.0, SMALL, Weight::Regular)))
        .collect();
    let widest = labels.iter().map(|(_, l)| font::width(l, SMALL, Weight::Regular)).fold(0.0, f32::max);
    layout.plot[0] = MARGIN + widest + 10.0;
    let values = bar_labels(data, layout);
    layout.plot[1] = top + if values.is_some() { LINE } else { 6.0 };
    let below_bars = if values.is_some() && min < 0.0 { LINE } else { 0.0 };

    let mut texts = x_labels(data, layout);
    let height = texts.iter().map(|t| t.y + t.height).fold(0.0, f32::max);
    let says = data.title.to_lowercase().contains(&data.axis_name.to_lowercase());
    // Dates need no heading.
    let evident = says || data.axis_name.is_empty() || matches!(data.axis, XAxis::Times(_));
    let name_height = if evident { 0.0 } else { 22.0 };
    let bottom = layout.height - 16.0 - name_height - height - 10.0 - below_bars;
    // A header of many lines pushes the plot down; the picture grows rather than the plot vanishing.
    let missing = (layout.plot[1] + 120.0 - bottom).max(0.0);
    layout.height += missing;
    layout.plot[3] = bottom + missing;
    for text in &mut texts {
        text.y += layout.plot[3] + 10.0 + below_bars;
    }
    layout.texts.append(&mut texts);
    if name_height > 0.0 {
        let room = layout.plot[2] - layout.plot[0];
        let name = shorten(&font::drawable(&data.axis_name), room, SMALL, Weight::Regular);
        let middle = (layout.plot[0] + layout.plot[2]) / 2.0;
        layout.texts.push(TextBox::centred(name, middle, layout.height - 16.0 - SMALL, SMALL).muted());
    }

    let step = (layout.plot[3] - layout.plot[1]) / (labels.len().max(2) - 1) as f32;
    let every = (LINE / step).ceil().max(1.0) as usize;
    for (at, label) in labels.into_iter().step_by(every) {
        let y = layout.up(at);
        layout.grid.push(at);
        layout.texts.push(TextBox::right(label, layout.plot[0] - 10.0, y - SMALL / 2.0, SMALL).muted());
    }
    for (i, value, label) in values.into_iter().flatten() {
        let band = layout.band(data.axis.len());
        let x = layout.plot[0] + band * (i as f32 + 0.5);
        let y = layout.up(value);
        let y = if value < 0.0 { y + 4.0 } else { y - SMALL - 4.0 };
        layout.texts.push(TextBox::centred(label, x, y, SMALL));
    }
}

/// The values to write at the ends of bars, when there are few enough and each has room.
fn bar_labels(data: &ChartData, layout: &Layout) -> Option<Vec<(usize, f64, String)>> {
    let [series] = data.series.as_slice() else { return None };
    if data.kind == ChartKind::Line || data.axis.len() > 16 {
        return None;
    }
    let band = layout.band(data.axis.len());
    series
        .values
        .iter()
        .enumerate()
        .filter_map(|(i, v)| {
            v.map(|v| (i, v, font::drawable(&axis::value_label(v, &data.unit)).into_owned()))
        })
        .map(|(i, v, text)| {
            (font::width(&text, SMALL, Weight::Regular) <= band - 6.0).then_some((i, v, text))
        })
        .collect()
}

/// The labels of the axis below, with `y` from its line.
fn x_labels(data: &ChartData, layout: &mut Layout) -> Vec<TextBox> {
    match &data.axis {
        XAxis::Times(times) => {
            let (from, to) = match (times.first(), times.last()) {
                (Some(from), Some(to)) if to > from => (*from, *to),
                (Some(from), _) => (from - 43_200.0, from + 43_200.0),
                _ => (0.0, 1.0),
            };
            layout.times = (from, to);
            let room = layout.plot[2] - layout.plot[0];
            let mut ticks = axis::time_ticks(from, to, (room / 64.0) as usize, axis::least_step(times));
            if ticks.is_empty() {
                ticks.push(Tick { at: from, label: axis::time_words(from) });
            }
            let places = ticks.into_iter().map(|t| (layout.at_time(t.at), t.label));
            spaced(places.collect(), layout.width)
        }
        XAxis::Categories(labels) => category_labels(labels, data.sequence, layout),
    }
}

/// Labels in order, each left out that would touch the one before.
fn spaced(places: Vec<(f32, String)>, width: f32) -> Vec<TextBox> {
    let mut out: Vec<TextBox> = Vec::new();
    let mut free = 6.0;
    for (x, label) in places {
        let lines: Vec<&str> = label.split('\n').collect();
        let mut boxes: Vec<TextBox> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| TextBox::centred((*line).to_owned(), x, i as f32 * LINE, LABEL))
            .collect();
        let left = boxes.iter().map(|b| b.x).fold(f32::MAX, f32::min);
        let right = boxes.iter().map(|b| b.x + b.width).fold(0.0, f32::max);
        let shift = (width - 8.0 - right).min(0.0) + (6.0 - left).max(0.0);
        if left + shift < free {
            continue;
        }
        free = right + shift + 10.0;
        boxes.iter_mut().for_each(|b| b.x += shift);
        for later in boxes.iter_mut().skip(1) {
            *later = later.clone().muted();
        }
        out.append(&mut boxes);
    }
    out
}

fn category_labels(labels: &[String], sequence: bool, layout: &Layout) -> Vec<TextBox> {
    let band = layout.band(labels.len());
    let middle = |i: usize| layout.plot[0] + band * (i as f32 + 0.5);
    let room = band - 8.0;
    let labels: Vec<String> = labels.iter().map(|l| font::drawable(l).into_owned()).collect();
    let width = |l: &str| font::width(l, LABEL, Weight::Regular);
    if labels.iter().all(|l| width(l) <= room) {
        return labels
            .into_iter()
            .enumerate()
            .map(|(i, l)| TextBox::centred(l, middle(i), 0.0, LABEL))
            .collect();
    }
    if sequence {
        return spaced(
            labels
                .into_iter()
                .enumerate()
                .map(|(i, l)| (middle(i), shorten(&l, 200.0, LABEL, Weight::Regular)))
                .collect(),
            layout.width,
        );
    }
    if room >= 56.0 {
        let lines = labels.iter().enumerate().flat_map(|(i, l)| {
            let lines = wrap(l, room, LABEL, Weight::Regular, 2);
            lines.into_iter().enumerate().map(move |(n, line)| (i, n, line))
        });
        return lines.map(|(i, n, line)| TextBox::centred(line, middle(i), n as f32 * LINE, LABEL)).collect();
    }
    let every = ((LABEL + 3.0) / band).ceil().max(1.0) as usize;
    labels
        .into_iter()
        .enumerate()
        .step_by(every)
        .map(|(i, l)| {
            let text =
                TextBox::new(shorten(&l, 110.0, LABEL, Weight::Regular), middle(i) - LABEL / 2.0, 0.0, LABEL);
            TextBox { width: text.height, height: text.width, turned: true, ..text }
        })
        .collect()
}

impl Layout {
    /// Width of the place of one category.
    pub fn band(&self, count: usize) -> f32 {
        (self.plot[2] - self.plot[0]) / count.max(1) as f32
    }

    /// Where a time stands.
    pub fn at_time(&self, at: f64) -> f32 {
        let part = (at - self.times.0) / (self.times.1 - self.times.0);
        self.plot[0] + (self.plot[2] - self.plot[0]) * part as f32
    }

    /// Where a value stands on an upright axis.
    pub fn up(&self, value: f64) -> f32 {
        self.along(value, self.plot[3], self.plot[1])
    }

    /// Where a value stands between two places.
    pub fn along(&self, value: f64, from: f32, to: f32) -> f32 {
        let (lo, hi) = self.range;
        let part = (value / 2.0 - lo / 2.0) / (hi / 2.0 - lo / 2.0);
        from + (to - from) * if part.is_finite() { part.clamp(0.0, 1.0) as f32 } else { 0.0 }
    }
}

/// The least and the largest value that must be on the axis.
fn span(data: &ChartData) -> (f64, f64) {
    let all = || data.series.iter().flat_map(|s| s.values.iter().flatten().copied());
    let (min, max) = match data.kind {
        ChartKind::StackedBar => (0..data.axis.len()).fold((0.0_f64, 0.0_f64), |(min, max), i| {
            let part = |sign: f64| {
                data.series
                    .iter()
                    .filter_map(|s| s.values[i])
                    .filter(|v| v * sign > 0.0)
                    .fold(0.0, |a, b| a + b)
            };
            (min.min(part(-1.0)), max.max(part(1.0)))
        }),
        _ => (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max)),
    };
    let (min, max) = (min.max(-1e305), max.min(1e305));
    // A line that moves little around a large number would be flat from zero; bars always start there.
    let far_from_zero =
        data.kind == ChartKind::Line && (min > 0.6 * max && min > 0.0 || max < 0.6 * min && max < 0.0);
    if far_from_zero && max > min {
        return (min, max);
    }
    let (min, max) = (min.min(0.0), max.max(0.0));
    if min == max { (0.0, 1.0) } else { (min, max) }
}

/// The text in at most that many lines; the last one is shortened.
fn wrap(text: &str, room: f32, size: f32, weight: Weight, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut words = text.split(' ').filter(|w| !w.is_empty()).peekable();
    while words.peek().is_some() && out.len() + 1 < lines {
        let mut line = String::new();
        while let Some(word) = words.peek() {
            let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
            if !line.is_empty() && font::width(&longer, size, weight) > room {
                break;
            }
            line = longer;
            words.next();
        }
        out.push(shorten(&line, room, size, weight));
    }
    let rest = words.collect::<Vec<_>>().join(" ");
    if !rest.is_empty() {
        out.push(shorten(&rest, room, size, weight));
    }
    out
}

/// The text cut with `…` to fit.
fn shorten(text: &str, room: f32, size: f32, weight: Weight) -> String {
    if font::width(text, size, weight) <= room {
        return text.to_owned();
    }
    let room = room - font::width("…", size, weight);
    let mut used = 0.0;
    let mut out = String::new();
    for c in text.chars() {
        used += font::width(c.encode_utf8(&mut [0; 4]), size, weight);
        if used > room {
            break;
        }
        out.push(c);
    }
    format!("{}…", out.trim_end())
}
