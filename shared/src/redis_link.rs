//! The connection to Redis. It is made on first use and again after a loss, so that a process starts and goes on
//! while Redis is away: everything kept there can be rebuilt from the store.

use crate::config::ConfigError;
use futures::StreamExt;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A handle on Redis; cheap to clone. Must be made inside a tokio runtime.
#[derive(Clone)]
pub struct RedisLink {
    client: redis::Client,
    manager: ConnectionManager,
    namespace: String,
}

impl RedisLink {
    /// A link to `url`; nothing is connected yet.
    ///
    /// # Errors
    /// When the URL cannot be read; the error does not show it.
    pub fn open(url: &str, namespace: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::Wrong {
            setting: "REDIS_URL".into(),
            reason: "it cannot be read: use redis://:password@host:port/0".into(),
        };
        let client = redis::Client::open(url).map_err(|_| wrong())?;
        // The client's own default of 500 ms ends workers under load; a fetch may wait behind many others.
        let config = ConnectionManagerConfig::new()
            .set_response_timeout(Some(Duration::from_secs(15)))
            .set_connection_timeout(Some(Duration::from_secs(5)))
            .set_number_of_retries(2)
            .set_max_delay(Duration::from_millis(500));
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(|_| wrong())?;
        Ok(Self { client, manager, namespace: namespace.to_owned() })
    }

    /// A connection that is shared with every clone of this link.
    pub fn connection(&self) -> ConnectionManager {
        self.manager.clone()
    }

    /// `name` inside this installation's namespace.
    pub fn key(&self, name: &str) -> String {
        format!("{}:{name}", self.namespace)
    }

    /// Whether Redis answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), redis::RedisError> {
        redis::cmd("PING").query_async(&mut self.connection()).await
    }

    /// Publishes on a channel of this installation. Nobody may be listening: every listener also looks at the
    /// store now and then.
    ///
    /// # Errors
    /// When Redis is away.
    pub async fn publish(&self, channel: &str, payload: &str) -> Result<(), redis::RedisError> {
        redis::cmd("PUBLISH").arg(self.key(channel)).arg(payload).query_async(&mut self.connection()).await
    }

    /// Listens on a channel of this installation until `stop`, over every loss of the connection. Messages
    /// published during a loss are missed; an empty message is sent after each reconnection, so that the
    /// listener can look at the store.
    pub fn listen(&self, channel: &str, stop: CancellationToken) -> mpsc::Receiver<String> {
        let (sender, receiver) = mpsc::channel(1024);
        let (client, channel) = (self.client.clone(), self.key(channel));
        tokio::spawn(async move {
            let work = async {
                let mut pause = Duration::from_millis(50);
                loop {
                    match relay(&client, &channel, &sender).await {
                        Ok(Relayed::NobodyListens) => return,
                        Ok(Relayed::ConnectionLost) => pause = Duration::from_millis(50),
                        Err(error) => {
                            tracing::debug!(%error, %channel, "cannot listen on Redis, trying again");
                            pause = (pause * 2).min(Duration::from_secs(2));
                        }
                    }
                    tokio::time::sleep(pause).await;
                }
            };
            tokio::select! { () = work => {}, () = stop.cancelled() => {} }
        });
        receiver
    }
}

enum Relayed {
    ConnectionLost,
    NobodyListens,
}

async fn relay(
    client: &redis::Client,
    channel: &str,
    sender: &mpsc::Sender<String>,
) -> Result<Relayed, redis::RedisError> {
    let mut pubsub = client.get_async_pubsub().await?;
    pubsub.subscribe(channel).await?;
    if sender.send(String::new()).await.is_err() {
        return Ok(Relayed::NobodyListens);
    }
    let mut messages = pubsub.on_message();
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => {
                    // A payload that is not text is none of ours.
                    if let Ok(payload) = message.get_payload::<String>()
                        && sender.send(payload).await.is_err()
                    {
                        return Ok(Relayed::NobodyListens);
                    }
                }
                None => return Ok(Relayed::ConnectionLost),
            },
            () = sender.closed() => return Ok(Relayed::NobodyListens),
        }
    }
}
