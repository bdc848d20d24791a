//! The requests the bot makes, each with its route, its budget and whether it may be repeated.

use super::{Api, ApiError, Budget, Call, File, buckets::Route};
use crate::{address::Token, compose::Sheet};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use serenity::{
    http::Route as Path,
    model::{
        channel::Channel,
        gateway::BotGateway,
        id::{ApplicationId, ChannelId, GuildId, InteractionId, MessageId, UserId},
    },
};

/// Only the person who pressed or wrote sees the message.
const EPHEMERAL: u64 = 1 << 6;

/// How an interaction is acknowledged.
#[derive(Clone, Debug)]
pub enum Callback<'a> {
    /// "Thinking": the answer is edited in later.
    Later {
        /// For the person alone.
        ephemeral: bool,
    },
    /// A press was seen; its message is edited later, or not at all.
    Seen,
    /// A message for the person alone.
    Alone(&'a Sheet),
    /// A form.
    Form(Value),
    /// Suggestions while somebody types.
    Suggest(Vec<String>),
}

/// Where an interaction's answer is.
#[derive(Clone, Copy, Debug)]
pub struct Hook<'a> {
    /// The application.
    pub application: ApplicationId,
    /// The interaction's token.
    pub token: &'a Token,
}

#[derive(Deserialize)]
struct WithId<T> {
    id: T,
}

#[derive(Deserialize)]
struct WithRoles {
    roles: Vec<String>,
}

impl Api {
    /// Posts a message. The same nonce again gives the message that is there.
    pub async fn create_message(
        &self,
        channel: ChannelId,
        sheet: &Sheet,
        reply_to: Option<MessageId>,
        nonce: &str,
    ) -> Result<MessageId, ApiError> {
        let mut body = body(sheet);
        body["nonce"] = json!(nonce);
        body["enforce_nonce"] = json!(true);
        if let Some(message) = reply_to {
            body["message_reference"] = json!({
                "message_id": message.to_string(), "channel_id": channel.to_string(), "fail_if_not_exists": false,
            });
            body["allowed_mentions"]["replied_user"] = json!(false);
        }
        let url = Path::ChannelMessages { channel_id: channel }.path().into_owned();
        let key = channel.to_string();
        let call = Call {
            body: Some(body),
            files: &sheet.files,
            ..channel_call(Method::POST, url, "POST /channels/messages", &key)
        };
        Ok(read::<WithId<MessageId>>(self.call(call).await?)?.id)
    }

    /// Makes a message what `sheet` says; attachments it had before are gone. `turn_taken` says that [`Api::idle`]
    /// spent its turn already.
    pub async fn edit_message(
        &self,
        channel: ChannelId,
        message: MessageId,
        sheet: &Sheet,
        turn_taken: bool,
    ) -> Result<(), ApiError> {
        let url = Path::ChannelMessage { channel_id: channel, message_id: message }.path().into_owned();
        let key = channel.to_string();
        let mut call = channel_call(Method::PATCH, url, "PATCH /channels/messages", &key);
        call.body = Some(body(sheet));
        call.files = &sheet.files;
        if turn_taken {
            // Progress is shown or not: it is not tried again.
            (call.budget, call.repeatable) = (Budget::Taken, false);
        }
        self.call(call).await.map(drop)
    }

