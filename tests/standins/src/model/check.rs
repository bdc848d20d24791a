//! Whether a request has the shape that the API describes.

use serde_json::{Map, Value};

/// Everything wrong with a request.
pub(super) fn request(body: &Value) -> Vec<String> {
    let mut found = Found::default();
    let Some(fields) = body.as_object() else {
        return vec!["the body is no JSON object".to_owned()];
    };
    for (name, value) in fields {
        let fine = match name.as_str() {
            "model" => value.as_str().is_some_and(|m| !m.is_empty()),
            "messages" => value.as_array().is_some_and(|m| !m.is_empty()),
            "stream" => value.is_boolean(),
            "stream_options" => {
                fields.get("stream") == Some(&Value::Bool(true)) && value["include_usage"].is_boolean()
            }
            "temperature" => value.as_f64().is_some_and(|t| (0.0..=2.0).contains(&t)),
            "max_tokens" | "max_completion_tokens" => value.as_u64().is_some_and(|n| n > 0),
            "tools" => value.as_array().is_some_and(|t| !t.is_empty()),
            "tool_choice" => {
                fields.contains_key("tools") && ["none", "auto", "required"].iter().any(|w| value == w)
            }
            "response_format" => value.is_object(),
            _ => false,
        };
        found.unless(fine, || format!("the field {name} is unknown or has a wrong value: {value}"));
    }
    found.unless(fields.contains_key("model"), || "there is no model".to_owned());
    found
        .unless(!(fields.contains_key("max_tokens") && fields.contains_key("max_completion_tokens")), || {
            "max_tokens and max_completion_tokens exclude each other".to_owned()
        });
    messages(&body["messages"], &mut found);
    tools(&body["tools"], &mut found);
    format(body, &mut found);
    found.0
}

#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn unless(&mut self, fine: bool, problem: impl FnOnce() -> String) {
        if !fine {
            self.0.push(problem());
        }
    }
}

fn messages(messages: &Value, found: &mut Found) {
    let mut open: Vec<String> = Vec::new();
    for (n, message) in messages.as_array().into_iter().flatten().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        let content = message["content"].is_string();
        if role != "tool" {
            found.unless(open.is_empty(), || format!("message {n} comes before the results of {open:?}"));
        }
        match role {
            "system" => {
                found.unless(n == 0 && content, || format!("message {n}: a system message comes first"))
            }
            "user" => found.unless(content, || format!("message {n} has no words")),
            "assistant" => {
                let calls = message["tool_calls"].as_array();
                found.unless(content || calls.is_some_and(|c| !c.is_empty()), || {
                    format!("message {n} has neither words nor calls")
                });
                for call in calls.into_iter().flatten() {
                    let (id, function) = (call["id"].as_str().unwrap_or_default(), &call["function"]);
                    let arguments = function["arguments"].as_str().unwrap_or("-");
                    let fine = !id.is_empty()
                        && call["type"] == "function"
                        && is_name(&function["name"])
                        && serde_json::from_str::<Map<String, Value>>(arguments).is_ok();
                    found.unless(fine, || format!("message {n} has a broken call: {call}"));
                    open.push(id.to_owned());
                }
            }
            "tool" => {
                let id = message["tool_call_id"].as_str().unwrap_or_default();
                let at = open.iter().position(|o| o == id);
                found.unless(at.is_some() && content, || {
                    format!("message {n} is the result of no call: {id:?}")
                });
                if let Some(at) = at {
                    open.remove(at);
                }
            }
            other => found.unless(false, || format!("message {n} has the role {other:?}")),
        }
    }
    found.unless(open.is_empty(), || format!("the results of {open:?} are missing"));
    let last = messages.as_array().and_then(|m| m.last()).map(|m| m["role"].clone());
    found.unless(last.is_some_and(|role| role == "user" || role == "tool"), || {
        "the last message leaves nothing to answer".to_owned()
    });
}

fn tools(tools: &Value, found: &mut Found) {
    for tool in tools.as_array().into_iter().flatten() {
        let function = &tool["function"];
        let fine = tool["type"] == "function"
            && is_name(&function["name"])
            && function["description"].as_str().is_some_and(|d| d.len() <= 1024)
            && function["parameters"]["type"] == "object"
            && jsonschema::meta::is_valid(&function["parameters"]);
        found.unless(fine, || format!("a tool is not described as it must be: {tool}"));
    }
}

fn format(body: &Value, found: &mut Found) {
    let format = &body["response_format"];
    match format["type"].as_str() {
        None => found.unless(format.is_null(), || "the response format has no type".to_owned()),
        Some("text") => {}
        Some("json_object") => {
            let said = body["messages"].to_string().to_lowercase().contains("json");
            found.unless(said, || "json_object needs the word JSON in the messages".to_owned());
        }
        Some("json_schema") => {
            let (inner, schema) = (&format["json_schema"], &format["json_schema"]["schema"]);
            found.unless(is_name(&inner["name"]), || "the schema has no name".to_owned());
            found.unless(schema.is_object() && jsonschema::validator_for(schema).is_ok(), || {
                format!("the schema is none: {schema}")
            });
            if inner["strict"] == true {
                found.unless(schema["type"] == "object", || {
                    "a strict schema is an object at its root".to_owned()
                });
                strict(schema, "", found);
            }
        }
        Some(other) => found.unless(false, || format!("there is no response format {other:?}")),
    }
}

/// What OpenAI's strict mode takes: every field required, nothing else allowed, and only these words.
fn strict(schema: &Value, at: &str, found: &mut Found) {
    let Some(words) = schema.as_object() else { return };
    let known = [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "anyOf",
        "enum",
        "const",
        "$ref",
        "$defs",
        "description",
        "minItems",
        "maxItems",
    ];
    for word in words.keys() {
        found.unless(known.contains(&word.as_str()), || {
            format!("strict mode does not know {word:?} (at {at:?})")
        });
    }
    found.unless(!words.contains_key("$ref") || words.len() == 1, || {
        format!("a $ref stands alone (at {at:?})")
    });
    if schema["type"] == "object" {
        let mut fields: Vec<&String> =
            schema["properties"].as_object().map(|p| p.keys().collect()).unwrap_or_default();
        let mut required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        fields.sort();
        required.sort_unstable();
        found.unless(fields == required, || format!("strict mode requires every field (at {at:?})"));
        found.unless(schema["additionalProperties"] == false, || {
            format!("strict mode allows no other fields (at {at:?})")
        });
    }
    for (word, inner) in words {
        match (word.as_str(), inner) {
            ("properties" | "$defs", Value::Object(map)) => {
                map.iter().for_each(|(name, s)| strict(s, &format!("{at}/{name}"), found));
            }
            ("items", inner) => strict(inner, &format!("{at}/items"), found),
            ("anyOf", Value::Array(kinds)) => {
                kinds.iter().for_each(|s| strict(s, &format!("{at}/anyOf"), found))
            }
            _ => {}
        }
    }
}

fn is_name(value: &Value) -> bool {
    value.as_str().is_some_and(|name| {
        (1..=64).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    })
}
