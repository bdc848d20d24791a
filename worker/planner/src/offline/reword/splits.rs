//! Groups in other words: "Break the payments down by method",
//! "How do the ratings differ by channel", "State by state, how many …", "Per state, the number of …".

use super::{is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Puts the number first and the groups behind it.
pub(super) fn splits(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    per_first(tokens);
    step_by_step(tokens, lexicon, catalogue);
    counts(tokens, lexicon);
    breaking(tokens, lexicon);
    with_figures(tokens, lexicon, catalogue);
    best_rate_first(tokens);
    differing(tokens, lexicon, catalogue);
    ways_of(tokens, lexicon, catalogue);
}

/// "Per state, the number of …": for each state.
fn per_first(tokens: &mut Vec<Token>) {
    let comma = tokens.iter().take(6).any(|t| t.text == ",");
    if lower(tokens, 0) == "per" && comma {
        tokens.splice(0..1, ["for", "each"].map(word));
    }
}

/// Where the question ends, its mark not counted.
fn end(tokens: &[Token]) -> usize {
    (0..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len())
}

/// "State by state, how many …": how many, by state.
fn step_by_step(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let same = tokens.len() > 4
        && lower(tokens, 0) == lower(tokens, 2)
        && lower(tokens, 1) == "by"
        && lower(tokens, 3) == ",";
    if !same {
        return;
    }
    let noun = tokens[0].lemma.clone();
    let known = lexicon.names_table(&noun, 0.9)
        || lexicon.columns_for(&[&noun], catalogue).first().is_some_and(|(_, s)| *s >= 0.8);
    if known || matches!(noun.as_str(), "month" | "year" | "quarter" | "week") {
        let at = end(tokens);
        tokens.splice(at..at, [word("by"), word(&noun)]);
        tokens.drain(0..4);
    }
}

/// "Customer count by state": the count of customers by state.
fn counts(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let counted = matches!(lower(tokens, 1), "count" | "counts" | "numbers")
        && matches!(lower(tokens, 2), "by" | "per" | "for")
        && !lexicon
            .columns
            .iter()
            .flatten()
            .any(|name| name.words.iter().any(|w| w == "count") && name.words.contains(&tokens[0].lemma));
    if counted && lexicon.names_table(&tokens[0].lemma, 0.9) {
        let rows = word(&crate::offline::plural(&tokens[0].lemma));
        tokens.splice(0..2, ["count", "of"].map(word).into_iter().chain([rows]));
    }
}

fn is_figure(said: &str) -> bool {
    matches!(
        said,
        "average"
            | "mean"
            | "total"
            | "number"
            | "median"
            | "sum"
            | "highest"
            | "lowest"
            | "maximum"
            | "minimum"
    )
}

/// "Break the failed payments down by method and show their number": the number of failed payments by method.
fn breaking(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let breaks = matches!(lower(tokens, 0), "break" | "split" | "divide");
    if !breaks || lexicon.is_word(lower(tokens, 0)) {
        return;
    }
    let stop = end(tokens);
    let Some(by) = (2..stop).find(|i| lower(tokens, *i) == "by") else { return };
    let first = 1 + usize::from(lower(tokens, 1) == "down");
    let first = first + usize::from(matches!(lower(tokens, first), "the" | "our" | "all"));
    let last = by - usize::from(matches!(lower(tokens, by - 1), "down" | "up"));
    let rows = tokens[first..last].last().is_some_and(|t| lexicon.names_table(&t.lemma, 0.75));
    // "and show the number of failures": of what is broken down.
    let shows = (by + 2..stop).find(|i| {
        lower(tokens, *i) == "and"
            && matches!(lower(tokens, i + 1), "show" | "give" | "count" | "list" | "tell" | "return" | "say")
    });
    let number =
        |n: usize| tokens[n..stop].iter().any(|t| matches!(t.lower.as_str(), "number" | "count" | "many"));
    let close = shows.filter(|n| number(*n)).unwrap_or(stop);
    if !rows || first >= last || (shows.is_some() && close == stop) {
        return;
    }
    let mut said = ["number", "of"].map(word).to_vec();
    said.extend(tokens[first..last].iter().cloned());
    said.extend(tokens[by..close].iter().cloned());
    tokens.splice(0..stop, said);
}

/// "Room types with number of rooms and mean rate": those numbers by room type.
fn with_figures(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let stop = end(tokens);
    let Some(at) = (1..stop.min(4)).find(|i| lower(tokens, *i) == "with") else { return };
    let the = usize::from(matches!(lower(tokens, at + 1), "the" | "their" | "its"));
    let group: Vec<&str> = tokens[..at].iter().map(|t| t.lemma.as_str()).collect();
    let many = tokens[at - 1].lower != tokens[at - 1].lemma;
    let column = lexicon.columns_for(&group, catalogue).first().is_some_and(|(_, s)| *s >= 0.95);
    let rows = lexicon.tables_for(&group).first().is_some_and(|(_, s)| *s >= 0.75);
    let figure = matches!(lower(tokens, at + 1 + the), "average" | "mean" | "total" | "number" | "median");
    let plain = tokens[at..stop].iter().all(|t| {
        t.kind == TokenKind::Word
            && !matches!(
                t.lower.as_str(),
                "than" | "least" | "most" | "over" | "under" | "above" | "below" | "by" | "per"
            )
    });
    if many && column && !rows && figure && plain {
        let mut said = vec![word("the")];
        said.extend(tokens[at + 1 + the..stop].iter().cloned());
        said.push(word("by"));
        said.extend(group.iter().map(|w| word(w)));
        tokens.splice(0..stop, said);
    }
}

/// "highest rate first": the highest first.
fn best_rate_first(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        let most = matches!(lower(tokens, at - 1), "highest" | "lowest" | "largest" | "smallest");
        let figure = matches!(
            lower(tokens, at),
            "rate" | "percentage" | "share" | "total" | "number" | "count" | "average" | "value" | "amount"
        );
        if most && figure && lower(tokens, at + 1) == "first" {
            tokens.remove(at);
        }
    }
}

