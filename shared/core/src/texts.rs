//! Every sentence a person reads, in one place, each a named function: so that they can be read together,
//! kept in one voice, and tested.

pub mod changes;
pub mod chat;
pub mod definitions;
pub mod memory;
pub mod tickets;

use crate::failure::{Failure, FailureCode};

/// The question had no words in it.
pub fn empty_question() -> Failure {
    Failure::new(
        FailureCode::EmptyQuestion,
        "There is no question in that message.",
        "It was empty, or only white space.",
        "Ask in plain English, for example \"how many orders were placed last month?\"",
    )
}

/// The question is longer than `limit` characters.
pub fn question_too_long(chars: usize, limit: usize) -> Failure {
    Failure::new(
        FailureCode::QuestionTooLong,
        format!("That question is too long: {chars} characters."),
        format!("At most {limit} are read, so that nothing of it is silently left out."),
        "Ask it shorter, or in several questions.",
    )
}

/// The question holds control characters or is no valid text.
pub fn question_not_text(found: &str) -> Failure {
    Failure::new(
        FailureCode::QuestionNotText,
        "That message is not plain text.",
        format!("It contains {found}."),
        "Type the question again without it.",
    )
}

/// No source of that name.
pub fn unknown_source(name: &str, known: &[String]) -> Failure {
    let known = if known.is_empty() {
        "Add one with `rowcall source add NAME --url-env VARIABLE`.".to_owned()
    } else {
        format!("Sources here: {}.", known.join(", "))
    };
    Failure::new(
        FailureCode::UnknownSource,
        format!("There is no source named \"{name}\"."),
        "Nothing was asked of any database.",
        known,
    )
}

/// The source does not answer.
pub fn source_unreachable(source: &str) -> Failure {
    Failure::new(
        FailureCode::SourceUnreachable,
        format!("The source \"{source}\" cannot be reached."),
        "Its server did not answer, also when tried again.",
        format!("Check that it is running; `rowcall source doctor {source}` says what is missing."),
    )
}

/// The source refused our name or password.
pub fn source_refused_login(source: &str) -> Failure {
    Failure::new(
        FailureCode::SourceRefusedLogin,
        format!("The source \"{source}\" refused the login."),
        "The user name or password in its connection setting is not accepted.",
        format!("Correct the setting, then try `rowcall source doctor {source}`."),
    )
}

/// A relation or column is gone.
pub fn schema_changed(source: &str, detail: &str) -> Failure {
    Failure::new(
        FailureCode::SchemaChanged,
        format!("The tables of \"{source}\" changed while the question was being answered."),
        detail.to_owned(),
        "The list of tables has been read again: ask once more.",
    )
}

/// The reading role may not see something.
pub fn permission_denied(source: &str, detail: &str) -> Failure {
    Failure::new(
        FailureCode::PermissionDenied,
        format!("You may not see that in \"{source}\"."),
        detail.to_owned(),
        "Ask an administrator of the source for access.",
    )
}

/// The statement ran too long.
pub fn query_timeout(seconds: f64) -> Failure {
    let unit = if seconds == 1.0 { "second" } else { "seconds" };
    Failure::new(
        FailureCode::QueryTimeout,
        format!("The query was stopped after {seconds} {unit}."),
        "It takes longer than this source allows.",
        "Narrow it down, for example to a shorter time or a single category.",
    )
}

/// The result or plan is too large.
pub fn query_too_large(detail: &str) -> Failure {
    Failure::new(
        FailureCode::QueryTooLarge,
        "That question needs more data than this source allows.",
        detail.to_owned(),
        "Ask for a total or a top 10 instead of every row, or narrow the time.",
    )
}

/// The database reported an error in the statement.
pub fn query_error(detail: &str) -> Failure {
    Failure::new(
        FailureCode::QueryError,
        "The database could not run the query.",
        detail.to_owned(),
        "Ask it in other words; the run page shows the statement.",
    )
}

/// Every attempt failed.
pub fn gave_up(attempts: i32, last: Option<&str>) -> Failure {
    Failure::new(
        FailureCode::GaveUp,
        format!("This question could not be answered in {attempts} attempts."),
        last.map_or_else(
            || "The worker stopped each time before it could say why.".to_owned(),
            str::to_owned,
        ),
        "Ask again; if it happens again, give the run id to whoever runs Rowcall.",
    )
}

