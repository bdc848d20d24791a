//! Which picture, if any, a result asks for: decided by what the plan says of its columns, and by the shape of the result
//! where no plan does. A wrong picture is worse than none, so a list of records, a single number or a column of ids gives no chart, with the reason.

use super::{
    ChartKind, ChartRequest, ChartSpec, Role, Told, Unit, axis,
    data::{self, MAX_CATEGORIES, MAX_SERIES},
};
use rowcall_core::{ResultSet, TypeKind, Value};
use rowcall_format::{names, values, values::ColumnFormat};
use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Why a result has no chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoChart {
    /// The asker wants none.
    #[error("no chart was asked for")]
    NotWanted,
    /// There are no rows.
    #[error("there are no rows to draw")]
    NoRows,
    /// One value is read faster than drawn.
    #[error("a single value needs no chart")]
    SingleValue,
    /// No column holds numbers that measure something, or all of them are NULL.
    #[error("no column has numbers to draw")]
    NoNumbers,
    /// Numbers without anything to draw them along.
    #[error("there is no category or time to draw the numbers along")]
    NoDimension,
    /// Rows are records, not groups.
    #[error("the rows are single records, which a table shows better")]
    ListOfRows,
}

/// The chart for a result, or `None`; [`decide`] also says why not.
pub fn choose(result: &ResultSet, request: ChartRequest, title: &str, told: &Told) -> Option<ChartSpec> {
    decide(result, request, title, told).ok()
}

/// The chart for a result, or the reason why there is none.
pub fn decide(
    result: &ResultSet,
    request: ChartRequest,
    title: &str,
    told: &Told,
) -> Result<ChartSpec, NoChart> {
    let auto = match request {
        ChartRequest::None => return Err(NoChart::NotWanted),
        ChartRequest::Auto => true,
        _ => false,
    };
    if result.rows.is_empty() {
        return Err(NoChart::NoRows);
    }
    let shape = Shape::of(result, auto, told)?;
    if auto && result.rows.len() == 1 {
        return Err(NoChart::SingleValue);
    }
    let unit = |i: usize| match told.column(i) {
        Some(column) if column.unit != Unit::None => column.unit.clone(),
        _ if result.columns[i].kind == TypeKind::Interval => Unit::Seconds,
        _ => Unit::None,
    };
    let first = shape.measures[0];
    let series = match shape.split {
        Some(_) => vec![first],
        None => comparable(result, &shape.measures, &unit),
    };
    let whole = result.columns[first].kind == TypeKind::Integer;
    let adds_up = match told.role(first) {
        Some(Role::Measure { adds_up }) => adds_up,
        _ => {
            names::is_additive(&result.columns[first].name, whole)
                && !matches!(unit(first), Unit::Percent | Unit::Ratio)
        }
    };
    let additive = adds_up && !values(result, first).any(|v| v < 0.0);
    let (points, split_count) = (shape.points, shape.split_count);
    let kind = kind_of(result, request, &shape, series.len(), additive, points);
    let along_time = data::is_time_column(result, shape.x);
    let categories = if shape.split.is_some() { points } else { result.rows.len() };
    let folded = !(along_time && kind == ChartKind::Line) && categories > MAX_CATEGORIES;
    let other = additive && !result.truncated && !along_time && !shape.ordinal;
    let sort = !along_time && !shape.ordinal && !told.ordered && !has_order(result, &shape, first);

    let labels: Vec<String> = (0..result.columns.len()).map(|at| told.label(result, at)).collect();
    let (measure, along) = (&labels[first], labels[shape.x].to_lowercase());
    let mut title = match title.trim() {
        "" => format!("{measure} by {along}"),
        given => given.to_owned(),
    };
    let plus = if result.truncated { "+" } else { "" };
    if folded && !other {
        let count = values::integer(categories as i64, true);
        let numbers: Vec<f64> = values(result, first).collect();
        let word = if sort || numbers.first() > numbers.last() { "top" } else { "first" };
        title.push_str(&format!(" ({word} {MAX_CATEGORIES} of {count}{plus})"));
    } else if split_count > MAX_SERIES + 1 && !other {
        title.push_str(&format!(" (top {MAX_SERIES} of {split_count}{plus})"));
    }
    let mut spec = ChartSpec {
        kind,
        title,
        x: shape.x,
        split: shape.split,
        unit: unit(first),
        series,
        other,
        sort,
        labels,
        alt: String::new(),
    };
    spec.alt = alt(&spec, result, categories);
    // What cannot be placed (a time that is NULL, a category beyond the limit) leaves nothing to draw sometimes.
    data::prepare(&spec, result).map_err(|_| NoChart::NoNumbers)?;
    Ok(spec)
}

struct Shape {
    x: usize,
    split: Option<usize>,
    measures: Vec<usize>,
    /// The axis has an order of its own, such as hours or weekdays.
    ordinal: bool,
    /// Different values on the axis.
    points: usize,
    /// Different values of the second dimension.
    split_count: usize,
}

