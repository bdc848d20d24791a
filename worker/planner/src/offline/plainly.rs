//! What both readers are given: the words of a question without remarks about how to compute ("based on joining the
//! tables"), and with a column that is described put into the words of its name ("the date the claim was made").

use super::{
    lexicon::Lexicon,
    rephrase::pronouns,
    reword::reword,
    words::{Token, TokenKind, number_word, root, tokens},
};
use rowcall_core::{Catalogue, ColumnRef};
use std::sync::Arc;

/// The words of a question; every reader and every look at a reading asks for them.
pub(super) fn plainly(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Arc<[Token]> {
    lexicon.plain(question, || words(question, lexicon, catalogue))
}

fn words(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Vec<Token> {
    let mut out = tokens(question);
    pronouns(&mut out);
    reword(&mut out, lexicon, catalogue);
    asides(&mut out);
    lists(&mut out);
    sorted(&mut out);
    topmost(&mut out, lexicon);
    described(&mut out, lexicon, catalogue);
    out
}

fn lower(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.lower.as_str())
}

/// What is said about the days counted or about the way to compute, and not about the answer: "inclusive of today",
/// "based on joining the tables".
fn asides(tokens: &mut Vec<Token>) {
    let mut i = 0;
    while i < tokens.len() {
        let at = |n: usize| lower(tokens, i + n);
        let gone = match (at(0), at(1), at(2)) {
            ("inclusive", "of", "today") => 3 + if at(3) == "'s" { 2 } else { 0 },
            ("both", "inclusive", _) => 2,
            ("inclusive", _, _) => 1,
            ("rounded", "to", _) if matches!(at(3), "decimal" | "decimals" | "digits") => {
                4 + usize::from(matches!(at(4), "place" | "places"))
            }
            ("based" | "by", "on" | "doing" | "using", _) | ("by", "joining", _) => {
                let rest: Vec<&Token> =
                    tokens[i..].iter().take_while(|t| !matches!(t.text.as_str(), "." | "?" | ";")).collect();
                // "ordered by joining date" is none.
                let dated = |n: usize| {
                    rest.get(n + 1).is_some_and(|t| matches!(t.lemma.as_str(), "date" | "day" | "year"))
                };
                let joins = rest
                    .iter()
                    .take(6)
                    .enumerate()
                    .any(|(n, t)| matches!(t.lower.as_str(), "join" | "joining") && !dated(n));
                if joins { rest.len() } else { 0 }
            }
            _ => 0,
        };
        if gone == 0 {
            i += 1;
            continue;
        }
        tokens.drain(i..(i + gone).min(tokens.len()));
        if i > 0 && i <= tokens.len() && tokens[i - 1].text == "," {
            tokens.remove(i - 1);
        }
    }
}

/// "find the list of names": the names.
fn lists(tokens: &mut Vec<Token>) {
    let mut i = 1;
    while i + 2 < tokens.len() {
        if matches!(lower(tokens, i), "list" | "lists") && lower(tokens, i + 1) == "of" {
            let from = if matches!(lower(tokens, i - 1), "a" | "the") && i > 1 { i - 1 } else { i };
            tokens.drain(from..i + 2);
        }
        i += 1;
    }
}

/// "the number of members of each level, sorted in descending order": nothing but the direction is said.
fn sorted(tokens: &mut Vec<Token>) {
    for i in (1..tokens.len()).rev() {
        let verb = matches!(lower(tokens, i), "sorted" | "ordered" | "arranged" | "listed" | "ranked");
        let bare = lower(tokens, i + 1) == "in"
            && matches!(lower(tokens, i + 2), "descending" | "ascending" | "decreasing" | "increasing")
            && lower(tokens, i + 3) == "order"
            && tokens.get(i + 4).is_none_or(|t| t.kind == TokenKind::Mark);
        if verb && bare {
            tokens.remove(i);
        }
    }
}

/// "the three authors with the most books": the top three of them.
fn topmost(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let mut i = 1;
    while i + 3 < tokens.len() {
        let number = tokens[i].kind == TokenKind::Number && tokens[i].lower.len() <= 3
            || number_word(&tokens[i].lower).is_some_and(|n| n > 1);
        let rows = lexicon.tables_for(&[&tokens[i + 1].lemma]).first().is_some_and(|(_, s)| *s >= 0.75);
        let told = matches!(lower(tokens, i + 2), "with" | "that" | "who" | "which" | "having");
        let most = tokens[i + 3..].iter().take(4).any(|t| {
            matches!(
                t.lower.as_str(),
                "most"
                    | "highest"
                    | "largest"
                    | "least"
                    | "lowest"
                    | "smallest"
                    | "fewest"
                    | "latest"
                    | "earliest"
            )
        });
        if lower(tokens, i - 1) == "the" && number && rows && told && most {
            let top = "top".to_owned();
            tokens.insert(
                i,
                Token { text: top.clone(), lower: top.clone(), lemma: top, kind: TokenKind::Word },
            );
            i += 1;
        }
        i += 1;
    }
}

/// A column told by what happened: a noun of its name and a verb of it, with the thing that it happened to between.
fn described(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let mut i = 0;
    while i < tokens.len() {
        if let Some((names, end)) = description(tokens, i, lexicon, catalogue) {
            let words = names.into_iter().map(|w| Token {
                text: w.clone(),
                lower: w.clone(),
                lemma: w,
                kind: TokenKind::Word,
            });
            tokens.splice(i..end, words);
        }
        i += 1;
    }
}

fn description(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(Vec<String>, usize)> {
    let noun = tokens.get(at).filter(|t| t.kind == TokenKind::Word && lexicon.is_word(&t.lemma))?;
    let mut n = at + 1;
    while matches!(lower(tokens, n), "when" | "that" | "which" | "on" | "at" | "in" | "where") && n < at + 3 {
        n += 1;
    }
    let pronoun = matches!(lower(tokens, n), "it" | "they" | "he" | "she");
    let mut table = None;
    if pronoun {
        n += 1;
    } else {
        if !matches!(lower(tokens, n), "the" | "a" | "an" | "each" | "every" | "this") {
            return None;
        }
        n += 1;
        for words in [2, 1] {
            let phrase: Vec<&str> = tokens.get(n..n + words)?.iter().map(|t| t.lemma.as_str()).collect();
            if let Some((t, score)) = lexicon.tables_for(&phrase).first()
                && *score >= 0.75
            {
                table = Some(*t);
                n += words;
                break;
            }
        }
        table?;
    }
    while matches!(lower(tokens, n), "is" | "are" | "was" | "were" | "has" | "have" | "had" | "been" | "got")
    {
        n += 1;
    }
    let verb = tokens.get(n).filter(|t| t.kind == TokenKind::Word && t.lower.len() > 3)?;
    let stem = root(&verb.lower);
    let mut found: Vec<(ColumnRef, &[String])> = Vec::new();
    for (t, columns) in lexicon.columns.iter().enumerate() {
        for (column, name) in columns.iter().enumerate() {
            let words = name.words.as_slice();
            let says = |w: &String| *w == noun.lemma || root(w) == stem;
            let has =
                words.contains(&noun.lemma) && words.iter().any(|w| *w != noun.lemma && root(w) == stem);
            let own = |w: &String| {
                lexicon.tables[t].words.contains(w)
                    || table.is_some_and(|t: usize| lexicon.tables[t].words.contains(w))
                    || pronoun && lexicon.tables.iter().any(|t| t.words.contains(w))
            };
            if has && words.iter().all(|w| says(w) || own(w)) && !catalogue.tables[t].columns.is_empty() {
                found.push((ColumnRef { table: t, column }, words));
            }
        }
    }
    if found.iter().any(|(c, _)| Some(c.table) == table) {
        found.retain(|(c, _)| Some(c.table) == table);
    }
    let (_, first) = found.first()?;
    found.iter().all(|(_, words)| words == first).then(|| (first.to_vec(), n + 1))
}
