//! The desk on a real store: who may do what with a question, a button, a command.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::*;
use rowcall_core::{Ask, FailureCode, Role, RunState, texts};
use rowcall_frontend::{Change, Command, Press, Pressed, Shape, View};
use rowcall_shared::store::{Grant, Grantee};

#[tokio::test]
async fn nobody_may_ask_until_somebody_says_so_and_is_told_how() {
    let bench = Bench::start().await;
    let ada = person("1");
    let refusal = bench.desk.ask(question(&ada, "e1", "how many orders?")).await.unwrap_err();
    assert_eq!(refusal.failure.code, FailureCode::NotAllowed);
    insta::assert_snapshot!(refusal.failure.to_string());
    bench.grant(&ada, Role::Viewer).await;
    bench.desk.ask(question(&ada, "e1", "how many orders?")).await.unwrap();
    // A viewer asks, and neither writes nor sees statements.
    for ask in [Ask::Sql, Ask::ShowSql] {
        let mut inbound = question(&ada, "e2", "select 1");
        inbound.ask = ask;
        assert_eq!(bench.desk.ask(inbound).await.unwrap_err().failure.code, FailureCode::NotAllowed);
    }
}

#[tokio::test]
async fn the_same_event_is_one_run_even_when_it_would_be_refused_now() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Viewer).await;
    let first = bench.desk.ask(question(&ada, "e1", "how many orders?")).await.unwrap();
    assert!(!first.duplicate);
    sqlx::query("DELETE FROM grants").execute(bench.store.pool()).await.unwrap();
    let second = bench.desk.ask(question(&ada, "e1", "how many orders?")).await.unwrap();
    assert!(second.duplicate && second.run_id == first.run_id);
}

#[tokio::test]
async fn a_source_is_asked_only_where_it_is_bound() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Viewer).await;
    bench.store.bind_source("shop", "discord:elsewhere").await.unwrap();
    let refusal = bench.desk.ask(question(&ada, "e1", "orders")).await.unwrap_err();
    assert!(refusal.failure.why.contains("bound"), "{refusal}");
    assert!(bench.desk.suggest_sources(&ada, "", 9).await.is_empty());
    bench.store.bind_source("shop", "discord:channel").await.unwrap();
    bench.desk.ask(question(&ada, "e1", "orders")).await.unwrap();
    assert_eq!(bench.desk.suggest_sources(&ada, "SH", 9).await, ["shop"]);
}

#[tokio::test]
async fn quotas_say_how_many_and_when_to_come_back() {
    let bench = Bench::with_limits(|limits| {
        limits.person_per_minute = 2;
        limits.place_per_minute = 3;
    })
    .await;
    let (ada, ben) = (person("1"), person("2"));
    bench.grant(&ada, Role::Viewer).await;
    bench.grant(&ben, Role::Viewer).await;
    bench.desk.ask(question(&ada, "e1", "a")).await.unwrap();
    bench.desk.ask(question(&ada, "e2", "b")).await.unwrap();
    let refusal = bench.desk.ask(question(&ada, "e3", "c")).await.unwrap_err();
    assert_eq!(refusal.failure.code, FailureCode::TooManyQuestions);
    assert!(refusal.failure.what.contains("You asked 2 questions in the last minute"), "{refusal}");
    bench.desk.ask(question(&ben, "e4", "d")).await.unwrap();
    let refusal = bench.desk.ask(question(&ben, "e5", "e")).await.unwrap_err();
    assert!(refusal.failure.what.starts_with("People here asked 3"), "{refusal}");
    // The console decides for itself.
    let local = rowcall_core::Actor::local(rowcall_core::Platform::Console, "me", chrono::Utc::now());
    bench.desk.ask(question(&local, "e6", "f")).await.unwrap();
}

#[tokio::test]
async fn a_full_queue_says_so() {
    let bench = Bench::with_limits(|limits| limits.queue = 1).await;
    let ada = person("1");
    bench.grant(&ada, Role::Viewer).await;
    bench.desk.ask(question(&ada, "e1", "a")).await.unwrap();
    let refusal = bench.desk.ask(question(&ada, "e2", "b")).await.unwrap_err();
    assert_eq!(refusal.failure.code, FailureCode::QueueFull);
}

