//! What is written down, what may be used, and what is kept: on a real store and a real Redis.

use crate::asking::*;
use rowcall_core::{Actor, Inbound, Place, Platform};
use rowcall_embedded::testing;
use rowcall_model::{ModelPlanner, RedisAnswers, StoreSpending};
use rowcall_planner::{Aids, Asker, Planner};
use rowcall_shared::{
    RedisLink, Store,
    config::{ModelConfig, Price},
    store::{ModelCall, OverLimit, UNDER_WAY, UsedUp},
};
use rowcall_standins::{
    faults::{Fault, Rule},
    model::Reply,
};
use std::{sync::Arc, time::Duration};

/// A planner that keeps books.
struct Books {
    asking: Asking,
    store: Store,
    asker: Asker,
}

/// One row of the books.
type Row = (String, i64, i64, bool, i64, String);

impl Books {
    async fn open(change: impl FnOnce(&mut ModelConfig)) -> Self {
        let store = Store::open(&testing::shared().await.database(None).await.unwrap(), 4).unwrap();
        store.migrate().await.unwrap();
        store.put_source("shop", "env:SHOP", &serde_json::json!({})).await.unwrap();
        let asking = Asking::with(|c| {
            c.prices.insert("first".into(), Price { prompt: 2.5, completion: 10.0 });
            change(c);
        })
        .await;
        let actor = Actor::local(Platform::Console, "ann", chrono::Utc::now());
        let place = Place { platform: Platform::Console, key: "here".into() };
        let run = store.accept(&Inbound::question(place, "1", actor, QUESTION), "shop").await.unwrap().run_id;
        Self { asking, store, asker: Asker { run_id: run, ..asker() } }
    }

    fn planner(&self) -> ModelPlanner {
        let spending = StoreSpending::new(self.store.clone(), self.asking.config.limits);
        self.asking.planner().with_spending(Arc::new(spending))
    }

    async fn ask(&self, asker: &Asker) -> rowcall_planner::Outcome {
        let aids = Aids { asker: Some(asker), ..Aids::default() };
        self.planner().plan(self.asking.request(QUESTION), aids).await.unwrap()
    }

    async fn rows(&self) -> Vec<Row> {
        sqlx::query_as(
            "SELECT model, prompt_tokens, completion_tokens, estimated, cost_micro_usd, outcome FROM model_calls
             ORDER BY created_at",
        )
        .fetch_all(self.store.pool())
        .await
        .unwrap()
    }

    fn will(&self, reply: Reply) {
        self.asking.server.will(reply);
    }
}

#[tokio::test]
async fn every_request_is_written_down_with_what_it_cost() {
    let books = Books::open(|_| {}).await;
    books.will(Reply::error(500, "server_error", "oops"));
    books.will(
        Reply::calls(&[("look_at_table", serde_json::json!({ "table": "orders" }))]).using(Some((900, 10))),
    );
    books.will(Reply::says("hm").using(Some((1000, 3))));
    books.will(Reply::json(&plan()).using(Some((1100, 200))));
    by_model(&books.ask(&books.asker).await);
    let row = |prompt, completion, estimated, cost, word: &str| {
        ("first".to_owned(), prompt, completion, estimated, cost, word.to_owned())
    };
    let expected = [
        row(0, 0, true, 0, "server_error"),
        row(900, 10, false, 2350, "tools"),
        row(1000, 3, false, 2530, "unusable"),
        row(1100, 200, false, 4750, "plan"),
    ];
    assert_eq!(books.rows().await, expected);
    let usage = books.store.model_usage("discord:1", "discord:2").await.unwrap();
    assert_eq!((usage.person_tokens, usage.total_micro_usd), (3213, 9630));
    let other = books.store.model_usage("discord:3", "discord:2").await.unwrap();
    assert_eq!((other.person_tokens, other.place_tokens, other.place_micro_usd), (0, 3213, 9630));
    let (kept, distinct): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM model_prompts), (SELECT count(DISTINCT prompt_sha256) FROM model_calls)",
    )
    .fetch_one(books.store.pool())
    .await
    .unwrap();
    assert_eq!((kept, distinct), (0, 3), "the first request was sent twice");
    books.asking.server.assert_clean();
}

#[tokio::test]
async fn what_the_server_does_not_count_is_guessed() {
    let books = Books::open(|_| {}).await;
    books.will(Reply::json(&plan()).using(None));
    by_model(&books.ask(&books.asker).await);
    let rows = books.rows().await;
    let (_, prompt, completion, estimated, cost, _) = &rows[0];
    assert!(*estimated && *prompt > 1000 && *completion > 50 && *cost > 2500, "{rows:?}");
}

