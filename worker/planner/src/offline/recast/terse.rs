//! Questions written like notes: "planes over 500: name, price", "clubs in Rome (name and budget)", "members over 30, name and
//! phone", "name + age of the members". What is to be shown becomes a sentence of its own.

use super::{Word, bare, instead, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_role, lemma, number_word},
};

/// The most words that say what to show.
const MOST: usize = 10;

/// Writes notes out.
pub(super) fn terse(question: &str, lexicon: &Lexicon) -> String {
    let text = plus(question, lexicon);
    bracketed(&text, lexicon)
        .or_else(|| marked(&text, lexicon))
        .or_else(|| counted(&text, lexicon).map(|t| marked(&t, lexicon).unwrap_or(t)))
        .or_else(|| split(&text, lexicon))
        .or_else(|| sorted(&text, lexicon))
        .unwrap_or(text)
}

fn is_table(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.names_table(&lemma(word), 0.75)
}

/// A word of what a column is called, in some way.
fn tells(word: &str, lexicon: &Lexicon) -> bool {
    let base = lemma(word);
    lexicon.is_word(&base)
        || lexicon.is_word(word)
        || matches!(base.as_str(), "name" | "id" | "surname" | "first" | "last" | "full" | "date" | "number")
        || !lexicon.stands_for(&base, 0.8).is_empty()
}

/// The columns that a few words list, as a list is written; nothing where they say anything else.
fn list(said: &str, lexicon: &Lexicon) -> Option<String> {
    let said = bare(said).trim();
    let said = ["please", "only"].iter().fold(said, |s, end| s.strip_suffix(end).unwrap_or(s).trim_end());
    let said = said.trim_end_matches(',').trim_end();
    let found = words(said);
    let verb = usize::from(matches!(lower(&found, 0), "show" | "list" | "give" | "return" | "just" | "only"));
    let found = found.get(verb..).filter(|f| !f.is_empty() && f.len() <= MOST)?;
    let beside = |w: &Word| matches!(w.lower.as_str(), "and" | "the" | "its" | "their" | "plus" | "a" | "of");
    // "highest price (in USD)"
    let ties = |w: &Word| {
        matches!(
            w.lower.as_str(),
            "in" | "on" | "at" | "by" | "for" | "to" | "from" | "with" | "is" | "are" | "or"
        )
    };
    if found.iter().any(ties) {
        return None;
    }
    if found.iter().any(|w| w.to - w.from == 0)
        || !found.iter().all(|w| beside(w) || tells(&w.lower, lexicon))
    {
        return None;
    }
    // Values, and rows of their own, are no columns.
    let named: Vec<&Word> = found.iter().filter(|w| !beside(w)).collect();
    let number = |w: &&&Word| w.lower.bytes().any(|b| b.is_ascii_digit()) || number_word(&w.lower).is_some();
    if named.is_empty() || named.iter().any(|w| number(&w)) {
        return None;
    }
    let said = &said[found[0].from..];
    if said.contains(['"', '\'', ':', ';', '?', '(', '=', '<', '>']) {
        return None;
    }
    let has_and = found.iter().any(|w| w.lower == "and");
    Some(match said.rfind(", ").filter(|_| !has_and) {
        Some(at) => format!("{} and {}", &said[..at], &said[at + 2..]),
        None => said.to_owned(),
    })
}

/// Rows and what is said of them, which is no list of columns itself.
fn is_rows(head: &str, lexicon: &Lexicon) -> bool {
    let found = words(head);
    let asks = matches!(
        lower(&found, 0),
        "which"
            | "what"
            | "who"
            | "show"
            | "list"
            | "find"
            | "give"
            | "return"
            | "name"
            | "get"
            | "for"
            | "how"
    );
    let first = usize::from(matches!(lower(&found, 0), "the" | "all" | "our" | "every" | "each"));
    asks || (first..(first + 3).min(found.len())).any(|at| is_table(lower(&found, at), lexicon))
}

