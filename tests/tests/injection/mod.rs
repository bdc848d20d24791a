//! Texts of strangers on their whole way: what stands in cells, names of columns, comments, errors, names of people and
//! questions is shown as the characters it is made of. It pings nobody, makes no link and no markup, starts no formula,
//! and hides nothing. What is looked at is what the platforms were sent.

mod discord;
mod telegram;

use rowcall_core::Role;
use rowcall_shared::store::{Grant, Grantee};
use rowcall_tests::{
    World,
    chat::{unanswered, within},
    questions::{Asking, DemoData, WRITER},
};
use serde_json::json;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

/// One text for each thing that a text could do. What it would be is said by the words in it, which are looked for.
const HOSTILE: [&str; 18] = [
    "@everyone @here <@4242> <@!4242> <@&4242> <#4242>",
    "[click](https://evil.example/a) <https://evil.example/b>",
    "https://evil.example/c www.evil.example evil.example/d",
    "```\n**bold** __under__ ||spoiler|| ~~gone~~\n```js",
    "`tick` ``ticks`` ````",
    "<b>bold</b><a href=\"tg://user?id=4242\">x</a>&lt;&amp;&#60;",
    "</pre></code><a href='https://evil.example/e'>x</a><tg-spoiler>",
    "tg://user?id=4242 t.me/evil_bot @evil_bot /evil #evil $EVIL +4915142424242 evil@evil.example",
    "left\u{202e}thgir\u{2066}a\u{2069}\u{200f}\u{061c}",
    "bell\u{7}esc\u{1b}[31mred\u{1b}]8;;https://evil.example\u{7}",
    "zero\u{200b}width\u{200d}\u{feff}",
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "# heading\n> quote\n- list\n1. one\n-# small",
    ":tada: <:x:4242> <t:1:R> </ask:4242> \\[y\\](https://evil.example/f) \\@everyone",
];

/// Names that a column can have: they are shorter than 64 bytes.
const NAMES: [&str; 5] = [
    "@everyone <@&4242> **bold**",
    "[x](https://evil.example/n)",
    "<b>&amp;</b> tg://user?id=4242 @evil_bot",
    "```| `a` ||b||",
    "=1+1",
];

/// What somebody could call themselves.
const PERSON: &str = "@everyone <@&4242> <b>[x](https://evil.example/p)</b> @evil_bot";

/// Characters that turn the reading direction, or command a terminal.
fn is_unseen(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// A world whose source holds all of it, which anybody may read and change.
async fn asking() -> Asking {
    let data = DemoData::empty().await;
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let text = |text: &str| {
        let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
        format!("convert_from(decode('{hex}', 'hex'), 'UTF8')")
    };
    let columns: String = NAMES.iter().map(|name| format!(", {} text", quoted(name))).collect();
    let many = format!("combining{}", "\u{301}".repeat(4000));
    let rows: Vec<String> = HOSTILE
        .iter()
        .copied()
        .chain([many.as_str()])
        .zip(1..)
        .map(|(hostile, id)| {
            let cells = vec![text(hostile); NAMES.len() + 1].join(", ");
            format!("({id}, {cells})")
        })
        .collect();
    data.run(&format!(
        "CREATE TABLE traps (id int PRIMARY KEY, note text{columns});
         INSERT INTO traps VALUES {};
         DO $$ BEGIN EXECUTE format('COMMENT ON TABLE traps IS %L', {}); END $$;
         DO $$ BEGIN EXECUTE format('COMMENT ON COLUMN traps.note IS %L', {}); END $$;
         ANALYZE; GRANT SELECT ON ALL TABLES IN SCHEMA public TO e2e_reader;
         GRANT SELECT, INSERT, UPDATE, DELETE ON traps TO {WRITER}",
        rows.join(", "),
        text(HOSTILE[0]),
        text(HOSTILE[5]),
    ))
    .await;
    let mut asking = Asking::idle(World::new().await, &data, json!({ "writer": WRITER })).await;
    for role in [Role::Analyst, Role::Editor, Role::Approver] {
        let grant = Grant { grantee: Grantee::Anyone, role, source: None, place: None };
        asking.world.store.grant(&grant, "test").await.unwrap();
    }
    asking.work();
    asking
}

/// What people write: questions and statements in which such texts come back in answers, refusals and errors.
fn questions() -> Vec<String> {
    let mut questions = vec![
        "/sql SELECT * FROM traps ORDER BY id".to_owned(),
        "/sql SELECT id, note FROM traps ORDER BY id DESC".to_owned(),
        "/sql SELECT note FROM traps WHERE id = 1".to_owned(),
        format!("/sql SELECT note AS \"{}\", count(*) AS \"{}\" FROM traps GROUP BY 1", NAMES[1], NAMES[0]),
        // The database's own words repeat what it was given.
        format!("/sql SELECT '{}'::int", HOSTILE[0]),
        format!("/sql SELECT '{}'::date", HOSTILE[1]),
        format!("/sql SELECT note::int FROM traps WHERE id = {}", 6),
        format!("/sql SELECT * FROM \"{}\"", NAMES[2]),
        format!("/sql SELECT \"{}\"(1)", NAMES[0]),
        format!("how many {} are there?", HOSTILE[0]),
        format!("what is {}", HOSTILE[1]),
        format!("traps where note is {}", HOSTILE[5]),
        "list all traps".to_owned(),
        "traps by note".to_owned(),
    ];
    questions.extend(NAMES.iter().map(|name| format!("traps by {name}")));
    questions
}

/// A change whose card shows such rows, before and after.
fn change() -> String {
    format!(
        "/sql UPDATE traps SET note = '{}' || note, \"{}\" = '{}' WHERE id < 9",
        HOSTILE[0],
        NAMES[0],
        HOSTILE[5].replace('\'', "''")
    )
}

/// Everything that was asked so far is answered.
async fn settled(asking: &Asking, runs: i64) {
    let all = within(PATIENCE, async || unanswered(&asking.world).await == (runs, 0)).await;
    assert!(all, "(runs, unanswered) = {:?}", unanswered(&asking.world).await);
}

/// The file holds every row, and no spreadsheet finds a formula in it.
fn assert_defused(csv: &[u8]) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), HOSTILE.len() + 2, "a head and every row");
    let cells: Vec<&str> = rows.iter().flatten().collect();
    for cell in &cells {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "a formula: {cell:?}");
    }
    assert!(
        cells.contains(&"'=1+1") && cells.contains(&"'-2+3") && cells.contains(&"'@SUM(A1)"),
        "{cells:?}"
    );
}
