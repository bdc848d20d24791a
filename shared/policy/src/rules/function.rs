//! Rules `function_not_allowed` and `function_unknown`: functions are where a SELECT writes, sleeps, reads files
//! and runs other SQL, so each one must be known to be harmless, wherever it stands.
//!
//! PostgreSQL's own are judged by the reviewed list. The source's are judged by their catalogue entries. A bare
//! name means every overload that it could reach, PostgreSQL's and the search path's; one unsafe overload
//! makes the name unsafe. An attribute can be a call too: `(0.1::float8).pg_sleep` sleeps.

use rowcall_core::Function;

use super::relation::is_closed_schema;
use crate::walk::Walk;
use crate::{Code, FunctionName, builtin};

/// Extensions whose functions were reviewed; with names where only some of them are harmless. Absent on purpose:
/// tablefunc, xml2 and dblink (they run text), adminpack, file_fdw, pageinspect, pg_stat_statements.
const EXTENSIONS: [(&str, &[&str]); 16] = [
    ("btree_gin", &[]),
    ("btree_gist", &[]),
    ("citext", &[]),
    ("cube", &[]),
    ("earthdistance", &[]),
    ("fuzzystrmatch", &[]),
    ("hstore", &[]),
    ("intarray", &[]),
    ("isn", &[]),
    ("ltree", &[]),
    ("pg_trgm", &["similarity", "word_similarity", "strict_word_similarity", "show_trgm"]),
    ("pgcrypto", &["digest", "hmac", "crypt", "encode", "decode", "armor", "dearmor"]),
    ("seg", &[]),
    (
        "timescaledb",
        &["time_bucket", "time_bucket_gapfill", "first", "last", "histogram", "interpolate", "locf"],
    ),
    ("unaccent", &["unaccent"]),
    ("vector", &[]),
];

/// Judges a called function.
pub fn check(name: &[&str], location: i32, walk: &mut Walk<'_>) {
    let (schema, function) = match name {
        [function] => (None, *function),
        [schema, function] => (Some(*schema), *function),
        _ => {
            let reason = format!("{} is not a function's name.", name.join("."));
            return walk.refuse(Code::FunctionUnknown, reason, Some(location));
        }
    };
    match judge(schema, function, walk) {
        Ok(()) => {
            walk.note_function(FunctionName { schema: schema.map(str::to_owned), name: function.to_owned() })
        }
        Err((code, reason)) => walk.refuse(code, reason, Some(location)),
    }
}

/// Judges an attribute, `value.name`: PostgreSQL takes it as a call where it is no column.
///
/// `column`: a relation of the statement has such a column. `may_be_value`: the statement gives some value that
/// name, and `value` is not the alias of a function's result (which would be the bare value, not a row).
pub fn check_attribute(name: &str, location: i32, column: bool, may_be_value: bool, walk: &mut Walk<'_>) {
    let own = builtin::function(name);
    // Plumbing takes internal arguments, which no value of a statement has; its names (`system`) are columns'.
    let plumbing = own.is_some_and(|c| c.name == "plumbing");
    if column || plumbing || (own.is_none_or(|c| c.allowed) && may_be_value) {
        return;
    }
    if let Err((Code::FunctionNotAllowed, reason)) = judge(None, name, walk) {
        let reason = format!("{reason} Written as an attribute it is called too.");
        walk.refuse(Code::FunctionNotAllowed, reason, Some(location));
    }
}

fn judge(schema: Option<&str>, name: &str, walk: &Walk<'_>) -> Result<(), (Code, String)> {
    let refused = |reason: String| Err((Code::FunctionNotAllowed, reason));
    let unknown =
        |shown: String| Err((Code::FunctionUnknown, format!("The function {shown} is not known here.")));
    let catalogue = walk.facts.catalogue;
    let overloads = |schema: &str| {
        let schema = schema.to_owned();
        catalogue.into_iter().flat_map(|c| &c.functions).filter(move |f| f.name == name && f.schema == schema)
    };
    match schema {
        Some("pg_catalog") => match builtin::function(name) {
            Some(class) if class.allowed => all_safe(overloads("pg_catalog")),
            Some(class) => refused(format!("{name} is refused: it {}.", class.reason)),
            None if builtin::value_type(name) => Ok(()),
            None => unknown(format!("pg_catalog.{name}")),
        },
        Some(schema) if is_closed_schema(schema) || schema == "information_schema" => {
            refused(format!("The schema {schema} is closed."))
        }
        Some(schema) => {
            let mut found = overloads(schema).peekable();
            if found.peek().is_none() {
                return unknown(format!("{schema}.{name}"));
            }
            all_safe(found)
        }
        None => {
            let own = builtin::function(name);
            if let Some(class) = own.filter(|c| !c.allowed) {
                return refused(format!("{name} is refused: it {}.", class.reason));
            }
            let mut found = catalogue
                .into_iter()
                .flat_map(|c| c.functions.iter().filter(|f| f.name == name && is_on_path(c, &f.schema)))
                .peekable();
            let is_known =
                own.is_some() || found.peek().is_some() || super::type_name::is_known(None, name, walk);
            all_safe(found)?;
            if is_known { Ok(()) } else { unknown(name.to_owned()) }
        }
    }
}

fn is_on_path(catalogue: &rowcall_core::Catalogue, schema: &str) -> bool {
    schema == "pg_catalog" || catalogue.search_path.iter().any(|s| s == schema)
}

fn all_safe<'f>(mut overloads: impl Iterator<Item = &'f Function>) -> Result<(), (Code, String)> {
    overloads.try_for_each(|f| match unsafe_because(f) {
        Some(why) => Err((Code::FunctionNotAllowed, format!("The function {}.{} {why}.", f.schema, f.name))),
        None => Ok(()),
    })
}

/// Why a function of the source may not be called in a checked statement.
fn unsafe_because(function: &Function) -> Option<String> {
    let Function { schema: _, name, volatility, language, security_definer, extension, kind } = function;
    if is_closed_schema(&function.schema) {
        return Some("stands in a schema that is closed".into());
    }
    if *kind == 'p' {
        return Some("is a procedure".into());
    }
    if *security_definer {
        return Some("runs with its owner's rights (SECURITY DEFINER)".into());
    }
    if !matches!(volatility, 'i' | 's') {
        return Some("is declared VOLATILE, so it may change something".into());
    }
    match extension.as_deref() {
        Some(extension) => {
            let postgis = extension == "postgis"
                && (name.starts_with("st_") || name.starts_with("geometry") || name.starts_with("geography"))
                && name != "st_estimatedextent";
            let reviewed = EXTENSIONS
                .iter()
                .any(|(e, only)| *e == extension && (only.is_empty() || only.contains(&name.as_str())));
            (!postgis && !reviewed)
                .then(|| format!("belongs to the extension {extension}, which is not on the list"))
        }
        None if matches!(kind, 'a' | 'w') => Some(
            "is an aggregate of the source's own, whose steps cannot be judged from the catalogue".into(),
        ),
        None if matches!(language.as_str(), "sql" | "plpgsql") => None,
        None => Some(format!("is written in {language}, which can do anything")),
    }
}
