//! Who decides about a change: the rules of a source, and what votes amount to under one. Nothing here looks
//! anything up: who somebody is, and which roles they hold at this moment, is the store's to say.

use super::{
    impact::Operation,
    risk::{Risk, Thresholds},
};
use crate::access::{Action, Decision, Denial, Resource, Roles, decide};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, hash::Hash, num::NonZeroU8};

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Decider {
    /// Whoever asked for it says yes once more, having seen what it would do.
    Requester,
    /// That many different people whom an administrator has registered.
    Approvers {
        /// How many.
        count: NonZeroU8,
        /// The requester may be one of them. Normally four eyes are meant, and they may not.
        #[serde(default)]
        including_requester: bool,
    },
}

impl Decider {
    /// That many people, none of them the requester.
    pub const fn approvers(count: NonZeroU8) -> Self {
        Self::Approvers { count, including_requester: false }
    }
}

/// A line of a source's rules: for which changes it holds, and what it asks of them. What it does not name, it holds
/// for all of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The table, `schema.name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// What is done to its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// How much of a risk it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// Who decides.
    pub decider: Decider,
    /// In an emergency an approver or administrator may let it run alone, with a reason, for all to see.
    #[serde(default)]
    pub break_glass: bool,
}

impl Rule {
    fn holds_for(&self, table: &str, operation: Operation, risk: Risk) -> bool {
        self.table.as_ref().is_none_or(|t| t == table)
            && self.operation.is_none_or(|o| o == operation)
            && self.risk.is_none_or(|r| r == risk)
    }
}

/// What a source asks of changes; kept with the source. Every field has a default, so that a setting names only what
/// differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeRules {
    /// Which change is how much of a risk.
    pub thresholds: Thresholds,
    /// The first that holds for a change decides. A change for which none holds asks the most.
    pub rules: Vec<Rule>,
    /// How long a change waits for its decision.
    pub expires_minutes: u32,
    /// After how long without a decision people are reminded, again and again; 0 for never.
    pub remind_minutes: u32,
    /// Places where the card of every change is posted too: `discord:998877`.
    pub announce: Vec<String>,
    /// How long the rows of a change are kept so that it can be undone.
    pub undo_days: u32,
}

impl Default for ChangeRules {
    fn default() -> Self {
        let rule = |risk, decider| Rule {
            table: None,
            operation: None,
            risk: Some(risk),
            decider,
            break_glass: false,
        };
        Self {
            thresholds: Thresholds::default(),
            rules: vec![
                rule(Risk::Low, Decider::Requester),
                rule(Risk::Medium, Decider::Requester),
                rule(Risk::High, Decider::approvers(NonZeroU8::MIN)),
                rule(Risk::Critical, Decider::approvers(TWO)),
            ],
            expires_minutes: 24 * 60,
            remind_minutes: 4 * 60,
            announce: Vec::new(),
            undo_days: 30,
        }
    }
}

const TWO: NonZeroU8 = NonZeroU8::MIN.saturating_add(1);

impl ChangeRules {
    /// What a change asks for.
    pub fn requirement(&self, table: &str, operation: Operation, risk: Risk) -> Requirement {
        match self.rules.iter().find(|rule| rule.holds_for(table, operation, risk)) {
            Some(rule) => Requirement { decider: rule.decider, break_glass: rule.break_glass },
            None => self.strictest(),
        }
    }

    /// The most that any rule asks, and never less than two people.
    fn strictest(&self) -> Requirement {
        let asked = self.rules.iter().filter_map(|rule| match rule.decider {
            Decider::Requester => None,
            Decider::Approvers { count, .. } => Some(count),
        });
        Requirement { decider: Decider::approvers(asked.fold(TWO, NonZeroU8::max)), break_glass: false }
    }
}

/// What one change asks for: kept with its ticket, and shown on its card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Who decides.
    pub decider: Decider,
    /// Whether there is a way round it in an emergency.
    pub break_glass: bool,
}

/// What somebody says of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoteKind {
    /// Let it run.
    Approve,
    /// Do not.
    Reject,
    /// Not like this: the comment says how. It settles nothing.
    AskChange,
    /// Let it run now, without the approvals it needs.
    BreakGlass,
}

impl VoteKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Reject, Self::AskChange, Self::BreakGlass];

    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::AskChange => "ask_change",
            Self::BreakGlass => "break_glass",
        }
    }

    /// What that word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who votes, as far as it matters, at the moment at which the vote is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voter {
    /// They asked for the change, with this or a linked account.
    pub is_requester: bool,
    /// An administrator has registered them as a person of their own.
    pub registered: bool,
    /// Their roles for the source, where they voted.
    pub roles: Roles,
    /// They voted where the ticket can be seen.
    pub here: bool,
}

