//! What a person sees, on both platforms, of the whole product: real worker, real data, stand-ins that check every request.
//! Read the snapshots; they are the product.

#![allow(clippy::unwrap_used)]

use insta::assert_snapshot;
use rowcall_standins::{
    discord::{Discord, SeenMessage},
    telegram::{Chat, Person, Telegram},
};
use rowcall_tests::{
    chat::{Running, allow_everyone, asking, context, redact, unanswered, within},
    questions::{Asking, DemoData},
};
use serde_json::json;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// The chat with the bot, after it has said what can be asked.
async fn begin(person: &Person) -> Chat {
    person.starts_bot();
    let chat = person.private_chat();
    chat.wait_for_text(PATIENCE, "Ask in plain English").await;
    chat
}

/// Everything that was asked so far is answered.
async fn settled(asking: &Asking, runs: i64) {
    let all = within(PATIENCE, async || unanswered(&asking.world).await == (runs, 0)).await;
    assert!(all, "(runs, unanswered) = {:?}", unanswered(&asking.world).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_answers() {
    let asking = asking().await;
    let telegram = Telegram::start().await;
    let running = Running::telegram(context(&asking.world), &telegram);
    let ada = telegram.person("Ada");
    let chat = begin(&ada).await;
    let questions = [
        "how many orders were placed in 2025?",
        "and by quarter?",
        "top 5 products by price",
        "list all customers",
        "revenue by month in 2025",
        "busiest day of the week?",
        "how many unicorns are there?",
    ];
    for (n, question) in (1..).zip(questions) {
        ada.says(&chat, question);
        settled(&asking, n).await;
    }
    ada.says(&chat, "/sql SELECT status, count(*) FROM shop.orders GROUP BY status ORDER BY 2 DESC");
    settled(&asking, 8).await;
    ada.says(&chat, "/sql DELETE FROM shop.orders");
    settled(&asking, 9).await;
    ada.says(&chat, "/sources");
    chat.wait_for_text(PATIENCE, "asked when you name none").await;
    assert_snapshot!("telegram_answers", redact(&chat.transcript()));
    telegram.assert_clean();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_answers() {
    let asking = asking().await;
    let discord = Discord::start().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("data");
    let ada = discord.person("Ada");
    guild.join(&ada);
    let running = Running::discord(context(&asking.world), &discord);
    discord.connected(1, PATIENCE).await;
    discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
    let questions = [
        "how many orders were placed in 2025?",
        "and by quarter?",
        "top 5 products by price",
        "list all customers",
        "revenue by month in 2025",
        "busiest day of the week?",
        "how many unicorns are there?",
    ];
    for (n, question) in (1..).zip(questions) {
        if n % 2 == 0 {
            ada.says(&channel, &format!("{} {question}", discord.mention()));
        } else {
            ada.slash(&channel, "ask", json!({ "question": question }));
        }
        settled(&asking, n).await;
    }
    assert_snapshot!("discord_answers", redact(&discord.transcript(&channel, &ada)));
    discord.assert_clean();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_may_ask_by_default() {
    let asking = Asking::over(&DemoData::new().await).await;
    let (telegram, discord) = (Telegram::start().await, Discord::start().await);
    let guild = discord.guild("Shop");
    let channel = guild.channel("data");
    let (ada, eve) = (telegram.person("Ada"), discord.person("Eve"));
    guild.join(&eve);
    let runs = [
        Running::telegram(context(&asking.world), &telegram),
        Running::discord(context(&asking.world), &discord),
    ];
    discord.connected(1, PATIENCE).await;
    discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
    begin(&ada).await;
    ada.says(&ada.private_chat(), "how many orders?");
    eve.slash(&channel, "ask", json!({ "question": "how many orders?" }));
    let refused = |seen: &[SeenMessage]| seen.iter().any(|m| m.text().contains("role")).then_some(());
    discord.wait_seen(&channel, &eve, PATIENCE, refused).await;
    ada.private_chat().wait_for_text(PATIENCE, "role").await;
    assert_eq!(unanswered(&asking.world).await, (0, 0), "nothing was accepted");
    let telegram_sees = ada.private_chat().transcript().replace(&ada.id().to_string(), "ID");
    let discord_sees = discord.transcript(&channel, &eve);
    assert_snapshot!("telegram_no_permission", redact(&telegram_sees));
    assert_snapshot!("discord_no_permission", redact(&mask_ids(&discord_sees)));
    telegram.assert_clean();
    discord.assert_clean();
    for running in runs {
        running.stop().await;
    }
}

/// Accounts' ids differ from run to run.
fn mask_ids(text: &str) -> String {
    let mut out = String::new();
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() > 12 { "ID" } else { &digits });
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_questions_are_told_so() {
    let asking = asking().await;
    let telegram = Telegram::start().await;
    let mut context = context(&asking.world);
    context.limits.person_per_minute = 1;
    let running = Running::telegram(context, &telegram);
    let ada = telegram.person("Ada");
    let chat = begin(&ada).await;
    ada.says(&chat, "how many orders are there?");
    settled(&asking, 1).await;
    ada.says(&chat, "how many products are there?");
    chat.wait_for_text(PATIENCE, "minute").await;
    assert_snapshot!("telegram_rate_limited", redact(&chat.transcript()));
    telegram.assert_clean();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_is_not_seen() {
    let mut asking = Asking::idle(rowcall_tests::World::new().await, &DemoData::new().await, json!({})).await;
    allow_everyone(&asking.world).await;
    let telegram = Telegram::start().await;
    let running = Running::telegram(context(&asking.world), &telegram);
    let ada = telegram.person("Ada");
    let chat = begin(&ada).await;
    ada.says(&chat, "how many orders are there?");
    let placeholder = within(PATIENCE, async || chat.from_bot().len() == 2).await;
    assert!(placeholder, "{}", chat.transcript());
    assert_snapshot!("telegram_working", redact(&chat.transcript()));
    // Nobody works, and nobody delivers.
    running.stop().await;
    asking.work();
    let running = Running::telegram(context(&asking.world), &telegram);
    settled(&asking, 1).await;
    assert_snapshot!("telegram_after_a_restart", redact(&chat.transcript()));
    telegram.assert_clean();
    running.stop().await;
}