#[tokio::test]
async fn a_message_that_is_too_long_is_refused_whole() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Viewer).await;
    let refusal = bench.desk.ask(question(&ada, "e1", &"x".repeat(4096))).await.unwrap_err();
    assert_eq!(refusal.failure.code, FailureCode::QuestionTooLong);
}

#[tokio::test]
async fn not_even_an_administrator_sees_another_persons_private_answer() {
    let bench = Bench::start().await;
    let (ada, admin) = (person("1"), person("2"));
    bench.grant(&ada, Role::Analyst).await;
    bench.grant(&admin, Role::Admin).await;
    bench.grant(&admin, Role::Analyst).await;
    let mut inbound = question(&ada, "e1", "orders by month");
    inbound.private = true;
    let run = bench.answered(inbound, table).await;
    let every = [
        Press::Look(run, View::default()),
        Press::Look(run, View { sql: true, ..View::default() }),
        Press::Csv(run),
        Press::Stop(run),
        Press::Rate(run, true),
        Press::Choose(run, 0),
        Press::Retry(run),
        Press::Run(run),
        Press::EditQuestion(run),
        Press::EditSql(run),
    ];
    for press in every {
        let refusal = bench.press(&admin, press).await.unwrap_err();
        assert_eq!(refusal.failure.code, FailureCode::NotAllowed, "{press}");
    }
    assert!(matches!(bench.press(&ada, every[0]).await, Ok(Pressed::Redraw(_))));
    // From the direct message to which the answer went, too: the roles are of the place where it was asked.
    let direct = in_direct(&ada);
    assert!(matches!(bench.press(&direct, every[1]).await, Ok(Pressed::Redraw(_))));
    let Pressed::File(file) = bench.press(&direct, Press::Csv(run)).await.unwrap() else { panic!() };
    assert!(file.private && file.bytes.starts_with(b"month,orders\r\n"));
}

#[tokio::test]
async fn a_source_made_private_closes_the_answers_that_were_open() {
    let bench = Bench::start().await;
    let (ada, ben) = (person("1"), person("2"));
    bench.grant(&ada, Role::Viewer).await;
    bench.grant(&ben, Role::Viewer).await;
    let run = bench.answered(question(&ada, "e1", "orders"), table).await;
    let look = Press::Look(run, View::default());
    assert!(bench.press(&ben, look).await.is_ok());
    bench.store.set_private_results("shop", true).await.unwrap();
    assert!(bench.press(&ben, look).await.is_err());
    assert!(bench.desk.is_private(&ada, None).await.unwrap());
}

#[tokio::test]
async fn presses_follow_the_role_of_whoever_presses() {
    let bench = Bench::start().await;
    let (ada, ben, stranger) = (person("1"), person("2"), person("3"));
    bench.grant(&ada, Role::Viewer).await;
    bench.grant(&ben, Role::Analyst).await;
    let run = bench.answered(question(&ada, "e1", "orders by month"), table).await;
    let sql = Press::Look(run, View { sql: true, shape: Shape::Table, page: 0 });
    // The asker is a viewer: no statement. A colleague who is an analyst sees it.
    assert!(bench.press(&ada, sql).await.is_err());
    let Pressed::Redraw(card) = bench.press(&ben, sql).await.unwrap() else { panic!() };
    assert!(card.sql.is_some() && card.table.is_some());
    assert_eq!(card.footer.as_deref().unwrap().split(" · ").next(), Some("shop"));
    // Another person's question is neither stopped nor corrected.
    for press in [Press::Stop(run), Press::Retry(run), Press::EditQuestion(run)] {
        assert!(
            bench.press(&ben, press).await.unwrap_err().failure.why.contains("Only the person who asked")
        );
    }
    assert!(bench.press(&stranger, Press::Look(run, View::default())).await.is_err());
    // The same run, pressed in another channel: a forged button.
    let mut away = ben.clone();
    away.room.channel = "another".into();
    assert!(bench.press(&away, Press::Look(run, View::default())).await.is_err());
}

