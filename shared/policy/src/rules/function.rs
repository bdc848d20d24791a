//! Rules `function_not_allowed` and `function_unknown`: functions are where a SELECT writes, sleeps, reads files
//! and runs other SQL, so each one must be known to be harmless, wherever it stands.
//!
//! PostgreSQL's own are judged by the reviewed list. The source's are judged by their catalogue entries. A bare
//! name means every overload that it could reach, PostgreSQL's and the search path's; one unsafe overload
//! makes the name unsafe. An attribute can be a call too: `(0.1::float8).pg_sleep` sleeps.

use pg_query::protobuf::Node;
use rowcall_core::{Catalogue, Function, Named, TaintedKind};

use super::relation::is_closed_schema;
use crate::walk::Walk;
use crate::{Code, FunctionName, builtin};

/// Extensions whose functions were reviewed; with names where only some of them are harmless. Absent on purpose:
/// tablefunc, xml2 and dblink (they run text), adminpack, file_fdw, pageinspect, pg_stat_statements.
pub const EXTENSIONS: [(&str, &[&str]); 16] = [
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

/// Settings of a session that tell how it computes, and nothing about the server or other people.
pub const OPEN_SETTINGS: [&str; 27] = [
    "block_size",
    "bytea_output",
    "client_encoding",
    "datestyle",
    "default_text_search_config",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "extra_float_digits",
    "integer_datetimes",
    "intervalstyle",
    "lc_collate",
    "lc_ctype",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "max_identifier_length",
    "role",
    "search_path",
    "server_encoding",
    "server_version",
    "server_version_num",
    "session_authorization",
    "statement_timeout",
    "timezone",
    "transaction_isolation",
    "transaction_read_only",
    "work_mem",
];

/// Judges a called function.
pub fn check(name: &[&str], args: &[Node], location: i32, walk: &mut Walk<'_>) {
    let (schema, function) = match name {
        [function] => (None, *function),
        [schema, function] => (Some(*schema), *function),
        _ => {
            let reason = format!("{} is not a function's name.", name.join("."));
            return walk.refuse(Code::FunctionUnknown, reason, Some(location));
        }
    };
    match judge(schema, function, args, walk) {
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
    if let Err((Code::FunctionNotAllowed, reason)) = judge(None, name, &[], walk) {
        let reason = format!("{reason} Written as an attribute it is called too.");
        walk.refuse(Code::FunctionNotAllowed, reason, Some(location));
    }
}

fn judge(schema: Option<&str>, name: &str, args: &[Node], walk: &Walk<'_>) -> Result<(), (Code, String)> {
    let refused = |reason: String| Err((Code::FunctionNotAllowed, reason));
    let unknown = |shown: String| {
        let hint = builtin::elsewhere(name).map(|h| format!(" {h}")).unwrap_or_default();
        Err((Code::FunctionUnknown, format!("The function {shown} is not known here.{hint}")))
    };
    let catalogue = walk.facts.catalogue;
    match schema {
        Some("pg_catalog") => match builtin::called(name, args.len()) {
            Some(class) if class.allowed || asks_for_open_setting(name, args) => {
                all_safe(catalogue, "pg_catalog", name)
            }
            Some(class) => refused(format!("{name} is refused: it {}.", class.reason)),
            None if builtin::value_type(name) => Ok(()),
            None => unknown(format!("pg_catalog.{name}")),
        },
        Some(schema) if is_closed_schema(schema) || schema == "information_schema" => {
            refused(format!("The schema {schema} is closed."))
        }
        Some(schema) => {
            let is_known = catalogue.is_some_and(|c| overloads(c, schema, name).next().is_some());
            if !is_known && !super::type_name::is_known(Some(schema), name, walk) {
                return unknown(format!("{schema}.{name}"));
            }
            listed(catalogue, schema, name)?;
            all_safe(catalogue, schema, name)
        }
        None => {
            let own = builtin::called(name, args.len());
            if let Some(class) = own.filter(|c| !c.allowed && !asks_for_open_setting(name, args)) {
                return refused(format!("{name} is refused: it {}.", class.reason));
            }
            let mut is_known = own.is_some() || super::type_name::is_known(None, name, walk);
            if let Some(catalogue) = catalogue {
                for schema in
                    std::iter::once("pg_catalog").chain(catalogue.search_path.iter().map(String::as_str))
                {
                    is_known |= overloads(catalogue, schema, name).next().is_some();
                    listed(Some(catalogue), schema, name)?;
                    all_safe(Some(catalogue), schema, name)?;
                }
            }
            if is_known { Ok(()) } else { unknown(name.to_owned()) }
        }
    }
}

/// `current_setting('timezone')`: a constant name of a setting that may be seen.
fn asks_for_open_setting(name: &str, args: &[Node]) -> bool {
    name == "current_setting"
        && args
            .first()
            .and_then(super::constant::text)
            .is_some_and(|s| OPEN_SETTINGS.contains(&s.to_ascii_lowercase().as_str()))
}

/// Why a function that the statement reaches by another way (an operator, a cast, an aggregate's step) may not be
/// called; `None` if it may.
pub fn refused_behind(function: &Named, catalogue: &Catalogue) -> Option<String> {
    let Named { schema, name } = function;
    if schema == "pg_catalog" {
        // The machinery is called by PostgreSQL itself there, as it should be.
        return match builtin::function(name) {
            Some(class) if class.allowed || class.name == "plumbing" => None,
            Some(class) => Some(format!("{name} {}", class.reason)),
            None => Some(format!("{name} is not known here")),
        };
    }
    if overloads(catalogue, schema, name).next().is_none() {
        return Some(format!("{schema}.{name} is not known here"));
    }
    all_safe(Some(catalogue), schema, name).err().map(|(_, reason)| reason.trim_end_matches('.').to_owned())
}

fn overloads<'c>(catalogue: &'c Catalogue, schema: &str, name: &str) -> impl Iterator<Item = &'c Function> {
    catalogue.functions.iter().filter(move |f| f.name == name && f.schema == schema)
}

