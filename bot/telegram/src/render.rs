//! A card as a message of Telegram.

use crate::html::{code, cut, inert, plain, units};
use rowcall_frontend::{Card, Control, Look, Picture, Tone};
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

/// What a message holds. Tables are sized for a phone held upright: at Telegram's default text size a line of `<pre>`
/// on a screen 360 points wide holds 36 characters before it wraps, and 15 rows leave the buttons in sight.
pub const LOOK: Look =
    Look { table_width: 36, table_rows: 15, text: 3300, caption: 900, sql: 1500, file: 50 * 1024 * 1024 };

/// For a message that already shows a picture and can never be text again: no table fits, so that it is drawn.
pub const PICTURE_LOOK: Look = Look { table_width: 0, ..LOOK };

/// Telegram's limit for a text, in UTF-16 units after markup is read.
const TEXT: usize = 4096;
/// Its limit for the words beside a picture.
const CAPTION: usize = 1024;
/// Bytes that a button can hold.
const DATA: usize = 64;
/// Buttons beside each other.
const ROW: usize = 4;

/// A message, ready to be sent or edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Text or caption.
    pub html: String,
    /// The picture.
    pub picture: Option<Picture>,
    /// The buttons.
    pub keyboard: InlineKeyboardMarkup,
}

/// Writes a card down.
pub fn draft(card: &Card) -> Draft {
    let limit = if card.picture.is_some() { CAPTION } else { TEXT };
    Draft { html: html(card, limit), picture: card.picture.clone(), keyboard: keyboard(card) }
}

/// The same without its picture, for a place where none can be shown.
pub fn words(card: &Card, limit: usize) -> String {
    html(card, limit.min(CAPTION))
}

fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Working => "⏳ ",
        Tone::Question => "❓ ",
        Tone::Problem => "⚠️ ",
        Tone::Answer | Tone::Info => "",
    }
}

/// The parts one under the other, in at most `limit` units. What stands last gives way first, but the footer, which
/// names the run, is always there.
fn html(card: &Card, limit: usize) -> String {
    let mut page = Page { out: String::new(), left: limit };
    let footer = card.footer.as_deref().map(|f| cut(&inert(f), 200)).filter(|f| !f.is_empty());
    let reserved = footer.as_deref().map_or(0, |f| units(f) + 2);
    page.left = page.left.saturating_sub(reserved);
    let mark = mark(card.tone);
    if let Some(title) = &card.title {
        page.part(&format!("{mark}{title}"), "\n\n", "<b>", "</b>", false);
    }
    let text = if card.title.is_none() { format!("{mark}{}", card.text) } else { card.text.clone() };
    page.part(text.trim_end(), "\n\n", "", "", false);
    if let Some(table) = &card.table {
        page.part(table.trim_end_matches('\n'), "\n\n", "<pre>", "</pre>", true);
    }
    for note in &card.notes {
        page.part(note, "\n", "<i>", "</i>", false);
    }
    if let Some(sql) = &card.sql {
        page.part(sql.trim_end(), "\n\n", "<blockquote expandable><code>", "</code></blockquote>", true);
    }
    page.left += reserved;
    if let Some(footer) = footer {
        page.part(&footer, "\n\n", "<i>", "</i>", false);
    }
    if page.out.is_empty() { "…".into() } else { page.out }
}

struct Page {
    out: String,
    left: usize,
}

impl Page {
    fn part(&mut self, text: &str, gap: &str, open: &str, close: &str, fixed: bool) {
        let gap = if self.out.is_empty() { "" } else { gap };
        let text = if fixed { text.to_owned() } else { inert(text) };
        let text = cut(&text, self.left.saturating_sub(gap.len()));
        if text.trim().is_empty() {
            return;
        }
        self.left -= units(&text) + gap.len();
        // `inert` has been done: what is left is escaping, which `code` does for both kinds.
        self.out.extend([gap, open, &code(&text), close]);
    }
}

fn keyboard(card: &Card) -> InlineKeyboardMarkup {
    let button = |control: &Control| {
        let fits = !control.label.trim().is_empty() && control.press.len() <= DATA;
        fits.then(|| InlineKeyboardButton::callback(cut(&control.label, 80), control.press.clone()))
    };
    let choices = card.choices.iter().filter_map(button).map(|b| vec![b]);
    let actions: Vec<_> = card.actions.iter().filter_map(button).collect();
    // As even as can be: five are 3 and 2, not 4 and 1.
    let rows = actions.len().div_ceil(ROW).max(1);
    let wide = actions.len().div_ceil(rows).max(1);
    InlineKeyboardMarkup::new(choices.chain(actions.chunks(wide).map(<[_]>::to_vec)))
}

/// A sentence of ours or of the desk, as HTML.
pub fn sentence(text: &str) -> String {
    plain(&cut(text, TEXT / 2))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use bytes::Bytes;
    use rowcall_frontend::Style;

    fn control(label: &str, press: &str) -> Control {
        Control { label: label.into(), press: press.into(), style: Style::Plain }
    }

    fn answer() -> Card {
        Card {
            tone: Tone::Answer,
            title: Some("Orders by <city>".into()),
            text: "Berlin & @all lead.".into(),
            table: Some("city    n\n<b>     1\n".into()),
            sql: Some("SELECT 1 < 2".into()),
            notes: vec!["Only paid ones.".into()],
            footer: Some("shop · offline · 12 ms".into()),
            ..Card::default()
        }
    }

    #[test]
    fn an_answer_has_its_parts_in_order_and_escaped() {
        assert_eq!(
            draft(&answer()).html,
            "<b>Orders by &lt;city&gt;</b>\n\nBerlin &amp; @\u{2060}all lead.\n\n\
             <pre>city    n\n&lt;b&gt;     1</pre>\n<i>Only paid ones.</i>\n\n\
             <blockquote expandable><code>SELECT 1 &lt; 2</code></blockquote>\n\n<i>shop · offline · 12 ms</i>"
        );
    }

    #[test]
    fn what_is_too_long_gives_way_but_not_the_footer() {
        let mut card = Card { text: "a@b ".repeat(4000), ..answer() };
        for picture in [false, true] {
            card.picture =
                picture.then(|| Picture { name: "c.png".into(), png: Bytes::new(), alt: "".into() });
            let html = draft(&card).html;
            let seen = html.replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "");
            let seen = seen.replace("&lt;", "<").replace("&gt;", ">");
            assert!(units(&seen) <= if picture { CAPTION } else { TEXT }, "{}", units(&seen));
            assert!(html.ends_with("12 ms</i>"), "{html}");
        }
    }

    #[test]
    fn buttons_are_laid_out_for_a_phone() {
        let card = Card {
            choices: vec![
                control("Last month", "c:1"),
                control("This month", "c:2"),
                control("Too long", &"x".repeat(65)),
            ],
            actions: (0..5).map(|n| control(&n.to_string(), "x")).collect(),
            ..Card::default()
        };
        let rows: Vec<_> = draft(&card).keyboard.inline_keyboard.iter().map(Vec::len).collect();
        assert_eq!(rows, [1, 1, 3, 2]);
    }
}
