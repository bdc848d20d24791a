//! `rowcall source add|list|init|doctor`.

use crate::{
    exit,
    services::{Services, env},
};
use anyhow::{Context, Result, bail};
use rowcall_core::change::ChangeRules;
use rowcall_source::{CatalogueCache, InitOptions, Severity, Source, SourceSettings};
use std::{path::PathBuf, process::ExitCode};

/// The databases that can be asked.
#[derive(clap::Subcommand)]
pub enum SourceCommand {
    /// Add a source, or change the one of that name. Its address stays where it is: in a variable or a file that
    /// the worker can read.
    ///
    /// Example: rowcall source add shop --url-env SHOP_DATABASE_URL --role rowcall_reader
    ///
    /// Example, for one that may also be changed: rowcall source add shop --url-env SHOP_DATABASE_URL --role rowcall_reader
    /// --writer rowcall_writer
    Add(Add),
    /// List the sources.
    List(List),
    /// Change what is done with a source's answers.
    ///
    /// Example: rowcall source set shop --private-results on
    Set(Set),
    /// Print what a source asks of changes to its data, or set it: thresholds of risk, who decides, when a change expires.
    ///
    /// Example: rowcall source rules shop --set '{"rules": [{"decider": {"approvers": {"count": 2}}}]}'
    Rules(Rules),
    /// Print the roles, grants and marker schema that a source needs, for its administrator to run; or run them.
    ///
    /// Example: rowcall source init --schema public --writable public.orders | psql shop
    Init(Init),
    /// Read a source's tables again now, instead of when the cached list is too old.
    ///
    /// Example: rowcall source refresh shop
    Refresh(Refresh),
    /// Look at a source with the eyes of a careful administrator, and say what is missing or dangerous.
    ///
    /// Example: rowcall source doctor shop
    Doctor(Doctor),
}

#[derive(clap::Args)]
pub struct Add {
    /// Lower-case letters, digits, '-' and '_'.
    name: String,
    /// Environment variable that holds its URL, on the worker's machine.
    #[arg(long, value_name = "VARIABLE", conflicts_with = "url_file", required_unless_present = "url_file")]
    url_env: Option<String>,
    /// File that holds its URL, on the worker's machine.
    #[arg(long, value_name = "FILE")]
    url_file: Option<PathBuf>,
    /// Role taken on for every read: what `rowcall source init` made.
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Role taken on for every change; without one the source can only be read.
    #[arg(long, value_name = "ROLE")]
    writer: Option<String>,
    /// What it asks of changes, as JSON: see `rowcall source rules`.
    #[arg(long, value_name = "JSON")]
    rules: Option<String>,
    /// Further settings as JSON, e.g. '{"row_cap": 500, "schemas": ["public"], "changes": {"dry_run_rows": 1000}}'.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    settings: String,
    /// Data folder of the demo to add it to, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct List {
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
    /// Data folder of the demo to look at, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Set {
    /// The source's name.
    name: String,
    /// Show its answers to their asker alone, whatever the place.
    #[arg(long, value_name = "on|off", value_parser = on_or_off, action = clap::ArgAction::Set)]
    private_results: bool,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Rules {
    /// The source's name.
    name: String,
    /// The rules as JSON; what they do not name is as it is where nothing was set. Tickets that are open keep theirs.
    #[arg(long, value_name = "JSON")]
    set: Option<String>,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn on_or_off(word: &str) -> Result<bool, String> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("say on or off".into()),
    }
}

#[derive(clap::Args)]
pub struct Init {
    /// A schema that may be read (repeatable); "public" when not given.
    #[arg(long = "schema", value_name = "SCHEMA")]
    schemas: Vec<String>,
    /// A table whose rows may be changed (repeatable).
    #[arg(long, value_name = "SCHEMA.TABLE", conflicts_with = "read_only")]
    writable: Vec<String>,
    /// Prepare definitions as well (`definitions` in the source's settings): the writing role owns those tables, and may
    /// create others in the schemas.
    #[arg(long, conflicts_with = "read_only")]
    definitions: bool,
    /// Make no role that may write.
    #[arg(long)]
    read_only: bool,
    /// Run them, instead of printing them, in the database that SOURCE_ADMIN_URL names (a superuser's or the owner's
    /// address), and give the login the password in SOURCE_LOGIN_PASSWORD. May be done again.
    #[arg(long)]
    apply: bool,
}

