//! Times without rows. A statement that groups by month gives no row for a month in which nothing happened; a chart must
//! not draw the months around it as if they were neighbours.

use chrono::{Datelike, Duration, Months, NaiveDate, NaiveDateTime};
use rowcall_core::{ResultSet, TypeKind, Value};
use rowcall_format::values::moment_of;
use std::collections::BTreeMap;

/// Rows that are added at most; a comb of zeros says less than a line.
const MOST: usize = 1000;

/// From one time to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeStep {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
}

impl TimeStep {
    fn after(self, time: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::Hour => time.checked_add_signed(Duration::hours(1)),
            Self::Day => time.checked_add_signed(Duration::days(1)),
            Self::Week => time.checked_add_signed(Duration::weeks(1)),
            Self::Month => time.checked_add_months(Months::new(1)),
            Self::Quarter => time.checked_add_months(Months::new(3)),
            Self::Year => time.checked_add_months(Months::new(12)),
        }
    }
}

/// The result with a row for each step between its first and last time: 0 in the columns that `zero` names, nothing in
/// other numbers. With a second dimension each of its values gets one. None where nothing is missing, or where the rows are
/// not such groups: another dimension, a time that is no step of the others, more rows than a chart takes.
pub fn fill(result: &ResultSet, time: usize, step: TimeStep, zero: &[usize]) -> Option<ResultSet> {
    // A year is a number.
    let fits = match kind(result, time)? {
        TypeKind::Date | TypeKind::Timestamp => true,
        kind => kind == TypeKind::Integer && step == TimeStep::Year,
    };
    if result.truncated || zero.is_empty() || !fits {
        return None;
    }
    let numeric =
        |i: usize| result.columns[i].kind.is_numeric() || result.columns[i].kind == TypeKind::Interval;
    let others: Vec<usize> = (0..result.columns.len()).filter(|i| *i != time && !zero.contains(i)).collect();
    // A number that is not a count or sum says nothing where there are no rows; anything else tells groups apart.
    let split = match others.iter().filter(|i| !numeric(**i)).collect::<Vec<_>>().as_slice() {
        [] => None,
        [one] => Some(**one),
        _ => return None,
    };
    let mut groups: Vec<Value> = Vec::new();
    let mut there: BTreeMap<NaiveDateTime, Vec<usize>> = BTreeMap::new();
    for row in &result.rows {
        let group = split.map_or(Value::Null, |i| row[i].clone());
        let place = groups.iter().position(|g| *g == group).unwrap_or_else(|| {
            groups.push(group);
            groups.len() - 1
        });
        // Rows without a time stay what they are.
        if let Some(at) = time_at(&row[time]) {
            there.entry(at).or_default().push(place);
        }
    }
    let (first, last) = (*there.keys().next()?, *there.keys().next_back()?);
    let mut rows = Vec::new();
    let (mut at, mut met) = (first, 0);
    while at <= last {
        let here = there.get(&at);
        met += usize::from(here.is_some());
        for (place, group) in groups.iter().enumerate() {
            if !here.is_some_and(|places| places.contains(&place)) {
                let cell = |i: usize| match () {
                    () if i == time => same_kind(&result.columns[time].kind, at),
                    () if Some(i) == split => group.clone(),
                    () if zero.contains(&i) => Value::Int(0),
                    () => Value::Null,
                };
                rows.push((0..result.columns.len()).map(cell).collect::<Vec<_>>());
            }
        }
        if rows.len() > MOST {
            return None;
        }
        at = step.after(at)?;
    }
    if rows.is_empty() || met != there.len() {
        return None;
    }
    let mut filled = result.clone();
    filled.row_count += rows.len() as u64;
    filled.rows.append(&mut rows);
    filled.rows.sort_by_key(|row| time_at(&row[time]));
    Some(filled)
}

/// A time, or the beginning of a year that is told as a number.
fn time_at(value: &Value) -> Option<NaiveDateTime> {
    match value {
        Value::Int(year) => NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, 1, 1)?.and_hms_opt(0, 0, 0),
        other => moment_of(other),
    }
}

fn kind(result: &ResultSet, column: usize) -> Option<TypeKind> {
    result.columns.get(column).map(|column| column.kind)
}

fn same_kind(kind: &TypeKind, at: NaiveDateTime) -> Value {
    match kind {
        TypeKind::Date => Value::Date(at.date()),
        TypeKind::Integer => Value::Int(at.year().into()),
        _ => Value::Timestamp(at),
    }
}
