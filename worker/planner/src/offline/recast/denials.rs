//! What was never done, by nobody or only one way: "films never shown", "classes nobody signed up for", "customers whose
//! rentals were all cancelled".

use super::{
    Plainer, are_people, bare, in_turn, is_one_of, lower, people::may_do, slice, table_of, versus::values,
    words,
};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    reader::same_root,
    words::{lemma, root},
};

const WAYS: &[Plainer] = &[nobody_does, none_of, never_in_any, whose_all, never_done];

/// Says without which rows.
pub(super) fn denials(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// "classes nobody signed up for", "Which tasks is nobody assigned to?": without those people, where they are of one kind.
fn nobody_does(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "nobody" || lower(&found, *at) == "noone")?;
    let helps = usize::from(is_one_of("has is was have that which", lower(&found, at - 1)));
    let noun = found.get(at.checked_sub(1 + helps)?)?;
    let table = table_of(&noun.lower, lexicon)?;
    let mut verb = at + 1;
    while is_one_of("has is was have ever been", lower(&found, verb)) {
        verb += 1;
    }
    // One verb, and what belongs to it.
    let tail = found.get(verb + 1..)?;
    let plain = tail.iter().all(|w| is_one_of("up for in to on at by from with yet so far", &w.lower));
    // What is kept of the deed itself is meant, not who did it: "listings nobody has viewed".
    let stem = root(lower(&found, verb));
    let names = lexicon.tables.iter().chain(lexicon.columns.iter().flatten());
    let told = names.flat_map(|n| &n.words).any(|w| same_root(w, &stem));
    if verb >= found.len() || !plain || told || lemma(&noun.lower) == noun.lower {
        return None;
    }
    let graph = &lexicon.prepared.graph;
    let last = |t: usize| lexicon.tables[t].words.last();
    let link = |t: usize| graph.edges.iter().any(|e| e.from == t && e.to != t && last(e.to) == last(t));
    let mut near = (0..lexicon.tables.len()).filter(|t| {
        *t != table
            && are_people(*t, lexicon)
            && !link(*t)
            && may_do(*t, lower(&found, verb), lexicon)
            && (graph.edges.iter().any(|e| (e.from, e.to) == (table, *t) || (e.to, e.from) == (table, *t))
                || graph
                    .edges
                    .iter()
                    .any(|e| e.to == table && graph.edges.iter().any(|o| o.from == e.from && o.to == *t)))
    });
    let people = near.next().filter(|_| near.next().is_none())?;
    let many = plural(&lexicon.tables[people].words.join(" "));
    let rest = slice(text, found[found.len() - 1].to..);
    Some(format!("{} without {many}{rest}", slice(text, ..noun.to)))
}

/// "courts where none of our cases has been heard": courts without cases.
fn none_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| lower(&found, *at) == "none" && lower(&found, at + 1) == "of")?;
    let noun = at + 2 + usize::from(is_one_of("our the their its", lower(&found, at + 2)));
    let rows =
        found.get(noun).filter(|w| table_of(&w.lower, lexicon).is_some() && lemma(&w.lower) != w.lower)?;
    let where_at = at - 1;
    let tie = if is_one_of("in at on for with by to", lower(&found, at - 2)) { at - 2 } else { where_at };
    let tied = is_one_of("where which whom", lower(&found, where_at));
    let things = table_of(lower(&found, tie.checked_sub(1)?), lexicon).is_some();
    let mut verb = noun + 1;
    while is_one_of("has have had is are was were ever been yet", lower(&found, verb)) {
        verb += 1;
    }
    // One verb at most, that says no more than how they belong together.
    let plain = verb > noun + 1
        && verb + 1 >= found.len()
        && lower(&found, verb).ends_with(|c: char| c.is_ascii_lowercase());
    let rest = slice(text, found[found.len() - 1].to..);
    (tied && things && plain)
        .then(|| format!("{} without {}{rest}", slice(text, ..found[tie - 1].to), rows.lower))
}

/// "berths which were never used in any contract": without contracts.
fn never_in_any(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| lower(&found, *at) == "never")?;
    let mut from = at;
    while from > 1 && is_one_of("which that who were was have has been are is", lower(&found, from - 1)) {
        from -= 1;
    }
    let verb = at + 1 + usize::from(is_one_of("been", lower(&found, at + 1)));
    let tie = verb + 1;
    let any = is_one_of("in on for by with to at", lower(&found, tie))
        && is_one_of("any a an", lower(&found, tie + 1));
    let noun = &found.get(tie + 2)?.lower;
    let rows = table_of(noun, lexicon).is_some() && tie + 3 == found.len();
    let light = is_one_of(
        "used involved included mentioned booked listed named part placed put seen shown",
        lower(&found, verb),
    );
    (from < at && any && rows && light).then(|| {
        format!(
            "{} without {}{}",
            slice(text, ..found[from - 1].to),
            plural(&lemma(noun)),
            slice(text, found[tie + 2].to..)
        )
    })
}

/// "customers whose rentals were all cancelled": who only have cancelled ones.
fn whose_all(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "whose")?;
    let all = (at + 2..found.len().min(at + 5)).find(|n| lower(&found, *n) == "all")?;
    let be = is_one_of("were are was is", lower(&found, all - 1));
    let rows = slice(text, found[at + 1].from..found[all - 2].to);
    let named = lexicon.names_table(&lemma(lower(&found, all - 2)), 0.75);
    let value = values(&found, all + 1, found.len(), lexicon);
    let state = slice(text, found.get(all + 1)?.from..);
    (be && named && !value.is_empty())
        .then(|| format!("{} with only {} {rows}", slice(text, ..found[at - 1].to), bare(state)))
}

/// "films never shown", "customers who have never sent anything": without the only rows that tell of anything done with them.
fn never_done(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "never")?;
    let mut before = at;
    while before > 0 && is_one_of("who that which have has were was had are", lower(&found, before - 1)) {
        before -= 1;
    }
    let noun = found.get(before.checked_sub(1)?)?;
    let table = lexicon.tables_for(&[&lemma(&noun.lower)]).first().filter(|(_, s)| *s >= 0.9)?.0;
    let verb = at + 1 + usize::from(lower(&found, at + 1) == "been");
    let tail = found.get(verb + 1..)?;
    let ends = tail.iter().all(|w| is_one_of("anything yet before at all", &w.lower));
    let past = lower(&found, verb).ends_with("ed")
        || is_one_of("shown sent bought sold given taken", lower(&found, verb));
    let stem = root(lower(&found, verb));
    let names = lexicon.tables.iter().chain(lexicon.columns.iter().flatten());
    let told = names.flat_map(|n| &n.words).any(|w| same_root(w, &stem));
    if !ends || !past || told || lemma(&noun.lower) == noun.lower {
        return None;
    }
    let graph = &lexicon.prepared.graph;
    let mut rows: Vec<usize> =
        graph.edges.iter().filter(|e| e.to == table && e.from != table).map(|e| e.from).collect();
    rows.dedup();
    let [one] = rows.as_slice() else { return None };
    let many = plural(&lexicon.tables[*one].words.join(" "));
    let last = found.last()?.to;
    Some(format!("{} without {many}{}", slice(text, ..noun.to), slice(text, last..)))
}
