//! Looks at other processes: through /proc where there is one, else through `ps`.

use std::fs;
use std::path::Path;
use std::process::Command;

use nix::errno::Errno;
use nix::sys::signal;
use nix::unistd::Pid;

/// Whether a process with this id exists (one of another user counts, a dead one that nobody reaped does not).
pub fn is_alive(pid: u32) -> bool {
    let Ok(raw) = i32::try_from(pid) else { return false };
    if matches!(signal::kill(Pid::from_raw(raw), None), Err(Errno::ESRCH)) {
        return false;
    }
    stat(raw).is_none_or(|(state, _)| state != 'Z')
}

/// The command line of a process, its arguments separated by blanks; empty if there is none.
pub fn command_line(pid: u32) -> String {
    if let Ok(bytes) = fs::read(format!("/proc/{pid}/cmdline")) {
        return String::from_utf8_lossy(&bytes).replace('\0', " ");
    }
    output_of_ps(&["-o", "args=", "-p", &pid.to_string()])
}

/// The direct children of a process.
pub fn children_of(pid: u32) -> Vec<i32> {
    let parent = pid.cast_signed();
    if Path::new("/proc/self/stat").exists() {
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        return entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_string_lossy().parse::<i32>().ok())
            .filter(|&child| stat(child).is_some_and(|(_, its_parent)| its_parent == parent))
            .collect();
    }
    output_of_ps(&["-A", "-o", "pid=,ppid="])
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace().map(str::parse::<i32>);
            let (child, its_parent) = (words.next()?.ok()?, words.next()?.ok()?);
            (its_parent == parent).then_some(child)
        })
        .collect()
}

/// State and parent of a process, from "PID (NAME) STATE PPID …"; the name may hold blanks and parentheses.
fn stat(pid: i32) -> Option<(char, i32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut words = text.get(text.rfind(')')? + 1..)?.split_whitespace();
    let state = words.next()?.chars().next()?;
    Some((state, words.next()?.parse().ok()?))
}

fn output_of_ps(arguments: &[&str]) -> String {
    let output = Command::new("ps").args(arguments).output();
    output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_child_is_seen_until_it_has_ended() {
        let mut child = Command::new("sleep").arg("77").spawn().unwrap();
        let begun = std::time::Instant::now();
        while !command_line(child.id()).contains("sleep 77") {
            assert!(begun.elapsed().as_secs() < 5, "{:?}", command_line(child.id()));
        }
        assert!(children_of(std::process::id()).contains(&child.id().cast_signed()));
        assert!(is_alive(child.id()));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_alive(child.id()));
    }
}
