//! Limits told in other words: "no earlier than 1950 and no later than 1965", "last between 10 and 12 weeks", "a trial
//! longer than two weeks", "more than the average ticket", "beats the average".

use super::{is_number, lower, number, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, number_word, split_name},
};
use rowcall_core::Catalogue;

/// Puts them into the words of a plain comparison.
pub(super) fn limits(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    both_ends(tokens);
    sides(tokens, lexicon);
    years_old(tokens);
    cost_between(tokens);
    average_one(tokens, lexicon);
    more_than_average(tokens, lexicon, catalogue);
    lasting(tokens, lexicon, catalogue);
    longer(tokens, lexicon, catalogue);
}

/// The words of a lower limit, and how many.
fn least(tokens: &[Token], at: usize) -> Option<usize> {
    let than = lower(tokens, at + 2) == "than";
    Some(match (lower(tokens, at), lower(tokens, at + 1)) {
        ("at", "least") => 2,
        ("no" | "not", "less" | "fewer" | "shorter" | "earlier" | "lower" | "smaller" | "younger")
            if than =>
        {
            3
        }
        _ => return None,
    })
}

/// The words of an upper limit, and how many.
fn most(tokens: &[Token], at: usize) -> Option<usize> {
    let than = lower(tokens, at + 2) == "than";
    Some(match (lower(tokens, at), lower(tokens, at + 1)) {
        ("at", "most") | ("up", "to") => 2,
        ("no" | "not", "more" | "longer" | "later" | "higher" | "larger" | "older" | "greater") if than => 3,
        _ => return None,
    })
}

/// "no shorter than 10 weeks and no longer than 12": between 10 and 12 weeks.
fn both_ends(tokens: &mut Vec<Token>) {
    for at in (0..tokens.len()).rev() {
        let Some(used) = least(tokens, at).filter(|used| is_number(tokens.get(at + used))) else { continue };
        let first = at + used;
        let unit = usize::from(is_length(lower(tokens, first + 1)));
        let joint = first + 1 + unit;
        if !matches!(lower(tokens, joint), "and" | "but") {
            continue;
        }
        let Some(more) = most(tokens, joint + 1).filter(|n| is_number(tokens.get(joint + 1 + n))) else {
            continue;
        };
        let second = joint + 1 + more;
        let mut said = vec![word("between"), tokens[first].clone(), word("and"), tokens[second].clone()];
        if unit > 0 && !is_length(lower(tokens, second + 1)) {
            said.push(tokens[first + 1].clone());
        }
        tokens.splice(at..=second, said);
    }
}

/// "beats the average", "better than the average", "no later than 1965", each by itself.
fn sides(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (1..tokens.len()).rev() {
        let limit = |n: usize| {
            is_number(tokens.get(n))
                || matches!(lower(tokens, n), "the" | "overall" | "average" | "mean" | "all")
        };
        let said: (usize, &[&str]) = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("beat" | "beats" | "surpass" | "surpasses", _) if limit(at + 1) => {
                (1, &["is", "higher", "than"])
            }
            ("better", "than") if limit(at + 2) => (2, &["higher", "than"]),
            ("no" | "not", "more") if lower(tokens, at + 2) == "than" && is_number(tokens.get(at + 3)) => {
                (3, &["at", "most"])
            }
            ("no" | "not", "less" | "fewer")
                if lower(tokens, at + 2) == "than" && is_number(tokens.get(at + 3)) =>
            {
                (3, &["at", "least"])
            }
            // "aged more than fifty"
            ("aged", "more") if lower(tokens, at + 2) == "than" => (3, &["older", "than"]),
            ("aged", "less") if lower(tokens, at + 2) == "than" => (3, &["younger", "than"]),
            ("rise" | "rises" | "stand" | "stands", "higher") if lower(tokens, at + 2) == "than" => {
                (3, &["are", "taller", "than"])
            }
            _ => continue,
        };
        if said.1.contains(&"taller") && !lexicon.is_word("height") {
            continue;
        }
        tokens.splice(at..at + said.0, said.1.iter().copied().map(word));
    }
}

/// "over 50 years old": older than 50.
fn years_old(tokens: &mut Vec<Token>) {
    for at in (1..tokens.len()).rev() {
        let (used, said) = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("over" | "above", _) => (1, "older"),
            ("more", "than") => (2, "older"),
            ("under" | "below", _) => (1, "younger"),
            ("less", "than") => (2, "younger"),
            _ => continue,
        };
        let n = at + used;
        let old = matches!(lower(tokens, n + 1), "years" | "year") && lower(tokens, n + 2) == "old";
        if old && is_number(tokens.get(n)) {
            let age = tokens[n].clone();
            tokens.splice(at..n + 3, [word(said), word("than"), age]);
        }
    }
}

