//! Buttons that ask, stop or judge, and who may press them.

use crate::common::{Bench, SOON, asks_back, failed, statement, table, words};
use rowcall_core::{Ask, Role};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_back_is_answered_by_its_asker_once() {
    let bench = Bench::start().await;
    let (ann, bob) = (bench.telegram.person("Ann"), bench.telegram.person("Bob"));
    let group = bench.telegram.supergroup("Shop", &[&ann, &bob]);
    let (run, asked) = bench.shown(&ann, &group, "/ask orders by date?", asks_back).await;
    let told = bench.press(&bob, &asked, "shipping date").await;
    assert!(told.alert && told.text.contains("Only the person who asked"), "{told:?}");
    assert_eq!(bench.runs().await, [run]);
    assert_eq!(bench.press(&ann, &asked, "shipping date").await.text, "");
    let chosen = bench.run(2).await;
    assert_eq!(bench.question(chosen).await, "orders by shipping date");
    // The other choice, on a phone that was slow.
    let told = bench.press(&ann, &asked, "order date").await;
    assert!(told.text.contains("answered already"), "{told:?}");
    let answer = bench.asked_and_answered(&group, 2, "By shipping date.").await;
    assert_ne!(answer.key, asked.key);
    assert_eq!(answer.reply_to, asked.reply_to, "it answers what Ann wrote");
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_asked_again_once_however_often_it_is_pressed() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let (_, answer) = bench.shown(&ann, &chat, "How many orders?", failed).await;
    assert!(answer.text().starts_with("⚠️ How many orders?"), "{}", answer.text());
    bench.press(&ann, &answer, "Retry").await;
    bench.press(&ann, &answer, "Retry").await;
    let again = bench.asked_and_answered(&chat, 2, "Twelve.").await;
    assert_ne!(again.key, answer.key);
    assert_eq!(bench.question(bench.runs().await[0]).await, "How many orders?");
    assert_eq!(chat.from_bot().len(), 2);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_was_shown_is_run() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    for shown in ["/sql show how many orders?", "/sql how many orders?"] {
        let before = bench.runs().await.len();
        let (run, answer) = bench.shown(&ann, &chat, shown, statement).await;
        assert_eq!(bench.question(run).await, "how many orders?");
        bench.press(&ann, &answer, "Run it").await;
        let done = format!("Twelve, {before}.");
        bench.asked_and_answered(&chat, before + 2, &done).await;
        assert_eq!(bench.question(bench.runs().await[0]).await, "how many orders?");
    }
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumb_is_kept_and_can_be_turned() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let (run, answer) = bench.shown(&ann, &chat, "How many orders?", |run| words(run, "Twelve.")).await;
    let kept = async || -> Vec<(String, i16)> {
        sqlx::query_as("SELECT subject, rating FROM feedback WHERE run_id = $1")
            .bind(run.0)
            .fetch_all(bench.store.pool())
            .await
            .unwrap()
    };
    let told = bench.press(&ann, &answer, "👍").await;
    assert_eq!((told.text.as_str(), told.alert), ("Thanks!", false));
    let subject = format!("telegram:{}", ann.id());
    assert_eq!(kept().await, [(subject.clone(), 1)]);
    let told = bench.press(&ann, &answer, "👎").await;
    assert!(told.text.contains("Correct the question"), "{told:?}");
    assert_eq!(kept().await, [(subject, -1)]);
    let shown = chat.from_bot().remove(0);
    assert_eq!(shown.content, answer.content, "the message stays as it is");
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_has_ended_cannot_be_stopped() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    ann.says(&chat, "How many orders?");
    let placeholder = chat.wait_for(SOON, |m| m.labels() == ["Stop"]).await;
    let stop = placeholder.buttons().next().unwrap().data.clone().unwrap();
    let answer = bench.asked_and_answered(&chat, 1, "Twelve.").await;
    let query = ann.presses_old(answer.key, &stop);
    let told = bench.telegram.wait_for_answer(&query, SOON).await;
    assert!(told.text.contains("ended already"), "{told:?}");
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_see_an_answer_presses_in_vain() {
    let bench = Bench::start_with(|setup| setup.everybody = None).await;
    let [ann, bob, eve] = ["Ann", "Bob", "Eve"].map(|name| bench.telegram.person(name));
    bench.grant(&ann, Role::Analyst).await;
    bench.grant(&bob, Role::Viewer).await;
    let group = bench.telegram.supergroup("Shop", &[&ann, &bob, &eve]);
    let (run, answer) = bench.shown(&ann, &group, "/ask orders by city?", table).await;
    for (person, button, why) in [
        (&eve, "▶", "You may not see that answer."),
        (&eve, "👍", "You may not see that answer."),
        (&bob, "Show SQL", "You may not see the SQL"),
        (&bob, "CSV", "You may not take that answer's rows away"),
        (&bob, "Edit question", "You may not do that with this question."),
    ] {
        let told = bench.press(person, &answer, button).await;
        assert!(told.alert && told.text.starts_with(why), "{button}: {told:?}");
        assert!(told.text.chars().count() <= 200);
    }
    assert_eq!(group.from_bot(), std::slice::from_ref(&answer), "nothing changed for anybody");
    // A viewer turns pages, for everybody.
    assert_eq!(bench.press(&bob, &answer, "▶").await.text, "");
    group.wait_for_text(SOON, "Rows 16–30 of 40.").await;
    assert_eq!(bench.runs().await, [run]);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_of_every_kind_are_taken_as_what_they_are() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    let typed = ["/sql DROP TABLE orders", "/sql (select 1)", "/sql run select 1", "/sql show orders"];
    let kept = [
        (Ask::Sql, "DROP TABLE orders"),
        (Ask::Sql, "(select 1)"),
        (Ask::Sql, "select 1"),
        (Ask::ShowSql, "orders"),
    ];
    for (n, typed) in typed.into_iter().enumerate() {
        ann.says(&chat, typed);
        let run = bench.run(n + 1).await;
        let asked = bench.store.asked_run(run).await.unwrap().unwrap();
        assert_eq!((asked.ask, asked.question.as_str()), kept[n]);
        bench.answer(run, |run| words(run, &format!("Done {}.", n + 1))).await;
    }
    chat.wait_for_text(SOON, "Done 4.").await;
    bench.telegram.assert_clean();
}
