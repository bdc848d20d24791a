//! The menu of commands that Telegram shows beside the field to write in. It is set when it differs from what is set.

use crate::{telegram::Telegram, trouble::Trouble};
use rowcall_frontend::commands::{Words, specs};
use teloxide::{
    payloads::{GetMyCommandsSetters, SetMyCommandsSetters},
    prelude::Requester,
    types::BotCommand,
};

/// Picks a language's words.
type Pick = fn(Words) -> &'static str;

/// Languages with words of their own; the first is for everybody else.
const LANGUAGES: [(&str, Pick); 3] =
    [("", |words| words.en), ("de", |words| words.de), ("es", |words| words.es)];

impl Telegram {
    /// Sets the menu where it is not as it should be.
    ///
    /// # Errors
    /// What went wrong; the bot works without it.
    pub async fn set_menu(&self) -> Result<(), Trouble> {
        for (language, words) in LANGUAGES {
            // What only administrators can do need not be offered to everyone.
            let offered = specs().iter().filter(|spec| !spec.admin);
            let wanted: Vec<_> =
                offered.map(|spec| BotCommand::new(spec.name, words(spec.description))).collect();
            let set = self.api.now(None, self.api.bot.get_my_commands().language_code(language)).await?;
            if set != wanted {
                self.api.now(None, self.api.bot.set_my_commands(wanted).language_code(language)).await?;
                tracing::info!(language, "the menu of commands was set");
            }
        }
        Ok(())
    }
}
