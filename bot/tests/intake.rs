//! Questions on their way in: accepted once, or refused with a reason and without a trace.

use crate::common::{Bench, context, context_on, store};
use chrono::Utc;
use reqwest::StatusCode;
use rowcall_bot::IntakeError;
use rowcall_core::{Actor, FailureCode, Inbound, Place, Platform};
use rowcall_shared::{Store, store::RunFilter};
use serde_json::json;

fn inbound(text: &str, dedup_key: &str, source: Option<&str>) -> Inbound {
    let place = Place { platform: Platform::Console, key: "k".into() };
    let actor = Actor::local(Platform::Console, "ada", Utc::now());
    Inbound { source: source.map(str::to_owned), ..Inbound::question(place, dedup_key, actor, text) }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_twice_is_one_run() {
    let store = store().await;
    let intake = context(&store).await.intake();
    let first = intake.accept(inbound("how many?", "1", None)).await.unwrap();
    let again = intake.accept(inbound("how many?", "1", Some("shop"))).await.unwrap();
    assert!(!first.duplicate && again.duplicate);
    assert_eq!(first.run_id, again.run_id);
    assert_eq!(store.runs(&RunFilter::default(), 10).await.unwrap().len(), 1);
    let (a, b) = tokio::join!(
        intake.accept(inbound("at once", "2", None)),
        intake.accept(inbound("at once", "2", None))
    );
    assert_eq!(a.unwrap().run_id, b.unwrap().run_id);
    assert_eq!(store.runs(&RunFilter::default(), 10).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_questions_get_a_reason_and_leave_nothing() {
    let store = store().await;
    let intake = context(&store).await.intake();
    let check = async |text: &str, source: Option<&str>, expected: FailureCode| {
        let error = intake.accept(inbound(text, "x", source)).await.unwrap_err();
        assert!(matches!(&error, IntakeError::Rejected(f) if f.code == expected), "{text:?}: {error:?}");
    };
    check("  ", None, FailureCode::EmptyQuestion).await;
    check(&"a".repeat(100_000), None, FailureCode::QuestionTooLong).await;
    check("a\0b", None, FailureCode::QuestionNotText).await;
    check("a\u{202e}b", None, FailureCode::QuestionNotText).await;
    check("a\u{7}b", None, FailureCode::QuestionNotText).await;
    check("how many?", Some("nowhere"), FailureCode::UnknownSource).await;
    check("how many?", Some("a\0\u{202e}"), FailureCode::UnknownSource).await;
    assert!(store.runs(&RunFilter::default(), 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_store_the_asker_is_told_and_without_redis_nothing_changes() {
    let away = Store::open("postgres://nobody@127.0.0.1:1/none", 2).unwrap();
    let intake = context(&away).await.intake();
    let error = intake.accept(inbound("how many?", "1", None)).await.unwrap_err();
    assert!(matches!(error, IntakeError::Away(_)), "{error:?}");

    let store = store().await;
    let intake = context_on(&store, "redis://127.0.0.1:1", "away").intake();
    let accepted = intake.accept(inbound("how many?", "1", None)).await.unwrap();
    assert!(store.capsule(accepted.run_id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_over_http_is_one_run_and_one_conversation() {
    let bench = Bench::start().await;
    let page = bench.get("/").await;
    let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let ask = async |cookie: &str| {
        let body = json!({ "question": "how many?", "idempotency_key": "my key" });
        let request = bench.request(reqwest::Method::POST, "/api/ask").header("cookie", cookie);
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json::<serde_json::Value>().await.unwrap()
    };
    let (first, again) = (ask(&cookie).await, ask(&cookie).await);
    assert_eq!((&first["duplicate"], &again["duplicate"]), (&json!(false), &json!(true)));
    assert_eq!(first["run_id"], again["run_id"]);
    assert_eq!(first["conversation"], again["conversation"]);
    let other = ask(&format!("rowcall_session={}", "ab".repeat(32))).await;
    assert_ne!(other["run_id"], first["run_id"], "another visitor's key is another key");
}
