//! "Who has placed five orders or more?", "Who applied for leave?": those to whom such rows refer, where the rows tell which
//! people did it.

use super::{Words, are_people, instead, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    linked::rows_of_deed,
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
    if lower(&found, 0) == "who" && lower(&found, 1) == "are" {
        return who_are(text, &found, lexicon);
    }
    if lower(&found, 0) != "who" || !does {
        return None;
    }
    if let Some(plain) = who_of(text, &found, lexicon, catalogue) {
        return Some(plain);
    }
    let table = |at: usize| {
        let named = lexicon.tables_for(&[&lemma(lower(&found, at))]);
        named.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    };
    let buys = rows_of_deed(lower(&found, 1)).is_some();
    let Some(at) = (1..found.len().min(8)).find(|at| table(*at).is_some()).filter(|_| !buys) else {
        return when_they(text, &found, lexicon, catalogue);
    };
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

/// "Who directed The Salt Road?": the director of it, where a column says who that is.
fn who_of(text: &str, found: &Words, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let verb = lower(found, 1);
    if found.len() < 2 || !verb.ends_with("ed") && verb != "wrote" {
        return None;
    }
    let stem = if verb == "wrote" { "writ".to_owned() } else { root(verb) };
    let agent = |w: &str| (w.ends_with("or") || w.ends_with("er")) && root(w) == stem;
    let mut nouns = lexicon.columns.iter().zip(&catalogue.tables).flat_map(|(names, table)| {
        names.iter().zip(&table.columns).filter_map(|(name, column)| match name.words.as_slice() {
            [one] if column.kind.is_textual() && agent(one) => Some(one.clone()),
            _ => None,
        })
    });
    let noun = nouns.next()?;
    let rest = slice(text, found[1].to..).trim_start();
    let it = rest.chars().next().is_some_and(char::is_alphanumeric) || rest.starts_with(['"', '\'']);
    (nouns.next().is_none() && it).then(|| format!("Who is the {noun} of {rest}"))
}

/// "Who joined last?", "Who was hired in 2024?": those of whom it is kept when they did.
fn when_they(text: &str, found: &Words, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let verb = lower(found, 1);
    // "Who reports to Ann Lee?", where people refer to people.
    if matches!(verb, "reports" | "report" | "answers") && lower(found, 2) == "to" {
        let graph = &lexicon.prepared.graph;
        let mut people = (0..lexicon.tables.len())
            .filter(|t| graph.edges.iter().any(|e| e.from == *t && e.to == *t) && are_people(*t, lexicon));
        let table = people.next().filter(|_| people.next().is_none())?;
        let many = plural(&lexicon.tables[table].words.join(" "));
        return Some(instead(text, found[0].from, found[1].to, &format!("Which {many} report")));
    }
    // "Who bought the parka?": those to whom orders refer.
    if let Some(deed) = rows_of_deed(verb).filter(|_| verb.ends_with("ed") || verb == "bought") {
        let graph = &lexicon.prepared.graph;
        let done = |t: usize| matches!(lexicon.tables[t].words.as_slice(), [one] if deed.split(' ').any(|w| w == one));
        let mut people =
            graph.edges.iter().filter(|e| done(e.from) && are_people(e.to, lexicon)).map(|e| e.to);
        let table = people.next().filter(|_| people.next().is_none());
        if let Some(table) = table {
            let many = plural(&lexicon.tables[table].words.join(" "));
            return Some(instead(text, found[0].from, found[0].to, &format!("Which {many}")));
        }
    }
    if !verb.ends_with("ed") {
        return None;
    }
    let stem = root(verb);
    let timed = |t: &usize| {
        let columns = catalogue.tables[*t].columns.iter().zip(&lexicon.columns[*t]);
        let own = columns
            .into_iter()
            .any(|(c, name)| c.kind.is_temporal() && name.words.iter().any(|w| root(w) == stem));
        own || super::happened::other(verb, Some(*t), lexicon, catalogue).is_some()
    };
    // Members of teams are users that are kept elsewhere.
    let named = |t: &usize| lexicon.columns[*t].iter().any(|c| c.words.last().is_some_and(|w| w == "name"));
    let mut people = (0..lexicon.tables.len()).filter(|t| are_people(*t, lexicon) && named(t) && timed(t));
    let table = people.next().filter(|_| people.next().is_none())?;
    let one = lexicon.tables[table].words.join(" ");
    // "Who joined last?" is whoever has the latest of those times.
    let done = super::happened::other(verb, Some(table), lexicon, catalogue).map_or(stem.clone(), root);
    let mut names = lexicon.columns[table].iter().zip(&catalogue.tables[table].columns);
    let column = names
        .find(|(name, c)| c.kind.is_temporal() && name.words.iter().any(|w| root(w) == done || *w == done));
    let end = match lower(found, 2) {
        "last" | "latest" => Some("latest"),
        "first" | "earliest" => Some("earliest"),
        _ => None,
    };
    if let (Some(end), Some((name, _)), 3) = (end, column, found.len()) {
        return Some(format!("Which {one} has the {end} {}?", name.words.join(" ")));
    }
    Some(instead(text, found[0].from, found[0].to, &format!("Which {}", plural(&one))))
}

/// "Who are our UX designers?": the employees who are, where that is a value of what they refer to.
fn who_are(text: &str, found: &Words, lexicon: &Lexicon) -> Option<String> {
    let first = 2 + usize::from(matches!(lower(found, 2), "our" | "the" | "all"));
    let parts: Vec<&str> = (first..found.len()).map(|n| lower(found, n)).collect();
    let values = lexicon.values(&parts);
    let column =
        values.first().filter(|v| !parts.is_empty() && values.iter().all(|o| o.column == v.column))?.column;
    let edges = &lexicon.prepared.graph.edges;
    let mut people: Vec<usize> = edges
        .iter()
        .filter(|e| e.to == column.table && are_people(e.from, lexicon))
        .map(|e| e.from)
        .collect();
    people.dedup();
    let [table] = people.as_slice() else { return None };
    let many = plural(&lexicon.tables[*table].words.join(" "));
    Some(format!("Which {many} are {}?", slice(text, found[first].from..found[found.len() - 1].to)))
}
