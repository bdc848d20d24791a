//! Cards as text, as a person sees their parts.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::Shape;
use bytes::Bytes;
use rowcall_core::{
    ArtifactId, ArtifactKind, ArtifactRef, Button, FailureCode, ReplyTable, ResultColumn, ResultSet, Value,
    catalogue::TypeKind,
};
use std::fmt::Write;

const LOOK: Look =
    Look { table_width: 44, table_rows: 10, text: 1800, caption: 900, sql: 900, file: 1 << 20 };

fn run() -> RunId {
    RunId("01890000-0000-7000-8000-00001a2b3c4d".parse().unwrap())
}

fn result(columns: &[(&str, TypeKind)], rows: Vec<Vec<Value>>) -> ResultSet {
    let columns = columns.iter().map(|(n, k)| ResultColumn { name: (*n).into(), kind: *k }).collect();
    ResultSet { row_count: rows.len() as u64, columns, rows, truncated: false }
}

fn answer(text: &str, rows: ResultSet) -> Reply {
    Reply {
        table: Some(ReplyTable { rows }),
        sql: Some("SELECT month, count(*)\nFROM orders\nGROUP BY 1".into()),
        planner: Some("offline".into()),
        assumptions: vec!["\"orders\" counts rows of the table orders.".into()],
        ms: 231,
        ..Reply::words(run(), RunState::Succeeded, text)
    }
}

fn words(text: &str) -> Value {
    Value::Text(text.into())
}

fn months(count: i64) -> ResultSet {
    let rows = (1..=count).map(|n| vec![words(&format!("month {n}")), Value::Int(n * 1000)]).collect();
    result(&[("month", TypeKind::Text), ("orders", TypeKind::Integer)], rows)
}

fn wide() -> ResultSet {
    let names: Vec<String> = (0..15).map(|i| format!("column_number_{i}")).collect();
    let columns: Vec<(&str, TypeKind)> = names.iter().map(|n| (n.as_str(), TypeKind::Text)).collect();
    result(&columns, (0..3).map(|r| (0..15).map(|c| words(&format!("cell {r} {c}"))).collect()).collect())
}

fn drawn(reply: &Reply, ask: Ask, view: View, chart: Option<Picture>) -> Card {
    let question = "orders by month";
    card(&Drawing { reply, question, ask, source: Some("shop"), view, look: &LOOK }, chart)
}

/// The card in lines.
fn read(card: &Card) -> String {
    let mut out = format!("{:?}\n", card.tone);
    let mut part = |name: &str, text: &str| {
        for line in text.lines() {
            let _ = writeln!(out, "{name:<8}| {line}");
        }
    };
    part("title", card.title.as_deref().unwrap_or_default());
    part("text", &card.text);
    part("table", card.table.as_deref().unwrap_or_default());
    part("picture", &card.picture.as_ref().map(|p| format!("{}: {}", p.name, p.alt)).unwrap_or_default());
    part("sql", card.sql.as_deref().unwrap_or_default());
    part("notes", &card.notes.join("\n"));
    part("footer", card.footer.as_deref().unwrap_or_default());
    for control in card.choices.iter().chain(&card.actions) {
        part("press", &format!("[{}] {} {:?}", control.label, control.press, control.style));
        assert!(control.label.chars().count() <= 80 && control.press.len() <= 64);
        assert!(control.press.parse::<crate::Press>().is_ok());
    }
    assert!(card.actions.len() <= 8);
    out
}

fn check(name: &str, reply: &Reply, view: View) {
    let card = drawn(reply, Ask::Question, view, None);
    fits(&card);
    insta::assert_snapshot!(name, read(&card));
}

/// All words fit what the platform takes.
fn fits(card: &Card) {
    let words = [&card.title, &card.table, &card.sql, &card.footer];
    let words = words.into_iter().flatten().chain(&card.notes).chain([&card.text]);
    let total: usize = words.map(|w| units(w)).sum();
    let room = if card.picture.is_some() { LOOK.caption } else { LOOK.text };
    assert!(total <= room, "{total} of {room}");
    assert!(card.sql.as_ref().is_none_or(|sql| units(sql) <= LOOK.sql));
}

#[test]
fn a_single_value_is_said_in_words() {
    let rows = result(&[("orders", TypeKind::Integer)], vec![vec![Value::Int(20000)]]);
    check("single_value", &answer("Orders: 20,000", rows), View::default());
}

#[test]
fn a_single_row_is_a_few_lines() {
    let rows = result(
        &[("name", TypeKind::Text), ("orders", TypeKind::Integer), ("email", TypeKind::Text)],
        vec![vec![words("Ada"), Value::Int(12345), Value::Null]],
    );
    check("single_row", &answer("Top customer: 1 row.", rows), View::default());
}

#[test]
fn a_small_table_is_text() {
    check("small_table", &answer("Orders by month: 3 rows.", months(3)), View::default());
    let shown = View { sql: true, ..View::default() };
    check("small_table_with_sql", &answer("Orders by month: 3 rows.", months(3)), shown);
}

#[test]
fn a_long_table_has_pages() {
    let mut rows = months(23);
    check("first_page", &answer("Orders by month: 23 rows.", rows.clone()), View::default());
    check("middle_page", &answer("x", rows.clone()), View { page: 1, ..View::default() });
    rows.row_count = 1000;
    rows.truncated = true;
    check("past_the_last_page", &answer("x", rows), View { page: 99, ..View::default() });
}

#[test]
fn a_wide_table_is_a_picture() {
    check("wide_table", &answer("Everything: 3 rows.", wide()), View::default());
}

