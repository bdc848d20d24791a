//! Which tables a model is shown, and how. Hundreds of tables do not fit into a prompt: those whose words the question
//! uses come first, then those they are connected with, then the names of the rest.

mod render;
mod words;

pub use render::{describe, full_name};
pub use words::Words;

use crate::{fence, tokens};
use rowcall_core::{Catalogue, Column, Table};
use std::collections::HashMap;

/// Whether a column's values may be shown.
pub type MayShow<'a> = &'a (dyn Fn(&Table, &Column) -> bool + Sync);

/// What a model is shown of a catalogue.
pub struct Selection {
    /// The text for the prompt; made for a fenced block.
    pub text: String,
    /// How many tables are not described in it.
    pub left_out: usize,
}

/// Describes the tables that matter for `question` in at most about `budget` tokens. `context` (the messages before) counts
/// for less than the question.
pub fn select(
    catalogue: &Catalogue,
    question: &str,
    context: &str,
    budget: usize,
    may_show: MayShow<'_>,
) -> Selection {
    let (asked, before) = (Words::of(question), Words::of(context));
    let order = order(catalogue, &asked, &before, may_show);
    let mut text = String::new();
    let mut used = 0;
    let mut chosen = Vec::new();
    let mut left = Vec::new();
    for at in order {
        let table = &catalogue.tables[at];
        let described = describe(catalogue, table, &asked, may_show);
        let cost = tokens::estimate(&described);
        // A tenth is kept for the names of the rest.
        if used + cost <= budget - budget / 10 || chosen.is_empty() {
            used += cost;
            chosen.push((at, described));
        } else {
            left.push(at);
        }
    }
    // In the catalogue's order: the same tables give the same prompt, whatever made them matter.
    chosen.sort_by_key(|(at, _)| *at);
    for (_, described) in &chosen {
        text.push_str(described);
    }
    names_of_the_rest(catalogue, &left, budget.saturating_sub(used), &mut text);
    Selection { text, left_out: left.len() }
}

fn names_of_the_rest(catalogue: &Catalogue, left: &[usize], budget: usize, text: &mut String) {
    if left.is_empty() {
        return;
    }
    let mut line = String::from("other tables, not described here:");
    let mut named = 0;
    for at in left {
        let name = full_name(&catalogue.tables[*at]);
        if tokens::estimate(&line) + tokens::estimate(&name) > budget {
            break;
        }
        line.push(' ');
        line.push_str(&name);
        named += 1;
    }
    if named < left.len() {
        line.push_str(&format!(" … and {} more", left.len() - named));
    }
    text.push_str(&line);
    text.push('\n');
}

/// Positions of tables, those that matter most first.
fn order(catalogue: &Catalogue, asked: &Words, before: &Words, may_show: MayShow<'_>) -> Vec<usize> {
    let mut scores: Vec<f64> = catalogue
        .tables
        .iter()
        .map(|table| score(table, asked, may_show) + 0.5 * score(table, before, may_show))
        .collect();
    // Neighbours: what a table that matters refers to is needed to name it, what refers to it is needed to count it.
    let position: HashMap<(&str, &str), usize> =
        catalogue.tables.iter().enumerate().map(|(n, t)| ((t.schema.as_str(), t.name.as_str()), n)).collect();
    let own = scores.clone();
    for (from, table) in catalogue.tables.iter().enumerate() {
        for key in &table.foreign_keys {
            let Some(&to) = position.get(&(key.references_schema.as_str(), key.references_table.as_str()))
            else {
                continue;
            };
            scores[to] = scores[to].max(own[to] + 0.45 * own[from]);
            scores[from] = scores[from].max(own[from] + 0.3 * own[to]);
        }
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| {
        let size = |n: usize| catalogue.tables[n].foreign_keys.len();
        scores[*b].total_cmp(&scores[*a]).then(size(*b).cmp(&size(*a))).then(a.cmp(b))
    });
    order
}

/// How much of `words` a table knows.
pub fn score(table: &Table, words: &Words, may_show: MayShow<'_>) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    let mut sum = 6.0 * words.in_name(&table.name)
        + 1.0 * words.in_name(&table.schema)
        + 2.0 * table.comment.as_deref().map_or(0.0, |c| words.in_text(c));
    let mut columns = 0.0_f64;
    for column in &table.columns {
        let mut hit = 2.0 * words.in_name(&column.name)
            + 1.0 * column.comment.as_deref().map_or(0.0, |c| words.in_text(c))
            + 2.0 * words.in_values(&column.enum_values);
        if may_show(table, column) {
            hit += 2.0 * words.in_values(&column.samples);
        }
        columns += hit;
    }
    // A table of two hundred columns is not more to the point for that.
    sum += columns.min(12.0);
    sum
}

/// Tables whose words are closest to `wanted`, for the tool that searches.
pub fn search<'a>(
    catalogue: &'a Catalogue,
    wanted: &str,
    limit: usize,
    may_show: MayShow<'_>,
) -> Vec<&'a Table> {
    let words = Words::of(wanted);
    let mut found: Vec<(f64, usize)> = catalogue
        .tables
        .iter()
        .enumerate()
        .map(|(n, table)| (score(table, &words, may_show), n))
        .filter(|(score, _)| *score > 0.0)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().take(limit).map(|(_, n)| &catalogue.tables[n]).collect()
}

/// The table that a model names: with its schema, without it, in any case.
pub fn find<'a>(catalogue: &'a Catalogue, name: &str) -> Option<&'a Table> {
    let wanted = fence::line(name, 200).replace('"', "");
    catalogue
        .tables
        .iter()
        .find(|t| format!("{}.{}", t.schema, t.name) == wanted)
        .or_else(|| catalogue.resolve(None, &wanted))
        .or_else(|| {
            let mut same = catalogue.tables.iter().filter(|t| {
                t.name.eq_ignore_ascii_case(&wanted)
                    || format!("{}.{}", t.schema, t.name).eq_ignore_ascii_case(&wanted)
            });
            same.next().filter(|_| same.next().is_none())
        })
}

#[cfg(test)]
mod tests;
