//! The stages of a question, in the order they run. Each takes what the one before gives; the table in
//! `ARCHITECTURE.md` lists them with what can go wrong.

mod check;
mod choices;
mod execute;
mod file;
mod impact;
mod look;
mod permission;
mod plan;
mod planning;
mod recall;
mod render;
mod understand;

pub use check::{Check, Checked, Effect};
pub use execute::{Execute, Executed};
pub use impact::Impact;
pub(crate) use impact::{ON_CONFLICT, touches_nothing, undo_ticket};
pub use permission::Permission;
pub use plan::{Draft, Plan};
pub use planning::Planning;
pub(crate) use planning::{Judged, judge};
pub use render::Render;
pub use understand::Understand;

use crate::{engine::Pipeline, sources::Sources};
use rowcall_planner::Planner;
use rowcall_shared::Store;
use std::{sync::Arc, time::Duration};

/// The pipeline of a question: understand, plan, check, execute, render; a change leaves it before it is executed, to wait
/// for a decision. What a platform says of somebody's roles counts
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
    let impact = Arc::new(Impact::new(store.clone(), planning.clone()));
    Pipeline::start(Understand::new(planning.clone(), impact.clone()))
        .then(Plan::new(planning.clone()))
        .then(Check::new(planning.clone()))
        .then(Execute::new(store.clone(), sources, planning, permission, impact))
        .finish(Render::new(store))
}
