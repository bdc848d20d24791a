//! A probe that kills its own process.

use rowcall_worker::engine::Probe;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A point in an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Point {
    /// The run was taken.
    Taken,
    /// Before a step.
    Before,
    /// In a step.
    During,
    /// After a step, before its output is written.
    After,
    /// Steps were written.
    Recorded,
    /// The end was written.
    Finished,
    /// An approved change was taken.
    Permitted,
    /// What undoes it was kept, and COMMIT is about to be sent.
    ImagesKept,
    /// It was made, and the store does not know.
    CarriedOut,
}

/// Where to die.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KillAt {
    /// At which point.
    pub point: Point,
    /// Of which step, for the points that belong to one.
    pub step: Option<String>,
    /// How long after a step began, for [`Point::During`].
    pub after: Duration,
}

/// Kills the process with SIGKILL at its point: no destructor, no farewell to the servers.
pub struct Killer(pub KillAt);

impl Killer {
    fn reached(&self, point: Point, step: Option<&str>) {
        if self.0.point == point && (self.0.step.is_none() || self.0.step.as_deref() == step) {
            die();
        }
    }
}

#[async_trait::async_trait]
impl Probe for Killer {
    fn taken(&self) {
        self.reached(Point::Taken, None);
    }

    fn before(&self, step: &'static str) {
        self.reached(Point::Before, Some(step));
    }

    async fn during(&self, step: &'static str) {
        if self.0.point == Point::During && self.0.step.as_deref().is_none_or(|s| s == step) {
            if self.0.after.is_zero() {
                // From a thread of its own: on a busy machine a step may come to its end without giving way once, and the
                // signal must not wait for it.
                std::thread::spawn(die);
                return std::future::pending().await;
            }
            tokio::time::sleep(self.0.after).await;
            die();
        }
        std::future::pending().await
    }

    fn after(&self, step: &'static str) {
        self.reached(Point::After, Some(step));
    }

    fn recorded(&self) {
        self.reached(Point::Recorded, None);
    }

    fn finished(&self) {
        self.reached(Point::Finished, None);
    }

    fn permitted(&self) {
        self.reached(Point::Permitted, None);
    }

    fn images_kept(&self) {
        self.reached(Point::ImagesKept, None);
    }

    fn carried_out(&self) {
        self.reached(Point::CarriedOut, None);
    }
}

fn die() {
    // SAFETY: a plain system call on our own process.
    unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    // The signal ends the process before this returns to anybody.
    unreachable!("SIGKILL cannot be survived");
}
