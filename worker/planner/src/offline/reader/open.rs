//! Words of the open classes: names, values, verbs, and names in capitals that no value is known to be.

use super::chunk::Chunk;
use crate::offline::{
    annotate::{Key, NameItem, best},
    keys::key_at,
    lexicon::{Lexicon, ValueRef},
    words::{self, Token, TokenKind, is_filler, is_link_verb, root},
};
use rowcall_core::Catalogue;

/// Words in capitals inside a sentence, as one name.
pub fn guess(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(String, usize)> {
    let capital = |t: &Token| {
        t.kind == TokenKind::Word
            && t.text.chars().next().is_some_and(char::is_uppercase)
            && t.text.chars().count() > 1
    };
    let opens = at == 0 || matches!(tokens[at - 1].text.as_str(), "." | "?" | "!");
    if opens || !capital(&tokens[at]) {
        return None;
    }
    let n = tokens[at..].iter().take_while(|t| capital(t)).count().min(4);
    // An abbreviation that nothing is called by is no value.
    let shouted = tokens[at].text.chars().all(char::is_uppercase);
    if shouted && n == 1 && lexicon.longest_value() > 0 {
        return None;
    }
    let text = tokens[at..at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
    Some((text, n))
}

/// A verb that only connects; which keys connect, the tables say.
pub fn is_verb(word: &str) -> bool {
    is_link_verb(word) || super::closed::connects(word)
}

/// A name that begins like the word does: "certified" of certificate.
pub fn akin(token: &Token, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<NameItem> {
    let known = lexicon.akin(&token.lemma)?;
    let phrase = [known];
    let mut columns = lexicon.columns_for(&phrase, catalogue);
    columns.iter_mut().for_each(|c| c.1 *= 0.8);
    let mut tables = lexicon.tables_for(&phrase);
    tables.iter_mut().for_each(|t| t.1 *= 0.8);
    let text = token.text.clone();
    Some(NameItem { text, tables, columns, plural: false, is_term: false, values: Vec::new() })
}

/// What happened is not who does it: "played" speaks of no players. Nor does a verb that only connects speak of the rows
/// that are called after it, where what it connects with follows: "ordered a hammer".
pub fn agentless(tokens: &[Token], at: usize, name: &mut NameItem, lexicon: &Lexicon) {
    let token = &tokens[at];
    let object = tokens.get(at + 1).is_some_and(|t| t.kind != TokenKind::Mark);
    let links = object && is_link_verb(&token.lower);
    if token.lower.ends_with("ed") || token.lower.ends_with("ing") {
        let stem = root(&token.lower);
        // "player", whose root is another word; not "order".
        let agent = |w: &String| (w.ends_with("er") || w.ends_with("or")) && root(w) != *w && root(w) == stem;
        name.tables.retain(|(t, s)| *s >= 0.95 || !(links || lexicon.tables[*t].words.iter().any(agent)));
        name.columns
            .retain(|(c, s)| *s >= 0.95 || !lexicon.columns[c.table][c.column].words.iter().any(agent));
    }
}

/// A name that only a verb's form says ("opened" of open_year) is a verb.
pub fn as_verb(tokens: &[Token], at: usize, n: usize, name: NameItem, lexicon: &Lexicon) -> Chunk {
    let token = &tokens[at];
    let formed = token.lower.ends_with("ed") || token.lower.ends_with("ing");
    if n == 1 && formed && best(&name) < 0.9 {
        let mut name = name;
        agentless(tokens, at, &mut name, lexicon);
        if name.tables.is_empty() && name.columns.is_empty() {
            return Chunk::Verb(root(&token.lower), None);
        }
        return Chunk::Verb(root(&token.lower), Some(name));
    }
    Chunk::Name(name)
}

pub type Names = Vec<(NameItem, usize, f32)>;

pub type Values = Vec<(Vec<ValueRef>, usize, f32)>;

pub fn open_words(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    closed: bool,
) -> (Names, Values, Option<String>) {
    let token = &tokens[at];
    let capital = token.text.chars().next().is_some_and(char::is_uppercase);
    let shouted = token.text.len() >= 2 && token.text.chars().all(char::is_uppercase);
    let mut names: Names = names_at(tokens, at, lexicon, catalogue)
        .into_iter()
        .map(|(name, n)| {
            let q = best(&name);
            let worth = q * n as f32 - 0.15;
            (name, n, worth)
        })
        .collect();
    // "order value": the amount of an order.
    if matches!(tokens.get(at + 1).map(|t| t.lower.as_str()), Some("value" | "values" | "amount"))
        && names.iter().all(|(name, n, _)| *n == 1 || best(name) < 0.95)
        && let Some((table, score)) = lexicon.tables_for(&[&token.lemma]).first()
        && *score >= 0.95
        && let Some(column) = crate::offline::amounts::amount_column(*table, lexicon, catalogue)
    {
        let text = format!("{} {}", token.text, tokens[at + 1].text);
        let columns = vec![(column, 1.0)];
        let (tables, values) = (Vec::new(), Vec::new());
        names.push((NameItem { text, tables, columns, plural: false, is_term: false, values }, 2, 1.85));
    }
    if closed {
        names.retain(|(name, n, _)| *n > 1 || best(name) >= 0.95 && token.lower.len() > 3);
    }
    let mut values: Values = Vec::new();
    let mut parts: Vec<&str> = Vec::new();
    for (n, t) in tokens[at..].iter().enumerate().take(lexicon.longest_value()) {
        if !matches!(t.kind, TokenKind::Word | TokenKind::Number) {
            break;
        }
        parts.push(&t.lower);
        if n == 0 && (t.kind == TokenKind::Number || closed && !(capital && at > 0 && shouted)) {
            continue;
        }
        let found = lexicon.values(&parts);
        if !found.is_empty() && (n > 0 || token.lower.len() > 2 || capital) {
            let written = tokens[at..=at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
            let same = found.iter().any(|v| v.text == written);
            // "products" is hardly the one value "Product".
            let inflected = !found.iter().any(|v| v.text.to_lowercase() == written.to_lowercase());
            let bonus = if same || capital && at > 0 {
                0.05
            } else if inflected && n == 0 {
                -0.7
            } else {
                -0.25
            };
            let named = names.iter().any(|(name, m, _)| *m == n + 1 && best(name) >= 0.97) && !capital;
            let bonus = bonus - if named { 0.1 } else { 0.0 };
            values.push((found.to_vec(), n + 1, 0.95 * (n + 1) as f32 - 0.15 + bonus));
        }
    }
    // "people": those whom a table is of.
    if names.is_empty() && token.lemma == "person" {
        let tables = crate::offline::assemble::persons(lexicon);
        if !tables.is_empty() && tables.len() <= 3 {
            let tables = tables.into_iter().map(|t| (t, 0.8)).collect();
            let (columns, values, text) = (Vec::new(), Vec::new(), token.text.clone());
            names.push((NameItem { text, tables, columns, plural: true, is_term: false, values }, 1, 0.6));
        }
    }
    let mut note = None;
    if names.is_empty() && values.is_empty() && !closed && token.kind == TokenKind::Word {
        if shouted {
            for other in words::country_names(&token.lower) {
                let parts: Vec<&str> = other.split(' ').collect();
                let found = lexicon.values(&parts);
                if !found.is_empty() {
                    values.push((found.to_vec(), 1, 0.8));
                    break;
                }
            }
            if values.is_empty()
                && let Some(found) = lexicon.initials(&token.lower)
            {
                note = found.first().map(|v| format!("\"{}\" is read as {}.", token.text, v.text));
                values.push((found.to_vec(), 1, 0.8));
            }
        } else if key_at(tokens, at).is_none()
            && !is_verb(&token.lower)
            && !is_filler(&token.lower)
            && let Some(right) = lexicon.correction(&token.lemma)
        {
            let mut fixed = tokens.to_vec();
            fixed[at].lower = right.to_owned();
            fixed[at].lemma = right.to_owned();
            note = Some(format!("\"{}\" is read as \"{right}\".", token.text));
            names = names_at(&fixed, at, lexicon, catalogue)
                .into_iter()
                .map(|(name, n)| {
                    let worth = best(&name) * n as f32 - 0.3;
                    (name, n, worth)
                })
                .collect();
        }
    }
    (names, values, note)
}

/// Every name that starts at a word.
pub fn names_at(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Vec<(NameItem, usize)> {
    let mut out = Vec::new();
    let mut loose = false;
    let phrase_acts = lexicon.tables_for(&[&tokens[at].lemma]).first().is_some_and(|t| t.1 >= 0.9);
    let mut phrase: Vec<&str> = Vec::new();
    let computes = matches!(
        key_at(tokens, at),
        Some((Key::Aggregate(_) | Key::Count | Key::Superlative(..) | Key::Top(_) | Key::HowMuch, _))
    );
    for (n, token) in tokens[at..].iter().enumerate().take(6) {
        let short_number = token.kind == TokenKind::Number && n > 0 && token.text.len() <= 2;
        if token.kind != TokenKind::Word && !short_number {
            break;
        }
        let lower = token.lower.as_str();
        let kinds = ["number", "date", "level", "type", "year", "time", "amount", "place", "kind", "name"];
        let of = n == 1 && lower == "of" && kinds.contains(&tokens[at].lemma.as_str());
        let unit = tokens.get(at + n + 1).is_some_and(|t| crate::offline::words::is_currency(&t.lower));
        if of || n > 0 && lower == "in" && unit {
            continue;
        }
        // "the date the claim was made"
        let told = n > 0
            && matches!(tokens[at].lemma.as_str(), "date" | "time" | "amount" | "year" | "day")
            && matches!(lower, "the" | "was" | "were" | "is" | "it" | "a");
        if told {
            loose = true;
            continue;
        }
        let ends = matches!(
            lower,
            "and"
                | "or"
                | "the"
                | "of"
                | "with"
                | "a"
                | "an"
                | "is"
                | "are"
                | "all"
                | "that"
                | "who"
                | "which"
                | "have"
                | "has"
        );
        let preposition = matches!(lower, "in" | "from" | "for" | "to" | "at" | "on" | "since" | "by");
        if ends || n == 0 && preposition {
            break;
        }
        if n > 0 && matches!(key_at(tokens, at + n), Some((Key::Compare(_, Some(_)), used)) if used >= 3) {
            break;
        }
        phrase.push(&token.lemma);
        if preposition {
            continue;
        }
        let counted = tokens.get(at + 1).is_some_and(|t| t.lower == "of") && n >= 2;
        let mut columns = lexicon.columns_for(&phrase, catalogue);
        if counted && phrase.first() == Some(&"number") {
            columns.retain(|(c, _)| {
                lexicon.columns[c.table][c.column].words.first().is_some_and(|w| w == "number")
                    && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
        }
        if computes {
            columns.retain(|(c, _)| {
                let words = &lexicon.columns[c.table][c.column].words;
                let short = n == 0 && words.contains(&tokens[at].lemma);
                short || n > 0 && phrase.iter().all(|p| words.iter().any(|w| w == p))
            });
        }
        // "the largest zoo by area": not one name.
        if n > 1 && phrase.contains(&"by") {
            columns.retain(|(c, _)| lexicon.columns[c.table][c.column].words.iter().any(|w| w == "by"));
        }
        let floor = match n {
            0 => 0.4,
            _ if loose => 0.75,
            _ if counted => 0.9,
            _ => 0.66,
        };
        columns.retain(|(_, s)| *s >= floor);
        // "customers ordered": a thing and what it did, not one name.
        if n > 0 && phrase_acts && tokens[at + 1].lower.ends_with("ed") {
            columns.retain(|(_, s)| *s >= 0.995);
        }
        let mut tables = if counted || loose { Vec::new() } else { lexicon.tables_for(&phrase) };
        tables.retain(|(_, s)| *s >= floor.max(0.5));
        if computes && n == 0 {
            tables.clear();
        }
        let term = lexicon.term(&phrase).filter(|_| tables.first().is_none_or(|t| t.1 < 0.9));
        if let Some(term) = term {
            columns = vec![(term.column, 1.0)];
            tables.clear();
        }
        if columns.is_empty() && tables.is_empty() {
            continue;
        }
        let text = tokens[at..=at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        let plural = token.lower != token.lemma;
        let is_term = term.is_some();
        out.push((NameItem { text, tables, columns, plural, is_term, values: Vec::new() }, n + 1));
    }
    out
}
