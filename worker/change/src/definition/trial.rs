//! A definition's impact: it is run in a transaction that is rolled back.

use super::{Count, Done, Known};
use crate::{
    Limits, Unmeasured,
    execute::{self, leave},
    impact::{Measured, excuse},
    problem::{Problem, Trouble},
};
use rowcall_core::{
    change::{Definition, Impact, LockHeld, Operation, Rows, Trigger, Undo},
    texts::definitions as texts,
};
use rowcall_policy::CheckedChange;
use rowcall_source::{Source, WriteSession};
use sqlx::Executor;
use std::time::Instant;

/// Measures a definition.
pub(crate) async fn measure(
    source: &Source,
    checked: &CheckedChange,
    limits: &Limits,
) -> Result<Measured, Unmeasured> {
    for attempt in 1.. {
        let session = source.begin_definition(&limits.trial()).await.map_err(Unmeasured::Source)?;
        match trial(source, session, checked, limits).await {
            Err(Trouble::Refused(problem))
                if matches!(problem.sqlstate.as_str(), "40001" | "40P01") && attempt < limits.attempts =>
            {
                execute::pause(attempt).await;
            }
            done => return Ok(done?),
        }
    }
    unreachable!("the loop ends by returning")
}

async fn trial(
    source: &Source,
    mut session: WriteSession,
    checked: &CheckedChange,
    limits: &Limits,
) -> Result<Measured, Trouble> {
    let known = match Known::of(source, &mut session, checked).await {
        Ok(known) => known,
        Err(trouble) => return Err(leave(session, trouble).await),
    };
    let began = Instant::now();
    let tried = match known.objection(session.connection()?, limits).await {
        Ok(Some(why)) => Err(why),
        Ok(None) => match known.run(source, &mut session, limits, Count::All).await {
            Ok(done) => Ok(done),
            Err(trouble) => match excuse(&trouble, limits) {
                Some(why) => Err(why),
                None => return Err(leave(session, trouble).await),
            },
        },
        Err(trouble) => return Err(leave(session, trouble).await),
    };
    // What was locked is free again before anything else is done.
    let rolled_back = session.connection()?.execute(sqlx::raw_sql("ROLLBACK")).await.map_err(Trouble::from);
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match rolled_back {
        Ok(_) => session.rest(),
        Err(trouble) => return Err(leave(session, trouble).await),
    }
    match tried {
        Err(why) if known.parts.cascade => Err(Problem::ours(texts::cascade_untried(&why)).into()),
        Err(why) => Ok(known.described(None, Some(why), ms)),
        Ok(done) => Ok(known.described(Some(done), None, ms)),
    }
}

impl Known {
    fn described(&self, done: Option<Done>, untried: Option<String>, ms: u64) -> Measured {
        let evidence = self.evidence(done.as_ref());
        let Done { difference, losses, locks } = done.unwrap_or_default();
        let is_own = |oid: i64| self.table.as_ref().is_some_and(|table| table.oid == oid);
        let lock = locks
            .iter()
            .find(|(oid, ..)| is_own(*oid))
            .map(|(_, _, mode)| LockHeld { mode: mode.clone(), ms });
        let nothing =
            difference.adds.is_empty() && difference.drops.is_empty() && difference.rewrites.is_empty();
        let definition = Definition {
            what: self.parts.words(&self.own),
            changes_nothing: untried.is_none() && nothing && self.parts.if_not_there,
            adds: difference.adds,
            drops: difference.drops,
            rewrites: difference.rewrites,
            loses: losses.into_iter().filter(|loss| loss.rows > 0).collect(),
            locks: locks
                .into_iter()
                .filter(|(oid, ..)| !is_own(*oid))
                .map(|(_, table, mode)| (table, mode))
                .collect(),
            untried,
        };
        let mut limits = vec![texts::others_may_alter()];
        limits.extend(self.parts.renames().then(texts::settings_keep_names));
        let impact = Impact {
            operation: Operation::Ddl,
            table: self.own.clone(),
            rows: Rows::Exact(0),
            estimate: None,
            cascades: Vec::new(),
            triggers: self.triggers(),
            at_risk: Vec::new(),
            sample: Vec::new(),
            unconditional: false,
            lock,
            undo: Undo::Impossible(texts::no_undo()),
            limits,
            definition: Some(definition),
            fingerprint: evidence.fingerprint(),
        };
        Measured { impact, evidence, not_restored: Vec::new() }
    }

    /// Those that TRUNCATE fires; no other definition fires a table's.
    fn triggers(&self) -> Vec<Trigger> {
        let own = self.table.iter().filter(|_| self.parts.truncates()).flat_map(|table| &table.triggers);
        own.filter(|trigger| trigger.fires_on_truncate())
            .map(|trigger| Trigger {
                table: trigger.table.clone(),
                name: trigger.name.clone(),
                function: format!("{}.{}", trigger.function_schema, trigger.function),
            })
            .collect()
    }
}
