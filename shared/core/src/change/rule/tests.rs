//! Rules and votes: cases to be read, and properties over any sequence of votes.

use super::*;
use crate::access::Role;
use crate::change::TicketState;
use proptest::{collection::vec, prelude::*};

fn approvers(count: u8) -> Requirement {
    let count = NonZeroU8::new(count).unwrap();
    Requirement { decider: Decider::approvers(count), break_glass: false }
}

const CONFIRM: Requirement = Requirement { decider: Decider::Requester, break_glass: false };

fn voter(roles: &[Role]) -> Voter {
    Voter { is_requester: false, registered: true, roles: roles.iter().copied().collect(), here: true }
}

#[test]
fn the_first_rule_that_holds_decides_and_none_asks_the_most() {
    let defaults = ChangeRules::default();
    let check = |rules: &ChangeRules, table: &str, operation, risk, expected| {
        assert_eq!(rules.requirement(table, operation, risk).in_words(true, &[]), expected);
    };
    check(&defaults, "shop.orders", Operation::Update, Risk::Low, "needs your confirmation");
    check(&defaults, "shop.orders", Operation::Update, Risk::Medium, "needs your confirmation");
    check(&defaults, "shop.orders", Operation::Update, Risk::High, "needs 1 approver, not you");
    check(&defaults, "shop.orders", Operation::Update, Risk::Critical, "needs 2 approvers, not you");
    let text = r#"{"thresholds": {"low": 1}, "rules": [
        {"table": "shop.orders", "operation": "delete", "decider": {"approvers": {"count": 3}}},
        {"table": "shop.orders", "decider": {"approvers": {"count": 1, "including_requester": true}}, "break_glass": true},
        {"risk": "low", "decider": "requester"}]}"#;
    let own: ChangeRules = serde_json::from_str(text).unwrap();
    assert_eq!((own.thresholds.low, own.thresholds.medium), (1, 100));
    check(&own, "shop.orders", Operation::Delete, Risk::Low, "needs 3 approvers, not you");
    check(
        &own,
        "shop.orders",
        Operation::Insert,
        Risk::Critical,
        "needs 1 approver; you may be among them; in an emergency one approver or administrator alone, with a reason",
    );
    check(&own, "shop.other", Operation::Insert, Risk::Low, "needs your confirmation");
    check(&own, "shop.other", Operation::Insert, Risk::Medium, "needs 3 approvers, not you");
    let none = ChangeRules { rules: Vec::new(), ..ChangeRules::default() };
    check(&none, "shop.orders", Operation::Insert, Risk::Low, "needs 2 approvers, not you");
}

#[test]
fn a_setting_that_makes_no_sense_is_refused() {
    for wrong in [
        r#"{"rules": [{"decider": {"approvers": {"count": 0}}}]}"#,
        r#"{"rules": [{"decider": "nobody"}]}"#,
        r#"{"rules": [{"decider": "requester", "tabel": "t"}]}"#,
        r#"{"rules": [{}]}"#,
        r#"{"threshold": {}}"#,
    ] {
        assert!(serde_json::from_str::<ChangeRules>(wrong).is_err(), "{wrong}");
    }
    let all = ChangeRules::default();
    let text = serde_json::to_string(&all).unwrap();
    assert_eq!(serde_json::from_str::<ChangeRules>(&text).unwrap(), all);
    assert_eq!(serde_json::from_str::<ChangeRules>("{}").unwrap(), all);
}

