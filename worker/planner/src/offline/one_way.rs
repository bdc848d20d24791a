//! "Which clubs have won a match?", where a match refers to a home club and to an away club: a plan that takes one of the
//! two without a word for it would answer another question.

use super::{
    lexicon::Lexicon,
    words::{Token, root, split_name, tokens},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Filter, QueryPlan, TableName};

/// Roles that are told by verbs and prepositions of many kinds.
const TOLD_OTHERWISE: &[&str] =
    &["from", "to", "origin", "destination", "source", "target", "start", "end", "departure", "arrival"];

/// Why a plan that takes one of several ways from rows to others does not do.
pub(super) fn one_way(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let said = tokens(question);
    among(&plan.source, &plan.filters, &said, lexicon, catalogue)
}

fn among(
    source: &TableName,
    filters: &[Filter],
    said: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let mut taken: Vec<(&TableName, Option<&str>)> = Vec::new();
    for filter in filters {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => {
                if let Some(why) = among(source, parts, said, lexicon, catalogue) {
                    return Some(why);
                }
            }
            Filter::Related { table, filters, via, .. } => {
                if let Some(why) = among(table, filters, said, lexicon, catalogue) {
                    return Some(why);
                }
                taken.push((table, via.as_deref()));
            }
            _ => {}
        }
    }
    taken.iter().find_map(|(table, via)| {
        let of = |wanted: &TableName| {
            (0..catalogue.tables.len()).find(|t| lexicon.prepared.name_of(catalogue, *t) == *wanted)
        };
        let (one, other) = (of(source)?, of(table)?);
        let edges = lexicon.prepared.graph.edges.iter();
        let ways: Vec<&str> = edges
            .filter(|e| (e.from, e.to) == (other, one) && e.from_columns.len() == 1)
            .map(|e| e.from_columns[0].as_str())
            .collect();
        let others = taken.iter().any(|(t, v)| t == table && v != via);
        if ways.len() < 2 || others {
            return None;
        }
        let nouns = split_name(&catalogue.tables[one].name);
        let role = |way: &str| -> Vec<String> {
            let mut words = split_name(way);
            words.retain(|w| {
                !matches!(w.as_str(), "id" | "key" | "code" | "no" | "fk" | "by")
                    && !nouns.iter().any(|n| root(n) == root(w))
            });
            words
        };
        // A reference without a word of its own is the plain one.
        let taken = via.map(&role);
        let plain = ways.iter().any(|way| role(way).is_empty());
        let words = taken.unwrap_or_default();
        let told = words.iter().any(|w| {
            TOLD_OTHERWISE.contains(&w.as_str())
                || said.iter().any(|t| root(&t.lower) == root(w) || lexicon.akin(&t.lower) == Some(w))
        });
        if plain
            || told
            || ways.iter().any(|way| role(way).iter().any(|w| TOLD_OTHERWISE.contains(&w.as_str())))
        {
            return None;
        }
        let names: Vec<String> = ways.iter().map(|way| split_name(way).join(" ")).collect();
        Some(format!(
            "Rows of {} belong to it in several ways ({}). Say which is meant.",
            split_name(&catalogue.tables[other].name).join(" "),
            names.join(", ")
        ))
    })
}
