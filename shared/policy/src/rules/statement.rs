//! Rule `statement_not_allowed`: the kinds of statement that may run, as an allow-list. A kind that PostgreSQL
//! gets tomorrow is refused until somebody has thought about it.

use pg_query::protobuf::Node;
use pg_query::protobuf::node::Node as N;

use super::{definition, explain, function, node};
use crate::walk::Walk;
use crate::{ChangeKind, Code};

/// Judges the statement and everything in it.
pub fn check(statement: &Node, walk: &mut Walk<'_>) {
    match statement.node.as_ref() {
        Some(N::SelectStmt(select)) => walk.select(select),
        Some(N::ExplainStmt(statement)) => explain::check(statement, walk),
        Some(N::InsertStmt(insert)) => walk.top_change(ChangeKind::Insert, |w| w.insert(insert)),
        Some(N::UpdateStmt(update)) => walk.top_change(ChangeKind::Update, |w| w.update(update)),
        Some(N::DeleteStmt(delete)) => walk.top_change(ChangeKind::Delete, |w| w.delete(delete)),
        Some(N::MergeStmt(merge)) => walk.top_change(ChangeKind::Merge, |w| w.merge(merge)),
        Some(N::VariableShowStmt(show)) => self::show(&show.name, walk),
        Some(other) if walk.definition(other) => {}
        Some(other) => {
            let words = node::words(other);
            let reason = match definition::never(other) {
                Some(why) => format!("{words} {why}, and is refused for every source."),
                None => format!("{words} is neither a question nor a change of rows."),
            };
            walk.refuse(Code::StatementNotAllowed, reason, None);
        }
        None => walk.refuse(Code::StatementNotAllowed, "The statement is of no known kind.".into(), None),
    }
}

/// SHOW tells what `current_setting` tells.
fn show(setting: &str, walk: &mut Walk<'_>) {
    if !function::OPEN_SETTINGS.contains(&setting.to_ascii_lowercase().as_str()) {
        let reason = format!("SHOW {setting} tells about the server, not about its data.");
        walk.refuse(Code::StatementNotAllowed, reason, None);
    }
}
