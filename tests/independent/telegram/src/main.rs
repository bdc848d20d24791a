//! teremock as a process: one JSON line when it is ready, then one for each JSON line it reads.
//!
//! * `{"do": "say", "text": …}` puts a person's message into its state and gives the update that a bot would get;
//! * `{"do": "press", "message": {…}, "data": …}` the same for a button;
//! * `{"do": "responses"}` gives what the bot sent and edited since the last update, as it stood in each request.

use serde_json::{Value, json};
use std::io::{BufRead, Write};
use teloxide::{dispatching::UpdateHandler, types::Message};
use teremock::{MockBot, MockCallbackQuery, MockMessageText};

type Nothing = UpdateHandler<std::convert::Infallible>;

#[tokio::main]
async fn main() {
    // The bot under test is a process of its own; teremock's own dispatching only fills its state.
    let tree: Nothing = teloxide::dptree::entry();
    let mut bot = MockBot::new(MockMessageText::new().text("hello"), tree).await;
    bot.dispatch().await;
    tell(&json!({ "url": bot.api_url().as_str(), "token": bot.bot.token(), "me": bot.me }));
    let mut said = 0;
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let wish: Value = serde_json::from_str(&line).expect("a JSON line");
        let text = |name: &str| wish[name].as_str().unwrap_or_default().to_owned();
        match wish["do"].as_str() {
            Some("say") => {
                // Every message of a chat has an id of its own; teremock would give each the same.
                said += 1;
                bot.update(MockMessageText::new().text(&text("text")).id(1000 * said));
                bot.dispatch().await;
                tell(&json!({ "ok": bot.updates }));
            }
            Some("press") => {
                let message: Message =
                    serde_json::from_value(wish["message"].clone()).expect("a message of Telegram");
                bot.update(MockCallbackQuery::new().data(text("data")).message(message));
                bot.dispatch().await;
                tell(&json!({ "ok": bot.updates }));
            }
            Some("responses") => {
                let responses = bot.get_responses();
                let sent: Vec<Value> = responses
                    .sent_messages_text
                    .iter()
                    .map(|sent| json!({ "message": sent.message, "text": sent.bot_request.text }))
                    .collect();
                let edited: Vec<Value> = responses
                    .edited_messages_text
                    .iter()
                    .map(|edited| {
                        json!({ "message": edited.message, "text": edited.bot_request.text,
                                "markup": edited.bot_request.reply_markup })
                    })
                    .collect();
                tell(&json!({ "ok": { "sent": sent, "edited": edited } }));
            }
            other => tell(&json!({ "error": format!("unknown wish {other:?}") })),
        }
    }
}

fn tell(value: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush()).expect("standard output is open");
}
