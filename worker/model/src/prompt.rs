//! What a model is told. First the rules and the language of plans, always the same, so that servers can keep it; then
//! everything about this question. Words that we did not write stand in fenced blocks.

use crate::{
    answer,
    fence::{block, line, quoted},
    schema::{self, MayShow},
};
use rowcall_core::Author;
use rowcall_planner::{Aids, PlanRequest};
use serde_json::{Value, json};
use std::fmt::Write;

/// The rules and the language of plans.
pub const RULES: &str = include_str!("rules.txt");

/// Where the rules end.
const PLANS: &str = "\nThe language of plans\n";
/// What the rules say beside, of a source that allows definitions.
const DEFINITIONS: &str = "- This database also takes definitions: a wish to create, alter, rename or drop a table, column, constraint, index or view, or to comment on one, is of kind change too, with that one statement under \"sql\". It, too, is shown to people and runs only once they have agreed.\n";

/// Messages of the conversation that are shown, at most.
const HISTORY: usize = 10;
/// Characters of one of them.
const MESSAGE: usize = 700;
/// Characters of a plan or statement.
const STATEMENT: usize = 3000;
/// Glossary entries and verified answers, at most.
const EXAMPLES: usize = 12;

/// The first messages of a conversation with a model.
pub fn messages(
    request: &PlanRequest<'_>,
    aids: &Aids<'_>,
    schema_tokens: usize,
    tells_the_shape: bool,
) -> Vec<Value> {
    let mut rules = RULES.to_owned();
    if request.catalogue.definitions {
        rules = rules.replacen(PLANS, &format!("{DEFINITIONS}{PLANS}"), 1);
    }
    if !tells_the_shape {
        let _ = write!(rules, "\nYour answer fits this JSON Schema:\n{}\n", answer::schema());
    }
    vec![
        json!({ "role": "system", "content": rules }),
        json!({ "role": "user", "content": about(request, aids, schema_tokens) }),
    ]
}

fn about(request: &PlanRequest<'_>, aids: &Aids<'_>, schema_tokens: usize) -> String {
    let may_show = |table: &rowcall_core::Table, column: &rowcall_core::Column| {
        aids.tools.is_some_and(|tools| tools.may_show(table, column))
    };
    let may_show: MayShow<'_> = &may_show;
    let before = earlier(request);
    let mut asked = request.question.to_owned();
    if let Some(hint) = aids.hint {
        asked = format!("{asked} {hint}");
    }
    let tables = schema::select(request.catalogue, &asked, &before, schema_tokens, may_show);
    let mut text = format!("Today is {} in the time zone {}.\n\n", request.today, request.time_zone);
    text.push_str(&block("Tables:", &tables.text));
    if tables.left_out > 0 {
        text.push_str("search_tables and look_at_table tell more about tables that are not described.\n");
    }
    if !aids.glossary.is_empty() {
        let lines: Vec<String> = (aids.glossary.iter().take(EXAMPLES))
            .map(|e| format!("{}: {}", quoted(&e.term, 80), line(&e.meaning, 300)))
            .collect();
        text.push_str(&block("\nWhat words mean to this team:", &lines.join("\n")));
    }
    if !aids.verified.is_empty() {
        let lines: Vec<String> = (aids.verified.iter().take(EXAMPLES))
            .map(|v| format!("{} was answered by {}", quoted(&v.question, 300), line(&v.answer, STATEMENT)))
            .collect();
        text.push_str(&block("\nAnswers that were confirmed:", &lines.join("\n")));
    }
    if !before.is_empty() {
        text.push_str(&block("\nThe conversation so far:", &before));
    }
    if let Some(hint) = aids.hint {
        text.push_str(&block("\nA hint that was given with the question:", &line(hint, MESSAGE)));
    }
    if let Some(failed) = aids.failed {
        let lines =
            format!("statement: {}\nerror: {}", line(failed.sql, STATEMENT), line(failed.error, MESSAGE));
        text.push_str(&block(
            "\nThis was tried before and the database refused it. Answer in another way:",
            &lines,
        ));
    }
    text.push_str(&block("\nThe message to answer:", &line(request.question, 8000)));
    text
}

/// The messages before, our answers with what was behind them.
fn earlier(request: &PlanRequest<'_>) -> String {
    let mut out = String::new();
    let skipped = request.history.len().saturating_sub(HISTORY);
    for message in &request.history[skipped..] {
        let who = match message.author {
            Author::Person => "person",
            Author::Rowcall => "you",
        };
        let _ = writeln!(out, "{who}: {}", line(&message.text, MESSAGE));
        match &message.plan {
            Some(Value::Object(map)) if map.contains_key("sql") => {
                let sql = map.get("sql").and_then(Value::as_str).unwrap_or_default();
                let _ = writeln!(out, "  by the statement {}", line(sql, STATEMENT));
            }
            Some(plan) => {
                let _ = writeln!(out, "  by the plan {}", line(&plan.to_string(), STATEMENT));
            }
            None => {}
        }
    }
    out
}

/// What a model is told when its answer does not count.
pub fn repair(problem: &str) -> Value {
    let said = block("Your answer cannot be used:", &line(problem, 1500));
    json!({ "role": "user", "content": format!("{said}Correct it: give one complete JSON object and nothing else.") })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rowcall_core::Catalogue;

    #[test]
    fn definitions_are_spoken_of_only_where_they_are_allowed() {
        let check = |definitions: bool| {
            let catalogue = Catalogue { definitions, ..Catalogue::default() };
            let request = PlanRequest {
                question: "add a note to orders",
                history: &[],
                catalogue: &catalogue,
                today: chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap(),
                time_zone: chrono_tz::UTC,
            };
            let said = messages(&request, &Aids::default(), 1000, true);
            let rules = said[0]["content"].as_str().unwrap();
            assert_eq!(rules.contains(DEFINITIONS), definitions);
            assert_eq!(rules.replacen(DEFINITIONS, "", 1), RULES);
        };
        check(false);
        check(true);
    }
}
