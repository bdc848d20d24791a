//! Marks what each stretch of a question is: a table, a column, a value, a number, a time, or one of the words
//! that steer a question. What is none of these is unknown, and an unknown word is never passed over.

use super::{
    dates::{self, Bound, Found, Span},
    events::{self, Elapsed},
    lexicon::{Lexicon, ValueRef},
    words::{self, Token, TokenKind, is_filler, is_link_verb, number_word},
};
use chrono::NaiveDate;
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::{Aggregate, ChartHint, Grain, Literal, Operator, TextMatch};

/// A marked stretch.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A name of tables or columns, with every reading.
    Name(NameItem),
    /// Values of the data.
    Value(Vec<ValueRef>),
    /// A number.
    Number(Literal),
    /// A span of time.
    Time(Span),
    /// A lone year.
    Year(i32, Bound),
    /// Quoted text.
    Quoted(String),
    /// A time between two events.
    Elapsed(Elapsed),
    /// How often something happens.
    Rate(Rate),
    /// A steering word.
    Key(Key),
    /// A word that adds nothing.
    Filler(String),
    /// A verb that only connects.
    Link(String),
    /// A mark.
    Mark(String),
    /// Not understood.
    Unknown(String),
}

/// A name's readings.
#[derive(Clone, Debug, PartialEq)]
pub struct NameItem {
    /// As written.
    pub text: String,
    /// Tables with scores, best first.
    pub tables: Vec<(usize, f32)>,
    /// Columns with scores, best first.
    pub columns: Vec<(ColumnRef, f32)>,
    /// Written as a plural.
    pub plural: bool,
    /// A number that a comment defines.
    pub is_term: bool,
    /// Values of the data that are written the same.
    pub values: Vec<ValueRef>,
}

/// What an adjective speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Age: "older than" looks at an age, or turned round at a date of birth.
    Age,
    /// Price.
    Price,
    /// Time, newest.
    Recent,
    /// Length.
    Length,
    /// Height.
    Height,
    /// Weight.
    Weight,
    /// Speed.
    Speed,
    /// Rating.
    Rating,
    /// Pay.
    Pay,
    /// Temperature.
    Heat,
    /// Humidity.
    Humidity,
}

/// How often something happens to rows, in percent of all rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The column that tells it.
    pub column: ColumnRef,
    /// The value that counts; any value where absent.
    pub value: Option<String>,
    /// As the question calls it.
    pub name: String,
}

/// Steering words.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// "how many", "number of".
    Count,
    /// "how much".
    HowMuch,
    /// "average", "total", …
    Aggregate(Aggregate),
    /// "highest", "oldest"; true for the large end.
    Superlative(bool, Option<Trait>),
    /// "most common"; true for most.
    Common(bool),
    /// "top", "first", "bottom"; true for the large end.
    Top(bool),
    /// "more than", "older than".
    Compare(Operator, Option<Trait>),
    /// "between".
    Between,
    /// "or more" (true), "or less".
    OrMore(bool),
    /// "not", "never".
    Not,
    /// "without", "no".
    Without,
    /// "for each", "per", "by".
    Each,
    /// "ordered by", with a direction if told.
    OrderBy(Option<bool>),
    /// "descending".
    Direction(bool),
    /// "distinct", "different".
    Distinct,
    /// "or".
    Or,
    /// "and".
    And,
    /// "both".
    Both,
    /// "contains", …
    Text(TextMatch),
    /// "named".
    Named,
    /// "missing".
    Missing,
    /// "share of", "percentage of".
    Share,
    /// "by month", "daily".
    Grain(Grain),
    /// "as a line".
    Chart(ChartHint),
    /// "growth".
    Growth,
    /// "running total".
    Running,
    /// "busiest": true for the most rows.
    Busiest(bool),
    /// "compared with the year before".
    YearBefore,
    /// "whose", "with", "where": a condition follows.
    Where,
    /// "show", "what are": a new head.
    Head,
}

/// A stretch of the question that is marked.
#[derive(Clone, Debug)]
pub struct Marked {
    /// What it is.
    pub item: Item,
}

