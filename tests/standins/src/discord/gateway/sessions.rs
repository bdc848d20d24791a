//! Sessions of the gateway: who listens, with which intents, and what was said so far.

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::intents::MESSAGE_CONTENT;

/// Something that happened.
#[derive(Clone)]
pub(crate) struct Event {
    pub name: &'static str,
    pub guild: Option<u64>,
    /// The intent that a session needs to hear of it; 0: none.
    pub intent: u64,
    pub data: Value,
    /// What a session without the intent for message content gets instead.
    pub stripped: Option<Value>,
}

/// What a connection is told to do.
pub(crate) enum Order {
    Send(Value),
    Close(u16, String),
    /// The connection breaks without a goodbye.
    Cut,
}

pub(crate) struct Session {
    pub id: String,
    pub shard: (u64, u64),
    pub intents: u64,
    seq: u64,
    said: Vec<(u64, Value)>,
    connection: Option<(u64, UnboundedSender<Order>)>,
    pub resumes: u32,
}

/// All sessions and what shall go wrong with the next events.
#[derive(Default)]
pub(crate) struct Sessions {
    pub list: Vec<Session>,
    pub identified: u32,
    pub heartbeats: u32,
    /// The next Resume is refused.
    pub refuse_resume: bool,
    /// The next event of this name is sent twice.
    pub duplicate: Option<String>,
    /// The next event of this name comes after the event that follows it.
    pub delay: Option<String>,
    held: Vec<Event>,
    connections: u64,
}

impl Sessions {
    pub fn new_connection(&mut self) -> u64 {
        self.connections += 1;
        self.connections
    }

    pub fn open(
        &mut self,
        shard: (u64, u64),
        intents: u64,
        connection: (u64, UnboundedSender<Order>),
    ) -> String {
        self.identified += 1;
        let id = format!("{:032x}", u128::from(self.identified) << 64 | 0x5E55);
        // A new session of a shard takes the place of the one before.
        self.list.retain(|session| session.shard != shard);
        let connection = Some(connection);
        self.list.push(Session {
            id: id.clone(),
            shard,
            intents,
            seq: 0,
            said: Vec::new(),
            connection,
            resumes: 0,
        });
        id
    }

    /// Says something to one session only.
    pub fn say(&mut self, id: &str, name: &str, data: Value) {
        if let Some(session) = self.list.iter_mut().find(|session| session.id == id) {
            session.say(name, data);
        }
    }

    /// Continues a session on a new connection: gives again what came after `seq`. False if there is no such session.
    pub fn resume(&mut self, id: &str, seq: u64, connection: (u64, UnboundedSender<Order>)) -> bool {
        if std::mem::take(&mut self.refuse_resume) {
            self.list.retain(|session| session.id != id);
            return false;
        }
        let Some(session) = self.list.iter_mut().find(|session| session.id == id) else { return false };
        if seq > session.seq {
            return false;
        }
        for (_, frame) in session.said.iter().filter(|(number, _)| *number > seq) {
            let _ = connection.1.send(Order::Send(frame.clone()));
        }
        session.connection = Some(connection);
        session.resumes += 1;
        session.say("RESUMED", json!({}));
        true
    }

    pub fn disconnected(&mut self, connection: u64) {
        for session in &mut self.list {
            session.connection.take_if(|(number, _)| *number == connection);
        }
    }

    /// A session that was closed in order cannot be continued.
    pub fn ended(&mut self, connection: u64) {
        self.list
            .retain(|session| session.connection.as_ref().is_none_or(|(number, _)| *number != connection));
    }

    /// Gives an order to every connection; the number of connections.
    pub fn order(&mut self, order: impl Fn() -> Order) -> usize {
        let open = self.list.iter().filter_map(|session| session.connection.as_ref());
        open.filter(|(_, sender)| sender.send(order()).is_ok()).count()
    }

    pub fn connected(&self) -> usize {
        self.list.iter().filter(|session| session.connection.is_some()).count()
    }

    pub fn tell(&mut self, event: &Event) {
        if self.delay.take_if(|name| name == event.name).is_some() {
            self.held.push(event.clone());
            return;
        }
        let times = if self.duplicate.take_if(|name| name == event.name).is_some() { 2 } else { 1 };
        for _ in 0..times {
            self.spread(event);
        }
        for late in std::mem::take(&mut self.held) {
            self.spread(&late);
        }
    }

    fn spread(&mut self, event: &Event) {
        for session in self.list.iter_mut().filter(|session| session.hears(event)) {
            let readable = session.intents & MESSAGE_CONTENT != 0;
            let data = event.stripped.as_ref().filter(|_| !readable).unwrap_or(&event.data);
            session.say(event.name, data.clone());
        }
    }
}

impl Session {
    /// Guilds are spread over the shards; direct messages belong to the first.
    pub fn serves(&self, guild: Option<u64>) -> bool {
        guild.map_or(0, |guild| (guild >> 22) % self.shard.1.max(1)) == self.shard.0
    }

    fn hears(&self, event: &Event) -> bool {
        self.intents & event.intent == event.intent && self.serves(event.guild)
    }

    fn say(&mut self, name: &str, data: Value) {
        self.seq += 1;
        let frame = json!({"op": 0, "s": self.seq, "t": name, "d": data});
        if let Some((_, sender)) = &self.connection {
            let _ = sender.send(Order::Send(frame.clone()));
        }
        self.said.push((self.seq, frame));
    }
}
