//! Commands that are answered at once.

use crate::{
    address::Address,
    html::plain,
    render::{LOOK, sentence},
    said::Said,
    telegram::Telegram,
    trouble::Trouble,
};
use reqwest::Url;
use rowcall_core::Ask;
use rowcall_frontend::Command;
use teloxide::types::{ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyMarkup};

/// A question for those who know none.
const EXAMPLE: &str = "how many orders came in last month?";

impl Telegram {
    pub(super) async fn command(&self, said: &Said, command: Command) {
        // What only the person may see is said in private.
        let alone =
            matches!(command, Command::Link(_) | Command::Runs | Command::Deliveries | Command::Approvals)
                && !said.private;
        let card = self.desk.command(&said.actor, command, &LOOK).await;
        let (true, Some(id)) = (alone, said.person()) else {
            let _ = self.tell_card(&said.answer_to(), &card).await;
            return;
        };
        match self.tell_card(&Address::person(id), &card).await {
            Ok(_) => self.answered_privately(said, true).await,
            Err(Trouble::Unreachable(_)) => self.answered_privately(said, false).await,
            Err(_) => {}
        }
    }

    /// Asks back what somebody wants to know who sent a command with nothing behind it, as its button in the menu does. In a
    /// group a reply is how we hear of it.
    pub(super) async fn ask_what(&self, said: &Said, ask: Ask) {
        let (text, markup) = match (ask, said.private) {
            (Ask::Question, true) => (format!("What do you want to know? For example: {EXAMPLE}"), None),
            (Ask::Question, false) => (
                format!("What do you want to know? Reply to this message, for example: {EXAMPLE}"),
                Some(ReplyMarkup::ForceReply(ForceReply::new().selective())),
            ),
            (Ask::ShowSql | Ask::Sql | Ask::Define, _) => (
                format!(
                    "Write a SELECT behind the command, or a question whose SQL you want to see: /sql {EXAMPLE}"
                ),
                None,
            ),
        };
        let _ = self.tell(&said.answer_to(), sentence(&text), markup).await;
    }

    /// Says in the group that the answer is elsewhere, or what it needs to get there.
    pub(super) async fn answered_privately(&self, said: &Said, arrived: bool) {
        let text = if arrived {
            "Answered privately."
        } else {
            "This answer is for you alone, and I may not write to you yet. Press the button, then Start, and ask again."
        };
        let start = if arrived { "" } else { "?start=private" };
        let button = Url::parse(&format!("https://t.me/{}{start}", self.me.username()))
            .map(|url| InlineKeyboardMarkup::new([[InlineKeyboardButton::url("Open the chat", url)]]));
        let markup = button.ok().map(ReplyMarkup::InlineKeyboard);
        let _ = self.tell(&said.answer_to(), plain(text), markup).await;
    }
}
