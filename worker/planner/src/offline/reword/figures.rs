//! Numbers and their columns where they stand in an unusual order: "between 5 and 10 years of experience", "the biggest
//! stadium by capacity", "less than 10 in stock".

use super::{is_end, is_mark, is_number, lower, word};
use crate::offline::{
    amounts,
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};
use rowcall_core::Catalogue;

/// "have between 5 and 10 years of experience": with years of experience between 5 and 10.
pub(super) fn bounds_first(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len().saturating_sub(4) {
        let has = matches!(lower(tokens, at - 1), "have" | "has" | "with" | "had" | "having");
        let bounds = lower(tokens, at) == "between"
            && is_number(tokens.get(at + 1))
            && lower(tokens, at + 2) == "and"
            && is_number(tokens.get(at + 3));
        if !has || !bounds {
            continue;
        }
        for used in [3, 2, 1] {
            let Some(range) = tokens.get(at + 4..at + 4 + used) else { continue };
            if range.iter().any(|t| t.kind != TokenKind::Word) {
                continue;
            }
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let numeric = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, s)| {
                *s >= 0.8 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
            if numeric {
                tokens[at - 1] = word("with");
                tokens[at..at + 4 + used].rotate_right(used);
                return;
            }
        }
    }
}

/// "the biggest stadium by capacity": the stadium with the highest capacity.
pub(super) fn largest_by(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 0..tokens.len().saturating_sub(3) {
        let most = match lower(tokens, at) {
            "biggest" | "largest" | "longest" | "highest" | "greatest" | "top" | "tallest" | "best"
            | "heaviest" => "highest",
            "smallest" | "shortest" | "lowest" | "worst" | "lightest" => "lowest",
            _ => continue,
        };
        let things = lexicon.tables_for(&[&tokens[at + 1].lemma]).first().is_some_and(|(_, s)| *s >= 0.75);
        let rows = things && tokens[at + 1].lower == tokens[at + 1].lemma;
        // "our 5 biggest grants by amount": the top 5 of them.
        if things
            && !rows
            && most == "highest"
            && at > 0
            && is_number(tokens.get(at - 1))
            && lower(tokens, at + 2) == "by"
        {
            let said = [word("top"), tokens[at - 1].clone()];
            tokens.splice(at - 1..=at, said);
            return;
        }
        let by = match (lower(tokens, at + 2), lower(tokens, at + 3), lower(tokens, at + 4)) {
            ("by", _, _) => 3,
            ("in", "terms", "of") => 5,
            ("measured", "by", _) => 4,
            ("when", "measured", "by") => 5,
            _ => continue,
        };
        if !rows {
            continue;
        }
        for used in [3, 2, 1] {
            let Some(range) = tokens.get(at + by..at + by + used) else { continue };
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let found = lexicon.columns_for(&phrase, catalogue);
            let numeric = found.first().is_some_and(|(c, s)| {
                *s >= 0.7 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
            if numeric && range.iter().all(|t| t.kind == TokenKind::Word) {
                let mut out = vec![tokens[at + 1].clone()];
                out.extend(["with", "the", most].map(word));
                out.extend(range.iter().cloned());
                tokens.splice(at..at + by + used, out);
                return;
            }
        }
    }
}

/// "exceed an amount of 200": with an amount of more than 200.
pub(super) fn exceeding(tokens: &mut Vec<Token>) {
    for at in 1..tokens.len().saturating_sub(4) {
        let exceeds = matches!(lower(tokens, at), "exceed" | "exceeds" | "exceeding" | "exceeded");
        let article = matches!(lower(tokens, at + 1), "a" | "an" | "the");
        let Some(of) = (at + 3..tokens.len().min(at + 6)).find(|n| lower(tokens, *n) == "of") else {
            continue;
        };
        if exceeds && article && is_number(tokens.get(of + 1)) {
            tokens.splice(of..=of, ["of", "more", "than"].map(word));
            tokens[at] = word("with");
            return;
        }
    }
}

/// "with less than 10 in stock": with a stock of less than 10. "out of stock": with a stock of 0.
pub(super) fn in_stock(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let numeric = |t: Option<&Token>| {
        t.is_some_and(|t| {
            t.kind == TokenKind::Word
                && lexicon.columns_for(&[&t.lemma], catalogue).first().is_some_and(|(c, s)| {
                    *s >= 0.9 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
                })
        })
    };
    for at in 1..tokens.len().saturating_sub(2) {
        if lower(tokens, at) == "out" && lower(tokens, at + 1) == "of" && numeric(tokens.get(at + 2)) {
            let noun = tokens[at + 2].clone();
            let zero =
                Token { text: "0".into(), lower: "0".into(), lemma: "0".into(), kind: TokenKind::Number };
            tokens.splice(at..at + 3, [word("with"), noun, word("equal"), word("to"), zero]);
            return;
        }
        let more = matches!(lower(tokens, at), "less" | "more" | "fewer") && lower(tokens, at + 1) == "than";
        if more
            && is_number(tokens.get(at + 2))
            && lower(tokens, at + 3) == "in"
            && numeric(tokens.get(at + 4))
        {
            tokens.remove(at + 3);
            tokens[at..at + 4].rotate_right(1);
            return;
        }
    }
}

/// "the total amount of late fees": the total late fees.
pub(super) fn amounts(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let total = matches!(lower(tokens, at - 1), "total" | "highest" | "largest" | "lowest" | "average");
        if !total || lower(tokens, at) != "amount" || lower(tokens, at + 1) != "of" {
            continue;
        }
        let numeric = [2, 1].into_iter().any(|used| {
            let Some(range) = tokens.get(at + 2..at + 2 + used) else { return false };
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let table = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.75);
            lexicon
                .columns_for(&phrase, catalogue)
                .first()
                .is_some_and(|(c, s)| !table && *s >= 0.75 && amounts::is_number(*c, catalogue))
        });
        if numeric {
            tokens.drain(at..at + 2);
        }
    }
}

