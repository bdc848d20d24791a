//! Messages, commands, components and modals, as a person and a bot see them.

use std::time::Duration;

use rowcall_standins::discord::{Discord, Permissions, Post, Settings, ViolationKind};
use serde_json::json;
use serenity::all::{
    ActionRowComponent, ButtonStyle, CommandOptionType, CreateActionRow, CreateAllowedMentions,
    CreateAttachment, CreateAutocompleteResponse, CreateButton, CreateCommand, CreateCommandOption,
    CreateEmbed, CreateInputText, CreateInteractionResponse, CreateInteractionResponseFollowup,
    CreateInteractionResponseMessage, CreateMessage, CreateModal, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption, CreateThread, EditAttachments, EditInteractionResponse, EditMessage, EditThread,
    InputTextStyle, Nonce,
};
use serenity::all::{ChannelId, Command, GuildId, MessageId, UserId};

use super::bot::{Bot, SOON, refusal};

async fn ask_command(bot: &Bot) {
    let question = CreateCommandOption::new(CommandOptionType::String, "question", "What you want to know")
        .required(true)
        .name_localized("de", "frage");
    let source =
        CreateCommandOption::new(CommandOptionType::String, "source", "Where to look").set_autocomplete(true);
    let command =
        CreateCommand::new("ask").description("Ask a question").add_option(question).add_option(source);
    let made = Command::set_global_commands(&bot.http, vec![command]).await.unwrap();
    assert_eq!(made[0].name, "ask");
    assert_eq!(Command::get_global_commands(&bot.http).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_message_is_answered_edited_and_seen() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;

    ana.posts(&channel, Post::text("how many orders?").file("orders.csv", "id\n1\n").sticker("wave"));
    let heard = bot.message().await;
    assert_eq!(
        (heard.content.as_str(), heard.attachments.len(), heard.sticker_items.len()),
        ("how many orders?", 1, 1)
    );
    assert_eq!(reqwest::get(&heard.attachments[0].url).await.unwrap().text().await.unwrap(), "id\n1\n");

    let send = || {
        CreateMessage::new()
            .content("working on it")
            .nonce(Nonce::String("run-17".to_owned()))
            .enforce_nonce(true)
            .reference_message(&heard)
            .allowed_mentions(CreateAllowedMentions::new())
    };
    let first = heard.channel_id.send_message(&bot.http, send()).await.unwrap();
    let again = heard.channel_id.send_message(&bot.http, send()).await.unwrap();
    assert_eq!(first.id, again.id, "the same nonce gives the same message");

    let chart =
        CreateAttachment::bytes(b"\x89PNG\r\n\x1a\n".to_vec(), "chart.png").description("Orders by month");
    let embed = CreateEmbed::new().title("Orders").description("13,526").field("Since", "2023", true);
    let edit = EditMessage::new()
        .content("```\norders\n13526\n```")
        .embed(embed.image("attachment://chart.png"))
        .attachments(EditAttachments::new().add(chart))
        .components(vec![CreateActionRow::Buttons(vec![
            CreateButton::new("sql").label("SQL"),
            CreateButton::new("csv").label("CSV").style(ButtonStyle::Secondary).disabled(true),
        ])]);
    let edited = heard.channel_id.edit_message(&bot.http, first.id, edit).await.unwrap();
    assert_eq!(edited.attachments.len(), 1);

    let seen = ana.sees(&channel);
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].history.len(), 2);
    assert!(seen[1].pings.is_empty(), "allowed_mentions none pings nobody, not even the replied-to");
    assert_eq!(seen[1].file("chart.png").unwrap().content_type, "image/png");
    insta::assert_snapshot!(discord.transcript(&channel, &ana));
    discord.assert_clean();
}

#[tokio::test]
async fn a_command_is_deferred_and_its_answer_edited() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let (ana, bo) = (discord.person("Ana"), discord.person("Bo"));
    guild.join(&ana);
    guild.join(&bo);
    let analyst = guild.role("analyst", Permissions::NONE);
    guild.give(&ana, analyst);
    ana.set_locale("de");
    let bot = Bot::start(&discord).await;
    ask_command(&bot).await;

    let asked = ana.slash(&channel, "ask", json!({"question": "How many orders?"}));
    let command = bot.command().await;
    let member = command.member.as_ref().unwrap();
    assert_eq!(member.roles.iter().map(|role| role.get()).collect::<Vec<_>>(), [analyst.id]);
    assert_eq!(
        (command.locale.as_str(), command.data.options[0].value.as_str()),
        ("de", Some("How many orders?"))
    );
    assert!(command.app_permissions.unwrap().send_messages());
    command.defer(&bot.http).await.unwrap();
    assert!(asked.acknowledged_in().unwrap() < Duration::from_secs(3));
    assert!(bo.sees(&channel)[0].thinking);
    assert!(discord.transcript(&channel, &bo).contains("thinking…"));

    command.edit_response(&bot.http, EditInteractionResponse::new().content("13,526 orders")).await.unwrap();
    let answer = asked.answer(SOON, |answer| !answer.thinking).await;
    assert!(!answer.edited, "the first answer after thinking is no edit");
    let more = CreateInteractionResponseFollowup::new().content("for you alone").ephemeral(true);
    command.create_followup(&bot.http, more).await.unwrap();
    assert_eq!((ana.sees(&channel).len(), bo.sees(&channel).len()), (2, 1));
    insta::assert_snapshot!(discord.transcript(&channel, &ana));

    discord.clock().advance(Duration::from_secs(15 * 60 + 1));
    let late = command.edit_response(&bot.http, EditInteractionResponse::new().content("too late")).await;
    assert_eq!(refusal(late), (401, 50027));
    discord.assert_clean();
}

