//! Servers that do not know all of the API.

use crate::asking::*;
use rowcall_planner::{Aids, Planned, Planner};
use rowcall_standins::model::{Part, Reply};

/// The parts of the API that the last request of a server used.
fn used(asking: &Asking) -> Vec<&'static str> {
    let body = asking.server.requests().last().unwrap().body.clone();
    let format = body["response_format"]["type"].as_str().unwrap_or("plain").to_owned();
    let strict = body["response_format"]["json_schema"]["strict"] == true;
    [
        ("strict", strict),
        ("schema", format == "json_schema" && !strict),
        ("object", format == "json_object"),
        ("plain", format == "plain"),
        ("tools", !body["tools"].is_null()),
        ("temperature", !body["temperature"].is_null()),
        ("max_tokens", !body["max_tokens"].is_null()),
        ("usage", !body["stream_options"].is_null()),
    ]
    .into_iter()
    .filter_map(|(name, is)| is.then_some(name))
    .collect()
}

async fn check(refuses: &[Part], expected: &[&str]) {
    let asking = Asking::start().await;
    asking.server.refuses(refuses);
    asking.server.otherwise(Reply::json(&plan()));
    let planner = asking.planner();
    let ask = || async { planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap() };
    assert!(matches!(by_model(&ask().await), Planned::Plan { .. }), "{refuses:?}");
    assert_eq!(used(&asking), expected, "{refuses:?}");
    // What was learnt is not learnt again.
    let before = asking.server.requests().len();
    by_model(&ask().await);
    assert_eq!(asking.server.requests().len(), before + 1, "{refuses:?}");
    asking.server.assert_clean();
}

#[tokio::test]
async fn what_a_server_refuses_is_left_out_from_then_on() {
    check(&[], &["strict", "tools", "temperature", "max_tokens", "usage"]).await;
    check(&[Part::Strict], &["schema", "tools", "temperature", "max_tokens", "usage"]).await;
    check(&[Part::JsonSchema], &["object", "tools", "temperature", "max_tokens", "usage"]).await;
    check(&[Part::ResponseFormat], &["plain", "tools", "temperature", "max_tokens", "usage"]).await;
    check(&[Part::Tools], &["strict", "temperature", "max_tokens", "usage"]).await;
    check(&[Part::Temperature], &["strict", "tools", "max_tokens", "usage"]).await;
    check(&[Part::MaxTokens], &["strict", "tools", "temperature", "usage"]).await;
    check(&[Part::StreamOptions], &["strict", "tools", "temperature", "max_tokens"]).await;
    let all = [Part::ResponseFormat, Part::Tools, Part::Temperature, Part::MaxTokens, Part::StreamOptions];
    check(&all, &["plain"]).await;
}

#[tokio::test]
async fn a_model_that_is_not_shown_the_shape_is_told_it() {
    let asking = Asking::start().await;
    asking.server.refuses(&[Part::ResponseFormat]);
    asking.server.will(Reply::json(&plan()));
    by_model(&asking.ask(QUESTION).await);
    let requests = asking.server.requests();
    let told = requests.last().unwrap().words("system");
    assert!(told.contains("JSON Schema") && told.contains("\"$defs\""), "{told}");
    assert!(!requests[0].words("system").contains("\"$defs\""));
    asking.server.assert_clean();
}

#[tokio::test]
async fn a_server_without_a_key_is_sent_none() {
    let asking = Asking::with(|c| c.server.api_key = None).await;
    asking.server.without_key();
    by_model(&asking.answered(vec![Reply::json(&plan())]).await);
}
