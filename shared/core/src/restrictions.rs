//! What the owner of a source keeps from those who ask: columns that do not exist for them, columns that show
//! something else, rows that are left out, and the hours in which the source answers. The policy builds them into
//! the statement itself, so that they hold in joins, sorting, counting, charts and files alike.

use serde::{Deserialize, Serialize};

/// The restrictions of one source. Everything is allowed by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Restrictions {
    /// Tables with columns or rows that are kept back.
    pub tables: Vec<TableRestriction>,
    /// When the source answers; `None`: always.
    pub hours: Option<Hours>,
}

/// The restrictions of one table or view.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableRestriction {
    /// Schema, as stored.
    pub schema: String,
    /// Name, as stored.
    pub table: String,
    /// Columns that do not exist for anybody who asks.
    pub hidden: Vec<String>,
    /// Columns that show something else.
    pub masked: Vec<MaskedColumn>,
    /// Only rows for which this condition over the table's own columns holds exist.
    pub rows: Option<String>,
}

/// A column that shows something else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskedColumn {
    /// The column.
    pub column: String,
    /// What it shows.
    pub shows: Mask,
}

/// What a masked column shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// NULL, of the column's type.
    Null,
    /// The same text for every row that has a value.
    Text(String),
    /// The first characters, then `***`.
    First(u16),
    /// An SQL expression over the table's own columns.
    Sql(String),
}

/// A part of the day, in the source's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// First hour, 0 to 23.
    pub from: u8,
    /// The hour in which it ends, 1 to 24; before `from` it means the next day.
    pub to: u8,
    /// Only from Monday to Friday.
    #[serde(default)]
    pub weekdays_only: bool,
}

impl Restrictions {
    /// Nothing is kept back in any table.
    pub fn is_open(&self) -> bool {
        self.tables.iter().all(TableRestriction::is_open)
    }

    /// The restriction of that table, if it has one.
    pub fn of(&self, schema: &str, table: &str) -> Option<&TableRestriction> {
        self.tables.iter().find(|t| t.table == table && t.schema == schema && !t.is_open())
    }

    /// Whether a column's own values may be seen at all: by a sample, a model, a value index.
    pub fn shows(&self, schema: &str, table: &str, column: &str) -> bool {
        self.of(schema, table).is_none_or(|t| {
            // Samples know nothing of rows, so those of a table with left-out rows are nobody's.
            t.rows.is_none() && !t.hides(column) && t.mask(column).is_none()
        })
    }

    /// Whether a column exists for those who ask.
    pub fn hides(&self, schema: &str, table: &str, column: &str) -> bool {
        self.of(schema, table).is_some_and(|t| t.hides(column))
    }
}

impl TableRestriction {
    /// Nothing is kept back.
    pub fn is_open(&self) -> bool {
        self.hidden.is_empty() && self.masked.is_empty() && self.rows.is_none()
    }

    /// The column does not exist.
    pub fn hides(&self, column: &str) -> bool {
        self.hidden.iter().any(|c| c == column)
    }

    /// What the column shows instead of its value.
    pub fn mask(&self, column: &str) -> Option<&Mask> {
        self.masked.iter().find(|m| m.column == column).map(|m| &m.shows)
    }
}

impl Hours {
    /// Whether the source answers at that hour (0 to 23) of that day (1 is Monday). Past midnight the day counts on
    /// which the hours began.
    pub fn include(self, hour: u8, weekday: u8) -> bool {
        let (inside, began) = if self.from < self.to {
            ((self.from..self.to).contains(&hour), weekday)
        } else if hour >= self.from {
            (true, weekday)
        } else {
            (hour < self.to, if weekday == 1 { 7 } else { weekday - 1 })
        };
        inside && (!self.weekdays_only || began <= 5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_include_their_first_and_not_their_last_and_may_pass_midnight() {
        let day = Hours { from: 8, to: 18, weekdays_only: true };
        for (hour, weekday, expected) in
            [(7, 1, false), (8, 1, true), (17, 5, true), (18, 5, false), (9, 6, false)]
        {
            assert_eq!(day.include(hour, weekday), expected, "{hour} {weekday}");
        }
        let night = Hours { from: 22, to: 6, weekdays_only: true };
        for (hour, weekday, expected) in
            [(23, 5, true), (5, 6, true), (5, 1, false), (12, 3, false), (22, 6, false), (3, 2, true)]
        {
            assert_eq!(night.include(hour, weekday), expected, "{hour} {weekday}");
        }
    }

    #[test]
    fn a_restricted_column_shows_nothing_of_its_own() {
        let restrictions: Restrictions = serde_json::from_str(
            r#"{"tables":[
                {"schema":"shop","table":"customers","hidden":["tax_id"],"masked":[{"column":"email","shows":{"first":2}},{"column":"phone","shows":"null"}]},
                {"schema":"shop","table":"orders","rows":"region = 'EU'"}]}"#,
        )
        .unwrap_or_default();
        assert_eq!(restrictions.tables.len(), 2);
        for (table, column, expected) in [
            ("customers", "tax_id", false),
            ("customers", "email", false),
            ("customers", "name", true),
            ("orders", "id", false),
            ("products", "id", true),
        ] {
            assert_eq!(restrictions.shows("shop", table, column), expected, "{table}.{column}");
        }
        assert!(restrictions.hides("shop", "customers", "tax_id"));
        assert!(!restrictions.hides("public", "customers", "tax_id"));
        assert!(serde_json::from_str::<Restrictions>(r#"{"tabels":[]}"#).is_err());
    }
}
