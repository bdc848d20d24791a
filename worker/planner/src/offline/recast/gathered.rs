//! Values that several rows have, as people ask for them: "codes used by at least two of the products", "types that occur no
//! less than twice in the product list", "group the branches on their opening year and tell me the years that have at least 2
//! of them". Each is "the codes with at least 2 products".

use super::{Words, bare, in_turn, instead, is_one_of, lower, slice, table_of, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{lemma, number_word},
};

/// Says it as "with at least so many".
pub(super) fn gathered(question: &str, lexicon: &Lexicon) -> String {
    in_turn(question, lexicon, &[of_the, several, in_which, grouped, occurring])
}

fn is_number(word: &str) -> bool {
    number_word(word).is_some() || !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

/// A comparison, and what stands behind its number: "at least two", "more than 3", "no fewer than 2", "exactly three".
fn compared(found: &Words, at: usize) -> Option<usize> {
    let negated = usize::from(is_one_of("no not", lower(found, at)));
    let n = match (lower(found, at + negated), lower(found, at + negated + 1)) {
        ("at", "least" | "most") | ("more" | "fewer" | "less", "than") => at + negated + 2,
        ("over" | "above" | "exactly", _) => at + negated + 1,
        _ => return None,
    };
    let how_often = is_one_of("once twice", lower(found, n));
    (how_often || is_number(lower(found, n))).then_some(n + 1)
}

/// The one table that has a column whose name ends so, other than a key.
fn having(column: &[String], lexicon: &Lexicon) -> Option<usize> {
    let mut tables = lexicon.columns.iter().enumerate().filter(|(_, of)| {
        of.iter().any(|c| c.words.ends_with(column) && c.words.last().is_some_and(|w| w != "id"))
    });
    let (one, _) = tables.next()?;
    tables.next().is_none().then_some(one)
}

/// "at least two of the products": at least two products.
fn of_the(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (0..found.len()).find_map(|at| {
        let of = compared(&found, at)?;
        let noun = of + 2;
        let whole = lower(&found, of) == "of" && is_one_of("the our all these those", lower(&found, of + 1));
        let rows = table_of(lower(&found, noun), lexicon).is_some();
        (whole && rows).then(|| instead(text, found[of].from, found[of + 1].to, ""))
    })
}

/// "appears for several catalogs, not just one": for more than one.
fn several(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let many = lower(&found, at + 1);
        lower(&found, *at) == "several"
            && lemma(many) != many
            && table_of(many, lexicon).is_some()
            && !is_one_of("show list give find the are how", lower(&found, at - 1))
    })?;
    let out = instead(text, found[at].from, found[at].to, "more than one");
    Some(out.replace(", not just one", "").replace(", not only one", ""))
}

/// "In which years did no fewer than two branches open?": were they opened.
fn in_which(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let did = (1..4).find(|at| lower(&found, *at) == "did")?;
    let asks = is_one_of("in on at which what when", lower(&found, 0));
    let noun = compared(&found, did + 1)?;
    let verb = noun + 1;
    let ends = verb + 1 == found.len();
    let participle = match lower(&found, verb) {
        "open" | "start" | "end" | "launch" | "join" | "form" => format!("{}ed", lower(&found, verb)),
        "close" | "expire" | "arrive" => format!("{}d", lower(&found, verb)),
        "begin" => "begun".to_owned(),
        _ => return None,
    };
    (asks && ends && table_of(lower(&found, noun), lexicon).is_some()).then(|| {
        let (head, middle) =
            (slice(text, ..found[did].from), slice(text, found[did + 1].from..found[noun].to));
        format!("{head}were {middle} {participle}?")
    })
}

