//! One module a command. Each reads its arguments, wires what it needs, and says how it went.

pub mod access;
pub mod ask;
pub mod audit;
pub mod bot;
pub mod check;
pub mod deliveries;
pub mod demo;
pub mod doctor;
pub mod eval;
pub mod migrate;
pub mod plan;
mod planning;
pub mod seed;
pub mod source;
pub mod tickets;
pub mod worker;

use tokio_util::sync::CancellationToken;

/// Cancelled by Ctrl-C or SIGTERM. A second one ends the process at once.
pub fn stop_on_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        signal().await;
        told.cancel();
        signal().await;
        // A person who presses twice wants out now; child servers end with this process all the same.
        #[expect(clippy::disallowed_methods, reason = "the orderly way was asked for once already")]
        std::process::exit(130);
    });
    stop
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! { _ = tokio::signal::ctrl_c() => {}, () = terminated => {} }
}
