//! Changes on Discord: cards, buttons, forms, the inbox, and who may do what with them.

use crate::common::{Bench, SOON, changes, labels, words};
use rowcall_core::{Actor, Platform, Role, Room, TicketState};
use rowcall_discord::MessageContent;
use rowcall_shared::store::{Grantee, Ticket};
use rowcall_standins::{
    discord::{Channel, Interaction, Person, SeenMessage, Settings},
    faults::{Fault, Rule},
};
use serde_json::json;
use std::time::Duration;

/// Ana is an editor, Bob and Cleo approve, Dan may look.
struct Scene {
    bench: Bench,
    bob: Person,
    cleo: Person,
    dan: Person,
}

impl Scene {
    async fn start() -> Self {
        Self::of(Bench::start().await).await
    }

    async fn of(bench: Bench) -> Self {
        let [bob, cleo, dan] = ["Bob", "Cleo", "Dan"].map(|name| {
            let person = bench.discord.person(name);
            bench.guild.join(&person);
            person
        });
        bench.grant_only(&bench.ana, Role::Editor).await;
        for (person, role) in [(&bob, Role::Approver), (&cleo, Role::Approver), (&dan, Role::Analyst)] {
            bench.grant_to(Grantee::Person(format!("discord:{}", person.id)), role).await;
        }
        Self { bench, bob, cleo, dan }
    }

    /// Ana asks for a change that touches so many rows; its card stands.
    async fn asks(&self, rows: u64) -> (Ticket, SeenMessage) {
        let asked = self.bench.ask("ship the orders of Lee");
        let ticket = self.bench.open(&changes::change(rows)).await;
        let card = asked.answer(SOON, |m| words(m).contains("waits for approval")).await;
        (ticket, card)
    }

    /// Somebody presses, and is told that alone.
    async fn told(&self, person: &Person, card: &SeenMessage, button: &str, text: &str) -> Interaction {
        let pressed = person.presses(card, button);
        self.bench.told(&pressed, text).await;
        pressed
    }

    /// The card says that, wherever it is seen.
    async fn says(&self, channel: &Channel, card: &SeenMessage, text: &str) -> SeenMessage {
        let shown = self.bench.sees(channel, text).await;
        assert_eq!(shown.id, card.id, "the same message changes: {}", words(&shown));
        shown
    }

    async fn state(&self, ticket: &Ticket) -> TicketState {
        self.bench.store.ticket(ticket.id).await.unwrap().unwrap().state
    }

    fn transcript(&self, person: &Person, channel: &Channel) -> String {
        changes::redact(&self.bench.discord.transcript(channel, person).replace("  (edited)\n", ""))
    }

