//! What a planner may look up in a source while it plans: under the policy and the executor's guards, as any question.

use super::planning::permit;
use rowcall_core::{Catalogue, Column, Table, Value};
use rowcall_plan::{Field, Filter, QueryPlan, TableName, TextMatch};
use rowcall_planner::{SourceTools, Watch};
use rowcall_source::{NoSink, Source, SourceError};
use tokio_util::sync::CancellationToken;

/// One source, for the time of one question.
pub(super) struct Look<'a> {
    pub source: &'a Source,
    pub catalogue: &'a Catalogue,
    pub cancel: &'a CancellationToken,
}

impl Look<'_> {
    async fn read(&self, sql: &str) -> Result<Vec<Vec<Value>>, String> {
        let proof = permit(sql, self.catalogue).map_err(|failure| failure.why)?;
        let read = self.source.read(&proof, &mut NoSink, self.cancel).await;
        read.map(|result| result.rows).map_err(|error| words_for_a_model(&error, self.source))
    }
}

#[async_trait::async_trait]
impl SourceTools for Look<'_> {
    fn may_show(&self, table: &Table, column: &Column) -> bool {
        let settings = self.source.settings();
        settings.model_sees_values && settings.may_sample(&table.schema, &table.name, &column.name)
    }

    async fn values(
        &self,
        table: &Table,
        column: &Column,
        like: Option<&str>,
        limit: u64,
    ) -> Result<Vec<String>, String> {
        if !self.may_show(table, column) {
            return Err("the values of this column are not shown".to_owned());
        }
        let name = TableName { schema: Some(table.schema.clone()), name: table.name.clone() };
        let field = Field::new(name.clone(), column.name.clone());
        let mut filters = vec![Filter::Null { field: field.clone(), negated: true }];
        filters.extend(like.map(|value| Filter::Text {
            field: field.clone(),
            how: TextMatch::Contains,
            value: value.to_owned(),
            negated: false,
        }));
        let plan = QueryPlan {
            source: name,
            columns: vec![field],
            filters,
            limit: Some(limit),
            distinct: true,
            ..QueryPlan::default()
        };
        let compiled = rowcall_plan::compile(&plan, self.catalogue).map_err(|error| error.to_string())?;
        let rows = self.read(&compiled.sql).await?;
        Ok(rows.into_iter().filter_map(|row| row.first().map(ToString::to_string)).collect())
    }

    async fn try_out(&self, sql: &str) -> Result<(), String> {
        permit(sql, self.catalogue).map_err(|failure| failure.why)?;
        self.read(&format!("EXPLAIN {sql}")).await.map(|_| ())
    }
}

/// A source's error as a model may know it. Where it sees no values, it does not see them in an error either: only the
/// messages on syntax and names are certain to hold none.
pub(super) fn words_for_a_model(error: &SourceError, source: &Source) -> String {
    match error {
        SourceError::Query { detail, sqlstate }
            if sqlstate.starts_with("42") || source.settings().model_sees_values =>
        {
            format!("{detail} (SQLSTATE {sqlstate})")
        }
        SourceError::Query { sqlstate, .. } => format!("the database reports SQLSTATE {sqlstate}"),
        SourceError::TooLarge { .. } => "it needs more than the source allows for one question".to_owned(),
        SourceError::Timeout { .. } => "it takes longer than the source allows".to_owned(),
        SourceError::SchemaChanged { .. } => "the tables changed meanwhile".to_owned(),
        SourceError::PermissionDenied { .. } => "it reads something that may not be read here".to_owned(),
        _ => "the database cannot be asked now".to_owned(),
    }
}

/// Tells whoever watches the run what the planner is at.
impl Watch for crate::engine::Teller {
    fn tell(&self, what: &str) {
        self.doing("plan", what);
    }
}
