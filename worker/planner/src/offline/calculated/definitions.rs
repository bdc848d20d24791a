//! Terms that a hint or the glossary defines as a calculation: "margin = unit price minus unit cost".

use super::{Added, Sources, add, choose::Calculation, formula::formula, phrase};
use crate::offline::{
    defined::{Statement, cut, statements},
    words::lemma,
};
use rowcall_plan::ComputedColumn;

/// What a meaning is replaced by, where it is calculated: the name of the column that it became, or the same words around it.
pub fn defined(term: &str, meaning: &str, world: &Sources<'_>, added: &mut Vec<Added>) -> Option<String> {
    let (meaning, sum) = of_one_row(meaning);
    let calculation = formula(&meaning, world).or_else(|| phrase::whole(&meaning, world));
    if let Some(calculation) = calculation {
        let name = name_of(term, world);
        return named(&calculation, &name, sum, world, added);
    }
    let replaced = phrase::replaced(&meaning, world, added)?;
    Some(if sum { format!("total {replaced}") } else { replaced })
}

fn named(
    calculation: &Calculation,
    name: &str,
    sum: bool,
    world: &Sources<'_>,
    added: &mut Vec<Added>,
) -> Option<String> {
    if sum {
        let (_, column) = add(calculation, None, name, world, added)?;
        return Some(format!("total {column}"));
    }
    let (table, column) = add(calculation, Some(name), name, world, added)?;
    Some(format!("{table}.{column}"))
}

/// A hint in which every calculation is the name of a column.
pub fn in_hint(hint: &str, question: &str, world: &Sources<'_>, added: &mut Vec<Added>) -> String {
    let mut out = Vec::new();
    for piece in cut(hint, &[';', '\n']) {
        let mut said: Vec<Statement> = statements(&piece).collect();
        let mut any = false;
        for Statement { left, right, .. } in &mut said {
            let term = in_short(&without_owner(left, world), question);
            if averaged(&term, question) && of_one_row(right).1 {
                continue;
            }
            if let Some(meaning) = defined(&term, right, world, added) {
                *left = term;
                *right = meaning;
                any = true;
            }
        }
        if any {
            out.extend(
                said.iter()
                    // "= SUM(…)" defines a number, and compares nothing.
                    .map(|s| {
                        let compares = s.loose && !s.right.starts_with("total ");
                        format!("{} {} {}", s.left, if compares { "=" } else { "refers to" }, s.right)
                    }),
            );
        } else if let Some(told) = told(&piece, question, world, added) {
            out.push(told);
        } else {
            out.push(piece);
        }
    }
    out.join("; ")
}

/// "To get the stock value, multiply the quantity by the cost and add up."
fn told(piece: &str, question: &str, world: &Sources<'_>, added: &mut Vec<Added>) -> Option<String> {
    let heads =
        ["To get ", "To compute ", "To calculate ", "To find ", "to get ", "to compute ", "to calculate "];
    let rest = heads.iter().find_map(|head| piece.trim().strip_prefix(head))?;
    let (term, meaning) = rest.split_once(',')?;
    (!averaged(&without_owner(term, world), question)).then_some(())?;
    let meaning = defined(term, meaning, world, added)?;
    Some(format!("{} refers to {meaning}", without_owner(term, world)))
}

/// A meaning without the words that say over which rows it is added up; and whether it is.
fn of_one_row(meaning: &str) -> (String, bool) {
    let mut text = meaning.trim().trim_end_matches('.').to_owned();
    let mut sum = false;
    let lower = text.to_lowercase();
    if lower.len() == text.len() {
        for tail in
            [", summed", ", added up", " summed up", " added up", " and add up", " and sum", ", in total"]
        {
            if let Some(at) = lower.find(tail) {
                text.truncate(at);
                sum = true;
                break;
            }
        }
        for head in ["the sum of ", "sum of ", "the total of ", "total of "] {
            if lower.starts_with(head) && head.len() < text.len() {
                text = text[head.len()..].to_owned();
                sum = true;
                break;
            }
        }
    }
    // "… over its lines"
    if sum
        && let Some(at) = [" over the ", " over all ", " over its ", " over their ", " of all "]
            .iter()
            .find_map(|tail| text.to_lowercase().find(tail))
        && text.is_char_boundary(at)
    {
        text.truncate(at);
    }
    if let Some(inner) =
        text.strip_prefix("SUM(").or_else(|| text.strip_prefix("sum(")).and_then(|t| t.strip_suffix(')'))
        && !inner.contains([')', '('])
    {
        return (inner.to_owned(), true);
    }
    (text, sum)
}

