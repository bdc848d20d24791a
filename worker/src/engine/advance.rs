//! Taking one run as far as it goes.

use super::{
    pipeline::{Between, ErasedError, ErasedStep, Given, Pipeline},
    probe::Probe,
    step::{Finished, Keep, StepContext, StepError, Waiting},
    teller::Teller,
};
use chrono::Utc;
use futures::FutureExt;
use rowcall_core::{Failure, Reply, RunId, RunState, StepState, texts};
use rowcall_shared::{
    Progress, Store,
    progress::What,
    store::{Ending, Lease, OpenOutcome, StepRecord, StoreError, Taken, retrying},
};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Limits and times.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// How long a worker may be silent before another takes its run.
    pub lease: Duration,
    /// Times a run is taken before it ends as failed.
    pub max_attempts: i32,
    /// Wait before the second attempt; doubled for each further one.
    pub retry_base: Duration,
    /// The longest a single step may take.
    pub step_timeout: Duration,
    /// A step that took longer is slow: see [`Keep::WhenSlow`].
    pub slow: Duration,
    /// How long the store may be away before a worker gives a run up to whoever takes it next.
    pub store_patience: Duration,
}

impl From<&rowcall_shared::config::WorkerConfig> for EngineSettings {
    fn from(config: &rowcall_shared::config::WorkerConfig) -> Self {
        Self {
            lease: config.lease,
            max_attempts: config.max_attempts,
            retry_base: config.retry_base,
            step_timeout: config.step_timeout,
            // A write costs a worker a fraction of a millisecond; a step this short is done again in no time.
            slow: Duration::from_millis(50),
            store_patience: Duration::from_secs(60),
        }
    }
}

/// A step is told to whoever watches when it has worked for so long: nobody can see a shorter one.
const TELL_AFTER: Duration = Duration::from_millis(2);
/// And told again this often: a page that was opened meanwhile has not heard it.
const TELL_AGAIN: Duration = Duration::from_secs(1);

/// What became of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advanced {
    /// There was nothing to do: ended, not due, another worker has it, or it waits for its person's other runs.
    Nothing,
    /// It ended, or waits for a person.
    Ended(RunState),
    /// It will be tried again after this time.
    PutBack(Duration),
    /// Another worker took it over; nothing more was written.
    LeaseLost,
}

/// The engine; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    progress: Progress,
    pipeline: Pipeline,
    settings: EngineSettings,
    probe: Arc<dyn Probe>,
}

impl Engine {
    /// An engine that takes runs through `pipeline`.
    pub fn new(
        store: Store,
        progress: Progress,
        pipeline: Pipeline,
        settings: EngineSettings,
        probe: Arc<dyn Probe>,
    ) -> Self {
        Self { store, progress, pipeline, settings, probe }
    }

    /// Takes the run if it is free, and takes it as far as it goes. Safe to call at any time, any number of
    /// times, from anywhere.
    ///
    /// # Errors
    /// When the store stayed away; the run is taken up again when its lease ends.
    pub async fn advance(&self, run_id: RunId) -> Result<Advanced, StoreError> {
        self.advance_in_turn(run_id).await.map(|(advanced, _)| advanced)
    }

    /// [`Engine::advance`], and the runs whose turn it is now that this one works no more: whoever advances runs for others
    /// rings for them.
    ///
    /// # Errors
    /// The same.
    #[tracing::instrument(name = "run", skip_all, fields(run.id = %run_id))]
    pub async fn advance_in_turn(&self, run_id: RunId) -> Result<(Advanced, Vec<RunId>), StoreError> {
        let patience = self.settings.store_patience;
        let taken = retrying(patience, || self.store.take(run_id, self.settings.lease)).await?;
        let Some(taken) = taken else { return Ok((Advanced::Nothing, Vec::new())) };
        self.probe.taken();
        let has_place = taken.has_place;
        let mut attempt = Attempt::new(self, &taken);
        let verdict = if taken.cancel_requested {
            Verdict::Finish(cancelled(run_id))
        } else if taken.attempt > self.settings.max_attempts {
            // The worker died in every attempt before this one, so nobody could write why.
            let failure = texts::gave_up(taken.attempt - 1, taken.last_error.as_deref());
            Verdict::Finish(failed(run_id, failure))
        } else {
            attempt.steps(taken).await
        };
        let advanced = attempt.settle(verdict).await?;
        tracing::info!(?advanced, attempt = attempt.number, "run advanced");
        Ok((advanced, if has_place { self.next_in_turn(run_id).await } else { Vec::new() }))
    }

    /// Not to know it costs the next run a moment: the reconciler finds it.
    async fn next_in_turn(&self, run_id: RunId) -> Vec<RunId> {
        match self.store.next_in_turn(run_id).await {
            Ok(next) => next,
            Err(error) => {
                tracing::debug!(%error, "whose turn is next could not be asked");
                Vec::new()
            }
        }
    }
}

