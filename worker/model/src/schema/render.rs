//! One table in a few lines.

use super::{MayShow, Words};
use crate::fence;
use rowcall_core::{Catalogue, Column, Table, TableKind};
use std::fmt::Write;

/// Columns that are described of one table; of wider ones, those that matter.
const COLUMNS: usize = 60;
/// Values shown of one column.
const VALUES: usize = 12;
/// Labels shown of an enumerated type.
const LABELS: usize = 40;
/// Characters of a comment.
const COMMENT: usize = 160;

/// `schema.name`, in quotes where needed.
pub fn full_name(table: &Table) -> String {
    format!("{}.{}", fence::name(&table.schema), fence::name(&table.name))
}

/// A table with its columns, keys, comments and values.
pub fn describe(catalogue: &Catalogue, table: &Table, asked: &Words, may_show: MayShow<'_>) -> String {
    let mut out = String::new();
    let kind = match table.kind {
        TableKind::Table | TableKind::Partitioned => "",
        TableKind::View => " view",
        TableKind::MaterializedView => " materialized view",
        TableKind::Foreign => " foreign table",
    };
    let rows = table.row_estimate.filter(|n| *n >= 0.0).map(|n| format!(" ~{n:.0} rows")).unwrap_or_default();
    let _ = writeln!(out, "{}{kind}{rows}{}", full_name(table), comment(table.comment.as_deref()));
    let shown = columns(table, asked, may_show);
    for column in &shown {
        let _ = writeln!(out, "  {}", describe_column(catalogue, table, column, asked, may_show));
    }
    if shown.len() < table.columns.len() {
        let rest = table.columns.len() - shown.len();
        let _ = writeln!(out, "  … and {rest} more columns");
    }
    for key in table.unique_keys.iter().take(4) {
        let _ = writeln!(out, "  unique ({})", names(key));
    }
    for key in table.foreign_keys.iter().filter(|k| k.columns.len() > 1) {
        let _ = writeln!(
            out,
            "  ({}) → {}.{} ({})",
            names(&key.columns),
            fence::name(&key.references_schema),
            fence::name(&key.references_table),
            names(&key.references_columns),
        );
    }
    out
}

fn names(columns: &[String]) -> String {
    columns.iter().map(|c| fence::name(c)).collect::<Vec<_>>().join(", ")
}

/// The columns to show: all of an ordinary table, of a very wide one its keys and those that are asked about.
fn columns<'a>(table: &'a Table, asked: &Words, may_show: MayShow<'_>) -> Vec<&'a Column> {
    if table.columns.len() <= COLUMNS {
        return table.columns.iter().collect();
    }
    let weight = |column: &Column| {
        let key = table.primary_key.contains(&column.name)
            || table.foreign_keys.iter().any(|k| k.columns.contains(&column.name));
        let said = asked.in_name(&column.name)
            + column.comment.as_deref().map_or(0.0, |c| asked.in_text(c))
            + asked.in_values(&column.enum_values)
            + if may_show(table, column) { asked.in_values(&column.samples) } else { 0.0 };
        said + if key { 2.0 } else { 0.0 }
    };
    let mut ranked: Vec<(usize, f64)> =
        table.columns.iter().enumerate().map(|(n, c)| (n, weight(c))).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<usize> = ranked.into_iter().take(COLUMNS).map(|(n, _)| n).collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|n| &table.columns[n]).collect()
}

fn describe_column(
    catalogue: &Catalogue,
    table: &Table,
    column: &Column,
    asked: &Words,
    may_show: MayShow<'_>,
) -> String {
    let mut out = format!("{} {}", fence::name(&column.name), fence::line(&column.type_name, 60));
    if table.primary_key.contains(&column.name) {
        out.push_str(" pk");
    } else if !column.nullable {
        out.push_str(" not null");
    }
    for key in table.foreign_keys.iter().filter(|k| k.columns.len() == 1 && k.columns[0] == column.name) {
        let to = catalogue.table(&key.references_schema, &key.references_table);
        let name = to.map_or_else(|| fence::name(&key.references_table), full_name);
        let _ = write!(out, " → {name}.{}", names(&key.references_columns));
    }
    if !column.enum_values.is_empty() {
        let _ = write!(out, " one of: {}", values(&column.enum_values, LABELS, asked));
    }
    if !column.samples.is_empty() && may_show(table, column) {
        let word = if column.samples_complete && column.samples.len() <= VALUES { "values" } else { "e.g." };
        let _ = write!(out, " {word} {}", values(&column.samples, VALUES, asked));
    }
    out.push_str(&comment(column.comment.as_deref()));
    out
}

/// Values in quotes; those that the question says come first.
fn values(values: &[String], most: usize, asked: &Words) -> String {
    let (said, rest): (Vec<&String>, Vec<&String>) = values.iter().partition(|v| asked.says(v));
    let shown: Vec<String> = said.into_iter().chain(rest).take(most).map(|v| fence::quoted(v, 60)).collect();
    shown.join(", ")
}

fn comment(text: Option<&str>) -> String {
    text.map(|c| fence::line(c, COMMENT))
        .filter(|c| !c.is_empty())
        .map(|c| format!(" -- {c}"))
        .unwrap_or_default()
}
