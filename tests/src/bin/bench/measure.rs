//! Times, CPU and memory.

use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

pub fn time<T>(times: usize, mut f: impl FnMut() -> T) -> Json {
    f();
    quantiles(
        (0..times)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(f());
                began.elapsed()
            })
            .collect(),
    )
}

pub fn quantiles(mut times: Vec<Duration>) -> Json {
    times.sort();
    let at = |q: f64| round(times[((times.len() - 1) as f64 * q) as usize].as_secs_f64() * 1e3);
    json!({ "p50": at(0.5), "p99": at(0.99) })
}

pub fn round(n: f64) -> f64 {
    (n * 1000.0).round() / 1000.0
}

/// CPU time of this process, user and system.
pub fn cpu_time() -> Duration {
    // SAFETY: the struct is plain data that the call fills.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let of = |t: libc::timeval| Duration::new(t.tv_sec as u64, t.tv_usec as u32 * 1000);
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// A line of /proc/PID/status in KiB; 0 where there is no such file.
pub fn memory(pid: u32, line: &str) -> u64 {
    std::fs::read_to_string(format!("/proc/{pid}/status"))
        .unwrap_or_default()
        .lines()
        .find_map(|l| l.strip_prefix(line)?.strip_prefix(':')?.trim().strip_suffix(" kB")?.parse().ok())
        .unwrap_or(0)
}
