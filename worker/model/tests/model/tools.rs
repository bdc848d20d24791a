//! What a model looks up.

use crate::asking::*;
use rowcall_planner::{Aids, Planned};
use rowcall_standins::model::Reply;
use serde_json::{Value, json};

/// What the model is told when it makes one call.
async fn told(name: &str, arguments: Value) -> String {
    let (asking, values) = (Asking::start().await, Values::default());
    asking.server.will(Reply::calls(&[(name, arguments)]));
    asking.server.will(Reply::json(&plan()));
    let outcome = asking.ask_with(QUESTION, Aids { tools: Some(&values), ..Aids::default() }).await;
    by_model(&outcome);
    asking.server.assert_clean();
    asking.server.requests()[1].words("tool")
}

async fn check(name: &str, arguments: Value, expected: &str) {
    let told = told(name, arguments).await;
    assert!(told.contains(expected), "{expected:?} is not in:\n{told}");
}

#[tokio::test]
async fn tables_are_found_and_looked_at() {
    check("search_tables", json!({ "words": "sensor temperature" }), "public.readings (id, sensor_id").await;
    check("search_tables", json!({ "words": "Lighting" }), "public.products").await;
    check("search_tables", json!({ "words": "submarines" }), "no table has such words").await;
    check("look_at_table", json!({ "table": "public.tickets" }), "priority text").await;
    check("look_at_table", json!({ "table": "TICKETS" }), "priority text").await;
    check("look_at_table", json!({ "table": "pg_authid" }), "there is no table \"pg_authid\"").await;
    check("look_at_table", json!({ "name": "x" }), "there is no table").await;
    check("drop_table", json!({}), "there is no tool \"drop_table\"").await;
}

#[tokio::test]
async fn values_are_looked_up_only_where_they_may_be_shown() {
    let city = json!({ "table": "customers", "column": "city", "contains": "lon" });
    check("distinct_values", city, "customers.city like lon up to 40").await;
    let email = json!({ "table": "customers", "column": "email", "contains": "" });
    check("distinct_values", email, "are not shown").await;
    let none = json!({ "table": "customers", "column": "shoe_size", "contains": "" });
    check("distinct_values", none, "has no column \"shoe_size\"").await;
    assert!(told("look_at_table", json!({ "table": "customers" })).await.contains("\"Berlin\""));
}

#[tokio::test]
async fn a_statement_is_judged_before_the_database_hears_of_it() {
    check("check_sql", json!({ "statement": "SELECT count(*) FROM public.orders" }), "it could run").await;
    check("check_sql", json!({ "statement": "SELECT nonsense FROM public.orders" }), "SQLSTATE 42883").await;
    let (asking, values) = (Asking::start().await, Values::default());
    let calls: Vec<(&str, Value)> = ["DELETE FROM orders", "SELECT pg_sleep(9)", "SELECT 1; SELECT 2"]
        .iter()
        .map(|sql| ("check_sql", json!({ "statement": sql })))
        .collect();
    asking.server.will(Reply::calls(&calls));
    asking.server.will(Reply::json(&plan()));
    by_model(&asking.ask_with(QUESTION, Aids { tools: Some(&values), ..Aids::default() }).await);
    let told = asking.server.requests()[1].words("tool");
    for words in ["would change data", "function_not_allowed", "multiple_statements"] {
        assert!(told.contains(words), "{words:?} is not in:\n{told}");
    }
    assert!(values.tried.into_inner().unwrap().is_empty());
    asking.server.assert_clean();
}

#[tokio::test]
async fn without_a_source_to_look_into_its_tools_are_not_offered() {
    let asking = Asking::start().await;
    let calls = [("distinct_values", json!({ "table": "customers", "column": "city", "contains": "" }))];
    asking.answered(vec![Reply::calls(&calls), Reply::json(&plan())]).await;
    let requests = asking.server.requests();
    let offered = requests[0].body["tools"].to_string();
    assert!(offered.contains("look_at_table") && !offered.contains("distinct_values"), "{offered}");
    assert!(requests[1].words("tool").contains("cannot be looked up here"));
}

#[tokio::test]
async fn the_person_is_asked() {
    let asking = Asking::start().await;
    let choice = |text: &str| json!({ "label": text, "text": text });
    let ask = json!({ "question": "Which date?", "choices": [choice("ordered"), choice("paid")] });
    let outcome = asking.answered(vec![Reply::calls(&[("ask_person", ask)])]).await;
    assert!(matches!(by_model(&outcome), Planned::Clarify { choices, .. } if choices.len() == 2));
    check("ask_person", json!({ "question": "Really?", "choices": [] }), "at least two choices").await;
}

#[tokio::test]
async fn broken_arguments_are_said_and_not_repeated_as_they_were() {
    let asking = Asking::start().await;
    asking
        .answered(vec![Reply::calls_with("look_at_table", "{\"table\": \"ord"), Reply::json(&plan())])
        .await;
    assert!(asking.server.requests()[1].words("tool").contains("no JSON object"));
}

#[tokio::test]
async fn a_model_cannot_look_things_up_for_ever() {
    let asking = Asking::with(|c| c.tool_rounds = 2).await;
    let look = || Reply::calls(&[("look_at_table", json!({ "table": "orders" }))]);
    let outcome = asking.answered(vec![look(), look(), look(), Reply::json(&plan())]).await;
    by_model(&outcome);
    let requests = asking.server.requests();
    let choices: Vec<bool> = requests.iter().map(|r| r.body["tool_choice"] == "none").collect();
    assert_eq!(choices, [false, false, true, true]);
    assert!(requests[3].words("user").contains("nothing more can be looked up"));
    offline_with(&asking.answered(vec![look(), look(), look(), look()]).await, "could not be used");
}

#[tokio::test]
async fn many_calls_at_once_are_answered_and_some_of_them_done() {
    let asking = Asking::start().await;
    let calls: Vec<(&str, Value)> =
        (0..10).map(|_| ("look_at_table", json!({ "table": "orders" }))).collect();
    asking.answered(vec![Reply::calls(&calls), Reply::json(&plan())]).await;
    let told = asking.server.requests()[1].words("tool");
    assert_eq!((told.matches("public.orders").count(), told.matches("too many calls").count()), (6, 4));
}

#[tokio::test]
async fn a_question_may_use_only_so_many_tokens() {
    let asking = Asking::with(|c| c.question_tokens = 12_000).await;
    let look = Reply::calls(&[("look_at_table", json!({ "table": "orders" }))]).using(Some((9000, 500)));
    offline_with(&asking.answered(vec![look]).await, "more of the language model than one question may use");
}
