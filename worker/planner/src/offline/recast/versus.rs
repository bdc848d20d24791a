//! Short forms: "men vs women", "web vs phone bookings", "why do people cancel?", "yearly plans", "shipments in 2024, how many?",
//! "products rated below 3 on average".

use super::{Plainer, Word, bare, in_turn, is_one_of, lower, slice, table_of, words};
use crate::offline::{
    lexicon::{Lexicon, ValueRef},
    plural,
    reader::same_root,
    words::{lemma, root},
};

const WAYS: &[Plainer] = &[
    against,
    why,
    in_steps,
    how_many_behind,
    total_behind,
    on_average,
    nobody_does,
    whose_all,
    bare_year,
    never_done,
    days_to,
    length_of,
];

/// Says it at length.
pub(super) fn versus(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

/// The values that one or two words before or behind a place say.
fn values<'l>(found: &[Word], from: usize, to: usize, lexicon: &'l Lexicon) -> Vec<&'l ValueRef> {
    let parts: Vec<&str> = found.get(from..to).unwrap_or_default().iter().map(|w| w.lower.as_str()).collect();
    let ones: Vec<String> = parts.iter().map(|w| lemma(w)).collect();
    let ones: Vec<&str> = ones.iter().map(String::as_str).collect();
    let found = lexicon.values(&parts).iter().chain(lexicon.values(&ones));
    found.filter(|v| v.test.is_none()).collect()
}

/// "web vs phone bookings", "active versus cancelled subscriptions": how many of each.
fn against(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("vs versus", lower(&found, *at)))?;
    let opens =
        found.iter().take_while(|w| is_one_of("show me the number count of compare", &w.lower)).count();
    (at > opens && at - opens <= 2).then_some(())?;
    let firsts = values(&found, opens, at, lexicon);
    [2, 1].into_iter().find_map(|used| {
        let seconds = values(&found, at + 1, at + 1 + used, lexicon);
        let both =
            firsts.iter().find_map(|a| seconds.iter().find(|b| b.column == a.column).map(|b| (*a, *b)))?;
        let (first, second) = both;
        let names = &lexicon.columns[first.column.table][first.column.column].words;
        let table = plural(&lexicon.tables[first.column.table].words.join(" "));
        let behind = at + 1 + used;
        let rows = found.get(behind).is_some_and(|w| {
            lexicon
                .tables_for(&[&lemma(&w.lower)])
                .first()
                .is_some_and(|(t, s)| *s >= 0.75 && *t == first.column.table)
        });
        let counts = is_one_of("count counts number numbers", lower(&found, behind));
        let last = behind + usize::from(rows || counts);
        let rest = slice(text, found[last - 1].to..);
        let column = names.join(" ");
        (first.text != second.text && (rows || counts || last == found.len())).then(|| {
            format!(
                "Number of {table} by {column} where {column} is '{}' or '{}'{rest}",
                first.text, second.text
            )
        })
    })
}

/// "Why do people cancel?", "Why were orders returned?": how many for each reason.
fn why(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "why" && is_one_of("do did does are were have", lower(&found, 1));
    if !asks || found.len() < 4 {
        return None;
    }
    let reasons = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
        names.iter().filter(|n| n.words.last().is_some_and(|w| w == "reason")).map(move |n| (t, n))
    });
    let all: Vec<_> = reasons.collect();
    let said = |words: &[String]| words.iter().any(|w| found[2..].iter().any(|f| root(&f.lower) == root(w)));
    let fits: Vec<_> =
        all.iter().filter(|(t, n)| said(&n.words) || said(&lexicon.tables[*t].words)).collect();
    let (table, name) = match fits.as_slice() {
        [one] => **one,
        _ => return None,
    };
    let rows = plural(&lexicon.tables[table].words.join(" "));
    let column = name.words.join(" ");
    Some(format!("Number of {rows} with a {column} by {column}"))
}

/// "yearly plans", where that is how they are billed: what is stored, and no step of time.
fn in_steps(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len())
        .find(|at| is_one_of("yearly monthly weekly daily quarterly annual", lower(&found, *at)))?;
    let noun = found.get(at + 1)?;
    let table = table_of(&noun.lower, lexicon)?;
    let many = lemma(&noun.lower) != noun.lower;
    let mut stored =
        lexicon.values(&[lower(&found, at)]).iter().filter(|v| v.column.table == table && v.test.is_none());
    let value = stored.next().filter(|_| stored.next().is_none())?;
    let column = lexicon.columns[table][value.column.column].words.join(" ");
    let head = slice(text, ..found[at].from);
    let rest = slice(text, noun.to..);
    many.then(|| format!("{head}{} with {column} '{}'{rest}", slice(text, noun.from..noun.to), value.text))
}

