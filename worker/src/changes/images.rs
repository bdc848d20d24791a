//! Keeps what undoes a change in the store, as long as the permit to make it holds.

use crate::engine::Probe;
use rowcall_change::{Images, NotKept, UndoStore};
use rowcall_core::TicketId;
use rowcall_shared::{
    Store,
    store::{Permit, retrying},
};
use std::time::Duration;

/// How long the store may be away before a change is given up: its locks are held meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct Kept<'a> {
    pub store: &'a Store,
    pub permit: &'a Permit,
    pub probe: &'a dyn Probe,
}

#[async_trait::async_trait]
impl UndoStore for Kept<'_> {
    async fn keep(&self, _: TicketId, images: Option<&Images>) -> Result<(), NotKept> {
        let packed = images.map(Images::pack).transpose().map_err(|error| NotKept(error.to_string()))?;
        let rows = images.map_or(0, |images| images.rows() as u64);
        let image = packed.as_deref().map(|packed| (packed, rows));
        match retrying(PATIENCE, || self.store.keep_undo_image(self.permit, image)).await {
            Ok(true) => {
                self.probe.images_kept();
                Ok(())
            }
            Ok(false) => Err(NotKept("another worker has the ticket by now".to_owned())),
            Err(error) => {
                tracing::warn!(%error, "what undoes a change could not be kept");
                Err(NotKept("the store does not answer".to_owned()))
            }
        }
    }
}
