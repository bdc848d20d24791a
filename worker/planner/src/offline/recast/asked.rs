//! Ways of asking that have a plainer one: "For which offices is there no phone?", "In which city is Tosca Rail?", "Which listing
//! carries the highest price?", "What rating did guests give on average?", "since the beginning of 2024", "each only once".

use super::{Plainer, in_turn, instead, is_one_of, lower, said, slice, words};
use crate::offline::{
    lexicon::{Lexicon, Name},
    plural,
    words::{is_link_verb, lemma, root},
};

/// What is asked so.
const WAYS: &[Plainer] = &[
    grand_total,
    since_beginning,
    each_once,
    there_is_no,
    in_which,
    own_column,
    carries,
    on_average,
    own_number,
    no_role,
    how_much_did,
    brings_in,
];

/// Asks plainly.
pub(super) fn asked(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, WAYS)
}

fn is_table(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.names_table(&lemma(word), 0.75)
}

/// "since the beginning of 2024", "from the start of May 2025 on": since then.
fn since_beginning(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("since from", lower(&found, *at))
            && lower(&found, at + 1) == "the"
            && is_one_of("beginning start", lower(&found, at + 2))
            && lower(&found, at + 3) == "of"
            && at + 4 < found.len()
    })?;
    // "from the beginning of 2024 to …" is a span.
    let spans =
        lower(&found, at) == "from" && found[at + 4..].iter().any(|w| is_one_of("to until till", &w.lower));
    (!spans).then(|| instead(text, found[at].from, found[at + 3].to, "since"))
}

/// "List every kind of lift, each only once.", "without repeats": the different ones.
fn each_once(text: &str, _: &Lexicon) -> Option<String> {
    const TAILS: &[&str] = &[
        "each only once",
        "each one only once",
        "each one once",
        "each just once",
        "without repeats",
        "without repetition",
        "no repeats",
    ];
    let comma = text.rfind(", ")?;
    let tail = words(slice(text, comma..));
    let end = slice(text, comma + 2..).trim_end_matches(['.', '?', '!']).to_lowercase();
    if !TAILS.contains(&end.as_str()) || tail.is_empty() {
        return None;
    }
    let head = slice(text, ..comma);
    let found = words(head);
    let opens = is_one_of("list show give name find return display", lower(&found, 0));
    if !opens && !is_one_of("which what", lower(&found, 0)) {
        return None;
    }
    let mut at = 1;
    while opens && is_one_of("me us all every each the any", lower(&found, at)) {
        at += 1;
    }
    let plain = at < found.len() && !is_one_of("different distinct unique", lower(&found, at));
    plain.then(|| format!("{} different {}.", slice(head, ..found[0].to), slice(head, found[at].from..)))
}

/// "For which offices is there no phone number?", "For which drivers do we have no phone?": which have none.
fn there_is_no(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "for" && is_one_of("which what", lower(&found, 1));
    let at = (3..found.len().min(8)).find(|at| {
        said(text, &found, *at, &["is", "there", "no"])
            || said(text, &found, *at, &["are", "there", "no"])
            || said(text, &found, *at, &["do", "we", "have", "no"])
            || said(text, &found, *at, &["have", "we", "no"])
            || said(text, &found, *at, &["is", "no"])
    })?;
    let no = (at..found.len()).find(|n| lower(&found, *n) == "no")?;
    let rows = slice(text, found[2].from..found[at - 1].to);
    let mut rest = slice(text, found[no + 1].from..).trim_end_matches(['?', '.', ' ']).to_owned();
    for tail in
        [" on file", " on record", " known", " recorded", " given", " stored", " available", " listed"]
    {
        if let Some(plain) = rest.strip_suffix(tail) {
            rest = plain.to_owned();
        }
    }
    // "is no figure recorded for parking spaces"
    let rest = rest
        .strip_prefix("figure recorded for ")
        .or_else(|| rest.strip_prefix("value recorded for "))
        .unwrap_or(&rest)
        .to_owned();
    (asks && is_table(lower(&found, at - 1), lexicon)).then(|| format!("Which {rows} have no {rest}?"))
}

