//! Legends: what the codes of one column stand for, "pos: GK = goalkeeper, DF = defender".

use super::Sources;
use super::statements::{Statement, cut};

/// Signs and words between a code and its meaning.
const TIES: &[&str] = &["=", ":", " stands for ", " means ", " is "];

/// The statements of a legend, if the text is one: a column, and after it nothing but codes with their meanings.
pub fn legend(text: &str, world: &Sources<'_>) -> Option<Vec<Statement>> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))?;
    let (column, rest) = text.split_at(end);
    let (table, name) = match column.split_once('.') {
        Some((table, name)) => (Some(table), name),
        None => (None, column),
    };
    let columns = world.columns_called(table, name);
    let rest = rest.trim_start().trim_start_matches([':', '(']).trim().trim_end_matches([')', '.']);
    // "status active refers to status = 1" is no list of codes.
    let tied = [" refers to ", " refer to "].iter().any(|tie| text.contains(tie));
    if columns.is_empty() || tied || rest.starts_with(['=', '<', '>', '!']) {
        return None;
    }
    let kept = |code: &str| {
        columns.iter().any(|c| {
            let column = &world.catalogue.tables[c.table].columns[c.column];
            column.enum_values.iter().chain(&column.samples).any(|s| s.trim() == code)
                || column.kind.is_numeric() && code.parse::<i64>().is_ok()
        })
    };
    let items = cut(rest, &[',']);
    let item = |item: &String| {
        let (left, right) = TIES.iter().find_map(|tie| item.split_once(tie))?;
        let bare = |side: &str| side.trim().trim_matches(['\'', '"']).to_owned();
        let (left, right) = (bare(left), bare(right));
        let (code, meaning) = if kept(&left) { (left, right) } else { (right, left) };
        let plain = meaning.split_whitespace().count() <= 4
            && !meaning.is_empty()
            && meaning.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/'));
        let quote = if code.contains('\'') { '"' } else { '\'' };
        (plain && kept(&code)).then(|| Statement {
            left: meaning,
            right: format!("{column} = {quote}{code}{quote}"),
            loose: false,
        })
    };
    let said: Vec<Statement> = items.iter().map(item).collect::<Option<_>>()?;
    // "status: A = active" says as much of one code alone.
    (!said.is_empty()).then_some(said)
}