/// "planes over 500: name, price", "clubs, name and budget", "clubs - name, budget".
fn marked(text: &str, lexicon: &Lexicon) -> Option<String> {
    let ended = bare(text);
    for mark in [": ", " - ", " – ", "; "] {
        let Some(at) = ended.find(mark) else { continue };
        let (head, tail) = (slice(ended, ..at).trim(), slice(ended, at + mark.len()..));
        if words(head).is_empty() || head.ends_with(['.', '?']) || !is_rows(head, lexicon) {
            continue;
        }
        if let Some(columns) = list(tail, lexicon) {
            let head = by_column(head, lexicon);
            return Some(format!("{head}. Show {columns}."));
        }
    }
    // A comma may stand in a list of anything: before it stand rows and something that is said of them, or nothing but rows.
    let at = ended.find(", ")?;
    let (head, tail) = (slice(ended, ..at).trim(), slice(ended, at + 2..));
    let found = words(head);
    let first = usize::from(matches!(lower(&found, 0), "the" | "all" | "our"));
    let rows = (first..(first + 2).min(found.len())).any(|n| is_table(lower(&found, n), lexicon))
        || is_role(&lemma(lower(&found, first)));
    let ties = |w: &Word| {
        matches!(
            w.lower.as_str(),
            "with"
                | "in"
                | "of"
                | "from"
                | "over"
                | "under"
                | "above"
                | "below"
                | "that"
                | "who"
                | "whose"
                | "which"
                | "without"
                | "having"
                | "on"
                | "at"
                | "for"
                | "where"
                | "between"
                | "before"
                | "after"
                | "built"
                | "founded"
                | "since"
                | "by"
                | "per"
                | "each"
                | "every"
        )
    };
    let last = found.iter().skip(first + 1).rev().find(|w| ties(w));
    // "orders by status, country and city": by all of these.
    if last.is_some_and(|w| matches!(w.lower.as_str(), "by" | "per" | "each" | "every")) {
        return None;
    }
    let said_of = last.is_some();
    let ends = text.trim_end().ends_with(['.', '?']) || !ended.contains(". ");
    if !rows || !(said_of || found.len() == first + 1) || !ends {
        return None;
    }
    // "employees of firms, departments and towns"
    let named = words(tail);
    if named.iter().any(|w| is_table(&w.lower, lexicon) && !is_column(&w.lower, lexicon)) {
        return None;
    }
    list(tail, lexicon).map(|columns| format!("{head}. Show {columns}."))
}

/// "orders by status, country and city": how many there are of each.
fn split(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let rows = is_table(lower(&found, 0), lexicon) && lemma(lower(&found, 0)) != lower(&found, 0);
    let by = matches!(lower(&found, 1), "by" | "per") && text.contains(", ");
    let groups = found.get(2..).filter(|f| rows && by && (2..=MOST).contains(&f.len()))?;
    let plain = groups.iter().all(|w| w.lower == "and" || tells(&w.lower, lexicon));
    plain.then(|| format!("number of {text}"))
}

/// "products by price, cheapest first": the products in that order, since nothing is counted.
fn sorted(text: &str, lexicon: &Lexicon) -> Option<String> {
    let whole = words(bare(text));
    // "list our products by price, cheapest first"
    let leads = whole
        .iter()
        .take_while(|w| {
            matches!(w.lower.as_str(), "please" | "list" | "show" | "display" | "give" | "me" | "us")
        })
        .count();
    let text = slice(text, whole[leads].from..);
    let found = words(bare(text));
    let n = found.len();
    let first = usize::from(matches!(lower(&found, 0), "our" | "all" | "the"));
    let rows = is_table(lower(&found, first), lexicon) && lower(&found, first + 1) == "by";
    let end = matches!(
        lower(&found, n.checked_sub(2)?),
        "cheapest"
            | "dearest"
            | "newest"
            | "oldest"
            | "earliest"
            | "latest"
            | "youngest"
            | "expensive"
            | "recent"
    );
    let most = usize::from(matches!(lower(&found, n - 2), "expensive" | "recent"));
    let column = found.get(first + 2..n.checked_sub(2 + most)?).filter(|c| (1..=3).contains(&c.len()))?;
    let plain = rows
        && end
        && lower(&found, n - 1) == "first"
        && column.iter().all(|w| lexicon.is_word(&lemma(&w.lower)));
    plain.then(|| format!("Show {}", instead(text, found[first + 1].from, found[first + 1].to, "sorted by")))
}