/// What an attempt came to.
enum Verdict {
    Finish(Box<Finished>),
    Wait(Box<Waiting>),
    TryAgain(Failure),
    LeaseLost,
}

/// One attempt at one run.
struct Attempt<'a> {
    engine: &'a Engine,
    number: i32,
    lease: Lease,
    teller: Teller,
    accepted_at: chrono::DateTime<Utc>,
    heartbeat: Heartbeat,
    /// Steps that are done and not written yet.
    unwritten: Vec<StepRecord>,
}

impl<'a> Attempt<'a> {
    fn new(engine: &'a Engine, taken: &Taken) -> Self {
        Self {
            engine,
            number: taken.attempt,
            lease: taken.lease.clone(),
            teller: Teller::new(&engine.progress, taken),
            accepted_at: taken.accepted_at,
            heartbeat: Heartbeat::start(&engine.store, &taken.lease, engine.settings.lease),
            unwritten: Vec::new(),
        }
    }

    /// Does the steps that are not done yet.
    async fn steps(&mut self, taken: Taken) -> Verdict {
        let steps = self.engine.pipeline.steps.clone();
        let mut context = StepContext {
            question: taken.question,
            actor: taken.actor,
            lease: taken.lease,
            attempt: taken.attempt,
            accepted_at: taken.accepted_at,
            cancel: CancellationToken::new(),
            teller: self.teller.clone(),
        };
        let (mut position, mut value) = resume(&steps, taken.completed, &context);
        while let Some(step) = steps.get(position) {
            let started_at = Utc::now();
            self.engine.probe.before(step.name());
            let input = (position == 0).then(|| serde_json::to_value(&context.question).ok()).flatten();
            context.cancel = CancellationToken::new();
            let (outcome, told) =
                self.watch(step.name(), self.run_step(step.as_ref(), &context, value)).await;
            context.cancel.cancel();
            self.engine.probe.after(step.name());
            let record = |state, output, error| StepRecord {
                position: i32::try_from(position).unwrap_or(i32::MAX),
                attempt: self.number,
                name: step.name(),
                state,
                input,
                output,
                error,
                started_at,
                finished_at: Utc::now(),
            };
            match outcome {
                Outcome::Next { value: next, stored } => {
                    let record = record(StepState::Completed, Some(stored), None);
                    let took = (record.finished_at - record.started_at).to_std().unwrap_or_default();
                    self.unwritten.push(record);
                    if told {
                        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
                        self.tell(What::Completed { step: step.name().to_owned(), micros });
                    }
                    let write = match step.keep() {
                        Keep::WithTheNext => false,
                        Keep::WhenSlow => took >= self.engine.settings.slow,
                        Keep::Always => true,
                    };
                    if write && !self.write_steps().await {
                        return Verdict::LeaseLost;
                    }
                    value = next;
                    position += 1;
                }
                Outcome::End(finished) => {
                    self.unwritten.push(record(
                        StepState::Ended,
                        serde_json::to_value(&finished.reply.text).ok(),
                        None,
                    ));
                    return Verdict::Finish(finished);
                }
                Outcome::Wait(waiting) => {
                    let mut record =
                        record(StepState::Ended, serde_json::to_value(&waiting.ticket.impact).ok(), None);
                    record.name = waiting.stage;
                    self.unwritten.push(record);
                    return Verdict::Wait(waiting);
                }
                Outcome::Failed { failure, retry, detail } => {
                    self.unwritten.push(record(StepState::Failed, None, Some(detail)));
                    return if retry {
                        Verdict::TryAgain(failure)
                    } else {
                        Verdict::Finish(failed(self.lease.run_id, failure))
                    };
                }
                Outcome::Cancelled => {
                    self.unwritten.push(record(StepState::Failed, None, Some("stopped by the asker".into())));
                    return Verdict::Finish(cancelled(self.lease.run_id));
                }
                Outcome::LeaseLost => return Verdict::LeaseLost,
            }
        }
        match value.downcast::<Finished>() {
            Ok(finished) => Verdict::Finish(finished),
            Err(_) => Verdict::Finish(failed(self.lease.run_id, texts::internal())),
        }
    }

    /// Waits for a step, and tells of it if it takes a moment; again every second, for those who come later. Gives
    /// whether it was told.
    async fn watch(&self, step: &'static str, work: impl Future<Output = Outcome>) -> (Outcome, bool) {
        tokio::pin!(work);
        self.teller.begin(step);
        let (mut told, mut wait) = (false, TELL_AFTER);
        loop {
            tokio::select! {
                biased;
                outcome = &mut work => return (outcome, told),
                () = tokio::time::sleep(wait) => {
                    self.teller.again();
                    (told, wait) = (true, TELL_AGAIN);
                }
            }
        }
    }