/// "In which city is Tosca Rail headquartered?", "In which country is the shop that sells it?": what is its city.
fn in_which(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = is_one_of("in at", lower(&found, 0)) && is_one_of("which what", lower(&found, 1));
    let column = lower(&found, 2);
    let place = is_one_of(
        "city town country state county region province district street street_address neighborhood borough",
        column,
    );
    let kept = lexicon.columns.iter().flatten().any(|c| c.words.last().is_some_and(|w| *w == lemma(column)));
    if !(asks && place && kept) || is_table(column, lexicon) || !is_one_of("is was", lower(&found, 3)) {
        return None;
    }
    let last = found.len().checked_sub(1)?;
    let ends = is_one_of("located based headquartered situated found registered", lower(&found, last));
    let to = if ends { last - 1 } else { last };
    let what = slice(text, found.get(4)?.from..found[to].to);
    let named = to >= 4
        && (slice(text, found[to].from..found[to].to).starts_with(char::is_uppercase)
            || lower(&found, 4) == "the");
    named.then(|| format!("What is the {column} of {what}?"))
}

/// "the city of Tosca Rail", whose head office has one, and stations have another: its own.
fn own_column(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (0..found.len()).find_map(|at| {
        let noun = lemma(lower(&found, at));
        let first = at + 2 + usize::from(lower(&found, at + 2) == "the");
        let rows = is_table(lower(&found, first), lexicon);
        let of = lower(&found, at + 1) == "of" && !is_table(&noun, lexicon) && !rows;
        let table = (1..=4).rev().filter(|_| of).find_map(|used| {
            let parts: Vec<&str> =
                (first..(first + used).min(found.len())).map(|n| lower(&found, n)).collect();
            let values = lexicon.values(&parts);
            let one = values.first().filter(|_| parts.len() == used)?.column.table;
            values.iter().all(|v| v.column.table == one).then_some(one)
        })?;
        let called = |t: usize| lexicon.columns[t].iter().any(|c| c.words == [noun.clone()]);
        let near = |t: usize| {
            t == table || lexicon.prepared.graph.edges.iter().any(|e| e.from == table && e.to == t)
        };
        let elsewhere = (0..lexicon.tables.len()).any(called);
        if !elsewhere || (0..lexicon.tables.len()).any(|t| near(t) && called(t)) {
            return None;
        }
        let mut own =
            lexicon.columns[table].iter().filter(|c| c.words.last() == Some(&noun) && c.words.len() > 1);
        let name = own.next().filter(|_| own.next().is_none())?;
        // "the hq city of": it is said.
        let before = &name.words[..name.words.len() - 1];
        let said =
            before.len() <= at && (0..).zip(before).all(|(n, w)| lower(&found, at - before.len() + n) == w);
        (!said).then(|| instead(text, found[at].from, found[at].to, &name.words.join(" ")))
    })
}

/// "Which listing carries the highest price?": has it.
fn carries(text: &str, lexicon: &Lexicon) -> Option<String> {
    const VERBS: &str = "carries carry bears bear commands command fetches fetch boasts boast shows records sees saw enjoys achieved \
        achieves attained reached scored posted got gets received offers";
    let found = words(text);
    let asks = is_one_of("which what", lower(&found, 0));
    let at = (2..found.len().min(7)).find(|at| {
        let superlative = lower(&found, at + 2);
        is_one_of(VERBS, lower(&found, *at))
            && lower(&found, at + 1) == "the"
            && is_one_of(
                "highest lowest largest smallest biggest greatest longest shortest best worst",
                superlative,
            )
    })?;
    let verb = lower(&found, at);
    let rows = is_table(lower(&found, at - 1), lexicon);
    let known = lexicon.is_word(verb) || lexicon.knows_root(&crate::offline::words::root(verb));
    let has = if lemma(lower(&found, at - 1)) == lower(&found, at - 1) { "has" } else { "have" };
    (asks && rows && !known).then(|| instead(text, found[at].from, found[at].to, has))
}

