//! A worker process: one call of the product, its outcome as one line of JSON. It may die at any moment.

use rowcall_change::{
    Approved, Bound, Change, Evidence, Images, Limits, Mark, NotKept, Outcome, Settled, UndoStore, execute,
    settle_without,
};
use rowcall_core::{Catalogue, Column, Table, TicketId, TypeKind, change::Fingerprint};
use rowcall_policy::{CheckedChange, Facts, Verdict};
use rowcall_source::{InitOptions, Source, SourceSettings};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use uuid::Uuid;

/// What a worker is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Orders {
    /// The source, through a proxy.
    pub url: String,
    pub writer: String,
    pub sql: String,
    /// The table that a definition is for.
    pub table: Option<String>,
    pub installation: Uuid,
    pub ticket: TicketId,
    pub fingerprint: Fingerprint,
    pub evidence: Evidence,
    /// Rows are not bound; at most so many.
    pub cap: Option<u64>,
    /// The ticket is not valid any more.
    pub withdraw: bool,
    /// Where images are kept.
    pub folder: PathBuf,
}

/// What a worker says at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// It happened.
    Applied,
    /// It did not, and never will, because of this.
    Not(String),
    /// It does not know, because of this.
    InDoubt(String),
}

/// Times short enough for many runs.
pub fn limits() -> Limits {
    Limits { lock_ms: 250, statement_ms: 3_000, attempts: 2, ..Limits::default() }
}

pub fn settings(writer: &str) -> SourceSettings {
    SourceSettings {
        role: Some(InitOptions::default().reader),
        writer: Some(writer.to_owned()),
        definitions: true,
        connect_timeout: std::time::Duration::from_secs(1),
        ..SourceSettings::default()
    }
}

/// Images as files: there when the call returns.
struct Files(PathBuf);

#[async_trait::async_trait]
impl UndoStore for Files {
    async fn keep(&self, ticket: TicketId, images: Option<&Images>) -> Result<(), NotKept> {
        let failed = |error: std::io::Error| NotKept(error.to_string());
        let bytes = images.map(|images| images.pack().unwrap()).unwrap_or_default();
        let unfinished = self.0.join(format!("{ticket}.{}", std::process::id()));
        std::fs::write(&unfinished, bytes).map_err(failed)?;
        std::fs::rename(unfinished, self.0.join(ticket.to_string())).map_err(failed)
    }
}

/// The statement, judged by a catalogue that holds `table` and nothing else, if one is given.
pub fn checked(sql: &str, table: Option<&str>) -> CheckedChange {
    let column = Column::new("id", "integer", TypeKind::Integer);
    let catalogue = table.map(|name| Catalogue {
        search_path: vec!["public".to_owned()],
        tables: vec![Table::new("public", name, vec![column])],
        definitions: true,
        ..Catalogue::default()
    });
    match rowcall_policy::check(sql, &Facts { catalogue: catalogue.as_ref() }) {
        Verdict::NeedsApproval(checked) => checked,
        other => panic!("{other:?}: {sql}"),
    }
}

pub async fn run(orders: &str) {
    let orders: Orders = serde_json::from_str(orders).unwrap();
    let source = Source::new(settings(&orders.writer), &orders.url).unwrap();
    let mark = Mark { installation: orders.installation, ticket: orders.ticket };
    let said = if orders.withdraw {
        match settle_without(&source, mark, &limits()).await {
            Settled::Applied => Said::Applied,
            Settled::Withdrawn => Said::Not("withdrawn by this".to_owned()),
            Settled::InDoubt(why) => Said::InDoubt(why),
        }
    } else {
        let checked = checked(&orders.sql, orders.table.as_deref());
        let approved = Approved {
            fingerprint: orders.fingerprint,
            evidence: Some(orders.evidence.clone()),
            bound: orders.cap.map_or(Bound::Rows, Bound::AtMost),
        };
        let store = Files(orders.folder.clone());
        match execute(&source, mark, Change::Statement(&checked), &approved, &limits(), &store).await {
            Outcome::Applied(_) | Outcome::AlreadyApplied => Said::Applied,
            Outcome::Withdrawn => Said::Not("withdrawn".to_owned()),
            Outcome::Stale { moved } => Said::Not(moved.join(" ")),
            Outcome::Failed(problem) => Said::Not(problem.sentence),
            Outcome::InDoubt { why } => Said::InDoubt(why),
        }
    };
    println!("{}", serde_json::to_string(&said).unwrap());
}
