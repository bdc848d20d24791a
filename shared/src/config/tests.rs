//! The file and the environment, and what is said of wrong ones.
#![allow(clippy::unwrap_used)]
use super::*;

fn parse(file: &str, vars: &[(&str, &str)]) -> Result<Config, String> {
    let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
    Config::parse(file, &env).map_err(|e| e.to_string())
}

const URLS: [(&str, &str); 2] = [("DATABASE_URL", "postgres://h/db"), ("REDIS_URL", "redis://h")];

#[test]
fn the_environment_wins_over_the_file_and_defaults_fill_the_rest() {
    let config = parse("[store]\nurl = \"postgres://file/db\"\n[worker]\nconcurrency = 3", &URLS).unwrap();
    assert_eq!(config.database_url.reveal(), "postgres://h/db");
    assert_eq!(config.worker.concurrency, 3);
    assert_eq!(config.console.listen.port(), 8080);
}

#[test]
fn a_wrong_setting_is_refused_by_name_and_never_shows_a_secret() {
    let check = |file: &str, vars: &[(&str, &str)], expected: &str| {
        let error = parse(file, vars).unwrap_err();
        assert!(error.contains(expected), "{error:?} should name {expected:?}");
        assert!(!error.contains("hunter2"), "{error:?} shows a secret");
    };
    check("", &[], "DATABASE_URL is not set");
    check("", &[("DATABASE_URL", "mysql://u:hunter2@h/db")], "DATABASE_URL is wrong");
    check("", &URLS[..1], "REDIS_URL is not set");
    check("[worker]\nconcurrency = 0", &URLS, "worker.concurrency");
    check("[worker]\ntime_zone = \"Mars\"", &URLS, "worker.time_zone");
    check("[worker]\nconcurency = 1", &URLS, "concurency");
    check("[console]\nlisten = \"here\"", &URLS, "console.listen");
    check("[store]\nurl = \"hunter2", &URLS, "ROWCALL_CONFIG");
}

#[test]
fn a_platform_is_configured_by_its_token() {
    let config = parse("", &URLS).unwrap();
    assert!(config.discord.is_none() && config.telegram.is_none());
    let with = |file: &str, more: &[(&str, &str)]| parse(file, &[&URLS[..], more].concat());
    let tokens = [("DISCORD_TOKEN", "hunter2"), ("TELEGRAM_TOKEN", "12:hunter2")];
    let config = with("[discord]\nguilds = [\"123\", 456]\nmessage_content = false", &tokens).unwrap();
    let discord = config.discord.as_ref().unwrap();
    assert_eq!(discord.guilds, [123, 456]);
    assert_eq!(discord.message_content, Some(false));
    assert_eq!(config.telegram.as_ref().unwrap().mode, TelegramMode::Polling);
    assert!(!format!("{config:?}").contains("hunter2"));
    let file =
        "[telegram]\nmode = \"webhook\"\nwebhook_url = \"https://bot.example.org/hook\"\nchats = [-100123]";
    let config = with(file, &[tokens[1], ("TELEGRAM_WEBHOOK_SECRET", "hunter2-hunter2-x")]).unwrap();
    let telegram = config.telegram.unwrap();
    let TelegramMode::Webhook(webhook) = &telegram.mode else { panic!("{telegram:?}") };
    assert_eq!(webhook.listen.port(), 8081);
    assert_eq!(telegram.chats, [-100123]);
}

