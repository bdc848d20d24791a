//! The limits and permissions of one source. Every field has a default, so that a configuration names only what
//! differs; the defaults are what a careful owner of a production replica would choose.

use crate::change_limits::ChangeLimits;
use rowcall_core::Restrictions;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Limits and permissions of one source. Durations are written as seconds, sizes as bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourceSettings {
    /// The name people use for the source.
    pub name: String,
    /// Rows kept in a result (shown, charted).
    pub row_cap: u64,
    /// Rows handed to the sink (files) before reading stops.
    pub csv_row_cap: u64,
    /// Bytes of row data read before reading stops.
    pub byte_cap: u64,
    /// Bytes of row data kept in a result; rows beyond still reach the sink.
    pub kept_byte_cap: u64,
    /// How long one statement may run.
    #[serde(with = "seconds")]
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock.
    #[serde(with = "seconds")]
    pub lock_timeout: Duration,
    /// How long our transaction may sit idle before the server ends it.
    #[serde(with = "seconds")]
    pub idle_timeout: Duration,
    /// How long to wait for a connection, new or pooled.
    #[serde(with = "seconds")]
    pub connect_timeout: Duration,
    /// Temporary file space of one statement, bytes; `None` leaves the server's own limit.
    pub temp_file_limit: Option<u64>,
    /// A statement whose plan PostgreSQL estimates to cost more is refused unrun; `None` does not ask.
    pub max_plan_cost: Option<f64>,
    /// A statement of whose plan some step is estimated to give more rows is refused unrun; `None` does not ask.
    pub max_plan_rows: Option<f64>,
    /// Role taken on (`SET ROLE`) for every read; `None` keeps the login role.
    pub role: Option<String>,
    /// Role taken on for every change; `None`: the source is read-only.
    pub writer: Option<String>,
    /// Definitions of tables, indexes and views (DDL) may be asked for as changes.
    pub definitions: bool,
    /// How large a change may be, and how long it may take.
    pub changes: ChangeLimits,
    /// Values of text columns may be read for the catalogue.
    pub sample_values: bool,
    /// Columns (`schema.table.column`) whose values are never sampled.
    pub unsampled_columns: Vec<String>,
    /// Values that may be sampled may also be shown to a language model, which may be somebody else's.
    pub model_sees_values: bool,
    /// Time that sampling may add to a catalogue read.
    #[serde(with = "seconds")]
    pub sample_budget: Duration,
    /// Questions that are at work on it at once, in all workers together; `None`: as many as there are workers for. The
    /// store sees to it when a run is taken.
    pub at_once: Option<std::num::NonZeroU16>,
    /// Connections held at most.
    pub max_connections: u32,
    /// Schemas to list; empty means all that the role may use.
    pub schemas: Vec<String>,
    /// Time zone in which `current_date` and truncation of instants are computed.
    pub time_zone: String,
    /// Columns, rows and hours that are kept back.
    pub restrictions: Restrictions,
}

impl Default for SourceSettings {
    fn default() -> Self {
        Self {
            name: "source".to_owned(),
            row_cap: 1_000,
            csv_row_cap: 1_000_000,
            byte_cap: 512 << 20,
            kept_byte_cap: 8 << 20,
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(3),
            idle_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(5),
            temp_file_limit: Some(1 << 30),
            max_plan_cost: Some(1e8),
            max_plan_rows: Some(1e10),
            role: None,
            writer: None,
            definitions: false,
            changes: ChangeLimits::default(),
            sample_values: true,
            unsampled_columns: Vec::new(),
            model_sees_values: false,
            sample_budget: Duration::from_millis(1500),
            at_once: None,
            max_connections: 8,
            schemas: Vec::new(),
            time_zone: "UTC".to_owned(),
            restrictions: Restrictions::default(),
        }
    }
}

impl SourceSettings {
    /// Whether values of a column may be read for the catalogue.
    pub fn may_sample(&self, schema: &str, table: &str, column: &str) -> bool {
        let is = |hidden: &String| {
            hidden.strip_suffix(column).and_then(|rest| rest.strip_suffix('.')).is_some_and(|rest| {
                rest.strip_suffix(table).and_then(|schema| schema.strip_suffix('.')) == Some(schema)
            })
        };
        self.sample_values
            && self.restrictions.shows(schema, table, column)
            && !self.unsampled_columns.iter().any(is)
    }
}

mod seconds {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(value: &Duration, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_f64(value.as_secs_f64())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
        let seconds = f64::deserialize(input)?;
        // PostgreSQL counts time limits in milliseconds as a 32-bit integer.
        if !(0.001..=2_000_000.0).contains(&seconds) {
            return Err(D::Error::custom("a duration is 0.001 to 2000000 seconds"));
        }
        Duration::try_from_secs_f64(seconds).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(json: &str, ok: bool) {
        assert_eq!(serde_json::from_str::<SourceSettings>(json).is_ok(), ok, "{json}");
    }

    #[test]
    fn settings_have_defaults_and_refuse_nonsense() {
        check("{}", true);
        check(r#"{"name":"shop","statement_timeout":2.5,"max_plan_cost":null}"#, true);
        check(r#"{"statement_timeout":0}"#, false);
        check(r#"{"statement_timeout":-1}"#, false);
        check(r#"{"row_cup":1}"#, false);
        let all = SourceSettings::default();
        let json = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<SourceSettings>(&json).unwrap(), all);
    }
}
