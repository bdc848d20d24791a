//! What every front end is built on. A platform's own crate turns its events into an [`Inbound`](rowcall_core::Inbound), a [`Command`] or a
//! [`Press`], hands them to the [`Desk`], and turns the [`Card`] it gets back into a message of the platform.
//! Everything that can be decided without knowing the platform is decided here.
//!
//! | | |
//! |---|---|
//! | [`intake`] | a question becomes a committed run |
//! | [`desk`] | who may do what; commands, presses, quotas |
//! | [`card`], [`draw`] | a reply as a person sees it, without markup |
//! | [`press`] | what a button says, in 64 bytes |
//! | [`ticket`] | a change as people see it |
//! | [`delivery`] | the outbox, brought to a [`FrontEnd`] |
//! | [`pace`] | how fast a platform may be spoken to |
//! | [`duty`] | work that one process does at a time |

pub mod card;
pub mod commands;
pub mod delivery;
pub mod desk;
pub mod draw;
pub mod duty;
pub mod intake;
pub mod pace;
pub mod press;
pub mod ticket;

pub use card::{Card, Control, Look, Picture, Style, Tone};
pub use commands::{Change, Command, Line, read_line};
pub use delivery::{Delivered, Deliverer, DeliveryError, DeliverySettings, FrontEnd, Retry};
pub use desk::{AskAgain, Decision, Desk, FileOut, Form, OpenedTicket, Pressed, Refusal, Told};
pub use duty::on_duty;
pub use intake::{Intake, IntakeError};
pub use pace::{Pace, PaceLimits};
pub use press::{Press, Shape, TicketDeed, View};

use std::time::Duration;

use rowcall_shared::{Progress, Queue, Store, config::LimitsConfig};

/// What every front end is built on; cheap to clone.
#[derive(Clone)]
pub struct BotContext {
    /// The store.
    pub store: Store,
    /// The queue's sending side.
    pub queue: Queue,
    /// Live progress.
    pub progress: Progress,
    /// What is accepted.
    pub limits: LimitsConfig,
    /// How long a process may be silent before another takes over its deliveries and duties.
    pub lease: Duration,
}

impl BotContext {
    /// The way in for questions.
    pub fn intake(&self) -> Intake {
        Intake::new(self.store.clone(), self.queue.clone(), self.limits.clone())
    }
}
