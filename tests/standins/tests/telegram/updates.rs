//! How the bot is told: polling, the webhook, and updates that come twice.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use rowcall_standins::telegram::{MediaKind, UpdateFaults};
use serde_json::{Value, json};
use teloxide::prelude::*;
use teloxide::types::{MaybeInaccessibleMessage, UpdateKind};
use teloxide::{ApiError, Bot};

use super::common::{SOON, api_error, bot, button, raw, rules, start};

async fn poll(bot: &Bot, offset: i32) -> Vec<Update> {
    bot.get_updates().offset(offset).timeout(5).await.expect("updates")
}

fn texts(updates: &[Update]) -> Vec<String> {
    let text = |update: &Update| match &update.kind {
        UpdateKind::Message(message)
        | UpdateKind::EditedMessage(message)
        | UpdateKind::ChannelPost(message) => {
            message.text().or(message.caption()).unwrap_or("(no text)").to_owned()
        }
        other => format!("{other:?}"),
    };
    updates.iter().map(text).collect()
}

#[tokio::test]
async fn polling_waits_and_confirms() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    let waiting = tokio::spawn({
        let bot = bot.clone();
        async move { poll(&bot, 0).await }
    });
    let asked = || (!telegram.requests_of("getUpdates").is_empty()).then_some(());
    telegram.wait(SOON, asked).await.unwrap();
    let key = ann.says(&ann.private_chat(), "one");
    let first = waiting.await.unwrap();
    assert_eq!(texts(&first), ["one"]);
    // Not confirmed yet, so it comes again, with what is new.
    ann.edits(key, "uno");
    let both = poll(&bot, 0).await;
    assert_eq!(texts(&both), ["one", "uno"]);
    assert!(both[0].id < both[1].id);
    ann.says(&ann.private_chat(), "two");
    let next = i32::try_from(both[1].id.0).unwrap() + 1;
    assert_eq!(texts(&poll(&bot, next).await), ["two"]);
    assert_eq!(bot.get_updates().offset(next).limit(1).await.unwrap().len(), 1);
    telegram.assert_clean();
}

#[tokio::test]
async fn an_older_poller_is_turned_away() {
    let (telegram, first) = start().await;
    let second = bot(&telegram);
    let old = tokio::spawn(async move { first.get_updates().timeout(10).await });
    telegram.wait(SOON, || (!telegram.requests_of("getUpdates").is_empty()).then_some(())).await.unwrap();
    second.get_updates().await.unwrap();
    assert_eq!(api_error(old.await.unwrap()), ApiError::TerminatedByOtherGetUpdates);
    telegram.assert_clean();
}

#[tokio::test]
async fn updates_can_come_twice_and_swapped() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "one");
    let first = poll(&bot, 0).await;
    let next = i32::try_from(first[0].id.0).unwrap() + 1;
    telegram.repeat_last_update();
    let again = poll(&bot, next).await;
    assert_eq!((again[0].id, texts(&again)), (first[0].id, vec!["one".to_owned()]));
    ann.says(&chat, "two");
    telegram.set_update_faults(UpdateFaults { repeat: 0.0, swap: 1.0 });
    ann.says(&chat, "three");
    telegram.set_update_faults(UpdateFaults::default());
    assert_eq!(texts(&poll(&bot, next).await), ["three", "two"]);
}

