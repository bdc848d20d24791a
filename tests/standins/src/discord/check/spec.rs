//! Discord's own description of its API: finds the operation of a request and checks parameters and body against it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::Faults;

const DOCUMENT: &str = include_str!("../../../specs/discord/openapi.json");
const NAME: &str = "urn:discord";

/// An operation that a request was found to be.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    /// The name of the operation, such as `create_message`.
    pub operation: &'static str,
    pub template: &'static str,
    pub method: &'static str,
    pub params: HashMap<&'static str, String>,
}

impl Route {
    /// A parameter of the path that is an id. The specification has checked that it is a number.
    pub fn id(&self, name: &str) -> u64 {
        self.params.get(name).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    pub fn text(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}

struct Spec {
    paths: &'static serde_json::Map<String, Value>,
    registry: Registry<'static>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

fn spec() -> &'static Spec {
    static SPEC: OnceLock<Spec> = OnceLock::new();
    SPEC.get_or_init(|| {
        // The document lives as long as the tests do.
        let document: &'static Value =
            Box::leak(Box::new(serde_json::from_str(DOCUMENT).expect("the committed specification is JSON")));
        let registry = Registry::new()
            .add(NAME, document.clone())
            .and_then(|registry| registry.prepare())
            .expect("the committed specification has no dangling references");
        let paths = document["paths"].as_object().expect("the specification has paths");
        Spec { paths, registry, compiled: Mutex::default() }
    })
}

/// Finds what a request asks for; `path` is below `/api/v10`. Fixed words win over parameters.
pub(crate) fn route(method: &str, path: &str) -> Option<Route> {
    let method = method.to_lowercase();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let mut best: Option<(usize, Route)> = None;
    for (template, item) in spec().paths {
        let Some((method, operation)) = item.as_object().and_then(|item| item.get_key_value(&method)) else {
            continue;
        };
        let Some(params) = matched(template, &parts) else { continue };
        let Some(operation) = operation["operationId"].as_str() else { continue };
        if best.as_ref().is_none_or(|(fewest, _)| params.len() < *fewest) {
            best = Some((params.len(), Route { operation, template, method, params }));
        }
    }
    best.map(|(_, route)| route)
}

fn matched(template: &'static str, parts: &[&str]) -> Option<HashMap<&'static str, String>> {
    let mut params = HashMap::new();
    let mut wanted = template.trim_matches('/').split('/');
    for part in parts {
        let name = wanted.next()?;
        match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !part.is_empty() => {
                let text = format!("x={part}");
                let decoded: Vec<(String, String)> = serde_urlencoded::from_str(&text).ok()?;
                params.insert(name, decoded.into_iter().next()?.1);
            }
            _ if name == *part => {}
            _ => return None,
        }
    }
    wanted.next().is_none().then_some(params)
}

/// Checks the parameters of path and query.
pub(crate) fn check_parameters(route: &Route, query: &[(String, String)], faults: &mut Faults) {
    let item = &spec().paths[route.template];
    let lists = [&item["parameters"], &item[route.method]["parameters"]];
    let known: Vec<&Value> = lists.iter().filter_map(|list| list.as_array()).flatten().collect();
    for parameter in &known {
        let Some(name) = parameter["name"].as_str() else { continue };
        let given = match parameter["in"].as_str() {
            Some("path") => route.params.get(name).cloned(),
            _ => query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
        };
        match given {
            Some(text) => {
                let schema = parameter["schema"].clone();
                let fits = readings(&text).iter().any(|value| validator(&schema).is_valid(value));
                if !fits {
                    faults.add(name, "BASE_TYPE_BAD_VALUE", format!("{text:?} is not a value of {name}."));
                }
            }
            None if parameter["required"] == true => {
                faults.add(name, "BASE_TYPE_REQUIRED", "This field is required");
            }
            None => {}
        }
    }
    for (key, _) in query.iter().filter(|(key, _)| !key.is_empty()) {
        if !known.iter().any(|parameter| parameter["in"] == "query" && parameter["name"] == key.as_str()) {
            faults.add(key.as_str(), "UNKNOWN_PARAMETER", "There is no such parameter.");
        }
    }
}

/// What a text of a query can mean: itself, a number, a truth, a list.
fn readings(text: &str) -> Vec<Value> {
    let mut list = vec![json!(text)];
    list.extend(text.parse::<i64>().map(|number| json!(number)));
    list.extend(text.to_lowercase().parse::<bool>().map(|truth| json!(truth)));
    list.push(text.split(',').map(|part| json!(part)).collect());
    list
}

/// Checks a body. `sent` says whether there was one at all.
pub(crate) fn check_body(route: &Route, body: &Value, sent: bool, faults: &mut Faults) {
    let wanted = &spec().paths[route.template][route.method]["requestBody"];
    let schema = &wanted["content"]["application/json"]["schema"];
    if schema.is_null() {
        let empty = body.is_null() || body.as_object().is_some_and(serde_json::Map::is_empty);
        if sent && !empty {
            faults.add("", "UNEXPECTED_BODY", "This request takes no body.");
        }
        return;
    }
    if !sent {
        if wanted["required"] == true {
            faults.add("", "BASE_TYPE_REQUIRED", "This request needs a body.");
        }
        return;
    }
    let mut body = body.clone();
    let narrowed = narrow(schema, &body);
    allow_number_ids(&mut body);
    allow_text_permissions(&mut body);
    for error in validator(narrowed).iter_errors(&body).take(20) {
        let path = error.instance_path().to_string().trim_start_matches('/').replace('/', ".");
        // The message quotes the value; a long one would drown what is wrong.
        let message: String = error.to_string().chars().take(300).collect();
        faults.add(path, "BASE_TYPE_BAD_VALUE", message);
    }
}

/// Checks what the stand-in itself answers.
pub(crate) fn check_answer(route: &Route, status: u16, body: &Value) -> Vec<String> {
    let answers = &spec().paths[route.template][route.method]["responses"];
    let schema = &answers[status.to_string()]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return Vec::new();
    }
    let say = |error: jsonschema::ValidationError<'_>| {
        let text: String = error.to_string().chars().take(200).collect();
        format!("{}: {text}", error.instance_path())
    };
    validator(schema).iter_errors(body).take(5).map(say).collect()
}

