//! The page about the rules (`docs/policy.md`), written from the rules themselves, so that it cannot say anything else
//! than they do. A test compares the two.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::rules::{comments, depth, function, text};
use crate::{Code, Stage, builtin};

/// The page, from its template.
pub fn page() -> String {
    let mut page = include_str!("../data/reference.md").to_owned();
    for (mark, text) in [
        ("{{text}}", rules(Stage::Text)),
        ("{{grammar}}", rules(Stage::Grammar)),
        ("{{use}}", rules(Stage::Use)),
        ("{{classes}}", classes()),
        ("{{extensions}}", extensions()),
        ("{{refused}}", refused_reads()),
        ("{{settings}}", function::OPEN_SETTINGS.map(|s| format!("`{s}`")).join(", ")),
        ("{{bytes}}", text::MAX_BYTES.to_string()),
        ("{{nesting}}", comments::MAX_NESTING.to_string()),
        ("{{depth}}", depth::MAX_DEPTH.to_string()),
    ] {
        page = page.replace(mark, text.trim_end());
    }
    page
}

fn rules(stage: Stage) -> String {
    let mut table = String::from("| code | refuses | why | allowed instead |\n|---|---|---|---|\n");
    for code in Code::ALL.iter().filter(|c| c.stage() == stage) {
        let _ = writeln!(table, "| `{code}` | {} | {} | {} |", code.refuses(), code.why(), code.allowed());
    }
    table
}

fn classes() -> String {
    let mut table = String::from("| class | names | verdict | because it |\n|---|---|---|---|\n");
    for (class, names) in builtin::classes() {
        let verdict = if class.allowed { "allowed" } else { "refused" };
        let _ = writeln!(table, "| {} | {names} | {verdict} | {} |", class.name, class.reason);
    }
    table
}

/// Why reads of the corpus are refused; each statement stands in the list itself.
fn refused_reads() -> String {
    let mut reasons: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for line in include_str!("../corpus/refused_reads.tsv").lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split('\t').skip(1);
        if let (Some(code), Some(why)) = (fields.next(), fields.next()) {
            *reasons.entry((code, why)).or_default() += 1;
        }
    }
    let mut table = String::from("| statements | code | why |\n|---|---|---|\n");
    for ((code, why), count) in reasons {
        let _ = writeln!(table, "| {count} | `{code}` | {why} |");
    }
    table
}

fn extensions() -> String {
    let mut list: Vec<String> = function::EXTENSIONS
        .iter()
        .map(|(name, only)| match only {
            [] => format!("`{name}`"),
            only => format!("`{name}` ({} only)", only.join(", ")),
        })
        .collect();
    list.push("`postgis` (names that begin with `st_`, `geometry` or `geography`)".into());
    list.join(", ")
}
