//! Numbers as people write them: "ninety-nine", "three hundred", "100k", "2+ orders", "in the range 10-20", "ranked 10 to 15".

use super::{Words, lower, said, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_currency, number_word},
};

/// Writes them in digits, and ranges with "between".
pub(super) fn numerals(question: &str, lexicon: &Lexicon) -> String {
    let text = multiples(&continental(&days(question)), lexicon);
    let text = signs(&digits(&text, lexicon), lexicon).replace("(s)", "s");
    between(&text)
}

/// "1.000,50" is 1000.50: no English number has two digits behind its last comma.
fn continental(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let other = |c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',');
        let run = slice(rest, at..).find(other).unwrap_or(rest.len() - at);
        let said = slice(rest, at..at + run).trim_end_matches(['.', ',']);
        out.push_str(slice(rest, ..at));
        let plain = said.split_once(',').filter(|(whole, decimals)| {
            let groups: Vec<&str> = whole.split('.').collect();
            let thousands = groups.len() > 1 && groups[1..].iter().all(|g| g.len() == 3);
            thousands && groups[0].len() <= 3 && (1..=2).contains(&decimals.len()) && !decimals.contains('.')
        });
        match plain {
            Some((whole, decimals)) => out.push_str(&format!("{}.{decimals}", whole.replace('.', ""))),
            None => out.push_str(said),
        }
        rest = slice(rest, at + said.len()..);
    }
    out.push_str(rest);
    out
}

/// "2 hundred" is 200, "1.5 thousand" 1500; "a price starting at 100" is at least that. Millions are left to whoever knows
/// the unit of the column.
fn multiples(text: &str, lexicon: &Lexicon) -> String {
    let mut out = text.to_owned();
    let found = words(text);
    for at in (0..found.len()).rev() {
        let number = |n: usize| lower(&found, n).parse::<u32>().ok();
        let times = match lower(&found, at + 1) {
            "hundred" => 100,
            "thousand" => 1000,
            _ => 0,
        };
        let beside = slice(text, found[at].to..found[at + 1].from).trim().is_empty();
        let whole = at == 0 || !slice(text, found[at - 1].to..found[at].from).ends_with(['.', ',']);
        if times > 0
            && beside
            && whole
            && let Some(n) = number(at).and_then(|n| n.checked_mul(times))
        {
            out.replace_range(found[at].from..found[at + 1].to, &n.to_string());
        }
        let from = lower(&found, at) == "starting" && matches!(lower(&found, at + 1), "at" | "from");
        let year = lower(&found, at + 2).len() == 4 && bound(lower(&found, at + 2)).is_none();
        if from && at > 0 && number(at + 2).is_some() && !year && !lexicon.is_word("starting") {
            let time = ends_with_time(text, &found, at + 2);
            if !time {
                out.replace_range(found[at].from..found[at + 1].to, "of at least");
            }
        }
    }
    out
}

/// A word of a number of several words: "twenty", "hundred".
fn part(word: &str) -> Option<i64> {
    number_word(word).filter(|_| !matches!(word, "once" | "twice" | "dozen"))
}

/// "one thousand five hundred and ten": 1510. One word alone is left as it is.
fn digits(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let mut out = text.to_owned();
    let mut end = found.len();
    while end > 0 {
        let Some(from) = run(text, &found, end) else {
            end -= 1;
            continue;
        };
        let said: Vec<&str> = found[from..end].iter().map(|w| w.lower.as_str()).collect();
        let stored = !lexicon.values(&said).is_empty();
        if let Some(number) = value(&said).filter(|_| !stored) {
            out.replace_range(found[from].from..found[end - 1].to, &number.to_string());
            end = from;
        } else {
            end -= 1;
        }
    }
    out
}

/// Where the words of a number begin that ends here; at least two of them.
fn run(text: &str, found: &Words, end: usize) -> Option<usize> {
    let beside = |at: usize| matches!(slice(text, found[at].to..found[at + 1].from).trim(), "" | "-");
    part(lower(found, end - 1))?;
    let mut from = end - 1;
    while from > 0 && beside(from - 1) {
        let word = lower(found, from - 1);
        let joins = word == "and"
            && from > 1
            && beside(from - 2)
            && matches!(lower(found, from - 2), "hundred" | "thousand")
            && !opens_range(found, from - 2);
        let a = word == "a" && matches!(lower(found, from), "hundred" | "thousand");
        if !joins && !a && part(word).is_none() {
            break;
        }
        from -= 1;
    }
    (end - from >= 2).then_some(from)
}

