//! Every rule's cases. A file in `cases/` holds one statement after each comment line that says what is expected:
//! `-- allow_read`, `-- needs_approval KIND` or `-- refuse CODE [CODE…]`; `[catalogue]` behind it judges the
//! statement against the catalogue of `tests/sample`, `[restricted]` against the same with columns and rows kept back, `[definitions]` against that where definitions are
//! allowed; what follows `:` is for the reader. `\n`, `\t` and `\u{…}` in a
//! statement stand for that character.

use std::collections::BTreeSet;

use crate::sample::{catalogue, definitions, restricted};

use rowcall_policy::{Code, Facts, Verdict, check};

#[test]
fn every_case_gets_its_verdict() {
    let (catalogue, restricted, definitions) = (catalogue(), restricted(), definitions());
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let mut count = 0;
    let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cases"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (expected, against, sql) in cases(&std::fs::read_to_string(&file).unwrap()) {
            count += 1;
            let facts = Facts {
                catalogue: match against {
                    Against::Nothing => None,
                    Against::Catalogue => Some(&catalogue),
                    Against::Restricted => Some(&restricted),
                    Against::Definitions => Some(&definitions),
                },
            };
            let verdict = check(&sql, &facts);
            seen.extend(verdict.refusals().iter().map(|r| r.code));
            let got = describe(&verdict);
            if got != expected {
                wrong.push(format!(
                    "{name}: {sql}\n   expected {expected}\n   got      {got}\n   {:?}",
                    verdict.refusals()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1_000, "only {count} cases");
    // Bytes that no SQL file can hold, and accidents of the printer, have tests of their own.
    let elsewhere = BTreeSet::from([Code::TooLong, Code::InvalidUtf8, Code::NotUnderstood, Code::RoundTrip]);
    let missing: Vec<_> = Code::ALL.iter().filter(|c| !seen.contains(c) && !elsewhere.contains(c)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn every_file_of_cases_belongs_to_a_rule() {
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cases")).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let rule = format!("{}/src/rules/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        assert!(
            std::path::Path::new(&rule).exists()
                || ["reads", "team", "analysts", "smuggling", "injection", "redteam"]
                    .contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn what_runs_is_the_printed_tree_and_it_says_what_it_uses() {
    let catalogue = catalogue();
    let facts = Facts { catalogue: Some(&catalogue) };
    let Verdict::AllowRead(read) = check(
        "with c as (select * from ORDERS) /* x */ select LOWER(status), pg_catalog.now() from c join shop.customers using (id) -- end",
        &facts,
    ) else {
        panic!()
    };
    assert_eq!(
        read.sql(),
        "WITH c AS (SELECT * FROM orders) SELECT lower(status), pg_catalog.now() FROM c JOIN shop.customers USING (id)"
    );
    assert_eq!(
        read.relations().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["orders", "shop.customers"]
    );
    assert_eq!(
        read.functions().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["lower", "pg_catalog.now"]
    );
    let Verdict::Refuse(refusals) = check("SELECT 1, pg_sleep(1)", &facts) else { panic!() };
    assert_eq!((refusals[0].code.as_str(), refusals[0].at), ("function_not_allowed", Some(10)));
    assert!(!refusals[0].reason.is_empty() && !refusals[0].allowed.is_empty());
}

fn describe(verdict: &Verdict) -> String {
    match verdict {
        Verdict::AllowRead(_) => "allow_read".into(),
        Verdict::NeedsApproval(change) => format!("needs_approval {}", change.kind().as_str()),
        Verdict::Refuse(refusals) => {
            let codes: BTreeSet<_> = refusals.iter().map(|r| r.code.as_str()).collect();
            format!("refuse {}", codes.into_iter().collect::<Vec<_>>().join(" "))
        }
    }
}

#[derive(Clone, Copy)]
enum Against {
    Nothing,
    Catalogue,
    Restricted,
    Definitions,
}

fn cases(text: &str) -> Vec<(String, Against, String)> {
    let mut cases: Vec<(String, Against, String)> = Vec::new();
    for line in text.lines() {
        let head = line
            .strip_prefix("-- ")
            .filter(|h| ["allow_read", "needs_approval", "refuse"].iter().any(|w| h.starts_with(w)));
        match (head, cases.last_mut()) {
            (Some(head), _) => {
                let head = head.split(':').next().unwrap().trim();
                let against = match () {
                    () if head.contains("[catalogue]") => Against::Catalogue,
                    () if head.contains("[restricted]") => Against::Restricted,
                    () if head.contains("[definitions]") => Against::Definitions,
                    () => Against::Nothing,
                };
                let mut words: Vec<_> = head.split_whitespace().filter(|w| !w.starts_with('[')).collect();
                words[1..].sort_unstable();
                cases.push((words.join(" "), against, String::new()));
            }
            (None, Some(case)) => {
                if !case.2.is_empty() {
                    case.2.push('\n');
                }
                case.2.push_str(line);
            }
            (None, None) => {}
        }
    }
    cases.into_iter().map(|(e, c, sql)| (e, c, unescape(sql.trim_end()))).collect()
}

fn unescape(sql: &str) -> String {
    let sql = sql.replace("\\n", "\n").replace("\\t", "\t");
    let mut out = String::new();
    let mut rest = sql.as_str();
    while let Some((before, after)) = rest.split_once("\\u{") {
        let (code, after) = after.split_once('}').unwrap();
        out.push_str(before);
        out.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        rest = after;
    }
    out + rest
}