/// Marks a question. An impossible date is an error in the asker's words. Corrected spellings are told.
pub fn annotate(
    tokens: &[Token],
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    today: NaiveDate,
    notes: &mut Vec<String>,
) -> Result<Vec<Marked>, String> {
    let mut out: Vec<Marked> = Vec::new();
    let mut i = 0;
    let mut skip: Vec<usize> = Vec::new();
    while i < tokens.len() {
        if skip.contains(&i) {
            out.push(Marked { item: Item::Filler("it".to_owned()) });
            i += 1;
            continue;
        }
        let mut said = Vec::new();
        if let Some((elapsed, used)) = events::elapsed_at(tokens, i, lexicon, catalogue, &mut said) {
            skip.extend(said);
            out.push(Marked { item: Item::Elapsed(elapsed) });
            i += used;
            continue;
        }
        if matches!(tokens.get(i + 1).map(|t| t.lower.as_str()), Some("rate" | "rates"))
            && let Some((column, value)) = events::rate_of(&tokens[i].lemma, lexicon, catalogue)
        {
            let name = format!("{} rate", tokens[i].lower);
            out.push(Marked { item: Item::Rate(Rate { column, value, name }) });
            i += 2;
            continue;
        }
        let (item, used) = match_at(tokens, i, lexicon, catalogue, today, notes, &out)?;
        out.push(Marked { item });
        i += used.max(1);
    }
    Ok(out)
}

