//! A ticket's life in a real store: opened by a run, taken once, settled, in doubt, replaced, undone.

use crate::common::*;
use rowcall_core::{Actor, FingerprintMark, Platform, Risk, Role, RunState, TicketState, VoteKind};
use rowcall_shared::store::{
    Ballot, Grant, Grantee, NewTicket, OpenOutcome, Settlement, TakeOutcome, TicketFilter, UndoRefusal,
    VoteOutcome, Withdrawal,
};
use serde_json::json;
use std::time::Duration;

use VoteKind::Approve;

const NOW: Duration = Duration::ZERO;

fn done(rows: u64) -> Settlement {
    Settlement::Executed { rows: Some(rows), note: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_opened_once_and_only_by_the_worker_that_has_the_run() {
    let store = store().await;
    let lease = running(&store, &ada()).await;
    let new = change(3);
    let OpenOutcome::Opened(opened) = store.open_ticket(&lease, &new, |_| ending(&lease)).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(
        (&opened.statement, &opened.impact, opened.question.as_str()),
        (&new.statement, &new.impact, "ship order 17")
    );
    let reply = store.asked_run(opened.run_id).await.unwrap().unwrap().reply.unwrap();
    assert_eq!((reply.ticket, reply.state), (Some(opened.id), RunState::WaitingApproval));
    // The lease went with it: nothing of a second attempt is left behind.
    let again = store.open_ticket(&lease, &new, |_| ending(&lease)).await.unwrap();
    assert_eq!(again, OpenOutcome::Lost);
    let other = running(&store, &ada()).await;
    execute(&store, "UPDATE runs SET lease_owner = 'another' WHERE state = 'running'").await;
    assert_eq!(store.open_ticket(&other, &new, |_| ending(&other)).await.unwrap(), OpenOutcome::Lost);
    assert_eq!(store.tickets(&TicketFilter::default(), 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_change_cut_into_small_ones_is_large() {
    let store = store().await;
    let first = ticket(&store, 9).await;
    let second = ticket(&store, 9).await;
    assert_eq!((first.risk, second.risk), (Risk::Low, Risk::Medium));
    // Another table, and another person.
    let mut other = change(9);
    other.impact.table = "shop.customers".into();
    assert_eq!(open(&store, &ada(), &other).await.risk, Risk::Low);
    allow(&store, "discord:2", Role::Editor).await;
    assert_eq!(open(&store, &bob(), &change(9)).await.risk, Risk::Low);
    // What ran counts by what it did, for an hour; what never ran does not count.
    counted(&store, &first, &ada(), Approve).await;
    let permit = permit(&store, &first).await;
    assert!(store.settle_ticket(&permit, &done(95)).await.unwrap());
    store.cancel_ticket(second.id, &ada()).await.unwrap();
    let principal = first.requester.principal;
    assert_eq!(store.rows_changed_lately(principal, "shop", "shop.orders").await.unwrap(), 95);
    let third = ticket(&store, 6).await;
    assert_eq!(third.risk, Risk::High);
    store.cancel_ticket(third.id, &ada()).await.unwrap();
    execute(&store, "UPDATE tickets SET executed_at = executed_at - interval '61 minutes'").await;
    assert_eq!(ticket(&store, 6).await.risk, Risk::Low);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_small_ones_at_the_same_moment_are_not_both_small() {
    let store = store().await;
    for _ in 0..5 {
        let (a, b) = (running(&store, &ada()).await, running(&store, &ada()).await);
        let (new, other) = (change(9), change(9));
        let opened = tokio::join!(
            store.open_ticket(&a, &new, |_| ending(&a)),
            store.open_ticket(&b, &other, |_| ending(&b))
        );
        let risks = [opened.0.unwrap(), opened.1.unwrap()].map(|outcome| match outcome {
            OpenOutcome::Opened(ticket) => ticket.risk,
            other => panic!("{other:?}"),
        });
        assert!(risks.contains(&Risk::Medium), "{risks:?}");
        execute(&store, "UPDATE tickets SET state = 'cancelled'").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_comes_from_an_approved_ticket_and_is_used_up() {
    let store = store().await;
    let open = ticket(&store, 3).await;
    let waiting = store.take_ticket(open.id, LEASE, OLDEST).await.unwrap();
    assert!(matches!(waiting, TakeOutcome::Nothing), "{waiting:?}");
    counted(&store, &open, &ada(), Approve).await;
    // Several workers hear of it.
    let taken = futures::future::join_all((0..6).map(|_| store.take_ticket(open.id, LEASE, OLDEST))).await;
    let mut permits: Vec<_> = taken
        .into_iter()
        .filter_map(|outcome| match outcome.unwrap() {
            TakeOutcome::Run(permit) => Some(permit),
            TakeOutcome::Nothing => None,
            other => panic!("{other:?}"),
        })
        .collect();
    let permit = permits.pop().unwrap();
    assert!(permits.is_empty());
    assert_eq!((permit.epoch(), permit.is_recovery(), permit.withdrawn()), (1, false, None));
    assert_eq!(permit.ticket().fingerprint, open.fingerprint);
    assert!(store.renew_permit(&permit, LEASE).await.unwrap());
    assert!(store.settle_ticket(&permit, &done(3)).await.unwrap());
    let ticket = store.ticket(open.id).await.unwrap().unwrap();
    assert_eq!((ticket.state, ticket.result_rows), (TicketState::Executed, Some(3)));
    assert!(ticket.executed_at.is_some());
    assert_eq!(run_state(&store, &open).await, RunState::Succeeded);
    for how in [done(3), Settlement::Failed("no".into())] {
        assert!(!store.settle_ticket(&permit, &how).await.unwrap());
    }
    assert!(!store.renew_permit(&permit, LEASE).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_thought_dead_has_nothing_to_say_any_more() {
    let store = store().await;
    let open = ticket(&store, 3).await;
    counted(&store, &open, &ada(), Approve).await;
    let slow = permit(&store, &open).await;
    assert!(store.keep_undo_image(&slow, Some((b"first", 3))).await.unwrap());
    assert!(store.tickets_due(NOW, 10).await.unwrap().is_empty());
    execute(&store, "UPDATE tickets SET lease_until = now() - interval '1 second'").await;
    assert_eq!(store.tickets_due(NOW, 10).await.unwrap(), [open.id]);
    let next = permit(&store, &open).await;
    assert!(next.is_recovery() && next.withdrawn().is_none());
    assert!(!store.keep_undo_image(&slow, Some((b"late", 3))).await.unwrap());
    assert!(!store.settle_ticket(&slow, &Settlement::Failed("late".into())).await.unwrap());
    assert!(!store.doubt_ticket(&slow, "late", NOW).await.unwrap());
    assert!(store.keep_undo_image(&next, Some((b"second", 3))).await.unwrap());
    assert_eq!(store.undo_image(open.id).await.unwrap(), None, "it has not run");
    assert!(store.settle_ticket(&next, &done(3)).await.unwrap());
    assert_eq!(store.undo_image(open.id).await.unwrap().unwrap().data, b"second");

    // One that cannot be taken back asks for the same right, and forgets what an earlier attempt kept.
    let open = ticket(&store, 3).await;
    counted(&store, &open, &ada(), Approve).await;
    let permit = self::permit(&store, &open).await;
    assert!(!store.keep_undo_image(&slow, None).await.unwrap());
    assert!(store.keep_undo_image(&permit, Some((b"third", 3))).await.unwrap());
    assert!(store.keep_undo_image(&permit, None).await.unwrap());
    store.settle_ticket(&permit, &done(3)).await.unwrap();
    assert_eq!(store.undo_image(open.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn doubt_is_cleared_by_running_it_again_whoever_may_still_want_it() {
    let store = store().await;
    let open = ticket(&store, 3).await;
    counted(&store, &open, &ada(), Approve).await;
    let first = permit(&store, &open).await;
    assert!(
        store.doubt_ticket(&first, "The answer to COMMIT was lost.", Duration::from_secs(60)).await.unwrap()
    );
    let doubtful = store.ticket(open.id).await.unwrap().unwrap();
    assert_eq!(
        (doubtful.state, doubtful.outcome.as_deref()),
        (TicketState::InDoubt, Some("The answer to COMMIT was lost."))
    );
    let early = store.take_ticket(open.id, LEASE, OLDEST).await.unwrap();
    assert!(matches!(early, TakeOutcome::Nothing), "{early:?}");
    // It cannot be taken back, decided again, or expire by the clock alone: it may have run.
    let late = vote(&store, &open, &bob(), VoteKind::Reject).await;
    assert!(matches!(late, VoteOutcome::Late(_)), "{late:?}");
    execute(&store, "UPDATE tickets SET due_at = now() - interval '1 second', expires_at = now()").await;
    assert!(store.expire_tickets(10).await.unwrap().is_empty());
    assert_eq!(store.tickets_due(NOW, 10).await.unwrap(), [open.id]);
    let second = permit(&store, &open).await;
    assert_eq!(second.withdrawn(), Some(Withdrawal::Expired));
    assert!(store.settle_ticket(&second, &Settlement::Withdrawn(Withdrawal::Expired)).await.unwrap());
    assert_eq!(store.ticket(open.id).await.unwrap().unwrap().state, TicketState::Expired);
    assert_eq!(run_state(&store, &open).await, RunState::Expired);

    // And one whose transaction turned out to have committed.
    let open = ticket(&store, 3).await;
    counted(&store, &open, &ada(), Approve).await;
    let first = permit(&store, &open).await;
    store.doubt_ticket(&first, "?", NOW).await.unwrap();
    let second = permit(&store, &open).await;
    let found = Settlement::Executed { rows: None, note: Some("It had run.".into()) };
    assert!(store.settle_ticket(&second, &found).await.unwrap());
    assert_eq!(store.ticket(open.id).await.unwrap().unwrap().state, TicketState::Executed);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_it_went_is_kept_and_ends_the_run() {
    let store = store().await;
    for (how, state, run) in [
        (Settlement::Failed("orders_status_check says no".into()), TicketState::Failed, RunState::Failed),
        (Settlement::Stale("the table is gone".into()), TicketState::Stale, RunState::Refused),
    ] {
        let open = ticket(&store, 1).await;
        counted(&store, &open, &ada(), Approve).await;
        let permit = permit(&store, &open).await;
        assert!(store.settle_ticket(&permit, &how).await.unwrap());
        let ticket = store.ticket(open.id).await.unwrap().unwrap();
        assert_eq!((ticket.state, run_state(&store, &open).await), (state, run));
        let why = ticket.outcome.unwrap();
        assert!(matches!(&how, Settlement::Failed(text) | Settlement::Stale(text) if *text == why));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_asked_for_again_before_it_runs() {
    let store = store().await;
    let withdrawn = async |open: &rowcall_shared::store::Ticket, expected: Withdrawal| {
        match store.take_ticket(open.id, LEASE, OLDEST).await.unwrap() {
            TakeOutcome::Withdrawn(ticket, why) => {
                assert_eq!((why, ticket.outcome), (expected, Some(expected.to_string())));
                assert_eq!(ticket.state, TicketState::Stale);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(run_state(&store, open).await, RunState::Refused);
    };
    let huge = ticket(&store, 100_000).await;
    counted(&store, &huge, &bob(), Approve).await;
    counted(&store, &huge, &cleo(), Approve).await;
    // Two approvers who turn out to be one.
    link(&store, &bob(), &cleo()).await;
    withdrawn(&huge, Withdrawal::ApprovalGone).await;

    let small = ticket(&store, 1).await;
    counted(&store, &small, &ada(), Approve).await;
    let editor = allow(&store, "discord:1", Role::Editor).await;
    store.revoke(editor).await.unwrap();
    withdrawn(&small, Withdrawal::RequesterMayNot).await;

    allow(&store, "discord:1", Role::Editor).await;
    let moved = ticket(&store, 1).await;
    counted(&store, &moved, &ada(), Approve).await;
    store.bind_source("shop", "discord:elsewhere").await.unwrap();
    withdrawn(&moved, Withdrawal::RequesterMayNot).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platforms_word_on_roles_is_not_relied_on_for_long() {
    let store = store().await;
    let role = Grantee::PlatformRole("discord:5:77".into());
    for held in [Role::Editor, Role::Approver] {
        let grant = Grant { grantee: role.clone(), role: held, source: None, place: None };
        store.grant(&grant, "test").await.unwrap();
    }
    let eve = Actor {
        roles: vec!["77".into()],
        seen_at: chrono::Utc::now() - Duration::from_secs(7200),
        ..person("5", "Eve")
    };
    let open = open(&store, &eve, &change(1)).await;
    let confirmed = Actor { seen_at: chrono::Utc::now() - Duration::from_secs(7000), ..eve.clone() };
    counted(&store, &open, &confirmed, Approve).await;
    match store.take_ticket(open.id, LEASE, OLDEST).await.unwrap() {
        TakeOutcome::RolesTooOld(who) => assert!(who.iter().all(|actor| actor.id == "5"), "{who:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.ticket(open.id).await.unwrap().unwrap().state, TicketState::Approved);
    let asked = store.roles_to_refresh(OLDEST, 10).await.unwrap();
    assert_eq!(asked.iter().map(|actor| actor.id.as_str()).collect::<Vec<_>>(), ["5"]);
    store.note_roles(&Actor { seen_at: chrono::Utc::now(), ..eve.clone() }).await.unwrap();
    assert!(store.roles_to_refresh(OLDEST, 10).await.unwrap().is_empty());
    permit(&store, &open).await;

    let open = self::open(&store, &eve, &change(1)).await;
    counted(&store, &open, &confirmed, Approve).await;
    let seen_at = chrono::Utc::now() + Duration::from_secs(1);
    store.note_roles(&Actor { seen_at, roles: vec![], ..eve }).await.unwrap();
    let gone = store.take_ticket(open.id, LEASE, OLDEST).await.unwrap();
    assert!(matches!(gone, TakeOutcome::Withdrawn(_, Withdrawal::RequesterMayNot)), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_is_asked_about_again_and_votes_are_discarded() {
    let store = store().await;
    let old = ticket(&store, 100_000).await;
    counted(&store, &old, &bob(), Approve).await;
    let new = change(100_001);
    let OpenOutcome::Opened(fresh) =
        store.replace_ticket(old.id, old.fingerprint, "2 of the rows changed.", &new).await.unwrap()
    else {
        panic!()
    };
    let stale = store.ticket(old.id).await.unwrap().unwrap();
    assert_eq!((stale.state, stale.replaced_by), (TicketState::Stale, Some(fresh.id)));
    assert_eq!((fresh.state, fresh.replaces, fresh.votes.len()), (TicketState::Pending, Some(old.id), 0));
    assert_eq!(fresh.requester, old.requester);
    assert_eq!(run_state(&store, &old).await, RunState::WaitingApproval);
    // A vote on the old card, also one forged to name the new ticket.
    let VoteOutcome::Late(late) = vote(&store, &old, &cleo(), Approve).await else { panic!() };
    assert_eq!(late.replaced_by, Some(fresh.id));
    let cleo = cleo();
    let forged = Ballot { mark: FingerprintMark::from(old.fingerprint), ..ballot(&fresh, &cleo, Approve) };
    assert!(matches!(store.vote(fresh.id, &forged).await.unwrap(), VoteOutcome::StaleCard(_)));
    let again = store.replace_ticket(old.id, old.fingerprint, "again", &new).await.unwrap();
    assert_eq!(again, OpenOutcome::Lost);
    let other = store.replace_ticket(fresh.id, old.fingerprint, "other", &new).await.unwrap();
    assert_eq!(other, OpenOutcome::Lost);

    // The same found out while it was executed.
    counted(&store, &fresh, &bob(), Approve).await;
    counted(&store, &fresh, &cleo, Approve).await;
    let permit = permit(&store, &fresh).await;
    let newer = NewTicket { statement: "UPDATE 2".into(), ..change(7) };
    let OpenOutcome::Opened(third) =
        store.replace_executing(&permit, "A column is gone.", &newer).await.unwrap()
    else {
        panic!()
    };
    assert_eq!(third.risk, Risk::Low, "what is stale does not count among what is about to be changed");
    assert!(!store.settle_ticket(&permit, &done(1)).await.unwrap());
    counted(&store, &third, &ada(), Approve).await;
    let last = self::permit(&store, &third).await;
    assert!(store.settle_ticket(&last, &done(7)).await.unwrap());
    assert_eq!(run_state(&store, &old).await, RunState::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_undone_once_and_while_its_rows_are_kept() {
    // Some of her runs are left to a worker that never ends them.
    let store = store().await.with_person_at_once(100);
    let undo = |of: &rowcall_shared::store::Ticket| NewTicket { undoes: Some(of.id), ..change(1) };
    let open = ticket(&store, 1).await;
    let refused = async |new: NewTicket, expected: UndoRefusal| {
        let lease = running(&store, &ada()).await;
        let outcome = store.open_ticket(&lease, &new, |_| ending(&lease)).await.unwrap();
        assert_eq!(outcome, OpenOutcome::NotUndoable(expected));
    };
    refused(undo(&open), UndoRefusal::NotExecuted).await;
    counted(&store, &open, &ada(), Approve).await;
    let permit = permit(&store, &open).await;
    store.settle_ticket(&permit, &done(1)).await.unwrap();
    refused(undo(&open), UndoRefusal::NoImage).await;

    let open = ticket(&store, 1).await;
    counted(&store, &open, &ada(), Approve).await;
    let permit = self::permit(&store, &open).await;
    assert!(store.keep_undo_image(&permit, Some((&[0, 159, 146, 150], 1))).await.unwrap());
    store.settle_ticket(&permit, &done(1)).await.unwrap();
    let first = self::open(&store, &ada(), &undo(&open)).await;
    refused(undo(&open), UndoRefusal::Already(first.id)).await;
    assert_eq!(store.ticket(open.id).await.unwrap().unwrap().undone_by, Some(first.id));
    // One that came to nothing is in nobody's way; two at once are.
    store.cancel_ticket(first.id, &ada()).await.unwrap();
    let (a, b) = (running(&store, &ada()).await, running(&store, &ada()).await);
    let (one, two) = (undo(&open), undo(&open));
    let both = tokio::join!(
        store.open_ticket(&a, &one, |_| ending(&a)),
        store.open_ticket(&b, &two, |_| ending(&b))
    );
    let opened =
        [both.0.unwrap(), both.1.unwrap()].iter().filter(|o| matches!(o, OpenOutcome::Opened(_))).count();
    assert_eq!(opened, 1);
    execute(&store, "UPDATE tickets SET state = 'cancelled' WHERE undoes IS NOT NULL").await;
    assert_eq!(store.forget_undo_images().await.unwrap(), 0);
    execute(&store, "UPDATE undo_images SET expires_at = now()").await;
    assert_eq!(store.undo_image(open.id).await.unwrap(), None);
    refused(undo(&open), UndoRefusal::NoImage).await;
    assert_eq!(store.forget_undo_images().await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_expire_whether_they_were_decided_or_not() {
    let store = store().await;
    let (pending, approved, later) =
        (ticket(&store, 1).await, ticket(&store, 1).await, ticket(&store, 1).await);
    counted(&store, &approved, &ada(), Approve).await;
    execute(&store, "UPDATE tickets SET expires_at = now() - interval '1 second' WHERE created_at < (SELECT max(created_at) FROM tickets)")
        .await;
    let mut expired = store.expire_tickets(10).await.unwrap();
    expired.sort();
    assert_eq!(expired, [pending.id, approved.id]);
    assert!(store.expire_tickets(10).await.unwrap().is_empty());
    let outcome = store.ticket(approved.id).await.unwrap().unwrap().outcome.unwrap();
    assert_eq!(outcome, "It was approved, but could not be run in time.");
    assert_eq!(store.ticket(later.id).await.unwrap().unwrap().state, TicketState::Pending);
    // Approved at the last moment: there is still time to run it, and a worker that comes too late does not.
    execute(&store, "UPDATE tickets SET expires_at = now() + interval '5 seconds'").await;
    let approved = counted(&store, &later, &ada(), Approve).await;
    assert!(approved.expires_at > chrono::Utc::now() + Duration::from_secs(3000));
    execute(&store, "UPDATE tickets SET expires_at = now()").await;
    let late = store.take_ticket(later.id, LEASE, OLDEST).await.unwrap();
    assert!(matches!(late, TakeOutcome::Withdrawn(_, Withdrawal::Expired)), "{late:?}");
    assert_eq!(run_state(&store, &later).await, RunState::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_holds_what_somebody_may_approve_and_has_not() {
    let store = store().await;
    let ids = async |actor: &Actor| {
        store.tickets_for(actor, 10).await.unwrap().into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    let own = ticket(&store, 1).await;
    let huge = ticket(&store, 100_000).await;
    assert_eq!(ids(&ada()).await, [own.id]);
    assert_eq!(ids(&bob()).await, [huge.id]);
    assert!(ids(&person("66", "Mallory")).await.is_empty());
    let mut away = bob();
    away.room.space = Some("9".into());
    assert!(ids(&away).await.is_empty(), "that other guild has nothing to do with it");
    away.room.direct = true;
    assert_eq!(ids(&away).await, [huge.id]);
    counted(&store, &huge, &bob(), Approve).await;
    assert!(ids(&bob()).await.is_empty());
    assert_eq!(ids(&cleo()).await, [huge.id]);
    counted(&store, &huge, &cleo(), Approve).await;
    assert!(ids(&cleo()).await.is_empty());

    let console = Actor::local(Platform::Console, "owner", chrono::Utc::now());
    let theirs = open(&store, &console, &change(1)).await;
    assert_eq!(ids(&console).await, [theirs.id]);
    let of = |states: &[TicketState]| TicketFilter { states: states.to_vec(), ..TicketFilter::default() };
    let list = async |filter: TicketFilter| {
        store.tickets(&filter, 10).await.unwrap().into_iter().map(|line| line.id).collect::<Vec<_>>()
    };
    assert_eq!(list(of(&[])).await, [theirs.id, huge.id, own.id]);
    assert_eq!(list(of(&[TicketState::Approved])).await, [huge.id]);
    assert_eq!(list(TicketFilter { before: Some(huge.id), ..of(&[]) }).await, [own.id]);
    assert_eq!(
        list(TicketFilter { requester: Some(theirs.requester.principal), ..of(&[]) }).await,
        [theirs.id]
    );
    assert!(list(TicketFilter { source: Some("crm".into()), ..of(&[]) }).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_ticket_keeps_the_rule_it_was_shown_with() {
    let store = store().await;
    let open = ticket(&store, 1).await;
    set_rules(&store, json!({ "rules": [], "thresholds": { "low": 0 } })).await;
    assert_eq!(counted(&store, &open, &ada(), Approve).await.state, TicketState::Approved);
    let next = ticket(&store, 1).await;
    assert_eq!(
        (next.risk, next.rule_words.as_str()),
        (Risk::Medium, "needs 2 approvers, not whoever asked for it")
    );
    // Rules that this version cannot read allow nothing.
    execute(&store, "UPDATE sources SET change_rules = '{\"rulez\": []}'").await;
    let lease = running(&store, &ada()).await;
    assert!(store.open_ticket(&lease, &change(1), |_| ending(&lease)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_the_same_for_all_of_its_processes_and_no_other() {
    let store = store().await;
    assert_eq!(store.installation().await.unwrap(), store.clone().installation().await.unwrap());
    let again = "INSERT INTO installation (id) VALUES (gen_random_uuid())";
    assert!(sqlx::query(again).execute(store.pool()).await.is_err());
    let url = rowcall_embedded::testing::shared().await.database(None).await.unwrap();
    let other = rowcall_shared::Store::open(&url, 2).unwrap();
    other.migrate().await.unwrap();
    assert_ne!(store.installation().await.unwrap(), other.installation().await.unwrap());
}
