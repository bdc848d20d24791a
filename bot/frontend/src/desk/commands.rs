//! Commands that are answered at once.

use super::{Desk, Pressed, Refusal, ask::permit};
use crate::{
    Card, Change, Command, Control, Look, Press, Style, Tone,
    commands::nearest,
    draw,
    draw::fit::{cut, units},
};
use chrono::Utc;
use rowcall_core::{Action, Actor, OutboxId, Platform, Resource, access::decide, texts, texts::chat};
use rowcall_format::values::visible;
use uuid::Uuid;

/// Runs and dead letters listed.
const LISTED: i64 = 10;
/// Dead letters with a button each.
const BUTTONS: i64 = 8;

impl Desk {
    /// Answers a command. The card is for the person alone.
    pub async fn command(&self, actor: &Actor, command: Command, look: &Look) -> Card {
        let answered = match command {
            Command::Sources => self.sources(actor, look).await,
            Command::Runs => self.runs(actor, look).await,
            Command::Link(code) => self.link(actor, code.as_deref()).await,
            Command::Settings(change) => self.settings(actor, change).await,
            Command::Glossary => self.glossary(actor, look).await,
            Command::Forget(term) => self.forget(actor, &term).await,
            Command::Deliveries => self.deliveries(actor, look).await,
            Command::Approvals => self.approvals(actor, look).await,
            Command::Help => Ok(info("Rowcall", chat::how_to_ask().to_owned())),
            Command::Unknown(name) => {
                let name = cut(&visible(&name), 40).0;
                Ok(info("Help", chat::unknown_command(&name, nearest(&name))))
            }
        };
        answered.unwrap_or_else(|refusal| draw::problem(&refusal.failure, None))
    }

    async fn sources(&self, actor: &Actor, look: &Look) -> Result<Card, Refusal> {
        let here = self.default_source(actor).await?;
        let lines: Vec<String> = self
            .askable(actor)
            .await?
            .into_iter()
            .map(|s| {
                let default = (here.as_deref() == Some(&s.name)).then_some(" · asked when you name none");
                let private = s.private.then_some(" · answers for you alone");
                format!("{}{}{}", s.name, default.unwrap_or_default(), private.unwrap_or_default())
            })
            .collect();
        let text = if lines.is_empty() { chat::no_sources(&actor.subject()) } else { listed(&lines, look) };
        Ok(info("Sources", text))
    }

    /// The source that a question asks which names none.
    pub(super) async fn default_source(&self, actor: &Actor) -> Result<Option<String>, Refusal> {
        let store = &self.context.store;
        if let Some(source) = self.stored(|| store.chat_settings(actor)).await?.source {
            return Ok(Some(source));
        }
        Ok(self.stored(|| store.source(None)).await?.map(|s| s.name))
    }

    async fn runs(&self, actor: &Actor, look: &Look) -> Result<Card, Refusal> {
        let store = &self.context.store;
        let principal = self.stored(|| store.standing(actor, None)).await?.principal;
        let place = (!actor.room.direct).then(|| actor.place());
        let runs = self.stored(|| store.runs_of(principal, place.as_deref(), LISTED)).await?;
        let now = Utc::now();
        let lines: Vec<String> = runs
            .into_iter()
            .map(|run| {
                let question = cut(&visible(&run.question), 80).0;
                let ago = chat::ago(now.signed_duration_since(run.created_at).num_seconds());
                format!(
                    "{question}\n{} · {} · {ago} · run {}",
                    chat::state(run.state),
                    run.source,
                    run.id.short()
                )
            })
            .collect();
        let text = if lines.is_empty() { chat::no_runs().to_owned() } else { listed(&lines, look) };
        Ok(info("Your last questions", text))
    }

    async fn settings(&self, actor: &Actor, change: Option<Change>) -> Result<Card, Refusal> {
        let store = &self.context.store.acting_as(&actor.subject());
        let standing = self.stored(|| store.standing(actor, None)).await?;
        // The channel, which wins over its space; a direct chat is its person's own.
        let place = actor.places().pop().unwrap_or_else(|| actor.place());
        if !actor.room.direct && matches!(change, Some(Change::Source(_) | Change::Threads(_))) {
            let decision = decide(Action::ChangeSettings, standing.roles, Resource::Place);
            permit(actor, decision, Action::ChangeSettings, None)?;
        }
        match change {
            None => {}
            Some(Change::Threads(_)) if !has_threads(actor) => {}
            Some(Change::Source(source)) => {
                if let Some(name) = &source {
                    let known: Vec<String> = self.askable(actor).await?.into_iter().map(|s| s.name).collect();
                    if !known.contains(name) {
                        return Err(texts::unknown_source(&cut(&visible(name), 64).0, &known).into());
                    }
                }
                self.stored(|| store.set_place_source(&place, source.as_deref())).await?;
            }
            Some(Change::Threads(on)) => self.stored(|| store.set_place_threads(&place, on)).await?,
            Some(Change::Private(on)) => {
                self.stored(|| store.set_person_private(standing.principal, on)).await?;
            }
        }
        self.settings_card(actor).await
    }

