//! A bot that dies with every request that it makes to a platform, before the request is done and after, and a bot that
//! follows it.

use super::{ANSWER, PATIENCE, QUESTION, all_answered, answers};
use rowcall_standins::faults::{Fault, Rule};
use rowcall_tests::chat::{Rooms, Way, asking, unanswered, within};

/// Kills a bot at the `n`th request to a path with `point` in it, lets another follow, and checks what the person sees.
/// False when there was no such request any more.
async fn dies_at(way: Way, point: &str, n: u64, fault: Fault) -> bool {
    // A world of its own: a new stand-in counts its chats and messages from the beginning.
    let (asking, rooms) = (asking().await, Rooms::open(&[way]).await);
    let told = || format!("{way:?}, request {n} to {point:?}, {fault:?}:\n{}", rooms.transcript(0));
    let mut first = rooms.bot(&asking.world);
    rooms.listening().await;
    let rule = rooms.faults().add(Rule::on(point, fault).nth(n));
    let asked = rooms.asks(0, QUESTION);
    let hit = || rooms.faults().hits(rule) > 0;
    let over = within(PATIENCE, async || hit() || unanswered(&asking.world).await == (1, 0)).await;
    assert!(over, "{}", told());
    if !hit() {
        assert_eq!(answers(&rooms, 0, ANSWER), 1, "{}", told());
        rooms.assert_clean();
        return false;
    }
    first.kill();
    rooms.faults().clear();
    rooms.deserted().await;
    let mut second = rooms.bot(&asking.world);
    rooms.listening().await;
    if unanswered(&asking.world).await == (0, 0) {
        // Discord is spoken to before the question is committed, so as to be in time; `commit.rs` says what is seen then.
        assert!(asked.is_some() && n == 1, "{}", told());
        assert_eq!(answers(&rooms, 0, ANSWER), 0, "{}", told());
        rooms.asks(0, QUESTION);
    }
    assert!(all_answered(&asking.world, 1).await, "{}", told());
    assert_eq!(answers(&rooms, 0, ANSWER), 1, "{}", told());
    // At worst an orphan placeholder stands beside it: whether a lost send arrived, nobody can know.
    assert!(rooms.seen(0).len() <= 2, "{}", told());
    rooms.assert_clean();
    assert!(second.is_alive());
    true
}

/// Dies at every request between the event and the delivered answer. Gives how many there were.
async fn dies_everywhere(way: Way) -> usize {
    let mut requests = 0;
    for point in Rooms::open(&[way]).await.points() {
        for n in 1.. {
            let at = |fault| Box::pin(dies_at(way, point, n, fault));
            let hit = tokio::join!(at(Fault::CutBefore), at(Fault::CutAfter));
            // Beyond the last request nothing is hit: the bot has answered before.
            if hit == (false, false) {
                break;
            }
            requests += 1;
        }
    }
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telegram_bot_killed_at_any_request_answers_once() {
    assert!(dies_everywhere(Way::Telegram).await >= 2, "a placeholder and its edit at least");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_bot_killed_at_any_request_of_a_command_answers_once() {
    assert!(dies_everywhere(Way::Slash).await >= 2, "an acknowledgement and an edit at least");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discord_bot_killed_at_any_request_of_a_mention_answers_once() {
    assert!(dies_everywhere(Way::Mention).await >= 2, "a placeholder and its edit at least");
}
