//! aimock: a model server that speaks OpenAI's protocol and says what it is told to.

use super::{Process, folder};
use serde_json::{Value, json};
use std::process::Command;

/// The stand-in.
pub struct Model {
    process: Process,
    /// What to give as `OPENAI_BASE_URL`.
    pub url: String,
}

impl Model {
    /// Starts it.
    pub fn start() -> Self {
        let mut command = Command::new("node");
        command.arg("serve.mjs").current_dir(folder("model"));
        let (process, ready) = Process::start(&mut command);
        Self { process, url: ready["url"].as_str().unwrap().to_owned() }
    }

    /// To a prompt that contains `asked`, it says this.
    pub fn says(&mut self, asked: &str, content: &Value) {
        self.does(&json!({ "do": "says", "match": asked, "content": content.to_string() }));
    }

    /// To a prompt that contains `asked`, it says this once a tool has answered it.
    pub fn says_after_a_tool(&mut self, asked: &str, content: &Value) {
        let content = content.to_string();
        self.does(&json!({ "do": "says", "match": asked, "content": content, "after_tool": true }));
    }

    /// To a prompt that contains `asked`, it calls a tool first.
    pub fn calls(&mut self, asked: &str, tool: &str, arguments: &Value) {
        self.does(&json!({ "do": "calls", "match": asked, "name": tool, "args": arguments }));
    }

    /// To a prompt that contains `asked`, it fails.
    pub fn fails(&mut self, asked: &str, status: u16) {
        self.does(&json!({ "do": "fails", "match": asked, "status": status, "message": "told to fail" }));
    }

    /// To prompts that contain `asked`, it says these one after the other, the last one from then on; a number is the status
    /// that it fails with.
    pub fn says_in_turn(&mut self, asked: &str, turns: &[Value]) {
        let turn = |turn: &Value| match turn.as_u64() {
            Some(status) => {
                json!({ "error": { "message": "told to fail", "type": "server_error" }, "status": status })
            }
            None => json!({ "content": turn.to_string() }),
        };
        let turns: Vec<Value> = turns.iter().map(turn).collect();
        self.does(&json!({ "do": "turns", "match": asked, "turns": turns }));
    }

    /// To a prompt that contains `asked`, it begins to say this and breaks off.
    pub fn breaks_off(&mut self, asked: &str, content: &Value) {
        self.does(&json!({ "do": "cuts", "match": asked, "content": content.to_string() }));
    }

    /// To a prompt that contains `asked`, it says this slowly.
    pub fn drips(&mut self, asked: &str, content: &Value, millis: u32) {
        self.does(
            &json!({ "do": "drips", "match": asked, "content": content.to_string(), "millis": millis }),
        );
    }

    /// What it was sent, oldest first: `{path, body, status}`.
    pub fn requests(&mut self) -> Vec<Value> {
        self.does(&json!({ "do": "requests" })).as_array().cloned().unwrap_or_default()
    }

    fn does(&mut self, wish: &Value) -> Value {
        self.process.does(wish)
    }
}
