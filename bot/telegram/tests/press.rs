//! Buttons, forms, files.

use crate::common::{Bench, SOON, count, table, words};
use rowcall_standins::telegram::{EntityKind, MediaKind};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_paged_and_its_statement_shown() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let (_, answer) = bench.shown(&ann, &chat, "Orders by city?", table).await;
    assert!(answer.content.keyboard.iter().all(|row| row.len() <= 4));
    let query = ann.presses(answer.key, "▶");
    let told = bench.telegram.wait_for_answer(&query, SOON).await;
    assert!(told.after < Duration::from_secs(2), "{:?}", told.after);
    chat.wait_for_text(SOON, "City <15>").await;
    ann.presses(answer.key, "Show SQL");
    let with_sql = chat.wait_for_text(SOON, "total < 5").await;
    assert!(with_sql.content.entities.iter().any(|e| e.kind == EntityKind::Blockquote { expandable: true }));
    assert_eq!(chat.from_bot().len(), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_come_as_a_file() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let (_, answer) = bench.shown(&ann, &chat, "Orders by city?", table).await;
    ann.presses(answer.key, "CSV");
    let file = chat
        .wait_for(SOON, |m| m.content.media.as_ref().is_some_and(|m| m.kind == MediaKind::Document))
        .await;
    assert_eq!(file.reply_to, Some(answer.key.id));
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_asks_once_however_often_it_is_pressed() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let (_, answer) = bench.shown(&ann, &chat, "Orders by city?", table).await;
    ann.presses(answer.key, "And by month?");
    ann.presses(answer.key, "And by month?");
    bench.asked_and_answered(&chat, 2, "By month.").await;
    assert_eq!(chat.from_bot().len(), 2);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_corrected_by_a_reply() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    let (_, answer) = bench.shown(&ann, &group, "/ask orders by city?", table).await;
    ann.presses(answer.key, "Edit question");
    let form = group.wait_for(SOON, |message| message.text().contains("Reply to this message")).await;
    ann.writes(&group, "orders by town?").reply_to(form.key).send();
    bench.asked_and_answered(&group, 2, "By town.").await;
    let question = bench.store.capsule(bench.runs().await[0]).await.unwrap().unwrap().run.question;
    assert_eq!(question, "orders by town?");
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn old_and_foreign_buttons_say_why_not_and_change_nothing() {
    let bench = Bench::start().await;
    let (ann, bob) = (bench.telegram.person("Ann"), bench.telegram.person("Bob"));
    let group = bench.telegram.supergroup("Shop", &[&ann, &bob]);
    ann.says(&group, "/ask how many?");
    let run = bench.run(1).await;
    let placeholder = group.wait_for(SOON, |m| m.labels().iter().any(|label| label == "Stop")).await;
    let query = bob.presses(placeholder.key, "Stop");
    let told = bench.telegram.wait_for_answer(&query, SOON).await;
    assert!(!told.text.is_empty() && told.alert, "{told:?}");
    assert!(!bench.store.capsule(run).await.unwrap().unwrap().cancel_requested);
    let query = ann.presses_old(placeholder.key, "zz:nothing");
    assert!(!bench.telegram.wait_for_answer(&query, SOON).await.text.is_empty());
    ann.presses(placeholder.key, "Stop");
    for _ in 0..200 {
        if bench.store.capsule(run).await.unwrap().unwrap().cancel_requested {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(bench.store.capsule(run).await.unwrap().unwrap().cancel_requested);
    bench.answer(run, |run| words(run, "Stopped.")).await;
    group.wait_for_text(SOON, "Stopped.").await;
    assert_eq!(count(&group, "Stopped."), 1);
    assert!(bench.telegram.unanswered().is_empty());
    bench.telegram.assert_clean();
}
