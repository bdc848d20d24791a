//! Plans questions by hand: `try_questions CATALOGUE.json < questions`, one question a line; a line that begins with
//! `>` follows up on the one before. `TODAY` sets the day. Prints what was understood, for looking at it.

use rowcall_core::{Author, HistoryMessage};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: try_questions CATALOGUE.json < questions")?;
    let catalogue: rowcall_core::Catalogue = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let planner = OfflinePlanner::default();
    let mut history: Vec<HistoryMessage> = Vec::new();
    println!("suggestions: {:#?}", rowcall_planner::suggestions(&catalogue));
    for line in std::io::stdin().lines() {
        let line = line?;
        let question = match line.trim().strip_prefix('>') {
            Some(rest) => rest.trim(),
            None => {
                history.clear();
                line.trim()
            }
        };
        if question.is_empty() {
            continue;
        }
        println!("\n== {line}");
        let planned = planner.plan_now(PlanRequest {
            question,
            history: &history,
            catalogue: &catalogue,
            today: std::env::var("TODAY")
                .ok()
                .and_then(|d| d.parse().ok())
                .unwrap_or_else(|| chrono::Utc::now().date_naive()),
            time_zone: chrono_tz::UTC,
        });
        let said = |author, text: &str, plan| HistoryMessage { author, text: text.to_owned(), plan };
        history.push(said(Author::Person, question, None));
        match planned {
            Planned::Plan { plan, assumptions, confidence } => {
                println!("{confidence:.2} {} | {}", rowcall_plan::title(&plan), rowcall_plan::explain(&plan));
                match rowcall_plan::compile(&plan, &catalogue) {
                    Ok(compiled) => {
                        let labels: Vec<&str> = compiled.columns.iter().map(|c| c.label.as_str()).collect();
                        println!("{}\n{labels:?} {assumptions:?}", compiled.sql);
                    }
                    Err(error) => println!("error: {error}"),
                }
                history.push(said(Author::Rowcall, "", Some(serde_json::to_value(&plan)?)));
            }
            other => println!("{other:?}"),
        }
    }
    Ok(())
}
