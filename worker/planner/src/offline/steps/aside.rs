//! What stands in parentheses mostly says again what was said: "the Brazilian players (nationality Brazil)". A question that
//! is not understood with it is read without it, unless it tells a number or a value that nothing else tells.

use super::ReadPlain;
use crate::offline::{
    arbiter::{Problem, Read},
    lexicon::Lexicon,
    words::{Token, TokenKind, tokens},
};

/// The question without its asides; nothing where there are none, or where one may be a condition.
pub(in crate::offline) fn read(
    question: &str,
    lexicon: &Lexicon,
    plain: ReadPlain<'_>,
) -> Option<Result<Read, Problem>> {
    let (mut rest, mut asides) = (String::new(), String::new());
    let mut depth = 0_u32;
    for c in question.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            _ if depth > 0 => asides.push(c),
            _ => rest.push(c),
        }
    }
    if asides.is_empty() || depth > 0 {
        return None;
    }
    let said = tokens(&rest);
    let tells = tokens(&asides);
    let new = |t: &Token| match t.kind {
        TokenKind::Number | TokenKind::Quoted | TokenKind::IsoDate => !said.iter().any(|s| s.text == t.text),
        TokenKind::Word => {
            let values = lexicon.values(&[&t.lower]);
            let again = said.iter().any(|s| {
                s.lemma == t.lemma
                    || lexicon.values(&[&s.lower]).iter().any(|v| values.iter().any(|w| v.text == w.text))
            });
            !values.is_empty() && !again
                || matches!(t.lower.as_str(), "not" | "no" | "only" | "except" | "without")
        }
        TokenKind::Mark => false,
    };
    (!tells.iter().any(new)).then(|| plain(&rest))
}
