//! Words that stand for other words: "ASP = average sale price", "churned: without orders".

use super::Sources;
use crate::offline::words::{TokenKind, tokens};

/// The most words of a meaning that is put in a question's place.
const LONGEST: usize = 12;
/// Words that are about how to write the statement, and mean nothing.
const WRITING: &[&str] = &[
    "join",
    "joining",
    "always",
    "use",
    "using",
    "aggregate",
    "aggregating",
    "group",
    "grouping",
    "filter",
    "cast",
    "current_date",
    "interval",
    "truncate",
    "calculate",
    "compute",
    "query",
    "table",
    "tables",
    "ensure",
    "null",
    "nulls",
    "case",
    "function",
    "wildcard",
    "wildcards",
    "ilike",
    "like",
    "cte",
    "column",
    "columns",
];

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// As it stands in questions.
    pub term: String,
    /// What may be said instead, the likeliest first.
    pub meanings: Vec<String>,
}

impl Wording {
    /// A term and its meaning in words; none where the meaning is no part of a question.
    pub(super) fn read(term: &str, meaning: &str, world: &Sources<'_>, loose: bool) -> Option<Self> {
        // "ASP (average selling price)"
        let (term, gloss) = match term.split_once('(') {
            Some((term, gloss)) => (term.trim(), gloss.split(')').next().map(str::trim)),
            None => (term.trim(), None),
        };
        let words = tokens(term).into_iter().filter(|t| t.kind != TokenKind::Mark).count();
        let short = term.chars().all(|c| c.is_uppercase() || c.is_ascii_digit()) && term.chars().count() >= 2;
        // What "is" something else in a hint is mostly no definition, but for an abbreviation.
        if words == 0 || words > 4 || loose && !short {
            return None;
        }
        let mut meanings = Vec::new();
        let meaning = meaning.trim().trim_matches(['"', '\'']).trim();
        let columns: Vec<&str> = meaning.split(',').map(str::trim).collect();
        let named = columns.len() > 1 && columns.iter().all(|c| !world.columns_called(None, c).is_empty());
        if named {
            // "full name refers to first_name, last_name"
            let (last, rest) = columns.split_last()?;
            meanings.push(format!("{} and {last}", rest.join(", ")));
        } else if let Some((above, below)) = quotient(meaning) {
            meanings.push(format!("ratio of {above} to {below}"));
            meanings.extend(gloss.map(str::to_owned));
        } else {
            meanings.extend(sayable(meaning));
            // "average price in the first quarter": the time is the question's.
            if short
                && let Some(cut) =
                    [" in ", " during ", " within ", " for ", " over "].iter().find_map(|w| meaning.find(w))
            {
                meanings.extend(sayable(&meaning[..cut]));
            }
            meanings.extend(gloss.map(str::to_owned));
        }
        (!meanings.is_empty()).then(|| Self { term: term.to_owned(), meanings })
    }

    /// A question with a meaning in the place of the term; none where the term is not in it.
    pub fn in_place(&self, question: &str, meaning: &str) -> Option<String> {
        let (lower, term) = (question.to_lowercase(), self.term.to_lowercase());
        // "a full name", "the full names" of several.
        let single =
            term.strip_suffix('s').filter(|t| t.len() > 3 && !t.ends_with('s') && !lower.contains(&term));
        let term = single.unwrap_or(&term).to_owned();
        if lower.len() != question.len() {
            return None;
        }
        let mut out = String::new();
        let mut from = 0;
        for (at, found) in lower.match_indices(&term) {
            let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            // "the full names" of several.
            let end = at + found.len();
            let several = lower[end..].starts_with('s') && !inner(lower[end + 1..].chars().next());
            let end = end + usize::from(several);
            if at < from || inner(lower[..at].chars().next_back()) || inner(lower[end..].chars().next()) {
                continue;
            }
            out.push_str(&question[from..at]);
            // "the total value", where the value is a total.
            let first = meaning.split(' ').next().unwrap_or_default();
            let again =
                matches!(first, "total" | "average") && out.to_lowercase().ends_with(&format!("{first} "));
            out.push_str(if again { meaning[first.len()..].trim_start() } else { meaning });
            from = end;
        }
        if from == 0 {
            return None;
        }
        out.push_str(&question[from..]);
        Some(out)
    }
}

/// A meaning that can be said in a question.
fn sayable(meaning: &str) -> Option<String> {
    let words = tokens(meaning);
    let says = words.iter().filter(|t| t.kind == TokenKind::Word).count();
    let writing = words.iter().any(|t| WRITING.contains(&t.lower.as_str()));
    let formula = meaning.contains(['(', ')', '*', '/', '=', '+', '{', ';']);
    (says > 0 && words.len() <= LONGEST && !writing && !formula).then(|| meaning.to_owned())
}

/// "total amount / number of sales", where both are words.
fn quotient(meaning: &str) -> Option<(String, String)> {
    let (above, below) = meaning.split_once('/')?;
    Some((sayable(above.trim())?, sayable(below.trim())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_replaced_where_it_is_a_word() {
        let wording = Wording { term: "ASP".into(), meanings: Vec::new() };
        let said = wording.in_place("What is the ASP, not the ASPECT, by asp?", "average price");
        assert_eq!(said.as_deref(), Some("What is the average price, not the ASPECT, by average price?"));
        assert_eq!(wording.in_place("What is the GPM?", "x"), None);
    }
}
