//! A card as a message of Discord: one embed, a picture, rows of buttons. Limits are kept here, whatever a card holds.

use crate::{
    api::File,
    escape::{cut, escape_within, fenced, units},
};
use rowcall_frontend::{Card, Control, Look, Style, Tone};
use serenity::{
    all::ButtonStyle,
    builder::{
        CreateActionRow, CreateButton, CreateEmbed, CreateEmbedFooter, CreateSelectMenu,
        CreateSelectMenuKind, CreateSelectMenuOption,
    },
};
use std::collections::HashSet;

/// How much a message of Discord holds. An embed's description takes 4096 characters, markup included.
pub const LOOK: Look =
    Look { table_width: 56, table_rows: 15, text: 1800, caption: 1200, sql: 1500, file: 10_000_000 };

const DESCRIPTION: usize = 4096;
const TITLE: usize = 256;
const FOOTER: usize = 512;
const TEXT: usize = 2200;
const ALT: usize = 1024;
const LABEL: usize = 80;
const OPTION: usize = 100;
const CUSTOM_ID: usize = 100;
const ROW: usize = 5;
const ROWS: usize = 5;
const OPTIONS: usize = 25;
/// What a menu of choices is called; the choice itself comes back as its value.
pub const MENU: &str = "menu";

/// A message, ready to be sent.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// All words.
    pub embed: CreateEmbed,
    /// Buttons and menus.
    pub rows: Vec<CreateActionRow>,
    /// Pictures and files.
    pub files: Vec<File>,
}

/// A card as a message.
pub fn sheet(card: &Card) -> Sheet {
    let mut embed = CreateEmbed::new().colour(colour(card.tone));
    if let Some(title) = &card.title {
        embed = embed.title(escape_within(title, TITLE));
    }
    let description = description(card);
    if !description.is_empty() {
        embed = embed.description(description);
    }
    let mut files = Vec::new();
    if let Some(picture) = &card.picture {
        let name = file_name(&picture.name, "picture.png");
        embed = embed.attachment(name.clone());
        let alt = Some(cut(&picture.alt, ALT)).filter(|alt| !alt.is_empty());
        files.push(File { name, mime: "image/png".into(), bytes: picture.png.clone(), alt });
    }
    if let Some(footer) = &card.footer {
        embed = embed.footer(CreateEmbedFooter::new(cut(footer, FOOTER)));
    }
    Sheet { embed, rows: rows(card), files }
}

/// A few words as a message.
pub fn words(tone: Tone, text: &str) -> Sheet {
    sheet(&Card { tone, text: text.to_owned(), ..Card::default() })
}

fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Working => 0x80_84_8e,
        Tone::Answer => 0x24_80_46,
        Tone::Question => 0x58_65_f2,
        Tone::Problem => 0xd8_3c_3e,
        Tone::Info => 0x00_6c_e7,
    }
}

/// Words, table, statement, remarks, in this order. What does not fit is left out from the end; a block is
/// shortened by whole lines, so that it stays a block.
fn description(card: &Card) -> String {
    let mut out = escape_within(card.text.trim(), TEXT);
    if let Some(table) = &card.table {
        let table = block("", table, DESCRIPTION.saturating_sub(units(&out) + 1));
        add(&mut out, &table);
    }
    if let Some(sql) = &card.sql {
        let sql = block("sql", sql, DESCRIPTION.saturating_sub(units(&out) + 1));
        add(&mut out, &sql);
    }
    for note in &card.notes {
        // "-# " is Discord's small print.
        let line = format!("-# {}", escape_within(&note.replace('\n', " "), 600));
        if units(&out) + 1 + units(&line) <= DESCRIPTION {
            add(&mut out, &line);
        }
    }
    out
}

fn add(out: &mut String, part: &str) {
    if part.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(part);
}

fn block(language: &str, text: &str, limit: usize) -> String {
    let whole = fenced(language, text);
    if units(&whole) <= limit {
        return whole;
    }
    let lines: Vec<&str> = text.trim_end().lines().collect();
    (0..lines.len())
        .rev()
        .map(|keep| fenced(language, &format!("{}\n…", lines[..keep].join("\n"))))
        .find(|block| units(block) <= limit)
        .unwrap_or_default()
}

/// Letters, digits, `-`, `_` and `.`: an attachment is named in a URL.
pub fn file_name(name: &str, other: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' })
        .take(80)
        .collect();
    if name.trim_matches(['_', '.']).is_empty() { other.to_owned() } else { name }
}

fn rows(card: &Card) -> Vec<CreateActionRow> {
    let mut seen = HashSet::new();
    // The same id twice, or an empty label, would make Discord refuse the whole message.
    let mut usable = |control: &&Control| {
        let fits = !control.press.is_empty() && control.press.len() <= CUSTOM_ID;
        fits && !control.label.trim().is_empty() && seen.insert(control.press.clone())
    };
    let choices: Vec<&Control> = card.choices.iter().filter(&mut usable).take(OPTIONS).collect();
    let actions: Vec<&Control> = card.actions.iter().filter(&mut usable).collect();
    let mut rows = Vec::new();
    if choices.len() > ROW {
        rows.push(menu(&choices));
    } else if !choices.is_empty() {
        rows.push(CreateActionRow::Buttons(choices.iter().map(|c| button(c)).collect()));
    }
    // None stands alone in a second row.
    let wide = if actions.len() > ROW && actions.len() % ROW == 1 { ROW - 1 } else { ROW };
    for some in actions.chunks(wide).take(ROWS - rows.len()) {
        rows.push(CreateActionRow::Buttons(some.iter().map(|c| button(c)).collect()));
    }
    rows
}

