//! The JSON interface that the console's own page and programs use. A JSON body cannot be sent by another site's
//! form, and the answer cannot be read by its script.

use super::{
    App,
    chat::{self, Ask},
    problem::{ApiProblem, Problem},
    session::Visitor,
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{FromRequest, Path, Request, State},
    http::{StatusCode, header},
};
use rowcall_core::{Failure, FailureCode, Reply, RunId};
use rowcall_shared::store::{Capsule, StepView};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// `POST /api/ask`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    question: String,
    conversation: Option<String>,
    source: Option<String>,
    idempotency_key: Option<String>,
}

/// A JSON body, whose content type says so.
pub struct JsonBody<T>(T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiProblem> {
        let problem = |status, what: &str, why: String| {
            let try_next = "Send {\"question\": \"…\"} with `Content-Type: application/json`.";
            ApiProblem(Problem::new(status, Failure::new(FailureCode::QuestionNotText, what, why, try_next)))
        };
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let mime = content_type.and_then(|v| v.split(';').next()).unwrap_or("").trim();
        if !mime.eq_ignore_ascii_case("application/json") {
            let why = "The content type is not application/json.".to_owned();
            return Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "That is not JSON.", why));
        }
        // Taken in already (`body`), so that nothing of it can be missing.
        let bytes = Bytes::from_request(request, app).await.unwrap_or_default();
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            problem(StatusCode::BAD_REQUEST, "That JSON cannot be used.", format!("It says: {error}."))
        })
    }
}

/// Asks. The same `idempotency_key` again gives the same run.
pub async fn ask(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    JsonBody(body): JsonBody<AskBody>,
) -> Result<Json<Value>, ApiProblem> {
    let ask = Ask {
        question: body.question,
        conversation: body.conversation,
        source: body.source,
        once: body.idempotency_key,
    };
    let asked = chat::accept(&app, &visitor, ask).await?;
    Ok(Json(json!({
        "run_id": asked.run_id,
        "conversation": asked.conversation,
        "duplicate": asked.duplicate,
    })))
}

/// A run: its state, its reply once there is one, its steps.
pub async fn run(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiProblem> {
    let capsule = find(&app, &visitor, &id).await?;
    let place = app.store().place(capsule.run.conversation_id).await?;
    let run = &capsule.run;
    Ok(Json(json!({
        "run_id": run.id,
        "conversation": place.map(|p| p.key),
        "platform": run.platform,
        "source": run.source,
        "question": run.question,
        "state": run.state,
        "ended": run.state.is_final(),
        "attempt": run.attempt,
        "cancel_requested": capsule.cancel_requested,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
        "planner": run.planner,
        "sql": capsule.sql,
        "row_count": run.row_count,
        "failure_code": run.failure_code,
        "last_error": capsule.last_error,
        "delivery": capsule.delivery,
        "reply": capsule.reply.as_ref().map(reply_json),
        "steps": capsule.steps.iter().map(step_json).collect::<Vec<_>>(),
    })))
}

/// Asks that a run be stopped.
pub async fn cancel(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    JsonBody(_): JsonBody<Value>,
) -> Result<Json<Value>, ApiProblem> {
    let capsule = find(&app, &visitor, &id).await?;
    let asked = app.intake.cancel(capsule.run.id).await.map_err(chat::not_accepted)?;
    Ok(Json(json!({ "run_id": capsule.run.id, "cancel_requested": asked })))
}

async fn find(app: &App, visitor: &Visitor, id: &str) -> Result<Capsule, ApiProblem> {
    let unknown = || ApiProblem(Problem::not_found("run"));
    let id: RunId = id.parse().map_err(|_| unknown())?;
    let capsule = app.store().capsule(id).await?.ok_or_else(unknown)?;
    if app.may_see(visitor, &capsule.run.asker) { Ok(capsule) } else { Err(unknown()) }
}

/// A reply with its rows as plain JSON values.
fn reply_json(reply: &Reply) -> Value {
    let rows = reply.table.as_ref().map(|t| &t.rows);
    json!({
        "state": reply.state,
        "text": reply.text,
        "columns": rows.map(|r| &r.columns),
        "rows": rows.map(|r| {
            r.rows.iter().map(|row| row.iter().map(|v| v.to_json()).collect::<Vec<_>>()).collect::<Vec<_>>()
        }),
        "row_count": rows.map(|r| r.row_count),
        "truncated": rows.map(|r| r.truncated),
        "chart": reply.chart,
        "files": reply.files,
        "sql": reply.sql,
        "planner": reply.planner, "confidence": reply.confidence.map(|c| (f64::from(c) * 100.0).round() / 100.0),
        "explanation": reply.explanation,
        "assumptions": reply.assumptions,
        "buttons": reply.buttons,
        "failure": reply.failure,
        "ticket": reply.ticket,
        "ms": reply.ms,
    })
}

fn step_json(step: &StepView) -> Value {
    json!({
        "position": step.position,
        "attempt": step.attempt,
        "name": step.name,
        "state": step.state,
        "input": step.input,
        "output": step.output,
        "error": step.error,
        "started_at": step.started_at,
        "finished_at": step.finished_at,
    })
}
