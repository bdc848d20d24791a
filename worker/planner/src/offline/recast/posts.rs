//! Who holds a post: "Who is in charge of Sales?", "Who leads the Falcon team?", "Who runs the depot?", where rows refer to
//! their head, lead or manager. It is asked for by what the catalogue calls it.

use super::{instead, lower, said, slice, words};
use crate::offline::{lexicon::Lexicon, words::lemma};
use rowcall_core::Catalogue;

/// What the post may be called.
const POSTS: &str =
    "head lead leader manager director chief chair chairman owner supervisor coordinator principal";
/// Verbs of holding it, with the post that they say where they say one.
const HOLDS: &[(&str, &str)] = &[
    ("in charge of", ""),
    ("responsible for", ""),
    ("at the head of", "head"),
    ("heading up", "head"),
    ("heading", "head"),
    ("heads up", "head"),
    ("heads", "head"),
    ("leading", "lead"),
    ("leads", "lead"),
    ("led", "lead"),
    ("running", ""),
    ("runs", ""),
    ("managing", "manager"),
    ("manages", "manager"),
    ("overseeing", ""),
    ("oversees", ""),
    ("directs", "director"),
    ("supervises", "supervisor"),
    ("owns", "owner"),
    ("looks after", ""),
    ("looking after", ""),
];

/// The question by what the post is called; nothing where nobody asks so, or several could be meant.
pub(super) fn posts(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    if lower(&found, 0) != "who" {
        return None;
    }
    let be = usize::from(matches!(lower(&found, 1), "is" | "was"));
    let (held, used) = HOLDS.iter().find_map(|(phrase, post)| {
        let parts: Vec<&str> = phrase.split(' ').collect();
        let progressive = phrase.ends_with("ing")
            || parts.len() > 1 && !phrase.starts_with("look") && !phrase.ends_with("up");
        (said(text, &found, 1 + be, &parts) && (be == 1) == (progressive || *post == "lead" && be == 1))
            .then_some((*post, parts.len()))
    })?;
    let at = 1 + be + used;
    let rest = slice(text, found[at - 1].to..).trim_start();
    let mut tables: Vec<usize> = (at..found.len())
        .flat_map(|n| {
            let one = lemma(lower(&found, n));
            let rows = lexicon.tables_for(&[&one]).into_iter().filter(|(_, s)| *s >= 0.75).map(|(t, _)| t);
            let named = (1..=4.min(found.len() - n)).flat_map(|used| {
                let parts: Vec<&str> = (n..n + used).map(|m| lower(&found, m)).collect();
                lexicon.values(&parts).iter().map(|v| v.column.table).collect::<Vec<_>>()
            });
            rows.chain(named.collect::<Vec<_>>()).collect::<Vec<_>>()
        })
        .collect();
    tables.sort_unstable();
    tables.dedup();
    let is_post = |w: &String| POSTS.split_ascii_whitespace().any(|post| post == w);
    let mut posts: Vec<(usize, String)> = Vec::new();
    for table in tables {
        for (column, name) in catalogue.tables[table].columns.iter().zip(&lexicon.columns[table]) {
            let refers = lexicon
                .prepared
                .graph
                .edges
                .iter()
                .any(|e| e.from == table && e.to != table && e.from_columns.contains(&column.name));
            let told = column.kind.is_textual() && name.words.last().is_some_and(|w| w == "name");
            if let Some(post) = name.words.iter().find(|w| is_post(w)).filter(|_| refers || told) {
                posts.push((table, post.clone()));
            }
        }
    }
    posts.dedup();
    let exact: Vec<&(usize, String)> = posts.iter().filter(|(_, post)| held == *post).collect();
    let (table, post) = match (exact.as_slice(), posts.as_slice()) {
        ([one], _) => *one,
        ([], [one]) => one,
        _ => return None,
    };
    let is = if be == 1 { lower(&found, 1) } else { "is" };
    // "Who owns the Harvest Planner?": the project of that name.
    let first = at + usize::from(lower(&found, at) == "the");
    let named = slice(text, found[first].from..).starts_with(char::is_uppercase);
    let called = !named || (at..found.len()).any(|n| lexicon.names_table(&lemma(lower(&found, n)), 0.75));
    if !called {
        let rows = lexicon.tables[*table].words.join(" ");
        let name = rest.strip_prefix("the ").unwrap_or(rest);
        return Some(format!("Who {is} the {post} of the {rows} {name}"));
    }
    Some(instead(text, found[0].from, text.len() - rest.len(), &format!("Who {is} the {post} of")))
}
