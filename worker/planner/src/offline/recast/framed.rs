//! Questions that are framed in other words: "How are the rooms spread over the floors?", "What does the code KG stand for?",
//! "whose notes mention a lift", "in which notes does the word lift occur", "By whom was it hired?", "towns shared by A and B", "either A or B".

use super::{Word, bare, instead, lower, said, slice, words};
use crate::offline::{
    lexicon::{Lexicon, Name},
    plural,
    words::{is_person, lemma, root, split_name},
};

/// What is said, and plainer words for it.
const PHRASES: &[(&[&str], &str)] = &[
    (&["on", "the", "books"], ""),
    (&["on", "our", "books"], ""),
    (&["taken", "together"], ""),
    (&["brought", "back"], "returned"),
    (&["that", "lie", "on"], "on"),
    (&["that", "lie", "in"], "in"),
    (&["lie", "on"], "are on"),
    (&["lie", "in"], "are in"),
    (&["lies", "on"], "is on"),
    (&["lies", "in"], "is in"),
    (&["broken", "down", "by"], "by"),
    (&["starting", "from", "the", "top"], "highest first"),
    (&["starting", "at", "the", "top"], "highest first"),
];

/// Puts them into plainer words.
pub(super) fn framed(question: &str, lexicon: &Lexicon) -> String {
    let mut text = question.to_owned();
    for (phrase, plain) in PHRASES {
        let found = words(&text);
        let known = phrase.iter().any(|w| w.len() > 4 && lexicon.is_word(&lemma(w)));
        let at = (1..found.len()).find(|at| said(&text, &found, *at, phrase));
        if let Some(at) = at.filter(|_| !known) {
            text = instead(&text, found[at].from, found[at + phrase.len() - 1].to, plain);
        }
    }
    for frame in [
        spread,
        stands_for,
        occurs,
        mentions,
        members,
        either,
        shared_by,
        by_whom,
        who_has,
        steps_of_year,
        on_which_date,
        does_supervise,
    ] {
        text = frame(&text, lexicon).unwrap_or(text);
    }
    text
}

fn is_table(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.names_table(&lemma(word), 0.75)
}

/// "How are the rooms spread over the floors?": how many of them on each.
fn spread(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let verb = (3..found.len().min(7)).find(|at| {
        matches!(lower(&found, *at), "spread" | "distributed" | "divided")
            && matches!(lower(&found, at + 1), "over" | "across" | "among" | "between" | "by")
    })?;
    let asks = lower(&found, 0) == "how" && matches!(lower(&found, 1), "are" | "were");
    if !asks || lexicon.is_word("spread") || !is_table(lower(&found, verb - 1), lexicon) {
        return None;
    }
    let from = 2 + usize::from(matches!(lower(&found, 2), "the" | "our" | "all"));
    let rows = slice(text, found[from].from..found[verb - 1].to);
    let article = matches!(lower(&found, verb + 2), "the" | "our" | "different" | "all");
    let to = verb + 2 + usize::from(article);
    // What else is said of the groups would need more than one word.
    let group = found.get(to)?;
    let rest = slice(text, group.to..).trim_start();
    let ends = rest.is_empty() || rest.starts_with(['?', '.', ';']);
    ends.then(|| format!("How many {rows} are there per {}{}", lemma(&group.lower), slice(text, group.to..)))
}

/// "Which months of 2025 had more than 100 orders?": which months had them in 2025.
fn steps_of_year(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let step = matches!(lower(&found, 1), "month" | "months" | "quarter" | "quarters" | "week" | "weeks");
    let year = found.get(3).filter(|w| w.lower.len() == 4 && w.lower.starts_with(['1', '2']))?;
    let told = matches!(lower(&found, 2), "of" | "in") && year.lower.chars().all(|c| c.is_ascii_digit());
    if !matches!(lower(&found, 0), "which" | "what") || !step || !told {
        return None;
    }
    let end = year.to + slice(text, year.to..).find(['.', '?', ';', ',']).unwrap_or(text.len() - year.to);
    let rest = slice(text, year.to..end).trim();
    (!rest.is_empty())
        .then(|| format!("{} {rest} in {}{}", slice(text, ..found[1].to), year.lower, slice(text, end..)))
}