/// "How many tickets were sold", where each sale has a number of tickets: their sum.
pub(super) fn counted_pieces(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 0..tokens.len().saturating_sub(2) {
        let used = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("how", "many", _) => 2,
            ("total", "number", "of") => 3,
            _ => continue,
        };
        let Some(noun) = tokens.get(at + used).filter(|t| t.kind == TokenKind::Word && t.lemma != t.lower)
        else {
            continue;
        };
        let rows = lexicon.names_table(&noun.lemma, 0.95);
        let mut columns = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
            let lemma = &noun.lemma;
            names.iter().enumerate().filter_map(move |(c, name)| {
                let counts = matches!(name.words.as_slice(), [number, of, thing] if number == "number" && of == "of" && thing == lemma);
                (counts && catalogue.tables[t].columns[c].kind.is_numeric()).then_some(())
            })
        });
        let one = columns.next().is_some() && columns.next().is_none();
        drop(columns);
        // How many one row has is asked of that row: "how many pages does Emma have".
        let single = tokens[at + used + 1..]
            .iter()
            .take(1)
            .any(|t| matches!(t.lower.as_str(), "does" | "do" | "has" | "is"));
        if rows || !one || single {
            continue;
        }
        let noun = tokens[at + used].clone();
        let mut out = ["sum", "of", "number", "of"].map(word).to_vec();
        out.push(noun);
        tokens.splice(at..=at + used, out);
        return;
    }
}

/// "the most expensive piece of equipment": the most expensive equipment.
pub(super) fn pieces(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let piece = tokens[at].lemma == "piece" && lower(tokens, at + 1) == "of" && !lexicon.is_word("piece");
        let rows = lexicon.tables_for(&[&tokens[at + 2].lemma]).first().is_some_and(|(_, s)| *s >= 0.75);
        if piece && rows {
            tokens.drain(at..at + 2);
        }
    }
}

/// "with the highest total price, and also that total": and the number.
pub(super) fn that_total(tokens: &mut Vec<Token>) {
    let most = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "highest" | "lowest" | "largest" | "most" | "smallest" | "biggest" | "best" | "top"
        )
    };
    for at in 2..tokens.len().saturating_sub(1) {
        let joins = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("and", "also") | ("together", "with") | ("along", "with") => 2,
            ("and" | "with", _) => 1,
            _ => continue,
        };
        let that = matches!(lower(tokens, at + joins), "that" | "this" | "the");
        let number =
            matches!(lower(tokens, at + joins + 1), "total" | "sum" | "average" | "amount" | "value");
        if that && number && is_end(tokens, at + joins + 2) && tokens[..at].iter().any(most) {
            tokens.splice(at..at + joins + 2, ["and", "the", "number"].map(word));
            return;
        }
    }
}

/// "Show branch names and counts": the number.
pub(super) fn that_number(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let ends = is_mark(tokens, at + 1) || lower(tokens, at + 1) == "for";
        if matches!(lower(tokens, at), "counts" | "tally") && ends && lower(tokens, at - 1) == "and" {
            tokens[at] = word("number");
        }
    }
}

/// What is said of another thing begins with this word.
fn goes_on(word: &str) -> bool {
    "are is were was have has by in on at from for with per and".split(' ').any(|w| w == word)
}

