//! Everything that talks to a target PostgreSQL (13 to 18): connections, the catalogue with its cache, the executor
//! of checked reads, the transactions in which changes run (what runs in them is `rowcall-change`'s), and what a source needs before it may be used (`source init`, `source doctor`).
//!
//! Nobody else opens a connection to a source. A statement runs only after the policy has passed it, and then
//! still inside a read-only transaction of a least-privilege role, with time, size and cost limits, on a session
//! that is reset afterwards: a statement that fooled every parser meets four more walls here.

mod cache;
mod capabilities;
mod catalogue;
mod change_limits;
mod connect;
mod cost;
mod decode;
mod doctor;
mod doctor_reach;
mod doctor_restrictions;
mod doctor_writer;
mod error;
mod init;
mod multirange;
mod read;
mod recheck;
mod session;
mod settings;
mod shape;
mod sink;
mod small;
#[cfg(test)]
mod tests;
mod write;

pub use cache::CatalogueCache;
pub use change_limits::ChangeLimits;
pub use connect::Source;
pub use doctor::{Finding, Severity};
pub use error::SourceError;
pub use init::{InitOptions, apply_init, init_sql};
pub use settings::SourceSettings;
pub use sink::{NoSink, RowSink, SinkError, SinkFlow};
pub use write::{WriteLimits, WriteSession};
