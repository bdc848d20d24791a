//! The style sheet, the script and the icon, embedded in the binary. Their address holds a digest of their bytes,
//! so that a browser keeps them for good and still sees every new version.

use super::problem::Problem;
use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

const STYLE: &str = include_str!("assets/app.css");
const SCRIPT: &str = include_str!("assets/app.js");
const ICON: &str = include_str!("assets/icon.svg");

/// Where the style sheet is.
pub static STYLE_URL: LazyLock<String> = LazyLock::new(|| address("app.css", STYLE));
/// Where the script is.
pub static SCRIPT_URL: LazyLock<String> = LazyLock::new(|| address("app.js", SCRIPT));
/// Where the icon is.
pub static ICON_URL: LazyLock<String> = LazyLock::new(|| address("icon.svg", ICON));

/// One of them.
pub async fn serve(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "app.css" => answer("text/css; charset=utf-8", STYLE),
        "app.js" => answer("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => answer("image/svg+xml", ICON),
        _ => Problem::not_found("file").into_response(),
    }
}

/// The icon, under the address that browsers guess.
pub async fn icon() -> Response {
    answer("image/svg+xml", ICON)
}

fn address(name: &str, text: &str) -> String {
    format!("/assets/{name}?v={}", &hex::encode(Sha256::digest(text))[..12])
}

fn answer(mime: &'static str, text: &'static str) -> Response {
    let cache = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, cache)], text).into_response()
}
