//! Whether the process lives, and whether it can do its work: for load balancers and people.

use super::App;
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use rowcall_shared::store::StoreError;
use serde_json::{Value, json};
use std::time::Duration;

/// A probe that waits longer is as good as none.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process lives.
pub async fn alive() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Whether questions are taken and answers shown. Without Redis both still happen, only slower, but whoever
/// routes traffic should know.
pub async fn ready(State(app): State<App>) -> Response {
    let (store, redis) = tokio::join!(
        tokio::time::timeout(PATIENCE, app.store().ready()),
        tokio::time::timeout(PATIENCE, app.context.queue.link().ping()),
    );
    let store = match store {
        Ok(Ok(())) => None,
        Ok(Err(StoreError::NotMigrated)) => {
            Some("the schema is older than this program: run `rowcall migrate`")
        }
        Ok(Err(_)) => Some("not reachable"),
        Err(_) => Some("no answer within 2 s"),
    };
    let redis = match redis {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some("not reachable"),
        Err(_) => Some("no answer within 2 s"),
    };
    let is_ready = store.is_none() && redis.is_none();
    let part = |wrong: Option<&str>| json!({ "ok": wrong.is_none(), "reason": wrong });
    let body = json!({ "ready": is_ready, "store": part(store), "redis": part(redis) });
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}
