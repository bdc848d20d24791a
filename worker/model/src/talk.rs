//! The conversation with one model about one question: it looks things up, answers, and may correct itself once.

use crate::{
    answer::Answer,
    client::{Client, Sent, pause},
    dialect::Dialect,
    error::CallError,
    gather::{Reply, ToolCall},
    judge, prompt,
    spending::{Account, Entry},
    tools::{self, Looked},
};
use rowcall_planner::{Aids, PlanRequest, Planned, Wish};
use rowcall_shared::config::ModelConfig;
use serde_json::{Value, json};
use tokio::time::Instant;

/// Tool calls of one round that are carried out.
const CALLS: usize = 6;

/// Why a model gave nothing that counts.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Trouble {
    /// The server did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It did, twice, and not usefully.
    #[error("the model's answer could not be used: {0}")]
    Answer(String),
    /// It may not be asked.
    #[error("{0}")]
    Budget(String),
    /// The time for all requests is over.
    #[error("the time for asking models is over")]
    Late,
}

/// What a model said that counts.
pub struct Said {
    /// For the planner's caller.
    pub planned: Planned,
    /// What it took the wish for; absent where it only asked back.
    pub wish: Option<Wish>,
    /// Its words, for the same question a minute later; absent where they do not stand alone.
    pub text: Option<String>,
}

/// One conversation.
pub struct Talk<'a> {
    /// The server.
    pub client: &'a Client,
    /// Limits.
    pub config: &'a ModelConfig,
    /// The model.
    pub model: &'a str,
    /// What is asked.
    pub request: &'a PlanRequest<'a>,
    /// What may help.
    pub aids: &'a Aids<'a>,
    /// Who pays.
    pub account: &'a Account<'a>,
    /// When everything must be over.
    pub deadline: Instant,
}

