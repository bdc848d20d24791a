//! Buttons, menus and forms. Whoever presses is asked for their right by the desk at that moment; what a button says
//! grants nothing.

use super::ask::{ACKNOWLEDGE, Interacted, Question, alone, ask_first};
use crate::{
    api::{File, calls::Callback},
    bot::Bot,
    cards,
    compose::{self, LOOK, MENU, file_name},
    escape::cut,
    posting::ORIGINAL,
};
use rowcall_core::{
    Platform,
    texts::{chat, tickets::decide as texts},
};
use rowcall_frontend::{AskAgain, FileOut, Form, Press, Pressed, Refusal, TicketDeed, Tone};
use rowcall_shared::store::Accepted;
use serde_json::{Value, json};
use serenity::all::{
    ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind, MessageFlags, ModalInteraction,
};
use std::sync::Arc;
use tokio::time::Instant;

/// The one field of a form.
const FIELD: &str = "text";
/// Longest text a field of Discord takes, and longest title.
const FIELD_MAX: usize = 4000;
const TITLE: usize = 45;

pub async fn pressed(bot: &Arc<Bot>, from: &Interacted, interaction: &ComponentInteraction) {
    let began = Instant::now();
    let said = said(interaction);
    let ephemeral = interaction.message.flags.is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL));
    match said.parse::<Press>() {
        Ok(Press::Choose(..) | Press::Retry(_) | Press::Run(_) | Press::Ticket(TicketDeed::Undo, ..)) => {
            let mut other = None;
            let asking = async {
                match bot.desk.press(&from.actor, &said, &LOOK).await? {
                    Pressed::Ask(again) => Ok(Some(ask(bot, from, again, ephemeral).await?)),
                    pressed => {
                        other = Some(pressed);
                        Ok(None)
                    }
                }
            };
            let acknowledged = Box::pin(ask_first(bot, from, asking, began)).await;
            if let (Some(pressed), Some(acknowledged)) = (other, acknowledged) {
                // A choice that cannot be chosen any more, in words.
                let state = if acknowledged { State::Seen } else { State::New };
                finish(bot, from, Ok(pressed), state).await;
            }
        }
        Ok(
            Press::Csv(_)
            | Press::OpenTicket(_)
            | Press::Ticket(TicketDeed::Statement | TicketDeed::Rows, ..),
        ) => {
            if let Ok(true) = from.acknowledge(bot, Callback::Later { ephemeral: true }).await {
                let outcome = bot.desk.press(&from.actor, &said, &LOOK).await;
                finish(bot, from, outcome, State::Later).await;
            }
        }
        // A form has to be the first answer.
        Ok(Press::EditQuestion(_) | Press::EditSql(_) | Press::Ticket(..)) => {
            may_open_form(bot, from, &said, began).await;
        }
        // The desk says in words that it does not know what it does not know.
        Ok(_) | Err(_) => {
            if let Ok(true) = from.acknowledge(bot, Callback::Seen).await {
                let outcome = bot.desk.press(&from.actor, &said, &LOOK).await;
                finish(bot, from, outcome, State::Seen).await;
            }
        }
    }
}

/// A press that is answered by a form, or by words. When the desk takes long, it is acknowledged meanwhile, and then no
/// form can be opened any more.
async fn may_open_form(bot: &Bot, from: &Interacted, said: &str, began: Instant) {
    let mut pressing = std::pin::pin!(bot.desk.press(&from.actor, said, &LOOK));
    let rest = ACKNOWLEDGE.saturating_sub(began.elapsed());
    let (outcome, state) = match tokio::time::timeout(rest, &mut pressing).await {
        Ok(outcome) => (outcome, State::New),
        Err(_) => {
            let later = from.acknowledge(bot, Callback::Later { ephemeral: true }).await;
            let outcome = pressing.await;
            if !matches!(later, Ok(true)) {
                return;
            }
            (outcome, State::Later)
        }
    };
    match (outcome, state) {
        (Ok(Pressed::Form(form)), State::New) => {
            let _ = from.acknowledge(bot, Callback::Form(form_json(said, &form))).await;
        }
        (Ok(Pressed::Form(_)), _) => {
            let sheet = compose::words(Tone::Problem, texts::form_too_late());
            from.show(bot, &sheet).await;
        }
        (outcome, state) => finish(bot, from, outcome, state).await,
    }
}

