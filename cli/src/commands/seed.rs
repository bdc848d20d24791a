//! `rowcall seed`.

use crate::exit;
use anyhow::Result;
use std::process::ExitCode;

/// Loads the demo datasets, the same rows every time, each into a schema of its own.
///
/// What is there already is loaded anew.
///
/// Example: rowcall seed --dataset shop --source-url postgres://localhost/playground
#[derive(clap::Args)]
pub struct Seed {
    /// Which one (repeatable); all when not given.
    #[arg(long, value_name = "NAME")]
    dataset: Vec<String>,
    /// The database; its user must be allowed to create schemas. In the environment it is seen by fewer eyes than on
    /// the command line.
    #[arg(long, value_name = "URL", env = "SOURCE_ADMIN_URL", hide_env_values = true)]
    source_url: String,
    /// Print the counts as JSON.
    #[arg(long)]
    json: bool,
}

impl Seed {
    pub async fn run(self) -> Result<ExitCode> {
        let names: Vec<&str> = match self.dataset.as_slice() {
            [] => rowcall_datasets::datasets().iter().map(|d| d.name).collect(),
            some => some.iter().map(String::as_str).collect(),
        };
        let report = rowcall_datasets::seed(&self.source_url, &names, rowcall_datasets::DEFAULT_SEED).await?;
        for dataset in &report.datasets {
            if self.json {
                crate::lines::print(&serde_json::json!({"dataset": dataset.name, "rows": dataset.rows}))?;
            } else {
                println!("{:12} {:>7} rows", dataset.name, dataset.rows);
            }
        }
        if !self.json {
            println!("{:12} {:>7} rows in {:.1} s", "together", report.rows(), report.elapsed.as_secs_f64());
        }
        Ok(exit::DONE)
    }
}