    /// Answers an interaction; Discord wants that within three seconds.
    pub async fn callback(
        &self,
        interaction: InteractionId,
        token: &Token,
        callback: Callback<'_>,
    ) -> Result<(), ApiError> {
        let files: &[File] = match &callback {
            Callback::Alone(sheet) => &sheet.files,
            _ => &[],
        };
        let body = match &callback {
            Callback::Later { ephemeral: true } => json!({ "type": 5, "data": { "flags": EPHEMERAL } }),
            Callback::Later { ephemeral: false } => json!({ "type": 5 }),
            Callback::Seen => json!({ "type": 6 }),
            Callback::Alone(sheet) => {
                let mut data = body(sheet);
                data["flags"] = json!(EPHEMERAL);
                json!({ "type": 4, "data": data })
            }
            Callback::Form(form) => json!({ "type": 9, "data": form }),
            Callback::Suggest(choices) => {
                let choices: Vec<_> = choices.iter().map(|c| json!({ "name": c, "value": c })).collect();
                json!({ "type": 8, "data": { "choices": choices } })
            }
        };
        let path = Path::InteractionResponse { interaction_id: interaction, token: token.reveal() };
        self.call(Call {
            method: Method::POST,
            url: path.path().into_owned(),
            route: route("POST /interactions/callback", interaction),
            budget: Budget::Interaction,
            body: Some(body),
            files,
            // Repeated after a lost answer, it is "acknowledged before".
            repeatable: true,
        })
        .await
        .map(drop)
    }

    /// Edits the answer of an interaction (or, after a press was seen, the message that was pressed).
    pub async fn edit_answer(&self, hook: Hook<'_>, sheet: &Sheet) -> Result<(), ApiError> {
        let path = original(hook);
        let mut call = hook_call(Method::PATCH, path, "PATCH /webhooks/original", hook);
        call.body = Some(body(sheet));
        call.files = &sheet.files;
        self.call(call).await.map(drop)
    }

    /// The message that is the answer of an interaction.
    pub async fn answer_id(&self, hook: Hook<'_>) -> Result<MessageId, ApiError> {
        let call = hook_call(Method::GET, original(hook), "GET /webhooks/original", hook);
        Ok(read::<WithId<MessageId>>(self.call(call).await?)?.id)
    }

    /// Ids of the roles that somebody holds in a guild.
    pub async fn member_roles(&self, guild: GuildId, user: UserId) -> Result<Vec<String>, ApiError> {
        let url = Path::GuildMember { guild_id: guild, user_id: user }.path().into_owned();
        let call = Call {
            route: route("GET /guilds/members", guild),
            ..bot_call(Method::GET, url, "GET /guilds/members")
        };
        Ok(read::<WithRoles>(self.call(call).await?)?.roles)
    }

