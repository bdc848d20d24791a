//! What a front end for Telegram needs to know.

use anyhow::ensure;
use reqwest::Url;
use rowcall_shared::Secret;
use std::{net::SocketAddr, time::Duration};

/// How Telegram is reached, and which chats are answered. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct TelegramSettings {
    /// The bot's token.
    pub token: Secret,
    /// Another server than Telegram's, for tests: on this machine.
    pub api_base: Option<Url>,
    /// How updates come in.
    pub mode: Mode,
    /// Chats that are answered, private ones included; empty for all.
    pub chats: Vec<i64>,
}

/// How updates come in.
#[derive(Clone, Debug)]
pub enum Mode {
    /// One process asks for them, and waits while there are none.
    Polling,
    /// Telegram brings them.
    Webhook {
        /// Where Telegram brings them: an https address that leads to `listen`.
        url: Url,
        /// Where this process listens.
        listen: SocketAddr,
        /// What Telegram shows to prove itself: 1 to 256 of `A-Z a-z 0-9 _ -`.
        secret: Secret,
    },
}

/// How long Telegram keeps a request for updates open while there are none.
pub(crate) const LONG_POLL: Duration = Duration::from_secs(50);

impl TelegramSettings {
    /// Whether they can be used at all.
    ///
    /// # Errors
    /// In words, when they cannot; without secrets.
    pub fn check(&self) -> anyhow::Result<()> {
        let shape = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        };
        let token = self.token.reveal().split_once(':');
        ensure!(
            token
                .is_some_and(|(id, rest)| id.chars().all(|c| c.is_ascii_digit()) && shape(id) && shape(rest)),
            "the Telegram token is not of the form 123456:ABC…: copy it from @BotFather"
        );
        if let Some(base) = &self.api_base {
            ensure!(
                is_loopback(base),
                "another server for Telegram must be on this machine (http://127.0.0.1:PORT), it is {}",
                base.host_str().unwrap_or("nowhere")
            );
        }
        if let Mode::Webhook { url, secret, .. } = &self.mode {
            ensure!(
                url.scheme() == "https" || (self.api_base.is_some() && is_loopback(url)),
                "Telegram brings updates to https addresses alone"
            );
            let secret = secret.reveal();
            ensure!(
                secret.len() <= 256 && shape(secret),
                "the webhook's secret must be 1 to 256 of A-Z a-z 0-9 _ -"
            );
        }
        Ok(())
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn settings(token: &str, base: Option<&str>) -> TelegramSettings {
        TelegramSettings {
            token: Secret::new(token),
            api_base: base.map(|b| b.parse().unwrap()),
            mode: Mode::Polling,
            chats: vec![],
        }
    }

    #[test]
    fn only_this_machine_stands_in_for_telegram() {
        for (base, good) in [
            (None, true),
            (Some("http://127.0.0.1:9"), true),
            (Some("http://localhost:9"), true),
            (Some("http://[::1]:9"), true),
            (Some("http://10.0.0.1:9"), false),
            (Some("http://127.0.0.1.example.com"), false),
        ] {
            assert_eq!(settings("1:a", base).check().is_ok(), good, "{base:?}");
        }
    }

    #[test]
    fn secrets_are_checked_and_never_shown() {
        for token in ["", "abc", "12:", ":x", "12:a b", "12:a/../b"] {
            let error = settings(token, None).check().unwrap_err().to_string();
            assert!(token.len() < 4 || !error.contains(token), "{error}");
        }
        let mut settings = settings("77:hush", None);
        let webhook = |secret: &str, url: &str| Mode::Webhook {
            url: url.parse().unwrap(),
            listen: "127.0.0.1:0".parse().unwrap(),
            secret: Secret::new(secret),
        };
        settings.mode = webhook("quiet", "https://bot.example/t");
        assert!(settings.check().is_ok());
        let shown = format!("{settings:?}");
        assert!(!shown.contains("hush") && !shown.contains("quiet"), "{shown}");
        settings.mode = webhook("two words", "https://bot.example/t");
        assert!(settings.check().is_err());
        settings.mode = webhook("quiet", "http://bot.example/t");
        assert!(settings.check().is_err());
    }
}