#[test]
fn a_wrong_setting_of_a_platform_is_refused_by_name_and_never_shows_a_secret() {
    let check = |file: &str, more: &[(&str, &str)], expected: &str| {
        let error = parse(file, &[&URLS[..], more].concat()).unwrap_err();
        assert!(error.contains(expected), "{error:?} should name {expected:?}");
        assert!(!error.contains("hunter2"), "{error:?} shows a secret");
    };
    let telegram = [("TELEGRAM_TOKEN", "12:hunter2")];
    let hook = "[telegram]\nmode = \"webhook\"\n";
    // Our own server is not the platform: a token must never go to an address that somebody slipped in.
    check("", &[("DISCORD_API_BASE", "https://discord.example.org")], "DISCORD_API_BASE");
    check("", &[("DISCORD_API_BASE", "http://127.0.0.1.example.org:1")], "DISCORD_API_BASE");
    check("", &[("DISCORD_API_BASE", "http://127.0.0.1@example.org")], "DISCORD_API_BASE");
    check("", &[("TELEGRAM_API_BASE", "http://10.0.0.1:80")], "TELEGRAM_API_BASE");
    check("", &[("TELEGRAM_API_BASE", "http://u:hunter2@127.0.0.1:80")], "TELEGRAM_API_BASE");
    check("[discord]\nmessage_content = \"hunter\"", &[("DISCORD_TOKEN", "x")], "discord.message_content");
    check("[discord]\nguilds = [\"here\"]", &[("DISCORD_TOKEN", "x")], "discord.guilds");
    check("", &[("DISCORD_TOKEN", "hunter2 x")], "DISCORD_TOKEN");
    check("", &[("TELEGRAM_TOKEN", "hunter2")], "TELEGRAM_TOKEN");
    check("[telegram]\nmode = \"smoke\"", &telegram, "telegram.mode");
    check("[telegram]\nchats = [\"hunter\"]", &telegram, "telegram.chats");
    check(hook, &telegram, "telegram.webhook_url");
    let hook = format!("{hook}webhook_url = \"https://bot.example.org\"\n");
    check(&hook, &telegram, "TELEGRAM_WEBHOOK_SECRET");
    check(
        &hook,
        &[telegram[0], ("TELEGRAM_WEBHOOK_SECRET", "hunter2 hunter2 hunter2")],
        "TELEGRAM_WEBHOOK_SECRET",
    );
    check("[limits]\nperson_per_day = 0", &[], "limits.person_per_day");
    check("[worker]\nperson_at_once = 0", &[], "worker.person_at_once");
    check("[access]\nsnapshot_minutes = 0", &[], "access.snapshot_minutes");
}

