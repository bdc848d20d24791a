//! `rowcall access`: who may ask what, from where.

use crate::{
    exit,
    services::{Services, operator},
};
use anyhow::{Result, bail};
use rowcall_core::{Platform, Role};
use rowcall_shared::store::{Grant, GrantFilter, Grantee, Registered, StoredGrant};
use std::{path::PathBuf, process::ExitCode, str::FromStr};
use uuid::Uuid;

/// Who may ask. In chats nobody may until a role is granted.
#[derive(clap::Subcommand)]
pub enum AccessCommand {
    /// Give a role: viewer (asks and sees answers), analyst (also sees and writes SQL, takes files), editor (also asks
    /// for changes), approver (decides about changes) or admin (manages access and settings).
    ///
    /// Example: rowcall access grant analyst --platform-role discord:112233:445566 --source shop
    Grant(GrantRole),
    /// List what was granted, and which sources are bound to places.
    ///
    /// Example: rowcall access list --source shop
    List(List),
    /// Take a grant back, by the id that `list` shows.
    ///
    /// Example: rowcall access revoke 01936f0e-6f3a-7c11-9d3e-0c6a3f1f2b10
    Revoke(Revoke),
    /// Say that an account is a person of their own, who counts as an approver of changes. Granting somebody the role of an
    /// approver by name says so too.
    ///
    /// Example: rowcall access register discord:123456789
    Register(Person),
    /// Take that back.
    ///
    /// Example: rowcall access unregister discord:123456789
    Unregister(Person),
    /// Let a source be asked only from the places it is bound to.
    ///
    /// Example: rowcall access bind shop discord:998877
    Bind(Binding),
    /// Take a binding back. A source without any can be asked from everywhere.
    ///
    /// Example: rowcall access unbind shop discord:998877
    Unbind(Binding),
}

#[derive(clap::Args)]
pub struct GrantRole {
    /// viewer, analyst, editor, approver or admin.
    role: Role,
    #[command(flatten)]
    to: To,
    /// For this source alone.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// In this place alone: a Discord server or channel, a Telegram group.
    #[arg(long, value_name = "PLATFORM:ID")]
    place: Option<Id>,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct To {
    /// To one account, by the platform's id of it: discord:123456, telegram:123456.
    #[arg(long, value_name = "PLATFORM:ID")]
    person: Option<Id>,
    /// To a role of a Discord server.
    #[arg(long, value_name = "discord:SERVER:ROLE")]
    platform_role: Option<RoleId>,
    /// To everyone in a Discord server or channel, or in a Telegram group.
    #[arg(long, value_name = "PLATFORM:ID")]
    everyone_in: Option<Id>,
    /// To anyone who can reach the bot.
    #[arg(long)]
    anyone: bool,
}

#[derive(clap::Args)]
pub struct List {
    /// Only what holds for this source.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    /// Only what one person was granted.
    #[arg(long, value_name = "PLATFORM:ID")]
    person: Option<Id>,
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Revoke {
    /// The grant's id.
    id: Uuid,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Binding {
    /// The source's name.
    source: String,
    /// A Discord server or channel, or a Telegram group: discord:998877.
    #[arg(value_name = "PLATFORM:ID")]
    place: Id,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Person {
    /// The account: discord:123456, telegram:123456; or somebody of the console or the command line, by name: console:ada.
    #[arg(value_name = "PLATFORM:ID")]
    account: Account,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl AccessCommand {
    pub async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Grant(c) => c.run().await,
            Self::List(c) => c.run().await,
            Self::Revoke(c) => c.run().await,
            Self::Register(c) => c.register(true).await,
            Self::Unregister(c) => c.register(false).await,
            Self::Bind(c) => c.bind().await,
            Self::Unbind(c) => c.unbind().await,
        }
    }
}

impl GrantRole {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        if let Some(source) = &self.source {
            require_source(&services, source).await?;
        }
        let To { person, platform_role, everyone_in, anyone: _ } = self.to;
        let grantee = match (person, platform_role, everyone_in) {
            (Some(Id(person)), ..) => Grantee::Person(person),
            (_, Some(RoleId(role)), _) => Grantee::PlatformRole(role),
            (.., Some(Id(place))) => Grantee::Place(place),
            _ => Grantee::Anyone,
        };
        let grant =
            Grant { grantee, role: self.role, source: self.source, place: self.place.map(|Id(place)| place) };
        let id = services.store.grant(&grant, &operator()).await?;
        println!("Granted {}: {id}", in_words(&grant, &[]));
        Ok(exit::DONE)
    }
}

impl List {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let filter =
            GrantFilter { source: self.source.clone(), person: self.person.map(|Id(person)| person) };
        let grants = services.store.grants(&filter).await?;
        let bindings = services.store.source_bindings().await?;
        let registered = match self.source.is_none() && filter.person.is_none() {
            true => services.store.registered().await?,
            false => Vec::new(),
        };
        let bindings =
            bindings.into_iter().filter(|(source, _)| self.source.as_ref().is_none_or(|s| s == source));
        if self.json {
            for StoredGrant { id, grant, accounts, granted_by } in &grants {
                let (kind, to) = match &grant.grantee {
                    Grantee::Person(account) => ("person", Some(account)),
                    Grantee::PlatformRole(role) => ("platform_role", Some(role)),
                    Grantee::Place(place) => ("everyone_in", Some(place)),
                    Grantee::Anyone => ("anyone", None),
                };
                crate::lines::print(&serde_json::json!({
                    "id": id, "role": grant.role.as_str(), "kind": kind, "to": to, "accounts": accounts,
                    "source": grant.source, "place": grant.place, "granted_by": granted_by,
                }))?;
            }
            for (source, place) in bindings {
                crate::lines::print(&serde_json::json!({ "bound": source, "place": place }))?;
            }
            for Registered { accounts, by, at } in &registered {
                crate::lines::print(&serde_json::json!({ "registered": accounts, "by": by, "at": at }))?;
            }
            return Ok(exit::DONE);
        }
        if grants.is_empty() {
            println!(
                "Nothing is granted: nobody may ask in chats. Example: rowcall access grant viewer --anyone"
            );
        }
        for stored in &grants {
            println!("{}  {}", stored.id, in_words(&stored.grant, &stored.accounts));
        }
        for (source, place) in bindings {
            println!("{source} is asked only from {place}");
        }
        for Registered { accounts, .. } in &registered {
            println!("{} counts as an approver of changes, where they have that role", accounts.join(", "));
        }
        Ok(exit::DONE)
    }
}

impl Revoke {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        if !services.store.revoke(self.id).await? {
            bail!("there is no grant {}; see `rowcall access list`", self.id);
        }
        println!("Revoked. Questions that still wait are not run on the strength of it.");
        Ok(exit::DONE)
    }
}

