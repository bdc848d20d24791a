//! Whether two results are the same: the same rows as often, under some order of the columns.

use std::cmp::Ordering;

/// Numbers this close, relative to their size, are the same.
const CLOSE: f64 = 1e-6;
/// Orders of columns that are tried.
const TRIES: usize = 20_000;

/// One value of a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// A number of any type.
    Number(f64),
    /// Anything else, as the database writes it.
    Text(String),
}

/// One row of a result.
pub type Row = Vec<Cell>;

impl Cell {
    fn is_close(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                a == b
                    || (a - b).abs() <= (CLOSE * a.abs().max(b.abs())).max(1e-9)
                    || a.is_nan() && b.is_nan()
            }
            _ => self == other,
        }
    }

    /// Any fixed order will do, as long as close numbers come to stand beside each other.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// Whether `got` holds the rows of `expected`; in the same order where `ordered`.
pub fn same(expected: &[Row], got: &[Row], ordered: bool) -> bool {
    let width = expected.first().map_or(0, Vec::len);
    if expected.len() != got.len() || got.first().map_or(0, Vec::len) != width {
        return false;
    }
    if expected.is_empty() {
        return true;
    }
    let column = |rows: &[Row], i: usize| {
        let mut cells: Vec<Cell> = rows.iter().map(|row| row[i].clone()).collect();
        if !ordered {
            cells.sort_by(Cell::compare);
        }
        cells
    };
    let theirs: Vec<Vec<Cell>> = (0..width).map(|i| column(expected, i)).collect();
    let ours: Vec<Vec<Cell>> = (0..width).map(|i| column(got, i)).collect();
    // Which of our columns each of theirs can be.
    let can_be: Vec<Vec<usize>> = (0..width)
        .map(|i| {
            let mut fits: Vec<usize> = (0..width).filter(|j| all_close(&theirs[i], &ours[*j])).collect();
            fits.sort_by_key(|j| *j != i);
            fits
        })
        .collect();
    Search { expected, got, ordered, can_be, tries: 0 }.from(&mut Vec::new())
}

struct Search<'a> {
    expected: &'a [Row],
    got: &'a [Row],
    ordered: bool,
    can_be: Vec<Vec<usize>>,
    tries: usize,
}

impl Search<'_> {
    fn from(&mut self, chosen: &mut Vec<usize>) -> bool {
        if chosen.len() == self.can_be.len() {
            self.tries += 1;
            let picked: Vec<Row> =
                self.got.iter().map(|row| chosen.iter().map(|j| row[*j].clone()).collect()).collect();
            return if self.ordered {
                self.expected.iter().zip(&picked).all(|(a, b)| all_close(a, b))
            } else {
                as_often(self.expected, &picked)
            };
        }
        for j in self.can_be[chosen.len()].clone() {
            if chosen.contains(&j) || self.tries >= TRIES {
                continue;
            }
            chosen.push(j);
            if self.from(chosen) {
                return true;
            }
            chosen.pop();
        }
        false
    }
}

fn all_close(a: &[Cell], b: &[Cell]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_close(b))
}

/// Each row as often in one as in the other.
fn as_often(a: &[Row], b: &[Row]) -> bool {
    // What is no number must be equal, so rows are put together by that first.
    let key = |x: &Row, y: &Row| {
        let exact = x.iter().zip(y).map(|(x, y)| match (x.is_number(), y.is_number()) {
            (true, true) => Ordering::Equal,
            _ => x.compare(y),
        });
        let all = x.iter().zip(y).map(|(x, y)| x.compare(y));
        exact.chain(all).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    };
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    a.sort_by(key);
    b.sort_by(key);
    if a.iter().zip(&b).all(|(a, b)| all_close(a, b)) {
        return true;
    }
    // Numbers that are close but not equal may sort differently: each row takes a partner that is left.
    let mut left: Vec<&Row> = b.iter().collect();
    a.len() <= 2000
        && a.iter().all(|row| {
            let partner = left.iter().position(|other| all_close(row, other));
            partner.map(|at| left.swap_remove(at)).is_some()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        let cell = |word: &str| match (word, word.parse()) {
            ("-", _) => Cell::Null,
            (_, Ok(number)) => Cell::Number(number),
            (word, _) => Cell::Text(word.to_owned()),
        };
        text.lines().map(|line| line.split_whitespace().map(cell).collect()).collect()
    }

    fn check(a: &str, b: &str, ordered: bool, expected: bool) {
        assert_eq!(same(&rows(a), &rows(b), ordered), expected, "{a:?} {b:?}");
        assert_eq!(same(&rows(b), &rows(a), ordered), expected, "{b:?} {a:?}");
    }

    #[test]
    fn columns_may_stand_in_another_order_and_rows_too() {
        check("a 1\nb 2", "2 b\n1 a", false, true);
        check("a 1\nb 2", "2 b\n1 a", true, false);
        check("a 1\nb 2", "1 a\n2 b", true, true);
        check("a 1\nb 2", "a 2\nb 1", false, false);
    }

    #[test]
    fn how_often_a_row_comes_counts() {
        check("a\na\nb", "a\nb\nb", false, false);
        check("a\na\nb", "b\na\na", false, true);
        check("a", "a\na", false, false);
    }

    #[test]
    fn numbers_need_only_be_close() {
        check("1.0000001 x\n2 y", "2 y\n1 x", false, true);
        check("1.001 x", "1 x", false, false);
        check("0.30000000000000004 1\n0.3 2", "0.3 1\n0.30000000000000004 2", false, true);
    }

    #[test]
    fn nothing_is_not_zero_and_more_columns_are_not_the_same() {
        check("-", "0", false, false);
        check("- a", "- a", false, true);
        check("a 1", "a", false, false);
        check("", "", false, true);
    }
}
