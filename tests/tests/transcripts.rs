//! What a person sees, on both platforms, of the whole product: real worker, real data, stand-ins that check every request.
//! Read the snapshots; they are the product.

use insta::assert_snapshot;
use rowcall_standins::{
    discord::{Discord, SeenMessage},
    telegram::{Chat, Message, Person, Telegram},
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

/// Ada's chat with the bot on Telegram.
struct Scene {
    asking: Asking,
    telegram: Telegram,
    running: Running,
    ada: Person,
    chat: Chat,
}

impl Scene {
    async fn new() -> Self {
        let asking = asking().await;
        let telegram = Telegram::start().await;
        let running = Running::telegram(context(&asking.world), &telegram);
        let ada = telegram.person("Ada");
        let chat = ada.private_chat();
        Self { asking, telegram, running, ada, chat }
    }

    /// Asks, and gives the answer: the bot's last message in Ada's chat.
    async fn asks(&self, chat: &Chat, text: &str) -> Message {
        let (runs, _) = unanswered(&self.asking.world).await;
        self.ada.says(chat, text);
        settled(&self.asking, runs + 1).await;
        self.chat.from_bot().pop().unwrap_or_else(|| panic!("no answer to {text}"))
    }

    /// Presses a button that asks, until it is answered.
    async fn chooses(&self, message: &Message, label: &str) {
        let (runs, _) = unanswered(&self.asking.world).await;
        self.ada.presses(message.key, label);
        settled(&self.asking, runs + 1).await;
    }

    /// Presses a button, until something of the bot's is seen that says so.
    async fn presses(&self, message: &Message, label: &str, shows: impl Fn(&Message) -> bool) {
        self.ada.presses(message.key, label);
        self.chat.wait_for(PATIENCE, shows).await;
    }

    async fn end(self, name: &str) {
        assert_snapshot!(name, redact(&mask_ids(&self.chat.transcript())));
        self.telegram.assert_clean();
        self.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_asks_back() {
    let scene = Scene::new().await;
    let asked = scene.asks(&scene.chat, "busiest day of the week?").await;
    scene.chooses(&asked, "Orders").await;
    let query = scene.ada.presses(asked.key, "Tickets");
    scene.telegram.wait_for_answer(&query, PATIENCE).await;
    scene.asks(&scene.chat, "and in 2025?").await;
    let unknown = scene.asks(&scene.chat, "how many unicorns are there?").await;
    scene.chooses(&unknown, "Revenue by month").await;
    scene.end("telegram_asks_back").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_pages() {
    let scene = Scene::new().await;
    let long = scene.asks(&scene.chat, "/sql SELECT name, category FROM shop.products ORDER BY name").await;
    scene.presses(&long, "▶", |m| m.text().contains("Rows 16–30")).await;
    scene
        .presses(&long, "Show SQL", |m| m.text().contains("LIMIT") || m.labels().contains(&"Hide SQL".into()))
        .await;
    scene.presses(&long, "CSV", |m| m.text().contains("as CSV")).await;
    let wide = scene.asks(&scene.chat, "list all customers").await;
    scene.presses(&wide, "▶", |m| m.text().contains("Rows 16–30 of 1,200")).await;
    scene.presses(&wide, "CSV", |m| m.text().contains("1,200 rows as CSV")).await;
    let thumb = scene.ada.presses(wide.key, "👎");
    scene.telegram.wait_for_answer(&thumb, PATIENCE).await;
    scene.end("telegram_pages").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_chart_as_table() {
    let scene = Scene::new().await;
    let chart = scene.asks(&scene.chat, "revenue by month in 2025").await;
    scene.presses(&chart, "Table", |m| m.labels().contains(&"Chart".into())).await;
    scene.presses(&chart, "Show SQL", |m| m.labels().contains(&"Hide SQL".into())).await;
    scene.presses(&chart, "Edit SQL", |m| m.text().contains("Reply to this message")).await;
    scene.end("telegram_chart_as_table").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_failures() {
    let scene = Scene::new().await;
    let data = DemoData::new().await;
    // A port that nobody listens on; and no time at all for any statement.
    scene.asking.source("away", "postgres://nobody@127.0.0.1:9/nothing", json!({})).await;
    scene.asking.source("slow", &data.reader_url, json!({ "statement_timeout": 0.001 })).await;
    scene.ada.says(&scene.chat, "/settings source away");
    scene.chat.wait_for_text(PATIENCE, "away (set here)").await;
    let failed = scene.asks(&scene.chat, "how many orders are there?").await;
    scene.chooses(&failed, "Retry").await;
    scene.ada.says(&scene.chat, "/settings source slow");
    scene.chat.wait_for_text(PATIENCE, "slow (set here)").await;
    scene.asks(&scene.chat, "revenue by month").await;
    scene.end("telegram_failures").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn telegram_private_in_a_group() {
    let scene = Scene::new().await;
    let bob = scene.telegram.person("Bob");
    let group = scene.telegram.supergroup("Shop", &[&scene.ada, &bob]);
    scene.asking.world.store.set_private_results("demo", true).await.unwrap();
    scene.ada.says(&group, "/ask how many orders are there?");
    group.wait_for_text(PATIENCE, "may not write to you").await;
    let given_up = async || {
        let dead: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE state = 'dead'")
            .fetch_one(scene.asking.world.store.pool())
            .await
            .unwrap();
        dead == 1
    };
    assert!(within(PATIENCE, given_up).await);
    begin(&scene.ada).await;
    scene.ada.says(&group, "/ask top 3 products by price");
    scene.chat.wait_for_text(PATIENCE, "top 3 by price: 3 rows").await;
    group.wait_for_text(PATIENCE, "Answered privately").await;
    scene.ada.says(&group, "/runs");
    scene.chat.wait_for_text(PATIENCE, "Your last questions").await;
    let told_twice = || (group.from_bot().len() == 3).then_some(());
    assert!(scene.telegram.wait(PATIENCE, told_twice).await.is_some(), "{}", group.transcript());
    assert_snapshot!("telegram_private_as_the_group_sees_it", redact(&group.transcript()));
    scene.end("telegram_private").await;
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

/// Ids of accounts and, in links, of runs differ from run to run.
fn mask_ids(text: &str) -> String {
    let mut out = String::new();
    let mut id = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) {
            id.push(c);
            continue;
        }
        out.push_str(if id.len() > 12 { "ID" } else { &id });
        id.clear();
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