impl Voter {
    /// The ticket as it is to them.
    pub fn resource(&self) -> Resource {
        match (self.here, self.is_requester) {
            (false, _) => Resource::TicketElsewhere,
            (true, true) => Resource::OwnTicket,
            (true, false) => Resource::Ticket,
        }
    }

    fn may(&self, action: Action) -> Result<(), VoteRefusal> {
        match decide(action, self.roles, self.resource()) {
            Decision::Allow => Ok(()),
            Decision::Deny(denial) => Err(VoteRefusal::Denied(action, denial)),
        }
    }
}

/// Why a vote does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteRefusal {
    /// They lack the right.
    Denied(Action, Denial),
    /// It is their own change, and the rule asks for somebody else.
    OwnChange,
    /// The rule leaves it to whoever asked for it.
    OnlyRequester,
    /// No administrator has said that this account is a person of its own.
    NotRegistered,
    /// The rule knows no emergency.
    NoBreakGlass,
}

/// A vote of `P`, which stands for a person: the same for all of their linked accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote<P> {
    /// The person.
    pub person: P,
    /// What they said.
    pub kind: VoteKind,
    /// What is known of them now.
    pub voter: Voter,
}

/// What votes amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// More are needed.
    Open {
        /// People who said yes, and still may.
        have: u8,
        /// How many are needed.
        need: u8,
    },
    /// The rule is met.
    Approved,
    /// The way round it was taken.
    BrokenGlass,
    /// Somebody who may said no.
    Rejected,
}

impl Requirement {
    /// How many yeses it takes.
    pub fn need(&self) -> u8 {
        match self.decider {
            Decider::Requester => 1,
            Decider::Approvers { count, .. } => count.get(),
        }
    }

    /// Whether such a vote of such a person counts.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, kind: VoteKind, voter: &Voter) -> Result<(), VoteRefusal> {
        match (kind, self.decider) {
            (VoteKind::Reject | VoteKind::AskChange, _) => voter.may(Action::DecideTicket),
            (VoteKind::BreakGlass, _) => match self.break_glass {
                true => voter.may(Action::BreakGlass),
                false => Err(VoteRefusal::NoBreakGlass),
            },
            (VoteKind::Approve, Decider::Requester) => match voter.is_requester {
                true => voter.may(Action::RequestChange),
                // Who may not even see it is told that, and not who may decide.
                false => voter.may(Action::SeeTicket).and(Err(VoteRefusal::OnlyRequester)),
            },
            (VoteKind::Approve, Decider::Approvers { including_requester, .. }) => {
                if voter.is_requester && !including_requester && voter.here {
                    return Err(VoteRefusal::OwnChange);
                }
                voter.may(Action::DecideTicket)?;
                match voter.registered {
                    true => Ok(()),
                    false => Err(VoteRefusal::NotRegistered),
                }
            }
        }
    }

    /// Counts votes anew, each by what is known of its voter now: a role that was lost since, or two accounts that
    /// turned out to be one person, take away what they gave.
    pub fn tally<P: Eq + Hash + Copy>(&self, votes: &[Vote<P>]) -> Tally {
        let counts = |kind| {
            votes
                .iter()
                .filter(|vote| vote.kind == kind && self.admits(kind, &vote.voter).is_ok())
                .map(|vote| vote.person)
                .collect::<HashSet<P>>()
                .len()
        };
        if counts(VoteKind::Reject) > 0 {
            return Tally::Rejected;
        }
        if counts(VoteKind::BreakGlass) > 0 {
            return Tally::BrokenGlass;
        }
        let have = u8::try_from(counts(VoteKind::Approve)).unwrap_or(u8::MAX);
        match have >= self.need() {
            true => Tally::Approved,
            false => Tally::Open { have, need: self.need() },
        }
    }

    /// The rule in words, for the card: "needs 2 of @data-leads, not you". `you` says that the reader asked for the
    /// change; `groups` are those whose members may approve, as the platform shows them.
    pub fn in_words(&self, you: bool, groups: &[String]) -> String {
        let mut words = match self.decider {
            Decider::Requester if you => "needs your confirmation".to_owned(),
            Decider::Requester => "needs the confirmation of whoever asked for it".to_owned(),
            Decider::Approvers { count, including_requester } => {
                let who = match (groups, count.get()) {
                    ([], 1) => "1 approver".to_owned(),
                    ([], n) => format!("{n} approvers"),
                    (groups, n) => format!("{n} of {}", groups.join(", ")),
                };
                let requester = if you { "you" } else { "whoever asked for it" };
                match including_requester {
                    true => format!("needs {who}; {requester} may be among them"),
                    false => format!("needs {who}, not {requester}"),
                }
            }
        };
        if self.break_glass {
            words += "; in an emergency one approver or administrator alone, with a reason";
        }
        words
    }
}

#[cfg(test)]
mod tests;
