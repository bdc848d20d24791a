//! Ordinary turns of phrase that only look like something else: "more than 30 per hour" splits by no hour, "descending
//! alphabetical order" is one order, "the players and their clubs" are each player and its club.

use super::{Words, instead, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    resolve::World,
    words::{lemma, root, split_name},
};
use rowcall_core::{Catalogue, ColumnRef};

/// Puts them into plainer words.
pub(super) fn ordinary(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> String {
    let mut text = question.to_owned();
    for plainer in [
        by_way_of,
        by_time_and,
        sort_them,
        backwards,
        from_to,
        total_of,
        at_a_rate,
        both_names,
        with_parents,
        times_of_each,
        in_full,
    ] {
        text = plainer(&text, lexicon, catalogue).unwrap_or(text);
    }
    text
}

/// "orders placed by phone", where that is a channel.
fn by_way_of(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    const DONE: &[&str] =
        &["placed", "opened", "came", "come", "sent", "ordered", "paid", "booked", "received", "bought"];
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        lower(&found, *at) == "by"
            && DONE.contains(&lower(&found, at - 1))
            && at + 2 >= found.len()
            && !lexicon.columns.iter().flatten().any(|n| {
                n.words
                    .iter()
                    .any(|w| w.starts_with(lower(&found, at - 1)) || root(w) == root(lower(&found, at - 1)))
            })
            && !lexicon.values(&[lower(&found, at + 1)]).is_empty()
    })?;
    Some(instead(text, found[at].from, found[at].to, "via"))
}

/// "Revenue by month and region": per month, per region.
fn by_time_and(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    const STEPS: &[&str] = &["day", "week", "month", "quarter", "year"];
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        matches!(lower(&found, at - 1), "by" | "per" | "each" | "every")
            && STEPS.contains(&lower(&found, *at))
            && lower(&found, at + 1) == "and"
    })?;
    let split = lemma(lower(&found, at + 2));
    let known = lexicon.is_word(&split) && !STEPS.contains(&split.as_str());
    known.then(|| instead(text, found[at + 1].from, found[at + 1].to, "per"))
}

/// "Sort the products by weight": list them in that order.
fn sort_them(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    let found = words(text);
    let sorts = matches!(lower(&found, 0), "sort" | "arrange") && lower(&found, 1) == "the";
    let by = (3..found.len().min(6)).find(|at| lower(&found, *at) == "by").filter(|_| sorts)?;
    let rows = lexicon.names_table(&lemma(lower(&found, by - 1)), 0.75);
    rows.then(|| {
        format!(
            "List {} sorted {}",
            slice(text, found[1].from..found[by - 1].to),
            slice(text, found[by].from..)
        )
    })
}

/// "in descending alphabetical order"
fn backwards(text: &str, _: &Lexicon, _: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| {
        let pair = (lower(&found, *at), lower(&found, at + 1));
        matches!(
            pair,
            ("descending" | "ascending", "alphabetical" | "alphabetic" | "lexicographical")
                | ("alphabetical" | "alphabetic" | "lexicographical", "descending" | "ascending")
        )
    })?;
    let down = [lower(&found, at), lower(&found, at + 1)].contains(&"descending");
    let way = if down { "reverse alphabetical" } else { "alphabetical" };
    Some(instead(text, found[at].from, found[at + 1].to, way))
}

