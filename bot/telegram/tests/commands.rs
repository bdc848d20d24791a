//! Commands, in private and in groups.

use crate::common::{self, Bench, SOON, words};
use rowcall_core::Role;

#[tokio::test(flavor = "multi_thread")]
async fn each_command_answers_in_private() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    bench.shown(&ann, &chat, "How many orders?", |run| words(run, "Twelve.")).await;
    for (command, answer) in [
        ("/help", "Ask in plain English"),
        ("/start form_whatever", "Ask in plain English"),
        ("/sources", "shop · asked when you name none"),
        ("/runs", "How many orders?\nanswered · shop · just now"),
        ("/link", "Your code is "),
        ("/link WRONG-CODE", "That code is not open."),
        ("/settings", "Your answers: for everyone in the place where you ask."),
        ("/deliveries", "You may not see or resend deliveries."),
        ("/sorces", "There is no command /\u{2060}sorces. Did you mean /\u{2060}sources?"),
        ("/zzzzzz", "There is no command /\u{2060}zzzzzz. /\u{2060}help says what there is."),
        ("/ask", "What do you want to know? For example:"),
        ("/sql", "Write a SELECT behind the command"),
    ] {
        let before = chat.from_bot().len();
        ann.says(&chat, command);
        let answered = || (chat.from_bot().len() > before).then_some(());
        bench
            .telegram
            .wait(SOON, answered)
            .await
            .unwrap_or_else(|| panic!("{command}: {}", chat.transcript()));
        let shown = chat.from_bot().pop().unwrap();
        assert!(shown.text().contains(answer), "{command}: {}", shown.text());
    }
    assert_eq!(bench.runs().await.len(), 1, "a command is no question");
    // No command, though it begins like one.
    ann.says(&chat, "/usr/bin is what?");
    bench.asked_and_answered(&chat, 2, "A folder.").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_by_words_and_by_the_button() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    ann.says(&group, "/settings private on");
    let card = group.wait_for_text(SOON, "Your answers: for you alone.").await;
    assert!(!card.text().contains("hreads"), "Telegram has no threads: {}", card.text());
    bench.press(&ann, &card, "Answer for everyone").await;
    let card = group.wait_for_text(SOON, "Your answers: for everyone").await;
    assert!(card.labels().contains(&"Answer me alone".to_owned()));
    // What holds for all is not everybody's to change.
    ann.says(&group, "/settings source shop");
    group.wait_for_text(SOON, "You may not change what holds for everyone here.").await;
    bench.grant(&ann, Role::Admin).await;
    ann.says(&group, "/settings source shop");
    group.wait_for_text(SOON, "shop (set here)").await;
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_what_is_personal_is_said_in_private() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    let name = bench.telegram.bot_username();
    ann.says(&group, "/link");
    let told = group.wait_for_text(SOON, "I may not write to you yet").await;
    assert!(told.buttons().any(|b| b.url.as_deref().is_some_and(|url| url.ends_with("?start=private"))));
    ann.starts_bot();
    for (command, answer) in [("/link", "Your code is "), ("/runs", "You asked nothing here yet.")] {
        ann.says(&group, &format!("{command}{name}"));
        ann.private_chat().wait_for_text(SOON, answer).await;
        assert!(!group.transcript().contains(answer));
    }
    let told = || (common::count(&group, "Answered privately.") == 2).then_some(());
    assert!(bench.telegram.wait(SOON, told).await.is_some(), "{}", group.transcript());
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_group_a_command_with_our_name_is_for_us_and_one_without_may_not_be() {
    let bench = Bench::start().await;
    let ann = bench.telegram.person("Ann");
    let group = bench.telegram.supergroup("Shop", &[&ann]);
    let name = bench.telegram.bot_username();
    ann.says(&group, "/sorces");
    ann.says(&group, &format!("/sorces{name}"));
    group.wait_for_text(SOON, "Did you mean").await;
    assert_eq!(group.from_bot().len(), 1);
    // From the menu a command comes with nothing behind it.
    ann.says(&group, &format!("/ask{name}"));
    let what = group.wait_for_text(SOON, "Reply to this message").await;
    let request = bench.telegram.requests_of("sendMessage").pop().unwrap();
    assert_eq!(request.params["reply_markup"]["force_reply"], true, "{request:?}");
    ann.writes(&group, "how many orders?").reply_to(what.key).send();
    bench.asked_and_answered(&group, 1, "Twelve.").await;
    assert_eq!(bench.question(bench.runs().await[0]).await, "how many orders?");
    // Our name and no word.
    ann.says(&group, &name);
    let asked = || (common::count(&group, "Reply to this message") == 2).then_some(());
    assert!(bench.telegram.wait(SOON, asked).await.is_some(), "{}", group.transcript());
    bench.telegram.assert_clean();
}
