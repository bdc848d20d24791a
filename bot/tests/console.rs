//! The console through its front door: pages, live events, files.

use crate::common::{Bench, context, context_on, field, options, replies, steps, store};
use reqwest::{Method, StatusCode};
use rowcall_core::{ArtifactKind, RunId};
use rowcall_shared::store::Ending;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_reply_has_its_page() {
    let bench = Bench::start().await;
    let check = async |make: fn(RunId) -> rowcall_core::Reply, expected: &[&str]| {
        let (run, key) = bench.ask("what?", None).await;
        bench.answer(run, make).await;
        for path in [format!("/c/{key}"), format!("/runs/{run}"), format!("/runs/{run}/turn")] {
            let page = bench.page(&path).await;
            for part in expected {
                assert!(page.contains(part), "{path} lacks {part:?}:\n{page}");
            }
        }
    };
    check(replies::number, &["12,526", "Order count", "There are 12,526 orders."]).await;
    check(replies::by_month, &["12 rows", "planned offline", "Months are counted in UTC.", "Dec 2025"]).await;
    check(replies::long_table, &["of more than 1,000 rows", "title=\"NULL\"", "李小龙"]).await;
    check(replies::no_rows, &["No rows."]).await;
    check(replies::refused, &["which this version does not do", "is-refused"]).await;
    check(replies::failed, &["cannot be reached", "rowcall source doctor shop", "is-failed"]).await;
    check(replies::cancelled, &["Stopped.", "is-cancelled"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_and_never_runs() {
    let bench = Bench::start().await;
    let (run, key) = bench.ask(replies::ATTACK, None).await;
    bench.answer(run, replies::hostile).await;
    for path in [format!("/c/{key}"), format!("/runs/{run}"), "/runs".into(), format!("/runs/{run}/turn")] {
        let page = bench.page(&path).await;
        assert!(page.contains("&lt;script&gt;alert(1)"), "{path} does not show it");
        assert!(!page.contains("<script>alert"), "{path} runs it");
        assert!(!page.contains("<img src=x"), "{path} runs it");
    }
    let page = bench.get(&format!("/c/{key}")).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    let page = page.text().await.unwrap();
    assert!(
        !page.contains(" style=") && !page.contains(" onclick="),
        "inline styles and handlers are blocked"
    );
}

/// Reads events until `last` came, and gives them as (name, data).
async fn events(bench: &Bench, path: &str, last: &str) -> Vec<(String, Value)> {
    let mut response = bench.get(path).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let (mut text, mut events) = (String::new(), Vec::new());
    let read = async {
        while let Ok(Some(bytes)) = response.chunk().await {
            text.push_str(std::str::from_utf8(&bytes).unwrap());
            while let Some(end) = text.find("\n\n") {
                let block: String = text.drain(..end + 2).collect();
                let line = |name: &str| block.lines().find_map(|l| l.strip_prefix(name)).map(str::trim);
                let (Some(name), Some(data)) = (line("event:"), line("data:")) else { continue };
                events.push((name.to_owned(), serde_json::from_str(data).unwrap()));
                if name == last {
                    return;
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(15), read).await.expect("the events come");
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_page_sees_the_steps_and_the_answer() {
    let bench = Bench::start().await;
    let (run, key) = bench.ask("what?", None).await;
    let page = bench.page(&format!("/c/{key}")).await;
    assert!(page.contains("data-waits") && page.contains("http-equiv=\"refresh\""));
    let path = format!("/c/{key}/events?runs={run},{}", RunId::new());
    let worker = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        bench.answer(run, replies::number).await;
    };
    let (events, ()) = tokio::join!(events(&bench, &path, "done"), worker);
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.first(), Some(&"gone"), "an unknown run is not waited for");
    assert!(names.contains(&"step"), "{names:?}");
    let (_, answer) = events.iter().find(|(name, _)| name == "answer").unwrap();
    assert_eq!(answer["state"], "succeeded");
    assert!(answer["html"].as_str().unwrap().contains("12,526"));
    let page = bench.page(&format!("/c/{key}")).await;
    assert!(!page.contains("data-waits") && !page.contains("http-equiv=\"refresh\""));
    bench.wait_for_delivery(run, "delivered").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_answers_still_arrive() {
    let store = store().await;
    let bench = Bench::start_with(context_on(&store, "redis://127.0.0.1:1", "away"), options()).await;
    let (run, _) = bench.ask("what?", None).await;
    let path = format!("/runs/{run}/events");
    let worker = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let taken = bench.take(run).await;
        assert!(store.record_steps(&taken.lease, &steps(&taken)[..2]).await.unwrap());
        tokio::time::sleep(Duration::from_millis(1300)).await;
        let ending = Ending { reply: replies::number(run), plan: None, steps: steps(&taken) };
        assert!(store.finish(&taken.lease, &ending).await.unwrap());
    };
    let (events, ()) = tokio::join!(events(&bench, &path, "done"), worker);
    assert!(events.iter().any(|(name, data)| name == "step" && data["step"] == "plan"), "{events:?}");
    assert!(events.iter().any(|(name, _)| name == "answer"), "{events:?}");
    bench.wait_for_delivery(run, "delivered").await;
    let response = bench.get("/ready").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let parts: Value = response.json().await.unwrap();
    assert_eq!((&parts["store"]["ok"], &parts["redis"]["ok"]), (&json!(true), &json!(false)));
    assert_eq!(bench.get("/health").await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_without_a_script() {
    let bench = Bench::start().await;
    let response = bench.get("/").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = response.text().await.unwrap();
    assert!(page.contains("Sales by month"), "the suggestions are offered");
    let (csrf, once) = (field(&page, "csrf"), field(&page, "once"));
    let send = async |question: &str| {
        let form = [("csrf", csrf.as_str()), ("once", once.as_str()), ("question", question)];
        let request = bench.request(Method::POST, "/ask").header("cookie", &cookie);
        request.form(&form).send().await.unwrap()
    };
    let refused = send("  ").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().await.unwrap().contains("There is no question in that message."));
    let long = send(&"long ".repeat(20_000)).await;
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(long.text().await.unwrap().contains("That question is too long: 99999 characters."));
    let first = send("How many?\r\nPlease").await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    let to = first.headers()["location"].to_str().unwrap().to_owned();
    let again = send("How many?\r\nPlease").await;
    assert_eq!(again.headers()["location"].to_str().unwrap(), to, "a double click asks once");
    let page = bench.page(to.split('#').next().unwrap()).await;
    assert!(page.contains("How many?\nPlease"));
    let run = to.split("#run-").nth(1).unwrap();
    let form = [("csrf", csrf.as_str())];
    let stop = bench.request(Method::POST, &format!("/runs/{run}/cancel")).header("cookie", &cookie);
    assert_eq!(stop.form(&form).send().await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(bench.run(run.parse().unwrap()).await["cancel_requested"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_listed_by_state_and_page() {
    let bench = Bench::start().await;
    assert!(bench.page("/runs").await.contains("Nothing has been asked yet."));
    for n in 0..53 {
        bench.ask(&format!("question number {n:02}"), None).await;
    }
    let (run, _) = bench.ask("the failing one", None).await;
    bench.answer(run, replies::failed).await;
    let first = bench.page("/runs").await;
    assert!(first.contains("the failing one") && !first.contains("question number 03"));
    let next = first.split("href=\"/runs?before=").nth(1).unwrap().split('"').next().unwrap();
    let second = bench.page(&format!("/runs?before={next}")).await;
    assert!(second.contains("question number 03") && !second.contains("question number 04"), "no row twice");
    let failed = bench.page("/runs?state=failed").await;
    assert!(failed.contains("the failing one") && !failed.contains("question number"));
    assert!(bench.page("/runs?state=cancelled").await.contains("No run is in the state"));
    assert_eq!(bench.get("/runs?state=bogus").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_whole_chunk_by_chunk_and_stay_cached() {
    let bench = Bench::start().await;
    let (run, key) = bench.ask("what?", None).await;
    let taken = bench.take(run).await;
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|n| (n % 251) as u8).collect();
    let file = bench.keep(&taken.lease, ArtifactKind::Csv, "ü \"x\".csv", "text/csv", &bytes).await;
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x05\xa0\0\0\x03\x20\x08\x06".to_vec();
    png.extend([0; 100]);
    let chart = bench.keep(&taken.lease, ArtifactKind::Chart, "chart.png", "image/png", &png).await;
    let html = bench.keep(&taken.lease, ArtifactKind::Csv, "page.html", "text/html", b"<script>").await;
    let mut reply = replies::by_month(run);
    (reply.chart, reply.files) = (Some(chart.clone()), vec![file.clone()]);
    let ending = Ending { reply, plan: None, steps: steps(&taken) };
    assert!(bench.store.finish(&taken.lease, &ending).await.unwrap());

    let page = bench.page(&format!("/c/{key}")).await;
    assert!(page.contains("alt=\"A bar chart\"") && page.contains("width=\"720\" height=\"400\""), "{page}");
    let path = format!("/artifacts/{}", file.id);
    let response = bench.get(&path).await;
    let headers = response.headers().clone();
    assert_eq!(headers["content-length"], "1000000");
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert_eq!(disposition, "attachment; filename=\"_ _x_.csv\"; filename*=UTF-8''%C3%BC%20%22x%22.csv");
    assert!(headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(response.bytes().await.unwrap(), bytes);
    let again = bench.request(Method::GET, &path).header("if-none-match", headers["etag"].clone());
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let image = bench.get(&format!("/artifacts/{}", chart.id)).await;
    assert_eq!(image.headers()["content-type"], "image/png");
    let other = bench.get(&format!("/artifacts/{}", html.id)).await;
    assert_eq!(other.headers()["content-type"], "application/octet-stream");
    assert_eq!(bench.get("/artifacts/nonsense").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_says_so_in_the_same_look() {
    let bench = Bench::start().await;
    let id = RunId::new();
    for path in ["/nowhere", "/c/nonsense", &format!("/c/{id}"), &format!("/runs/{id}"), "/assets/x", "/ask"]
    {
        let response = bench.get(path).await;
        assert!(response.status().is_client_error(), "{path}");
        let page = response.text().await.unwrap();
        assert!(page.contains("class=\"problem\""), "{path}: {page}");
    }
    let response = bench.get(&format!("/api/runs/{id}")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let told: Value = response.json().await.unwrap();
    assert!(told["error"]["what"].as_str().unwrap().contains("no such run"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_may_be_kept_to_their_own_runs() {
    let store = store().await;
    let options = rowcall_bot::ConsoleOptions { everyone_sees_all_runs: false, ..options() };
    let bench = Bench::start_with(context(&store).await, options).await;
    let (ada, ben) =
        ("rowcall_session=".to_owned() + &"aa".repeat(32), "rowcall_session=".to_owned() + &"bb".repeat(32));
    let request = bench.request(Method::POST, "/api/ask").header("cookie", &ada);
    let told: Value =
        request.json(&json!({ "question": "mine" })).send().await.unwrap().json().await.unwrap();
    let path = format!("/api/runs/{}", told["run_id"].as_str().unwrap());
    let status = async |cookie: &str| {
        bench.request(Method::GET, &path).header("cookie", cookie).send().await.unwrap().status()
    };
    assert_eq!((status(&ada).await, status(&ben).await), (StatusCode::OK, StatusCode::NOT_FOUND));
    let list = bench.request(Method::GET, "/runs").header("cookie", &ben).send().await.unwrap();
    assert!(list.text().await.unwrap().contains("Nothing has been asked yet."));
}
