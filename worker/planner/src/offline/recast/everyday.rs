//! What is asked every day in words that the readers do not have: "Which 3 countries had the lowest revenue?", "When did Emma
//! Smith last order?", "How long do tickets take to resolve?", "revenue this year vs last year".

use super::{bare, instead, is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_link_verb, lemma, number_word, root},
};

/// Puts it into plainer words.
pub(super) fn everyday(question: &str, lexicon: &Lexicon) -> String {
    let mut text = question.to_owned();
    for plainer in
        [few_of_all, nothing_left, in_stock, last_did, with_latest, open_for, take_to, against, developed]
    {
        text = plainer(&text, lexicon).unwrap_or(text);
    }
    text
}

/// "the cheapest product in stock": with a stock above nought, where a number says how much there is. "out of stock": of
/// nought.
fn in_stock(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len())
        .find(|at| matches!(lower(&found, *at), "in" | "of") && lower(&found, at + 1) == "stock")?;
    let out = lower(&found, at) == "of";
    if out && lower(&found, at - 1) != "out" {
        return None;
    }
    // "How many mugs are in stock?" may ask for that number.
    let asks = found[..at].iter().any(|w| {
        matches!(
            w.lower.as_str(),
            "many"
                | "much"
                | "number"
                | "total"
                | "units"
                | "pieces"
                | "quantity"
                | "value"
                | "not"
                | "most"
                | "than"
                | "least"
        ) || w.lower.bytes().all(|b| b.is_ascii_digit())
    });
    // `stock`, `stock_quantity`, `qty_in_stock`
    let mut kept = lexicon.columns.iter().flatten().filter(|name| {
        name.words.iter().any(|w| w == "stock")
            && name.words.iter().all(|w| matches!(w.as_str(), "stock" | "quantity" | "in" | "level" | "unit"))
    });
    let name = kept.next().filter(|_| kept.next().is_none())?.words.join(" ");
    let rows = (0..at).any(|n| lexicon.names_table(&lemma(lower(&found, n)), 0.75));
    let mut from = if out { at - 1 } else { at };
    let be = from > 1 && matches!(lower(&found, from - 1), "are" | "is" | "were");
    from -= usize::from(be);
    let verb = if be { "have" } else { "with" };
    let bound = if out { "of 0" } else { "above 0" };
    // "How many products are out of stock?" counts products.
    let asks = asks && !(out && lower(&found, 1) == "many");
    (rows && !asks).then(|| {
        format!(
            "{}{verb} a {name} {bound}{}",
            slice(text, ..found[from].from),
            slice(text, found[at + 1].to..)
        )
    })
}

/// "Which 3 countries had the lowest revenue?": which are the bottom 3 countries by revenue.
fn few_of_all(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = matches!(lower(&found, 0), "which" | "what");
    let n = lower(&found, 1);
    if !asks || !(n.parse::<u16>().is_ok() || number_word(n).is_some_and(|n| n > 1)) {
        return None;
    }
    let has =
        (3..found.len().min(6)).find(|at| matches!(lower(&found, *at), "have" | "had" | "has" | "with"))?;
    let the = has + 1 + usize::from(lower(&found, has + 1) == "the");
    let end = match lower(&found, the) {
        "highest" | "largest" | "biggest" => "top",
        "lowest" | "smallest" => "bottom",
        _ => return None,
    };
    // What is told of each of them is no number of rows.
    let what = bare(slice(text, found.get(the + 1)?.from..));
    let plain =
        words(what).len() <= 3 && !words(what).iter().any(|w| lexicon.names_table(&lemma(&w.lower), 0.9));
    plain.then(|| {
        format!("Which are the {end} {n} {} by {what}?", slice(text, found[2].from..found[has - 1].to))
    })
}