#[derive(clap::Args)]
pub struct Refresh {
    /// The source's name; the default source when not given.
    name: Option<String>,
    /// Data folder of the demo, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct Doctor {
    /// The source's name, or nothing with --source-url.
    #[arg(required_unless_present = "source_url")]
    name: Option<String>,
    /// The database itself, without a store.
    #[arg(long, value_name = "URL", conflicts_with = "name")]
    source_url: Option<String>,
    /// Role to take on there, with --source-url.
    #[arg(long, value_name = "ROLE", requires = "source_url")]
    role: Option<String>,
    /// Role that changes would be made as, with --source-url; without one only reading is looked at.
    #[arg(long, value_name = "ROLE", requires = "source_url")]
    writer: Option<String>,
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
    /// Data folder of the demo to look at, when no store is configured.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl SourceCommand {
    pub async fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(c) => c.run().await,
            Self::List(c) => c.run().await,
            Self::Set(c) => c.run().await,
            Self::Rules(c) => c.run().await,
            Self::Init(c) => c.run().await,
            Self::Refresh(c) => c.run().await,
            Self::Doctor(c) => c.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<ExitCode> {
        let mut settings: serde_json::Value = match serde_json::from_str(&self.settings) {
            Ok(value) => value,
            Err(error) => bail!("--settings is not JSON: {error}"),
        };
        let Some(named) = settings.as_object_mut() else { bail!("--settings is no JSON object") };
        for (name, role) in [("role", &self.role), ("writer", &self.writer)] {
            if let Some(role) = role
                && named.insert(name.to_owned(), role.clone().into()).is_some()
            {
                bail!("the {name} is named twice, by --{name} and in --settings");
            }
        }
        let rules = self.rules.as_deref().map(serde_json::from_str::<ChangeRules>).transpose();
        let rules = rules.map_err(|error| anyhow::anyhow!("--rules cannot be used: {error}"))?;
        match serde_json::from_value::<SourceSettings>(settings.clone()) {
            Err(error) => bail!("--settings: {error}"),
            Ok(read) if read.definitions && read.writer.is_none() => {
                bail!("--settings allows definitions, and there is no --writer to make them");
            }
            Ok(_) => {}
        }
        let name_ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if self.name.is_empty() || self.name.len() > 63 || !self.name.chars().all(name_ok) {
            bail!("\"{}\" is no name for a source: use lower-case letters, digits, '-' and '_'", self.name);
        }
        let url_ref = match (&self.url_env, &self.url_file) {
            (Some(variable), _) => format!("env:{variable}"),
            (None, Some(file)) => format!("file:{}", std::path::absolute(file)?.display()),
            (None, None) => bail!("name where the source's URL is: --url-env VARIABLE or --url-file FILE"),
        };
        let services = Services::configured_or_demo(self.data.as_deref())?;
        services.store.put_source(&self.name, &url_ref, &settings).await?;
        if let Some(rules) = &rules {
            services.store.set_change_rules(&self.name, rules).await?;
        }
        println!("Source \"{}\" is known. Workers read its address from {url_ref}.", self.name);
        Ok(exit::DONE)
    }
}

impl List {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let sources = services.store.sources().await?;
        if sources.is_empty() && !self.json {
            println!("There are none yet. Add one with: rowcall source add NAME --url-env VARIABLE");
        }
        for source in sources {
            if self.json {
                crate::lines::print(&serde_json::json!({
                    "name": source.name, "url": source.url_ref, "default": source.is_default, "settings": source.settings,
                }))?;
            } else {
                let default = if source.is_default { "  (default)" } else { "" };
                println!("{:20} {}{default}", source.name, source.url_ref);
            }
        }
        Ok(exit::DONE)
    }
}

impl Set {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        if !services.store.set_private_results(&self.name, self.private_results).await? {
            bail!("there is no source \"{}\"; see `rowcall source list`", self.name);
        }
        match self.private_results {
            true => println!("Answers from {} are shown to their asker alone.", self.name),
            false => println!("Answers from {} are shown where they were asked.", self.name),
        }
        Ok(exit::DONE)
    }
}