/// "Group the branches on their opening year and tell me the years that have at least 2 of them."
fn grouped(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let article = usize::from(is_one_of("the all our", lower(&found, 1)));
    let noun = (1 + article..(4 + article).min(found.len()))
        .find(|at| is_one_of("by on", lower(&found, at + 1)))
        .filter(|_| lower(&found, 0) == "group")?;
    let rows = slice(text, found[1 + article].from..found[noun].to);
    table_of(lower(&found, noun), lexicon)?;
    let by = noun + 2 + usize::from(is_one_of("the their its", lower(&found, noun + 2)));
    let and = (by + 1..found.len().min(by + 9)).find(|at| {
        lower(&found, *at) == "and" && is_one_of("return tell give show list find", lower(&found, at + 1))
    })?;
    let column = bare(slice(text, found[by].from..found[and].from)).trim_end_matches(',').trim();
    let condition = (and + 2..found.len()).find_map(|at| compared(&found, at).map(|n| (at, n)))?;
    let (at, n) = condition;
    let rest = bare(slice(text, found[n - 1].to..)).trim();
    let often = is_one_of("occur appear come happen", lower(&found, at - 1));
    let plain = rest.is_empty() || rest == "of them" || rest == rows || often && rest == "times";
    let once = match lower(&found, n - 1) {
        "once" => "1",
        "twice" => "2",
        other => other,
    };
    let last = words(column).last().map(|w| (w.from, w.to, w.lower.clone()))?;
    let many = format!("{}{}", slice(column, ..last.0), plural(&lemma(&last.2)));
    let than = slice(text, found[at].from..found[n - 1].from);
    plain.then(|| format!("Which {many} have {than}{once} {rows}?"))
}

/// "codes that occur no less than twice in the product list", "data types that come up more than 3 times": with so many rows.
fn occurring(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (1..found.len()).find_map(|at| {
        let verb = is_one_of("occur occurs appear appears", lower(&found, at));
        let comes = is_one_of("come comes", lower(&found, at)) && lower(&found, at + 1) == "up";
        if !verb && !comes {
            return None;
        }
        let than = at + 1 + usize::from(comes);
        let n = compared(&found, than)?;
        let end = n + usize::from(lower(&found, n) == "times");
        let often = end > n || is_one_of("once twice", lower(&found, n - 1));
        let that = is_one_of("that which", lower(&found, at - 1));
        let last = at - 1 - usize::from(that);
        let column = lemma(lower(&found, last));
        let two = [lemma(lower(&found, last.checked_sub(1)?)), column.clone()];
        let rest = slice(text, found[end - 1].to..);
        let place = words(rest);
        // "in the product list", "in the table": where they are anyway.
        let listed = |n: usize| is_one_of("list table data records catalogue", lower(&place, n));
        let named = (1..place.len().min(4)).find_map(|n| table_of(lower(&place, n), lexicon));
        let own = |t: usize| lexicon.columns[t].iter().any(|c| c.words.last() == Some(&column));
        let of = named.filter(|t| own(*t)).or_else(|| having(&two, lexicon));
        let of = of.or_else(|| having(std::slice::from_ref(&column), lexicon)).filter(|_| often)?;
        let from = 1 + usize::from(is_one_of("the our", lower(&place, 1)));
        let there = lower(&place, 0) == "in"
            && place.len() > from
            && (from..place.len()).all(|n| listed(n) || table_of(lower(&place, n), lexicon) == Some(of));
        if !there && !bare(rest).is_empty() {
            return None;
        }
        let rows = plural(&lexicon.tables[of].words.join(" "));
        let number = match lower(&found, n - 1) {
            "once" => "1",
            "twice" => "2",
            other => other,
        };
        let head = slice(text, ..found[last].to);
        let than = slice(text, found[than].from..found[n - 1].from);
        let mark = if text.trim_end().ends_with('?') { "?" } else { "" };
        Some(format!("{head} with {than}{number} {rows}{mark}"))
    })
}

#[cfg(test)]
mod tests {
    use super::compared;
    use crate::offline::recast::words;

    #[test]
    fn a_comparison_ends_behind_its_number() {
        for (said, behind) in [
            ("at least two products", Some(3)),
            ("no fewer than 2 products", Some(4)),
            ("no less than twice", Some(4)),
            ("exactly three", Some(2)),
            ("more than the average", None),
        ] {
            assert_eq!(compared(&words(said), 0), behind, "{said}");
        }
    }
}
