//! A server and a bot for each test.

use std::time::Duration;

use rowcall_standins::telegram::Telegram;
use serde_json::Value;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};
use teloxide::{ApiError, Bot, RequestError};

pub const SOON: Duration = Duration::from_secs(5);

pub async fn start() -> (Telegram, Bot) {
    let telegram = Telegram::start().await;
    let bot = bot(&telegram);
    (telegram, bot)
}

pub fn bot(telegram: &Telegram) -> Bot {
    let client = teloxide::net::default_reqwest_settings().no_proxy().build().expect("a client");
    Bot::with_client(telegram.token(), client).set_api_url(telegram.url().parse().expect("an address"))
}

pub fn button(label: &str, data: &str) -> InlineKeyboardMarkup {
    InlineKeyboardMarkup::new([[InlineKeyboardButton::callback(label, data)]])
}

/// Calls a method as a careless client would; gives the status and the body.
pub async fn raw(telegram: &Telegram, method: &str, params: Value) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("{}/bot{}/{method}", telegram.url(), telegram.token());
    let response = client.post(address).json(&params).send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

#[track_caller]
pub fn api_error<T: std::fmt::Debug>(result: Result<T, RequestError>) -> ApiError {
    match result {
        Err(RequestError::Api(error)) => error,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// The rules that were broken, in order.
pub fn rules(telegram: &Telegram) -> Vec<&'static str> {
    telegram.violations().iter().map(|violation| violation.rule).collect()
}

/// The first bytes of a PNG of this size: all that the server reads.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}
