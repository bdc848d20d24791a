//! The pages as plain functions from values to markup. Everything that came from a person, a model or a database
//! is escaped by maud; nothing here writes raw markup.

pub mod answer;
pub mod audit;
pub mod capsule;
pub mod chat;
pub mod deliveries;
pub mod layout;
pub mod runs;
pub mod table;
pub mod ticket;
pub mod tickets;
pub mod words;

use super::{App, problem::Problem, session::Visitor, tickets as changes};
use rowcall_core::{ArtifactId, Place, Platform, Reply, TicketId};
use rowcall_shared::store::{Capsule, StoreError};
use std::{collections::HashMap, sync::PoisonError};

/// Charts whose size is remembered.
const PICTURES: usize = 4096;

/// What a page knows beside the replies it shows.
#[derive(Default)]
pub struct Known {
    /// The key of the console's conversation, if that is where they are.
    pub conversation: Option<String>,
    /// Width and height of charts, so that a page does not jump when one arrives.
    pub pictures: HashMap<ArtifactId, (u32, u32)>,
    /// Changes that were asked for, as they are now.
    pub tickets: HashMap<TicketId, ticket::Shown>,
}

impl Known {
    /// What a run's page needs.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn of_capsule(app: &App, visitor: &Visitor, capsule: &Capsule) -> Result<Self, Problem> {
        let conversation = match app.store().place(capsule.run.conversation_id).await? {
            Some(Place { platform: Platform::Console, key }) => Some(key),
            _ => None,
        };
        Self::of_replies(app, visitor, conversation, capsule.reply.iter()).await
    }

    /// What a conversation's page needs.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn of_replies<'a>(
        app: &App,
        visitor: &Visitor,
        conversation: Option<String>,
        replies: impl Iterator<Item = &'a Reply> + Clone,
    ) -> Result<Self, Problem> {
        let tickets = changes::of_replies(app, visitor, replies.clone()).await?;
        let mut pictures = HashMap::new();
        for chart in replies.filter_map(|r| r.chart.as_ref()) {
            if let Some(size) = size_of(app, chart.id).await? {
                pictures.insert(chart.id, size);
            }
        }
        Ok(Self { conversation, pictures, tickets })
    }
}

async fn size_of(app: &App, id: ArtifactId) -> Result<Option<(u32, u32)>, StoreError> {
    let kept = || app.pictures.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(size) = kept().get(&id) {
        return Ok(Some(*size));
    }
    let start = app.store().artifact_start(id, 24).await?;
    let size = start.and_then(|bytes| png_size(&bytes));
    if let Some(size) = size {
        let mut kept = kept();
        if kept.len() >= PICTURES {
            kept.clear();
        }
        kept.insert(id, size);
    }
    Ok(size)
}

/// Width and height from the head of a PNG file.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")?;
    let number = |at: usize| head.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    Some((number(0)?, number(4)?))
}
