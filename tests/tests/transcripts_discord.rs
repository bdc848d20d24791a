//! What a person sees on Discord of the whole product: real worker, real data, a stand-in that checks every request.
//! Read the snapshots; they are the product.

use insta::assert_snapshot;
use rowcall_bot::BotContext;
use rowcall_standins::discord::{Channel, Discord, Guild, Interaction, Permissions, Person, SeenMessage};
use rowcall_tests::{
    World,
    chat::{Running, allow_everyone, asking, context, redact, unanswered, within},
    questions::{Asking, DemoData, READER, SOURCE},
    slow,
};
use serde_json::json;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// Ada in a channel with the bot.
struct Scene {
    asking: Asking,
    discord: Discord,
    guild: Guild,
    channel: Channel,
    ada: Person,
    running: Running,
}

impl Scene {
    async fn new() -> Self {
        let asking = asking().await;
        let context = context(&asking.world);
        Self::of(asking, context).await
    }

    async fn of(asking: Asking, context: BotContext) -> Self {
        let discord = Discord::start().await;
        let guild = discord.guild("Shop");
        let channel = guild.channel("data");
        let ada = discord.person("Ada");
        guild.join(&ada);
        let running = Running::discord(context, &discord);
        discord.connected(1, PATIENCE).await;
        discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
        Self { asking, discord, guild, channel, ada, running }
    }

    /// By `/ask`, until it is answered.
    async fn asks(&self, question: &str) -> SeenMessage {
        self.uses("ask", json!({ "question": question })).await
    }

    /// By a command that asks, until it is answered.
    async fn uses(&self, command: &str, options: serde_json::Value) -> SeenMessage {
        self.follows(async || self.ada.slash(&self.channel, command, options)).await
    }

    /// Presses a button that asks something, until it is answered.
    async fn chooses(&self, message: &SeenMessage, button: &str) -> SeenMessage {
        self.follows(async || self.ada.presses(message, button)).await
    }

    /// One run more, and its answer.
    async fn follows(&self, does: impl AsyncFnOnce() -> Interaction) -> SeenMessage {
        let before = unanswered(&self.asking.world).await.0;
        let done = does().await;
        self.settled(before + 1).await;
        done.answer(PATIENCE, |message| !message.thinking).await
    }

    async fn mentions(&self, question: &str) {
        let before = unanswered(&self.asking.world).await.0;
        self.ada.says(&self.channel, &format!("{} {question}", self.discord.mention()));
        self.settled(before + 1).await;
    }

    /// Everything that was asked so far is answered.
    async fn settled(&self, runs: i64) {
        let all = within(PATIENCE, async || unanswered(&self.asking.world).await == (runs, 0)).await;
        assert!(all, "(runs, unanswered) = {:?}", unanswered(&self.asking.world).await);
    }

    /// Waits for `text` in what Ada sees in a place.
    async fn sees(&self, channel: &Channel, text: &str) -> SeenMessage {
        let look =
            |seen: &[SeenMessage]| seen.iter().find(|m| m.from_bot && m.text().contains(text)).cloned();
        self.discord.wait_seen(channel, &self.ada, PATIENCE, look).await
    }

    /// Presses a button that shows or tells something.
    async fn presses(&self, message: &SeenMessage, button: &str, text: &str) -> SeenMessage {
        self.ada.presses(message, button);
        self.sees(&self.channel, text).await
    }

    fn transcript(&self, channel: &Channel) -> String {
        self.seen_by(&self.ada, channel)
    }

    /// Without "(edited)": whether a first answer shows it depends on whether its progress was shown before.
    fn seen_by(&self, person: &Person, channel: &Channel) -> String {
        redact(&self.discord.transcript(channel, person).replace("  (edited)\n", ""))
    }

