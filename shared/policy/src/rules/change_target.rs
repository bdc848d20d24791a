//! Rule `target_not_allowed`: a change is aimed at a table of the source, never at PostgreSQL's own catalogue,
//! `information_schema`, or something whose rows stand elsewhere.

use pg_query::protobuf::RangeVar;
use rowcall_core::TableKind;

use crate::Code;
use crate::walk::Walk;

/// Judges the relation that a change writes to. A name from WITH cannot be a target, so it does not count.
pub fn check(target: Option<&RangeVar>, walk: &mut Walk<'_>) {
    let Some(target) = target else {
        return walk.refuse(Code::TargetNotAllowed, "The change names no table.".into(), None);
    };
    let schema = (!target.schemaname.is_empty()).then_some(target.schemaname.as_str());
    if is_system(target) {
        let reason = format!("{} belongs to PostgreSQL itself.", target.relname);
        return walk.refuse(Code::TargetNotAllowed, reason, Some(target.location));
    }
    let known = walk.facts.catalogue.and_then(|c| c.resolve(schema, &target.relname));
    match known.map(|t| t.kind) {
        None | Some(TableKind::Table | TableKind::Partitioned) => {}
        Some(TableKind::View | TableKind::MaterializedView | TableKind::Foreign) => {
            let reason = format!("{} is not a table with rows of its own.", target.relname);
            return walk.refuse(Code::TargetNotAllowed, reason, Some(target.location));
        }
    }
    super::restricted::change(target, walk);
    walk.without_ctes(|w| {
        super::relation::target(target, w);
    });
}

/// Whether a name means something of PostgreSQL's own.
pub fn is_system(target: &RangeVar) -> bool {
    match target.schemaname.as_str() {
        "" => crate::builtin::catalogue_relation(&target.relname).is_some(),
        schema => schema == "pg_catalog" || schema == "information_schema",
    }
}
