//! Values, and what is computed of them.

use super::Rows;
use chrono::{Datelike, NaiveDate};
use rowcall_plan::{Aggregate, Grain, Literal, Operator};
use std::cmp::Ordering;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Number(f64),
    Text(String),
}

impl Cell {
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(n) = self { Some(*n) } else { None }
    }

    /// As rows are ordered: what has no value comes last.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Greater,
            (_, Self::Null) => Ordering::Less,
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (a, b) => format!("{a:?}").cmp(&format!("{b:?}")),
        }
    }

    /// The same but for the last digits of a division.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0),
            (a, b) => a == b,
        }
    }
}

/// The first day of the period before.
pub fn before(day: &Cell, grain: Option<Grain>) -> Cell {
    if let Cell::Number(year) = day {
        return Cell::Number(year - 1.0);
    }
    let (Cell::Text(day), Some(grain)) = (day, grain) else { return Cell::Null };
    let day: NaiveDate = day.parse().unwrap();
    let before = match grain {
        Grain::Quarter => day.checked_sub_months(chrono::Months::new(3)),
        Grain::Week => day.checked_sub_days(chrono::Days::new(7)),
        Grain::Month => day.checked_sub_months(chrono::Months::new(1)),
        _ => day.pred_opt(),
    };
    Cell::Text(before.unwrap().to_string())
}

pub fn aggregated(aggregate: Aggregate, values: Vec<Cell>) -> Cell {
    let given: Vec<Cell> = values.into_iter().filter(|v| *v != Cell::Null).collect();
    let mut numbers: Vec<f64> = given.iter().filter_map(Cell::number).collect();
    numbers.sort_by(f64::total_cmp);
    match aggregate {
        Aggregate::Count => Cell::Number(given.len() as f64),
        Aggregate::CountDistinct => {
            let mut different = Vec::new();
            for value in given {
                if !different.contains(&value) {
                    different.push(value);
                }
            }
            Cell::Number(different.len() as f64)
        }
        Aggregate::Minimum => given.into_iter().min_by(Cell::order).unwrap_or(Cell::Null),
        Aggregate::Maximum => given.into_iter().max_by(Cell::order).unwrap_or(Cell::Null),
        _ if numbers.is_empty() => Cell::Null,
        Aggregate::Sum => Cell::Number(numbers.iter().sum()),
        Aggregate::Average => Cell::Number(numbers.iter().sum::<f64>() / numbers.len() as f64),
        Aggregate::Median => between(&numbers, 0.5),
        Aggregate::Percentile(n) => between(&numbers, f64::from(n) / 100.0),
    }
}

/// The value at a share of the way along sorted numbers, between two of them where there is none.
pub fn between(sorted: &[f64], share: f64) -> Cell {
    let place = share * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Cell::Number(low + (high - low) * place.fract())
}

pub fn stepped(value: Cell, grain: Option<Grain>) -> Cell {
    match (&value, grain) {
        (Cell::Text(day), Some(grain)) => {
            let day: NaiveDate = day.parse().unwrap();
            let first = match grain {
                Grain::Year => return Cell::Number(f64::from(day.year())),
                Grain::Month => day.with_day(1),
                Grain::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
                Grain::Week => {
                    day.checked_sub_days(chrono::Days::new(u64::from(day.weekday().num_days_from_monday())))
                }
                Grain::Weekday => return Cell::Text(day.format("%A").to_string()),
                Grain::MonthOfYear => return Cell::Text(day.format("%B").to_string()),
                _ => Some(day),
            };
            Cell::Text(first.unwrap().to_string())
        }
        _ => value,
    }
}

pub fn compared(operator: Operator, left: &Cell, right: &Cell) -> Option<bool> {
    if *left == Cell::Null || *right == Cell::Null {
        return None;
    }
    let order = left.order(right);
    Some(match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::AtMost => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::AtLeast => order.is_ge(),
    })
}

pub fn cell(literal: &Literal) -> Cell {
    match literal {
        Literal::Integer(n) => Cell::Number(*n as f64),
        Literal::Text(text) => Cell::Text(text.clone()),
        other => panic!("not made by these tests: {other:?}"),
    }
}

pub fn directed(a: &Cell, b: &Cell, descending: bool) -> Ordering {
    match (a, b) {
        (Cell::Null, _) | (_, Cell::Null) => a.order(b),
        _ if descending => b.order(a),
        _ => a.order(b),
    }
}

/// Each row once, in the order of its columns.
pub fn once(rows: &mut Rows) {
    rows.sort_by(|a, b| a.iter().zip(b).map(|(a, b)| a.order(b)).fold(Ordering::Equal, Ordering::then));
    rows.dedup();
}

pub fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

pub fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}

pub fn times(a: &Cell, by: f64) -> Cell {
    a.number().map_or(Cell::Null, |a| Cell::Number(a * by))
}

pub fn minus(a: &Cell, b: &Cell) -> Cell {
    match (a, b) {
        (Cell::Number(a), Cell::Number(b)) => Cell::Number(a - b),
        _ => Cell::Null,
    }
}

pub fn over(a: &Cell, b: &Cell) -> Cell {
    match (a, b) {
        (Cell::Number(a), Cell::Number(b)) if *b != 0.0 => Cell::Number(a / b),
        _ => Cell::Null,
    }
}
