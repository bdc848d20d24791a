//! Execute: the checked statement runs, read-only, and its rows come back; a long result is written to a file on
//! the way. A change does not run here: it is measured, and leaves to wait for a decision.

use super::{
    check::{Checked, Effect},
    file::CsvFile,
    impact::Impact,
    look::words_for_a_model,
    permission::Permission,
    plan::Draft,
    planning::{Planning, permit, refuse, source_error},
};
use crate::{
    engine::{Flow, Keep, Step, StepContext, StepError},
    sources::Sources,
};
use rowcall_core::{ArtifactRef, Ask, Catalogue, ResultSet, texts};
use rowcall_planner::Failed;
use rowcall_shared::Store;
use rowcall_source::{Source, SourceError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Rows, and what they answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Executed {
    /// What was drafted.
    pub draft: Draft,
    /// The statement that ran.
    pub sql: String,
    /// Its rows, up to the cap.
    pub result: ResultSet,
    /// All its rows, when there are many.
    pub file: Option<ArtifactRef>,
    /// What could not be done, one sentence each.
    pub notes: Vec<String>,
}

/// The step.
pub struct Execute {
    store: Store,
    sources: Arc<Sources>,
    planning: Arc<Planning>,
    permission: Permission,
    impact: Arc<Impact>,
}

impl Execute {
    /// The step.
    pub fn new(
        store: Store,
        sources: Arc<Sources>,
        planning: Arc<Planning>,
        permission: Permission,
        impact: Arc<Impact>,
    ) -> Self {
        Self { store, sources, planning, permission, impact }
    }

    /// Runs a read, or measures a change.
    async fn attempt(
        &self,
        context: &StepContext,
        source: &Source,
        checked: Checked,
    ) -> Result<Flow<Executed>, SourceError> {
        let catalogue = self.sources.catalogue(source).await?;
        match checked.effect {
            Effect::Read => self.read(context, source, &catalogue, checked).await,
            Effect::Change => self.impact.of(context, source, &catalogue, &checked).await,
        }
    }

    async fn read(
        &self,
        context: &StepContext,
        source: &Source,
        catalogue: &Catalogue,
        checked: Checked,
    ) -> Result<Flow<Executed>, SourceError> {
        let proof = match permit(&checked.sql, catalogue) {
            Ok(proof) => proof,
            Err(failure) => return Ok(refuse(context, failure, Some(checked.sql))),
        };
        let mut file = CsvFile::new(self.store.clone(), context.lease.clone(), &context.question.run_id);
        let result = source.read(&proof, &mut file, &context.cancel).await?;
        let (file, note) = file.finish().await;
        Ok(Flow::Next(Executed {
            sql: proof.sql().to_owned(),
            result,
            file,
            notes: checked.draft.notes.iter().cloned().chain(note).collect(),
            draft: checked.draft,
        }))
    }

    /// The tables are not what they were: plans once more with what they are now. A person's own statement is checked
    /// again, and stays theirs.
    async fn repair(
        &self,
        context: &StepContext,
        source: &Source,
        draft: Draft,
    ) -> Result<Flow<Checked>, StepError> {
        let catalogue = self.planning.catalogue(source, true).await?;
        if context.question.ask == Ask::Sql {
            return self.planning.check(context, draft, source, &catalogue).await;
        }
        let intent = rowcall_planner::understand(&context.question.text);
        match self.planning.draft(context, &intent, source, &catalogue, None).await?.onward() {
            Ok(mut draft) => {
                draft.assumptions.push(texts::planned_again());
                self.planning.check(context, draft, source, &catalogue).await
            }
            Err(end) => Ok(end),
        }
    }

    /// The database refused what a model wrote: it gets the database's words, and may write something else, once.
    async fn rewrite(
        &self,
        context: &StepContext,
        source: &Source,
        checked: &Checked,
        error: &SourceError,
    ) -> Result<Flow<Checked>, StepError> {
        let catalogue = self.planning.catalogue(source, false).await?;
        let intent = rowcall_planner::understand(&context.question.text);
        let said = words_for_a_model(error, source);
        let failed = Failed { sql: &checked.sql, error: &said };
        match self.planning.draft(context, &intent, source, &catalogue, Some(failed)).await?.onward() {
            Ok(draft) => self.planning.check(context, draft, source, &catalogue).await,
            Err(end) => Ok(end),
        }
    }
}

/// Whether another statement could fare better.
fn about_the_statement(error: &SourceError) -> bool {
    match error {
        SourceError::Query { .. } => !error.retryable(),
        SourceError::TooLarge { .. } => true,
        _ => false,
    }
}

#[async_trait::async_trait]
impl Step for Execute {
    type Input = Checked;
    type Output = Executed;

    fn name(&self) -> &'static str {
        "execute"
    }

    fn keep(&self) -> Keep {
        Keep::WhenSlow
    }

    async fn run(&self, context: &StepContext, checked: Checked) -> Result<Flow<Executed>, StepError> {
        let denied = match checked.effect {
            Effect::Read => self.permission.of(context).await?,
            Effect::Change => self.permission.to_change(context).await?,
        };
        if let Some(failure) = denied {
            // The statement stays unsaid: it, too, is for those who may ask.
            return Ok(refuse(context, failure, None));
        }
        let source = self.planning.source(context).await?;
        let again = match self.attempt(context, &source, checked.clone()).await {
            Ok(flow) => return Ok(flow),
            Err(SourceError::SchemaChanged { .. }) => self.repair(context, &source, checked.draft).await?,
            Err(error) if about_the_statement(&error) && self.planning.can_repair(&checked.draft) => {
                tracing::info!(%error, "a model's statement is written once more");
                self.rewrite(context, &source, &checked, &error).await?
            }
            Err(error) => return Err(source_error(&error, &source)),
        };
        match again.onward() {
            Ok(checked) => {
                self.attempt(context, &source, checked).await.map_err(|error| source_error(&error, &source))
            }
            Err(end) => Ok(end),
        }
    }
}
