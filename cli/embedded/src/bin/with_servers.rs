//! `with_servers COMMAND [ARGUMENT…]`: starts a private PostgreSQL and Redis, runs the command with their addresses
//! in its environment, stops them, and ends with the command's exit code.
//!
//! The command sees `ROWCALL_TEST_PG_URL`, `ROWCALL_TEST_REDIS_URL` and the process ids in `ROWCALL_TEST_PG_PID`,
//! `ROWCALL_TEST_REDIS_PID`. Where both addresses are set already, it only runs the command. `ROWCALL_TEST_SOURCE_PG_BIN`
//! names the programs of another PostgreSQL, for the databases that tests ask about; its address is then in
//! `ROWCALL_TEST_SOURCE_PG_URL`.

use std::process::ExitCode;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rowcall_embedded::testing::{
    self, POSTGRES_VARIABLE, REDIS_VARIABLE, SOURCE_PROGRAMS_VARIABLE, SOURCE_VARIABLE,
};
use rowcall_embedded::{EmbeddedError, Postgres, PostgresOptions, Redis, RedisOptions};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("with_servers: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<u8, Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or("usage: with_servers COMMAND [ARGUMENT…]")?;
    let mut command = Command::new(&program);
    command.args(arguments);
    let named = |variable| std::env::var(variable).is_ok_and(|value| !value.is_empty());
    let servers = if named(POSTGRES_VARIABLE) && named(REDIS_VARIABLE) { None } else { Some(start().await?) };
    if let Some((postgres, redis)) = &servers {
        command
            .env(POSTGRES_VARIABLE, postgres.url("postgres"))
            .env(REDIS_VARIABLE, redis.url())
            .env("ROWCALL_TEST_PG_PID", postgres.pid().to_string())
            .env("ROWCALL_TEST_REDIS_PID", redis.pid().to_string());
    }
    let source = if named(SOURCE_PROGRAMS_VARIABLE) && !named(SOURCE_VARIABLE) {
        let source = Postgres::start(testing::throwaway_source()).await?;
        command.env(SOURCE_VARIABLE, source.url("postgres"));
        Some(source)
    } else {
        None
    };
    // From here on a signal to this process ends the command, not the servers under its feet.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut child =
        command.spawn().map_err(|e| format!("could not run {}: {e}", program.to_string_lossy()))?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            // The terminal sends its Ctrl-C to the command itself.
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {
                if let Some(pid) = child.id() {
                    kill(Pid::from_raw(pid.cast_signed()), Signal::SIGTERM)?;
                }
            }
        }
    };
    if let Some((postgres, redis)) = servers {
        postgres.stop().await?;
        redis.stop().await?;
    }
    if let Some(source) = source {
        source.stop().await?;
    }
    Ok(exit_code(status))
}

async fn start() -> Result<(Postgres, Redis), EmbeddedError> {
    tokio::try_join!(Postgres::start(PostgresOptions::throwaway()), Redis::start(RedisOptions::default()))
}

/// As a shell reports it: 128 + N for a command ended by signal N.
fn exit_code(status: std::process::ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}
