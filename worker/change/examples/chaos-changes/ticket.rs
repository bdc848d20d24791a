//! One ticket: what it changes, how it is disturbed, and what must be true in the end.

use crate::{
    attempt::{self, Orders, Said, limits},
    proxy::{self, Act, Moment, Strike},
    world::World,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rowcall_change::{Change, Images, Measured, NoMask, measure};
use rowcall_core::TicketId;
use std::{
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// What a ticket changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A row is added to a table that has no key, rows not bound: nothing but the marker keeps it from happening twice.
    Insert,
    /// A number grows.
    Update,
    /// A row goes, and others with it.
    Cascade,
    /// A row that came meanwhile is in the way.
    Fails,
    /// Its row changed meanwhile.
    Stale,
    /// Like `Insert`, and somebody withdraws it while it is on its way.
    Withdrawn,
    /// A table gets an index without a name: nothing but the marker keeps it from getting a second one.
    Define,
}

impl Kind {
    pub const ALL: [Self; 7] =
        [Self::Insert, Self::Update, Self::Cascade, Self::Fails, Self::Stale, Self::Withdrawn, Self::Define];

    /// The table that it defines something of.
    fn table(self, n: u64) -> Option<String> {
        (self == Self::Define).then(|| format!("defined_{n}"))
    }

    fn sql(self, n: u64) -> String {
        match self {
            Self::Insert | Self::Withdrawn => format!("INSERT INTO entry VALUES ({n})"),
            Self::Update | Self::Stale => format!("UPDATE account SET n = n + 1 WHERE id = {n}"),
            Self::Cascade => format!("DELETE FROM parent WHERE id = {n}"),
            Self::Define => format!("CREATE INDEX ON defined_{n} (id)"),
            Self::Fails => format!("UPDATE account SET u = 'taken {n}', n = n + 1 WHERE id = {n}"),
        }
    }

    /// How often it happened.
    fn effect(self, n: u64) -> String {
        match self {
            Self::Insert | Self::Withdrawn => format!("SELECT count(*) FROM entry WHERE run = {n}"),
            Self::Update | Self::Fails => format!("SELECT n FROM account WHERE id = {n}"),
            Self::Define => {
                format!("SELECT count(*) FROM pg_index WHERE indrelid = 'defined_{n}'::regclass")
            }
            Self::Stale => format!("SELECT n % 100 FROM account WHERE id = {n}"),
            Self::Cascade => format!(
                "SELECT CASE (SELECT count(*) FROM parent WHERE id = {n}) + (SELECT count(*) FROM child WHERE parent_id = {n}) \
                 WHEN 0 THEN 1 WHEN 4 THEN 0 ELSE 99 END::bigint"
            ),
        }
    }

    fn prepare(self, n: u64) -> String {
        match self {
            Self::Insert | Self::Withdrawn => "SELECT 1".to_owned(),
            Self::Define => format!(
                "CREATE TABLE IF NOT EXISTS defined_{n} (id int); ALTER TABLE defined_{n} OWNER TO rowcall_writer"
            ),
            Self::Cascade => format!(
                "INSERT INTO parent VALUES ({n}) ON CONFLICT DO NOTHING; \
                 INSERT INTO child SELECT {n} * 10 + i, {n} FROM generate_series(1, 3) i ON CONFLICT DO NOTHING"
            ),
            _ => format!("INSERT INTO account VALUES ({n}, 0, NULL) ON CONFLICT DO NOTHING"),
        }
    }

    fn meanwhile(self, n: u64) -> String {
        match self {
            Self::Fails => {
                format!("INSERT INTO account VALUES (-1 - {n}, 0, 'taken {n}') ON CONFLICT DO NOTHING")
            }
            Self::Stale => format!("UPDATE account SET n = 100 WHERE id = {n}"),
            _ => "SELECT 1".to_owned(),
        }
    }

    /// What was in the way is gone again: a ticket that was settled must not notice.
    fn relent(self, n: u64) -> String {
        match self {
            Self::Fails => format!("DELETE FROM account WHERE id = -1 - {n}"),
            Self::Stale => format!("UPDATE account SET n = 0 WHERE id = {n} AND n = 100"),
            _ => "SELECT 1".to_owned(),
        }
    }

    /// Whether it must happen, where that is certain.
    fn must_happen(self) -> Option<bool> {
        match self {
            Self::Insert | Self::Update | Self::Cascade | Self::Define => Some(true),
            Self::Fails | Self::Stale => Some(false),
            Self::Withdrawn => None,
        }
    }
}

/// How a ticket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Good,
    /// Nobody could say what became of it, or it should have happened and did not.
    Lost,
    /// It happened more than once.
    Doubled,
    /// What was said of it is not so.
    WronglySettled,
}

