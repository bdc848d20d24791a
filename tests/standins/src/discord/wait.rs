//! Waiting for something to be there, without sleeping.

use std::time::Duration;

use super::{Channel, Discord, Person, SeenMessage};

/// How long a wait goes without looking, if nothing changes.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Discord {
    /// Looks again whenever something changed, until there is something.
    ///
    /// # Panics
    /// If there is nothing in time.
    pub async fn wait_for<T>(&self, timeout: Duration, look: impl Fn(&Discord) -> Option<T>) -> T {
        self.until(timeout, || look(self), || "the last requests were:\n".to_owned() + &self.last_requests())
            .await
    }

    /// Waits until so many shards are connected.
    ///
    /// # Panics
    /// If they are not in time.
    pub async fn connected(&self, shards: usize, timeout: Duration) {
        self.wait_for(timeout, |discord| (discord.gateway().connected() >= shards).then_some(())).await;
    }

    /// Waits until a person sees what `look` wants in a channel.
    ///
    /// # Panics
    /// If they do not in time, with what they see instead.
    pub async fn wait_seen<T>(
        &self,
        channel: &Channel,
        person: &Person,
        timeout: Duration,
        look: impl Fn(&[SeenMessage]) -> Option<T>,
    ) -> T {
        let shown = || format!("they see:\n{}\n{}", self.transcript(channel, person), self.last_requests());
        self.until(timeout, || look(&person.sees(channel)), shown).await
    }

    pub(super) async fn until<T>(
        &self,
        timeout: Duration,
        look: impl Fn() -> Option<T>,
        shown: impl Fn() -> String,
    ) -> T {
        let mut changed = self.inner.changed.subscribe();
        let found = tokio::time::timeout(timeout, async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = look() {
                    return found;
                }
                // Some things come with time alone, such as the end of a window.
                let _ = tokio::time::timeout(LOOK_AGAIN, changed.changed()).await;
            }
        });
        match found.await {
            Ok(found) => found,
            Err(_) => panic!("nothing came within {timeout:?}; {}", shown()),
        }
    }

    fn last_requests(&self) -> String {
        let list = self.requests();
        let line = |request: &super::Request| {
            let code = request.code.map_or_else(String::new, |code| format!(" ({code})"));
            format!("- {} {} -> {}{code}", request.method, request.template, request.status)
        };
        list.iter().rev().take(15).rev().map(line).collect::<Vec<_>>().join("\n")
    }
}
