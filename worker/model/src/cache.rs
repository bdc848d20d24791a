//! The answers to prompts, kept for a while: the very same question about the very same tables on the same day need not be
//! paid for twice. What comes out is judged again like an answer that came in.

use async_trait::async_trait;
use redis::AsyncCommands;
use rowcall_shared::RedisLink;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long Redis may take before it counts as gone.
const PATIENCE: Duration = Duration::from_millis(300);

/// Keeps answers. Anything may be forgotten at any time.
#[async_trait]
pub trait Answers: Send + Sync {
    /// What was kept under a key.
    async fn get(&self, key: &str) -> Option<String>;
    /// Keeps something for a while.
    async fn put(&self, key: &str, answer: &str, for_: Duration);
}

/// An answer that counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The model that gave it.
    pub model: String,
    /// Its words.
    pub text: String,
}

/// The key of a prompt: whom we would ask, and what we would say first.
pub fn key(models: &[String], messages: &[Value]) -> String {
    let mut hash = Sha256::new();
    for part in models.iter().map(String::as_str).chain([Value::from(messages).to_string().as_str()]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// In Redis.
pub struct RedisAnswers {
    link: RedisLink,
}

impl RedisAnswers {
    /// Answers of this installation.
    pub fn new(link: RedisLink) -> Self {
        Self { link }
    }

    fn name(&self, key: &str) -> String {
        self.link.key(&format!("model:answer:v1:{key}"))
    }
}

#[async_trait]
impl Answers for RedisAnswers {
    async fn get(&self, key: &str) -> Option<String> {
        let (name, mut redis) = (self.name(key), self.link.connection());
        let asked = redis.get::<_, Option<String>>(name);
        tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?
    }

    async fn put(&self, key: &str, answer: &str, for_: Duration) {
        let (name, mut redis) = (self.name(key), self.link.connection());
        let kept = redis.set_ex::<_, _, ()>(name, answer, for_.as_secs().max(1));
        if !matches!(tokio::time::timeout(PATIENCE, kept).await, Ok(Ok(()))) {
            tracing::debug!("an answer could not be kept");
        }
    }
}
