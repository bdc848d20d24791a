//! A bot that dies with every request that it makes to a platform, before the request is done and after, and a bot that
//! follows it: one question, one run, one answer.

#![allow(clippy::unwrap_used)]

use rowcall_standins::{
    faults::{Fault, Rule},
    telegram::{Message, Telegram},
};
use rowcall_tests::chat::{BotProcess, asking, unanswered, within};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "how many products are there?";
/// 13,526 rows of the shop less 1,200 customers and 12,000 orders.
const ANSWER: &str = "326";

fn answers(message: &Message) -> bool {
    message.text().contains(ANSWER)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telegram_bot_killed_at_any_request_answers_once() {
    // Beyond the last request nothing is hit: the bot has answered before.
    for n in 1.. {
        let mut hit_any = false;
        for fault in [Fault::CutBefore, Fault::CutAfter] {
            // A world of its own: a new stand-in counts its chats and messages from the beginning.
            let asking = asking().await;
            let telegram = Telegram::start().await;
            let environment = [("TELEGRAM_TOKEN", telegram.token()), ("TELEGRAM_API_BASE", &telegram.url())];
            let mut bot = BotProcess::start(&asking.world, &environment);
            let ada = telegram.person("Ada");
            ada.starts_bot();
            let polls = within(PATIENCE, async || telegram.pending_updates() == 0).await;
            assert!(polls, "the bot polls");
            let chat = ada.private_chat();
            let greeted = chat.from_bot().len();
            // Polls go on all the time; every other request is a point at which to die.
            let points = ["SendMessage", "EditMessageText", "EditMessageMedia", "SendChatAction"];
            let rules = points.map(|p| telegram.faults().add(Rule::on(p, fault).nth(n)));
            ada.says(&chat, QUESTION);
            let hit = || rules.iter().any(|r| telegram.faults().hits(*r) > 0);
            let answered = || chat.from_bot().iter().any(answers);
            assert!(within(PATIENCE, async || hit() || answered()).await, "{}", chat.transcript());
            if hit() {
                hit_any = true;
                bot.kill();
                telegram.faults().clear();
                bot = BotProcess::start(&asking.world, &environment);
            }
            let done = within(PATIENCE, async || answered() && unanswered(&asking.world).await.1 == 0).await;
            let seen: Vec<Message> = chat.from_bot().into_iter().skip(greeted).collect();
            assert!(done, "request {n}, {fault:?}:\n{}", chat.transcript());
            assert_eq!(
                seen.iter().filter(|m| answers(m)).count(),
                1,
                "request {n}, {fault:?}:\n{}",
                chat.transcript()
            );
            // At worst an orphan placeholder stands beside it: whether a lost send arrived, nobody can know.
            assert!(seen.len() <= 2, "request {n}, {fault:?}:\n{}", chat.transcript());
            telegram.assert_clean();
            assert!(bot.is_alive());
        }
        if !hit_any {
            assert!(n > 1, "the placeholder at least is a request");
            break;
        }
    }
}
