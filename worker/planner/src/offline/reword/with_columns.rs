//! Columns that are asked for on the way: "the bands with the year and the label", "…, and what is that value?", "every
//! station together with the frequency it broadcasts on".

use super::{is_end, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Puts them where columns are usually asked for.
pub(super) fn with_columns(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    and_what_is(tokens, lexicon, catalogue);
    and_how_many(tokens, lexicon, catalogue);
    they_do(tokens, lexicon, catalogue);
    listed(tokens, lexicon, catalogue);
}

/// Where the name of a column ends that begins here.
pub(super) fn column(tokens: &[Token], at: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<usize> {
    [3, 2, 1].into_iter().find_map(|used| {
        let range = tokens.get(at..at + used)?;
        let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
        let words = range.iter().all(|t| t.kind == TokenKind::Word);
        let rows = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.9);
        let known = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(_, s)| *s >= 0.8);
        (words && known && !rows).then_some(at + used)
    })
}

/// "…, and what is that value?", "and what are their capacities": and that.
fn and_what_is(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (2..tokens.len().saturating_sub(4)).rev() {
        let asks = lower(tokens, at) == "and"
            && lower(tokens, at + 1) == "what"
            && matches!(lower(tokens, at + 2), "is" | "are" | "was" | "were");
        let theirs = matches!(
            lower(tokens, at + 3),
            "that" | "this" | "those" | "these" | "their" | "its" | "his" | "her"
        );
        if !asks || !theirs {
            continue;
        }
        // "an insured value above 800000, and what is that value": the insured value.
        let noun = tokens[at + 4].lemma.clone();
        let whole = (1..at).rev().find(|i| tokens[*i].lemma == noun).and_then(|i| {
            let from = i.saturating_sub(2)..i;
            from.into_iter()
                .find(|from| column(tokens, *from, lexicon, catalogue) == Some(i + 1))
                .map(|from| from..i)
        });
        let mut said = vec![word("the")];
        said.extend(whole.into_iter().flat_map(|range| tokens[range].to_vec()));
        tokens.splice(at + 1..at + 4, said);
    }
}

/// "…, and how many citations does it have?", "with the most pages, and how many are they?": and the citations, the pages.
fn and_how_many(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (2..tokens.len().saturating_sub(4)).rev() {
        if lower(tokens, at) != "and" || lower(tokens, at + 1) != "how" || lower(tokens, at + 2) != "many" {
            continue;
        }
        let numeric = |phrase: &[&str]| {
            let rows = lexicon.tables_for(phrase).first().is_some_and(|(_, s)| *s >= 0.9);
            lexicon.columns_for(phrase, catalogue).first().is_some_and(|(c, s)| {
                !rows && *s >= 0.75 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            })
        };
        // "and how many are they"
        if matches!(lower(tokens, at + 3), "is" | "are" | "was" | "were") && is_end(tokens, at + 5) {
            let most = (1..at)
                .rev()
                .find(|i| matches!(lower(tokens, *i), "most" | "fewest" | "highest" | "largest"));
            let noun = most.and_then(|most| tokens.get(most + 1)).filter(|t| numeric(&[&t.lemma])).cloned();
            if let Some(noun) = noun {
                tokens.splice(at + 1..at + 5, [word("the"), noun]);
            }
            return;
        }
        let does =
            (at + 4..tokens.len().min(at + 7)).find(|i| matches!(lower(tokens, *i), "do" | "does" | "did"));
        let Some(does) = does else { continue };
        let theirs = matches!(lower(tokens, does + 1), "it" | "they" | "he" | "she" | "that" | "this");
        let phrase: Vec<&str> = tokens[at + 3..does].iter().map(|t| t.lemma.as_str()).collect();
        if theirs && lower(tokens, does + 2) == "have" && is_end(tokens, does + 3) && numeric(&phrase) {
            tokens.drain(does..does + 3);
            tokens.splice(at + 1..at + 3, [word("the")]);
            return;
        }
    }
}

/// "the frequency it broadcasts on": the frequency.
fn they_do(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (2..tokens.len().saturating_sub(1)).rev() {
        // "the majors the students study"
        let noun = lower(tokens, at) == "the" && lexicon.names_table(&tokens[at + 1].lemma, 0.9);
        let they = noun || matches!(lower(tokens, at), "it" | "they" | "he" | "she");
        let did = at + 1 + usize::from(noun);
        // "the director of the film Gravel" tells of nothing that films do.
        let verb = lower(tokens, at - 1) != "of"
            && tokens.get(did).is_some_and(|t| {
                t.kind == TokenKind::Word
                    && !t.text.starts_with(char::is_uppercase)
                    && lexicon.values(&[&t.lower]).is_empty()
            });
        let preposition =
            matches!(lower(tokens, did + 1), "on" | "in" | "at" | "by" | "to" | "from" | "for" | "with");
        let end = did + 1 + usize::from(preposition);
        let that = usize::from(matches!(lower(tokens, at - 1), "that" | "which"));
        let told = (1..=3).any(|n| {
            let from = (at - that).checked_sub(n);
            from.is_some_and(|from| column(tokens, from, lexicon, catalogue) == Some(at - that))
        });
        let be = matches!(
            lower(tokens, did),
            "is" | "are" | "was" | "were" | "do" | "did" | "does" | "with" | "and"
        );
        if they && verb && !be && told && is_end(tokens, end) {
            tokens.drain(at - that..end);
        }
    }
}

/// "Show the bands with the year and the label.": and those, where nothing is compared.
fn listed(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let asks = matches!(
        lower(tokens, 0),
        "show" | "list" | "give" | "return" | "display" | "find" | "what" | "name"
    );
    for at in (2..tokens.len().saturating_sub(2)).rev() {
        let first = !tokens[..at].iter().any(|t| matches!(t.text.as_str(), "." | "?" | ";"));
        if !asks || !first || lower(tokens, at) != "with" || lower(tokens, at + 1) != "the" {
            continue;
        }
        let mut next = at + 1;
        let every = |at: usize| {
            matches!(lower(tokens, at), "in" | "of" | "for")
                && matches!(lower(tokens, at + 1), "all" | "each" | "every")
        };
        let closed = loop {
            next += usize::from(lower(tokens, next) == "the");
            let Some(end) = column(tokens, next, lexicon, catalogue) else { break false };
            match lower(tokens, end) {
                "and" | "," => next = end + 1,
                _ => break is_end(tokens, end) || every(end),
            }
        };
        if closed {
            tokens[at] = word("and");
            if matches!(lower(tokens, at - 1), "together" | "along") {
                tokens.remove(at - 1);
            }
        }
    }
}