/// "When did Emma Smith last order?": when was the last order of hers, where orders are kept.
fn last_did(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "when" && matches!(lower(&found, 1), "did" | "has");
    let at = (3..found.len()).find(|at| matches!(lower(&found, *at), "last" | "first")).filter(|_| asks)?;
    let verb = found.get(at + 1).filter(|_| at + 2 == found.len())?;
    let stem = root(&verb.lower);
    let named = |words: &[String]| matches!(words, [one] if *one == lemma(&verb.lower) || root(one) == stem);
    let mut rows = lexicon.tables.iter().filter(|t| named(&t.words));
    let table = rows.next().filter(|_| rows.next().is_none())?;
    let who = slice(text, found[2].from..found[at - 1].to);
    Some(format!("When was the {} {} of {who}?", lower(&found, at), table.words.join(" ")))
}

/// "How long do tickets take to resolve?": how long does it take to resolve tickets.
fn take_to(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "how"
        && lower(&found, 1) == "long"
        && matches!(lower(&found, 2), "do" | "does" | "did");
    let take =
        (4..found.len().min(8)).find(|at| matches!(lower(&found, *at), "take" | "takes")).filter(|_| asks)?;
    let verb = found.get(take + 2).filter(|_| lower(&found, take + 1) == "to")?;
    let rows = lexicon.names_table(&lemma(lower(&found, take - 1)), 0.9);
    let rest = slice(text, verb.to..);
    rows.then(|| {
        format!(
            "How long does it take to {} {}{rest}",
            verb.lower,
            slice(text, found[3].from..found[take - 1].to)
        )
    })
}

/// "Customer with the latest order": which customer has it.
fn with_latest(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let opens = found
        .iter()
        .take_while(|w| matches!(w.lower.as_str(), "show" | "find" | "give" | "me" | "the" | "list"))
        .count();
    let with = (opens + 1..opens + 3).find(|at| lower(&found, *at) == "with")?;
    let recent = usize::from(lower(&found, with + 2) == "most" && lower(&found, with + 3) == "recent");
    let end = matches!(lower(&found, with + 2), "latest" | "earliest" | "newest" | "oldest") || recent == 1;
    let one = |at: usize| {
        lemma(lower(&found, at)) == lower(&found, at) && lexicon.names_table(lower(&found, at), 0.9)
    };
    let rows = with + 3 + recent;
    let told =
        end && lower(&found, with + 1) == "the" && one(with - 1) && one(rows) && rows + 1 == found.len();
    told.then(|| {
        let whose = slice(text, found[opens].from..found[with - 1].to);
        format!("Which {whose} has {}?", bare(slice(text, found[with + 1].from..)))
    })
}

/// "How long do tickets stay open?", "How long are tickets open on average?": how long does it take to close them.
fn open_for(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = lower(&found, 0) == "how"
        && lower(&found, 1) == "long"
        && matches!(lower(&found, 2), "do" | "does" | "did" | "are" | "were" | "is");
    let open = (4..found.len().min(8)).find(|at| lower(&found, *at) == "open").filter(|_| asks)?;
    let stays = usize::from(matches!(lower(&found, open - 1), "stay" | "stays" | "remain" | "remains"));
    let noun = open - 1 - stays;
    let rows = noun >= 3 && lexicon.names_table(&lemma(lower(&found, noun)), 0.9);
    let several = lemma(lower(&found, noun)) != lower(&found, noun);
    (rows && several).then(|| {
        let what = slice(text, found[3].from..found[noun].to);
        format!("How long does it take to close {what}{}", slice(text, found[open].to..))
    })
}

/// "How did revenue develop in 2025?", "How has the number of orders changed by quarter?": by month, or the step that is said.
fn developed(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks =
        lower(&found, 0) == "how" && matches!(lower(&found, 1), "did" | "has" | "have" | "does" | "do");
    let at = (3..found.len().min(9)).find(|at| {
        matches!(
            lower(&found, *at),
            "develop" | "developed" | "change" | "changed" | "evolve" | "evolved" | "grow" | "grown"
        )
    })?;
    let what = slice(text, found[2].from..found[at - 1].to);
    let rest = slice(text, found[at].to..).trim_end_matches(['.', '?', '!', ' ']);
    let rest = rest.strip_prefix(" over time").unwrap_or(rest);
    let step =
        words(rest).iter().any(|w| matches!(w.lower.as_str(), "by" | "per" | "each" | "every" | "from"));
    let plain = !what.contains([',', ':']) && !rest.contains([':', ',']);
    (asks && plain).then(|| if step { format!("{what}{rest}") } else { format!("{what} by month{rest}") })
}

