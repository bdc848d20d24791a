//! Builds what the source's owner keeps back into a checked statement. Every place where it reads a restricted table is
//! put another query in its stead, which has the table's name, no hidden column, something else for each masked one,
//! and only the rows that may be seen. So it holds for `*`, joins, conditions, sorting, whole rows and whatever else
//! can be written: there is nothing else to refer to.
//!
//! A statement that was guarded once may be checked again: proofs are made anew wherever they are needed. What stands in
//! such a query's place already stays, since a mask that is built in twice shows something else.
//!
//! It works on the printed statement, in which the parser tells where each table stands; what comes out is parsed,
//! checked and printed like any other statement.

use std::ops::Range;

use pg_query::protobuf::ScanToken;
use rowcall_core::{Catalogue, Column, Mask, Named, Table, TableRestriction};

use crate::walk::{Findings, Place};
use crate::{Code, Facts, Refusal, parse, rules};

/// The statement with its restrictions; the same where it reads no restricted table.
pub fn apply(printed: String, facts: &Facts<'_>) -> Result<String, Refusal> {
    let Some(catalogue) = facts.catalogue.filter(|c| !c.restrictions.is_open()) else { return Ok(printed) };
    let before = examine(&printed, facts)?;
    if before.places.is_empty() {
        return Ok(printed);
    }
    let tokens = rules::text::tokens(&printed)?;
    let done = built_in_before(&printed, &tokens, &before.places, catalogue)?;
    let (stay, mut places): (Vec<Place>, Vec<Place>) = before
        .places
        .into_iter()
        .partition(|place| usize::try_from(place.at()).is_ok_and(|at| done.iter().any(|r| r.contains(&at))));
    if places.is_empty() {
        return Ok(printed);
    }
    let mut text = printed;
    // From the end, so that the places before stay where they are.
    places.sort_by_key(|place| std::cmp::Reverse(place.at()));
    let tables = places.iter().chain(&stay).filter(|p| matches!(p, Place::Table { .. })).count();
    for place in &places {
        let at = usize::try_from(place.at()).map_err(|_| failed("its tables cannot be found again"))?;
        let first = tokens
            .iter()
            .position(|t| usize::try_from(t.start) == Ok(at))
            .ok_or_else(|| failed("its tables cannot be found again"))?;
        match place {
            Place::Table { named, qualified, only, alias, .. } => {
                let parts = if *qualified { 3 } else { 1 };
                let last =
                    tokens.get(first + parts - 1).ok_or_else(|| failed("a table's name ends early"))?;
                let start = match first.checked_sub(1).map(|n| &tokens[n]).filter(|_| *only) {
                    Some(word) => word.start,
                    None => tokens[first].start,
                };
                let mut query = substitute(named, *only, catalogue)?;
                if !alias {
                    query.push_str(" AS ");
                    query.push_str(&quoted(&named.name));
                }
                let range = usize::try_from(start).ok().zip(usize::try_from(last.end).ok());
                let (start, end) = range.ok_or_else(|| failed("its tables cannot be found again"))?;
                text.replace_range(start..end, &query);
            }
            Place::Column { .. } => {
                // `schema.table.column`: the schema goes, since the query in the table's stead has none.
                let next = tokens.get(first + 2).and_then(|t| usize::try_from(t.start).ok());
                let next = next.ok_or_else(|| failed("a column's name ends early"))?;
                text.replace_range(at..next, "");
            }
        }
    }
    let tree = parse::parse(&text).map_err(|_| failed("its restrictions do not fit where a table stands"))?;
    let text = rules::round_trip::check(&tree, &text, &rules::text::tokens(&text)?)?;
    let after = examine(&text, facts)?;
    if let Some(refusal) = after.refusals.into_iter().next() {
        return Err(Refusal { at: None, ..refusal });
    }
    let built_in = owners_tables(&places, catalogue)?;
    if after.places.iter().filter(|p| matches!(p, Place::Table { .. })).count() != tables + built_in {
        return Err(failed("its restrictions could not be built in everywhere"));
    }
    Ok(text)
}

/// Where the statement has, word for word, the query that would be put in a restricted table's stead.
fn built_in_before(
    printed: &str,
    tokens: &[ScanToken],
    places: &[Place],
    catalogue: &Catalogue,
) -> Result<Vec<Range<usize>>, Refusal> {
    let words = |text: &str, tokens: &[ScanToken]| -> Option<Vec<String>> {
        tokens
            .iter()
            .map(|t| {
                text.get(usize::try_from(t.start).ok()?..usize::try_from(t.end).ok()?).map(str::to_owned)
            })
            .collect()
    };
    let here = words(printed, tokens).ok_or_else(|| failed("its words cannot be told apart"))?;
    let mut found = Vec::new();
    for place in places {
        let Place::Table { at, named, only, .. } = place else { continue };
        let Some(first) = tokens.iter().position(|t| t.start == *at) else { continue };
        let tree = parse::parse(&format!("SELECT * FROM {} AS t", substitute(named, *only, catalogue)?))?;
        let query = parse::print(&tree).map_err(|_| failed("its restrictions cannot be printed"))?;
        let query =
            query.strip_prefix("SELECT * FROM ").and_then(|q| q.strip_suffix(" t")).unwrap_or_default();
        let query = words(query, &rules::text::tokens(query)?).unwrap_or_default();
        // Which of its words is the table depends on what its owner wrote; all of them are compared.
        let begins = (0..query.len())
            .filter(|n| query[*n] == here[first])
            .filter_map(|n| first.checked_sub(n))
            .find(|begin| here.get(*begin..begin + query.len()) == Some(query.as_slice()));
        if let Some(begin) = begins {
            let ends = usize::try_from(tokens[begin].start)
                .ok()
                .zip(usize::try_from(tokens[begin + query.len() - 1].end).ok());
            found.extend(ends.map(|(start, end)| start..end));
        }
    }
    Ok(found)
}

