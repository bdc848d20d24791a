//! What a model answers: one JSON value of one shape. The shape is told to the server as a JSON Schema, so that good servers
//! can answer nothing else; what bad ones write around it is looked through.

use rowcall_core::IntentKind;
use rowcall_plan::QueryPlan;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// The longest answer that is read.
pub const MAX_BYTES: usize = 64 << 10;

/// A model's answer.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct Answer {
    /// What kind of wish the message is.
    #[serde(default)]
    pub kind: Kind,
    /// What would be done to the data.
    #[serde(default)]
    pub operation: Operation,
    /// The tables it is about, as schema.name.
    #[serde(default)]
    pub tables: Vec<String>,
    /// How sure you are, from 0 to 1.
    #[serde(default = "likely")]
    pub confidence: f32,
    /// What you took for granted, one short sentence each.
    #[serde(default)]
    pub assumptions: Vec<String>,
    /// Exactly one of: plan, sql, clarify, refuse.
    pub answer: Body,
}

fn likely() -> f32 {
    0.7
}

/// The one thing that is answered.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
// One per question: see `Planned`.
#[allow(clippy::large_enum_variant)]
pub enum Body {
    /// A query plan; whenever a plan can say it.
    Plan(QueryPlan),
    /// One PostgreSQL statement; only where a plan cannot say it.
    Sql(Statement),
    /// A question back.
    Clarify(Clarify),
    /// It cannot be answered from this data.
    Refuse(Refuse),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct Statement {
    /// One PostgreSQL statement, without a semicolon.
    pub statement: String,
}

/// A question back.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct Clarify {
    /// What to ask the person.
    pub question: String,
    /// Two to five readings.
    pub choices: Vec<ClarifyChoice>,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct ClarifyChoice {
    /// A few words for a button.
    pub label: String,
    /// The complete question that choosing it asks.
    pub text: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
pub struct Refuse {
    /// One or two sentences for the person.
    pub reason: String,
}

/// Kinds of wish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Wants to know something from the data.
    #[default]
    Read,
    /// Wants data changed.
    Change,
    /// Is about the person's own task list.
    Task,
    /// Is about a workflow or schedule.
    Workflow,
    /// Wants to know what can be asked.
    Help,
}

impl From<Kind> for IntentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Read => Self::Read,
            Kind::Change => Self::Change,
            Kind::Task => Self::Task,
            Kind::Workflow => Self::Workflow,
            Kind::Help => Self::Help,
        }
    }
}

/// What is done to data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Rows are read.
    #[default]
    Select,
    /// Rows are added.
    Insert,
    /// Rows are changed.
    Update,
    /// Rows are removed.
    Delete,
    /// Nothing.
    None,
}

impl Operation {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::None => "none",
        }
    }
}

impl Answer {
    /// Reads an answer out of what a model wrote.
    ///
    /// # Errors
    /// What is wrong with it, in words for the model.
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("the answer is longer than {MAX_BYTES} bytes; give one short JSON object"));
        }
        let text = text.rsplit_once("</think>").map_or(text, |(_, rest)| rest).trim();
        if text.is_empty() {
            return Err("the answer is empty; give one JSON object".to_owned());
        }
        let (values, cut) = objects(text);
        let mut first_problem = None;
        for value in values {
            match Self::of(value) {
                Ok(answer) => return Ok(answer),
                Err(problem) => first_problem = first_problem.or(Some(problem)),
            }
        }
        // Of an answer that broke off, the parts that are complete are nobody's answer.
        Err(first_problem.filter(|_| !cut).unwrap_or_else(|| {
            "the answer holds no complete JSON object; give one JSON object and nothing else".to_owned()
        }))
    }

    fn of(mut value: Value) -> Result<Self, String> {
        let Some(object) = value.as_object_mut() else {
            return Err("the answer is no JSON object".to_owned());
        };
        if !object.contains_key("answer") {
            // The inner part alone is as good.
            let known = ["plan", "sql", "clarify", "refuse"];
            let found: Vec<&str> = known.into_iter().filter(|k| object.contains_key(*k)).collect();
            let [key] = found[..] else {
                return Err(
                    "the JSON object has no field \"answer\" with exactly one of plan, sql, clarify, refuse"
                        .to_owned(),
                );
            };
            let inner = object.remove(key).unwrap_or_default();
            object.insert("answer".to_owned(), serde_json::json!({ key: inner }));
        }
        drop_nulls(&mut value);
        if let Some(answer) = value.get_mut("answer").and_then(Value::as_object_mut)
            && let Some(Value::String(statement)) = answer.get("sql").cloned()
        {
            answer.insert("sql".to_owned(), serde_json::json!({ "statement": statement }));
        }
        serde_json::from_value(value).map_err(|error| {
            let error = error.to_string();
            format!("the JSON object has another shape: {}", error.chars().take(300).collect::<String>())
        })
    }
}

