//! A question whose query takes its time, so that something can happen meanwhile.

use crate::{answers::rows_of, chat::within, questions::DemoData};
use std::time::Duration;

/// A view of five rows that takes a second and a half to read.
pub const VIEW: &str = "CREATE VIEW shop.slow_things AS
      SELECT g AS id, coalesce(nullif(pg_sleep(0.3)::text, ''), 'thing') AS name FROM generate_series(1, 5) g;
    GRANT SELECT ON shop.slow_things TO e2e_reader";

/// Asks for its rows.
pub const QUESTION: &str = "list the slow things";

/// Counts the queries that read it now.
pub const RUNNING: &str = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%slow_things%'
    AND state = 'active' AND datname = current_database() AND pid <> pg_backend_pid()";

/// Waits until a query of [`QUESTION`] is running.
///
/// # Panics
/// If none does.
pub async fn running(data: &DemoData) {
    let runs = async || rows_of(&data.admin_url, RUNNING).await != [["0.000000"]];
    assert!(within(Duration::from_secs(60), runs).await, "the query never ran");
}
