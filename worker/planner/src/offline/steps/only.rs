//! "Customers who ordered only through the website", "nothing but the website", "whose only role is stand-in": those who
//! did, less those who also did otherwise.

use super::{Step, written};
use crate::offline::{arbiter::Read, lexicon::ValueRef, words::TokenKind};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, TableName};

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let (from, to, at) = (1..step.tokens.len()).find_map(|i| said(step, i))?;
    let (at, (values, used)) = match value(step, at) {
        Some(found) => (at, found),
        // "who only book through the website", "who only ever had the Free plan"
        None => further(step, at)?,
    };
    let end = other(step, at + used).unwrap_or(at + used);
    let behind =
        if end > at + used { written(&step.tokens[end..]) } else { written(&step.tokens[at + used..]) };
    let head = written(&step.tokens[..from]);
    let kept = match to {
        Some(to) => written(&step.tokens[to..at + used]),
        None => written(&step.tokens[from + 1..at + used]),
    };
    let text = format!("{head} {kept} {behind}");
    let mut read = (step.read)(text.trim()).ok().filter(|r| r.certainty >= crate::offline::FLOOR)?;
    let source = step.lexicon.prepared.table(step.catalogue, &read.plan.source).ok()?;
    let of_one = |table: &TableName| {
        let table = step.lexicon.prepared.table(step.catalogue, table).ok();
        table
            .is_some_and(|t| t == source || step.lexicon.prepared.graph.path(source, t, true, None).is_some())
    };
    let found = read.plan.filters.iter().find_map(|filter| chosen(filter, &values))?;
    let (field, literal) = found;
    // "only cancelled orders" are those orders; "customers with only a savings account" have no other.
    let thing = step.lower(from) == "only" && to == Some(from + 1) && !placing(step.lower(from + 1));
    if thing && (of_one(&field.table) || !read.plan.dimensions.is_empty()) {
        return None;
    }
    if of_one(&field.table) {
        // Rows have one of it anyway; of whom they are, nothing is said.
        let whose = read.plan.measures.is_empty()
            && matches!(read.plan.columns.as_slice(), [column] if refers(step, column, source));
        let clear = values.iter().all(|v| v.column == values[0].column);
        return (clear && !whose).then_some(read).or_else(|| doubtful(step, text.trim()));
    }
    let otherwise = Filter::Compare {
        field: field.clone(),
        operator: Operator::NotEqual,
        operand: Operand::Literal(literal),
    };
    read.plan.filters.push(Filter::Related {
        table: field.table,
        filters: vec![otherwise],
        count: None,
        negated: true,
        via: None,
    });
    rowcall_plan::compile_with(&read.plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

/// The value that stands a few words behind "only", where these only tell what is done.
fn further(step: &Step<'_>, at: usize) -> Option<(usize, (Vec<ValueRef>, usize))> {
    (at + 1..at + 4).find_map(|n| {
        let between = step.tokens.get(at..n)?;
        // "only book through the website"
        let verb = placing(step.lower(at + 1)) && step.lower(at) == step.tokens[at].lemma;
        let plain = between.iter().enumerate().all(|(i, t)| {
            t.kind == TokenKind::Word
                && (i == 0 && verb || !step.lexicon.names_table(&t.lemma, 0.75))
                && !matches!(
                    t.lower.as_str(),
                    "than" | "and" | "or" | "who" | "that" | "with" | "most" | "least"
                )
        });
        value(step, n).filter(|_| plain).map(|found| (n, found))
    })
}

/// A word before the way, the place or the means of something.
fn placing(word: &str) -> bool {
    matches!(word, "through" | "via" | "by" | "as" | "with" | "over" | "on" | "in" | "at" | "from")
}

/// What passes over "only" is not believed.
fn doubtful(step: &Step<'_>, text: &str) -> Option<Read> {
    (step.read)(text).ok().map(|read| Read { certainty: 0.0, ..read })
}

/// A column by which rows belong to others.
fn refers(step: &Step<'_>, field: &Field, source: usize) -> bool {
    step.lexicon
        .prepared
        .graph
        .edges
        .iter()
        .any(|e| e.from == source && e.from_columns == [field.column.clone()])
}

/// Where "only" is said, which words go with it, and where the value may begin.
fn said(step: &Step<'_>, i: usize) -> Option<(usize, Option<usize>, usize)> {
    let verbal = |at: usize| placing(step.lower(at));
    let has = |at: usize| {
        matches!(
            step.lower(at),
            "have" | "has" | "had" | "own" | "owns" | "hold" | "holds" | "bought" | "buy"
        )
    };
    let article = |at: usize| at + usize::from(matches!(step.lower(at), "the" | "a" | "an" | "our"));
    match step.lower(i) {
        "only" | "exclusively" | "solely" => {
            let ever = i + 1 + usize::from(step.lower(i + 1) == "ever");
            let used = ever + usize::from(step.lower(ever) == "used");
            // "whose only role is"
            let role = step.lower(i - 1) == "whose"
                && step.lower(i) == "only"
                && matches!(step.lower(i + 2), "is" | "was");
            match () {
                () if role => Some((i, None, article(i + 3))),
                () if verbal(used) => Some((i, Some(ever), article(used + 1))),
                // "only a savings account", "only have savings accounts"
                () => Some((i, Some(i + 1), article(i + 1 + usize::from(has(i + 1))))),
            }
        }
        "nothing" if matches!(step.lower(i + 1), "but" | "except") => Some((i, Some(i + 2), article(i + 2))),
        _ => None,
    }
}

/// The values of the longest text that begins here.
fn value(step: &Step<'_>, at: usize) -> Option<(Vec<ValueRef>, usize)> {
    let token = step.tokens.get(at)?;
    if token.kind == TokenKind::Quoted {
        let parts: Vec<String> =
            crate::offline::words::tokens(&token.text).into_iter().map(|t| t.lower).collect();
        let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
        let found = step.lexicon.values(&refs).to_vec();
        return (!found.is_empty()).then_some((found, 1));
    }
    (token.kind == TokenKind::Word).then(|| step.lexicon.values_at(&step.tokens, at)).flatten()
}

/// "and through no other channel", "and have no other role in any programme": the same, said again.
fn other(step: &Step<'_>, at: usize) -> Option<usize> {
    matches!(step.lower(at), "and" | "but").then_some(())?;
    let no = (at + 1..at + 4).find(|n| step.lower(*n) == "no" && step.lower(n + 1) == "other")?;
    let ends =
        |n: &usize| step.tokens.get(*n).is_none_or(|t| matches!(t.text.as_str(), "." | "?" | ";" | ","));
    (no..=step.tokens.len()).find(ends)
}

/// The column and value of a condition that chooses one of these values.
fn chosen(filter: &Filter, values: &[ValueRef]) -> Option<(Field, Literal)> {
    match filter {
        Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(literal) } => {
            let Literal::Text(text) = literal else { return None };
            values.iter().any(|v| v.text == *text).then(|| (field.clone(), literal.clone()))
        }
        Filter::All(parts) | Filter::Related { filters: parts, negated: false, .. } => {
            parts.iter().find_map(|part| chosen(part, values))
        }
        _ => None,
    }
}
