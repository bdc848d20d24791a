//! Plans a file of questions against a catalogue kept as JSON, for measuring:
//! `plan_jsonl CATALOGUE.json QUESTIONS.jsonl` prints one `{id, sql, refused, reason, plan, confidence}` line per
//! question. A question may name the day it is asked on (`today`) and a hint to it (`evidence`), and follow the one on the
//! line before (`follows`).

use rowcall_core::{Author, HistoryMessage};
use rowcall_planner::{Aids, OfflinePlanner, PlanRequest, Planned};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(catalogue), Some(questions)) = (args.next(), args.next()) else {
        return Err("usage: plan_jsonl CATALOGUE.json QUESTIONS.jsonl".into());
    };
    let catalogue: rowcall_core::Catalogue = serde_json::from_str(&std::fs::read_to_string(catalogue)?)?;
    let planner = OfflinePlanner::default();
    let mut out = std::io::stdout().lock();
    let mut history: Vec<HistoryMessage> = Vec::new();
    for line in std::fs::read_to_string(questions)?.lines().filter(|l| !l.trim().is_empty()) {
        let question: serde_json::Value = serde_json::from_str(line)?;
        if question["follows"] != true {
            history.clear();
        }
        let aids = Aids { hint: question["evidence"].as_str(), ..Aids::default() };
        let request = PlanRequest {
            question: question["question"].as_str().unwrap_or_default(),
            history: &history,
            catalogue: &catalogue,
            today: question["today"]
                .as_str()
                .and_then(|day| day.parse().ok())
                .unwrap_or_else(|| chrono::Utc::now().date_naive()),
            time_zone: chrono_tz::UTC,
        };
        let planned = planner.plan_aided(request, &aids);
        let confidence =
            if let Planned::Plan { confidence, .. } = &planned { Some(*confidence) } else { None };
        let (sql, reason, plan) = match planned {
            Planned::Plan { plan, .. } => match rowcall_plan::compile(&plan, &catalogue) {
                Ok(compiled) => (Some(compiled.sql), None, Some(plan)),
                Err(error) => (None, Some(error.to_string()), Some(plan)),
            },
            Planned::Change { .. } => (None, Some("It would change data.".to_owned()), None),
            Planned::Sql { sql, .. } => (Some(sql), None, None),
            Planned::Clarify { question, .. } => (None, Some(question), None),
            Planned::CannotAnswer { reason, .. } => (None, Some(reason), None),
        };
        let said = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
        history.push(said(Author::Person, question["question"].as_str().unwrap_or_default(), None));
        let kept = plan.as_ref().map(serde_json::to_value).transpose()?;
        history.push(said(Author::Rowcall, reason.as_deref().unwrap_or("…"), kept));
        let refused = sql.is_none();
        let line = serde_json::json!({"id": question["id"], "sql": sql, "refused": refused, "reason": reason, "plan": plan, "confidence": confidence});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
