//! A server that is slow, busy, broken or away.

use crate::asking::*;
use rowcall_planner::{Aids, Planned, Planner};
use rowcall_standins::{
    faults::{Fault, Rule},
    model::{ModelServer, Reply},
};
use std::time::{Duration, Instant};

const PATH: &str = "/v1/chat/completions";

#[tokio::test]
async fn a_busy_server_is_asked_again_after_the_time_it_names() {
    let asking = Asking::start().await;
    let began = Instant::now();
    let outcome = asking.answered(vec![Reply::too_many(1), Reply::json(&plan())]).await;
    by_model(&outcome);
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_storm_of_429_ends_with_the_next_model_and_then_offline() {
    let asking = Asking::with(|c| {
        c.models = vec!["first".into(), "second".into()];
        c.retries = 1;
    })
    .await;
    let too_many = Fault::TooMany { retry_after: Duration::ZERO, global: false };
    let storm = asking.server.faults().add(Rule::on(PATH, too_many).first(2));
    asking.server.will(Reply::json(&plan()));
    let outcome = asking.ask(QUESTION).await;
    assert_eq!((outcome.planner.as_str(), asking.server.faults().hits(storm)), ("second", 2));
    asking.server.faults().add(Rule::on(PATH, too_many));
    offline_with(&asking.ask(QUESTION).await, "asked too often");
    let models: Vec<String> =
        asking.server.requests().iter().map(|r| r.body["model"].as_str().unwrap().to_owned()).collect();
    assert_eq!(models, ["first", "first", "second", "first", "first", "second", "second"]);
    asking.server.assert_clean();
}

#[tokio::test]
async fn a_model_that_asks_for_an_hour_is_left_alone_by_the_questions_after() {
    let asking = Asking::start().await;
    let planner = asking.planner();
    asking.server.will(Reply::too_many(3600));
    for _ in 0..3 {
        let began = Instant::now();
        let outcome = planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap();
        offline_with(&outcome, "asked too often");
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(asking.server.requests().len(), 1);
    asking.server.assert_clean();
}

#[tokio::test]
async fn errors_of_the_server_and_broken_connections_are_tried_again() {
    let asking = Asking::start().await;
    for fault in [Fault::Status(500), Fault::Status(503), Fault::CutBefore] {
        asking.server.faults().add(Rule::on(PATH, fault).once());
        let outcome = asking.answered(vec![Reply::json(&plan())]).await;
        by_model(&outcome);
        asking.server.faults().clear();
    }
    for broken in [Reply::json(&plan()).cut(), Reply::json(&plan()).short()] {
        by_model(&asking.answered(vec![broken, Reply::json(&plan())]).await);
    }
    let error = Reply::raw(502, "<html>Bad gateway</html>");
    by_model(&asking.answered(vec![error, Reply::json(&plan())]).await);
}

#[tokio::test]
async fn a_server_that_never_answers_costs_the_time_it_may_take_and_no_more() {
    let asking = Asking::with(|c| {
        c.call_timeout = Duration::from_millis(300);
        c.total_timeout = Duration::from_secs(2);
        c.retries = 1;
    })
    .await;
    let began = Instant::now();
    let hang = || Reply::json(&plan()).hang();
    offline_with(&asking.answered(vec![hang(), hang()]).await, "did not answer in time");
    let silent = asking.server.faults().add(Rule::on(PATH, Fault::Delay(Duration::from_secs(60))));
    offline_with(&asking.ask(QUESTION).await, "did not answer in time");
    assert_eq!(asking.server.faults().hits(silent), 2);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn all_calls_of_a_question_together_have_a_time_limit() {
    let asking = Asking::with(|c| {
        c.total_timeout = Duration::from_secs(1);
        c.retries = 10;
    })
    .await;
    asking.server.otherwise(Reply::json(&plan()).slow(Duration::from_millis(200)));
    let began = Instant::now();
    offline_with(&asking.ask(QUESTION).await, "did not answer in time");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_server_that_fails_again_and_again_is_left_alone_and_tried_again_later() {
    let asking = Asking::with(|c| {
        c.retries = 0;
        c.breaker_failures = 3;
        c.breaker_pause = Duration::from_millis(700);
    })
    .await;
    let planner = asking.planner();
    let ask = || async { planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap() };
    let broken = asking.server.faults().add(Rule::on(PATH, Fault::Status(500)));
    for _ in 0..6 {
        offline_with(&ask().await, "cannot be reached");
    }
    assert_eq!(asking.server.faults().hits(broken), 3, "left alone after three failures");
    asking.server.faults().clear();
    asking.server.otherwise(Reply::json(&plan()));
    let until = Instant::now() + Duration::from_secs(20);
    while ask().await.planner == "offline" {
        assert!(Instant::now() < until, "it is never tried again");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    by_model(&ask().await);
    asking.server.assert_clean();
}

/// A model of one's own steps in for one elsewhere: that server is left alone, and this one is asked.
#[tokio::test]
async fn a_model_at_another_server_answers_while_the_first_is_away() {
    let other = ModelServer::start().await;
    let asking = Asking::with(|c| {
        c.models = vec!["first".into(), "own".into()];
        c.servers.insert("own".into(), settings(&other, "").server);
        (c.retries, c.breaker_failures) = (0, 2);
    })
    .await;
    asking.server.faults().add(Rule::on(PATH, Fault::Status(500)));
    let planner = asking.planner();
    for _ in 0..3 {
        other.will(Reply::json(&plan()));
        let outcome = planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap();
        assert_eq!((outcome.planner.as_str(), outcome.notes.len()), ("own", 0), "{outcome:?}");
    }
    let models = |server: &ModelServer| -> Vec<String> {
        server.requests().iter().map(|r| r.body["model"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(models(&asking.server), ["first", "first"], "left alone after two failures");
    assert_eq!(models(&other), ["own"; 3]);
    other.assert_clean();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said() {
    let asking = Asking::with(|c| {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        c.server.base_url = format!("http://{free}/v1");
        c.retries = 0;
    })
    .await;
    offline_with(&asking.ask(QUESTION).await, "cannot be reached");
}

#[tokio::test]
async fn what_waiting_does_not_cure_goes_to_the_next_model_at_once() {
    for (reply, why) in [
        (Reply::error(404, "model_not_found", "The model does not exist"), "not set up correctly"),
        (Reply::error(429, "insufficient_quota", "You exceeded your current quota"), "not set up correctly"),
        (Reply::error(400, "context_length_exceeded", "maximum context length is 8192 tokens"), "too long"),
        (Reply::raw(200, "<html>Please log in</html>"), "could not be used"),
    ] {
        let asking = Asking::with(|c| c.models = vec!["first".into(), "second".into()]).await;
        asking.server.will(reply.clone());
        asking.server.will(Reply::json(&plan()));
        let outcome = asking.ask(QUESTION).await;
        assert_eq!(outcome.planner, "second", "{why}");
        asking.server.otherwise(reply);
        offline_with(&asking.ask(QUESTION).await, why);
        assert!(asking.server.violations().is_empty(), "{:?}", asking.server.violations());
    }
}

#[tokio::test]
async fn an_answer_in_one_piece_is_as_good_as_a_stream() {
    let asking = Asking::start().await;
    by_model(&asking.answered(vec![Reply::json(&plan()).whole()]).await);
    let calls = [("look_at_table", serde_json::json!({ "table": "orders" }))];
    by_model(&asking.answered(vec![Reply::calls(&calls).whole(), Reply::json(&plan())]).await);
}

#[tokio::test]
async fn what_goes_on_is_told() {
    let asking = Asking::start().await;
    let heard = Heard::default();
    asking.server.will(Reply::calls(&[("look_at_table", serde_json::json!({ "table": "public.orders" }))]));
    asking.server.will(Reply::says("no idea"));
    asking.server.will(Reply::json(&plan()));
    let outcome = asking.ask_with(QUESTION, Aids { watch: Some(&heard), ..Aids::default() }).await;
    assert!(matches!(by_model(&outcome), Planned::Plan { .. }));
    let heard = heard.0.into_inner().unwrap();
    let expected = [
        "thinking",
        "looking at table orders",
        "thinking",
        "writing the answer",
        "correcting the answer",
        "thinking",
        "writing the answer",
    ];
    assert_eq!(heard, expected);
    asking.server.assert_clean();
}
