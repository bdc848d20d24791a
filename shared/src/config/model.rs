//! The language model. One is asked when `ROWCALL_MODEL` names it; its other settings are read all the same, so that a
//! wrong one is found before.

use super::{ConfigError, between, pick, seconds, wrong};
use crate::secret::Secret;
use serde::Deserialize;
use std::{collections::BTreeMap, time::Duration};

/// `[model]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelConfig {
    /// `OPENAI_BASE_URL`, `OPENAI_API_KEY` / `base_url`, `api_key`: the server of every model that no other one is named for.
    pub server: ModelServer,
    /// `[[model.servers]]`: the servers of some models, by the model's name.
    pub servers: BTreeMap<String, ModelServer>,
    /// `ROWCALL_MODEL` / `models`: the models, in the order in which they are asked when one fails. Never empty.
    pub models: Vec<String>,
    /// `call_timeout_seconds`: how long one request may take.
    pub call_timeout: Duration,
    /// `total_timeout_seconds`: and all requests of one question, before the offline planner takes over.
    pub total_timeout: Duration,
    /// `retries`: how often a request that failed is sent again, to each model.
    pub retries: u32,
    /// `breaker_failures`: failures in a row after which the server is left alone for a while.
    pub breaker_failures: u32,
    /// `breaker_seconds`: for so long.
    pub breaker_pause: Duration,
    /// `tool_rounds`: how often a model may look something up before it must answer.
    pub tool_rounds: u32,
    /// `schema_tokens`: how much of a prompt the tables may take.
    pub schema_tokens: usize,
    /// `answer_tokens`: how long one answer may be.
    pub answer_tokens: u32,
    /// `question_tokens`: what one question may use over all its requests.
    pub question_tokens: u64,
    /// `temperature`: from 0 to 2; left to the server when absent.
    pub temperature: Option<f32>,
    /// `prices`: what a model's tokens cost, by its name.
    pub prices: BTreeMap<String, Price>,
    /// What may be used in 24 hours.
    pub limits: ModelLimits,
    /// `keep_prompts`: whole prompts and answers are kept with the run. They hold questions, and values where a source shows them.
    pub keep_prompts: bool,
    /// `advice`: a model says on the card of each change what deserves a look. It is told the statement and what was measured.
    pub advice: bool,
    /// `cache_minutes`: how long the answer to a prompt counts for the very same prompt; 0 keeps none.
    pub cache: Duration,
}

/// A server that speaks the protocol of OpenAI's chat completions.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelServer {
    /// Its address, up to and with `/v1`.
    pub base_url: String,
    /// Its key; servers of one's own often need none.
    pub api_key: Option<Secret>,
}

impl ModelConfig {
    /// The server of a model.
    pub fn server_of(&self, model: &str) -> &ModelServer {
        self.servers.get(model).unwrap_or(&self.server)
    }

    /// Every server that is asked, with its models, in their order.
    pub fn by_server(&self) -> Vec<(&ModelServer, Vec<&str>)> {
        let mut servers: Vec<(&ModelServer, Vec<&str>)> = Vec::new();
        for model in &self.models {
            let server = self.server_of(model);
            match servers.iter_mut().find(|(known, _)| *known == server) {
                Some((_, models)) => models.push(model),
                None => servers.push((server, vec![model])),
            }
        }
        servers
    }

    /// What the environment alone says; `None` when it names no model. For commands that need nothing else.
    ///
    /// # Errors
    /// The first setting that is wrong, by name.
    pub fn load(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, ConfigError> {
        FileModel::default().read(env, Duration::MAX)
    }
}

/// What tokens cost, in US dollars for a million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Of a prompt.
    pub prompt: f64,
    /// Of an answer.
    pub completion: f64,
}

impl Price {
    /// The cost of a request in millionths of a dollar, rounded up.
    pub fn cost(&self, prompt_tokens: u64, completion_tokens: u64) -> i64 {
        // A dollar for a million tokens is a millionth for one.
        (prompt_tokens as f64 * self.prompt + completion_tokens as f64 * self.completion).ceil() as i64
    }
}

