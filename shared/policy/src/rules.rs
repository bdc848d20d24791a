//! The rules: one file each. Those on the text run before any parser; those on the tree are called from the
//! walk at the nodes they judge; the last one runs on the printed statement.

pub mod change_target;
pub mod comments;
pub mod constant;
pub mod definition;
pub mod depth;
pub mod explain;
pub mod function;
pub mod invisible;
pub mod node;
pub mod operator;
pub mod parameter;
pub mod relation;
pub mod resource;
pub mod restricted;
pub mod round_trip;
pub mod row_lock;
pub mod select_into;
pub mod server_version;
pub mod single_statement;
pub mod statement;
pub mod text;
pub mod type_name;
