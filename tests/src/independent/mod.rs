//! Stand-ins that somebody else wrote, each a process that is spoken to in JSON lines, with a thin proxy in front that adds
//! what it lacks. See `tests/independent`.

pub mod discord;
pub mod model;
pub mod telegram;

use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// A program that answers one JSON line with another.
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts it and reads the line that says it is ready.
    pub fn start(command: &mut Command) -> (Self, Value) {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
                panic!("{command:?} does not start: {error}; `make setup-e2e` installs it")
            });
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut process = Self { child, input, output };
        let ready = process.read();
        (process, ready)
    }

    /// Asks it to do something; its answer.
    pub fn does(&mut self, wish: &Value) -> Value {
        writeln!(self.input, "{wish}").unwrap();
        self.input.flush().unwrap();
        let mut answer = self.read();
        assert!(answer.get("error").is_none(), "{wish}: {}", answer["error"]);
        answer["ok"].take()
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder below `tests/independent`.
pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("independent").join(name)
}
