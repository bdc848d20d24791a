//! Verbs that say no more than that rows belong to something: "which supplier delivers the most ingredients" has the most of
//! them, "customers who never called" have no calls, who "spent the most on bookings" has the highest sum of them.

use super::{Words, instead, lower, slice, table_of, words};
use crate::offline::{
    amounts::amount_column,
    lexicon::Lexicon,
    plural,
    words::{lemma, root},
};
use rowcall_core::Catalogue;

/// Puts nouns for such verbs.
pub(super) fn deeds(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> String {
    let mut text = question.to_owned();
    for plainer in [spends_most, does_most, never_did, contains_such] {
        text = plainer(&text, lexicon, catalogue).unwrap_or(text);
    }
    text
}

fn many(table: usize, lexicon: &Lexicon) -> String {
    plural(&lexicon.tables[table].words.join(" "))
}

/// "Which member spent the most on bookings?": has the highest sum of their total prices.
fn spends_most(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let verb = (1..found.len()).find(|at| {
        matches!(lower(&found, *at), "spent" | "spends" | "spend")
            && lower(&found, at + 1) == "the"
            && matches!(lower(&found, at + 2), "most" | "least")
    })?;
    if lexicon.term(&["revenue"]).is_some() {
        return None;
    }
    let mut end = verb + 2 + usize::from(lower(&found, verb + 3) == "money");
    let mut from = verb;
    while matches!(lower(&found, from - 1), "has" | "have" | "had" | "who" | "that") && from > 1 {
        from -= 1;
    }
    let who = from == 1 && lower(&found, 0) == "who" || lower(&found, from) == "who" && from == 0;
    let people = if who { lexicon.people() } else { table_of(lower(&found, from - 1), lexicon) }?;
    let reaches = |t: usize| t != people && lexicon.prepared.graph.path(t, people, true, None).is_some();
    let on = matches!(lower(&found, end + 1), "on" | "for");
    let rows = if on {
        let noun = end + 2 + usize::from(matches!(lower(&found, end + 2), "our" | "the" | "their"));
        end = noun;
        table_of(lower(&found, noun), lexicon).filter(|t| reaches(*t))?
    } else {
        let edges = lexicon.prepared.graph.edges.iter().filter(|e| e.to == people && e.from != people);
        let mut paid = edges.map(|e| e.from).filter(|t| amount_column(*t, lexicon, catalogue).is_some());
        paid.next().filter(|_| paid.next().is_none())?
    };
    let amount = amount_column(rows, lexicon, catalogue)?;
    let column = lexicon.columns[amount.table][amount.column].words.join(" ");
    let most = if lower(&found, verb + 2) == "most" { "highest" } else { "lowest" };
    let of = format!("the {most} sum of {column} of {}", many(rows, lexicon));
    if who {
        let one = lexicon.tables[people].words.join(" ");
        return Some(instead(text, found[0].from, found[end].to, &format!("Which {one} has {of}")));
    }
    let said = if from < verb && matches!(lower(&found, from), "who" | "that") { "with" } else { "has" };
    Some(instead(text, found[from].from, found[end].to, &format!("{said} {of}")))
}

/// "Which supplier delivers the most ingredients?": has the most, where no column of theirs tells more of it.
fn does_most(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    if !matches!(lower(&found, 0), "which" | "what") {
        return None;
    }
    let verb = (2..found.len().min(5)).find(|at| {
        lower(&found, *at).ends_with('s')
            && !matches!(lower(&found, *at), "has" | "is" | "was" | "does")
            && lower(&found, at + 1) == "the"
            && matches!(lower(&found, at + 2), "most" | "fewest" | "least")
    })?;
    let (subject, rows) =
        (table_of(lower(&found, verb - 1), lexicon)?, table_of(lower(&found, verb + 3), lexicon)?);
    let mut edges = lexicon.prepared.graph.edges.iter().filter(|e| (e.from, e.to) == (rows, subject));
    edges.next().filter(|_| edges.next().is_none())?;
    let stem = root(lower(&found, verb));
    let told = catalogue.tables[rows].columns.iter().zip(&lexicon.columns[rows]).any(|(column, name)| {
        name.words.iter().any(|w| root(w) == stem)
            || column.samples.iter().any(|value| root(&value.to_lowercase()) == stem)
    });
    (!told).then(|| instead(text, found[verb].from, found[verb].to, "has"))
}

/// "Customers who never called", "Which customers have never called?": without calls.
fn never_did(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    let found = words(text);
    let never = (1..found.len().saturating_sub(1)).find(|at| lower(&found, *at) == "never")?;
    let verb = never + 1;
    // "never called again", "never called a customer": something is said of it.
    if verb + 1 != found.len() || !lower(&found, verb).ends_with("ed") {
        return None;
    }
    let stem = root(lower(&found, verb));
    let mut from = never;
    while from > 1 && matches!(lower(&found, from - 1), "have" | "has" | "had" | "who" | "that") {
        from -= 1;
    }
    let subject = table_of(lower(&found, from - 1), lexicon)?;
    let edges = &lexicon.prepared.graph.edges;
    let called = |t: &usize| matches!(lexicon.tables[*t].words.as_slice(), [one] if root(one) == stem);
    let mut rows = (0..lexicon.tables.len())
        .filter(|t| *t != subject && edges.iter().any(|e| (e.from, e.to) == (*t, subject)))
        .filter(called);
    let rows = rows.next().filter(|_| rows.next().is_none())?;
    let relative = matches!(lower(&found, from), "who" | "that");
    let without = if relative { "without" } else { "have no" };
    Some(instead(text, found[from].from, found[verb].to, &format!("{without} {}", many(rows, lexicon))))
}

/// "Which recipes contain butter?", where butter is an ingredient: those that use it.
fn contains_such(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    let found = words(text);
    let at =
        (1..found.len()).find(|at| matches!(lower(&found, *at), "contain" | "contains" | "containing"))?;
    let subject = table_of(lower(&found, at - 1), lexicon)
        .or_else(|| at.checked_sub(2).and_then(|before| table_of(lower(&found, before), lexicon)))?;
    // "the names of recipes containing butter" are those of all that has it.
    let named = (at.saturating_sub(2)..found.len())
        .any(|n| matches!(lower(&found, n), "name" | "names" | "title" | "word" | "text" | "letter"));
    let last = found.len();
    let such = (at + 1..last).rev().find_map(|end| {
        let parts: Vec<&str> = (at + 1..=end).map(|n| lower(&found, n)).collect();
        lexicon.values(&parts).first().map(|v| v.column.table)
    })?;
    let linked = such != subject && !linked_up(subject, such, &found, lexicon);
    let bare = !slice(text, found[at].to..).trim_start().starts_with(['"', '\'']);
    let plain = if lower(&found, at) == "containing" { "with" } else { "use" };
    (linked && bare && !named).then(|| instead(text, found[at].from, found[at].to, plain))
}

/// The other table is spoken of itself: "recipes that contain the ingredient butter".
fn linked_up(subject: usize, other: usize, found: &Words, lexicon: &Lexicon) -> bool {
    let spoken = (0..found.len()).any(|n| table_of(&lemma(lower(found, n)), lexicon) == Some(other));
    spoken || lexicon.prepared.graph.path(subject, other, false, None).is_none()
}
