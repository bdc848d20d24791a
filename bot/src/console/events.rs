//! Live steps and answers for a page that waits, as server-sent events.
//!
//! Two sources feed a page: progress over Redis, which is fast and may be lost, and a look at the store every
//! second, which is neither. With Redis away a page is a second late, never wrong.

use super::{App, chat, problem::Problem, session::Visitor, view::Known};
use axum::{
    Extension,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use rowcall_core::{Failure, FailureCode, RunId, RunState, texts};
use rowcall_shared::{ProgressEvent, progress::What, store::RunGlance};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, convert::Infallible, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, broadcast, mpsc},
    time::MissedTickBehavior,
};
use tokio_stream::wrappers::ReceiverStream;

/// How often the store is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Runs that one page can wait for.
const MOST: usize = 32;

/// Which runs of the conversation the page waits for, separated by commas.
#[derive(Deserialize)]
pub struct Awaited {
    #[serde(default)]
    runs: String,
}

/// What a page is told. Its name is the event's.
#[derive(Serialize)]
#[serde(untagged)]
enum News<'a> {
    Step { run_id: RunId, step: &'a str, label: &'a str, done: bool, ms: Option<f64> },
    Retry { run_id: RunId, after_ms: u64 },
    Answer { run_id: RunId, state: RunState, text: &'a str, html: String },
    Gone { run_id: RunId },
}

/// Events of the runs that a conversation's page waits for.
pub async fn of_conversation(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(_key): Path<String>,
    Query(Awaited { runs }): Query<Awaited>,
) -> Result<Response, Problem> {
    let runs: Vec<RunId> = runs.split(',').filter_map(|id| id.trim().parse().ok()).take(MOST).collect();
    watch(app, visitor, runs).await
}

/// Events of one run.
pub async fn of_run(
    State(app): State<App>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let run = id.parse().map_err(|_| Problem::not_found("run"))?;
    watch(app, visitor, vec![run]).await
}

async fn watch(app: App, visitor: Visitor, runs: Vec<RunId>) -> Result<Response, Problem> {
    let Ok(permit) = app.streams.clone().try_acquire_owned() else {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            Failure::new(
                FailureCode::Internal,
                "Too many pages wait for answers.",
                "This console serves only so many live pages at once.",
                "Reload the page to see the answer.",
            ),
        ));
    };
    // Subscribed before the first look at the store: what happens in between is seen twice, not missed.
    let (progress, arrivals) = (app.events.subscribe(), app.front_end.arrivals());
    let (sender, receiver) = mpsc::channel(32);
    let waiting = runs.into_iter().map(|run| (run, Seen::default())).collect();
    let watch = Watch { app, visitor, waiting, sender, _permit: permit };
    tokio::spawn(watch.run(progress, arrivals));
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(keep_alive).into_response())
}

/// What a page was told of a run.
#[derive(Default)]
struct Seen {
    completed: Vec<String>,
}

struct Watch {
    app: App,
    visitor: Visitor,
    waiting: BTreeMap<RunId, Seen>,
    sender: mpsc::Sender<Result<Event, Infallible>>,
    _permit: OwnedSemaphorePermit,
}

/// The page was closed.
struct Closed;

impl Watch {
    async fn run(
        mut self,
        mut progress: broadcast::Receiver<Option<ProgressEvent>>,
        mut arrivals: broadcast::Receiver<RunId>,
    ) {
        let stop = self.app.stop.clone();
        let sender = self.sender.clone();
        let follow = async {
            let mut tick = tokio::time::interval(LOOK);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let (mut progress_open, mut arrivals_open) = (true, true);
            while !self.waiting.is_empty() {
                tokio::select! {
                    _ = tick.tick() => self.look().await?,
                    event = progress.recv(), if progress_open => match event {
                        Ok(Some(event)) => self.tell_progress(event).await?,
                        Ok(None) | Err(broadcast::error::RecvError::Lagged(_)) => self.look().await?,
                        Err(broadcast::error::RecvError::Closed) => progress_open = false,
                    },
                    run = arrivals.recv(), if arrivals_open => match run {
                        Ok(run) if self.waiting.contains_key(&run) => self.look().await?,
                        Ok(_) => {}
                        Err(broadcast::error::RecvError::Lagged(_)) => self.look().await?,
                        Err(broadcast::error::RecvError::Closed) => arrivals_open = false,
                    },
                }
            }
            // The page closes the stream when it sees this; one that ended by itself would be opened again.
            self.send("done", &serde_json::json!({})).await
        };
        tokio::select! {
            _ = follow => {}
            () = sender.closed() => {}
            () = stop.cancelled() => {}
        }
    }

