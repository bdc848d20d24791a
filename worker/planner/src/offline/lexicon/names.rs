//! Names of tables and columns as words: taken apart, in base forms, abbreviations written out.

use crate::offline::{
    unfuse::unfused,
    words::{self, lemma, split_name},
};
use rowcall_core::{Catalogue, Column, Table, TypeKind};
use std::collections::HashSet;

/// Words in names that say little.
pub fn is_noise(word: &str) -> bool {
    matches!(
        word,
        "code"
            | "in"
            | "of"
            | "the"
            | "number"
            | "no"
            | "count"
            | "usd"
            | "eur"
            | "dollar"
            | "billion"
            | "million"
            | "thousand"
            | "euro"
            | "value"
            | "text"
            | "at"
            | "on"
            | "by"
            | "is"
            | "type"
            | "made"
            | "level"
            | "data"
            | "info"
            | "to"
            | "from"
            | "year"
            | "cm"
            | "kg"
            | "km"
            | "m"
    )
}

/// A name that a preposition is part of, as a token is written that says it: `date_from`. Its words would be read apart.
pub fn raw_name(name: &str) -> Option<Vec<String>> {
    let parts: Vec<String> = split_name(name).iter().map(|p| p.to_lowercase()).collect();
    let ties =
        |p: &String| matches!(p.as_str(), "from" | "to" | "by" | "at" | "on" | "in" | "for" | "with" | "of");
    (parts.len() == 2 && ties(&parts[1])).then_some(parts)
}

