//! What a test may choose about the platform before the stand-in starts.

use std::time::Duration;

/// How the stand-in behaves. `Settings::default()` is Discord as documented, with a short heartbeat.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The only token that is accepted, without the word `Bot`.
    pub token: String,
    /// The bot's name as people see it.
    pub bot_name: String,
    /// Whether the application may read what people write (the privileged intent MESSAGE_CONTENT).
    pub message_content: bool,
    /// Whether the application may ask for members (the privileged intent GUILD_MEMBERS).
    pub guild_members: bool,
    /// Whether the application may ask for presences (the privileged intent GUILD_PRESENCES).
    pub guild_presences: bool,
    /// How often the client is told to send a heartbeat.
    pub heartbeat: Duration,
    /// How many shards `GET /gateway/bot` recommends.
    pub shards: u64,
    /// How long an interaction may wait for its first answer.
    pub interaction_window: Duration,
    /// How long an interaction's token can be used after that.
    pub token_lifetime: Duration,
    /// The largest file that may be sent, in bytes.
    pub file_limit: usize,
    /// How many requests fit into which time.
    pub limits: RateLimits,
    /// Whether the stand-in's own answers are checked too; a wrong one is a violation of its own kind.
    pub check_answers: bool,
    /// Where chance starts in the faults.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            token: "stand-in.token.for-tests-only".to_owned(),
            bot_name: "Rowcall".to_owned(),
            message_content: true,
            guild_members: false,
            guild_presences: false,
            heartbeat: Duration::from_secs(10),
            shards: 1,
            interaction_window: Duration::from_secs(3),
            token_lifetime: Duration::from_secs(15 * 60),
            file_limit: 10 * 1024 * 1024,
            limits: RateLimits::default(),
            check_answers: false,
            seed: 7,
        }
    }
}

/// So many requests in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many requests.
    pub count: u32,
    /// In how much time, counted from the first of them.
    pub per: Duration,
}

impl Rate {
    /// `count` requests in `per`.
    pub const fn new(count: u32, per: Duration) -> Self {
        Rate { count, per }
    }
}

/// The rate limits. Discord publishes only the global one; the others are what its headers were seen to say.
#[derive(Clone, Debug)]
pub struct RateLimits {
    /// False: nothing is limited, and the headers show an endless bucket.
    pub on: bool,
    /// All requests of the bot together; interactions and their webhooks do not count.
    pub global: Rate,
    /// New messages, per channel.
    pub send: Rate,
    /// Edits, per channel.
    pub edit: Rate,
    /// Deletions, per channel.
    pub delete: Rate,
    /// Each kind of request on an interaction's token.
    pub webhook: Rate,
    /// Setting reactions, per channel.
    pub react: Rate,
    /// Every other route, per route and its first id.
    pub other: Rate,
    /// A request this much too early is not held against the bot.
    pub tolerance: Duration,
    /// Requests this soon after a 429 were on their way before the bot could know, and are not held against it.
    pub in_flight: Duration,
}

impl Default for RateLimits {
    fn default() -> Self {
        let second = Duration::from_secs(1);
        RateLimits {
            on: true,
            global: Rate::new(50, second),
            send: Rate::new(5, second * 5),
            edit: Rate::new(5, second * 5),
            delete: Rate::new(5, second),
            webhook: Rate::new(5, second * 2),
            react: Rate::new(1, second / 4),
            other: Rate::new(50, second),
            tolerance: Duration::from_millis(30),
            in_flight: Duration::from_millis(250),
        }
    }
}