#[test]
fn who_counts_and_who_is_told_what() {
    use VoteKind::*;
    let check = |requirement: Requirement, kind, voter: Voter, expected: Result<(), VoteRefusal>| {
        assert_eq!(requirement.admits(kind, &voter), expected, "{kind:?} of {voter:?}");
    };
    let approver = voter(&[Role::Approver]);
    let own = |roles: &[Role]| Voter { is_requester: true, ..voter(roles) };
    let lacks = |action, roles| Err(VoteRefusal::Denied(action, Denial::NeedsRole(roles)));
    let (decides, changes): (&[Role], &[Role]) = (&[Role::Approver], &[Role::Editor]);
    check(approvers(1), Approve, approver, Ok(()));
    check(approvers(1), Approve, voter(&[Role::Admin]), lacks(Action::DecideTicket, decides));
    check(approvers(1), Approve, own(&[Role::Approver]), Err(VoteRefusal::OwnChange));
    check(approvers(1), Approve, Voter { registered: false, ..approver }, Err(VoteRefusal::NotRegistered));
    let elsewhere = Err(VoteRefusal::Denied(Action::DecideTicket, Denial::OtherPlace));
    check(approvers(1), Approve, Voter { here: false, ..approver }, elsewhere);
    check(approvers(1), Reject, Voter { registered: false, ..approver }, Ok(()));
    check(approvers(1), BreakGlass, approver, Err(VoteRefusal::NoBreakGlass));
    let emergency = Requirement { break_glass: true, ..approvers(2) };
    check(emergency, BreakGlass, own(&[Role::Editor, Role::Approver]), Ok(()));
    check(emergency, BreakGlass, voter(&[Role::Admin]), Ok(()));
    check(
        emergency,
        BreakGlass,
        voter(&[Role::Editor]),
        lacks(Action::BreakGlass, &[Role::Approver, Role::Admin]),
    );
    check(CONFIRM, Approve, own(&[Role::Editor]), Ok(()));
    check(CONFIRM, Approve, own(&[Role::Viewer]), lacks(Action::RequestChange, changes));
    check(CONFIRM, Approve, approver, Err(VoteRefusal::OnlyRequester));
    check(CONFIRM, Reject, approver, Ok(()));
}

/// A person of the properties below: 0 asked for the change.
#[derive(Clone, Debug)]
struct Cast {
    account: usize,
    kind: VoteKind,
}

/// What may happen between two votes.
#[derive(Clone, Debug)]
enum Event {
    Vote(Cast),
    /// An account turns out to be another's person.
    Link(usize, usize),
    /// Roles come and go.
    Roles(usize, u8),
    Register(usize, bool),
    Move(usize, bool),
}

const ACCOUNTS: usize = 5;

fn event() -> impl Strategy<Value = Event> {
    let account = 0..ACCOUNTS;
    let kind = prop::sample::select(VoteKind::ALL.to_vec());
    prop_oneof![
        6 => (account.clone(), kind).prop_map(|(account, kind)| Event::Vote(Cast { account, kind })),
        1 => (account.clone(), account.clone()).prop_map(|(a, b)| Event::Link(a, b)),
        1 => (account.clone(), 0..32u8).prop_map(|(a, roles)| Event::Roles(a, roles)),
        1 => (account.clone(), any::<bool>()).prop_map(|(a, on)| Event::Register(a, on)),
        1 => (account, any::<bool>()).prop_map(|(a, here)| Event::Move(a, here)),
    ]
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let decider = prop_oneof![
        Just(Decider::Requester),
        (1..4u8, any::<bool>()).prop_map(|(count, including_requester)| Decider::Approvers {
            count: NonZeroU8::new(count).unwrap(),
            including_requester,
        }),
    ];
    (decider, any::<bool>()).prop_map(|(decider, break_glass)| Requirement { decider, break_glass })
}

/// The accounts as they are now.
struct World {
    person: [usize; ACCOUNTS],
    roles: [u8; ACCOUNTS],
    registered: [bool; ACCOUNTS],
    here: [bool; ACCOUNTS],
}

impl World {
    fn has(&self, account: usize, role: Role) -> bool {
        self.roles[account] & (1 << role as u8) != 0
    }

    fn voter(&self, account: usize) -> Voter {
        Voter {
            is_requester: self.person[account] == self.person[0],
            registered: self.registered[account],
            roles: Role::ALL.into_iter().filter(|role| self.has(account, *role)).collect(),
            here: self.here[account],
        }
    }
}

