//! The platform's own description of its API, and requests checked against it.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::request::Call;

pub(crate) struct Api {
    /// By the name in small letters: clients differ in how they write it, and Telegram does not mind.
    methods: HashMap<String, Object>,
    types: HashMap<String, Object>,
}

pub(crate) struct Object {
    pub name: String,
    fields: Vec<Field>,
    subtypes: Vec<String>,
}

struct Field {
    name: String,
    types: Vec<String>,
    required: bool,
    description: String,
}

/// The description, read once.
///
/// # Panics
/// If the committed file cannot be read.
pub(crate) fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(|| {
        let source: Value = serde_json::from_str(include_str!("../../specs/telegram/api.json"))
            .expect("specs/telegram/api.json");
        let objects =
            |part: &str| source[part].as_object().into_iter().flat_map(Map::values).map(Object::read);
        Api {
            methods: objects("methods").map(|method| (method.name.to_lowercase(), method)).collect(),
            types: objects("types").map(|object| (object.name.clone(), object)).collect(),
        }
    })
}

impl Object {
    fn read(source: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |value: &Value| value.as_array().into_iter().flatten().map(text).collect();
        let field = |field: &Value| Field {
            name: text(&field["name"]),
            types: list(&field["types"]),
            required: field["required"].as_bool().unwrap_or(false),
            description: text(&field["description"]),
        };
        Object {
            name: text(&source["name"]),
            fields: source["fields"].as_array().into_iter().flatten().map(field).collect(),
            subtypes: list(&source["subtypes"]),
        }
    }
}

impl Api {
    pub(crate) fn method(&self, name: &str) -> Option<&Object> {
        self.methods.get(&name.to_lowercase())
    }

    /// Whether a description of a type's field names this value, as the list of reactions does.
    pub(crate) fn mentions(&self, object: &str, field: &str, value: &str) -> bool {
        let field =
            self.types.get(object).and_then(|object| object.fields.iter().find(|known| known.name == field));
        field.is_some_and(|field| field.description.contains(&format!("\"{value}\"")))
    }

    /// Says everything in which a call does not fit its method. Values that came as text are replaced by what they mean,
    /// and a file sent under its own field is named there.
    pub(crate) fn check(&self, method: &Object, call: &mut Call) -> Vec<String> {
        let mut problems = Vec::new();
        for field in &method.fields {
            if field.types.iter().any(|kind| kind == "InputFile") && call.files.contains_key(&field.name) {
                call.params
                    .entry(field.name.clone())
                    .or_insert_with(|| Value::String(format!("attach://{}", field.name)));
            }
            if call.textual
                && let Some(Value::String(text)) = call.params.get(&field.name)
            {
                match meaning(&field.types, text) {
                    Some(value) => {
                        call.params.insert(field.name.clone(), value);
                    }
                    None => problems.push(format!("{} is no {}", field.name, field.types.join(" or "))),
                }
            }
        }
        self.object(method, &call.params, "", &mut problems);
        attachments(call, &mut problems);
        problems
    }

    fn object(&self, object: &Object, map: &Map<String, Value>, path: &str, problems: &mut Vec<String>) {
        for field in &object.fields {
            match map.get(&field.name) {
                Some(value) => self.any_of(&field.types, value, &join(path, &field.name), problems),
                None if field.required => problems.push(format!("{} is missing", join(path, &field.name))),
                None => {}
            }
        }
        let known: HashSet<&str> = object.fields.iter().map(|field| field.name.as_str()).collect();
        problems.extend(
            map.keys()
                .filter(|name| !known.contains(name.as_str()))
                .map(|name| format!("{} is unknown", join(path, name))),
        );
    }

    /// Of several types, tells about the one that fits best.
    fn any_of(&self, types: &[String], value: &Value, path: &str, problems: &mut Vec<String>) {
        let tries = types.iter().map(|kind| {
            let mut found = Vec::new();
            self.value(kind, value, path, &mut found);
            found
        });
        problems.extend(tries.min_by_key(Vec::len).unwrap_or_default());
    }

    fn value(&self, kind: &str, value: &Value, path: &str, problems: &mut Vec<String>) {
        if let Some(inner) = kind.strip_prefix("Array of ") {
            match value {
                Value::Array(items) => {
                    for (n, item) in items.iter().enumerate() {
                        self.value(inner, item, &format!("{path}[{n}]"), problems);
                    }
                }
                _ => problems.push(format!("{path} is no array")),
            }
            return;
        }
        let fits = match kind {
            "Integer" => value.is_i64() || value.is_u64(),
            "Float" => value.is_number(),
            "Boolean" | "True" => value.is_boolean(),
            "String" | "InputFile" => value.is_string(),
            _ => {
                self.named(kind, value, path, problems);
                return;
            }
        };
        if !fits {
            problems.push(format!("{path} is no {kind}"));
        }
    }

