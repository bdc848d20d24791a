//! Whatever is done to a ticket, in whatever order: it is executed only by a worker whose permit came from an approval that
//! had, at that moment, what its rule requires.

use crate::common::{self, LEASE, OLDEST, ada, allow, bob, cleo, link, person, set_rules, store, vote};
use proptest::{collection, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use rowcall_core::{Actor, Role, TicketState, VoteKind};
use rowcall_shared::{
    Store,
    store::{Permit, Settlement, TakeOutcome, Ticket},
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

/// What may happen to a ticket.
#[derive(Clone, Copy, Debug)]
enum Deed {
    /// Somebody presses a button.
    Vote(usize, VoteKind),
    /// The requester wants it no more.
    Cancel,
    /// An approver loses the role, or gets it back.
    Role(usize, bool),
    /// Its time is over, seen by the clock alone, or by whoever looks after tickets.
    Overdue,
    Expire,
    /// A worker takes it up.
    Take,
    /// The worker that has it, or had it, says how it went.
    Settle(usize, bool),
    /// It says that it does not know.
    Doubt(usize),
    /// It is silent for too long; or what was in doubt is due again.
    LeaseEnds,
}

/// Approving is tried more often than anything else, so that many tickets come far.
fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0..6_usize).prop_map(|who| Deed::Vote(who, VoteKind::Approve)),
        1 => (0..6_usize).prop_map(|who| Deed::Vote(who, VoteKind::Reject)),
        1 => (0..6_usize).prop_map(|who| Deed::Vote(who, VoteKind::BreakGlass)),
        1 => Just(Deed::Cancel),
        4 => (1..3_usize, any::<bool>()).prop_map(|(who, has)| Deed::Role(who, has)),
        1 => Just(Deed::Overdue),
        1 => Just(Deed::Expire),
        8 => Just(Deed::Take),
        4 => (0..3_usize, any::<bool>()).prop_map(|(which, done)| Deed::Settle(which, done)),
        2 => (0..3_usize).prop_map(Deed::Doubt),
        3 => Just(Deed::LeaseEnds),
    ]
}

/// What must be true by the rules alone, kept beside the store.
struct World {
    store: Store,
    /// Ada asks; the fourth is another account of hers, the fifth is nobody's that is known, the sixth may do nothing.
    people: [Actor; 6],
    /// The grants of the two approvers who count, while they have one.
    grants: [Option<uuid::Uuid>; 3],
}

impl World {
    async fn new() -> Self {
        let store = store().await;
        let (twin, dora) = (person("11", "A."), person("4", "Dora"));
        for account in ["discord:1", "discord:11", "discord:4"] {
            allow(&store, account, Role::Approver).await;
        }
        link(&store, &ada(), &twin).await;
        store.set_registered("discord:4", false).await.unwrap();
        let people = [ada(), bob(), cleo(), twin, dora, person("66", "Mallory")];
        let mut world = Self { store, people, grants: [None; 3] };
        // The grants that come with the store are not known by their ids.
        sqlx::query("DELETE FROM grants WHERE role = 'approver' AND subject IN ('discord:2', 'discord:3')")
            .execute(world.store.pool())
            .await
            .unwrap();
        world.everybody().await;
        world
    }

    async fn everybody(&mut self) {
        for who in [1, 2] {
            self.role(who, true).await;
        }
    }

    async fn role(&mut self, who: usize, has: bool) {
        match (self.grants[who], has) {
            (None, true) => {
                let account = self.people[who].subject();
                self.grants[who] = Some(allow(&self.store, &account, Role::Approver).await);
            }
            (Some(id), false) => {
                assert!(self.store.revoke(id).await.unwrap());
                self.grants[who] = None;
            }
            _ => {}
        }
    }

    async fn look(&self, ticket: &Ticket) -> TicketState {
        self.store.ticket(ticket.id).await.unwrap().unwrap().state
    }

