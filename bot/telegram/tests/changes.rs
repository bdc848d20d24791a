//! Changes on Telegram: cards, buttons, replies to forms, the inbox.

use crate::common::{Bench, SOON, changes, count};
use rowcall_core::{Role, TicketState};
use rowcall_shared::store::Ticket;
use rowcall_standins::telegram::{CallbackAnswer, Chat, Message, Person};
use serde_json::json;
use std::time::Duration;

/// Ann is an editor, Bob and Cleo approve; all are in a group.
struct Scene {
    bench: Bench,
    ann: Person,
    bob: Person,
    cleo: Person,
    group: Chat,
}

impl Scene {
    async fn start() -> Self {
        let bench = Bench::start_with(|setup| setup.everybody = None).await;
        let [ann, bob, cleo] = ["Ann", "Bob", "Cleo"].map(|name| bench.telegram.person(name));
        bench.grant(&ann, Role::Editor).await;
        bench.grant(&bob, Role::Approver).await;
        bench.grant(&cleo, Role::Approver).await;
        let group = bench.telegram.supergroup("Shop", &[&ann, &bob, &cleo]);
        Self { bench, ann, bob, cleo, group }
    }

    /// Ann asks for a change that touches so many rows; its card stands.
    async fn asks(&self, rows: u64) -> (Ticket, Message) {
        let runs = self.bench.runs().await.len();
        self.ann.says(&self.group, "/ask ship the orders of Lee");
        let run = self.bench.run(runs + 1).await;
        let ticket = self.bench.open(run, &changes::change(rows)).await;
        let id = ticket.id.short();
        let fits = |m: &Message| m.text().contains(&id) && m.text().contains("waits for approval");
        let card = self.group.wait_for(SOON, fits).await;
        (ticket, card)
    }

    async fn told(&self, person: &Person, card: &Message, button: &str, text: &str) -> CallbackAnswer {
        let told = self.bench.press(person, card, button).await;
        assert!(told.text.contains(text), "{button}: {told:?}");
        told
    }

    /// The card says that, in the same message.
    async fn says(&self, chat: &Chat, card: &Message, text: &str) -> Message {
        let shown = chat.wait_for(SOON, |m| m.key == card.key && m.text().contains(text)).await;
        assert_eq!(shown.key, card.key);
        shown
    }

    /// Somebody answers the form that a button opened.
    async fn fills_in(&self, person: &Person, card: &Message, button: &str, prompt: &str, text: &str) {
        person.presses(card.key, button);
        let fits = |m: &Message| m.text().contains("Reply to this message") && m.text().contains(prompt);
        let form = self.group.wait_for(SOON, fits).await;
        person.writes(&self.group, text).reply_to(form.key).send();
    }

    async fn state(&self, ticket: &Ticket) -> TicketState {
        self.bench.store.ticket(ticket.id).await.unwrap().unwrap().state
    }