/// "How do the ratings differ by channel? I mean the average.": the average rating by channel.
fn differing(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let asks = lower(tokens, 0) == "how" && matches!(lower(tokens, 1), "do" | "does" | "did");
    let stop = end(tokens);
    let Some(at) = (3..stop).find(|i| {
        matches!(lower(tokens, *i), "differ" | "differs" | "vary" | "varies" | "compare" | "compares")
    }) else {
        return;
    };
    let split =
        matches!(lower(tokens, at + 1), "by" | "between" | "across" | "among" | "per" | "from" | "with");
    if !asks || !split {
        return;
    }
    let first = 2 + usize::from(matches!(lower(tokens, 2), "the" | "our"));
    let phrase: Vec<String> = tokens[first..at].iter().map(|t| t.lemma.clone()).collect();
    let refs: Vec<&str> = phrase.iter().map(String::as_str).collect();
    let numeric = lexicon
        .columns_for(&refs, catalogue)
        .first()
        .is_some_and(|(c, s)| *s >= 0.75 && catalogue.tables[c.table].columns[c.column].kind.is_numeric());
    let figure = is_figure(lower(tokens, first));
    // What is meant by it is said behind: "I mean the average rating".
    let told = lower(tokens, stop + 1) == "i" && lower(tokens, stop + 2) == "mean";
    let average = !told || tokens[stop..].iter().any(|t| t.lower == "average");
    if !(numeric || figure) || !average {
        return;
    }
    let mut groups = tokens[at + 2..stop].to_vec();
    groups.retain(|t| !matches!(t.lower.as_str(), "the" | "different" | "various" | "each"));
    if let Some(last) = groups.last_mut() {
        last.lower = last.lemma.clone();
        last.text = last.lemma.clone();
    }
    let mut said = vec![word("the")];
    if !figure {
        said.push(word("average"));
    }
    said.extend(phrase.iter().map(|w| word(w)));
    said.push(word("by"));
    said.extend(groups);
    let rest = if told { tokens.len() } else { stop };
    tokens.splice(0..rest, said);
}

/// "each way of paying", where a payment method is kept: each payment method.
fn ways_of(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let way = matches!(lower(tokens, at), "way" | "ways" | "method" | "methods" | "form" | "forms");
        let pays = lower(tokens, at + 1) == "of"
            && matches!(lower(tokens, at + 2), "paying" | "payment" | "payments");
        let kept =
            lexicon.columns_for(&["payment", "method"], catalogue).first().is_some_and(|(_, s)| *s >= 0.95);
        if way && pays && kept && tokens[at].kind == TokenKind::Word {
            let many = lower(tokens, at).ends_with('s');
            tokens.splice(at..at + 3, [word("payment"), word(if many { "methods" } else { "method" })]);
        }
    }
}