    async fn tell_progress(&mut self, event: ProgressEvent) -> Result<(), Closed> {
        let run_id = event.run_id;
        let Some(seen) = self.waiting.get_mut(&run_id) else { return Ok(()) };
        match event.what {
            What::Started { step } => {
                let label = chat::doing(&step);
                self.send("step", &News::Step { run_id, step: &step, label, done: false, ms: None }).await
            }
            What::Doing { step, what } => {
                let label = &texts::chat::at(&what);
                self.send("step", &News::Step { run_id, step: &step, label, done: false, ms: None }).await
            }
            What::Completed { step, micros } => {
                if !seen.completed.contains(&step) {
                    seen.completed.push(step.clone());
                }
                let (label, ms) = (chat::done(&step), Some(micros as f64 / 1e3));
                self.send("step", &News::Step { run_id, step: &step, label, done: true, ms }).await
            }
            What::Retrying { after_ms } => self.send("retry", &News::Retry { run_id, after_ms }).await,
            What::Ended { .. } => self.look().await,
        }
    }

    /// Looks at the store and tells what is new there.
    async fn look(&mut self) -> Result<(), Closed> {
        let runs: Vec<RunId> = self.waiting.keys().copied().collect();
        let Ok(glances) = self.app.store().glance(&runs).await else {
            return Ok(()); // the store is away: the next look may find it
        };
        for run_id in runs {
            match glances.iter().find(|g| g.id == run_id) {
                Some(glance) => self.tell_glance(glance).await?,
                None => {
                    self.waiting.remove(&run_id);
                    self.send("gone", &News::Gone { run_id }).await?;
                }
            }
        }
        Ok(())
    }

    async fn tell_glance(&mut self, glance: &RunGlance) -> Result<(), Closed> {
        let run_id = glance.id;
        let waits = matches!(glance.state, RunState::WaitingClarification | RunState::WaitingApproval);
        if glance.state.is_final() || waits {
            match self.answer(run_id).await {
                Ok(Some((text, html))) => {
                    self.waiting.remove(&run_id);
                    let news = News::Answer { run_id, state: glance.state, text: &text, html };
                    return self.send("answer", &news).await;
                }
                // Not this visitor's.
                Ok(None) => {
                    self.waiting.remove(&run_id);
                    return self.send("gone", &News::Gone { run_id }).await;
                }
                Err(_) => return Ok(()),
            }
        }
        for step in &glance.completed {
            let Some(seen) = self.waiting.get_mut(&run_id) else { break };
            if !seen.completed.contains(step) {
                seen.completed.push(step.clone());
                let label = chat::done(step);
                self.send("step", &News::Step { run_id, step, label, done: true, ms: None }).await?;
            }
        }
        Ok(())
    }

    async fn answer(&self, run: RunId) -> Result<Option<(String, String)>, Problem> {
        let Some(capsule) = self.app.store().capsule(run).await? else { return Ok(None) };
        if !self.app.may_see(&self.visitor, &capsule.run.asker) {
            return Ok(None);
        }
        let known = Known::of_capsule(&self.app, &self.visitor, &capsule).await?;
        let text = capsule.reply.as_ref().map(|r| r.text.clone()).unwrap_or_default();
        Ok(Some((text, chat::turn_of(&self.visitor, &capsule, &known).into_string())))
    }

    async fn send<T: Serialize + Sync>(&self, name: &str, news: &T) -> Result<(), Closed> {
        let Ok(event) = Event::default().event(name).json_data(news) else { return Ok(()) };
        self.sender.send(Ok(event)).await.map_err(|_| Closed)
    }
}
