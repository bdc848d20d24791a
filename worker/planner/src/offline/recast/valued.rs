//! What a number or a date says of a thing in one word: "the most valuable works" have the highest value, "free exhibitions" a
//! price of nought, artists who are "still alive" no year of death.

use super::{Plainer, in_turn, instead, is_one_of, lower, slice, table_of, words};
use crate::offline::{lexicon::Lexicon, words::lemma};

const WAYS: &[Plainer] = &[most_valuable, worth, free, alive, experienced, for_people];

/// Says which column it is.
pub(super) fn valued(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// The words of the one column of a table that is called by one of these nouns.
pub(super) fn column(table: usize, nouns: &str, lexicon: &Lexicon) -> Option<String> {
    let mut found =
        lexicon.columns[table].iter().filter(|name| name.words.last().is_some_and(|w| is_one_of(nouns, w)));
    found.next().filter(|_| found.next().is_none()).map(|name| name.words.join(" "))
}

/// "5 most valuable artworks": the top 5 by value; "the most valuable work": with the highest value.
fn most_valuable(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len())
        .find(|at| is_one_of("most least", lower(&found, *at)) && lower(&found, at + 1) == "valuable")?;
    if lexicon.is_word("valuable") {
        return None;
    }
    let noun = found.get(at + 2)?;
    let value = column(table_of(&noun.lower, lexicon)?, "value worth", lexicon)?;
    let most = lower(&found, at) == "most";
    let rest = slice(text, noun.to..);
    let number = at.checked_sub(1).filter(|n| lower(&found, *n).parse::<u16>().is_ok());
    Some(match number {
        Some(n) => {
            let end = if most { "top" } else { "bottom" };
            let head = slice(text, ..found[n].from);
            format!("{head}{end} {} {} by {value}{rest}", found[n].lower, slice(text, noun.from..noun.to))
        }
        None => {
            let end = if most { "highest" } else { "lowest" };
            let head = slice(text, ..found[at].from);
            format!("{head}{} with the {end} {value}{rest}", slice(text, noun.from..noun.to))
        }
    })
}

/// "works worth more than 5000": with a value of more than that.
fn worth(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "worth")?;
    let that = usize::from(is_one_of("are is were", lower(&found, at - 1)));
    let that = that + usize::from(that == 1 && is_one_of("that which", lower(&found, at.checked_sub(2)?)));
    let noun = found.get(at.checked_sub(1 + that)?)?;
    let compares = is_one_of("more less over under above at between", lower(&found, at + 1));
    if !compares || lexicon.is_word("worth") {
        return None;
    }
    let value = column(table_of(&noun.lower, lexicon)?, "value price", lexicon)?;
    let of = if is_one_of("more less at", lower(&found, at + 1)) { " of" } else { "" };
    Some(instead(text, found[at - that].from, found[at].to, &format!("with a {value}{of}")))
}

/// "free exhibitions", "classes that are free": with a price of 0.
fn free(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| lower(&found, *at) == "free")?;
    let told = lexicon.is_word("free") || !lexicon.values(&["free"]).is_empty();
    let price = |n: usize| {
        let table = table_of(lower(&found, n), lexicon)?;
        column(table, "price fee cost", lexicon).filter(|_| lower(&found, n) != lemma(lower(&found, n)))
    };
    if told {
        return None;
    }
    if let Some(price) = price(at + 1) {
        let noun = &found[at + 1];
        let rest = slice(text, noun.to..);
        let head = slice(text, ..found[at].from);
        return Some(format!("{head}{} with a {price} of 0{rest}", slice(text, noun.from..noun.to)));
    }
    // "Which exhibitions are free?"
    let last = at + 1 == found.len() && at > 1 && lower(&found, at - 1) == "are";
    let that = usize::from(last && at > 2 && is_one_of("that which", lower(&found, at - 2)));
    let price = last.then(|| price(at.checked_sub(2 + that)?)).flatten()?;
    let have = if that == 1 { "with" } else { "have" };
    Some(instead(text, found[at - 1 - that].from, found[at].to, &format!("{have} a {price} of 0")))
}

/// "Which artists are still alive?", "living artists": who have no year of death.
fn alive(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "alive")?;
    let still = usize::from(lower(&found, at - 1) == "still");
    let be = at.checked_sub(1 + still)?;
    let table = table_of(lower(&found, be.checked_sub(1)?), lexicon)
        .or_else(|| table_of(lower(&found, be.checked_sub(2)?), lexicon))?;
    let died = |name: &&crate::offline::lexicon::Name| {
        name.words.iter().any(|w| is_one_of("death died deceased", w))
    };
    let mut kept = lexicon.columns[table].iter().filter(died);
    let name = kept.next().filter(|_| kept.next().is_none())?.words.join(" ");
    let that = usize::from(is_one_of("that who which", lower(&found, be - 1)));
    let have = if that == 1 { "with" } else { "have" };
    (is_one_of("are is", lower(&found, be)) && !lexicon.is_word("alive"))
        .then(|| instead(text, found[be - that].from, found[at].to, &format!("{have} no {name}")))
}

/// "the most experienced teacher": with the most experience.
fn experienced(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len())
        .find(|at| is_one_of("most least", lower(&found, *at)) && lower(&found, at + 1) == "experienced")?;
    let noun = found.get(at + 2)?;
    let table = table_of(&noun.lower, lexicon)?;
    let kept =
        lexicon.columns[table].iter().any(|name| name.words.iter().any(|w| is_one_of("experience exp", w)));
    let most = lower(&found, at);
    kept.then(|| {
        let head = slice(text, ..found[at].from);
        format!(
            "{head}{} with the {most} experience{}",
            slice(text, noun.from..noun.to),
            slice(text, noun.to..)
        )
    })
}

/// "rooms for more than 10 people": with a capacity of more than 10.
fn for_people(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "for")?;
    let table = table_of(lower(&found, at - 1), lexicon)?;
    let number = (at + 1..found.len().min(at + 4)).find(|n| lower(&found, *n).parse::<u16>().is_ok())?;
    let people = is_one_of("people persons guests attendees participants pax", lower(&found, number + 1));
    let bound = slice(text, found[at].to..found[number].from).trim().to_lowercase();
    let of = match bound.as_str() {
        "" | "at least" => "of at least",
        "more than" | "over" => "of more than",
        "up to" | "at most" => "of at most",
        "less than" | "fewer than" => "of less than",
        _ => return None,
    };
    let mut kept = lexicon.columns[table].iter().filter(|name| {
        let most = name.words.iter().any(|w| is_one_of("maximum max", w));
        let whom =
            name.words.iter().any(|w| is_one_of("guest person participant occupancy people attendee", w));
        name.words.iter().any(|w| is_one_of("capacity", w)) || most && whom
    });
    let name = kept.next().filter(|_| kept.next().is_none())?.words.join(" ");
    let plain = format!("with a {name} {of} {}", lower(&found, number));
    people.then(|| instead(text, found[at].from, found[number + 1].to, &plain))
}
