//! Chats as people see them, in a real browser: a question, a chart, a change and its undo on Discord and Telegram. With
//! ROWCALL_SCREENSHOTS=1 the pictures of the documentation are taken anew.

use rowcall_core::Role;
use rowcall_shared::store::{Grant, Grantee};
use rowcall_standins::{
    discord::{Channel, Discord, Person as DiscordPerson, SeenMessage},
    telegram::{Message, Telegram},
};
use rowcall_tests::{
    World,
    browser::Browser,
    chat::{Running, context},
    pages,
    questions::{Asking, DemoData, WRITER},
};
use serde_json::json;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const CHART: &str = "revenue by month in 2025";
const TABLE: &str = "top 5 products by revenue";
const CHANGE: &str = "set the discount percent of orders 21, 22 and 23 to 15";
const SCROLLS: &str = "document.documentElement.scrollWidth > document.documentElement.clientWidth";

/// The demo data, which anyone who asks may change.
async fn asking() -> Asking {
    let data = DemoData::new().await;
    let mut asking = Asking::idle(World::new().await, &data, json!({ "writer": WRITER })).await;
    let anyone = Grant { grantee: Grantee::Anyone, role: Role::Editor, source: None, place: None };
    asking.world.store.grant(&anyone, "test").await.unwrap();
    asking.work();
    asking
}

/// Shows a page as wide as that; nothing of it may be out of reach.
async fn look(html: String, name: &'static str, width: u32) {
    let shown = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chat.html");
        std::fs::write(&file, html).unwrap();
        let mut browser = Browser::start();
        // Low at first: the page is as high as what is in it.
        browser.window(width, 100);
        browser.open(&format!("file://{}", file.display()));
        browser.until("[...document.images].every(i => i.complete && i.naturalWidth > 0)");
        assert_eq!(browser.eval(SCROLLS), false, "{name} scrolls sideways");
        let height = browser.eval("document.documentElement.scrollHeight").as_u64().unwrap();
        browser.window(width, u32::try_from(height).unwrap());
        browser.keep(name);
    });
    shown.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: make e2e"]
async fn browser_discord() {
    let asking = asking().await;
    let discord = Discord::start().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("data");
    let ada = discord.person("Ada");
    guild.join(&ada);
    let running = Running::discord(context(&asking.world), &discord);
    discord.connected(1, PATIENCE).await;
    discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
    let answered = async |question: &str, text: &str| {
        let asked = ada.slash(&channel, "ask", json!({ "question": question }));
        asked.answer(PATIENCE, |message| message.text().contains(text)).await
    };
    let chart = answered(CHART, "[ Table ]").await;
    let card = answered(CHANGE, "[ Confirm ]").await;
    look(pages::discord(&[chart, card.clone()]), "discord.png", 680).await;
    ada.presses(&card, "Confirm");
    let done = sees(&discord, &channel, &ada, "[ Undo ]").await;
    ada.presses(&done, "Undo");
    let undo = sees(&discord, &channel, &ada, "waits for approval").await;
    look(pages::discord(&[done, undo]), "discord-change.png", 680).await;
    let table = answered(TABLE, "rows").await;
    look(pages::discord(&[table]), "discord-phone.png", 390).await;
    discord.assert_clean();
    running.stop().await;
}

async fn sees(discord: &Discord, channel: &Channel, person: &DiscordPerson, text: &str) -> SeenMessage {
    let look =
        |seen: &[SeenMessage]| seen.iter().rev().find(|m| m.from_bot && m.text().contains(text)).cloned();
    discord.wait_seen(channel, person, PATIENCE, look).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser: make e2e"]
async fn browser_telegram() {
    let asking = asking().await;
    let telegram = Telegram::start().await;
    let running = Running::telegram(context(&asking.world), &telegram);
    let ada = telegram.person("Ada");
    let chat = ada.private_chat();
    let answered = async |question: &str, button: &str| -> Message {
        let before = chat.messages().len();
        ada.says(&chat, question);
        let has = |message: &Message| message.labels().iter().any(|label| label == button);
        let shown = || chat.messages().into_iter().skip(before).find(has);
        telegram.wait(PATIENCE, shown).await.unwrap_or_else(|| panic!("{}", chat.transcript()))
    };
    answered(CHART, "Table").await;
    answered(TABLE, "Table").await;
    look(pages::telegram(&telegram, &chat, 0), "telegram.png", 390).await;
    let before = chat.messages().len();
    let card = answered(CHANGE, "Confirm").await;
    ada.presses(card.key, "Confirm");
    let done: Message = chat.wait_for(PATIENCE, |m| m.labels().iter().any(|label| label == "Undo")).await;
    assert_eq!(done.key, card.key, "the card itself says how it went");
    look(pages::telegram(&telegram, &chat, before), "telegram-change.png", 390).await;
    telegram.assert_clean();
    running.stop().await;
}