    /// Does everything in turn. Gives how the ticket ended up.
    async fn play(&mut self, count: usize, deeds: &[Deed]) -> TicketState {
        self.everybody().await;
        set_rules(&self.store, json!({ "rules": [{ "decider": { "approvers": { "count": count } } }] }))
            .await;
        let ticket = common::ticket(&self.store, 500).await;
        let mut yes: BTreeSet<usize> = BTreeSet::new();
        let mut overdue = false;
        let mut permits: Vec<Permit> = Vec::new();
        let mut was = TicketState::Pending;
        for deed in deeds {
            let mut said_done = false;
            match *deed {
                Deed::Vote(who, kind) => {
                    let outcome = vote(&self.store, &ticket, &self.people[who], kind).await;
                    let counted = matches!(outcome, rowcall_shared::store::VoteOutcome::Counted(..));
                    // Ada in both her accounts, Dora whom nobody knows, and Mallory decide nothing; and no rule has a glass.
                    let may =
                        matches!(who, 1 | 2) && self.grants[who].is_some() && kind != VoteKind::BreakGlass;
                    assert!(may || !counted || kind == VoteKind::Reject && who != 5, "{deed:?}: {outcome:?}");
                    if counted && kind == VoteKind::Approve {
                        yes.insert(who);
                    } else if counted {
                        yes.remove(&who);
                    }
                }
                Deed::Cancel => {
                    self.store.cancel_ticket(ticket.id, &self.people[0]).await.unwrap();
                }
                Deed::Role(who, has) => self.role(who, has).await,
                Deed::Overdue => {
                    overdue = true;
                    self.own(
                        "UPDATE tickets SET expires_at = now() - interval '1 second' WHERE id = $1",
                        &ticket,
                    )
                    .await;
                }
                Deed::Expire => {
                    self.store.expire_tickets(100).await.unwrap();
                }
                Deed::Take => {
                    if let TakeOutcome::Run(permit) =
                        self.store.take_ticket(ticket.id, LEASE, OLDEST).await.unwrap()
                    {
                        let able = yes.iter().filter(|who| self.grants[**who].is_some()).count();
                        let enough = able >= count && !overdue;
                        assert!(enough || permit.is_recovery(), "{deeds:?}: {able} of {count}");
                        assert!(enough || permit.withdrawn().is_some(), "{deeds:?}: {able} of {count}");
                        assert_eq!(permit.is_recovery(), !permits.is_empty(), "{deeds:?}");
                        permits.push(*permit);
                    }
                }
                Deed::Settle(which, done) => {
                    if let Some(at) = permits.len().checked_sub(1 + which) {
                        let how = match done {
                            true => Settlement::Executed { rows: Some(500), note: None },
                            false => Settlement::Failed("no".into()),
                        };
                        let settled = self.store.settle_ticket(&permits[at], &how).await.unwrap();
                        assert!(!settled || which == 0 && was == TicketState::Executing, "{deeds:?}");
                        said_done = settled && done;
                    }
                }
                Deed::Doubt(which) => {
                    if let Some(at) = permits.len().checked_sub(1 + which) {
                        let doubted =
                            self.store.doubt_ticket(&permits[at], "?", Duration::ZERO).await.unwrap();
                        assert!(!doubted || which == 0 && was == TicketState::Executing, "{deeds:?}");
                    }
                }
                Deed::LeaseEnds => {
                    self.own("UPDATE tickets SET lease_until = now() - interval '1 second' WHERE id = $1 AND lease_until IS NOT NULL", &ticket)
                        .await;
                }
            }
            let now = self.look(&ticket).await;
            assert!(!was.is_settled() || now == was, "{was:?} became {now:?} by {deed:?}: {deeds:?}");
            assert_eq!(now == TicketState::Executed && was != now, said_done, "{deed:?}: {deeds:?}");
            let began = now == TicketState::Executing && was != now;
            assert!(!began || matches!(deed, Deed::Take), "{deed:?}: {deeds:?}");
            let approved = now == TicketState::Approved && was != now;
            assert!(!approved || matches!(deed, Deed::Vote(..)), "{deed:?}: {deeds:?}");
            was = now;
        }
        was
    }

    async fn own(&self, statement: &'static str, ticket: &Ticket) {
        sqlx::query(statement).bind(ticket.id.0).execute(self.store.pool()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_executed_without_what_its_rule_requires() {
    let mut world = World::new().await;
    let mut runner = TestRunner::deterministic();
    let mut ends: Vec<TicketState> = Vec::new();
    for case in 0..200 {
        let deeds = collection::vec(deed(), 1..24).new_tree(&mut runner).unwrap().current();
        ends.push(world.play(1 + case % 2, &deeds).await);
    }
    // It is no proof where nothing gets through, or everything.
    for state in [TicketState::Executed, TicketState::Rejected, TicketState::Expired, TicketState::Pending] {
        assert!(ends.contains(&state), "{state:?} never came: {ends:?}");
    }
}
