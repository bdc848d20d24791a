//! What people ask of the demo's tables without thinking of how it is put (`everyday.txt`). What each is understood to mean
//! is kept beside it, in words and as a statement, for people to read over; so is what is refused.

#[allow(dead_code, reason = "the other tests build catalogues with it")]
use crate::common;
use rowcall_core::Catalogue;

#[test]
fn everyday_questions() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    insta::assert_snapshot!("everyday", common::answers(&catalogue, include_str!("everyday.txt")));
}
