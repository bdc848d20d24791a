//! What is seen while a run works.

use crate::common::{self, Bench, SOON, words};

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_shown_in_the_message_that_becomes_the_answer() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    let run = bench.run(1).await;
    let placeholder = chat.wait_for_text(SOON, "Waiting for its turn").await;
    let typing = || bench.telegram.requests_of("sendChatAction").pop();
    let typing = bench.telegram.wait(SOON, typing).await.expect("somebody types");
    assert_eq!((&typing.params["action"], typing.chat()), (&"typing".into(), Some(chat.id())));
    let taken = bench.take(run).await;
    // Told as often as a worker with many steps would; shown when the budget has room.
    let step = |text: &'static str| {
        let (bench, taken, chat) = (&bench, &taken, &chat);
        let name = if text.starts_with("Asking") { "execute" } else { "render" };
        async move {
            for _ in 0..600 {
                bench.tell(taken, name);
                if chat.from_bot()[0].text().contains(text) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
            panic!("{text} was not shown:\n{}", chat.transcript());
        }
    };
    step("Asking the database").await;
    step("Drawing the answer").await;
    let shown = chat.from_bot().remove(0);
    assert_eq!((shown.key, shown.labels()), (placeholder.key, vec!["Stop".to_owned()]));
    bench.end(&taken, words(run, "Twelve.")).await;
    let answer = chat.wait_for_text(SOON, "Twelve.").await;
    assert_eq!(answer.key, placeholder.key);
    // Late news of a step changes nothing.
    bench.wait_for_delivery(run, "delivered").await;
    bench.tell(&taken, "execute");
    ann.says(&chat, "And last year?");
    bench.asked_and_answered(&chat, 2, "Eleven.").await;
    assert_eq!(chat.message(answer.key).unwrap().content, answer.content);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_gives_way_to_answers_where_the_budget_is_short() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    // The group's three at once go to the placeholders.
    for n in 1..=3 {
        ann.says(&group, &format!("/ask how many {n}?"));
        bench.run(n).await;
    }
    let posted = || (group.from_bot().len() == 3).then_some(());
    assert!(bench.telegram.wait(SOON, posted).await.is_some(), "{}", group.transcript());
    let mut runs = bench.runs().await;
    runs.reverse();
    let mut taken = Vec::new();
    for run in &runs {
        taken.push(bench.take(*run).await);
    }
    for step in ["understand", "plan", "check", "execute", "render"] {
        taken.iter().for_each(|taken| bench.tell(taken, step));
    }
    for (taken, run) in taken.iter().zip(&runs) {
        bench.end(taken, words(*run, "Twelve.")).await;
    }
    for run in &runs {
        bench.wait_for_delivery(*run, "delivered").await;
    }
    let edits = bench.telegram.requests_of("editMessageText");
    assert_eq!(edits.len(), 3, "each edit is an answer: {edits:?}");
    assert_eq!(common::count(&group, "Twelve."), 3);
    bench.telegram.assert_clean();
}
