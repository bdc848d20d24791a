//! Rule `comment_nesting`: PostgreSQL nests `/* … */`, and thousands of levels keep a backend busy past its
//! timeout. Nobody writes more than two.

use pg_query::protobuf::{ScanToken, Token};

use crate::{Code, Refusal};

/// The deepest nesting of `/*` that is accepted.
pub const MAX_NESTING: usize = 8;

/// Looks into every block comment.
pub fn check(sql: &str, tokens: &[ScanToken]) -> Result<(), Refusal> {
    for token in tokens.iter().filter(|t| t.token == Token::CComment as i32) {
        let (start, end) = (token.start.max(0) as usize, token.end.max(0) as usize);
        let comment = sql.as_bytes().get(start..end).unwrap_or_default();
        let (mut depth, mut i) = (0usize, 0);
        while i + 1 < comment.len() {
            match &comment[i..i + 2] {
                b"/*" => {
                    depth += 1;
                    i += 2;
                    if depth > MAX_NESTING {
                        return Err(Refusal::new(
                            Code::CommentNesting,
                            "Comments are nested inside comments too deep.".into(),
                            Some(start + i - 2),
                        ));
                    }
                }
                b"*/" => {
                    depth = depth.saturating_sub(1);
                    i += 2;
                }
                _ => i += 1,
            }
        }
    }
    Ok(())
}