fn match_at(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    today: NaiveDate,
    notes: &mut Vec<String>,
    before: &[Marked],
) -> Result<(Item, usize), String> {
    let token = &tokens[at];
    match token.kind {
        TokenKind::Quoted => {
            if let Some(Found::Span(span, n)) = dates::find(tokens, at, today) {
                return Ok((Item::Time(span), n));
            }
            return Ok((Item::Quoted(token.text.clone()), 1));
        }
        TokenKind::Mark => {
            let item = match token.text.as_str() {
                ">" => Item::Key(Key::Compare(Operator::Greater, None)),
                "<" => Item::Key(Key::Compare(Operator::Less, None)),
                ">=" | "≥" => Item::Key(Key::Compare(Operator::AtLeast, None)),
                "<=" | "≤" => Item::Key(Key::Compare(Operator::AtMost, None)),
                "=" | "==" => Item::Key(Key::Compare(Operator::Equal, None)),
                "!=" | "<>" => Item::Key(Key::Compare(Operator::NotEqual, None)),
                "&" => Item::Key(Key::And),
                text => Item::Mark(text.to_owned()),
            };
            return Ok((item, 1));
        }
        TokenKind::Word | TokenKind::Number | TokenKind::IsoDate => {}
    }
    let after_compare =
        matches!(before.last(), Some(Marked { item: Item::Key(Key::Compare(..) | Key::Between), .. }));
    if !after_compare || token.kind != TokenKind::Number {
        match dates::find(tokens, at, today) {
            Some(Found::Span(span, n)) => return Ok((Item::Time(span), n)),
            Some(Found::Year(year, bound, n)) => return Ok((Item::Year(year, bound), n)),
            Some(Found::Impossible(text)) => return Err(text),
            None => {}
        }
    }
    if token.kind == TokenKind::IsoDate {
        return Err(token.text.clone());
    }
    if token.lower == "in" && tokens.get(at + 1).is_some_and(|t| t.lower == "total") {
        return Ok((Item::Filler("in total".into()), 2));
    }
    let value = value_at(tokens, at, lexicon);
    let name = name_at(tokens, at, lexicon, catalogue);
    let key = key_at(tokens, at);
    // "order value": the amount of an order.
    if matches!(tokens.get(at + 1).map(|t| t.lower.as_str()), Some("value" | "values" | "amount"))
        && name.as_ref().is_none_or(|(item, n)| *n == 1 || best(item) < 0.95)
        && let Some((table, score)) = lexicon.tables_for(&[&token.lemma]).first()
        && *score >= 0.95
        && let Some(column) = amount_column(*table, lexicon, catalogue)
        && key.is_none()
    {
        let text = format!("{} {}", token.text, tokens[at + 1].text);
        let columns = vec![(column, 1.0)];
        let item =
            NameItem { text, tables: Vec::new(), columns, plural: false, is_term: false, values: Vec::new() };
        return Ok((Item::Name(item), 2));
    }
    if let Some((values, n)) = &value
        && *n >= 2
        && name.as_ref().is_none_or(|(item, m)| m < n || best(item) < 0.95)
        && key.as_ref().is_none_or(|(_, m)| m < n)
    {
        return Ok((Item::Value(values.clone()), *n));
    }
    // "open tickets": a state of the table's rows, not the column whose name begins alike.
    if let (Some((values, 1)), Some((item, 2))) = (&value, &name)
        && best(item) < 0.985
        && let Some((table, score)) = lexicon.tables_for(&[&tokens[at + 1].lemma]).first()
        && *score >= 0.95
        && values.iter().any(|v| v.column.table == *table && v.text.to_lowercase() == token.lower)
    {
        return Ok((Item::Value(values.clone()), 1));
    }
    if let Some((item, n)) = &name
        && *n >= 2
        && key.as_ref().is_none_or(|(_, m)| m < n)
    {
        return Ok((Item::Name(item.clone()), *n));
    }
    // "new customers per month": every one was new once.
    if token.lower == "new" && name.is_none() && value.is_none() {
        return Ok((Item::Filler("new".into()), 1));
    }
    if let Some((key, n)) = key {
        return Ok((Item::Key(key), n));
    }
    // "which month had the most orders", "busiest day of the week": a step of time is asked for.
    let asked = matches!(before.last().map(|m| &m.item), Some(Item::Key(Key::Busiest(_))))
        || matches!(before.last().map(|m| &m.item), Some(Item::Filler(w)) if w == "which" || w == "what");
    if asked
        && let Some((grain, n)) = grain_at(tokens, at)
        && name.as_ref().is_none_or(|(item, _)| best(item) < 0.95)
    {
        return Ok((Item::Key(Key::Grain(grain)), n));
    }
    if token.kind == TokenKind::Number {
        let literal =
            token.text.parse::<i64>().map_or_else(|_| Literal::Decimal(token.text.clone()), Literal::Integer);
        return Ok((Item::Number(literal), 1));
    }
    let capital = at > 0 && token.text.chars().next().is_some_and(char::is_uppercase);
    // "US" is not "us", unless everything is in capitals.
    let shouted = token.text.len() >= 2
        && token.text.chars().all(char::is_uppercase)
        && tokens.iter().any(|t| t.text.chars().any(char::is_lowercase));
    let filler = is_filler(&token.lower) && !(shouted && at > 0 && token.lower != "id");
    match (name, value) {
        (Some((mut item, n)), Some((values, m))) => {
            if n == m {
                item.values.clone_from(&values);
            }
            // "returned" is a state first; a verb with an object ("resolved the most tickets") is a happening.
            let next = tokens.get(at + 1).map_or("", |t| t.lower.as_str());
            let acts =
                matches!(next, "the" | "most" | "more" | "a" | "an" | "at" | "over" | "fewer" | "least");
            let said = |table: usize| {
                let words = &lexicon.tables[table].words;
                words.iter().all(|w| tokens.iter().any(|t| t.lemma == *w))
            };
            let exact_value = |v: &ValueRef| v.text.to_lowercase() == token.lower && said(v.column.table);
            let state = !acts && best(&item) < 0.95 && !item.is_term && values.iter().any(exact_value);
            let exact = best(&item) >= 0.85 && !state;
            if state || capital && !exact || best(&item) < 0.7 {
                Ok((Item::Value(values), 1))
            } else {
                Ok((Item::Name(item), n))
            }
        }
        (Some((item, n)), None) if !filler || best(&item) >= 0.9 => Ok((Item::Name(item), n)),
        (_, Some((values, n))) if !filler && (token.lower.len() > 2 || capital) => {
            Ok((Item::Value(values), n))
        }
        _ => {
            if let Some(n) = number_word(&token.lower).filter(|_| token.lower != "one") {
                return Ok((Item::Number(Literal::Integer(n)), 1));
            }
            if filler {
                return Ok((Item::Filler(token.lower.clone()), 1));
            }
            if shouted && at > 0 {
                for other in words::country_names(&token.lower) {
                    let parts: Vec<&str> = other.split(' ').collect();
                    let values = lexicon.values(&parts);
                    if !values.is_empty() {
                        return Ok((Item::Value(values.to_vec()), 1));
                    }
                }
                // "LA" for Los Angeles, where nothing else has these initials.
                if let Some(values) = lexicon.initials(&token.lower) {
                    if let Some(v) = values.first() {
                        notes.push(format!("\"{}\" is read as {}.", token.text, v.text));
                    }
                    return Ok((Item::Value(values.to_vec()), 1));
                }
                return Ok((Item::Unknown(token.text.clone()), 1));
            }
            let after_table = matches!(before.last().map(|m| &m.item), Some(Item::Name(n)) if n.tables.first().is_some_and(|t| t.1 >= 0.9));
            if after_table && token.lemma == "member" {
                return Ok((Item::Filler("member".into()), 1));
            }
            if is_link_verb(&token.lower) {
                return Ok((Item::Link(token.lower.clone()), 1));
            }
            // "faulty" of "fault".
            if let Some(stem) = token.lower.strip_suffix('y').filter(|s| s.len() >= 4) {
                let values = lexicon.values(&[stem]);
                if !values.is_empty() {
                    return Ok((Item::Value(values.to_vec()), 1));
                }
            }
            // "battery level": a level is what a number tells anyway.
            let measured = matches!(before.last().map(|m| &m.item), Some(Item::Name(n)) if n.columns.first().is_some_and(|(c, _)| catalogue.tables[c.table].columns[c.column].kind.is_numeric()));
            if measured && matches!(token.lemma.as_str(), "level" | "value" | "figure" | "reading" | "amount")
            {
                return Ok((Item::Filler(token.lower.clone()), 1));
            }
            if let Some(right) = lexicon.correction(&token.lemma) {
                let mut fixed = tokens.to_vec();
                fixed[at].lower = right.to_owned();
                fixed[at].lemma = right.to_owned();
                if let Some((item, n)) = name_at(&fixed, at, lexicon, catalogue) {
                    notes.push(format!("\"{}\" is read as \"{right}\".", token.text));
                    return Ok((Item::Name(item), n));
                }
            }
            Ok((Item::Unknown(token.text.clone()), 1))
        }
    }
}