/// "sorted by weight from heaviest to lightest", "from oldest to youngest": which way it goes, and by what.
fn from_to(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    const DOWN: &[&str] = &[
        "heaviest", "tallest", "longest", "highest", "largest", "biggest", "greatest", "oldest", "dearest",
        "best",
    ];
    const UP: &[&str] = &[
        "lightest", "shortest", "lowest", "smallest", "youngest", "cheapest", "fewest", "least", "worst",
        "newest",
    ];
    let found = words(text);
    let the = |at: usize| at + usize::from(lower(&found, at) == "the");
    let (at, first, last) = (1..found.len()).find_map(|at| {
        let first = (lower(&found, at) == "from").then(|| the(at + 1))?;
        let to = (lower(&found, first + 1) == "to").then(|| the(first + 2))?;
        let (a, b) = (lower(&found, first), lower(&found, to));
        let ends = DOWN.contains(&a) && UP.contains(&b) || UP.contains(&a) && DOWN.contains(&b);
        (ends && to + 1 >= found.len()).then_some((at, first, to))
    })?;
    let aged = matches!(lower(&found, first), "oldest" | "youngest");
    let old_first = lower(&found, first) == "oldest";
    // "sorted by weight from …"
    let by = at.checked_sub(2).is_some_and(|b| lower(&found, b) == "by")
        || at.checked_sub(3).is_some_and(|b| lower(&found, b) == "by");
    if by {
        let own = lower(&found, at - 1);
        let down = if aged && own != "age" {
            !old_first
        } else if aged {
            old_first
        } else {
            DOWN.contains(&lower(&found, first))
        };
        let way = if down { "in descending order" } else { "in ascending order" };
        return Some(instead(text, found[at].from, found[last].to, way));
    }
    let table = spoken_of(&found, lexicon).filter(|_| aged)?;
    let called = |wanted: &[&str]| {
        let names = lexicon.columns[table].iter().zip(&catalogue.tables[table].columns);
        names
            .filter(|(n, c)| n.words.iter().any(|w| wanted.contains(&w.as_str())) && !c.kind.is_textual())
            .map(|(_, c)| split_name(&c.name).join(" ").to_lowercase())
            .next()
    };
    let (column, down) = match called(&["age"]) {
        Some(age) => (age, old_first),
        None => (called(&["birth", "born", "dob", "birthdate", "birthday"])?, !old_first),
    };
    let way = if down { "descending" } else { "ascending" };
    let sorted = matches!(lower(&found, at - 1), "sorted" | "ordered" | "listed") && at > 1;
    let from = if sorted { at - 1 } else { at };
    Some(instead(text, found[from].from, found[last].to, &format!("in {way} order of {column}")))
}

/// "the total cost of all repairs", whose cost is kept, and a total cost of something else.
fn total_of(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| lower(&found, *at) == "total" && lower(&found, at + 2) == "of")?;
    let noun = lemma(lower(&found, at + 1));
    let mut of = at + 3;
    while matches!(lower(&found, of), "all" | "the" | "our" | "these") {
        of += 1;
    }
    let (table, score) = lexicon.tables_for(&[&lemma(lower(&found, of))]).into_iter().next()?;
    let columns = |t: usize| lexicon.columns[t].iter().zip(&catalogue.tables[t].columns);
    let own = columns(table).any(|(n, c)| n.words == [noun.clone()] && c.kind.is_numeric());
    let total = |t: usize| columns(t).any(|(n, _)| n.words == ["total".to_owned(), noun.clone()]);
    let elsewhere = (0..catalogue.tables.len()).any(total) && !total(table);
    (score >= 0.8 && own && elsewhere)
        .then(|| instead(text, found[at].from, found[at + 1].to, &format!("sum of the {noun}")))
}

/// "earn more than 30 per hour": what is kept is a rate already.
fn at_a_rate(text: &str, _: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    const PAYS: &[&str] = &[
        "earn", "earns", "earning", "earned", "make", "makes", "paid", "pay", "pays", "paying", "charge",
        "charges", "charging", "cost", "costs", "costing", "work", "works", "working", "wage", "wages",
        "salary", "rate", "rates", "fee", "fees", "rent", "hours",
    ];
    let found = words(text);
    let pays = found.iter().any(|w| PAYS.contains(&w.lower.as_str()));
    let at = (1..found.len()).find(|at| {
        let amount = lower(&found, at - 1);
        let number = amount.starts_with(|c: char| c.is_ascii_digit())
            || matches!(amount, "most" | "least" | "hours") && *at > 1 && lower(&found, at - 2) != "how";
        number
            && matches!(lower(&found, *at), "per" | "a" | "an" | "each")
            && matches!(lower(&found, at + 1), "hour" | "day" | "week" | "month" | "year")
    })?;
    pays.then_some(())?;
    // "an hourly wage", beside a yearly salary
    let adjective = match lower(&found, at + 1) {
        "hour" => "hourly",
        "day" => "daily",
        "week" => "weekly",
        "month" => "monthly",
        _ => "yearly",
    };
    let mut kept = catalogue.tables.iter().flat_map(|t| &t.columns).filter(|c| {
        c.kind.is_numeric() && split_name(&c.name).iter().any(|w| w.eq_ignore_ascii_case(adjective))
    });
    let compared = |n: usize| {
        matches!(
            lower(&found, n),
            "more" | "less" | "over" | "under" | "at" | "above" | "below" | "between" | "fewer"
        )
    };
    let verb = (1..at).find(|v| PAYS.contains(&lower(&found, *v)) && compared(v + 1));
    if let (Some(column), None, Some(verb)) = (kept.next(), kept.next(), verb) {
        let said = split_name(&column.name).join(" ").to_lowercase();
        // "5 hours per week"
        let hours = at > 1 && lower(&found, at - 1) == "hours";
        let number = if hours { at - 2 } else { at - 1 };
        let be = usize::from(matches!(lower(&found, verb - 1), "are" | "is"));
        let head = slice(text, ..found[verb - be].from);
        let middle = slice(text, found[verb + 1].from..found[number].to);
        let tail = slice(text, found[at + 1].to..);
        return Some(format!("{head}have a {said} of {middle}{tail}"));
    }
    Some(instead(text, found[at].from, found[at + 1].to, ""))
}