/// What is done to a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Cut,
    KillWorker,
    StopWorker,
    KillServer,
}

pub async fn run(world: &Arc<World>, n: u64, kind: Kind, mut random: ChaCha8Rng) -> Verdict {
    world.sql(&kind.prepare(n)).await;
    let table = kind.table(n);
    let measured = measured(world, &kind.sql(n), table.as_deref()).await;
    world.sql(&kind.meanwhile(n)).await;
    let cap = matches!(kind, Kind::Insert | Kind::Withdrawn).then_some(5);
    let evidence = if cap.is_some() { measured.evidence.without_rows() } else { measured.evidence.clone() };
    let orders = Orders {
        url: String::new(),
        writer: world.writer.clone(),
        sql: kind.sql(n),
        table,
        installation: world.installation,
        ticket: TicketId::new(),
        fingerprint: evidence.fingerprint(),
        evidence,
        cap,
        withdraw: false,
        folder: world.folder.clone(),
    };
    let mut said: Vec<Said> = Vec::new();
    let mut lingering = Vec::new();
    for round in 0..40 {
        // Later rounds are disturbed less, so that there is an end.
        let faults = if random.random_bool(1.0 / (1.0 + f64::from(round) / 4.0)) { 1 } else { 0 };
        let mut workers = vec![worker(world, &orders, faults == 1, kind, &mut random)];
        if random.random_bool(0.25) {
            workers.push(worker(world, &orders, false, kind, &mut random));
        }
        let withdraws = kind == Kind::Withdrawn && random.random_bool(0.5);
        if withdraws {
            let orders = Orders { withdraw: true, ..orders.clone() };
            workers.push(worker(world, &orders, faults == 1, kind, &mut random));
        }
        for worker in workers {
            let mut task = tokio::spawn(worker);
            // One that is stopped is thought dead after a while, and goes on later.
            match tokio::time::timeout(Duration::from_millis(1_500), &mut task).await {
                Ok(answer) => said.extend(answer.unwrap()),
                Err(_) => lingering.push(task),
            }
        }
        if said.iter().any(|s| !matches!(s, Said::InDoubt(_))) {
            world.sql(&kind.relent(n)).await;
            if random.random_bool(0.5) {
                break;
            }
        }
    }
    for task in lingering {
        said.extend(task.await.unwrap());
    }
    judge(world, n, kind, &orders, &said).await
}

async fn judge(world: &World, n: u64, kind: Kind, orders: &Orders, said: &[Said]) -> Verdict {
    // Every session that could still change something is over before anything is counted.
    let idle = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'rowcall' AND xact_start < now() - interval '20 s'";
    let effect = world.ask(&kind.effect(n)).await;
    let settled: Vec<&Said> = said.iter().filter(|s| !matches!(s, Said::InDoubt(_))).collect();
    let verdict = if effect > 1 {
        Verdict::Doubled
    } else if settled.is_empty() {
        Verdict::Lost
    } else if settled.iter().any(|s| (**s == Said::Applied) != (effect == 1)) {
        Verdict::WronglySettled
    } else if kind.must_happen().is_some_and(|must| must != (effect == 1)) {
        Verdict::Lost
    } else if effect == 1 && !images_match(orders, kind) {
        Verdict::WronglySettled
    } else {
        Verdict::Good
    };
    if verdict != Verdict::Good {
        let old = world.ask(idle).await;
        eprintln!(
            "run {n} ({kind:?}, {}): {verdict:?}: effect {effect}, said {said:?}, old sessions {old}",
            orders.ticket
        );
    }
    verdict
}

