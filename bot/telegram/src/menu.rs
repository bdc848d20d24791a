//! The menu of commands that Telegram shows beside the field to write in. It is set when it differs from what is set.

use crate::{telegram::Telegram, trouble::Trouble};
use teloxide::{
    payloads::{GetMyCommandsSetters, SetMyCommandsSetters},
    prelude::Requester,
    types::BotCommand,
};

/// Languages with words of their own; the first is for everybody else.
const LANGUAGES: [&str; 3] = ["", "de", "es"];

/// Name, and what it does in each of [`LANGUAGES`].
const COMMANDS: [(&str, [&str; 3]); 7] = [
    ("ask", ["Ask a question", "Eine Frage stellen", "Hacer una pregunta"]),
    ("sql", ["Show or run a query", "Abfrage zeigen oder ausführen", "Mostrar o ejecutar una consulta"]),
    ("sources", ["What can be asked here", "Was hier gefragt werden kann", "Qué se puede preguntar aquí"]),
    ("runs", ["Your last questions", "Deine letzten Fragen", "Tus últimas preguntas"]),
    ("link", ["Link another account", "Ein anderes Konto verbinden", "Vincular otra cuenta"]),
    ("settings", ["Settings", "Einstellungen", "Ajustes"]),
    ("help", ["Help", "Hilfe", "Ayuda"]),
];

impl Telegram {
    /// Sets the menu where it is not as it should be.
    ///
    /// # Errors
    /// What went wrong; the bot works without it.
    pub async fn set_menu(&self) -> Result<(), Trouble> {
        for (place, language) in LANGUAGES.into_iter().enumerate() {
            let wanted: Vec<_> =
                COMMANDS.iter().map(|(name, words)| BotCommand::new(*name, words[place])).collect();
            let set = self.api.now(None, self.api.bot.get_my_commands().language_code(language)).await?;
            if set != wanted {
                self.api.now(None, self.api.bot.set_my_commands(wanted).language_code(language)).await?;
                tracing::info!(language, "the menu of commands was set");
            }
        }
        Ok(())
    }
}
