//! What a bot sends and changes, and what a person then sees.

use rowcall_standins::telegram::{EntityKind, MediaKind};
use teloxide::prelude::*;
use teloxide::types::{
    FileId, InputFile, InputMedia, InputMediaDocument, InputMediaPhoto, ParseMode, ReactionType,
    ReplyParameters,
};
use teloxide::{ApiError, net::Download};

use super::common::{SOON, api_error, button, png, rules, start};

#[tokio::test]
async fn a_person_sees_text_keyboards_files_and_toasts() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    let chat = ann.private_chat();
    let question = ann.says(&chat, "How many orders?");
    let html = "<b>42</b> orders &amp; more:\n<pre><code class=\"language-sql\">SELECT 1</code></pre>\n\
                <blockquote expandable>one\ntwo</blockquote>see <a href=\"https://a.example/x\">the list</a>";
    let sent = bot
        .send_message(ChatId(chat.id()), html)
        .parse_mode(ParseMode::Html)
        .reply_parameters(ReplyParameters::new(teloxide::types::MessageId(question.id)))
        .reply_markup(button("Show SQL", "sql:1"))
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("42 orders & more:\nSELECT 1\none\ntwosee the list"));
    let seen = chat.wait_for_text(SOON, "42").await;
    assert_eq!(seen.content.entities[1].kind, EntityKind::Pre(Some("sql".into())));

    let query = ann.presses(seen.key, "Show SQL");
    bot.answer_callback_query(teloxide::types::CallbackQueryId(query.clone()))
        .text("Here it is")
        .await
        .unwrap();
    assert!(!telegram.wait_for_answer(&query, SOON).await.alert);

    let chart = InputFile::memory(png(1200, 675)).file_name("chart.png");
    let photo = bot
        .send_photo(ChatId(chat.id()), chart)
        .caption("Orders by <i>month</i>")
        .parse_mode(ParseMode::Html)
        .await
        .unwrap();
    let photo_id = photo.photo().unwrap()[0].file.id.clone();
    let csv = InputFile::memory("a,b\n1,2\n").file_name("orders.csv");
    bot.send_document(ChatId(chat.id()), csv).await.unwrap();
    bot.set_message_reaction(ChatId(chat.id()), teloxide::types::MessageId(question.id))
        .reaction(vec![ReactionType::Emoji { emoji: "👍".into() }])
        .await
        .unwrap();
    // The same picture again, by its id.
    telegram.advance(std::time::Duration::from_secs(2));
    bot.send_photo(ChatId(chat.id()), InputFile::file_id(photo_id)).await.unwrap();

    insta::assert_snapshot!(chat.transcript(), @r#"
    Ann:
      How many orders?
      (👍)

    Rowcall to Ann:
      42 orders & more:
      ```sql
      SELECT 1
      ```
      > (expandable)
      > one
      > two
      see the list (https://a.example/x)
      [ Show SQL ]
      (toast to Ann: Here it is)

    Rowcall:
      [photo 1200x675: Orders by month]

    Rowcall:
      [document orders.csv]

    Rowcall:
      [photo 1200x675]
    "#);
    let document = chat.from_bot()[2].content.media.clone().unwrap();
    assert_eq!((document.kind, document.name.as_deref()), (MediaKind::Document, Some("orders.csv")));
    let file = bot.get_file(FileId(document.file_id.clone())).await.unwrap();
    let mut downloaded = Vec::new();
    bot.download_file(&file.path, &mut downloaded).await.unwrap();
    assert_eq!(downloaded, b"a,b\n1,2\n");
    assert_eq!(telegram.file(&document).unwrap(), downloaded);
    telegram.assert_clean();
}

#[tokio::test]
async fn a_message_is_changed_and_remembers_what_it_was() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let chat = ChatId(ann.id());
    let sent = bot.send_message(chat, "working").reply_markup(button("Stop", "stop")).await.unwrap();
    bot.edit_message_reply_markup(chat, sent.id).reply_markup(button("Stopping", "stop")).await.unwrap();
    assert!(!ann.private_chat().from_bot()[0].edited);
    bot.edit_message_text(chat, sent.id, "half").await.unwrap();
    telegram.advance(std::time::Duration::from_secs(5));
    let picture = InputMedia::Photo(InputMediaPhoto::new(InputFile::memory(png(10, 10))).caption("done"));
    bot.edit_message_media(chat, sent.id, picture).await.unwrap();
    bot.edit_message_caption(chat, sent.id)
        .caption("done!")
        .reply_markup(button("CSV", "csv"))
        .await
        .unwrap();

    let seen = ann.private_chat().from_bot().remove(0);
    let history: Vec<_> = seen
        .history
        .iter()
        .map(|version| (version.content.text.as_str(), version.content.keyboard.len()))
        .collect();
    assert_eq!(history, [("working", 1), ("working", 1), ("half", 0), ("done", 0), ("done!", 1)]);
    assert!(seen.edited && seen.history.is_sorted_by_key(|version| version.at));
    telegram.assert_clean();

    telegram.advance(std::time::Duration::from_secs(5));
    // A picture cannot become a text again.
    api_error(bot.edit_message_text(chat, sent.id, "text").await);
    let same =
        bot.edit_message_caption(chat, sent.id).caption(" done! ").reply_markup(button("CSV", "csv")).await;
    assert_eq!(api_error(same), ApiError::MessageNotModified);
    assert_eq!(rules(&telegram), ["edit", "not_modified"]);
}

#[tokio::test]
async fn an_album_is_several_messages_of_one_kind() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let file = |name: &'static str| {
        InputMedia::Document(InputMediaDocument::new(InputFile::memory(name).file_name(name)))
    };
    let sent = bot.send_media_group(ChatId(ann.id()), [file("a.csv"), file("b.csv")]).await.unwrap();
    assert_eq!(sent.len(), 2);
    assert!(sent[0].media_group_id().is_some() && sent[0].media_group_id() == sent[1].media_group_id());
    telegram.assert_clean();
}

#[tokio::test]
async fn a_message_is_deleted_within_two_days() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    let chat = ChatId(ann.id());
    let (first, second) =
        (bot.send_message(chat, "a").await.unwrap(), bot.send_message(chat, "b").await.unwrap());
    bot.delete_message(chat, first.id).await.unwrap();
    assert_eq!(api_error(bot.edit_message_text(chat, first.id, "c").await), ApiError::MessageToEditNotFound);
    telegram.advance(std::time::Duration::from_secs(49 * 3600));
    assert_eq!(api_error(bot.delete_message(chat, second.id).await), ApiError::MessageCantBeDeleted);
    assert_eq!(ann.private_chat().from_bot().len(), 1);
    telegram.assert_clean();
}

#[tokio::test]
async fn a_press_is_answered_once_and_soon() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    ann.starts_bot();
    bot.send_message(ChatId(ann.id()), "a").reply_markup(button("A", "a")).await.unwrap();
    let key = ann.private_chat().from_bot()[0].key;
    let answer = |query: &str| {
        bot.answer_callback_query(teloxide::types::CallbackQueryId(query.to_owned()))
            .show_alert(true)
            .text("no")
            .into_future()
    };
    let (once, late) = (ann.presses(key, "A"), ann.presses(key, "a"));
    answer(&once).await.unwrap();
    assert!(telegram.callback_answers()[0].alert);
    assert_eq!(telegram.unanswered(), std::slice::from_ref(&late));
    telegram.assert_clean();
    api_error(answer(&once).await);
    telegram.advance(std::time::Duration::from_secs(16));
    api_error(answer(&late).await);
    assert_eq!(rules(&telegram), ["callback"]);
}
