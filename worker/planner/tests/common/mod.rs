//! Small catalogues for tests.

use chrono::NaiveDate;
use rowcall_core::{Author, Catalogue, HistoryMessage};
use rowcall_plan::{ChartHint, compile, explain};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};
use serde_json::{Value, json};

/// Every question of a text, a line each, with how sure its reading is, what it means and its statement, or why there is
/// none.
pub fn answers(catalogue: &Catalogue, questions: &str) -> String {
    let planner = OfflinePlanner::new();
    let questions = questions.lines().map(str::trim).filter(|q| !q.is_empty());
    questions.map(|question| answer(&planner, catalogue, question, &mut Vec::new())).collect()
}

/// The same of conversations, an empty line between them: every question goes on from those above it.
pub fn conversations(catalogue: &Catalogue, text: &str) -> String {
    let planner = OfflinePlanner::new();
    let conversation = |text: &str| {
        let mut history = Vec::new();
        let questions = text.lines().map(str::trim).filter(|q| !q.is_empty());
        questions.map(|question| answer(&planner, catalogue, question, &mut history)).collect::<String>()
    };
    text.split("\n\n").map(conversation).collect::<Vec<_>>().join("\n")
}

fn answer(
    planner: &OfflinePlanner,
    catalogue: &Catalogue,
    question: &str,
    history: &mut Vec<HistoryMessage>,
) -> String {
    let planned = planner.plan_now(PlanRequest {
        question,
        history,
        catalogue,
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        time_zone: chrono_tz::UTC,
    });
    let mut kept = None;
    let said = match planned {
        Planned::Plan { plan, confidence, .. } => {
            kept = Some(serde_json::to_value(&plan).unwrap());
            let drawn = match plan.chart {
                ChartHint::Auto => String::new(),
                asked => format!("\n  drawn as {asked:?}"),
            };
            let sql = compile(&plan, catalogue).unwrap().sql;
            format!("  {confidence:.2} {}\n  {sql}{drawn}", explain(&plan))
        }
        Planned::CannotAnswer { reason, .. } => format!("  not answered: {reason}"),
        Planned::Clarify { question, choices } => {
            let choices: Vec<String> = choices.into_iter().map(|c| c.label).collect();
            format!("  asked back: {question}\n  {}", choices.join(" | "))
        }
        other => panic!("{question}: {other:?}"),
    };
    let message = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
    history.push(message(Author::Person, question, None));
    history.push(message(Author::Rowcall, &said, kept));
    format!("{question}\n{said}\n")
}

/// `name kind [values, the last of them "*" where these are all]`, one column each.
pub fn table(name: &str, columns: &[&str], keys: &[(&str, &str, &str)]) -> Value {
    let columns: Vec<Value> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let mut parts = column.splitn(3, ' ');
            let (name, kind) = (parts.next().unwrap(), parts.next().unwrap());
            let listed: Vec<&str> = parts.next().map(|v| v.split(',').collect()).unwrap_or_default();
            let values: Vec<&str> = listed.iter().copied().filter(|v| *v != "*").collect();
            json!({"name": name, "type_name": kind, "kind": kind, "nullable": i > 0, "has_default": false,
                "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": values,
                "samples_complete": listed.contains(&"*"), "distinct_estimate": null})
        })
        .collect();
    let foreign: Vec<Value> = keys
        .iter()
        .map(|(column, table, key)| {
            json!({"name": column, "columns": [column], "references_schema": "public", "references_table": table,
                "references_columns": [key], "on_delete": null})
        })
        .collect();
    json!({"schema": "public", "name": name, "kind": "table", "comment": null, "primary_key": [columns[0]["name"]],
        "columns": columns, "unique_keys": [], "foreign_keys": foreign, "indexes": [], "row_estimate": 10.0,
        "row_security": false})
}

/// A catalogue of these tables.
pub fn catalogue_of(tables: &[Value]) -> Catalogue {
    Catalogue {
        server_version: 150_000,
        search_path: vec!["public".to_owned()],
        fingerprint: "test".to_owned(),
        tables: serde_json::from_value(tables.to_vec().into()).unwrap(),
        ..Catalogue::default()
    }
}