/// "more than the average ticket": than the average.
fn average_one(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (2..tokens.len().saturating_sub(1)).rev() {
        let average = matches!(lower(tokens, at), "average" | "mean");
        let compared =
            lower(tokens, at - 1) == "the" && matches!(lower(tokens, at - 2), "than" | "above" | "below");
        let noun = &tokens[at + 1];
        let ends = tokens.get(at + 2).is_none_or(|t| {
            t.kind == TokenKind::Mark || matches!(t.lower.as_str(), "and" | "or" | "in" | "of" | "by")
        });
        let single = noun.kind == TokenKind::Word && noun.lower == noun.lemma;
        if average && compared && single && ends && lexicon.names_table(&noun.lemma, 0.9) {
            tokens.remove(at + 1);
        }
        // "above the average of all customers"
        let all = lower(tokens, at + 1) == "of" && lower(tokens, at + 2) == "all";
        let rows = tokens.get(at + 3).is_some_and(|t| lexicon.names_table(&t.lemma, 0.9));
        if average && compared && all && rows && super::is_mark(tokens, at + 4) {
            tokens.drain(at + 1..at + 4);
        }
    }
}

/// "cost between 100 and 150": cost at least 100 and cost at most 150, as a price is compared.
fn cost_between(tokens: &mut Vec<Token>) {
    for at in (0..tokens.len()).rev() {
        let bounds = matches!(lower(tokens, at), "cost" | "costs")
            && lower(tokens, at + 1) == "between"
            && is_number(tokens.get(at + 2))
            && lower(tokens, at + 3) == "and"
            && is_number(tokens.get(at + 4));
        if bounds {
            let most = ["cost", "at", "most"].map(word);
            tokens.splice(at + 4..at + 4, most);
            tokens.splice(at + 1..at + 2, ["at", "least"].map(word));
        }
    }
}

/// "have more inhabitants than the average": have inhabitants above the average.
fn more_than_average(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len()).rev() {
        let side = match lower(tokens, at) {
            "more" => "above",
            "fewer" | "less" => "below",
            _ => continue,
        };
        let has = matches!(lower(tokens, at - 1), "have" | "has" | "with" | "had");
        let Some(than) = (at + 2..at + 4).find(|i| lower(tokens, *i) == "than") else { continue };
        let the = usize::from(lower(tokens, than + 1) == "the");
        let average = matches!(lower(tokens, than + 1 + the), "average" | "mean")
            && super::is_mark(tokens, than + 2 + the);
        let phrase: Vec<&str> = tokens[at + 1..than].iter().map(|t| t.lemma.as_str()).collect();
        let numeric = lexicon
            .columns_for(&phrase, catalogue)
            .first()
            .is_some_and(|(c, s)| *s >= 0.7 && catalogue.tables[c.table].columns[c.column].kind.is_numeric());
        if has && average && numeric && lexicon.tables_for(&phrase).first().is_none_or(|(_, s)| *s < 0.75) {
            let noun = tokens[at + 1..than].to_vec();
            let mut said = vec![word("with"), word("a")];
            said.extend(noun.iter().map(|t| word(&t.lemma)));
            said.extend([side, "the", "average"].map(word));
            said.extend(noun.iter().map(|t| word(&t.lemma)));
            let from = at - 1 - usize::from(at > 1 && matches!(lower(tokens, at - 2), "that" | "which"));
            tokens.splice(from..than + 2 + the, said);
        }
    }
}

/// A unit of time.
fn is_length(said: &str) -> bool {
    minutes(said).is_some() || matches!(said, "month" | "months" | "year" | "years")
}

/// How many minutes the unit has, as far as that is certain.
fn minutes(said: &str) -> Option<i64> {
    Some(match said {
        "minute" | "minutes" => 1,
        "hour" | "hours" => 60,
        "day" | "days" | "night" | "nights" => 24 * 60,
        "week" | "weeks" => 7 * 24 * 60,
        _ => return None,
    })
}

/// The units in which a number is kept, the longest first.
const KEPT: [&str; 4] = ["week", "day", "hour", "minute"];

