//! Rows by a number that is computed of each: "customers by revenue", "list the countries by number of orders, lowest first". It is
//! that number for each of them. "What is the revenue in Germany?" asks for the number itself.

use super::{lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    recast::text::{Word, Words},
    words::lemma,
};
use rowcall_core::{Catalogue, TypeKind};

/// Puts the number first.
pub(super) fn by_number(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let first = of_each(text, lexicon, catalogue)
        .or_else(|| itself(text, lexicon))
        .or_else(|| top_by_rows(text, lexicon))
        .or_else(|| priced(text, lexicon, catalogue))
        .or_else(|| most_by(text, lexicon, catalogue));
    let per = split(first.as_deref().unwrap_or(text), lexicon);
    per.or(first)
}

/// "orders by customer in 2025", "revenue for each product in Germany": what follows is not said of the groups alone, as it
/// would be of "the customers in Germany". They are those "per customer".
fn split(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (1..found.len()).find_map(|at| {
        let (from, used) = match (lower(&found, at), lower(&found, at + 1)) {
            ("by", _) => (at, 1),
            ("for", "each" | "every") => (at, 2),
            _ => return None,
        };
        let done = lower(&found, at - 1);
        // "placed by", "sort by", "made by"
        let deed = done.ends_with("ed")
            || done.ends_with("en")
            || matches!(
                done,
                "made" | "bought" | "sold" | "done" | "held" | "won" | "led" | "order" | "sort" | "group"
            );
        let (table, width) = (1..=2).rev().find_map(|n| {
            let phrase: Vec<&str> = (at + used..at + used + n).map(|i| lower(&found, i)).collect();
            let (table, score) = lexicon.tables_for(&phrase).first().copied()?;
            (score >= 0.9 && lemma(phrase[n - 1]) == phrase[n - 1]).then_some((table, n))
        })?;
        let then = lower(&found, at + used + width);
        let goes_on = matches!(
            then,
            "in" | "since"
                | "from"
                | "last"
                | "this"
                | "during"
                | "between"
                | "before"
                | "after"
                | "at"
                | "on"
        );
        let named = lexicon.tables[table].words.len() >= width;
        (!deed && goes_on && named).then(|| {
            let apart = slice(text, found[at - 1].to..found[from].from).trim();
            let noun = slice(text, found[at + used].from..);
            apart.is_empty().then(|| format!("{} per {noun}", slice(text, ..found[at - 1].to)))
        })?
    })
}

/// How many words from here on are a defined number: "revenue".
fn term(found: &Words, at: usize, lexicon: &Lexicon) -> Option<usize> {
    (1..=3).rev().find(|n| {
        let phrase: Vec<String> = (at..at + n).map(|i| lemma(lower(found, i))).collect();
        let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
        at + n <= found.len() && lexicon.term(&phrase).is_some()
    })
}

/// How many words from here on are a number that is computed: "revenue", "number of orders", "total weight".
fn computed(found: &Words, at: usize, lexicon: &Lexicon) -> Option<usize> {
    let named = |from: usize| {
        let word = lemma(lower(found, from));
        lexicon.names_table(&word, 0.75) || lexicon.is_word(&word)
    };
    let the = usize::from(lower(found, at) == "the");
    let at = at + the;
    let used = match (lower(found, at), lower(found, at + 1)) {
        ("number" | "count", "of") if lexicon.names_table(&lemma(lower(found, at + 2)), 0.75) => 3,
        ("total" | "average", _) if named(at + 1) => 2 + usize::from(named(at + 2)),
        _ => term(found, at, lexicon)?,
    };
    Some(the + used)
}

/// "customers by revenue": the revenue by customer.
fn of_each(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let opens = |w: &Word| {
        matches!(w.lower.as_str(), "show" | "list" | "give" | "rank" | "me" | "us" | "all" | "the" | "our")
    };
    let from = found.iter().take_while(|w| opens(w)).count();
    let by = (from + 1..found.len().min(from + 5)).find(|at| lower(&found, *at) == "by")?;
    let ranked = matches!(lower(&found, by - 1), "ranked" | "sorted" | "ordered" | "listed");
    let rows = found.get(from..by - usize::from(ranked)).filter(|rows| (1..=3).contains(&rows.len()))?;
    let last = rows.last()?;
    let one = lemma(&last.lower);
    let phrase: Vec<String> = rows.iter().map(|w| lemma(&w.lower)).collect();
    let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
    let table = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.9);
    let column = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, s)| {
        let kind = &catalogue.tables[c.table].columns[c.column].kind;
        *s >= 0.95 && !kind.is_numeric() && !kind.is_temporal()
    });
    if let Some(sorted) = own_number(text, &found, from, by, lexicon, catalogue) {
        return Some(sorted);
    }
    let used = computed(&found, by + 1, lexicon).filter(|_| one != last.lower && (table || column))?;
    let end = found[by + used].to;
    let rest = slice(text, end..);
    // "by revenue and number of orders", "by number of orders per month": more than one thing.
    let more = words(rest).iter().any(|w| {
        matches!(w.lower.as_str(), "and" | "or" | "per" | "by" | "each" | "with" | "than" | "whose" | "who")
    });
    let apart = slice(text, ..end).contains([',', ':', '(', '"']);
    (!more && !apart).then(|| {
        let number = slice(text, found[by + 1].from..end);
        let head = slice(text, found[from].from..last.from);
        format!("{number} per {head}{one}{rest}")
    })
}

