//! The numbers and labels of a chart: the rows of the result turned into an axis and series, with the long
//! tail of categories added up or left out.

use super::{ChartError, ChartKind, ChartSpec, Unit, axis};
use chrono::NaiveDate;
use rowcall_core::{ResultSet, TypeKind, Value};
use rowcall_format::{names, values, values::ColumnFormat};
use std::collections::HashMap;

/// Categories shown before the rest is folded.
pub const MAX_CATEGORIES: usize = 24;
/// Series shown before the rest is folded.
pub const MAX_SERIES: usize = 6;
/// Numbers beyond this cannot be told apart on any axis; clamping keeps the arithmetic finite.
const LARGEST: f64 = 1e300;

/// What is drawn.
#[derive(Clone, Debug)]
pub struct ChartData {
    pub kind: ChartKind,
    pub title: String,
    pub unit: Unit,
    pub axis: XAxis,
    pub series: Vec<Series>,
    /// What the numbers are, when the title and legend do not say it.
    pub value_name: String,
    /// What the axis is.
    pub axis_name: String,
    /// Every number is whole.
    pub whole: bool,
    /// The labels follow each other (dates, hours), so that some may be left out.
    pub sequence: bool,
}

/// The axis along which the series run.
#[derive(Clone, Debug)]
pub enum XAxis {
    Categories(Vec<String>),
    /// Seconds since 1970, rising.
    Times(Vec<f64>),
}

/// One run of numbers, as long as the axis.
#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub values: Vec<Option<f64>>,
    /// The rest of the categories, drawn in grey.
    pub is_rest: bool,
}

impl XAxis {
    pub fn len(&self) -> usize {
        match self {
            Self::Categories(labels) => labels.len(),
            Self::Times(times) => times.len(),
        }
    }
}

/// A number that can be drawn.
pub fn number(value: &Value) -> Option<f64> {
    // Adding zero makes the negative zero of floating point an ordinary one.
    value.as_f64().filter(|n| !n.is_nan()).map(|n| n.clamp(-LARGEST, LARGEST) + 0.0)
}

/// The time a value stands for, in seconds since 1970: dates and timestamps, years, and texts such as
/// `2025-03` that come from formatting a date in SQL.
pub fn time_of(value: &Value) -> Option<f64> {
    let date = match value {
        Value::Int(year @ 1000..=2999) => NaiveDate::from_ymd_opt(*year as i32, 1, 1),
        Value::Decimal(text) if text.len() == 4 => NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1),
        Value::Text(text) => match text.len() {
            7 if text.is_ascii() => format!("{text}-01").parse().ok(),
            10 => text.parse().ok(),
            _ => None,
        },
        other => return values::moment_of(other).map(axis::seconds),
    };
    date.and_then(|d| d.and_hms_opt(0, 0, 0)).map(axis::seconds)
}

/// Every value of the column that is not NULL is a time, and there is one.
pub fn is_time_column(result: &ResultSet, index: usize) -> bool {
    let Some(column) = result.columns.get(index) else { return false };
    if column.kind.is_temporal() {
        return true;
    }
    let possible = column.kind.is_textual() || (column.kind.is_numeric() && names::is_year(&column.name));
    let mut values = result.rows.iter().filter_map(|r| r.get(index)).filter(|v| !v.is_null()).peekable();
    possible && values.peek().is_some() && values.all(|v| time_of(v).is_some())
}

