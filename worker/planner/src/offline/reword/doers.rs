//! Who does something, and what most: "which products did customers in Japan buy most", "which product was bought most often by
//! customers in Japan". The product with the most orders of customers in Japan is meant, where orders tie the two.

use super::{begins_time, is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{Token, TokenKind, is_link_verb, root},
};

/// Names the rows that are counted.
pub(super) fn doers(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    did_at_all(tokens, lexicon);
    what_did(tokens, lexicon);
    let most = did(tokens).or_else(|| done(tokens));
    let ranked = most.is_some();
    let Some((things, from, verb)) = most.or_else(|| at_all(tokens)) else { return };
    let end = match (from..=tokens.len()).find(|i| is_end(tokens, *i)) {
        Some(end) if ranked => end,
        _ => verb + 1,
    };
    let people = if verb < from { from..end } else { from..verb };
    let table = |at: usize| {
        let found = lexicon.tables_for(&[&tokens[at].lemma]);
        found.first().filter(|(_, score)| *score >= 0.9).map(|(t, _)| *t)
    };
    let Some(thing) = (1..things).rev().find_map(table) else { return };
    let Some(person) = people.clone().find_map(table).filter(|p| *p != thing) else { return };
    let edges = &lexicon.prepared.graph.edges;
    let refers = |from: usize, to: usize| edges.iter().any(|e| (e.from, e.to) == (from, to));
    let mut ties = (0..lexicon.tables.len()).filter(|t| refers(*t, thing) && refers(*t, person));
    let Some(tie) = ties.next().filter(|_| ties.next().is_none()) else { return };
    let counted = plural(&lexicon.tables[tie].words.join(" "));
    let whom: Vec<Token> = tokens[people].to_vec();
    let has: &[&str] = if ranked { &["has", "the", "most"] } else { &["have"] };
    let mut said: Vec<Token> = has.iter().map(|w| word(w)).collect();
    said.extend(counted.split(' ').map(word));
    said.push(word("of"));
    said.extend(whom.into_iter().filter(|t| t.lower != "the" && t.lower != "our"));
    tokens.splice(things..end, said);
}

/// "which products did customers in Japan buy most": where the things end, where those who do it begin, and the verb.
fn did(tokens: &[Token]) -> Option<(usize, usize, usize)> {
    asks(tokens).then_some(())?;
    let at = (2..tokens.len().min(5)).find(|i| matches!(lower(tokens, *i), "did" | "do" | "have"))?;
    let most = (at + 3..tokens.len()).find(|i| most_ends(tokens, *i))?;
    let verb = most - 1 - usize::from(lower(tokens, most - 1) == "the");
    is_link_verb(lower(tokens, verb)).then_some((at, at + 1, verb))
}

/// "which products did customers in Japan buy in 2025": the same, and the time is that of the orders.
fn at_all(tokens: &[Token]) -> Option<(usize, usize, usize)> {
    asks(tokens).then_some(())?;
    let at = (2..tokens.len().min(5)).find(|i| lower(tokens, *i) == "did")?;
    let closes = |i: usize| is_end(tokens, i) || begins_time(tokens, i);
    let verb = (at + 2..tokens.len()).rev().find(|i| is_link_verb(lower(tokens, *i)) && closes(i + 1))?;
    Some((at, at + 1, verb))
}

/// "which product was bought most often by customers in Japan": the same, the verb before them.
fn done(tokens: &[Token]) -> Option<(usize, usize, usize)> {
    asks(tokens).then_some(())?;
    let at = (2..tokens.len().min(5)).find(|i| matches!(lower(tokens, *i), "was" | "were" | "is" | "are"))?;
    let most = at + 2 + usize::from(lower(tokens, at + 2) == "the");
    let often = usize::from(matches!(lower(tokens, most + 1), "often" | "frequently"));
    let by = most + 1 + often;
    let fits =
        is_link_verb(lower(tokens, at + 1)) && lower(tokens, most) == "most" && lower(tokens, by) == "by";
    (fits && tokens.len() > by + 1).then_some((at, by + 1, at + 1))
}

fn asks(tokens: &[Token]) -> bool {
    matches!(lower(tokens, 0), "which" | "what") && tokens.get(1).is_some_and(|t| t.kind == TokenKind::Word)
}

/// "most", "the most", "most often" at the end of the sentence.
fn most_ends(tokens: &[Token], at: usize) -> bool {
    let often = usize::from(matches!(lower(tokens, at + 1), "often" | "frequently"));
    lower(tokens, at) == "most" && is_end(tokens, at + 1 + often)
}

/// The table whose rows are called after a verb: orders, of "ordered".
fn called_after(verb: &str, lexicon: &Lexicon) -> Option<usize> {
    let stem = root(verb);
    let named = |t: &usize| matches!(lexicon.tables[*t].words.as_slice(), [one] if root(one) == stem);
    let mut found = (0..lexicon.tables.len()).filter(named);
    found.next().filter(|_| found.next().is_none())
}

/// "Which customers have ordered?": have orders.
fn did_at_all(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let Some(verb) = (2..tokens.len()).find(|i| is_end(tokens, i + 1)) else { return };
    let have = usize::from(matches!(lower(tokens, verb - 1), "have" | "has"));
    let who = usize::from(matches!(lower(tokens, verb - 1 - have), "who" | "that" | "which"));
    let Some(at) = verb.checked_sub(1 + have + who) else { return };
    let found = lexicon.tables_for(&[&tokens[at].lemma]);
    let Some((who, _)) = found.first().filter(|(_, s)| *s >= 0.9) else { return };
    // "the date claim settled" is called so.
    let called = |words: &[String]| words.contains(&tokens[at].lemma) && words.contains(&tokens[verb].lower);
    if !tokens[verb].lower.ends_with("ed") || lexicon.columns.iter().flatten().any(|name| called(&name.words))
    {
        return;
    }
    let refers = |rows: &usize| lexicon.prepared.graph.edges.iter().any(|e| (e.from, e.to) == (*rows, *who));
    if let Some(rows) = called_after(&tokens[verb].lower, lexicon).filter(refers) {
        let rows = plural(&lexicon.tables[rows].words.join(" "));
        tokens.splice(verb - have..=verb, [word("have"), word(&rows)]);
    }
}

/// "What did Emma Smith order?": which products have orders of Emma Smith, where orders are of products.
fn what_did(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    if lower(tokens, 0) != "what" || lower(tokens, 1) != "did" {
        return;
    }
    let Some((values, used)) = lexicon.values_at(tokens, 2) else { return };
    let verb = 2 + used;
    if !is_end(tokens, verb + 1) && !begins_time(tokens, verb + 1) {
        return;
    }
    let Some(rows) = called_after(lower(tokens, verb), lexicon) else { return };
    let edges = lexicon.prepared.graph.edges.iter().filter(|e| e.from == rows && e.to != rows);
    let mut ends: Vec<usize> = edges.map(|e| e.to).collect();
    ends.sort_unstable();
    ends.dedup();
    let (who, what): (Vec<usize>, Vec<usize>) =
        ends.into_iter().partition(|t| values.iter().any(|v| v.column.table == *t));
    if let ([_], [thing]) = (who.as_slice(), what.as_slice()) {
        let name = |t: usize| plural(&lexicon.tables[t].words.join(" "));
        let mut out = vec![word("which"), word(&name(*thing)), word("have"), word(&name(rows)), word("of")];
        out.extend(tokens[2..verb].iter().cloned());
        tokens.splice(..=verb, out);
    }
}
