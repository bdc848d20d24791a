//! What a request carries, taken in as a whole before anything is done with it.

use super::{App, guard::is_api, problem::Problem};
use axum::{
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use bytes::BytesMut;
use futures::StreamExt;
use rowcall_core::{Failure, FailureCode};
use std::time::Duration;

/// How much of what is too long is still heard, in bytes, and for how long. A connection closed with something unread
/// on it is reset, and the sender sees that instead of the answer.
const HEARD: usize = 64 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

/// Room for the longest question in the widest encoding, so that a longer one is told its length, not cut off.
fn room(app: &App) -> usize {
    (app.context.limits.question_chars * 12 + 65_536).max(1024 * 1024)
}

/// Takes in the body, or answers that it is too much.
pub async fn take_in(State(app): State<App>, request: Request, next: Next) -> Response {
    let room = room(&app);
    let for_a_program = is_api(&request);
    let (parts, body) = request.into_parts();
    let mut frames = body.into_data_stream();
    let mut taken = BytesMut::new();
    while let Some(frame) = frames.next().await {
        let Ok(frame) = frame else {
            return cut_off().answer(for_a_program);
        };
        if taken.len() + frame.len() > room {
            let rest = async {
                let mut heard = taken.len() + frame.len();
                while let (true, Some(Ok(frame))) = (heard < HEARD, frames.next().await) {
                    heard += frame.len();
                }
            };
            let _ = tokio::time::timeout(PATIENCE, rest).await;
            return too_much().answer(for_a_program);
        }
        taken.extend_from_slice(&frame);
    }
    next.run(Request::from_parts(parts, Body::from(taken.freeze()))).await
}

fn too_much() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Failure::new(
            FailureCode::QuestionTooLong,
            "That was too much.",
            "It is larger than anything that can be asked.",
            "Ask it shorter.",
        ),
    )
}

fn cut_off() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        Failure::new(
            FailureCode::QuestionNotText,
            "That did not arrive.",
            "It ended before all of it was here.",
            "Send it again.",
        ),
    )
}