/// How many restricted tables the owner's own conditions and masks read, which stay as they are.
fn owners_tables(places: &[Place], catalogue: &Catalogue) -> Result<usize, Refusal> {
    let mut count = 0;
    for place in places {
        if let Place::Table { named, only, .. } = place {
            let query = substitute(named, *only, catalogue)?;
            let inside =
                examine(&format!("SELECT * FROM {query} AS t"), &Facts { catalogue: Some(catalogue) })?;
            // One of them is the table itself.
            count += inside.places.iter().filter(|p| matches!(p, Place::Table { .. })).count() - 1;
        }
    }
    Ok(count)
}

fn examine(text: &str, facts: &Facts<'_>) -> Result<Findings, Refusal> {
    let tree = parse::parse(text)?;
    let statement = rules::single_statement::check(&tree, text)?;
    let mut walk = crate::walk::Walk::new(facts);
    rules::statement::check(statement, &mut walk);
    Ok(walk.finish())
}

/// The query that stands for a restricted table, in parentheses.
fn substitute(named: &Named, only: bool, catalogue: &Catalogue) -> Result<String, Refusal> {
    let unknown = || failed(&format!("what may be seen of {named} is not known"));
    let table = catalogue.table(&named.schema, &named.name).ok_or_else(unknown)?;
    let restriction = catalogue.restrictions.of(&named.schema, &named.name).ok_or_else(unknown)?;
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|c| !restriction.hides(&c.name))
        .map(|c| column(c, restriction))
        .collect::<Result<_, _>>()?;
    if columns.is_empty() {
        return Err(unknown());
    }
    let only = if only { "ONLY " } else { "" };
    let from = format!("{only}{}.{}", quoted(&table.schema), quoted(&table.name));
    let rows = match &restriction.rows {
        // OFFSET 0 keeps the asker's conditions outside: PostgreSQL could else try them on rows that are left out,
        // and an error would tell of them.
        Some(condition) => format!(" WHERE ({}) OFFSET 0", expression(condition, table)?),
        None => String::new(),
    };
    Ok(format!("(SELECT {} FROM {from}{rows})", columns.join(", ")))
}

fn column(column: &Column, restriction: &TableRestriction) -> Result<String, Refusal> {
    let name = quoted(&column.name);
    Ok(match restriction.mask(&column.name) {
        None => name,
        Some(Mask::Null) => format!("NULL::{} AS {name}", column.type_name),
        Some(Mask::Text(text)) => {
            format!("CASE WHEN {name} IS NOT NULL THEN '{}' END AS {name}", text.replace('\'', "''"))
        }
        Some(Mask::First(count)) => {
            format!(
                "pg_catalog.left({name}::pg_catalog.text, {count}) OPERATOR(pg_catalog.||) '***' AS {name}"
            )
        }
        Some(Mask::Sql(sql)) => format!("({}) AS {name}", one_expression(sql, &column.name)?),
    })
}

fn expression(condition: &str, table: &Table) -> Result<String, Refusal> {
    one_expression(condition, &table.name)
}

/// The owner's expression, if it is one and nothing more.
fn one_expression(text: &str, of: &str) -> Result<String, Refusal> {
    let wrong = || failed(&format!("what its owner wrote about {of} is not an SQL expression"));
    // In parentheses no clause can follow it; without them its own parentheses must match.
    let tree = parse::parse(&format!("SELECT ({text}\n)")).map_err(|_| wrong())?;
    let open = parse::parse(&format!("SELECT {text}\n")).map_err(|_| wrong())?;
    if !is_one_expression(&tree) || !is_one_expression(&open) {
        return Err(wrong());
    }
    // Printed, so that a comment at its end cannot swallow what follows.
    let printed = parse::print(&tree).map_err(|_| wrong())?;
    Ok(printed.strip_prefix("SELECT ").ok_or_else(wrong)?.to_owned())
}

fn is_one_expression(tree: &pg_query::protobuf::ParseResult) -> bool {
    match tree.stmts.as_slice() {
        [only] => matches!(
            only.stmt.as_deref().and_then(|s| s.node.as_ref()),
            Some(pg_query::protobuf::node::Node::SelectStmt(select)) if select.target_list.len() == 1
        ),
        _ => false,
    }
}

/// A name in double quotes.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn failed(what: &str) -> Refusal {
    Refusal::new(Code::Restricted, format!("The statement reads a restricted table, and {what}."), None)
}
