//! Rule `select_into`: `SELECT … INTO` creates a table.

use pg_query::protobuf::IntoClause;

use crate::Code;
use crate::walk::Walk;

/// Refuses INTO.
pub fn check(into: Option<&IntoClause>, walk: &mut Walk<'_>) {
    if let Some(into) = into {
        let at = into.rel.as_ref().map(|r| r.location);
        walk.refuse(Code::SelectInto, "SELECT INTO creates a table.".into(), at);
    }
}