#[tokio::test]
async fn the_bot_sees_what_is_meant_for_it() {
    let (telegram, bot) = start().await;
    let (ann, robot) = (telegram.person("Ann"), telegram.other_bot("Robot"));
    let group = telegram.supergroup("Team", &[&ann]);
    ann.says(&group, "just talk");
    ann.says(&group, "/ask how many");
    ann.says(&group, "/ask@other_bot how many");
    ann.says(&group, &format!("{} and you?", telegram.bot_username()));
    bot.send_message(ChatId(group.id()), "hello").await.unwrap();
    ann.writes(&group, "an answer").reply_to(group.from_bot()[0].key).send();
    assert_eq!(texts(&poll(&bot, 0).await), ["/ask how many", "@rowcall_bot and you?", "an answer"]);

    telegram.set_privacy_mode(false);
    let channel = telegram.channel("News", &[&ann]);
    ann.says(&channel, "a post");
    robot.says(&group, "beep");
    ann.writes(&group, "anonymous").as_chat(&group).send();
    ann.writes(&group, "old news").forwarded_from("Zoe").send();
    ann.writes(&group, "look").with_file(MediaKind::Photo, "a.png", super::common::png(4, 4)).send();
    ann.writes(&group, "").with_file(MediaKind::Sticker, "s", "x").send();
    ann.writes(&group, "").with_file(MediaKind::Voice, "v", "x").send();
    let all = poll(&bot, 0).await;
    assert_eq!(
        texts(&all[3..]),
        ["a post", "beep", "anonymous", "old news", "look", "(no text)", "(no text)"]
    );
    let UpdateKind::Message(anonymous) = &all[5].kind else { panic!("{all:?}") };
    assert_eq!(anonymous.sender_chat.as_ref().map(|chat| chat.id.0), Some(group.id()));
    let UpdateKind::Message(forwarded) = &all[6].kind else { panic!("{all:?}") };
    assert!(forwarded.forward_origin().is_some());
    let UpdateKind::Message(voice) = &all[9].kind else { panic!("{all:?}") };
    assert!(voice.voice().is_some());
    telegram.assert_clean();
}

#[tokio::test]
async fn a_press_brings_the_message_or_only_its_name() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    bot.send_message(ChatId(ann.id()), "pick").reply_markup(button("A", "a:1")).await.unwrap();
    let key = ann.private_chat().from_bot()[0].key;
    ann.presses(key, "A");
    ann.presses_inaccessible(key, "a:1");
    let updates = poll(&bot, -2).await;
    let queries: Vec<_> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::CallbackQuery(query) => (query.data.clone().unwrap(), query.message.clone().unwrap()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(queries[0].0, "a:1");
    assert!(
        matches!(&queries[0].1, MaybeInaccessibleMessage::Regular(message) if message.text() == Some("pick"))
    );
    assert!(
        matches!(&queries[1].1, MaybeInaccessibleMessage::Inaccessible(message) if message.message_id.0 == key.id)
    );
}

#[tokio::test]
async fn the_webhook_is_told_in_order_until_it_has_taken() {
    type Seen = Arc<Mutex<Vec<(String, String)>>>;
    async fn take(State(seen): State<Seen>, headers: HeaderMap, body: String) -> StatusCode {
        let update: Value = serde_json::from_str(&body).unwrap();
        let secret = headers
            .get("x-telegram-bot-api-secret-token")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let mut seen = seen.lock().unwrap();
        seen.push((secret.to_owned(), update["message"]["text"].as_str().unwrap_or_default().to_owned()));
        if seen.len() == 1 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
    }
    let (telegram, bot) = start().await;
    let seen = Seen::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().fallback(take).with_state(seen.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });

    bot.set_webhook(url.parse().unwrap()).secret_token("s-1").await.unwrap();
    let refused = raw(&telegram, "getUpdates", json!({})).await;
    assert_eq!(refused.0, 409);
    let ann = telegram.person("Ann");
    ann.says(&ann.private_chat(), "one");
    ann.says(&ann.private_chat(), "two");
    telegram.wait(SOON, || (telegram.pending_updates() == 0).then_some(())).await.unwrap();
    let told: Vec<_> = seen.lock().unwrap().iter().map(|(secret, text)| format!("{secret} {text}")).collect();
    assert_eq!(told, ["s-1 one", "s-1 one", "s-1 two"]);
    assert_eq!(bot.get_webhook_info().await.unwrap().url.unwrap().as_str(), url);
    bot.delete_webhook().await.unwrap();
    ann.says(&ann.private_chat(), "three");
    assert_eq!(texts(&poll(&bot, 0).await), ["three"]);
    assert!(rules(&telegram).is_empty());
}