/// "On which date was the driver Okafor hired?": when was he.
fn on_which_date(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "on"
        && matches!(lower(&found, 1), "which" | "what")
        && matches!(lower(&found, 2), "date" | "day")
        && matches!(lower(&found, 3), "was" | "were");
    // "… have the most orders": one of many dates.
    let plain =
        !found.iter().any(|w| matches!(w.lower.as_str(), "most" | "least" | "fewest" | "highest" | "lowest"));
    // "Tell me when the latest order was made."
    let tells = lower(&found, 0) == "tell" && lower(&found, 1) == "me" && lower(&found, 2) == "when";
    let was =
        (4..found.len()).rev().find(|at| matches!(lower(&found, *at), "was" | "were")).filter(|_| tells);
    if let Some(was) = was.filter(|was| was + 3 >= found.len()) {
        let (who, did) = (slice(text, found[3].from..found[was].from), slice(text, found[was].to..));
        return Some(format!(
            "When {} {}{}?",
            lower(&found, was),
            who.trim_end(),
            did.trim_end_matches(['.', '?'])
        ));
    }
    (asks && plain).then(|| format!("When {}", slice(text, found[3].from..)))
}

/// "Which employees does Ann Lee supervise?": which are supervised by her, where a table refers to itself so.
fn does_supervise(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let does = (1..found.len()).find(|at| matches!(lower(&found, *at), "does" | "do" | "did"))?;
    let capital = |w: &&Word| slice(text, w.from..w.to).starts_with(char::is_uppercase);
    let named = found[does + 1..].iter().take_while(capital).count();
    let verb = found.get(does + 1 + named).filter(|_| (1..=3).contains(&named))?;
    let rest = slice(text, verb.to..).trim_start();
    if !(rest.is_empty() || rest.starts_with(['?', '.'])) {
        return None;
    }
    let stem = root(&verb.lower);
    let edges = &lexicon.prepared.graph.edges;
    let mut tied = edges.iter().filter(|e| e.from == e.to).filter(|e| {
        let said = |name: &String| split_name(name).iter().any(|w| root(&w.to_lowercase()) == stem);
        e.from_columns.iter().any(said)
    });
    let edge = tied.next().filter(|_| tied.next().is_none())?;
    let name = slice(text, found[does + 1].from..found[does + named].to);
    let past = match verb.lower.as_str() {
        "lead" => "led".to_owned(),
        plain if plain.ends_with('e') => format!("{plain}d"),
        plain => format!("{plain}ed"),
    };
    let asked = match lower(&found, does - 1) {
        "who" | "whom" => format!("Which {}", plural(&lexicon.tables[edge.from].words.join(" "))),
        _ => slice(text, ..found[does - 1].to).to_owned(),
    };
    Some(format!("{asked} are {past} by {name}{rest}"))
}

/// A sentence that asks for the description, the name, the meaning of what was asked about.
fn says_what_it_is(sentence: &str) -> bool {
    let found = words(sentence);
    let last = found.last().map_or("", |w| w.lower.as_str());
    found.len() <= 6
        && matches!(lower(&found, 0), "give" | "show" | "return" | "list" | "tell")
        && matches!(last, "description" | "name" | "meaning" | "text")
}

/// "What does the code KG stand for?": its description.
fn stands_for(text: &str, lexicon: &Lexicon) -> Option<String> {
    // "… stand for? Give the description."
    let text = match text.split_once('?') {
        Some((first, rest)) if says_what_it_is(rest) => first,
        _ => text,
    };
    let found = words(text);
    let asks = lower(&found, 0) == "what" && matches!(lower(&found, 1), "does" | "do");
    let last = found.len().checked_sub(1).filter(|n| *n > 3)?;
    let verb = match (lower(&found, last - 1), lower(&found, last)) {
        ("stand", "for") => last - 1,
        (_, "mean") => last,
        _ => return None,
    };
    let from = 2 + usize::from(lower(&found, 2) == "the");
    let ends = asks && bare(slice(text, found[last].to..)).is_empty();
    let Some(code) = (from..verb).find(|at| matches!(lower(&found, *at), "code" | "abbreviation")) else {
        return ends.then(|| value_stands_for(&found[from..verb], lexicon)).flatten();
    };
    let said: Vec<String> = found[from..=code].iter().map(|w| lemma(&w.lower)).collect();
    // The table that explains such codes, and the words of its explanation.
    let plain = |words: &[String]| words.iter().filter(|w| *w != "code").cloned().collect::<Vec<_>>();
    let mut tables = lexicon.columns.iter().zip(&lexicon.tables).filter_map(|(names, table)| {
        let key = &names.first()?.words;
        let keyed = *key == said
            || plain(key) == plain(&said) && (key.len() == 1 || plain(key) == plain(&table.words));
        explanation(names).filter(|_| keyed)
    });
    let column = tables.next().filter(|_| tables.next().is_none())?.words.join(" ");
    (ends && code + 1 < verb).then(|| {
        format!("What is the {column} of {}?", slice(text, found[from].from..found[verb].from).trim_end())
    })
}

