//! Names that were written in one word, as `basePrice` is once a server has taken its capitals: which words they are
//! put together from. Either all of it is words of English, or it begins or ends with a word that names often do.

use super::words::{is_one_word, long_form, rank};

const ENDINGS: &[&str] = &[
    "address",
    "amount",
    "area",
    "balance",
    "code",
    "cost",
    "count",
    "country",
    "date",
    "day",
    "description",
    "distance",
    "duration",
    "email",
    "fee",
    "form",
    "format",
    "group",
    "hours",
    "income",
    "key",
    "length",
    "level",
    "location",
    "minutes",
    "name",
    "number",
    "occupancy",
    "order",
    "percent",
    "phone",
    "points",
    "population",
    "position",
    "price",
    "quantity",
    "rate",
    "rating",
    "salary",
    "score",
    "size",
    "status",
    "time",
    "title",
    "total",
    "type",
    "url",
    "value",
    "weight",
    "width",
    "year",
];

/// The same, written short: no English word ends with them.
const SHORT_ENDINGS: &[&str] = &["amt", "cd", "dt", "nm", "qty", "yr"];

const BEGINNINGS: &[&str] = &[
    "average",
    "avg",
    "base",
    "birth",
    "check",
    "current",
    "customer",
    "department",
    "employee",
    "end",
    "first",
    "full",
    "last",
    "max",
    "maximum",
    "middle",
    "min",
    "minimum",
    "order",
    "phone",
    "product",
    "release",
    "start",
    "student",
    "total",
    "unit",
    "zip",
];

/// What follows the beginning of a word that is one.
const SUFFIXES: &[&str] = &[
    "eral",
    "erals",
    "ibus",
    "ibuses",
    "ings",
    "ional",
    "ions",
    "isters",
    "istries",
    "ities",
    "ivan",
    "ivans",
    "ively",
    "iveness",
    "ment",
    "ments",
    "orsement",
    "orsements",
    "owment",
    "owments",
];

/// Letters that end a name and are no word.
const LAST: &str = "id no nm cd dt yr hp km kg cm mm nr hr pk fk ht wt in out by at on up to";

/// Those that begin one.
const FIRST: &str = "is has no id yr dt";

/// Short words between two others.
const BETWEEN: &str = "of per by";

/// What is a word by itself, and at the end of one nearly always a part of it: "billable", "membership", "occurred".
const PARTS: &str = "able ably age ages ant ants ary ate ation dom ed ery ful fully hood ibility ible ility ion ions ish ism ist \
    ists king kings less like likes ling man men ment ness ory ous ping red ring rings ship ships sing some ted ties ting tion \
    ward wards wing wise ability ding";

/// What is told in metres.
const LENGTHS: [&str; 7] = ["altitude", "depth", "distance", "elevation", "height", "length", "width"];

/// Abbreviations beside those that are always written out.
const SHORT: &str = "exp hrs ltr yrs";

/// `baseprice` → base, price; `accountowneremail` → account, owner, email.
pub(super) fn unfused(word: &str) -> Option<Vec<&str>> {
    if word.len() >= 6
        && word.bytes().all(|c| c.is_ascii_lowercase())
        && !is_one_word(word)
        && let Some(words) = of_words(word)
    {
        return Some(words);
    }
    // `depthm` is in metres.
    if let Some(size) = word.strip_suffix('m').filter(|size| LENGTHS.contains(size)) {
        return Some(vec![size, "m"]);
    }
    let cut = SHORT_ENDINGS.iter().find_map(|end| Some((word.strip_suffix(end)?, *end)));
    if let Some((head, end)) =
        cut.filter(|(head, _)| head.len() >= 3 && head.chars().all(|c| c.is_ascii_alphabetic()))
    {
        return Some(vec![head, end]);
    }
    if word.len() < 7 || !word.is_ascii() || is_one_word(word) {
        return None;
    }
    let tail = ENDINGS
        .iter()
        .filter_map(|end| Some((word.strip_suffix(end)?, *end)))
        .filter(|(head, _)| head.len() >= 2);
    let head = BEGINNINGS.iter().filter_map(|head| Some((*head, word.strip_prefix(head)?)));
    // "ordered" is no order-ed, and "productions" are no product-ions.
    let head = head.filter(|(_, tail)| {
        tail.len() >= 4 && !SUFFIXES.contains(tail) || matches!(*tail, "in" | "out" | "id")
    });
    tail.chain(head).next().map(|(head, tail)| vec![head, tail])
}