/// The one column that holds the amount of a table's rows.
pub fn amount_column(table: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<ColumnRef> {
    let names = &lexicon.columns[table];
    let columns = &catalogue.tables[table].columns;
    for word in ["total", "amount", "revenue", "value"] {
        let fits: Vec<usize> = (0..columns.len())
            .filter(|i| columns[*i].kind.is_numeric() && names[*i].words.iter().any(|w| w == word))
            .collect();
        match fits.as_slice() {
            [one] => return Some(ColumnRef { table, column: *one }),
            [] => {}
            _ => return None,
        }
    }
    None
}

/// "day of the week", "month": a step of time, and how many tokens say it.
fn grain_at(tokens: &[Token], at: usize) -> Option<(Grain, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    let of_the = |first: &str, last: &str| {
        word(0) == first && word(1) == "of" && (word(2) == last || word(2) == "the" && word(3) == last)
    };
    let long = if word(2) == "the" { 4 } else { 3 };
    Some(match word(0) {
        _ if of_the("day", "week") => (Grain::Weekday, long),
        _ if of_the("hour", "day") || of_the("time", "day") => (Grain::HourOfDay, long),
        _ if of_the("month", "year") => (Grain::MonthOfYear, long),
        "weekday" => (Grain::Weekday, 1),
        "hour" => (Grain::HourOfDay, 1),
        "day" => (Grain::Day, 1),
        "week" => (Grain::Week, 1),
        "month" => (Grain::Month, 1),
        "quarter" => (Grain::Quarter, 1),
        "year" => (Grain::Year, 1),
        _ => return None,
    })
}

/// The better of an item's scores.
pub fn best(item: &NameItem) -> f32 {
    let table = item.tables.first().map_or(0.0, |t| t.1);
    let column = item.columns.first().map_or(0.0, |c| c.1);
    table.max(column)
}

fn value_at(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<(Vec<ValueRef>, usize)> {
    let mut parts: Vec<&str> = Vec::new();
    let mut found = None;
    for (n, token) in tokens[at..].iter().enumerate().take(lexicon.longest_value) {
        if !matches!(token.kind, TokenKind::Word | TokenKind::Number) {
            break;
        }
        parts.push(&token.lower);
        let values = lexicon.values(&parts);
        if !values.is_empty() && (n > 0 || token.kind == TokenKind::Word) {
            found = Some((values.to_vec(), n + 1));
        }
    }
    found
}

fn name_at(
    tokens: &[Token],
    at: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(NameItem, usize)> {
    let mut best_found: Option<(NameItem, usize)> = None;
    let mut phrase: Vec<&str> = Vec::new();
    let starts_key = matches!(
        key_at(tokens, at),
        Some((Key::Aggregate(_) | Key::Count | Key::Superlative(..) | Key::Top(_) | Key::HowMuch, _))
    );
    for (n, token) in tokens[at..].iter().enumerate().take(6) {
        if token.kind != TokenKind::Word
            && !(token.kind == TokenKind::Number && n > 0 && token.text.len() <= 2)
        {
            break;
        }
        // "number of employees", "date of publication"
        if n == 1
            && token.lower == "of"
            && matches!(
                tokens[at].lemma.as_str(),
                "number" | "date" | "level" | "type" | "year" | "time" | "amount" | "place" | "kind"
            )
        {
            continue;
        }
        let unit = tokens.get(at + n + 1).is_some_and(|t| {
            matches!(t.lower.as_str(), "usd" | "eur" | "dollars" | "euros" | "euro" | "dollar")
        });
        if n > 0 && token.lower == "in" && unit {
            continue;
        }
        if n > 0
            && matches!(
                token.lower.as_str(),
                "and" | "or" | "the" | "of" | "with" | "a" | "by" | "is" | "are" | "all"
            )
        {
            break;
        }
        // "branches opened …": a table and what happened to it, not one name.
        if n == 1
            && token.lower.ends_with("ed")
            && best_found.as_ref().is_some_and(|(b, _)| b.tables.first().is_some_and(|t| t.1 >= 0.8))
        {
            break;
        }
        // "products cost less than": a verb and its comparison.
        if n > 0 && matches!(key_at(tokens, at + n), Some((Key::Compare(_, Some(_)), used)) if used >= 3) {
            break;
        }
        phrase.push(&token.lemma);
        // "orders in 2025": a name ends with no preposition.
        if n > 0
            && matches!(token.lower.as_str(), "in" | "from" | "for" | "to" | "at" | "on" | "since" | "by")
        {
            continue;
        }
        if n == 0
            && matches!(
                token.lower.as_str(),
                "of" | "by" | "the" | "in" | "to" | "from" | "at" | "on" | "is" | "a"
            )
        {
            return None;
        }
        let of = tokens.get(at + 1).is_some_and(|t| t.lower == "of") && n >= 2;
        let mut columns = lexicon.columns_for(&phrase, catalogue);
        if of && phrase.first() == Some(&"number") {
            columns.retain(|(c, _)| {
                lexicon.columns[c.table][c.column].words.first().is_some_and(|w| w == "number")
                    && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
        }
        // "price in dollars": the unit belongs to the name; a word that computes starts no name by a synonym.
        if starts_key {
            columns.retain(|(c, _)| {
                let words = &lexicon.columns[c.table][c.column].words;
                let short = n == 0 && words.contains(&tokens[at].lemma);
                short || n > 0 && phrase.iter().all(|p| words.iter().any(|w| w == p))
            });
        }
        let floor = if n == 0 {
            0.4
        } else if of {
            0.9
        } else {
            0.72
        };
        columns.retain(|(_, s)| *s >= floor);
        let mut tables = if of { Vec::new() } else { lexicon.tables_for(&phrase) };
        tables.retain(|(_, s)| *s >= floor.max(0.5));
        let term = lexicon.term(&phrase).filter(|_| tables.first().is_none_or(|t| t.1 < 0.9));
        if let Some(term) = term {
            columns = vec![(term.column, 1.0)];
            tables.clear();
        }
        let is_term = term.is_some();
        if columns.is_empty() && tables.is_empty() {
            continue;
        }
        let text = tokens[at..=at + n].iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        let plural = token.lower != token.lemma;
        best_found = Some((NameItem { text, tables, columns, plural, is_term, values: Vec::new() }, n + 1));
    }
    best_found
}

fn key_at(tokens: &[Token], at: usize) -> Option<(Key, usize)> {
    let mut found = None;
    let mut phrase = String::new();
    for n in 0..6 {
        let Some(token) = tokens.get(at + n) else { break };
        // "who are the customers …" asks; it is no condition yet.
        if at == 0 && tokens[0].lower == "who" {
            return None;
        }
        if token.kind == TokenKind::Mark || token.kind == TokenKind::Quoted {
            break;
        }
        if n > 0 {
            phrase.push(' ');
        }
        phrase.push_str(&token.lower);
        if let Some(key) = key_of(&phrase) {
            found = Some((key, n + 1));
        }
    }
    found
}

fn key_of(phrase: &str) -> Option<Key> {
    use Aggregate::{Average, Maximum, Median, Minimum, Sum};
    use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    Some(match phrase {
        "how many" | "number of" | "the number of" | "count of" | "total number of" | "total count of"
        | "count" | "how many different" | "how often" => {
            if phrase == "how many different" {
                return None;
            } else {
                Key::Count
            }
        }
        "how much" => Key::HowMuch,
        "average" | "avg" | "mean" | "on average" | "averages" => Key::Aggregate(Average),
        "total" | "sum" | "sum of" | "total of" | "sum up" | "totals" | "add up" | "combined"
        | "sum total of" => Key::Aggregate(Sum),
        "maximum" | "max" => Key::Aggregate(Maximum),
        "minimum" | "min" => Key::Aggregate(Minimum),
        "median" => Key::Aggregate(Median),
        "highest" | "largest" | "biggest" | "greatest" | "most" | "largest number of" | "most number of"
        | "highest number of" | "greatest number of" | "the most" | "maximum number of" | "best"
        | "biggest number of" => {
            if phrase == "best" {
                Key::Superlative(true, Some(Trait::Rating))
            } else {
                Key::Superlative(true, None)
            }
        }
        "lowest" | "smallest" | "least" | "fewest" | "least number of" | "lowest number of"
        | "smallest number of" | "fewest number of" | "minimum number of" => Key::Superlative(false, None),
        "warmest" | "hottest" => Key::Superlative(true, Some(Trait::Heat)),
        "coldest" | "coolest" => Key::Superlative(false, Some(Trait::Heat)),
        "most humid" | "wettest" | "dampest" => Key::Superlative(true, Some(Trait::Humidity)),
        "driest" => Key::Superlative(false, Some(Trait::Humidity)),
        "worst" => Key::Superlative(false, Some(Trait::Rating)),
        "oldest" => Key::Superlative(true, Some(Trait::Age)),
        "youngest" => Key::Superlative(false, Some(Trait::Age)),
        "most expensive" | "the most expensive" | "priciest" | "costliest" => {
            Key::Superlative(true, Some(Trait::Price))
        }
        "cheapest" | "least expensive" => Key::Superlative(false, Some(Trait::Price)),
        "newest" | "latest" | "most recent" | "most recently" => Key::Superlative(true, Some(Trait::Recent)),
        "earliest" => Key::Superlative(false, Some(Trait::Recent)),
        "longest" => Key::Superlative(true, Some(Trait::Length)),
        "shortest" => Key::Superlative(false, Some(Trait::Length)),
        "tallest" => Key::Superlative(true, Some(Trait::Height)),
        "heaviest" => Key::Superlative(true, Some(Trait::Weight)),
        "lightest" => Key::Superlative(false, Some(Trait::Weight)),
        "fastest" => Key::Superlative(true, Some(Trait::Speed)),
        "slowest" => Key::Superlative(false, Some(Trait::Speed)),
        "highest rated" | "best rated" | "top rated" => Key::Superlative(true, Some(Trait::Rating)),
        "lowest rated" | "worst rated" => Key::Superlative(false, Some(Trait::Rating)),
        "highest paid" | "best paid" => Key::Superlative(true, Some(Trait::Pay)),
        "lowest paid" => Key::Superlative(false, Some(Trait::Pay)),
        "most common"
        | "most popular"
        | "most frequent"
        | "most frequently"
        | "most often"
        | "most frequently used"
        | "most commonly used"
        | "most used"
        | "most commonly" => Key::Common(true),
        "least common" | "least popular" | "least frequent" | "least often" | "least frequently"
        | "least used" => Key::Common(false),
        "top" => Key::Top(true),
        "bottom" => Key::Top(false),
        "more than" | "greater than" | "higher than" | "larger than" | "bigger than" | "above" | "over"
        | "exceeding" | "exceeds" | "exceed" | "longer than" | "greater" | "bigger" | "is more than"
        | "is greater than" | "is higher than" => Key::Compare(Greater, None),
        "cost more than" | "costs more than" | "costing more than" | "priced over" | "priced above"
        | "cost over" => Key::Compare(Greater, Some(Trait::Price)),
        "cost less than" | "costs less than" | "costing less than" | "priced under" | "priced below"
        | "cost under" => Key::Compare(Less, Some(Trait::Price)),
        "cost at least" | "costs at least" => Key::Compare(AtLeast, Some(Trait::Price)),
        "cost at most" | "costs at most" => Key::Compare(AtMost, Some(Trait::Price)),
        "more expensive than" | "costlier than" => Key::Compare(Greater, Some(Trait::Price)),
        "cheaper than" | "less expensive than" => Key::Compare(Less, Some(Trait::Price)),
        "older than" | "over age" | "above age" | "over the age of" | "above the age of" => {
            Key::Compare(Greater, Some(Trait::Age))
        }
        "younger than" | "under age" | "under the age of" | "below the age of" => {
            Key::Compare(Less, Some(Trait::Age))
        }
        "less than" | "fewer than" | "lower than" | "smaller than" | "below" | "under" | "shorter than" => {
            Key::Compare(Less, None)
        }
        "at least"
        | "no less than"
        | "not less than"
        | "no fewer than"
        | "minimum of"
        | "greater than or equal to"
        | "more than or equal to" => Key::Compare(AtLeast, None),
        "at most" | "no more than" | "not more than" | "up to" | "maximum of" | "less than or equal to" => {
            Key::Compare(AtMost, None)
        }
        "exactly" | "equal to" | "equals" | "equal" => Key::Compare(Equal, None),
        "not equal to" | "other than" | "different from" => Key::Compare(NotEqual, None),
        "between" => Key::Between,
        "or more" | "or higher" | "or above" | "or over" => Key::OrMore(true),
        "or less" | "or fewer" | "or below" | "or lower" => Key::OrMore(false),
        "not" | "never" | "excluding" | "except" | "outside" | "outside of" | "non" | "neither" | "nor" => {
            Key::Not
        }
        "without" | "no" | "without any" | "lacking" | "not have any" | "not have" | "have no" | "has no"
        | "not have an" | "not have a" | "never had" | "with no" => Key::Without,
        "for each" | "per" | "by" | "in each" | "of each" | "each" | "grouped by" | "group by"
        | "split by" | "broken down by" | "by each" | "for every" | "in every" | "at each" | "to each"
        | "from each" | "with each" | "according to" | "by the" | "depending on" => Key::Each,
        "sorted by"
        | "ordered by"
        | "order by"
        | "sort by"
        | "in order of"
        | "in the order of"
        | "order the results by"
        | "sort the results by"
        | "order the result by"
        | "ranked by"
        | "arranged by"
        | "sort them by"
        | "order them by"
        | "sort the list by"
        | "ordered by the"
        | "sorted by the"
        | "order results by"
        | "sort results by"
        | "order of" => Key::OrderBy(None),
        "in ascending order of"
        | "in ascending order by"
        | "by ascending"
        | "ordered by ascending"
        | "in increasing order of"
        | "in alphabetical order of"
        | "in the alphabetical order of"
        | "in alphabetical order by"
        | "ascending order of"
        | "sorted by ascending"
        | "alphabetical order of"
        | "in lexicographical order of" => Key::OrderBy(Some(false)),
        "in descending order of"
        | "in a descending order of"
        | "in descending order by"
        | "by descending"
        | "ordered by descending"
        | "in decreasing order of"
        | "in the descending order of"
        | "descending order of"
        | "sorted by descending" => Key::OrderBy(Some(true)),
        "descending"
        | "desc"
        | "in descending order"
        | "from highest to lowest"
        | "highest first"
        | "decreasing"
        | "in decreasing order"
        | "from most to least"
        | "largest first"
        | "from largest to smallest"
        | "newest first" => Key::Direction(true),
        "ascending"
        | "asc"
        | "in ascending order"
        | "from lowest to highest"
        | "lowest first"
        | "increasing"
        | "in increasing order"
        | "alphabetically"
        | "in alphabetical order"
        | "from smallest to largest"
        | "oldest first"
        | "alphabetical order" => Key::Direction(false),
        "distinct" | "different" | "unique" | "distinctive" => Key::Distinct,
        "or" => Key::Or,
        "and" | "as well as" | "along with" | "together with" | "and also" | "plus" | "along with the" => {
            Key::And
        }
        "both" => Key::Both,
        "contains"
        | "containing"
        | "contain"
        | "includes the word"
        | "including"
        | "include"
        | "substring"
        | "the substring"
        | "includes"
        | "includes word"
        | "contains the word"
        | "containing the word"
        | "contains the substring"
        | "has the substring"
        | "in its name" => {
            if phrase == "in its name" {
                return None;
            } else {
                Key::Text(TextMatch::Contains)
            }
        }
        "starts with" | "starting with" | "begins with" | "beginning with" | "start with" | "begin with"
        | "starts from" => Key::Text(TextMatch::StartsWith),
        "ends with" | "ending with" | "end with" => Key::Text(TextMatch::EndsWith),
        "named" | "called" | "titled" => Key::Named,
        "missing" | "unknown" | "not specified" | "empty" | "null" | "not known" | "unspecified"
        | "blank" | "not given" | "not set" => Key::Missing,
        "share of" | "percentage of" | "percent of" | "share" | "percentage" => Key::Share,
        "daily" | "by day" | "per day" | "each day" | "by date" | "every day" => Key::Grain(Grain::Day),
        "weekly" | "by week" | "per week" | "each week" | "every week" => Key::Grain(Grain::Week),
        "monthly" | "by month" | "per month" | "each month" | "in each month" | "for each month"
        | "every month" | "month by month" => Key::Grain(Grain::Month),
        "quarterly" | "by quarter" | "per quarter" | "each quarter" | "for each quarter" => {
            Key::Grain(Grain::Quarter)
        }
        "yearly" | "annual" | "annually" | "by year" | "per year" | "each year" | "in each year"
        | "for each year" | "every year" | "year by year" => Key::Grain(Grain::Year),
        "hourly" | "by hour" | "per hour" | "each hour" => Key::Grain(Grain::Hour),
        "by weekday"
        | "by day of week"
        | "by day of the week"
        | "per weekday"
        | "per day of week"
        | "per day of the week"
        | "for each day of the week" => Key::Grain(Grain::Weekday),
        "by hour of day" | "by hour of the day" | "per hour of day" | "per hour of the day" => {
            Key::Grain(Grain::HourOfDay)
        }
        "as a line"
        | "as a line chart"
        | "as line chart"
        | "line chart"
        | "as a line graph"
        | "make it a line chart"
        | "make it a line"
        | "as line" => Key::Chart(ChartHint::Line),
        "as a table" | "as table" | "in a table" | "without a chart" | "without chart" | "no chart" => {
            Key::Chart(ChartHint::None)
        }
        "as a bar chart"
        | "as bars"
        | "bar chart"
        | "as a bar"
        | "as bar chart"
        | "make it a bar chart"
        | "as a chart"
        | "as chart" => Key::Chart(if phrase.ends_with("a chart") || phrase == "as chart" {
            ChartHint::Auto
        } else {
            ChartHint::Bar
        }),
        "as a pie chart" | "as a pie" | "pie chart" | "as pie chart" => Key::Chart(ChartHint::Pie),
        "as a horizontal bar chart" | "horizontal bar chart" | "horizontal bars" | "as horizontal bars" => {
            Key::Chart(ChartHint::HorizontalBar)
        }
        "busiest" => Key::Busiest(true),
        "quietest" | "slowest day" => Key::Busiest(false),
        "compared with the year before"
        | "compared to the year before"
        | "compared with the previous year"
        | "compared to the previous year"
        | "compared with last year"
        | "compared to last year"
        | "vs last year"
        | "versus last year"
        | "year over year"
        | "year on year"
        | "compared with a year before"
        | "vs the year before"
        | "vs previous year" => Key::YearBefore,
        "growth" | "growth of" | "growth rate of" => Key::Growth,
        "running total" | "running total of" | "cumulative" | "cumulative total" | "accumulated" => {
            Key::Running
        }
        "whose" | "with" | "where" | "that have" | "who have" | "that has" | "who has" | "which have"
        | "which has" | "having" | "that are" | "who are" | "for which" | "such that" | "that were"
        | "that is" | "who had" | "that had" => Key::Where,
        "show" | "sort" | "list" | "return" | "give me" | "display" | "find" | "tell me" | "what is"
        | "what are" | "what was" | "what were" | "also" | "give" => Key::Head,
        _ => return None,
    })
}
