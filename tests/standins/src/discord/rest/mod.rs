//! The operations of the API that the stand-in serves, by the name that the specification gives them.

mod channels;
mod commands;
mod compose;
mod guilds;
mod interactions;
mod messages;
mod webhooks;

pub(crate) use compose::ids_in;
use serde_json::{Value, json};

use super::check::{self, spec::Route};
use super::form::Upload;
use super::record::ViolationKind;
use super::refusal::{Answer, Refusal};
use super::settings::Settings;
use super::world::World;

/// A request that fits the specification.
pub(crate) struct Call {
    pub route: Route,
    pub query: Vec<(String, String)>,
    pub body: Value,
    pub files: Vec<Upload>,
}

impl Call {
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) type Outcome = Result<Answer, Refusal>;

/// Drops what Discord drops from what it keeps: fields that were sent as null.
pub(crate) fn tidy(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(tidy);
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Checks the limits that the specification does not hold.
pub(crate) fn limits(call: &Call, settings: &Settings) -> Result<(), Refusal> {
    if call.files.iter().any(|file| file.bytes.len() > settings.file_limit) {
        return Err(Refusal::wrong(ViolationKind::Limit, 413, 40005, "Request entity too large"));
    }
    let mut faults = check::Faults::default();
    let body = &call.body;
    match call.route.operation {
        "create_message"
        | "update_message"
        | "execute_webhook"
        | "update_webhook_message"
        | "update_original_webhook_message" => {
            check::message::check(body, "", &mut faults);
            check::message::check_files(body, &call.files, &mut faults);
        }
        "create_interaction_response" => match body["type"].as_u64() {
            Some(4 | 5 | 7) => {
                check::message::check(&body["data"], "data", &mut faults);
                check::message::check_files(&body["data"], &call.files, &mut faults);
            }
            Some(8) => check::modal::check_choices(&body["data"], &mut faults),
            Some(9) => check::modal::check(&body["data"], &mut faults),
            _ => {}
        },
        "bulk_set_application_commands" | "bulk_set_guild_application_commands" => {
            check::commands::check(body.as_array().map_or(&[][..], Vec::as_slice), true, &mut faults);
        }
        "create_application_command" | "create_guild_application_command" => {
            check::commands::check(std::slice::from_ref(body), false, &mut faults);
        }
        "create_thread" | "create_thread_from_message" => {
            faults.length("name", body["name"].as_str().unwrap_or_default(), 1, 100);
        }
        _ => {}
    }
    if faults.list.is_empty() { Ok(()) } else { Err(Refusal::invalid(ViolationKind::Limit, faults.list)) }
}

/// Does what was asked.
pub(crate) fn run(call: &Call, world: &mut World) -> Outcome {
    match call.route.operation {
        "get_gateway" => Ok(Answer::ok(json!({"url": format!("ws://{}/gateway", world.address)}))),
        "get_bot_gateway" => Ok(Answer::ok(json!({
            "url": format!("ws://{}/gateway", world.address), "shards": world.settings.shards,
            "session_start_limit": {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1},
        }))),
        "create_message" => messages::create(call, world),
        "update_message" => messages::update(call, world),
        "delete_message" => messages::delete(call, world),
        "get_message" => messages::get(call, world),
        "list_messages" => messages::list(call, world),
        "add_my_message_reaction" => messages::react(call, world, true),
        "delete_my_message_reaction" => messages::react(call, world, false),
        "create_interaction_response" => interactions::answer(call, world),
        "execute_webhook" => webhooks::follow_up(call, world),
        "get_original_webhook_message" | "get_webhook_message" => webhooks::get(call, world),
        "update_original_webhook_message" | "update_webhook_message" => webhooks::update(call, world),
        "delete_original_webhook_message" | "delete_webhook_message" => webhooks::delete(call, world),
        "get_channel" => channels::get(call, world),
        "update_channel" => channels::update(call, world),
        "trigger_typing_indicator" => channels::typing(call, world),
        "create_thread" | "create_thread_from_message" => channels::thread(call, world),
        "join_thread" => channels::join(call, world),
        "create_dm" => channels::dm(call, world),
        "get_my_user" => {
            let mut user = world.user_json(world.bot);
            user["verified"] = json!(true);
            user["mfa_enabled"] = json!(false);
            user["locale"] = json!("en-US");
            Ok(Answer::ok(user))
        }
        "get_user" => guilds::user(call, world),
        "get_my_application" | "get_my_oauth2_application" => Ok(Answer::ok(world.application_json())),
        "list_my_guilds" => guilds::mine(world),
        "get_guild" => guilds::get(call, world),
        "list_guild_channels" => guilds::channels(call, world),
        "list_guild_roles" => guilds::roles(call, world),
        "get_guild_member" => guilds::member(call, world),
        "get_active_guild_threads" => guilds::threads(call, world),
        name if name.contains("application_command") && !name.contains("permission") => {
            commands::run(call, world)
        }
        name => Err(Refusal::wrong(
            ViolationKind::NotServed,
            501,
            0,
            &format!("The stand-in does not serve {name}."),
        )),
    }
}
