//! Percentages that a hint computes: "percentage = DIVIDE(SUM(result = 'P'), COUNT(exam_id)) * 100". The question is read as
//! one of how many there are, and the formula says which of its conditions are those of the part, and not of all.

use super::{Sources, condition};
use crate::offline::lexicon::ValueRef;
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::{Aggregate, Field, Filter, Measure, Prepared, QueryPlan};

/// Words that ask for a part of all.
const ASKED: &[&str] = &["percentage", "percent", "share", "proportion", "rate", "ratio", "fraction"];

/// A part of all, as a hint computes it.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the rows of the part are, one per table that the condition may be on.
    conditions: Vec<ValueRef>,
    /// What all rows are counted by; empty where that is left open.
    counted: Vec<ColumnRef>,
    /// Times a hundred.
    percent: bool,
}

impl Part {
    /// A formula; none where it is no such part.
    pub(super) fn read(term: &str, formula: &str, world: &Sources<'_>) -> Option<Self> {
        ASKED.iter().any(|word| term.to_lowercase().contains(word)).then_some(())?;
        let lower = formula.to_lowercase();
        let percent = lower.contains("100");
        let start = lower.find("divide")?;
        let (_, arguments) = call(formula.get(start..)?)?;
        let [above, below] = arguments.as_slice() else { return None };
        let (function, inner) = call(above)?;
        matches!(function.to_lowercase().as_str(), "sum" | "count").then_some(())?;
        let inner = inner.join(", ");
        let conditions = condition::read(condition_in(&inner), world)?.values(world);
        let (function, counted) = call(below)?;
        function.eq_ignore_ascii_case("count").then_some(())?;
        let counted = counted.first()?.trim();
        let counted =
            ["distinct ", "DISTINCT "].iter().find_map(|d| counted.strip_prefix(d)).unwrap_or(counted);
        let counted = super::single_column(counted, world).unwrap_or_default();
        (!conditions.is_empty()).then_some(Self { conditions, counted, percent })
    }

    /// How many there are, instead of which part of all; none where the question does not ask for a part.
    pub fn counting(question: &str) -> Option<String> {
        const ASKS: &str = "calculate compute determine find give state tell show what is was the me us please return work out";
        let lower = question.to_lowercase();
        if let Some(at) =
            ["percentage of ", "percent of ", "share of ", "proportion of "].iter().find_map(|p| {
                let at = lower.find(p)?;
                let leads = lower[..at].split_whitespace().all(|w| ASKS.split(' ').any(|known| known == w));
                (leads && at > 0 && lower.len() == question.len()).then_some(at + p.len())
            })
            && !lower.starts_with("what percent")
        {
            return Some(format!("How many {}", &question[at..]));
        }
        let mut words: Vec<String> = question.split_whitespace().map(str::to_owned).collect();
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let mut found = false;
        let mut at = 0;
        while at < words.len() {
            let word = bare(&words[at]);
            if !matches!(word.as_str(), "percentage" | "percent" | "share" | "proportion") {
                at += 1;
                continue;
            }
            // "in percent" of what was asked before.
            if at > 0 && bare(&words[at - 1]) == "in" && found {
                words.drain(at - 1..=at);
                continue;
            }
            let end: String = words[at].chars().skip_while(|c| c.is_alphanumeric()).collect();
            let what = at > 0 && bare(&words[at - 1]) == "what";
            if what {
                words[at - 1] = if words[at - 1].starts_with('W') { "How".into() } else { "how".into() };
                words[at] = format!("many{end}");
                let next = words.get(at + 1).map(|w| bare(w)).unwrap_or_default();
                let verb = match next.as_str() {
                    "is" => Some("are"),
                    "was" => Some("were"),
                    "has" => Some("have"),
                    _ => None,
                };
                if let Some(verb) = verb {
                    words[at + 1] = verb.to_owned();
                } else if next == "of" {
                    words.remove(at + 1);
                }
            } else {
                words[at] = format!("number{end}");
            }
            found = true;
            at += 1;
        }
        found.then(|| words.join(" "))
    }