fn button(control: &Control) -> CreateButton {
    let style = match control.style {
        Style::Plain => ButtonStyle::Secondary,
        Style::Main => ButtonStyle::Primary,
        Style::Danger => ButtonStyle::Danger,
    };
    CreateButton::new(&control.press).label(cut(control.label.trim(), LABEL)).style(style)
}

fn menu(choices: &[&Control]) -> CreateActionRow {
    let options =
        choices.iter().map(|c| CreateSelectMenuOption::new(cut(c.label.trim(), OPTION), &c.press)).collect();
    let kind = CreateSelectMenuKind::String { options };
    CreateActionRow::SelectMenu(CreateSelectMenu::new(MENU, kind).placeholder("Choose one"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bytes::Bytes;
    use proptest::prelude::*;
    use rowcall_frontend::Picture;
    use serde_json::{Value, json};

    fn control(n: usize) -> Control {
        Control { label: format!("Choice {n}"), press: format!("c:{n}"), style: Style::Plain }
    }

    fn shown(card: &Card) -> (Value, Value) {
        let sheet = sheet(card);
        (serde_json::to_value(sheet.embed).unwrap(), serde_json::to_value(sheet.rows).unwrap())
    }

    #[test]
    fn a_card_is_shown_with_all_its_parts() {
        let card = Card {
            tone: Tone::Answer,
            title: Some("Sales *by* month".into()),
            text: "3 rows for @everyone".into(),
            table: Some("month  n\n-----  -\nMay    3\n".into()),
            picture: Some(Picture {
                name: "a chart.png".into(),
                png: Bytes::from_static(b"p"),
                alt: "Bars".into(),
            }),
            sql: Some("SELECT '```'".into()),
            notes: vec!["All of_them".into()],
            footer: Some("shop, offline".into()),
            choices: vec![],
            actions: vec![control(1)],
        };
        let (embed, rows) = shown(&card);
        assert_eq!(embed["title"], "Sales \\*by\\* month");
        let text = embed["description"].as_str().unwrap();
        assert_eq!(
            text,
            "3 rows for \\@everyone\n```\nmonth  n\n-----  -\nMay    3\n```\n```sql\nSELECT '`\u{200b}`\u{200b}`'\n```\n-# All of\\_them"
        );
        assert_eq!(embed["image"]["url"], "attachment://a_chart.png");
        assert_eq!(embed["footer"]["text"], "shop, offline");
        assert_eq!(rows[0]["components"][0]["custom_id"], "c:1");
    }

    #[test]
    fn choices_become_buttons_up_to_five_and_a_menu_beyond() {
        let with = |n| Card { choices: (0..n).map(control).collect(), ..Card::default() };
        let (_, rows) = shown(&with(5));
        assert_eq!(rows[0]["components"].as_array().unwrap().len(), 5);
        let (_, rows) = shown(&with(6));
        assert_eq!(rows[0]["components"][0]["custom_id"], MENU);
        assert_eq!(rows[0]["components"][0]["options"][5]["value"], "c:5");
        let (_, rows) = shown(&with(40));
        assert_eq!(rows[0]["components"][0]["options"].as_array().unwrap().len(), 25);
    }

    #[test]
    fn buttons_come_in_rows_and_never_twice() {
        let mut card = Card { actions: (0..7).map(control).collect(), ..Card::default() };
        card.actions.push(control(0));
        card.actions.push(Control { label: " ".into(), ..control(9) });
        let (_, rows) = shown(&card);
        let counts: Vec<_> =
            rows.as_array().unwrap().iter().map(|r| r["components"].as_array().unwrap().len()).collect();
        assert_eq!(counts, [5, 2]);
        let card = Card { actions: (0..6).map(control).collect(), ..Card::default() };
        let (_, rows) = shown(&card);
        assert_eq!(rows[1]["components"].as_array().unwrap().len(), 2, "none stands alone");
    }

    #[test]
    fn a_long_table_is_cut_by_lines_and_stays_a_block() {
        let table: String = (0..300).map(|n| format!("row number {n:03} of them\n")).collect();
        let (embed, _) = shown(&Card { table: Some(table), text: "*".repeat(1800), ..Card::default() });
        let text = embed["description"].as_str().unwrap();
        assert!(text.ends_with("of them\n…\n```"), "{text}");
        assert_eq!(text.matches("```").count(), 2);
    }

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(file_name("Umsatz je Monat.csv", "x"), "Umsatz_je_Monat.csv");
        assert_eq!(file_name("../../a", "x"), ".._.._a");
        assert_eq!(file_name("日本", "result.csv"), "result.csv");
        assert_eq!(serde_json::to_value(words(Tone::Info, "a").rows).unwrap(), json!([]));
    }

    proptest! {
        #[test]
        fn nothing_is_over_a_limit(
            text in ".{0,2500}", table in "[ -~`\n]{0,5000}", sql in "[ -~`\n]{0,3000}", notes in prop::collection::vec(".{0,700}", 0..6),
            title in ".{0,400}", footer in ".{0,900}",
        ) {
            let card = Card {
                text, table: Some(table), sql: Some(sql), notes, title: Some(title), footer: Some(footer),
                ..Card::default()
            };
            let embed = serde_json::to_value(sheet(&card).embed).unwrap();
            let length = |v: &Value| v.as_str().map_or(0, units);
            let (title, text, footer) =
                (length(&embed["title"]), length(&embed["description"]), length(&embed["footer"]["text"]));
            prop_assert!(title <= 256 && text <= 4096 && footer <= 2048);
            prop_assert!(title + text + footer <= 6000);
        }
    }
}