#[tokio::test]
async fn forged_and_old_buttons_do_nothing() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Admin).await;
    let unknown = Press::Look(rowcall_core::RunId::new(), View::default()).to_string();
    for press in ["", "zz", "v:1:0:b:0", &unknown] {
        let refusal = bench.desk.press(&ada, press, &LOOK).await.unwrap_err();
        assert_eq!(refusal.failure.code, FailureCode::OldButton, "{press}");
    }
    let run = bench.answered(question(&ada, "e1", "orders"), table).await;
    let refusal = bench.press(&ada, Press::Choose(run, 7)).await.unwrap_err();
    assert_eq!(refusal.failure.code, FailureCode::OldButton);
    assert!(bench.desk.submit(&ada, Press::Csv(run), "x", &LOOK).await.is_err());
}

#[tokio::test]
async fn a_button_pressed_too_early_says_that_it_is_worked_on() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Analyst).await;
    let run = bench.desk.ask(question(&ada, "e1", "orders")).await.unwrap().run_id;
    for press in
        [Press::Look(run, View::default()), Press::Csv(run), Press::Rate(run, true), Press::Retry(run)]
    {
        let Pressed::Note(note) = bench.press(&ada, press).await.unwrap() else { panic!("{press}") };
        assert_eq!(note, texts::chat::still_working());
    }
    let Pressed::Note(note) = bench.press(&ada, Press::Stop(run)).await.unwrap() else { panic!() };
    assert_eq!(note, texts::chat::stopping());
}

#[tokio::test]
async fn a_question_back_is_answered_once() {
    let bench = Bench::start().await;
    let (ada, ben) = (person("1"), person("2"));
    bench.grant(&ada, Role::Viewer).await;
    bench.grant(&ben, Role::Viewer).await;
    let run = bench.answered(question(&ada, "e1", "orders by date"), asks_back).await;
    assert!(bench.press(&ben, Press::Choose(run, 0)).await.is_err(), "it was not asked of them");
    let Pressed::Ask(first) = bench.press(&ada, Press::Choose(run, 1)).await.unwrap() else { panic!() };
    assert_eq!((first.text.as_str(), first.source.as_str()), ("orders by shipping date", "shop"));
    let mut inbound = question(&ada, &first.dedup_key, &first.text);
    inbound.source = Some(first.source);
    let accepted = bench.desk.ask(inbound.clone()).await.unwrap();
    assert!(!accepted.duplicate);
    let Pressed::Note(note) = bench.press(&ada, Press::Choose(run, 0)).await.unwrap() else { panic!() };
    assert_eq!(note, texts::chat::already_answered());
    // Two presses at the same moment: both are let through, and are the same event.
    assert!(bench.desk.ask(inbound).await.unwrap().duplicate);
}

#[tokio::test]
async fn corrections_and_retries_are_events_of_their_own() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Analyst).await;
    let run = bench.answered(question(&ada, "e1", "orders by month"), table).await;
    let Pressed::Form(form) = bench.press(&ada, Press::EditSql(run)).await.unwrap() else { panic!() };
    assert_eq!(form.value, "SELECT month, orders FROM t");
    assert!(form.title.chars().count() <= 45 && form.label.chars().count() <= 45);
    let sent = async |text: &str| match bench.desk.submit(&ada, form.press, text, &LOOK).await.unwrap() {
        Pressed::Ask(again) => again,
        other => panic!("{other:?}"),
    };
    let (one, same, other) = (sent("SELECT 1").await, sent("SELECT 1").await, sent("SELECT 2").await);
    assert_eq!(one, same);
    assert!(one.dedup_key != other.dedup_key && one.ask == Ask::Sql);
    let Pressed::Form(form) = bench.press(&ada, Press::EditQuestion(run)).await.unwrap() else { panic!() };
    assert_eq!(form.value, "orders by month");
    let Pressed::Ask(again) = bench.press(&ada, Press::Retry(run)).await.unwrap() else { panic!() };
    assert_eq!((again.ask, again.text.as_str()), (Ask::Question, "orders by month"));
}

