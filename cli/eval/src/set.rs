//! Question sets on disk.

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use serde::Deserialize;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

/// One question.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// Unique in its set.
    pub id: String,
    /// As a person would ask.
    pub question: String,
    /// A statement that answers it; empty where it must be refused.
    #[serde(default)]
    pub gold_sql: String,
    /// Other statements that are accepted.
    #[serde(default)]
    pub alt_gold_sql: Vec<String>,
    /// The order of the rows counts.
    #[serde(default)]
    pub ordered: bool,
    /// How hard it is, in the set's own words.
    #[serde(default)]
    pub difficulty: Option<String>,
    /// A hint that is given with the question.
    #[serde(default)]
    pub evidence: Option<String>,
    /// The data cannot answer it.
    #[serde(default)]
    pub must_refuse: bool,
    /// It goes on from the question before it in the set.
    #[serde(skip)]
    pub follows: bool,
}

/// The questions about one database.
#[derive(Clone, Debug)]
pub struct QuestionSet {
    /// The folder's name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// With the ones to refuse at the end.
    pub questions: Vec<Question>,
}

/// A question in other words.
#[derive(Deserialize)]
struct Reworded {
    /// The id of the question.
    of: String,
    /// Ways to ask it.
    asked: Vec<String>,
}

/// A conversation: what was asked one after the other.
#[derive(Deserialize)]
struct Conversation {
    id: String,
    turns: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    question: String,
    gold_sql: String,
    #[serde(default)]
    ordered: bool,
}

impl QuestionSet {
    /// The conversations about the same database, one question after the other; nothing where the set has none.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn follow_ups(&self) -> Result<Option<Self>> {
        let path = self.folder.join("follow_ups.jsonl");
        if !path.exists() {
            return Ok(None);
        }
        let mut questions = Vec::new();
        for Conversation { id, turns } in lines::<Conversation>(&path)? {
            questions.extend(turns.into_iter().enumerate().map(|(n, turn)| Question {
                id: format!("{id}.{}", n + 1),
                question: turn.question,
                gold_sql: turn.gold_sql,
                alt_gold_sql: Vec::new(),
                ordered: turn.ordered,
                difficulty: None,
                evidence: None,
                must_refuse: false,
                follows: n > 0,
            }));
        }
        Ok(Some(Self { questions, ..self.clone() }))
    }

    /// Questions about the same database as people type them into a chat; nothing where the set has none.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn short(&self) -> Result<Option<Self>> {
        let path = self.folder.join("short.jsonl");
        path.exists().then(|| Ok(Self { questions: lines(&path)?, ..self.clone() })).transpose()
    }

    /// The same questions as other people put them, each way to ask a question of its own; nothing where the set has none.
    ///
    /// # Errors
    /// When a line cannot be read, or is about a question that the set does not have.
    pub fn reworded(&self) -> Result<Option<Self>> {
        let path = self.folder.join("reworded.jsonl");
        if !path.exists() {
            return Ok(None);
        }
        let mut questions = Vec::new();
        for Reworded { of, asked } in lines::<Reworded>(&path)? {
            let question = self.questions.iter().find(|q| q.id == of);
            let question = question.with_context(|| format!("{} has no question {of}", self.name))?;
            questions.extend(asked.into_iter().enumerate().map(|(n, asked)| Question {
                id: format!("{of}~{}", n + 1),
                question: asked,
                ..question.clone()
            }));
        }
        Ok(Some(Self { questions, ..self.clone() }))
    }
}

/// The sets in a folder: itself, or the folders in it, by name.
///
/// # Errors
/// When there is none, or a line in one cannot be read; says where.
pub fn sets(folder: &Path) -> Result<Vec<QuestionSet>> {
    let mut folders: Vec<PathBuf> = if folder.join("questions.jsonl").exists() {
        vec![folder.to_owned()]
    } else {
        fs::read_dir(folder)
            .with_context(|| format!("{} cannot be read", folder.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.join("questions.jsonl").exists())
            .collect()
    };
    if folders.is_empty() {
        bail!("there is no questions.jsonl in {} nor in a folder of it", folder.display());
    }
    folders.sort();
    folders.into_iter().map(set).collect()
}

fn set(folder: PathBuf) -> Result<QuestionSet> {
    let name = fs::canonicalize(&folder)?
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .context("the folder has no name")?;
    let mut questions: Vec<Question> = lines(&folder.join("questions.jsonl"))?;
    if let Some(question) = questions.iter().find(|q| q.gold_sql.is_empty() && !q.must_refuse) {
        bail!("question {} of {name} has no gold_sql", question.id);
    }
    let refusals = folder.join("refusals.jsonl");
    if refusals.exists() {
        questions
            .extend(lines::<Question>(&refusals)?.into_iter().map(|q| Question { must_refuse: true, ..q }));
    }
    Ok(QuestionSet { name, folder, questions })
}

fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut out = Vec::new();
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let at = || format!("line {} of {}", i + 1, path.display());
        let line = line.with_context(at)?;
        if !line.trim().is_empty() {
            out.push(serde_json::from_str(&line).with_context(at)?);
        }
    }
    Ok(out)
}

/// Makes a set's tables in an empty database.
///
/// # Errors
/// When the set has no `schema_and_data.sql`, or the database refuses a statement of it.
pub async fn load(set: &QuestionSet, url: &str) -> Result<()> {
    let plain = set.folder.join("schema_and_data.sql");
    let packed = set.folder.join("schema_and_data.sql.gz");
    let mut sql = String::new();
    if plain.exists() {
        sql = fs::read_to_string(plain)?;
    } else if packed.exists() {
        GzDecoder::new(File::open(packed)?).read_to_string(&mut sql)?;
    } else {
        bail!("{} has no schema_and_data.sql", set.folder.display());
    }
    let mut connection = PgConnection::connect(url).await.context("the database cannot be reached")?;
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .with_context(|| format!("the tables of {} cannot be made", set.name))?;
    sqlx::raw_sql("ANALYZE").execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
