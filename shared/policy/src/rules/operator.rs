//! Rule `operator_not_allowed`: an operator calls a function, and a user-defined one calls anybody's. Allowed are
//! PostgreSQL's own operators, and those of reviewed extensions where the catalogue shows the extension.

use pg_query::protobuf::Node;

use crate::Code;
use crate::walk::{Walk, names};

/// Extensions whose operators only compute, with the operators that they add to PostgreSQL's own names.
const EXTENSIONS: [(&str, &[&str]); 7] = [
    ("pg_trgm", &["%>", "<%", "%>>", "<<%", "<<->", "<->>", "<<<->", "<->>>"]),
    ("vector", &["<#>", "<=>", "<+>", "<~>", "<%>"]),
    ("hstore", &["?", "?&", "?|", "#=", "%%", "%#"]),
    ("ltree", &["?<@", "?@>", "?~", "?@", "^<@", "^@>", "^~", "^?", "^@"]),
    ("intarray", &["@@", "~~", "#"]),
    ("cube", &["~>", "<#>", "<=>"]),
    ("postgis", &["&&&", "<<->>", "|=|", "~==", "@@", "&/&", "@>>", "<<@", "~~="]),
];

/// Judges an operator's name.
pub fn check(name: &[Node], location: i32, walk: &mut Walk<'_>) {
    let Some(parts) = names(name) else {
        return walk.refuse(
            Code::OperatorNotAllowed,
            "An operator has no readable name.".into(),
            Some(location),
        );
    };
    let (schema, operator) = match parts.as_slice() {
        [operator] => (None, *operator),
        [schema, operator] => (Some(*schema), *operator),
        _ => (Some(""), ""),
    };
    if schema.is_some_and(|s| s != "pg_catalog") {
        let reason =
            format!("The operator {} is chosen from a schema that users can write to.", parts.join("."));
        return walk.refuse(Code::OperatorNotAllowed, reason, Some(location));
    }
    let known = crate::builtin::operator(operator)
        // Spellings that the grammar turns into PostgreSQL's own operators.
        || matches!(operator, "!=" | "IN" | "LIKE" | "ILIKE" | "BETWEEN" | "NOT BETWEEN" | "BETWEEN SYMMETRIC" | "NOT BETWEEN SYMMETRIC")
        || (schema.is_none() && EXTENSIONS.iter().any(|(e, ops)| ops.contains(&operator) && has_extension(walk, e)));
    if !known {
        let reason = format!("The operator {operator} is not PostgreSQL's own.");
        walk.refuse(Code::OperatorNotAllowed, reason, Some(location));
    }
}

fn has_extension(walk: &Walk<'_>, name: &str) -> bool {
    walk.facts.catalogue.is_some_and(|c| c.functions.iter().any(|f| f.extension.as_deref() == Some(name)))
}
