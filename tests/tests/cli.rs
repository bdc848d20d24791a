//! What people and scripts rely on: the words, the JSON and the exit codes of the real program.

#![allow(clippy::disallowed_methods)] // plain tests, without a runtime, wait for processes

use rowcall_embedded::processes::{children_of, command_line, is_alive};
use rowcall_tests::program::{Demo, command, data_folder, run, within};
use serde_json::{Value as Json, json};
use std::{
    io::Write,
    process::{Output, Stdio},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(60);

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// JSON lines that were printed.
fn lines(output: &Output) -> Vec<Json> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every process below one.
fn family(pid: u32) -> Vec<u32> {
    let children = |pid| children_of(pid).into_iter().map(i32::cast_unsigned).collect::<Vec<u32>>();
    let mut all = children(pid);
    let mut at = 0;
    while at < all.len() {
        all.extend(children(all[at]));
        at += 1;
    }
    all
}

fn assert_gone(pids: &[u32]) {
    let gone = within(PATIENCE, || !pids.iter().any(|pid| is_alive(*pid)));
    let left: Vec<_> = pids.iter().filter(|pid| is_alive(**pid)).map(|pid| command_line(*pid)).collect();
    assert!(gone, "still running: {left:?}");
}

/// One demo's whole life; in one test, since a start loads the data.
#[test]
fn a_demo_from_its_first_start_to_its_last() {
    let folder = data_folder();
    let data = folder.path().join("demo");
    let mut demo = Demo::start(&data);
    assert!(demo.url.starts_with("http://127.0.0.1:"), "{}", demo.url);

    asking_has_its_contract(&demo);
    sources_are_added_listed_and_looked_at(&demo);
    access_is_granted_listed_and_revoked(&demo);
    plans_and_verdicts_come_in_order(&demo);
    changes_wait_for_a_word(&demo);

    // Who holds it is said.
    let text = data.to_str().unwrap();
    let second = run(&["demo", "--port", "0", "--data", text]);
    assert_eq!(second.status.code(), Some(1), "{}", stderr(&second));
    assert!(stderr(&second).contains(&demo.child.id().to_string()), "{}", stderr(&second));
    let fresh = run(&["demo", "--port", "0", "--fresh", "--data", text]);
    assert_eq!(fresh.status.code(), Some(1));
    assert!(stderr(&fresh).contains("running"), "{}", stderr(&fresh));
    let port = demo.url.rsplit(':').next().unwrap();
    let taken = run(&["demo", "--port", port, "--data", folder.path().join("other").to_str().unwrap()]);
    assert_eq!(taken.status.code(), Some(1));
    assert!(stderr(&taken).contains(port) && stderr(&taken).contains("another port"), "{}", stderr(&taken));
    assert!(!folder.path().join("other").exists(), "nothing was set up for it");

    // Two demos do not meet.
    let other = Demo::start(&folder.path().join("second"));
    assert_ne!(other.url, demo.url);
    let answer = other.ask(&["--conversation", "kept", "--as", "tester", "and by region?"]);
    assert_eq!(
        answer.status.code(),
        Some(2),
        "it knows nothing of the other's conversation: {}",
        stdout(&answer)
    );
    drop(other);

    // Ctrl-C stops every child.
    let children = family(demo.child.id());
    assert!(children.len() >= 2, "PostgreSQL and Redis: {children:?}");
    demo.signal(libc::SIGINT);
    assert!(demo.ended(PATIENCE));
    assert!(demo.child.wait().unwrap().success());
    assert_gone(&children);
    let late = demo.ask(&["how many orders are there?"]);
    assert_eq!(late.status.code(), Some(1));
    assert!(stderr(&late).contains("rowcall demo"), "{}", stderr(&late));

    // The second start finds what was said; kill -9 leaves no child either.
    let mut again = Demo::start(&data);
    let answer = again.ask(&["--conversation", "kept", "--as", "tester", "and by region?"]);
    assert_eq!(answer.status.code(), Some(0), "{}", stdout(&answer));
    assert_eq!(lines(&answer)[0]["row_count"], 4);
    let children = family(again.child.id());
    again.child.kill().unwrap();
    again.child.wait().unwrap();
    assert_gone(&children);
    let third = Demo::start(&data);
    assert_eq!(third.ask(&["number of customers"]).status.code(), Some(0));
}

fn asking_has_its_contract(demo: &Demo) {
    let answer = demo.ask(&["--conversation", "kept", "--as", "tester", "number of customers"]);
    assert_eq!(answer.status.code(), Some(0), "{}", stderr(&answer));
    let [told] = lines(&answer).try_into().unwrap();
    let fields = [
        "run_id",
        "state",
        "planner",
        "sql",
        "columns",
        "rows",
        "row_count",
        "truncated",
        "chart",
        "assumptions",
        "text",
        "ms",
    ];
    for field in fields {
        assert!(told.get(field).is_some(), "{field} is missing in {told}");
    }
    assert_eq!(told["state"], "succeeded");
    assert_eq!(told["planner"], "offline");
    assert_eq!(told["rows"], json!([[1200]]));
    assert_eq!((&told["row_count"], &told["truncated"]), (&json!(1), &json!(false)));
    assert!(told["sql"].as_str().unwrap().starts_with("SELECT count(*)"), "{told}");
    assert_eq!(stderr(&answer), "", "nothing but the answer is said");

    let chart = demo.ask(&["orders per month in 2025"]);
    assert!(lines(&chart)[0]["chart"].as_str().unwrap().ends_with(".png"));
    let refused = demo.ask(&["what is the meaning of life?"]);
    assert_eq!((refused.status.code(), &lines(&refused)[0]["state"]), (Some(2), &json!("refused")));
    let empty = demo.ask(&["  "]);
    assert_eq!((empty.status.code(), &lines(&empty)[0]["run_id"]), (Some(2), &Json::Null));
    let unknown = demo.ask(&["--source", "nowhere", "number of customers"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", stdout(&unknown));

    let data = demo.data.to_str().unwrap();
    let saved = demo.data.parent().unwrap().join("saved");
    let plain = run(&["ask", "--data", data, "--save", saved.to_str().unwrap(), "orders per month in 2025"]);
    assert!(
        stdout(&plain).contains("SQL: SELECT") && stdout(&plain).contains("Chart: "),
        "{}",
        stdout(&plain)
    );
    let png = std::fs::read_dir(&saved)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.extension().unwrap() == "png");
    assert!(std::fs::read(png.unwrap()).unwrap().starts_with(b"\x89PNG"));
}

fn sources_are_added_listed_and_looked_at(demo: &Demo) {
    let data = demo.data.to_str().unwrap();
    let url_file = demo.data.join("demo-source-url");
    let url_file = url_file.to_str().unwrap();
    let source = |arguments: &[&str]| run(&[&["source"], arguments, &["--data", data]].concat());
    let added =
        source(&["add", "copy", "--url-file", url_file, "--settings", r#"{"role": "rowcall_reader"}"#]);
    assert_eq!(added.status.code(), Some(0), "{}", stderr(&added));
    for (name, settings, word) in [
        ("Copy!", "{}", "name"),
        ("x", "{", "JSON"),
        ("x", r#"{"row_cup": 1}"#, "row_cup"),
        ("x", r#"{"definitions": true}"#, "--writer"),
    ] {
        let wrong = source(&["add", name, "--url-file", url_file, "--settings", settings]);
        assert_eq!(wrong.status.code(), Some(1));
        assert!(stderr(&wrong).contains(word), "{}", stderr(&wrong));
    }
    let listed = lines(&source(&["list", "--json"]));
    let names: Vec<&str> = listed.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["copy", "demo"]);
    assert!(!stdout(&source(&["list"])).contains("postgres://"), "an address is nobody's business");
    let doctor = source(&["doctor", "demo"]);
    assert_eq!(doctor.status.code(), Some(0), "{}{}", stdout(&doctor), stderr(&doctor));
    assert!(stdout(&doctor).lines().all(|l| !l.starts_with("error")), "{}", stdout(&doctor));
    assert_eq!(source(&["doctor", "nobody"]).status.code(), Some(1));
    let asked = demo.ask(&["--source", "copy", "number of customers"]);
    assert_eq!(lines(&asked)[0]["rows"], json!([[1200]]));

    let init = run(&["source", "init", "--schema", "public", "--schema", "Odd \"one"]);
    assert_eq!(init.status.code(), Some(0));
    assert!(stdout(&init).contains("CREATE ROLE") && stdout(&init).contains("\"Odd \"\"one\""));
}

fn access_is_granted_listed_and_revoked(demo: &Demo) {
    let data = demo.data.to_str().unwrap();
    let rowcall = |arguments: &[&str]| run(&[arguments, &["--data", data]].concat());
    let empty = rowcall(&["access", "list"]);
    // Without a token the demo grants nothing: nobody can reach it from a chat.
    assert!(stdout(&empty).contains("Nothing is granted"), "{}", stdout(&empty));
    let to = ["--platform-role", "discord:1:2", "--source", "demo"];
    let granted = rowcall(&[&["access", "grant", "analyst"], &to[..]].concat());
    assert_eq!(granted.status.code(), Some(0), "{}", stderr(&granted));
    let listed = lines(&rowcall(&["access", "list", "--json"]));
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0]["role"], &listed[0]["to"]), (&json!("analyst"), &json!("discord:1:2")));
    for (wrong, word) in [
        (["--person", "discord:ada"], "never a name"),
        (["--platform-role", "telegram:1:2"], "discord:SERVER:ROLE"),
        (["--anyone", "--source=nope"], "no source \"nope\""),
    ] {
        let refused = rowcall(&[&["access", "grant", "viewer"], &wrong[..]].concat());
        assert_ne!(refused.status.code(), Some(0), "{wrong:?}");
        assert!(stderr(&refused).contains(word), "{}", stderr(&refused));
    }
    assert_eq!(rowcall(&["access", "bind", "demo", "telegram:-5"]).status.code(), Some(0));
    assert!(stdout(&rowcall(&["access", "list"])).contains("demo is asked only from telegram:-5"));
    let unbound = rowcall(&["access", "unbind", "demo", "telegram:-5"]);
    assert!(stdout(&unbound).contains("from everywhere"), "{}", stdout(&unbound));
    assert_eq!(rowcall(&["access", "unbind", "demo", "telegram:-5"]).status.code(), Some(1));
    let id = listed[0]["id"].as_str().unwrap();
    assert_eq!(rowcall(&["access", "revoke", id]).status.code(), Some(0));
    assert_eq!(rowcall(&["access", "revoke", id]).status.code(), Some(1));
    for private in ["on", "off"] {
        let set = rowcall(&["source", "set", "demo", "--private-results", private]);
        assert_eq!(set.status.code(), Some(0), "{}", stderr(&set));
    }
    assert_eq!(rowcall(&["source", "set", "nobody", "--private-results", "on"]).status.code(), Some(1));
    assert!(lines(&rowcall(&["deliveries", "--json"])).is_empty());
    let nothing = rowcall(&["deliveries", "resend", "01936f0e-6f3a-7c11-9d3e-0c6a3f1f2b10"]);
    assert_eq!(nothing.status.code(), Some(1));
    // The demo made itself a key for its audit log, which lies beside the store and not in it.
    let verified = lines(&rowcall(&["audit", "verify", "--json"]));
    assert_eq!((&verified[0]["whole"], &verified[0]["without_key"]), (&json!(true), &json!(0)));
    assert!(verified[0]["entries"].as_i64().unwrap() > 5, "{verified:?}");
    assert!(stdout(&rowcall(&["doctor"])).contains("ok      audit log"));
}

fn plans_and_verdicts_come_in_order(demo: &Demo) {
    let running = std::fs::read(demo.data.join("running.json")).unwrap();
    let running: Json = serde_json::from_slice(&running).unwrap();
    // The login of the demo's source may see nothing by itself; its owner may.
    let url = running["database_url"].as_str().unwrap().replace("/store", "/demo");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("questions.jsonl");
    let questions = "{\"id\": 1, \"question\": \"number of customers\"}\n\n\
        {\"id\": \"two\", \"question\": \"what is the meaning of life?\", \"evidence\": \"42\", \"more\": []}\n\
        {\"id\": 3, \"question\": \"orders by status\"}\n";
    std::fs::write(&file, questions).unwrap();
    let planned = run(&["plan", "--source-url", &url, "--jsonl", file.to_str().unwrap()]);
    assert_eq!(planned.status.code(), Some(0), "{}", stderr(&planned));
    let planned = lines(&planned);
    let ids: Vec<&Json> = planned.iter().map(|l| &l["id"]).collect();
    assert_eq!(ids, [&json!(1), &json!("two"), &json!(3)]);
    let refused: Vec<&Json> = planned.iter().map(|l| &l["refused"]).collect();
    assert_eq!(refused, [&json!(false), &json!(true), &json!(false)]);
    assert!(planned[0]["sql"].as_str().unwrap().contains("count(*)") && planned[0]["plan"].is_object());
    assert!(planned[1]["sql"].is_null() && !planned[1]["reason"].as_str().unwrap().is_empty());

    std::fs::write(&file, questions.replace("{\"id\": 3", "{\"id\": 3;")).unwrap();
    let broken = run(&["plan", "--source-url", &url, "--jsonl", file.to_str().unwrap()]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(stderr(&broken).contains("line 4"), "{}", stderr(&broken));
}

fn changes_wait_for_a_word(demo: &Demo) {
    let data = demo.data.to_str().unwrap();
    let tickets = |arguments: &[&str]| run(&[&["tickets"], arguments, &["--data", data]].concat());
    let wish = |to: u32| {
        let asked =
            demo.ask(&["--as", "ada", &format!("set the discount percent of orders 21, 22 and 23 to {to}")]);
        assert_eq!(asked.status.code(), Some(3), "{}{}", stdout(&asked), stderr(&asked));
        assert_eq!(lines(&asked)[0]["state"], "waiting_approval");
        let [open] = lines(&tickets(&["--json"])).try_into().expect("one waits");
        assert_eq!(
            (&open["operation"], &open["rows"], &open["risk"]),
            (&json!("update"), &json!(3), &json!("low"))
        );
        open["id"].as_str().unwrap().to_owned()
    };
    let discounts = || {
        let told =
            demo.ask(&["--as", "ada", "list the id and discount percent of orders with id 21, 22 or 23"]);
        let rows = lines(&told)[0]["rows"].as_array().unwrap().clone();
        rows.into_iter().map(|row| row[1].as_f64().unwrap()).collect::<Vec<_>>()
    };
    let before = discounts();
    assert!(stdout(&tickets(&[])).contains("No change waits"));

    // Who asked may take it back, somebody else may say no; nothing has changed then, and no is final.
    let id = wish(15);
    let shown = tickets(&["show", &id]);
    assert!(stdout(&shown).contains("SQL: UPDATE") && stdout(&shown).contains(&id), "{}", stdout(&shown));
    let foreign = tickets(&["cancel", &id, "--as", "bob"]);
    assert_eq!(foreign.status.code(), Some(2), "{}", stdout(&foreign));
    let cancelled = tickets(&["cancel", &id, "--as", "ada"]);
    assert_eq!(cancelled.status.code(), Some(0), "{}", stderr(&cancelled));
    let id = wish(15);
    let rejected = tickets(&["reject", &id, "--as", "bob", "--comment", "not this quarter"]);
    assert_eq!(rejected.status.code(), Some(0), "{}", stderr(&rejected));
    let late = tickets(&["approve", &id, "--as", "ada"]);
    assert_eq!(late.status.code(), Some(2), "{}", stdout(&late));
    assert!(stderr(&late).contains("Rejected by bob"), "{}", stderr(&late));
    assert!(stdout(&tickets(&["show", &id])).contains("not this quarter"));
    assert_eq!(discounts(), before);

    // Yes makes it, once; undo is a change of its own.
    let id = wish(15);
    let approved = tickets(&["approve", &id, "--as", "ada"]);
    assert_eq!(approved.status.code(), Some(0), "{}{}", stdout(&approved), stderr(&approved));
    assert_eq!(discounts(), [15.0; 3]);
    assert_eq!(tickets(&["approve", &id, "--as", "ada"]).status.code(), Some(2), "it ran already");
    let undo = tickets(&["undo", &id, "--as", "ada"]);
    assert_eq!(undo.status.code(), Some(3), "{}{}", stdout(&undo), stderr(&undo));
    let [undone] = lines(&tickets(&["--json"])).try_into().unwrap();
    let undone: &Json = &undone;
    let approved = tickets(&["approve", undone["id"].as_str().unwrap(), "--as", "ada"]);
    assert_eq!(approved.status.code(), Some(0), "{}", stderr(&approved));
    assert_eq!(discounts(), before);
    assert_eq!(lines(&tickets(&["--all", "--json"])).len(), 4);
    let unknown = tickets(&["show", "01936f0e-6f3a-7c11-9d3e-0c6a3f1f2b10"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("rowcall tickets --all"), "{}", stderr(&unknown));
}

/// Gives `rowcall check` its standard input.
fn check(input: &[u8]) -> Output {
    let mut child = command(&["check"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

#[test]
fn check_judges_lines_in_order_and_names_a_line_it_cannot_read() {
    let output = check(
        b"{\"id\": 1, \"sql\": \"select 1\"}\r\n\n{\"id\": \"b\", \"sql\": \"delete from t\"}\n{\"id\": null, \"sql\": \"\"}\n\
          {\"id\": [4], \"sql\": \"select pg_read_file('x')\"}\n{\"id\": 5, \"sql\": \"select from where\"}",
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let told = lines(&output);
    let ids: Vec<&Json> = told.iter().map(|l| &l["id"]).collect();
    assert_eq!(ids, [&json!(1), &json!("b"), &Json::Null, &json!([4]), &json!(5)]);
    let verdicts: Vec<&str> = told.iter().map(|l| l["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["allow_read", "needs_approval", "refuse", "refuse", "refuse"]);
    for line in &told[2..] {
        let codes = line["codes"].as_array().unwrap();
        assert!(!codes.is_empty() && codes.len() == line["reasons"].as_array().unwrap().len(), "{line}");
    }

    for (input, word) in [
        (&b"{\"id\": 1, \"sql\": \"select 1\"}\nnot json\n"[..], "line 2"),
        (b"{\"id\": 1}\n", "sql"),
        (b"[1, 2]\n", "line 1"),
        (b"\xff\xfe\n", "line 1"),
    ] {
        let output = check(input);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(word), "{} should say {word}", stderr(&output));
    }
    assert_eq!(check(b"").status.code(), Some(0));
    let huge = format!("{{\"id\": 1, \"sql\": \"select {}1\"}}\n", "1 + ".repeat(500_000));
    let output = check(huge.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(lines(&output)[0]["verdict"], "refuse");
}

#[test]
fn without_services_the_program_says_what_to_set() {
    let output = run(&["ask", "--data", "/nonexistent", "how many?"]);
    assert_eq!(output.status.code(), Some(1));
    for word in ["rowcall demo", "DATABASE_URL", "REDIS_URL"] {
        assert!(stderr(&output).contains(word), "{}", stderr(&output));
    }
    let output =
        run(&["plan", "--source-url", "postgres://u:Pa55word@127.0.0.1:1/db", "--jsonl", "/nonexistent"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains("Pa55word"), "{}", stderr(&output));
    for command in ["demo", "ask", "check", "plan", "worker", "bot", "migrate", "seed", "source add"] {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = run(&arguments);
        assert_eq!(help.status.code(), Some(0));
        assert!(stdout(&help).contains("Example"), "{command} --help shows an example");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seed_loads_the_same_rows_each_time() {
    let servers = rowcall_embedded::testing::source().await;
    let mut sums = Vec::new();
    for _ in 0..2 {
        let url = servers.database(None).await.unwrap();
        let output =
            run(&["seed", "--json", "--dataset", "shop", "--dataset", "support", "--source-url", &url]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let rows: Vec<Json> = lines(&output).iter().map(|l| l["rows"].clone()).collect();
        assert_eq!(rows, [json!(13_526), json!(6_417)]);
        let sum = "SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM shop.orders o";
        sums.push(rowcall_tests::answers::rows_of(&url, sum).await);
    }
    assert_eq!(sums[0], sums[1]);
    let url = servers.database(None).await.unwrap();
    let unknown = run(&["seed", "--dataset", "shoes", "--source-url", &url]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("shoes") && stderr(&unknown).contains("shop"), "{}", stderr(&unknown));
}
