//! Numbers that the comments of a catalogue define: "revenue is the sum of it over orders that were not cancelled".
//! Such a term means the same wherever it stands in a question.

use super::{
    lexicon::Known,
    words::{lemma, tokens},
};
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::Aggregate;

/// A defined number.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its name, base forms.
    pub words: Vec<String>,
    /// Its name as written.
    pub name: String,
    /// How it is computed.
    pub aggregate: Aggregate,
    /// From which column.
    pub column: ColumnRef,
    /// Only over rows where a column has one of these values, or none of them.
    pub filter: Option<(ColumnRef, Vec<String>, bool)>,
}

/// The terms that column comments define.
pub fn of_comments(catalogue: &Catalogue, lexicon: &Known) -> Vec<Term> {
    let mut out = Vec::new();
    for (t, table) in catalogue.tables.iter().enumerate() {
        for (c, column) in table.columns.iter().enumerate() {
            let Some(comment) = column.comment.as_deref().filter(|_| column.kind.is_numeric()) else {
                continue;
            };
            for sentence in comment.split([';', '.', '\n']) {
                out.extend(defined(sentence, ColumnRef { table: t, column: c }, lexicon));
            }
        }
    }
    out
}

/// "X is the sum of it [over rows that were (not) A or B]".
fn defined(sentence: &str, column: ColumnRef, lexicon: &Known) -> Option<Term> {
    let words: Vec<String> = tokens(sentence).into_iter().map(|t| t.lower).collect();
    let is = words.iter().position(|w| matches!(w.as_str(), "is" | "means"))?;
    let mut rest = words[is + 1..].iter().map(String::as_str).filter(|w| *w != "the");
    let aggregate = match rest.next()? {
        "sum" | "total" => Aggregate::Sum,
        "average" | "mean" => Aggregate::Average,
        _ => return None,
    };
    let mut rest: Vec<&str> = rest.collect();
    if !rest.starts_with(&["of", "it"]) && !rest.starts_with(&["of", "this"]) {
        return None;
    }
    rest.drain(..2);
    let name: Vec<&str> = words[..is].iter().map(String::as_str).filter(|w| *w != "the").collect();
    if name.is_empty() || name.len() > 3 {
        return None;
    }
    let filter = match rest.iter().position(|w| matches!(*w, "that" | "which" | "where")) {
        None if rest.is_empty() => None,
        None => return None,
        Some(that) => Some(condition(&rest[that + 1..], column.table, lexicon)?),
    };
    Some(Term {
        words: name.iter().map(|w| lemma(w)).collect(),
        name: name.join(" "),
        aggregate,
        column,
        filter,
    })
}

/// "were not cancelled or returned": values of one column of the table.
fn condition(words: &[&str], table: usize, lexicon: &Known) -> Option<(ColumnRef, Vec<String>, bool)> {
    let negated = words.contains(&"not");
    let mut found: Option<(ColumnRef, Vec<String>)> = None;
    for word in words {
        if matches!(*word, "were" | "was" | "are" | "is" | "not" | "or" | "and" | "nor" | "neither" | ",") {
            continue;
        }
        let value = lexicon.values(&[word]).iter().find(|v| v.column.table == table)?;
        match &mut found {
            None => found = Some((value.column, vec![value.text.clone()])),
            Some((column, values)) if *column == value.column => values.push(value.text.clone()),
            Some(_) => return None,
        }
    }
    found.map(|(column, values)| (column, values, negated))
}
