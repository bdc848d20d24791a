//! `rowcall eval`.

use super::planning::{Conversation, PlannerChoice, Planning};
use crate::{exit, lines};
use anyhow::{Context, Result, bail};
use rowcall_eval::{Database, Given, Mark, QuestionSet, Report, Scored};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

/// Scores a planner on questions whose answers are known, by running both statements.
///
/// A question set is a folder with questions.jsonl, a line {id, question, gold_sql, difficulty} each, and, for
/// questions that must be refused, refusals.jsonl. With several folders in DIR, "{db}" in the URL stands for a
/// folder's name. Coverage is the share of questions answered, precision the share of answers that are right,
/// accuracy the share of questions answered right. A question's `evidence` is the hint that it comes with. With
/// --reworded the same questions are asked as other people put them: reworded.jsonl of each set, a line
/// {of, asked: [...]} for each question, whose statement stays. With --follow-ups what is asked is follow_ups.jsonl of
/// each set, a line {id, turns: [{question, gold_sql, ordered}, ...]} for each conversation; what goes on from an answer
/// counts as long as the answers before were right. With --short it is short.jsonl of each set, questions as they are typed
/// into a chat, in the form of questions.jsonl.
///
/// Example: rowcall eval --data questions --source-url 'postgres://localhost/{db}' --misses misses.jsonl
#[derive(clap::Args)]
pub struct Eval {
    /// Folder of one set, or of folders of sets.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The database that the questions are about.
    #[arg(long, value_name = "URL")]
    source_url: String,
    /// Who plans.
    #[arg(long, value_enum, default_value_t = PlannerChoice::Offline)]
    planner: PlannerChoice,
    /// Only these sets.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Not these sets.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    without: Vec<String>,
    /// Ask in the words of reworded.jsonl; sets without one are left out.
    #[arg(long)]
    reworded: bool,
    /// Ask the conversations of follow_ups.jsonl; sets without one are left out.
    #[arg(long, conflicts_with = "reworded")]
    follow_ups: bool,
    /// Ask the questions of short.jsonl; sets without one are left out.
    #[arg(long, conflicts_with_all = ["reworded", "follow_ups"])]
    short: bool,
    /// Create each set's database first, from its schema_and_data.sql; one that exists is left as it is.
    #[arg(long)]
    load: bool,
    /// Write every question that was not answered right to this file, a JSON line each.
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl Eval {
    pub async fn run(self) -> Result<ExitCode> {
        let mut sets = rowcall_eval::sets(&self.data)?;
        if let Some(unknown) =
            self.only.iter().chain(&self.without).find(|name| !sets.iter().any(|s| s.name == **name))
        {
            bail!("there is no question set \"{unknown}\" in {}", self.data.display());
        }
        sets.retain(|s| {
            (self.only.is_empty() || self.only.contains(&s.name)) && !self.without.contains(&s.name)
        });
        type Other = fn(&QuestionSet) -> Result<Option<QuestionSet>>;
        let other: Option<(Other, &str)> = match (self.reworded, self.follow_ups, self.short) {
            (true, ..) => Some((QuestionSet::reworded, "reworded.jsonl")),
            (_, true, _) => Some((QuestionSet::follow_ups, "follow_ups.jsonl")),
            (.., true) => Some((QuestionSet::short, "short.jsonl")),
            _ => None,
        };
        if let Some((other, file)) = other {
            sets = sets.iter().map(other).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
            if sets.is_empty() {
                bail!("no question set there has a {file}");
            }
        }
        if sets.len() > 1 && !self.source_url.contains("{db}") {
            bail!(
                "{} has several question sets: write {{db}} in --source-url where a set's name belongs, or choose one with --only",
                self.data.display()
            );
        }
        let mut scored = Vec::new();
        for set in &sets {
            let url = self.source_url.replace("{db}", &set.name);
            if self.load {
                self.create(set, &url).await?;
            }
            scored.extend(self.score(set, &url).await.with_context(|| format!("question set {}", set.name))?);
        }
        if let Some(path) = &self.misses {
            write_misses(path, &scored).with_context(|| format!("{} cannot be written", path.display()))?;
        }
        let report = Report::of(&scored);
        if self.json {
            lines::print(&report)?;
        } else {
            print_text(&report)?;
        }
        Ok(exit::DONE)
    }

    async fn score(&self, set: &QuestionSet, url: &str) -> Result<Vec<Scored>> {
        let planning = Planning::of(self.planner, url, None).await?;
        let mut database = Database::connect(url).await?;
        let mut scored = Vec::new();
        let mut conversation = Conversation::default();
        let mut lost = false;
        for question in &set.questions {
            if !question.follows {
                conversation = Conversation::default();
                lost = false;
            }
            if lost {
                continue;
            }
            let answered =
                planning.plan(&question.question, question.evidence.as_deref(), &mut conversation).await?;
            let given = match answered.sql {
                Ok(sql) => Given::Sql(sql),
                Err(reason) => Given::Refused(reason),
            };
            let mark = rowcall_eval::score(&mut database, question, &given).await?;
            // What goes on from a wrong answer says nothing of how it was read.
            lost = mark != Mark::Right;
            if question.follows || !self.follow_ups {
                scored.push(Scored::new(&set.name, question, given, mark));
            }
        }
        Ok(scored)
    }

    /// Creates the database that a URL names, unless it is there.
    async fn create(&self, set: &QuestionSet, url: &str) -> Result<()> {
        let options: sqlx::postgres::PgConnectOptions = url.parse().context("--source-url is no URL")?;
        let name = options.get_database().context("--source-url names no database")?.to_owned();
        let mut server = PgConnection::connect_with(&options.clone().database("postgres"))
            .await
            .context("the server cannot be reached")?;
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(&name)
            .fetch_one(&mut server)
            .await?;
        if !exists {
            let quoted = name.replace('"', "\"\"");
            let create = format!("CREATE DATABASE \"{quoted}\" TEMPLATE template0 ENCODING 'UTF8'");
            sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut server).await?;
            rowcall_eval::load(set, url).await?;
        }
        server.close().await?;
        Ok(())
    }
}

fn write_misses(path: &std::path::Path, scored: &[Scored]) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for miss in scored.iter().filter(|s| s.mark != Mark::Right) {
        miss.serialize(&mut serde_json::Serializer::new(&mut out))?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

fn print_text(report: &Report) -> Result<()> {
    write!(std::io::stdout(), "{report}").context("standard output is closed")
}
