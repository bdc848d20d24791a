//! Names that are asked for by the verb: "What is it called?", "the planes and what they are called", "How are they named?",
//! "What are the clubs called that meet on Mondays?".

use super::{Words, bare, instead, lower, slice, words};

/// Asks for the names instead.
pub(super) fn called(question: &str) -> String {
    let mut text = question.to_owned();
    for _ in 0..3 {
        let Some(plain) = of_pronoun(&text).or_else(|| of_things(&text)) else { break };
        text = plain;
    }
    text
}

fn is_called(word: &str) -> bool {
    matches!(word, "called" | "named" | "titled")
}

/// The words that follow "called" do not name something: it is asked for.
fn is_asked(text: &str, found: &Words, at: usize) -> bool {
    let rest = slice(text, found[at].to..).trim_start();
    if rest.starts_with(['"', '\'', '“', '‘']) {
        return false;
    }
    rest.is_empty()
        || rest.starts_with([',', '.', '?', '!', ';'])
        || matches!(
            lower(found, at + 1),
            "and" | "that" | "which" | "who" | "where" | "whose" | "if" | "with"
        )
}

/// "what they are called", "how is it called": their names, its name.
fn of_pronoun(text: &str) -> Option<String> {
    let found = words(text);
    let one = |w: &str| matches!(w, "it" | "he" | "she");
    for at in 0..found.len().saturating_sub(3) {
        let asks = matches!(lower(&found, at), "what" | "how");
        let (verb, who) = match (lower(&found, at + 1), lower(&found, at + 2)) {
            (v @ ("is" | "are"), p) if one(p) || p == "they" => (v, p),
            (p, v @ ("is" | "are")) if one(p) || p == "they" => (v, p),
            // "what's it called"
            _ => continue,
        };
        if !asks || verb.is_empty() || !is_called(lower(&found, at + 3)) || !is_asked(text, &found, at + 3) {
            continue;
        }
        let name = if one(who) { "its name" } else { "their names" };
        let head = slice(text, ..found[at].from).trim_end();
        let alone = head.is_empty() || head.ends_with(['.', '?', '!', ';']);
        let ends = slice(text, found[at + 3].to..).trim_start();
        // A sentence of its own, or the last clause of one.
        if alone || head.ends_with(',') && (ends.is_empty() || ends.starts_with(['?', '.'])) {
            let head = head.trim_end_matches(',');
            let ended = if head.is_empty() || head.ends_with(['.', '?', '!', ';']) { "" } else { "." };
            let space = if head.is_empty() { "" } else { " " };
            let tail = ends.strip_prefix('?').map_or_else(|| format!(" {ends}"), |rest| format!(".{rest}"));
            return Some(format!("{head}{ended}{space}Show {name}{}", tail.trim_end()));
        }
        return Some(instead(text, found[at].from, found[at + 3].to, name));
    }
    None
}

/// "What are the clubs called that meet on Mondays?", "what the plane on flight 99 is called": the names of them.
fn of_things(text: &str) -> Option<String> {
    let found = words(text);
    for at in 0..found.len() {
        let asks = matches!(lower(&found, at), "what" | "how" | "what's");
        if !asks {
            continue;
        }
        let Some(end) = (at + 2..found.len().min(at + 16)).find(|n| is_called(lower(&found, *n))) else {
            continue;
        };
        if !is_asked(text, &found, end) {
            continue;
        }
        let short = lower(&found, at) == "what's";
        let verb = |n: usize| matches!(lower(&found, n), "is" | "are" | "was" | "were");
        // "how are called the aircraft that …" is not English, and clear.
        if verb(at + 1) && end == at + 2 && lower(&found, end + 1) == "the" {
            return Some(instead(text, found[at].from, found[end].to, "the names of"));
        }
        let thing = if short {
            at + 1..end
        } else if verb(at + 1) {
            at + 2..end
        } else if verb(end - 1) {
            at + 1..end - 1
        } else {
            continue;
        };
        if thing.is_empty()
            || slice(text, found[thing.start].from..found[thing.end - 1].to).contains([',', '?', '.', ';'])
        {
            continue;
        }
        let several = lower(&found, if verb(at + 1) { at + 1 } else { end - 1 }) == "are" && !short;
        let name = if several { "names" } else { "name" };
        let what = slice(text, found[thing.start].from..found[thing.end - 1].to);
        let alone = slice(text, ..found[at].from).trim_end();
        let head = if alone.is_empty() || alone.ends_with(['.', '?', '!']) { "Show the" } else { "the" };
        let tail = slice(text, found[end].to..);
        let tail = if head == "Show the" && bare(tail).is_empty() { "." } else { tail };
        return Some(instead(
            &format!("{}{tail}", slice(text, ..found[end].to)),
            found[at].from,
            found[end].to,
            &format!("{head} {name} of {what}"),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn names_are_asked_for() {
        for (said, plain) in [
            (
                "Tell me what they are called and what distance they have.",
                "Tell me their names and what distance they have.",
            ),
            (
                "I look for the schools in Rome, what are they called?",
                "I look for the schools in Rome. Show their names.",
            ),
            (
                "What are the planes called that do two flights?",
                "Show the names of the planes that do two flights?",
            ),
            (
                "What's the dormitory called that was built in 1968?",
                "Show the name of the dormitory that was built in 1968?",
            ),
            (
                "Tell me what the airplane on flight 99 is called.",
                "Tell me the name of the airplane on flight 99.",
            ),
            (
                "Which meets took place at a venue called Victoria Ground?",
                "Which meets took place at a venue called Victoria Ground?",
            ),
            ("What is the club called Chess worth?", "What is the club called Chess worth?"),
        ] {
            assert_eq!(called(said), plain);
        }
    }
}
