//! Whether a dry run may be made at all: it runs the statement for real before it rolls back, and with it every trigger,
//! default and check. What cannot be rolled back, or cannot be judged, must not run before somebody approved it.

use crate::{
    Limits, body,
    facts::{Facts, Operations, Table, Trigger},
    problem::Trouble,
};
use rowcall_core::{Catalogue, Function};
use rowcall_policy::Verdict;
use sqlx::{PgConnection, Row};
use std::collections::BTreeSet;

/// Functions that a question may not call, and a transaction that is rolled back may: what they leave is at most a gap
/// in a sequence.
const HARMLESS: [&str; 13] = [
    "nextval",
    "currval",
    "lastval",
    "random",
    "gen_random_uuid",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuidv7",
    "clock_timestamp",
    "timeofday",
    "txid_current",
    "pg_current_xact_id",
    "pg_notify",
];

type Call = (Option<String>, String);

/// Why a dry run may not be made; none when it may.
pub(crate) async fn objection(
    db: &mut PgConnection,
    facts: &Facts,
    limits: &Limits,
) -> Result<Option<String>, Trouble> {
    if facts.incomplete {
        return Ok(Some("It reaches too many tables through foreign keys and triggers.".to_owned()));
    }
    let mut calls: Vec<(String, Call)> = Vec::new();
    for (table, trigger) in facts.triggers() {
        match judge(table, trigger, limits) {
            Judged::Trusted => {}
            Judged::Refused(why) => return Ok(Some(why)),
            Judged::Calls(found) => calls.extend(found),
        }
    }
    for table in facts.tables.values() {
        if !table.rules.is_empty() && facts.touched(table) != Operations::default() {
            return Ok(Some(format!("Rules rewrite what is done to {}.", table.full_name())));
        }
        calls.extend(expressions(table, facts.touched(table)));
    }
    unsafe_call(db, &calls).await
}

/// Why a definition of those tables may not be tried out; none when it may. Tables that are written anew have their
/// defaults and checks called for every row; only TRUNCATE fires triggers.
pub(crate) async fn objection_to_definition(
    db: &mut PgConnection,
    facts: &Facts,
    truncates: bool,
    limits: &Limits,
) -> Result<Option<String>, Trouble> {
    let mut calls: Vec<(String, Call)> = Vec::new();
    for table in facts.tables.values() {
        calls.extend(expressions(table, Operations::ALL));
        for trigger in table.triggers.iter().filter(|trigger| truncates && trigger.fires_on_truncate()) {
            match judge(table, trigger, limits) {
                Judged::Trusted => {}
                Judged::Refused(why) => return Ok(Some(why)),
                Judged::Calls(found) => calls.extend(found),
            }
        }
    }
    unsafe_call(db, &calls).await
}

enum Judged {
    Trusted,
    Refused(String),
    Calls(Vec<(String, Call)>),
}

fn judge(table: &Table, trigger: &Trigger, limits: &Limits) -> Judged {
    let function = format!("{}.{}", trigger.function_schema, trigger.function);
    let who = format!("The trigger {} of {} calls {function}", trigger.name, table.full_name());
    if limits.trusted_functions.contains(&function) {
        return Judged::Trusted;
    }
    if !matches!(trigger.language.as_str(), "plpgsql" | "sql") {
        return Judged::Refused(format!(
            "{who}, which is written in {} and can do anything.",
            trigger.language
        ));
    }
    if trigger.security_definer {
        return Judged::Refused(format!("{who}, which runs with its owner's rights."));
    }
    let body = body::examine(&trigger.body);
    match body.closed {
        Some(why) => Judged::Refused(format!("{who}, and {why}.")),
        None => Judged::Calls(body.calls.into_iter().map(|call| (who.clone(), call)).collect()),
    }
}

/// What the table's own expressions call when rows come or change.
fn expressions(table: &Table, operations: Operations) -> Vec<(String, Call)> {
    let mut calls = Vec::new();
    let mut add = |what: String, text: &str| {
        calls.extend(body::examine(text).calls.into_iter().map(|call| (what.clone(), call)));
    };
    if operations.insert || operations.update {
        for column in &table.columns {
            if let Some(default) = &column.default {
                add(format!("The column {} of {}", column.name, table.full_name()), default);
            }
        }
        for constraint in table.constraints.iter().filter(|c| c.kind == "c") {
            // The word itself looks like a call.
            let text = constraint.definition.replacen("CHECK", "", 1);
            add(format!("The constraint {} of {}", constraint.name, table.full_name()), &text);
        }
    }
    for policy in &table.row_security {
        add(format!("Row-level security of {}", table.full_name()), policy);
    }
    calls
}

/// The first call that the policy would not pass in a question, and that is not harmless in a dry run either.
async fn unsafe_call(db: &mut PgConnection, calls: &[(String, Call)]) -> Result<Option<String>, Trouble> {
    let names: BTreeSet<&String> = calls.iter().map(|(_, (_, name))| name).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let catalogue = own_functions(db, &names).await?;
    for (who, (schema, name)) in calls {
        let own = catalogue.functions.iter().any(|f| f.name == *name && f.extension.is_none());
        if HARMLESS.contains(&name.as_str()) && !own {
            continue;
        }
        let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let written = match schema {
            Some(schema) => format!("{}.{}", quote(schema), quote(name)),
            None => quote(name),
        };
        let facts = rowcall_policy::Facts { catalogue: Some(&catalogue) };
        if !matches!(rowcall_policy::check(&format!("SELECT {written}()"), &facts), Verdict::AllowRead(_)) {
            return Ok(Some(format!("{who}, where {name}() is called, which is not known to be harmless.")));
        }
    }
    Ok(None)
}

/// The functions of those names that are not PostgreSQL's own, as a catalogue for the policy.
async fn own_functions(db: &mut PgConnection, names: &BTreeSet<&String>) -> Result<Catalogue, Trouble> {
    let names: Vec<&String> = names.iter().copied().collect();
    let rows = sqlx::query(
        "SELECT n.nspname::text, p.proname::text, p.provolatile::text, l.lanname::text, p.prosecdef, p.prokind::text, \
           (SELECT e.extname::text FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid \
            WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e' LIMIT 1), \
           pg_catalog.current_schemas(false)::text[] \
         FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace \
         JOIN pg_catalog.pg_language l ON l.oid = p.prolang \
         WHERE p.proname = ANY ($1::text[]::name[]) AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
    )
    .bind(names)
    .fetch_all(db)
    .await?;
    let mut catalogue = Catalogue::default();
    for row in rows {
        let letter = |n: usize| -> Result<char, Trouble> {
            Ok(row.try_get::<String, _>(n)?.chars().next().unwrap_or('v'))
        };
        catalogue.search_path = row.try_get(7)?;
        catalogue.functions.push(Function {
            schema: row.try_get(0)?,
            name: row.try_get(1)?,
            volatility: letter(2)?,
            language: row.try_get(3)?,
            security_definer: row.try_get(4)?,
            kind: letter(5)?,
            extension: row.try_get(6)?,
        });
    }
    Ok(catalogue)
}
