//! Linking two accounts of one person: a code asked for on one, entered on the other, and both say yes, each seeing
//! the other.

use super::{Desk, Pressed, Refusal};
use crate::{Card, Control, Press, Style, Tone};
use rowcall_core::{Actor, texts::chat as texts};
use rowcall_format::values::visible;
use rowcall_shared::store::{LinkEntry, LinkOutcome};

impl Desk {
    /// A new code, or entering one.
    pub(super) async fn link(&self, actor: &Actor, code: Option<&str>) -> Result<Card, Refusal> {
        let store = &self.context.store;
        let Some(code) = code else {
            let code = self.stored(|| store.new_link_code(actor)).await?;
            return Ok(match code {
                Some(code) => link_card(texts::link_code(&code), true),
                None => link_card(texts::link_too_many_codes(), false),
            });
        };
        Ok(match self.stored(|| store.enter_link_code(actor, code)).await? {
            LinkEntry::Found(party) => {
                link_card(texts::link_found(party.platform.as_str(), &visible(&party.name)), true)
            }
            LinkEntry::Unknown => link_card(texts::link_unknown(), false),
            LinkEntry::Expired => link_card(texts::link_expired(), false),
            LinkEntry::Own => link_card(texts::link_own(), false),
            LinkEntry::AlreadyLinked => link_card(texts::link_already(), false),
            LinkEntry::TooMany(wait) => link_card(texts::link_too_many(wait.as_secs()), false),
        })
    }

    /// Yes, on either side.
    pub(super) async fn link_confirm(&self, actor: &Actor) -> Result<Pressed, Refusal> {
        let store = &self.context.store;
        let card = match self.stored(|| store.confirm_link(actor)).await? {
            LinkOutcome::Nothing => link_card(texts::link_nothing(), false),
            LinkOutcome::Expired => link_card(texts::link_expired(), false),
            // The message with the code stays as it is.
            LinkOutcome::NotEntered => return Ok(Pressed::Note(texts::link_not_entered().into())),
            LinkOutcome::Look(party) => {
                link_card(texts::link_look(party.platform.as_str(), &visible(&party.name)), true)
            }
            LinkOutcome::OtherSideNext(party) => {
                link_card(texts::link_other_side(party.platform.as_str(), &visible(&party.name)), false)
            }
            LinkOutcome::Linked(party) => {
                link_card(texts::linked(party.platform.as_str(), &visible(&party.name)), false)
            }
        };
        Ok(Pressed::Redraw(Box::new(card)))
    }

    /// No, on either side.
    pub(super) async fn link_cancel(&self, actor: &Actor) -> Result<Pressed, Refusal> {
        let store = &self.context.store;
        let open = self.stored(|| store.cancel_link(actor)).await?;
        Ok(Pressed::Redraw(Box::new(link_card(texts::link_cancelled(open), false))))
    }
}

fn link_card(text: impl Into<String>, open: bool) -> Card {
    let button =
        |label: &str, press: Press, style| Control { label: label.into(), press: press.to_string(), style };
    let actions = match open {
        true => vec![
            button("Confirm", Press::LinkConfirm, Style::Main),
            button("Cancel", Press::LinkCancel, Style::Danger),
        ],
        false => Vec::new(),
    };
    Card { tone: Tone::Info, text: text.into(), actions, ..Card::default() }
}
