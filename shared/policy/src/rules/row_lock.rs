//! Rule `row_lock`: `FOR UPDATE`, `FOR SHARE` and their kin write to the rows they lock and make others wait.

use pg_query::protobuf::Node;

use crate::Code;
use crate::walk::Walk;

/// Refuses locking clauses.
pub fn check(locking: &[Node], walk: &mut Walk<'_>) {
    if !locking.is_empty() {
        walk.refuse(Code::RowLock, "FOR UPDATE and FOR SHARE lock the rows they read.".into(), None);
    }
}
