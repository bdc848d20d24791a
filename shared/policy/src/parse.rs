//! PostgreSQL's own parser and printer, with their accidents kept inside.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pg_query::protobuf::ParseResult;

use crate::{Code, Refusal};

/// The tree of `sql` in PostgreSQL's grammar.
pub fn parse(sql: &str) -> Result<ParseResult, Refusal> {
    pg_query::parse(sql, pg_query::ParserOptions::DEFAULT).map(|result| result.protobuf).map_err(refused)
}

/// The text of a tree.
pub fn print(tree: &ParseResult) -> Result<String, pg_query::Error> {
    pg_query::deparse(tree, pg_query::DeparseOptions::default())
}

/// Runs `work`; `None` if it panicked. The parser's Rust side asserts a few shapes of its tree; a text that
/// breaks such an assertion must be refused like any other, not end the process.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Runs `work` with a stack that a tree of this depth (as `rules::depth` counts) fits on. Most statements are
/// shallow and run where they are. Debug builds need the most: about 3 KB for each of six frames a unit.
pub fn with_stack_for<T>(depth: u32, work: impl FnOnce() -> T) -> T {
    const SHALLOW: u32 = 12;
    const ROOM_FOR_SHALLOW: usize = 768 * 1024;
    const DEEP_STACK: usize = 32 * 1024 * 1024;
    if depth <= SHALLOW {
        stacker::maybe_grow(ROOM_FOR_SHALLOW, DEEP_STACK, work)
    } else {
        // Only the pages that are touched cost memory.
        stacker::grow(DEEP_STACK, work)
    }
}

/// What a failure of the scanner or the parser means for the person who asked.
pub fn refused(error: pg_query::Error) -> Refusal {
    let message = error.to_string();
    if message.contains("stack depth limit") || message.contains("memory exhausted") {
        return Refusal::new(Code::TooDeep, "The statement is nested too deep.".into(), None);
    }
    let message = message.strip_prefix("Invalid statement: ").unwrap_or(&message);
    let message: String = message.chars().take(200).collect();
    Refusal::new(Code::SyntaxError, format!("PostgreSQL cannot read the statement: {message}."), None)
}