#[tokio::test]
async fn autocomplete_buttons_selects_and_modals() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;
    ask_command(&bot).await;

    let offer = async {
        let typed = bot.autocomplete().await;
        assert_eq!(typed.data.autocomplete().unwrap().value, "sh");
        let choices = CreateAutocompleteResponse::new().add_string_choice("Shop", "shop");
        typed.create_response(&bot.http, CreateInteractionResponse::Autocomplete(choices)).await.unwrap();
    };
    let (choices, ()) =
        tokio::join!(ana.autocomplete(&channel, "ask", json!({"source": "sh"}), "source"), offer);
    assert_eq!((choices.len(), choices[0].name.as_str()), (1, "Shop"));

    let asked = ana.slash(&channel, "ask", json!({"question": "Sales?", "source": "shop"}));
    let options =
        vec![CreateSelectMenuOption::new("by month", "m"), CreateSelectMenuOption::new("by year", "y")];
    let rows = vec![
        CreateActionRow::Buttons(vec![CreateButton::new("edit").label("Edit")]),
        CreateActionRow::SelectMenu(
            CreateSelectMenu::new("grain", CreateSelectMenuKind::String { options }).placeholder("How?"),
        ),
    ];
    let message = CreateInteractionResponseMessage::new().content("Which?").components(rows).ephemeral(true);
    let command = bot.command().await;
    command.create_response(&bot.http, CreateInteractionResponse::Message(message)).await.unwrap();
    let answer = asked.answer(SOON, |_| true).await;
    assert!(answer.ephemeral);

    let selected = ana.selects(&answer, &["by year"]);
    let pick = bot.component().await;
    let update = CreateInteractionResponseMessage::new().content("By year, then.");
    pick.create_response(&bot.http, CreateInteractionResponse::UpdateMessage(update)).await.unwrap();
    selected.acknowledged(SOON).await;

    let pressed = ana.presses(&answer, "Edit");
    let press = bot.component().await;
    assert_eq!(press.message.content, "By year, then.");
    let input = CreateInputText::new(InputTextStyle::Paragraph, "Question", "q").value("Sales?");
    let modal = CreateModal::new("form", "Ask again").components(vec![CreateActionRow::InputText(input)]);
    press.create_response(&bot.http, CreateInteractionResponse::Modal(modal)).await.unwrap();
    let form = pressed.modal(SOON).await;
    assert!(discord.transcript(&channel, &ana).contains("┌ Ask again"));

    let sent = ana.submits(&form, json!({"Question": "Sales by year?"}));
    let filled = bot.modal().await;
    let ActionRowComponent::InputText(text) = &filled.data.components[0].components[0] else {
        panic!("a text")
    };
    assert_eq!(text.value.as_deref(), Some("Sales by year?"));
    filled.create_response(&bot.http, CreateInteractionResponse::Acknowledge).await.unwrap();
    sent.acknowledged(SOON).await;
    insta::assert_snapshot!(discord.transcript(&channel, &ana));
    discord.assert_clean();
}

#[tokio::test]
async fn an_interaction_waits_three_seconds_and_is_answered_once() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;
    ask_command(&bot).await;

    let asked = ana.slash(&channel, "ask", json!({"question": "slow"}));
    let command = bot.command().await;
    let early = command.edit_response(&bot.http, EditInteractionResponse::new().content("x")).await;
    assert_eq!(refusal(early), (404, 10015));
    discord.clock().advance(Duration::from_millis(3100));
    assert_eq!(refusal(command.defer(&bot.http).await), (404, 10062));
    assert!(asked.failed());
    assert!(discord.transcript(&channel, &ana).contains("The application did not respond"));

    ana.slash(&channel, "ask", json!({"question": "twice"}));
    let command = bot.command().await;
    command.defer_ephemeral(&bot.http).await.unwrap();
    assert_eq!(refusal(command.defer(&bot.http).await), (400, 40060));
    assert_eq!(discord.refusals().len(), 3);
    discord.assert_clean();
}