/// "refrigerated shipments in 2024, how many?": how many of them.
fn how_many_behind(text: &str, _: &Lexicon) -> Option<String> {
    let plain = bare(text);
    let head =
        [", how many", " - how many", ": how many"].into_iter().find_map(|tail| plain.strip_suffix(tail))?;
    let first = words(head).first()?.lower.clone();
    let asks = is_one_of("which what who how show list give find", &first);
    let split = words(head).iter().any(|w| is_one_of("by per each", &w.lower));
    (!asks && !split && !head.contains(',')).then(|| format!("How many {head}?"))
}

/// "products rated below 3 on average": with an average rating below 3.
fn on_average(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "rated")?;
    let last = found.len().checked_sub(2)?;
    let average = last > at + 1 && lower(&found, last) == "on" && lower(&found, last + 1) == "average";
    let bounds = is_one_of("below above under over at", lower(&found, at + 1));
    let kept = lexicon.is_word("rating");
    let be = usize::from(is_one_of("are were is", lower(&found, at - 1)));
    let that = usize::from(be == 1 && at > 2 && is_one_of("that which", lower(&found, at - 2)));
    (average && bounds && kept).then(|| {
        let have = if be == 1 && that == 0 { "have" } else { "with" };
        let bound = slice(text, found[at].to..found[last].from).trim_end();
        let of = if lower(&found, at + 1) == "at" { " of" } else { "" };
        format!("{}{have} an average rating{of}{bound}", slice(text, ..found[at - be - that].from))
    })
}

/// "classes nobody signed up for", "Which tasks is nobody assigned to?": without those people, where they are of one kind.
fn nobody_does(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "nobody" || lower(&found, *at) == "noone")?;
    let helps = usize::from(is_one_of("has is was have that which", lower(&found, at - 1)));
    let noun = found.get(at.checked_sub(1 + helps)?)?;
    let table = table_of(&noun.lower, lexicon)?;
    let mut verb = at + 1;
    while is_one_of("has is was have ever been", lower(&found, verb)) {
        verb += 1;
    }
    // One verb, and what belongs to it.
    let tail = found.get(verb + 1..)?;
    let plain = tail.iter().all(|w| is_one_of("up for in to on at by from with yet so far", &w.lower));
    // What is kept of the deed itself is meant, not who did it: "listings nobody has viewed".
    let stem = root(lower(&found, verb));
    let names = lexicon.tables.iter().chain(lexicon.columns.iter().flatten());
    let told = names.flat_map(|n| &n.words).any(|w| same_root(w, &stem));
    if verb >= found.len() || !plain || told || lemma(&noun.lower) == noun.lower {
        return None;
    }
    let graph = &lexicon.prepared.graph;
    let last = |t: usize| lexicon.tables[t].words.last();
    let link = |t: usize| graph.edges.iter().any(|e| e.from == t && e.to != t && last(e.to) == last(t));
    let mut near = (0..lexicon.tables.len()).filter(|t| {
        *t != table
            && super::are_people(*t, lexicon)
            && !link(*t)
            && super::people::may_do(*t, lower(&found, verb), lexicon)
            && (graph.edges.iter().any(|e| (e.from, e.to) == (table, *t) || (e.to, e.from) == (table, *t))
                || graph
                    .edges
                    .iter()
                    .any(|e| e.to == table && graph.edges.iter().any(|o| o.from == e.from && o.to == *t)))
    });
    let people = near.next().filter(|_| near.next().is_none())?;
    let many = plural(&lexicon.tables[people].words.join(" "));
    let rest = slice(text, found[found.len() - 1].to..);
    Some(format!("{} without {many}{rest}", slice(text, ..noun.to)))
}

/// "customers whose rentals were all cancelled": who only have cancelled ones.
fn whose_all(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "whose")?;
    let all = (at + 2..found.len().min(at + 5)).find(|n| lower(&found, *n) == "all")?;
    let be = is_one_of("were are was is", lower(&found, all - 1));
    let rows = slice(text, found[at + 1].from..found[all - 2].to);
    let named = lexicon.names_table(&lemma(lower(&found, all - 2)), 0.75);
    let value = values(&found, all + 1, found.len(), lexicon);
    let state = slice(text, found.get(all + 1)?.from..);
    (be && named && !value.is_empty())
        .then(|| format!("{} with only {} {rows}", slice(text, ..found[at - 1].to), bare(state)))
}

/// "payments in May 2024, total": the total of them.
fn total_behind(text: &str, _: &Lexicon) -> Option<String> {
    let plain = bare(text);
    let head = [", total", ", in total", ", in all"].into_iter().find_map(|tail| plain.strip_suffix(tail))?;
    let found = words(head);
    let asks = is_one_of("which what who how show list give find total sum", lower(&found, 0));
    let split = found.iter().any(|w| is_one_of("by per each", &w.lower));
    (!asks && !split && !head.contains(',')).then(|| format!("Total {head}"))
}

