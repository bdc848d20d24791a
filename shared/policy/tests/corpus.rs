//! The gate against statements that nobody here wrote (`corpus/README.md`).

use std::collections::BTreeMap;

use rowcall_policy::{Facts, Verdict, check};

#[test]
fn no_other_statement_is_a_read_and_every_refused_read_was_reviewed() {
    let reviewed: BTreeMap<&str, &str> = include_str!("../corpus/refused_reads.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|l| l.split_once('\t').unwrap())
        .collect();
    let (mut reads, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    let mut verdicts: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    for line in include_str!("../corpus/statements.jsonl").lines() {
        let statement: serde_json::Value = serde_json::from_str(line).unwrap();
        let (id, sql) = (statement["id"].as_str().unwrap().to_owned(), statement["sql"].as_str().unwrap());
        let verdict = check(sql, &Facts::default());
        let codes: Vec<_> = verdict.refusals().iter().map(|r| format!("{}: {}", r.code, r.reason)).collect();
        let label = statement["label"].as_str().unwrap_or("(does not parse)");
        let column = match &verdict {
            Verdict::AllowRead(_) => 0,
            Verdict::NeedsApproval(_) => 1,
            Verdict::Refuse(_) => 2,
        };
        verdicts.entry(label.to_owned()).or_default()[column] += 1;
        if statement["label"] == "read_only" {
            reads += 1;
            match &verdict {
                Verdict::AllowRead(_) => {}
                Verdict::NeedsApproval(_) | Verdict::Refuse(_) => {
                    refused.push((id, codes.join("; ").replace('\n', " ")));
                }
            }
        } else if matches!(verdict, Verdict::AllowRead(_)) {
            wrong.push(id);
        }
    }
    assert!(wrong.is_empty(), "allowed as reads: {wrong:?}");
    assert!(reads > 1_600);
    let new: Vec<_> = refused.iter().filter(|(id, _)| !reviewed.contains_key(id.as_str())).collect();
    assert!(new.is_empty(), "{} of {reads} reads refused without a review: {new:#?}", new.len());
    let stale: Vec<_> = reviewed.keys().filter(|id| !refused.iter().any(|(r, _)| r == *id)).collect();
    assert!(stale.is_empty(), "reviewed as refused but now allowed: {stale:?}");
    for (id, reasons) in &refused {
        let code = reviewed[id.as_str()].split('\t').next().unwrap();
        assert!(reasons.contains(code), "{id}: reviewed for {code}, refused for {reasons}");
    }
    let table: String = verdicts
        .iter()
        .map(|(label, [read, change, refuse])| {
            format!("| {label} | {} | {read} | {change} | {refuse} |\n", read + change + refuse)
        })
        .collect();
    assert!(include_str!("../data/reference.md").contains(&table), "the page says otherwise:\n{table}");
}
