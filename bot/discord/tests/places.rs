//! Places that change under an answer: permissions taken away, threads put away, messages and tokens that are gone.

use crate::common::{Bench, SOON, labels, replies, words};
use rowcall_standins::discord::{Channel, Permissions, SeenMessage};
use serde_json::json;
use std::time::Duration;

/// Longer than an interaction's token is good for.
const TOO_LATE: Duration = Duration::from_secs(15 * 60 + 1);

/// Ana asked in a thread of the channel and the placeholder stands there.
async fn asked_in_thread(bench: &Bench) -> (Channel, SeenMessage) {
    let thread = bench.channel.thread(&bench.ana, "Orders");
    bench.ana.says(&thread, &format!("{} orders by item", bench.discord.mention()));
    let placeholder = bench.placeholder(&thread).await;
    (thread, placeholder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_was_put_away_is_opened_for_its_answer() {
    let bench = Bench::start().await;
    let (thread, placeholder) = asked_in_thread(&bench).await;
    thread.set_archived(true);
    bench.answer(|run| replies::table(run, 3)).await;
    let answer = bench.sees(&thread, "3 rows").await;
    assert_eq!(answer.id, placeholder.id);
    assert!(!thread.is_archived());
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_of_a_locked_or_deleted_thread_goes_to_its_channel() {
    let bench = Bench::start().await;
    let (thread, _) = asked_in_thread(&bench).await;
    thread.lock();
    bench.answer(|run| replies::table(run, 3)).await;
    bench.sees(&bench.channel, "3 rows").await;
    let (thread, _) = asked_in_thread(&bench).await;
    thread.delete();
    bench.answer(|run| replies::table(run, 4)).await;
    bench.sees(&bench.channel, "4 rows").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_told_to_the_asker_alone_with_the_answer() {
    let bench = Bench::start().await;
    bench.channel.deny_bot(Permissions::SEND_MESSAGES.and(Permissions::EMBED_LINKS));
    bench.mention("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    let dm = bench.ana.dm();
    bench.sees(&dm, "3 rows").await;
    let told = bench.sees(&dm, "I cannot answer in").await;
    assert!(
        words(&told).contains("#questions") && words(&told).contains("Send Messages and Embed Links there"),
        "{told:?}"
    );
    assert!(bench.bot_messages(&bench.channel).is_empty());
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_may_not_be_shown_leaves_a_word_and_goes_to_the_asker() {
    let bench = Bench::start().await;
    bench.mention("orders by item");
    let placeholder = bench.placeholder(&bench.channel).await;
    bench.channel.deny_bot(Permissions::ATTACH_FILES);
    bench.answer_with_chart(3).await;
    let answer = bench.sees(&bench.ana.dm(), "3 rows").await;
    assert_eq!(answer.files.len(), 1);
    let left = bench.sees(&bench.channel, "I need the permission Attach Files").await;
    assert_eq!(left.id, placeholder.id);
    assert!(labels(&left).is_empty());
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_took_too_long_for_its_interaction_is_a_message() {
    let bench = Bench::start().await;
    let asked = bench.ask("orders by item");
    let placeholder = asked.answer(SOON, |m| !m.thinking).await;
    let taken = bench.take().await;
    bench.discord.clock().advance(TOO_LATE);
    bench.end(&taken, replies::table(taken.lease.run_id, 3)).await;
    let answer = bench.sees(&bench.channel, "3 rows").await;
    assert_ne!(answer.id, placeholder.id);
    assert!(!answer.ephemeral && answer.answers.is_none());
    // Its buttons belong to new interactions.
    bench.ana.presses(&answer, "Show SQL");
    bench.sees(&bench.channel, "SELECT item").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_answer_that_took_too_long_goes_to_direct_messages() {
    let bench = Bench::start().await;
    let options = json!({ "question": "orders by item", "private": true });
    let asked = bench.ana.slash(&bench.channel, "ask", options);
    asked.answer(SOON, |m| m.ephemeral && !m.thinking).await;
    let taken = bench.take().await;
    bench.discord.clock().advance(TOO_LATE);
    bench.end(&taken, replies::table(taken.lease.run_id, 3)).await;
    bench.sees(&bench.ana.dm(), "3 rows").await;
    assert!(bench.bot_messages(&bench.channel).iter().all(|m| !words(m).contains("rows")));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_server_that_threw_the_bot_out_is_a_dead_letter() {
    let bench = Bench::start().await;
    bench.mention("orders by item");
    bench.placeholder(&bench.channel).await;
    bench.ana.set_dm_closed(true);
    bench.guild.expel_bot();
    bench.answer(|run| replies::table(run, 3)).await;
    bench.until("SELECT state = 'dead' FROM outbox").await;
    let error: String = bench.scalar("SELECT last_error FROM outbox").await;
    assert!(error.contains("direct messages") || error.contains("channel"), "{error}");
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_gets_its_thread_where_the_place_wants_that() {
    let bench = Bench::start().await;
    bench.grant("admin").await;
    let set = bench.ana.slash(&bench.channel, "settings", json!({ "threads": true }));
    set.answer(SOON, |m| words(m).contains("Threads for questions: on")).await;
    let said = bench.mention("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    let thread = bench.discord.wait_for(SOON, |_| bench.channel.threads().into_iter().next()).await;
    assert_eq!((thread.id, thread.name().as_str()), (said.id, "orders by item"));
    bench.sees(&thread, "3 rows").await;
    assert!(bench.bot_messages(&bench.channel).iter().all(|m| m.ephemeral));
    // It may be lost meanwhile: then the channel will do.
    bench.channel.deny_bot(Permissions::CREATE_PUBLIC_THREADS);
    bench.mention("orders by day");
    bench.answer(|run| replies::table(run, 4)).await;
    bench.sees(&bench.channel, "4 rows").await;
    bench.discord.assert_clean();
}
