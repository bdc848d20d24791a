//! The gate that decides what SQL may run.
//!
//! Without it, a statement that looks like a question could write, lock, read a file or tell one person what
//! another one does. PostgreSQL's own grammar (through `pg_query`) decides what a text says; everything after
//! that is an allow-list: statement kinds, tree nodes, functions, operators, types and relations. What is not
//! known is refused. The text that runs is never the one that came in, but the one printed from the checked
//! tree, and only if it parses back to the same tree.
//!
//! Nothing here touches a network, a file or a clock: [`check`] is a function of the text and the facts. It does
//! not panic, does not overflow the stack and needs little memory, whatever the bytes.
//!
//! One rule stands in one file under `rules/`, with its cases in `cases/`; `docs/policy.md` lists them all.

mod builtin;
mod canonical;
mod guard;
pub mod inside;
mod parse;
mod reads;
pub mod reference;
mod rules;
mod verdict;
mod walk;

use pg_query::protobuf::ScanToken;
use rowcall_core::Catalogue;

pub use verdict::{
    ChangeKind, CheckedChange, CheckedRead, Code, FunctionName, Refusal, Relation, Stage, Verdict,
};

/// What is known about the source that a statement is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The source's catalogue. `None`: relations are taken as known tables, and only PostgreSQL's own functions
    /// and types are known.
    pub catalogue: Option<&'a Catalogue>,
}

/// Decides whether `sql` may run as a read, needs an approval as a change, or is refused.
pub fn check(sql: &str, facts: &Facts<'_>) -> Verdict {
    match parse::guarded(|| decide(sql, facts)) {
        Some(Ok(verdict)) => verdict,
        Some(Err(refusal)) => Verdict::Refuse(vec![refusal]),
        None => Verdict::Refuse(vec![Refusal::new(
            Code::NotUnderstood,
            "The statement could not be examined to the end, so it does not run.".into(),
            None,
        )]),
    }
}

/// [`check`] for bytes that may not be UTF-8.
pub fn check_bytes(sql: &[u8], facts: &Facts<'_>) -> Verdict {
    match rules::text::utf8(sql) {
        Ok(sql) => check(sql, facts),
        Err(refusal) => Verdict::Refuse(vec![refusal]),
    }
}

fn decide(sql: &str, facts: &Facts<'_>) -> Result<Verdict, Refusal> {
    rules::text::check(sql)?;
    rules::comments::before_scanning(sql)?;
    let tokens = rules::text::tokens(sql)?;
    rules::comments::check(sql, &tokens)?;
    rules::invisible::check(sql, &tokens)?;
    let depth = rules::depth::check(&tokens)?;
    rules::text::words(&tokens)?;
    parse::with_stack_for(depth, || decide_tree(sql, &tokens, facts))
}

fn decide_tree(sql: &str, tokens: &[ScanToken], facts: &Facts<'_>) -> Result<Verdict, Refusal> {
    let tree = parse::parse(sql)?;
    let statement = rules::single_statement::check(&tree, sql)?;

    let mut walk = walk::Walk::new(facts);
    rules::statement::check(statement, &mut walk);
    let findings = walk.finish();
    if !findings.refusals.is_empty() {
        return Ok(Verdict::Refuse(findings.refusals));
    }
    let text = guard::apply(rules::round_trip::check(&tree, sql, tokens)?, facts)?;
    Ok(match findings.change {
        Some(kind) => {
            let question = reads::question(&text, facts);
            if let Some(refusal) = rules::restricted::uses_kept_back(&findings, question.as_deref()) {
                return Ok(Verdict::Refuse(vec![refusal]));
            }
            Verdict::NeedsApproval(CheckedChange::proved(text, question, kind, findings))
        }
        None => Verdict::AllowRead(CheckedRead::proved(text, findings)),
    })
}
