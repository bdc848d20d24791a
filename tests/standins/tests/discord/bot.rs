//! A small bot on serenity that does what a test tells it.

use std::sync::Arc;
use std::time::Duration;

use rowcall_standins::discord::{Discord, Settings};
use serenity::all::{
    Client, CommandInteraction, ComponentInteraction, Context, Event, GatewayIntents, Http, HttpBuilder,
    Interaction, Message, ModalInteraction, RawEventHandler,
};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

/// Long enough for a busy machine; nothing waits for it to pass.
pub const SOON: Duration = Duration::from_secs(20);

/// A running bot: what it hears, and its hands.
pub struct Bot {
    pub http: Arc<Http>,
    events: Mutex<mpsc::UnboundedReceiver<Event>>,
    task: JoinHandle<serenity::Result<()>>,
}

struct Ears(mpsc::UnboundedSender<Event>);

#[serenity::async_trait]
impl RawEventHandler for Ears {
    async fn raw_event(&self, _: Context, event: Event) {
        let _ = self.0.send(event);
    }
}

/// A stand-in that looks at its own answers too.
pub async fn discord() -> Discord {
    Discord::start_with(Settings { check_answers: true, ..Settings::default() }).await
}

/// Everything that a bot without the privileged intents may ask for.
pub fn plain_intents() -> GatewayIntents {
    GatewayIntents::non_privileged()
}

async fn client(
    discord: &Discord,
    token: &str,
    intents: GatewayIntents,
) -> (Client, mpsc::UnboundedReceiver<Event>) {
    let http = HttpBuilder::new(token).proxy(discord.url()).ratelimiter_disabled(true).build();
    // When this request fails, serenity dials the real Discord: look first.
    let gateway = http.get_gateway().await.unwrap().url;
    assert!(gateway.starts_with("ws://127.0.0.1:"), "{gateway}");
    let (sender, events) = mpsc::unbounded_channel();
    let client =
        serenity::client::ClientBuilder::new_with_http(http, intents).raw_event_handler(Ears(sender));
    (client.await.unwrap(), events)
}

impl Bot {
    /// Starts a bot with all intents that the platform allows, and waits until it is ready.
    pub async fn start(discord: &Discord) -> Bot {
        Bot::with(discord, plain_intents() | GatewayIntents::MESSAGE_CONTENT).await
    }

    pub async fn with(discord: &Discord, intents: GatewayIntents) -> Bot {
        let (mut client, events) = client(discord, discord.token(), intents).await;
        let http = client.http.clone();
        let task = tokio::spawn(async move { client.start().await });
        let bot = Bot { http, events: Mutex::new(events), task };
        bot.next(|event| matches!(event, Event::Ready(_)).then_some(())).await;
        bot
    }

    /// Starts a bot that the gateway does not take; how it ended.
    pub async fn rejected(discord: &Discord, token: &str, intents: GatewayIntents) -> serenity::Error {
        let (mut client, _events) = client(discord, token, intents).await;
        tokio::time::timeout(SOON, client.start()).await.expect("the gateway refuses at once").unwrap_err()
    }

    /// The next event from which `take` takes something; those before it are dropped.
    pub async fn next<T>(&self, take: impl Fn(Event) -> Option<T>) -> T {
        let mut events = self.events.lock().await;
        let found = tokio::time::timeout(SOON, async {
            loop {
                let event = events.recv().await.expect("the bot runs");
                if let Some(found) = take(event) {
                    return found;
                }
            }
        });
        found.await.expect("the event comes")
    }

    /// The next message of someone else.
    pub async fn message(&self) -> Message {
        self.next(|event| match event {
            Event::MessageCreate(event) if !event.message.author.bot => Some(event.message),
            _ => None,
        })
        .await
    }

    async fn interaction(&self) -> Interaction {
        self.next(|event| match event {
            Event::InteractionCreate(event) => Some(event.interaction),
            _ => None,
        })
        .await
    }

    pub async fn command(&self) -> CommandInteraction {
        self.interaction().await.command().unwrap()
    }

    pub async fn autocomplete(&self) -> CommandInteraction {
        self.interaction().await.autocomplete().unwrap()
    }

    pub async fn component(&self) -> ComponentInteraction {
        self.interaction().await.message_component().unwrap()
    }

    pub async fn modal(&self) -> ModalInteraction {
        self.interaction().await.modal_submit().unwrap()
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The status and code with which a request was refused.
pub fn refusal<T: std::fmt::Debug>(result: serenity::Result<T>) -> (u16, isize) {
    match result.unwrap_err() {
        serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(response)) => {
            (response.status_code.as_u16(), response.error.code)
        }
        other => panic!("not refused by the platform: {other}"),
    }
}