#[tokio::test]
async fn threads_direct_messages_and_permissions() {
    let discord = super::bot::discord().await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;
    let id = ChannelId::new(channel.id);

    let start = ana.says(&channel, "let us talk");
    let thread = id
        .create_thread_from_message(&bot.http, MessageId::new(start.id), CreateThread::new("Sales"))
        .await
        .unwrap();
    assert_eq!(thread.id.get(), start.id);
    thread.id.say(&bot.http, "here").await.unwrap();
    let place = channel.threads().remove(0);
    place.set_archived(true);
    assert_eq!(refusal(thread.id.say(&bot.http, "anyone?").await), (400, 50083));
    thread.id.edit_thread(&bot.http, EditThread::new().archived(false)).await.unwrap();
    thread.id.say(&bot.http, "again").await.unwrap();

    let dm = UserId::new(ana.id).create_dm_channel(&bot.http).await.unwrap();
    assert_eq!(dm.id.get(), ana.dm().id);
    dm.id.say(&bot.http, "psst").await.unwrap();
    assert_eq!(ana.sees(&ana.dm())[0].content, "psst");
    ana.set_dm_closed(true);
    assert_eq!(refusal(dm.id.say(&bot.http, "psst").await), (403, 50007));

    channel.deny_bot(Permissions::SEND_MESSAGES);
    assert_eq!(refusal(id.say(&bot.http, "x").await), (403, 50013));
    channel.deny_bot(Permissions::EMBED_LINKS);
    let embed = CreateMessage::new().embed(CreateEmbed::new().title("x"));
    assert_eq!(refusal(id.send_message(&bot.http, embed).await), (403, 50013));
    channel.deny_bot(Permissions::VIEW_CHANNEL);
    assert_eq!(refusal(id.say(&bot.http, "x").await), (403, 50001));
    channel.allow_bot();
    id.say(&bot.http, "back").await.unwrap();
    assert_eq!(refusal(ChannelId::new(5).say(&bot.http, "x").await), (404, 10003));
    discord.assert_clean();
}

#[tokio::test]
async fn the_rest_of_what_a_bot_asks() {
    let settings = Settings { shards: 2, file_limit: 1000, check_answers: true, ..Settings::default() };
    let discord = Discord::start_with(settings).await;
    let guild = discord.guild("Shop");
    let channel = guild.channel("questions");
    let ana = discord.person("Ana");
    guild.join(&ana);
    let bot = Bot::start(&discord).await;
    let (http, id) = (&bot.http, ChannelId::new(channel.id));

    assert_eq!(http.get_bot_gateway().await.unwrap().shards, 2);
    assert_eq!(http.get_current_user().await.unwrap().id.get(), discord.application_id());
    assert_eq!(http.get_current_application_info().await.unwrap().name, "Rowcall");
    let place = GuildId::new(guild.id);
    assert_eq!(place.to_partial_guild(http).await.unwrap().name, "Shop");
    assert_eq!(place.channels(http).await.unwrap().len(), 1);
    assert_eq!(place.roles(http).await.unwrap().len(), 2);
    assert_eq!(place.member(http, UserId::new(ana.id)).await.unwrap().user.id.get(), ana.id);
    let admin = CreateCommand::new("admin")
        .description("d")
        .default_member_permissions(serenity::all::Permissions::MANAGE_GUILD);
    place.set_commands(http, vec![admin]).await.unwrap();
    assert_eq!(
        place.get_commands(http).await.unwrap()[0].default_member_permissions,
        Some(serenity::all::Permissions::MANAGE_GUILD)
    );

    let said = ana.says(&channel, "hello");
    ana.edits(&said, "hello there");
    id.broadcast_typing(http).await.unwrap();
    assert_eq!(channel.typing(), 1);
    let message = id.message(http, MessageId::new(said.id)).await.unwrap();
    assert_eq!((message.content.as_str(), message.edited_timestamp.is_some()), ("hello there", true));
    message.react(http, '👀').await.unwrap();
    assert_eq!(ana.sees(&channel)[0].reactions, [("👀".to_owned(), 1)]);
    let reply = message.reply(http, "hi").await.unwrap();
    assert_eq!(id.messages(http, serenity::all::GetMessages::new().limit(10)).await.unwrap().len(), 2);
    reply.delete(http).await.unwrap();
    ana.posts(&channel, Post::text("look").forward(&ana.sees(&channel)[0]));
    bot.message().await;
    insta::assert_snapshot!(discord.transcript(&channel, &ana));
    discord.assert_clean();

    let large = CreateMessage::new().add_file(CreateAttachment::bytes(vec![0; 1001], "a.bin"));
    assert_eq!(refusal(id.send_message(http, large).await), (413, 40005));
    assert_eq!(refusal(message.clone().edit(http, EditMessage::new().content("mine")).await), (403, 50005));
    let kinds: Vec<ViolationKind> =
        discord.take_violations().iter().map(|violation| violation.kind).collect();
    assert_eq!(kinds, [ViolationKind::Limit, ViolationKind::Form]);
}
