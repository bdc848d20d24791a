//! Rule `explain_option`: EXPLAIN of a read shows its plan; with ANALYZE it runs the statement, and SETTINGS or
//! an option yet to come may show what it should not. So the options are an allow-list too.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{DefElem, ExplainStmt};

use crate::Code;
use crate::walk::Walk;

const HARMLESS: [&str; 5] = ["costs", "verbose", "summary", "buffers", "format"];

/// Judges the options, then the statement that is explained.
pub fn check(statement: &ExplainStmt, walk: &mut Walk<'_>) {
    let ExplainStmt { query, options } = statement;
    for option in options {
        let Some(N::DefElem(option)) = &option.node else {
            walk.refuse(Code::ExplainOption, "EXPLAIN has an option of an unknown form.".into(), None);
            continue;
        };
        let DefElem { defnamespace, defname, arg, defaction: _, location, arg_location: _ } = option.as_ref();
        let plain = match arg.as_deref().map(|a| &a.node) {
            None => true,
            Some(Some(N::String(_) | N::Boolean(_) | N::Integer(_))) => true,
            Some(_) => false,
        };
        if !defnamespace.is_empty() || !HARMLESS.contains(&defname.as_str()) || !plain {
            let reason = if defname == "analyze" {
                "EXPLAIN ANALYZE runs the statement.".to_owned()
            } else {
                format!("EXPLAIN's option {} is not on the list.", defname.to_uppercase())
            };
            walk.refuse(Code::ExplainOption, reason, Some(*location));
        }
    }
    match query.as_deref().and_then(|q| q.node.as_ref()) {
        Some(N::SelectStmt(select)) => walk.select(select),
        _ => walk.refuse(Code::StatementNotAllowed, "EXPLAIN is for questions only.".into(), None),
    }
    super::restricted::explain(walk);
    if walk.changes() {
        walk.refuse(
            Code::StatementNotAllowed,
            "EXPLAIN is for questions only, and this one changes rows.".into(),
            None,
        );
    }
}
