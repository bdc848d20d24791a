//! A console with an answer of every kind in it, to be looked at in a browser:
//! `ROWCALL_GALLERY=127.0.0.1:8090 cargo test -p rowcall-bot --test gallery -- --ignored`
//! (`ROWCALL_GALLERY_PNG` names a chart to show).
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{Bench, context, options, replies, steps, store};
use rowcall_bot::ConsoleOptions;
use rowcall_core::{ArtifactKind, RunState, StepState};
use rowcall_shared::store::{Ending, RunFilter, StepRecord};
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
