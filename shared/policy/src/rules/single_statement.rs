//! Rules `empty` and `multiple_statements`: exactly one statement.

use pg_query::protobuf::{Node, ParseResult};

use crate::{Code, Refusal};

/// The one statement of the text.
pub fn check<'t>(tree: &'t ParseResult, sql: &str) -> Result<&'t Node, Refusal> {
    match tree.stmts.as_slice() {
        [only] => only.stmt.as_deref().ok_or_else(|| nothing(sql)),
        [] => Err(nothing(sql)),
        [_, second, ..] => Err(Refusal::new(
            Code::MultipleStatements,
            format!(
                "There are {} statements; the second would run unseen behind the first.",
                tree.stmts.len()
            ),
            usize::try_from(second.stmt_location).ok(),
        )),
    }
}

fn nothing(sql: &str) -> Refusal {
    let reason = if sql.trim().is_empty() { "The text is empty." } else { "The text holds no statement." };
    Refusal::new(Code::Empty, reason.into(), None)
}