#[tokio::test]
async fn prompts_are_kept_only_where_that_is_set_and_go_with_their_run() {
    let books = Books::open(|c| c.keep_prompts = true).await;
    books.will(Reply::json(&plan()));
    books.ask(&books.asker).await;
    let prompt: serde_json::Value =
        sqlx::query_scalar("SELECT prompt FROM model_prompts").fetch_one(books.store.pool()).await.unwrap();
    assert!(prompt.to_string().contains(QUESTION) && prompt["answered"]["content"].is_string());
    assert!(!prompt.to_string().contains(books.asking.server.key()));
    sqlx::query("DELETE FROM conversations").execute(books.store.pool()).await.unwrap();
    let left: (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM model_prompts), (SELECT count(*) FROM model_calls)")
            .fetch_one(books.store.pool())
            .await
            .unwrap();
    assert_eq!(left, (0, 1), "the money stays spent");
}

/// The first question is answered; the second is refused the model.
async fn limited(change: impl FnOnce(&mut ModelConfig), whose: &str, other: Asker) {
    let books = Books::open(change).await;
    books.will(Reply::json(&plan()).using(Some((1000, 100))));
    by_model(&books.ask(&books.asker).await);
    offline_with(&books.ask(&books.asker).await, whose);
    assert_eq!(books.asking.server.requests().len(), 1);
    // Whoever is not meant may go on.
    books.will(Reply::json(&plan()));
    by_model(&books.ask(&Asker { run_id: books.asker.run_id, ..other }).await);
    // A day later it is forgotten.
    sqlx::query("UPDATE model_calls SET created_at = created_at - interval '25 hours'")
        .execute(books.store.pool())
        .await
        .unwrap();
    books.will(Reply::json(&plan()));
    by_model(&books.ask(&books.asker).await);
    books.asking.server.assert_clean();
}

#[tokio::test]
async fn a_day_has_limits_for_a_person_and_a_place() {
    let (somebody, somewhere) = (
        Asker { person: "discord:9".into(), ..asker() },
        Asker { person: "discord:9".into(), place: "discord:9".into(), ..asker() },
    );
    limited(|c| c.limits.person_tokens = Some(1100), "Your use", somebody.clone()).await;
    limited(|c| c.limits.person_micro_usd = Some(3500), "Your use", somebody).await;
    limited(|c| c.limits.place_tokens = Some(1000), "This place's use", somewhere.clone()).await;
    limited(|c| c.limits.place_micro_usd = Some(1), "This place's use", somewhere).await;
}

