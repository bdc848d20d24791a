//! Rule `round_trip`: what runs is the text printed from the checked tree, so that text must say the same. Mostly it
//! holds the same words in the same order, and PostgreSQL's grammar knows nothing else of a text. Otherwise it is parsed
//! again and compared, places in the text aside; a printer's mistake is then a refusal, not an accident.

use std::borrow::Cow;

use pg_query::protobuf::{KeywordKind, ParseResult, ScanToken, Token};

use crate::{Code, Refusal, canonical, parse};

/// The text to run. `tokens` are the words of `sql`.
pub fn check(tree: &ParseResult, sql: &str, tokens: &[ScanToken]) -> Result<String, Refusal> {
    let failed = |what: &str| Refusal::new(Code::RoundTrip, format!("The statement {what}."), None);
    let text = parse::print(tree).map_err(|_| failed("cannot be printed from its parse tree"))?;
    // The same bytes parse to the same tree.
    if text == sql {
        return Ok(text);
    }
    super::text::check(&text).map_err(|_| failed("grows too long when it is printed from its parse tree"))?;
    let printed = super::text::tokens(&text).map_err(|_| failed("cannot be read back after printing"))?;
    // An escape (U&"…") writes characters that only the printed text shows, or hides.
    // Brackets that the printer adds make it deeper. Whoever runs it asks again, and must hear the same.
    super::invisible::check(&text, &printed)
        .and_then(|()| super::depth::check(&printed))
        .and_then(|_| super::text::words(&printed))
        .map_err(|refusal| Refusal { at: None, ..refusal })?;
    if same_words(sql, tokens, &text, &printed) {
        return Ok(text);
    }
    let again = parse::parse(&text).map_err(|_| failed("cannot be read back after printing"))?;
    let same = match (canonical::bytes(tree), canonical::bytes(&again)) {
        (Ok(before), Ok(after)) => before == after,
        _ => false,
    };
    if same { Ok(text) } else { Err(failed("does not read back as the same after printing")) }
}

/// Whether the parser is given the same words in the same order by both texts, so that it makes the same of them. False
/// where that is not plain to see.
fn same_words(one: &str, ones: &[ScanToken], other: &str, others: &[ScanToken]) -> bool {
    match (words(one, ones), words(other, others)) {
        (Some(one), Some(other)) => {
            one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| a.is_same_as(b))
        }
        _ => false,
    }
}

/// What the parser is given of a text, comments left out. `None` if anything but white space stands between the words:
/// then their places are not what they seem.
fn words<'t>(text: &'t str, tokens: &[ScanToken]) -> Option<Vec<Word<'t>>> {
    let mut words = Vec::with_capacity(tokens.len());
    let mut end = 0;
    for token in tokens {
        let (starts, ends) = (usize::try_from(token.start).ok()?, usize::try_from(token.end).ok()?);
        if !is_space(text.get(end..starts)?) {
            return None;
        }
        if token.token != Token::CComment as i32 && token.token != Token::SqlComment as i32 {
            words.push(Word {
                kind: token.token,
                keyword: token.keyword_kind,
                text: text.get(starts..ends)?,
            });
        }
        end = ends;
    }
    is_space(text.get(end..)?).then_some(words)
}

fn is_space(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c))
}

struct Word<'t> {
    kind: i32,
    keyword: i32,
    text: &'t str,
}

impl Word<'_> {
    fn is_same_as(&self, other: &Word<'_>) -> bool {
        self.kind == other.kind
            && (self.text == other.text
                // A keyword says nothing but which one it is, whether it is used as one or as a name; `!=` is `<>`.
                || self.keyword != KeywordKind::NoKeyword as i32
                || self.kind == Token::NotEquals as i32
                || (self.kind == Token::Ident as i32 && self.name() == other.name()))
    }

    /// What a name means: between quotes itself, else in lower case, where PostgreSQL knows ASCII alone.
    fn name(&self) -> Cow<'_, str> {
        match self.text.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(name) if name.contains('"') => name.replace("\"\"", "\"").into(),
            Some(name) => name.into(),
            None => self.text.to_ascii_lowercase().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str, same: bool) {
        let tokens = |sql| super::super::text::tokens(sql).unwrap_or_default();
        assert_eq!(same_words(one, &tokens(one), other, &tokens(other)), same, "{one:?} and {other:?}");
    }

    #[test]
    fn only_white_space_comments_case_and_quotes_are_nothing() {
        check("select\n a -- x\nFROM /* y */ T", "SELECT a FROM t", true);
        check(r#"SELECT "a", "b""c" FROM "s"."T""#, r#"SELECT a, "b""c" FROM s."T""#, true);
        check("SELECT a != 1", "SELECT a <> 1", true);
        check("SELECT Year, ÄR", r#"SELECT year, "Är""#, true);
        for (one, other) in [
            ("SELECT a", "SELECT b"),
            ("SELECT a", r#"SELECT "A""#),
            ("SELECT 'a'", "SELECT 'A'"),
            ("SELECT 'a'", "SELECT E'a'"),
            ("SELECT 'a'\n'b'", "SELECT 'ab'"),
            ("SELECT a AS b", "SELECT a b"),
            ("SELECT a", "SELECT a, a"),
            ("SELECT 1", "SELECT 01"),
            ("SELECT a @-b", "SELECT a @ -b"),
            (r#"SELECT "select""#, "SELECT select"),
            ("SELECT x'1f'", "SELECT x'1F'"),
            (r#"SELECT U&"\0061""#, "SELECT a"),
            ("SELECT 1 < = 2", "SELECT 1 <= 2"),
        ] {
            check(one, other, false);
        }
    }

    #[test]
    fn texts_of_the_same_words_have_the_same_tree() {
        let corpus = include_str!("../../corpus/statements.jsonl");
        let cases = include_str!("../../cases/team.sql").lines().filter(|l| !l.starts_with("--"));
        let models = corpus.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
            line["sql"].as_str().unwrap_or_default().to_owned()
        });
        let (mut all, mut same) = (0, 0);
        for sql in models.chain(cases.map(str::to_owned)) {
            let compared = parse::with_stack_for(u32::MAX, || {
                let tree = parse::parse(&sql).ok()?;
                let text = parse::print(&tree).ok()?;
                let tokens = |sql| super::super::text::tokens(sql).unwrap_or_default();
                let is_same = same_words(&sql, &tokens(&sql), &text, &tokens(&text));
                if is_same {
                    let again = parse::parse(&text).ok()?;
                    assert_eq!(canonical::bytes(&tree).ok()?, canonical::bytes(&again).ok()?, "{sql}");
                }
                Some(is_same)
            });
            all += u32::from(compared.is_some());
            same += u32::from(compared == Some(true));
        }
        assert!(same > 300 && all > 1_500, "{same} of {all} are the same words");
    }
}
