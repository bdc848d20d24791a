//! Money that comes in, where nothing is called revenue: "revenue by category" of a rental firm is what its rentals cost, "who
//! spent the most?" asks for the customer with most of it. Only where one table alone keeps such an amount.

use super::{Told, Word, are_people, bare, income::Income, instead, is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::{Lexicon, is_income},
    plural,
    words::{is_person, lemma, number_word},
};
use rowcall_core::Catalogue;

/// Says which amount it is; with a word on it.
pub(super) fn money(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let plain = how_paid(text, lexicon)
        .or_else(|| spent_by(text, lexicon, catalogue))
        .map(|text| (text, None))
        .or_else(|| best_step(text, lexicon))
        .or_else(|| who_spent(text, lexicon, catalogue));
    if plain.is_some() {
        return plain;
    }
    let brought = brought_most(text, lexicon, catalogue);
    let plain = plainly(brought.as_deref().unwrap_or(text), lexicon, catalogue);
    plain.or_else(|| brought.map(|text| (text, None)))
}

/// "Which film made the most money?", "the country that brings in the most revenue": the most of it altogether, and not the
/// largest single amount.
fn brought_most(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let (from, the) = (1..found.len()).find_map(|at| {
        let brings = is_one_of("brings bring brought takes take took", lower(&found, at))
            && lower(&found, at + 1) == "in";
        let makes =
            is_one_of("made makes make earned earns earn generated generates generate", lower(&found, at));
        match (brings, makes) {
            (true, _) => Some((at, at + 2)),
            (_, true) => Some((at, at + 1)),
            _ => None,
        }
    })?;
    let end = match (lower(&found, the), lower(&found, the + 1)) {
        ("the", "most") => "highest",
        ("the", "least") => "lowest",
        _ => return None,
    };
    // "Which three salespeople brought in …": the top of them.
    if found[..from]
        .iter()
        .any(|w| w.lower.parse::<u16>().is_ok() || number_word(&w.lower).is_some_and(|n| n > 1))
    {
        return None;
    }
    let what = lower(&found, the + 2);
    if what != "money" && !is_income(what) {
        return None;
    }
    let income = Income::of(lexicon, catalogue)?;
    let that = usize::from(is_one_of("that which", lower(&found, from - 1)) && from > 1);
    let has = if that == 1 { "with" } else { "has" };
    let total = if income == Income::Term { "" } else { "total " };
    Some(instead(
        text,
        found[from - that].from,
        found[the + 2].to,
        &format!("{has} the {end} {total}revenue"),
    ))
}

fn plainly(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let found = words(text);
    let income = (0..found.len()).find(|at| is_income(lower(&found, *at)));
    let (from, to) = income.map(|at| (at, at)).or_else(|| spending(&found))?;
    let (table, column) = match Income::of(lexicon, catalogue)? {
        // "ticket revenue", where it is what the tickets brought in.
        Income::Column(kept) => {
            let words = &lexicon.tables[kept.table].words;
            let whose = lemma(lower(&found, from.checked_sub(1)?));
            let own = income.is_some() && words.contains(&whose) && words.len() > 1;
            return own.then(|| (instead(text, found[from - 1].from, found[from - 1].to, ""), None));
        }
        Income::Amount(kept) if !lexicon.is_word("revenue") => (kept.table, kept.column),
        _ => return None,
    };
    let name = lexicon.columns[table][column].words.join(" ");
    let rows = plural(&lexicon.tables[table].words.join(" "));
    let note =
        format!("\"{}\" is read as the {name} of {rows}.", slice(text, found[from].from..found[to].to));
    // "rental income", "ticket revenue": of those rows anyway.
    let own = |w: &Word| lexicon.tables[table].words.contains(&lemma(&w.lower));
    let from = from - usize::from(from > 0 && own(&found[from - 1]));
    let total = from > 0 && is_one_of("total overall", lower(&found, from - 1));
    let averaged = from > 0 && is_one_of("average mean highest lowest", lower(&found, from - 1));
    let sum = if averaged || total || name.starts_with("total") { "" } else { "total " };
    Some((instead(text, found[from].from, found[to].to, &format!("{sum}{name} of {rows}")), Some(note)))
}

