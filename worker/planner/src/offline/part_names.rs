//! People called by one of their names, where a column holds whole ones: "customers called Anna", "with the last name Smith".

use super::{
    lexicon::Lexicon,
    recast::{
        are_people,
        text::{slice, words},
    },
    words::is_person,
};
use rowcall_core::Catalogue;
use rowcall_plan::{Field, Filter, QueryPlan, TextMatch};

/// The share of values with a space in them that makes a column one of whole names.
const WHOLE: f64 = 0.7;
/// Fewer values tell nothing.
const FEWEST: usize = 3;

/// Which of the names was said.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    First,
    Last,
}

/// "whose first name is Anna", where no column holds first names: whose name starts with it.
pub(super) fn halves(question: &str, lexicon: &Lexicon) -> Option<String> {
    let apart = |words: &Vec<String>| {
        words.iter().any(|w| matches!(w.as_str(), "surname" | "forename" | "firstname" | "lastname"))
            || words.contains(&"name".to_owned())
                && words.iter().any(|w| matches!(w.as_str(), "first" | "last" | "family" | "given"))
    };
    if lexicon.columns.iter().flatten().any(|name| apart(&name.words)) {
        return None;
    }
    let found = words(question);
    let lower = |at: usize| found[at].lower.as_str();
    let (half, at, used) = (1..found.len()).find_map(|at| match (lower(at), lower(at + 1)) {
        ("first" | "given", "name") => Some((Half::First, at, 2)),
        ("last" | "family", "name") => Some((Half::Last, at, 2)),
        ("surname", _) => Some((Half::Last, at, 1)),
        ("forename", _) => Some((Half::First, at, 1)),
        _ => None,
    })?;
    let mut from = at;
    while matches!(lower(from - 1), "the" | "a") && from > 1 {
        from -= 1;
    }
    matches!(lower(from - 1), "whose" | "with" | "having").then_some(())?;
    let mut value = at + used;
    while matches!(lower(value), "is" | "of" | "was") {
        value += 1;
    }
    let end = found[value - 1].to;
    let rest = slice(question, end..);
    // What stands in quotation marks is none of the words.
    let quoted = rest.trim_start().starts_with(['"', '\'', '“']);
    let how = if half == Half::First { "starts with" } else { "ends with" };
    let before = slice(question, ..found[from - 1].from);
    if quoted {
        return Some(format!("{before}whose name {how}{rest}"));
    }
    let name = found.get(value)?;
    let said = slice(question, name.from..name.to);
    let capital = said.starts_with(char::is_uppercase);
    capital.then(|| format!("{before}whose name {how} '{said}'{}", slice(question, name.to..)))
}

/// Compares one name with a part of the whole ones.
pub(super) fn of_whole(
    plan: &mut QueryPlan,
    question: &str,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    notes: &mut Vec<String>,
) {
    let found = words(question);
    let half =
        (0..found.len()).find_map(|at| match (found[at].lower.as_str(), found[at + 1].lower.as_str()) {
            ("first" | "given", "name") | ("forename", _) => Some(Half::First),
            ("last" | "family", "name") | ("surname", _) => Some(Half::Last),
            _ => None,
        });
    let names = Names { lexicon, catalogue, half };
    let measured = plan.measures.iter_mut().flat_map(|m| m.filters.iter_mut());
    for filter in plan.filters.iter_mut().chain(measured) {
        names.widen(filter, notes);
    }
}

struct Names<'n> {
    lexicon: &'n Lexicon,
    catalogue: &'n Catalogue,
    half: Option<Half>,
}

impl Names<'_> {
    /// A column of the whole names of people.
    fn holds_whole(&self, field: &Field) -> bool {
        let Ok(table) = self.lexicon.prepared.table(self.catalogue, &field.table) else { return false };
        let columns = &self.catalogue.tables[table].columns;
        let Some(at) = columns.iter().position(|c| c.name == field.column) else { return false };
        let words = &self.lexicon.columns[table][at].words;
        let of_people = words.iter().any(|w| is_person(w))
            || are_people(table, self.lexicon) && words.iter().any(|w| w == "name");
        let values = &columns[at].samples;
        let spaced = values.iter().filter(|v| v.trim().contains(' ')).count();
        of_people && values.len() >= FEWEST && spaced as f64 >= WHOLE * values.len() as f64
    }

    /// Whether some names were seen that begin, and that end, with this one.
    fn halves_seen(&self, field: &Field, value: &str) -> (bool, bool) {
        let Ok(table) = self.lexicon.prepared.table(self.catalogue, &field.table) else {
            return (false, false);
        };
        let column = self.catalogue.tables[table].columns.iter().find(|c| c.name == field.column);
        let value = value.to_lowercase();
        let samples = column.into_iter().flat_map(|c| &c.samples).map(|v| v.trim().to_lowercase());
        samples.fold((false, false), |(first, last), name| {
            (first || name.starts_with(&format!("{value} ")), last || name.ends_with(&format!(" {value}")))
        })
    }

    fn widen(&self, filter: &mut Filter, notes: &mut Vec<String>) {
        let (field, how, value, negated) = match filter {
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                parts.iter_mut().for_each(|part| self.widen(part, notes));
                return;
            }
            Filter::Not(part) => return self.widen(part, notes),
            Filter::Text { field, how, value, negated } => (field, how, value, negated),
            _ => return,
        };
        if value.contains(' ') || value.is_empty() || !self.holds_whole(field) {
            return;
        }
        match (*how, self.half) {
            (TextMatch::StartsWith, Some(Half::First)) => value.push(' '),
            (TextMatch::EndsWith, Some(Half::Last)) => value.insert(0, ' '),
            (TextMatch::Equals, _) => {
                let text = |how, value| Filter::Text { field: field.clone(), how, value, negated: false };
                let (first, last) = self.halves_seen(field, value);
                let mut all = vec![text(TextMatch::Equals, value.clone())];
                if first || !last {
                    all.push(text(TextMatch::StartsWith, format!("{value} ")));
                }
                if last {
                    all.push(text(TextMatch::EndsWith, format!(" {value}")));
                }
                let which = match (first, last) {
                    (true, true) => "first or last name",
                    (_, true) => "last name",
                    _ => "first name",
                };
                notes.push(format!("\"{value}\" is read as a {which}, as the names are whole ones."));
                *filter = if *negated { Filter::Not(Box::new(Filter::Any(all))) } else { Filter::Any(all) };
            }
            _ => {}
        }
    }
}
