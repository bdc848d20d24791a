//! Lists of new values: "email = 'x@y.z', city to Paris and phone 555".

use super::{Cx, Miss, place::Place, text::Text, value::Written, value::typed};
use rowcall_plan::Assignment;

/// How well a column has to be said where no mark follows that makes it one.
const BARE: f32 = 0.9;
/// The most words of a column's name.
const LONGEST: usize = 4;

const MARKS: &[&str] = &["=", ":", "to", "is", "as", "becomes", "of", "be"];

/// A column that begins at a word, and where its value begins.
struct Start {
    place: Place,
    value: usize,
}

impl Cx<'_> {
    /// The new values that a text lists, for a table.
    pub(super) fn assignments(&self, table: usize, raw: &str) -> Result<Vec<Assignment>, Miss> {
        let text = Text::new(raw);
        let mut at = skip(&text, 0);
        let mut set = Vec::new();
        while at < text.len() {
            let Some(start) = self.start(table, &text, at) else {
                let first = text.slice(at, next_mark(&text, at).max(at + 1));
                return Err(self.column_said(table, first).err().unwrap_or_else(|| {
                    Miss::column(format!("I could not make out what \"{}\" should be.", first))
                }));
            };
            let end = self.end(table, &text, start.value);
            if end == start.value {
                return Err(Miss::value(format!("{} is to become what?", self.named(start.place))));
            }
            let value = typed(self, start.place, &Written::of(text.slice(start.value, end)))?;
            set.push(Assignment { column: self.column(start.place).name.clone(), value });
            at = skip(&text, end);
        }
        match set.is_empty() {
            true => Err(Miss::column("I could not make out what should become what.".into())),
            false => Ok(set),
        }
    }

    fn start(&self, table: usize, text: &Text<'_>, at: usize) -> Option<Start> {
        let at = at + text.words[at..].iter().take_while(|w| w.is(super::text::ARTICLES)).count();
        let longest = LONGEST.min(text.len().saturating_sub(at));
        (1..=longest).rev().find_map(|n| {
            if text.words[at..at + n].iter().any(|w| w.quoted || w.is(&[",", ";", "and", "="])) {
                return None;
            }
            let (place, said) = self.column_said(table, text.slice(at, at + n)).ok()?;
            let marked = text.words.get(at + n).is_some_and(|w| w.is(MARKS));
            let value = at + n + usize::from(marked);
            (marked || said >= BARE).then_some(Start { place, value })
        })
    }

    /// Where a value ends: before the next column, or at the end.
    fn end(&self, table: usize, text: &Text<'_>, from: usize) -> usize {
        if text.words.get(from).is_some_and(|w| w.quoted) {
            return from + 1;
        }
        (from..text.len())
            .find(|n| {
                let next = skip(text, *n);
                next > *n && (next == text.len() || self.start(table, text, next).is_some())
            })
            .unwrap_or(text.len())
    }
}

/// Behind what only separates.
fn skip(text: &Text<'_>, from: usize) -> usize {
    from + text.words[from.min(text.len())..]
        .iter()
        .take_while(|w| w.is(&[",", ";", "and", "with", "&"]))
        .count()
}

fn next_mark(text: &Text<'_>, from: usize) -> usize {
    let marks = |n: &usize| text.words[*n].is(MARKS) || text.words[*n].is(&[",", "and"]);
    (from..text.len()).find(marks).unwrap_or(text.len())
}