/// What was kept for undo is what the change that happened did.
fn images_match(orders: &Orders, kind: Kind) -> bool {
    let Ok(bytes) = std::fs::read(orders.folder.join(orders.ticket.to_string())) else { return false };
    match kind {
        // A table without a key, a definition: that it cannot be taken back is what was kept.
        Kind::Insert | Kind::Withdrawn | Kind::Define => bytes.is_empty(),
        Kind::Cascade => Images::unpack(&bytes).is_ok_and(|images| images.rows() == 4),
        _ => Images::unpack(&bytes).is_ok_and(|images| images.rows() == 1),
    }
}

async fn measured(world: &World, sql: &str, table: Option<&str>) -> Measured {
    let checked = attempt::checked(sql, table);
    let began = Instant::now();
    loop {
        let change = Change::Statement(&checked);
        match measure(&world.source, change, &limits(), &NoMask, &CancellationToken::new()).await {
            // A server that died meanwhile may hold a lock for a while yet.
            Ok(measured) if !is_untried(&measured) => return measured,
            Ok(measured) => assert!(began.elapsed() < Duration::from_secs(60), "{measured:?}: {sql}"),
            Err(error) => assert!(began.elapsed() < Duration::from_secs(60), "{error}: {sql}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn is_untried(measured: &Measured) -> bool {
    measured.impact.definition.as_ref().is_some_and(|definition| definition.untried.is_some())
}

/// Statements of an execution, about: where to strike is drawn from them.
fn statements(kind: Kind, withdraw: bool) -> usize {
    match (kind, withdraw) {
        (_, true) => 20,
        (Kind::Cascade, _) => 34,
        _ => 28,
    }
}

/// Starts a worker and gives what it says, if it lives to say anything.
fn worker(
    world: &Arc<World>,
    orders: &Orders,
    disturbed: bool,
    kind: Kind,
    random: &mut ChaCha8Rng,
) -> impl Future<Output = Option<Said>> + Send + use<> {
    let fault = match (disturbed, random.random_range(0..100)) {
        (false, _) => Fault::None,
        (_, 0..40) => Fault::Cut,
        (_, 40..70) => Fault::KillWorker,
        (_, 70..92) => Fault::StopWorker,
        _ => Fault::KillServer,
    };
    let moment = [Moment::Before, Moment::During, Moment::After][random.random_range(0..3)];
    let nth = random.random_range(1..=statements(kind, orders.withdraw));
    let pause = Duration::from_millis(random.random_range(200..2_500));
    let (world, mut orders) = (Arc::clone(world), orders.clone());
    async move {
        let strike = Strike::new(if fault == Fault::None { 0 } else { nth }, moment);
        let pid = Arc::new(AtomicI32::new(0));
        let act = act(Arc::clone(&world), fault, moment, Arc::clone(&pid), pause);
        let (port, serving) = proxy::start(world.port, Arc::clone(&strike), act).await;
        orders.url = world.url(port);
        let child = tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["attempt", &serde_json::to_string(&orders).unwrap()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        pid.store(i32::try_from(child.id().unwrap_or(0)).unwrap(), Ordering::SeqCst);
        let output = child.wait_with_output().await.unwrap();
        serving.abort();
        let said = serde_json::from_slice(&output.stdout).ok();
        let word = match &said {
            None => "nothing",
            Some(Said::Applied) => "applied",
            Some(Said::Not(_)) => "not",
            Some(Said::InDoubt(_)) => "in doubt",
        };
        world.note(format!("said {word}"));
        said
    }
}

/// What a fault does.
fn act(world: Arc<World>, fault: Fault, moment: Moment, pid: Arc<AtomicI32>, pause: Duration) -> Act {
    Arc::new(move || {
        let (world, pid) = (Arc::clone(&world), Arc::clone(&pid));
        Box::pin(async move {
            world.note(format!("{fault:?} {moment:?}"));
            let signal = |signal| {
                let pid = pid.load(Ordering::SeqCst);
                if pid > 0 {
                    kill(Pid::from_raw(pid), signal).ok();
                }
            };
            match fault {
                Fault::None => return true,
                Fault::Cut => {}
                Fault::KillWorker => signal(Signal::SIGKILL),
                Fault::KillServer => world.kill_server().await,
                Fault::StopWorker => {
                    signal(Signal::SIGSTOP);
                    tokio::time::sleep(pause).await;
                    signal(Signal::SIGCONT);
                    return true;
                }
            }
            false
        })
    })
}
