//! Updates that Telegram brings. Each is answered with 200 once it is committed; with 503 when it could not be, so that
//! Telegram brings it again.

use crate::{
    handle::Handled,
    poll::{WANTED, retry},
    telegram::Telegram,
};
use anyhow::Context;
use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{Method, StatusCode},
};
use reqwest::Url;
use rowcall_shared::Secret;
use std::{net::SocketAddr, sync::Arc};
use subtle::ConstantTimeEq;
use teloxide::{payloads::SetWebhookSetters, prelude::Requester, types::Update};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Bytes of an update. Telegram's longest are some tens of kilobytes.
const UPDATE: usize = 1024 * 1024;
/// How Telegram shows that it is Telegram.
const SECRET: &str = "x-telegram-bot-api-secret-token";

struct Door {
    telegram: Arc<Telegram>,
    path: String,
    secret: Secret,
}

/// Tells Telegram where to bring updates, and takes them in until `stop`.
///
/// # Errors
/// When the port cannot be had, or Telegram does not know the bot.
pub async fn serve(
    telegram: Arc<Telegram>,
    url: Url,
    listen: SocketAddr,
    secret: Secret,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let door = Door { telegram: telegram.clone(), path: url.path().to_owned(), secret: secret.clone() };
    let router = Router::new().fallback(take).with_state(Arc::new(door));
    let closing = stop.clone();
    let server =
        axum::serve(listener, router).with_graceful_shutdown(async move { closing.cancelled().await });
    let server = tokio::spawn(server.into_future());
    // The door is open before Telegram knows of it.
    let told = retry(&stop, || {
        let request = telegram.api.bot.set_webhook(url.clone());
        telegram.api.now(None, request.secret_token(secret.reveal().to_owned()).allowed_updates(WANTED))
    })
    .await?;
    if told.is_some() {
        tracing::info!(%listen, "Telegram brings updates");
    }
    server.await.context("the webhook's server ended")?.context("the webhook's server failed")
}

async fn take(State(door): State<Arc<Door>>, request: Request) -> StatusCode {
    if request.uri().path() != door.path || request.method() != Method::POST {
        return StatusCode::NOT_FOUND;
    }
    // Before a byte of the body is read.
    let shown = request.headers().get(SECRET).map_or(&b""[..], |value| value.as_bytes());
    if !bool::from(shown.ct_eq(door.secret.reveal().as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(body) = to_bytes(request.into_body(), UPDATE).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let update: Update = match serde_json::from_slice(&body) {
        Ok(update) => update,
        Err(error) => {
            // It comes from Telegram, so it would come again and again as it is.
            tracing::warn!(line = error.line(), column = error.column(), "an update cannot be read");
            return StatusCode::OK;
        }
    };
    // Committed even if Telegram closes the connection meanwhile.
    let telegram = door.telegram.clone();
    match tokio::spawn(async move { telegram.handle(&update).await }).await {
        Ok(Handled::Done) => StatusCode::OK,
        Ok(Handled::Again) | Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
