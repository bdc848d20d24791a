//! A question whose query takes its time, so that something can happen meanwhile.

use crate::{answers::rows_of, chat::within, questions::DemoData};
use std::time::Duration;

/// A view `shop.slow_things` of things with a number and a name. To read each takes so many thousand steps, a million
/// of them a tenth of a second or more. Something that only waits would be refused.
pub fn view(things: u32, thousands: u32, reader: &str) -> String {
    format!(
        "CREATE VIEW shop.slow_things AS
           SELECT g AS id, CASE WHEN (SELECT count(*) FROM generate_series(1, 1000) a, generate_series(1, {thousands}) b
                                      WHERE a + b <> g) > 0 THEN 'thing' END AS name
           FROM generate_series(1, {things}) g;
         GRANT SELECT ON shop.slow_things TO {reader}"
    )
}

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
