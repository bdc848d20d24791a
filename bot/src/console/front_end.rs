//! The console as a front end: a reply has arrived when the pages that show its run were told to fetch it.

use crate::{Delivered, DeliveryError, FrontEnd};
use rowcall_core::{Platform, RunId};
use rowcall_shared::store::Delivery;
use tokio::sync::broadcast;

/// Delivers to the pages that are open. A page that opens later finds the reply in the store, so a delivery that
/// comes twice shows nothing twice.
pub struct ConsoleFrontEnd {
    arrived: broadcast::Sender<RunId>,
}

impl ConsoleFrontEnd {
    /// A front end that no page listens to yet.
    pub fn new() -> Self {
        Self { arrived: broadcast::channel(1024).0 }
    }

    /// The runs whose replies arrive from now on.
    pub(crate) fn arrivals(&self) -> broadcast::Receiver<RunId> {
        self.arrived.subscribe()
    }
}

impl Default for ConsoleFrontEnd {
    fn default() -> Self {
        Self::new()
    }
}

impl FrontEnd for ConsoleFrontEnd {
    fn platform(&self) -> Platform {
        Platform::Console
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<Delivered, DeliveryError> {
        // Nobody listening is fine: the answer is in the conversation for whoever opens it.
        let _ = self.arrived.send(delivery.run_id);
        Ok(Delivered::default())
    }
}
