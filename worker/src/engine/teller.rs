//! Tells whoever watches what a run is at.

use rowcall_core::{ConversationId, Platform, RunId};
use rowcall_shared::{Progress, ProgressEvent, progress::What, store::Taken};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// Tells of one run; cheap to clone. Never waits: a person's view of the progress must not slow the run.
#[derive(Clone)]
pub struct Teller {
    progress: Progress,
    run_id: RunId,
    conversation_id: ConversationId,
    platform: Platform,
    /// What was told last of the step that works now, for those who come later.
    now: Arc<Mutex<Option<What>>>,
}

impl Teller {
    pub(super) fn new(progress: &Progress, taken: &Taken) -> Self {
        Self {
            progress: progress.clone(),
            run_id: taken.lease.run_id,
            conversation_id: taken.question.conversation_id,
            platform: taken.platform,
            now: Arc::default(),
        }
    }

    /// A step is at something that takes a while.
    pub fn doing(&self, step: &str, what: &str) {
        let doing = What::Doing { step: step.to_owned(), what: what.to_owned() };
        self.keep(doing.clone());
        self.tell(doing);
    }

    /// Another step works from now on. Nothing is told of it yet: most are over before anybody could see it.
    pub(super) fn begin(&self, step: &str) {
        self.keep(What::Started { step: step.to_owned() });
    }

    /// Tells what the step is at once more.
    pub(super) fn again(&self) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(now) = now {
            self.tell(now);
        }
    }

    pub(super) fn tell(&self, what: What) {
        self.progress.tell(ProgressEvent {
            run_id: self.run_id,
            conversation_id: self.conversation_id,
            platform: self.platform,
            what,
        });
    }

    fn keep(&self, what: What) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
    }
}

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Teller").field("run_id", &self.run_id).finish_non_exhaustive()
    }
}
