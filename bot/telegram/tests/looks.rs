//! One answer, looked at in several ways.

use crate::common::{Bench, SOON, chart, png, table, wide};
use rowcall_standins::telegram::{Chat, MediaKind, Message, Person};

/// A private chat with its person.
fn chat(bench: &Bench) -> (Person, Chat) {
    let ann = bench.telegram.person("Ann");
    let chat = ann.private_chat();
    (ann, chat)
}

fn photo(bench: &Bench, message: &Message) -> Vec<u8> {
    let media = message.content.media.as_ref().unwrap();
    assert_eq!(media.kind, MediaKind::Photo);
    bench.telegram.file(media).unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_paged_forth_and_back() {
    let bench = Bench::start().await;
    let (ann, chat) = chat(&bench);
    let (_, answer) = bench.shown(&ann, &chat, "Orders by city?", table).await;
    assert!(answer.text().contains("Rows 1–15 of 40."), "{}", answer.text());
    assert!(!answer.labels().contains(&"◀".to_owned()));
    for (button, page) in [("▶", "Rows 16–30 of"), ("▶", "Rows 31–40 of"), ("◀", "Rows 16–30 of")]
    {
        assert_eq!(bench.press(&ann, &answer, button).await.text, "");
        chat.wait_for_text(SOON, page).await;
    }
    bench.press(&ann, &answer, "◀").await;
    let first = chat.wait_for_text(SOON, "Rows 1–15 of").await;
    assert_eq!((first.key, &first.content), (answer.key, &answer.content));
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_gives_way_to_its_table_and_comes_back() {
    let bench = Bench::start().await;
    let (ann, chat) = chat(&bench);
    ann.says(&chat, "Orders by city?");
    let run = bench.run(1).await;
    let taken = bench.take(run).await;
    let drawn = png(640, 480);
    let kept = bench.keep_chart(&taken, &drawn).await;
    bench.end(&taken, chart(run, kept)).await;
    let answer = chat.wait_for_text(SOON, "Orders by city.").await;
    assert_eq!(photo(&bench, &answer), drawn);
    assert_eq!(answer.content.media.as_ref().unwrap().size, Some((640, 480)));
    bench.press(&ann, &answer, "Table").await;
    // A message with a picture never becomes text again, so the table is drawn.
    let shown = chat.wait_for_text(SOON, "Rows 1–15 of 40.").await;
    let first_page = photo(&bench, &shown);
    assert_ne!(first_page, drawn);
    bench.press(&ann, &answer, "▶").await;
    let shown = chat.wait_for_text(SOON, "Rows 16–30 of 40.").await;
    assert_ne!(photo(&bench, &shown), first_page);
    bench.press(&ann, &answer, "Show SQL").await;
    chat.wait_for_text(SOON, "total < 5").await;
    bench.press(&ann, &answer, "Chart").await;
    let back = chat.wait_for(SOON, |m| m.labels().contains(&"Table".to_owned())).await;
    assert_eq!(photo(&bench, &back), drawn);
    assert!(back.text().contains("total < 5"), "the statement stays: {}", back.text());
    assert_eq!(chat.from_bot().len(), 1);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wide_table_is_a_picture_with_pages() {
    let bench = Bench::start().await;
    let (ann, chat) = chat(&bench);
    let (_, answer) = bench.shown(&ann, &chat, "Everything?", wide).await;
    let first = photo(&bench, &answer);
    bench.press(&ann, &answer, "▶").await;
    let second = chat.wait_for_text(SOON, "Rows 16–30 of 40.").await;
    assert_ne!(photo(&bench, &second), first);
    assert_eq!(second.key, answer.key);
    bench.telegram.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_too_old_to_be_read_still_does_what_its_buttons_say() {
    let bench = Bench::start().await;
    let (ann, chat) = chat(&bench);
    let (_, answer) = bench.shown(&ann, &chat, "Orders by city?", table).await;
    let data = |label: &str| answer.buttons().find(|b| b.label == label).unwrap().data.clone().unwrap();
    let query = ann.presses_inaccessible(answer.key, &data("Show SQL"));
    assert_eq!(bench.telegram.wait_for_answer(&query, SOON).await.text, "");
    chat.wait_for_text(SOON, "total < 5").await;
    // Pressed on a phone that still shows the message as it was: it shows already what is wanted.
    let query = ann.presses_old(answer.key, &data("Show SQL"));
    bench.telegram.wait_for_answer(&query, SOON).await;
    ann.presses_inaccessible(answer.key, &data("CSV"));
    let is_file = |m: &Message| m.content.media.as_ref().is_some_and(|m| m.kind == MediaKind::Document);
    let file = chat.wait_for(SOON, is_file).await;
    let csv = bench.telegram.file(file.content.media.as_ref().unwrap()).unwrap();
    let csv = String::from_utf8(csv.to_vec()).unwrap();
    assert_eq!(csv.lines().count(), 41, "{csv}");
    assert!(csv.contains("City <39> & @all"), "{csv}");
    assert_eq!(file.text(), "40 rows as CSV.");
    bench.telegram.assert_clean();
}