/// What may be used in 24 hours; no limit where absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ModelLimits {
    /// `person_tokens_per_day`: tokens for the questions of one person.
    pub person_tokens: Option<i64>,
    /// `place_tokens_per_day`: tokens for the questions of one server or chat.
    pub place_tokens: Option<i64>,
    /// `person_usd_per_day`: in millionths of a dollar.
    pub person_micro_usd: Option<i64>,
    /// `place_usd_per_day`: in millionths of a dollar.
    pub place_micro_usd: Option<i64>,
    /// `tokens_per_day`: for everybody together.
    pub total_tokens: Option<i64>,
    /// `usd_per_day`: for everybody together, in millionths of a dollar.
    pub total_micro_usd: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileModel {
    base_url: Option<String>,
    api_key: Option<String>,
    servers: Vec<FileServer>,
    models: Option<Vec<String>>,
    call_timeout_seconds: Option<u64>,
    total_timeout_seconds: Option<u64>,
    retries: Option<u32>,
    breaker_failures: Option<u32>,
    breaker_seconds: Option<u64>,
    tool_rounds: Option<u32>,
    schema_tokens: Option<usize>,
    answer_tokens: Option<u32>,
    question_tokens: Option<u64>,
    temperature: Option<f32>,
    prices: BTreeMap<String, Price>,
    person_tokens_per_day: Option<i64>,
    place_tokens_per_day: Option<i64>,
    person_usd_per_day: Option<f64>,
    place_usd_per_day: Option<f64>,
    tokens_per_day: Option<i64>,
    usd_per_day: Option<f64>,
    keep_prompts: Option<bool>,
    advice: Option<bool>,
    cache_minutes: Option<u64>,
}

/// `[[model.servers]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileServer {
    base_url: String,
    /// The variable of the environment that holds the key: no secret stands in the file.
    api_key_env: Option<String>,
    models: Vec<String>,
}

/// OpenAI's own server.
const OPENAI: &str = "https://api.openai.com/v1";

impl FileModel {
    /// The settings; `None` when no model is named. `step` is the longest that a worker lets planning take.
    pub(super) fn read(
        self,
        env: &dyn Fn(&str) -> Option<String>,
        step: Duration,
    ) -> Result<Option<ModelConfig>, ConfigError> {
        let server = ModelServer {
            base_url: base_url("OPENAI_BASE_URL", pick(env, "OPENAI_BASE_URL", self.base_url))?,
            api_key: key("OPENAI_API_KEY", pick(env, "OPENAI_API_KEY", self.api_key))?,
        };
        let models = models(pick(env, "ROWCALL_MODEL", self.models.map(|m| m.join(","))))?;
        let servers = servers(self.servers, &models, env)?;
        let limits = ModelLimits {
            person_tokens: tokens("model.person_tokens_per_day", self.person_tokens_per_day)?,
            place_tokens: tokens("model.place_tokens_per_day", self.place_tokens_per_day)?,
            person_micro_usd: usd("model.person_usd_per_day", self.person_usd_per_day)?,
            place_micro_usd: usd("model.place_usd_per_day", self.place_usd_per_day)?,
            total_tokens: tokens("model.tokens_per_day", self.tokens_per_day)?,
            total_micro_usd: usd("model.usd_per_day", self.usd_per_day)?,
        };
        prices(&self.prices, &models, &limits)?;
        let total =
            seconds("model.total_timeout_seconds", self.total_timeout_seconds.unwrap_or(90), 1, 3600)?;
        let config = ModelConfig {
            server,
            servers,
            models,
            call_timeout: seconds(
                "model.call_timeout_seconds",
                self.call_timeout_seconds.unwrap_or(45),
                1,
                3600,
            )?,
            total_timeout: total,
            retries: between("model.retries", self.retries.unwrap_or(2), 0, 10)?,
            breaker_failures: between("model.breaker_failures", self.breaker_failures.unwrap_or(5), 1, 1000)?,
            breaker_pause: seconds("model.breaker_seconds", self.breaker_seconds.unwrap_or(30), 1, 3600)?,
            tool_rounds: between("model.tool_rounds", self.tool_rounds.unwrap_or(4), 0, 20)?,
            schema_tokens: between(
                "model.schema_tokens",
                self.schema_tokens.unwrap_or(6000),
                200,
                1_000_000,
            )?,
            answer_tokens: between("model.answer_tokens", self.answer_tokens.unwrap_or(2000), 100, 100_000)?,
            question_tokens: between(
                "model.question_tokens",
                self.question_tokens.unwrap_or(200_000),
                1000,
                10_000_000,
            )?,
            temperature: match self.temperature {
                Some(t) => Some(between("model.temperature", t, 0.0, 2.0)?),
                None => Some(0.0),
            },
            prices: self.prices,
            limits,
            keep_prompts: self.keep_prompts.unwrap_or(false),
            advice: self.advice.unwrap_or(false),
            cache: seconds("model.cache_minutes", self.cache_minutes.unwrap_or(10), 0, 10_080)? * 60,
        };
        if config.models.is_empty() {
            return Ok(None);
        }
        if total >= step {
            return Err(wrong(
                "model.total_timeout_seconds",
                "it must be shorter than worker.step_timeout_seconds, or nothing is left for the planner that needs no model",
            ));
        }
        let keyless = |model: &String| {
            let server = config.server_of(model);
            server.api_key.is_none() && server.base_url == OPENAI
        };
        if config.models.iter().any(keyless) {
            return Err(ConfigError::Missing {
                setting: "OPENAI_API_KEY",
                hint: "set it to a key of api.openai.com, or set OPENAI_BASE_URL to a server that needs none",
            });
        }
        Ok(Some(config))
    }
}

