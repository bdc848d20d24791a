//! Messages of ours: sent, edited, found gone.

use crate::{
    address::Address,
    render::{Draft, draft, words},
    runs::fingerprint,
    telegram::Telegram,
    trouble::Trouble,
};
use rowcall_core::RunId;
use rowcall_frontend::Card;
use std::time::Duration;
use teloxide::{
    payloads::{
        EditMessageCaptionSetters, EditMessageMediaSetters, EditMessageTextSetters, SendDocumentSetters,
        SendMessageSetters,
    },
    prelude::Requester,
    types::{
        ChatAction, InputFile, InputMedia, InputMediaPhoto, LinkPreviewOptions, MessageId, ParseMode,
        ReplyMarkup,
    },
};

/// Telegram's limit for a caption.
const CAPTION: usize = 1024;

/// No address in a message is looked up by Telegram.
pub fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

/// Where a message was posted in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The place, which may differ from the one asked for: the topic was closed, or the group moved.
    pub address: Address,
    /// The message.
    pub message: i32,
}

impl Telegram {
    /// Sends words with buttons. A closed topic falls back to the chat, a moved group to the new one.
    ///
    /// # Errors
    /// When it was not sent, or it is not known whether it was.
    pub async fn post(&self, address: &Address, draft: &Draft) -> Result<Posted, Trouble> {
        let mut address = *address;
        for _ in 0..3 {
            let send = self.send(
                &address,
                draft.html.clone(),
                Some(ReplyMarkup::InlineKeyboard(draft.keyboard.clone())),
            );
            match send.await {
                Ok(message) => {
                    self.runs.wrote(address.chat, message, fingerprint(draft));
                    return Ok(Posted { address, message });
                }
                Err(Trouble::TopicGone) if address.topic.is_some() => address = address.general(),
                Err(Trouble::Moved(to)) => {
                    self.moved(address.chat, to).await;
                    address = Address { chat: to, ..address.general() };
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Err(Trouble::TopicGone)
    }

    async fn send(
        &self,
        address: &Address,
        html: String,
        markup: Option<ReplyMarkup>,
    ) -> Result<i32, Trouble> {
        let request = self.api.bot.send_message(address.id(), html);
        let mut request =
            address.message(request).parse_mode(ParseMode::Html).link_preview_options(no_preview());
        let empty = matches!(&markup, Some(ReplyMarkup::InlineKeyboard(k)) if k.inline_keyboard.is_empty());
        if let Some(markup) = markup.filter(|_| !empty) {
            request = request.reply_markup(markup);
        }
        self.api.send(address.chat, request).await.map(|message| message.id.0)
    }

    /// Tells something that nobody delivers again: tried over short waits, then let go.
    pub async fn tell(
        &self,
        address: &Address,
        html: String,
        markup: Option<ReplyMarkup>,
    ) -> Result<i32, Trouble> {
        let mut address = *address;
        let mut waits = 0;
        loop {
            match self.send(&address, html.clone(), markup.clone()).await {
                Err(Trouble::Wait(wait)) if waits < 5 && wait <= Duration::from_secs(60) => {
                    waits += 1;
                    tokio::time::sleep(wait).await;
                }
                Err(Trouble::TopicGone) if address.topic.is_some() => address = address.general(),
                Err(Trouble::Moved(to)) if to != address.chat => {
                    self.moved(address.chat, to).await;
                    address = Address { chat: to, ..address.general() };
                }
                Err(trouble) => {
                    tracing::warn!(%trouble, chat = address.chat, "a message was not sent");
                    return Err(trouble);
                }
                Ok(message) => return Ok(message),
            }
        }
    }

    /// The same with a card.
    pub async fn tell_card(&self, address: &Address, card: &Card) -> Result<i32, Trouble> {
        let draft = draft(card);
        self.tell(address, draft.html, Some(ReplyMarkup::InlineKeyboard(draft.keyboard))).await
    }

    /// Makes a message of ours into this. That it says so already counts as done; `counted` means that the turn was
    /// taken before.
    ///
    /// # Errors
    /// When it does not say so afterwards, or it is not known whether it does.
    pub async fn edit(&self, chat: i64, message: i32, card: &Card, counted: bool) -> Result<(), Trouble> {
        let draft = draft(card);
        let content = fingerprint(&draft);
        if self.runs.holds(chat, message, content) {
            return Ok(());
        }
        let outcome = match self.edit_once(chat, message, &draft, counted).await {
            // A picture stays a picture: its words change.
            Err(Trouble::NoText) => self.edit_caption(chat, message, words(card, CAPTION), &draft).await,
            outcome => outcome,
        };
        match outcome {
            Ok(()) | Err(Trouble::NotModified) => {
                self.runs.wrote(chat, message, content);
                Ok(())
            }
            Err(trouble) => {
                self.runs.unsure(chat, message);
                Err(trouble)
            }
        }
    }

    async fn edit_once(&self, chat: i64, message: i32, draft: &Draft, counted: bool) -> Result<(), Trouble> {
        let (id, message) = (teloxide::types::ChatId(chat), MessageId(message));
        let keyboard = draft.keyboard.clone();
        match &draft.picture {
            Some(picture) => {
                let file = InputFile::memory(picture.png.clone()).file_name(picture.name.clone());
                let media =
                    InputMediaPhoto::new(file).caption(draft.html.clone()).parse_mode(ParseMode::Html);
                let request = self
                    .api
                    .bot
                    .edit_message_media(id, message, InputMedia::Photo(media))
                    .reply_markup(keyboard);
                self.counted(chat, request, counted).await.map(drop)
            }
            None => {
                let request = self
                    .api
                    .bot
                    .edit_message_text(id, message, draft.html.clone())
                    .parse_mode(ParseMode::Html)
                    .link_preview_options(no_preview())
                    .reply_markup(keyboard);
                self.counted(chat, request, counted).await.map(drop)
            }
        }
    }

    async fn edit_caption(
        &self,
        chat: i64,
        message: i32,
        html: String,
        draft: &Draft,
    ) -> Result<(), Trouble> {
        let request = self
            .api
            .bot
            .edit_message_caption(teloxide::types::ChatId(chat), MessageId(message))
            .caption(html)
            .parse_mode(ParseMode::Html)
            .reply_markup(draft.keyboard.clone());
        self.api.send(chat, request).await.map(drop)
    }

    async fn counted<T, R>(&self, chat: i64, request: R, counted: bool) -> Result<T, Trouble>
    where
        R: IntoFuture<Output = Result<T, teloxide::RequestError>>,
    {
        if counted { self.api.now(Some(chat), request).await } else { self.api.send(chat, request).await }
    }

    /// Sends a file.
    ///
    /// # Errors
    /// When it was not sent.
    pub async fn send_file(
        &self,
        address: &Address,
        file: &rowcall_frontend::FileOut,
    ) -> Result<(), Trouble> {
        let request = || {
            let document = InputFile::memory(file.bytes.clone()).file_name(file.name.clone());
            let request = self.api.bot.send_document(address.id(), document);
            address
                .document(request)
                .caption(crate::html::plain(&crate::html::cut(&file.text, 900)))
                .parse_mode(ParseMode::Html)
        };
        self.api.patiently(address.chat, request).await.map(drop)
    }

    /// Posts a run's placeholder and writes it down. The caller holds the claim.
    ///
    /// # Errors
    /// When it was not sent, or could not be written down; the claim is given back then.
    pub async fn post_placeholder(
        &self,
        run: RunId,
        address: &Address,
        question: &str,
    ) -> Result<Posted, PostError> {
        let working = draft(&self.desk.working(run, question, None));
        let posted = match self.post(address, &working).await {
            Ok(posted) => posted,
            Err(trouble) => {
                // Perhaps it stands there all the same, as an orphan; waiting would not tell.
                if let Err(error) = self.store().release_post(run).await {
                    tracing::warn!(%error, run.id = %run, "a claim could not be given back; it runs out");
                }
                return Err(trouble.into());
            }
        };
        let stands = serde_json::json!(posted.address);
        let id = posted.message.to_string();
        let patience = Duration::from_secs(4);
        let ours =
            rowcall_shared::store::retrying(patience, || self.store().posted(run, &id, &stands)).await?;
        if !ours {
            tracing::warn!(run.id = %run, "another placeholder was first; this one is taken away");
            let chat = posted.address;
            let delete = self.api.bot.delete_message(chat.id(), MessageId(posted.message));
            if let Err(trouble) = self.api.now(Some(chat.chat), delete).await {
                tracing::warn!(%trouble, run.id = %run, "an orphan stays");
            }
            return Err(PostError::Late);
        }
        Ok(posted)
    }

    /// Shows that somebody is typing. Telegram does not count this among a chat's messages.
    pub async fn typing(&self, address: &Address) {
        if !self.api.is_paused(address.chat) {
            let request = self.api.bot.send_chat_action(address.id(), ChatAction::Typing);
            let _ = self.api.now(Some(address.chat), address.action(request)).await;
        }
    }
}

/// Why no placeholder stands.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// It could not be sent.
    #[error("{0}")]
    Trouble(#[from] Trouble),
    /// It could not be written down.
    #[error("{0}")]
    Store(#[from] rowcall_shared::store::StoreError),
    /// Another one was written down before.
    #[error("another placeholder was first")]
    Late,
}
