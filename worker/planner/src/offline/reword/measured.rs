//! Numbers told by what they count or are kept of: "more than 5000 people", "more than 180 minutes of cooking", "orders over
//! 500 in 2025", "the average amount per grant for each sector".

use super::{begins_time, is_number, lower, word};
use crate::offline::{
    amounts::amount_column,
    lexicon::Lexicon,
    words::{Token, TokenKind, ends_name, is_unit, root},
};
use rowcall_core::Catalogue;

/// Puts them as their columns are called.
pub(super) fn measured(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    people(tokens, lexicon);
    spent_on(tokens, lexicon, catalogue);
    per_row(tokens, lexicon, catalogue);
    amounts_over(tokens, lexicon, catalogue);
}

/// "with more than 5000 people": with a population of more than 5000, where no people are kept.
fn people(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    const PEOPLE: [&str; 5] = ["people", "inhabitants", "residents", "citizens", "souls"];
    if !lexicon.is_word("population") {
        return;
    }
    for at in (3..tokens.len()).rev() {
        let said = PEOPLE.contains(&lower(tokens, at)) && is_number(tokens.get(at - 1));
        if !said || lexicon.is_word(&tokens[at].lemma) {
            continue;
        }
        let from = match (lower(tokens, at.saturating_sub(3)), lower(tokens, at - 2)) {
            ("at", "least" | "most") | ("more" | "fewer" | "less", "than") => at - 3,
            (_, "over" | "under" | "above" | "below") => at - 2,
            _ => continue,
        };
        tokens.remove(at);
        let has = matches!(lower(tokens, from.saturating_sub(1)), "with" | "has" | "have" | "had" | "having");
        let before: &[&str] =
            if has { &["a", "population", "of"] } else { &["with", "a", "population", "of"] };
        tokens.splice(from..from, before.iter().map(|w| word(w)));
    }
}

/// "takes more than 180 minutes of cooking": with more than 180 cooking minutes, where a column is called so.
fn spent_on(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (2..tokens.len().saturating_sub(2)).rev() {
        let unit =
            is_number(tokens.get(at - 1)) && ends_name(&tokens[at].lemma) || is_unit(lower(tokens, at));
        if !unit || lower(tokens, at + 1) != "of" || tokens[at + 2].kind != TokenKind::Word {
            continue;
        }
        let stem = root(&tokens[at + 2].lower);
        let unit = &tokens[at].lemma;
        let found = lexicon.columns.iter().enumerate().find_map(|(t, names)| {
            names.iter().enumerate().find_map(|(c, name)| {
                let fits = name.words.len() == 2
                    && name.words.contains(unit)
                    && name.words.iter().any(|w| w == &tokens[at + 2].lemma || root(w) == stem)
                    && catalogue.tables[t].columns[c].kind.is_numeric();
                fits.then(|| name.words.clone())
            })
        });
        let Some(name) = found else { continue };
        let compare = (at.saturating_sub(4)..at - 1).rev().find(|i| {
            matches!(lower(tokens, *i), "more" | "less" | "fewer" | "over" | "under" | "at")
                && (matches!(lower(tokens, i + 1), "than" | "least" | "most") || i + 2 == at)
        });
        let Some(compare) = compare.filter(|at| *at > 0) else { continue };
        let bound = tokens[compare..at].to_vec();
        let verb = matches!(
            lower(tokens, compare - 1),
            "takes" | "take" | "needs" | "need" | "requires" | "require"
        );
        let mut from = compare - usize::from(verb);
        if verb && from > 0 && matches!(lower(tokens, from - 1), "that" | "which") {
            from -= 1;
        }
        let mut said = vec![word("with")];
        said.extend(name.iter().map(|w| word(w)));
        said.extend(bound);
        tokens.splice(from..at + 3, said);
        return;
    }
}

/// "the average amount awarded per grant for each sector": where grants keep the amount, nothing is split by "per grant".
fn per_row(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (2..tokens.len().saturating_sub(2)).rev() {
        let splits = matches!(lower(tokens, at + 2), "for" | "by" | "per" | "in" | "of");
        let each =
            tokens[at + 2..].iter().any(|t| matches!(t.lower.as_str(), "each" | "every" | "by" | "per"));
        if lower(tokens, at) != "per" || !splits || !each {
            continue;
        }
        let found = lexicon.tables_for(&[&tokens[at + 1].lemma]);
        let Some((table, _)) = found.first().filter(|(_, s)| *s >= 0.9) else { continue };
        let averages = tokens[..at].iter().any(|t| matches!(t.lower.as_str(), "average" | "mean"));
        let own = [3, 2, 1].into_iter().any(|used| {
            let Some(from) = at.checked_sub(used) else { return false };
            let phrase: Vec<&str> = tokens[from..at].iter().map(|t| t.lemma.as_str()).collect();
            lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, s)| {
                *s >= 0.9
                    && c.table == *table
                    && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            })
        });
        if averages && own {
            tokens.drain(at..at + 2);
            return;
        }
    }
}

/// "orders over 500 in 2025": with an amount over 500.
fn amounts_over(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let used = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("over" | "above" | "under" | "below", _) => 1,
            ("more" | "less", "than") => 2,
            _ => continue,
        };
        let number = tokens.get(at + used).is_some_and(|t| t.kind == TokenKind::Number);
        let next = lower(tokens, at + used + 1);
        let then = begins_time(tokens, at + used + 1) && !matches!(next, "between" | "from");
        if !number || !then || tokens[at - 1].lower == tokens[at - 1].lemma {
            continue;
        }
        let found = lexicon.tables_for(&[&tokens[at - 1].lemma]);
        let Some((table, _)) = found.first().filter(|(_, s)| *s >= 0.9) else { continue };
        let Some(amount) = amount_column(*table, lexicon, catalogue) else { continue };
        let mut said = ["with", "a"].map(word).to_vec();
        said.extend(lexicon.columns[amount.table][amount.column].words.iter().map(|w| word(w)));
        tokens.splice(at..at, said);
        return;
    }
}
