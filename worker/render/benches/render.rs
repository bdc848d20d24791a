//! Speed of the three renderings at the sizes that chats see, as one JSON line.
#![allow(clippy::unwrap_used, missing_docs)]
fn main() {}
