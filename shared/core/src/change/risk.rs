//! How much of a risk a change is.

use super::impact::{Impact, Operation};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The classes of risk, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// A few rows.
    Low,
    /// Some.
    Medium,
    /// Many.
    High,
    /// Very many, unknown, a whole table, a critical table, or a definition.
    Critical,
}

impl Risk {
    /// Every class, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Up to how many rows, cascades counted, a change is of a class; a setting of each source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Most rows of a low risk.
    pub low: u64,
    /// Most rows of a medium risk.
    pub medium: u64,
    /// Most rows of a high risk.
    pub high: u64,
    /// Tables (`schema.name`) whose every change is critical.
    pub critical_tables: Vec<String>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { low: 10, medium: 100, high: 1000, critical_tables: Vec::new() }
    }
}

impl Thresholds {
    /// The class of a change. `earlier` rows of the same table were changed for the same requester within the hour:
    /// one large change cut into small ones is still large.
    pub fn classify(&self, impact: &Impact, earlier: u64) -> Risk {
        let touched = std::iter::once(&impact.table).chain(impact.cascades.iter().map(|c| &c.table));
        let critical = touched.into_iter().any(|table| self.critical_tables.contains(table));
        let Some(rows) = impact.total_rows().map(|rows| rows.saturating_add(earlier)) else {
            return Risk::Critical;
        };
        let whole_table = impact.unconditional && impact.operation != Operation::Insert;
        if critical || whole_table || impact.operation == Operation::Ddl || rows > self.high {
            Risk::Critical
        } else if rows > self.medium {
            Risk::High
        } else if rows > self.low {
            Risk::Medium
        } else {
            Risk::Low
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{Cascade, Fingerprint, Rows, Undo};

    fn impact(rows: Rows) -> Impact {
        Impact {
            operation: Operation::Update,
            table: "shop.orders".into(),
            rows,
            estimate: None,
            cascades: Vec::new(),
            triggers: Vec::new(),
            at_risk: Vec::new(),
            sample: Vec::new(),
            unconditional: false,
            lock: None,
            undo: Undo::Possible,
            limits: Vec::new(),
            definition: None,
            fingerprint: Fingerprint([0; 32]),
        }
    }

    #[test]
    fn rows_decide_with_cascades_and_what_went_before() {
        let limits = Thresholds::default();
        let check = |rows, earlier, expected| {
            assert_eq!(limits.classify(&impact(Rows::Exact(rows)), earlier), expected, "{rows} + {earlier}");
        };
        check(0, 0, Risk::Low);
        check(10, 0, Risk::Low);
        check(11, 0, Risk::Medium);
        check(100, 0, Risk::Medium);
        check(101, 0, Risk::High);
        check(1000, 0, Risk::High);
        check(1001, 0, Risk::Critical);
        check(5, 6, Risk::Medium);
        check(u64::MAX, 5, Risk::Critical);
        let mut cascading = impact(Rows::Exact(1));
        cascading.cascades.push(Cascade {
            table: "shop.order_items".into(),
            action: "deleted".into(),
            rows: 10,
        });
        assert_eq!(limits.classify(&cascading, 0), Risk::Medium);
    }

    #[test]
    fn what_is_not_known_or_not_narrowed_is_critical() {
        let limits = Thresholds { critical_tables: vec!["shop.order_items".into()], ..Thresholds::default() };
        let critical = |impact: &Impact| assert_eq!(limits.classify(impact, 0), Risk::Critical);
        critical(&impact(Rows::Unknown("it was too large to try".into())));
        critical(&Impact { unconditional: true, ..impact(Rows::Exact(1)) });
        critical(&Impact { operation: Operation::Ddl, ..impact(Rows::Exact(0)) });
        let cascade = Cascade { table: "shop.order_items".into(), action: "deleted".into(), rows: 1 };
        critical(&Impact { cascades: vec![cascade], ..impact(Rows::Exact(1)) });
        let insert = Impact { operation: Operation::Insert, unconditional: true, ..impact(Rows::Exact(1)) };
        assert_eq!(limits.classify(&insert, 0), Risk::Low);
    }
}