/// "branches by year: name, city": sorted by it, since nothing is counted.
fn by_column(head: &str, lexicon: &Lexicon) -> String {
    let found = words(head);
    let at = (1..found.len()).find(|at| {
        lower(&found, *at) == "by"
            && is_table(lower(&found, at - 1), lexicon)
            && (*at + 2..=*at + 3).contains(&found.len())
            && found[at + 1..].iter().all(|w| tells(&w.lower, lexicon))
    });
    let counts = found
        .iter()
        .any(|w| matches!(w.lower.as_str(), "number" | "count" | "total" | "average" | "top" | "how"));
    match at.filter(|_| !counts) {
        Some(at) => instead(head, found[at].from, found[at].to, "sorted by"),
        None => head.to_owned(),
    }
}

fn is_column(word: &str, lexicon: &Lexicon) -> bool {
    let base = lemma(word);
    lexicon.columns.iter().flatten().any(|name| name.words.contains(&base))
}

/// "clubs in Rome (name and budget)".
fn bracketed(text: &str, lexicon: &Lexicon) -> Option<String> {
    let ended = text.trim_end().trim_end_matches(['.', '?', '!']);
    let inner = ended.strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let head = bare(slice(inner, ..open).trim_end());
    let columns = list(slice(inner, open + 1..), lexicon)?;
    // "Bosco (last name)": what kind of name that is.
    let one = words(&columns);
    let single =
        !one.iter().any(|w| w.lower == "and") && one.last().is_some_and(|w| lemma(&w.lower) == w.lower);
    if single && !words(head).last().is_some_and(|w| is_table(&w.lower, lexicon)) {
        return None;
    }
    // "the names (first, last)": what is in brackets says more of what stands before.
    let last = words(head).last()?.lower.clone();
    if tells(&last, lexicon) && !is_table(&last, lexicon) && !head.contains([' ']) {
        return None;
    }
    let whole = matches!(lemma(&last).as_str(), "name" | "full" | "id" | "number");
    let question = slice(text, ..open).trim_end().ends_with('?');
    (!whole).then(|| format!("{head}{} Show {columns}.", if question { "?" } else { "." }))
}

/// "name + age of the members", "name plus city": and.
fn plus(text: &str, lexicon: &Lexicon) -> String {
    let alone = !text.contains(',') && text.matches(" + ").count() == 1 && !text.contains("1 + ");
    let out = if alone { text.replace(" + ", " and ") } else { text.to_owned() };
    let found = words(&out);
    let at = (1..found.len().saturating_sub(1)).rev().find(|at| {
        let after = at + 1 + usize::from(matches!(lower(&found, at + 1), "the" | "its" | "their"));
        lower(&found, *at) == "plus"
            && tells(lower(&found, at - 1), lexicon)
            && tells(lower(&found, after), lexicon)
    });
    match at {
        Some(at) => {
            let out = &out;
            instead(out, found[at].from, found[at].to, "and").replace(", and ", " and ")
        }
        None => out,
    }
}

/// "flight count by origin": number of flights.
fn counted(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        matches!(lower(&found, *at), "count" | "counts")
            && is_table(lower(&found, at - 1), lexicon)
            && slice(text, found[at - 1].to..found[*at].from).trim().is_empty()
            && !lexicon.is_word("count")
    })?;
    let one = lemma(lower(&found, at - 1));
    let rows = crate::offline::plural(&one);
    // Where the number is kept, it may be that; a flight's number is none.
    let kept = |name: &crate::offline::lexicon::Name| {
        let number = |w: &String| matches!(w.as_str(), "number" | "total" | "amount");
        let thing = name.words.iter().position(|w| *w == one);
        name.words.iter().position(number).zip(thing).is_some_and(|(number, thing)| number < thing)
    };
    if lexicon.columns.iter().flatten().any(kept) {
        return None;
    }
    // "whose flight count", "the flight count"
    Some(instead(text, found[at - 1].from, found[at].to, &format!("number of {rows}")))
}