    async fn delivered(&self) {
        for _ in 0..800 {
            let all: Option<bool> = sqlx::query_scalar("SELECT bool_and(state = 'delivered') FROM outbox")
                .fetch_one(self.bench.store.pool())
                .await
                .unwrap();
            if all == Some(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not everything was delivered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_change_is_confirmed_by_its_requester_runs_and_is_done() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let (ticket, card) = scene.asks(2).await;
    assert_eq!(card.labels(), ["Confirm", "Reject", "Ask for a change", "Comment", "Take back", "Rows"]);
    let told = scene.told(&scene.bob, &card, "Confirm", "leaves that to Ann").await;
    assert!(told.alert && told.text.chars().count() <= 200, "{told:?}");
    scene.told(&scene.ann, &card, "Confirm", "It runs now").await;
    let approved = scene.says(&scene.group, &card, "approved").await;
    assert!(!approved.labels().contains(&"Confirm".to_owned()));
    changes::execute(&bench.store, ticket.id, 2).await;
    let done = scene.says(&scene.group, &card, "2 rows were changed").await;
    assert_eq!(done.labels(), ["Undo"]);
    assert_eq!(scene.group.from_bot().len(), 1);
    insta::assert_snapshot!("confirmed", changes::redact(&scene.group.transcript()));
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_decision_settles_all_copies() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let approvals = bench.telegram.supergroup("Approvals", &[&scene.bob, &scene.cleo]);
    let mut rules = changes::approvers(2);
    rules["announce"] = json!([format!("telegram:{}", approvals.id())]);
    changes::set_rules(&bench.store, rules).await;
    let (ticket, card) = scene.asks(3).await;
    let copy = approvals.wait_for_text(SOON, "waits for approval").await;
    scene.told(&scene.ann, &card, "Approve", "cannot approve your own change").await;
    scene.told(&scene.bob, &copy, "Approve", "1 of 2").await;
    scene.says(&scene.group, &card, "Bob approves").await;
    scene.told(&scene.cleo, &card, "Approve", "It runs now").await;
    scene.says(&approvals, &copy, "Approved by Cleo").await;
    changes::execute(&bench.store, ticket.id, 3).await;
    for (chat, message) in [(&scene.group, &card), (&approvals, &copy)] {
        assert_eq!(scene.says(chat, message, "3 rows were changed").await.labels(), ["Undo"]);
    }
    assert_eq!(approvals.from_bot().len(), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_comes_with_its_reason_as_a_reply() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (ticket, card) = scene.asks(3).await;
    scene.told(&scene.ann, &card, "Reject", "needs the role approver").await;
    scene.fills_in(&scene.bob, &card, "Reject", "the reason", "They are <b>not</b> paid, @everyone").await;
    let rejected = scene.says(&scene.group, &card, "Rejected by Bob").await;
    assert!(rejected.labels().is_empty() && rejected.text().contains("<b>not<"), "{}", rejected.text());
    scene.group.wait_for_text(SOON, "Rejected. It will not run").await;
    assert_eq!(scene.state(&ticket).await, TicketState::Rejected);
    insta::assert_snapshot!("rejected", changes::redact(&scene.group.transcript()));
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_of_another_time_and_made_up_ones_say_what_happened() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let (first, card) = scene.asks(2).await;
    let confirm = card.buttons().next().unwrap().data.clone().unwrap();
    let second = changes::replace(&bench.store, &first, &changes::change(2)).await;
    let stale = scene.says(&scene.group, &card, "out of date").await;
    assert!(stale.labels().is_empty());
    let newer =
        scene.group.wait_for(SOON, |m| m.key != card.key && m.text().contains("waits for approval")).await;
    let press = async |person: &Person, data: &str| {
        let query = person.presses_old(card.key, data);
        bench.telegram.wait_for_answer(&query, SOON).await
    };
    let told = press(&scene.ann, &confirm).await;
    assert!(told.text.contains(&format!("Its new card is change {}", second.id.short())), "{told:?}");
    let mark = hex::encode(second.fingerprint.mark().0);
    let other = rowcall_core::TicketId::new().0.simple().to_string();
    for (data, text) in [
        (format!("A:{}:{}", second.id.0.simple(), "0".repeat(24)), "another card"),
        (format!("A:{other}:{mark}"), "no such change"),
        (format!("A:{other}"), "older message"),
    ] {
        let told = press(&scene.ann, &data).await;
        assert!(told.alert && told.text.contains(text), "{data}: {told:?}");
    }
    // In a group that has nothing to do with it.
    let elsewhere = bench.telegram.supergroup("Elsewhere", &[&scene.bob]);
    scene.bob.says(&elsewhere, "/help");
    let help = elsewhere.wait_for_text(SOON, "Ask in plain English").await;
    let query = scene.bob.presses_old(help.key, &format!("R:{}:{mark}", second.id.0.simple()));
    let told = bench.telegram.wait_for_answer(&query, SOON).await;
    assert!(told.text.contains("another place"), "{told:?}");
    assert_eq!(scene.state(&second).await, TicketState::Pending);
    // Nobody decides in time.
    sqlx::query("UPDATE tickets SET expires_at = now() - interval '1 second' WHERE state = 'pending'")
        .execute(bench.store.pool())
        .await
        .unwrap();
    scene.told(&scene.ann, &newer, "Confirm", "Too late, this did not count. Expired.").await;
    assert!(scene.says(&scene.group, &newer, "Nobody decided in time").await.labels().is_empty());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_approvers_at_once_one_is_first_and_the_other_is_told() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (ticket, card) = scene.asks(3).await;
    let (bob, cleo) = (scene.bob.presses(card.key, "Approve"), scene.cleo.presses(card.key, "Approve"));
    let both = [
        bench.telegram.wait_for_answer(&bob, SOON).await.text,
        bench.telegram.wait_for_answer(&cleo, SOON).await.text,
    ];
    assert_eq!(both.iter().filter(|text| text.contains("It runs now")).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|text| text.contains("Too late")).count(), 1, "{both:?}");
    assert_eq!(scene.state(&ticket).await, TicketState::Approved);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_with_an_unknown_impact_takes_a_number_and_a_reason() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(2)).await;
    scene.ann.says(&scene.group, "/ask ship everything");
    let run = bench.run(1).await;
    let ticket = bench.open(run, &changes::unmeasured()).await;
    let card = scene.group.wait_for_text(SOON, "Nobody knows how many rows").await;
    scene.fills_in(&scene.bob, &card, "Approve", "the most rows", "some").await;
    scene.group.wait_for_text(SOON, "begin with a number").await;
    scene.fills_in(&scene.cleo, &card, "Emergency", "the emergency", "300 the shop is down").await;
    scene.group.wait_for_text(SOON, "without its approvals").await;
    scene.says(&scene.group, &card, "EMERGENCY: Cleo let it run").await;
    let kept = bench.store.ticket(ticket.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.row_cap), (TicketState::Approved, Some(300)));
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_opens_a_change_in_private_and_keeps_it_true() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(2)).await;
    let (_, card) = scene.asks(3).await;
    let chat = scene.bob.private_chat();
    scene.bob.says(&chat, "/approvals");
    let inbox = chat.wait_for_text(SOON, "ship the orders of Lee").await;
    assert!(inbox.text().contains("asked for by Ann"), "{}", inbox.text());
    scene.bob.presses(inbox.key, "1: shop.orders");
    let own = chat.wait_for_text(SOON, "waits for approval").await;
    scene.told(&scene.bob, &own, "Approve", "1 of 2").await;
    scene.says(&chat, &own, "Bob approves").await;
    scene.told(&scene.cleo, &card, "Approve", "It runs now").await;
    let settled = scene.says(&chat, &own, "Approved by Cleo").await;
    assert!(!settled.labels().contains(&"Approve".to_owned()));
    insta::assert_snapshot!("inbox", changes::redact(&chat.transcript()));
    // What they took away stays away.
    scene.bob.deletes(own.key);
    scene.told(&scene.ann, &card, "Take back", "Taken back").await;
    scene.says(&scene.group, &card, "Taken back by Ann").await;
    scene.delivered().await;
    assert_eq!(count(&chat, "Taken back"), 0);
    // A command in a group is answered in private.
    scene.cleo.starts_bot();
    scene.cleo.says(&scene.group, "/approvals");
    scene.cleo.private_chat().wait_for_text(SOON, "No change waits").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_reminded_below_the_card() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (_, card) = scene.asks(3).await;
    scene.delivered().await;
    sqlx::query("UPDATE tickets SET remind_at = now() - interval '1 second'")
        .execute(bench.store.pool())
        .await
        .unwrap();
    assert_eq!(bench.store.remind_of_tickets(10).await.unwrap().len(), 1);
    let reminder = scene.group.wait_for_text(SOON, "This still waits for a decision").await;
    assert_eq!(reminder.reply_to, Some(card.key.id));
    bench.telegram.assert_clean();
}
