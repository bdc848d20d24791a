//! The web console: ask, watch, read the answer, open the run. Rendered on the server, one style sheet and one
//! script, everything embedded; without the script it works by reloading.
//!
//! It is the one front end that anyone on the machine can reach, so it decides itself who may: see [`guard`] and
//! [`session`].

mod api;
mod artifacts;
mod assets;
mod audit;
mod body;
mod chat;
mod deliveries;
mod events;
mod front_end;
mod guard;
mod health;
mod login;
mod problem;
mod runs;
mod session;
mod tickets;
mod view;

pub use front_end::ConsoleFrontEnd;

use crate::{BotContext, Desk, Intake};
use anyhow::{Context, bail};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
    serve::ListenerExt,
};
use rowcall_core::{ArtifactId, RunId};
use rowcall_shared::{ProgressEvent, Secret};
use session::{Sessions, Visitor};
use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, broadcast},
};
use tokio_util::sync::CancellationToken;

/// Pages that may wait for live events at once; one more gets a 503 and reloads instead.
const STREAMS: usize = 1000;
/// How long an answer on its way may hold up the end of the process.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// How the console is set up.
#[derive(Clone, Debug)]
pub struct ConsoleOptions {
    /// Address and port.
    pub listen: SocketAddr,
    /// What a visitor must present. Required on any address that is not loopback.
    pub token: Option<Secret>,
    /// Questions offered where nothing has been asked yet; the first three are shown.
    pub suggestions: Vec<String>,
    /// Host names, besides `localhost` and loopback addresses, under which a loopback listener may be reached,
    /// for example through a proxy.
    pub allowed_hosts: Vec<String>,
    /// Every visitor sees everyone's runs. Otherwise only their own.
    pub everyone_sees_all_runs: bool,
}

impl ConsoleOptions {
    /// A console on that address, without a token or suggestions.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            token: None,
            suggestions: Vec::new(),
            allowed_hosts: Vec::new(),
            everyone_sees_all_runs: true,
        }
    }

    fn check(&self, address: SocketAddr) -> anyhow::Result<()> {
        if self.token.as_ref().is_some_and(|t| t.reveal().trim().is_empty()) {
            bail!("console.token is empty: set ROWCALL_CONSOLE_TOKEN to a long random text, or leave it out");
        }
        if self.token.is_none() && !address.ip().is_loopback() {
            bail!(
                "the console does not start on {address} without a token: everyone who reaches that address could \
                 read the data. Set ROWCALL_CONSOLE_TOKEN, or listen on 127.0.0.1"
            );
        }
        if let Some(token) = &self.token
            && token.reveal().len() < 16
        {
            tracing::warn!(
                "console.token has fewer than 16 characters; `openssl rand -hex 32` makes a good one"
            );
        }
        Ok(())
    }
}

/// Opens the console's address.
///
/// # Errors
/// When it is taken or may not be used, with what to do about it.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "port {} on {} is taken by another program: stop it, or choose another port (--port, or console.listen)",
            address.port(),
            address.ip()
        ),
        io::ErrorKind::PermissionDenied => anyhow::anyhow!(
            "port {} may not be opened by this user: choose one from 1024 on (--port, or console.listen)",
            address.port()
        ),
        io::ErrorKind::AddrNotAvailable => anyhow::anyhow!(
            "{} is no address of this machine: use 127.0.0.1, or correct console.listen",
            address.ip()
        ),
        _ => anyhow::anyhow!("the console cannot listen on {address}: {error}"),
    })
}

/// Serves the console on `listener` until `stop`. Answers appear whether or not anything settles their deliveries;
/// [`crate::run_bot`] runs both.
///
/// # Errors
/// When the address is not loopback and there is no token, or the listener breaks.
pub async fn serve(
    listener: TcpListener,
    context: BotContext,
    options: ConsoleOptions,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let events = context.progress.listen(stop.clone());
    let desk = Desk::new(context);
    serve_with(listener, desk, options, Arc::new(ConsoleFrontEnd::new()), events, stop).await
}

