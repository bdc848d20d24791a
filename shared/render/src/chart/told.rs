//! What is known of a result beside its rows: by whoever planned the statement behind it.

use super::Unit;
use rowcall_core::ResultSet;
use rowcall_format::names;

/// What a plan says of the result that it gave; of a statement without one nothing is told, and names and values decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The columns, by place; there may be fewer than in the result.
    pub columns: Vec<ToldColumn>,
    /// The rows stand in an order that was asked for.
    pub ordered: bool,
}

/// What a plan says of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToldColumn {
    /// What its numbers are measured in.
    pub unit: Unit,
    /// What it is for.
    pub role: Option<Role>,
    /// A heading for people.
    pub label: Option<String>,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The rows are split by it, so it is an axis whatever it is called.
    Dimension,
    /// A computed number; whether those of several rows may be added up.
    Measure {
        /// A count or a sum, and not an average or the largest.
        adds_up: bool,
    },
}

impl Told {
    pub(super) fn column(&self, at: usize) -> Option<&ToldColumn> {
        self.columns.get(at)
    }

    pub(super) fn role(&self, at: usize) -> Option<Role> {
        self.column(at)?.role
    }

    /// What a column is called.
    pub(super) fn label(&self, result: &ResultSet, at: usize) -> String {
        let told = self.column(at).and_then(|column| column.label.clone());
        told.unwrap_or_else(|| names::humanise(&result.columns[at].name))
    }
}

impl From<Vec<Unit>> for Told {
    fn from(units: Vec<Unit>) -> Self {
        let columns = units.into_iter().map(|unit| ToldColumn { unit, ..ToldColumn::default() }).collect();
        Self { columns, ordered: false }
    }
}
