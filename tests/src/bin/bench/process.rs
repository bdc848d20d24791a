//! Processes of the product.

use crate::measure::{memory, round};
use rowcall_tests::{
    World,
    program::{self, Service},
};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// Memory and start of the long-running processes.
pub async fn processes(world: &World) -> Json {
    let mut out = serde_json::Map::new();
    for (name, arguments) in [("worker", &["worker"][..]), ("bot", &["bot"][..])] {
        let began = Instant::now();
        let running = rowcall(world, arguments);
        let started = running.logs("started", Duration::from_secs(10)).await;
        let start = if started { round(began.elapsed().as_secs_f64() * 1e3) } else { -1.0 };
        tokio::time::sleep(Duration::from_secs(3)).await;
        let resident = memory(running.id(), "VmRSS");
        out.insert(
            name.into(),
            json!({ "start": start, "idle_resident_mib": round(resident as f64 / 1024.0) }),
        );
    }
    Json::Object(out)
}

/// Starts the product with these arguments on a world's servers.
pub fn rowcall(world: &World, arguments: &[&str]) -> Service {
    Service::start(program::on_world(world, arguments))
}
