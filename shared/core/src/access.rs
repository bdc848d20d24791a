//! Who may do what: one table over action, role and resource. It is asked when an event comes in and again when its
//! statement is about to run.

use crate::message::Platform;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A person as a platform shows them, where they spoke, and what was known about them then. A snapshot: roles of a
/// platform can be taken away, so whoever relies on one looks at `seen_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The platform.
    pub platform: Platform,
    /// The platform's id of the person; never a name that can be chosen.
    pub id: String,
    /// The name shown there. For people's eyes alone: nothing is decided by it.
    pub name: String,
    /// Ids of the platform's roles they hold in `room.space`.
    pub roles: Vec<String>,
    /// Where they spoke.
    pub room: Room,
    /// When the platform said so.
    pub seen_at: DateTime<Utc>,
}

/// Where something is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The guild, for platforms that have them.
    pub space: Option<String>,
    /// The channel or chat; for a thread or topic, the one it belongs to.
    pub channel: String,
    /// Only this person and the bot are in it.
    pub direct: bool,
}

impl Actor {
    /// Somebody at the console or the command line, which decide themselves who gets in.
    pub fn local(platform: Platform, name: impl Into<String>, now: DateTime<Utc>) -> Self {
        let name = name.into();
        Self {
            platform,
            id: name.clone(),
            name,
            roles: Vec::new(),
            room: Room { space: None, channel: platform.as_str().into(), direct: true },
            seen_at: now,
        }
    }

    /// `discord:123`: the person's name in the store.
    pub fn subject(&self) -> String {
        format!("{}:{}", self.platform, self.id)
    }

    /// `discord:456`, for the space and the channel: what a source can be bound to and a role be granted in.
    pub fn places(&self) -> Vec<String> {
        let channel = (!self.room.direct).then_some(&self.room.channel);
        self.room.space.iter().chain(channel).map(|id| format!("{}:{id}", self.platform)).collect()
    }

    /// The place whose quota this person's questions count against: the space, else the chat.
    pub fn place(&self) -> String {
        format!("{}:{}", self.platform, self.room.space.as_ref().unwrap_or(&self.room.channel))
    }

    /// `discord:456:789` for every role of the platform: what a role of ours can be granted to.
    pub fn platform_roles(&self) -> Vec<String> {
        let Some(space) = &self.room.space else { return Vec::new() };
        self.roles.iter().map(|role| format!("{}:{space}:{role}", self.platform)).collect()
    }

    /// Whether it is known where they got in, so that no grant is asked for.
    pub fn is_local(&self) -> bool {
        self.platform.is_local()
    }
}

/// What somebody is for a source in a place. Nobody has one by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Asks questions and sees answers.
    Viewer,
    /// Also sees and writes SQL, and takes files away.
    Analyst,
    /// Also asks for changes.
    Editor,
    /// Sees answers and decides about changes.
    Approver,
    /// Manages sources, access and settings, and sees answers. Decides about no change by that alone.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Analyst, Self::Editor, Self::Approver, Self::Admin];

    /// The word kept in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Editor => "editor",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no role: use viewer, analyst, editor, approver or admin")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|r| r.as_str() == text).ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// The roles one person holds at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u8);

impl Roles {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// All of them: who reached the console or the command line owns the installation.
    pub fn all() -> Self {
        Role::ALL.into_iter().collect()
    }

    /// With one more.
    #[must_use]
    pub fn with(self, role: Role) -> Self {
        Self(self.0 | 1 << role as u8)
    }

    /// Whether it is among them.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u8) != 0
    }

    /// Whether one of them is.
    pub fn has_any(self, roles: &[Role]) -> bool {
        roles.iter().any(|r| self.has(*r))
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |r| self.has(*r))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        roles.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Something a person wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Ask a question in plain English.
    Ask,
    /// Run a statement of their own.
    RunSql,
    /// Say what a word means, for everybody who asks the source.
    Define,
    /// See an answer: its words, rows and picture; page through it; rate it.
    SeeResult,
    /// See the statement behind an answer.
    SeeSql,
    /// Take the rows away as a file.
    Export,
    /// Stop a run, correct its question, or answer what was asked back.
    Steer,
    /// Choose what the place does by default.
    ChangeSettings,
    /// Grant and revoke roles, bind sources.
    ManageAccess,
    /// See deliveries that failed for good, and send them again.
    ManageDeliveries,
    /// Ask for a change to data, or go on with one of their own where the rule leaves that to them.
    RequestChange,
    /// See a ticket: statement, impact, who decided what.
    SeeTicket,
    /// Approve or reject a change, or ask that it be altered.
    DecideTicket,
    /// Take a change back before it runs.
    CancelTicket,
    /// Let a change run without the approvals it needs, where its rule allows that, with a reason.
    BreakGlass,
    /// Ask that a change that ran be taken back.
    UndoChange,
    /// See who did what, in the whole installation.
    SeeAudit,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 17] = [
        Self::Ask,
        Self::RunSql,
        Self::Define,
        Self::SeeResult,
        Self::SeeSql,
        Self::Export,
        Self::Steer,
        Self::ChangeSettings,
        Self::ManageAccess,
        Self::ManageDeliveries,
        Self::RequestChange,
        Self::SeeTicket,
        Self::DecideTicket,
        Self::CancelTicket,
        Self::BreakGlass,
        Self::UndoChange,
        Self::SeeAudit,
    ];
}

