//! Sessions: cut, resumed, refused, doubled.

use rowcall_standins::discord::{Discord, Permissions, Settings, ViolationKind};
use serenity::all::{Event, GatewayIntents};
use serenity::gateway::GatewayError;

use super::bot::{Bot, SOON, plain_intents};

#[tokio::test]
async fn what_happened_while_it_was_away_comes_after_a_resume() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;

    assert_eq!(discord.gateway().cut(), 1);
    ana.says(&channel, "are you there?");
    assert_eq!(bot.message().await.content, "are you there?");
    discord.wait_for(SOON, |discord| (discord.gateway().resumed() == 1).then_some(())).await;
    assert_eq!(discord.gateway().identified(), 1);

    discord.gateway().reconnect();
    ana.says(&channel, "and now?");
    assert_eq!(bot.message().await.content, "and now?");
    assert_eq!(discord.gateway().identified(), 1);
    discord.assert_clean();
}

#[tokio::test]
async fn a_session_that_is_refused_begins_again() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;

    discord.gateway().refuse_next_resume();
    discord.gateway().cut();
    ana.says(&channel, "lost");
    bot.next(|event| matches!(event, Event::Ready(_)).then_some(())).await;
    assert_eq!(discord.gateway().identified(), 2);
    ana.says(&channel, "heard");
    assert_eq!(bot.message().await.content, "heard");
    discord.assert_clean();
}

#[tokio::test]
async fn events_come_twice_and_out_of_order_when_asked() {
    let discord = super::bot::discord().await;
    let channel = discord.guild("Shop").channel("questions");
    let ana = discord.person("Ana");
    let bot = Bot::start(&discord).await;
    discord.gateway().duplicate_next("MESSAGE_CREATE");
    let dm = ana.dm();
    ana.says(&dm, "one");
    discord.gateway().delay_next("MESSAGE_CREATE");
    ana.says(&dm, "two");
    ana.says(&dm, "three");
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(bot.message().await.content);
    }
    assert_eq!(heard, ["one", "one", "three", "two"]);
    assert!(ana.sees(&channel).is_empty(), "she is not in that guild");
}

#[tokio::test]
async fn content_is_only_for_those_who_may_read_it() {
    let discord = Discord::start_with(Settings { message_content: false, ..Settings::default() }).await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);

    let error =
        Bot::rejected(&discord, discord.token(), plain_intents() | GatewayIntents::MESSAGE_CONTENT).await;
    assert!(matches!(error, serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents)), "{error}");

    let bot = Bot::with(&discord, plain_intents()).await;
    ana.says(&channel, "secret");
    assert_eq!(bot.message().await.content, "");
    let mention = format!("<@{}> hello", discord.application_id());
    ana.says(&channel, &mention);
    let heard = bot.message().await;
    assert_eq!(heard.content, mention);
    assert_eq!(heard.mentions[0].id.get(), discord.application_id());
    ana.says(&ana.dm(), "in private");
    assert_eq!(bot.message().await.content, "in private");
    discord.assert_clean();
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    let discord = super::bot::discord().await;
    let error = Bot::rejected(&discord, "not.the.token", plain_intents()).await;
    assert!(matches!(error, serenity::Error::Gateway(GatewayError::InvalidAuthentication)), "{error}");
    assert!(discord.violations().iter().any(|violation| violation.kind == ViolationKind::Gateway));
}

#[tokio::test]
async fn every_event_can_be_read() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;
    macro_rules! hears {
        ($kind:ident) => {
            bot.next(|event| if let Event::$kind(event) = event { Some(event) } else { None }).await
        };
    }
    let shop = hears!(GuildCreate).guild;
    assert_eq!((shop.name.as_str(), shop.channels.len(), shop.roles.len()), ("Shop", 1, 2));
    discord.guild("Later");
    assert_eq!(hears!(GuildCreate).guild.name, "Later");
    let role = guild.role("analyst", Permissions::NONE);
    assert_eq!(hears!(GuildRoleCreate).role.name, "analyst");
    guild.set_role(role, Permissions::SEND_MESSAGES);
    assert!(hears!(GuildRoleUpdate).role.permissions.send_messages());
    guild.give(&ana, role);
    let second = guild.channel("second");
    assert_eq!(hears!(ChannelCreate).channel.name, "second");
    second.set(role, Permissions::NONE, Permissions::SEND_MESSAGES);
    assert_eq!(hears!(ChannelUpdate).channel.permission_overwrites.len(), 1);
    second.delete();
    assert_eq!(hears!(ChannelDelete).channel.name, "second");
    let thread = channel.thread(&ana, "talk");
    assert_eq!(hears!(ThreadCreate).thread.name, "talk");
    thread.set_archived(true);
    assert!(hears!(ThreadUpdate).thread.thread_metadata.unwrap().archived);
    let said = ana.says(&thread, "hello");
    assert!(!hears!(ThreadUpdate).thread.thread_metadata.unwrap().archived, "writing wakes a thread");
    assert_eq!(bot.message().await.channel_id.get(), thread.id);
    ana.edits(&said, "hello again");
    assert_eq!(hears!(MessageUpdate).content.as_deref(), Some("hello again"));
    ana.deletes(&said);
    assert_eq!(hears!(MessageDelete).message_id.get(), said.id);
    thread.delete();
    assert_eq!(hears!(ThreadDelete).thread.id.get(), thread.id);
    guild.expel_bot();
    assert_eq!(hears!(GuildDelete).guild.id.get(), guild.id);
    discord.assert_clean();
}
