//! One connection to the gateway, from Hello to its end.

use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::intents;
use super::sessions::Order;
use crate::discord::record::ViolationKind;
use crate::discord::server::Inner;
use crate::discord::world::World;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Serves a connection until either side ends it.
pub(crate) async fn serve(inner: Arc<Inner>, mut socket: Socket) {
    let number = inner.world().sessions.new_connection();
    let (sender, mut orders) = mpsc::unbounded_channel();
    let beat = u64::try_from(inner.settings.heartbeat.as_millis()).unwrap_or(u64::MAX);
    let _ = sender.send(Order::Send(json!({"op": 10, "d": {"heartbeat_interval": beat, "_trace": []}})));
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(value)) => {
                    if socket.send(Frame::Text(value.to_string())).await.is_err() {
                        break;
                    }
                }
                Some(Order::Close(code, reason)) => {
                    let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
                    let _ = socket.close(Some(frame)).await;
                    break;
                }
                Some(Order::Cut) | None => break,
            },
            frame = socket.next() => match frame {
                Some(Ok(Frame::Text(text))) => heard(&inner, number, &sender, &text),
                Some(Ok(Frame::Binary(bytes))) => heard(&inner, number, &sender, &String::from_utf8_lossy(&bytes)),
                Some(Ok(Frame::Close(frame))) => {
                    // A goodbye with 1000 or 1001 ends the session; any other leaves it to be continued.
                    if frame.is_none_or(|frame| matches!(u16::from(frame.code), 1000 | 1001)) {
                        inner.world().sessions.ended(number);
                    }
                    break;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    inner.world().sessions.disconnected(number);
}

type Sender = mpsc::UnboundedSender<Order>;

fn heard(inner: &Inner, number: u64, sender: &Sender, text: &str) {
    let Ok(message) = serde_json::from_str::<Value>(text) else {
        return refuse(inner, sender, 4002, "Error while decoding payload.");
    };
    let data = &message["d"];
    match message["op"].as_u64() {
        Some(1) => {
            inner.world().sessions.heartbeats += 1;
            let _ = sender.send(Order::Send(json!({"op": 11})));
        }
        Some(2) => identify(inner, number, sender, data),
        Some(6) => resume(inner, number, sender, data),
        Some(8) => members(&mut inner.world(), data),
        Some(3 | 4) => {}
        _ => refuse(inner, sender, 4001, "Unknown opcode."),
    }
}

/// Closes the connection for a mistake of the client.
fn refuse(inner: &Inner, sender: &Sender, code: u16, reason: &str) {
    inner.note(ViolationKind::Gateway, "GATEWAY".to_owned(), format!("closed with {code}: {reason}"));
    let _ = sender.send(Order::Close(code, reason.to_owned()));
}

fn token_fits(inner: &Inner, data: &Value) -> bool {
    let token = data["token"].as_str().unwrap_or_default();
    token.strip_prefix("Bot ").unwrap_or(token) == inner.settings.token
}

fn identify(inner: &Inner, number: u64, sender: &Sender, data: &Value) {
    if !token_fits(inner, data) {
        return refuse(inner, sender, 4004, "Authentication failed.");
    }
    let Some(wanted) = data["intents"].as_u64().filter(|bits| bits & !intents::KNOWN == 0) else {
        return refuse(inner, sender, 4013, "Invalid intent(s).");
    };
    let settings = &inner.settings;
    let forbidden = (!settings.message_content && wanted & intents::MESSAGE_CONTENT != 0)
        || (!settings.guild_members && wanted & intents::GUILD_MEMBERS != 0)
        || (!settings.guild_presences && wanted & intents::GUILD_PRESENCES != 0);
    if forbidden {
        // The bot cannot know what its owner switched off: the platform refuses, and that is no fault of the bot.
        let _ = sender.send(Order::Close(4014, "Disallowed intent(s).".to_owned()));
        return;
    }
    let shard = match data.get("shard").filter(|shard| !shard.is_null()) {
        None => (0, 1),
        Some(shard) => match (shard[0].as_u64(), shard[1].as_u64()) {
            (Some(id), Some(total)) if id < total => (id, total),
            _ => return refuse(inner, sender, 4010, "Invalid shard."),
        },
    };
    let mut world = inner.world();
    let session = world.sessions.open(shard, wanted, (number, sender.clone()));
    let mine: Vec<u64> = {
        let of_shard = |guild: &u64| (guild >> 22) % shard.1 == shard.0;
        let in_it = world.guilds.values().filter(|guild| guild.members.contains_key(&world.bot));
        in_it.map(|guild| guild.id).filter(of_shard).collect()
    };
    let mut user = world.user_json(world.bot);
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(false);
    user["email"] = Value::Null;
    let ready = json!({
        "v": 10, "user": user, "session_id": session, "session_type": "normal",
        "guilds": mine.iter().map(|id| json!({"id": id.to_string(), "unavailable": true})).collect::<Vec<_>>(),
        "resume_gateway_url": format!("ws://{}/gateway", world.address),
        "shard": [shard.0, shard.1], "private_channels": [], "relationships": [], "presences": [],
        "application": {"id": world.application.to_string(), "flags": world.application_flags()},
    });
    world.sessions.say(&session, "READY", ready);
    if wanted & intents::GUILDS != 0 {
        for guild in mine {
            let data = world.guild_json(guild);
            world.sessions.say(&session, "GUILD_CREATE", data);
        }
    }
}

fn resume(inner: &Inner, number: u64, sender: &Sender, data: &Value) {
    if !token_fits(inner, data) {
        return refuse(inner, sender, 4004, "Authentication failed.");
    }
    let session = data["session_id"].as_str().unwrap_or_default();
    let seq = data["seq"].as_u64().unwrap_or(u64::MAX);
    if !inner.world().sessions.resume(session, seq, (number, sender.clone())) {
        let _ = sender.send(Order::Send(json!({"op": 9, "d": false})));
    }
}

/// Answers a request for members with those whose names begin so.
fn members(world: &mut World, data: &Value) {
    let Some(guild) = data["guild_id"].as_str().and_then(|id| id.parse().ok()) else { return };
    let Some(known) = world.guilds.get(&guild) else { return };
    let query = data["query"].as_str().unwrap_or_default().to_lowercase();
    let fits = known.members.values().filter(|m| world.name_of(m.user).to_lowercase().starts_with(&query));
    let members: Vec<Value> = fits.map(|member| world.member_json(member)).collect();
    let chunk = json!({
        "guild_id": guild.to_string(), "members": members, "chunk_index": 0, "chunk_count": 1, "not_found": [],
        "nonce": data["nonce"],
    });
    world.sessions.tell(&super::sessions::Event {
        name: "GUILD_MEMBERS_CHUNK",
        guild: Some(guild),
        intent: 0,
        data: chunk,
        stripped: None,
    });
}
