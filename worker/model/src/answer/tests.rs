#![allow(clippy::unwrap_used)]
use super::*;
use crate::prompt::RULES;

/// The examples that a model is shown.
fn examples() -> Vec<&'static str> {
    RULES.lines().filter(|line| line.starts_with("{\"kind\"")).collect()
}

#[test]
fn the_examples_in_the_rules_are_answers_and_fit_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    assert_eq!(examples().len(), 4);
    for example in examples() {
        let answer = Answer::read(example).unwrap();
        let value: Value = serde_json::from_str(example).unwrap();
        let problems: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "{example}: {problems:?}");
        match answer.answer {
            Body::Plan(plan) => assert!(!plan.source.name.is_empty()),
            Body::Sql(sql) => {
                let verdict = rowcall_policy::check(&sql.statement, &rowcall_policy::Facts::default());
                assert_eq!(verdict.as_str(), "allow_read", "{verdict:?}");
            }
            Body::Clarify(_) => {}
            Body::Refuse(refuse) => assert!(!refuse.reason.is_empty()),
        }
    }
}

#[test]
fn every_word_of_the_plan_language_is_explained_or_left_out_on_purpose() {
    // Names that the schema has and the rules do not: a new part of the language must be thought of here.
    let mut names = std::collections::BTreeSet::new();
    fields(&schema(), &mut names);
    let unexplained: Vec<String> =
        names.into_iter().filter(|n| !RULES.contains(&format!("\"{n}\""))).collect();
    assert_eq!(unexplained, ["hidden", "time_zone"]);
}

/// The names of all fields in a schema.
fn fields(schema: &Value, names: &mut std::collections::BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                names.extend(properties.keys().cloned());
            }
            map.values().for_each(|inner| fields(inner, names));
        }
        Value::Array(items) => items.iter().for_each(|inner| fields(inner, names)),
        _ => {}
    }
}

#[test]
fn odd_texts_are_refused_and_never_panic() {
    for text in [
        "",
        "{",
        "}",
        "{}",
        "null",
        "[[[[",
        "{\"answer\": 1}",
        "{\"plan\": {}, \"sql\": {}}",
        "\u{0}{\u{202e}}",
        &"{".repeat(10_000),
        &"{\"a\":".repeat(5_000),
        &"🙂".repeat(20_000),
        "{\"answer\":{\"plan\":null}}",
    ] {
        assert!(Answer::read(text).is_err(), "{}", text.chars().take(40).collect::<String>());
    }
}

#[test]
fn a_bare_statement_is_taken_for_what_it_is() {
    let answer = Answer::read(r#"{"sql": "SELECT 1"}"#).unwrap();
    assert_eq!(answer.answer, Body::Sql(Statement { statement: "SELECT 1".into() }));
    assert_eq!((answer.kind, answer.confidence), (Kind::Read, 0.7));
}
