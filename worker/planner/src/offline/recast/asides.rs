//! What is said beside a question and changes nothing of it: "A customer is on the phone: what's …", "sold or not", "cancelled
//! ones included", and what only explains what was just said: "still ongoing, i.e. have no end date".

use super::{instead, is_one_of, lower, slice, words};

/// Leaves it out.
pub(super) fn asides(question: &str) -> String {
    let mut text = question.to_owned();
    for plainer in [preface, that_is, or_not, included] {
        text = plainer(&text).unwrap_or(text);
    }
    text
}

/// "A customer is on the phone: what's the tracking number of order 12?", "Quick question: how many …"
fn preface(text: &str) -> Option<String> {
    let colon = text.find(": ")?;
    let (scene, rest) = (slice(text, ..colon), slice(text, colon + 2..).trim_start());
    let before = words(scene);
    let after = words(rest);
    let asks = is_one_of(
        "what what's which who whose how when where list show give name find",
        &lower(&after, 0).replace('’', "'"),
    );
    // "For completed orders: how many …" is a condition, and "those who …" speaks of the scene.
    let tells = (1..before.len()).any(|at| {
        is_one_of("is am are needs need wants want asks asked says have has got", lower(&before, at))
    }) || is_one_of("quick one another my a", lower(&before, 0))
        && is_one_of("question thing", lower(&before, before.len().saturating_sub(1)));
    let points =
        after.iter().any(|w| is_one_of("he she they his her their those these them it its that", &w.lower));
    let opens =
        is_one_of("for of among in by considering given per show list which what who how", lower(&before, 0));
    let plain = !scene.contains(char::is_numeric) && !scene.contains(['?', '"', '\'']) && before.len() <= 12;
    // Names of people and things are no scenery.
    let named = before
        .iter()
        .skip(1)
        .any(|w| slice(scene, w.from..w.to).starts_with(char::is_uppercase) && w.lower != "i");
    (asks && tells && !points && !opens && plain && !named).then(|| rest.to_owned())
}

/// "are still ongoing, i.e. have no end date": have no end date. "tasks still open, meaning neither done nor cancelled".
fn that_is(text: &str) -> Option<String> {
    const MARKS: &[&str] = &[
        ", i.e. ",
        ", i.e., ",
        " (i.e. ",
        ", ie ",
        ", that is, ",
        ", meaning ",
        " (meaning ",
        ", in other words ",
    ];
    let (at, mark) = MARKS.iter().find_map(|mark| text.find(mark).map(|at| (at, *mark)))?;
    let (head, tail) = (slice(text, ..at), slice(text, at + mark.len()..));
    let bracket = mark.contains('(');
    let tail = if bracket { tail.replacen(')', "", 1) } else { tail.to_owned() };
    let before = words(head);
    let after = words(&tail);
    let verb = lower(&after, 0);
    let be = (1..before.len()).rev().take(6).find(|n| is_one_of("are is were was been", lower(&before, *n)));
    // "… have been taken offline, i.e. are no longer active?"
    if is_one_of("have has are is were was had did do does", verb) {
        let mut be = be?;
        while be > 1 && is_one_of("have has had been", lower(&before, be - 1)) {
            be -= 1;
        }
        return Some(format!("{} {tail}", slice(head, ..before[be].from).trim_end()));
    }
    // "tasks still open, meaning neither done nor cancelled"
    let denies = is_one_of("neither not never no without with", verb);
    let still = (1..before.len()).rev().take(4).find(|n| is_one_of("still currently", lower(&before, *n)));
    match (denies, be.or(still)) {
        (true, Some(n)) if is_one_of("still currently", lower(&before, n)) => {
            let are =
                if is_one_of("without with", verb) || is_one_of("are is were was", lower(&before, n - 1)) {
                    ""
                } else {
                    "that are "
                };
            Some(format!("{} {are}{tail}", slice(head, ..before[n].from).trim_end()))
        }
        (true, Some(n)) => Some(format!("{} {tail}", slice(head, ..before[n].to))),
        _ => None,
    }
}

/// ", sold or not", "whether paid out or not": either way.
fn or_not(text: &str) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| lower(&found, *at) == "not" && lower(&found, at - 1) == "or")?;
    let whether = (at.saturating_sub(6)..at).rev().find(|n| lower(&found, *n) == "whether");
    let comma = slice(text, ..found[at].from).rfind([',', '(']);
    let from = match (whether, comma) {
        (Some(n), _) => found[n].from,
        (None, Some(comma)) if words(slice(text, comma..found[at].from)).len() <= 4 => comma,
        _ => return None,
    };
    let head = slice(text, ..from).trim_end().trim_end_matches([',', '(']).trim_end();
    let tail = slice(text, found[at].to..).trim_start_matches(')');
    Some(format!("{head}{tail}"))
}

/// "cancelled orders included", "the sold ones included", "including people who have left since": all of them.
fn included(text: &str) -> Option<String> {
    let found = words(text);
    let at = (2..found.len()).find(|at| {
        let ends = {
            let rest = slice(text, found[*at].to..).trim_start();
            rest.is_empty() || rest.starts_with(['.', '?', '!', ')', ';', ','])
        };
        lower(&found, *at) == "included" && ends
    })?;
    let comma = slice(text, ..found[at].from).rfind([',', '('])?;
    let inner = words(slice(text, comma..found[at].from));
    if inner.is_empty()
        || inner.len() > 5
        || inner.iter().any(|w| is_one_of("not is are be should must only", &w.lower))
    {
        return None;
    }
    Some(instead(text, comma, found[at].to, "").replacen("()", "", 1))
}

#[cfg(test)]
mod tests {
    use super::asides;

    #[test]
    fn what_changes_nothing_goes() {
        assert_eq!(
            asides("A customer is on the phone: what's the status of order 12?"),
            "what's the status of order 12?"
        );
        assert_eq!(asides("For paid orders: what is the total?"), "For paid orders: what is the total?");
        assert_eq!(
            asides("How many runs are still going on, i.e. have no end date?"),
            "How many runs have no end date?"
        );
        assert_eq!(
            asides("Which tasks are still open, meaning neither done nor cancelled?"),
            "Which tasks are neither done nor cancelled?"
        );
        assert_eq!(asides("Vehicles at the yard, please, sold or not."), "Vehicles at the yard, please.");
        assert_eq!(asides("Units per category, cancelled orders included?"), "Units per category?");
    }
}
