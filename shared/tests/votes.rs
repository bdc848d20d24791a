//! Deciding about changes in a real store: who counts, who is first, and what everybody else is told.

use crate::common::*;
use rowcall_core::{
    Action, Denial, FingerprintMark, Risk, Role, RunState, TicketState, VoteKind,
    change::{Rows, Tally, VoteRefusal},
};
use rowcall_shared::store::{Ballot, CancelOutcome, CommentOutcome, Grant, Grantee, StoreError, VoteOutcome};
use serde_json::json;
use std::time::Duration;

use VoteKind::{Approve, AskChange, BreakGlass, Reject};

#[tokio::test(flavor = "multi_thread")]
async fn the_rule_for_its_risk_says_who_decides() {
    let store = store().await;
    let small = ticket(&store, 10).await;
    assert_eq!((small.risk, small.state), (Risk::Low, TicketState::Pending));
    assert_eq!(run_state(&store, &small).await, RunState::WaitingApproval);
    let only = VoteOutcome::Refused(VoteRefusal::OnlyRequester);
    assert_eq!(vote(&store, &small, &bob(), Approve).await, only);
    let approved = counted(&store, &small, &ada(), Approve).await;
    assert_eq!(approved.state, TicketState::Approved);
    assert_eq!(approved.decided.unwrap().account, "discord:1");
    // The run goes on waiting: only what became of the change ends it.
    assert_eq!(run_state(&store, &small).await, RunState::WaitingApproval);

    let large = ticket(&store, 500).await;
    assert_eq!(large.risk, Risk::High);
    let own = VoteOutcome::Refused(VoteRefusal::OwnChange);
    assert_eq!(vote(&store, &large, &ada(), Approve).await, own);
    assert_eq!(counted(&store, &large, &bob(), Approve).await.state, TicketState::Approved);

    let huge = ticket(&store, 100_000).await;
    assert_eq!(huge.rule_words, "needs 2 approvers, not whoever asked for it");
    let VoteOutcome::Counted(half, tally) = vote(&store, &huge, &bob(), Approve).await else { panic!() };
    assert_eq!((half.state, tally), (TicketState::Pending, Tally::Open { have: 1, need: 2 }));
    assert!(matches!(vote(&store, &huge, &bob(), Approve).await, VoteOutcome::Repeated(_)));
    let both = counted(&store, &huge, &cleo(), Approve).await;
    assert_eq!(both.state, TicketState::Approved);
    assert_eq!(both.votes.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_at_once_and_one_is_told_who_was_first() {
    let store = store().await;
    set_rules(&store, json!({ "rules": [{ "decider": { "approvers": { "count": 1 } } }] })).await;
    for second in [Approve, Reject] {
        for _ in 0..10 {
            let open = ticket(&store, 500).await;
            let (bob, cleo) = (bob(), cleo());
            let (first, other) = (ballot(&open, &bob, Approve), ballot(&open, &cleo, second));
            let outcomes = tokio::join!(store.vote(open.id, &first), store.vote(open.id, &other));
            let mut outcomes = [outcomes.0.unwrap(), outcomes.1.unwrap()];
            if matches!(outcomes[0], VoteOutcome::Late(_)) {
                outcomes.swap(0, 1);
            }
            let [VoteOutcome::Counted(won, _), VoteOutcome::Late(lost)] = &outcomes else {
                panic!("{outcomes:?}")
            };
            assert_eq!((won.state, &won.decided), (lost.state, &lost.decided));
            assert_eq!(lost.votes.len(), 1);
            let by_bob = won.decided.as_ref().unwrap().name == "Bob";
            let expected =
                if by_bob || second == Approve { TicketState::Approved } else { TicketState::Rejected };
            assert_eq!(won.state, expected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_settles_it_with_its_words() {
    let store = store().await;
    let open = ticket(&store, 100_000).await;
    counted(&store, &open, &bob(), Approve).await;
    let cleo = cleo();
    let no = Ballot { comment: Some("  not on a Friday\0 "), ..ballot(&open, &cleo, Reject) };
    let VoteOutcome::Counted(rejected, Tally::Rejected) = store.vote(open.id, &no).await.unwrap() else {
        panic!()
    };
    assert_eq!(rejected.state, TicketState::Rejected);
    assert_eq!(rejected.outcome.as_deref(), Some("not on a Friday"));
    assert_eq!(run_state(&store, &open).await, RunState::Refused);
    // Pressed on a card that was not redrawn yet, or replayed.
    let VoteOutcome::Late(late) = vote(&store, &open, &bob(), Approve).await else { panic!() };
    assert_eq!(late.decided.unwrap().name, "Cleo");
    assert!(matches!(store.cancel_ticket(open.id, &ada()).await.unwrap(), CancelOutcome::Late(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_is_for_what_its_card_showed() {
    let store = store().await;
    let open = ticket(&store, 500).await;
    let bob = bob();
    let forged = Ballot { mark: FingerprintMark([0; 12]), ..ballot(&open, &bob, Approve) };
    assert!(matches!(store.vote(open.id, &forged).await.unwrap(), VoteOutcome::StaleCard(_)));
    let unknown = ballot(&open, &bob, Approve);
    assert_eq!(store.vote(rowcall_core::TicketId::new(), &unknown).await.unwrap(), VoteOutcome::Unknown);
    assert_eq!(store.ticket(open.id).await.unwrap().unwrap(), open);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_after_its_time() {
    let store = store().await;
    let open = ticket(&store, 500).await;
    execute(&store, "UPDATE tickets SET expires_at = now()").await;
    let VoteOutcome::Late(late) = vote(&store, &open, &bob(), Approve).await else { panic!() };
    assert_eq!(late.state, TicketState::Expired);
    assert_eq!(late.outcome.as_deref(), Some("Nobody decided in time."));
    assert_eq!(run_state(&store, &open).await, RunState::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_count() {
    let store = store().await;
    let open = ticket(&store, 100_000).await;
    let refused = |refusal| VoteOutcome::Refused(refusal);
    let decides: &[Role] = &[Role::Approver];
    let lacks = refused(VoteRefusal::Denied(Action::DecideTicket, Denial::NeedsRole(decides)));
    // Nobody, and somebody with every other role.
    let mallory = person("66", "Mallory");
    assert_eq!(vote(&store, &open, &mallory, Approve).await, lacks);
    for role in [Role::Viewer, Role::Analyst, Role::Editor, Role::Admin] {
        allow(&store, "discord:66", role).await;
    }
    assert_eq!(vote(&store, &open, &mallory, Approve).await, lacks);
    // An approver by a role of the guild, of whom nobody said who they are.
    let leads = Grantee::PlatformRole("discord:5:77".into());
    let grant = Grant { grantee: leads, role: Role::Approver, source: None, place: None };
    store.grant(&grant, "test").await.unwrap();
    let dora = rowcall_core::Actor { roles: vec!["77".into()], ..person("4", "Dora") };
    assert_eq!(vote(&store, &open, &dora, Approve).await, refused(VoteRefusal::NotRegistered));
    assert!(store.set_registered("discord:4", true).await.unwrap());
    assert_eq!(counted(&store, &open, &dora, Approve).await.votes.len(), 1);
    // From another guild, with a button that was forged or kept.
    let mut away = bob();
    away.room.space = Some("9".into());
    away.room.channel = "91".into();
    let elsewhere = refused(VoteRefusal::Denied(Action::DecideTicket, Denial::OtherPlace));
    assert_eq!(vote(&store, &open, &away, Approve).await, elsewhere);
    // In private it is their own business where they are.
    away.room = rowcall_core::Room { space: None, channel: "dm".into(), direct: true };
    assert_eq!(counted(&store, &open, &away, Approve).await.state, TicketState::Approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn linked_accounts_are_one_person() {
    let store = store().await;
    // Ada's second account, which an administrator made an approver before anybody knew whose it is.
    let second = person("11", "A.");
    allow(&store, "discord:11", Role::Approver).await;
    let open = ticket(&store, 100_000).await;
    let half = counted(&store, &open, &second, Approve).await;
    assert_eq!(half.votes.len(), 1);
    link(&store, &ada(), &second).await;
    assert_eq!(vote(&store, &open, &second, Approve).await, VoteOutcome::Refused(VoteRefusal::OwnChange));
    // What she said before counts for nothing any more.
    let VoteOutcome::Counted(ticket, tally) = vote(&store, &open, &bob(), Approve).await else { panic!() };
    assert_eq!((ticket.state, tally), (TicketState::Pending, Tally::Open { have: 1, need: 2 }));

    // Two accounts of an approver who votes with both, links them, and votes once more.
    let other_bob = person("22", "B.");
    allow(&store, "discord:22", Role::Approver).await;
    let open = self::ticket(&store, 100_000).await;
    set_rules(&store, json!({ "rules": [{ "decider": { "approvers": { "count": 3 } } }] })).await;
    let three = self::ticket(&store, 100_000).await;
    for ticket in [&open, &three] {
        counted(&store, ticket, &bob(), Approve).await;
    }
    let VoteOutcome::Counted(_, tally) = vote(&store, &three, &other_bob, Approve).await else { panic!() };
    assert_eq!(tally, Tally::Open { have: 2, need: 3 });
    link(&store, &bob(), &other_bob).await;
    assert!(matches!(vote(&store, &open, &other_bob, Approve).await, VoteOutcome::Repeated(_)));
    let VoteOutcome::Counted(ticket, tally) = vote(&store, &three, &cleo(), Approve).await else { panic!() };
    assert_eq!((ticket.state, tally), (TicketState::Pending, Tally::Open { have: 2, need: 3 }));
    // His next word takes the place of both.
    let once = counted(&store, &three, &bob(), Reject).await;
    assert_eq!((ticket.votes.len(), once.votes.len()), (3, 2), "{:?}", once.votes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_gone_takes_its_vote_with_it() {
    let store = store().await;
    let open = ticket(&store, 100_000).await;
    let dora = rowcall_core::Actor { roles: vec!["77".into()], ..person("4", "Dora") };
    let leads = Grantee::PlatformRole("discord:5:77".into());
    let grant = Grant { grantee: leads, role: Role::Approver, source: None, place: None };
    store.grant(&grant, "test").await.unwrap();
    store.set_registered("discord:4", true).await.unwrap();
    counted(&store, &open, &dora, Approve).await;
    // The platform tells that she is no lead any more; an older word would change nothing.
    let old = rowcall_core::Actor {
        seen_at: dora.seen_at - Duration::from_secs(60),
        roles: vec![],
        ..dora.clone()
    };
    store.note_roles(&old).await.unwrap();
    let demoted =
        rowcall_core::Actor { seen_at: dora.seen_at + Duration::from_secs(1), roles: vec![], ..dora.clone() };
    store.note_roles(&demoted).await.unwrap();
    let VoteOutcome::Counted(_, tally) = vote(&store, &open, &bob(), Approve).await else { panic!() };
    assert_eq!(tally, Tally::Open { have: 1, need: 2 });
    // A grant of ours that is taken back does the same.
    let id = allow(&store, "discord:2", Role::Approver).await;
    assert!(store.revoke(id).await.unwrap());
    let VoteOutcome::Counted(_, tally) = vote(&store, &open, &cleo(), Approve).await else { panic!() };
    assert_eq!(tally, Tally::Open { have: 1, need: 2 });
    let lost = vote(&store, &open, &bob(), Approve).await;
    assert!(matches!(lost, VoteOutcome::Refused(VoteRefusal::Denied(..))), "{lost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_can_be_changed_while_it_waits() {
    let store = store().await;
    let open = ticket(&store, 100_000).await;
    assert_eq!(vote(&store, &open, &bob(), AskChange).await, VoteOutcome::NeedsComment);
    let bob = bob();
    let ask = Ballot { comment: Some("leave out order 4"), ..ballot(&open, &bob, AskChange) };
    let VoteOutcome::Counted(asked, tally) = store.vote(open.id, &ask).await.unwrap() else { panic!() };
    assert_eq!((asked.state, tally), (TicketState::Pending, Tally::Open { have: 0, need: 2 }));
    assert_eq!(asked.votes[0].comment.as_deref(), Some("leave out order 4"));
    let approved = counted(&store, &open, &bob, Approve).await;
    assert_eq!((approved.votes.len(), approved.votes[0].kind), (1, Approve));
    assert!(approved.revision > asked.revision);
    assert_eq!(counted(&store, &open, &bob, Reject).await.state, TicketState::Rejected);
    let history = store.ticket_history(open.id).await.unwrap();
    let deeds: Vec<&str> = history.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(deeds, ["ticket.opened", "ticket.vote", "ticket.vote", "ticket.rejected"]);
    assert_eq!(history[1].comment.as_deref(), Some("leave out order 4"));
    assert_eq!((history[3].name.as_deref(), history[3].from.as_deref()), (Some("Bob"), Some("discord:5")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_glass_is_broken_only_where_the_rule_says_so_and_with_a_reason() {
    let store = store().await;
    let closed = ticket(&store, 100_000).await;
    assert_eq!(
        vote(&store, &closed, &bob(), BreakGlass).await,
        VoteOutcome::Refused(VoteRefusal::NoBreakGlass)
    );
    let two = json!({ "approvers": { "count": 2 } });
    set_rules(&store, json!({ "rules": [{ "decider": two, "break_glass": true }] })).await;
    // It was opened under the rule before.
    assert_eq!(
        vote(&store, &closed, &bob(), BreakGlass).await,
        VoteOutcome::Refused(VoteRefusal::NoBreakGlass)
    );
    let open = ticket(&store, 100_000).await;
    let denied = vote(&store, &open, &ada(), BreakGlass).await;
    assert!(matches!(denied, VoteOutcome::Refused(VoteRefusal::Denied(Action::BreakGlass, _))), "{denied:?}");
    allow(&store, "discord:1", Role::Approver).await;
    assert_eq!(vote(&store, &open, &ada(), BreakGlass).await, VoteOutcome::NeedsComment);
    let ada = ada();
    let reason = Ballot { comment: Some("payments are down"), ..ballot(&open, &ada, BreakGlass) };
    let VoteOutcome::Counted(broken, Tally::BrokenGlass) = store.vote(open.id, &reason).await.unwrap() else {
        panic!()
    };
    assert_eq!(broken.state, TicketState::Approved);
    let last = store.ticket_history(open.id).await.unwrap().pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.comment.as_deref()),
        ("ticket.break_glass", Some("payments are down"))
    );
    permit(&store, &open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lets_an_unknown_change_run_says_how_far_it_may_go() {
    let store = store().await;
    let mut unknown = change(0);
    unknown.impact.rows = Rows::Unknown("a function is not known to be harmless".into());
    let open = open(&store, &ada(), &unknown).await;
    assert_eq!(open.risk, Risk::Critical);
    assert_eq!(vote(&store, &open, &bob(), Approve).await, VoteOutcome::NeedsRowCap);
    let (bob, cleo) = (bob(), cleo());
    let wide = Ballot { row_cap: Some(900), ..ballot(&open, &bob, Approve) };
    store.vote(open.id, &wide).await.unwrap();
    let narrow = Ballot { row_cap: Some(40), ..ballot(&open, &cleo, Approve) };
    let VoteOutcome::Counted(approved, _) = store.vote(open.id, &narrow).await.unwrap() else { panic!() };
    assert_eq!((approved.state, approved.row_cap), (TicketState::Approved, Some(40)));
    assert_eq!(permit(&store, &open).await.ticket().row_cap, Some(40));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_taken_back_by_whoever_asked_and_nobody_else() {
    let store = store().await;
    let open = ticket(&store, 500).await;
    let theirs = CancelOutcome::Denied(Denial::NotYours);
    assert_eq!(store.cancel_ticket(open.id, &bob()).await.unwrap(), theirs);
    // With another of their accounts, from another place, also after it was approved.
    counted(&store, &open, &bob(), Approve).await;
    let mut second = person("11", "A.");
    second.room.space = Some("9".into());
    link(&store, &ada(), &second).await;
    let CancelOutcome::Cancelled(cancelled) = store.cancel_ticket(open.id, &second).await.unwrap() else {
        panic!()
    };
    assert_eq!(cancelled.state, TicketState::Cancelled);
    assert_eq!(run_state(&store, &open).await, RunState::Cancelled);
    assert!(matches!(store.cancel_ticket(open.id, &ada()).await.unwrap(), CancelOutcome::Late(_)));
    let again = store.take_ticket(open.id, LEASE, OLDEST).await.unwrap();
    assert!(matches!(again, rowcall_shared::store::TakeOutcome::Nothing), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn remarks_are_kept_from_whoever_may_see_the_ticket() {
    let store = store().await;
    let open = ticket(&store, 500).await;
    assert_eq!(store.comment_ticket(open.id, &bob(), " why 500? ").await.unwrap(), CommentOutcome::Added);
    assert_eq!(store.comment_ticket(open.id, &bob(), " \0 ").await.unwrap(), CommentOutcome::Empty);
    let denied = store.comment_ticket(open.id, &person("66", "Mallory"), "hm").await.unwrap();
    assert!(matches!(denied, CommentOutcome::Denied(Denial::NeedsRole(_))), "{denied:?}");
    let history = store.ticket_history(open.id).await.unwrap();
    assert_eq!(history[1].comment.as_deref(), Some("why 500?"));
    let long = "x".repeat(5000);
    store.comment_ticket(open.id, &ada(), &long).await.unwrap();
    let history = store.ticket_history(open.id).await.unwrap();
    assert_eq!(history[2].comment.as_ref().unwrap().len(), 2000);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_change_is_taken_without_a_key_for_the_log() {
    let store = store().await;
    let open = ticket(&store, 500).await;
    let without = store.clone().with_audit_key(None);
    let bob = bob();
    let refused = without.vote(open.id, &ballot(&open, &bob, Approve)).await;
    assert!(matches!(refused, Err(StoreError::NoAuditKey)), "{refused:?}");
    let lease = running(&store, &ada()).await;
    let refused = without.open_ticket(&lease, &change(1), |_| ending(&lease)).await;
    assert!(matches!(refused, Err(StoreError::NoAuditKey)), "{refused:?}");
}
