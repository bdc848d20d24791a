//! Tails that ask for how many: "complaints per status, with counts"; and remarks on how a share is told: "in percent".

use super::{bare, slice, words};

/// "Orders per channel, with counts": the number of them.
pub(super) fn counts(text: &str) -> Option<String> {
    const TAILS: &[&str] = &[
        ", with counts",
        ", with the counts",
        ", with their counts",
        ", with the count",
        ", with a count",
        " with counts",
        ", counts only",
        ", and their count",
    ];
    let body = bare(text);
    let lower = body.to_ascii_lowercase();
    let tail = TAILS.iter().find(|t| lower.ends_with(**t))?;
    let head = slice(body, ..body.len() - tail.len()).trim();
    let found = words(head);
    let first = found.first()?.lower.as_str();
    let asks = matches!(
        first,
        "show"
            | "list"
            | "which"
            | "who"
            | "what"
            | "how"
            | "give"
            | "find"
            | "count"
            | "the"
            | "number"
            | "return"
    );
    let at = found.iter().position(|w| matches!(w.lower.as_str(), "per" | "by"))?;
    // "orders per channel": nothing but what is counted stands before.
    let plain = (1..=3).contains(&at) && found.len() - at <= 4 && !head.contains([',', '.', '?']);
    (plain && !asks).then(|| {
        let mut chars = head.chars();
        let first: String = chars.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
        format!("Number of {first}{}", chars.as_str())
    })
}

/// "Share of orders, in percent, that …", "for which at least one refund exists".
pub(super) fn shares(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let mut out = text.to_owned();
    if lower.contains("share of ")
        && let Some(at) = lower.find(", in percent,")
    {
        out.replace_range(at..at + ", in percent,".len(), "");
    }
    let lower = out.to_ascii_lowercase();
    if let Some(at) = lower.find("for which at least one ") {
        let rest = slice(&out, at + "for which at least one ".len()..);
        let found = words(rest);
        let exists = found.iter().position(|w| w.lower == "exists").filter(|n| (1..=3).contains(n))?;
        let noun = slice(rest, ..found[exists].from).trim().to_owned();
        let after = slice(rest, found[exists].to..).to_owned();
        if bare(&after).is_empty() {
            out = format!("{}with at least one {noun}{after}", slice(&out, ..at));
        }
    }
    (out != text).then_some(out)
}

/// "What % of guests have …?": what percentage.
pub(super) fn percent(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let at = lower
        .find("% of ")
        .filter(|at| slice(text, ..*at).trim_end().chars().last().is_none_or(|c| !c.is_ascii_digit()))?;
    let glue = if slice(text, ..at).ends_with(' ') || at == 0 { "" } else { " " };
    Some(format!("{}{glue}percentage of {}", slice(text, ..at), slice(text, at + "% of ".len()..)))
}