    async fn run_step(&self, step: &dyn ErasedStep, context: &StepContext, input: Between) -> Outcome {
        let limit = self.engine.settings.step_timeout;
        // A panic in a step is a fault of that step, not the end of the worker.
        let work = AssertUnwindSafe(step.run(context, input)).catch_unwind();
        tokio::select! {
            biased;
            () = self.heartbeat.lost.cancelled() => Outcome::LeaseLost,
            () = self.heartbeat.cancel.cancelled() => Outcome::Cancelled,
            () = self.engine.probe.during(step.name()) => Outcome::LeaseLost,
            done = tokio::time::timeout(limit, work) => match done {
                Ok(Ok(Ok(Given::Next { value, stored }))) => Outcome::Next { value, stored },
                Ok(Ok(Ok(Given::End(finished)))) => Outcome::End(finished),
                Ok(Ok(Ok(Given::Wait(waiting)))) => Outcome::Wait(waiting),
                Ok(Ok(Err(ErasedError::Step(StepError::Retry(failure))))) => {
                    let detail = failure.to_string();
                    Outcome::Failed { failure, retry: true, detail }
                }
                Ok(Ok(Err(ErasedError::Step(StepError::Fail(failure))))) => {
                    let detail = failure.to_string();
                    Outcome::Failed { failure, retry: false, detail }
                }
                Ok(Ok(Err(ErasedError::Fault(detail)))) => {
                    tracing::error!(step = step.name(), detail, "a step broke its contract");
                    Outcome::Failed { failure: texts::internal(), retry: false, detail }
                }
                Ok(Err(panic)) => {
                    let detail = panic_text(panic.as_ref());
                    tracing::error!(step = step.name(), detail, "a step panicked");
                    Outcome::Failed { failure: texts::internal(), retry: true, detail }
                }
                Err(_) => Outcome::Failed {
                    failure: texts::query_timeout(limit.as_secs_f64()),
                    retry: false,
                    detail: format!("the step took longer than {} s", limit.as_secs()),
                },
            },
        }
    }

    /// Writes what the attempt came to, and tells whoever watches.
    async fn settle(&mut self, verdict: Verdict) -> Result<Advanced, StoreError> {
        match verdict {
            Verdict::LeaseLost => Ok(Advanced::LeaseLost),
            Verdict::TryAgain(failure) if self.number < self.engine.settings.max_attempts => {
                self.put_back(&failure).await
            }
            Verdict::TryAgain(failure) => self.finish(*failed(self.lease.run_id, failure)).await,
            Verdict::Finish(finished) => self.finish(*finished).await,
            Verdict::Wait(waiting) => self.wait(*waiting).await,
        }
    }

    /// Opens the ticket, with which the run waits.
    async fn wait(&mut self, waiting: Waiting) -> Result<Advanced, StoreError> {
        let Waiting { ticket, reply, say, .. } = waiting;
        let steps = std::mem::take(&mut self.unwritten);
        let patience = self.engine.settings.store_patience;
        let opened = retrying(patience, || {
            self.engine.store.open_ticket(&self.lease, &ticket, |opened| {
                let text = [say(opened), reply.text.clone()];
                let text = text.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n");
                let reply = Reply { text, ms: self.milliseconds(), ..reply.clone() };
                Ending { reply, plan: None, steps: steps.clone() }
            })
        });
        let failure = match opened.await {
            Ok(OpenOutcome::Opened(ticket)) => {
                tracing::info!(ticket.id = %ticket.id, risk = %ticket.risk, "the change waits for a decision");
                self.engine.probe.finished();
                let state = RunState::WaitingApproval;
                self.tell(What::Ended { state });
                return Ok(Advanced::Ended(state));
            }
            Ok(OpenOutcome::Lost) => return Ok(Advanced::LeaseLost),
            Ok(OpenOutcome::NotUndoable(refusal)) => refusal.failure(),
            Err(StoreError::NoAuditKey | StoreError::WrongAuditKey) => texts::changes::no_audit_log(),
            Err(error) => return Err(error),
        };
        self.unwritten = steps;
        let reply = Reply::failure(self.lease.run_id, RunState::Refused, failure);
        self.finish(Finished { reply, plan: None }).await
    }

    /// Since the question was accepted.
    fn milliseconds(&self) -> u64 {
        u64::try_from((Utc::now() - self.accepted_at).num_milliseconds()).unwrap_or(0)
    }

