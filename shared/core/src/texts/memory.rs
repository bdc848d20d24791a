//! What people are told about what they teach: words and confirmed answers.

use crate::failure::{Failure, FailureCode};
use chrono::{DateTime, Utc};

/// A definition that cannot be read; `why` is a sentence.
pub fn no_definition(why: &str) -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        "I could not read that definition.",
        why.to_owned(),
        "Write it like this: /define revenue = sum of the amounts of paid orders",
    )
}

/// A definition that comes to nothing that could be asked; `why` is the planner's or the policy's word.
pub fn meaningless(meaning: &str, why: &str) -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        format!("I did not define that: \"{meaning}\" says nothing that I could ask this data."),
        why.to_owned(),
        "Say it in words that work as a question by themselves, with the names of the tables and columns.",
    )
}

/// A term that cannot be defined, since it is `what` already: "a table".
pub fn term_is_taken(term: &str, what: &str) -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        format!("I did not define \"{term}\"."),
        format!("It is the name of {what} already, and would hide it."),
        "Choose another word.",
    )
}

/// A meaning that holds its own term.
pub fn term_in_meaning(term: &str) -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        format!("I did not define \"{term}\"."),
        "Its meaning has the word itself in it.",
        "Say it in other words.",
    )
}

/// A source has as many terms as it may.
pub fn too_many_terms(most: i64) -> Failure {
    Failure::new(
        FailureCode::CannotAnswer,
        "I did not define that.",
        format!("This source has {most} words already."),
        "Remove one that is not used: /define remove WORD",
    )
}

/// A term was defined; `before` is what it meant until now, `reading` the plan in plain English.
pub fn defined(term: &str, meaning: &str, before: Option<&str>, reading: Option<&str>) -> String {
    let mut text = format!("From now on, \"{term}\" means: {meaning}.");
    if let Some(reading) = reading {
        text.push_str(&format!("\nBy itself that is: {reading}"));
    }
    if let Some(before) = before {
        text.push_str(&format!("\nUntil now it meant: {before}."));
    }
    text
}

/// How to teach a word, where none is known.
pub fn no_terms(source: &str) -> String {
    format!(
        "No words are defined for {source} yet. Teach one like this: /define revenue = sum of the amounts of paid orders"
    )
}

/// A term was removed, or was not there.
pub fn term_forgotten(term: &str, there: bool) -> String {
    match there {
        true => format!("\"{term}\" is not defined any more."),
        false => format!("\"{term}\" was not defined."),
    }
}

/// An answer whose statement somebody confirmed before.
pub fn confirmed(at: DateTime<Utc>) -> String {
    format!("How to answer this was confirmed on {}; the numbers are of now.", at.format("%-d %B %Y"))
}

/// What becomes of a thumb up that teaches something.
pub fn kept_as_confirmed() -> String {
    "Thanks! The same question will be answered the same way from now on.".to_owned()
}

/// What becomes of a thumb down on an answer that was confirmed before.
pub fn confirmed_no_more() -> String {
    "Thanks. That answer is not counted as confirmed any more. Correct the question or the SQL if you know how it should \
     be, then give the right answer a thumb up."
        .to_owned()
}
