//! `make bench`: measures the product on this machine and prints one JSON object. Times are milliseconds unless
//! a name says otherwise. Compare two runs of one machine by their ratios: machines are noisy.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot set up its world must stop")]

mod accuracy;
mod changes;
mod chat;
mod gate;
mod measure;
mod parts;
mod process;
mod questions;
mod servers;
mod turns;

use changes::Changing;
use chat::Load;
use clap::Parser;
use serde_json::{Value as Json, json};
use servers::Servers;

#[derive(Parser)]
struct Arguments {
    /// Questions for each measurement of latency.
    #[arg(long, default_value_t = 400)]
    questions: usize,
    /// Runs for the measurement of throughput.
    #[arg(long, default_value_t = 3000)]
    runs: usize,
    /// Stored runs for the last measurement of latency; 0 leaves it out.
    #[arg(long, default_value_t = 1_000_000)]
    stored: i64,
    /// Queued runs for the last measurement of taking one.
    #[arg(long, default_value_t = 100_000)]
    queued: i64,
    /// Events of chats in a second.
    #[arg(long, default_value_t = 200)]
    chat_per_second: u32,
    /// For so many seconds.
    #[arg(long, default_value_t = 10)]
    chat_seconds: u32,
    /// Conversations that a bot of chats knows.
    #[arg(long, default_value_t = 10_000)]
    chat_conversations: usize,
    /// Changes that are asked for, approved and made.
    #[arg(long, default_value_t = 200)]
    changes: usize,
    /// Measures only what begins with this.
    #[arg(long)]
    only: Option<String>,
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::parse();
    let servers = Servers::start().await;
    let world = servers.world("store").await;
    let postgres = servers.postgres();
    let mut report = serde_json::Map::new();
    // The value is an expression of its own each time: it is measured only when it is wanted.
    macro_rules! put {
        ($name:expr, $value:expr) => {
            let name: String = $name.into();
            if arguments.only.as_ref().is_none_or(|only| name.starts_with(only)) {
                let value: Json = $value;
                eprintln!("{name}: {value}");
                report.insert(name, value);
            }
        };
    }

    let asked = arguments.questions;
    put!("overhead_per_question", questions::overhead(&world, postgres, questions::PLAIN, asked).await);
    put!("overhead_with_chart", questions::overhead(&world, postgres, questions::CHARTED, asked).await);
    put!("push_to_start", questions::push_to_start(&world, asked).await);
    for workers in [1, 2] {
        let name = format!("runs_per_second_{workers}_workers");
        put!(name, questions::throughput(&world, workers, arguments.runs).await);
    }
    put!("catalogue_1000_tables", parts::catalogue(postgres).await);
    put!("rendering", parts::rendering());
    put!("csv_1000000_rows_by_6", parts::csv(postgres).await);
    put!("policy_check_micros", parts::policy());
    put!("gate_added_latency", gate::added_latency(&servers, asked).await);
    put!(
        "taking_of_queued_runs",
        turns::queued(&servers, &[1, 1_000, arguments.queued], asked.min(200)).await
    );
    put!("accuracy_offline", accuracy::offline(postgres));
    put!("processes", process::processes(&world).await);
    let load = Load { per_second: arguments.chat_per_second, seconds: arguments.chat_seconds };
    put!("chat_acknowledge", chat::acknowledge(&servers, load).await);
    put!("chat_whole_answer", chat::whole_answer(&servers, asked.min(100)).await);
    put!("chat_memory", chat::remembered(&servers, arguments.chat_conversations).await);
    if arguments.only.as_ref().is_none_or(|only| "change".starts_with(only) || only.starts_with("change")) {
        let changing = Changing::start(&servers).await;
        put!("change_approval_to_settled", changing.approval(arguments.changes).await);
        put!("change_dry_run", changing.dry_run().await);
        put!("change_undo_capture", changing.undo_capture().await);
    }
    if arguments.stored > 0 {
        put!("overhead_with_many_stored_runs", {
            questions::store_runs(&world, arguments.stored).await;
            let mut with_many = questions::overhead(&world, postgres, questions::PLAIN, asked).await;
            with_many["stored_runs"] = json!(arguments.stored);
            with_many
        });
    }
    println!("{}", serde_json::to_string_pretty(&Json::Object(report)).unwrap());
    servers.stop().await;
}
