//! Changes: what approval, the dry run and the images for undo cost beside the transaction itself.

use crate::{
    measure::{quantiles, round},
    servers::Servers,
};
use chrono::Utc;
use rowcall_change::{
    Approved, Bound, Change, Images, Limits, Mark, Measured, NoMask, NotKept, Outcome, UndoStore, execute,
    measure,
};
use rowcall_core::{Actor, Ask, Inbound, Place, Platform, RunState, TicketId, TicketState, VoteKind};
use rowcall_policy::{CheckedChange, Facts, Verdict};
use rowcall_shared::{progress::What, store::Ballot};
use rowcall_source::{Source, SourceSettings};
use rowcall_tests::questions::{Asking, DemoData, READER, WRITER, run_as};
use serde_json::{Value as Json, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Rows of the table that is changed.
const ROWS: usize = 100_000;
/// So many rows are changed where many are.
const MANY: usize = 1_000;
/// What is measured with many rows is measured this often.
const TIMES: usize = 20;
/// Rows that one person changes within an hour count together; so many changes of one row are still small.
const EACH: usize = 8;

const TABLE: &str = "CREATE TABLE public.parcel (id int PRIMARY KEY, status text NOT NULL, weight numeric(10,2) NOT NULL, \
                     note text, sent_at timestamptz NOT NULL DEFAULT now()); \
                     INSERT INTO public.parcel SELECT n, 'new', n / 7.0, 'parcel number ' || n FROM generate_series(1, $ROWS) n; \
                     ANALYZE public.parcel";

/// Changes, as a world of their own.
pub struct Changing {
    asking: Asking,
    data: DemoData,
    source: Source,
}

impl Changing {
    /// A source that may be changed, and a worker in this process.
    pub async fn start(servers: &Servers) -> Self {
        servers.postgres().create_database("changed", None).await.unwrap();
        let data = DemoData::prepare(servers.postgres().url("changed"), &["public"]).await;
        run_as(&data.admin_url, &TABLE.replace("$ROWS", &ROWS.to_string())).await;
        let world = servers.world("changes").await;
        let mut asking = Asking::idle(world, &data, json!({ "writer": WRITER })).await;
        asking.work();
        let settings = SourceSettings {
            role: Some(READER.to_owned()),
            writer: Some(WRITER.to_owned()),
            ..SourceSettings::default()
        };
        let source = Source::new(settings, &data.reader_url).unwrap();
        Self { asking, data, source }
    }

    /// From the press that approves a change of one row to its ticket being settled, beside the transaction alone.
    pub async fn approval(&self, changes: usize) -> Json {
        let world = &self.asking.world;
        let stop = CancellationToken::new();
        let mut events = world.progress.listen(stop.clone()).subscribe();
        let mut whole = Vec::new();
        for n in 0..changes {
            let actor = Actor::local(Platform::Cli, format!("bench-{}", n / EACH), Utc::now());
            let event = format!("change-{n}");
            let place = Place { platform: Platform::Cli, key: event.clone() };
            let sql = one_row(n, "whole");
            let inbound = Inbound { ask: Ask::Sql, ..Inbound::question(place, event, actor.clone(), &sql) };
            let run_id = self.asking.intake().accept(inbound).await.unwrap().run_id;
            let reply = self.asking.reply(run_id).await;
            let id = reply.ticket.unwrap_or_else(|| panic!("{reply:?}"));
            let ticket = world.store.ticket(id).await.unwrap().unwrap();
            let mark = ticket.fingerprint.mark();
            let ballot =
                Ballot { actor: &actor, kind: VoteKind::Approve, mark, comment: None, row_cap: None };
            let began = Instant::now();
            world.store.vote(id, &ballot).await.unwrap();
            world.queue.push_ticket(id).await.unwrap();
            loop {
                let event = tokio::time::timeout(Duration::from_secs(10), events.recv()).await.unwrap();
                if let Ok(Some(event)) = event
                    && event.run_id == run_id
                    && matches!(event.what, What::Ended { state: RunState::Succeeded })
                {
                    break;
                }
            }
            whole.push(began.elapsed());
            assert_eq!(world.store.ticket(id).await.unwrap().unwrap().state, TicketState::Executed);
        }
        stop.cancel();
        let mut bare = Vec::new();
        let mut db = PgConnection::connect(&self.data.admin_url).await.unwrap();
        for n in 0..changes {
            bare.push(transaction(&mut db, &one_row(n, "bare"), "COMMIT").await);
        }
        let mut made = Vec::new();
        for n in 0..changes {
            made.push(self.made(&one_row(n, "made"), &Kept::default()).await);
        }
        let (whole, bare, made) = (quantiles(whole), quantiles(bare), quantiles(made));
        json!({
            "whole": whole, "transaction_alone": bare,
            "p50_over_transaction": over(&whole, &bare),
            "on_the_source_alone": made, "on_the_source_p50_over_transaction": over(&made, &bare),
        })
    }

    /// A dry run, beside the same statement in a transaction that is rolled back.
    pub async fn dry_run(&self) -> Json {
        let mut db = PgConnection::connect(&self.data.admin_url).await.unwrap();
        let mut report = serde_json::Map::new();
        for (name, sql) in [("1_row", one_row(1, "tried")), ("1000_rows", many_rows("tried"))] {
            let (mut measured, mut bare) = (Vec::new(), Vec::new());
            for _ in 0..TIMES {
                let began = Instant::now();
                self.measured(&checked(&sql)).await;
                measured.push(began.elapsed());
                bare.push(transaction(&mut db, &sql, "ROLLBACK").await);
            }
            let (measured, bare) = (quantiles(measured), quantiles(bare));
            let over = over(&measured, &bare);
            report.insert(
                name.into(),
                json!({ "measured": measured, "transaction_alone": bare, "p50_over": over }),
            );
        }
        Json::Object(report)
    }

    /// What keeping the images of 1,000 rows adds to a change of them, over what one of a single row costs.
    pub async fn undo_capture(&self) -> Json {
        let mut db = PgConnection::connect(&self.data.admin_url).await.unwrap();
        let kept = Kept::default();
        let (mut made, mut bare, mut small, mut small_bare) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for n in 0..TIMES {
            bare.push(transaction(&mut db, &many_rows(&format!("bare {n}")), "COMMIT").await);
            made.push(self.made(&many_rows(&format!("made {n}")), &kept).await);
            small_bare.push(transaction(&mut db, &one_row(n, "small bare"), "COMMIT").await);
            small.push(self.made(&one_row(n, "small made"), &Kept::default()).await);
        }
        let (made, bare) = (quantiles(made), quantiles(bare));
        let fixed = over(&quantiles(small), &quantiles(small_bare));
        json!({
            "change": made, "transaction_alone": bare, "p50_over_transaction": over(&made, &bare),
            "p50_per_1000_rows": round(over(&made, &bare) - fixed), "bytes_kept": kept.0.load(Ordering::Relaxed),
        })
    }

    /// How long an approved change takes on the source: marker, change, comparison, images, COMMIT.
    async fn made(&self, sql: &str, kept: &Kept) -> Duration {
        let checked = checked(sql);
        let measured = self.measured(&checked).await;
        let approved = Approved {
            fingerprint: measured.impact.fingerprint,
            evidence: Some(measured.evidence),
            bound: Bound::Rows,
        };
        let mark = Mark { installation: Uuid::nil(), ticket: TicketId::new() };
        let change = Change::Statement(&checked);
        let began = Instant::now();
        let outcome = execute(&self.source, mark, change, &approved, &Limits::default(), kept).await;
        let took = began.elapsed();
        assert!(matches!(&outcome, Outcome::Applied(applied) if applied.undoable), "{outcome:?}");
        took
    }

    async fn measured(&self, checked: &CheckedChange) -> Measured {
        let cancel = CancellationToken::new();
        measure(&self.source, Change::Statement(checked), &Limits::default(), &NoMask, &cancel).await.unwrap()
    }
}

/// Packs images as for the store and forgets them; remembers how many bytes the last were.
#[derive(Default)]
struct Kept(AtomicUsize);

#[async_trait::async_trait]
impl UndoStore for Kept {
    async fn keep(&self, _: TicketId, images: Option<&Images>) -> Result<(), NotKept> {
        let packed = images.map(Images::pack).transpose().map_err(|error| NotKept(error.to_string()))?;
        self.0.store(packed.map_or(0, |packed| packed.len()), Ordering::Relaxed);
        Ok(())
    }
}

fn one_row(n: usize, what: &str) -> String {
    format!("UPDATE public.parcel SET note = '{what} {n}' WHERE id = {}", n % ROWS + 1)
}

fn many_rows(what: &str) -> String {
    format!("UPDATE public.parcel SET note = '{what}', weight = weight + 1 WHERE id <= {MANY}")
}

fn checked(sql: &str) -> CheckedChange {
    match rowcall_policy::check(sql, &Facts::default()) {
        Verdict::NeedsApproval(change) => change,
        other => panic!("{sql}: {other:?}"),
    }
}

/// How long a statement takes in a transaction of its own, as a program would send it.
async fn transaction(db: &mut PgConnection, sql: &str, end: &'static str) -> Duration {
    let began = Instant::now();
    db.execute(sqlx::raw_sql("BEGIN")).await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false).execute(&mut *db).await.unwrap();
    db.execute(sqlx::raw_sql(end)).await.unwrap();
    began.elapsed()
}

fn over(whole: &Json, bare: &Json) -> f64 {
    let p50 = |times: &Json| times["p50"].as_f64().unwrap();
    round(p50(whole) - p50(bare))
}