    fn named(&self, kind: &str, value: &Value, path: &str, problems: &mut Vec<String>) {
        let (Some(object), Value::Object(map)) = (self.types.get(kind), value) else {
            problems.push(format!("{path} is no {kind}"));
            return;
        };
        if object.subtypes.is_empty() {
            self.object(object, map, path, problems);
            return;
        }
        let candidates: Vec<&String> =
            object.subtypes.iter().filter(|subtype| self.is_tagged(subtype, map)).collect();
        if candidates.is_empty() {
            problems.push(format!("{path} is no {kind} of a known type"));
            return;
        }
        let tries = candidates.into_iter().map(|subtype| {
            let mut found = Vec::new();
            self.named(subtype, value, path, &mut found);
            found
        });
        problems.extend(tries.min_by_key(Vec::len).unwrap_or_default());
    }

    /// Whether the prose of a subtype's tag (`must be photo`, `always “member”`) names the tag of this object.
    fn is_tagged(&self, subtype: &str, map: &Map<String, Value>) -> bool {
        let fits = |field: &Field| {
            let Some(tag) = map.get(&field.name).and_then(Value::as_str) else { return false };
            let prose = &field.description;
            prose.ends_with(&format!("must be {tag}"))
                || [format!("“{tag}”"), format!("\"{tag}\"")].iter().any(|tag| prose.contains(tag))
        };
        let is_tag = |field: &&Field| matches!(field.name.as_str(), "type" | "status" | "source");
        self.types.get(subtype).is_none_or(|object| object.fields.iter().filter(is_tag).all(fits))
    }
}

/// What a text in a form stands for; `None` if it is nothing of these types.
fn meaning(types: &[String], text: &str) -> Option<Value> {
    let read = |kind: &str| match kind {
        "String" | "InputFile" => Some(Value::String(text.to_owned())),
        "Integer" => text.parse::<i64>().ok().map(Value::from),
        "Boolean" => match text.to_lowercase().as_str() {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => serde_json::from_str(text).ok(),
    };
    types.iter().find_map(|kind| read(kind))
}

/// Every `attach://` names a file of the request, and every file is named.
fn attachments(call: &Call, problems: &mut Vec<String>) {
    fn collect(value: &Value, names: &mut HashSet<String>) {
        match value {
            Value::String(text) => names.extend(text.strip_prefix("attach://").map(str::to_owned)),
            Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            Value::Object(map) => map.values().for_each(|item| collect(item, names)),
            _ => {}
        }
    }
    let mut named = HashSet::new();
    // A person may well write "attach://" in a question that the bot shows again.
    call.params
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "text" | "caption"))
        .for_each(|(_, value)| collect(value, &mut named));
    problems.extend(
        named
            .iter()
            .filter(|name| !call.files.contains_key(*name))
            .map(|name| format!("attach://{name} is not in the request")),
    );
    problems.extend(
        call.files
            .keys()
            .filter(|name| !named.contains(*name))
            .map(|name| format!("file {name} is not used")),
    );
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(method: &str, params: Value, problems: &[&str]) {
        let Value::Object(params) = params else { panic!("an object") };
        let mut call = Call { params, ..Call::default() };
        assert_eq!(api().check(api().method(method).unwrap(), &mut call), problems);
    }

    #[test]
    fn nested_objects_are_checked() {
        let keyboard = |button: Value| json!({ "chat_id": 1, "text": "a", "reply_markup": { "inline_keyboard": [[button]] } });
        check("SENDMESSAGE", keyboard(json!({ "text": "a", "callback_data": "b" })), &[]);
        check(
            "sendMessage",
            keyboard(json!({ "text": 7, "data": "b" })),
            &[
                "reply_markup.inline_keyboard[0][0].text is no String",
                "reply_markup.inline_keyboard[0][0].data is unknown",
            ],
        );
        check(
            "sendMessage",
            json!({ "chat_id": "@a", "colour": 1 }),
            &["text is missing", "colour is unknown"],
        );
    }

    #[test]
    fn one_of_several_kinds_is_told_by_its_tag() {
        let media = |media: Value| json!({ "chat_id": 1, "message_id": 2, "media": media });
        check("editMessageMedia", media(json!({ "type": "photo", "media": "x", "caption": "c" })), &[]);
        check(
            "editMessageMedia",
            media(json!({ "type": "photo", "media": "x", "title": "c" })),
            &["media.title is unknown"],
        );
        check(
            "editMessageMedia",
            media(json!({ "type": "poem", "media": "x" })),
            &["media is no InputMedia of a known type"],
        );
        check("setMyCommands", json!({ "commands": [], "scope": { "type": "chat", "chat_id": 4 } }), &[]);
        check(
            "setMyCommands",
            json!({ "commands": [], "scope": { "type": "default", "chat_id": 4 } }),
            &["scope.chat_id is unknown"],
        );
    }
}
