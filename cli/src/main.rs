//! `rowcall`: the one binary, and the one place that wires everything together.

mod commands;
mod exit;
mod lines;
mod services;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Ask your database in plain English: in Discord, in Telegram, in a web console, or on the command line.
#[derive(Parser)]
#[command(name = "rowcall", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

// What `--help` says of a command, with its example, stands at its arguments.
#[derive(Subcommand)]
enum Command {
    Demo(commands::demo::Demo),
    Ask(commands::ask::Ask),
    Check(commands::check::Check),
    Plan(commands::plan::Plan),
    Eval(commands::eval::Eval),
    Worker(commands::worker::Worker),
    Bot(commands::bot::Bot),
    Migrate(commands::migrate::Migrate),
    Seed(commands::seed::Seed),
    /// Add, list and prepare the databases that can be asked.
    #[command(subcommand)]
    Source(commands::source::SourceCommand),
    /// Say who may ask what, from where.
    #[command(subcommand)]
    Access(commands::access::AccessCommand),
    Deliveries(commands::deliveries::Deliveries),
    Tickets(commands::tickets::Tickets),
    /// Prove that the audit log is whole, or take it away as a file.
    #[command(subcommand)]
    Audit(commands::audit::AuditCommand),
    /// Say whether the store and Redis can be used.
    Doctor(commands::doctor::Doctor),
}

fn main() -> ExitCode {
    // Two TLS providers could be compiled in by dependencies; this process uses one.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("rowcall: a TLS provider is installed already");
        return exit::ERROR;
    }
    let arguments = Arguments::parse();
    start_log(&arguments.command);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("rowcall: the runtime cannot be started: {error}");
            return exit::ERROR;
        }
    };
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Demo(c) => Box::pin(c.run()).await,
            Command::Ask(c) => c.run().await,
            Command::Check(c) => c.run().await,
            Command::Plan(c) => c.run().await,
            Command::Eval(c) => Box::pin(c.run()).await,
            Command::Worker(c) => c.run().await,
            Command::Bot(c) => c.run().await,
            Command::Migrate(c) => c.run().await,
            Command::Seed(c) => c.run().await,
            Command::Source(c) => c.run().await,
            Command::Access(c) => c.run().await,
            Command::Deliveries(c) => c.run().await,
            Command::Tickets(c) => c.run().await,
            Command::Audit(c) => c.run().await,
            Command::Doctor(c) => c.run().await,
        }
    });
    // A thread that reads a terminal, or a slow name server, must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("rowcall: {}", in_words(&error));
            tracing::debug!(?error, "the command failed");
            exit::ERROR
        }
    }
}

/// The causes of an error in our own words; a driver's are for the log.
fn in_words(error: &anyhow::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in error.chain().take_while(|cause| !cause.is::<sqlx::Error>()) {
        let text = cause.to_string();
        if words.last().is_none_or(|last| !last.contains(&text)) {
            words.push(text);
        }
    }
    words.join(": ")
}

/// Logs go to stderr, so that stdout is an answer and nothing else. `RUST_LOG` chooses what is logged; the default
/// is quiet for commands that a person waits for.
fn start_log(command: &Command) {
    let default = match command {
        Command::Worker(_) | Command::Bot(_) => "info,sqlx=warn",
        _ => "warn",
    };
    // Set to nothing is not set: compose files do that.
    let wanted = services::env("RUST_LOG").filter(|wanted| !wanted.trim().is_empty());
    let wanted = wanted.as_deref().unwrap_or(default);
    // serenity's spans hold whole events: what people wrote, and tokens that answer in the bot's name. async-openai
    // writes down what a server sent that it cannot read. Whatever is wanted, they are not logged.
    let never = "serenity=warn,async_openai=off";
    let directives: Vec<&str> = wanted
        .split(',')
        .filter(|d| !["serenity", "async_openai"].iter().any(|name| d.trim_start().starts_with(name)))
        .collect();
    let directives = format!("{},{never}", directives.join(","));
    let filter = tracing_subscriber::EnvFilter::try_new(&directives)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(format!("{default},{never}")));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
