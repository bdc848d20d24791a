//! Execute: the checked statement runs, read-only, and its rows come back; a long result is written to a file on
//! the way.

use super::{
    check::Checked,
    file::CsvFile,
    look::words_for_a_model,
    permission::Permission,
    plan::Draft,
    planning::{Planning, permit, refuse, source_error},
};
use crate::{
    engine::{Flow, Keep, Step, StepContext, StepError},
    sources::Sources,
};
use rowcall_core::{ArtifactRef, Ask, ResultSet, texts};
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
}

impl Execute {
    /// The step.
    pub fn new(store: Store, sources: Arc<Sources>, planning: Arc<Planning>, permission: Permission) -> Self {
        Self { store, sources, planning, permission }
    }

    async fn read(
        &self,
        context: &StepContext,
        source: &Source,
        checked: Checked,
    ) -> Result<Flow<Executed>, ReadError> {
        let catalogue = self.sources.catalogue(source).await.map_err(ReadError::Source)?;
        let proof = match permit(&checked.sql, &catalogue) {
            Ok(proof) => proof,
            Err(failure) => return Ok(refuse(context, failure, Some(checked.sql))),
        };
        let mut file = CsvFile::new(self.store.clone(), context.lease.clone(), &context.question.run_id);
        let result = source.read(&proof, &mut file, &context.cancel).await.map_err(ReadError::Source)?;
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
            return Ok(self.planning.check(context, draft, &catalogue));
        }
        let intent = rowcall_planner::understand(&context.question.text);
        Ok(match self.planning.draft(context, &intent, source, &catalogue, None).await? {
            Flow::Next(mut draft) => {
                draft.assumptions.push(texts::planned_again());
                self.planning.check(context, draft, &catalogue)
            }
            Flow::End(finished) => Flow::End(finished),
        })
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
        Ok(match self.planning.draft(context, &intent, source, &catalogue, Some(failed)).await? {
            Flow::Next(draft) => self.planning.check(context, draft, &catalogue),
            Flow::End(finished) => Flow::End(finished),
        })
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

enum ReadError {
    Source(SourceError),
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
        if let Some(failure) = self.permission.of(context).await? {
            // The statement stays unsaid: it, too, is for those who may ask.
            return Ok(refuse(context, failure, None));
        }
        let source = self.planning.source(context).await?;
        let again = match self.read(context, &source, checked.clone()).await {
            Ok(flow) => return Ok(flow),
            Err(ReadError::Source(SourceError::SchemaChanged { .. })) => {
                self.repair(context, &source, checked.draft).await?
            }
            Err(ReadError::Source(error))
                if about_the_statement(&error) && self.planning.can_repair(&checked.draft) =>
            {
                tracing::info!(%error, "a model's statement is written once more");
                self.rewrite(context, &source, &checked, &error).await?
            }
            Err(ReadError::Source(error)) => return Err(source_error(&error, &source)),
        };
        match again {
            Flow::Next(checked) => self
                .read(context, &source, checked)
                .await
                .map_err(|ReadError::Source(error)| source_error(&error, &source)),
            Flow::End(finished) => Ok(Flow::End(finished)),
        }
    }
}