/// "What rating did guests give on average?": what is the average rating of theirs.
fn on_average(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let n = found.len();
    let ends = n > 5 && lower(&found, n - 2) == "on" && lower(&found, n - 1) == "average";
    let did = (2..n.min(6)).find(|at| is_one_of("did do does", lower(&found, *at)))?;
    let verb = n.checked_sub(3)?;
    let subject = &found[did + 1..verb.max(did + 1)];
    let plain = subject.len() == 1 && is_table(&subject[0].lower, lexicon);
    let column = lexicon.is_word(&lemma(lower(&found, did - 1)));
    (lower(&found, 0) == "what"
        && ends
        && plain
        && column
        && (is_link_verb(lower(&found, verb))
            || is_one_of("give have get reach report", lower(&found, verb))))
    .then(|| format!("What is the average {}?", slice(text, found[1].from..found[did - 1].to)))
}

/// "the biggest invoices with number and amount", where invoices have a number: the invoice number.
fn own_number(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let before = lower(&found, at - 1);
        let joint =
            slice(text, found[at - 1].to..found[*at].from).contains(',') || is_one_of("with and", before);
        lower(&found, *at) == "number" && joint && !is_one_of("of", lower(&found, at + 1))
    })?;
    let table = (0..at).rev().find_map(|n| {
        let named = lexicon.tables_for(&[&lemma(lower(&found, n))]);
        named.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    })?;
    let own = lexicon.columns[table].iter().any(|c| c.words == ["number".to_owned()]);
    own.then(|| {
        instead(
            text,
            found[at].from,
            found[at].to,
            &format!("{} number", lexicon.tables[table].words.join(" ")),
        )
    })
}

/// "the grand total settled": the total.
fn grand_total(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| said(text, &found, *at, &["grand", "total"]))?;
    (!lexicon.is_word("grand")).then(|| instead(text, found[at].from, found[at + 1].to, "total"))
}

/// "How much did we refund in 2025?", "How much money was claimed in total?": the total amount of the refunds, or claimed.
fn how_much_did(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = match (lower(&found, 0), lower(&found, 1), lower(&found, 2)) {
        ("how", "much", "money") => 3,
        ("how", "much", _) => 2,
        ("what", "is" | "was", "the")
            if is_one_of("total", lower(&found, 3)) && lower(&found, 4) == "amount" =>
        {
            5 + usize::from(is_one_of("that which", lower(&found, 5)))
        }
        // "the total settled across all settlements"
        ("what", "is" | "was", "the") if lower(&found, 3) == "total" => 4,
        ("what's", "the", "total") => 3,
        _ => return None,
    };
    let done = is_one_of("did have", lower(&found, at)) && is_one_of("we they", lower(&found, at + 1));
    let been = is_one_of("has have", lower(&found, at)) && lower(&found, at + 1) == "been";
    let passive = been || is_one_of("was were got", lower(&found, at));
    let short = lower(&found, at - 1) == "total" && lower(&found, at).ends_with("ed");
    let verb = at + if done || been { 2 } else { usize::from(!short) };
    let (table, amount) =
        amount_of_deed(lower(&found, verb), lexicon).filter(|_| done || passive || short)?;
    let rows = plural(&lexicon.tables[table].words.join(" "));
    let rest = without_all(slice(text, found[verb].to..), table, lexicon);
    Some(format!("What is the total {amount} of all {rows}{rest}"))
}

