//! Rule `node_not_allowed`: every node of the tree must be of a kind that the walk knows. What the grammar
//! gains later is refused until it has been reviewed.

use std::fmt::{self, Write};

use pg_query::protobuf::node::Node as N;

use crate::Code;
use crate::walk::Walk;

/// Refuses a node that has no place where it stands.
pub fn refuse(node: Option<&N>, walk: &mut Walk<'_>) {
    let what = node.map_or_else(|| "Something empty".to_owned(), words);
    walk.refuse(Code::NodeNotAllowed, format!("{what} is not accepted in a statement here."), None);
}

/// The kind of a node as words: `CreateTableAsStmt` is "CREATE TABLE AS".
pub fn words(node: &N) -> String {
    let name = variant(node);
    let name = name.strip_suffix("Stmt").unwrap_or(&name);
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_uppercase());
    }
    words
}

/// The variant's name. `Debug` starts with it; the writer stops there, so that nothing below is printed.
fn variant(node: &N) -> String {
    struct Head(String);
    impl fmt::Write for Head {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
            self.0.push_str(&text[..end]);
            if end < text.len() || self.0.len() > 60 { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut head = Head(String::new());
    // Stopping early is the point, so the error that stops it says nothing.
    let _ = write!(head, "{node:?}");
    head.0
}
