//! Render: rows become words, a table and a picture.

use super::{execute::Executed, plan::Draft};
use crate::engine::{Finished, Flow, Step, StepContext, StepError};
use rowcall_core::{ArtifactKind, ArtifactRef, Reply, ReplyTable, ResultSet, RunState, texts};
use rowcall_format::table;
use rowcall_plan::{ChartHint, ColumnMeta, ColumnRole, Grain};
use rowcall_render::chart::{self, ChartRequest, ChartSize, Role, TimeStep, Told, ToldColumn, Unit};
use rowcall_shared::{Store, store::StoreError};
use std::borrow::Cow;

/// The step.
pub struct Render {
    store: Store,
}

impl Render {
    /// The step; charts are kept in `store`.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// The picture of a result, if its shape has one.
    async fn draw(
        &self,
        context: &StepContext,
        executed: &Executed,
    ) -> Result<Option<ArtifactRef>, ChartFault> {
        let told = told(&executed.draft);
        let title = executed.draft.title.as_deref().unwrap_or(&context.question.text);
        let request = request(executed.draft.chart);
        let result = whole_time(&executed.result, &executed.draft.columns);
        let spec = match chart::decide(&result, request, title, &told) {
            Ok(spec) => spec,
            Err(_) if matches!(request, ChartRequest::Auto | ChartRequest::None) => return Ok(None),
            // Somebody asked for a picture and gets to know why there is none.
            Err(why) => return Err(ChartFault::None(why.to_string())),
        };
        let alt = spec.alt.clone();
        let result = result.into_owned();
        // Drawing takes milliseconds of one core: not on a thread that others wait for.
        let png = tokio::task::spawn_blocking(move || chart::png(&spec, &result, ChartSize::CHAT))
            .await
            .map_err(|e| ChartFault::Draw(e.to_string()))?
            .map_err(|e| ChartFault::Draw(e.to_string()))?;
        let (name, mime) = (format!("rowcall-{}.png", context.question.run_id.short()), "image/png");
        let upload = self
            .store
            .upload(&context.lease, ArtifactKind::Chart, &name, mime, &alt)
            .await
            .map_err(ChartFault::Keep)?;
        let Some(mut upload) = upload else { return Ok(None) };
        upload.write(&png).await.map_err(ChartFault::Keep)?;
        let (id, bytes) = upload.finish().await.map_err(ChartFault::Keep)?;
        Ok(Some(ArtifactRef { id, kind: ArtifactKind::Chart, name, mime: mime.into(), bytes, alt }))
    }
}

enum ChartFault {
    None(String),
    Draw(String),
    Keep(StoreError),
}

#[async_trait::async_trait]
impl Step for Render {
    type Input = Executed;
    type Output = Finished;

    fn name(&self) -> &'static str {
        "render"
    }

    async fn run(&self, context: &StepContext, executed: Executed) -> Result<Flow<Finished>, StepError> {
        let mut notes = executed.notes.clone();
        let chart = match self.draw(context, &executed).await {
            Ok(chart) => chart,
            Err(ChartFault::Keep(error)) => {
                tracing::warn!(%error, "the chart could not be kept");
                notes.push(texts::artifact_not_kept("chart"));
                None
            }
            Err(ChartFault::None(why)) => {
                notes.push(texts::no_chart(&why));
                None
            }
            Err(ChartFault::Draw(error)) => {
                tracing::error!(error, "the chart could not be drawn");
                None
            }
        };
        let Executed { draft, sql, result, file, .. } = executed;
        let mut text = headline(draft.title.as_deref(), &result, &draft.columns);
        for note in notes {
            text.push('\n');
            text.push_str(&note);
        }
        let mut reply = Reply::words(context.question.run_id, RunState::Succeeded, text);
        reply.table = Some(ReplyTable { rows: result });
        reply.chart = chart;
        reply.files = file.into_iter().collect();
        let plan = draft.behind(&sql);
        reply.sql = Some(sql);
        reply.confidence = draft.sureness();
        reply.planner = Some(draft.planner);
        reply.explanation = draft.explanation;
        reply.assumptions = draft.assumptions;
        Ok(Flow::End(Box::new(Finished { reply, plan })))
    }
}