#[tokio::test]
async fn a_day_has_a_limit_for_all_and_no_store_means_no_model() {
    let limits: [fn(&mut ModelConfig); 2] =
        [|c| c.limits.total_micro_usd = Some(3000), |c| c.limits.total_tokens = Some(1100)];
    for limit in limits {
        let books = Books::open(limit).await;
        books.will(Reply::json(&plan()).using(Some((1000, 100))));
        by_model(&books.ask(&books.asker).await);
        let other = Asker { person: "discord:9".into(), place: "discord:9".into(), ..books.asker.clone() };
        offline_with(&books.ask(&other).await, "The installation's use");
        books.store.pool().close().await;
        offline_with(&books.ask(&other).await, "cannot be looked up");
        assert_eq!(books.asking.server.requests().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_at_the_same_moment_do_not_pass_a_limit_together() {
    let books = Books::open(|c| {
        c.limits.total_tokens = Some(3_000);
        c.cache = Duration::ZERO;
    })
    .await;
    books.asking.server.faults().add(Rule::on("/v1/chat", Fault::Delay(Duration::from_millis(300))));
    for _ in 0..6 {
        books.will(Reply::json(&plan()).using(Some((1_000, 100))));
    }
    let at_once = futures::future::join_all((0..6).map(|_| books.ask(&books.asker))).await;
    let (by_model, waiting): (Vec<_>, Vec<_>) = at_once.iter().partition(|o| o.planner == "first");
    assert_eq!(by_model.len(), 1, "{at_once:?}");
    for outcome in &waiting {
        offline_with(outcome, "may be used up by what is being answered now");
    }
    // It came to less than it might have: there is room again, for two more.
    for expected in ["first", "first", "offline"] {
        assert_eq!(books.ask(&books.asker).await.planner, expected);
    }
    offline_with(&books.ask(&books.asker).await, "is used up");
    assert_eq!(books.asking.server.requests().len(), 3);
    let words: Vec<String> = books.rows().await.into_iter().map(|row| row.5).collect();
    assert_eq!(words, ["plan"; 3]);
}

#[tokio::test]
async fn a_request_of_a_worker_that_died_stays_in_the_books() {
    let books = Books::open(|c| c.limits.person_tokens = Some(3_000)).await;
    let limits = books.asking.config.limits;
    let call = |tokens: i64| ModelCall {
        id: uuid::Uuid::now_v7(),
        run_id: books.asker.run_id,
        attempt: 1,
        person: books.asker.person.clone(),
        place: books.asker.place.clone(),
        model: "first".into(),
        fingerprint: [7; 32],
        prompt_tokens: tokens,
        completion_tokens: 2_000,
        estimated: true,
        cost_micro_usd: 5,
        millis: 0,
        outcome: UNDER_WAY.into(),
        prompt: None,
    };
    let lost = call(1_000);
    assert_eq!(books.store.open_model_call(&lost, &limits).await.unwrap(), None);
    let over = |for_now| Some(OverLimit { whose: UsedUp::Person, for_now });
    assert_eq!(books.store.open_model_call(&call(10), &limits).await.unwrap(), over(true));
    offline_with(&books.ask(&books.asker).await, "may be used up by what is being answered now");
    // No request takes an hour.
    let aged = "UPDATE model_calls SET created_at = created_at - interval '61 minutes'";
    sqlx::query(aged).execute(books.store.pool()).await.unwrap();
    assert_eq!(books.store.open_model_call(&call(10), &limits).await.unwrap(), over(false));
    // Its end is heard after all, twice; what comes after that changes nothing.
    let ended = ModelCall { prompt_tokens: 900, completion_tokens: 50, outcome: "plan".into(), ..lost };
    for tokens in [900, 900, 9_000] {
        let said = ModelCall { prompt_tokens: tokens, ..ended.clone() };
        books.store.close_model_call(&said).await.unwrap();
    }
    assert_eq!(books.rows().await, [("first".to_owned(), 900, 50, true, 5, "plan".to_owned())]);
    assert_eq!(books.store.open_model_call(&call(10), &limits).await.unwrap(), None);
}

#[tokio::test]
async fn a_request_that_was_given_up_half_way_is_written_down() {
    let books = Books::open(|_| {}).await;
    books.asking.server.faults().add(Rule::on("/v1/chat", Fault::Delay(Duration::from_secs(600))));
    let asked = tokio::time::timeout(Duration::from_millis(500), books.ask(&books.asker)).await;
    assert!(asked.is_err(), "the person stopped it");
    let until = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        if let [(_, prompt, 0, true, cost, word)] = books.rows().await.as_slice() {
            assert!(*prompt > 1000 && *cost > 0 && word == "abandoned", "{prompt} {cost} {word}");
            break;
        }
        assert!(tokio::time::Instant::now() < until, "nothing was written down");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn keeping(asking: &Asking, link: &RedisLink) -> ModelPlanner {
    asking.planner().with_answers(Arc::new(RedisAnswers::new(link.clone())))
}

#[tokio::test]
async fn the_same_prompt_is_paid_for_once_and_its_answer_judged_again() {
    let servers = testing::shared().await;
    let prefix = servers.prefix().unwrap();
    let link = RedisLink::open(&servers.redis().await.unwrap(), prefix.trim_end_matches(':')).unwrap();
    let mut asking = Asking::start().await;
    let server = asking.server.clone();
    let planner = keeping(&asking, &link);
    server.will(Reply::json(&plan()));
    let first = planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap();
    // Another process.
    let second = keeping(&asking, &link).plan(asking.request(QUESTION), Aids::default()).await.unwrap();
    assert_eq!((by_model(&first), &first), (by_model(&second), &second));
    assert_eq!(server.requests().len(), 1);

    // Another question, another day, another table: another prompt.
    server.otherwise(Reply::json(&plan()));
    planner.plan(asking.request("how many orders for each country?"), Aids::default()).await.unwrap();
    let mut tomorrow = asking.request(QUESTION);
    tomorrow.today = "2026-03-11".parse().unwrap();
    planner.plan(tomorrow, Aids::default()).await.unwrap();
    assert_eq!(server.requests().len(), 3);
    asking.catalogue.tables.remove(4);
    let planner = keeping(&asking, &link);
    planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap();
    assert_eq!(server.requests().len(), 4);

    // "I cannot" is not kept.
    let refusal = answer(serde_json::json!({ "refuse": { "reason": "No." } }));
    server.will(Reply::json(&refusal));
    server.will(Reply::json(&refusal));
    for _ in 0..2 {
        planner.plan(asking.request("what is the weather?"), Aids::default()).await.unwrap();
    }
    assert_eq!(server.requests().len(), 6);
    server.assert_clean();
}

#[tokio::test]
async fn without_redis_everything_is_asked() {
    let asking = Asking::start().await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let link = RedisLink::open(&format!("redis://{free}"), "gone").unwrap();
    let planner = asking.planner().with_answers(Arc::new(RedisAnswers::new(link)));
    asking.server.otherwise(Reply::json(&plan()));
    for count in 1..=2 {
        by_model(&planner.plan(asking.request(QUESTION), Aids::default()).await.unwrap());
        assert_eq!(asking.server.requests().len(), count);
    }
}