/// "revenue this year vs last year", "compare revenue in 2024 and 2025", "orders 2025 versus 2024": by year, from the one to
/// the other.
fn against(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let year = |at: usize| {
        let said = lower(&found, at);
        (said.len() == 4 && said.starts_with("20")).then(|| said.parse::<u16>().ok()).flatten()
    };
    let compares = usize::from(lower(&found, 0) == "compare");
    let plain = |said: &str| {
        let first = said.split_whitespace().next().unwrap_or_default().to_lowercase();
        !said.is_empty()
            && words(said).len() <= 6
            && !matches!(first.as_str(), "how" | "which" | "what" | "who" | "did" | "is")
    };
    let head = |end: usize| {
        let start = found.get(compares).map_or(0, |w| w.from);
        let said = text.get(start..end)?.trim().trim_end_matches([',', ':']).trim_end();
        let said = said
            .strip_suffix(" in")
            .or_else(|| said.strip_suffix(" for"))
            .or_else(|| said.strip_suffix(" of"))
            .unwrap_or(said);
        plain(said).then(|| said.to_owned())
    };
    for at in compares + 1..found.len() {
        let joins = match (lower(&found, at), lower(&found, at + 1)) {
            ("vs" | "versus" | "against", _) => 1,
            ("compared", "with" | "to") => 2,
            ("with" | "and" | "to", _) if compares > 0 => 1,
            _ => continue,
        };
        let the = at + joins + usize::from(lower(&found, at + joins) == "in");
        let step = lower(&found, at - 1);
        let steps = matches!(step, "year" | "month" | "quarter" | "week") && at > compares + 1;
        if steps && lower(&found, at - 2) == "this" && lower(&found, the) == "last" {
            if lower(&found, the + 1) != step || the + 2 != found.len() {
                return None;
            }
            return Some(format!("{} by {step} since last {step}", head(found[at - 2].from)?));
        }
        let (one, other) = (year(at - 1)?, year(the)?);
        let (from, to) = (one.min(other), one.max(other));
        if to != from + 1 || the + 1 != found.len() {
            return None;
        }
        return Some(format!("{} by year from {from} to {to}", head(found[at - 1].from)?));
    }
    None
}

/// "revenue comes from Germany": is from it.
pub(super) fn stems(question: &str, lexicon: &Lexicon) -> String {
    let found = words(question);
    let mut text = question.to_owned();
    for at in (1..found.len().saturating_sub(1)).rev() {
        let plain = match (lower(&found, at), lower(&found, at + 1)) {
            ("comes" | "stems" | "came", "from") => "is",
            ("come" | "stem", "from") => "are",
            _ => continue,
        };
        // "where do customers come from", "did it come from there"
        let does = found[..at].iter().any(|w| matches!(w.lower.as_str(), "do" | "does" | "did" | "where"));
        if !does
            && at + 2 < found.len()
            && !lexicon.is_word(&lemma(lower(&found, at)))
            && is_link_verb(lower(&found, at))
        {
            text.replace_range(found[at].from..found[at].to, plain);
        }
    }
    text
}

/// "products that have nothing left in stock", "with none left": that are out of stock.
fn nothing_left(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("nothing none", lower(&found, *at)))?;
    let left = usize::from(lower(&found, at + 1) == "left");
    let stocked = lower(&found, at + 1 + left) == "in" && lower(&found, at + 2 + left) == "stock";
    let verb = lower(&found, at - 1);
    let kept = lexicon.columns.iter().flatten().any(|name| name.words.iter().any(|w| w == "stock"));
    let has = is_one_of("have has had with", verb);
    if !(has && kept && stocked) {
        return None;
    }
    let be = match verb {
        "has" => "is out of stock",
        "with" => "out of stock",
        _ => "are out of stock",
    };
    Some(instead(text, found[at - 1].from, found[at + 2 + left].to, be))
}
