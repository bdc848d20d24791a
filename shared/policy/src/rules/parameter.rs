//! Rule `parameter`: a statement with `$1` says nothing definite until a value is bound, and none is bound here.

use crate::Code;
use crate::walk::Walk;

/// Refuses a parameter.
pub fn check(number: i32, location: i32, walk: &mut Walk<'_>) {
    walk.refuse(Code::Parameter, format!("The parameter ${number} has no value."), Some(location));
}
