//! Telegram: what it was sent, read as Telegram's server reads it.

use super::*;
use rowcall_standins::telegram::{Chat, Content, EntityKind, Person, Telegram};
use rowcall_tests::chat::{Running, context};

/// What Telegram's server finds in running text and makes a link of.
const LINKS: [&str; 11] = [
    "@everyone",
    "@here",
    "@evil_bot",
    "evil.example",
    "https://",
    "tg://",
    "t.me/",
    "/evil",
    "#evil",
    "$EVIL",
    "+4915",
];

/// The text outside of code, where nothing is made a link.
fn running_text(content: &Content) -> String {
    let mut units: Vec<Option<u16>> = content.text.encode_utf16().map(Some).collect();
    for entity in &content.entities {
        if matches!(entity.kind, EntityKind::Code | EntityKind::Pre(_)) {
            units[entity.offset..entity.end()].fill(None);
        }
    }
    String::from_utf16_lossy(&units.into_iter().map(|u| u.unwrap_or(u16::from(b' '))).collect::<Vec<_>>())
}

fn assert_harmless(telegram: &Telegram, chats: &[&Chat], people: &[&Person]) {
    let form = format!("https://t.me/{}?start=", telegram.bot_username().trim_start_matches('@'));
    let mut looked_at = 0;
    for message in chats.iter().flat_map(|chat| chat.from_bot()) {
        for version in &message.history {
            let shown = &version.content;
            let text = &shown.text;
            looked_at += 1;
            assert!(!text.chars().any(is_unseen), "hides something: {text:?}");
            let outside = running_text(shown);
            let link = LINKS.iter().find(|link| outside.contains(**link));
            assert!(link.is_none(), "{link:?} is a link in {text}");
            for entity in &shown.entities {
                let ours = match &entity.kind {
                    EntityKind::Bold | EntityKind::Italic | EntityKind::Code | EntityKind::Pre(_) => true,
                    EntityKind::Blockquote { .. } => true,
                    // A form remembers what it is for in a link, and calls whom it waits for.
                    EntityKind::Link(url) => url.starts_with(&form),
                    EntityKind::TextMention(id) => people.iter().any(|person| person.id() == *id),
                    _ => false,
                };
                assert!(ours, "{entity:?} in {text}");
            }
            for button in shown.keyboard.iter().flatten() {
                assert!(button.url.is_none(), "a link: {}", button.label);
                assert!(!button.label.chars().any(is_unseen), "{:?}", button.label);
            }
        }
    }
    assert!(looked_at > 30, "only {looked_at} texts");
}

async fn says(asking: &Asking, person: &Person, chat: &Chat, text: &str, runs: &mut i64) {
    person.says(chat, text);
    *runs += 1;
    settled(asking, *runs).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_strangers_wrote_is_alive_in_telegram() {
    let asking = asking().await;
    let telegram = Telegram::start().await;
    let mut context = context(&asking.world);
    context.limits.person_per_minute = 1000;
    let running = Running::telegram(context, &telegram);
    let (ada, bob) = (telegram.person(PERSON), telegram.person("Bob"));
    ada.starts_bot();
    let chat = ada.private_chat();
    chat.wait_for_text(PATIENCE, "Ask in plain English").await;
    let mut runs = 0;
    says(&asking, &ada, &chat, &questions()[0], &mut runs).await;
    let first = chat.from_bot().pop().unwrap();
    for question in &questions()[1..] {
        says(&asking, &ada, &chat, question, &mut runs).await;
    }
    for label in ["Show SQL", "▶"] {
        if first.labels().iter().any(|l| l == label) {
            let query = ada.presses(first.key, label);
            telegram.wait_for_answer(&query, PATIENCE).await;
        }
    }
    ada.presses(first.key, "CSV");
    let file = chat.wait_for(PATIENCE, |m| m.content.media.as_ref().is_some_and(is_csv)).await;
    assert_defused(&telegram.file(file.content.media.as_ref().unwrap()).unwrap());

    // A change in a group: its card, what somebody said of it, and what became of it.
    let group = telegram.supergroup("Shop", &[&ada, &bob]);
    ada.says(&group, &change());
    let card = group.wait_for(PATIENCE, |m| m.labels().iter().any(|l| l.contains("Reject"))).await;
    let label = card.labels().into_iter().find(|l| l.contains("Reject")).unwrap();
    bob.presses(card.key, &label);
    let form = group.wait_for(PATIENCE, |m| m.text().contains("Reply to this message")).await;
    bob.writes(&group, &format!("{} {}", HOSTILE[1], HOSTILE[7])).reply_to(form.key).send();
    group.wait_for(PATIENCE, |m| m.text().contains("Rejected by")).await;
    assert_harmless(&telegram, &[&chat, &group], &[&ada, &bob]);
    telegram.assert_clean();
    running.stop().await;
}

fn is_csv(media: &rowcall_standins::telegram::Media) -> bool {
    media.name.as_ref().is_some_and(|name| name.ends_with(".csv"))
}
