//! A question by every way in, and its answer in one message.

use crate::common::{Bench, SOON, words};
use rowcall_discord::MessageContent;
use rowcall_standins::discord::Settings;
use rowcall_standins::faults::{Fault, Rule};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_command_is_acknowledged_and_answered_in_one_message() {
    let bench = Bench::start().await;
    let asked = bench.ana.slash(&bench.channel, "ask", json!({ "question": "How many orders?" }));
    bench.say("There are 12,526 orders.").await;
    let answer = asked.answer(SOON, |m| words(m).contains("12,526")).await;
    assert!(!answer.ephemeral);
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_gets_a_reply_that_pings_nobody_and_is_edited_into_the_answer() {
    let bench = Bench::start().await;
    let said = bench.mention("how many @everyone?");
    bench.say("Hello @everyone <@1>").await;
    let answer = bench.sees(&bench.channel, "Hello").await;
    assert_eq!(answer.reply_to, Some(said.id));
    assert!(answer.pings.is_empty() && !answer.pings_everyone);
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_direct_message_is_a_question() {
    let bench = Bench::start().await;
    let dm = bench.ana.dm();
    bench.ana.says(&dm, "How many orders?");
    bench.say("There are 7.").await;
    bench.sees(&dm, "There are 7").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_keeps_its_conversation_without_mentions() {
    let bench = Bench::start().await;
    let thread = bench.channel.thread(&bench.ana, "Orders");
    bench.ana.says(&thread, "nobody is asked yet");
    bench.ana.says(&thread, &format!("{} how many orders?", bench.discord.mention()));
    bench.say("First answer").await;
    bench.sees(&thread, "First answer").await;
    bench.ana.says(&thread, "and by month?");
    bench.say("Second answer").await;
    bench.sees(&thread, "Second answer").await;
    assert_eq!(bench.runs().await, 2);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_is_one_question() {
    let bench = Bench::start().await;
    bench.discord.gateway().duplicate_next("MESSAGE_CREATE");
    bench.mention("how many?");
    bench.say("Seven").await;
    bench.sees(&bench.channel, "Seven").await;
    assert_eq!(bench.runs().await, 1);
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_on_the_way_is_not_posted_twice() {
    let bench = Bench::start().await;
    let path = "/channels/{channel_id}/messages";
    bench.discord.faults().add(Rule::on(path, Fault::CutAfter).verb("POST").once());
    bench.mention("how many?");
    bench.say("Seven").await;
    bench.sees(&bench.channel, "Seven").await;
    assert_eq!(bench.bot_messages(&bench.channel).len(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn being_asked_to_wait_is_obeyed() {
    let bench = Bench::start().await;
    let fault = Fault::TooMany { retry_after: Duration::from_secs(1), global: false };
    bench.discord.faults().add(Rule::on("messages", fault).first(2));
    bench.mention("how many?");
    bench.say("Seven").await;
    bench.sees(&bench.channel, "Seven").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_intent_the_bot_goes_on_with_what_it_may_read() {
    let settings = Settings { message_content: false, ..Settings::default() };
    let bench = Bench::start_with(settings, MessageContent::Auto).await;
    bench.mention("how many?");
    bench.say("Seven").await;
    bench.sees(&bench.channel, "Seven").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_ask_is_told_alone() {
    let bench = Bench::start().await;
    bench.sql("DELETE FROM grants").await;
    bench.ana.slash(&bench.channel, "ask", json!({ "question": "How many orders?" }));
    let told = bench.sees(&bench.channel, "You may not").await;
    assert!(told.ephemeral, "{told:?}");
    assert_eq!(bench.runs().await, 0);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_deleted_is_answered_in_a_new_one() {
    let bench = Bench::start().await;
    bench.mention("how many?");
    let placeholder = bench.placeholder(&bench.channel).await;
    bench.ana.deletes(&placeholder);
    bench.say("Seven").await;
    let answer = bench.sees(&bench.channel, "Seven").await;
    assert_ne!(answer.id, placeholder.id);
    bench.discord.assert_clean();
}
