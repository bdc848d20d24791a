//! "Who has placed five orders or more?", "Who applied for leave?": those to whom such rows refer, where the rows tell which
//! people did it.

use super::{are_people, instead, lower, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{lemma, root},
};
use rowcall_core::Catalogue;

/// The question for those people; nothing where it names them itself, or several kinds could have done it.
pub(super) fn who(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let does = !matches!(
        lower(&found, 1),
        "is" | "are"
            | "was"
            | "were"
            | "am"
            | "all"
            | "else"
            | "of"
            | "among"
            | ""
            | "works"
            | "work"
            | "worked"
    );
    if lower(&found, 0) != "who" || !does {
        return None;
    }
    let table = |at: usize| {
        let named = lexicon.tables_for(&[&lemma(lower(&found, at))]);
        named.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    };
    let at = (1..found.len().min(8)).find(|at| table(*at).is_some())?;
    let rows = table(at)?;
    let stems: Vec<String> = (1..at).map(|n| root(lower(&found, n))).collect();
    let edges: Vec<_> = lexicon
        .prepared
        .graph
        .edges
        .iter()
        .filter(|e| e.from == rows && e.to != rows && are_people(e.to, lexicon))
        .collect();
    let called = |e: &&&rowcall_plan::Edge| {
        e.from_columns.iter().any(|name| {
            let column = catalogue.tables[rows].columns.iter().position(|c| c.name == *name);
            column.is_some_and(|c| lexicon.columns[rows][c].words.iter().any(|w| stems.contains(&root(w))))
        })
    };
    let told: Vec<_> = edges.iter().filter(called).collect();
    let to = match (told.as_slice(), edges.as_slice()) {
        ([one], _) => one.to,
        ([], [one]) => one.to,
        _ => return None,
    };
    // "Who teaches the students of …": people are spoken of already.
    let named = (1..found.len()).any(|n| table(n) == Some(to));
    let many = plural(&lexicon.tables[to].words.join(" "));
    let has = lower(&found, 1) == "has";
    let end = if has { 1 } else { 0 };
    let said = if has { format!("Which {many} have") } else { format!("Which {many}") };
    (!named).then(|| instead(text, found[0].from, found[end].to, &said))
}