#[tokio::test]
async fn thumbs_are_kept_once_for_each_person() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Viewer).await;
    let run = bench.answered(question(&ada, "e1", "orders"), table).await;
    for up in [true, false] {
        bench.press(&ada, Press::Rate(run, up)).await.unwrap();
    }
    let kept: Vec<i16> =
        sqlx::query_scalar("SELECT rating FROM feedback").fetch_all(bench.store.pool()).await.unwrap();
    assert_eq!(kept, [-1]);
}

#[tokio::test]
async fn commands_answer_for_who_asks_and_where() {
    let bench = Bench::start().await;
    let (ada, admin) = (person("1"), person("2"));
    bench.grant(&admin, Role::Admin).await;
    let text =
        async |actor: &rowcall_core::Actor, command| bench.desk.command(actor, command, &LOOK).await.text;
    assert!(text(&ada, Command::Sources).await.contains("rowcall access grant viewer --person discord:1"));
    bench.grant(&ada, Role::Viewer).await;
    assert_eq!(text(&ada, Command::Sources).await, "shop · asked when you name none");
    assert!(text(&ada, Command::Runs).await.starts_with("You asked nothing"));
    bench.desk.ask(question(&ada, "e1", "how many orders?")).await.unwrap();
    let runs = text(&ada, Command::Runs).await;
    assert!(runs.starts_with("how many orders?\nwaiting · shop · just now · run "), "{runs}");
    // Another server is another place; a direct message shows all of one's own, and nobody else's.
    let mut away = ada.clone();
    away.room.space = Some("another".into());
    assert!(text(&away, Command::Runs).await.starts_with("You asked nothing"));
    let direct = in_direct(&ada);
    assert_eq!(text(&direct, Command::Runs).await, runs);
    assert!(text(&admin, Command::Runs).await.starts_with("You asked nothing"));
    assert_eq!(bench.desk.suggest_questions(&ada, "ORDERS", 5).await, ["how many orders?"]);
    assert!(bench.desk.suggest_questions(&admin, "", 5).await.is_empty());

    assert!(text(&ada, Command::Unknown("aks".into())).await.contains("Did you mean /ask?"));
    assert!(text(&ada, Command::Deliveries).await.contains("may not see"));
    assert!(text(&admin, Command::Deliveries).await.contains("Every answer arrived"));
}

#[tokio::test]
async fn settings_of_a_place_need_an_administrator_and_ones_own_do_not() {
    let bench = Bench::start().await;
    let (ada, admin) = (person("1"), person("2"));
    bench.grant(&ada, Role::Viewer).await;
    bench.grant(&admin, Role::Admin).await;
    bench.store.put_source("support", "env:SUPPORT", &serde_json::json!({})).await.unwrap();
    let change = |change| Command::Settings(Some(change));
    let to_support = Change::Source(Some("support".into()));
    let card = bench.desk.command(&ada, change(to_support.clone()), &LOOK).await;
    assert!(card.text.contains("You may not change"), "{}", card.text);
    let card = bench.desk.command(&admin, change(to_support), &LOOK).await;
    assert!(card.text.contains("support (set here)"), "{}", card.text);
    let card = bench.desk.command(&admin, change(Change::Source(Some("nothing".into()))), &LOOK).await;
    assert!(card.text.contains("no source named \"nothing\""), "{}", card.text);
    let run = bench.desk.ask(question(&ada, "e1", "tickets")).await.unwrap().run_id;
    assert_eq!(bench.store.run_source(run).await.unwrap().unwrap().0, "support");

    let Pressed::Redraw(card) = bench.press(&ada, Press::Private(true)).await.unwrap() else { panic!() };
    assert!(card.text.contains("for you alone"), "{}", card.text);
    assert!(bench.desk.is_private(&ada, None).await.unwrap());
    let run = bench.desk.ask(question(&ada, "e2", "tickets")).await.unwrap().run_id;
    assert!(bench.store.asked_run(run).await.unwrap().unwrap().private);
}

