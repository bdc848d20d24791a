//! The audit log on the command line: who did what is in it, and meddling is found by the exit code.

use rowcall_tests::{World, program};
use serde_json::{Value as Json, json};
use std::process::Output;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn rowcall(world: &World, key: &str, arguments: &[&str]) -> Output {
    let mut command = program::on_world(world, arguments);
    command.env("ROWCALL_AUDIT_KEY", key).env("USER", "ada").env("RUST_LOG", "info").output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn verdict(world: &World, arguments: &[&str]) -> (Option<i32>, Json) {
    let verified = rowcall(world, KEY, &[&["audit", "verify", "--json"], arguments].concat());
    (verified.status.code(), serde_json::from_slice(&verified.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_verified_exported_and_found_out_when_it_is_meddled_with() {
    let world = World::new().await;
    let done = |arguments: &[&str]| {
        let output = rowcall(&world, KEY, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        output
    };
    assert!(stdout(&done(&["audit", "verify"])).contains("The audit log is empty."));
    done(&["source", "add", "shop", "--url-env", "SHOP"]);
    done(&["access", "grant", "editor", "--person", "discord:1", "--source", "shop"]);
    done(&["access", "register", "discord:1"]);
    done(&["access", "register", "console:owner"]);
    let rules = done(&[
        "source",
        "rules",
        "shop",
        "--set",
        r#"{"rules": [{"decider": {"approvers": {"count": 3}}}]}"#,
    ]);
    let rules: Json = serde_json::from_slice(&rules.stdout).unwrap();
    assert_eq!(
        (&rules["rules"][0]["decider"]["approvers"]["count"], &rules["expires_minutes"]),
        (&json!(3), &json!(1440))
    );
    let log = stderr(&done(&["access", "unregister", "discord:1"]));
    assert!(stdout(&done(&["access", "list"])).contains("console:owner counts as an approver"));

    // What cannot be used changes nothing, and says why.
    for (wrong, words) in [
        (
            &["source", "rules", "shop", "--set", r#"{"rules": [{"decider": "nobody"}]}"#][..],
            "--set cannot be used",
        ),
        (&["source", "rules", "nowhere"], "no source \"nowhere\""),
        (&["access", "register", "discord:ada"], "never a name"),
        (&["access", "unregister", "discord:1"], "is not registered"),
        (&["audit", "export"], "--csv"),
        (&["audit", "verify", "--head", "12"], "NUMBER:HMAC"),
    ] {
        let refused = rowcall(&world, KEY, wrong);
        assert_ne!(refused.status.code(), Some(0), "{wrong:?}");
        assert!(stderr(&refused).contains(words), "{wrong:?}: {}", stderr(&refused));
    }
    let other = rowcall(&world, &KEY.replace('0', "x"), &["access", "register", "discord:1"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(stderr(&other).contains("kept with another key"), "{}", stderr(&other));

    let (code, report) = verdict(&world, &[]);
    assert_eq!((code, &report["whole"], &report["entries"]), (Some(0), &json!(true), &json!(6)));
    let head = report["head"].as_str().unwrap().to_owned();
    let csv = stdout(&done(&["audit", "export", "--csv"]));
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!((lines.len(), lines[0]), (8, "seq,at,actor,action,subject,details,key,mac"));
    assert!(
        lines[1].starts_with("1,") && lines[1].contains(",cli:ada,source.put,source:shop,"),
        "{}",
        lines[1]
    );
    assert!(lines[6].ends_with(head.split_once(':').unwrap().1), "{}", lines[6]);
    let json = stdout(&done(&["audit", "export", "--json", "--subject", "source:shop"]));
    let actions: Vec<Json> =
        json.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["action"].clone()).collect();
    assert_eq!(actions, ["source.put", "source.change_rules"]);

    // The head that a process logged is outside the store: with it, a log cut short is found out.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    std::fs::write(&file, log).unwrap();
    let file = file.to_str().unwrap();
    let (code, report) = verdict(&world, &["--log", file]);
    assert_eq!((code, &report["compared_with"]), (Some(0), &json!(head)));
    for statement in ["ALTER TABLE audit_log DISABLE TRIGGER ALL", "DELETE FROM audit_log WHERE seq = 6"] {
        sqlx::query(statement).execute(world.store.pool()).await.unwrap();
    }
    assert_eq!(verdict(&world, &[]).0, Some(0));
    for kept in [["--log", file], ["--head", &head]] {
        let (code, report) = verdict(&world, &kept);
        assert_eq!((code, &report["fault"]), (Some(1), &json!("the log ends with entry 5, and once had 6")));
    }
    sqlx::query("UPDATE audit_log SET actor = 'cli:bob' WHERE seq = 2")
        .execute(world.store.pool())
        .await
        .unwrap();
    let found = rowcall(&world, KEY, &["audit", "verify"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(stderr(&found).contains("entry 2 is not what was written"), "{}", stderr(&found));
}
