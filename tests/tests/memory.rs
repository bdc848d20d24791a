//! What people teach: confirmed answers are used again as long as they hold, and words get a meaning that was checked.

use chrono::Utc;
use rowcall_core::{
    Actor, Ask, FailureCode, Inbound, Place, Platform, Reply, Role, Room, RunId, RunState,
    memory::correction_key,
};
use rowcall_shared::store::{Grant, Grantee};
use rowcall_tests::questions::{Asking, DemoData, SOURCE};

const TEACHER: &str = "discord:1";

fn local() -> Actor {
    Actor::local(Platform::Cli, "tester", Utc::now())
}

async fn hand_in(asking: &Asking, change: impl FnOnce(&mut Inbound)) -> Reply {
    let event = uuid::Uuid::new_v4().to_string();
    let place = Place { platform: Platform::Cli, key: event.clone() };
    let mut inbound = Inbound::question(place, event, local(), "");
    change(&mut inbound);
    let run = asking.intake().accept(inbound).await.unwrap().run_id;
    asking.reply(run).await
}

async fn define(asking: &Asking, text: &str) -> Reply {
    hand_in(asking, |inbound| (inbound.ask, inbound.text) = (Ask::Define, text.to_owned())).await
}

async fn verified(asking: &Asking, run: RunId) -> bool {
    asking.world.store.verify_answer(run, TEACHER).await.unwrap()
}