    /// The button under the settings.
    pub(super) async fn press_private(&self, actor: &Actor, on: bool) -> Result<Pressed, Refusal> {
        let card = self.settings(actor, Some(Change::Private(on))).await?;
        Ok(Pressed::Redraw(Box::new(card)))
    }

    async fn settings_card(&self, actor: &Actor) -> Result<Card, Refusal> {
        let store = &self.context.store;
        let settings = self.stored(|| store.chat_settings(actor)).await?;
        let source = self.default_source(actor).await?;
        let roles = match &source {
            Some(name) => self.stored(|| store.standing(actor, Some(name))).await?.roles,
            None => self.stored(|| store.standing(actor, None)).await?.roles,
        };
        let set = if settings.source.is_some() { "set here" } else { "the default" };
        let mut lines = Vec::new();
        lines.push(match &source {
            Some(name) => format!("Source asked when a question names none: {name} ({set})."),
            None => "Source asked when a question names none: there is none.".to_owned(),
        });
        if has_threads(actor) {
            lines.push(format!("Threads for questions: {}.", if settings.threads { "on" } else { "off" }));
        }
        lines.push(chat::private_setting(settings.private).to_owned());
        let roles: Vec<String> = roles.iter().map(|r| r.to_string()).collect();
        let roles = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
        lines.push(format!("Your roles for it here: {roles}."));
        lines.push(chat::how_to_change_settings(has_threads(actor)));
        let label = if settings.private { "Answer for everyone" } else { "Answer me alone" };
        let press = Press::Private(!settings.private).to_string();
        Ok(Card {
            actions: vec![Control { label: label.into(), press, style: Style::Plain }],
            ..info("Settings", lines.join("\n"))
        })
    }

    async fn deliveries(&self, actor: &Actor, look: &Look) -> Result<Card, Refusal> {
        self.may_manage_deliveries(actor).await?;
        let store = &self.context.store;
        let letters = self.stored(|| store.dead_letters(BUTTONS)).await?;
        if letters.is_empty() {
            return Ok(info("Answers that did not arrive", chat::no_dead_letters().to_owned()));
        }
        let now = Utc::now();
        // Not what was asked: a question that was private stays between the asker and us.
        let lines: Vec<String> = letters
            .iter()
            .map(|letter| {
                let ago = chat::ago(now.signed_duration_since(letter.created_at).num_seconds());
                let error = cut(&visible(&letter.error), 160).0;
                format!(
                    "run {} · {} · {ago} · tried {} times\n{error}",
                    letter.run_id.short(),
                    letter.place.platform,
                    letter.attempts
                )
            })
            .collect();
        let actions = letters
            .iter()
            .map(|letter| Control {
                label: format!("Resend {}", letter.run_id.short()),
                press: Press::Resend(letter.id.0).to_string(),
                style: Style::Plain,
            })
            .collect();
        Ok(Card { actions, ..info("Answers that did not arrive", listed(&lines, look)) })
    }

    /// The button under a dead letter.
    pub(super) async fn resend(&self, actor: &Actor, row: Uuid) -> Result<Pressed, Refusal> {
        self.may_manage_deliveries(actor).await?;
        let store = &self.context.store;
        let done = self.stored(|| store.resend(OutboxId(row))).await?;
        tracing::info!(outbox.id = %row, by = actor.subject(), done, "a delivery is sent again by hand");
        Ok(Pressed::Note(chat::resent(done).into()))
    }

    async fn may_manage_deliveries(&self, actor: &Actor) -> Result<(), Refusal> {
        let store = &self.context.store;
        let roles = self.stored(|| store.standing(actor, None)).await?.roles;
        let decision = decide(Action::ManageDeliveries, roles, Resource::Installation);
        permit(actor, decision, Action::ManageDeliveries, None)
    }
}

/// Whether questions can have threads of their own where somebody is.
fn has_threads(actor: &Actor) -> bool {
    actor.platform == Platform::Discord && !actor.room.direct
}

pub(super) fn info(title: &str, text: String) -> Card {
    Card { tone: Tone::Info, title: Some(title.to_owned()), text, ..Card::default() }
}

/// As many lines as a message holds, and how many more there are.
pub(super) fn listed(lines: &[String], look: &Look) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if units(&text) + units(line) + 60 > look.text {
            text.push_str(&format!("\n… and {} more", lines.len() - at));
            break;
        }
        if at > 0 {
            text.push('\n');
        }
        text.push_str(line);
    }
    text
}
