//! What a person wants of their words: an answer, the statement alone, or their own SQL run; and whether they may
//! have it when it is about to run.

use chrono::{TimeDelta, Utc};
use rowcall_core::{Actor, Ask, FailureCode, Inbound, Place, Platform, Reply, Role, Room, RunState};
use rowcall_shared::store::{Grant, Grantee};
use rowcall_tests::questions::{Asking, DemoData};

async fn ask(asking: &Asking, actor: &Actor, ask: Ask, text: &str) -> Reply {
    let event = uuid::Uuid::new_v4().to_string();
    let place = Place { platform: Platform::Cli, key: event.clone() };
    let inbound = Inbound { ask, ..Inbound::question(place, event, actor.clone(), text) };
    let run = asking.intake().accept(inbound).await.unwrap().run_id;
    asking.reply(run).await
}

fn local() -> Actor {
    Actor::local(Platform::Cli, "tester", Utc::now())
}

fn ada() -> Actor {
    Actor {
        platform: Platform::Discord,
        id: "1".into(),
        name: "Ada".into(),
        roles: vec!["77".into()],
        room: Room { space: Some("5".into()), channel: "6".into(), direct: false },
        seen_at: Utc::now(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_of_ones_own_is_checked_and_run_and_a_shown_one_is_not() {
    let asking = Asking::over(&DemoData::new().await).await;
    let sql = "SELECT status, count(*) AS n FROM shop.orders GROUP BY 1 ORDER BY 2 DESC";
    let reply = ask(&asking, &local(), Ask::Sql, sql).await;
    assert_eq!(reply.state, RunState::Succeeded, "{reply:?}");
    assert_eq!(reply.planner.as_deref(), Some("sql"));
    assert!(reply.table.as_ref().is_some_and(|t| t.rows.rows.len() > 1), "{reply:?}");
    assert!(reply.chart.is_some(), "a result that has a picture gets one: {reply:?}");

    // Words that would be a wish of another kind are a statement here, and a wrong one.
    for (sql, code) in [
        ("UPDATE shop.orders SET status = 'x'", FailureCode::NotSupported),
        ("SELECT 1; DROP TABLE shop.orders", FailureCode::PolicyRefused),
        ("help", FailureCode::PolicyRefused),
        ("SELECT pg_sleep(100)", FailureCode::PolicyRefused),
    ] {
        let reply = ask(&asking, &local(), Ask::Sql, sql).await;
        assert_eq!(reply.state, RunState::Refused, "{sql}: {reply:?}");
        assert_eq!(reply.failure.unwrap().code, code, "{sql}");
    }

    let question = "how many orders are there?";
    let reply = ask(&asking, &local(), Ask::ShowSql, question).await;
    assert_eq!(reply.state, RunState::Succeeded);
    assert!(reply.text.contains("was not run") && reply.table.is_none(), "{reply:?}");
    assert!(reply.sql.as_ref().is_some_and(|sql| sql.contains("shop.orders")), "{reply:?}");
    assert!(reply.explanation.is_some());
    assert_eq!(
        reply.buttons.iter().map(|b| (b.label.as_str(), b.text.as_str())).collect::<Vec<_>>(),
        [("Run it", question)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lost_their_right_meanwhile_gets_nothing() {
    let asking = Asking::over(&DemoData::new().await).await;
    let store = &asking.world.store;
    let question = "how many orders are there?";
    let refused = async |actor: &Actor, wish: Ask, text: &str, why: &str| {
        let reply = ask(&asking, actor, wish, text).await;
        assert_eq!(reply.state, RunState::Refused, "{reply:?}");
        let failure = reply.failure.unwrap();
        assert_eq!(failure.code, FailureCode::PermissionDenied);
        assert!(format!("{} {}", failure.what, failure.why).contains(why), "{failure:?}");
        assert!(reply.table.is_none() && reply.sql.is_none());
    };
    refused(&ada(), Ask::Question, question, "needs one of these roles").await;

    let grant = |grantee, role| Grant { grantee, role, source: None, place: None };
    store.grant(&grant(Grantee::PlatformRole("discord:5:77".into()), Role::Viewer), "test").await.unwrap();
    assert_eq!(ask(&asking, &ada(), Ask::Question, question).await.state, RunState::Succeeded);
    refused(&ada(), Ask::Sql, "SELECT count(*) FROM shop.orders", "SQL of your own").await;
    // The platform said so too long ago.
    let long_ago = Actor { seen_at: Utc::now() - TimeDelta::minutes(61), ..ada() };
    refused(&long_ago, Ask::Question, question, "may have changed").await;
    store.grant(&grant(Grantee::Person("discord:1".into()), Role::Analyst), "test").await.unwrap();
    assert_eq!(ask(&asking, &long_ago, Ask::Question, question).await.state, RunState::Succeeded);
    let sql = "SELECT count(*) FROM shop.orders";
    assert_eq!(ask(&asking, &long_ago, Ask::Sql, sql).await.state, RunState::Succeeded);

    store.bind_source("demo", "discord:8").await.unwrap();
    refused(&ada(), Ask::Question, question, "from other places").await;
}
