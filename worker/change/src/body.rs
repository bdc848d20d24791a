//! A look at the source text of a trigger's function: which functions it calls, which tables it writes to, whether it
//! does anything that a transaction rolled back would not undo. Coarse on purpose, and only ever towards "no".

use pg_query::protobuf::{KeywordKind, ScanToken, Token};

/// Words that make SQL of text, leave the transaction, or do what a look at the text cannot judge.
const CLOSED_WORDS: [&str; 18] = [
    "execute", "copy", "call", "commit", "rollback", "do", "notify", "listen", "lock", "truncate", "set",
    "reset", "create", "alter", "drop", "grant", "vacuum", "dblink",
];

/// Words of the grammar that may stand before a parenthesis and call nothing.
const NO_FUNCTIONS: [&str; 6] = ["conflict", "over", "filter", "by", "materialized", "key"];

/// What the text says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Functions called, as schema (if written) and name.
    pub calls: Vec<(Option<String>, String)>,
    /// A word or a form that cannot be judged.
    pub closed: Option<String>,
}

/// Tables that it names as the target of a change, quoted.
pub(crate) fn written_tables(text: &str) -> Vec<String> {
    let Some(words) = words(text) else { return Vec::new() };
    let mut tables = Vec::new();
    for (n, word) in words.iter().enumerate() {
        let after = |n: usize| words.get(n).map(|w| w.folded.as_str()).unwrap_or_default();
        let start = match word.folded.as_str() {
            "insert" | "merge" if after(n + 1) == "into" => n + 2,
            "delete" if after(n + 1) == "from" => n + 2,
            // `ON CONFLICT DO UPDATE`, `FOR UPDATE` and `BEFORE UPDATE` name no table.
            "update" if !matches!(n.checked_sub(1).map(after).unwrap_or_default(), "do" | "for" | "or") => {
                n + 1
            }
            _ => continue,
        };
        let start = if after(start) == "only" { start + 1 } else { start };
        if let Some((schema, name)) = name_at(&words, start) {
            tables.push(crate::facts::quoted(schema.as_deref(), &name));
        }
    }
    tables
}

/// Looks at a function's text.
pub(crate) fn examine(text: &str) -> Body {
    let Some(words) = words(text) else {
        return Body { calls: Vec::new(), closed: Some("its text cannot be read".into()) };
    };
    let mut body = Body::default();
    for (n, word) in words.iter().enumerate() {
        let closed_word = word.is_word && CLOSED_WORDS.contains(&word.folded.as_str());
        // `UPDATE t SET`, `ON CONFLICT DO`: parts of statements that are fine.
        let fine = match word.folded.as_str() {
            "set" => words[..n].iter().rev().take(6).any(|w| w.folded == "update"),
            "do" => n > 0 && words[..n].iter().rev().take(12).any(|w| w.folded == "conflict"),
            _ => false,
        };
        if closed_word && !fine && !is_field(&words, n) {
            body.closed.get_or_insert_with(|| format!("it says {}", word.folded.to_uppercase()));
        }
        let called = word.is_name
            && !(word.is_word && NO_FUNCTIONS.contains(&word.folded.as_str()))
            && words.get(n + 1).is_some_and(|w| w.folded == "(");
        let is_table = n > 0
            && (words[n - 1].folded == "into"
                || (n > 2 && words[n - 1].folded == "." && words[n - 3].folded == "into"));
        if called && !is_table {
            let schema = (n > 1 && words[n - 1].folded == ".").then(|| words[n - 2].folded.clone());
            body.calls.push((schema, word.folded.clone()));
        }
    }
    body
}

/// It stands behind a dot: `new.set` is a field.
fn is_field(words: &[Word], n: usize) -> bool {
    n > 0 && words[n - 1].folded == "."
}

fn name_at(words: &[Word], at: usize) -> Option<(Option<String>, String)> {
    let first = words.get(at).filter(|w| w.is_name)?;
    match (words.get(at + 1), words.get(at + 2)) {
        (Some(dot), Some(second)) if dot.folded == "." => {
            Some((Some(first.folded.clone()), second.folded.clone()))
        }
        _ => Some((None, first.folded.clone())),
    }
}

struct Word {
    folded: String,
    /// Written without quotes.
    is_word: bool,
    /// It can be the name of a table or function.
    is_name: bool,
}

/// The words of a text without comments; none when it cannot be scanned, or holds a string that may be SQL.
fn words(text: &str) -> Option<Vec<Word>> {
    let tokens = pg_query::scan_tokens(text).ok()?;
    Some(tokens.iter().filter(|t| !is_comment(t)).filter_map(|token| word(text, token)).collect())
}

fn word(text: &str, token: &ScanToken) -> Option<Word> {
    let raw = text.get(usize::try_from(token.start).ok()?..usize::try_from(token.end).ok()?)?;
    let quoted = raw.starts_with('"');
    let folded = if quoted { raw.trim_matches('"').replace("\"\"", "\"") } else { raw.to_ascii_lowercase() };
    let reserved = token.keyword_kind == KeywordKind::ReservedKeyword as i32
        || token.keyword_kind == KeywordKind::ColNameKeyword as i32
        || token.keyword_kind == KeywordKind::TypeFuncNameKeyword as i32;
    let is_ident =
        token.token == Token::Ident as i32 || (token.keyword_kind == KeywordKind::UnreservedKeyword as i32);
    Some(Word { folded, is_word: !quoted, is_name: is_ident && !reserved })
}

fn is_comment(token: &ScanToken) -> bool {
    token.token == Token::SqlComment as i32 || token.token == Token::CComment as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, calls: &[&str], tables: &[&str], closed: bool) {
        let body = examine(text);
        let called: Vec<&str> = body.calls.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(called, calls, "{text}");
        assert_eq!(written_tables(text), tables, "{text}");
        assert_eq!(body.closed.is_some(), closed, "{text}: {:?}", body.closed);
    }

    #[test]
    fn a_body_tells_what_it_calls_and_writes() {
        check("BEGIN NEW.at := now(); RETURN NEW; END", &["now"], &[], false);
        check(
            "BEGIN INSERT INTO audit(a, b) VALUES (1, upper(NEW.x)); RETURN NULL; END",
            &["upper"],
            &["\"audit\""],
            false,
        );
        check(
            "BEGIN UPDATE shop.stock SET n = n - 1 WHERE id = NEW.id; DELETE FROM ONLY \"Old ones\"; RETURN NEW; END",
            &[],
            &["\"shop\".\"stock\"", "\"Old ones\""],
            false,
        );
        check("BEGIN EXECUTE 'DROP TABLE x'; END", &[], &[], true);
        check("BEGIN PERFORM pg_notify('a', 'b'); RETURN NEW; END", &["pg_notify"], &[], false);
        check("BEGIN -- EXECUTE\n RETURN NEW; END", &[], &[], false);
        check(
            "BEGIN INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = 1; END",
            &[],
            &["\"a\""],
            false,
        );
        check("BEGIN SET ROLE postgres; END", &[], &[], true);
        check("BEGIN SELECT evil.f(1); END", &["f"], &[], false);
    }
}
