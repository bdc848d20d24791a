//! What buttons, menus and forms do, and for whom.

use crate::common::{Bench, SOON, labels, replies, words};
use rowcall_core::{Ask, Role};
use rowcall_standins::discord::{Interaction, Person, SeenMessage};
use serde_json::json;

/// Ana asked and got an answer with rows.
async fn with_rows(bench: &Bench, rows: usize) -> SeenMessage {
    let asked = bench.ask("orders by item");
    bench.answer(|run| replies::table(run, rows)).await;
    asked.answer(SOON, |m| words(m).contains("Orders by item")).await
}

/// Presses, and waits until the pressed message says `text`.
async fn turned(bench: &Bench, message: &SeenMessage, button: &str, text: &str) -> SeenMessage {
    bench.ana.presses(message, button);
    let shown = bench.sees(&bench.channel, text).await;
    assert_eq!(shown.id, message.id, "the same message turns");
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_answers_what_was_asked_back_and_the_conversation_goes_on() {
    let bench = Bench::start().await;
    let asked = bench.ask("orders by date");
    let first = bench.take().await;
    bench.end(&first, replies::asks_back(first.lease.run_id, &["order date", "shipping date"])).await;
    let question = asked.answer(SOON, |m| words(m).contains("Which date")).await;
    assert_eq!(labels(&question)[..2], ["order date", "shipping date"]);

    let pressed = bench.ana.presses(&question, "shipping date");
    let second = bench.take().await;
    assert_eq!(second.question.text, "orders by shipping date");
    assert_eq!(second.question.conversation_id, first.question.conversation_id);
    assert!(second.question.history.iter().any(|m| m.text.contains("Which date")), "{second:?}");
    bench.end(&second, replies::table(second.lease.run_id, 3)).await;
    let answer = pressed.answer(SOON, |m| words(m).contains("3 rows")).await;
    assert!(!answer.ephemeral && answer.id != question.id);

    // Answered once: the other choice is not a second answer.
    let again = bench.ana.presses(&question, "order date");
    bench.told(&again, "answered already").await;
    assert_eq!(bench.runs().await, 2);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn more_choices_than_fit_beside_each_other_are_a_menu() {
    let bench = Bench::start().await;
    let asked = bench.ask("orders by date");
    let choices = ["created", "paid", "packed", "sent", "delivered", "returned", "archived"];
    bench.answer(|run| replies::asks_back(run, &choices)).await;
    let question = asked.answer(SOON, |m| words(m).contains("Which date")).await;
    assert_eq!(question.selects[0].options.len(), 7);
    let chosen = bench.ana.selects(&question, &["returned"]);
    let taken = bench.take().await;
    assert_eq!(taken.question.text, "orders by returned");
    bench.end(&taken, replies::table(taken.lease.run_id, 2)).await;
    chosen.answer(SOON, |m| words(m).contains("2 rows")).await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_becomes_its_table_and_a_chart_again() {
    let bench = Bench::start().await;
    let asked = bench.ask("orders by item");
    bench.answer_with_chart(4).await;
    let chart = asked.answer(SOON, |m| words(m).contains("4 rows")).await;
    assert_eq!(&chart.file("bars.png").unwrap().bytes[..], b"a picture");
    assert_eq!(chart.files[0].description.as_deref(), Some("Bars"));

    let table = turned(&bench, &chart, "Table", "item 4").await;
    assert!(table.files.is_empty(), "the picture is gone: {table:?}");
    assert!(labels(&table).contains(&"Chart") && !labels(&table).contains(&"Table"));

    bench.ana.presses(&table, "Chart");
    let back = asked.answer(SOON, |m| !m.files.is_empty()).await;
    assert!(!words(&back).contains("item 4"));
    assert_eq!(back.id, chart.id);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_table_is_paged_to_its_end_and_back() {
    let bench = Bench::start().await;
    let first = with_rows(&bench, 40).await;
    assert!(words(&first).contains("Rows 1–15 of 40") && words(&first).contains("item 15"));
    assert!(!labels(&first).contains(&"◀"));
    let second = turned(&bench, &first, "▶", "Rows 16–30 of 40").await;
    assert!(words(&second).contains("item 16") && !words(&second).contains("item 15 "));
    let last = turned(&bench, &second, "▶", "Rows 31–40 of 40").await;
    assert!(labels(&last).contains(&"◀") && !labels(&last).contains(&"▶"));
    // The statement opens on the page that is looked at, and stays open while pages are turned.
    let with_sql = turned(&bench, &last, "Show SQL", "SELECT item").await;
    assert!(words(&with_sql).contains("Rows 31–40 of 40"));
    let before = turned(&bench, &with_sql, "◀", "Rows 16–30 of 40").await;
    assert!(words(&before).contains("SELECT item"));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_is_shown_and_hidden() {
    let bench = Bench::start().await;
    let answer = with_rows(&bench, 3).await;
    assert!(!words(&answer).contains("SELECT"));
    let shown = turned(&bench, &answer, "Show SQL", "SELECT item, orders FROM items").await;
    assert!(labels(&shown).contains(&"Edit SQL"));
    bench.ana.presses(&shown, "Hide SQL");
    let hidden =
        |seen: &[SeenMessage]| seen.iter().any(|m| m.from_bot && !words(m).contains("SELECT")).then_some(());
    bench.discord.wait_seen(&bench.channel, &bench.ana, SOON, hidden).await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_come_as_a_file_to_whoever_asked_for_it() {
    let bench = Bench::start().await;
    let answer = with_rows(&bench, 40).await;
    let pressed = bench.ana.presses(&answer, "CSV");
    let told = bench.told(&pressed, "40 rows as CSV").await;
    let file = &told.files[0];
    let text = String::from_utf8(file.bytes.to_vec()).unwrap();
    assert!(file.name.ends_with(".csv") && file.content_type.starts_with("text/csv"), "{file:?}");
    assert!(text.starts_with("item,orders") && text.contains("item 40,40000"), "{text}");
    assert_eq!(text.lines().count(), 41);
    assert!(bench.bot_messages(&bench.channel).iter().all(|m| m.ephemeral || m.files.is_empty()));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_stopped_and_asked_again() {
    let bench = Bench::start().await;
    let asked = bench.ask("orders by item");
    let taken = bench.take().await;
    let working = asked.answer(SOON, |m| labels(m).contains(&"Stop")).await;
    let pressed = bench.ana.presses(&working, "Stop");
    bench.told(&pressed, "Stopping it").await;
    assert!(bench.scalar::<bool>("SELECT cancel_requested FROM runs").await);
    bench.end(&taken, replies::stopped(taken.lease.run_id)).await;
    let stopped = asked.answer(SOON, |m| words(m).contains("Stopped")).await;
    assert!(!labels(&stopped).contains(&"Stop"));

    let late = bench.ana.presses_old(&stopped, working.rows[0][0].custom_id.as_deref().unwrap());
    bench.told(&late, "ended already").await;

    let retry = bench.ana.presses(&stopped, "Retry");
    bench.say("Forty.").await;
    retry.answer(SOON, |m| words(m).contains("Forty")).await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_again_once_however_often_it_is_pressed() {
    let bench = Bench::start().await;
    let asked = bench.ask("orders by item");
    bench.answer(replies::failed).await;
    let failed = asked.answer(SOON, |m| words(m).contains("does not answer")).await;
    assert_eq!(labels(&failed), ["Retry", "Edit question"]);
    let first = bench.ana.presses(&failed, "Retry");
    let taken = bench.take().await;
    let second = bench.ana.presses(&failed, "Retry");
    bench.told(&second, "asked already").await;
    assert_eq!(taken.question.text, "orders by item");
    bench.end(&taken, replies::table(taken.lease.run_id, 3)).await;
    first.answer(SOON, |m| words(m).contains("3 rows")).await;
    assert_eq!(bench.runs().await, 2);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn thumbs_are_kept_and_the_last_one_counts() {
    let bench = Bench::start().await;
    let answer = with_rows(&bench, 3).await;
    let up = bench.ana.presses(&answer, "👍");
    bench.told(&up, "Thanks!").await;
    let down = bench.ana.presses(&answer, "👎");
    bench.told(&down, "Correct the question").await;
    assert_eq!(bench.scalar::<i64>("SELECT count(*) FROM feedback").await, 1);
    assert_eq!(bench.scalar::<i16>("SELECT rating FROM feedback").await, -1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_corrected_in_a_form() {
    let bench = Bench::start().await;
    let answer = with_rows(&bench, 3).await;
    let form = bench.ana.presses(&answer, "Edit question").modal(SOON).await;
    assert_eq!(
        (form.title.as_str(), form.inputs[0].value.as_str()),
        ("Correct the question", "orders by item")
    );
    let sent = bench.ana.submits(&form, json!({ "Question": "orders by item in 2025" }));
    let taken = bench.take().await;
    assert_eq!((taken.question.text.as_str(), taken.question.ask), ("orders by item in 2025", Ask::Question));
    bench.end(&taken, replies::table(taken.lease.run_id, 2)).await;
    sent.answer(SOON, |m| words(m).contains("2 rows")).await;
    // The same correction again is the same wish; another one is not.
    let again = bench.ana.submits(&form, json!({ "Question": "orders by item in 2025" }));
    bench.told(&again, "asked already").await;
    bench.ana.submits(&form, json!({ "Question": "orders by item in 2024" }));
    bench.say("None.").await;
    bench.sees(&bench.channel, "None.").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_statement_is_corrected_in_a_form() {
    let bench = Bench::start().await;
    let answer = with_rows(&bench, 3).await;
    let shown = turned(&bench, &answer, "Show SQL", "SELECT item").await;
    let form = bench.ana.presses(&shown, "Edit SQL").modal(SOON).await;
    assert_eq!(form.inputs[0].value, "SELECT item, orders FROM items");
    let sent = bench.ana.submits(&form, json!({ "SQL": "SELECT count(*) FROM items" }));
    let taken = bench.take().await;
    assert_eq!((taken.question.text.as_str(), taken.question.ask), ("SELECT count(*) FROM items", Ask::Sql));
    bench.end(&taken, replies::table(taken.lease.run_id, 5)).await;
    sent.answer(SOON, |m| words(m).contains("5 rows") && labels(m).contains(&"Edit SQL")).await;
    bench.discord.assert_clean();
}

/// Everything that changes a question of another's is refused, to the presser alone.
async fn refused(
    bench: &Bench,
    person: &Person,
    message: &SeenMessage,
    button: &str,
    why: &str,
) -> Interaction {
    let pressed = person.presses(message, button);
    bench.told(&pressed, why).await;
    pressed
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_press_is_told_alone_and_nothing_happens() {
    let bench = Bench::start().await;
    let (bob, eve) = (bench.discord.person("Bob"), bench.discord.person("Eve"));
    bench.guild.join(&bob);
    bench.guild.join(&eve);
    // Bob may see answers; Eve may do nothing.
    bench.grant_only(&bench.ana, Role::Analyst).await;
    bench.grant_to(rowcall_shared::store::Grantee::Person(format!("discord:{}", bob.id)), Role::Viewer).await;

    let asked = bench.ask("orders by date");
    bench.answer(|run| replies::asks_back(run, &["order date"])).await;
    let question = asked.answer(SOON, |m| words(m).contains("Which date")).await;
    for person in [&bob, &eve] {
        refused(&bench, person, &question, "order date", "Only the person who asked").await;
        refused(&bench, person, &question, "Edit question", "Only the person who asked").await;
        refused(&bench, person, &question, "Stop", "Only the person who asked").await;
    }
    assert_eq!(bench.runs().await, 1);
    assert!(!bench.scalar::<bool>("SELECT cancel_requested FROM runs").await);

    let answer = with_rows(&bench, 40).await;
    for button in ["Show SQL", "CSV"] {
        let pressed = refused(&bench, &bob, &answer, button, "analyst").await;
        refused(&bench, &eve, &answer, button, "You may not").await;
        assert!(pressed.messages().iter().all(|m| m.files.is_empty()));
    }
    refused(&bench, &eve, &answer, "▶", "You may not see").await;
    refused(&bench, &eve, &answer, "👎", "You may not see").await;
    assert_eq!(bench.scalar::<i64>("SELECT count(*) FROM feedback").await, 0);
    // What Bob may, works: the message is everyone's.
    bob.presses(&answer, "▶");
    bench.sees(&bench.channel, "Rows 16–30").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_of_another_time_are_answered_in_words() {
    let bench = Bench::start().await;
    let answer = with_rows(&bench, 3).await;
    let forgotten = rowcall_core::RunId::new().0.simple().to_string();
    let looks = [
        format!("v:{forgotten}:0:b:0"),
        format!("a:{forgotten}"),
        format!("q:{forgotten}"),
        format!("f:{forgotten}"),
    ];
    for said in looks.iter().map(String::as_str).chain(["", "rowcall/v0/next"]) {
        let pressed = bench.ana.presses_old(&answer, said);
        bench.told(&pressed, "older message").await;
        assert!(!pressed.failed(), "{said}");
    }
    assert_eq!(bench.runs().await, 1);
    bench.discord.assert_clean();
}