/// What is told of each thing alone: whoever asks for films by budget counts none for each budget.
const NUMBERS: &str = "budget price cost salary wage pay income fee rent amount weight mass height length width depth distance \
    duration runtime capacity population area elevation altitude mileage size speed stock attendance age time seat page score vote point";

/// "films by budget", where each has one: the films with it, the largest first.
fn own_number(
    text: &str,
    found: &Words,
    from: usize,
    by: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    // "List the films by budget" is an order like any other.
    let lists = found[..from].iter().any(|w| matches!(w.lower.as_str(), "list" | "show" | "give"));
    let rows = found.get(by - 1).filter(|w| lemma(&w.lower) != w.lower && by == from + 1 && !lists)?;
    let (table, score) = lexicon.tables_for(&[&lemma(&rows.lower)]).first().copied()?;
    let used = (1..=2).rev().find(|n| {
        let phrase: Vec<&str> = (by + 1..by + 1 + n).map(|i| lower(found, i)).collect();
        let own = lexicon.columns_for(&phrase, catalogue).into_iter().find(|(c, _)| c.table == table);
        own.is_some_and(|(c, s)| {
            let name = &lexicon.columns[c.table][c.column].words;
            let kind = catalogue.tables[c.table].columns[c.column].kind;
            // Nobody counts how many have a rating of 4.37.
            let fraction = matches!(kind, TypeKind::Decimal | TypeKind::Float);
            let named = || name.iter().any(|w| NUMBERS.split_ascii_whitespace().any(|n| n == w));
            s >= 0.75 && (fraction || kind.is_numeric() && named())
        })
    })?;
    let end = found[by + used].to;
    let rest = slice(text, end..);
    let more = words(rest).iter().any(|w| matches!(w.lower.as_str(), "and" | "or" | "per" | "by" | "each"));
    let ordered = ["first", "order", "descending", "ascending", "desc", "asc"];
    let told = words(rest).iter().any(|w| ordered.contains(&w.lower.as_str()));
    let apart = slice(text, ..end).contains([',', ':', '(', '"']);
    (score >= 0.9 && !more && !apart).then(|| {
        let number = slice(text, found[by + 1].from..end);
        let rows = slice(text, found[from].from..rows.to);
        let rest = rest.trim_end_matches(['?', '.']);
        let first = rest.trim_end().ends_with(" first");
        match (first, told) {
            (true, _) => format!("{rows} with their {number}{rest}"),
            (_, true) => format!("{rows} with their {number} sorted by {number}{rest}"),
            _ => format!("{rows} with their {number} sorted by {number} in descending order{rest}"),
        }
    })
}

/// "What is our revenue in Germany?", "How much revenue did we make in 2025?": the revenue.
fn itself(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let (from, to) = match (lower(&found, 0), lower(&found, 1), lower(&found, 2)) {
        ("what", "is" | "was" | "were" | "are", "the" | "our") => {
            let total = usize::from(lower(&found, 3) == "total");
            (3, 3 + total)
        }
        ("whats", "the" | "our", _) => (2, 2),
        ("how", "much", _) => (2, 2),
        _ => return None,
    };
    let used = term(&found, to, lexicon)?;
    let mut rest = to + used;
    if from == 2 && lower(&found, 0) == "how" {
        let asks = matches!(lower(&found, rest), "did" | "do" | "have" | "has");
        let made = matches!(
            lower(&found, rest + 2),
            "make" | "made" | "earn" | "earned" | "generate" | "generated" | "get" | "have" | "had"
        );
        if !(asks && made && matches!(lower(&found, rest + 1), "we" | "i")) {
            return None;
        }
        rest += 3;
    }
    let tail = slice(text, found[rest - 1].to..);
    // "What is the revenue of the customers that …" is put by those who read it.
    let place =
        matches!(lower(&found, rest), "in" | "from" | "for" | "of" | "" | "last" | "this" | "since" | "so");
    let plain = !words(tail).iter().any(|w| {
        matches!(
            w.lower.as_str(),
            "with"
                | "who"
                | "that"
                | "which"
                | "whose"
                | "than"
                | "each"
                | "per"
                | "by"
                | "and"
                | "most"
                | "highest"
        )
    });
    (place && plain).then(|| {
        let name = slice(text, found[to].from..found[to + used - 1].to);
        format!("{name}{tail}")
    })
}