/// Of several forms, the one whose `type` the body has: its errors say more than "none of these".
fn narrow<'a>(schema: &'a Value, body: &Value) -> &'a Value {
    let Some(kind) = body.get("type") else { return schema };
    let Some(forms) = schema["anyOf"].as_array() else { return schema };
    let fits = |form: &&Value| {
        let Some(name) = form["$ref"].as_str().and_then(|name| name.rsplit('/').next()) else { return false };
        let full = &schemas()[name];
        full["properties"]["type"]["enum"].as_array().is_some_and(|kinds| kinds.contains(kind))
    };
    forms.iter().find(fits).unwrap_or(schema)
}

fn schemas() -> &'static Value {
    static SCHEMAS: OnceLock<Value> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let document: Value = serde_json::from_str(DOCUMENT).expect("the committed specification is JSON");
        document["components"]["schemas"].clone()
    })
}

/// serenity writes the ids of attachments as numbers. Discord takes that, its specification does not.
fn allow_number_ids(body: &mut Value) {
    for holder in ["", "/data", "/message"] {
        let Some(list) = body.pointer_mut(&format!("{holder}/attachments")).and_then(Value::as_array_mut)
        else {
            continue;
        };
        for attachment in list {
            if let Some(number) = attachment["id"].as_u64() {
                attachment["id"] = json!(number.to_string());
            }
        }
    }
}

/// Permissions of commands are documented as text and described as numbers.
fn allow_text_permissions(body: &mut Value) {
    let commands = match body {
        Value::Array(list) => list.as_mut_slice(),
        one => std::slice::from_mut(one),
    };
    for command in commands {
        let bits = command
            .get("default_member_permissions")
            .and_then(Value::as_str)
            .and_then(|bits| bits.parse::<u64>().ok());
        if let Some(bits) = bits {
            command["default_member_permissions"] = json!(bits);
        }
    }
}

/// The compiled form of a schema of the document. Made when first needed, since the document has hundreds.
fn validator(schema: &Value) -> Arc<Validator> {
    let spec = spec();
    let text = schema.to_string();
    let mut compiled = spec.compiled.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = compiled.get(&text) {
        return validator.clone();
    }
    let absolute: Value =
        serde_json::from_str(&text.replace("\"#/components", &format!("\"{NAME}#/components")))
            .expect("a schema with longer references is still JSON");
    let validator = jsonschema::options()
        .with_registry(&spec.registry)
        .should_validate_formats(true)
        .build(&absolute)
        .expect("the committed specification's schemas are sound");
    let validator = Arc::new(validator);
    compiled.insert(text, validator.clone());
    validator
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_words_win_over_parameters() {
        let name = |method, path| route(method, path).map(|route| route.operation);
        assert_eq!(
            name("PATCH", "/webhooks/1/t/messages/@original"),
            Some("update_original_webhook_message")
        );
        assert_eq!(name("PATCH", "/webhooks/1/t/messages/22"), Some("update_webhook_message"));
        assert_eq!(name("GET", "/users/@me"), Some("get_my_user"));
        assert_eq!(name("POST", "/nowhere"), None);
        assert_eq!(name("PUT", "/channels/1/messages"), None);
    }

    #[test]
    fn bodies_are_checked_by_their_schema() {
        let wrong = |method, path, body: Value| {
            let mut faults = Faults::default();
            check_body(&route(method, path).unwrap(), &body, true, &mut faults);
            faults.list.iter().map(|fault| fault.path.clone()).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        let post = "/channels/1/messages";
        assert_eq!(
            wrong("POST", post, json!({"content": "hi", "attachments": [{"id": 0, "filename": "a"}]})),
            none
        );
        assert_eq!(wrong("POST", post, json!({"content": 5})), ["content"]);
        assert_eq!(wrong("POST", post, json!({"embeds": [{"title": "x".repeat(257)}]})), ["embeds.0.title"]);
        let callback = "/interactions/1/t/callback";
        assert_eq!(wrong("POST", callback, json!({"type": 5})), none);
        let long = json!({"type": 9, "data": {"custom_id": "x", "title": "x".repeat(46), "components": []}});
        assert_eq!(wrong("POST", callback, long), ["data.components", "data.title"]);
    }
}