impl Talk<'_> {
    /// Talks until there is an answer that counts.
    ///
    /// # Errors
    /// When there is none.
    pub async fn run(&self) -> Result<Said, Trouble> {
        let definitions = tools::definitions(self.aids);
        let mut later: Vec<Value> = Vec::new();
        let (mut rounds, mut repaired) = (0, false);
        loop {
            let may_look = rounds < self.config.tool_rounds;
            let (entry, sent) = self.ask(&later, &definitions, may_look).await?;
            let reply = sent.outcome.clone().unwrap_or_default();
            if !reply.calls.is_empty() && may_look {
                self.account.close(entry, &sent, "tools").await;
                rounds += 1;
                if let Some(planned) = self.look_up(&reply, &mut later).await? {
                    return Ok(Said { planned, wish: None, text: None });
                }
                continue;
            }
            match sent.outcome.as_ref().map_err(ToString::to_string).and_then(|reply| self.read(reply)) {
                Ok(said) => {
                    self.account.close(entry, &sent, word(&said.planned)).await;
                    return Ok(said);
                }
                Err(problem) => {
                    self.account.close(entry, &sent, "unusable").await;
                    tracing::info!(model = self.model, "a model's answer cannot be used");
                    if repaired {
                        return Err(Trouble::Answer(problem));
                    }
                    repaired = true;
                    self.tell("correcting the answer");
                    // What it wrote is repeated only as far as it helps.
                    let wrote: String = reply.content.chars().take(4000).collect();
                    let wrote = if wrote.is_empty() { "(nothing)".to_owned() } else { wrote };
                    later.push(json!({ "role": "assistant", "content": wrote }));
                    later.push(prompt::repair(&problem));
                }
            }
        }
    }

    fn read(&self, reply: &Reply) -> Result<Said, String> {
        if !reply.calls.is_empty() {
            return Err("nothing more can be looked up; answer with what you know".to_owned());
        }
        if reply.finish.as_deref() == Some("length") {
            return Err("the answer is too long and was cut; give a shorter one".to_owned());
        }
        let answer = Answer::read(&reply.content)?;
        let wish = judge::wish(&answer);
        let planned = judge::judge(answer, self.request)?;
        Ok(Said { planned, wish: Some(wish), text: Some(reply.content.clone()) })
    }

    /// Carries the calls out; gives what ends the conversation, if one of them does.
    async fn look_up(&self, reply: &Reply, later: &mut Vec<Value>) -> Result<Option<Planned>, Trouble> {
        let named = |n: usize, call: &ToolCall| match call.id.as_str() {
            "" => format!("call_{n}"),
            id => id.to_owned(),
        };
        let calls: Vec<Value> = (reply.calls.iter().enumerate())
            .map(|(n, call)| {
                // Some servers refuse a history whose arguments are not JSON.
                let fine = serde_json::from_str::<Value>(&call.arguments).is_ok_and(|v| v.is_object());
                let arguments = if fine { call.arguments.as_str() } else { "{}" };
                json!({ "id": named(n, call), "type": "function",
                        "function": { "name": call.name, "arguments": arguments } })
            })
            .collect();
        later.push(json!({ "role": "assistant", "content": reply.content, "tool_calls": calls }));
        for (n, call) in reply.calls.iter().enumerate() {
            let told = if n < CALLS {
                let looked = tools::run(call, self.request, self.aids);
                match tokio::time::timeout_at(self.deadline, looked).await.map_err(|_| Trouble::Late)? {
                    Looked::Up(told) => told,
                    Looked::Ask(planned) => return Ok(Some(*planned)),
                }
            } else {
                "too many calls at once; ask again if you still need it".to_owned()
            };
            later.push(json!({ "role": "tool", "tool_call_id": named(n, call), "content": told }));
        }
        Ok(None)
    }

    /// Sends a request until it is answered (be it by far too much), in the form that the model takes.
    async fn ask(
        &self,
        later: &[Value],
        definitions: &Value,
        may_look: bool,
    ) -> Result<(Entry, Sent), Trouble> {
        let mut dialect = self.client.dialect(self.model);
        let mut again = 0;
        loop {
            let error = match self.client.may_ask(self.model) {
                Err(error) => error,
                Ok(()) => {
                    let body = self.body(dialect, later, definitions, may_look);
                    let entry = self.account.open(self.model, &body).await.map_err(Trouble::Budget)?;
                    let left = self.deadline.saturating_duration_since(Instant::now());
                    self.tell("thinking");
                    let sent = self.client.send(self.model, &body, left, self.aids.watch).await;
                    let error = match &sent.outcome {
                        // A model that wrote too much can be asked to be brief.
                        Ok(_) | Err(CallError::TooLong) => return Ok((entry, sent)),
                        Err(error) => error.clone(),
                    };
                    self.account.close(entry, &sent, error.word()).await;
                    error
                }
            };
            tracing::warn!(model = self.model, %error, again, "a model call failed");
            match error {
                CallError::Refused(_, about) if dialect.without(about).is_some() => {
                    dialect = dialect.without(about).unwrap_or_default();
                    self.client.learn(self.model, dialect);
                }
                error if error.may_pass() && again < self.client.retries() => {
                    let wait = pause(again, &error);
                    // No use in waiting for what comes too late; somebody else may know.
                    if Instant::now() + wait >= self.deadline {
                        return Err(error.into());
                    }
                    again += 1;
                    tokio::time::sleep(wait).await;
                }
                error => return Err(error.into()),
            }
        }
    }

    fn body(&self, dialect: Dialect, later: &[Value], definitions: &Value, may_look: bool) -> Value {
        let mut messages =
            prompt::messages(self.request, self.aids, self.config.schema_tokens, dialect.tells_the_shape());
        messages.extend(later.iter().cloned());
        let offered = self.config.tool_rounds > 0;
        let (length, heat) = (self.config.answer_tokens, self.config.temperature);
        let mut body =
            dialect.request(self.model, &messages, Some(definitions).filter(|_| offered), length, heat);
        if !may_look && body.get("tools").is_some() {
            body["tool_choice"] = "none".into();
        }
        body
    }

    fn tell(&self, what: &str) {
        if let Some(watch) = self.aids.watch {
            watch.tell(what);
        }
    }
}

fn word(planned: &Planned) -> &'static str {
    match planned {
        Planned::Plan { .. } => "plan",
        Planned::Change { .. } => "change",
        Planned::Sql { .. } => "sql",
        Planned::Clarify { .. } => "clarify",
        Planned::CannotAnswer { .. } => "refuse",
    }
}