/// "between one thousand and five thousand": what stands here ends the first of two numbers.
fn opens_range(found: &Words, at: usize) -> bool {
    let first = (0..=at).rev().find(|n| part(lower(found, *n)).is_none());
    first.is_some_and(|before| lower(found, before) == "between")
}

/// What such words say together; nothing where they are several numbers ("five ten").
fn value(said: &[&str]) -> Option<i64> {
    let (mut total, mut group, mut last) = (0i64, 0i64, i64::MAX);
    for word in said {
        let n = match *word {
            "and" => continue,
            "a" => 1,
            word => part(word)?,
        };
        match n {
            100 if (1..10).contains(&group) => group *= 100,
            1000 if (1..1000).contains(&group) && total == 0 => {
                total = group * 1000;
                group = 0;
            }
            // "two million" is left to whoever knows the unit of the column.
            1_000_000 => return None,
            0 => return None,
            1..=99 => {
                let tens = group % 100;
                let fits = tens == 0 || tens >= 20 && tens % 10 == 0 && n < 10;
                if !fits || (group > 0 && last < n) {
                    return None;
                }
                group += n;
            }
            _ => return None,
        }
        last = if n >= 100 { i64::MAX } else { n };
    }
    Some(total + group)
}

/// "26/06/1978", "6/26/1978", "26.6.1978": 1978-06-26, where there is only one way to read it.
fn days(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let run = slice(rest, at..)
            .find(|c: char| !c.is_ascii_digit() && !matches!(c, '/' | '.'))
            .unwrap_or(rest.len() - at);
        let said = slice(rest, at..at + run).trim_end_matches(['.', '/']);
        out.push_str(slice(rest, ..at));
        out.push_str(&day(said).unwrap_or_else(|| said.to_owned()));
        rest = slice(rest, at + said.len()..);
    }
    out.push_str(rest);
    out
}

fn day(said: &str) -> Option<String> {
    let dots = said.contains('.');
    let parts: Vec<&str> = said.split(if dots { '.' } else { '/' }).collect();
    let [one, other, year] = parts.as_slice() else { return None };
    if year.len() != 4 || one.len() > 2 || other.len() > 2 {
        return None;
    }
    let (one, other): (u32, u32) = (one.parse().ok()?, other.parse().ok()?);
    let (day, month) = match (one, other) {
        _ if dots => (one, other),
        (13..=31, 1..=12) => (one, other),
        (1..=12, 13..=31) => (other, one),
        _ if one == other => (one, other),
        _ => return None,
    };
    chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month, day).map(|date| date.to_string())
}

/// "100k" is 100000; "2+ orders" are at least 2.
fn signs(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let mut out = text.to_owned();
    for word in found.iter().rev() {
        let all_digits = |w: &str| !w.is_empty() && w.len() <= 6 && w.bytes().all(|b| b.is_ascii_digit());
        // "over 1000 EUR", where the currency of each row is kept: in that one.
        let number = || {
            let before = slice(text, ..word.from).trim_end();
            before.len() < word.from && before.ends_with(|c: char| c.is_ascii_digit())
        };
        if is_currency(&word.lower) && !lexicon.values(&[&word.lower]).is_empty() && number() {
            out.insert_str(word.from, "in ");
            continue;
        }
        if let Some(head) = word.lower.strip_suffix('k').filter(|h| all_digits(h))
            && lexicon.values(&[&word.lower]).is_empty()
        {
            out.replace_range(word.from..word.to, &format!("{head}000"));
        } else if all_digits(&word.lower)
            && slice(text, word.to..)
                .strip_prefix('+')
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '?', '.', ',']))
        {
            out.replace_range(word.from..=word.to, &format!("at least {}", word.lower));
        }
    }
    out
}

/// A number, not a year or a day of a month that a range of time would be made of.
fn bound(word: &str) -> Option<f64> {
    let n: f64 = word.parse::<f64>().ok().or_else(|| part(word).map(|n| n as f64))?;
    let year = word.len() == 4 && (1900.0..2100.0).contains(&n);
    (!year).then_some(n)
}

