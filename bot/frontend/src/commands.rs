//! The commands, the same on every platform: their names, what they say of themselves in which languages, and how a typed
//! line is read as one.

mod specs;

pub use specs::{CommandSpec, OptionKind, OptionSpec, Words, specs};

use rowcall_core::Ask;

/// A command that is answered at once, without a run. (`/ask` and `/sql` become an `Inbound`.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Which sources can be asked from here.
    Sources,
    /// The person's last runs.
    Runs,
    /// A new code to link another account, or one that was got there.
    Link(Option<String>),
    /// What holds here and for this person, after making a change if there is one.
    Settings(Option<Change>),
    /// What words mean here.
    Glossary,
    /// A word means nothing any more.
    Forget(String),
    /// Answers that did not arrive, for administrators.
    Deliveries,
    /// The changes that wait for this person's decision.
    Approvals,
    /// What can be asked.
    Help,
    /// No command of ours: which ones are near it.
    Unknown(String),
}

/// A change of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The place's source; `None` for the installation's default.
    Source(Option<String>),
    /// Threads for questions in this place.
    Threads(bool),
    /// This person's answers for themselves alone.
    Private(bool),
}

/// What a typed line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// No command: perhaps a question.
    Plain,
    /// A command for another bot (`/ask@another`).
    Another,
    /// Something to ask; its text is empty when none was typed.
    Ask(Ask, String),
    /// A command.
    Command(Command),
}

