//! States of the world in which a good bot is refused: nobody's fault, so no violation.

use rowcall_standins::telegram::Rights;
use teloxide::prelude::*;
use teloxide::types::{BotCommand, BotCommandScope, InputFile, MessageId, ThreadId, UpdateKind};
use teloxide::{ApiError, RequestError};

use super::common::{api_error, png, rules, start};

#[tokio::test]
async fn a_person_starts_blocks_and_unblocks() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    let send = || bot.send_message(ChatId(ann.id()), "a").into_future();
    // The client knows this error by words that Telegram has changed since.
    assert_eq!(
        api_error(send().await),
        ApiError::Unknown("Forbidden: bot can't initiate conversation with a user".to_owned())
    );
    ann.starts_bot();
    send().await.unwrap();
    ann.blocks_bot();
    assert_eq!(api_error(send().await), ApiError::BotBlocked);
    ann.unblocks_bot();
    telegram.advance(std::time::Duration::from_secs(2));
    send().await.unwrap();
    let updates = bot.get_updates().await.unwrap();
    let standing = updates.iter().filter(|update| matches!(update.kind, UpdateKind::MyChatMember(_))).count();
    assert_eq!((updates.len(), standing), (3, 2));
    telegram.assert_clean();
}

#[tokio::test]
async fn a_group_becomes_a_supergroup() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    let group = telegram.group("Team", &[&ann]);
    bot.send_message(ChatId(group.id()), "before").await.unwrap();
    let new = group.migrates();
    let moved = bot.send_message(ChatId(group.id()), "after").await;
    assert!(matches!(moved, Err(RequestError::MigrateToChatId(id)) if id.0 == new.id()), "{moved:?}");
    bot.send_message(ChatId(new.id()), "after").await.unwrap();
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(told) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(told.migrate_to_chat_id().map(|id| id.0), Some(new.id()));
    insta::assert_snapshot!(new.transcript(), @r#"
    Ann:
      (the supergroup was a group before)

    Rowcall:
      after
    "#);
    telegram.assert_clean();
}

#[tokio::test]
async fn topics_keep_their_messages() {
    let (telegram, bot) = start().await;
    let ann = telegram.person("Ann");
    let forum = telegram.forum("Team", &[&ann]);
    let (sales, ops) = (forum.opens_topic("Sales"), forum.opens_topic("Ops"));
    let asked = ann.writes(&forum, "/ask how many").in_topic(sales).send();
    let chat = ChatId(forum.id());
    let send = |thread: i32| {
        bot.send_message(chat, "42").message_thread_id(ThreadId(MessageId(thread))).into_future()
    };
    let sent = send(sales).await.unwrap();
    assert_eq!((sent.thread_id, sent.is_topic_message), (Some(ThreadId(MessageId(sales))), true));
    let answer = teloxide::types::ReplyParameters::new(MessageId(asked.id));
    assert_eq!(
        bot.send_message(chat, "again").reply_parameters(answer).await.unwrap().thread_id,
        sent.thread_id
    );
    forum.close_topic(ops, true);
    assert!(format!("{:?}", api_error(send(ops).await)).contains("TOPIC_CLOSED"));
    forum.delete_topic(ops);
    telegram.advance(std::time::Duration::from_secs(5));
    assert!(format!("{:?}", api_error(send(ops).await)).contains("thread not found"));
    telegram.assert_clean();
    api_error(send(1).await);
    assert_eq!(rules(&telegram), ["thread"]);
    insta::assert_snapshot!(forum.transcript(), @r#"
    Ann in #Sales:
      /ask how many

    Rowcall in #Sales:
      42

    Rowcall to Ann in #Sales:
      again
    "#);
    forum.promote_bot();
    assert_eq!(bot.create_forum_topic(chat, "New").await.unwrap().name, "New");
}

#[tokio::test]
async fn rights_and_removal() {
    let (telegram, bot) = start().await;
    let (ann, ben) = (telegram.person("Ann"), telegram.person("Ben"));
    let group = telegram.supergroup("Team", &[&ann, &ben]);
    let chat = ChatId(group.id());
    group.restrict_bot(Rights { photos: false, ..Rights::default() });
    let photo = bot.send_photo(chat, InputFile::memory(png(4, 4))).await;
    assert!(format!("{:?}", api_error(photo)).contains("not enough rights to send photos"));
    bot.send_message(chat, "a").await.unwrap();

    assert!(bot.get_me().await.unwrap().username().ends_with("bot"));
    assert_eq!(bot.get_chat(chat).await.unwrap().title(), Some("Team"));
    assert!(bot.get_chat(ChatId(ann.id())).await.is_err());
    let admins = bot.get_chat_administrators(chat).await.unwrap();
    assert_eq!(admins.len(), 1);
    assert!(bot.get_chat_member(chat, UserId(ann.id().unsigned_abs())).await.unwrap().is_owner());
    assert!(bot.get_chat_member(chat, UserId(ben.id().unsigned_abs())).await.unwrap().is_present());
    group.promote_bot();
    let itself = bot.get_chat_member(chat, UserId(telegram.bot_id().unsigned_abs())).await.unwrap();
    assert!(itself.can_delete_messages());

    group.remove_bot();
    telegram.advance(std::time::Duration::from_secs(5));
    assert_eq!(api_error(bot.send_message(chat, "b").await), ApiError::BotKickedFromSupergroup);
    group.add_bot();
    bot.leave_chat(chat).await.unwrap();
    api_error(bot.send_message(chat, "c").await);
    telegram.assert_clean();
}

#[tokio::test]
async fn commands_are_kept_by_scope_and_language() {
    let (telegram, bot) = start().await;
    bot.set_my_commands([BotCommand::new("ask", "Ask a question")]).await.unwrap();
    bot.set_my_commands([BotCommand::new("ask", "Frage stellen")])
        .scope(BotCommandScope::AllPrivateChats)
        .language_code("de")
        .await
        .unwrap();
    let pair = |name: &str, about: &str| vec![(name.to_owned(), about.to_owned())];
    assert_eq!(telegram.commands("default", ""), pair("ask", "Ask a question"));
    assert_eq!(telegram.commands("all_private_chats", "de"), pair("ask", "Frage stellen"));
    assert_eq!(bot.get_my_commands().await.unwrap().len(), 1);
    bot.delete_my_commands().await.unwrap();
    assert!(bot.get_my_commands().await.unwrap().is_empty());
    telegram.assert_clean();
}
