//! Rule `comment_nesting`: PostgreSQL nests `/* … */`, and thousands of levels keep a backend busy past its
//! timeout. Nobody writes more than two.

use pg_query::protobuf::{ScanToken, Token};

use crate::{Code, Refusal};

/// The deepest nesting of `/*` that is accepted.
pub const MAX_NESTING: usize = 8;

/// The same for the raw text, where `/*` in a string counts too. The scanner takes quadratic time over nested
/// comments, so this comes first. Inside a comment the two counts agree, so this one is never too low.
const MAX_RAW_NESTING: usize = 64;

/// Looks at the raw text, before the scanner does.
pub fn before_scanning(sql: &str) -> Result<(), Refusal> {
    limit(sql.as_bytes(), 0, MAX_RAW_NESTING)
}

/// Looks into every block comment.
pub fn check(sql: &str, tokens: &[ScanToken]) -> Result<(), Refusal> {
    for token in tokens.iter().filter(|t| t.token == Token::CComment as i32) {
        let (start, end) = (token.start.max(0) as usize, token.end.max(0) as usize);
        limit(sql.as_bytes().get(start..end).unwrap_or_default(), start, MAX_NESTING)?;
    }
    Ok(())
}

fn limit(text: &[u8], start: usize, max: usize) -> Result<(), Refusal> {
    let (mut depth, mut i) = (0usize, 0);
    while i + 1 < text.len() {
        match &text[i..i + 2] {
            b"/*" => {
                depth += 1;
                if depth > max {
                    let reason = "Comments are nested inside comments too deep.".into();
                    return Err(Refusal::new(Code::CommentNesting, reason, Some(start + i)));
                }
                i += 2;
            }
            b"*/" => {
                depth = depth.saturating_sub(1);
                i += 2;
            }
            _ => i += 1,
        }
    }
    Ok(())
}