/// The table whose rows are spoken of behind "of" or at the end, and only that one.
fn spoken_of(found: &Words, lexicon: &Lexicon) -> Option<usize> {
    let mut tables: Vec<usize> = found
        .iter()
        .filter_map(|w| {
            lexicon.tables_for(&[&lemma(&w.lower)]).first().filter(|(_, s)| *s >= 0.8).map(|(t, _)| *t)
        })
        .collect();
    tables.dedup();
    let one = tables.first().copied()?;
    tables.iter().all(|t| *t == one).then_some(one)
}

/// "the names and cities of all customers", of whom a first and a last name are kept.
fn both_names(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = found.iter().position(|w| matches!(w.lower.as_str(), "name" | "names"))?;
    let before = at.checked_sub(1).map_or("", |b| lower(&found, b));
    let comma = |from: usize, to: usize| slice(text, from..to).contains(',');
    let goes_on = lower(&found, at + 1) == "and" || comma(found[at].to, found[at + 1].from.max(found[at].to));
    let follows = before == "and" || at > 0 && comma(found[at - 1].to, found[at].from);
    let plain = at == 0
        || follows
        || matches!(
            before,
            "the" | "their" | "its" | "list" | "show" | "give" | "display" | "me" | "by" | "with" | "all"
        );
    if !(goes_on || follows) || !plain {
        return None;
    }
    let table = spoken_of(&found, lexicon)?;
    let world = World::new(catalogue, lexicon, &[]);
    let [first, last] = world.labels(table)[..] else { return None };
    let said = |c: ColumnRef| {
        let words = lexicon.columns[c.table][c.column].words.join(" ");
        if lower(&found, at) == "names" { plural(&words) } else { words }
    };
    let named = |c: ColumnRef| {
        lexicon.columns[c.table][c.column].words.iter().any(|w| w == "name" || w == "first" || w == "last")
    };
    let joint = if goes_on { ", " } else { " and " };
    // "cities and names": the last of three is said with "and" alone.
    let from = if follows && before == "and" && !goes_on { found[at - 1].from } else { found[at].from };
    let lead = if from == found[at].from { "" } else { ", " };
    (named(first) && named(last)).then(|| {
        let put = format!("{}{joint}{}", said(first), said(last));
        let put = if lead.is_empty() { put } else { format!("{lead}{put}") };
        instead(text, from, found[at].to, &put).replace(" , ", ", ")
    })
}

/// "List the players and their clubs."
fn with_parents(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    let found = words(text);
    matches!(lower(&found, 0), "list" | "show" | "display" | "give").then_some(())?;
    let mut at = 1;
    while matches!(lower(&found, at), "me" | "all" | "the" | "of") {
        at += 1;
    }
    let table = |at: usize| {
        let word = lower(&found, at);
        let several = lemma(word) != word;
        let found = lexicon.tables_for(&[&lemma(word)]);
        found.first().filter(|(_, s)| several && *s >= 0.8).map(|(t, _)| *t)
    };
    let (joint, pronoun) = (lower(&found, at + 1), lower(&found, at + 2));
    let ends = at + 4 == found.len();
    (ends && matches!(joint, "and" | "with") && matches!(pronoun, "their" | "its")).then_some(())?;
    let (rows, parents) = (table(at)?, table(at + 3)?);
    let edges = &lexicon.prepared.graph.edges;
    let mut ways = edges.iter().filter(|e| e.from == rows && e.to == parents);
    (rows != parents && ways.next().is_some() && ways.next().is_none()).then(|| {
        let one = |at: usize| lemma(lower(&found, at));
        format!("List each {} and its {}.", one(at), one(at + 3))
    })
}

