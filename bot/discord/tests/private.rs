//! Answers that only the asker sees.

use crate::common::{Bench, SOON, labels, replies, words};
use rowcall_standins::discord::{Channel, Interaction, Person, SeenMessage};
use serde_json::json;

/// A bench whose source keeps results to the asker, and Bob, who looks on.
async fn bench() -> (Bench, Person) {
    let bench = Bench::start().await;
    assert!(bench.store.set_private_results("shop", true).await.unwrap());
    let bob = bench.discord.person("Bob");
    bench.guild.join(&bob);
    (bench, bob)
}

/// The bot's messages that others see in a channel.
fn seen_by(person: &Person, channel: &Channel) -> Vec<SeenMessage> {
    person.sees(channel).into_iter().filter(|m| m.from_bot).collect()
}

async fn ephemeral_answer(done: &Interaction, text: &str) -> SeenMessage {
    let answer = done.answer(SOON, |m| words(m).contains(text)).await;
    assert!(answer.ephemeral, "{answer:?}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_answered_to_the_asker_alone_and_so_is_all_that_follows() {
    let (bench, bob) = bench().await;
    let asked = bench.ask("orders by date");
    bench.answer(|run| replies::asks_back(run, &["order date"])).await;
    let question = ephemeral_answer(&asked, "Which date").await;
    let pressed = bench.ana.presses(&question, "order date");
    bench.answer(|run| replies::table(run, 3)).await;
    let answer = ephemeral_answer(&pressed, "3 rows").await;
    let form = bench.ana.presses(&answer, "Edit question").modal(SOON).await;
    let sent = bench.ana.submits(&form, json!({ "Question": "orders" }));
    bench.answer(|run| replies::table(run, 2)).await;
    ephemeral_answer(&sent, "2 rows").await;
    bench.ana.presses(&answer, "Show SQL");
    bench.sees(&bench.channel, "SELECT").await;
    assert!(seen_by(&bob, &bench.channel).is_empty());
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_is_answered_in_direct_messages() {
    let (bench, bob) = bench().await;
    bench.mention("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    let dm = bench.ana.dm();
    let answer = bench.sees(&dm, "3 rows").await;
    bench.sees(&bench.channel, "in your direct messages").await;
    let others = seen_by(&bob, &bench.channel);
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(!words(&others[0]).contains("rows") && !words(&others[0]).contains("orders"));
    assert_eq!(bench.bot_messages(&dm).len(), 1);
    // Its buttons work there, though the role was had in the server.
    bench.ana.presses(&answer, "Show SQL");
    bench.sees(&dm, "SELECT item").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_direct_messages_is_told_so_and_the_question_is_stopped() {
    let (bench, bob) = bench().await;
    bench.ana.set_dm_closed(true);
    bench.mention("orders by item");
    let taken = bench.take().await;
    let told = bench.sees(&bench.channel, "I cannot send you direct messages").await;
    bench.until("SELECT cancel_requested FROM runs").await;
    bench.end(&taken, replies::stopped(taken.lease.run_id)).await;
    bench.until("SELECT state = 'dead' FROM outbox").await;
    assert!(told.reply_to.is_some());
    let others = seen_by(&bob, &bench.channel);
    assert_eq!(others.len(), 1, "{others:?}");
    assert!(!words(&others[0]).contains("in your direct messages"), "{others:?}");
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_no_direct_messages_is_refused_in_the_channel() {
    let bench = Bench::start().await;
    bench.sql("DELETE FROM grants").await;
    bench.ana.set_dm_closed(true);
    let said = bench.mention("orders by item");
    let told = bench.sees(&bench.channel, "You may not ask").await;
    assert_eq!(told.reply_to, Some(said.id));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_became_private_leaves_only_a_word_where_it_was_asked() {
    let bench = Bench::start().await;
    bench.mention("orders by item");
    let placeholder = bench.placeholder(&bench.channel).await;
    let taken = bench.take().await;
    // Between choosing its place and taking the question, somebody made the source private.
    bench.sql("UPDATE runs SET private = true").await;
    bench.end(&taken, replies::table(taken.lease.run_id, 3)).await;
    bench.sees(&bench.ana.dm(), "3 rows").await;
    let left = bench.sees(&bench.channel, "in your direct messages").await;
    assert_eq!(left.id, placeholder.id);
    assert!(labels(&left).is_empty() && !words(&left).contains("rows"), "{left:?}");
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_became_private_and_has_nowhere_to_go_is_shown_to_nobody() {
    let bench = Bench::start().await;
    bench.ana.set_dm_closed(true);
    bench.mention("orders by item");
    bench.placeholder(&bench.channel).await;
    let taken = bench.take().await;
    // Between choosing its place and taking the question, somebody made the source private.
    bench.sql("UPDATE runs SET private = true").await;
    bench.end(&taken, replies::table(taken.lease.run_id, 3)).await;
    bench.sees(&bench.channel, "I cannot send you direct messages").await;
    bench.until("SELECT state = 'dead' FROM outbox").await;
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_answer_whose_thread_is_deleted_does_not_go_to_the_channel() {
    let (bench, bob) = bench().await;
    let thread = bench.channel.thread(&bench.ana, "Orders");
    let asked = bench.ana.slash(&thread, "ask", json!({ "question": "orders by item" }));
    asked.answer(SOON, |m| m.ephemeral).await;
    let taken = bench.take().await;
    thread.delete();
    bench.end(&taken, replies::table(taken.lease.run_id, 3)).await;
    bench.sees(&bench.ana.dm(), "3 rows").await;
    assert!(seen_by(&bob, &bench.channel).is_empty());
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_may_want_their_answers_for_themselves() {
    let bench = Bench::start().await;
    let settings = bench.ana.slash(&bench.channel, "settings", json!({ "private": true }));
    settings.answer(SOON, |m| m.ephemeral && words(m).contains("for you alone")).await;
    let asked = bench.ask("orders by item");
    bench.answer(|run| replies::table(run, 3)).await;
    ephemeral_answer(&asked, "3 rows").await;
    let shown = settings.answer(SOON, |m| !labels(m).is_empty()).await;
    bench.ana.presses(&shown, "Answer for everyone");
    settings.answer(SOON, |m| words(m).contains("for everyone in the place")).await;
    let asked = bench.ask("orders by item");
    bench.answer(|run| replies::table(run, 4)).await;
    assert!(!asked.answer(SOON, |m| words(m).contains("4 rows")).await.ephemeral);
    bench.discord.assert_clean();
}
