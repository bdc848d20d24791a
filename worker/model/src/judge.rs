//! Whether an answer counts. A plan counts when it becomes a statement, a statement when the policy lets it through: the
//! same judges as everywhere. What they say goes back to the model; nothing the model says reaches them.

use crate::{
    answer::{Answer, Body, Clarify, Kind},
    fence,
};
use rowcall_core::Catalogue;
use rowcall_planner::{Choice, PlanRequest, Planned, Wish};
use rowcall_policy::{Facts, Verdict};

/// Longest sentence of a model that is shown to a person.
const SENTENCE: usize = 600;

/// What the model took the wish for.
pub fn wish(answer: &Answer) -> Wish {
    Wish {
        kind: answer.kind.into(),
        confidence: confidence(answer.confidence),
        operation: answer.operation.as_str().to_owned(),
        tables: answer.tables.iter().take(50).map(|t| fence::line(t, 200)).collect(),
    }
}

/// Turns an answer into what a planner says.
///
/// # Errors
/// Why it does not count, in words for the model.
pub fn judge(answer: Answer, request: &PlanRequest<'_>) -> Result<Planned, String> {
    let kind = answer.kind;
    let confidence = confidence(answer.confidence);
    let assumptions: Vec<String> = answer
        .assumptions
        .iter()
        .take(8)
        .map(|a| fence::line(a, SENTENCE))
        .filter(|a| !a.is_empty())
        .collect();
    match answer.answer {
        Body::Plan(_) if kind == Kind::Change => {
            Err("a plan only reads; give the change under sql, as one statement".to_owned())
        }
        Body::Plan(mut plan) => {
            // Days begin where the asker is, whatever the model thinks.
            plan.time_zone = Some(request.time_zone.name().to_owned()).filter(|z| z != "UTC");
            let compiled = rowcall_plan::compile(&plan, request.catalogue)
                .map_err(|error| format!("the plan cannot become a statement: {error}"))?;
            allowed(&compiled.sql, request.catalogue, Kind::Read)?;
            Ok(Planned::Plan { plan, assumptions, confidence })
        }
        Body::Sql(statement) => {
            let sql = statement.statement.trim().trim_end_matches(';').trim_end().to_owned();
            allowed(&sql, request.catalogue, kind)?;
            Ok(Planned::Sql { sql, assumptions, confidence })
        }
        Body::Clarify(clarify) => clarified(&clarify),
        Body::Refuse(refuse) => {
            let reason = fence::line(&refuse.reason, SENTENCE);
            if reason.is_empty() {
                return Err("a refusal needs a reason".to_owned());
            }
            let suggestions = rowcall_planner::suggestions(request.catalogue);
            Ok(Planned::CannotAnswer { reason, suggestions })
        }
    }
}

/// A question back, if it is one.
///
/// # Errors
/// What is missing.
pub fn clarified(clarify: &Clarify) -> Result<Planned, String> {
    let question = fence::line(&clarify.question, SENTENCE);
    let mut choices: Vec<Choice> = clarify
        .choices
        .iter()
        .map(|c| Choice::asking(fence::line(&c.label, 79), fence::line(&c.text, 500)))
        .filter(|c| !c.label.is_empty() && !c.text.is_empty())
        .take(5)
        .collect();
    choices.dedup();
    if question.is_empty() || choices.len() < 2 {
        return Err(
            "a question back needs a question and at least two choices with label and text".to_owned()
        );
    }
    Ok(Planned::Clarify { question, choices })
}

fn allowed(sql: &str, catalogue: &Catalogue, kind: Kind) -> Result<(), String> {
    match rowcall_policy::check(sql, &Facts { catalogue: Some(catalogue) }) {
        Verdict::AllowRead(_) => Ok(()),
        // Whoever executes decides about changes; here it only has to be what was said.
        Verdict::NeedsApproval(_) if kind == Kind::Change => Ok(()),
        Verdict::NeedsApproval(_) => {
            Err("the statement would change data, and a question only reads: give a SELECT".to_owned())
        }
        Verdict::Refuse(refusals) => {
            let reasons: Vec<String> = refusals
                .iter()
                .take(4)
                .map(|r| format!("[{}] {} Allowed: {}", r.code, fence::line(&r.reason, 300), r.allowed))
                .collect();
            Err(format!("the statement is refused: {}", reasons.join(" ")))
        }
    }
}

fn confidence(said: f32) -> f32 {
    if said.is_finite() { said.clamp(0.0, 1.0) } else { 0.5 }
}