/// "How many times was each product ordered?": the orders of each are counted.
fn times_of_each(text: &str, lexicon: &Lexicon, _: &Catalogue) -> Option<String> {
    let found = words(text);
    let start = match (lower(&found, 0), lower(&found, 1), lower(&found, 2)) {
        ("how", "many", "times") => 3,
        ("how", "often", _) => 2,
        ("number", "of", "times") => 3,
        _ => return None,
    };
    let mut at = start
        + usize::from(matches!(
            lower(&found, start),
            "was" | "were" | "is" | "are" | "has" | "have" | "did" | "does" | "do"
        ));
    matches!(lower(&found, at), "each" | "every").then_some(())?;
    let noun = at + 1;
    let rows = |at: usize| {
        let found = lexicon.tables_for(&[&lemma(lower(&found, at))]);
        found.first().filter(|(_, s)| *s >= 0.8).map(|(t, _)| *t)
    };
    let of = rows(noun)?;
    at = noun + 1;
    while matches!(lower(&found, at), "was" | "were" | "been" | "has" | "have" | "is" | "ever") {
        at += 1;
    }
    let verb = found.get(at)?;
    let stem = root(&verb.lower);
    let graph = &lexicon.prepared.graph;
    let near = |t: usize| graph.path(t, of, true, None).is_some();
    let called = |t: usize| lexicon.tables[t].words.iter().any(|w| root(w) == stem);
    let mut events: Vec<usize> =
        (0..lexicon.tables.len()).filter(|t| *t != of && called(*t) && near(*t)).collect();
    if events.is_empty() {
        events = graph.edges.iter().filter(|e| e.to == of && e.from != of).map(|e| e.from).collect();
        events.dedup();
    }
    let [event] = events.as_slice() else { return None };
    let noun = slice(text, found[noun].from..found[noun].to);
    let rest = slice(text, verb.to..);
    Some(format!("How many {} does each {noun} have{rest}", plural(&lexicon.tables[*event].words.join(" "))))
}

/// "the capacity of each gallery", where a maximum visitor capacity is kept and no other: said in full.
fn in_full(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    for at in 1..found.len() {
        let word = lower(&found, at);
        let one = lemma(word);
        const GENERAL: &str = "amount average count maximum minimum highest lowest first last date day head hour kind list minute month name number order percentage place \
            price share size status sum time title total type unit value week year";
        let noun = one.len() >= 4
            && !GENERAL.split_ascii_whitespace().any(|w| w == one)
            && one.chars().all(char::is_alphabetic)
            && !one.ends_with("ed")
            && !one.ends_with("ing")
            && matches!(lower(&found, at - 1), "the" | "its" | "their" | "a" | "and" | "what" | "which")
            && matches!(lower(&found, at + 1), "of" | "for" | "and" | "does" | "do" | "is" | "are");
        if !noun || lexicon.names_table(&one, 0.6) || !lexicon.values(&[word]).is_empty() {
            continue;
        }
        let holds = |c: &ColumnRef| lexicon.columns[c.table][c.column].words.contains(&one);
        let all = (0..catalogue.tables.len()).flat_map(|table| {
            (0..catalogue.tables[table].columns.len()).map(move |column| ColumnRef { table, column })
        });
        let mut holding = all.filter(holds);
        let (Some(c), None) = (holding.next(), holding.next()) else { continue };
        let name = split_name(&catalogue.tables[c.table].columns[c.column].name);
        let known = lexicon.columns_for(&[&one], catalogue).first().is_some_and(|(_, s)| *s >= 0.85);
        let whole = name.len() > 1 && name.len() <= 4 && name.iter().all(|w| w.len() > 1 || w == "1");
        let beside = |n: usize| name.iter().any(|w| w.eq_ignore_ascii_case(&lemma(lower(&found, n))));
        // "the position of president" is one of the positions.
        let of_value = lower(&found, at + 1) == "of" && !lexicon.values(&[lower(&found, at + 2)]).is_empty();
        let tied = name.iter().any(|w| matches!(w.as_str(), "from" | "to" | "by"));
        if known || of_value || tied || !whole || beside(at + 1) || beside(at - 1) {
            continue;
        }
        let key =
            catalogue.tables[c.table].primary_key.contains(&catalogue.tables[c.table].columns[c.column].name);
        let refers = catalogue.tables[c.table]
            .foreign_keys
            .iter()
            .any(|k| k.columns.contains(&catalogue.tables[c.table].columns[c.column].name));
        let key = key || refers || name.last().is_some_and(|w| w.eq_ignore_ascii_case("id"));
        if key || catalogue.tables[c.table].columns[c.column].kind == rowcall_core::TypeKind::Bool {
            continue;
        }
        let said = name.join(" ").to_lowercase();
        let said = if word == one { said } else { plural(&said) };
        return Some(instead(text, found[at].from, found[at].to, &said));
    }
    None
}
