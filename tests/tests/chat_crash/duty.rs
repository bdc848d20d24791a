//! Two bots on one store and one platform: one works, and when it dies the other does.

use super::{ANSWER, PATIENCE, QUESTION, all_answered, answers, idle};
use rowcall_tests::{
    chat::{Rooms, Way, within},
    questions::DemoData,
};

async fn one_delivers_and_the_other_takes_over(way: Way) {
    let mut asking = idle(&DemoData::new().await).await;
    let rooms = Rooms::open(&[way]).await;
    let mut first = rooms.bot(&asking.world);
    rooms.listening().await;
    let mut second = rooms.bot(&asking.world);
    assert!(second.logs("another process does it", PATIENCE).await, "both have the duty");
    asking.work();
    let told = || format!("{way:?}:\n{}", rooms.transcript(0));
    for n in 1..=4 {
        rooms.asks(0, QUESTION);
        assert!(all_answered(&asking.world, n).await, "{}", told());
    }
    assert_eq!((answers(&rooms, 0, ANSWER), rooms.seen(0).len()), (4, 4), "{}", told());
    assert_eq!(rooms.listeners(), 1);
    // The one that dies has taken a question and posted its placeholder.
    asking.stop().await;
    rooms.asks(0, QUESTION);
    assert!(within(PATIENCE, async || rooms.seen(0).len() == 5).await, "{}", told());
    first.kill();
    rooms.deserted().await;
    rooms.listening().await;
    asking.work();
    assert!(all_answered(&asking.world, 5).await, "{}", told());
    rooms.asks(0, QUESTION);
    assert!(all_answered(&asking.world, 6).await, "{}", told());
    assert_eq!(answers(&rooms, 0, ANSWER), 6, "{}", told());
    // What the dead had not written down may stand as an orphan.
    assert!(rooms.seen(0).len() <= 7, "{}", told());
    rooms.assert_clean();
    assert!(second.is_alive());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_bots_in_telegram_one_delivers_and_the_other_takes_over() {
    one_delivers_and_the_other_takes_over(Way::Telegram).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_bots_in_discord_one_delivers_and_the_other_takes_over() {
    one_delivers_and_the_other_takes_over(Way::Mention).await;
}