/// The data of a spec.
pub fn prepare(spec: &ChartSpec, result: &ResultSet) -> Result<ChartData, ChartError> {
    for index in spec.series.iter().chain([&spec.x]).chain(&spec.split) {
        if *index >= result.columns.len() {
            return Err(ChartError::NoSuchColumn(*index));
        }
    }
    let keys = Keys::of(result, spec);
    let mut series = match spec.split {
        Some(split) => split_series(spec, result, &keys, split),
        None => spec.series.iter().map(|column| plain_series(result, &keys, *column, spec)).collect(),
    };
    let mut axis = keys.axis;
    if let XAxis::Categories(labels) = &mut axis {
        if spec.sort {
            sort_falling(labels, &mut series);
        }
        fold(labels, &mut series, spec.other);
    }
    let values = || series.iter().flat_map(|s| s.values.iter().flatten());
    if values().next().is_none() {
        return Err(ChartError::NoNumbers);
    }
    let whole = values().all(|v| v.fract() == 0.0);
    let value_name = match spec.series.as_slice() {
        [one] => spec.labels.get(*one).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let sequence = match &axis {
        XAxis::Times(_) => true,
        XAxis::Categories(labels) => {
            is_time_column(result, spec.x)
                || spec.kind == ChartKind::Line
                || labels.iter().all(|l| l.parse::<f64>().is_ok())
        }
    };
    Ok(ChartData {
        kind: spec.kind,
        title: spec.title.clone(),
        unit: spec.unit.clone(),
        axis,
        series,
        value_name,
        axis_name: spec.labels.get(spec.x).cloned().unwrap_or_default(),
        whole,
        sequence,
    })
}

/// The places on the axis, and which row belongs to which.
struct Keys {
    axis: XAxis,
    of_row: Vec<Option<usize>>,
}

impl Keys {
    fn of(result: &ResultSet, spec: &ChartSpec) -> Self {
        let cell = |row: &'_ Vec<Value>| row.get(spec.x).cloned().unwrap_or(Value::Null);
        let is_time = is_time_column(result, spec.x);
        let format = ColumnFormat::of_result(result, spec.x);
        if !is_time {
            let mut labels: Vec<String> = Vec::new();
            let mut seen: HashMap<String, usize> = HashMap::new();
            let of_row = result
                .rows
                .iter()
                .map(|row| {
                    let value = cell(row);
                    let label = match &value {
                        Value::Null => "(none)".to_owned(),
                        Value::Text(text) if text.trim().is_empty() => "(empty)".to_owned(),
                        value => format.show(value),
                    };
                    // Without a second dimension a row is a bar, also when two share a name.
                    let fresh = labels.len();
                    let place = if spec.split.is_some() {
                        *seen.entry(label.clone()).or_insert(fresh)
                    } else {
                        fresh
                    };
                    if place == fresh {
                        labels.push(label);
                    }
                    Some(place)
                })
                .collect();
            return Self { axis: XAxis::Categories(labels), of_row };
        }
        let mut order: Vec<(f64, usize)> =
            result.rows.iter().enumerate().filter_map(|(i, row)| Some((time_of(&cell(row))?, i))).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut times: Vec<f64> = Vec::new();
        let mut labels: Vec<String> = Vec::new();
        let mut of_row = vec![None; result.rows.len()];
        for (time, row) in order {
            if spec.split.is_none() || times.last() != Some(&time) {
                times.push(time);
                if spec.kind != ChartKind::Line {
                    labels.push(match cell(&result.rows[row]) {
                        Value::Text(text) => text,
                        value => format.show(&value),
                    });
                }
            }
            of_row[row] = Some(times.len() - 1);
        }
        if let (Some(first), Some(last)) = (times.first(), times.last())
            && !labels.is_empty()
            && labels.iter().all(|l| l.len() == 10)
            && let Some(days) = times.iter().map(|t| axis::day_words(*t, *first, *last)).collect()
        {
            labels = days;
        }
        let axis = if spec.kind == ChartKind::Line { XAxis::Times(times) } else { XAxis::Categories(labels) };
        Self { axis, of_row }
    }
}

fn plain_series(result: &ResultSet, keys: &Keys, column: usize, spec: &ChartSpec) -> Series {
    let mut values = vec![None; keys.axis.len()];
    for (row, place) in result.rows.iter().zip(&keys.of_row) {
        if let Some(place) = place {
            values[*place] = row.get(column).and_then(number);
        }
    }
    Series { name: spec.labels.get(column).cloned().unwrap_or_default(), values, is_rest: false }
}

/// A series per value of the split column; beyond the limit the smallest are added up or left out.
fn split_series(spec: &ChartSpec, result: &ResultSet, keys: &Keys, split: usize) -> Vec<Series> {
    let format = ColumnFormat::of_result(result, split);
    let Some(&measure) = spec.series.first() else { return Vec::new() };
    let mut series: Vec<Series> = Vec::new();
    let mut found: HashMap<String, usize> = HashMap::new();
    for (row, place) in result.rows.iter().zip(&keys.of_row) {
        let (Some(place), Some(value)) = (place, row.get(measure).and_then(number)) else { continue };
        let name = match row.get(split) {
            None | Some(Value::Null) => "(none)".to_owned(),
            Some(value) => format.show(value),
        };
        let index = *found.entry(name.clone()).or_insert_with(|| {
            series.push(Series { name, values: vec![None; keys.axis.len()], is_rest: false });
            series.len() - 1
        });
        let cell = &mut series[index].values[*place];
        *cell = Some((cell.unwrap_or(0.0) + value).clamp(-LARGEST, LARGEST));
    }
    let weight = |s: &Series| s.values.iter().flatten().map(|v| v.abs()).fold(0.0, |a, b| a + b);
    if result.columns[split].kind != TypeKind::Enum && series.len() > 2 {
        series.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    }
    if series.len() > MAX_SERIES + 1 {
        let tail = series.split_off(MAX_SERIES);
        if spec.other {
            series.push(sum_of(&tail, format!("Other ({})", tail.len())));
        }
    }
    series
}

fn sum_of(tail: &[Series], name: String) -> Series {
    let length = tail.first().map_or(0, |s| s.values.len());
    let values = (0..length)
        .map(|i| {
            let parts = tail.iter().filter_map(|s| s.values[i]);
            parts.fold(None, |sum: Option<f64>, v| Some((sum.unwrap_or(0.0) + v).clamp(-LARGEST, LARGEST)))
        })
        .collect();
    Series { name, values, is_rest: true }
}

fn sort_falling(labels: &mut Vec<String>, series: &mut [Series]) {
    // A category without any number comes after those with negative ones: it is the first to be left out.
    let total = |i: usize| {
        let numbers = series.iter().filter_map(|s| s.values[i]);
        numbers.fold(f64::NEG_INFINITY, |sum, v| if sum == f64::NEG_INFINITY { v } else { sum + v })
    };
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| total(*b).total_cmp(&total(*a)).then(a.cmp(b)));
    *labels = order.iter().map(|i| std::mem::take(&mut labels[*i])).collect();
    for one in series {
        one.values = order.iter().map(|i| one.values[*i]).collect();
    }
}

fn fold(labels: &mut Vec<String>, series: &mut [Series], other: bool) {
    if labels.len() <= MAX_CATEGORIES {
        return;
    }
    let keep = if other { MAX_CATEGORIES - 1 } else { MAX_CATEGORIES };
    let rest = labels.len() - keep;
    labels.truncate(keep);
    for one in series.iter_mut() {
        let tail = one.values.split_off(keep);
        if other {
            one.values
                .push(Some(tail.into_iter().flatten().fold(0.0, |a, b| (a + b).clamp(-LARGEST, LARGEST))));
        }
    }
    if other {
        labels.push(format!("Other ({})", values::integer(rest as i64, true)));
    }
}
