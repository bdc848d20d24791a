//! What is said in short: "Active users by role" counts them, "5-star reviews" have that rating, "billable hours" are the hours of
//! billable entries, "average order value" is the average revenue per order, "Which site was the busiest?" had the most of something.

use super::{Plainer, in_turn, instead, is_one_of, lower, said, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{is_filler, lemma, number_word},
};

/// What is said so.
const WAYS: &[Plainer] =
    &[divided, busiest, count_of, order_value, new_rows, used_most, stars, done, billable, kinds_by];

/// Says it at length.
pub(super) fn short(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// "average order value": the average revenue per order, where orders do not say what they come to.
fn order_value(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let orders = lexicon.tables.iter().position(|t| t.words == ["order"])?;
    let valued = lexicon.columns[orders]
        .iter()
        .any(|c| c.words.iter().any(|w| is_one_of("total subtotal amount value", w)));
    let (at, used) = (0..found.len()).find_map(|at| {
        let phrases: [&[&str]; 3] =
            [&["average", "order", "value"], &["average", "basket", "value"], &["aov"]];
        phrases.iter().find(|p| said(text, &found, at, p)).map(|p| (at, p.len()))
    })?;
    (!valued).then(|| instead(text, found[at].from, found[at + used - 1].to, "average revenue per order"))
}

/// "new buyers in 2025", where nothing of theirs is called new: those who came then.
fn new_rows(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len().saturating_sub(1)).find(|at| lower(&found, *at) == "new")?;
    let noun = lower(&found, at + 1);
    let (table, _) = lexicon.tables_for(&[&lemma(noun)]).into_iter().find(|(_, s)| *s >= 0.75)?;
    let own = lexicon.values(&["new"]).iter().any(|v| v.column.table == table)
        || !lexicon.values(&["new", noun]).is_empty();
    let timed = found.iter().any(|w| {
        let year = w.lower.len() == 4 && w.lower.starts_with("20");
        year || is_one_of("month week quarter year day monthly weekly daily yearly today yesterday", &w.lower)
    });
    (timed && !own && lemma(noun) != noun).then(|| instead(text, found[at].from, found[at].to, ""))
}

/// "Which payment method is used most?": which is the most common.
fn used_most(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = is_one_of("which what", lower(&found, 0));
    let at = (2..found.len()).find(|at| {
        is_one_of("used chosen picked selected", lower(&found, *at))
            && is_one_of("is was are were gets get", lower(&found, at - 1))
    })?;
    let the = usize::from(lower(&found, at + 1) == "the");
    let most = lower(&found, at + 1 + the);
    let often = usize::from(is_one_of("often frequently commonly", lower(&found, at + 2 + the)));
    let to = at + 1 + the + often;
    let end = match most {
        "most" => "the most common",
        "least" => "the least common",
        _ => return None,
    };
    let be = if is_one_of("are were", lower(&found, at - 1)) { "are" } else { "is" };
    (asks && to + 1 == found.len())
        .then(|| instead(text, found[at - 1].from, found[to].to, &format!("{be} {end}")))
}

