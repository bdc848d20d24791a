//! Slash commands, and what is offered while they are typed.

use super::ask::{self, Interacted, Question};
use crate::{
    api::calls::Callback,
    bot::Bot,
    compose::{self, LOOK},
    escape::units,
};
use rowcall_core::Ask;
use rowcall_frontend::{Change, Command, Tone};
use serenity::all::{
    CommandDataOption, CommandDataOptionValue, CommandInteraction, Interaction,
};
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
}

pub async fn handle(bot: &Arc<Bot>, interaction: CommandInteraction) {
    let from = Interacted::command(&interaction);
    match wish(&interaction.data.name, &interaction.data.options) {
        Wish::Ask { ask, text, source, private } => {
            let private = match private {
                Some(true) => true,
                // "No" is a wish too, but no reason to show what the source or the person keeps private.
                Some(false) | None => is_private(bot, &from, source.as_deref()).await,
            };
            let dedup_key = format!("interaction:{}", from.id);
            ask::ask(bot, &from, Question { dedup_key, ask, text, source, private }).await;
        }
        Wish::Command(command) => {
            let help = command == Command::Help;
            let later = Callback::Later { ephemeral: true };
            let (acknowledged, mut card) =
                tokio::join!(from.acknowledge(bot, later), bot.desk.command(&from.actor, command, &LOOK));
            if help && !bot.reads_all() {
                card.notes.push(WITHOUT_CONTENT.into());
            }
            if matches!(acknowledged, Ok(true)) {
                from.show(bot, &compose::sheet(&card)).await;
            }
        }
    }
}

const WITHOUT_CONTENT: &str = "In a thread, mention me in each question: I am not allowed to read messages that do \
                               not (the intent Message Content is off).";

/// Offers what begins like what is typed.
pub async fn suggest(bot: &Arc<Bot>, interaction: CommandInteraction) {
    let from = Interacted::command(&interaction);
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
pub async fn not_served(bot: &Bot, interaction: &Interaction) {
    let from = match interaction {
        Interaction::Command(interaction) => Interacted::command(interaction),
        Interaction::Component(interaction) => Interacted::component(interaction),
        Interaction::Modal(interaction) => Interacted::modal(interaction),
        _ => return,
    };
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
    let (under, options) = match options {
        [CommandDataOption { name, value: CommandDataOptionValue::SubCommand(options), .. }] => {
            (name.as_str(), options.as_slice())
        }
        _ => ("", options),
    };
    let text = |name: &str| {
        options.iter().find(|o| o.name == name).and_then(|o| o.value.as_str()).map(str::to_owned)
    };
    let flag = |name: &str| options.iter().find(|o| o.name == name).and_then(|o| o.value.as_bool());
    let asks = |ask, option: &str| Wish::Ask {
        ask,
        text: text(option).unwrap_or_default(),
        source: text("source"),
        private: flag("private"),
    };
    match (name, under) {
        ("ask", _) => asks(Ask::Question, "question"),
        ("sql", "run") => asks(Ask::Sql, "statement"),
        ("sql", "show") => asks(Ask::ShowSql, "question"),
        _ => Wish::Command(match (name, under) {
            ("sources", _) => Command::Sources,
            ("runs", _) => Command::Runs,
            ("link", _) => Command::Link(text("code")),
            ("settings", "source") => Command::Settings(Some(Change::Source(text("source")))),
            ("settings", "threads") => Command::Settings(flag("on").map(Change::Threads)),
            ("settings", "private") => Command::Settings(flag("on").map(Change::Private)),
            ("settings", _) => Command::Settings(None),
            ("help", _) => Command::Help,
            (other, _) => Command::Unknown(other.to_owned()),
        }),
    }
}