fn planner(reply: &Reply) -> &str {
    reply.planner.as_deref().unwrap_or("nobody")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_is_answered_as_it_was_confirmed() {
    let asking = Asking::over(&DemoData::new().await).await;
    let first = asking.ask("how many orders are there?").await;
    assert_eq!(planner(&first), "offline");
    assert!(verified(&asking, first.run_id).await);

    let again = asking.ask("  How many ORDERS are there ").await;
    assert_eq!(planner(&again), "confirmed", "{again:?}");
    assert_eq!((&again.sql, &again.table), (&first.sql, &first.table));
    assert!(again.text.contains("was confirmed on"), "{}", again.text);
    assert_eq!(planner(&asking.ask("how many orders were returned?").await), "offline");

    assert!(asking.world.store.doubt_answer(again.run_id).await.unwrap());
    assert_eq!(planner(&asking.ask("how many orders are there?").await), "offline");
    assert!(!asking.world.store.doubt_answer(again.run_id).await.unwrap());
    assert!(verified(&asking, first.run_id).await, "it can be confirmed anew");
    assert_eq!(planner(&asking.ask("how many orders are there?").await), "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_the_day_or_the_conversation_is_no_answer_to_the_same_words() {
    let asking = Asking::over(&DemoData::new().await).await;
    let dated = asking.ask("how many orders were placed last month?").await;
    assert!(verified(&asking, dated.run_id).await, "it is an example for planners");
    assert_eq!(planner(&asking.ask("how many orders were placed last month?").await), "offline");

    asking.ask_in("talk", "how many orders are there?").await;
    let follow = asking.ask_in("talk", "and by status?").await;
    assert_eq!(follow.state, RunState::Succeeded, "{follow:?}");
    verified(&asking, follow.run_id).await;
    asking.ask_in("other", "how many customers are there?").await;
    let other = asking.ask_in("other", "and by status?").await;
    assert_ne!(planner(&other), "confirmed", "{other:?}");

    let similar =
        asking.world.store.similar_verified(SOURCE, "orders placed last month by status", 5).await.unwrap();
    assert_eq!(similar[0].question, "how many orders were placed last month?");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_private_or_no_answer_teaches_nothing() {
    let asking = Asking::over(&DemoData::new().await).await;
    let question = "how many products are there?";
    let private =
        hand_in(&asking, |inbound| (inbound.private, inbound.text) = (true, question.to_owned())).await;
    assert_eq!(private.state, RunState::Succeeded);
    assert!(!verified(&asking, private.run_id).await);
    let refused = asking.ask("what is the weather on the moon?").await;
    assert!(!verified(&asking, refused.run_id).await);
    let own =
        hand_in(&asking, |i| (i.ask, i.text) = (Ask::Sql, "SELECT count(*) FROM shop.products".into())).await;
    assert!(!verified(&asking, own.run_id).await, "a statement that answers nobody's question");
    assert!(!verified(&asking, RunId::new()).await);
    assert_eq!(planner(&asking.ask(question).await), "offline");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_statement_answers_the_question_that_it_corrects() {
    let asking = Asking::over(&DemoData::new().await).await;
    let question = "how well are we doing with widgets?";
    let refused = asking.ask(question).await;
    assert_ne!(refused.state, RunState::Succeeded);
    let correct = async |of: RunId, digest: &str, sql: &str| {
        hand_in(&asking, |inbound| {
            inbound.ask = Ask::Sql;
            inbound.text = sql.to_owned();
            inbound.dedup_key = correction_key(of, digest);
        })
        .await
    };
    let wrong = correct(refused.run_id, "a", "SELECT 1 AS one").await;
    let right = correct(wrong.run_id, "b", "SELECT count(*) AS products FROM shop.products").await;
    assert!(verified(&asking, right.run_id).await);
    let answer = asking.ask(question).await;
    assert_eq!((answer.state, planner(&answer)), (RunState::Succeeded, "confirmed"), "{answer:?}");
    assert_eq!(answer.table, right.table);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_any_more_is_set_aside() {
    let data = DemoData::new().await;
    let asking = Asking::over(&data).await;
    let (held, lost) = ("how many customers are there?", "what is the average price of products?");
    for question in [held, lost] {
        let reply = asking.ask(question).await;
        assert!(verified(&asking, reply.run_id).await, "{reply:?}");
    }
    // The first answer meets tables that are not what they were, and has them read anew.
    data.run("ALTER TABLE shop.products RENAME COLUMN price TO worth").await;
    let reply = asking.ask(lost).await;
    assert_ne!(planner(&reply), "confirmed", "{reply:?}");
    assert_eq!(planner(&asking.ask(held).await), "confirmed", "its own table is what it was");
    let aside: Vec<(String, Option<String>)> =
        sqlx::query_as("SELECT question, set_aside FROM verified_answers ORDER BY question")
            .fetch_all(asking.world.store.pool())
            .await
            .unwrap();
    assert_eq!(aside[0], (held.to_owned(), None));
    assert_eq!(aside[1].1.as_deref(), Some("the tables are not what they were"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_gets_a_meaning_that_can_be_asked() {
    let asking = Asking::over(&DemoData::new().await).await;
    let store = &asking.world.store;
    let reply = define(&asking, "headcount = number of customers").await;
    assert_eq!(reply.state, RunState::Succeeded, "{reply:?}");
    assert!(
        reply.text.starts_with("From now on, \"headcount\" means: number of customers."),
        "{}",
        reply.text
    );
    assert!(reply.sql.as_ref().is_some_and(|sql| sql.contains("shop.customers")), "{reply:?}");
    let again = define(&asking, "Headcount = number of products").await;
    assert!(again.text.contains("Until now it meant: number of customers."), "{}", again.text);
    let terms = store.glossary(SOURCE).await.unwrap();
    assert_eq!(terms.len(), 1);
    assert_eq!((terms[0].term.as_str(), terms[0].meaning.as_str()), ("Headcount", "number of products"));
    assert_eq!(terms[0].defined_by, "cli:tester");

    for (wrong, part) in [
        ("nonsense", "no \"=\""),
        ("orders = number of customers", "name of a table"),
        ("turnover = turnover of orders", "has the word itself in it"),
        ("mood = weather on the moon", "says nothing that I could ask"),
    ] {
        let reply = define(&asking, wrong).await;
        let failure = reply.failure.unwrap();
        assert_eq!(failure.code, FailureCode::CannotAnswer, "{wrong}");
        assert!(failure.to_string().contains(part), "{wrong}: {failure}");
    }
    assert_eq!(store.glossary(SOURCE).await.unwrap().len(), 1);
    assert!(store.forget_term(SOURCE, "HEADCOUNT").await.unwrap());
    assert!(!store.forget_term(SOURCE, "headcount").await.unwrap());
}

/// The planner without a model knows what the team taught, and says that it went by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_defined_word_is_used_in_answers_that_say_so() {
    let asking = Asking::over(&DemoData::new().await).await;
    let unknown = asking.ask("how many regulars by city?").await;
    assert_eq!(unknown.failure.unwrap().code, FailureCode::CannotAnswer);
    define(&asking, "headcount = number of customers").await;
    define(&asking, "regulars = customers with more than 3 orders").await;
    for (question, same, term) in [
        ("headcount by country", "number of customers by country", "headcount"),
        ("how many regulars are there?", "how many customers with more than 3 orders are there?", "regulars"),
    ] {
        let defined = asking.ask(question).await;
        assert_eq!((defined.state, planner(&defined)), (RunState::Succeeded, "offline"), "{defined:?}");
        let spelled = asking.ask(same).await;
        assert_eq!((&defined.sql, &defined.table), (&spelled.sql, &spelled.table), "{question}");
        let said = |reply: &Reply| reply.assumptions.iter().any(|a| a.to_lowercase().contains(term));
        assert!(said(&defined) && !said(&spelled), "{:?} {:?}", defined.assumptions, spelled.assumptions);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_analysts_define_words() {
    let asking = Asking::over(&DemoData::new().await).await;
    let ada = Actor {
        platform: Platform::Discord,
        id: "1".into(),
        name: "Ada".into(),
        roles: Vec::new(),
        room: Room { space: Some("5".into()), channel: "6".into(), direct: false },
        seen_at: Utc::now(),
    };
    let ask = async || {
        hand_in(&asking, |inbound| {
            inbound.actor = ada.clone();
            (inbound.ask, inbound.text) = (Ask::Define, "headcount = number of customers".into());
        })
        .await
    };
    let grant = async |role| {
        let grant = Grant { grantee: Grantee::Person(TEACHER.into()), role, source: None, place: None };
        asking.world.store.grant(&grant, "test").await.unwrap();
    };
    grant(Role::Viewer).await;
    assert_eq!(ask().await.failure.unwrap().code, FailureCode::PermissionDenied);
    grant(Role::Analyst).await;
    assert_eq!(ask().await.state, RunState::Succeeded);
}

/// Who has no commands of a platform types them.
#[tokio::test(flavor = "multi_thread")]
async fn a_typed_command_is_a_command_on_the_command_line() {
    let asking = Asking::over(&DemoData::new().await).await;
    let reply = asking.ask("/define headcount = number of customers").await;
    assert!(reply.text.starts_with("From now on"), "{}", reply.text);
    let reply = asking.ask("/sql select count(*) from shop.customers").await;
    assert_eq!((reply.state, planner(&reply)), (RunState::Succeeded, "sql"));
    assert_eq!(planner(&asking.ask("/ask how many orders are there?").await), "offline");
}