/// The answer in a sentence.
fn headline(title: Option<&str>, result: &ResultSet, columns: &[ColumnMeta]) -> String {
    match (result.rows.as_slice(), result.columns.as_slice()) {
        ([], _) => texts::no_rows(title),
        ([row], [column]) => {
            // "Customers without orders: 160": a number is told with what it is of; a value by its column.
            let meta = columns.first();
            let number = meta.is_some_and(|c| c.role == ColumnRole::Measure);
            let label = meta.map_or(column.name.as_str(), |c| c.label.as_str());
            let label = title.filter(|_| number).unwrap_or(label);
            let value = table::format_value(&row[0], column);
            // "4.84 %", which no column's name says here.
            let percent = meta.is_some_and(|c| c.unit == rowcall_plan::Unit::Percent) && !row[0].is_null();
            texts::single_value(label, &if percent { format!("{value} %") } else { value })
        }
        _ => texts::rows(title, result.row_count, result.rows.len(), result.truncated),
    }
}

/// What is drawn: with the times at which there was nothing to count, where the plan groups by time.
fn whole_time<'a>(result: &'a ResultSet, columns: &[ColumnMeta]) -> Cow<'a, ResultSet> {
    let mut times = columns.iter().enumerate().filter_map(|(i, column)| Some((i, time_step(column.grain?)?)));
    let zero: Vec<usize> = columns.iter().enumerate().filter(|(_, c)| c.zero).map(|(i, _)| i).collect();
    match (times.next(), times.next()) {
        (Some((time, step)), None) => {
            chart::fill(result, time, step, &zero).map_or(Cow::Borrowed(result), Cow::Owned)
        }
        _ => Cow::Borrowed(result),
    }
}

/// Steps of a calendar that goes on; hours of a day and the like come round again.
fn time_step(grain: Grain) -> Option<TimeStep> {
    match grain {
        Grain::Hour => Some(TimeStep::Hour),
        Grain::Day => Some(TimeStep::Day),
        Grain::Week => Some(TimeStep::Week),
        Grain::Month => Some(TimeStep::Month),
        Grain::Quarter => Some(TimeStep::Quarter),
        Grain::Year => Some(TimeStep::Year),
        Grain::Weekday | Grain::HourOfDay | Grain::MonthOfYear => None,
    }
}

fn request(hint: ChartHint) -> ChartRequest {
    match hint {
        ChartHint::Auto => ChartRequest::Auto,
        ChartHint::None => ChartRequest::None,
        ChartHint::Bar => ChartRequest::Bar,
        ChartHint::HorizontalBar => ChartRequest::HorizontalBar,
        ChartHint::Line => ChartRequest::Line,
        // Lengths are compared more exactly than angles, and labels fit.
        ChartHint::Pie => ChartRequest::HorizontalBar,
    }
}

/// What the plan says of the result.
fn told(draft: &Draft) -> Told {
    // In a list every column tells of its row: what may be drawn of it, its values show.
    let computes = draft.columns.iter().any(|column| column.role == ColumnRole::Measure);
    let role = |column: &ColumnMeta| match column.role {
        _ if !computes => None,
        ColumnRole::Dimension => Some(Role::Dimension),
        ColumnRole::Measure => Some(Role::Measure { adds_up: column.adds_up }),
    };
    let column = |meta: &ColumnMeta| ToldColumn {
        unit: unit(meta),
        role: role(meta),
        label: Some(meta.label.clone()).filter(|label| !label.is_empty()),
    };
    let ordered = draft.plan.as_ref().is_some_and(|plan| !plan.order.is_empty() && plan.fold.is_none());
    Told { columns: draft.columns.iter().map(column).collect(), ordered }
}

fn unit(column: &ColumnMeta) -> Unit {
    match &column.unit {
        rowcall_plan::Unit::None => Unit::None,
        rowcall_plan::Unit::Percent => Unit::Percent,
        rowcall_plan::Unit::Currency(Some(code)) => Unit::Currency(sign(code).to_owned()),
        // Money of an unknown currency is a plain number.
        rowcall_plan::Unit::Currency(None) => Unit::None,
        rowcall_plan::Unit::Word(word) => Unit::Suffix(word.clone()),
    }
}

/// The sign of a currency, where it is unmistakable.
fn sign(code: &str) -> &str {
    match code {
        "EUR" => "€",
        "GBP" => "£",
        "INR" => "₹",
        "USD" => "$",
        other => other,
    }
}
