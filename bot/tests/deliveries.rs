//! Answers that could not be delivered: listed, and sent again, by the console's own pages alone.

use crate::common::{Bench, context, field, options, store};
use reqwest::{Method, StatusCode, header};
use rowcall_bot::ConsoleOptions;
use rowcall_core::{Actor, Inbound, OutboxId, Place, Platform, Reply, RunState};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_shown_and_sent_again() {
    let bench = Bench::start().await;
    let empty = bench.page("/deliveries").await;
    assert!(empty.contains("Every answer was delivered"), "{empty}");

    let place = Place { platform: Platform::Discord, key: "channel:6<b>".into() };
    let actor =
        Actor { platform: Platform::Discord, ..Actor::local(Platform::Discord, "Ada", chrono::Utc::now()) };
    let inbound = Inbound::question(place, "e1", actor, "how <many> orders?");
    let run = bench.store.accept(&inbound, "shop").await.unwrap().run_id;
    bench.answer(run, |run| Reply::words(run, RunState::Succeeded, "42")).await;
    let take = async || {
        let lease = Duration::from_secs(30);
        bench.store.take_deliveries(Platform::Discord, None, "me", lease, 10).await.unwrap()
    };
    let delivery = take().await.remove(0);
    assert!(bench.store.dead_letters(10).await.unwrap().is_empty(), "it is on its way");
    assert!(!bench.store.resend(delivery.id).await.unwrap());
    assert!(bench.store.delivery_failed(delivery.id, "me", "the channel is <gone>", None).await.unwrap());
    assert!(take().await.is_empty());

    let letters = bench.store.dead_letters(10).await.unwrap();
    assert_eq!(
        (letters.len(), letters[0].id, letters[0].run_id, letters[0].attempts),
        (1, delivery.id, run, 1)
    );
    let browser = bench.get("/deliveries").await;
    let cookie = browser.headers().get(header::SET_COOKIE).map(|c| c.to_str().unwrap().to_owned());
    let cookie = cookie.unwrap().split(';').next().unwrap().to_owned();
    let page = browser.text().await.unwrap();
    for shown in [
        "how &lt;many&gt; orders?",
        "the channel is &lt;gone&gt;",
        "channel:6&lt;b&gt;",
        "href=\"/deliveries\"",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }

    let send = async |csrf: &str, id: OutboxId| {
        bench
            .request(Method::POST, &format!("/deliveries/{id}/resend"))
            .header(header::COOKIE, &cookie)
            .form(&[("csrf", csrf)])
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(send("forged", delivery.id).await, StatusCode::FORBIDDEN);
    assert!(take().await.is_empty(), "a forged form sends nothing");
    assert_eq!(send(&field(&page, "csrf"), delivery.id).await, StatusCode::SEE_OTHER);
    let again = take().await.remove(0);
    assert_eq!((again.id, again.attempt), (delivery.id, 1));
    // Pressed twice: what is on its way is left alone.
    assert_eq!(send(&field(&page, "csrf"), delivery.id).await, StatusCode::SEE_OTHER);
    assert!(bench.store.delivered(delivery.id, "me", Some("m1")).await.unwrap());
    assert!(!bench.store.resend(delivery.id).await.unwrap(), "what arrived is not sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_their_own_runs_alone_sees_no_deliveries() {
    let context = context(&store().await).await;
    let bench =
        Bench::start_with(context, ConsoleOptions { everyone_sees_all_runs: false, ..options() }).await;
    assert_eq!(bench.get("/deliveries").await.status(), StatusCode::NOT_FOUND);
    assert!(!bench.page("/").await.contains("/deliveries"));
}
