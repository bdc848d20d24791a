//! Answers to pressed buttons: one for each press, within 15 seconds.

use chrono::TimeDelta;

use super::super::model::CallbackAnswer;
use super::super::refusal::Refusal;
use super::{Context, Outcome, done};

/// How long Telegram waits for the answer.
const PATIENCE: TimeDelta = TimeDelta::seconds(15);

pub(crate) fn answer(context: &mut Context<'_>) -> Outcome {
    let query = context.text("callback_query_id").unwrap_or_default().to_owned();
    let text = context.text("text").unwrap_or_default().to_owned();
    let alert = context.flag("show_alert");
    if super::super::entities::units(&text) > 200 {
        return Err(Refusal::bad("callback", "MESSAGE_TOO_LONG"));
    }
    let now = context.now;
    let refused = |rule: Option<&'static str>| Refusal {
        rule,
        ..Refusal::bad("callback", "query is too old and response timeout expired or query ID is invalid")
    };
    let Some(pressed) = context.state.pressed.get_mut(&query) else {
        return Err(refused(Some("callback")));
    };
    if pressed.answered {
        return Err(refused(Some("callback")));
    }
    if now - pressed.at > PATIENCE {
        // A bot that was down could not be in time; `Telegram::unanswered` tells of the others.
        return Err(refused(None));
    }
    pressed.answered = true;
    let after = (now - pressed.at).to_std().unwrap_or_default();
    let answer =
        CallbackAnswer { query, message: pressed.message, person: pressed.person, text, alert, after };
    context.state.answers.push(answer);
    done()
}
