//! Rule `type_not_allowed`: a cast runs the type's input function, its cast functions and a domain's checks, so
//! only known types may be named: PostgreSQL's own, and with a catalogue its enums, domains, ranges and row types, and
//! the types that its columns have. A domain whose checks call what may not be called is refused, and so is every
//! value of a type that a cast with such a function turns into another.

use pg_query::protobuf::TypeName;
use rowcall_core::{Catalogue, Named, TaintedKind};

use crate::Code;
use crate::walk::{Walk, names};

/// The domains of `information_schema`, which only check what PostgreSQL itself put there.
const INFORMATION_DOMAINS: [&str; 5] =
    ["cardinal_number", "character_data", "sql_identifier", "time_stamp", "yes_or_no"];

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
        return walk.refuse(Code::TypeNotAllowed, reason, Some(*location));
    }
    let Some(catalogue) = walk.facts.catalogue else { return };
    let (schema, name) = match parts.as_slice() {
        [name] => (None, *name),
        [schema, name] => (Some(*schema), *name),
        _ => return,
    };
    if let Some((schema, why)) = schemas(schema, catalogue)
        .find_map(|s| catalogue.objects.taint(TaintedKind::Domain, s, element(name)).map(|why| (s, why)))
    {
        let reason = format!("The type {schema}.{name} {why}.");
        return walk.refuse(Code::TypeNotAllowed, reason, Some(*location));
    }
    let named: Vec<Named> = schemas(schema, catalogue).map(|s| Named::new(s, element(name))).collect();
    walk.note_types(named);
}

fn element(name: &str) -> &str {
    name.strip_prefix('_').unwrap_or(name)
}

/// The schemas in which a type's name is looked up.
fn schemas<'n>(schema: Option<&'n str>, catalogue: &'n Catalogue) -> impl Iterator<Item = &'n str> {
    let path = if schema.is_none() { catalogue.search_path.as_slice() } else { &[] };
    schema.into_iter().chain(path.iter().map(String::as_str))
}

/// Refuses a statement with values of a type that PostgreSQL turns into another by a function that may not be called.
/// Asked at the end, when all relations and types of the statement are known.
pub fn check_casts(walk: &mut Walk<'_>) {
    let Some(catalogue) = walk.facts.catalogue else { return };
    for cast in &catalogue.objects.casts {
        if cast.extension.as_deref().is_some_and(super::operator::only_computes) {
            continue;
        }
        let own: Vec<Named> =
            [&cast.source, &cast.target].into_iter().filter(|t| t.schema != "pg_catalog").cloned().collect();
        if let Some(why) = super::function::refused_behind(&cast.function, catalogue)
            && (own.is_empty() || walk.has_values_of(&own))
        {
            let reason = format!(
                "Values of the type {} are turned into {} by a function: {why}.",
                cast.source, cast.target
            );
            walk.refuse(Code::TypeNotAllowed, reason, None);
        }
    }
}

/// Whether a column's type, as PostgreSQL prints it, is that type (or an array of it).
pub fn is_column_of(printed: &str, named: &Named, catalogue: &Catalogue) -> bool {
    is_type_of(printed, Some(&named.schema), &named.name, &catalogue.search_path)
}

/// Whether values may be cast to the type. The name is as stored; an array's element type counts.
pub fn is_known(schema: Option<&str>, name: &str, walk: &Walk<'_>) -> bool {
    match schema {
        None if crate::builtin::value_type(name) => return true,
        // Every relation has a type of its name, which its rows have.
        None if crate::builtin::catalogue_relation(name) == Some(true) => return true,
        Some("pg_catalog") => {
            return crate::builtin::value_type(name)
                || crate::builtin::catalogue_relation(name) == Some(true);
        }
        None => {}
        Some("information_schema") => return INFORMATION_DOMAINS.contains(&name),
        Some(schema) if super::relation::is_closed_schema(schema) => return false,
        Some(_) => {}
    }
    let Some(catalogue) = walk.facts.catalogue else { return false };
    let element = element(name);
    let is_on_path =
        |s: &String| schema.map_or_else(|| catalogue.search_path.contains(s), |named| named == s);
    let is_own = catalogue.objects.types.iter().any(|t| {
        t.named.name == element
            && is_on_path(&t.named.schema)
            && (t.kind != 'b' || t.extension.as_deref().is_some_and(super::operator::only_computes))
    });
    let is_enum = catalogue.enums.iter().any(|e| e.name == element && is_on_path(&e.schema));
    is_own
        || is_enum
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
