//! A question back whose choices are plans already: they are kept with the message that asks, and whoever says one of them
//! gets that very plan, however its words would be read.

use rowcall_core::{Author, HistoryMessage};
use rowcall_plan::QueryPlan;
use rowcall_planner::{Choice, Outcome, Planned};
use serde::{Deserialize, Serialize};

/// Who plans what a person chose.
pub(super) const CHOSEN: &str = "chosen";

/// What stands behind the message that asks.
#[derive(Serialize, Deserialize)]
struct Kept {
    choices: Vec<KeptChoice>,
}

#[derive(Serialize, Deserialize)]
struct KeptChoice {
    text: String,
    plan: QueryPlan,
}

/// What is kept with the message; nothing where every choice is a question to be planned.
pub(super) fn kept(choices: &[Choice]) -> Option<serde_json::Value> {
    let choices: Vec<KeptChoice> = choices
        .iter()
        .filter_map(|choice| Some(KeptChoice { text: choice.text.clone(), plan: choice.plan.clone()? }))
        .collect();
    (!choices.is_empty()).then(|| serde_json::to_value(Kept { choices }).ok())?
}

/// The plan that was chosen, where the text is one of the choices that were offered.
pub(super) fn chosen(history: &[HistoryMessage], text: &str) -> Option<Outcome> {
    let ours = history.iter().rev().filter(|message| message.author == Author::Rowcall);
    let offered = ours.filter_map(|message| serde_json::from_value::<Kept>(message.plan.clone()?).ok());
    let plan = offered.flat_map(|kept| kept.choices).find(|choice| same(&choice.text, text))?.plan;
    Some(Outcome::of(CHOSEN, Planned::Plan { plan, assumptions: Vec::new(), confidence: 1.0 }))
}

/// The same words: white space is tidied on the way.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}