/// The column that explains what the first one, a key, stands for.
fn explanation(names: &[Name]) -> Option<&Name> {
    const TOLD: [&str; 5] = ["description", "name", "title", "text", "meaning"];
    TOLD.iter().find_map(|told| names.iter().skip(1).find(|n| n.words.last().is_some_and(|w| w == told)))
}

/// "What does KG stand for?", where one table explains it.
fn value_stands_for(said: &[Word], lexicon: &Lexicon) -> Option<String> {
    let parts: Vec<&str> = said.iter().map(|w| w.lower.as_str()).collect();
    let mut found = lexicon.values(&parts).iter().filter_map(|value| {
        let names = &lexicon.columns[value.column.table];
        explanation(names).filter(|_| value.column.column == 0).map(|told| (value, told, &names[0]))
    });
    let (value, told, key) = found.next().filter(|_| found.next().is_none())?;
    Some(format!("What is the {} of {} {}?", told.words.join(" "), key.words.join(" "), value.text))
}

/// "whose notes mention a lift", "rooms with notes mentioning a lift": contain the word.
fn mentions(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| {
        matches!(lower(&found, *at), "mention" | "mentions" | "mentioning" | "mentioned")
            && !lexicon.is_word("mention")
    })?;
    let noun = lemma(lower(&found, at - 1));
    let column = lexicon.columns.iter().flatten().any(|name| name.words.contains(&noun));
    let article = usize::from(matches!(lower(&found, at + 1), "a" | "an" | "the" | "any"));
    let what = found.get(at + 1 + article)?;
    let rest = slice(text, what.to..);
    let ends = rest.trim().is_empty() || rest.starts_with([',', '.', '?', ':', ';']);
    let apart = slice(text, found[at].to..what.from).contains(['"', '\'', ',']);
    (column && ends && !apart).then(|| {
        format!(
            "{} contain '{}'{rest}",
            slice(text, ..found[at].from).trim_end(),
            slice(text, what.from..what.to)
        )
    })
}

/// "On which floors does the word 'lift' occur in the notes?": which of them have notes that contain it.
fn occurs(text: &str, lexicon: &Lexicon) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = ["in which ", "on which ", "for which "].into_iter().find(|p| lower.starts_with(p))?;
    let (at, does) = [" does the word ", " does the term ", " does the text ", " does "]
        .into_iter()
        .find_map(|does| lower.find(does).map(|at| (at, does)))?;
    let rest = slice(text, at + does.len()..);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let close = slice(rest, 1..).find(quote)? + 1;
    let tail = slice(rest, close + 1..).trim_start();
    let verb = ["occur in ", "appear in ", "turn up in ", "show up in "]
        .into_iter()
        .find(|v| tail.starts_with(v))?;
    let tail = slice(tail, verb.len()..);
    let end = tail.find(['?', '.'])?;
    let column = slice(tail, ..end).trim_start_matches("the ").trim_start_matches("their ");
    let rows = slice(text, start.len()..at);
    is_table(rows.split(' ').next_back()?, lexicon).then(|| {
        format!(
            "Show the {rows} whose {column} contain '{}'{}",
            slice(rest, 1..close),
            slice(tail, end..).replacen('?', ".", 1)
        )
    })
}

