//! The commands that look at services: `rowcall doctor`, `rowcall source refresh`, and every command whose store is away.

use rowcall_standins::model::ModelServer;
use rowcall_tests::{World, program, questions::DemoData};
use std::process::{Output, Stdio};

const SECRET: &str = "Pa55word";

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = program::command(arguments);
    command.envs(variables.iter().copied());
    command.stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// An address where nothing listens.
fn nowhere(scheme: &str) -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("{scheme}://rowcall:{SECRET}@127.0.0.1:{port}/0")
}

const WELL: &str = "ok      store
ok      redis
not set audit log: its key; no change to data is taken
not set discord
not set telegram
";

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_what_answers_and_what_does_not() {
    let world = World::new().await;
    let (store, redis) = (world.config.database_url.reveal(), world.config.redis_url.reveal());
    let well = run(&["doctor"], &[("DATABASE_URL", store), ("REDIS_URL", redis)]);
    assert_eq!((well.status.code(), said(&well).as_str()), (Some(0), WELL));
    let quiet = run(&["doctor", "--quiet"], &[("DATABASE_URL", store), ("REDIS_URL", redis)]);
    assert_eq!((quiet.status.code(), said(&quiet).as_str()), (Some(0), ""));

    let server = ModelServer::start().await;
    let with_model = |key: &str| {
        let url = server.url();
        let model =
            [("OPENAI_BASE_URL", url.as_str()), ("OPENAI_API_KEY", key), ("ROWCALL_MODEL", "first,second")];
        said(&run(&["doctor"], &[&[("DATABASE_URL", store), ("REDIS_URL", redis)][..], &model[..]].concat()))
    };
    assert!(
        with_model(server.key()).contains("ok      model: first, second\n"),
        "{}",
        with_model(server.key())
    );
    let refused = with_model("sk-of-somebody-else");
    assert!(
        refused.contains("warning model: first, second: the model server refuses the key (HTTP 401)\n"),
        "{refused}"
    );
    assert!(!refused.contains("sk-"), "{refused}");
    server.assert_clean();

    let gone = nowhere("redis");
    let ill = run(&["doctor"], &[("DATABASE_URL", store), ("REDIS_URL", &gone)]);
    let words = said(&ill);
    assert_eq!(ill.status.code(), Some(1), "{words}");
    assert!(words.contains("ok      store") && words.contains("error   redis: "), "{words}");
    assert!(!words.contains(SECRET), "{words}");

    let empty = rowcall_embedded::testing::shared().await.database(None).await.unwrap();
    let ill = run(&["doctor", "--quiet"], &[("DATABASE_URL", &empty), ("REDIS_URL", redis)]);
    assert_eq!(ill.status.code(), Some(1));
    assert!(said(&ill).contains("error   store: ") && said(&ill).contains("migrate"), "{}", said(&ill));

    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let listen = port.to_string();
    let ill = run(
        &["doctor", "--console"],
        &[("DATABASE_URL", store), ("REDIS_URL", redis), ("ROWCALL_LISTEN", &listen)],
    );
    assert_eq!(ill.status.code(), Some(1));
    assert!(said(&ill).contains("error   console: nothing answers"), "{}", said(&ill));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_read_again_on_demand() {
    let data = DemoData::new().await;
    let world = World::new().await;
    let settings = serde_json::json!({ "role": null });
    world.store.put_source("shop", "env:SHOP_URL", &settings).await.unwrap();
    let variables = [
        ("DATABASE_URL", world.config.database_url.reveal()),
        ("REDIS_URL", world.config.redis_url.reveal()),
        ("SHOP_URL", data.admin_url.as_str()),
    ];
    let tables = |name: Option<&str>| {
        let mut arguments = vec!["source", "refresh"];
        arguments.extend(name);
        let output = run(&arguments, &variables);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        said(&output).split(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let before = tables(Some("shop"));
    rowcall_tests::questions::run_as(&data.admin_url, "CREATE TABLE shop.refreshed (id int)").await;
    assert_eq!(tables(Some("shop")), before + 1, "the new table is seen");
    assert_eq!(tables(None), before + 1, "the only source is the default");
    let unknown = run(&["source", "refresh", "shoop"], &variables);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(said(&unknown).contains("rowcall source list"), "{}", said(&unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_at_start_is_named_and_its_password_is_not() {
    let (store, redis) = (nowhere("postgres"), nowhere("redis"));
    for arguments in [
        &["worker"][..],
        &["migrate"],
        &["doctor"],
        &["source", "list"],
        &["source", "refresh", "x"],
        &["ask", "how many orders?"],
    ] {
        let output = run(arguments, &[("DATABASE_URL", &store), ("REDIS_URL", &redis)]);
        let words = said(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {words}");
        assert!(words.to_lowercase().contains("store"), "{arguments:?}: {words}");
        for secret in [SECRET, "panicked", "sqlx", "PoolTimedOut"] {
            assert!(!words.contains(secret), "{arguments:?} shows {secret}: {words}");
        }
    }
}
