//! What people write that is no plain question.

use crate::common::{Bench, SOON, replies, words};
use rowcall_core::Ask;
use rowcall_standins::discord::{Post, SeenMessage};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_command_is_answered_with_the_one_that_is_near_it() {
    let bench = Bench::start().await;
    let dm = bench.ana.dm();
    bench.ana.says(&dm, "/surces");
    let told = bench.sees(&dm, "There is no command /surces").await;
    assert!(words(&told).contains("Did you mean /sources?"), "{told:?}");
    bench.ana.says(&dm, "/frobnicate");
    let told = bench.sees(&dm, "no command /frobnicate").await;
    assert!(!words(&told).contains("Did you mean"), "{told:?}");
    assert_eq!(bench.runs().await, 0);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_understood_when_they_are_written() {
    let bench = Bench::start().await;
    let dm = bench.ana.dm();
    bench.ana.says(&dm, "/sources");
    bench.sees(&dm, "shop · asked when you name none").await;
    bench.mention("/sql select 1");
    let taken = bench.take().await;
    assert_eq!((taken.question.ask, taken.question.text.as_str()), (Ask::Sql, "select 1"));
    bench.end(&taken, replies::table(taken.lease.run_id, 2)).await;
    bench.sees(&bench.channel, "2 rows").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_words_is_told_so_and_what_has_some_is_read() {
    let bench = Bench::start().await;
    let dm = bench.ana.dm();
    let posts =
        [Post::text("").file("orders.png", "png"), Post::text("").sticker("wave"), Post::default().voice()];
    for (n, post) in (1..).zip(posts) {
        bench.ana.posts(&dm, post);
        let told = |seen: &[SeenMessage]| {
            (seen.iter().filter(|m| words(m).contains("I read text only")).count() == n).then_some(())
        };
        bench.discord.wait_seen(&dm, &bench.ana, SOON, told).await;
    }
    assert_eq!(bench.runs().await, 0);
    bench.ana.posts(&dm, Post::text("how many orders?").file("orders.png", "png"));
    bench.say("Seven.").await;
    bench.sees(&dm, "Seven").await;
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_without_a_question_says_how_to_ask() {
    let bench = Bench::start().await;
    bench.mention("");
    let told = bench.sees(&bench.ana.dm(), "").await;
    assert!(words(&told).contains("question"), "{told:?}");
    assert_eq!(bench.runs().await, 0);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_and_words_for_others_are_left_alone() {
    let bench = Bench::start().await;
    let other = bench.discord.other_bot("Helper");
    bench.guild.join(&other);
    let bob = bench.discord.person("Bob");
    bench.guild.join(&bob);
    other.says(&bench.channel, &format!("{} how many orders?", bench.discord.mention()));
    bench.ana.says(&bench.channel, "how many orders?");
    bench.ana.says(&bench.channel, &format!("{} how many orders?", bob.mention()));
    // What comes last shows that all of it was heard.
    bench.mention("how many?");
    bench.say("Seven.").await;
    bench.sees(&bench.channel, "Seven").await;
    let asked: Vec<String> =
        bench.scalar("SELECT array_agg(body) FROM messages WHERE author = 'person'").await;
    assert_eq!(asked, ["how many?"]);
    let written: Vec<_> = [&bench.channel, &bench.ana.dm()]
        .into_iter()
        .flat_map(|channel| bench.ana.sees(channel))
        .filter(|m| m.author == "Rowcall")
        .collect();
    assert_eq!(written.len(), 1, "{written:?}");
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_question_is_taken_up_to_the_limit_and_refused_in_words_beyond() {
    let bench = Bench::start().await;
    let asked = bench.ask(&"ä".repeat(2000));
    bench.say("Seven.").await;
    asked.answer(SOON, |m| words(m).contains("Seven")).await;
    for text in ["x".repeat(2001), "x".repeat(4096)] {
        let refused = bench.ask(&text);
        bench.told(&refused, "2000").await;
    }
    bench.mention(&"x".repeat(4096));
    bench.sees(&bench.ana.dm(), "2000").await;
    assert_eq!(bench.runs().await, 1);
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_any_length_fits() {
    let bench = Bench::start().await;
    for (text, question) in [
        ("word ".repeat(819) + "4096.", "a".to_owned()),
        ("*_`|".repeat(2000), "*".repeat(2000)),
        ("🏙".repeat(4096), "🏙".repeat(2000)),
    ] {
        let asked = bench.ask(&question);
        bench.say(&text).await;
        asked.answer(SOON, |m| words(m).contains("The text is cut here")).await;
    }
    bench.discord.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_completed() {
    let bench = Bench::start().await;
    let asked = bench.ask("how many orders?");
    bench.say("Seven.").await;
    asked.answer(SOON, |m| words(m).contains("Seven")).await;
    let typed = json!({ "question": "how" });
    let offered = bench.ana.autocomplete(&bench.channel, "ask", typed, "question").await;
    assert!(offered.iter().any(|choice| choice.value == "how many orders?"), "{offered:?}");
    let typed = json!({ "question": "x", "source": "s" });
    let offered = bench.ana.autocomplete(&bench.channel, "ask", typed, "source").await;
    assert_eq!(offered.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["shop"]);
    // Who may ask nothing learns of nothing.
    bench.sql("DELETE FROM grants").await;
    let typed = json!({ "question": "x", "source": "s" });
    assert!(bench.ana.autocomplete(&bench.channel, "ask", typed, "source").await.is_empty());
    bench.discord.assert_clean();
}
