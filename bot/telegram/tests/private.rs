//! Answers for one person alone, asked for in a group.

use crate::common::{Bench, SOON, table};
use rowcall_standins::faults::{Fault, Rule};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn the_group_sees_that_it_was_answered_and_nothing_of_the_answer() {
    let bench = Bench::start().await;
    let (ann, bob) = (bench.telegram.person("Ann"), bench.telegram.person("Bob"));
    let group = bench.telegram.supergroup("Shop", &[&ann, &bob]);
    ann.starts_bot();
    bench.store.set_private_results("shop", true).await.unwrap();
    let asked = ann.says(&group, "/ask orders by city?");
    let run = bench.run(1).await;
    bench.answer(run, table).await;
    let answer = ann.private_chat().wait_for_text(SOON, "Orders by city.").await;
    assert_eq!(answer.reply_to, None, "what it answers is in another chat");
    let told = group.wait_for_text(SOON, "Answered privately.").await;
    assert_eq!(told.reply_to, Some(asked.id));
    assert_eq!(told.labels(), ["Open the chat"]);
    assert_eq!(group.from_bot(), [told]);
    // Whoever learns of its buttons gets nothing by them, and what its asker presses stays with them.
    let csv = answer.buttons().find(|b| b.label == "CSV").unwrap().data.clone().unwrap();
    let query = bob.presses_old(group.from_bot()[0].key, &csv);
    let refused = bench.telegram.wait_for_answer(&query, SOON).await;
    assert!(refused.alert && refused.text.starts_with("You may not take"), "{refused:?}");
    bench.press(&ann, &answer, "CSV").await;
    ann.private_chat().wait_for_text(SOON, "40 rows as CSV.").await;
    bench.press(&ann, &answer, "And by month?").await;
    bench.asked_and_answered(&ann.private_chat(), 2, "By month.").await;
    assert_eq!(group.from_bot().len(), 1, "{}", group.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_blocked_us_is_told_in_the_group_how_to_go_on() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    ann.starts_bot();
    ann.private_chat().wait_for_text(SOON, "Ask in plain English").await;
    bench.keep_private(&ann).await;
    ann.blocks_bot();
    let asked = ann.says(&group, "/ask how many orders?");
    let told = group.wait_for_text(SOON, "I may not write to you yet").await;
    assert_eq!(told.reply_to, Some(asked.id));
    let run = bench.run(1).await;
    bench.answer(run, table).await;
    bench.wait_for_delivery(run, "dead").await;
    assert_eq!(group.from_bot(), [told], "{}", group.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_became_private_gives_its_rows_to_its_asker_alone() {
    let bench = Bench::start().await;
    let (ann, bob) = (bench.telegram.person("Ann"), bench.telegram.person("Bob"));
    let group = bench.telegram.supergroup("Shop", &[&ann, &bob]);
    let (_, answer) = bench.shown(&ann, &group, "/ask orders by city?", table).await;
    bench.store.set_private_results("shop", true).await.unwrap();
    let refused = bench.press(&bob, &answer, "CSV").await;
    assert!(refused.alert, "{refused:?}");
    // She never wrote to the bot, so that it may not write to her.
    bench.press(&ann, &answer, "CSV").await;
    group.wait_for_text(SOON, "I may not write to you yet").await;
    ann.starts_bot();
    bench.press(&ann, &answer, "CSV").await;
    ann.private_chat().wait_for_text(SOON, "40 rows as CSV.").await;
    group.wait_for_text(SOON, "Answered privately.").await;
    assert!(!group.transcript().contains("as CSV"), "{}", group.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_group_is_told_even_when_the_first_message_has_to_wait() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    ann.starts_bot();
    ann.private_chat().wait_for_text(SOON, "Ask in plain English").await;
    bench.keep_private(&ann).await;
    let wait = Fault::TooMany { retry_after: Duration::from_secs(1), global: false };
    bench.telegram.faults().add(Rule::on("sendMessage", wait).once());
    ann.says(&group, "/ask orders by city?");
    group.wait_for_text(SOON, "Answered privately.").await;
    let run = bench.run(1).await;
    bench.answer(run, table).await;
    ann.private_chat().wait_for_text(SOON, "Orders by city.").await;
    bench.telegram.assert_clean();
}