/// "in the range 10-20", "from 10 to 20", "ranked 10 to 15", "somewhere between": between the two.
fn between(text: &str) -> String {
    const SOMEWHERE: [&[&str]; 3] = [&["somewhere", "between"], &["anywhere", "between"], &["in", "between"]];
    const RANGES: [&[&str]; 9] = [
        &["in", "the", "range", "from"],
        &["in", "the", "range", "of"],
        &["in", "the", "range"],
        &["in", "a", "range", "of"],
        &["within", "the", "range"],
        &["ranging", "from"],
        &["range", "from"],
        &["ranges", "from"],
        &["from"],
    ];
    let mut text = text.to_owned();
    let found = words(&text);
    if let Some(at) = (0..found.len()).find(|at| SOMEWHERE.iter().any(|p| said(&text, &found, *at, p))) {
        text.replace_range(found[at].from..found[at + 1].from, "");
    }
    let found = words(&text);
    for at in 0..found.len().saturating_sub(1) {
        let Some(low) = bound(lower(&found, at)) else { continue };
        let gap = |n: usize| text.get(found[n].to..found[n + 1].from).unwrap_or_default().trim().to_owned();
        let to = matches!(lower(&found, at + 1), "to" | "through" | "till");
        let high = if to && gap(at).is_empty() { at + 2 } else { at + 1 };
        let joined =
            if high == at + 2 { gap(at + 1).is_empty() } else { matches!(gap(at).as_str(), "-" | "–") };
        let Some(top) = found.get(high).and_then(|w| bound(&w.lower)).filter(|_| joined) else { continue };
        let range = RANGES.iter().find(|p| at >= p.len() && said(&text, &found, at - p.len(), p));
        // "top 5 to 10", "3-4 years" are no bounds of what is kept, and "5-10" may be a text.
        let plain = to
            && at > 0
            && !matches!(lower(&found, at - 1), "top" | "first" | "last" | "between" | "of" | "page" | "to")
            && gap(at - 1).is_empty();
        if top <= low || range.is_none() && !plain || ends_with_time(&text, &found, high) {
            continue;
        }
        let from = range.map_or(at, |p| at - p.len());
        let said = format!("between {} and {}", lower(&found, at), lower(&found, high));
        text.replace_range(found[from].from..found[high].to, &said);
        return text;
    }
    text
}

/// "from 5 to 10 May", "from 8 to 10 am".
fn ends_with_time(text: &str, found: &Words, high: usize) -> bool {
    const TIMES: &str = "am pm oclock january february march april may june july august september october november \
        december jan feb mar apr jun jul aug sep oct nov dec";
    let next = lower(found, high + 1);
    TIMES.split_ascii_whitespace().any(|w| w == next) || slice(text, found[high].to..).starts_with([':', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_numbers() {
        for (said, number) in [
            ("ninety nine", Some(99)),
            ("one thousand", Some(1000)),
            ("a hundred", Some(100)),
            ("three hundred and five", Some(305)),
            ("two thousand five hundred ten", Some(2510)),
            ("five ten", None),
            ("twenty thirty", None),
            ("two million", None),
        ] {
            let parts: Vec<&str> = said.split(' ').collect();
            assert_eq!(value(&parts), number, "{said}");
        }
    }

    #[test]
    fn days_have_one_way() {
        assert_eq!(days("before 26/06/1978."), "before 1978-06-26.");
        assert_eq!(days("since 6/26/1978"), "since 1978-06-26");
        assert_eq!(days("on 5.6.2024"), "on 2024-06-05");
        assert_eq!(days("on 5/6/2024"), "on 5/6/2024");
        assert_eq!(
            continental("over 1.000,50, 1.5 or 1,000.5 or 1,000"),
            "over 1000.50, 1.5 or 1,000.5 or 1,000"
        );
        assert_eq!(days("rated 4.5 or 1/2, 30.2.2024"), "rated 4.5 or 1/2, 30.2.2024");
    }

    #[test]
    fn ranges_are_between() {
        assert_eq!(between("planes in the range 1000-5000"), "planes between 1000 and 5000");
        assert_eq!(between("departments ranked 10 to 15"), "departments ranked between 10 and 15");
        assert_eq!(between("orders from 2020 to 2022"), "orders from 2020 to 2022");
        assert_eq!(between("ids somewhere between 3 and 4"), "ids between 3 and 4");
        assert_eq!(between("from 5 to 10 May"), "from 5 to 10 May");
    }
}
