//! Values that stand for rows: "How many receptionists does each hotel have?" counts employees whose job that is, and "SUVs"
//! are vehicles of that category. The noun of those rows is put behind the value.

use super::{instead, lower, slice, words};
use crate::offline::{lexicon::Lexicon, plural, resolve::World, words::lemma};
use rowcall_core::Catalogue;

/// The question with those nouns; none where no value stands so.
pub(super) fn values(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let world = World::new(catalogue, lexicon, &[]);
    let mut out = None;
    for at in (1..found.len()).rev() {
        let word = lower(&found, at);
        let one = lemma(word);
        let several =
            one != word && one.len() > 2 && !slice(text, found[at].from..found[at].to).contains('\'');
        if !several || lexicon.names_table(&one, 0.6) {
            continue;
        }
        // "QA analysts" are no analysts, who "works" is no work, and people are spoken of elsewhere.
        let (before, after) = (lower(&found, at - 1), lower(&found, at + 1));
        let general =
            matches!(one.as_str(), "member" | "man" | "woman" | "person" | "customer" | "user" | "owner");
        let noun = before.ends_with("ed")
            || matches!(
                before,
                "many"
                    | "most"
                    | "fewest"
                    | "least"
                    | "which"
                    | "the"
                    | "of"
                    | "all"
                    | "list"
                    | "no"
                    | "any"
                    | "than"
                    | "and"
                    | "or"
                    | "show"
                    | "what"
                    | "our"
                    | "are"
            );
        let longer = [before, lower(&found, at + 1)];
        let longer =
            !lexicon.values(&[longer[0], &one]).is_empty() || !lexicon.values(&[&one, longer[1]]).is_empty();
        let done =
            after.ends_with("ed") || matches!(after, "sold" | "bought" | "given" | "made" | "held" | "taken");
        let several = matches!(after, "and" | "or") || matches!(before, "and" | "or");
        if general || !noun || longer || done || several {
            continue;
        }
        let column = lexicon.columns_for(&[&one], catalogue).first().is_some_and(|(_, s)| *s >= 0.7);
        let meant = lexicon.values(&[&one]);
        let Some(first) = meant.first().filter(|_| !column) else { continue };
        let single = meant.iter().all(|v| v.column == first.column && v.test.is_none() && !v.alias);
        let table = first.column.table;
        let edges = &lexicon.prepared.graph.edges;
        let rows = if world.labels(table).contains(&first.column) {
            let mut of: Vec<usize> =
                edges.iter().filter(|e| e.to == table && e.from != table).map(|e| e.from).collect();
            of.dedup();
            // "Who are our designers?": people, where openings have a position, too.
            if of.len() > 1 && found[..at].iter().any(|w| w.lower == "who") {
                of.retain(|t| super::are_people(*t, lexicon));
            }
            match of.as_slice() {
                [one] => *one,
                _ => continue,
            }
        } else {
            table
        };
        let noun = &lexicon.tables[rows].words;
        let names = |n: usize| {
            noun.contains(&lemma(lower(&found, n))) || lexicon.names_table(&lemma(lower(&found, n)), 0.75)
        };
        // "suite rooms", "the suites of type X"
        if !single || names(at + 1) || lower(&found, at - 1) == "named" {
            continue;
        }
        let put = format!("{} {}", first.text, plural(&noun.join(" ")));
        let before = out.as_deref().unwrap_or(text);
        out = Some(instead(before, found[at].from, found[at].to, &put));
    }
    out
}
