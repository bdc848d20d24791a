//! Permissions as bits, and who has which of them in a channel.

/// A set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Permissions(pub u64);

impl Permissions {
    /// Everything, whatever a channel says.
    pub const ADMINISTRATOR: Self = Permissions(1 << 3);
    /// Change channels.
    pub const MANAGE_CHANNELS: Self = Permissions(1 << 4);
    /// Set reactions.
    pub const ADD_REACTIONS: Self = Permissions(1 << 6);
    /// See a channel.
    pub const VIEW_CHANNEL: Self = Permissions(1 << 10);
    /// Write in a channel.
    pub const SEND_MESSAGES: Self = Permissions(1 << 11);
    /// Delete other people's messages.
    pub const MANAGE_MESSAGES: Self = Permissions(1 << 13);
    /// Send embeds.
    pub const EMBED_LINKS: Self = Permissions(1 << 14);
    /// Send files.
    pub const ATTACH_FILES: Self = Permissions(1 << 15);
    /// Read what was written before.
    pub const READ_MESSAGE_HISTORY: Self = Permissions(1 << 16);
    /// Ping everyone.
    pub const MENTION_EVERYONE: Self = Permissions(1 << 17);
    /// Use slash commands.
    pub const USE_APPLICATION_COMMANDS: Self = Permissions(1 << 31);
    /// Change and archive threads.
    pub const MANAGE_THREADS: Self = Permissions(1 << 34);
    /// Create public threads.
    pub const CREATE_PUBLIC_THREADS: Self = Permissions(1 << 35);
    /// Create private threads.
    pub const CREATE_PRIVATE_THREADS: Self = Permissions(1 << 36);
    /// Write in threads.
    pub const SEND_MESSAGES_IN_THREADS: Self = Permissions(1 << 38);
    /// None.
    pub const NONE: Self = Permissions(0);
    /// All of them.
    pub const ALL: Self = Permissions((1 << 52) - 1);

    /// What `@everyone` may do in a new guild.
    pub const EVERYONE: Self = Permissions(
        1 << 6 | 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31 | 1 << 35 | 1 << 36 | 1 << 38,
    );

    /// Both together.
    pub const fn and(self, other: Self) -> Self {
        Permissions(self.0 | other.0)
    }

    /// Without `other`.
    pub const fn without(self, other: Self) -> Self {
        Permissions(self.0 & !other.0)
    }

    /// Whether all of `other` are here.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// One line of a channel's permission table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overwrite {
    /// A role's or a member's id.
    pub id: u64,
    pub member: bool,
    pub allow: Permissions,
    pub deny: Permissions,
}

/// Permissions of a member in a channel, in the order that Discord documents: `@everyone`, roles, the member.
pub(crate) fn in_channel(
    guild: u64,
    member: u64,
    roles: &[u64],
    base: Permissions,
    overwrites: &[Overwrite],
) -> Permissions {
    if base.has(Permissions::ADMINISTRATOR) {
        return Permissions::ALL;
    }
    let mut result = base;
    let mut apply = |allow: u64, deny: u64| result = Permissions(result.0 & !deny | allow);
    for line in overwrites.iter().filter(|line| !line.member && line.id == guild) {
        apply(line.allow.0, line.deny.0);
    }
    let of_roles = overwrites.iter().filter(|line| !line.member && roles.contains(&line.id));
    let (allow, deny) =
        of_roles.fold((0, 0), |(allow, deny), line| (allow | line.allow.0, deny | line.deny.0));
    apply(allow, deny);
    for line in overwrites.iter().filter(|line| line.member && line.id == member) {
        apply(line.allow.0, line.deny.0);
    }
    if result.has(Permissions::VIEW_CHANNEL) { result } else { Permissions::NONE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_members_line_beats_the_roles_and_theirs_beat_everyones() {
        let line = |id, member, allow, deny| Overwrite { id, member, allow, deny };
        let send = Permissions::SEND_MESSAGES;
        let none = Permissions::NONE;
        let base = Permissions::EVERYONE;
        let of = |lines: &[Overwrite]| in_channel(1, 9, &[2], base, lines).has(send);
        assert!(of(&[]));
        assert!(!of(&[line(1, false, none, send)]));
        assert!(of(&[line(1, false, none, send), line(2, false, send, none)]));
        assert!(!of(&[line(2, false, send, none), line(9, true, none, send)]));
        let hidden = [line(1, false, none, Permissions::VIEW_CHANNEL)];
        assert_eq!(in_channel(1, 9, &[2], base, &hidden), none);
        assert_eq!(in_channel(1, 9, &[2], Permissions::ADMINISTRATOR, &hidden), Permissions::ALL);
    }
}