/// "revenue 2025 by country", "orders 2025": in that year.
fn bare_year(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let year = lower(&found, *at);
        year.len() == 4 && year.parse::<u16>().is_ok_and(|y| (1990..2040).contains(&y))
    })?;
    let noun = lower(&found, at - 1);
    let one = lemma(noun);
    let rows = one != noun && lexicon.names_table(&one, 0.75);
    let money = is_one_of("revenue income turnover sales", noun) || lexicon.term(&[&one]).is_some();
    // "return rate by category 2025", "growth per month 2025"
    let split = at > 1 && is_one_of("by per", lower(&found, at - 2)) && at + 1 == found.len();
    let apart = slice(text, found[at - 1].to..found[at].from) != " ";
    // "revenue 2023 vs 2024", "orders 2023 and 2024"
    let next = lower(&found, at + 1);
    let compares =
        is_one_of("vs versus and or to against compared until", next) || next.parse::<u16>().is_ok();
    let alone = slice(text, found[at].to..).trim_start();
    let dated = alone.is_empty() || !alone.starts_with(['-', '/', '.', ':']);
    ((rows || money || split) && !apart && !compares && dated)
        .then(|| format!("{} in {}", slice(text, ..found[at - 1].to), slice(text, found[at].from..)))
}

/// "films never shown", "customers who have never sent anything": without the only rows that tell of anything done with them.
fn never_done(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "never")?;
    let mut before = at;
    while before > 0 && is_one_of("who that which have has were was had are", lower(&found, before - 1)) {
        before -= 1;
    }
    let noun = found.get(before.checked_sub(1)?)?;
    let table = lexicon.tables_for(&[&lemma(&noun.lower)]).first().filter(|(_, s)| *s >= 0.9)?.0;
    let verb = at + 1 + usize::from(lower(&found, at + 1) == "been");
    let tail = found.get(verb + 1..)?;
    let ends = tail.iter().all(|w| is_one_of("anything yet before at all", &w.lower));
    let past = lower(&found, verb).ends_with("ed")
        || is_one_of("shown sent bought sold given taken", lower(&found, verb));
    let stem = root(lower(&found, verb));
    let names = lexicon.tables.iter().chain(lexicon.columns.iter().flatten());
    let told = names.flat_map(|n| &n.words).any(|w| same_root(w, &stem));
    if !ends || !past || told || lemma(&noun.lower) == noun.lower {
        return None;
    }
    let graph = &lexicon.prepared.graph;
    let mut rows: Vec<usize> =
        graph.edges.iter().filter(|e| e.to == table && e.from != table).map(|e| e.from).collect();
    rows.dedup();
    let [one] = rows.as_slice() else { return None };
    let many = plural(&lexicon.tables[*one].words.join(" "));
    let last = found.last()?.to;
    Some(format!("{} without {many}{}", slice(text, ..noun.to), slice(text, last..)))
}

/// "average days to close a complaint": the average time to close one, in days.
fn days_to(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("days hours minutes", lower(&found, *at))
            && lower(&found, at + 1) == "to"
            && is_one_of("average avg mean median number of longest", lower(&found, at - 1))
    })?;
    let unit = lower(&found, at).to_owned();
    let count = lower(&found, at - 1) == "of";
    if count {
        return None;
    }
    let head = slice(text, ..found[at].from);
    let rest = slice(text, found[at].to..).trim_end_matches(['?', '.', ' ']);
    Some(format!("{head}time{rest} in {unit}"))
}

/// "average booking length in hours", where it is kept when bookings start and end: the time between.
fn length_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("length duration", lower(&found, *at)))?;
    let behind = lower(&found, at + 1) == "of";
    let noun = if behind {
        (at + 2..found.len().min(at + 5)).find(|n| lexicon.names_table(&lemma(lower(&found, *n)), 0.75))?
    } else {
        at - 1
    };
    let table = table_of(lower(&found, noun), lexicon)?;
    let has = |words: &str| {
        lexicon.columns[table].iter().filter(|n| n.words.iter().any(|w| is_one_of(words, w))).count()
    };
    let kept = has("length duration minute hour second day week") > 0;
    let spans = has("start") == 1 && has("end") == 1;
    let averaged = found[..at].iter().any(|w| is_one_of("average avg mean", &w.lower));
    if kept || !spans || !averaged || lexicon.is_word(lower(&found, at)) {
        return None;
    }
    let rows = plural(&lexicon.tables[table].words.join(" "));
    Some(if behind {
        format!(
            "{}time from start to end of{}",
            slice(text, ..found[at].from),
            slice(text, found[at + 1].to..)
        )
    } else {
        format!(
            "{}time from start to end of {rows}{}",
            slice(text, ..found[noun].from),
            slice(text, found[at].to..)
        )
    })
}
