//! `rowcall eval` on a question set of two tables: what is counted, and what is told.

use rowcall_embedded::testing;
use rowcall_tests::program;
use serde_json::{Value, json};
use std::{fs, path::Path, process::Output};

const TABLES: &str = "
    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customers, amount numeric NOT NULL);
    INSERT INTO customers VALUES (1, 'Ann', 'Rome'), (2, 'Bob', 'Rome'), (3, 'Cleo', 'Oslo');
    INSERT INTO orders VALUES (1, 1, 10), (2, 1, 20), (3, 3, 5);
";

fn write(folder: &Path, name: &str, lines: &[Value]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(folder.join(name), text).unwrap();
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A folder with one set, called as its database will be.
fn set(folder: &Path, name: &str) {
    let folder = folder.join(name);
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("schema_and_data.sql"), TABLES).unwrap();
    let question = |id: &str, question: &str, gold_sql: &str, difficulty: &str| json!({"id": id, "question": question, "gold_sql": gold_sql, "difficulty": difficulty});
    write(
        &folder,
        "questions.jsonl",
        &[
            question("right", "How many customers are there?", "SELECT count(*) FROM customers", "easy"),
            question("wrong", "How many orders are there?", "SELECT count(*) + 1 FROM orders", "easy"),
            question("unknown", "How many wombats are there?", "SELECT 0", "hard"),
            question("help", "help", "SELECT 1", "hard"),
        ],
    );
    write(&folder, "refusals.jsonl", &[json!({"id": "no", "question": "What is the weather like in Rome?"})]);
    write(
        &folder,
        "reworded.jsonl",
        &[json!({"of": "right", "asked": ["Count the customers.", "number of wombats"]})],
    );
    write(
        &folder,
        "short.jsonl",
        &[
            json!({"id": "c1", "question": "customers in rome", "gold_sql": "SELECT name FROM customers WHERE city = 'Rome'"}),
        ],
    );
    let turn = |question: &str, gold_sql: &str| json!({"question": question, "gold_sql": gold_sql});
    let rome = "SELECT count(*) FROM customers WHERE city = 'Rome'";
    write(
        &folder,
        "follow_ups.jsonl",
        &[
            json!({"id": "rome", "turns": [
                turn("How many customers are from Rome?", rome),
                turn("who are they?", "SELECT name FROM customers WHERE city = 'Rome'"),
                turn("how many of them are wombats?", "SELECT 0"),
                turn("list them", "SELECT 'is not asked any more'"),
            ]}),
            json!({"id": "lost", "turns": [turn("How many wombats are there?", "SELECT 0"), turn("list them", "SELECT 0")]}),
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_set_is_loaded_asked_and_counted() {
    let url = testing::shared().await.database(None).await.unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    let name = format!("rowcall_eval_{}", std::process::id());
    let source = format!("{server}/{{db}}");
    let folder = tempfile::tempdir().unwrap();
    set(folder.path(), &name);
    let data = folder.path().to_str().unwrap();
    let misses = folder.path().join("misses.jsonl");
    let eval = |more: &[&str]| {
        program::run(&[&["eval", "--data", data, "--source-url", &source][..], more].concat())
    };
    let report = |more: &[&str]| -> Value {
        let output = eval(&[&["--json"][..], more].concat());
        assert!(output.status.success(), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };

    let found = report(&["--load", "--misses", misses.to_str().unwrap()]);
    let all = &found["total"];
    assert_eq!(
        (&all["questions"], &all["answered"], &all["right"]),
        (&json!(4), &json!(2), &json!(1)),
        "{found}"
    );
    assert_eq!(found["refusals"], json!({"due": 1, "refused": 1}), "{found}");
    // Every question that was not answered right, and why.
    let told = fs::read_to_string(&misses).unwrap();
    let told: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let marks: Vec<_> =
        told.iter().map(|miss| (miss["id"].as_str().unwrap(), miss["mark"].as_str().unwrap())).collect();
    assert_eq!(marks, [("wrong", "wrong"), ("unknown", "refused"), ("help", "refused")]);
    assert!(told[1]["reason"].as_str().unwrap().contains("wombats"), "{told:?}");
    // What people ask Rowcall for itself is no question about the data.
    assert!(told[2]["reason"].as_str().unwrap().contains("not taken for a question"), "{told:?}");

    // The database is there by now, and is left as it is.
    let found = report(&["--load", "--reworded"]);
    assert_eq!((&found["total"]["questions"], &found["total"]["right"]), (&json!(2), &json!(1)), "{found}");
    let found = report(&["--follow-ups"]);
    let all = &found["total"];
    assert_eq!(
        (&all["questions"], &all["answered"], &all["right"]),
        (&json!(2), &json!(1), &json!(1)),
        "{found}"
    );

    let found = report(&["--short"]);
    assert_eq!((&found["total"]["questions"], &found["total"]["right"]), (&json!(1), &json!(1)), "{found}");

    let text = said(&eval(&[]));
    assert!(text.contains(&name) && text.contains("easy"), "{text}");
    let unknown = eval(&["--only", "nothing"]);
    assert!(
        !unknown.status.success() && said(&unknown).contains("no question set \"nothing\""),
        "{}",
        said(&unknown)
    );
    let both = eval(&["--reworded", "--follow-ups"]);
    assert!(!both.status.success(), "{}", said(&both));
    assert!(!eval(&["--short", "--follow-ups"]).status.success());
    fs::write(folder.path().join(&name).join("refusals.jsonl"), "{\"id\": 7}").unwrap();
    let broken = eval(&[]);
    assert!(!broken.status.success() && said(&broken).contains("line 1 of"), "{}", said(&broken));
}
