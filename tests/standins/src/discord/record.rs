//! What was asked and what was wrong with it.

use std::time::{Duration, Instant};

use serde_json::Value;

/// Why a request is a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViolationKind {
    /// No such method and path.
    UnknownRoute,
    /// A route that the platform has and this stand-in does not serve.
    NotServed,
    /// No token, or a wrong one.
    Unauthorized,
    /// Not what the platform's specification describes.
    Schema,
    /// Beyond a limit that the specification does not hold.
    Limit,
    /// Makes no sense in this place, such as a message without anything in it.
    Form,
    /// Came again before the time that a 429 named had passed.
    Impatient,
    /// The stand-in answered with something that the specification does not describe: its own mistake.
    Answer,
    /// The gateway closed the connection for a mistake of the client.
    Gateway,
}

/// A request that no correct bot sends.
#[derive(Clone, Debug)]
pub struct Violation {
    /// What kind of mistake.
    pub kind: ViolationKind,
    /// Method and path, without secrets.
    pub request: String,
    /// What is wrong.
    pub what: String,
}

/// A request as it came in, and the status it got.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path's template, such as `/channels/{channel_id}/messages`; empty for an unknown one.
    pub template: String,
    /// The path below `/api/v10`.
    pub path: String,
    /// The JSON body, or what `payload_json` held; null without one.
    pub body: Value,
    /// Names of the files that came along.
    pub files: Vec<String>,
    /// When it came, by the stand-in's clock, in milliseconds since 1970.
    pub at_ms: u64,
    /// When it came, by this machine's clock: for measurements.
    pub came: Instant,
    /// How long the stand-in took to answer.
    pub took: Duration,
    /// The status it got; 0 when the connection was cut.
    pub status: u16,
    /// Discord's error code, when it was refused with one.
    pub code: Option<u64>,
}

/// Everything that was noted so far.
#[derive(Default)]
pub(crate) struct Record {
    pub requests: Vec<Request>,
    pub violations: Vec<Violation>,
}
