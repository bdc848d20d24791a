//! Orders of time: "order by year", which is how years go anyway, "in chronological order of opening".

use super::{
    dated::Dates,
    is_mark, lower,
    order_ends::named,
    orders::{is_sorting, ordered},
};
use crate::offline::{lexicon::Lexicon, words::Token};
use rowcall_core::Catalogue;

/// "in chronological order of opening", "in order of date": by the date of it.
pub(super) fn chronological(tokens: &mut Vec<Token>, dates: &Dates<'_>) {
    for at in (1..tokens.len()).rev() {
        let used = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("in", "chronological" | "date", "order") => 3,
            ("in", "order", "of") if matches!(lower(tokens, at + 3), "date" | "time") => 4,
            ("chronologically", ..) => 1,
            _ => continue,
        };
        let of = matches!(lower(tokens, at + used), "of" | "by") && is_mark(tokens, at + used + 2);
        let (date, end) = if of {
            (dates.called_after(lower(tokens, at + used + 1)), at + used + 2)
        } else if is_mark(tokens, at + used) {
            let said =
                named(&tokens[..at], dates.lexicon, dates.catalogue, |column, _| column.kind.is_temporal());
            (said.or_else(|| dates.first_rows(&tokens[..at])), at + used)
        } else {
            continue;
        };
        let Some(by) = date else { continue };
        let mut from = at;
        while from > 1
            && (is_sorting(lower(tokens, from - 1)) || matches!(lower(tokens, from - 1), "," | "put"))
        {
            from -= 1;
        }
        tokens.splice(from..end, ordered(by, false));
        return;
    }
}

/// "Show the year and the number": the year is what it is split by, unless one is kept.
fn shown_anyway(tokens: &mut Vec<Token>, step: &str, lexicon: &Lexicon, catalogue: &Catalogue) {
    if lexicon.columns_for(&[step], catalogue).first().is_some_and(|(_, s)| *s >= 0.95) {
        return;
    }
    let Some(split) = (1..tokens.len()).find(|i| lower(tokens, *i) == step) else { return };
    let Some(show) = (split + 1..tokens.len())
        .find(|i| matches!(lower(tokens, *i), "show" | "give" | "list" | "return" | "include"))
    else {
        return;
    };
    let the = show + 1 + usize::from(matches!(lower(tokens, show + 1), "the" | "me"));
    let used = usize::from(lower(tokens, the) == step);
    let joined = usize::from(
        matches!(lower(tokens, the + used), "and") || tokens.get(the + used).is_some_and(|t| t.text == ","),
    );
    if used == 1 && joined == 1 {
        let again = lower(tokens, the + 2) == "the" && lower(tokens, the - 1) == "the";
        tokens.drain(the - usize::from(again)..the + 2);
    }
}

/// "Order by year.", "in chronological order", where the years are what it is split by: their order is that of time.
pub(super) fn in_time(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    const STEPS: [&str; 5] = ["year", "month", "quarter", "week", "day"];
    let step = STEPS.into_iter().find(|step| {
        (1..tokens.len()).any(|i| {
            lower(tokens, i) == *step
                && matches!(lower(tokens, i - 1), "each" | "every" | "per" | "by" | "in")
                && !matches!(
                    lower(tokens, i.saturating_sub(2)),
                    "order" | "sort" | "sorted" | "ordered" | "last" | "this"
                )
        })
    });
    let Some(step) = step else { return };
    shown_anyway(tokens, step, lexicon, catalogue);
    for at in (1..tokens.len()).rev() {
        let n = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("order" | "sort" | "ordered" | "sorted", "by", next) if next == step || next == "time" => 3,
            ("order" | "sort" | "ordered" | "sorted", "by", "the") if lower(tokens, at + 3) == step => 4,
            ("in", "chronological", "order") => 3,
            ("in", "order", "of") if [step, "time"].contains(&lower(tokens, at + 3)) => 4,
            ("chronologically", _, _) => 1,
            _ => continue,
        };
        if !is_mark(tokens, at + n) {
            continue;
        }
        let mut from = at;
        while from > 1 && (matches!(lower(tokens, from - 1), "and" | "the" | "results" | "it" | ",")) {
            from -= 1;
        }
        tokens.drain(from..at + n);
    }
}