/// "the age of the donors at the time of their donations", where the age is one of donations.
pub fn at_the_time(question: &str, column: &ComputedColumn, world: &Sources<'_>) -> Option<String> {
    const TIME: &str = " at the time of ";
    let lower = question.to_lowercase();
    let time = lower.find(TIME).filter(|_| lower.len() == question.len())?;
    let name = column.name.replace('_', " ");
    let end = lower[..time].rfind(&name)? + name.len();
    let between: Vec<&str> = lower[end..time].split_whitespace().collect();
    let owner = match between.as_slice() {
        [] => true,
        ["of", rest @ ..] => rest.len() <= 3,
        _ => false,
    };
    let rest = question[time + TIME.len()..].trim_start();
    let rest = ["the ", "their ", "his ", "her ", "its ", "that "]
        .iter()
        .find_map(|article| rest.strip_prefix(article))
        .unwrap_or(rest);
    // "at the time of diagnosis" of diagnoses
    let noun = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric()).len();
    let itself = world.known.tables_for(&[&lemma(&rest[..noun].to_lowercase())]);
    let itself = itself.first().is_some_and(|(t, _)| world.catalogue.tables[*t].name == column.table.name);
    let (head, after) = (&question[..end], &rest[noun..]);
    let alone = itself && after.starts_with(['?', '.', ',']) || after.is_empty();
    owner.then(|| if alone { format!("{head}{after}") } else { format!("{head} of the {rest}") })
}

/// A term without the rows that have it: "the value of a trade".
fn without_owner(term: &str, world: &Sources<'_>) -> String {
    let trimmed = term.trim();
    let trimmed =
        ["the ", "The ", "a ", "an "].iter().find_map(|a| trimmed.strip_prefix(a)).unwrap_or(trimmed);
    for between in [" of a ", " of an ", " of the ", " of each ", " of "] {
        if let Some((head, owner)) = trimmed.split_once(between)
            && !head.trim().is_empty()
        {
            let words: Vec<String> = owner.split_whitespace().map(|w| lemma(&w.to_lowercase())).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let named = world.known.tables_for(&words).first().is_some_and(|(_, score)| *score >= 0.7);
            if named {
                return head.trim().to_owned();
            }
        }
    }
    trimmed.to_owned()
}

/// The question asks for the average of what is a sum, and does not say of which sums.
fn averaged(term: &str, question: &str) -> bool {
    let (question, term) = (question.to_lowercase(), term.to_lowercase());
    ["average ", "mean ", "median "].iter().any(|word| question.contains(&format!("{word}{term}")))
}

/// "age" for "age at donation", where a question says no more than that.
fn in_short(term: &str, question: &str) -> String {
    let (question, lower) = (question.to_lowercase(), term.to_lowercase());
    let says = |text: &str| question.split(|c: char| !c.is_alphanumeric()).any(|w| w == text);
    let head = lower.split(' ').next().unwrap_or_default();
    let place =
        lower.split(' ').nth(1).is_some_and(|w| matches!(w, "at" | "in" | "on" | "when" | "during" | "of"));
    if place && !question.contains(&lower) && says(head) { head.to_owned() } else { term.to_owned() }
}

/// The column name of a term: "traded value" as `traded_value`.
fn name_of(term: &str, world: &Sources<'_>) -> String {
    let term = without_owner(term, world).to_lowercase();
    let words = term.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.skip_while(|w| matches!(*w, "the" | "a" | "an")).collect::<Vec<_>>().join("_")
}