impl Shape {
    fn of(result: &ResultSet, auto: bool, told: &Told) -> Result<Self, NoChart> {
        let (mut times, mut categories, mut ids, mut measures, mut ordinals) =
            (vec![], vec![], vec![], vec![], vec![]);
        for (i, column) in result.columns.iter().enumerate() {
            let number = column.kind.is_numeric() || column.kind == TypeKind::Interval;
            match told.role(i) {
                // "The latest year", "the highest number" are numbers, whatever they are called.
                Some(Role::Measure { .. }) if number => {
                    measures.push(i);
                    continue;
                }
                Some(Role::Dimension) if number && !data::is_time_column(result, i) => {
                    ordinals.push(i);
                    categories.push(i);
                    continue;
                }
                _ => {}
            }
            if data::is_time_column(result, i) {
                times.push(i);
            } else if column.kind == TypeKind::Uuid
                || (column.kind.is_numeric() && names::is_id(&column.name))
            {
                ids.push(i);
            } else if column.kind.is_numeric() || column.kind == TypeKind::Interval {
                let whole = values(result, i).all(|v| v.fract() == 0.0);
                if whole && column.kind.is_numeric() && names::is_calendar_part(&column.name) {
                    ordinals.push(i);
                    categories.push(i);
                } else {
                    measures.push(i);
                }
            } else if column.kind.is_textual() || matches!(column.kind, TypeKind::Bool | TypeKind::Time) {
                categories.push(i);
            }
        }
        measures.retain(|i| values(result, *i).next().is_some());
        if measures.is_empty() {
            return Err(NoChart::NoNumbers);
        }
        let rows = result.rows.len();
        let counts: HashMap<usize, usize> =
            times.iter().chain(&categories).map(|i| (*i, distinct(result, *i))).collect();
        let count = |i: usize| counts.get(&i).copied().unwrap_or_else(|| distinct(result, i));
        let unique = |i: usize| count(i) == rows;
        let shape = |x: usize, split: Option<usize>, measures: Vec<usize>| {
            let ordinal = ordinals.contains(&x) || is_weekday_or_month(result, x) || measures.is_empty();
            Self { x, split, measures, ordinal, points: count(x), split_count: split.map_or(0, count) }
        };
        let mut dimensions: Vec<usize> = times.iter().chain(&categories).copied().collect();
        // A dimension with one value is a filter, not an axis.
        if dimensions.len() > 1 {
            let varied: Vec<usize> = dimensions.iter().copied().filter(|i| count(*i) > 1).collect();
            if !varied.is_empty() {
                dimensions = varied;
            }
        }
        match dimensions.as_slice() {
            [] => {
                if let [first, rest @ ..] = measures.as_slice()
                    && !rest.is_empty()
                    && rows > 1
                    && unique(*first)
                    && result.columns[*first].kind == TypeKind::Integer
                    && *first == 0
                {
                    let mut found = shape(*first, None, rest.to_vec());
                    found.ordinal = true;
                    return Ok(found);
                }
                match ids.first() {
                    Some(id) => Ok(shape(*id, None, measures.clone())),
                    None if rows == 1 => Err(NoChart::SingleValue),
                    None => Err(NoChart::NoDimension),
                }
            }
            [x] => {
                if auto
                    && !unique(*x)
                    && (ids.is_empty() || times.contains(x))
                    && !(times.contains(x) && rows > 2 && count(*x) * 2 > rows)
                {
                    return Err(NoChart::ListOfRows);
                }
                Ok(shape(*x, None, measures.clone()))
            }
            [a, b] => {
                let (x, split) = match times.len() {
                    1 if unique(*a) && auto => return Err(NoChart::ListOfRows),
                    1 => (*a, *b),
                    2 => return Err(NoChart::ListOfRows),
                    _ if auto && unique(*a) && unique(*b) => return Err(NoChart::ListOfRows),
                    // A name with an attribute beside it: the name is the axis.
                    _ if unique(*a) => return Ok(shape(*a, None, measures.clone())),
                    _ if unique(*b) => return Ok(shape(*b, None, measures.clone())),
                    _ if count(*b) > count(*a) => (*b, *a),
                    _ => (*a, *b),
                };
                if auto && distinct_pairs(result, x, split) != rows {
                    return Err(NoChart::ListOfRows);
                }
                Ok(shape(x, Some(split), measures.clone()))
            }
            _ => match categories.iter().find(|i| unique(**i) && result.columns[**i].kind.is_textual()) {
                Some(name) if !auto => Ok(shape(*name, None, measures.clone())),
                _ => Err(NoChart::ListOfRows),
            },
        }
    }
}

