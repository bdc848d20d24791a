//! Who is kept out.

use crate::common::{Bench, context, field, options, store};
use reqwest::{Method, StatusCode};
use rowcall_bot::{ConsoleOptions, bind, console};
use rowcall_shared::Secret;
use serde_json::json;
use tokio_util::sync::CancellationToken;

const TOKEN: &str = "a long and random token";

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_other_pages_are_refused() {
    let bench = Bench::start().await;
    let check = async |method: Method, header: (&str, &str), expected: StatusCode| {
        let request = bench.request(method, "/api/ask").header(header.0, header.1);
        let status = request.json(&json!({ "question": "how many?" })).send().await.unwrap().status();
        assert_eq!(status, expected, "{header:?}");
    };
    check(Method::POST, ("host", "evil.example"), StatusCode::FORBIDDEN).await;
    check(Method::GET, ("host", "evil.example:80"), StatusCode::FORBIDDEN).await;
    check(Method::POST, ("host", "localhost"), StatusCode::OK).await;
    check(Method::POST, ("origin", "http://evil.example"), StatusCode::FORBIDDEN).await;
    check(Method::POST, ("origin", "null"), StatusCode::FORBIDDEN).await;
    check(Method::POST, ("origin", &bench.base), StatusCode::OK).await;
    check(Method::POST, ("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_needs_its_token_and_the_interface_needs_json() {
    let bench = Bench::start().await;
    let session = |digits: &str| format!("rowcall_session={}", digits.repeat(32));
    let page = bench.request(Method::GET, "/").header("cookie", session("ab")).send().await.unwrap();
    let csrf = field(&page.text().await.unwrap(), "csrf");
    let check = async |cookie: &str, csrf: Option<&str>, expected: StatusCode| {
        let mut form = vec![("question", "how many?")];
        form.extend(csrf.map(|csrf| ("csrf", csrf)));
        for path in ["/ask", "/logout", "/runs/00000000-0000-7000-8000-000000000000/cancel"] {
            let request = bench.request(Method::POST, path).header("cookie", cookie).form(&form);
            let status = request.send().await.unwrap().status();
            let expected = match path {
                path if path.ends_with("cancel") && expected == StatusCode::SEE_OTHER => {
                    StatusCode::NOT_FOUND
                }
                _ => expected,
            };
            assert_eq!(status, expected, "{path} {csrf:?}");
        }
    };
    check(&session("ab"), Some(&csrf), StatusCode::SEE_OTHER).await;
    check(&session("ab"), None, StatusCode::FORBIDDEN).await;
    check(&session("ab"), Some("wrong"), StatusCode::FORBIDDEN).await;
    check(&session("cd"), Some(&csrf), StatusCode::FORBIDDEN).await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let request = bench.request(Method::POST, "/api/ask").header("content-type", content_type);
        let status = request.body("{\"question\":\"how many?\"}").send().await.unwrap().status();
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
    // What is far too much is heard to its end, so that its sender hears the answer.
    let huge = "a".repeat(5_000_000);
    for _ in 0..5 {
        let (status, said) = bench.post_json("/api/ask", &json!({ "question": huge })).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(said["message"].as_str().unwrap().contains("That was too much."), "{said}");
        let form = bench.request(Method::POST, "/ask").form(&[("question", &huge)]).send().await.unwrap();
        assert_eq!(form.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(form.text().await.unwrap().contains("That was too much."));
    }
    assert_eq!(bench.get("/").await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_only_those_who_have_it_come_in() {
    let bench = Bench::start_with_token(TOKEN).await;
    for path in ["/", "/runs", "/c/x", "/artifacts/x"] {
        let response = bench.get(path).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert!(response.headers()["location"].to_str().unwrap().starts_with("/login?next=%2F"), "{path}");
    }
    let (status, _) = bench.post_json("/api/ask", &json!({ "question": "how many?" })).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    for path in ["/health", "/ready", "/assets/app.css", "/favicon.ico"] {
        assert_eq!(bench.get(path).await.status(), StatusCode::OK, "{path}");
    }
    let with = |token: &str| bench.request(Method::GET, "/runs").bearer_auth(token);
    assert_eq!(with(TOKEN).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(with("another").send().await.unwrap().status(), StatusCode::SEE_OTHER);

    let response = bench.get("/login?next=/runs").await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let csrf = field(&response.text().await.unwrap(), "csrf");
    let sign_in = async |token: &str, csrf: &str| {
        let form = [("csrf", csrf), ("token", token), ("next", "//evil.example")];
        bench.request(Method::POST, "/login").header("cookie", &cookie).form(&form).send().await.unwrap()
    };
    assert_eq!(sign_in(TOKEN, "wrong").await.status(), StatusCode::FORBIDDEN);
    let wrong = sign_in("wrong", &csrf).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(wrong.text().await.unwrap().contains("That is not the token."));
    let right = sign_in(TOKEN, &csrf).await;
    assert_eq!(right.status(), StatusCode::SEE_OTHER);
    assert_eq!(right.headers()["location"], "/");
    let set = right.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.contains("HttpOnly; SameSite=Strict"), "{set}");
    let signed = set.split(';').next().unwrap().to_owned();
    let page = bench.request(Method::GET, "/").header("cookie", &signed).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().contains("Sign out"));
    assert_eq!(
        bench.request(Method::GET, "/").header("cookie", &cookie).send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_address_needs_a_token_and_a_taken_one_says_so() {
    let store = store().await;
    let open = || ConsoleOptions { listen: "0.0.0.0:0".parse().unwrap(), ..options() };
    let start = async |options: ConsoleOptions| {
        let stop = CancellationToken::new();
        stop.cancel();
        let listener = bind(options.listen).await.unwrap();
        console::serve(listener, context(&store).await, options, stop).await.map_err(|e| e.to_string())
    };
    let error = start(open()).await.unwrap_err();
    assert!(error.contains("without a token") && error.contains("ROWCALL_CONSOLE_TOKEN"), "{error}");
    let error = start(ConsoleOptions { token: Some(Secret::new(" ")), ..open() }).await.unwrap_err();
    assert!(error.contains("console.token is empty"), "{error}");
    start(ConsoleOptions { token: Some(Secret::new(TOKEN)), ..open() }).await.unwrap();

    let taken = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let error = bind(taken.local_addr().unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("is taken by another program"), "{error}");
}