/// "How much did Emma Smith spend?": the revenue from her.
fn spent_by(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "how"
        && lower(&found, 1) == "much"
        && is_one_of("did has does", lower(&found, 2));
    let verb = (4..found.len().min(8)).find(|at| is_one_of("spend spent", lower(&found, *at)))?;
    let capital = |w: &Word| slice(text, w.from..w.to).starts_with(char::is_uppercase);
    let named = found[3..verb].iter().all(capital);
    let kept = Income::of(lexicon, catalogue).is_some();
    let then = lower(&found, verb + 1);
    let plain = then.is_empty() || is_one_of("in since last this so with", then);
    (asks && named && kept && plain).then(|| {
        let who = slice(text, found[3].from..found[verb - 1].to);
        // "so far"
        let so = if then == "so" { found.len() - 1 - verb } else { 0 };
        format!("total revenue from {who}{}", slice(text, found[verb + so].to..))
    })
}

/// "Who spent the most?", "Who paid the most in 2024?": the customer with the largest sum of what they are charged.
fn who_spent(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let found = words(text);
    let has = usize::from(lower(&found, 1) == "has");
    let verb = 1 + has;
    let asks = lower(&found, 0) == "who"
        && is_one_of("spent spends spend paid pays", lower(&found, verb))
        && lower(&found, verb + 1) == "the"
        && is_one_of("most least", lower(&found, verb + 2));
    if !asks {
        return None;
    }
    let most = lower(&found, verb + 2) == "most";
    let last = verb + 2 + usize::from(lower(&found, verb + 3) == "money");
    let rest = slice(text, found[last].to..);
    let (table, column) = match Income::of(lexicon, catalogue)? {
        Income::Term => {
            let one = lexicon.tables[lexicon.people()?].words.join(" ");
            let end = if most { "highest" } else { "lowest" };
            return Some((format!("Which {one} has the {end} total revenue{rest}"), None));
        }
        Income::Column(kept) | Income::Amount(kept) => (kept.table, kept.column),
    };
    let graph = &lexicon.prepared.graph;
    let mut people = (0..lexicon.tables.len()).filter(|t| {
        are_people(*t, lexicon) && graph.path(table, *t, true, None).is_some_and(|(_, tie)| !tie)
    });
    let who = people.next().filter(|_| people.next().is_none())?;
    let one = lexicon.tables[who].words.join(" ");
    let end = if most { "largest" } else { "smallest" };
    let name = lexicon.columns[table][column].words.join(" ");
    let rows = plural(&lexicon.tables[table].words.join(" "));
    // "on completed stays": of which of them.
    let on = usize::from(lower(&found, last + 1) == "on");
    let rest = slice(text, found[last + on].to..);
    let said = format!("Which {one} has the {end} sum of {name} of ");
    let note = format!("What they spent is read as the {name} of {rows}.");
    let of_rows =
        on == 0 || !found[last..].iter().any(|w| lexicon.tables[table].words.contains(&lemma(&w.lower)));
    let plain = if on == 0 { format!("{said}{rows}{rest}") } else { format!("{said}{}", rest.trim_start()) };
    (on == 0 || !of_rows).then_some((plain, Some(note)))
}

/// "by money spent", "by spending".
fn spending(found: &[Word]) -> Option<(usize, usize)> {
    let said = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    (1..found.len()).find_map(|at| {
        let by = said(at - 1) == "by";
        match (said(at), said(at + 1)) {
            ("money" | "amount", "spent" | "paid") if by => Some((at, at + 1)),
            ("spending" | "spend", _) if by => Some((at, at)),
            _ => None,
        }
    })
}

