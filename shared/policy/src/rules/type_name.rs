//! Rule `type_not_allowed`: a cast runs the type's input function, its cast functions and a domain's checks, so
//! only known types may be named: PostgreSQL's own, and with a catalogue those that its columns and enums have.

use pg_query::protobuf::TypeName;

use crate::Code;
use crate::walk::{Walk, names};

/// Judges a type's name and walks its modifiers.
pub fn check(name: &TypeName, walk: &mut Walk<'_>) {
    let TypeName { names: parts, type_oid: _, setof, pct_type, typmods, typemod: _, array_bounds, location } =
        name;
    walk.expressions(typmods);
    for bound in array_bounds {
        walk.plain(bound);
    }
    let parts = names(parts).unwrap_or_default();
    if *setof || *pct_type {
        let reason = format!("SETOF and %TYPE are for definitions ({}).", parts.join("."));
        return walk.refuse(Code::TypeNotAllowed, reason, Some(*location));
    }
    let known = match parts.as_slice() {
        [name] => is_known(None, name, walk),
        [schema, name] => is_known(Some(schema), name, walk),
        _ => false,
    };
    if !known {
        let reason = format!("The type {} is not known here.", parts.join("."));
        walk.refuse(Code::TypeNotAllowed, reason, Some(*location));
    }
}

/// Whether values may be cast to the type. The name is as stored; an array's element type counts.
pub fn is_known(schema: Option<&str>, name: &str, walk: &Walk<'_>) -> bool {
    match schema {
        None if crate::builtin::value_type(name) => return true,
        Some("pg_catalog") => return crate::builtin::value_type(name),
        None => {}
        Some("information_schema") => return false,
        Some(schema) if super::relation::is_closed_schema(schema) => return false,
        Some(_) => {}
    }
    let Some(catalogue) = walk.facts.catalogue else { return false };
    let element = name.strip_prefix('_').unwrap_or(name);
    let is_enum = catalogue.enums.iter().any(|e| {
        e.name == element
            && schema.map_or_else(|| catalogue.search_path.contains(&e.schema), |s| s == e.schema)
    });
    is_enum
        || catalogue.resolve(schema, element).is_some()
        || catalogue
            .tables
            .iter()
            .flat_map(|t| &t.columns)
            .any(|c| is_type_of(&c.type_name, schema, name, &catalogue.search_path))
}

/// Whether a column's type as PostgreSQL prints it (`ext.citext`, `vector(3)`, `mood[]`) is the one named. It is
/// printed without its schema only where the search path (or `pg_catalog`, ruled out by now) finds it.
fn is_type_of(printed: &str, schema: Option<&str>, name: &str, path: &[String]) -> bool {
    let base = printed.split(['(', '[']).next().unwrap_or(printed).trim();
    let (in_schema, base) =
        base.split_once('.').map_or((None, base), |(s, b)| (Some(s.trim_matches('"')), b));
    let schema_fits = match (schema, in_schema) {
        (None, _) => true,
        (Some(named), Some(printed)) => named == printed,
        (Some(named), None) => path.iter().any(|s| s == named) && !crate::builtin::value_type(name),
    };
    base.trim_matches('"') == name && schema_fits
}
