//! Marks what each stretch of a question is: a table, a column, a value, a number, a time, or one of the words
//! that steer a question. What is none of these is unknown, and an unknown word is never passed over.

pub use super::items::{Item, Key, Marked, NameItem, Rate, Trait};
use super::{
    amounts::money_column,
    dates::{self, Found},
    events,
    idle::{Idle, idle},
    keys::{grain_at, key_at},
    lexicon::{Lexicon, ValueRef},
    neighbours::{is_agent, new_value},
    reader::{agentless, akin},
    words::{self, Token, TokenKind, is_filler, is_link_verb, number_word},
};
use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::{Literal, Operator};

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

/// "placed an order": what somebody did, and not a state of something.
fn has_object(tokens: &[Token], at: usize) -> bool {
    let is = |at: Option<usize>, words: &[&str]| {
        at.and_then(|i| tokens.get(i)).is_some_and(|t| words.contains(&t.lower.as_str()))
    };
    is_link_verb(&tokens[at].text)
        && is(Some(at + 1), &["a", "an", "any", "no", "another"])
        && !is(at.checked_sub(1), &["is", "are", "was", "were", "be", "been", "being"])
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
    // "a happy hour in May", where months are values.
    let month = at + usize::from(token.lower == "in");
    let month = dates::bare_month(tokens, month) && lexicon.has_month(&tokens[month].lower);
    if (!after_compare || token.kind != TokenKind::Number) && !month {
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
    // "45 minutes": the unit says nothing new.
    if matches!(before.last().map(|m| &m.item), Some(Item::Number(_)))
        && words::is_unit(&token.lower)
        && after_number(tokens, at)
    {
        return Ok((Item::Filler(token.lower.clone()), 1));
    }
    // "how many sales did each of them make", "… did they place": the verb, whatever else is called so.
    if ends_with_verb(tokens, at)
        && name_at(tokens, at, lexicon, catalogue)
            .is_none_or(|(item, _)| token.lower == "make" || best(&item) < 0.95)
    {
        return Ok((Item::Filler(token.lower.clone()), 1));
    }
    // "directed by X", "shared by two teachers": who did it, no split.
    if token.lower == "by" && is_agent(tokens, at, lexicon) {
        return Ok((Item::Filler("by".into()), 1));
    }
    // "reported by the staff": who did it, though there may be a date on which it was.
    let tied = token.lower.ends_with("ed") && tokens.get(at + 1).is_some_and(|t| t.lower == "by");
    if tied && lexicon.has_role(&token.lower, catalogue) {
        return Ok((Item::Link(token.lower.clone()), 1));
    }
    // "shipped in May": when, rather than a state.
    let timed = dates::find(tokens, at + 1, today).is_some();
    let value = lexicon
        .values_at(tokens, at)
        .filter(|(values, n)| *n > 1 || !timed || !lexicon.is_timed(&token.lower, values, catalogue))
        .filter(|(_, n)| *n > 1 || !has_object(tokens, at));
    let mut name = name_at(tokens, at, lexicon, catalogue);
    // "matches that were played": a verb, though there are players.
    if let Some((item, 1)) = &mut name {
        agentless(tokens, at, item, lexicon);
        if item.tables.is_empty() && item.columns.is_empty() {
            return Ok((Item::Link(token.lower.clone()), 1));
        }
    }
    let key = key_at(tokens, at);
    // "order value": the amount of an order.
    if matches!(tokens.get(at + 1).map(|t| t.lower.as_str()), Some("value" | "values" | "amount"))
        && name.as_ref().is_none_or(|(item, n)| *n == 1 || best(item) < 0.95)
        && let Some((table, score)) = lexicon.tables_for(&[&token.lemma]).first()
        && *score >= 0.95
        && let Some(column) = money_column(*table, lexicon, catalogue)
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
    // "the maximum salary per team" is computed, though jobs may have a maximum salary of their own.
    let computed = matches!(key, Some((Key::Aggregate(_), 1)))
        && name.as_ref().is_some_and(|(_, n)| {
            let mut split = at + n;
            while tokens.get(split).is_some_and(|t| matches!(t.lower.as_str(), "of" | "in" | "for")) {
                split += 1;
            }
            tokens.get(split).is_some_and(|t| matches!(t.lower.as_str(), "per" | "by" | "each" | "every"))
        })
        && name_at(tokens, at + 1, lexicon, catalogue).is_some_and(|(item, _)| best(&item) >= 0.95);
    if let Some((item, n)) = &name
        && *n >= 2
        && !computed
        && key.as_ref().is_none_or(|(_, m)| m < n)
    {
        return Ok((Item::Name(item.clone()), *n));
    }
    // "new customers per month": every one was new once.
    let named = token.text.starts_with('N')
        && tokens.get(at + 1).is_some_and(|t| t.text.starts_with(char::is_uppercase));
    if token.lower == "new" && name.is_none() && value.is_none() && !named {
        return Ok((Item::Filler("new".into()), 1));
    }
    // "the maximum share of the shows", where shows have a share.
    let column = key.as_ref().is_some_and(|(k, n)| *k == Key::Share && *n <= 2)
        && name.as_ref().is_some_and(|(item, n)| *n == 1 && best(item) >= 0.99);
    if let Some((key, n)) = key.filter(|_| !column) {
        return Ok((Item::Key(key), n));
    }
    // "which month had the most orders", "busiest day of the week": a step of time is asked for.
    let asked = matches!(before.last().map(|m| &m.item), Some(Item::Key(Key::Busiest(_))))
        || matches!(before.last().map(|m| &m.item), Some(Item::Filler(w)) if w == "which" || w == "what");
    // "by region and quarter"
    let split = before.iter().any(|m| matches!(m.item, Item::Key(Key::Each | Key::Grain(_))));
    let asked = asked || split && matches!(before.last().map(|m| &m.item), Some(Item::Key(Key::And)));
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
    // "… and the number": one that was spoken of.
    let ends = tokens.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark || t.lower == "together");
    if matches!(token.lower.as_str(), "number" | "count" | "quantity")
        && ends
        && name.as_ref().is_none_or(|(item, _)| best(item) < 0.9)
    {
        return Ok((Item::Key(Key::ThatNumber), 1));
    }
    // "US" is not "us", unless everything is in capitals.
    let shouted = token.text.len() >= 2
        && token.text.chars().all(char::is_uppercase)
        && tokens.iter().any(|t| t.text.chars().any(char::is_lowercase));
    // "which rooms are available?" asks for a state.
    let state = ends
        && matches!(token.lower.as_str(), "available" | "current" | "present" | "possible")
        && at
            .checked_sub(1)
            .is_some_and(|b| matches!(tokens[b].lower.as_str(), "is" | "are" | "was" | "were"));
    // "EUR invoices", where the currency of each is kept.
    let kept = words::is_currency(&token.lower) && !lexicon.values(&[&token.lower]).is_empty();
    let named = shouted && at > 0 && token.lower != "id";
    let filler = is_filler(&token.lower) && !state && !kept && !named;
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
            if is_link_verb(&token.lower) || lexicon.is_role(&token.lower, catalogue) {
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
            // "prescribed", where there are prescriptions.
            if token.lower.ends_with("ed")
                && !capital
                && let Some(name) = akin(token, lexicon, catalogue)
            {
                return Ok((Item::Name(name), 1));
            }
            let named = tokens.get(at + 1).is_some() && name_at(tokens, at + 1, lexicon, catalogue).is_some();
            match idle(tokens, at, named, lexicon) {
                Some(Idle::Relation) => return Ok((Item::Link(token.lower.clone()), 1)),
                Some(Idle::Context) => return Ok((Item::Filler(token.lower.clone()), 1)),
                None => {}
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
            // "how many people …", where only one table holds people.
            if matches!(token.lemma.as_str(), "person" | "individual")
                && let Some(table) = lexicon.people()
            {
                let text = token.text.clone();
                let tables = vec![(table, 0.85)];
                let item = NameItem {
                    text,
                    tables,
                    columns: Vec::new(),
                    plural: true,
                    is_term: false,
                    values: Vec::new(),
                };
                return Ok((Item::Name(item), 1));
            }
            if let Some(n) = new_value(tokens, at, before, lexicon, catalogue) {
                let text: Vec<&str> = tokens[at..at + n].iter().map(|t| t.text.as_str()).collect();
                return Ok((Item::Quoted(text.join(" ")), n));
            }
            Ok((Item::Unknown(token.text.clone()), 1))
        }
    }
}

