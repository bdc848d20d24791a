//! Messages that are not simply questions.

use crate::common::{Bench, SOON, count, words};
use rowcall_standins::telegram::{MediaKind, units};

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_question_is_not_asked_again() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let asked = ann.says(&chat, "How many ordres?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    for text in ["How many orders?", "How many orders are there?"] {
        ann.edits(asked, text);
    }
    chat.wait_for_text(SOON, "Send the changed question as a new one.").await;
    // What comes after the edits is handled after them.
    ann.says(&chat, "And last year?");
    bench.asked_and_answered(&chat, 2, "Eleven.").await;
    assert_eq!(count(&chat, "as a new one"), 1);
    assert_eq!(chat.from_bot().len(), 3, "{}", chat.transcript());
    // In a group people correct their words all day.
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    let asked = ann.says(&group, "/ask how many?");
    bench.asked_and_answered(&group, 3, "Ten.").await;
    ann.edits(asked, "/ask how many today?");
    ann.says(&group, "/ask how many tomorrow?");
    bench.asked_and_answered(&group, 4, "Nine.").await;
    assert_eq!(group.from_bot().len(), 2, "{}", group.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forwarded_question_is_its_forwarders() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.writes(&chat, "How many orders?").forwarded_from("Bob").send();
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    let run = bench.store.asked_run(bench.runs().await[0]).await.unwrap().unwrap();
    assert_eq!(run.actor.unwrap().id, ann.id().to_string());
    // In a group a forwarded post is for its readers.
    bench.telegram.set_privacy_mode(false);
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    ann.writes(&group, "How many orders?").forwarded_from("Bob").send();
    ann.says(&group, "/ask how many?");
    bench.asked_and_answered(&group, 2, "Thirteen.").await;
    assert_eq!(group.from_bot().len(), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_words_is_told_so_in_private_alone() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    bench.telegram.set_privacy_mode(false);
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    let chat = ann.private_chat();
    let kinds = [MediaKind::Voice, MediaKind::Document, MediaKind::Sticker];
    for (n, kind) in (1..).zip(kinds) {
        ann.writes(&group, "").with_file(kind, "file", vec![1]).send();
        ann.writes(&chat, "").with_file(kind, "file", vec![1]).send();
        let told = || (count(&chat, "words alone") == n).then_some(());
        assert!(bench.telegram.wait(SOON, told).await.is_some(), "{kind:?}: {}", chat.transcript());
    }
    assert!(group.from_bot().is_empty(), "{}", group.transcript());
    assert!(bench.runs().await.is_empty());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_message_is_refused_in_words_and_the_longest_answer_is_cut() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, &"How many? ".repeat(410)[..4096]);
    let refused = chat.wait_for_text(SOON, "That question is too long: 4096 characters.").await;
    assert!(refused.text().contains("At most "), "{}", refused.text());
    ann.says(&chat, "Tell me all.");
    let run = bench.run(1).await;
    bench.answer(run, |run| words(run, &format!("All: {}", "🏙<&>".repeat(3000)))).await;
    let answer = chat.wait_for_text(SOON, "All: 🏙").await;
    let length = units(answer.text());
    assert!((3000..=4096).contains(&length), "{length}");
    assert!(answer.text().contains("The text is cut here"), "{}", answer.text());
    bench.telegram.assert_clean();
}
