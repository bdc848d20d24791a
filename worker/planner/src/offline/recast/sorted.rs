//! Orders by how many there are, as people write them: "sort by the count, largest first", "biggest number at the top", "in
//! descending order of this number".

use super::{Words, bare, lower, sentences, slice, words};

const DOWN: &str = "descending desc decreasing";
const UP: &str = "ascending asc increasing";
const LARGE: &str = "highest largest biggest greatest most high";
const SMALL: &str = "lowest smallest fewest least low";

/// Says it as "in descending order of count".
pub(super) fn sorted(text: &str) -> String {
    let found = words(text);
    let counts = found.iter().enumerate().any(|(at, w)| {
        matches!(w.lower.as_str(), "count" | "counts")
            || w.lower == "number" && lower(&found, at + 1) == "of"
            || w.lower == "many" && at > 0 && lower(&found, at - 1) == "how"
    });
    if !counts {
        return text.to_owned();
    }
    spans(text, &found)
        .map(|(from, to, down)| {
            let way = if down { "in descending order of count" } else { "in ascending order of count" };
            let head = slice(text, ..from).trim_end();
            // A sentence of its own goes with the one before.
            let joined = head.trim_end_matches(['.', ',', ';', '?']).trim_end();
            let joined = joined.strip_suffix(" and").unwrap_or(joined);
            let mark = if head.ends_with('?') || text.trim_end().ends_with('?') { "?" } else { "." };
            let rest = slice(text, to..).trim_start().trim_start_matches(['.', '?', '!']);
            if rest.trim().is_empty() {
                format!("{joined} {way}{mark}")
            } else {
                format!("{joined} {way}{rest}")
            }
        })
        .unwrap_or_else(|| text.to_owned())
}

/// "How many … each team have? Show the team and the number.": how many there are, whatever else is called a number.
pub(super) fn that_count(text: &str) -> String {
    let parts = sentences(text);
    let [first @ .., last] = parts.as_slice() else { return text.to_owned() };
    let counts = first.iter().any(|s| {
        let found = words(s);
        let pair = |a: &str, b: &str| {
            (0..found.len()).any(|at| lower(&found, at) == a && lower(&found, at + 1) == b)
        };
        pair("how", "many") || pair("number", "of") || pair("the", "most") || pair("the", "fewest")
    });
    let found = words(last);
    let n = found.len();
    let number = n > 3 && lower(&found, n - 1) == "number";
    let the = usize::from(n > 1 && matches!(lower(&found, n - 2), "the" | "that" | "this"));
    let listed = number
        && (lower(&found, n - 2 - the) == "and" || the > 0 && lower(&found, n - 3) == "and")
        && bare(slice(last, found[n - 1].to..)).is_empty();
    if !counts || !listed {
        return text.to_owned();
    }
    let said = format!("{}the count.", slice(last, ..found[n - 1 - the].from));
    first.iter().copied().chain([said.as_str()]).collect::<Vec<_>>().join(" ")
}

fn listed(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|w| w == word)
}

fn is_number(word: &str) -> bool {
    matches!(word, "count" | "counts" | "number" | "numbers" | "tally")
}

/// Where such an order is said, and whether the largest comes first.
fn spans(text: &str, found: &Words) -> Option<(usize, usize, bool)> {
    for at in 0..found.len() {
        let article =
            |n: usize| n + usize::from(matches!(lower(found, n), "the" | "this" | "that" | "their" | "its"));
        let ends = |n: usize| {
            let rest = slice(text, found[n - 1].to..).trim_start();
            rest.is_empty() || rest.starts_with(['.', ',', ';', '?', '!'])
        };
        // "sorted by the count, largest first"
        let sorts = matches!(
            lower(found, at),
            "sort" | "sorted" | "order" | "ordered" | "arrange" | "arranged" | "ranked"
        );
        let it = at + 1 + usize::from(matches!(lower(found, at + 1), "it" | "them" | "these"));
        if sorts && lower(found, it) == "by" {
            let noun = article(it + 1);
            if let Some((n, down)) = is_number(lower(found, noun)).then(|| way(found, noun + 1)).flatten()
                && (ends(n) || n >= found.len())
            {
                return Some((found[at].from, found[n - 1].to, down));
            }
        }
        // "in descending order of this number"
        let direction = listed(DOWN, lower(found, at)) || listed(UP, lower(found, at));
        if direction && lower(found, at + 1) == "order" && matches!(lower(found, at + 2), "of" | "by") {
            let noun = article(at + 3);
            let told = noun > at + 3 || lower(found, noun) == "count" || lower(found, noun) == "counts";
            if told && is_number(lower(found, noun)) && lower(found, noun + 1) != "of" {
                let from = at - usize::from(at > 0 && lower(found, at - 1) == "in");
                return Some((found[from].from, found[noun].to, listed(DOWN, lower(found, at))));
            }
        }
        // "biggest number at the top", "largest count first"
        let size = listed(LARGE, lower(found, at)) || listed(SMALL, lower(found, at));
        if size && is_number(lower(found, at + 1)) {
            let n = match (lower(found, at + 2), lower(found, at + 3), lower(found, at + 4)) {
                ("first", _, _) => 3,
                ("at" | "on", "the", "top") => 5,
                ("on", "top", _) => 4,
                ("should", "come", "first") => 5,
                ("comes", "first", _) => 4,
                _ => continue,
            };
            let from = at - usize::from(at > 0 && lower(found, at - 1) == "the");
            let opens = slice(text, ..found[from].from).trim_end().ends_with(['.', ',', '?', ';']);
            if opens && (at + n >= found.len() || ends(at + n)) {
                return Some((found[from].from, found[at + n - 1].to, listed(LARGE, lower(found, at))));
            }
        }
    }
    None
}

/// Which way it goes, and where the words for it end.
fn way(found: &Words, at: usize) -> Option<(usize, bool)> {
    let from = at + usize::from(lower(found, at) == "in");
    let one = lower(found, from);
    if listed(DOWN, one) || listed(UP, one) {
        let order = usize::from(lower(found, from + 1) == "order");
        return Some((from + 1 + order, listed(DOWN, one)));
    }
    if (listed(LARGE, one) || listed(SMALL, one)) && lower(found, from + 1) == "first" {
        return Some((from + 2, listed(LARGE, one)));
    }
    if one == "from" {
        let the = from + 1 + usize::from(lower(found, from + 1) == "the");
        let to = the + 1;
        let last = to + 1 + usize::from(lower(found, to + 1) == "the");
        let (a, b) = (lower(found, the), lower(found, last));
        let both = lower(found, to) == "to"
            && (listed(LARGE, a) && listed(SMALL, b) || listed(SMALL, a) && listed(LARGE, b));
        return both.then_some((last + 1, listed(LARGE, a)));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::sorted;

    #[test]
    fn orders_are_said_one_way() {
        for (said, plain) in [
            (
                "number of cafes by town sorted by count desc",
                "number of cafes by town in descending order of count.",
            ),
            (
                "How many cafes has each town? Order by the count descending.",
                "How many cafes has each town in descending order of count?",
            ),
            (
                "Count cafes per town, biggest number at the top.",
                "Count cafes per town in descending order of count.",
            ),
            (
                "Show the number of cafes in descending order of this number.",
                "Show the number of cafes in descending order of count.",
            ),
            ("number of cafes by town sorted by town", "number of cafes by town sorted by town"),
        ] {
            assert_eq!(sorted(said), plain);
        }
    }
}
