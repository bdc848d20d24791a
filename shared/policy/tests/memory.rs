//! Hostile texts do not fill the memory. Alone in its process, so that nothing else is counted.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use rowcall_policy::{Facts, check_bytes};

/// What the process has in memory and had at most, in kilobytes.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    (field("VmRSS:"), field("VmHWM:"))
}

#[test]
fn memory_stays_flat_whatever_comes() {
    let hostile: Vec<Vec<u8>> = vec![
        vec![b'a'; 1 << 20],
        ("/*".repeat(20_000) + &"*/".repeat(20_000)).into_bytes(),
        ("SELECT 1".to_owned() + &"+1".repeat(14_000)).into_bytes(),
        ("SELECT ".to_owned() + &"(".repeat(14_000) + "1" + &")".repeat(14_000)).into_bytes(),
        ("SELECT 1 FROM a".to_owned() + &" JOIN b USING (x)".repeat(1_700)).into_bytes(),
        format!("SELECT {}", vec!["a + b"; 3_000].join(", ")).into_bytes(),
        format!("SELECT 1 FROM t WHERE x IN ({})", vec!["1"; 9_000].join(", ")).into_bytes(),
        format!("SELECT {}1{}", "(SELECT ".repeat(70), ")".repeat(70)).into_bytes(),
        format!("SELECT {}'x'{}", "repeat(".repeat(60), ", 2)".repeat(60)).into_bytes(),
        b"SELECT '\xff\xfe'".to_vec(),
    ];
    let all = || hostile.iter().for_each(|sql| drop(check_bytes(sql, &Facts::default())));
    (0..3).for_each(|_| all());
    let (before, _) = memory();
    (0..if cfg!(debug_assertions) { 15 } else { 150 }).for_each(|_| all());
    let (after, most) = memory();
    assert!(after < before + 48 * 1024, "{before} KB before, {after} KB after");
    assert!(most < 600 * 1024, "{most} KB at most");
}