    async fn ends(self) {
        self.discord.assert_clean();
        self.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_question_a_follow_up_and_a_question_back() {
    let scene = Scene::new().await;
    scene.asks("how many orders were placed in 2025?").await;
    scene.mentions("and by month?").await;
    let back = scene.asks("busiest day of the week?").await;
    scene.chooses(&back, "Orders").await;
    scene.mentions("only in 2025").await;
    scene.presses(&back, "Tickets", "answered already").await;
    assert_snapshot!("conversation", scene.transcript(&scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_table_is_paged() {
    let scene = Scene::new().await;
    let answer = scene.asks("orders by customer").await;
    let second = scene.presses(&answer, "▶", "Rows 16–30").await;
    scene.presses(&second, "Show SQL", "SELECT").await;
    scene.presses(&second, "CSV", "as CSV").await;
    assert_snapshot!("pages", scene.transcript(&scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_becomes_a_table_and_its_statement_is_corrected() {
    let scene = Scene::new().await;
    let chart = scene.asks("revenue by month in 2025").await;
    let table = scene.presses(&chart, "Table", "[ Chart ]").await;
    scene.presses(&table, "👎", "Thanks").await;
    let shown = scene.presses(&table, "Show SQL", "SELECT").await;
    let form = scene.ada.presses(&shown, "Edit SQL").modal(PATIENCE).await;
    assert_snapshot!("chart_as_table", scene.transcript(&scene.channel));
    scene
        .follows(async || scene.ada.submits(&form, json!({ "SQL": "SELECT count(*) FROM shop.orders" })))
        .await;
    scene.follows(async || scene.ada.submits(&form, json!({ "SQL": "DELETE FROM shop.orders" }))).await;
    scene.uses("sql", json!({ "text": "show orders by status" })).await;
    assert_snapshot!("statements", scene.transcript(&scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_said() {
    let data = DemoData::new().await;
    data.run(&slow::view(1000, 500, READER)).await;
    let asking = Asking::over(&data).await;
    allow_everyone(&asking.world).await;
    let hasty = json!({ "statement_timeout": 1, "sample_values": false });
    asking.source("hasty", &data.reader_url, hasty).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("postgres://u:Pa55word@127.0.0.1:{}/db", listener.local_addr().unwrap().port());
    drop(listener);
    asking.source("gone", &gone, json!({ "connect_timeout": 1 })).await;
    let context = context(&asking.world);
    let scene = Scene::of(asking, context).await;
    scene.uses("ask", json!({ "question": "list the slow things", "source": "hasty" })).await;
    scene.uses("ask", json!({ "question": "how many orders are there?", "source": "gone" })).await;
    scene.asks("how many unicorns are there?").await;
    scene.asks("delete all orders").await;
    scene.ada.slash(&scene.channel, "ask", json!({ "question": "how many orders?", "source": "shop" }));
    scene.sees(&scene.channel, "no source").await;
    assert_snapshot!("failures", scene.transcript(&scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_permitted_is_said() {
    let scene = Scene::new().await;
    scene.asks("how many orders are there?").await;
    let mask = |text: String| text.replace(&scene.ada.id.to_string(), "ID");
    // Ada may see answers and nothing else.
    sqlx::query("UPDATE grants SET role = 'viewer'").execute(scene.asking.world.store.pool()).await.unwrap();
    let answer = scene.sees(&scene.channel, "how many orders").await;
    scene.presses(&answer, "Show SQL", "may not see the SQL").await;
    scene.presses(&answer, "CSV", "may not take").await;
    scene.ada.slash(&scene.channel, "settings", json!({ "threads": true }));
    scene.sees(&scene.channel, "may not change").await;
    assert_snapshot!("not_permitted", mask(scene.transcript(&scene.channel)));
    scene.channel.deny_bot(Permissions::SEND_MESSAGES);
    scene.mentions("how many products are there?").await;
    sqlx::query("DELETE FROM grants").execute(scene.asking.world.store.pool()).await.unwrap();
    let dm = scene.ada.dm();
    scene.ada.says(&scene.channel, &format!("{} how many customers are there?", scene.discord.mention()));
    scene.sees(&dm, "may not ask").await;
    assert_snapshot!("told_in_direct_messages", mask(scene.transcript(&dm)));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_the_asker_alone() {
    let scene = Scene::new().await;
    scene.asking.world.store.set_private_results(SOURCE, true).await.unwrap();
    let bob = scene.discord.person("Bob");
    scene.guild.join(&bob);
    scene.asks("how many orders are there?").await;
    scene.mentions("how many products are there?").await;
    scene.sees(&scene.channel, "in your direct messages").await;
    scene.ada.set_dm_closed(true);
    scene.ada.says(&scene.channel, &format!("{} how many customers are there?", scene.discord.mention()));
    scene.sees(&scene.channel, "I cannot send you").await;
    assert_snapshot!("private", scene.transcript(&scene.channel));
    assert_snapshot!("private_as_others_see_it", scene.seen_by(&bob, &scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_questions_are_told_so() {
    let asking = asking().await;
    let mut context = context(&asking.world);
    context.limits.person_per_minute = 2;
    let scene = Scene::of(asking, context).await;
    scene.asks("how many orders are there?").await;
    scene.asks("how many customers are there?").await;
    scene.ada.slash(&scene.channel, "ask", json!({ "question": "how many products are there?" }));
    scene.sees(&scene.channel, "minute").await;
    assert_snapshot!("rate_limited", scene.transcript(&scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_is_not_seen() {
    let asking = Asking::idle(World::new().await, &DemoData::new().await, json!({})).await;
    allow_everyone(&asking.world).await;
    let context = context(&asking.world);
    let mut scene = Scene::of(asking, context.clone()).await;
    scene.ada.slash(&scene.channel, "ask", json!({ "question": "how many orders are there?" }));
    scene.sees(&scene.channel, "Stop").await;
    scene.ada.says(&scene.channel, &format!("{} how many products are there?", scene.discord.mention()));
    let both = |seen: &[SeenMessage]| {
        (seen.iter().filter(|m| m.from_bot && m.text().contains("Stop")).count() == 2).then_some(())
    };
    scene.discord.wait_seen(&scene.channel, &scene.ada, PATIENCE, both).await;
    assert_snapshot!("working", scene.transcript(&scene.channel));
    // Nobody works, and nobody delivers.
    scene.running.stop().await;
    scene.asking.work();
    scene.running = Running::discord(context, &scene.discord);
    scene.settled(2).await;
    assert_snapshot!("after_a_restart", scene.transcript(&scene.channel));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_answered_to_the_asker_alone() {
    let scene = Scene::new().await;
    let closed = json!({ "private": true });
    scene.uses("ask", json!({ "question": "how many orders are there?" })).await;
    for (command, options, text) in [
        ("help", json!({}), "Ask in plain English"),
        ("sources", json!({}), "asked when you name none"),
        ("runs", json!({}), "Your last questions"),
        ("settings", closed, "for you alone"),
    ] {
        scene.ada.slash(&scene.channel, command, options);
        scene.sees(&scene.channel, text).await;
    }
    assert_snapshot!("commands", scene.transcript(&scene.channel));
    scene.ends().await;
}
