//! Words that a catalogue writes otherwise: "the date of joining" of `date_joined`, "halls larger than the average hall" of a
//! floor size, "harvested the most kilograms" of weights that are added up, "current" where that is a state.

use super::{is_number, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    reader::same_root,
    words::{Token, TokenKind, ends_name, root},
};
use rowcall_core::{Catalogue, ColumnRef};

/// What tells how large a row is, the likeliest first.
const SIZES: [&str; 3] = ["size", "area", "capacity"];

/// Puts the catalogue's words in their place.
pub(super) fn worded(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    states(tokens, lexicon);
    date_of(tokens, lexicon, catalogue);
    larger(tokens, lexicon, catalogue);
    most_of(tokens, lexicon, catalogue);
    folded_over(tokens, lexicon);
}

/// The table that a word names, and nothing else.
fn table_at(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let token = tokens.get(at).filter(|t| t.kind == TokenKind::Word)?;
    lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
}

/// "current assignments", where assignments have a state that is called so: a word that says nothing elsewhere.
fn states(tokens: &mut [Token], lexicon: &Lexicon) {
    for at in 0..tokens.len() {
        let idle = matches!(lower(tokens, at), "current" | "available" | "present" | "used" | "stored");
        if !idle || tokens[at].kind != TokenKind::Word {
            continue;
        }
        let next = |n: usize| tokens.get(n).filter(|t| t.kind == TokenKind::Word).map(|t| t.lemma.as_str());
        let pair = next(at + 1).zip(next(at + 2)).and_then(|(one, two)| {
            lexicon.tables_for(&[one, two]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
        });
        let Some(table) = pair.or_else(|| table_at(tokens, at + 1, lexicon)) else { continue };
        let state = |w: &String| matches!(w.as_str(), "status" | "state" | "condition" | "stage");
        let stored = lexicon.values(&[&tokens[at].lower]).iter().find(|v| {
            v.column.table == table
                && v.text.eq_ignore_ascii_case(&tokens[at].lower)
                && lexicon.columns[table][v.column.column].words.iter().any(state)
        });
        if let Some(text) = stored.map(|v| v.text.clone()) {
            tokens[at] = Token {
                lower: text.to_lowercase(),
                lemma: text.to_lowercase(),
                text,
                kind: TokenKind::Quoted,
            };
        }
    }
}

/// "the date of joining", where members have a date on which they joined: that date.
fn date_of(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let verb = &tokens[at + 2];
        let said = matches!(tokens[at].lemma.as_str(), "date" | "day") && lower(tokens, at + 1) == "of";
        if !said || !verb.lower.ends_with("ing") || verb.lower.len() < 6 || lexicon.is_word(&verb.lower) {
            continue;
        }
        let stem = root(&verb.lower);
        let mut found: Vec<ColumnRef> = Vec::new();
        for (table, names) in lexicon.columns.iter().enumerate() {
            for (column, name) in names.iter().enumerate() {
                let dated = catalogue.tables[table].columns[column].kind.is_temporal();
                if dated && name.words.iter().any(|w| same_root(w, &stem)) {
                    found.push(ColumnRef { table, column });
                }
            }
        }
        // Of several, that of the things that are spoken of.
        if found.len() > 1 {
            found.retain(|c| (0..tokens.len()).any(|i| table_at(tokens, i, lexicon) == Some(c.table)));
        }
        if let [one] = found.as_slice() {
            let words = lexicon.columns[one.table][one.column].words.iter().map(|w| word(w));
            tokens.splice(at..at + 3, words);
        }
    }
}

