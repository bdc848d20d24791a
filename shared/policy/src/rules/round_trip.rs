//! Rule `round_trip`: what runs is the text printed from the checked tree, so that text must say the same. It is
//! parsed again and compared, places in the text aside; a printer's mistake is then a refusal, not an accident.

use pg_query::protobuf::ParseResult;

use crate::{Code, Refusal, canonical, parse};

/// The text to run.
pub fn check(tree: &ParseResult, sql: &str) -> Result<String, Refusal> {
    let failed = |what: &str| Refusal::new(Code::RoundTrip, format!("The statement {what}."), None);
    let text = parse::print(tree).map_err(|_| failed("cannot be printed from its parse tree"))?;
    // The same bytes parse to the same tree.
    if text == sql {
        return Ok(text);
    }
    super::text::check(&text).map_err(|_| failed("grows too long when it is printed from its parse tree"))?;
    let again = parse::parse(&text).map_err(|_| failed("cannot be read back after printing"))?;
    let same = match (canonical::bytes(tree), canonical::bytes(&again)) {
        (Ok(before), Ok(after)) => before == after,
        _ => false,
    };
    if same { Ok(text) } else { Err(failed("does not read back as the same after printing")) }
}
