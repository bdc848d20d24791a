//! Workers that are killed while they make a change, and several at once.

use super::*;
use rowcall_tests::chaos::{KillAt, PipelineKind, Point, WorkerOrders, WorkerProcess};

const WORKER: &str = env!("CARGO_BIN_EXE_chaos-worker");
const ADD: &str = "UPDATE purchase SET total = total + 1 WHERE customer_id = 2";

fn orders(shop: &Shop) -> WorkerOrders {
    WorkerOrders::new(&shop.asking.world, PipelineKind::Questions)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_a_change_is_followed_by_one_that_finds_out() {
    for point in [Point::Permitted, Point::ImagesKept, Point::CarriedOut] {
        let mut shop = Shop::open().await;
        let ticket = shop.ticket(ADD).await;
        shop.asking.stop().await;
        let at = KillAt { point, step: None, after: Duration::ZERO };
        let mut doomed = WorkerProcess::start(WORKER, &orders(&shop).dying(at));
        shop.approve(&ticket).await;
        assert!(doomed.died(PATIENCE).await, "{point:?}");
        assert_eq!(shop.look(ticket.id).await.state, TicketState::Executing, "{point:?}");
        let _next = WorkerProcess::start(WORKER, &orders(&shop));
        let (done, run) = shop.ended(&ticket).await;
        assert_eq!(
            (done.state, run),
            (TicketState::Executed, RunState::Succeeded),
            "{point:?}: {:?}",
            done.outcome
        );
        assert_eq!(done.result_rows, Some(3), "{point:?}");
        assert!(done.undo_until.is_some(), "{point:?}: what undoes it is kept");
        assert_eq!(shop.text("SELECT sum(total)::text FROM purchase").await, "783", "{point:?}: once");
        let took = shop.asking.world.store.ticket_history(ticket.id).await.unwrap();
        assert_eq!(took.iter().filter(|h| h.action == "ticket.executing").count(), 2, "{point:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_workers_make_every_change_once() {
    let shop = Shop::open().await;
    let _others =
        [WorkerProcess::start(WORKER, &orders(&shop)), WorkerProcess::start(WORKER, &orders(&shop))];
    let mut tickets = Vec::new();
    for id in 1..=8 {
        tickets.push(shop.ticket(&format!("UPDATE purchase SET total = total + 1 WHERE id = {id}")).await);
    }
    for ticket in &tickets {
        shop.approve(ticket).await;
        shop.ring(ticket).await;
    }
    for ticket in &tickets {
        let done = shop.settled(ticket).await;
        assert_eq!((done.state, done.attempt), (TicketState::Executed, 1), "{:?}", done.outcome);
    }
    assert_eq!(shop.text("SELECT sum(total)::text FROM purchase").await, "788");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_nobody_rang_for_is_made_all_the_same() {
    let shop = Shop::open().await;
    let ticket = shop.ticket(ADD).await;
    shop.vote(&ticket, &me(), VoteKind::Approve, None).await;
    assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
}
