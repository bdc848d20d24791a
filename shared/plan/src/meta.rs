//! What is known about a statement's columns before it runs: enough for headings, units and axes.

use crate::plan::{ChartHint, Grain};
use rowcall_core::Column;
use serde::{Deserialize, Serialize};

/// A plan turned into a statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compiled {
    /// One SELECT statement, without a semicolon.
    pub sql: String,
    /// What the compiler chose, one sentence each.
    pub assumptions: Vec<String>,
    /// The columns of the result in order.
    pub columns: Vec<ColumnMeta>,
    /// How it should be drawn.
    pub chart: ChartHint,
}

/// One column of the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnMeta {
    /// Its name in the statement's result.
    pub name: String,
    /// A heading for people.
    pub label: String,
    /// The unit of its numbers.
    pub unit: Unit,
    /// Whether it names a group or is a number.
    pub role: ColumnRole,
    /// For points in time: the step.
    pub grain: Option<Grain>,
    /// A group without rows would have 0 here, rather than nothing: a count or sum, where every group is shown.
    #[serde(default)]
    pub zero: bool,
    /// The numbers of several rows may be added up: a count or a sum of rows that no two groups share.
    #[serde(default)]
    pub adds_up: bool,
}

/// Units that change how a number is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// None known.
    None,
    /// Percent: 12.5 is 12.5 %.
    Percent,
    /// Money; the ISO code where a name or comment tells it.
    Currency(Option<String>),
    /// A word that stands behind the number, e.g. "hours", "°C".
    Word(String),
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnRole {
    /// Names a group or a thing.
    Dimension,
    /// A computed number.
    Measure,
}

/// The unit that a column's name and comment tell. Money is told by general words only.
pub(crate) fn unit_of(column: &Column) -> Unit {
    if !column.kind.is_numeric() {
        return Unit::None;
    }
    let name = column.name.to_lowercase();
    let comment = column.comment.as_deref().unwrap_or("").to_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let comment_words: Vec<&str> = comment.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |list: &[&str]| list.iter().any(|w| words.contains(w));
    let tells = |list: &[&str]| list.iter().any(|w| words.contains(w) || comment_words.contains(w));
    if has(&["percent", "percentage", "pct"]) || comment.contains("percent") {
        return Unit::Percent;
    }
    let code = [
        ("EUR", &["eur", "euro", "euros"][..]),
        ("USD", &["usd", "dollar", "dollars"]),
        ("GBP", &["gbp", "sterling"]),
        ("CHF", &["chf"]),
        ("JPY", &["jpy", "yen"]),
        ("INR", &["inr", "rupee", "rupees"]),
    ]
    .iter()
    .find(|(_, list)| tells(list))
    .map(|(code, _)| (*code).to_owned());
    let money = ["price", "cost", "revenue", "salary", "budget", "payment", "fee", "charge", "balance"];
    if code.is_some() || has(&money) {
        return Unit::Currency(code);
    }
    for (suffix, word) in [
        ("celsius", "°C"),
        ("fahrenheit", "°F"),
        ("seconds", "seconds"),
        ("minutes", "minutes"),
        ("hours", "hours"),
        ("days", "days"),
        ("kg", "kg"),
        ("km", "km"),
    ] {
        let degrees = matches!(suffix, "celsius" | "fahrenheit") && comment_words.contains(&suffix);
        if words.contains(&suffix) || degrees || comment_words.contains(&word) {
            return Unit::Word(word.to_owned());
        }
    }
    Unit::None
}

/// `first_name` and `firstName` as "first name".
pub(crate) fn spaced(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before_lower = false;
    for c in name.chars() {
        if c == '_' || c == '-' || c == ' ' {
            out.push(' ');
            before_lower = false;
            continue;
        }
        if c.is_uppercase() && before_lower {
            out.push(' ');
        }
        before_lower = c.is_lowercase() || c.is_numeric();
        out.extend(c.to_lowercase());
    }
    out.trim().to_owned()
}

/// The same with a capital first letter.
pub(crate) fn heading(name: &str) -> String {
    let text = spaced(name);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text,
    }
}

/// One of the things that a plural noun names, as far as its ending tells.
pub(crate) fn singular(word: &str) -> String {
    let n = word.len();
    if word.ends_with("people") {
        return format!("{}person", &word[..n - 6]);
    }
    if n > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..n - 3]);
    }
    for end in ["sses", "xes", "ches", "shes"] {
        if n > 4 && word.ends_with(end) {
            return word[..n - 2].to_owned();
        }
    }
    let stays = ["ss", "us", "is", "news", "series", "species"].iter().any(|end| word.ends_with(end));
    if n > 3 && word.ends_with('s') && !stays { word[..n - 1].to_owned() } else { word.to_owned() }
}

/// Several of what a noun names.
pub(crate) fn plural(word: &str) -> String {
    let one = singular(word);
    if one != word
        || ["staff", "aircraft", "news", "series", "species", "people", "data"]
            .iter()
            .any(|end| word.ends_with(end))
    {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("person") {
        return format!("{stem}people");
    }
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// A capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
