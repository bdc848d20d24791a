//! "Tickets open for more than 7 days": open ones that began before then.

use super::Step;
use crate::offline::{
    arbiter::Read,
    resolve::start_column,
    words::{TokenKind, number_word},
};
use chrono::{Days, Months};
use rowcall_plan::{Field, Filter};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let (at, used) = (1..step.tokens.len()).find_map(|i| {
        let used = match (step.lower(i), step.lower(i + 1), step.lower(i + 2)) {
            ("for", "more" | "longer", "than") => 3,
            ("longer" | "older", "than", _) => 2,
            ("for", "over", _) => 2,
            ("for", "at", "least") => 3,
            _ => return None,
        };
        Some((i, used))
    })?;
    let number = step.tokens.get(at + used)?;
    let n = match number.kind {
        TokenKind::Number => number.text.parse::<u32>().ok()?,
        _ => u32::try_from(number_word(&number.lower)?).ok()?,
    };
    let today = step.request.today;
    let since = match step.lower(at + used + 1) {
        "day" | "days" => today.checked_sub_days(Days::new(n.into()))?,
        "week" | "weeks" => today.checked_sub_days(Days::new(u64::from(n) * 7))?,
        "month" | "months" => today.checked_sub_months(Months::new(n))?,
        "year" | "years" => today.checked_sub_months(Months::new(n.checked_mul(12)?))?,
        _ => return None,
    };
    // "tickets open longer than …": open is what they are.
    let that = format!("that are {}", step.tokens[at - 1].text);
    let mut read = step
        .instead(at, at + used + 2, "")
        .or_else(|| step.instead(at - 1, at + used + 2, &that).filter(|_| at > 1))?;
    let table = step.lexicon.prepared.table(step.catalogue, &read.plan.source).ok()?;
    let start = start_column(step.catalogue, step.lexicon, table)?;
    // A state is what lasts; without one, the words may be about any length.
    let state = read.plan.filters.iter().any(|f| match f {
        Filter::Compare { field, .. } | Filter::In { field, .. } | Filter::Null { field, .. } => {
            field.table == read.plan.source
        }
        _ => false,
    });
    state.then_some(())?;
    let name = step.catalogue.tables[table].columns[start.column].name.clone();
    let field = Field::new(read.plan.source.clone(), name);
    read.notes.push(format!("How long is told from {}.", field.column));
    read.plan.filters.push(Filter::Period { field, from: None, to: Some(since) });
    Some(read)
}
