//! Sentences that are no sentences: "depots above 800: name and capacity", "Names only.", "what is the heaviest called".

use super::{is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// "Depots above 800: name and capacity": the name and capacity of depots above 800.
pub(super) fn listed_behind(tokens: &mut Vec<Token>) {
    let Some(at) = (2..tokens.len())
        .find(|i| matches!(tokens[*i].text.as_str(), ":" | "?") && tokens[*i].kind == TokenKind::Mark)
    else {
        return;
    };
    if tokens[at].text != ":" {
        return;
    }
    let end = (at + 1..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    if tokens[..at].iter().any(|t| matches!(t.text.as_str(), "." | "?")) {
        return;
    }
    let mut what = tokens[at + 1..end].to_vec();
    // "what are their names"
    let asked = matches!(
        (what.first().map(|t| t.lower.as_str()), what.get(1).map(|t| t.lower.as_str())),
        (Some("what"), Some("is" | "are" | "was" | "were")) | (Some("give" | "show"), Some("me"))
    );
    if asked {
        what.drain(..2);
    } else if matches!(what.first().map(|t| t.lower.as_str()), Some("list" | "show" | "give" | "return")) {
        what.remove(0);
    }
    what.retain(|t| !matches!(t.lower.as_str(), "their" | "its" | "his" | "her"));
    let verb = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "is" | "are"
                | "was"
                | "were"
                | "has"
                | "have"
                | "had"
                | "which"
                | "who"
                | "how"
                | "what"
                | "that"
                | "do"
                | "does"
        )
    };
    if what.is_empty() || what.len() > 12 || what.iter().any(|t| verb(t) || t.kind == TokenKind::Number) {
        return;
    }
    let opens = matches!(lower(tokens, 0), "show" | "list" | "find" | "give" | "return" | "display" | "get");
    let from = if opens { 1 + usize::from(lower(tokens, 1) == "me") } else { 0 };
    let asking = asks(lower(tokens, from)) || matches!(lower(tokens, from), "the" if from == 0 && at < 3);
    if asking && !matches!(lower(tokens, from), "only" | "name") {
        // "Which depots …: name and capacity": a sentence of its own.
        if !opens {
            tokens[at] =
                Token { text: ".".into(), lower: ".".into(), lemma: ".".into(), kind: TokenKind::Mark };
            tokens.insert(at + 1, word("show"));
        }
        return;
    }
    let rows = tokens[from..at].to_vec();
    let mut out = vec![word("show")];
    out.extend(what);
    out.push(word("of"));
    out.extend(rows);
    out.extend(tokens[end..].iter().cloned());
    *tokens = out;
}

/// "… Name and salary.", "… Names only.": those are shown.
pub(super) fn bare_sentences(tokens: &mut Vec<Token>) {
    let Some(end) = (1..tokens.len().saturating_sub(1))
        .rev()
        .find(|i| matches!(tokens[*i].text.as_str(), "." | "?" | ";") && tokens[*i].kind == TokenKind::Mark)
    else {
        return;
    };
    let rest = &tokens[end + 1..];
    let words: Vec<&Token> = rest.iter().filter(|t| t.kind == TokenKind::Word).collect();
    let verbless = words.iter().all(|t| {
        !asks(&t.lower)
            && !matches!(
                t.lower.as_str(),
                "is" | "are"
                    | "was"
                    | "were"
                    | "has"
                    | "have"
                    | "had"
                    | "by"
                    | "than"
                    | "not"
                    | "no"
                    | "should"
                    | "with"
                    | "per"
                    | "each"
                    | "every"
                    | "from"
            )
    });
    if words.is_empty() || words.len() > 8 || !verbless || rest.iter().any(|t| t.kind == TokenKind::Number) {
        return;
    }
    if let Some(only) = (end + 1..tokens.len()).find(|i| lower(tokens, *i) == "only") {
        tokens.remove(only);
    }
    tokens.insert(end + 1, word("show"));
}

/// "What is the heaviest animal called?": its name.
pub(super) fn called(tokens: &mut Vec<Token>) {
    let Some(at) = (3..tokens.len()).find(|i| lower(tokens, *i) == "called" && is_end(tokens, i + 1)) else {
        return;
    };
    if lower(tokens, 0) == "what" && matches!(lower(tokens, 1), "is" | "are" | "was" | "were" | "'s") {
        tokens.remove(at);
        tokens.splice(2..2, ["the", "name", "of"].map(word));
    }
}

/// A verb that asks, or a word that opens a question.
fn asks(word: &str) -> bool {
    const WORDS: &str = "add also are calculate compute consider considering count did display do does exclude excluding \
        find for get give group how ignore in include including is leave limit list name order ordered output please print \
        provide rank report return round say select show sort sorted tell use what when where which who whose";
    WORDS.split_ascii_whitespace().any(|w| w == word)
}

/// "Name the depots …": their names.
pub(super) fn named_things(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let all = matches!(lower(tokens, 1), "the" | "all" | "every" | "each");
    if lower(tokens, 0) != "name" || !all {
        return;
    }
    let rows = tokens[2..].iter().take(4).find_map(|t| {
        lexicon.tables_for(&[&t.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(table, _)| *table)
    });
    let named = rows.is_some_and(|table| {
        (0..catalogue.tables[table].columns.len())
            .any(|c| lexicon.columns[table][c].words.last().is_some_and(|w| w == "name"))
    });
    if named {
        tokens.splice(0..1, ["show", "the", "names", "of"].map(word));
    }
}
