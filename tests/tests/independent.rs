//! The same conversation against stand-ins that nobody here wrote, through the real program: what our own stand-ins and
//! our front ends might have misunderstood together would show here.

use rowcall_tests::{
    independent::{discord::Discord, model::Model, telegram::Telegram},
    program::{Demo, data_folder, within},
};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const QUESTION: &str = "how many customers are there?";
/// Of the demo's shop, which is the same on every machine.
const ANSWER: &str = "1,200";

/// All words of a message of Discord, wherever they stand in it.
fn words(message: &Value) -> String {
    let mut words = message["content"].as_str().unwrap_or_default().to_owned();
    for embed in message["embeds"].as_array().into_iter().flatten() {
        for part in ["title", "description"] {
            words.push('\n');
            words.push_str(embed[part].as_str().unwrap_or_default());
        }
        for field in embed["fields"].as_array().into_iter().flatten() {
            words.push('\n');
            words.push_str(field["value"].as_str().unwrap_or_default());
        }
    }
    words
}

fn buttons(message: &Value) -> Vec<(String, String)> {
    let rows = message["components"].as_array().cloned().unwrap_or_default();
    rows.iter()
        .flat_map(|row| row["components"].as_array().cloned().unwrap_or_default())
        .map(|b| {
            let text = |name: &str| b[name].as_str().unwrap_or_default().to_owned();
            (text("label"), text("custom_id"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and discord-digital-twin: make e2e"]
async fn independent_discord() {
    let mut discord = Discord::start().await;
    let folder = data_folder();
    let _demo = Demo::start_with(
        folder.path(),
        &[("DISCORD_TOKEN", discord.token()), ("DISCORD_API_BASE", &discord.base)],
    );
    // A mention is heard once the bot is connected; its gateway session is not ours to see.
    let mut asked = 0;
    let answered = within(PATIENCE * 2, || {
        if asked == 0 || (asked < 10 && discord.messages().len() == asked) {
            discord.mentions(QUESTION);
            asked += 1;
            #[expect(clippy::disallowed_methods, reason = "nothing else runs on this thread")]
            std::thread::sleep(Duration::from_secs(1));
        }
        discord.messages().iter().any(|m| words(m).contains(ANSWER))
    });
    let messages = discord.messages();
    assert!(answered, "{messages:#?}");
    let answer = messages.iter().find(|m| words(m).contains(ANSWER)).unwrap();
    assert_eq!(answer["author"]["bot"], true);
    assert!(answer["edited_timestamp"].is_string(), "the placeholder was edited into the answer: {answer:#}");

    // The statement is shown in the same message.
    let id = answer["id"].as_str().unwrap().to_owned();
    let (_, press) = buttons(answer).into_iter().find(|(label, _)| label.contains("SQL")).unwrap();
    discord.presses(&id, &press);
    let shown = within(PATIENCE, || {
        let messages = discord.messages();
        messages.iter().any(|m| m["id"] == id.as_str() && words(m).to_lowercase().contains("count("))
    });
    assert!(shown, "{:#?}", discord.messages());

    // A slash command: the deferred answer becomes the answer.
    let before = discord.messages().len();
    discord
        .slash("ask", &json!([{ "name": "question", "type": 3, "value": "how many products are there?" }]));
    let answered = within(PATIENCE, || {
        discord
            .messages()
            .iter()
            .skip(before)
            .any(|m| words(m).contains("products") && !buttons(m).is_empty())
    });
    assert!(answered, "{:#?}", discord.messages());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs teremock: make e2e"]
async fn independent_telegram() {
    let mut telegram = Telegram::start().await;
    let folder = data_folder();
    let _demo = Demo::start_with(
        folder.path(),
        &[("TELEGRAM_TOKEN", telegram.token()), ("TELEGRAM_API_BASE", &telegram.base)],
    );
    let edit_with = |telegram: &mut Telegram, text: &str| {
        let mut found = None;
        within(PATIENCE, || {
            let responses = telegram.responses();
            let edited = responses["edited"].as_array().cloned().unwrap_or_default();
            found = edited.into_iter().find(|e| e["text"].as_str().unwrap_or_default().contains(text));
            found.is_some()
        });
        found.unwrap_or_else(|| panic!("no edit with {text:?}: {:#}", telegram.responses()))
    };
    telegram.says(QUESTION);
    let answer = edit_with(&mut telegram, ANSWER);
    let responses = telegram.responses();
    assert_eq!(responses["sent"].as_array().unwrap().len(), 1, "one placeholder, edited: {responses:#}");

    let keyboard = answer["markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
    let button = keyboard
        .iter()
        .flat_map(|row| row.as_array().cloned().unwrap_or_default())
        .find(|b| b["text"].as_str().unwrap_or_default().contains("SQL"))
        .unwrap_or_else(|| panic!("no button for the statement: {answer:#}"));
    telegram.presses(&answer["message"], button["callback_data"].as_str().unwrap());
    edit_with(&mut telegram, "count(");

    telegram.says("/ask and how many products?");
    edit_with(&mut telegram, "products");
}

/// What a model answers, in the shape that it is told.
fn answer(body: &Value) -> Value {
    json!({ "kind": "read", "operation": "select", "tables": ["shop.customers"], "confidence": 0.8,
            "assumptions": [], "answer": body })
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs node and aimock: make e2e"]
async fn independent_model() {
    let mut model = Model::start();
    let count = |table: &str| {
        answer(&json!({ "plan": { "source": { "schema": "shop", "name": table },
                                  "measures": [{ "aggregate": "count" }] } }))
    };
    let sql = |statement: &str| answer(&json!({ "sql": { "statement": statement } }));
    model.says("wieviele Kunden", &count("customers"));
    model.says("half of our clientele", &sql("SELECT count(*) / 2 AS half FROM shop.customers"));
    model.says("no such place", &sql("DROP TABLE shop.customers"));
    model.calls("merchandise", "look_at_table", &json!({ "table": "shop.products" }));
    model.says_after_a_tool("merchandise", &count("products"));
    model.says("babble", &json!("I would rather talk about the weather."));
    // Offline, these are understood.
    model.fails(QUESTION, 500);
    model.says_in_turn("products are there", &[json!(429)]);
    model.breaks_off("tickets are there", &count("tickets"));
    model.says("orders are there", &json!({ "kind": "read", "answer": 7 }));
    // What a second round cures: a statement that the database refuses, a table that is not there, a storm that passes.
    model.says_in_turn("nickname", &[sql("SELECT nickname FROM shop.customers"), count("customers")]);
    model.says("stockpile", &count("depots"));
    model.says("depots", &count("products"));
    // Told of anything else that is wrong with its answer, it says the same again.
    model.says("Correct it", &json!({ "kind": "read", "answer": 7 }));
    model.says_in_turn("crowded", &[json!(429), json!(503), count("orders")]);
    model.drips("patiently", &count("products"), 40);
    model.says("favourite colour", &answer(&json!({ "refuse": { "reason": "No colours are kept." } })));
    let choices = json!([{ "label": "by value", "text": "the best customers by revenue" },
                         { "label": "by number", "text": "the best customers by number of orders" }]);
    let asks = json!({ "clarify": { "question": "Best by what?", "choices": choices } });
    model.says("best clientele", &answer(&asks));
    model.says("several things", &sql("SELECT 1; SELECT 2; DELETE FROM shop.customers"));

    let folder = data_folder();
    let demo = Demo::start_with(
        folder.path(),
        &[("OPENAI_BASE_URL", &model.url), ("OPENAI_API_KEY", "not-a-key"), ("ROWCALL_MODEL", "twin")],
    );
    let ask = |question: &str| -> Value {
        let output = demo.ask(&[question]);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    };
    let said = ask("wieviele Kunden haben wir?");
    assert_eq!((&said["planner"], &said["rows"]), (&json!("twin"), &json!([[1200]])), "{said:#}");
    let said = ask("what would half of our clientele be?");
    assert_eq!((&said["planner"], &said["rows"]), (&json!("twin"), &json!([[600]])), "{said:#}");
    let said = ask("how much merchandise do we carry?");
    assert_eq!((&said["planner"], &said["state"]), (&json!("twin"), &json!("succeeded")), "{said:#}");
    assert!(said["sql"].as_str().unwrap().contains("products"), "{said:#}");
    // Whatever a model writes is judged like anybody's.
    let said = ask("customers from no such place");
    assert_ne!(said["state"], "succeeded", "{said:#}");
    let said = ask(QUESTION);
    assert_eq!((&said["planner"], &said["rows"]), (&json!("offline"), &json!([[1200]])), "{said:#}");
    assert!(said["text"].as_str().unwrap().contains("without it"), "{said:#}");
    let said = ask("babble about orders");
    assert_ne!(said["planner"], "twin", "{said:#}");
    for (question, table) in [
        ("what nickname do our people have?", "customers"),
        ("count what lies in the stockpile", "products"),
        ("is it crowded?", "orders"),
        ("wait patiently and count", "products"),
    ] {
        let said = ask(question);
        assert_eq!((&said["planner"], &said["state"]), (&json!("twin"), &json!("succeeded")), "{said:#}");
        assert!(said["sql"].as_str().unwrap().contains(table), "{said:#}");
    }
    let said = ask("whose favourite colour is green?");
    assert_eq!((&said["planner"], &said["state"]), (&json!("twin"), &json!("refused")), "{said:#}");
    assert!(said["text"].as_str().unwrap().contains("No colours are kept."), "{said:#}");
    let said = ask("our best clientele");
    assert_eq!(&said["state"], "waiting_clarification", "{said:#}");
    assert!(said["text"].as_str().unwrap().contains("Best by what?"), "{said:#}");
    let said = ask("several things at once");
    assert_ne!(said["state"], "succeeded", "{said:#}");

    let offline = |question: &str, why: &str| {
        let said = ask(question);
        assert_eq!((&said["planner"], &said["state"]), (&json!("offline"), &json!("succeeded")), "{said:#}");
        assert!(said["text"].as_str().unwrap().contains(why), "{said:#}");
    };
    offline("how many orders are there?", "could not be used");
    offline("how many products are there?", "asked too often");
    offline("how many tickets are there?", "cannot be reached");
    // It has failed so often by now that it is left alone.
    offline("how many readings are there?", "cannot be reached");

    let requests = model.requests();
    assert!(requests.iter().all(|r| r["path"] == "/v1/chat/completions"), "{requests:#?}");
    let told = |words: &str| requests.iter().filter(|r| r["body"].to_string().contains(words)).count();
    assert_eq!(told("merchandise"), 2, "one before and one after the tool");
    assert_eq!(told("readings are there"), 0, "a server that failed again and again is left alone");
    assert!(told(QUESTION) > 1, "a failing server is asked again");
    let second = requests.iter().filter(|r| r["body"].to_string().contains("nickname")).nth(1).unwrap();
    assert!(second["body"].to_string().contains("does not exist"), "the database's word: {second:#}");
}
