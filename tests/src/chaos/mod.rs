//! Workers in processes of their own that are killed at a chosen point, or at random, for any list of steps.

mod kill;
mod process;

pub use kill::{KillAt, Killer, Point};
pub use process::{PipelineKind, WorkerOrders, WorkerProcess, kill_points};
