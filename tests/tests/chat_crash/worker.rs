//! A worker process that dies while it works on a question of a chat, and a worker that follows it.

use super::{PATIENCE, all_answered, answers, idle};
use futures::StreamExt;
use rowcall_tests::{
    chat::{Rooms, Way, WorkerProcess, within},
    questions::DemoData,
    slow,
};

/// When a worker dies.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// It has taken the run.
    Taken,
    /// The source reads.
    Reading,
    /// What was read is written down.
    Executed,
    /// The run has ended.
    Ended,
}

impl Moment {
    /// Asks the store whether it has come.
    fn query(self) -> &'static str {
        match self {
            Self::Taken | Self::Reading => "SELECT count(*) FROM runs WHERE attempt > 0",
            Self::Executed => "SELECT count(*) FROM steps WHERE name = 'execute' AND state <> 'failed'",
            Self::Ended => "SELECT count(*) FROM outbox",
        }
    }
}

async fn dies_at(way: Way, moment: Moment) {
    let data = DemoData::new().await;
    data.run(&slow::view(5, 3000, rowcall_tests::questions::READER)).await;
    let (asking, rooms) = (idle(&data).await, Rooms::open(&[way]).await);
    let _bot = rooms.bot(&asking.world);
    rooms.listening().await;
    let mut first = WorkerProcess::start(&asking.world);
    rooms.asks(0, slow::QUESTION);
    let come = async || {
        let found: i64 =
            sqlx::query_scalar(moment.query()).fetch_one(asking.world.store.pool()).await.unwrap();
        found > 0
    };
    assert!(within(PATIENCE, come).await, "{way:?}, {moment:?}: {}", rooms.transcript(0));
    if let Moment::Reading = moment {
        slow::running(&data).await;
    }
    first.kill();
    let _second = WorkerProcess::start(&asking.world);
    let told = || format!("{way:?}, {moment:?}:\n{}", rooms.transcript(0));
    assert!(all_answered(&asking.world, 1).await, "{}", told());
    assert_eq!(answers(&rooms, 0, "5 rows"), 1, "{}", told());
    assert_eq!(rooms.seen(0).len(), 1, "{}", told());
    rooms.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_while_it_works_for_a_chat_costs_no_answer() {
    let ways = [Way::Telegram, Way::Slash, Way::Mention];
    let moments = [Moment::Taken, Moment::Reading, Moment::Executed, Moment::Ended];
    let cases = ways.into_iter().flat_map(|way| moments.map(|moment| Box::pin(dies_at(way, moment))));
    // A few at a time: each has three processes of its own.
    futures::stream::iter(cases).for_each_concurrent(3, |case| case).await;
}
