//! When two questions are the same one, and when the same question still has the same answer. Plain rules on the words:
//! what is remembered must not depend on who planned it.

use crate::id::RunId;
use uuid::Uuid;

/// The longest term of a glossary, in characters, and the most words in it.
pub const TERM_CHARS: usize = 60;
/// See [`TERM_CHARS`].
pub const TERM_WORDS: usize = 6;
/// The longest meaning of a term, in characters.
pub const MEANING_CHARS: usize = 300;

/// A question without what does not matter in it: case (but within quotes), white space, and the mark at its end.
/// Equal keys are the same question.
pub fn question_key(question: &str) -> String {
    let words: Vec<&str> = question.split_whitespace().collect();
    let text = words.join(" ");
    let text = text.trim_end_matches(['?', '!', '.', ' ']);
    let mut quoted = None;
    let mut before = ' ';
    text.chars()
        .flat_map(|c| {
            match quoted {
                Some(mark) if c == mark => quoted = None,
                None if c == '"' || (c == '\'' && !before.is_alphanumeric()) => quoted = Some(c),
                _ => {}
            }
            before = c;
            let lower: Vec<char> = if quoted.is_some() { vec![c] } else { c.to_lowercase().collect() };
            lower
        })
        .collect()
}

/// The key of a term: lower case, words apart by one space.
pub fn term_key(term: &str) -> String {
    term.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a question can be understood without what was said before it.
pub fn stands_alone(question: &str) -> bool {
    const OPENINGS: &[&str] =
        &["and", "only", "also", "instead", "same", "then", "but", "now", "again", "just"];
    const REFERENCES: &[&str] = &[
        "it", "its", "them", "they", "their", "theirs", "those", "these", "that", "he", "she", "him", "her",
        "his", "hers", "same", "above", "previous", "former", "latter", "ones",
    ];
    let words = plain_words(question);
    let opens = words.first().is_some_and(|w| OPENINGS.contains(&w.as_str()));
    let about = matches!(words.first().map(String::as_str), Some("what" | "how"))
        && words.get(1).is_some_and(|w| w == "about");
    // "that" also begins a clause: "customers that have no orders".
    let refers = words.iter().enumerate().any(|(at, w)| {
        REFERENCES.contains(&w.as_str())
            && !(w == "that" && at > 0 && words.get(at + 1).is_some_and(|next| is_verb_of_clause(next)))
    });
    words.len() > 1 && !opens && !about && !refers
}

fn is_verb_of_clause(word: &str) -> bool {
    const VERBS: &[&str] = &[
        "have", "has", "had", "are", "is", "was", "were", "do", "does", "did", "can", "will", "never",
        "cost", "contain", "start", "begin", "end", "belong", "live", "work",
    ];
    VERBS.contains(&word)
}

/// Whether a question asks for the same days on every day. `sql` is the statement that answered it: one without a day
/// in it does not depend on the calendar; one with days does unless the question named a year and nothing relative.
pub fn fixed_in_time(question: &str, sql: &str) -> bool {
    const RELATIVE: &[&str] = &[
        "today",
        "yesterday",
        "tomorrow",
        "tonight",
        "now",
        "current",
        "currently",
        "this",
        "last",
        "next",
        "past",
        "previous",
        "recent",
        "recently",
        "ago",
        "coming",
        "upcoming",
        "ytd",
        "mtd",
        "qtd",
    ];
    if !names_a_day(sql) {
        return true;
    }
    let words = plain_words(question);
    let year = words.iter().any(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()));
    year && !words.iter().any(|w| RELATIVE.contains(&w.as_str()))
}

/// Whether a text has something like `2025-03-01` in it.
fn names_a_day(sql: &str) -> bool {
    sql.as_bytes().windows(10).any(|w| {
        w.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() })
    })
}

fn plain_words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The event key of a correction of `run`: the same correction twice is one wish, another `digest` is another. The key
/// itself says what is corrected, on every platform.
pub fn correction_key(run: RunId, digest: &str) -> String {
    format!("{}:edit:{digest}", run.0.simple())
}

/// The run that an event with this key corrects, if it does; with or without a platform's name before it.
pub fn corrected_run(key: &str) -> Option<RunId> {
    let (before, _) = key.split_once(":edit:")?;
    let run = before.rsplit(':').next()?;
    Uuid::try_parse(run).ok().filter(|_| run.len() == 32).map(RunId)
}