/// A unit ends what is said of its number: "45 minutes and …".
fn after_number(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_none_or(|t| {
        t.kind != TokenKind::Word
            || matches!(t.lower.as_str(), "and" | "or" | "with" | "but" | "that" | "who" | "in" | "from")
    })
}

/// The verb that "did" was left for: the last word, behind whoever did it.
fn ends_with_verb(tokens: &[Token], at: usize) -> bool {
    if at == 0 {
        return false;
    }
    let did = |t: &Token| matches!(t.lower.as_str(), "did" | "does" | "do");
    let since = tokens[..at].iter().rev().take(6).position(did);
    let ends = tokens.get(at + 1).is_none_or(|t| {
        t.kind == TokenKind::Mark
            || matches!(t.lower.as_str(), "in" | "on" | "at" | "during" | "since" | "last" | "this")
    });
    let who = tokens[at - 1].kind == TokenKind::Word && !is_filler(&tokens[at - 1].lower);
    let plain = tokens[at].text == tokens[at].lemma
        && !matches!(tokens[at - 1].lower.as_str(), "in" | "not" | "never");
    who && plain && since.is_some_and(|n| n >= 1) && (ends || tokens[at].lower == "make")
}

/// The better of an item's scores.
pub fn best(item: &NameItem) -> f32 {
    let table = item.tables.first().map_or(0.0, |t| t.1);
    let column = item.columns.first().map_or(0.0, |c| c.1);
    table.max(column)
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
        let unit = tokens.get(at + n + 1).is_some_and(|t| words::is_currency(&t.lower));
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
        // "no flights" is no flight number.
        if n == 0
            && token.lower == "no"
            && tokens.get(at + 1).is_some_and(|t| t.lower != "of" && t.text != ".")
        {
            return None;
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
        // "the largest zoo by area": not one name.
        if n > 1 && phrase.contains(&"by") {
            columns.retain(|(c, _)| lexicon.columns[c.table][c.column].words.iter().any(|w| w == "by"));
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
        // "sales made": the sales, rather than an amount of payments made.
        let score = columns.first().map_or(0.0, |c| c.1).max(tables.first().map_or(0.0, |t| t.1));
        if best_found.as_ref().is_some_and(|(shorter, _)| best(shorter) > score + 0.2) {
            continue;
        }
        best_found = Some((NameItem { text, tables, columns, plural, is_term, values: Vec::new() }, n + 1));
    }
    best_found
}