/// "8 or more exhibitions", "8 exhibitions or more": at least 8.
pub(super) fn or_more(tokens: &mut Vec<Token>) {
    for at in (0..tokens.len().saturating_sub(3)).rev() {
        let ends = matches!(lower(tokens, at + 3), "more" | "fewer" | "less");
        let noun = tokens[at + 1].kind == TokenKind::Word && lower(tokens, at + 1) != "or";
        if is_number(tokens.get(at))
            && noun
            && lower(tokens, at + 2) == "or"
            && ends
            && (is_mark(tokens, at + 4) || goes_on(lower(tokens, at + 4)))
        {
            let thing = tokens.remove(at + 1);
            tokens.insert(at + 3, thing);
        }
    }
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let end = match lower(tokens, at + 2) {
            "more" | "above" | "over" | "higher" | "greater" | "better" => "least",
            "fewer" | "less" | "below" | "lower" => "most",
            _ => continue,
        };
        let told = at > 0
            && matches!(
                lower(tokens, at - 1),
                "least" | "most" | "than" | "above" | "below" | "over" | "under"
            );
        let goes_on = matches!(lower(tokens, at + 3), "than") || is_number(tokens.get(at + 3));
        if is_number(tokens.get(at)) && lower(tokens, at + 1) == "or" && !told && !goes_on {
            tokens.drain(at + 1..at + 3);
            // "priced at 150 or less"
            let from = at - usize::from(at > 0 && lower(tokens, at - 1) == "at");
            tokens.splice(from..at, ["at", end].map(word));
        }
    }
}

/// "the minimum and average number of beds", where each room has its number of them: the minimum and average beds.
pub(super) fn ends_of_number(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let number = lower(tokens, at) == "number" && lower(tokens, at + 1) == "of";
        let ends = (at.saturating_sub(6)..at).filter(|n| {
            matches!(
                lower(tokens, *n),
                "minimum"
                    | "maximum"
                    | "average"
                    | "highest"
                    | "lowest"
                    | "largest"
                    | "smallest"
                    | "min"
                    | "max"
                    | "avg"
                    | "mean"
            )
        });
        let Some(noun) = tokens.get(at + 2) else { continue };
        let kept = lexicon.columns_for(&[&noun.lemma], catalogue).first().is_some_and(|(c, score)| {
            *score >= 0.95 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
        });
        if number && ends.count() >= 2 && kept && !lexicon.names_table(&noun.lemma, 0.75) {
            tokens.drain(at..at + 2);
        }
    }
}

/// "the name and the number of beds of every hospital", where the beds of each are kept as a number: its beds.
pub(super) fn number_column(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len().saturating_sub(4) {
        let number = lower(tokens, at) == "number" && lower(tokens, at + 1) == "of";
        let each = matches!(lower(tokens, at + 3), "of" | "for" | "in")
            && matches!(lower(tokens, at + 4), "every" | "each" | "all");
        if !number || !each {
            continue;
        }
        let lemma = tokens[at + 2].lemma.clone();
        let rows = tokens.get(at + 5).and_then(|t| lexicon.tables_for(&[&t.lemma]).first().copied());
        let column = lexicon.columns_for(&[&lemma], catalogue).first().copied();
        let fits = match (rows, column) {
            (Some((table, s)), Some((c, score))) => {
                let kind = catalogue.tables[c.table].columns[c.column].kind;
                s >= 0.75 && score >= 0.95 && c.table == table && kind.is_numeric()
            }
            _ => false,
        };
        if fits && !lexicon.names_table(&lemma, 0.75) {
            tokens.drain(at..at + 2);
            return;
        }
    }
}

/// "the highest level measured at any donation": of a donation, where it says no more.
pub(super) fn told_at(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (2..tokens.len().saturating_sub(1)).rev() {
        let told = matches!(lower(tokens, at), "measured" | "observed" | "recorded" | "noted" | "registered");
        let place = matches!(lower(tokens, at + 1), "at" | "in" | "for" | "by" | "during" | "on");
        let ends = is_end(tokens, at + 1);
        let be = matches!(
            lower(tokens, at - 1),
            "been" | "was" | "were" | "is" | "are" | "not" | "never" | "has" | "have"
        );
        let known = lexicon.is_word(lower(tokens, at)) || lexicon.knows_root(&root(lower(tokens, at)));
        if told && (place || ends) && !be && !known {
            tokens.remove(at);
            if matches!(lower(tokens, at + 1), "any" | "a") && place {
                tokens.remove(at + 1);
            }
            return;
        }
    }
}
