//! A private PostgreSQL and a private Redis as child processes, from the programs installed on the machine.
//!
//! `rowcall demo` and the tests need real servers with no configuration and no trace: nothing listens but on
//! loopback, every server has its own random password, two data folders never meet, and no server outlives the
//! process that started it, however that process ends. The parts:
//!
//! - [`Postgres`] and [`Redis`]: start, address, kill and restart (for tests), stop.
//! - `guarded`: a child process with a watchdog, which ends it when this process is gone (kill -9 included).
//! - `folder`: the data folder, its lock, and the port and password kept in it.
//! - `account`: the unprivileged account that servers run as when this process is root (PostgreSQL refuses root).
//! - `binaries`: where the server programs are, or how to install them.
//! - [`testing`]: one pair of servers per test process or per test run.

mod account;
mod binaries;
mod error;
mod folder;
mod guarded;
mod postgres;
#[doc(hidden)] // for the tests of this crate
pub mod processes;
mod redis;
pub mod testing;

pub use error::EmbeddedError;
pub use folder::remove_data;
pub use postgres::{Postgres, PostgresOptions};
pub use redis::{Redis, RedisOptions};