/// What the rule says, in other words than the code's: the people whose yes may count.
fn may_say_yes(requirement: &Requirement, world: &World, account: usize) -> bool {
    let asked = world.person[account] == world.person[0];
    world.here[account]
        && match requirement.decider {
            Decider::Requester => asked && world.has(account, Role::Editor),
            Decider::Approvers { including_requester, .. } => {
                (!asked || including_requester)
                    && world.registered[account]
                    && world.has(account, Role::Approver)
            }
        }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: a ticket is approved only when enough different people who may have said
    /// yes, or when the glass was broken by somebody who may; and every step is a legal move of a ticket.
    #[test]
    fn no_sequence_of_votes_approves_without_what_the_rule_requires(
        requirement in requirement(),
        start in (prop::array::uniform5(0..32u8), prop::array::uniform5(any::<bool>())),
        events in vec(event(), 1..24),
    ) {
        let mut world = World { person: [0, 1, 2, 3, 4], roles: start.0, registered: start.1, here: [true; ACCOUNTS] };
        let mut state = TicketState::Pending;
        let mut votes: Vec<Cast> = Vec::new();
        for event in events {
            match event {
                Event::Link(a, b) => {
                    let (from, into) = (world.person[a], world.person[b]);
                    for person in &mut world.person {
                        if *person == from {
                            *person = into;
                        }
                    }
                }
                Event::Roles(account, roles) => world.roles[account] = roles,
                Event::Register(account, on) => world.registered[account] = on,
                Event::Move(account, here) => world.here[account] = here,
                Event::Vote(cast) => {
                    if state.is_settled() || state == TicketState::Approved {
                        continue;
                    }
                    if requirement.admits(cast.kind, &world.voter(cast.account)).is_err() {
                        continue;
                    }
                    // One vote of a person: the last.
                    votes.retain(|v| world.person[v.account] != world.person[cast.account]);
                    votes.push(cast);
                    let counted: Vec<Vote<usize>> = votes
                        .iter()
                        .map(|v| Vote { person: world.person[v.account], kind: v.kind, voter: world.voter(v.account) })
                        .collect();
                    let next = match requirement.tally(&counted) {
                        Tally::Open { have, need } => {
                            prop_assert!(have < need);
                            continue;
                        }
                        Tally::Approved => {
                            let yes: HashSet<usize> = votes
                                .iter()
                                .filter(|v| v.kind == VoteKind::Approve && may_say_yes(&requirement, &world, v.account))
                                .map(|v| world.person[v.account])
                                .collect();
                            prop_assert!(yes.len() >= usize::from(requirement.need()), "{yes:?} for {requirement:?}");
                            TicketState::Approved
                        }
                        Tally::BrokenGlass => {
                            prop_assert!(requirement.break_glass);
                            prop_assert!(votes.iter().any(|v| v.kind == VoteKind::BreakGlass
                                && world.here[v.account]
                                && (world.has(v.account, Role::Approver) || world.has(v.account, Role::Admin))));
                            TicketState::Approved
                        }
                        Tally::Rejected => {
                            prop_assert!(votes.iter().any(|v| v.kind == VoteKind::Reject
                                && world.here[v.account]
                                && world.has(v.account, Role::Approver)));
                            TicketState::Rejected
                        }
                    };
                    prop_assert!(state.may_become(next));
                    state = next;
                }
            }
        }
    }

    /// A rule that everybody agrees to is met: what must not happen is not all that matters.
    #[test]
    fn enough_people_who_may_are_enough(requirement in requirement(), spare in 0..2u8) {
        let everything: Roles = Roles::all();
        let people = (0..requirement.need() + spare).map(|n| match requirement.decider {
            Decider::Requester => 0,
            Decider::Approvers { .. } => n + 1,
        });
        let votes: Vec<Vote<u8>> = people
            .map(|person| Vote {
                person,
                kind: VoteKind::Approve,
                voter: Voter { is_requester: person == 0, registered: true, roles: everything, here: true },
            })
            .collect();
        prop_assert_eq!(requirement.tally(&votes), Tally::Approved);
        let short = &votes[..usize::from(requirement.need()) - 1];
        let open = matches!(requirement.tally(short), Tally::Open { .. });
        prop_assert!(open);
    }
}
