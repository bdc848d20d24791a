//! Changes from the wish to the rows, through the front door: intake, store, queue, a worker, a vote, a worker. What is
//! looked at in the end is what the source holds.

mod asked;
mod carried;
mod crash;
mod defined;
mod kept_back;
mod refused;
mod taken_back;

use chrono::Utc;
use rowcall_core::{
    Actor, Ask, Inbound, Place, Platform, Reply, Role, Room, RunState, TicketId, TicketState, VoteKind,
};
use rowcall_shared::store::{Ballot, Grant, Grantee, Ticket, UndoRequest, VoteOutcome};
use rowcall_tests::{
    World,
    questions::{Asking, DemoData, PATIENCE, SOURCE, WRITER},
};
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;

const TABLES: &str = "
    CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL, city text);
    CREATE TABLE purchase (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer,
                           status text NOT NULL CHECK (status IN ('new', 'shipped', 'done')),
                           total int NOT NULL CHECK (total >= 0));
    INSERT INTO customer SELECT n, 'c' || n, 'Oslo' FROM generate_series(1, 9) n;
    INSERT INTO purchase SELECT n, n % 4 + 1, 'new', n * 10 FROM generate_series(1, 12) n;";

/// A shop of one test's own, which may be changed.
struct Shop {
    data: DemoData,
    asking: Asking,
}

impl Shop {
    /// With a worker.
    async fn open() -> Self {
        let mut shop = Self::idle(json!({ "writer": WRITER })).await;
        shop.asking.work();
        shop
    }

    /// With other settings of the source, and no worker yet.
    async fn idle(settings: Json) -> Self {
        let data = DemoData::empty().await;
        data.run(TABLES).await;
        let asking = Asking::idle(World::new().await, &data, settings).await;
        Self { data, asking }
    }

    /// Hands a statement in and waits for what is said of it.
    async fn wish(&self, actor: &Actor, sql: &str) -> Reply {
        self.ask(actor, Ask::Sql, sql).await
    }

    async fn ask(&self, actor: &Actor, ask: Ask, text: &str) -> Reply {
        let event = uuid::Uuid::new_v4().to_string();
        let place = Place { platform: Platform::Cli, key: event.clone() };
        let inbound = Inbound { ask, ..Inbound::question(place, event, actor.clone(), text) };
        let run = self.asking.intake().accept(inbound).await.unwrap().run_id;
        self.asking.reply(run).await
    }

    /// The ticket that a statement opens.
    async fn ticket(&self, sql: &str) -> Ticket {
        self.ticket_of(&me(), sql).await
    }

    async fn ticket_of(&self, actor: &Actor, sql: &str) -> Ticket {
        let reply = self.wish(actor, sql).await;
        self.waiting(&reply).await
    }

    /// The ticket that a reply is about.
    async fn waiting(&self, reply: &Reply) -> Ticket {
        assert_eq!(reply.state, RunState::WaitingApproval, "{reply:?}");
        let ticket = self.look(reply.ticket.unwrap()).await;
        assert_eq!(ticket.state, TicketState::Pending);
        ticket
    }

    async fn look(&self, id: TicketId) -> Ticket {
        self.asking.world.store.ticket(id).await.unwrap().unwrap()
    }

    async fn vote(&self, ticket: &Ticket, actor: &Actor, kind: VoteKind, row_cap: Option<u64>) -> Ticket {
        let ballot = Ballot { actor, kind, mark: ticket.fingerprint.mark(), comment: None, row_cap };
        match self.asking.world.store.vote(ticket.id, &ballot).await.unwrap() {
            VoteOutcome::Counted(ticket, _) => *ticket,
            other => panic!("{other:?}"),
        }
    }

    /// Says yes, and rings as a front end does.
    async fn approve(&self, ticket: &Ticket) {
        self.approve_as(ticket, &me(), None).await;
    }

    async fn approve_as(&self, ticket: &Ticket, actor: &Actor, row_cap: Option<u64>) {
        let ticket = self.vote(ticket, actor, VoteKind::Approve, row_cap).await;
        assert_eq!(ticket.state, TicketState::Approved);
        self.ring(&ticket).await;
    }

    async fn ring(&self, ticket: &Ticket) {
        self.asking.world.queue.push_ticket(ticket.id).await.unwrap();
    }

    /// The ticket once nothing happens to it any more, and its run with it.
    async fn settled(&self, ticket: &Ticket) -> Ticket {
        let (now, _) = self.ended(ticket).await;
        now
    }

    async fn ended(&self, ticket: &Ticket) -> (Ticket, RunState) {
        let until = tokio::time::Instant::now() + PATIENCE;
        loop {
            let now = self.look(ticket.id).await;
            if now.state.is_settled() {
                return (now, self.run_state(ticket).await);
            }
            assert!(tokio::time::Instant::now() < until, "it is never settled: {now:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn run_state(&self, ticket: &Ticket) -> RunState {
        self.asking.world.store.asked_run(ticket.run_id).await.unwrap().unwrap().state
    }

    /// Asks for an undo as a front end does, and waits for what is said of it.
    async fn undo(&self, ticket: &Ticket) -> Reply {
        let event = uuid::Uuid::new_v4().to_string();
        let place = Place { platform: Platform::Cli, key: event.clone() };
        let inbound = Inbound::question(place, event, me(), "");
        let world = &self.asking.world;
        match world.store.request_undo(ticket.id, &inbound).await.unwrap() {
            UndoRequest::Accepted(accepted) => {
                world.queue.push(accepted.run_id).await.unwrap();
                self.asking.reply(accepted.run_id).await
            }
            other => panic!("{other:?}"),
        }
    }

    /// One text of the source, as its owner sees it.
    async fn text(&self, sql: &str) -> String {
        let mut connection = PgConnection::connect(&self.data.admin_url).await.unwrap();
        let text: Option<String> =
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        text.unwrap_or_default()
    }

    /// Every row of the shop.
    async fn rows(&self) -> String {
        self.text(
            "SELECT (SELECT string_agg(p::text, ' ' ORDER BY id) FROM purchase p) || ' | ' ||
                    (SELECT string_agg(c::text, ' ' ORDER BY id) FROM customer c)",
        )
        .await
    }

    async fn statuses(&self) -> String {
        self.text("SELECT string_agg(DISTINCT status || ':' || n, ' ') FROM (SELECT status, count(*) AS n FROM purchase GROUP BY 1) s").await
    }

    async fn set_rules(&self, rules: Json) {
        let rules = serde_json::from_value(rules).unwrap();
        assert!(self.asking.world.store.set_change_rules(SOURCE, &rules).await.unwrap());
    }

    async fn grant(&self, grantee: Grantee, role: Role) -> uuid::Uuid {
        let grant = Grant { grantee, role, source: None, place: None };
        self.asking.world.store.grant(&grant, "test").await.unwrap()
    }
}

/// Whoever owns the installation.
fn me() -> Actor {
    Actor::local(Platform::Cli, "tester", Utc::now())
}

/// Somebody in channel 6 of guild 5, with a role of the guild.
fn person(id: &str) -> Actor {
    Actor {
        platform: Platform::Discord,
        id: id.into(),
        name: format!("Person {id}"),
        roles: vec!["77".into()],
        room: Room { space: Some("5".into()), channel: "6".into(), direct: false },
        seen_at: Utc::now(),
    }
}

fn account(id: &str) -> Grantee {
    Grantee::Person(format!("discord:{id}"))
}
