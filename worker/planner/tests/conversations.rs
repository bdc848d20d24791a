//! Conversations over the tables that `rowcall demo` brings along: what goes on from the answer before, and what does not.

use crate::common;
use rowcall_core::Catalogue;

#[test]
fn conversations() {
    let catalogue: Catalogue = serde_json::from_str(include_str!("demo.json")).unwrap();
    insta::assert_snapshot!(common::conversations(&catalogue, include_str!("conversations.txt")));
}