/// Reads a line such as `/ask@our_bot how many orders?`. `me` is the bot's own name, without the `@`.
pub fn read_line(text: &str, me: &str) -> Line {
    let Some(line) = text.trim_start().strip_prefix('/') else { return Line::Plain };
    let (head, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (name, to) = head.split_once('@').map_or((head, None), |(name, to)| (name, Some(to)));
    if to.is_some_and(|to| !to.eq_ignore_ascii_case(me)) {
        return Line::Another;
    }
    let rest = rest.trim();
    let word = (!rest.is_empty()).then(|| rest.to_owned());
    Line::Command(match name.to_ascii_lowercase().as_str() {
        "ask" => return Line::Ask(Ask::Question, rest.to_owned()),
        "sql" => {
            let (ask, text) = read_sql(rest);
            return Line::Ask(ask, text.to_owned());
        }
        "define" => return read_define(rest),
        "sources" => Command::Sources,
        "runs" => Command::Runs,
        "link" => Command::Link(word),
        "settings" => Command::Settings(read_change(rest)),
        "deliveries" => Command::Deliveries,
        "approvals" => Command::Approvals,
        "help" | "start" => Command::Help,
        other => Command::Unknown(other.to_owned()),
    })
}

/// Words that begin a statement. Those that change data are among them, so that they are refused as what they are.
const STATEMENTS: &[&str] = &[
    "select", "with", "values", "table", "explain", "insert", "update", "delete", "merge", "create", "alter",
    "drop", "truncate", "grant", "revoke", "call", "copy", "begin", "set", "vacuum", "analyze",
];

/// What `/sql` is given: `show …` for the statement behind a question, a statement to run, else a question whose
/// statement is shown.
pub fn read_sql(text: &str) -> (Ask, &str) {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let first: String =
        word.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    match first.as_str() {
        "show" if first.len() == word.len() => (Ask::ShowSql, rest.trim_start()),
        "run" if first.len() == word.len() => (Ask::Sql, rest.trim_start()),
        "" if text.starts_with(['(', '-']) => (Ask::Sql, text),
        first if STATEMENTS.contains(&first) => (Ask::Sql, text),
        _ => (Ask::ShowSql, text),
    }
}

/// What `/define` is given: a definition, `remove WORD` for a word that means nothing any more, or nothing to see what is
/// defined.
pub fn read_define(text: &str) -> Line {
    let text = text.trim();
    let removed = text
        .split_once(char::is_whitespace)
        .filter(|(verb, _)| ["remove", "forget"].contains(&verb.to_ascii_lowercase().as_str()))
        .map(|(_, term)| term.trim())
        .filter(|term| !term.contains('='))
        .or_else(|| text.strip_suffix('=').map(str::trim));
    match removed {
        _ if text.is_empty() => Line::Command(Command::Glossary),
        Some(term) if !term.is_empty() => Line::Command(Command::Forget(term.to_owned())),
        _ => Line::Ask(Ask::Define, text.to_owned()),
    }
}

/// `source shop`, `source default`, `threads on`, `private off`; `None` for anything else, which shows the settings and how
/// to change them.
pub fn read_change(text: &str) -> Option<Change> {
    let mut words = text.split_whitespace();
    let (what, value) = (words.next()?.to_ascii_lowercase(), words.next()?);
    if words.next().is_some() {
        return None;
    }
    let flag = || match value.to_ascii_lowercase().as_str() {
        "on" | "yes" | "true" => Some(true),
        "off" | "no" | "false" => Some(false),
        _ => None,
    };
    match what.as_str() {
        "source" => Some(Change::Source((value != "default").then(|| value.to_owned()))),
        "threads" => flag().map(Change::Threads),
        "private" => flag().map(Change::Private),
        _ => None,
    }
}

/// The command that was probably meant.
pub fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    specs()
        .iter()
        .map(|spec| (strsim::normalized_damerau_levenshtein(&name, spec.name), spec.name))
        .filter(|(likeness, _)| *likeness > 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Line) {
        assert_eq!(read_line(text, "rowcall_bot"), expected, "{text:?}");
    }

    fn ask(ask: Ask, text: &str) -> Line {
        Line::Ask(ask, text.to_owned())
    }

    #[test]
    fn lines_are_read_as_commands() {
        check("how many orders?", Line::Plain);
        check("", Line::Plain);
        check("/ask how many\norders?", ask(Ask::Question, "how many\norders?"));
        check("/ask@Rowcall_Bot  orders", ask(Ask::Question, "orders"));
        check("/ask@another orders", Line::Another);
        check("/ASK", ask(Ask::Question, ""));
        check("/sql SELECT 1", ask(Ask::Sql, "SELECT 1"));
        check("/sql select(1)", ask(Ask::Sql, "select(1)"));
        check("/sql (select 1) union (select 2)", ask(Ask::Sql, "(select 1) union (select 2)"));
        check("/sql -- x\nselect 1", ask(Ask::Sql, "-- x\nselect 1"));
        check("/sql DELETE FROM orders", ask(Ask::Sql, "DELETE FROM orders"));
        check("/sql run select 1", ask(Ask::Sql, "select 1"));
        check("/sql show orders by month", ask(Ask::ShowSql, "orders by month"));
        check("/sql orders by month", ask(Ask::ShowSql, "orders by month"));
        check("/sql", ask(Ask::ShowSql, ""));
        check("/define", Line::Command(Command::Glossary));
        check("/define revenue = sum of amount", ask(Ask::Define, "revenue = sum of amount"));
        check("/define remove revenue", Line::Command(Command::Forget("revenue".into())));
        check("/define revenue =", Line::Command(Command::Forget("revenue".into())));
        check("/define remove = delete", ask(Ask::Define, "remove = delete"));
        check("/start abc", Line::Command(Command::Help));
        check("/link", Line::Command(Command::Link(None)));
        check("/link ABCD-EFGH", Line::Command(Command::Link(Some("ABCD-EFGH".into()))));
        check("/aks x", Line::Command(Command::Unknown("aks".into())));
    }

    #[test]
    fn settings_are_read() {
        let change = |text: &str, expected: Option<Change>| {
            check(&format!("/settings {text}"), Line::Command(Command::Settings(expected)));
        };
        change("", None);
        change("source shop", Some(Change::Source(Some("shop".into()))));
        change("source default", Some(Change::Source(None)));
        change("threads ON", Some(Change::Threads(true)));
        change("private off", Some(Change::Private(false)));
        change("private maybe", None);
        change("source a b", None);
        change("colour red", None);
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("aks"), Some("ask"));
        assert_eq!(nearest("source"), Some("sources"));
        assert_eq!(nearest("setting"), Some("settings"));
        assert_eq!(nearest("zzz"), None);
    }
}