/// The JSON objects in a text, whatever stands around them: the first few that are complete, and whether one broke off.
fn objects(text: &str) -> (Vec<Value>, bool) {
    let mut cut = false;
    let mut found = Vec::new();
    let mut at = 0;
    let mut tries = 0;
    while let Some(start) = text[at..].find('{').map(|n| at + n) {
        tries += 1;
        if found.len() >= 4 || tries > 200 {
            break;
        }
        let mut stream = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                at = start + stream.byte_offset().max(1);
                found.push(value);
            }
            Some(Err(error)) => {
                cut |= error.is_eof();
                at = start + 1;
            }
            None => at = start + 1,
        }
    }
    (found, cut)
}

/// A strict schema makes a model write every field; `null` means the same as leaving it out.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, v| !v.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// The JSON Schema of an [`Answer`].
pub fn schema() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.meta_schema = None;
    let schema = settings.into_generator().into_root_schema_for::<Answer>();
    let mut value = schema.to_value();
    tidy(&mut value);
    value
}

/// The same as servers with a strict mode want it: every field is required, those that may be left out may be `null`, and
/// nothing else is allowed.
pub fn strict_schema() -> Value {
    let mut value = schema();
    strict(&mut value);
    value
}

/// Words that say nothing to a model.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for word in ["format", "minimum", "maximum", "default", "$schema", "title"] {
                // A field may be named like one of them; its value is an object then.
                if map.get(word).is_some_and(|v| !v.is_object())
                    || (word == "default" && map.contains_key("type"))
                {
                    map.remove(word);
                }
            }
            map.values_mut().for_each(tidy);
            one_of_words(map);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// A choice between words as one list of words: a quarter of the length, and the words say what they mean.
fn one_of_words(map: &mut serde_json::Map<String, Value>) {
    let words: Option<Vec<Value>> = map.get("oneOf").and_then(Value::as_array).and_then(|kinds| {
        kinds.iter().map(|kind| kind.get("const").filter(|c| c.is_string()).cloned()).collect()
    });
    if let Some(words) = words {
        map.remove("oneOf");
        map.insert("type".to_owned(), "string".into());
        map.insert("enum".to_owned(), Value::Array(words));
    }
}

fn strict(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(variants) = map.remove("oneOf") {
                map.insert("anyOf".to_owned(), variants);
            }
            // A tuple: so many of any of its kinds.
            if let Some(Value::Array(mut kinds)) = map.remove("prefixItems") {
                kinds.dedup();
                let items =
                    if kinds.len() == 1 { kinds.remove(0) } else { serde_json::json!({ "anyOf": kinds }) };
                map.insert("items".to_owned(), items);
            }
            map.values_mut().for_each(strict);
            if let Some(constant) = map.remove("const") {
                map.insert("enum".to_owned(), Value::Array(vec![constant]));
            }
            // A reference stands alone.
            if map.contains_key("$ref") {
                map.retain(|key, _| key == "$ref");
            }
            if map.get("type").is_some_and(|t| t == "object") {
                let required: Vec<Value> =
                    map.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
                let mut all = Vec::new();
                if let Some(fields) = map.get_mut("properties").and_then(Value::as_object_mut) {
                    for (name, field) in fields.iter_mut() {
                        let name = Value::String(name.clone());
                        if !required.contains(&name) {
                            or_null(field);
                        }
                        all.push(name);
                    }
                }
                map.insert("required".to_owned(), Value::Array(all));
                map.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

fn or_null(field: &mut Value) {
    let nullable = field["type"].as_array().is_some_and(|types| types.iter().any(|t| t == "null"))
        || field["anyOf"].as_array().is_some_and(|kinds| kinds.iter().any(|k| k["type"] == "null"));
    if !nullable {
        *field = serde_json::json!({ "anyOf": [field.take(), { "type": "null" }] });
    }
}

#[cfg(test)]
mod tests;