    /// Makes a count the part of all that the formula computes; none where it counts something else.
    pub fn of(&self, mut plan: QueryPlan, prepared: &Prepared, catalogue: &Catalogue) -> Option<QueryPlan> {
        let source = prepared.table(catalogue, &plan.source).ok()?;
        (self.counted.is_empty() || self.counted.iter().any(|c| c.table == source)).then_some(())?;
        let mut shown = (0..plan.measures.len()).filter(|at| !plan.measures[*at].hidden);
        let at = shown.next().filter(|_| shown.next().is_none())?;
        let counts = |m: &Measure| matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct);
        (counts(&plan.measures[at]) && !plan.measures[at].share && plan.combine.is_none()).then_some(())?;
        let mut all: Vec<Filter> = plan.measures[at].filters.drain(..).collect();
        plan.measures[at].over = None;
        all.append(&mut plan.filters);
        let ours: Vec<Filter> = self
            .conditions
            .iter()
            .map(|value| {
                let column = &catalogue.tables[value.column.table].columns[value.column.column];
                let table = prepared.name_of(catalogue, value.column.table);
                value.filter(Field::new(table, column.name.clone()))
            })
            .collect();
        let (part, rest): (Vec<Filter>, Vec<Filter>) =
            all.into_iter().partition(|filter| ours.iter().any(|own| is(filter, own)));
        (!part.is_empty()).then_some(())?;
        plan.filters = rest;
        let whole = Measure { hidden: false, label: None, ..plan.measures[at].clone() };
        plan.measures[at].filters = part;
        plan.measures[at].over = Some(Box::new(whole));
        plan.measures[at].percent = self.percent;
        plan.measures[at].label = None;
        Some(plan)
    }
}

/// The same condition, of the rows or of what belongs to them.
fn is(filter: &Filter, own: &Filter) -> bool {
    match filter {
        Filter::Related { filters, count: None, .. } => matches!(filters.as_slice(), [one] if is(one, own)),
        Filter::All(parts) if parts.len() == 1 => is(&parts[0], own),
        _ => bare(filter) == bare(own),
    }
}

/// Without the way by which a table is reached.
fn bare(filter: &Filter) -> Option<serde_json::Value> {
    fn without(value: serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Object(fields) => serde_json::Value::Object(
                fields.into_iter().filter(|(k, _)| k != "via").map(|(k, v)| (k, without(v))).collect(),
            ),
            serde_json::Value::Array(items) => {
                serde_json::Value::Array(items.into_iter().map(without).collect())
            }
            other => other,
        }
    }
    serde_json::to_value(filter).ok().map(without)
}

/// The condition within what is counted: "DISTINCT id WHERE a = 1", "CASE WHEN a = 1 THEN 1 ELSE 0 END".
fn condition_in(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    if let Some(at) = lower.find(" where ") {
        return &text[at + 7..];
    }
    if let (Some(from), Some(to)) = (lower.find("when "), lower.find(" then ")) {
        return text.get(from + 5..to).unwrap_or(text);
    }
    text
}

/// A function and its arguments, from the beginning of a text.
fn call(text: &str) -> Option<(String, Vec<String>)> {
    let text = text.trim();
    let open = text.find('(')?;
    let name = text[..open].trim().to_owned();
    name.chars().all(|c| c.is_alphabetic() || c == '_').then_some(())?;
    let (mut deep, mut quoted, mut from) = (0usize, None, open + 1);
    let mut arguments = Vec::new();
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match (quoted, c) {
            (Some(mark), _) => quoted = (mark != c).then_some(mark),
            (None, '\'' | '"') => quoted = Some(c),
            (None, '(') => deep += 1,
            (None, ')') => {
                deep = deep.checked_sub(1)?;
                if deep == 0 {
                    arguments.push(text[from..at].trim().to_owned());
                    return Some((name, arguments));
                }
            }
            (None, ',') if deep == 1 => {
                arguments.push(text[from..at].trim().to_owned());
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_have_arguments() {
        let (name, arguments) = call("DIVIDE(SUM(a = 'x, y'), COUNT(DISTINCT id)) * 100").unwrap();
        assert_eq!(
            (name.as_str(), arguments),
            ("DIVIDE", vec!["SUM(a = 'x, y')".into(), "COUNT(DISTINCT id)".into()])
        );
        assert!(call("DIVIDE(SUM(a").is_none());
        assert!(call("").is_none());
    }

    #[test]
    fn a_part_is_asked_for_as_a_number() {
        let asked = |q: &str| Part::counting(q).unwrap_or_default();
        assert_eq!(asked("What percentage of the orders is late?"), "How many the orders is late?");
        assert_eq!(
            asked("Of the late orders, what percentage was paid?"),
            "Of the late orders, how many were paid?"
        );
        assert_eq!(asked("Name the town and give the percentage."), "Name the town and give the number.");
        assert!(Part::counting("How many are late?").is_none());
    }
}
