//! Names that were written in one word, as `basePrice` is once a server has taken its capitals: which words they are
//! put together from. Only words that names often begin or end with are looked for.

use super::words::lemma;

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

/// English words that only look like two.
const WHOLE: &[&str] = &[
    "account",
    "backorder",
    "bandwidth",
    "baseball",
    "basement",
    "birthday",
    "birthplace",
    "breakpoints",
    "candidate",
    "coffee",
    "checkpoint",
    "checkpoints",
    "conform",
    "corporate",
    "discount",
    "disorder",
    "endangered",
    "endless",
    "endorsed",
    "endpoint",
    "endpoints",
    "endurance",
    "everyday",
    "generate",
    "headphone",
    "holiday",
    "lifetime",
    "mandate",
    "maximum",
    "microphone",
    "mineral",
    "minerals",
    "minimum",
    "minister",
    "ministry",
    "minority",
    "minute",
    "minutes",
    "moderate",
    "nickname",
    "operate",
    "overrate",
    "oversize",
    "overtime",
    "overweight",
    "perform",
    "platform",
    "playgroup",
    "preorder",
    "productivity",
    "prototype",
    "recorder",
    "recount",
    "reorder",
    "retotal",
    "revalue",
    "reweight",
    "saturday",
    "separate",
    "smartphone",
    "someday",
    "sometime",
    "subgroup",
    "subtitle",
    "subtotal",
    "surname",
    "telephone",
    "thursday",
    "toffee",
    "transform",
    "tuesday",
    "turnkey",
    "underrate",
    "underweight",
    "uniform",
    "update",
    "username",
    "wavelength",
    "wednesday",
    "weekday",
    "workday",
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

/// `baseprice` → base, price.
pub(super) fn unfused(word: &str) -> Option<(&str, &str)> {
    let cut = SHORT_ENDINGS.iter().find_map(|end| Some((word.strip_suffix(end)?, *end)));
    if let Some((head, end)) =
        cut.filter(|(head, _)| head.len() >= 3 && head.chars().all(|c| c.is_ascii_alphabetic()))
    {
        return Some((head, end));
    }
    let whole = |word: &str| WHOLE.contains(&word);
    if word.len() < 7 || !word.is_ascii() || whole(word) || whole(&lemma(word)) {
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
    tail.chain(head).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_apart_where_words_meet() {
        assert_eq!(unfused("baseprice"), Some(("base", "price")));
        assert_eq!(unfused("checkin"), Some(("check", "in")));
        assert_eq!(unfused("lastname"), Some(("last", "name")));
        assert_eq!(unfused("leftdt"), Some(("left", "dt")));
        for word in
            ["update", "ordered", "starting", "discount", "price", "productions", "ministers", "endings"]
        {
            assert_eq!(unfused(word), None, "{word}");
        }
    }
}