/// The asker stopped it.
pub fn cancelled() -> Failure {
    Failure::new(
        FailureCode::Cancelled,
        "Stopped.",
        "You asked for it.",
        "Nothing of it goes on in the database.",
    )
}

/// A wish this installation does not serve.
pub fn not_supported(wish: &str) -> Failure {
    Failure::new(
        FailureCode::NotSupported,
        format!("That looks like {wish}, which this version does not do."),
        "It answers questions about the data and changes it where that is agreed to; nothing was changed.",
        "Ask what you want to know, or say what should become what.",
    )
}

/// A fault of ours.
pub fn internal() -> Failure {
    Failure::new(
        FailureCode::Internal,
        "Something went wrong inside Rowcall.",
        "It is written down with the run.",
        "Ask again; if it happens again, give the run id to whoever runs Rowcall.",
    )
}

/// The chart or file could not be kept.
pub fn artifact_not_kept(what: &str) -> String {
    format!(
        "The {what} could not be stored (no space is left), so it is missing here; the rows above are complete as shown."
    )
}

/// What can be asked.
pub fn help(source: &str, tables: &[String]) -> String {
    let shown = tables.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
    let more = tables.len().saturating_sub(12);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "Ask about the data of \"{source}\" in plain English: counts, totals, averages, by category or by month, top 10s, \
         lists, with any filter; then go on with \"and by region?\". Its tables: {shown}{more}."
    )
}

/// The statement was planned again because tables changed.
pub fn planned_again() -> String {
    "Tables had changed since they were last looked at, so the question was planned once more.".into()
}

/// A result without rows, and what was looked for: who meant something else sees it there.
pub fn no_rows(title: Option<&str>) -> String {
    match title.map(|t| t.trim_end_matches('.')) {
        Some(title) => format!("{title}: no rows."),
        None => "No rows match.".into(),
    }
}

/// A result of one cell.
pub fn single_value(label: &str, value: &str) -> String {
    format!("{label}: {value}")
}

/// A count with its thousands apart.
pub(crate) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// With a capital letter.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// So many rows.
fn row_count(n: u64) -> String {
    format!("{} {}", number(n), if n == 1 { "row" } else { "rows" })
}

/// A result of several rows: `count` were read, the first `shown` of which are in the table; `more` exist beyond those.
pub fn rows(title: Option<&str>, count: u64, shown: usize, more: bool) -> String {
    let cut = u64::try_from(shown).is_ok_and(|shown| shown < count);
    let counted = match (cut, more) {
        (false, false) => row_count(count),
        (false, true) => format!("the first {}, there are more", row_count(count)),
        (true, false) => {
            format!("{}; the first {} can be looked at here", row_count(count), number(shown as u64))
        }
        (true, true) => {
            format!(
                "more than {}; the first {} can be looked at here",
                row_count(count),
                number(shown as u64)
            )
        }
    };
    match title.map(|t| t.trim_end_matches('.')) {
        Some(title) => format!("{title}: {counted}."),
        None => format!("{}.", capital(&counted)),
    }
}

/// Why there is no picture although one was asked for.
pub fn no_chart(why: &str) -> String {
    format!("There is no chart: {why}.")
}

#[cfg(test)]
mod tests {
    use super::{no_rows, rows};

    #[test]
    fn what_was_looked_for_is_said_with_how_much_there_is() {
        let title = Some("Customers in Norway.");
        assert_eq!(no_rows(title), "Customers in Norway: no rows.");
        assert_eq!(rows(title, 1, 1, false), "Customers in Norway: 1 row.");
        assert_eq!(
            rows(title, 1_200, 1_200, true),
            "Customers in Norway: the first 1,200 rows, there are more."
        );
        assert_eq!(
            rows(title, 1_200, 50, false),
            "Customers in Norway: 1,200 rows; the first 50 can be looked at here."
        );
    }

    #[test]
    fn without_a_title_it_is_a_sentence_of_its_own() {
        assert_eq!(no_rows(None), "No rows match.");
        assert_eq!(rows(None, 3, 3, false), "3 rows.");
        assert_eq!(rows(None, 60, 50, true), "More than 60 rows; the first 50 can be looked at here.");
    }
}