/// A term and its meaning, out of `term = meaning`, `term: meaning` or `term means meaning`.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn read_definition(text: &str) -> Result<(String, String), String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let separators = [" = ", "=", " means ", " is ", ": "];
    let (term, meaning) = separators
        .iter()
        .find_map(|separator| text.split_once(separator))
        .ok_or_else(|| "There is no \"=\" in it.".to_owned())?;
    let unquoted = |text: &str| text.trim().trim_matches(['"', '“', '”']).trim().to_owned();
    let (term, meaning) = (unquoted(term), unquoted(meaning));
    if term.is_empty() || !term.chars().any(char::is_alphanumeric) {
        return Err("There is no word before the \"=\".".to_owned());
    }
    if meaning.is_empty() {
        return Err("There is no meaning behind the \"=\".".to_owned());
    }
    if term.chars().count() > TERM_CHARS || term.split(' ').count() > TERM_WORDS {
        return Err(format!("A word may have {TERM_WORDS} parts and {TERM_CHARS} characters at most."));
    }
    if meaning.chars().count() > MEANING_CHARS {
        return Err(format!("A meaning may have {MEANING_CHARS} characters at most."));
    }
    if term.chars().chain(meaning.chars()).any(|c| c.is_control()) {
        return Err("It holds characters that cannot be seen.".to_owned());
    }
    Ok((term, meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_key() {
        let key = question_key("How many  orders are there?");
        assert_eq!(key, "how many orders are there");
        assert_eq!(question_key(" how MANY orders are there "), key);
        assert_ne!(question_key("How many orders are there > 5?"), key);
        assert_ne!(question_key("orders of 'Ann'"), question_key("orders of 'ann'"));
        assert_ne!(question_key("orders of \"Ann\""), question_key("orders of \"ann\""));
        assert_eq!(question_key("Ann's orders"), question_key("ann's Orders"));
        assert_ne!(question_key("price > 1.5"), question_key("price > 15"));
        assert_eq!(question_key("?"), "");
    }

    #[test]
    fn what_rests_on_a_conversation_does_not_stand_alone() {
        for alone in ["how many orders are there", "customers that have no orders", "orders by month"] {
            assert!(stands_alone(alone), "{alone}");
        }
        for not in [
            "and by month?",
            "what about Poland",
            "only paid ones",
            "show them",
            "of those, which",
            "why",
            "",
        ] {
            assert!(!stands_alone(not), "{not}");
        }
    }

    #[test]
    fn what_moves_with_the_calendar_is_not_fixed() {
        let day = "SELECT count(*) FROM orders WHERE at >= '2026-10-01'";
        assert!(fixed_in_time("how many orders last", "SELECT 1"));
        assert!(!fixed_in_time("orders last month", day));
        assert!(!fixed_in_time("orders in march", day));
        assert!(fixed_in_time("orders since October 2026", day));
        assert!(!fixed_in_time("orders between 2025 and last month", day));
    }

    #[test]
    fn a_correction_names_what_it_corrects() {
        let run = RunId::new();
        let key = correction_key(run, "00ff");
        assert_eq!(corrected_run(&key), Some(run));
        assert_eq!(corrected_run(&format!("discord:{key}")), Some(run));
        for other in ["discord:message:12", "x:edit:y", ":edit:", "discord:interaction:1:edit:2"] {
            assert_eq!(corrected_run(other), None, "{other}");
        }
    }

    #[test]
    fn a_definition_has_a_term_and_a_meaning() {
        let read = |text: &str| read_definition(text);
        let pair = |a: &str, b: &str| Ok((a.to_owned(), b.to_owned()));
        assert_eq!(read("revenue = sum of amount"), pair("revenue", "sum of amount"));
        assert_eq!(read("revenue=sum of amount"), pair("revenue", "sum of amount"));
        assert_eq!(read("\"big order\" means orders over 500"), pair("big order", "orders over 500"));
        assert_eq!(read("client: customer"), pair("client", "customer"));
        assert_eq!(read("a = b = c"), pair("a", "b = c"));
        for wrong in ["revenue", "= sum", "revenue =", "?! = sum", "", &format!("a = {}", "b".repeat(301))] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read(&format!("{} = b", "word ".repeat(7))).is_err());
    }
}