/// The one column of numbers whose name has these words, in the tables that are spoken of or in all of them.
fn column(tokens: &[Token], words: &[&str], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Vec<String>> {
    let mut found: Vec<(usize, &[String])> = Vec::new();
    for (t, names) in lexicon.columns.iter().enumerate() {
        for (c, name) in names.iter().enumerate() {
            let has = words.iter().all(|w| name.words.iter().any(|n| n == w));
            let column = &catalogue.tables[t].columns[c];
            // A number of weeks, and not the week of a year.
            let many = |w: &String| w.to_lowercase().ends_with('s') && is_length(&w.to_lowercase());
            if has && column.kind.is_numeric() && split_name(&column.name).iter().any(many) {
                found.push((t, &name.words));
            }
        }
    }
    let spoken = |t: usize| {
        tokens.iter().any(|k| {
            k.kind == TokenKind::Word && {
                lexicon.tables_for(&[&k.lemma]).first().is_some_and(|(of, s)| *of == t && *s >= 0.9)
            }
        })
    };
    if found.len() > 1 {
        found.retain(|(t, _)| spoken(*t));
    }
    match found.as_slice() {
        [(_, words)] => Some(words.to_vec()),
        _ => None,
    }
}

/// "that last between 10 and 12 weeks", "with at least 10 weeks": with weeks of that many, where the number of weeks is kept.
fn lasting(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len()).rev() {
        let lasts = matches!(
            lower(tokens, at),
            "last"
                | "lasts"
                | "lasted"
                | "lasting"
                | "take"
                | "takes"
                | "run"
                | "runs"
                | "with"
                | "of"
                | "have"
                | "has"
        );
        // "name and weeks, between 10 and 12 weeks"
        let comma = tokens[at].text == ",";
        let longer = (lower(tokens, at + 1) == "longer" || lower(tokens, at + 1) == "shorter")
            && lower(tokens, at + 2) == "than";
        let bounds = match (lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("between", _) if lower(tokens, at + 3) == "and" && is_number(tokens.get(at + 4)) => 2,
            ("at", "least" | "most") | ("more" | "less" | "fewer", "than") if !comma => 3,
            _ if longer && !comma => 3,
            ("over" | "under", _) if !comma => 2,
            _ => continue,
        };
        let last = if lower(tokens, at + 1) == "between" { at + 4 } else { at + bounds };
        if !(lasts || comma) || !is_number(tokens.get(at + bounds)) {
            continue;
        }
        let unit = tokens.get(last + 1).filter(|t| is_length(&t.lower)).map(|t| t.lemma.clone());
        let Some(unit) = unit.filter(|_| !matches!(lower(tokens, last + 2), "of" | "old" | "ago")) else {
            continue;
        };
        // "2 hours", where minutes are kept.
        let Some((name, times)) = kept_in(tokens, &unit, lexicon, catalogue) else { continue };
        let that = matches!(lower(tokens, at - 1), "that" | "which") && at > 1;
        let mut said = vec![word("with")];
        said.extend(name.iter().map(|w| word(w)));
        match lower(tokens, at + 1) {
            "longer" => said.extend(["more", "than"].map(word)),
            "shorter" => said.extend(["less", "than"].map(word)),
            _ => said.extend(tokens[at + 1..at + bounds].iter().cloned()),
        }
        said.extend(tokens[at + bounds..=last].iter().map(|t| match value(t) {
            Some(n) if times > 1 => number(n * times),
            _ => t.clone(),
        }));
        tokens.splice(at - usize::from(that)..last + 2, said);
    }
}

/// The column that keeps a length in this unit or in a shorter one, and how many of those the unit has.
fn kept_in(
    tokens: &[Token],
    unit: &str,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(Vec<String>, i64)> {
    if let Some(name) = column(tokens, &[unit], lexicon, catalogue) {
        return Some((name, 1));
    }
    let size = minutes(unit)?;
    KEPT.iter().find_map(|kept| {
        let one = minutes(kept).filter(|one| *one < size && size % one == 0)?;
        Some((column(tokens, &[kept], lexicon, catalogue)?, size / one))
    })
}

/// A whole number, in digits or words.
fn value(token: &Token) -> Option<i64> {
    match token.kind {
        TokenKind::Number => token.text.parse().ok(),
        _ => number_word(&token.lower),
    }
}

/// "a trial longer than two weeks", where its days are kept: trial days of more than 14.
fn longer(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len()).rev() {
        let (used, than): (usize, &[&str]) = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("longer" | "more", "than") => (2, &["more", "than"]),
            ("shorter" | "less", "than") => (2, &["less", "than"]),
            ("at", "least") => (2, &["at", "least"]),
            ("at", "most") => (2, &["at", "most"]),
            ("over", _) => (1, &["more", "than"]),
            ("under", _) => (1, &["less", "than"]),
            _ => continue,
        };
        let noun = tokens[at - 1].lemma.clone();
        if tokens[at - 1].lower.ends_with("ed") {
            continue;
        }
        let told = tokens.get(at + used).and_then(value);
        let (Some(told), Some(size)) = (told, minutes(lower(tokens, at + used + 1))) else { continue };
        for kept in KEPT {
            let Some(one) = minutes(kept).filter(|one| size % one == 0) else { continue };
            let Some(name) = column(tokens, &[&noun, kept], lexicon, catalogue) else { continue };
            let mut said: Vec<Token> = name.iter().map(|w| word(w)).collect();
            said.extend(than.iter().copied().map(word));
            said.push(number(told * (size / one)));
            let of = usize::from(at > 1 && matches!(lower(tokens, at - 2), "a" | "an"));
            tokens.splice(at - 1 - of..at + used + 2, said);
            break;
        }
    }
}
