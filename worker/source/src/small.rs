//! Reads that are small whatever their plan: PostgreSQL need not be asked what they cost, which would take longer than
//! they do.
//!
//! One plain table whose size on disk, at this moment, is a few megabytes; no join, no second SELECT, nothing that
//! makes rows, and only functions of constant effort. Such a statement reads at most some hundred thousand rows, and
//! sorts them a few times. The look at the text is deliberately coarse: a word inside a literal may make a small read
//! look big, which only costs the question to the server; nothing can make a big one look small.

use crate::recheck::Name;

/// The largest table.
const BYTES: u64 = 8 << 20;
/// The longest statement, in bytes: what is computed for each row is bounded by it.
const TEXT: usize = 2048;
/// The cost that such a read cannot reach. A row takes at least 28 bytes of a page, so that 8 MB hold 300,000; each costs
/// less than a few units for its pages, its operators (at most one for three bytes of text, at 0.0025) and its part in
/// every sort.
const COST: f64 = 1e7;
/// The rows that such a read cannot have.
pub(crate) const ROWS: f64 = 300_000.0;

/// Functions that give one value for one row or group, in time that does not depend on their arguments' size
/// more than their own text does.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "btrim",
    "ceil",
    "ceiling",
    "coalesce",
    "count",
    "date_part",
    "date_trunc",
    "extract",
    "floor",
    "length",
    "lower",
    "ltrim",
    "max",
    "min",
    "round",
    "rtrim",
    "sum",
    "trunc",
    "upper",
];

/// What follows the only table, in the words of PostgreSQL's own printer.
const AFTER: &[&str] = &["where", "group", "having", "order", "limit", "offset"];

/// Whether the statement, as the policy deparsed it, is certainly cheaper than `cap`. `table_bytes` is the size of
/// the one plain table it reads.
pub(crate) fn is_small(sql: &str, functions: &[Name], table_bytes: Option<u64>, cap: f64) -> bool {
    cap >= COST
        && table_bytes.is_some_and(|bytes| bytes <= BYTES)
        && sql.len() <= TEXT
        && functions.iter().all(|(schema, name)| {
            schema.as_deref().is_none_or(|s| s == "pg_catalog") && FUNCTIONS.contains(&name.as_str())
        })
        && reads_one_table(sql)
}

fn reads_one_table(sql: &str) -> bool {
    let text = sql.to_ascii_lowercase();
    let count = |word: &str| text.matches(word).count();
    // Grouping sets multiply the work; a set operation, a subquery or a common table expression has another SELECT,
    // TABLE or VALUES.
    if !text.starts_with("select ")
        || count("select") != 1
        || count("from") != 1
        || ["join", "cube", "rollup", "grouping", "table", "values", "over", "with "]
            .iter()
            .any(|w| count(w) > 0)
    {
        return false;
    }
    let Some((_, after)) = text.split_once("from ") else { return false };
    let Some(rest) = name(after) else { return false };
    let rest = rest.strip_prefix('.').map_or(Some(rest), name);
    let Some(rest) = rest else { return false };
    let rest = rest.strip_prefix(" as ").and_then(name).unwrap_or(rest);
    let next = rest.trim_start();
    let whole = next.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    rest.is_empty() || (rest.starts_with(' ') && AFTER.contains(&whole))
}

/// What stands behind a name, plain or in quotes.
fn name(text: &str) -> Option<&str> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"')?;
        // A doubled quote inside a name is rare enough to be asked about.
        return (!name.is_empty() && !rest.starts_with('"')).then_some(rest);
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    (end > 0).then(|| &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, functions: &[&str], expected: bool) {
        let functions: Vec<Name> = functions.iter().map(|f| (None, (*f).to_owned())).collect();
        assert_eq!(is_small(sql, &functions, Some(BYTES), COST), expected, "{sql}");
    }

    #[test]
    fn one_plain_table_is_small_and_all_else_is_asked_about() {
        check("SELECT count(*) FROM shop.orders", &["count"], true);
        check("SELECT count(*) FROM \"shop\".\"My orders\" AS o WHERE o.a = 1", &["count"], true);
        check("SELECT a, sum(b) FROM orders GROUP BY a ORDER BY 2 DESC LIMIT 5", &["sum"], true);
        check("SELECT a FROM orders, lines", &[], false);
        check("SELECT a FROM orders AS o, lines", &[], false);
        check("SELECT a FROM orders o CROSS JOIN orders p", &[], false);
        check("SELECT a FROM orders WHERE id IN (SELECT id FROM orders)", &[], false);
        check("SELECT ' from orders where ' FROM orders, orders p", &[], false);
        check("SELECT a FROM orders TABLESAMPLE system(5)", &[], false);
        check("SELECT a FROM generate_series(1, 1000000000)", &["generate_series"], false);
        check("SELECT generate_series(1, 1000000000) FROM orders", &["generate_series"], false);
        check("SELECT a, count(*) FROM orders GROUP BY CUBE (a, b)", &["count"], false);
        check("WITH x AS (TABLE orders) SELECT a FROM x", &[], false);
        check("SELECT repeat('x', 100000000) FROM orders", &["repeat"], false);
        check("SELECT 1", &[], false);
        assert!(!is_small("SELECT count(*) FROM t", &[], Some(BYTES + 1), COST));
        assert!(!is_small("SELECT count(*) FROM t", &[], None, COST));
        assert!(!is_small("SELECT count(*) FROM t", &[], Some(1), 50_000.0), "a low cap is asked about");
        let own = [(Some("public".to_owned()), "count".to_owned())];
        assert!(!is_small("SELECT public.count(a) FROM t", &own, Some(1), COST));
        // The name of a function of somebody's own, without a schema, is told by the second look.
        check(&format!("SELECT a FROM t WHERE a IN ({}1)", "1, ".repeat(1000)), &[], false);
    }
}