/// "How do our customers pay?", "What do most customers pay with?": by which payment method.
fn how_paid(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let kept = lexicon.columns.iter().flatten().filter(|name| {
        let method = |w: &String| is_one_of("method type way means mode", w);
        name.words.iter().any(|w| is_one_of("payment pay paid", w)) && name.words.iter().any(method)
    });
    let mut methods: Vec<String> = kept.map(|name| name.words.join(" ")).collect();
    methods.dedup();
    let [method] = methods.as_slice() else { return None };
    let asks = is_one_of("how what", lower(&found, 0)) && is_one_of("do does did", lower(&found, 1));
    let pay = (3..found.len().min(6)).find(|at| is_one_of("pay paid", lower(&found, *at)))?;
    let payer = lemma(lower(&found, pay - 1));
    let people = lexicon.people().is_some_and(|t| lexicon.tables[t].words.last() == Some(&payer));
    let rest = bare(slice(text, found[pay].to..)).trim().to_lowercase();
    let with = lower(&found, 0) == "what";
    let rest = rest.strip_prefix("with").filter(|_| with).unwrap_or(&rest).trim().to_owned();
    let most = found[..pay].iter().any(|w| w.lower == "most") || rest.contains("most");
    let plain = is_one_of("most usually often mostly", &rest) || rest.is_empty() || rest.starts_with("most ");
    let told = asks && plain && (people || is_person(&payer) || payer == "we");
    told.then(|| {
        if most || with {
            format!("Which {method} is the most common?")
        } else {
            format!("What are the different {method}s?")
        }
    })
}

/// "What was our best month in 2025?": the one with the highest revenue, where that is known.
fn best_step(text: &str, lexicon: &Lexicon) -> Option<(String, Option<String>)> {
    let found = words(text);
    let asks = is_one_of("what which", lower(&found, 0)) && is_one_of("was is were", lower(&found, 1));
    let at = 2 + usize::from(is_one_of("our the", lower(&found, 2)));
    let most = match lower(&found, at) {
        "best" | "strongest" => "highest",
        "worst" | "weakest" => "lowest",
        _ => return None,
    };
    let step = lower(&found, at + 1);
    let steps = is_one_of("day week month quarter year weekday", step);
    lexicon.term(&["revenue"])?;
    let rest = slice(text, found[at + 1].to..);
    let then = lower(&found, at + 2);
    let plain = then.is_empty() || is_one_of("in of since last this ever so", then);
    // "for orders" says by what.
    (asks && steps && plain).then(|| {
        let rest = if then == "of" { rest.replacen("of", "in", 1) } else { rest.to_owned() };
        let said = format!("Which {step} had the {most} revenue{rest}");
        (
            said,
            Some(format!("\"{} {step}\" is taken for the one with the {most} revenue.", lower(&found, at))),
        )
    })
}

/// "tickets sold per gallery", where sales say how many tickets were sold: the number of tickets. The rows of the sales are not
/// meant.
pub(super) fn pieces(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| {
        let word = lower(&found, *at);
        let one = lemma(word);
        let named = lexicon.tables.iter().any(|t| t.words == [one.as_str()]);
        if one == word || named || lexicon.people().is_some_and(|t| lexicon.tables[t].words.contains(&one)) {
            return false;
        }
        let mut kept = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
            let of = &catalogue.tables[t].columns;
            names
                .iter()
                .zip(of)
                .filter(|(name, column)| {
                    let words: Vec<&str> = name.words.iter().map(String::as_str).collect();
                        let number = matches!(words.as_slice(), ["number" | "num", thing] | [thing, "count" | "quantity"] | ["number", "of", thing] if *thing == one);
                        column.kind.is_numeric() && number
                })
                .map(move |_| t)
        });
        let of = kept.next().filter(|_| kept.next().is_none());
        // "ticket_sales": the table is called after them, too.
        of.is_some_and(|t| lexicon.tables[t].words.len() > 1 && lexicon.tables[t].words.contains(&one))
    })?;
    let before = at.checked_sub(1).map_or("", |n| lower(&found, n));
    let said = is_one_of("of many average", before)
        && at > 1
        && is_one_of("number how count the", lower(&found, at - 2));
    let noun = slice(text, found[at].from..found[at].to);
    if before == "many" && lower(&found, 0) == "how" && at == 2 {
        let be = usize::from(is_one_of("were are have was", lower(&found, 3)));
        let sold = slice(text, found[2 + be].to..);
        return Some(format!("What is the total number of {noun}{sold}"));
    }
    let sale = is_one_of("sale sales", lower(&found, at + 1));
    (!said && !sale).then(|| instead(text, found[at].from, found[at].to, &format!("number of {noun}")))
}