pub async fn filled_in(bot: &Arc<Bot>, from: &Interacted, interaction: &ModalInteraction) {
    let began = Instant::now();
    let message = interaction.message.as_ref();
    let ephemeral =
        message.and_then(|m| m.flags).is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL));
    let Ok(press) = interaction.data.custom_id.parse::<Press>() else {
        let text = "That form is not known to this version. Open it again.";
        return alone(bot, from, &compose::words(Tone::Problem, text), false).await;
    };
    let fields = interaction.data.components.iter().flat_map(|row| &row.components);
    let text = fields
        .filter_map(|field| match field {
            ActionRowComponent::InputText(field) if field.custom_id == FIELD => field.value.as_deref(),
            _ => None,
        })
        .next()
        .unwrap_or_default();
    if let Press::Ticket(..) = press {
        if let Ok(true) = from.acknowledge(bot, Callback::Later { ephemeral: true }).await {
            let outcome = bot.desk.submit(&from.actor, press, text, &LOOK).await;
            finish(bot, from, outcome, State::Later).await;
        }
        return;
    }
    let asking = async {
        match bot.desk.submit(&from.actor, press, text, &LOOK).await? {
            Pressed::Ask(again) => ask(bot, from, again, ephemeral).await.map(Some),
            _ => Err(chat::old_button().into()),
        }
    };
    Box::pin(ask_first(bot, from, asking, began)).await;
}

/// What a button or menu says.
fn said(interaction: &ComponentInteraction) -> String {
    match &interaction.data.kind {
        ComponentInteractionDataKind::StringSelect { values } if interaction.data.custom_id == MENU => {
            values.first().cloned().unwrap_or_default()
        }
        _ => interaction.data.custom_id.clone(),
    }
}

async fn ask(
    bot: &Bot,
    from: &Interacted,
    again: AskAgain,
    ephemeral: bool,
) -> Result<(Question, Accepted), Refusal> {
    let question = Question {
        dedup_key: again.dedup_key,
        ask: again.ask,
        text: again.text,
        source: Some(again.source),
        // What only one person saw is answered to that person alone.
        private: again.private || ephemeral,
        undoes: again.undoes,
    };
    let accepted = bot.desk.ask_again(from.inbound(&question), question.undoes).await?;
    Ok((question, accepted))
}

/// How far the acknowledgement of a press is.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Not acknowledged.
    New,
    /// "Thinking", for the presser alone.
    Later,
    /// Acknowledged; its answer is the message that was pressed.
    Seen,
}

async fn finish(bot: &Bot, from: &Interacted, outcome: Result<Pressed, Refusal>, state: State) {
    let sheet = match outcome {
        Ok(Pressed::Redraw(card)) => {
            let sheet = compose::sheet(&card);
            let seen = state != State::New || matches!(from.acknowledge(bot, Callback::Seen).await, Ok(true));
            if seen {
                from.show(bot, &sheet).await;
            }
            return;
        }
        Ok(Pressed::Behind(text, card)) => {
            let words = compose::words(Tone::Info, &text);
            if state == State::Later {
                return from.show(bot, &words).await;
            }
            let seen =
                state == State::Seen || matches!(from.acknowledge(bot, Callback::Seen).await, Ok(true));
            if seen {
                from.show(bot, &compose::sheet(&card)).await;
                from.tell(bot, &words).await;
            }
            return;
        }
        Ok(Pressed::Ticket(opened)) => {
            from.show(bot, &compose::sheet(&opened.card)).await;
            let (place, address) = (cards::inbox(from.id), from.address(true).to_json());
            bot.desk.note_card(&opened, Platform::Discord, &place, &address, ORIGINAL).await;
            return;
        }
        Ok(Pressed::Note(text)) => compose::words(Tone::Info, &text),
        Ok(Pressed::File(file)) => file_sheet(file),
        // The desk gives these for other buttons alone.
        Ok(Pressed::Ask(_) | Pressed::Form(_)) => {
            compose::words(Tone::Problem, "That cannot be done with this button any more. Ask again.")
        }
        Err(refusal) => compose::sheet(&bot.desk.problem(&refusal.failure, None)),
    };
    match state {
        State::New => alone(bot, from, &sheet, false).await,
        State::Later => from.show(bot, &sheet).await,
        State::Seen => alone(bot, from, &sheet, true).await,
    }
}

fn file_sheet(file: FileOut) -> compose::Sheet {
    let mut sheet = compose::words(Tone::Info, &file.text);
    let name = file_name(&file.name, "result.csv");
    sheet.files.push(File { name, mime: file.mime, bytes: file.bytes, alt: None });
    sheet
}

fn form_json(custom_id: &str, form: &Form) -> Value {
    let max = form.max.clamp(1, FIELD_MAX);
    // A value over the field's limit would be refused, and a cut one would be asked as it was cut; the form is
    // empty then.
    let value = Some(&form.value).filter(|value| value.chars().count() <= max && !value.is_empty());
    let mut field = json!({
        "type": 4, "custom_id": FIELD, "style": 2, "label": cut(&form.label, TITLE), "max_length": max,
        "min_length": u8::from(form.required), "required": form.required,
    });
    if let Some(value) = value {
        field["value"] = json!(value);
    }
    json!({
        "custom_id": custom_id, "title": cut(&form.title, TITLE),
        "components": [{ "type": 1, "components": [field] }],
    })
}