/// What it is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A source that may be asked from here.
    Source,
    /// A source that is bound to other places.
    SourceElsewhere,
    /// A run that the person started.
    OwnRun,
    /// A run that somebody else started in this place, for all to see.
    SharedRun,
    /// A run whose answer only its asker sees.
    PrivateRun,
    /// A run of another place.
    RunElsewhere,
    /// The ticket of a change that the person asked for, with whichever of their accounts.
    OwnTicket,
    /// The ticket of somebody else's change, where its card stands or in private.
    Ticket,
    /// A ticket, looked at from a place that has nothing to do with it.
    TicketElsewhere,
    /// The place itself.
    Place,
    /// The installation.
    Installation,
}

impl Resource {
    /// Every kind of resource.
    pub const ALL: [Self; 11] = [
        Self::Source,
        Self::SourceElsewhere,
        Self::OwnRun,
        Self::SharedRun,
        Self::PrivateRun,
        Self::RunElsewhere,
        Self::OwnTicket,
        Self::Ticket,
        Self::TicketElsewhere,
        Self::Place,
        Self::Installation,
    ];
}

/// Whether it may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allow,
    /// It may not, and why.
    Deny(Denial),
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// One of these roles is needed.
    NeedsRole(&'static [Role]),
    /// The source is bound to other places.
    BoundElsewhere,
    /// Only the asker may.
    NotYours,
    /// It belongs to another place.
    OtherPlace,
    /// The action makes no sense for the resource.
    NotApplicable,
}

const SEES: &[Role] = &[Role::Viewer, Role::Analyst, Role::Editor, Role::Approver, Role::Admin];
const ANALYSES: &[Role] = &[Role::Analyst, Role::Editor];
const DEFINES: &[Role] = &[Role::Analyst, Role::Editor, Role::Admin];
const ADMIN: &[Role] = &[Role::Admin];
const CHANGES: &[Role] = &[Role::Editor];
const DECIDES: &[Role] = &[Role::Approver];
/// A card shows the statement and some rows.
const SEES_TICKETS: &[Role] = &[Role::Analyst, Role::Editor, Role::Approver, Role::Admin];
const EMERGENCY: &[Role] = &[Role::Approver, Role::Admin];

/// The table. Everything that is not allowed here is denied.
pub fn decide(action: Action, roles: Roles, resource: Resource) -> Decision {
    use Action::*;
    use Resource::*;
    let needs = |wanted: &'static [Role]| match roles.has_any(wanted) {
        true => Decision::Allow,
        false => Decision::Deny(Denial::NeedsRole(wanted)),
    };
    match (resource, action) {
        (Source, Ask) => needs(SEES),
        (Source, RunSql) => needs(ANALYSES),
        (Source, Define) => needs(DEFINES),
        (Source | OwnTicket, RequestChange) => needs(CHANGES),
        (SourceElsewhere, Ask | RunSql | Define | RequestChange) => Decision::Deny(Denial::BoundElsewhere),
        (OwnRun | SharedRun, SeeResult) => needs(SEES),
        (OwnRun | SharedRun, SeeSql | Export) => needs(ANALYSES),
        (OwnRun, Steer) => needs(SEES),
        (SharedRun, Steer) => match needs(ADMIN) {
            Decision::Allow => Decision::Allow,
            Decision::Deny(_) => Decision::Deny(Denial::NotYours),
        },
        // Not even an administrator: "kept to the asker" would mean nothing.
        (PrivateRun, SeeResult | SeeSql | Export | Steer) => Decision::Deny(Denial::NotYours),
        (RunElsewhere, SeeResult | SeeSql | Export | Steer) => Decision::Deny(Denial::OtherPlace),
        (OwnTicket, SeeTicket) => needs(SEES),
        (Ticket, SeeTicket) => needs(SEES_TICKETS),
        // Whether the requester's word counts is for the rule to say.
        (OwnTicket | Ticket, DecideTicket) => needs(DECIDES),
        // Taking one's own wish back asks for no right.
        (OwnTicket, CancelTicket) => Decision::Allow,
        (Ticket, RequestChange | CancelTicket) => Decision::Deny(Denial::NotYours),
        (OwnTicket | Ticket, BreakGlass) => needs(EMERGENCY),
        (OwnTicket | Ticket, UndoChange) => needs(CHANGES),
        (
            TicketElsewhere,
            RequestChange | SeeTicket | DecideTicket | CancelTicket | BreakGlass | UndoChange,
        ) => Decision::Deny(Denial::OtherPlace),
        (Place, ChangeSettings) | (Installation, ManageAccess | ManageDeliveries | SeeAudit) => needs(ADMIN),
        _ => Decision::Deny(Denial::NotApplicable),
    }
}
