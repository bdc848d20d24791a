//! Rules `too_long`, `invalid_utf8`, `nul_byte` and the scanner's half of `syntax_error`: what a text must be
//! before anything looks at what it says. A megabyte is turned away without being read.

use std::panic::AssertUnwindSafe;

use pg_query::protobuf::ScanToken;

use crate::{Code, Refusal, parse};

/// The longest statement that is looked at, in bytes.
pub const MAX_BYTES: usize = 30_000;

/// The most words of a statement that is parsed. Each costs microseconds in the parser, its tree and the printer, so that a
/// text of nothing but short ones would take a tenth of a second; a list of as many values as fit has fewer.
pub const MAX_WORDS: usize = 12_500;

/// Bytes as text.
pub fn utf8(sql: &[u8]) -> Result<&str, Refusal> {
    length(sql.len())?;
    std::str::from_utf8(sql).map_err(|error| {
        Refusal::new(
            Code::InvalidUtf8,
            format!("The byte at position {} is not UTF-8.", error.valid_up_to()),
            Some(error.valid_up_to()),
        )
    })
}

/// Length and NUL.
pub fn check(sql: &str) -> Result<(), Refusal> {
    length(sql.len())?;
    match sql.bytes().position(|b| b == 0) {
        Some(at) => Err(Refusal::new(
            Code::NulByte,
            "The statement holds a NUL byte, where PostgreSQL and other readers would stop at different places."
                .into(),
            Some(at),
        )),
        None => Ok(()),
    }
}

/// Words, comments among them.
pub fn words(tokens: &[ScanToken]) -> Result<(), Refusal> {
    match tokens.get(MAX_WORDS) {
        Some(first_over) => Err(Refusal::new(
            Code::TooLong,
            format!("The statement has {} words; at most {MAX_WORDS} are examined.", tokens.len()),
            usize::try_from(first_over.start).ok(),
        )),
        None => Ok(()),
    }
}

/// The text in PostgreSQL's own tokens, comments included. Only the scanner runs, which does not recurse.
pub fn tokens(sql: &str) -> Result<Vec<ScanToken>, Refusal> {
    // The scanner hands back a null pointer where there is no token at all, which must not become a slice.
    if sql.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)) {
        return Ok(Vec::new());
    }
    match parse::guarded(AssertUnwindSafe(|| pg_query::scan_tokens(sql))) {
        Some(Ok(tokens)) => Ok(tokens),
        Some(Err(error)) => Err(parse::refused(error)),
        None => Err(Refusal::new(
            Code::NotUnderstood,
            "The statement could not be split into words.".into(),
            None,
        )),
    }
}

fn length(bytes: usize) -> Result<(), Refusal> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(Refusal::new(
        Code::TooLong,
        format!("The statement is {bytes} bytes long; at most {MAX_BYTES} are examined."),
        Some(MAX_BYTES),
    ))
}
