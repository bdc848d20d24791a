//! Questions of chats while processes die: one question, one run, one answer.

mod commit;
mod duty;
mod requests;
mod worker;

use rowcall_tests::{
    World,
    chat::{Rooms, allow_everyone, unanswered, within},
    questions::{Asking, DemoData},
};
use serde_json::json;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const QUESTION: &str = "how many products are there?";
/// 13,526 rows of the shop less 1,200 customers and 12,000 orders.
const ANSWER: &str = "326";

/// A world in which everybody may ask over `data`, and no worker works yet.
async fn idle(data: &DemoData) -> Asking {
    let asking = Asking::idle(World::new().await, data, json!({ "sample_values": false })).await;
    allow_everyone(&asking.world).await;
    asking
}

/// How many messages in a room hold `answer`.
fn answers(rooms: &Rooms, room: usize, answer: &str) -> usize {
    rooms.seen(room).iter().filter(|seen| seen.text.contains(answer)).count()
}

/// Waits until each of so many accepted questions is answered; false when that does not come.
async fn all_answered(world: &World, questions: i64) -> bool {
    within(PATIENCE, async || unanswered(world).await == (questions, 0)).await
}
