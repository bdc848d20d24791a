//! Slash commands, and what is offered while they are typed.

use super::ask::{self, Interacted, Question};
use crate::{
    api::calls::Callback,
    bot::Bot,
    compose::{self, LOOK},
    escape::units,
    lines::Turn,
};
use rowcall_core::Ask;
use rowcall_frontend::{
    Card, Change, Command, Tone,
    commands::{Line, read_define, read_sql},
};
use serenity::all::{CommandDataOption, CommandInteraction};
use std::{sync::Arc, time::Duration};

/// How long it may take to learn whether an answer is private before it is taken to be: Discord has to know when it is
/// acknowledged.
const PRIVATE: Duration = Duration::from_millis(800);
/// Longest suggestion Discord takes, and how many.
const SUGGESTION: usize = 100;
const SUGGESTIONS: usize = 25;

/// What a slash command wants.
enum Wish {
    Ask { ask: Ask, text: String, source: Option<String>, private: Option<bool> },
    Command(Command),
    Settings(Vec<Change>),
}

pub async fn handle(bot: &Arc<Bot>, from: &Interacted, interaction: &CommandInteraction, turn: Turn) {
    match wish(&interaction.data.name, &interaction.data.options) {
        Wish::Ask { ask, text, source, private } => {
            let private = match private {
                Some(true) => true,
                // "No" is a wish too, but no reason to show what the source or the person keeps private.
                Some(false) | None => is_private(bot, from, source.as_deref()).await,
            };
            let dedup_key = format!("interaction:{}", from.id);
            let question = Question { dedup_key, ask, text, source, private, undoes: None };
            ask::ask(bot, from, question, turn).await;
        }
        Wish::Command(command) => {
            let help = command == Command::Help;
            answer(bot, from, async {
                let mut card = bot.desk.command(&from.actor, command, &LOOK).await;
                if help && !bot.reads_all() {
                    card.notes.push(WITHOUT_CONTENT.into());
                }
                card
            })
            .await;
        }
        Wish::Settings(changes) => {
            answer(bot, from, async {
                let mut changes = changes.into_iter().map(Some).collect::<Vec<_>>();
                let last = changes.pop().flatten();
                for change in changes {
                    let card = bot.desk.command(&from.actor, Command::Settings(change), &LOOK).await;
                    if card.tone == Tone::Problem {
                        return card;
                    }
                }
                bot.desk.command(&from.actor, Command::Settings(last), &LOOK).await
            })
            .await;
        }
    }
}

/// Answers a command, to the person alone.
async fn answer(bot: &Bot, from: &Interacted, card: impl Future<Output = Card>) {
    let later = Callback::Later { ephemeral: true };
    let (acknowledged, card) = tokio::join!(from.acknowledge(bot, later), card);
    if matches!(acknowledged, Ok(true)) {
        from.show(bot, &compose::sheet(&card)).await;
    }
}

const WITHOUT_CONTENT: &str = "In a thread, mention me in each question: I am not allowed to read messages that do \
                               not (the intent Message Content is off).";

/// Offers what begins like what is typed.
pub async fn suggest(bot: &Bot, from: &Interacted, interaction: &CommandInteraction) {
    let suggesting = async {
        let Some(typed) = interaction.data.autocomplete() else { return Vec::new() };
        match typed.name {
            "source" => bot.desk.suggest_sources(&from.actor, typed.value, SUGGESTIONS).await,
            "question" => bot.desk.suggest_questions(&from.actor, typed.value, SUGGESTIONS).await,
            _ => Vec::new(),
        }
    };
    let mut found = tokio::time::timeout(ask::ACKNOWLEDGE, suggesting).await.unwrap_or_default();
    // A cut question would be asked as it was cut.
    found.retain(|text| !text.trim().is_empty() && units(text) <= SUGGESTION);
    found.truncate(SUGGESTIONS);
    let _ = from.acknowledge(bot, Callback::Suggest(found)).await;
}

/// Says so where the bot does not work.
pub async fn not_served(bot: &Bot, from: &Interacted) {
    let text = "I do not answer in this server. Whoever runs me can add it to the servers I work in.";
    let _ = from.acknowledge(bot, Callback::Alone(&compose::words(Tone::Problem, text))).await;
}

async fn is_private(bot: &Bot, from: &Interacted, source: Option<&str>) -> bool {
    let asking = bot.desk.is_private(&from.actor, source);
    match tokio::time::timeout(PRIVATE, asking).await {
        Ok(Ok(private)) => private,
        // Not known in time: shown to one person rather than to all.
        Ok(Err(_)) | Err(_) => true,
    }
}

fn wish(name: &str, options: &[CommandDataOption]) -> Wish {
    let value = |name: &str| options.iter().find(|o| o.name == name).map(|o| &o.value);
    let text = |name: &str| text_of(options, name);
    let flag = |name: &str| value(name).and_then(|v| v.as_bool());
    let asks = |ask, text: String| Wish::Ask {
        ask,
        text,
        source: text_of(options, "source"),
        private: flag("private"),
    };
    let command = match name {
        "ask" => return asks(Ask::Question, text("question").unwrap_or_default()),
        "sql" => {
            let typed = text("text").unwrap_or_default();
            let (ask, text) = read_sql(&typed);
            return asks(ask, text.to_owned());
        }
        "define" => match read_define(&text("definition").unwrap_or_default()) {
            Line::Ask(ask, text) => return asks(ask, text),
            Line::Command(command) => command,
            Line::Plain | Line::Another => Command::Glossary,
        },
        "sources" => Command::Sources,
        "runs" => Command::Runs,
        "link" => Command::Link(text("code")),
        "settings" => return Wish::Settings(changes(text("source"), flag("threads"), flag("private"))),
        "deliveries" => Command::Deliveries,
        "approvals" => Command::Approvals,
        "help" => Command::Help,
        other => Command::Unknown(other.to_owned()),
    };
    Wish::Command(command)
}

fn text_of(options: &[CommandDataOption], name: &str) -> Option<String> {
    options.iter().find(|o| o.name == name).and_then(|o| o.value.as_str()).map(str::to_owned)
}

/// Each option of `/settings` is a change; without one they are shown.
fn changes(source: Option<String>, threads: Option<bool>, private: Option<bool>) -> Vec<Change> {
    let source = source.map(|name| Change::Source(Some(name).filter(|name| name != "default")));
    [source, threads.map(Change::Threads), private.map(Change::Private)].into_iter().flatten().collect()
}
