//! Processes of the product.

use crate::measure::{memory, round};
use rowcall_tests::World;
use serde_json::{Value as Json, json};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Memory and start of the long-running processes.
pub async fn processes(world: &World) -> Json {
    let mut out = serde_json::Map::new();
    for (name, arguments) in [("worker", &["worker"][..]), ("bot", &["bot"][..])] {
        let began = Instant::now();
        let running = rowcall(world, arguments);
        let started = running.wait_for("started").await;
        let start = if started { round(began.elapsed().as_secs_f64() * 1e3) } else { -1.0 };
        tokio::time::sleep(Duration::from_secs(3)).await;
        let resident = memory(&running.child.id().to_string(), "VmRSS");
        out.insert(
            name.into(),
            json!({ "start": start, "idle_resident_mib": round(resident as f64 / 1024.0) }),
        );
    }
    Json::Object(out)
}

/// A process of the product; ended when dropped.
pub struct Running {
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Running {
    async fn wait_for(&self, word: &str) -> bool {
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            if self.log.lock().unwrap().contains(word) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn rowcall(world: &World, arguments: &[&str]) -> Running {
    let program = std::env::current_exe().unwrap().with_file_name("rowcall");
    assert!(Path::new(&program).exists(), "build the program first: {}", program.display());
    let mut child = Command::new(program)
        .args(arguments)
        .env("DATABASE_URL", world.config.database_url.reveal())
        .env("REDIS_URL", world.config.redis_url.reveal())
        .env("ROWCALL_NAMESPACE", &world.config.namespace)
        .env("ROWCALL_LISTEN", "127.0.0.1:0")
        .env("RUST_LOG", "info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = Arc::new(Mutex::new(String::new()));
    let (stderr, kept) = (child.stderr.take().unwrap(), log.clone());
    std::thread::spawn(move || {
        use std::io::BufRead;
        for line in std::io::BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut kept = kept.lock().unwrap();
            // The beginning is all that is looked at.
            if kept.len() < 64 * 1024 {
                kept.push_str(&line);
            }
        }
    });
    Running { child, log }
}