/// "reviews with 5 stars", "5-star reviews": of a rating of 5, where that is how they are rated.
fn stars(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("star stars", lower(&found, *at)) && !lexicon.is_word(&lemma(lower(&found, *at)))
    })?;
    let number = lower(&found, at - 1).to_owned();
    let n = number_word(&number).map_or(number.clone(), |n| n.to_string());
    let digits = n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit());
    let mut rated = lexicon
        .columns
        .iter()
        .flatten()
        .filter(|c| c.words.last().is_some_and(|w| is_one_of("rating stars", w)));
    let name = rated.next().filter(|_| rated.next().is_none())?.words.join(" ");
    if !digits {
        return None;
    }
    // "5-star reviews" have it before the noun.
    let noun = lower(&found, at + 1);
    if slice(text, found[at - 1].to..found[at].from) == "-" && lexicon.names_table(&lemma(noun), 0.75) {
        let rows = slice(text, found[at + 1].from..found[at + 1].to);
        return Some(instead(
            text,
            found[at - 1].from,
            found[at + 1].to,
            &format!("{rows} with a {name} of {n}"),
        ));
    }
    let more = said(text, &found, at + 1, &["or", "more"])
        || said(text, &found, at + 1, &["or", "fewer"])
        || said(text, &found, at + 1, &["or", "less"]);
    let bound = match (more, lower(&found, at + 2)) {
        (true, "more") => "at least ",
        (true, _) => "at most ",
        _ => "",
    };
    let to = at + if more { 2 } else { 0 };
    let before = at.checked_sub(2).map_or("", |b| lower(&found, b));
    // "gave just one star", "have 5 stars"
    let mut from = at - 1;
    while from > 0 && is_one_of("just only exactly a single", lower(&found, from - 1)) {
        from -= 1;
    }
    let verb = from > 0 && is_one_of("have has had gave got with received of", lower(&found, from - 1));
    let than = is_one_of("than least most over under above below", before);
    let said = if than { return None } else { format!("a {name} of {bound}{n}") };
    let said = if verb { said } else { format!("with {said}") };
    Some(instead(text, found[from].from, found[to].to, &said))
}

/// "What percentage of tasks is done?", where that is stored: a word that says nothing elsewhere.
fn done(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let word = lower(&found, *at);
        let closes = {
            let rest = slice(text, found[*at].to..).trim_start();
            rest.is_empty() || rest.starts_with(['?', '.', ','])
        };
        let rows = lemma(lower(&found, at + 1)) != lower(&found, at + 1)
            && lexicon.names_table(&lemma(lower(&found, at + 1)), 0.75);
        let be = is_one_of("is are was were", lower(&found, at - 1)) && closes;
        is_filler(word)
            && is_one_of("done used current present available", word)
            && (be || rows)
            && !lexicon.values(&[word]).is_empty()
    })?;
    Some(instead(text, found[at].from, found[at].to, &format!("\"{}\"", lower(&found, at))))
}

/// "billable hours per client": the hours of billable entries, where each entry says whether it is billable.
fn billable(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (0..found.len().saturating_sub(1)).find_map(|at| {
        let (flag, noun) = (lower(&found, at), lemma(lower(&found, at + 1)));
        if lexicon.names_table(&noun, 0.75)
            || is_one_of("of are is was were not", lower(&found, at.wrapping_sub(1)))
        {
            return None;
        }
        let has = |t: usize, word: &str| lexicon.columns[t].iter().any(|c| c.words == [word.to_owned()]);
        let mut tables = (0..lexicon.tables.len()).filter(|t| lexicon.is_flag(*t, flag) && has(*t, &noun));
        let table = tables.next().filter(|_| tables.next().is_none())?;
        let rows = plural(&lexicon.tables[table].words.join(" "));
        let measure = slice(text, found[at + 1].from..found[at + 1].to);
        Some(instead(text, found[at].from, found[at + 1].to, &format!("{measure} of {flag} {rows}")))
    })
}

/// "Bugs by priority", "Active users by role": how many of them there are.
fn kinds_by(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let by = (1..found.len().min(4)).find(|at| is_one_of("by per", lower(&found, *at)))?;
    let last = lower(&found, by - 1);
    let rows = lemma(last) != last && lexicon.names_table(&lemma(last), 0.75);
    let value = |n: usize| {
        let word = lower(&found, n);
        !lexicon.values(&[word]).is_empty() || !lexicon.values(&[&lemma(word)]).is_empty()
    };
    let flagged = by == 2
        && rows
        && (value(0) || (0..lexicon.tables.len()).any(|t| lexicon.is_flag(t, lower(&found, 0))));
    let kind = by == 1 && !rows && lemma(last) != last && value(0) && !lexicon.is_word(&lemma(last));
    let opens = slice(text, found[0].from..found[0].to).to_lowercase();
    (flagged || kind).then(|| format!("Number of {opens}{}", slice(text, found[0].to..)))
}