/// "top 3 genres by loans": by the number of them.
fn top_by_rows(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let top = matches!(lower(&found, 0), "top" | "bottom");
    let by = (2..found.len().min(6)).find(|at| lower(&found, *at) == "by").filter(|_| top)?;
    let rows = found.get(by + 1)?;
    let one = lemma(&rows.lower);
    let named = one != rows.lower && lexicon.names_table(&one, 0.75) && !lexicon.is_word(&one);
    let rest = slice(text, rows.to..).trim_start();
    let ends = rest.is_empty()
        || rest.starts_with(['?', '.', ','])
        || matches!(lower(&found, by + 2), "in" | "since" | "from" | "last" | "this" | "with");
    let group = found.get(by - 1)?;
    let column = !lexicon.names_table(&lemma(&group.lower), 0.9);
    (named && ends && column)
        .then(|| format!("{}number of {}", slice(text, ..rows.from), slice(text, rows.from..)))
}

/// "products under 100, cheapest first": with a price under that.
fn priced(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (1..found.len())
        .find(|at| matches!(lower(&found, *at), "under" | "over" | "below" | "above" | "between"))?;
    let number = found.get(at + 1).filter(|w| w.lower.parse::<f64>().is_ok())?;
    // "products between 20 and 50"
    let between = lower(&found, at) == "between"
        && lower(&found, at + 2) == "and"
        && lower(&found, at + 3).parse::<f64>().is_ok()
        && at + 4 == found.len()
        && ![number, &found[at + 3]].into_iter().any(is_year);
    let dear = matches!(lower(&found, found.len() - 2), "cheapest" | "dearest" | "priciest" | "expensive")
        && lower(&found, found.len() - 1) == "first";
    let rows = found.get(at - 1).filter(|w| lemma(&w.lower) != w.lower)?;
    let (table, score) = lexicon.tables_for(&[&lemma(&rows.lower)]).first().copied()?;
    let one = |noun: &str| {
        let columns = lexicon.columns[table].iter().zip(&catalogue.tables[table].columns);
        // What one piece of an order costs is not what the order costs.
        let mut found = columns.filter(|(name, column)| {
            column.kind.is_numeric()
                && name.words.iter().any(|w| w == noun)
                && !name.words.iter().any(|w| w == "unit")
        });
        found.next().filter(|_| found.next().is_none()).map(|(name, _)| name)
    };
    let name = ["price", "cost", "fee"].into_iter().find_map(one)?;
    let alone = slice(text, number.to..).trim_start().starts_with(',');
    ((dear && alone || between) && score >= 0.75).then(|| {
        let price = name.words.join(" ");
        format!("{} with a {price} {}", slice(text, ..rows.to), slice(text, found[at].from..))
    })
}

/// "between 2025 and 2026" is a span of time.
fn is_year(word: &Word) -> bool {
    word.lower.len() == 4 && word.lower.parse::<u16>().is_ok_and(|y| (1900..2100).contains(&y))
}

/// "longest book by pages": the book with the most of them.
fn most_by(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let opens = |w: &&Word| matches!(w.lower.as_str(), "what" | "whats" | "which" | "is" | "the" | "our");
    let from = found.iter().take_while(opens).count();
    let most = match lower(&found, from) {
        "longest" | "largest" | "biggest" | "heaviest" | "tallest" | "highest" => "highest",
        "shortest" | "smallest" | "lightest" | "lowest" => "lowest",
        _ => return None,
    };
    let rows =
        found.get(from + 1).filter(|w| lemma(&w.lower) == w.lower && lower(&found, from + 2) == "by")?;
    let (table, score) = lexicon.tables_for(&[&rows.lower]).first().copied()?;
    let phrase: Vec<String> = found.get(from + 3..)?.iter().map(|w| lemma(&w.lower)).collect();
    let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
    let own = lexicon.columns_for(&phrase, catalogue).into_iter().find(|(c, s)| {
        c.table == table && *s >= 0.6 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
    });
    let (column, _) = own.filter(|_| score >= 0.75 && (1..=3).contains(&phrase.len()))?;
    let name = lexicon.columns[column.table][column.column].words.join(" ");
    Some(format!("{} with the {most} {name}", slice(text, rows.from..rows.to)))
}