pub(crate) async fn serve_with(
    listener: TcpListener,
    desk: Desk,
    options: ConsoleOptions,
    front_end: Arc<ConsoleFrontEnd>,
    events: broadcast::Sender<Option<ProgressEvent>>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener.local_addr().context("the console's listener")?;
    options.check(address)?;
    let context = desk.context().clone();
    let router = router(Arc::new(Console {
        intake: context.intake(),
        sessions: Sessions::new(options.token.as_ref()),
        loopback: address.ip().is_loopback(),
        context,
        desk,
        options,
        front_end,
        events,
        stop: stop.clone(),
        pictures: Mutex::default(),
        streams: Arc::new(Semaphore::new(STREAMS)),
        logins: Semaphore::new(4),
    }));
    // Without this a live step waits for the acknowledgement of the one before it.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
    let too_slow = async {
        stop.cancelled().await;
        tokio::time::sleep(SHUTDOWN).await;
    };
    tokio::select! {
        served = serving.into_future() => served.context("the console's listener broke"),
        () = too_slow => Ok(()),
    }
}

/// What every handler can reach.
pub(crate) struct Console {
    context: BotContext,
    desk: Desk,
    intake: Intake,
    options: ConsoleOptions,
    sessions: Sessions,
    /// The listener is only reachable from this machine.
    loopback: bool,
    front_end: Arc<ConsoleFrontEnd>,
    events: broadcast::Sender<Option<ProgressEvent>>,
    stop: CancellationToken,
    /// Width and height of charts seen before: they never change.
    pictures: Mutex<HashMap<ArtifactId, (u32, u32)>>,
    streams: Arc<Semaphore>,
    /// Wrong tokens are answered slowly, and only so many at once: guessing stays slow.
    logins: Semaphore,
}

type App = Arc<Console>;

impl Console {
    fn store(&self) -> &rowcall_shared::Store {
        &self.context.store
    }

    /// The visitor may see a run that `asker` started.
    fn may_see(&self, visitor: &Visitor, asker: &str) -> bool {
        self.options.everyone_sees_all_runs || visitor.name == asker
    }

    /// The visitor may see this run, which exists.
    async fn may_see_run(
        &self,
        visitor: &Visitor,
        run: RunId,
    ) -> Result<bool, rowcall_shared::store::StoreError> {
        if self.options.everyone_sees_all_runs {
            return Ok(true);
        }
        let capsule = self.store().capsule(run).await?;
        Ok(capsule.is_some_and(|c| self.may_see(visitor, &c.run.asker)))
    }
}

fn router(app: App) -> Router {
    Router::new()
        .route("/", get(chat::start))
        .route("/c/{key}", get(chat::conversation))
        .route("/c/{key}/events", get(events::of_conversation))
        .route("/ask", post(chat::ask))
        .route("/runs", get(runs::list))
        .route("/runs/{id}", get(runs::detail))
        .route("/runs/{id}/turn", get(chat::turn))
        .route("/runs/{id}/events", get(events::of_run))
        .route("/runs/{id}/cancel", post(runs::cancel))
        .route("/approvals", get(tickets::inbox))
        .route("/tickets/{id}", get(tickets::detail))
        .route("/tickets/{id}/vote", post(tickets::vote))
        .route("/tickets/{id}/cancel", post(tickets::cancel))
        .route("/tickets/{id}/comment", post(tickets::comment))
        .route("/tickets/{id}/undo", post(tickets::undo))
        .route("/audit", get(audit::page))
        .route("/audit.csv", get(audit::csv))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/{id}/resend", post(deliveries::resend))
        .route("/artifacts/{id}", get(artifacts::download))
        .route("/login", get(login::form).post(login::sign_in))
        .route("/logout", post(login::sign_out))
        .route("/api/ask", post(api::ask))
        .route("/api/runs/{id}", get(api::run))
        .route("/api/runs/{id}/cancel", post(api::cancel))
        .route("/assets/{name}", get(assets::serve))
        .route("/favicon.ico", get(assets::icon))
        .route("/health", get(health::alive))
        .route("/ready", get(health::ready))
        .fallback(problem::no_such_page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(app.clone(), body::take_in))
        .layer(middleware::from_fn_with_state(app.clone(), guard::authenticate))
        .layer(middleware::from_fn_with_state(app.clone(), guard::check_origin))
        .layer(middleware::from_fn(guard::secure_headers))
        .with_state(app)
}