#[test]
fn a_model_is_configured_by_its_name() {
    let with = |file: &str, more: &[(&str, &str)]| parse(file, &[&URLS[..], more].concat());
    assert!(with("", &[("OPENAI_API_KEY", "hunter2")]).unwrap().model.is_none(), "a key alone costs nothing");
    let config = with("", &[("OPENAI_API_KEY", "hunter2"), ("ROWCALL_MODEL", "small, large")]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let model = config.model.unwrap();
    assert_eq!(model.server.base_url, "https://api.openai.com/v1");
    assert_eq!((model.models, model.temperature), (vec!["small".to_owned(), "large".to_owned()], Some(0.0)));
    let own = [("OPENAI_BASE_URL", "http://localhost:11434/v1/"), ("ROWCALL_MODEL", "llama")];
    let file =
        "[model]\nusd_per_day = 2.5\nprices.llama = { prompt = 0.5, completion = 1.5 }\ncache_minutes = 0";
    let model = with(file, &own).unwrap().model.unwrap();
    assert_eq!((model.server.base_url.as_str(), model.server.api_key), ("http://localhost:11434/v1", None));
    assert_eq!((model.limits.total_micro_usd, model.cache.as_secs()), (Some(2_500_000), 0));
    assert_eq!(model.prices["llama"].cost(1000, 333), 1000);
}

#[test]
fn a_model_may_have_a_server_of_its_own() {
    let env = [("OPENAI_API_KEY", "hunter2"), ("ROWCALL_MODEL", "large,llama,fast"), ("FAST_KEY", "hunter3")];
    let file = "[model]\ntokens_per_day = 9\n[[model.servers]]\nbase_url = \"http://localhost:11434/v1/\"\nmodels = [\"llama\"]
        [[model.servers]]\nbase_url = \"https://fast.example/v1\"\napi_key_env = \"FAST_KEY\"\nmodels = [\"fast\"]";
    let config = parse(file, &[&URLS[..], &env[..]].concat()).unwrap();
    assert!(!format!("{config:?}").contains("hunter"));
    let model = config.model.unwrap();
    let of = |name: &str| {
        let server = model.server_of(name);
        (server.base_url.as_str(), server.api_key.as_ref().map(|key| key.reveal()))
    };
    assert_eq!(of("large"), ("https://api.openai.com/v1", Some("hunter2")));
    assert_eq!(of("llama"), ("http://localhost:11434/v1", None));
    assert_eq!(of("fast"), ("https://fast.example/v1", Some("hunter3")));
    assert_eq!(model.limits.total_tokens, Some(9));
    // No key of OpenAI's is needed where no model is asked there.
    let alone = [("ROWCALL_MODEL", "llama,fast"), ("FAST_KEY", "hunter3")];
    assert!(parse(file, &[&URLS[..], &alone[..]].concat()).is_ok());
    for (more, expected) in [
        (vec![("ROWCALL_MODEL", "llama,fast")], "FAST_KEY"),
        (vec![("ROWCALL_MODEL", "fast"), ("FAST_KEY", "hunter3")], "\"llama\" is not among"),
    ] {
        let error = parse(file, &[&URLS[..], &more[..]].concat()).unwrap_err();
        assert!(error.contains(expected) && error.contains("model.servers"), "{error}");
    }
    let twice = format!("{file}\n[[model.servers]]\nbase_url = \"http://h/v1\"\nmodels = [\"fast\"]");
    assert!(parse(&twice, &[&URLS[..], &env[..]].concat()).unwrap_err().contains("two servers"));
}

#[test]
fn a_wrong_setting_of_the_model_is_refused_by_name_and_never_shows_a_secret() {
    let named = [("ROWCALL_MODEL", "m"), ("OPENAI_API_KEY", "hunter2")];
    let check = |file: &str, more: &[(&str, &str)], expected: &str| {
        let file = format!("[model]\n{file}");
        let error = parse(&file, &[more, &URLS[..], &named[..]].concat()).unwrap_err();
        assert!(error.contains(expected), "{error:?} should name {expected:?}");
        assert!(!error.contains("hunter2"), "{error:?} shows a secret");
    };
    check("", &[("OPENAI_API_KEY", "hunter2 x")], "OPENAI_API_KEY");
    check("", &[("OPENAI_BASE_URL", "ftp://h/v1")], "OPENAI_BASE_URL");
    check("", &[("OPENAI_BASE_URL", "https://u:hunter2@h/v1")], "OPENAI_BASE_URL");
    check("", &[("OPENAI_BASE_URL", "https://h/v1?key=hunter2")], "OPENAI_BASE_URL");
    check("", &[("ROWCALL_MODEL", "offline")], "ROWCALL_MODEL");
    check("", &[("ROWCALL_MODEL", "a,b,c,d,e,f,g,h,i")], "ROWCALL_MODEL");
    check("call_timeout_seconds = 0", &[], "model.call_timeout_seconds");
    check("total_timeout_seconds = 120", &[], "model.total_timeout_seconds");
    check("tool_rounds = 21", &[], "model.tool_rounds");
    check("schema_tokens = 1", &[], "model.schema_tokens");
    check("temperature = 2.5", &[], "model.temperature");
    check("temperature = nan", &[], "model.temperature");
    check("usd_per_day = 0.0", &[], "model.usd_per_day");
    check("usd_per_day = 5.0", &[], "model.prices.m");
    check("prices.m = { prompt = -1.0, completion = 1.0 }", &[], "model.prices.m");
    check("person_tokens_per_day = 0", &[], "model.person_tokens_per_day");
    check("tempreature = 1.0", &[], "tempreature");
    let none = parse("", &[&URLS[..], &named[..1]].concat()).unwrap_err();
    assert!(none.contains("OPENAI_API_KEY is not set"), "{none}");
}

#[test]
fn the_key_of_the_audit_log_is_in_the_environment_or_a_file_and_never_shown() {
    let folder = std::env::temp_dir().join(format!("rowcall-audit-key-{}", std::process::id()));
    std::fs::write(&folder, "hunter2 hunter2 hunter2 hunter2 hunter2\n").unwrap();
    let file = folder.to_str().unwrap();
    let with = |more: &[(&str, &str)]| parse("", &[&URLS[..], more].concat());
    assert_eq!(with(&[]).unwrap().audit_key, None);
    let config = with(&[("ROWCALL_AUDIT_KEY_FILE", file)]).unwrap();
    let key = AuditKey::new("hunter2 hunter2 hunter2 hunter2 hunter2").unwrap();
    assert_eq!(config.audit_key, Some(key.clone()));
    assert!(!format!("{config:?}").contains("hunter2"));
    let named = parse(&format!("[audit]\nkey_file = {file:?}"), &URLS).unwrap();
    assert_eq!(named.audit_key, Some(key.clone()));
    let other = "0123456789abcdef0123456789abcdef";
    let wins = with(&[("ROWCALL_AUDIT_KEY_FILE", file), ("ROWCALL_AUDIT_KEY", other)]).unwrap();
    assert_ne!(wins.audit_key, Some(key));
    std::fs::remove_file(&folder).unwrap();
    for (more, expected) in [
        (("ROWCALL_AUDIT_KEY", "hunter2"), "ROWCALL_AUDIT_KEY is wrong: it must have at least 32"),
        (("ROWCALL_AUDIT_KEY_FILE", file), "ROWCALL_AUDIT_KEY_FILE is wrong"),
    ] {
        let error = with(&[more]).unwrap_err();
        assert!(error.contains(expected) && !error.contains("hunter2"), "{error}");
    }
}
