//! Rule `invisible_character`: what a person approves must be what a person sees. Characters that have no width,
//! turn the direction of writing or control a terminal are accepted inside string literals only.

use pg_query::protobuf::{ScanToken, Token};

use crate::{Code, Refusal};

/// Looks at every character outside string literals.
pub fn check(sql: &str, tokens: &[ScanToken]) -> Result<(), Refusal> {
    if sql.bytes().all(|b| (b' '..0x7f).contains(&b) || is_space(b)) {
        return Ok(());
    }
    let mut literals = tokens
        .iter()
        .filter(|t| t.token == Token::Sconst as i32 || t.token == Token::Usconst as i32)
        .map(|t| (t.start.max(0) as usize)..(t.end.max(0) as usize))
        .peekable();
    for (at, c) in sql.char_indices() {
        while literals.peek().is_some_and(|l| l.end <= at) {
            literals.next();
        }
        if is_invisible(c) && !literals.peek().is_some_and(|l| l.contains(&at)) {
            return Err(Refusal::new(
                Code::InvisibleCharacter,
                format!("The statement holds the invisible character U+{:04X} outside a string.", c as u32),
                Some(at),
            ));
        }
    }
    Ok(())
}

fn is_space(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_invisible(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}