/// The most words that one name is taken to be.
const MOST: usize = 4;

/// The words, all of them known, that letters are most likely put together from: few and common ones.
fn of_words(word: &str) -> Option<Vec<&str>> {
    let mut best: Vec<Option<(f32, Vec<&str>)>> = vec![None; word.len() + 1];
    best[0] = Some((0.0, Vec::new()));
    for from in 0..word.len() {
        let Some((so_far, words)) = best[from].clone().filter(|(_, words)| words.len() < MOST) else {
            continue;
        };
        for to in from + 2..=word.len() {
            let piece = &word[from..to];
            let Some(rarity) =
                (piece.len() < word.len()).then(|| rarity(piece, from == 0, to == word.len())).flatten()
            else {
                continue;
            };
            let sum = so_far + rarity;
            if best[to].as_ref().is_none_or(|(other, _)| sum < *other) {
                best[to] = Some((sum, words.iter().copied().chain([piece]).collect()));
            }
        }
    }
    best.pop().flatten().map(|(_, words)| words)
}

/// How unlikely a piece is as a word of a name, the logarithm of how many words are more common; none for what is no word.
fn rarity(piece: &str, first: bool, last: bool) -> Option<f32> {
    /// Any further word is unlikely.
    const ANOTHER: f32 = 2.0;
    const OF_NAMES: f32 = 6.0;
    const LETTERS: f32 = 8.0;
    const RARE: usize = 12_000;
    let among = |list: &str| list.split_ascii_whitespace().any(|w| w == piece);
    if ENDINGS.contains(&piece) || BEGINNINGS.contains(&piece) {
        return Some(ANOTHER + OF_NAMES);
    }
    if last && among(PARTS) {
        return None;
    }
    if piece.len() >= 3 && (long_form(piece).is_some() || among(SHORT)) {
        return Some(ANOTHER + LETTERS);
    }
    // Rare ones, and inflections: "mooring".
    let rare = || (piece.len() >= 5 && is_one_word(piece)).then_some(RARE);
    if let Some(rank) = rank(piece).or_else(rare).filter(|_| piece.len() >= 3) {
        // Three letters are often no word but part of one; and of the most common ones, one is as likely as another.
        let part = if piece.len() == 3 { 1.5 } else { 0.0 };
        return Some(ANOTHER + ((rank + 300) as f32).ln() + part);
    }
    let tied = last && among(LAST) || first && among(FIRST) || !first && !last && among(BETWEEN);
    tied.then_some(ANOTHER + LETTERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_where_words_meet() {
        for (name, words) in [
            ("baseprice", vec!["base", "price"]),
            ("checkin", vec!["check", "in"]),
            ("lastname", vec!["last", "name"]),
            ("leftdt", vec!["left", "dt"]),
            ("yropened", vec!["yr", "opened"]),
            ("boatowner", vec!["boat", "owner"]),
            ("haslights", vec!["has", "lights"]),
            ("labourhrs", vec!["labour", "hrs"]),
            ("depthm", vec!["depth", "m"]),
            ("mooringcontract", vec!["mooring", "contract"]),
            ("tankcapacityltr", vec!["tank", "capacity", "ltr"]),
            ("acceptedanswerid", vec!["accepted", "answer", "id"]),
            // Not all of it is a word.
            ("mechname", vec!["mech", "name"]),
        ] {
            assert_eq!(unfused(name), Some(words), "{name}");
        }
        for word in [
            "update",
            "ordered",
            "starting",
            "discount",
            "price",
            "productions",
            "ministers",
            "endings",
            "keyword",
            "billable",
            "occurred",
            "membership",
            "workshops",
            "invoice",
            "bestellung",
            "thesis",
        ] {
            assert_eq!(unfused(word), None, "{word}");
        }
    }
}