/// A function outside the schemas that may be named could show what stands there; those of extensions only compute.
fn listed(catalogue: Option<&Catalogue>, schema: &str, name: &str) -> Result<(), (Code, String)> {
    let Some(catalogue) = catalogue.filter(|c| !c.schemas.is_empty()) else { return Ok(()) };
    let is_listed = schema == "pg_catalog" || catalogue.schemas.iter().any(|s| s == schema);
    if is_listed || overloads(catalogue, schema, name).all(|f| f.extension.is_some()) {
        return Ok(());
    }
    Err((
        Code::FunctionNotAllowed,
        format!("The function {schema}.{name} stands outside the schemas of this source."),
    ))
}

fn all_safe(catalogue: Option<&Catalogue>, schema: &str, name: &str) -> Result<(), (Code, String)> {
    let Some(catalogue) = catalogue else { return Ok(()) };
    let refused = |why: &str| Err((Code::FunctionNotAllowed, format!("The function {schema}.{name} {why}.")));
    for function in overloads(catalogue, schema, name) {
        if let Some(why) = unsafe_because(function, catalogue) {
            return refused(&why);
        }
    }
    catalogue.objects.taint(TaintedKind::Function, schema, name).map_or(Ok(()), refused)
}

/// Why a function of the source may not be called in a checked statement.
fn unsafe_because(function: &Function, catalogue: &Catalogue) -> Option<String> {
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
        None if *kind == 'a' => aggregate_refused(function, catalogue),
        None if matches!(language.as_str(), "sql" | "plpgsql") => None,
        None if language == "internal" && makes_a_range(function, catalogue) => None,
        None => Some(format!("is written in {language}, which can do anything")),
    }
}

/// The functions that PostgreSQL itself makes with a range type, under the type's name.
fn makes_a_range(function: &Function, catalogue: &Catalogue) -> bool {
    catalogue.objects.types.iter().any(|t| {
        matches!(t.kind, 'r' | 'm') && t.named.name == function.name && t.named.schema == function.schema
    })
}

/// An aggregate of the source's own is as safe as the functions it is made of.
fn aggregate_refused(function: &Function, catalogue: &Catalogue) -> Option<String> {
    let mut found = catalogue
        .objects
        .aggregates
        .iter()
        .filter(|a| a.named.name == function.name && a.named.schema == function.schema)
        .peekable();
    if found.peek().is_none() {
        return Some("is an aggregate whose steps are not known".into());
    }
    found
        .flat_map(|a| &a.steps)
        // An aggregate cannot be a step of another one, so this ends.
        .find_map(|step| refused_behind(step, catalogue))
        .map(|why| format!("is an aggregate with a step that may not run: {why}"))
}