fn key(setting: &str, key: Option<String>) -> Result<Option<Secret>, ConfigError> {
    let key = key.map(|k| k.trim().to_owned());
    if key.as_ref().is_some_and(|k| !k.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(wrong(setting, "it holds something that no key holds, such as a space"));
    }
    Ok(key.map(Secret::new))
}

/// The servers of models that are not asked at the first one.
fn servers(
    given: Vec<FileServer>,
    models: &[String],
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<BTreeMap<String, ModelServer>, ConfigError> {
    const SETTING: &str = "model.servers";
    let mut servers = BTreeMap::new();
    for FileServer { base_url: url, api_key_env, models: theirs } in given {
        let api_key = match &api_key_env {
            Some(name) => match key(name, env(name))? {
                Some(key) => Some(key),
                None => {
                    return Err(wrong(
                        SETTING,
                        &format!("the variable {name} that api_key_env names is not set"),
                    ));
                }
            },
            None => None,
        };
        let server = ModelServer { base_url: base_url(SETTING, Some(url))?, api_key };
        for model in theirs {
            if !models.is_empty() && !models.contains(&model) {
                return Err(wrong(SETTING, &format!("\"{model}\" is not among the models of ROWCALL_MODEL")));
            }
            if servers.insert(model.clone(), server.clone()).is_some() {
                return Err(wrong(SETTING, &format!("\"{model}\" has two servers")));
            }
        }
    }
    Ok(servers)
}

fn base_url(setting: &str, url: Option<String>) -> Result<String, ConfigError> {
    let url = url.unwrap_or_else(|| OPENAI.to_owned());
    let url = url.trim().trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|r| r.split('/').next().unwrap_or_default()).unwrap_or_default();
    // A key in the address would be shown wherever the address is.
    if host.is_empty()
        || host.contains('@')
        || !url.bytes().all(|b| b.is_ascii_graphic())
        || url.contains('?')
    {
        return Err(wrong(
            setting,
            "use an address such as http://localhost:11434/v1, without a name, password or query in it",
        ));
    }
    Ok(url.to_owned())
}

fn models(names: Option<String>) -> Result<Vec<String>, ConfigError> {
    let names: Vec<String> = names
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect();
    let fine = |name: &String| name.len() <= 200 && name.bytes().all(|b| b.is_ascii_graphic());
    if names.len() > 8 || !names.iter().all(fine) || names.iter().any(|n| n == "offline" || n == "sql") {
        return Err(wrong("ROWCALL_MODEL", "use up to eight names of models, with commas between them"));
    }
    Ok(names)
}

fn prices(
    prices: &BTreeMap<String, Price>,
    models: &[String],
    limits: &ModelLimits,
) -> Result<(), ConfigError> {
    let fine = |usd: f64| (0.0..=100_000.0).contains(&usd);
    if let Some((name, _)) = prices.iter().find(|(_, p)| !fine(p.prompt) || !fine(p.completion)) {
        return Err(wrong(
            &format!("model.prices.{name}"),
            "a price is 0 to 100000 dollars for a million tokens",
        ));
    }
    let money = limits.person_micro_usd.is_some()
        || limits.place_micro_usd.is_some()
        || limits.total_micro_usd.is_some();
    match models.iter().find(|m| !prices.contains_key(*m)) {
        Some(name) if money => Err(wrong(
            &format!("model.prices.{name}"),
            "a limit in dollars needs the price of every model: set prompt and completion, in dollars for a million tokens",
        )),
        _ => Ok(()),
    }
}

fn tokens(setting: &str, value: Option<i64>) -> Result<Option<i64>, ConfigError> {
    value.map(|v| between(setting, v, 1, 1_000_000_000_000)).transpose()
}

fn usd(setting: &str, value: Option<f64>) -> Result<Option<i64>, ConfigError> {
    // NaN is between nothing.
    value
        .map(|v| {
            if (0.000_001..=1_000_000.0).contains(&v) {
                Ok((v * 1e6).round() as i64)
            } else {
                Err(wrong(setting, "use an amount of dollars such as 2.50"))
            }
        })
        .transpose()
}
