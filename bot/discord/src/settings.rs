//! What can be set.

use anyhow::bail;
use rowcall_shared::Secret;

/// How the bot works for Discord.
#[derive(Clone, Debug)]
pub struct DiscordSettings {
    /// The bot's token.
    pub token: Secret,
    /// Where Discord's API is, for tests; anything that is not on this machine is refused. `None`: the real one.
    pub api_base: Option<String>,
    /// Whether the text of messages that do not mention the bot is asked for.
    pub message_content: MessageContent,
    /// Guilds the bot answers in; empty means all. Direct messages are not a guild.
    pub guilds: Vec<u64>,
}

/// Whether the privileged intent MESSAGE_CONTENT is used. Follow-ups in a thread need it when they do not mention
/// the bot; nothing else does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageContent {
    /// Ask for it, and go on without when Discord does not allow it.
    #[default]
    Auto,
    /// Ask for it, and do not start without.
    On,
    /// Never ask for it.
    Off,
}

impl DiscordSettings {
    /// Refuses what cannot be used.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.token.reveal().trim().is_empty() {
            bail!("DISCORD_TOKEN is empty: copy the token from the \"Bot\" page of the application");
        }
        if !self.token.reveal().bytes().all(|b| b.is_ascii_graphic()) {
            bail!(
                "DISCORD_TOKEN holds characters that no token has: copy it again, without spaces or quotes"
            );
        }
        match &self.api_base {
            Some(base) if !is_loopback(base, &["http"]) => {
                bail!(
                    "DISCORD_API_BASE must be an http address on this machine, such as http://127.0.0.1:8090"
                )
            }
            _ => Ok(()),
        }
    }

    /// Whether the bot answers in this guild (or, without one, in direct messages).
    pub fn serves(&self, guild: Option<u64>) -> bool {
        self.guilds.is_empty() || guild.is_none_or(|guild| self.guilds.contains(&guild))
    }
}

/// Whether a URL of one of these schemes leads to this machine.
pub(crate) fn is_loopback(url: &str, schemes: &[&str]) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    here && schemes.contains(&url.scheme())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_stands_in_for_discord() {
        for good in ["http://127.0.0.1:1", "http://localhost:80/", "http://[::1]:9"] {
            assert!(is_loopback(good, &["http"]), "{good}");
        }
        for bad in [
            "https://127.0.0.1",
            "http://discord.com",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com",
            "localhost:80",
            "",
        ] {
            assert!(!is_loopback(bad, &["http"]), "{bad}");
        }
    }

    #[test]
    fn the_token_is_not_printed() {
        let settings = DiscordSettings {
            token: Secret::new("abc.def"),
            api_base: None,
            message_content: MessageContent::Auto,
            guilds: vec![7],
        };
        assert!(!format!("{settings:?}").contains("abc"));
        assert!(settings.check().is_ok());
        assert!(settings.serves(Some(7)) && settings.serves(None) && !settings.serves(Some(8)));
        let spaced = DiscordSettings { token: Secret::new("abc def"), ..settings };
        assert!(!spaced.check().map_err(|e| e.to_string()).unwrap_err().contains("abc"));
    }
}
