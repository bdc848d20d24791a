//! The front ends: what takes a question in and what brings its answer back. Only this crate knows a chat
//! platform or HTTP; it holds no credentials of any source and never talks to one.
//!
//! A question goes in through [`Intake`] and comes back through [`Deliverer`], whatever the
//! platform. A platform is one implementation of [`FrontEnd`]; the web console is the first.

pub mod console;
mod platforms;

pub use console::{ConsoleOptions, bind};
pub use platforms::Platforms;
pub use rowcall_frontend::{
    BotContext, Decision, Delivered, Deliverer, DeliveryError, DeliverySettings, Desk, FrontEnd, Intake,
    IntakeError, Refusal, Retry, ticket,
};

use console::ConsoleFrontEnd;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Runs the whole bot until `stop`: the console on `listener` (made by [`bind`]), the delivery of its answers, and the chat
/// platforms.
///
/// # Errors
/// When the console may not run on this address (see [`console::serve`]) or its listener breaks, or when a chat
/// platform will not have the bot.
pub async fn run_bot(
    context: BotContext,
    listener: TcpListener,
    options: ConsoleOptions,
    platforms: Platforms,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    // Whichever part ends first takes the other with it: half a bot would look alive and not be.
    let stop = stop.child_token();
    let front_end = Arc::new(ConsoleFrontEnd::new());
    let deliverer = Deliverer::new(
        context.store.clone(),
        front_end.clone(),
        DeliverySettings { lease: context.lease, ..DeliverySettings::default() },
    );
    let events = context.progress.listen(stop.clone());
    let delivery = deliverer.run(events.subscribe(), stop.clone());
    // One desk for all: what is decided at the console stirs the chats, too.
    let desk = Desk::new(context);
    let chats = Box::pin(platforms.run(desk.clone(), stop.clone()));
    let console = console::serve_with(listener, desk, options, front_end, events, stop.clone());
    let (served, (), chatted) = tokio::join!(
        async {
            let served = console.await;
            stop.cancel();
            served
        },
        async {
            delivery.await;
            stop.cancel();
        },
        async {
            let chatted = chats.await;
            // Without a platform it ends at once, and the console goes on.
            if chatted.is_err() {
                stop.cancel();
            }
            chatted
        }
    );
    served.and(chatted)
}
