//! "Who teaches violin?", "Who opened the most tickets?": the teachers, the customers.

use super::{
    Told, are_people, instead, is_one_of,
    people::{MARGIN, SERVED, STAFF, are_called, doing, is_sort_of_person, spoken_of},
    words,
};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    reader::same_root,
    words::{is_person, lemma, root},
};
use rowcall_core::Catalogue;

/// What people of some calling do, where the verb is another word.
const CALLINGS: &[(&str, &str)] = &[
    ("teach teaches taught", "teacher trainer instructor tutor lecturer coach professor"),
    ("treat treats treated", "doctor physician vet dentist therapist surgeon"),
    ("spent spends spend paid pays pay gave", SERVED),
];

/// What only those do who are served, where others work.
const DONE_THERE: &str = "opened raised submitted filed made has have had holds held cancelled canceled owns owned complained \
    returned reviewed rated send sends sent call calls called";

/// "Who teaches Spinning?", "Who opened the most tickets?", "Who has an active plan?": which of those kinds of people who are
/// tied to what is spoken of, where these are of one kind.
pub(super) fn who_does(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let verb = lower(1);
    let is = matches!(verb, "is" | "are" | "was" | "were");
    if lower(0) != "who" || found.len() < 3 || is && !matches!(lower(2), "in" | "on") || are_called(lexicon) {
        return None;
    }
    let asks_more =
        (2..found.len()).any(|at| matches!(lower(at), "which" | "what" | "where" | "when" | "who"));
    // "Who earns that?": what was told before.
    let before = found.last().is_some_and(|w| is_one_of("that this it so", &w.lower));
    if asks_more || before || is_one_of("am else all of among do does did work works worked", verb) {
        return None;
    }
    let stem = root(verb);
    // "Who supervises Bob Ray?": the one that a reference leads to.
    let leads = lexicon.prepared.graph.edges.iter().any(|e| {
        let columns = catalogue.tables[e.from].columns.iter().zip(&lexicon.columns[e.from]);
        columns
            .filter(|(column, _)| e.from_columns.contains(&column.name))
            .any(|(_, name)| name.words.iter().any(|w| same_root(w, &stem)))
    });
    if leads {
        return None;
    }
    // "Who supplies our vaccines?": the suppliers, people or not.
    let mut doers = (0..lexicon.tables.len()).filter(|t| {
        matches!(lexicon.tables[*t].words.as_slice(), [one] if verb.len() > 5 && (one.ends_with("er") || one.ends_with("or")) && same_root(one, &stem))
    });
    if let Some(table) = doers.next().filter(|_| doers.next().is_none()) {
        let many = plural(&lexicon.tables[table].words.join(" "));
        let plain = plural_verb(verb);
        let said = instead(text, found[0].from, found[1].to, &format!("Which {many} {plain}"));
        return Some((said, None));
    }
    let mut kinds: Vec<usize> = (0..lexicon.tables.len()).filter(|t| are_people(*t, lexicon)).collect();
    // `class_member` says which members are in which class.
    let last = |t: usize| lexicon.tables[t].words.last();
    let edges = &lexicon.prepared.graph.edges;
    let link = |t: usize| edges.iter().any(|e| e.from == t && e.to != t && last(e.to) == last(t));
    kinds.retain(|t| !link(*t));
    let named = found.iter().any(|w| {
        lexicon.tables_for(&[&lemma(&w.lower)]).iter().any(|(t, s)| *s >= 0.75 && kinds.contains(t))
    });
    // Those who are only told by a name beside other things may be meant, too: `donor_name`, `inspector`.
    let beside = lexicon.columns.iter().zip(&catalogue.tables).enumerate().any(|(t, (names, table))| {
        names.iter().zip(&table.columns).any(|(name, column)| {
            column.kind.is_textual()
                && !kinds.contains(&t)
                && name.words.iter().any(|w| is_person(w) || is_sort_of_person(w))
        })
    });
    if named || beside {
        return None;
    }
    let called = CALLINGS.iter().find(|(verbs, _)| is_one_of(verbs, verb)).map(|(_, nouns)| *nouns);
    let calling =
        |t: &usize, nouns: &str| lexicon.tables[*t].words.last().is_some_and(|w| is_one_of(nouns, w));
    let able = match called {
        Some(nouns) if kinds.iter().any(|t| calling(t, nouns)) => {
            kinds.iter().copied().filter(|t| calling(t, nouns)).collect()
        }
        // Those who are served do what is done there: they open tickets, and agents answer them.
        None if is_one_of(DONE_THERE, verb) && kinds.iter().any(|t| !calling(t, STAFF)) => {
            kinds.iter().copied().filter(|t| !calling(t, STAFF)).collect()
        }
        // Customers leave as well as those who work there.
        None if verb == "left" => kinds.clone(),
        _ => doing(&kinds, &found, 0, text, lexicon).unwrap_or_else(|| kinds.clone()),
    };
    let chosen = able.len() == 1 && kinds.len() > 1;
    let mut scored: Vec<(usize, f32)> =
        able.into_iter().map(|t| (t, spoken_of(t, 0, &found, lexicon, catalogue))).collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (table, score) = *scored.first()?;
    let alone = match scored.get(1) {
        Some((_, second)) => score - second >= MARGIN,
        None => score > 0.0 || called.is_some() || chosen,
    };
    let plain = plural_verb(verb);
    let many = plural(&lexicon.tables[table].words.join(" "));
    alone.then(|| (instead(text, found[0].from, found[1].to, &format!("Which {many} {plain}")), None))
}

/// What several do: "teaches" is "teach".
fn plural_verb(verb: &str) -> String {
    match verb {
        "has" => "have".to_owned(),
        "is" => "are".to_owned(),
        "was" => "were".to_owned(),
        "goes" => "go".to_owned(),
        verb if ["ches", "shes", "sses", "xes"].iter().any(|end| verb.ends_with(end)) => {
            verb.strip_suffix("es").unwrap_or(verb).to_owned()
        }
        verb if verb.ends_with("ies") => format!("{}y", verb.strip_suffix("ies").unwrap_or(verb)),
        verb if verb.ends_with("ss") => verb.to_owned(),
        verb => verb.strip_suffix('s').unwrap_or(verb).to_owned(),
    }
}