/// The only kind of people that is kept.
fn only_people(lexicon: &Lexicon) -> Option<usize> {
    let mut kinds = (0..lexicon.tables.len()).filter(|t| super::people::are_people(*t, lexicon));
    let one = kinds.next().filter(|_| kinds.next().is_none())?;
    // Those who are only told by a name elsewhere ("author_name") are people, too.
    let others = lexicon.columns.iter().enumerate().any(|(t, names)| {
        t != one
            && names.iter().any(|n| n.words.iter().any(|w| is_person(w) && *w != "head"))
            && !lexicon.prepared.graph.edges.iter().any(|e| e.from == t && e.to == one)
    });
    (!others).then_some(one)
}

/// "honorary members", where the only people are growers who have a membership: growers.
fn members(text: &str, lexicon: &Lexicon) -> Option<String> {
    let table = only_people(lexicon)?;
    let kept = lexicon.columns[table].iter().any(|n| n.words.iter().any(|w| w == "membership"));
    let found = words(text);
    let mut out = text.to_owned();
    if !kept || is_table("member", lexicon) || lexicon.is_word("member") {
        return None;
    }
    let many = plural(&lexicon.tables[table].words.join(" "));
    for word in found.iter().rev().filter(|w| w.lower == "members") {
        out = instead(&out, word.from, word.to, &many);
    }
    (out != text).then_some(out)
}

/// "who either are pilots or come from Oslo": one of both is meant anyway.
fn either(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "either")?;
    let or = found[at..].iter().any(|w| w.lower == "or");
    let of = matches!(lower(&found, at + 1), "of" | "one") || matches!(lower(&found, at - 1), "not" | "n't");
    (or && !of).then(|| instead(text, found[at].from, found[at].to, ""))
}

/// "Find the towns shared by guests from A and guests from B": that have both.
fn shared_by(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        matches!(lower(&found, *at), "shared" | "common") && matches!(lower(&found, at + 1), "by" | "to")
    })?;
    let and = found[at..].iter().any(|w| w.lower == "and")
        && !slice(text, found[at].from..).contains(',')
        && !found[at..].iter().any(|w| matches!(w.lower.as_str(), "than" | "how" | "least" | "most"));
    // Nothing is kept of what is shared, and the same things are named twice.
    let twice = found[at..].iter().any(|w| {
        is_table(&w.lower, lexicon) && found[at..].iter().filter(|o| o.lower == w.lower).count() == 2
    });
    let both = if lower(&found, at + 2) == "both" { 2 } else { 1 };
    (and && twice && !lexicon.is_word("shared") && !lexicon.is_word("common"))
        .then(|| instead(text, found[at].from, found[at + both].to, "that have both"))
}

/// "By whom has a barrow been borrowed?": who borrowed it.
fn by_whom(text: &str, lexicon: &Lexicon) -> Option<String> {
    let table = only_people(lexicon)?;
    let found = words(text);
    let asks = lower(&found, 0) == "by" && lower(&found, 1) == "whom";
    let was = matches!(lower(&found, 2), "was" | "were" | "has" | "have");
    let end = (3..found.len()).find(|at| {
        slice(text, found[*at].to..).trim_start().starts_with(['?', '.']) || *at + 1 == found.len()
    })?;
    let been = lower(&found, end - 1) == "been";
    let verb = lower(&found, end);
    if !asks || !was || !verb.ends_with("ed") || end < 5 || been != lower(&found, 2).starts_with("ha") {
        return None;
    }
    let object = slice(text, found[3].from..found[end - 1 - usize::from(been)].to);
    let many = plural(&lexicon.tables[table].words.join(" "));
    Some(format!("Which {many} {verb} {object}{}", slice(text, found[end].to..)))
}

/// "Who has never borrowed a tool?": which of the only people.
fn who_has(text: &str, lexicon: &Lexicon) -> Option<String> {
    let table = only_people(lexicon)?;
    let found = words(text);
    let never = lower(&found, 0) == "who"
        && matches!(lower(&found, 1), "has" | "have" | "had")
        && matches!(lower(&found, 2), "never" | "not" | "ever");
    let many = plural(&lexicon.tables[table].words.join(" "));
    never.then(|| instead(text, found[0].from, found[1].to, &format!("Which {many} have")))
}