fn kind_of(
    result: &ResultSet,
    request: ChartRequest,
    shape: &Shape,
    series: usize,
    additive: bool,
    points: usize,
) -> ChartKind {
    let along_time = data::is_time_column(result, shape.x);
    let many = points > MAX_CATEGORIES;
    match request {
        ChartRequest::Line => ChartKind::Line,
        // A hundred days as bars are a comb: as a line they can be read.
        ChartRequest::Bar | ChartRequest::StackedBar | ChartRequest::HorizontalBar if along_time && many => {
            ChartKind::Line
        }
        ChartRequest::Bar => ChartKind::Bar,
        ChartRequest::HorizontalBar => ChartKind::HorizontalBar,
        ChartRequest::StackedBar if (shape.split.is_some() || series > 1) && additive => {
            ChartKind::StackedBar
        }
        ChartRequest::StackedBar => ChartKind::Bar,
        ChartRequest::Auto | ChartRequest::None => {
            let longest = if along_time {
                0
            } else {
                labels(result, shape.x).map(|l| l.chars().count()).max().unwrap_or(0)
            };
            if along_time {
                if points >= 3 { ChartKind::Line } else { ChartKind::Bar }
            } else if shape.ordinal {
                if many { ChartKind::Line } else { ChartKind::Bar }
            } else if shape.split.is_some() && additive && longest <= 16 && points <= 12 {
                ChartKind::StackedBar
            } else if longest > 12 || points > 8 || points * series.max(1) > 16 {
                ChartKind::HorizontalBar
            } else {
                ChartKind::Bar
            }
        }
    }
}

/// Measures that can share an axis with the first: the same unit, and not a speck beside it.
fn comparable(result: &ResultSet, measures: &[usize], unit: &impl Fn(usize) -> Unit) -> Vec<usize> {
    let size = |i: usize| values(result, i).fold(0.0_f64, |a, v| a.max(v.abs()));
    let (first, most) = (measures[0], size(measures[0]).max(f64::MIN_POSITIVE));
    let fits =
        |i: &usize| *i == first || (unit(*i) == unit(first) && (0.02..=50.0).contains(&(size(*i) / most)));
    measures.iter().copied().filter(fits).take(4).collect()
}

/// The rows stand in an order that someone asked for.
fn has_order(result: &ResultSet, shape: &Shape, measure: usize) -> bool {
    if shape.split.is_some() || result.columns[shape.x].kind == TypeKind::Enum {
        return result.columns[shape.x].kind == TypeKind::Enum;
    }
    let numbers: Vec<f64> = values(result, measure).collect();
    numbers.is_sorted() || numbers.iter().rev().is_sorted()
}

fn is_weekday_or_month(result: &ResultSet, x: usize) -> bool {
    const NAMES: [&str; 19] = [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul",
        "aug", "sep", "oct", "nov", "dec",
    ];
    let mut labels = labels(result, x).peekable();
    labels.peek().is_some()
        && labels.all(|l| {
            l.len() <= 9 && l.get(..3).is_some_and(|s| NAMES.contains(&s.to_ascii_lowercase().as_str()))
        })
}

fn labels(result: &ResultSet, column: usize) -> impl Iterator<Item = String> {
    let format = ColumnFormat::of_result(result, column);
    result.rows.iter().filter_map(move |row| row.get(column)).map(move |v| format.show(v))
}

fn values(result: &ResultSet, column: usize) -> impl Iterator<Item = f64> {
    result.rows.iter().filter_map(move |row| row.get(column)).filter_map(data::number)
}

fn distinct(result: &ResultSet, column: usize) -> usize {
    result.rows.iter().map(|row| key(row.get(column))).collect::<HashSet<_>>().len()
}

fn distinct_pairs(result: &ResultSet, a: usize, b: usize) -> usize {
    result.rows.iter().map(|row| (key(row.get(a)), key(row.get(b)))).collect::<HashSet<_>>().len()
}

/// A value's hash: telling ten thousand apart by their texts would take longer than drawing them.
fn key(value: Option<&Value>) -> u64 {
    let mut hash = DefaultHasher::new();
    match value {
        None | Some(Value::Null) => 0.hash(&mut hash),
        Some(Value::Int(n)) => n.hash(&mut hash),
        Some(Value::Text(text) | Value::Decimal(text)) => text.hash(&mut hash),
        Some(Value::Date(d)) => d.hash(&mut hash),
        Some(Value::Timestamp(t)) => t.hash(&mut hash),
        Some(Value::TimestampTz(t)) => t.hash(&mut hash),
        Some(other) => other.to_string().hash(&mut hash),
    }
    hash.finish()
}

fn alt(spec: &ChartSpec, result: &ResultSet, categories: usize) -> String {
    let kind = match spec.kind {
        ChartKind::Bar | ChartKind::HorizontalBar => "Bar chart",
        ChartKind::StackedBar => "Stacked bar chart",
        ChartKind::Line => "Line chart",
    };
    let format = ColumnFormat::of_result(result, spec.x);
    let mut out = format!("{kind}: {}.", spec.title);
    let best = |wanted: std::cmp::Ordering| {
        result
            .rows
            .iter()
            .filter_map(|row| Some((data::number(row.get(spec.series[0])?)?, row.get(spec.x)?)))
            .reduce(|a, b| if b.0.total_cmp(&a.0) == wanted { b } else { a })
    };
    if let (Some(high), Some(low)) = (best(std::cmp::Ordering::Greater), best(std::cmp::Ordering::Less)) {
        out.push_str(&format!(
            " {} points, highest {} ({}), lowest {} ({}).",
            values::integer(categories as i64, true),
            axis::value_label(high.0, &spec.unit),
            format.show(high.1),
            axis::value_label(low.0, &spec.unit),
            format.show(low.1),
        ));
    }
    out
}
