//! Discord: what it was sent, read as Discord reads it.

use super::*;
use rowcall_standins::discord::{Channel, Discord, Person, SeenMessage};
use rowcall_tests::chat::{Running, context};
use serde_json::Value;

/// What Discord makes something of, where it does not stand in a block of code and no backslash stands before it.
const LIVE: [&str; 14] = [
    "@everyone",
    "@here",
    "<@",
    "<#",
    "<:",
    "<t:",
    "</ask",
    "](",
    "https://",
    "http://",
    "||",
    "```",
    "__",
    "~~",
];

/// What is left of a text without blocks and spans of code, and without what a backslash defuses.
fn live(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let fence = ["```", "``", "`"].into_iter().find(|f| rest.starts_with(f));
        if c == '\\' && rest[1..].starts_with(|c: char| c.is_ascii_punctuation()) {
            out.push('\u{0}');
            rest = &rest[2..];
        } else if let Some((fence, end)) = fence.and_then(|f| Some((f, rest[f.len()..].find(f)?))) {
            rest = &rest[2 * fence.len() + end..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The texts of a message that Discord reads markup in. What stands on buttons and what pictures are said to show is plain.
fn texts(value: &Value, found: &mut Vec<String>) {
    const MARKED: [&str; 6] = ["content", "title", "description", "name", "value", "text"];
    match value {
        Value::Object(fields) => {
            for (name, inner) in
                fields.iter().filter(|(name, _)| *name != "attachments" && *name != "components")
            {
                match inner {
                    Value::String(text) if MARKED.contains(&name.as_str()) => found.push(text.clone()),
                    other => texts(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// Every message in a request's body, wherever it stands: it has content or embeds.
fn messages<'b>(body: &'b Value, found: &mut Vec<&'b Value>) {
    if body.get("content").or(body.get("embeds")).is_some() {
        found.push(body);
    } else if let Some(data) = body.get("data") {
        messages(data, found);
    }
}

fn assert_harmless(discord: &Discord, rooms: &[(&Channel, &Person)]) {
    let mut looked_at = 0;
    for request in discord.requests() {
        let mut found = Vec::new();
        messages(&request.body, &mut found);
        for message in found {
            let allowed = &message["allowed_mentions"];
            assert_eq!(allowed["parse"], json!([]), "{message}");
            assert!(allowed.get("users").is_none() && allowed.get("roles").is_none(), "{message}");
            let mut all = Vec::new();
            texts(message, &mut all);
            for text in &all {
                looked_at += 1;
                assert!(!text.chars().any(is_unseen), "hides something: {text:?}");
                let live = live(text);
                let made = LIVE.iter().find(|mark| live.contains(**mark));
                assert!(made.is_none(), "{made:?} is alive in {text}");
            }
            for embed in message["embeds"].as_array().into_iter().flatten() {
                assert!(embed.get("url").is_none(), "a link: {embed}");
            }
        }
    }
    assert!(looked_at > 100, "only {looked_at} texts");
    for (channel, person) in rooms {
        for message in person.sees(channel).iter().filter(|m| m.from_bot) {
            assert!(message.pings.is_empty() && !message.pings_everyone, "{}", message.text());
            let links = message.rows.iter().flatten().filter_map(|button| button.url.as_ref());
            assert_eq!(links.count(), 0, "{}", message.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_strangers_wrote_is_alive_in_discord() {
    let asking = asking().await;
    let discord = Discord::start().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("data");
    let (ada, bob) = (discord.person(PERSON), discord.person("Bob"));
    guild.join(&ada);
    guild.join(&bob);
    let mut context = context(&asking.world);
    context.limits.person_per_minute = 1000;
    let running = Running::discord(context, &discord);
    discord.connected(1, PATIENCE).await;
    discord.wait_for(PATIENCE, |d| (!d.commands().is_empty()).then_some(())).await;
    let mut runs = 0;
    let mut answers: Vec<SeenMessage> = Vec::new();
    for question in questions() {
        runs += 1;
        let asked = match question.strip_prefix("/sql ") {
            Some(sql) => ada.slash(&channel, "sql", json!({ "text": sql })),
            None => ada.slash(&channel, "ask", json!({ "question": question })),
        };
        settled(&asking, runs).await;
        answers.push(asked.answer(PATIENCE, |message| !message.thinking).await);
    }
    ada.says(&channel, &format!("{} {}", discord.mention(), HOSTILE[0]));
    runs += 1;
    settled(&asking, runs).await;
    // The answer's other faces: its statement, the next page, the file.
    let first = &answers[0];
    for button in ["Show SQL", "▶"] {
        if first.rows.iter().flatten().any(|b| b.label.contains(button)) {
            ada.presses(first, button);
        }
    }
    ada.presses(first, "CSV");
    let file = |seen: &[SeenMessage]| {
        seen.iter().flat_map(|m| &m.files).find(|f| f.name.ends_with(".csv")).map(|f| f.bytes.clone())
    };
    assert_defused(&discord.wait_seen(&channel, &ada, PATIENCE, file).await);

    // A change: its card, what somebody said of it, and what became of it.
    let sql = change();
    let asked = ada.slash(&channel, "sql", json!({ "text": sql.strip_prefix("/sql ").unwrap() }));
    let card = |seen: &[SeenMessage]| {
        seen.iter().find(|m| m.rows.iter().flatten().any(|b| b.label.contains("Reject"))).cloned()
    };
    let card = discord.wait_seen(&channel, &bob, PATIENCE, card).await;
    drop(asked);
    let form = bob.presses(&card, "Reject").modal(PATIENCE).await;
    bob.submits(&form, json!({ "Why not?": format!("{} {}", HOSTILE[0], HOSTILE[1]) }));
    let rejected = |seen: &[SeenMessage]| seen.iter().any(|m| m.text().contains("Rejected by")).then_some(());
    discord.wait_seen(&channel, &bob, PATIENCE, rejected).await;
    for command in ["runs", "approvals"] {
        ada.slash(&channel, command, json!({})).answer(PATIENCE, |message| !message.thinking).await;
    }
    assert_harmless(&discord, &[(&channel, &ada), (&channel, &bob)]);
    discord.assert_clean();
    running.stop().await;
}

#[test]
fn what_is_alive_is_told_from_what_is_not() {
    for (text, alive) in [
        ("@everyone", true),
        (r"\@everyone", false),
        ("`@everyone` and ```\nhttps://x\n```", false),
        ("``` @everyone", true),
        ("```\na\n``` [x](https://x)", true),
        (r"\`@everyone\`", true),
        (r"https\://x \[x\](y)", false),
    ] {
        assert_eq!(LIVE.iter().any(|mark| live(text).contains(mark)), alive, "{text}");
    }
}