    /// Another channel in which every card is posted too.
    async fn announced(&self, rules: serde_json::Value) -> Channel {
        let channel = self.bench.guild.channel("approvals");
        let mut rules = rules;
        rules["announce"] = json!([format!("discord:{}", channel.id)]);
        changes::set_rules(&self.bench.store, rules).await;
        channel
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_change_is_confirmed_by_its_requester_runs_and_is_done() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let (ticket, card) = scene.asks(2).await;
    assert_eq!(labels(&card), ["Confirm", "Reject", "Ask for a change", "Comment", "Take back", "Rows"]);
    // Somebody else's word is not what its rule asks for.
    scene.told(&scene.bob, &card, "Confirm", "leaves that to Ana").await;
    scene.told(&bench.ana, &card, "Confirm", "It runs now").await;
    let approved = scene.says(&bench.channel, &card, "approved").await;
    assert!(!labels(&approved).contains(&"Confirm"));
    changes::execute(&bench.store, ticket.id, 2).await;
    let done = scene.says(&bench.channel, &card, "2 rows were changed").await;
    assert_eq!(labels(&done), ["Undo"]);
    insta::assert_snapshot!("confirmed", scene.transcript(&bench.ana, &bench.channel));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_decision_settles_all_copies_and_names_who_decided() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let approvals = scene.announced(changes::approvers(2)).await;
    let (ticket, card) = scene.asks(3).await;
    let copy = bench.sees(&approvals, "waits for approval").await;
    assert_eq!(labels(&copy), labels(&card));
    scene.told(&bench.ana, &card, "Approve", "cannot approve your own change").await;
    scene.told(&scene.dan, &copy, "Approve", "needs the role approver").await;
    scene.told(&scene.bob, &copy, "Approve", "1 of 2").await;
    scene.says(&bench.channel, &card, "Bob approves").await;
    scene.says(&approvals, &copy, "1 of 2 so far").await;
    scene.told(&scene.bob, &card, "Approve", "You said so already").await;
    scene.told(&scene.cleo, &card, "Approve", "It runs now").await;
    scene.says(&approvals, &copy, "Approved by Cleo").await;
    scene.says(&bench.channel, &card, "Approved by Cleo").await;
    changes::execute(&bench.store, ticket.id, 3).await;
    for (channel, message) in [(&approvals, &copy), (&bench.channel, &card)] {
        let done = scene.says(channel, message, "3 rows were changed").await;
        assert_eq!(labels(&done), ["Undo"]);
    }
    assert_eq!(bench.bot_messages(&approvals).len(), 1);
    insta::assert_snapshot!("announced", scene.transcript(&bench.ana, &approvals));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_comes_with_its_reason() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (ticket, card) = scene.asks(3).await;
    scene.told(&scene.dan, &card, "Reject", "needs the role approver").await;
    let form = scene.bob.presses(&card, "Reject").modal(SOON).await;
    assert_eq!((form.title.as_str(), form.inputs[0].label.as_str()), ("Reject the change", "Why not?"));
    let sent = scene.bob.submits(&form, json!({ "Why not?": "They are **not** paid, @everyone." }));
    bench.told(&sent, "Rejected").await;
    let rejected = scene.says(&bench.channel, &card, "Rejected by Bob").await;
    assert!(labels(&rejected).is_empty() && words(&rejected).contains("not"));
    assert_eq!(scene.state(&ticket).await, TicketState::Rejected);
    // A form that was open meanwhile is answered too.
    let late = scene.cleo.submits(&form, json!({ "Why not?": "" }));
    bench.told(&late, "Too late").await;
    insta::assert_snapshot!("rejected", scene.transcript(&bench.ana, &bench.channel));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_approvers_at_once_one_is_first_and_the_other_is_told() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (ticket, card) = scene.asks(3).await;
    let (bob, cleo) = (scene.bob.presses(&card, "Approve"), scene.cleo.presses(&card, "Approve"));
    let said = async |pressed: &Interaction| words(&bench.told(pressed, "").await);
    let both = [said(&bob).await, said(&cleo).await];
    assert_eq!(both.iter().filter(|text| text.contains("It runs now")).count(), 1, "{both:?}");
    assert_eq!(both.iter().filter(|text| text.contains("Too late")).count(), 1, "{both:?}");
    assert_eq!(scene.state(&ticket).await, TicketState::Approved);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_of_another_time_say_what_happened() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let (first, card) = scene.asks(2).await;
    let confirm = card.buttons().next().unwrap().custom_id.clone().unwrap();
    // It is out of date: a new card stands below, and the old one has no buttons.
    let second = changes::replace(&bench.store, &first, &changes::change(2)).await;
    let newer = bench
        .discord
        .wait_seen(&bench.channel, &bench.ana, SOON, |seen| {
            seen.iter().find(|m| m.id != card.id && words(m).contains("waits for approval")).cloned()
        })
        .await;
    let stale = scene.says(&bench.channel, &card, "out of date").await;
    assert!(labels(&stale).is_empty() && words(&stale).contains(&second.id.short()), "{}", words(&stale));
    let pressed = bench.ana.presses_old(&stale, &confirm);
    bench.told(&pressed, &format!("Its new card is change {}", second.id.short())).await;
    assert_eq!(scene.state(&second).await, TicketState::Pending, "nobody said anything of that one");
    insta::assert_snapshot!("stale", scene.transcript(&bench.ana, &bench.channel));
    // Nobody decides in time.
    bench.sql("UPDATE tickets SET expires_at = now() - interval '1 second' WHERE state = 'pending'").await;
    let confirm = newer.buttons().next().unwrap().custom_id.clone().unwrap();
    let pressed = bench.ana.presses(&newer, "Confirm");
    bench.told(&pressed, "Too late, this did not count. Expired.").await;
    let expired = scene.says(&bench.channel, &newer, "Nobody decided in time").await;
    assert!(labels(&expired).is_empty());
    let pressed = bench.ana.presses_old(&expired, &confirm);
    bench.told(&pressed, "Too late").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_up_does_nothing() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let (ticket, card) = scene.asks(2).await;
    let mark = hex::encode(ticket.fingerprint.mark().0);
    let (id, other) =
        (ticket.id.0.simple().to_string(), rowcall_core::TicketId::new().0.simple().to_string());
    for (forged, text) in [
        (format!("A:{id}:{}", "0".repeat(24)), "another card"),
        (format!("A:{other}:{mark}"), "no such change"),
        (format!("A:{id}"), "older message"),
        (format!("A:{id}:{mark}:1"), "older message"),
        (format!("t:{other}"), "no such change"),
    ] {
        let pressed = bench.ana.presses_old(&card, &forged);
        bench.told(&pressed, text).await;
        assert!(!pressed.failed(), "{forged}");
    }
    // The right button, in another server: nothing of the change is there.
    let away = bench.discord.guild("Elsewhere");
    let channel = away.channel("general");
    for person in [&bench.ana, &scene.bob] {
        away.join(person);
    }
    bench.sql("UPDATE tickets SET rule = '{\"decider\": {\"approvers\": {\"count\": 1}}, \"break_glass\": false}'").await;
    scene.bob.slash(&channel, "help", json!({}));
    let seen = bench
        .discord
        .wait_seen(&channel, &scene.bob, SOON, |seen| seen.iter().find(|m| m.from_bot).cloned())
        .await;
    let pressed = scene.bob.presses_old(&seen, &format!("A:{id}:{mark}"));
    bench.told(&pressed, "asked for in another place").await;
    assert_eq!(scene.state(&ticket).await, TicketState::Pending);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_outlives_the_token_of_the_command_it_answers() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let (ticket, card) = scene.asks(2).await;
    bench.until("SELECT state = 'delivered' FROM outbox WHERE kind = 'reply'").await;
    bench.discord.clock().advance(Duration::from_secs(3600));
    scene.told(&bench.ana, &card, "Confirm", "It runs now").await;
    changes::execute(&bench.store, ticket.id, 2).await;
    let done = scene.says(&bench.channel, &card, "2 rows were changed").await;
    assert_eq!(labels(&done), ["Undo"]);
    assert_eq!(bench.bot_messages(&bench.channel).iter().filter(|m| !m.ephemeral).count(), 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_impact_asks_for_a_limit_and_an_emergency_for_its_reason() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(2)).await;
    let asked = bench.ask("ship everything");
    let ticket = bench.open(&changes::unmeasured()).await;
    let card = asked.answer(SOON, |m| words(m).contains("Nobody knows how many rows")).await;
    let form = scene.bob.presses(&card, "Approve").modal(SOON).await;
    assert_eq!(form.inputs[0].label, "Most rows it may touch");
    let sent = scene.bob.submits(&form, json!({ "Most rows it may touch": "many" }));
    bench.told(&sent, "begin with a number").await;
    let sent = scene.bob.submits(&form, json!({ "Most rows it may touch": "500" }));
    bench.told(&sent, "1 of 2").await;
    let form = scene.cleo.presses(&card, "Emergency").modal(SOON).await;
    let label = form.inputs[0].label.clone();
    let sent = scene.cleo.submits(&form, json!({ label: "300: the shop is down" }));
    bench.told(&sent, "It runs now, without its approvals").await;
    let broken = scene.says(&bench.channel, &card, "EMERGENCY").await;
    assert!(words(&broken).contains("Cleo let it run") && words(&broken).contains("the shop is down"));
    let kept = bench.store.ticket(ticket.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.row_cap), (TicketState::Approved, Some(300)));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn remarks_and_wishes_settle_nothing_and_the_requester_takes_it_back() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (ticket, card) = scene.asks(3).await;
    let form = scene.bob.presses(&card, "Ask for a change").modal(SOON).await;
    let label = form.inputs[0].label.clone();
    let sent = scene.bob.submits(&form, json!({ label: "only those of 2025" }));
    bench.told(&sent, "still waits").await;
    scene.says(&bench.channel, &card, "only those of 2025").await;
    let form = scene.dan.presses(&card, "Comment").modal(SOON).await;
    let sent = scene.dan.submits(&form, json!({ "Your remark": "I agree" }));
    bench.told(&sent, "Your remark is with the change").await;
    scene.told(&scene.bob, &card, "Take back", "may not take that change back").await;
    scene.told(&bench.ana, &card, "Take back", "Taken back").await;
    let gone = scene.says(&bench.channel, &card, "Taken back by Ana").await;
    assert!(labels(&gone).is_empty());
    let history = bench.store.ticket_history(ticket.id).await.unwrap();
    assert!(history.iter().any(|entry| entry.comment.as_deref() == Some("I agree")));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_opens_a_change_that_is_kept_true() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    changes::set_rules(&bench.store, changes::approvers(2)).await;
    let (_, card) = scene.asks(3).await;
    let empty = scene.dan.slash(&bench.channel, "approvals", json!({}));
    bench.told(&empty, "No change waits").await;
    let listed = scene.bob.slash(&bench.channel, "approvals", json!({}));
    let inbox = bench.told(&listed, "ship the orders of Lee").await;
    assert!(words(&inbox).contains("asked for by Ana"), "{}", words(&inbox));
    let opened = scene.bob.presses(&inbox, "1: shop.orders");
    let own = opened.answer(SOON, |m| words(m).contains("waits for approval")).await;
    assert!(own.ephemeral);
    bench.until("SELECT count(*) = 2 FROM ticket_posts").await;
    scene.told(&scene.bob, &own, "Approve", "1 of 2").await;
    opened.answer(SOON, |m| words(m).contains("Bob approves")).await;
    scene.told(&scene.cleo, &card, "Approve", "It runs now").await;
    let settled = opened.answer(SOON, |m| words(m).contains("Approved by Cleo")).await;
    assert!(!labels(&settled).contains(&"Approve"));
    // Its time is over for Discord; nothing is lost by that, and nothing is a dead letter.
    bench.discord.clock().advance(Duration::from_secs(3600));
    scene.told(&bench.ana, &card, "Take back", "Taken back").await;
    scene.says(&bench.channel, &card, "Taken back by Ana").await;
    bench.until("SELECT bool_and(state = 'delivered') FROM outbox").await;
    insta::assert_snapshot!("inbox", scene.transcript(&scene.bob, &bench.channel));
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_taken_away_is_posted_again_while_it_waits() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let approvals = scene.announced(changes::approvers(2)).await;
    let (_, _) = scene.asks(3).await;
    let copy = bench.sees(&approvals, "waits for approval").await;
    scene.bob.deletes(&copy);
    let listed = scene.bob.slash(&bench.channel, "approvals", json!({}));
    let inbox = bench.told(&listed, "ship the orders").await;
    let opened = scene.bob.presses(&inbox, "1: shop.orders");
    let own = opened.answer(SOON, |m| words(m).contains("waits for approval")).await;
    scene.told(&scene.bob, &own, "Approve", "1 of 2").await;
    let again = bench.sees(&approvals, "Bob approves").await;
    assert_ne!(again.id, copy.id);
    // Below it, when it has waited for long.
    bench.sql("UPDATE tickets SET remind_at = now() - interval '1 second'").await;
    assert_eq!(bench.store.remind_of_tickets(10).await.unwrap().len(), 1);
    let reminder = bench.sees(&approvals, "This still waits for a decision").await;
    assert!(reminder.reply_to.is_some(), "{reminder:?}");
    scene.told(&scene.cleo, &again, "Approve", "It runs now").await;
    let settled = scene.says(&approvals, &again, "Approved by Cleo").await;
    // Once nothing waits any more it is let go.
    scene.bob.deletes(&settled);
    bench.sql("UPDATE tickets SET expires_at = now() - interval '1 second'").await;
    assert_eq!(bench.store.expire_tickets(10).await.unwrap().len(), 1);
    bench.until("SELECT bool_and(state = 'delivered') FROM outbox").await;
    let left: Vec<_> = bench.bot_messages(&approvals);
    assert_eq!(left.len(), 1, "the reminder alone: {left:?}");
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_gets_through_when_discord_stumbles() {
    let scene = Scene::start().await;
    let bench = &scene.bench;
    let approvals = scene.announced(changes::approvers(1)).await;
    let (_, card) = scene.asks(3).await;
    let copy = bench.sees(&approvals, "waits for approval").await;
    // More often than one request is repeated: the delivery itself is tried again.
    let away = Rule::on("/messages/", Fault::Status(502)).verb("PATCH").first(6);
    bench.discord.faults().add(away);
    scene.told(&scene.bob, &card, "Approve", "It runs now").await;
    scene.says(&approvals, &copy, "Approved by Bob").await;
    scene.says(&bench.channel, &card, "Approved by Bob").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_are_waited_for_are_asked_of_discord() {
    let scene = Scene::of(Bench::start_with(Settings::default(), MessageContent::Auto).await).await;
    let bench = &scene.bench;
    let role = bench.guild.role("staff", rowcall_standins::discord::Permissions::VIEW_CHANNEL);
    bench.guild.give(&bench.ana, role);
    let (_, card) = scene.asks(2).await;
    scene.told(&bench.ana, &card, "Confirm", "It runs now").await;
    // As it would be hours later.
    bench.sql("UPDATE role_snapshots SET seen_at = seen_at - interval '2 hours', roles = '{}'").await;
    bench.sql("UPDATE runs SET actor = jsonb_set(actor, '{seen_at}', '\"2026-01-01T00:00:00Z\"')").await;
    bench
        .sql("UPDATE ticket_votes SET actor = jsonb_set(actor, '{seen_at}', '\"2026-01-01T00:00:00Z\"')")
        .await;
    bench.until("SELECT bool_and(seen_at > now() - interval '1 minute') FROM role_snapshots").await;
    let roles: Vec<String> = bench.scalar("SELECT roles FROM role_snapshots").await;
    assert_eq!(roles.len(), 1, "{roles:?}");
    bench.discord.assert_clean();
    // Somebody who left holds none.
    let gone = Actor {
        platform: Platform::Discord,
        id: "4242".into(),
        name: "Gone".into(),
        roles: vec!["7".into()],
        room: Room { space: Some(bench.guild.id.to_string()), channel: "1".into(), direct: false },
        seen_at: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let actor = serde_json::to_value(&gone).unwrap();
    sqlx::query("UPDATE runs SET actor = $1").bind(&actor).execute(bench.store.pool()).await.unwrap();
    bench.store.note_roles(&gone).await.unwrap();
    bench
        .until("SELECT EXISTS (SELECT FROM role_snapshots WHERE subject = 'discord:4242' AND roles = '{}')")
        .await;
}
