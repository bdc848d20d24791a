//! Rule `operator_not_allowed`: an operator calls a function, and a user-defined one calls anybody's. Allowed are
//! PostgreSQL's own operators, and those of the source whose function may be called. An operator of the source with the
//! name of PostgreSQL's own counts wherever values of its types can meet it: one unsafe overload makes the name unsafe.

use pg_query::protobuf::Node;
use rowcall_core::{Catalogue, Operator};

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
    let candidates: Vec<&Operator> = match (walk.facts.catalogue, schema) {
        (None, _) | (_, Some("pg_catalog")) => Vec::new(),
        (Some(catalogue), schema) => reached(catalogue, schema, operator).collect(),
    };
    if schema.is_some_and(|s| s != "pg_catalog") && candidates.is_empty() {
        let reason = format!("The operator {} is not known here.", parts.join("."));
        return walk.refuse(Code::OperatorNotAllowed, reason, Some(location));
    }
    let known = !candidates.is_empty()
        || crate::builtin::operator(operator)
        // Spellings that the grammar turns into PostgreSQL's own operators.
        || matches!(operator, "!=" | "IN" | "LIKE" | "ILIKE" | "BETWEEN" | "NOT BETWEEN" | "BETWEEN SYMMETRIC" | "NOT BETWEEN SYMMETRIC")
        || (schema.is_none() && EXTENSIONS.iter().any(|(e, ops)| ops.contains(&operator) && has_extension(walk, e)));
    if !known {
        let reason = format!("The operator {operator} is not PostgreSQL's own.");
        return walk.refuse(Code::OperatorNotAllowed, reason, Some(location));
    }
    let Some(catalogue) = walk.facts.catalogue else { return };
    for candidate in candidates {
        if candidate.extension.as_deref().is_some_and(only_computes) {
            continue;
        }
        if let Some(why) = super::function::refused_behind(&candidate.function, catalogue) {
            let reason = format!("The operator {} calls a function: {why}.", candidate.operator);
            walk.refuse_if_values_of(&candidate.types, Code::OperatorNotAllowed, reason, location);
        }
    }
}

/// The operators of the source that a name may mean.
fn reached<'c>(
    catalogue: &'c Catalogue,
    schema: Option<&'c str>,
    operator: &'c str,
) -> impl Iterator<Item = &'c Operator> {
    let spelled = match operator {
        "!=" => "<>",
        "IN" => "=",
        "LIKE" => "~~",
        "ILIKE" => "~~*",
        other => other,
    };
    catalogue.objects.operators.iter().filter(move |o| {
        o.operator.name == spelled
            && match schema {
                Some(schema) => o.operator.schema == schema && !super::relation::is_closed_schema(schema),
                None => catalogue.search_path.contains(&o.operator.schema),
            }
    })
}

/// Whether everything that an extension defines only computes: its operators and casts need no look.
pub fn only_computes(extension: &str) -> bool {
    matches!(
        extension,
        "btree_gin"
            | "btree_gist"
            | "citext"
            | "cube"
            | "earthdistance"
            | "hstore"
            | "intarray"
            | "isn"
            | "ltree"
            | "pg_trgm"
            | "postgis"
            | "seg"
            | "vector"
    )
}

fn has_extension(walk: &Walk<'_>, name: &str) -> bool {
    walk.facts.catalogue.is_some_and(|c| c.functions.iter().any(|f| f.extension.as_deref() == Some(name)))
}