    async fn finish(&mut self, mut finished: Finished) -> Result<Advanced, StoreError> {
        finished.reply.ms = self.milliseconds();
        let state = finished.reply.state;
        let ending =
            Ending { reply: finished.reply, plan: finished.plan, steps: std::mem::take(&mut self.unwritten) };
        let patience = self.engine.settings.store_patience;
        if !retrying(patience, || self.engine.store.finish(&self.lease, &ending)).await? {
            return Ok(Advanced::LeaseLost);
        }
        self.engine.probe.finished();
        self.tell(What::Ended { state });
        Ok(Advanced::Ended(state))
    }

    async fn put_back(&mut self, failure: &Failure) -> Result<Advanced, StoreError> {
        let exponent = u32::try_from(self.number - 1).unwrap_or(0).min(10);
        let wait = (self.engine.settings.retry_base * 2_u32.pow(exponent)).min(Duration::from_secs(60));
        let error = failure.to_string();
        let patience = self.engine.settings.store_patience;
        let steps = std::mem::take(&mut self.unwritten);
        if !retrying(patience, || self.engine.store.put_back(&self.lease, &steps, &error, wait)).await? {
            return Ok(Advanced::LeaseLost);
        }
        self.tell(What::Retrying { after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) });
        Ok(Advanced::PutBack(wait))
    }

    /// Writes the steps done so far. False when the lease was lost. A store that stays away is not a reason to
    /// stop: what was not written now is written with the end, or done again.
    async fn write_steps(&mut self) -> bool {
        match self.engine.store.record_steps(&self.lease, &self.unwritten).await {
            Ok(held) => {
                self.unwritten.clear();
                self.engine.probe.recorded();
                held
            }
            Err(error) => {
                tracing::warn!(%error, "steps could not be written yet");
                true
            }
        }
    }

    /// Tells without waiting: a person's view of the progress must not slow the run.
    fn tell(&self, what: What) {
        self.teller.tell(what);
    }
}

/// Where to begin: after the last completed step whose output can still be read by this version's steps.
fn resume(
    steps: &[Box<dyn ErasedStep>],
    completed: Vec<rowcall_shared::store::CompletedStep>,
    context: &StepContext,
) -> (usize, Between) {
    let known = completed
        .iter()
        .zip(steps)
        .enumerate()
        .take_while(|(i, (done, step))| {
            usize::try_from(done.position) == Ok(*i)
                && done.name == step.name()
                && done.state == StepState::Completed
        })
        .count();
    for (i, done) in completed.into_iter().take(known).enumerate().rev() {
        match steps[i].revive(done.output) {
            Ok(value) => return (i + 1, value),
            Err(error) => {
                tracing::warn!(step = done.name, %error, "a stored step cannot be read, doing it again")
            }
        }
    }
    (0, Box::new(context.question.clone()))
}

enum Outcome {
    Next { value: Between, stored: serde_json::Value },
    End(Box<Finished>),
    Wait(Box<Waiting>),
    Failed { failure: Failure, retry: bool, detail: String },
    Cancelled,
    LeaseLost,
}

/// Keeps the lease alive while an attempt works, and learns whether the asker wants it stopped.
struct Heartbeat {
    /// The lease is lost, or may be.
    lost: CancellationToken,
    /// The asker wants it stopped.
    cancel: CancellationToken,
    _stop: DropGuard,
}

impl Heartbeat {
    fn start(store: &Store, lease: &Lease, for_: Duration) -> Self {
        let (lost, cancel, stop) =
            (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
        let beat = {
            let (store, lease, lost, cancel) = (store.clone(), lease.clone(), lost.clone(), cancel.clone());
            async move {
                // Often enough that a person who presses "stop" sees it work.
                let every = (for_ / 3).min(Duration::from_secs(1));
                let mut kept = tokio::time::Instant::now();
                loop {
                    tokio::time::sleep(every).await;
                    match store.renew(&lease, for_).await {
                        Ok(Some(wanted)) => {
                            kept = tokio::time::Instant::now();
                            if wanted {
                                cancel.cancel();
                            }
                        }
                        Ok(None) => return lost.cancel(),
                        // The store is away: the lease holds until its time is up, then another may have the run.
                        Err(_) if kept.elapsed() < for_ => {}
                        Err(_) => return lost.cancel(),
                    }
                }
            }
        };
        let ended = stop.clone();
        tokio::spawn(async move {
            tokio::select! { () = beat => {}, () = ended.cancelled() => {} }
        });
        Self { lost, cancel, _stop: stop.drop_guard() }
    }
}

fn failed(run_id: RunId, failure: Failure) -> Box<Finished> {
    Box::new(Finished { reply: Reply::failure(run_id, RunState::Failed, failure), plan: None })
}

fn cancelled(run_id: RunId) -> Box<Finished> {
    Box::new(Finished { reply: Reply::failure(run_id, RunState::Cancelled, texts::cancelled()), plan: None })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".into())
}