/// "patients with five or more treatments: first name, last name and the count": and how many treatments.
fn count_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let bound = (1..found.len()).find_map(|at| {
        let noun = match (lower(&found, at), lower(&found, at + 1)) {
            ("or", "more" | "fewer" | "less") => at + 2,
            ("at", "least" | "most") | ("more" | "fewer", "than") => at + 3,
            _ => return None,
        };
        let noun = (noun..noun + 2).find(|n| {
            let word = lower(&found, *n);
            lemma(word) != word && lexicon.names_table(&lemma(word), 0.75)
        })?;
        Some(noun)
    })?;
    let counted = |at: usize| {
        is_one_of("number count", lower(&found, at)) && lower(&found, at + 1) == "of"
            || lower(&found, at) == "many"
    };
    if (0..found.len()).any(counted) {
        return None;
    }
    let rows = lower(&found, bound).to_owned();
    let at = (bound + 1..found.len()).rev().find(|at| {
        let rest = slice(text, found[*at].to..).trim();
        is_one_of("count number", lower(&found, *at)) && (rest.is_empty() || rest == "." || rest == "?")
    })?;
    let the = lower(&found, at - 1) == "the" && is_one_of("and with", lower(&found, at - 2));
    the.then(|| instead(text, found[at].from, found[at].to, &format!("number of {rows}")))
}

/// "Which site was the busiest in 2025 in terms of visits?": which had the most of them.
fn busiest(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| {
        lower(&found, *at) == "busiest"
            || lower(&found, *at) == "most" && is_one_of("active popular productive", lower(&found, at + 1))
    })?;
    let by = (at + 1..found.len()).find(|n| {
        lower(&found, *n) == "by"
            || said(text, &found, *n, &["in", "terms", "of"])
            || said(text, &found, *n, &["going", "by"])
            || said(text, &found, *n, &["measured", "by"])
    })?;
    let mut noun = by
        + match lower(&found, by) {
            "by" => 1,
            "in" => 3,
            _ => 2,
        };
    while is_one_of("the number of total its count", lower(&found, noun)) {
        noun += 1;
    }
    let last = (noun..found.len().min(noun + 3))
        .rev()
        .find(|n| lexicon.names_table(&lemma(lower(&found, *n)), 0.75))?;
    let be = (1..at).rev().find(|n| is_one_of("is was are were", lower(&found, *n)))?;
    let plain = (be + 1..at).all(|n| lower(&found, n) == "the");
    let middle_from = at + 1 + usize::from(lower(&found, at) == "most");
    let middle = slice(text, found[middle_from].from..found[by].from).trim();
    let what = slice(text, found[noun].from..found[last].to);
    let space = if middle.is_empty() || middle_from >= by { String::new() } else { format!(" {middle}") };
    plain.then(|| instead(text, found[be].from, found[last].to, &format!("had the most {what}{space}")))
}

/// "How do the employees split between remote and onsite?": how many there are of each kind.
fn divided(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "how" && is_one_of("do does did are", lower(&found, 1));
    let at = (3..found.len().min(9)).find(|at| {
        is_one_of("split divide divided break", lower(&found, *at))
            && (is_one_of("between across by into among", lower(&found, at + 1))
                || lower(&found, at + 1) == "down" && is_one_of("by into", lower(&found, at + 2)))
    })?;
    let mut first = at + 2 + usize::from(lower(&found, at + 1) == "down");
    first += usize::from(lower(&found, first) == "the");
    let value = lexicon.values(&[lower(&found, first)]).first()?;
    let mut same = (first..found.len())
        .filter(|n| lexicon.values(&[lower(&found, *n)]).iter().any(|v| v.column == value.column));
    let (_, second) = (same.next()?, same.next()?);
    let rows = slice(text, found[2].from..found[at - 1].to);
    let column = lexicon.columns[value.column.table][value.column.column].words.join(" ");
    let last = same.fold(second, |_, n| n);
    let rest = slice(text, found[last].to..);
    (asks && lexicon.names_table(&lemma(lower(&found, at - 1)), 0.75)).then(|| {
        let rows = rows.strip_prefix("our ").or_else(|| rows.strip_prefix("the ")).unwrap_or(rows);
        let told = if rest.trim_start().starts_with(['?', '.']) { "" } else { rest };
        format!("How many {rows} are there per {column}?{told}")
    })
}