impl Person {
    async fn register(self, on: bool) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let Account(account) = &self.account;
        let changed = services.store.set_registered(account, on).await?;
        match (on, changed) {
            (true, true) => println!("{account} counts as a person of their own."),
            (true, false) => println!("{account} is registered already."),
            (false, true) => println!("{account} does not count as an approver of changes any more."),
            (false, false) => bail!("{account} is not registered; see `rowcall access list`"),
        }
        Ok(exit::DONE)
    }
}

impl Binding {
    async fn bind(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        require_source(&services, &self.source).await?;
        services.store.bind_source(&self.source, &self.place.0).await?;
        println!("{} is asked only from the places it is bound to; {} is one.", self.source, self.place.0);
        Ok(exit::DONE)
    }

    async fn unbind(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        if !services.store.unbind_source(&self.source, &self.place.0).await? {
            bail!("{} is not bound to {}; see `rowcall access list`", self.source, self.place.0);
        }
        let bound = services.store.source_bindings().await?;
        match bound.iter().any(|(source, _)| *source == self.source) {
            true => println!("{} is not asked from {} any more.", self.source, self.place.0),
            // The last one gone opens it: nobody should find that out later.
            false => println!("{} is bound to no place now: it can be asked from everywhere.", self.source),
        }
        Ok(exit::DONE)
    }
}

async fn require_source(services: &Services, name: &str) -> Result<()> {
    match services.store.source(Some(name)).await? {
        Some(_) => Ok(()),
        None => bail!("there is no source \"{name}\"; see `rowcall source list`"),
    }
}

fn in_words(grant: &Grant, accounts: &[String]) -> String {
    let to = match &grant.grantee {
        Grantee::Person(_) if !accounts.is_empty() => accounts.join(", "),
        Grantee::Person(account) => account.clone(),
        Grantee::PlatformRole(role) => format!("role {role}"),
        Grantee::Place(place) => format!("everyone in {place}"),
        Grantee::Anyone => "anyone".into(),
    };
    let source = grant.source.as_deref().map_or_else(|| "every source".into(), |s| format!("source {s}"));
    let place = grant.place.as_deref().map_or_else(String::new, |p| format!(", in {p} alone"));
    format!("{} to {to}, for {source}{place}", grant.role)
}

/// `platform:id` of a person or place, on a platform whose ids nobody can choose.
#[derive(Clone, Debug)]
struct Id(String);

impl FromStr for Id {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let id = text.split_once(':').and_then(|(platform, id)| match platform.parse() {
            Ok(Platform::Discord) => Some(id),
            Ok(Platform::Telegram) => Some(id.strip_prefix('-').unwrap_or(id)),
            _ => None,
        });
        match id {
            Some(id) if is_number(id) => Ok(Self(text.to_owned())),
            _ => Err("write it as discord:123456789 or telegram:123456789 (a number, never a name)".into()),
        }
    }
}

/// The same, or a name at the console or the command line, where whoever gets in owns the installation.
#[derive(Clone, Debug)]
struct Account(String);

impl FromStr for Account {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':').map(|(platform, name)| (platform.parse(), name)) {
            Some((Ok(Platform::Console | Platform::Cli), name)) if !name.is_empty() => {
                Ok(Self(text.to_owned()))
            }
            _ => text.parse().map(|Id(id)| Self(id)),
        }
    }
}

/// `discord:server:role`.
#[derive(Clone, Debug)]
struct RoleId(String);

impl FromStr for RoleId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split(':').collect::<Vec<_>>()[..] {
            ["discord", server, role] if is_number(server) && is_number(role) => Ok(Self(text.to_owned())),
            _ => Err("write it as discord:SERVER:ROLE, both as numbers".into()),
        }
    }
}

fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_platforms_own_numbers() {
        let check = |text: &str, id: bool, role: bool| {
            assert_eq!(text.parse::<Id>().is_ok(), id, "{text} as an id");
            assert_eq!(text.parse::<RoleId>().is_ok(), role, "{text} as a role");
        };
        check("discord:123", true, false);
        check("telegram:-100123", true, false);
        check("discord:1:2", false, true);
        check("telegram:1:2", false, false);
        check("discord:-1", false, false);
        check("discord:ada", false, false);
        check("console:1", false, false);
        check("slack:1", false, false);
        check("discord:", false, false);
        check("123", false, false);
    }
}
