//! Execute: the checked statement runs, read-only, and its rows come back; a long result is written to a file on
//! the way.

use super::{
    check::Checked,
    file::CsvFile,
    permission::Permission,
    plan::Draft,
    planning::{Planning, permit, refuse, source_error},
};
use crate::{
    engine::{Flow, Keep, Step, StepContext, StepError},
    sources::Sources,
};
use rowcall_core::{ArtifactRef, Ask, ResultSet, texts};
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
            draft: checked.draft,
            result,
            file,
            notes: note.into_iter().collect(),
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
        let text = rowcall_planner::understand(&context.question.text).text;
        Ok(match self.planning.draft(context, &text, &catalogue).await? {
            Flow::Next(mut draft) => {
                draft.assumptions.push(texts::planned_again());
                self.planning.check(context, draft, &catalogue)
            }
            Flow::End(finished) => Flow::End(finished),
        })
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
        let question = &context.question;
        let denied = self
            .permission
            .denied(context.actor.as_ref(), question.ask, &question.source, chrono::Utc::now())
            .await
            .map_err(|error| {
                tracing::warn!(%error, "permission could not be asked");
                StepError::Retry(texts::internal())
            })?;
        if let Some(failure) = denied {
            // The statement stays unsaid: it, too, is for those who may ask.
            return Ok(refuse(context, failure, None));
        }
        let source = self.planning.source(context).await?;
        let draft = checked.draft.clone();
        match self.read(context, &source, checked).await {
            Ok(flow) => Ok(flow),
            Err(ReadError::Source(SourceError::SchemaChanged { .. })) => {
                match self.repair(context, &source, draft).await? {
                    Flow::Next(checked) => self
                        .read(context, &source, checked)
                        .await
                        .map_err(|ReadError::Source(error)| source_error(&error, &source)),
                    Flow::End(finished) => Ok(Flow::End(finished)),
                }
            }
            Err(ReadError::Source(error)) => Err(source_error(&error, &source)),
        }
    }
}
