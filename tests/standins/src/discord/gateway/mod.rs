//! The gateway: sessions that outlive a connection, and the connections themselves.

pub(crate) mod sessions;
pub(crate) mod socket;

/// The intents that matter here, by their bits.
pub(crate) mod intents {
    pub const GUILDS: u64 = 1;
    pub const GUILD_MEMBERS: u64 = 1 << 1;
    pub const GUILD_PRESENCES: u64 = 1 << 8;
    pub const GUILD_MESSAGES: u64 = 1 << 9;
    pub const DIRECT_MESSAGES: u64 = 1 << 12;
    pub const MESSAGE_CONTENT: u64 = 1 << 15;
    /// Every intent that exists.
    pub const KNOWN: u64 = 0x0333_FFFF;
}