#[test]
fn a_chart_can_be_turned_into_its_table() {
    let mut reply = answer("Orders by month: 3 rows.", months(3));
    let kind = ArtifactKind::Chart;
    let (name, mime, alt) = ("rowcall-1.png".to_owned(), "image/png".to_owned(), "Rising bars.".to_owned());
    reply.chart = Some(ArtifactRef { id: ArtifactId(run().0), kind, name, mime, bytes: 3, alt });
    let png = Bytes::from_static(b"png");
    let chart = Picture { name: "rowcall-1.png".into(), png, alt: "Rising bars.".into() };
    let card = drawn(&reply, Ask::Question, View::default(), Some(chart));
    fits(&card);
    insta::assert_snapshot!("chart", read(&card));
    check("chart_as_table", &reply, View { shape: Shape::Table, ..View::default() });
    // The chart's bytes are gone: the table is there.
    assert!(drawn(&reply, Ask::Question, View::default(), None).table.is_some());
}

#[test]
fn a_question_back_has_choices() {
    let mut reply = Reply::words(run(), RunState::WaitingClarification, "Which date is meant?");
    reply.buttons = ["order date", &"shipping date ".repeat(10)]
        .map(|label| Button { label: label.into(), text: format!("orders by {label}") })
        .to_vec();
    check("clarification", &reply, View::default());
}

#[test]
fn what_did_not_work_says_why_and_what_to_try() {
    let failed = rowcall_core::texts::source_unreachable("shop");
    check("failure", &Reply::failure(run(), RunState::Failed, failed), View::default());
    let why =
        Failure::new(FailureCode::CannotAnswer, "Nothing fits.", "No table is about rain.", "Ask this:");
    let mut refused = Reply::failure(run(), RunState::Refused, why);
    refused.buttons = vec![Button { label: "Orders by month".into(), text: "orders by month".into() }];
    check("refusal", &refused, View::default());
    let stopped = rowcall_core::texts::cancelled();
    check("cancelled", &Reply::failure(run(), RunState::Cancelled, stopped), View::default());
}

#[test]
fn what_stands_there_while_it_works() {
    let step = texts::step("execute").to_owned();
    insta::assert_snapshot!("working", read(&working(run(), "orders by month", step)));
}

#[test]
fn a_statement_that_was_only_shown_can_be_run() {
    let mut reply = Reply::words(run(), RunState::Succeeded, "This would answer it.");
    reply.sql = Some("SELECT 1".into());
    insta::assert_snapshot!("only_sql", read(&drawn(&reply, Ask::ShowSql, View::default(), None)));
}

#[test]
fn too_much_of_everything_still_fits() {
    let mut reply = answer(&"many words ".repeat(1000), months(23));
    reply.sql = Some("SELECT 'x' -- ".repeat(1000));
    reply.assumptions = vec!["an assumption ".repeat(100); 50];
    for (view, rows) in [(View { sql: true, ..View::default() }, months(23)), (View::default(), wide())] {
        reply.table = Some(ReplyTable { rows });
        let question = "why ".repeat(1000);
        let drawing = Drawing {
            reply: &reply,
            question: &question,
            ask: Ask::Question,
            source: Some("shop"),
            view,
            look: &LOOK,
        };
        let card = card(&drawing, None);
        fits(&card);
        assert!(card.text.ends_with('…'));
        assert!(card.table.is_some() || card.picture.is_some());
        assert!(card.actions.len() <= 8);
    }
}

#[test]
fn no_part_of_a_card_can_hide_anything() {
    let hostile = "a\u{202e}b\u{1b}[31m\u{200b}\u{3164}c\u{0}";
    let rows = result(&[(hostile, TypeKind::Text)], vec![vec![words(hostile)], vec![words(hostile)]]);
    let reply = Reply {
        sql: Some(format!("SELECT '{hostile}'")),
        planner: Some(hostile.into()),
        assumptions: vec![hostile.into()],
        buttons: vec![Button { label: hostile.into(), text: hostile.into() }],
        ..answer(hostile, rows)
    };
    let failed = Reply {
        state: RunState::Failed,
        failure: Some(rowcall_core::Failure::new(FailureCode::QueryError, hostile, hostile, hostile)),
        ..reply.clone()
    };
    for reply in [reply, failed.clone()] {
        for sql in [false, true] {
            let view = View { sql, ..View::default() };
            let drawing = Drawing {
                reply: &reply,
                question: hostile,
                ask: Ask::Question,
                source: None,
                view,
                look: &LOOK,
            };
            let all = read(&card(&drawing, None));
            for hidden in ['\u{202e}', '\u{1b}', '\u{200b}', '\u{3164}', '\0'] {
                assert!(!all.contains(hidden), "{hidden:?}: {all}");
            }
            assert!(all.contains("<U+202E>"), "{all}");
        }
    }
    assert!(!problem(&failed.failure.unwrap(), None).text.contains('\u{202e}'));
}

#[test]
fn cells_cannot_hide_anything() {
    let rows = result(
        &[("name", TypeKind::Text), ("n", TypeKind::Integer)],
        vec![vec![words("a\u{202e}b\n```\u{0}"), Value::Int(1)], vec![words("x"), Value::Int(2)]],
    );
    let card = drawn(&answer("a\u{202e}b", rows), Ask::Question, View::default(), None);
    for text in [&card.text, card.table.as_ref().unwrap()] {
        assert!(!text.contains('\u{202e}') && !text.contains('\0'), "{text}");
    }
}
