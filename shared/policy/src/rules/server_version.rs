//! The version's half of `syntax_error`: the grammar here is that of the newest PostgreSQL, so it also reads what
//! the source's own version does not. Saying so before the statement runs is kinder than the server's error. With
//! no source known, a statement must be one that PostgreSQL 15 reads as far as FROM is concerned.

use crate::Code;
use crate::walk::Walk;

/// A part of the grammar that came with a version.
#[derive(Clone, Copy, Debug)]
pub enum Needs {
    /// MERGE.
    Merge,
    /// A subquery in FROM without an alias.
    SubqueryWithoutAlias,
    /// `JSON_OBJECT(k: v)`, `IS JSON` and their kin.
    JsonConstructor,
    /// `JSON_VALUE`, `JSON_QUERY`, `JSON_TABLE` and their kin.
    JsonQuery,
    /// `MERGE … RETURNING`.
    MergeReturning,
    /// `RETURNING WITH (OLD AS …)`.
    ReturningOptions,
}

/// Refuses what the source's version cannot read.
pub fn check(needs: Needs, walk: &mut Walk<'_>) {
    let (version, what) = match needs {
        Needs::Merge => (15, "MERGE"),
        Needs::SubqueryWithoutAlias => (16, "A subquery in FROM without an alias"),
        Needs::JsonConstructor => (16, "SQL/JSON constructors and IS JSON"),
        Needs::JsonQuery => (17, "JSON_VALUE, JSON_QUERY, JSON_EXISTS and JSON_TABLE"),
        Needs::MergeReturning => (17, "MERGE with RETURNING"),
        Needs::ReturningOptions => (18, "RETURNING WITH (…)"),
    };
    let too_old = match walk.facts.catalogue.map(|c| c.server_version) {
        // A catalogue made by hand says 0: nothing is known then either.
        Some(known) if known > 0 => known / 10_000 < version,
        Some(_) | None => matches!(needs, Needs::SubqueryWithoutAlias),
    };
    if too_old {
        walk.refuse(Code::SyntaxError, format!("{what} needs PostgreSQL {version} or newer."), None);
    }
}