/// Where it is kept how much was done, and what that is called: `amount` of refunds, `amount_claimed` of claims.
fn amount_of_deed(verb: &str, lexicon: &Lexicon) -> Option<(usize, String)> {
    let stem = root(verb);
    let amount = |w: &String| is_one_of("amount total value sum", w);
    let only = |table: usize| {
        let said: Vec<&Name> = lexicon.columns[table]
            .iter()
            .filter(|c| c.words.iter().any(amount) && c.words.iter().any(|w| root(w) == stem))
            .collect();
        let plain = || lexicon.columns[table].iter().filter(|c| c.words.last().is_some_and(amount)).collect();
        let columns: Vec<&Name> = if said.is_empty() { plain() } else { said };
        match columns.as_slice() {
            [one] => Some((table, one.words.join(" "))),
            _ => None,
        }
    };
    let mut tables = (0..lexicon.tables.len()).filter(
        |t| matches!(lexicon.tables[*t].words.as_slice(), [one] if root(one) == stem || *one == lemma(verb)),
    );
    match (tables.next(), tables.next()) {
        (Some(table), None) => only(table),
        _ => None,
    }
}

/// What follows, without words that say that all of it is meant: "in all the claims together".
fn without_all(rest: &str, table: usize, lexicon: &Lexicon) -> String {
    let found = words(rest);
    let all = found.iter().all(|w| {
        is_one_of(
            "in across over for all the our together total overall altogether far so until now",
            &w.lower,
        ) || lexicon.tables_for(&[&lemma(&w.lower)]).first().is_some_and(|(t, s)| *t == table && *s >= 0.75)
    });
    let mark = rest.trim_end().chars().last().filter(|c| matches!(c, '?' | '.')).map(String::from);
    if all { mark.unwrap_or_default() } else { rest.to_owned() }
}

/// "Which categories have revenue above 1000?": those with a total revenue above it.
fn brings_in(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = is_one_of("which what", lower(&found, 0));
    let at = (3..found.len().min(8)).find(|at| is_one_of("revenue turnover", lower(&found, *at)))?;
    let have = (2..at).find(|n| is_one_of("have had has made make generated generate", lower(&found, *n)))?;
    let plain = (have + 1..at).all(|n| is_one_of("a total an overall", lower(&found, n)));
    let bound = is_one_of("above over below under of exceeding", lower(&found, at + 1))
        || is_one_of("more less at", lower(&found, at + 1));
    let things =
        is_table(lower(&found, have - 1), lexicon) || lexicon.is_word(&lemma(lower(&found, have - 1)));
    (asks && plain && bound && things).then(|| {
        let of = usize::from(lower(&found, at + 1) == "of");
        let rest = slice(text, found[at + of].to..).trim_end_matches('?');
        let rest = rest.replace(" more than ", " above ").replace(" less than ", " below ");
        format!("{} with total {}{rest}", slice(text, found[1].from..found[have - 1].to), lower(&found, at))
    })
}

/// "departments without a head", where that is whom each refers to: without its reference.
fn no_role(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let (no, at) = (1..found.len()).find_map(|no| {
        let article = usize::from(is_one_of("a an any", lower(&found, no + 1)));
        is_one_of("without no", lower(&found, no)).then_some((no, no + 1 + article))
    })?;
    let role = lemma(lower(&found, at));
    let table = (0..no).rev().find_map(|n| {
        let named = lexicon.tables_for(&[&lemma(lower(&found, n))]);
        named.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    })?;
    let own = lexicon.columns[table].iter().any(|c| c.words == [role.clone(), "id".to_owned()]);
    let referred = lower(&found, at + 1) == "id";
    (own && !referred && !is_table(&role, lexicon) && at < found.len())
        .then(|| instead(text, found[no + 1].from, found[at].to, &format!("{role} id")))
}

/// "What did Olivia Parker buy?": which products, whatever those are called here.
pub(super) fn bought(text: &str) -> Option<String> {
    let found = words(text);
    let did = lower(&found, 0) == "what" && is_one_of("did has have", lower(&found, 1));
    let last = found.len().checked_sub(1)?;
    let verb = is_one_of("buy bought order ordered purchase purchased", lower(&found, last));
    let who = slice(text, found.get(2)?.from..found[last.max(3) - 1].to);
    let named = who.starts_with(char::is_uppercase) && last > 2;
    (did && verb && named)
        .then(|| format!("Which products {} {who} {}?", lower(&found, 1), lower(&found, last)))
}