#[tokio::test]
async fn two_accounts_are_linked_when_both_have_seen_the_other() {
    let bench = Bench::start().await;
    let (here, there) = (person("1"), in_telegram("77"));
    bench.grant(&here, Role::Viewer).await;
    let run = bench.answered(question(&here, "e1", "orders"), table).await;
    assert!(bench.press(&there, Press::Look(run, View::default())).await.is_err());
    let card = bench.desk.command(&here, Command::Link(None), &LOOK).await;
    let code = card.text.split(' ').nth(3).unwrap().trim_end_matches('.').to_owned();
    let card = bench.desk.command(&there, Command::Link(Some(code)), &LOOK).await;
    assert!(card.text.contains("person 1 on discord"), "{}", card.text);
    let Pressed::Redraw(card) = bench.press(&there, Press::LinkConfirm).await.unwrap() else { panic!() };
    assert!(card.text.starts_with("Confirmed here"), "{}", card.text);
    let Pressed::Redraw(card) = bench.press(&here, Press::LinkConfirm).await.unwrap() else { panic!() };
    assert!(card.text.contains("entered your code"), "{}", card.text);
    let Pressed::Redraw(card) = bench.press(&here, Press::LinkConfirm).await.unwrap() else { panic!() };
    assert!(card.text.starts_with("Linked"), "{}", card.text);
    // One person now: their run, their role.
    assert!(matches!(bench.press(&there, Press::Look(run, View::default())).await, Ok(Pressed::Redraw(_))));
}

#[tokio::test]
async fn a_card_is_drawn_with_what_the_store_has() {
    let bench = Bench::start().await;
    let ada = person("1");
    bench.grant(&ada, Role::Viewer).await;
    let run = bench.answered(question(&ada, "e1", "orders by month"), table).await;
    let reply = bench.store.asked_run(run).await.unwrap().unwrap().reply.unwrap();
    assert_eq!(reply.state, RunState::Succeeded);
    let card = bench.desk.card(&reply, "orders by month", View::default(), &LOOK).await;
    assert!(card.table.is_some() && card.footer.unwrap().starts_with("shop · "));
}

#[tokio::test]
async fn a_role_of_the_platform_counts_in_its_own_server_alone() {
    let bench = Bench::start().await;
    let mut ada = person("1");
    ada.roles = vec!["staff".into()];
    let grantee = Grantee::PlatformRole("discord:guild:staff".into());
    let grant = Grant { grantee, role: Role::Viewer, source: Some("shop".into()), place: None };
    bench.store.grant(&grant, "test").await.unwrap();
    bench.desk.ask(question(&ada, "e1", "orders")).await.unwrap();
    ada.room.space = Some("another".into());
    assert!(bench.desk.ask(question(&ada, "e2", "orders")).await.is_err());
}

#[tokio::test]
async fn words_are_listed_and_forgotten_by_those_who_may() {
    let bench = Bench::start().await;
    let (ada, bob) = (person("1"), person("2"));
    bench.grant(&ada, Role::Analyst).await;
    bench.grant(&bob, Role::Viewer).await;
    let text =
        async |actor: &rowcall_core::Actor, command| bench.desk.command(actor, command, &LOOK).await.text;
    assert!(text(&bob, Command::Glossary).await.contains("/define revenue"));
    bench.store.define("shop", "big order", "orders over 500", "SELECT 1", "discord:1").await.unwrap();
    assert_eq!(text(&bob, Command::Glossary).await, "big order = orders over 500");
    assert!(text(&person("3"), Command::Glossary).await.contains("You may not"));
    assert!(text(&bob, Command::Forget("big order".into())).await.contains("may not define"));
    assert!(text(&ada, Command::Forget("Big  Order".into())).await.contains("not defined any more"));
    assert!(text(&ada, Command::Forget("big order".into())).await.contains("was not defined"));
}
