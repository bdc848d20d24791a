//! The stages of a question, in the order they run. Each takes what the one before gives; the table in
//! `ARCHITECTURE.md` lists them with what can go wrong.

mod check;
mod execute;
mod file;
mod look;
mod permission;
mod plan;
mod planning;
mod recall;
mod render;
mod understand;

pub use check::{Check, Checked};
pub use execute::{Execute, Executed};
pub use permission::Permission;
pub use plan::{Draft, Plan};
pub use planning::Planning;
pub use render::Render;
pub use understand::Understand;

use crate::{engine::Pipeline, sources::Sources};
use rowcall_planner::Planner;
use rowcall_shared::Store;
use std::{sync::Arc, time::Duration};

/// The pipeline of a question: understand, plan, check, execute, render. What a platform says of somebody's roles counts
/// for `snapshot`.
pub fn pipeline(
    store: Store,
    sources: Arc<Sources>,
    planner: Arc<dyn Planner>,
    time_zone: chrono_tz::Tz,
    snapshot: Duration,
) -> Pipeline {
    let permission = Permission::new(store.clone(), snapshot);
    let planning =
        Arc::new(Planning::new(store.clone(), sources.clone(), planner, time_zone, permission.clone()));
    Pipeline::start(Understand::new(planning.clone()))
        .then(Plan::new(planning.clone()))
        .then(Check::new(planning.clone()))
        .then(Execute::new(store.clone(), sources, planning, permission))
        .finish(Render::new(store))
}
