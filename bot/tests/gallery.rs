//! A console with an answer of every kind in it, to be looked at in a browser:
//! `ROWCALL_GALLERY=127.0.0.1:8090 cargo test -p rowcall-bot --test all gallery -- --ignored`
//! (`ROWCALL_GALLERY_PNG` names a chart to show).

use crate::common::{Bench, changes, context, options, replies, steps, store};
use rowcall_bot::ConsoleOptions;
use rowcall_core::{
    Actor, ArtifactKind, Platform, RunState, StepState, VoteKind,
    change::{Cascade, LockHeld},
};
use rowcall_shared::store::{Ballot, Ending, RunFilter, StepRecord};
use std::{env, time::Duration};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until it is stopped"]
async fn gallery() {
    let address = env::var("ROWCALL_GALLERY").unwrap_or_else(|_| "127.0.0.1:8090".into());
    let store = store().await;
    let options = ConsoleOptions { listen: address.parse().unwrap(), ..options() };
    let options = ConsoleOptions {
        suggestions: vec![
            "How many orders were placed last month?".into(),
            "Sales by month in 2025 as a chart".into(),
            "Which ten products were returned most often?".into(),
        ],
        ..options
    };
    let bench = Bench::start_with(context(&store).await, options).await;

    let (run, key) = bench.ask("How many orders are there?", None).await;
    bench.answer(run, replies::number).await;
    let (run, _) = bench.ask("Sales by month in 2025", Some(&key)).await;
    let taken = bench.take(run).await;
    let png = env::var("ROWCALL_GALLERY_PNG").ok().and_then(|path| std::fs::read(path).ok());
    let mut reply = replies::by_month(run);
    if let Some(png) = png {
        reply.chart =
            Some(bench.keep(&taken.lease, ArtifactKind::Chart, "chart.png", "image/png", &png).await);
    }
    let csv = bench.keep(&taken.lease, ArtifactKind::Csv, "sales.csv", "text/csv", &[b'x'; 300_000]).await;
    reply.files.push(csv);
    assert!(store.finish(&taken.lease, &Ending { reply, plan: None, steps: steps(&taken) }).await.unwrap());
    println!("chart run /runs/{run}");
    let (run, _) = bench.ask("List all customers", Some(&key)).await;
    bench.answer(run, replies::long_table).await;
    println!("conversation /c/{key}");

    let (run, other) = bench.ask("customers in Atlantis", None).await;
    bench.answer(run, replies::no_rows).await;
    let (run, _) = bench.ask("Delete all orders from last year\nand tell nobody", Some(&other)).await;
    bench.answer(run, replies::refused).await;
    let (run, _) = bench.ask("How many orders?", Some(&other)).await;
    let taken = bench.take(run).await;
    let mut failed: StepRecord = steps(&taken).remove(3);
    failed.state = StepState::Failed;
    failed.output = None;
    failed.error = Some("connection refused (source shop)".into());
    let mut first = steps(&taken);
    first.truncate(3);
    first.push(failed);
    assert!(store.put_back(&taken.lease, &first, "connection refused", Duration::ZERO).await.unwrap());
    bench.answer(run, replies::failed).await;
    println!("failed run /runs/{run}");
    let (run, _) = bench.ask("Everything about everything", Some(&other)).await;
    bench.answer(run, replies::cancelled).await;
    let (run, _) = bench.ask(replies::ATTACK, Some(&other)).await;
    bench.answer(run, replies::hostile).await;
    let (_, _) = bench.ask("Still being worked on", Some(&other)).await;

    changes::set_rules(&store, changes::approvers(2)).await;
    let open = async |question: &str, new| {
        let (run, key) = bench.ask(question, None).await;
        let taken = bench.take(run).await;
        (changes::open(&store, &taken.lease, &new).await, key)
    };
    let mut cascading = changes::change(112);
    cascading.impact.cascades.push(Cascade {
        table: "shop.order_items".into(),
        action: "deleted".into(),
        rows: 12,
    });
    cascading.impact.at_risk.push("orders_status_check".into());
    cascading.impact.lock = Some(LockHeld { mode: "RowExclusiveLock".into(), ms: 12 });
    cascading.impact.limits.push("now() is another moment when it runs.".into());
    let (waiting, key) = open("Ship the orders of Lee", cascading).await;
    let bob = Actor::local(Platform::Console, "Bob", chrono::Utc::now());
    store.set_registered("console:Bob", true).await.unwrap();
    let ballot = |kind, comment| Ballot {
        actor: &bob,
        kind,
        mark: waiting.fingerprint.mark(),
        comment,
        row_cap: None,
    };
    store.vote(waiting.id, &ballot(VoteKind::AskChange, Some("Only those that are paid?"))).await.unwrap();
    store.vote(waiting.id, &ballot(VoteKind::Approve, Some("Better now."))).await.unwrap();
    store.comment_ticket(waiting.id, &bob, "I looked at each of them.").await.unwrap();
    println!("change /tickets/{}\nchange in its conversation /c/{key}", waiting.id);
    let (unknown, _) = open("Archive everything", changes::unmeasured()).await;
    println!("unknown change /tickets/{}", unknown.id);
    changes::set_rules(&store, serde_json::json!({})).await;
    let (own, key) = open("Ship order 17", changes::change(2)).await;
    println!("own change /tickets/{}, /c/{key}", own.id);
    let (settled, _) = open("Ship order 18", changes::change(2)).await;
    let requester = settled.requester.actor.clone();
    let yes = Ballot {
        actor: &requester,
        kind: VoteKind::Approve,
        mark: settled.fingerprint.mark(),
        comment: None,
        row_cap: None,
    };
    store.vote(settled.id, &yes).await.unwrap();
    changes::execute(&store, settled.id, 2).await;
    println!("done change /tickets/{}", settled.id);
    println!("trouble /c/{other}\n{}", bench.base);
    // New questions are answered after a moment, so that live steps can be looked at too.
    let filter = RunFilter { state: Some(RunState::Queued), ..RunFilter::default() };
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        for run in store.runs(&filter, 10).await.unwrap() {
            if !run.question.starts_with("Still") {
                bench.answer(run.id, replies::by_month).await;
            }
        }
    }
}