    /// Takes the answer of an interaction away.
    pub async fn delete_answer(&self, hook: Hook<'_>) -> Result<(), ApiError> {
        let call = hook_call(Method::DELETE, original(hook), "DELETE /webhooks/original", hook);
        match self.call(call).await {
            Ok(_) | Err(ApiError::MessageGone) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Tells the person of an interaction something, alone.
    pub async fn tell_alone(&self, hook: Hook<'_>, sheet: &Sheet) -> Result<(), ApiError> {
        let path =
            Path::WebhookFollowupMessages { application_id: hook.application, token: hook.token.reveal() };
        let mut call = hook_call(Method::POST, path.path().into_owned(), "POST /webhooks", hook);
        let mut body = body(sheet);
        body["flags"] = json!(EPHEMERAL);
        call.body = Some(body);
        call.files = &sheet.files;
        // It has no nonce: repeated after a lost answer, it would stand there twice.
        call.repeatable = false;
        self.call(call).await.map(drop)
    }

    /// Makes a thread of a message; its id is the message's. One that is there already is as good.
    pub async fn create_thread(
        &self,
        channel: ChannelId,
        message: MessageId,
        name: &str,
    ) -> Result<(), ApiError> {
        let url =
            Path::ChannelMessageThreads { channel_id: channel, message_id: message }.path().into_owned();
        let key = channel.to_string();
        let call = Call {
            body: Some(json!({ "name": name, "auto_archive_duration": 1440 })),
            ..channel_call(Method::POST, url, "POST /channels/messages/threads", &key)
        };
        match self.call(call).await {
            Ok(_) | Err(ApiError::Refused { code: 160_004, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Opens an archived thread again.
    pub async fn unarchive(&self, thread: ChannelId) -> Result<(), ApiError> {
        let url = Path::Channel { channel_id: thread }.path().into_owned();
        let key = thread.to_string();
        let call = Call {
            body: Some(json!({ "archived": false })),
            ..channel_call(Method::PATCH, url, "PATCH /channels", &key)
        };
        self.call(call).await.map(drop)
    }

    /// The direct messages with somebody.
    pub async fn direct_channel(&self, user: UserId) -> Result<ChannelId, ApiError> {
        let call = Call {
            body: Some(json!({ "recipient_id": user.to_string() })),
            ..bot_call(Method::POST, Path::UserMeDmChannels.path().into_owned(), "POST /users/@me/channels")
        };
        Ok(read::<WithId<ChannelId>>(self.call(call).await?)?.id)
    }

    /// A channel.
    pub async fn channel(&self, channel: ChannelId) -> Result<Channel, ApiError> {
        let url = Path::Channel { channel_id: channel }.path().into_owned();
        let call =
            Call { route: route("GET /channels", channel), ..bot_call(Method::GET, url, "GET /channels") };
        read(self.call(call).await?)
    }

    /// Where the gateway is, and how it may be connected to.
    pub async fn gateway(&self) -> Result<BotGateway, ApiError> {
        let url = Path::GatewayBot.path().into_owned();
        read(self.call(bot_call(Method::GET, url, "GET /gateway/bot")).await?)
    }

    /// The commands that are registered for all guilds and direct messages.
    pub async fn commands(&self, application: ApplicationId) -> Result<Value, ApiError> {
        let url =
            format!("{}?with_localizations=true", Path::Commands { application_id: application }.path());
        self.call(bot_call(Method::GET, url, "GET /applications/commands")).await
    }

    /// Registers these commands and no others.
    pub async fn set_commands(&self, application: ApplicationId, commands: &Value) -> Result<(), ApiError> {
        let url = Path::Commands { application_id: application }.path().into_owned();
        let call =
            Call { body: Some(commands.clone()), ..bot_call(Method::PUT, url, "PUT /applications/commands") };
        self.call(call).await.map(drop)
    }
}

/// What every kind of message has.
fn body(sheet: &Sheet) -> Value {
    let attachments: Vec<_> = sheet
        .files
        .iter()
        .enumerate()
        .map(|(id, file)| match &file.alt {
            Some(alt) => json!({ "id": id, "filename": file.name, "description": alt }),
            None => json!({ "id": id, "filename": file.name }),
        })
        .collect();
    json!({
        "embeds": [sheet.embed],
        "components": sheet.rows,
        "attachments": attachments,
        "allowed_mentions": { "parse": [] },
    })
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_json::from_value(value)
        .map_err(|_| ApiError::Away("an answer that is not what was asked for".into()))
}

fn route(template: impl Into<String>, major: impl ToString) -> Route {
    Route { template: template.into(), major: major.to_string() }
}

fn original(hook: Hook<'_>) -> String {
    let path = Path::WebhookOriginalInteractionResponse {
        application_id: hook.application,
        token: hook.token.reveal(),
    };
    path.path().into_owned()
}

fn hook_call<'a>(method: Method, url: String, template: &str, hook: Hook<'_>) -> Call<'a> {
    Call {
        method,
        url,
        route: route(template, hook.token.reveal()),
        budget: Budget::Interaction,
        body: None,
        files: &[],
        repeatable: true,
    }
}

fn channel_call<'a>(method: Method, url: String, template: &str, channel: &'a str) -> Call<'a> {
    Call {
        budget: Budget::Channel(channel),
        route: route(template, channel),
        ..bot_call(method, url, template)
    }
}

fn bot_call<'a>(method: Method, url: String, template: &str) -> Call<'a> {
    Call {
        method,
        url,
        route: route(template, ""),
        budget: Budget::Bot,
        body: None,
        files: &[],
        repeatable: true,
    }
}
