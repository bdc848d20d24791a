//! People ask and are answered.

use crate::common::{Bench, SOON, count, words};
use rowcall_standins::{
    faults::{Fault, Rule},
    telegram::{EntityKind, MediaKind, UpdateFaults},
};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_question_in_private_is_answered_in_one_message() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    let run = bench.run(1).await;
    let placeholder = chat.wait_for(SOON, |_| true).await;
    bench.answer(run, |run| words(run, "There are <12> & @alice, see evil.example /now.")).await;
    let answer = chat.wait_for_text(SOON, "There are <12> & @").await;
    assert_eq!(answer.key, placeholder.key);
    assert_eq!(chat.from_bot().len(), 1);
    let links = [EntityKind::Mention, EntityKind::Url, EntityKind::Command, EntityKind::Hashtag];
    assert!(
        !answer.content.entities.iter().any(|e| links.contains(&e.kind)),
        "{:?}",
        answer.content.entities
    );
    bench.wait_for_delivery(run, "delivered").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_answered_when_it_speaks_to_us() {
    let bench = Bench::start().await;
    let (ann, bob) = (bench.telegram.person("Ann"), bench.telegram.person("Bob"));
    let group = bench.telegram.supergroup("Shop", &[&ann, &bob]);
    bench.telegram.set_privacy_mode(false);
    let name = bench.telegram.bot_username();
    bob.says(&group, "I had lunch.");
    bob.says(&group, "/ask@other_bot how many?");
    bob.says(&group, "/unknown");
    let asked = ann.says(&group, &format!("{name} how many orders?"));
    let first = bench.asked_and_answered(&group, 1, "Twelve.").await;
    assert_eq!(first.reply_to, Some(asked.id));
    ann.writes(&group, "and last year?").reply_to(first.key).send();
    bench.asked_and_answered(&group, 2, "Eleven.").await;
    ann.says(&group, &format!("/ask{name} by city"));
    bench.asked_and_answered(&group, 3, "Berlin.").await;
    assert_eq!(group.from_bot().len(), 3);
    let question = bench.store.capsule(bench.runs().await[2]).await.unwrap().unwrap().run.question;
    assert_eq!(question, "how many orders?");
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_is_answered_in_it_and_beside_it_when_closed() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let forum = bench.telegram.forum("Shop", &[&ann]);
    let topic = forum.opens_topic("Numbers");
    ann.writes(&forum, "/ask how many?").in_topic(topic).send();
    let answer = bench.asked_and_answered(&forum, 1, "Twelve.").await;
    assert_eq!(answer.thread, Some(topic));
    ann.says(&forum, "/ask in general?");
    let answer = bench.asked_and_answered(&forum, 2, "Thirteen.").await;
    assert_eq!(answer.thread, None);
    ann.writes(&forum, "/ask once more?").in_topic(topic).send();
    forum.close_topic(topic, true);
    bench.asked_and_answered(&forum, 3, "Fourteen.").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_that_come_twice_or_swapped_are_one_run_each() {
    let bench = Bench::start().await;
    bench.telegram.set_update_faults(UpdateFaults { repeat: 0.7, swap: 0.4 });
    let people: Vec<_> = (0..6).map(|n| bench.telegram.person(&format!("P{n}"))).collect();
    for person in &people {
        person.says(&person.private_chat(), "How many orders?");
    }
    bench.run(6).await;
    bench.telegram.repeat_last_update();
    tokio::time::sleep(Duration::from_millis(500)).await;
    for run in bench.runs().await {
        bench.answer(run, |run| words(run, "Twelve.")).await;
    }
    for person in &people {
        let chat = person.private_chat();
        chat.wait_for_text(SOON, "Twelve.").await;
        assert_eq!(chat.from_bot().len(), 1, "{}", chat.transcript());
    }
    assert_eq!(bench.runs().await.len(), 6);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_leaves_at_most_an_orphan() {
    let bench = Bench::start().await;
    bench.telegram.faults().add(Rule::on("sendMessage", Fault::CutAfter).once());
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    assert_eq!(count(&chat, "Twelve."), 1);
    assert_eq!(chat.from_bot().len(), 2, "the orphan and the answer");
    // An edit whose outcome is lost is done again, and nobody sees it.
    bench.telegram.faults().add(Rule::on("editMessageText", Fault::CutAfter).once());
    ann.says(&chat, "And last year?");
    bench.asked_and_answered(&chat, 2, "Eleven.").await;
    assert_eq!(count(&chat, "Eleven."), 1);
    let broken: Vec<_> =
        bench.telegram.violations().into_iter().filter(|v| v.rule != "not_modified").collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_obeyed() {
    let bench = Bench::start().await;
    let wait = Duration::from_secs(3);
    let rule = Rule::on("editMessageText", Fault::TooMany { retry_after: wait, global: false }).once();
    bench.telegram.faults().add(rule);
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    assert_eq!(chat.from_bot().len(), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_delays_and_loses_nothing() {
    let bench = Bench::start().await;
    bench.telegram.faults().add(Rule::on("editMessageText", Fault::Status(502)).once());
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    assert_eq!(chat.from_bot().len(), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_shuts_us_out_gets_nothing_and_the_log_says_why() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    ann.says(&ann.private_chat(), "How many orders?");
    let run = bench.run(1).await;
    ann.private_chat().wait_for(SOON, |_| true).await;
    ann.blocks_bot();
    bench.answer(run, |run| words(run, "Twelve.")).await;
    bench.wait_for_delivery(run, "dead").await;
    let bob = bench.telegram.person("Bob");
    let group = bench.telegram.group("Shop", &[&bob]);
    bob.says(&group, "/ask how many?");
    let run = bench.run(2).await;
    group.remove_bot();
    bench.answer(run, |run| words(run, "Twelve.")).await;
    bench.wait_for_delivery(run, "dead").await;
    // Let in again, it answers again.
    ann.unblocks_bot();
    ann.says(&ann.private_chat(), "And now?");
    bench.asked_and_answered(&ann.private_chat(), 3, "Thirteen.").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_placeholder_is_posted_anew() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    let run = bench.run(1).await;
    let placeholder = chat.wait_for(SOON, |_| true).await;
    ann.deletes(placeholder.key);
    bench.answer(run, |run| words(run, "Twelve.")).await;
    let answer = chat.wait_for_text(SOON, "Twelve.").await;
    assert_ne!(answer.key, placeholder.key);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_channels_and_the_wordless_start_nothing() {
    let bench = Bench::start().await;
    let (ann, robot) = (bench.telegram.person("Ann"), bench.telegram.other_bot("Robot"));
    let group = bench.telegram.supergroup("Shop", &[&ann, &robot]);
    robot.says(&group, "/ask how many?");
    ann.writes(&group, "/ask how many?").as_chat(&group).send();
    group.wait_for_text(SOON, "cannot tell who you are").await;
    let chat = ann.private_chat();
    ann.writes(&chat, "").with_file(MediaKind::Sticker, "hi.webp", vec![1]).send();
    chat.wait_for_text(SOON, "words alone").await;
    assert_eq!(bench.runs().await.len(), 0);
    // A caption is a question.
    ann.writes(&chat, "How many of these?").with_file(MediaKind::Document, "a.txt", vec![1]).send();
    bench.asked_and_answered(&chat, 1, "Twelve.").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_that_are_not_allowed_are_told_once() {
    let bench = Bench::start_with(|setup| setup.settings.chats = vec![-1]).await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    chat.wait_for_text(SOON, "do not answer in this chat").await;
    ann.says(&chat, "Hello?");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(chat.from_bot().len(), 1);
    assert!(bench.runs().await.is_empty());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_of_the_greatest_length_is_taken_whole() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let limit = bench.context.limits.question_chars.min(4096);
    let text = format!("How many {}?", "a".repeat(limit - 10));
    ann.says(&chat, &text);
    bench.asked_and_answered(&chat, 1, &"Ä".repeat(5000)[..200]).await;
    assert_eq!(bench.store.capsule(bench.runs().await[0]).await.unwrap().unwrap().run.question, text);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_ends_it_with_words_and_without_the_token() {
    let bench =
        Bench::start_with(|setup| setup.settings.token = rowcall_shared::Secret::new("99:wrong")).await;
    for _ in 0..200 {
        if bench.task.is_finished() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it goes on with a wrong token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_moves_takes_its_answers_along() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.group("Shop", &[&ann]);
    ann.says(&group, "/ask how many?");
    let run = bench.run(1).await;
    group.wait_for(SOON, |_| true).await;
    let moved = group.migrates();
    bench.answer(run, |run| words(run, "Twelve.")).await;
    moved.wait_for_text(SOON, "Twelve.").await;
    ann.says(&moved, "/ask and now?");
    bench.asked_and_answered(&moved, 2, "Thirteen.").await;
    assert_eq!(count(&moved, "Twelve."), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_moves_while_the_placeholder_is_on_its_way() {
    let bench = Bench::start().await;
    bench.telegram.faults().add(Rule::on("sendMessage", Fault::Late(Duration::from_secs(2))).once());
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.group("Shop", &[&ann]);
    ann.says(&group, "/ask how many?");
    let run = bench.run(1).await;
    group.wait_for(SOON, |_| true).await;
    // The placeholder's id comes only after its chat is another one, where the id means nothing.
    let moved = group.migrates();
    bench.answer(run, |run| words(run, "Twelve.")).await;
    moved.wait_for_text(SOON, "Twelve.").await;
    assert_eq!(count(&moved, "Twelve."), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_answer_goes_to_the_private_chat() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    bench.keep_private(&ann).await;
    // Who never wrote to the bot is told how to begin.
    ann.says(&group, "/ask how many?");
    let told = group.wait_for_text(SOON, "I may not write to you yet").await;
    assert!(told.buttons().any(|button| button.url.is_some()));
    ann.starts_bot();
    ann.says(&group, "/ask how many?");
    let run = bench.run(2).await;
    bench.answer(run, |run| words(run, "Twelve.")).await;
    ann.private_chat().wait_for_text(SOON, "Twelve.").await;
    group.wait_for_text(SOON, "Answered privately.").await;
    assert_eq!(count(&group, "Twelve."), 0);
    bench.telegram.assert_clean();
}
