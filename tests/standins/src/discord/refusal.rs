//! Answers to requests: what went well, and what the platform refuses in its own words.

use serde_json::{Map, Value, json};

use super::record::ViolationKind;

/// What a request got.
pub(crate) struct Answer {
    pub status: u16,
    pub body: Option<Value>,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Answer { status: 200, body: Some(body) }
    }

    pub fn created(body: Value) -> Self {
        Answer { status: 201, body: Some(body) }
    }

    pub fn none() -> Self {
        Answer { status: 204, body: None }
    }
}

/// One thing that is wrong with a body: where, Discord's name for it, and a sentence.
pub(crate) struct Fault {
    pub path: String,
    pub code: &'static str,
    pub message: String,
}

/// A request that was refused.
pub(crate) struct Refusal {
    pub status: u16,
    pub code: u64,
    pub message: String,
    pub faults: Vec<Fault>,
    /// Set if no correct bot would have asked.
    pub violation: Option<ViolationKind>,
}

impl Refusal {
    /// Refused for a reason that a bot need not have known.
    pub fn of(status: u16, code: u64, message: &str) -> Self {
        Refusal { status, code, message: message.to_owned(), faults: Vec::new(), violation: None }
    }

    /// Refused because the request is wrong in itself.
    pub fn wrong(kind: ViolationKind, status: u16, code: u64, message: &str) -> Self {
        Refusal { violation: Some(kind), ..Refusal::of(status, code, message) }
    }

    pub fn invalid(kind: ViolationKind, faults: Vec<Fault>) -> Self {
        Refusal {
            status: 400,
            code: 50035,
            message: "Invalid Form Body".to_owned(),
            faults,
            violation: Some(kind),
        }
    }

    pub fn unknown(what: &str, code: u64) -> Self {
        Refusal::of(404, code, &format!("Unknown {what}"))
    }

    pub fn missing_access() -> Self {
        Refusal::of(403, 50001, "Missing Access")
    }

    pub fn missing_permissions() -> Self {
        Refusal::of(403, 50013, "Missing Permissions")
    }

    /// The sentence for the record.
    pub fn why(&self) -> String {
        let faults =
            self.faults.iter().map(|fault| format!("; {}: {} ({})", fault.path, fault.message, fault.code));
        format!("{} {}: {}{}", self.status, self.code, self.message, faults.collect::<String>())
    }

    /// The body that Discord sends.
    pub fn body(&self) -> Value {
        let mut body = json!({"code": self.code, "message": self.message});
        if !self.faults.is_empty() {
            let mut tree = Value::Object(Map::new());
            for fault in &self.faults {
                insert(&mut tree, fault);
            }
            body["errors"] = tree;
        }
        body
    }
}

fn insert(tree: &mut Value, fault: &Fault) {
    let mut node = tree;
    for part in fault.path.split('.').filter(|part| !part.is_empty()) {
        node = &mut node[part];
    }
    let entry = json!({"code": fault.code, "message": fault.message});
    match node.get_mut("_errors").and_then(Value::as_array_mut) {
        Some(list) => list.push(entry),
        None => node["_errors"] = json!([entry]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stand_where_they_belong() {
        let fault = |path: &str| Fault { path: path.to_owned(), code: "X", message: "no".to_owned() };
        let refusal = Refusal::invalid(
            ViolationKind::Limit,
            vec![fault("embeds.0.title"), fault("embeds.0.title"), fault("")],
        );
        let body = refusal.body();
        assert_eq!(body["code"], 50035);
        assert_eq!(body["errors"]["embeds"]["0"]["title"]["_errors"].as_array().map(Vec::len), Some(2));
        assert_eq!(body["errors"]["_errors"][0]["message"], "no");
    }
}