/// "halls that are larger than the average hall", "gardens bigger than 200": whose size is larger.
fn larger(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let large = match lower(tokens, at) {
            "larger" | "bigger" => "larger",
            "smaller" => "smaller",
            _ => continue,
        };
        if lower(tokens, at + 1) != "than" {
            continue;
        }
        let mut noun = at - 1;
        if matches!(lower(tokens, noun), "are" | "is" | "were" | "was") {
            noun = noun.saturating_sub(1);
        }
        if matches!(lower(tokens, noun), "that" | "which") {
            noun = noun.saturating_sub(1);
        }
        let Some(table) = table_at(tokens, noun, lexicon) else { continue };
        let columns = &catalogue.tables[table].columns;
        let size = SIZES.iter().find_map(|size| {
            let mut fits = (0..columns.len()).filter(|c| {
                columns[*c].kind.is_numeric() && lexicon.columns[table][*c].words.iter().any(|w| w == size)
            });
            fits.next().filter(|_| fits.next().is_none())
        });
        let Some(size) = size else { continue };
        let the = usize::from(lower(tokens, at + 2) == "the");
        let average = matches!(lower(tokens, at + 2 + the), "average" | "mean");
        let same = table_at(tokens, at + 3 + the, lexicon) == Some(table);
        let end = match (average, same) {
            (true, same) => at + 3 + the + usize::from(same),
            (false, _) if is_number(tokens.get(at + 2)) => at + 2,
            _ => continue,
        };
        let mut out = vec![word("whose")];
        out.extend(lexicon.columns[table][size].words.iter().map(|w| word(w)));
        out.extend(["is", large, "than"].map(word));
        if average {
            out.push(word("average"));
        }
        tokens.splice(noun + 1..end, out);
    }
}

/// "Which grower harvested the most kilograms overall?": has the highest total of what is kept in kilograms.
fn most_of(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 2..tokens.len().saturating_sub(2) {
        let most = lower(tokens, at) == "the" && matches!(lower(tokens, at + 1), "most" | "least");
        let Some(unit) = tokens.get(at + 2).filter(|t| most && t.kind == TokenKind::Word) else { continue };
        if !ends_name(&unit.lemma) || lexicon.names_table(&unit.lemma, 0.75) {
            continue;
        }
        let verb = lower(tokens, at - 1).to_owned();
        let acts = verb.ends_with("ed") || verb.ends_with('t') && verb.len() > 4;
        let Some(thing) = table_at(tokens, at - 2, lexicon) else { continue };
        // The number of rows that the verb speaks of, and not of the things themselves.
        let stem = root(&verb);
        let mut found = lexicon.columns.iter().enumerate().flat_map(|(table, names)| {
            let of = |words: &[String]| words.iter().any(|w| same_root(w, &stem));
            let of_rows = of(&lexicon.tables[table].words);
            names.iter().enumerate().filter_map(move |(column, name)| {
                let fits = catalogue.tables[table].columns[column].kind.is_numeric()
                    && name.words.last().is_some_and(|w| *w == unit.lemma)
                    && (of_rows || of(&name.words));
                (fits && table != thing).then_some(ColumnRef { table, column })
            })
        });
        let Some(column) = found.next().filter(|_| acts && found.next().is_none()) else { continue };
        let high = if lower(tokens, at + 1) == "most" { "highest" } else { "lowest" };
        let mut out = ["has", "the", high, "total"].map(word).to_vec();
        out.extend(lexicon.columns[column.table][column.column].words.iter().map(|w| word(w)));
        let mut end = at + 3;
        end += match (lower(tokens, end), lower(tokens, end + 1)) {
            ("overall" | "altogether", _) => 1,
            ("in", "total" | "all") => 2,
            _ => 0,
        };
        tokens.splice(at - 1..end, out);
        return;
    }
}

/// "the lowest and highest weight over harvests with …": of those.
fn folded_over(tokens: &mut [Token], lexicon: &Lexicon) {
    let folds = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "average" | "avg" | "mean" | "min" | "minimum" | "max" | "maximum" | "sum" | "total" | "median"
        )
    };
    for at in 2..tokens.len() {
        let the = usize::from(matches!(lower(tokens, at + 1), "the" | "all"));
        let rows = tokens.get(at + 1 + the).is_some_and(|t| {
            t.kind == TokenKind::Word && t.lemma != t.lower && lexicon.names_table(&t.lemma, 0.75)
        });
        if lower(tokens, at) == "over" && rows && tokens[..at].iter().any(folds) {
            tokens[at] = word("of");
        }
    }
}
