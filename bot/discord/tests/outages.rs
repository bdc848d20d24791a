//! Discord away for a while, connections that break, processes that die half way.

use crate::common::{Bench, SOON, replies, words};
use rowcall_core::{Actor, Inbound, Place, Platform, Room};
use rowcall_discord::MessageContent;
use rowcall_frontend::Desk;
use rowcall_standins::{
    discord::Settings,
    faults::{Fault, Rule},
};
use serde_json::json;
use std::time::Duration;

/// Serenity waits up to five seconds before it identifies again.
const CONNECTED: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_for_a_discord_that_is_away() {
    let bench = Bench::start().await;
    let away = bench.discord.faults().add(Rule::on("/channels/", Fault::Status(503)));
    bench.mention("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    // Every try of the first attempt fails, and it is kept for later.
    bench.until("SELECT state = 'pending' AND attempts > 0 AND last_error LIKE '%503%' FROM outbox").await;
    bench.discord.faults().remove(away);
    bench.sees(&bench.channel, "3 rows").await;
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_be_acknowledged_is_answered_in_a_message() {
    let bench = Bench::start().await;
    let away = bench.discord.faults().add(Rule::on("/interactions/", Fault::Status(502)));
    bench.ask("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    let answer = bench.sees(&bench.channel, "3 rows").await;
    assert!(answer.answers.is_none() && bench.discord.faults().hits(away) > 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_whose_outcome_is_lost_is_made_again() {
    let bench = Bench::start().await;
    bench.mention("orders by item");
    bench.placeholder(&bench.channel).await;
    bench.discord.faults().add(Rule::on("/messages/", Fault::CutAfter).verb("PATCH").first(2));
    bench.answer(|run| replies::table(run, 3)).await;
    bench.sees(&bench.channel, "3 rows").await;
    bench.until("SELECT state = 'delivered' FROM outbox").await;
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

/// A question that another process accepted for Ana, which then died: it holds the claim to the placeholder.
async fn accepted_elsewhere(bench: &Bench) {
    let room = Room {
        space: Some(bench.guild.id.to_string()),
        channel: bench.channel.id.to_string(),
        direct: false,
    };
    let (platform, id) = (Platform::Discord, bench.ana.id.to_string());
    let actor =
        Actor { platform, id, name: "Ana".into(), roles: Vec::new(), room, seen_at: chrono::Utc::now() };
    let key = format!("channel:{}:user:{}", bench.channel.id, bench.ana.id);
    let address = json!({
        "channel": bench.channel.id.to_string(), "guild": bench.guild.id.to_string(), "asker": bench.ana.id.to_string(),
    });
    let place = Place { platform, key };
    let inbound =
        Inbound { address: Some(address), ..Inbound::question(place, "message:1", actor, "orders by item") };
    Desk::new(bench.context.clone()).ask(inbound).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_died_before_its_placeholder_costs_no_answer() {
    let bench = Bench::start().await;
    accepted_elsewhere(&bench).await;
    bench.answer(|run| replies::table(run, 3)).await;
    // As long as the claim holds, nobody else posts.
    bench.until("SELECT state = 'delivering' FROM outbox").await;
    assert!(bench.bot_messages(&bench.channel).is_empty());
    bench.sql("UPDATE posts SET claimed_until = now()").await;
    bench.sees(&bench.channel, "3 rows").await;
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_placeholder_that_was_posted_and_not_noted_is_found_again() {
    let bench = Bench::start().await;
    bench.mention("orders by item");
    let placeholder = bench.placeholder(&bench.channel).await;
    bench.until("SELECT message_id IS NOT NULL FROM posts").await;
    bench.sql("UPDATE posts SET message_id = NULL, claimed_until = now()").await;
    bench.answer(|run| replies::table(run, 3)).await;
    let answer = bench.sees(&bench.channel, "3 rows").await;
    assert_eq!(answer.id, placeholder.id);
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_while_the_connection_is_broken_is_answered_after_it_resumed() {
    let bench = Bench::start().await;
    assert_eq!(bench.discord.gateway().cut(), 1);
    bench.mention("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    bench.sees(&bench.channel, "3 rows").await;
    assert_eq!((bench.discord.gateway().resumed(), bench.discord.gateway().identified()), (1, 1));
    assert_eq!(bench.runs().await, 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_resumed_is_begun_anew() {
    let bench = Bench::start().await;
    bench.discord.gateway().refuse_next_resume();
    bench.discord.gateway().cut();
    bench.discord.wait_for(CONNECTED, |d| (d.gateway().identified() == 2).then_some(())).await;
    bench.mention("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    bench.sees(&bench.channel, "3 rows").await;
    // The commands were as they should be: they are not registered again.
    assert_eq!(bench.discord.requests_to("PUT", "/applications/{application_id}/commands").len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shard_is_heard() {
    let settings = Settings { shards: 2, ..Settings::default() };
    let bench = Bench::start_with(settings, MessageContent::Auto).await;
    assert_eq!(bench.discord.gateway().connected(), 2);
    let shard = |guild: u64| (guild >> 22) % 2;
    let other = loop {
        let guild = bench.discord.guild("Warehouse");
        if shard(guild.id) != shard(bench.guild.id) {
            break guild;
        }
        bench.discord.clock().advance(Duration::from_millis(1));
    };
    other.join(&bench.ana);
    let channel = other.channel("stock");
    bench.ana.says(&channel, &format!("{} how many?", bench.discord.mention()));
    bench.say("Forty.").await;
    bench.sees(&channel, "Forty").await;
    bench.mention("how many?");
    bench.say("Seven.").await;
    bench.sees(&bench.channel, "Seven").await;
    let asked = bench.ana.slash(&channel, "ask", json!({ "question": "and now?" }));
    bench.say("Nine.").await;
    asked.answer(SOON, |m| words(m).contains("Nine")).await;
    bench.discord.assert_clean();
}