impl Rules {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let store = &services.store;
        if store.source(Some(&self.name)).await?.is_none() {
            bail!("there is no source \"{}\"; see `rowcall source list`", self.name);
        }
        if let Some(text) = &self.set {
            let rules: ChangeRules =
                serde_json::from_str(text).map_err(|e| anyhow::anyhow!("--set cannot be used: {e}"))?;
            store.set_change_rules(&self.name, &rules).await?;
        }
        println!("{}", serde_json::to_string_pretty(&store.change_rules(&self.name).await?)?);
        Ok(exit::DONE)
    }
}

impl Init {
    async fn run(self) -> Result<ExitCode> {
        let schemas = if self.schemas.is_empty() { vec!["public".to_owned()] } else { self.schemas };
        let writable = self.writable.iter().map(|table| match table.split_once('.') {
            Some((schema, name)) if !schema.is_empty() && !name.is_empty() => {
                Ok((schema.to_owned(), name.to_owned()))
            }
            _ => bail!("--writable {table}: name the table with its schema, as in public.orders"),
        });
        let writable = writable.collect::<Result<Vec<_>>>()?;
        let defaults = InitOptions::default();
        let writer = defaults.writer.clone().filter(|_| !self.read_only);
        let definitions = self.definitions;
        let options = InitOptions { schemas, writable, definitions, writer, ..defaults };
        if !self.apply {
            print!("{}", rowcall_source::init_sql(&options));
            return Ok(exit::DONE);
        }
        let needed = |name: &str| {
            env(name).filter(|value| !value.is_empty()).with_context(|| format!("{name} is not set"))
        };
        let (url, password) = (needed("SOURCE_ADMIN_URL")?, needed("SOURCE_LOGIN_PASSWORD")?);
        rowcall_source::apply_init(&options, &url, &password).await?;
        println!("The login \"{}\" may read {}.", options.login, options.schemas.join(", "));
        let writer = options.writer.as_deref().map(|writer| format!(" --writer {writer}"));
        let definitions = if definitions { " --settings '{\"definitions\": true}'" } else { "" };
        println!(
            "Add it with: rowcall source add NAME --role {}{}{definitions}",
            options.reader,
            writer.unwrap_or_default()
        );
        Ok(exit::DONE)
    }
}

impl Refresh {
    async fn run(self) -> Result<ExitCode> {
        let services = Services::configured_or_demo(self.data.as_deref())?;
        let source = stored_source(&services, self.name.as_deref()).await?;
        let cache = CatalogueCache::new(
            Some(services.queue.link().connection()),
            services.config.worker.catalogue_ttl,
        );
        let catalogue = source.refresh(&cache).await?;
        println!("{} tables; workers see them within seconds.", catalogue.tables.len());
        Ok(exit::DONE)
    }
}

async fn stored_source(services: &Services, name: Option<&str>) -> Result<Source> {
    let Some(stored) = services.store.source(name).await? else {
        bail!("there is no source of that name; see `rowcall source list`")
    };
    Ok(rowcall_worker::sources::open(&stored)?)
}

impl Doctor {
    async fn run(self) -> Result<ExitCode> {
        let source = match (&self.source_url, &self.name) {
            (Some(url), _) => {
                let (role, writer) = (self.role.clone(), self.writer.clone());
                Source::new(SourceSettings { role, writer, ..SourceSettings::default() }, url)?
            }
            (None, name) => {
                let services = Services::configured_or_demo(self.data.as_deref())?;
                stored_source(&services, name.as_deref()).await?
            }
        };
        let findings = source.doctor().await;
        let mut worst = exit::DONE;
        for finding in &findings {
            if finding.severity == Severity::Error {
                worst = exit::ERROR;
            }
            if self.json {
                crate::lines::print(finding)?;
            } else {
                let mark = match finding.severity {
                    Severity::Error => "error  ",
                    Severity::Warning => "warning",
                    Severity::Ok => "ok     ",
                };
                println!("{mark} {} {}", finding.what, finding.fix);
            }
        }
        Ok(worst)
    }
}