pub(super) fn vocabulary_of(catalogue: &Catalogue) -> HashSet<String> {
    let mut known: HashSet<String> = [
        "id", "name", "date", "type", "code", "number", "key", "title", "status", "count", "year", "time",
        "first", "last", "full", "price", "amount", "value", "by", "num", "no", "cited", "citing",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    for table in &catalogue.tables {
        for name in [&table.name].into_iter().chain(table.columns.iter().map(|c| &c.name)) {
            let parts = split_name(name);
            for part in parts {
                let lower = part.to_lowercase();
                if lower.len() >= 4 {
                    known.insert(lower.clone());
                    known.insert(lemma(&lower));
                }
            }
        }
    }
    known
}

/// The words that stand for longer ones: those without a vowel, and in a catalogue that has several of these, short ones.
pub(super) fn shortened(vocabulary: &[String], catalogue: &Catalogue) -> Vec<String> {
    let letters = |w: &String| w.len() >= 3 && w.chars().all(|c| c.is_ascii_lowercase());
    let bare = |w: &&String| {
        letters(w) && (!w.contains(['a', 'e', 'i', 'o', 'u', 'y']) || w.len() <= 5 && ends_unusually(w))
    };
    let known = |w: &&String| {
        matches!(w.as_str(), "sqm" | "dbm" | "gb" | "mb" | "html" | "xml" | "pdf" | "sms" | "gps" | "vwz")
    };
    let names = catalogue.tables.iter().flat_map(|t| t.columns.iter().map(|c| &c.name).chain([&t.name]));
    let written_out: HashSet<String> = names
        .flat_map(|name| split_name(name))
        .map(|part| part.to_lowercase())
        .filter(|part| part.len() >= 3 && words::long_form(part).is_some())
        .collect();
    let several = vocabulary.iter().filter(bare).filter(|w| !known(w)).count() + written_out.len() >= 2;
    // Two letters mean one thing only where one name alone has them.
    let once = |w: &str| {
        let names = catalogue.tables.iter().flat_map(|t| t.columns.iter().map(|c| &c.name).chain([&t.name]));
        names.filter(|name| split_name(name).iter().any(|part| part.eq_ignore_ascii_case(w))).count() == 1
    };
    let two =
        |w: &&String| w.len() == 2 && w.chars().all(|c| c.is_ascii_lowercase()) && !is_unit(w) && once(w);
    let short = |w: &&String| bare(w) || several && (letters(w) && w.len() <= 5 || two(w));
    vocabulary.iter().filter(short).filter(|w| !known(w)).cloned().collect()
}

/// The short words of names whose long form is known, and that form.
pub(super) fn written_out(catalogue: &Catalogue) -> Vec<(String, String)> {
    let names = catalogue.tables.iter().flat_map(|t| t.columns.iter().map(|c| &c.name).chain([&t.name]));
    let mut out: Vec<(String, String)> = names
        .flat_map(|name| split_name(name))
        .map(|part| part.to_lowercase())
        .filter(|part| part.len() >= 3)
        .filter_map(|part| {
            let long = words::long_form(&part).filter(|long| !long.contains(' '))?.to_owned();
            Some((part, long))
        })
        .collect();
    out.sort();
    out.dedup();
    out
}

/// Two letters that are a unit or stand for themselves.
fn is_unit(word: &str) -> bool {
    const UNITS: &str = "cc cm db dm ft gb hp hz kb kg km kw lb mb mg ml mm mw ms pk fk pc pm tb tv vs";
    UNITS.split(' ').any(|unit| unit == word)
}

/// Whether a word is written short this way: its beginning, or its consonants.
pub(super) fn shortens(short: &str, word: &str) -> bool {
    if !word.starts_with(&short[..1]) {
        return false;
    }
    // `twn` is a town: all its consonants.
    let bare = |word: &str| word.chars().filter(|c| !"aeiou".contains(*c)).collect::<String>();
    if short.len() >= 3 && word.len() == short.len() + 1 && bare(word) == short {
        return true;
    }
    if word.len() < short.len() + 2 {
        return false;
    }
    // Two letters are all the consonants of a word, or nothing: `sz` is a size, `rt` a rate or a route.
    if short.len() == 2 {
        let vowel = |c: &char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        let consonants: Vec<char> = word.chars().skip(1).filter(|c| !vowel(c)).collect();
        return consonants.iter().all(|c| short.ends_with(*c)) && !consonants.is_empty();
    }
    if let Some(rest) = word.strip_prefix(short) {
        // A guesthouse is no guest.
        const NOUNS: &str = "board book card day ground hold holder hood house keeper land leader line maker man master \
            mate member men owner person place point room ship side stand time way wear woman women work worker yard";
        return !NOUNS.split_ascii_whitespace().any(|noun| noun == rest);
    }
    if short.contains(['a', 'e', 'i', 'o', 'u']) {
        return contracts(short, word);
    }
    let mut rest = word.chars().skip(1);
    short.chars().skip(1).all(|c| rest.any(|r| r == c)) && short.len() * 2 >= word.len() - 1
}

/// `popn` is a population, `natl` a nationality: how the word begins, and one letter more of it, which together no English
/// word ends with.
fn contracts(short: &str, word: &str) -> bool {
    let Some((head, last)) =
        short.len().checked_sub(1).filter(|n| *n >= 3).and_then(|n| short.split_at_checked(n))
    else {
        return false;
    };
    short.len() <= 5
        && ends_unusually(short)
        && word.strip_prefix(head).is_some_and(|rest| rest.contains(last))
}

/// No English word ends so.
fn ends_unusually(word: &str) -> bool {
    const UNUSUAL: &str = "bl bn cl cn cr dl dn dr fl fn fr gl gr kn kr ln lr ml mn mr nl nr pl pn pr sl sn sr tl tn tr vl vn vr";
    UNUSUAL.split(' ').any(|end| word.ends_with(end))
}

/// `choreogr` is how "choreographer" begins, broken off within a syllable; "product" is no short form of "production".
pub(super) fn breaks_off(short: &str, word: &str) -> bool {
    const ENDINGS: &str = "able al ally ance ant ary ation ations ative ator ators ed ence ent er ers ery es est ial ian ible \
        ic ical ied ier ies ing ings ion ions ise ish ism ist ists ity ive ively ivity ize or ors ory ous ual ure ures";
    let rest = word.strip_prefix(short).filter(|rest| rest.len() >= 2);
    rest.is_some_and(|rest| {
        rest.starts_with(is_vowel) && !ENDINGS.split_ascii_whitespace().any(|end| end == rest)
    })
}

/// A long word that ends within a syllable, as [`breaks_off`] needs it.
pub(super) fn is_cut(word: &str) -> bool {
    word.len() >= 6 && word.chars().rev().take(2).all(|c| c.is_ascii_lowercase() && !is_vowel(c))
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// `fname` and `lname` of a table are a first and a last name, whatever the table's own letter is.
pub(super) fn halves(table: &Table) -> Vec<(usize, Vec<String>)> {
    let called =
        |wanted: &str| table.columns.iter().position(|c| c.name.to_lowercase().replace('_', "") == wanted);
    // `sname`: a surname, beside a first name.
    match (called("fname"), called("lname").or_else(|| called("sname"))) {
        (Some(first), Some(last)) => [(first, "first"), (last, "last")]
            .map(|(at, half)| (at, vec![half.to_owned(), "name".to_owned()]))
            .to_vec(),
        _ => Vec::new(),
    }
}

/// `flno` in flights is the flight number, `bname` in banks the name.
pub(super) fn numbered(name: &str, table: &[String]) -> Option<Vec<String>> {
    let lower = name.to_lowercase();
    if let Some(initial) = ["name", "nm"].iter().find_map(|end| lower.strip_suffix(end))
        && initial.len() == 1
        && table.first().is_some_and(|t| t.starts_with(initial))
    {
        return Some(vec!["name".to_owned()]);
    }
    let head =
        ["no", "num", "nbr", "nr"].iter().find_map(|end| lower.strip_suffix(end))?.trim_end_matches('_');
    let whole = table.iter().find(|w| !head.is_empty() && w.len() > head.len() && w.starts_with(head))?;
    Some(vec![whole.clone(), "number".to_owned()])
}

/// The words of a column's name; `reg_d` of days is a date.
pub(super) fn column_words(column: &Column, known: &HashSet<String>) -> Vec<String> {
    let mut words = name_words(&column.name, known);
    // `hascafe`
    if let ([one], TypeKind::Bool) = (words.as_slice(), column.kind)
        && let Some(thing) = one.strip_prefix("has").filter(|thing| thing.len() >= 3)
    {
        words = vec!["has".to_owned(), thing.to_owned()];
    }
    // `yrs_exp` counts years of experience; a date of `exp` is that of expiry.
    let years = words.iter().any(|w| w == "year") && column.kind.is_numeric();
    if let Some(short) = words.iter_mut().find(|w| *w == "exp") {
        if years {
            *short = "experience".to_owned();
        } else if column.kind.is_temporal() {
            *short = "expiry".to_owned();
        }
    }
    if let Some(last) = words.last_mut().filter(|w| *w == "d" && column.kind.is_temporal()) {
        *last = "date".to_owned();
    }
    words
}

pub(super) fn name_words(name: &str, known: &HashSet<String>) -> Vec<String> {
    let mut out = Vec::new();
    let parts = split_name(name);
    let last = parts.len().saturating_sub(1);
    for (at, part) in parts.into_iter().enumerate() {
        // `duration_min` is in minutes.
        if at > 0 && at == last && part.eq_ignore_ascii_case("min") {
            out.push("minute".to_owned());
            continue;
        }
        let lower = part.to_lowercase();
        let mut pieces = segments(&lower, known);
        if let [one] = pieces.as_slice()
            && let Some(words) = unfused(one)
        {
            pieces = words.into_iter().map(str::to_owned).collect();
        }
        for piece in pieces {
            let base = lemma(&piece);
            match words::long_form(&piece).or_else(|| words::long_form(&base)) {
                Some(long) => out.extend(long.split(' ').map(str::to_owned)),
                None => out.push(base),
            }
        }
    }
    out
}

/// `keyphraseid` → keyphrase, id: a word made of words that the catalogue uses elsewhere.
pub(super) fn segments(word: &str, known: &HashSet<String>) -> Vec<String> {
    if word.len() < 6 || !word.is_ascii() {
        return vec![word.to_owned()];
    }
    // Fewest pieces; a word is not split into itself alone unless nothing else fits.
    fn split(word: &str, known: &HashSet<String>, depth: usize) -> Option<Vec<String>> {
        if word.is_empty() {
            return Some(Vec::new());
        }
        if depth == 0 {
            return None;
        }
        for end in (2..=word.len()).rev() {
            let head = &word[..end];
            if known.contains(head)
                && let Some(mut tail) = split(&word[end..], known, depth - 1)
            {
                tail.insert(0, head.to_owned());
                return Some(tail);
            }
        }
        None
    }
    for end in (3..word.len() - 1).rev() {
        let (head, tail) = word.split_at(end);
        let good = known.contains(head) && head != word;
        if good && let Some(rest) = split(tail, known, 2) {
            let mut out = vec![head.to_owned()];
            out.extend(rest);
            return out;
        }
    }
    vec![word.to_owned()]
}
