//! A card: what a person sees, in plain text and without any platform's markup. Each platform escapes every part
//! of it in its own way; nothing in it is trusted.

use bytes::Bytes;

/// What stands in one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// What kind of message it is.
    pub tone: Tone,
    /// A few words above the rest.
    pub title: Option<String>,
    /// The answer in words.
    pub text: String,
    /// A table aligned for a fixed-width font; its lines end in `\n`.
    pub table: Option<String>,
    /// A chart, or a table too wide for text.
    pub picture: Option<Picture>,
    /// The statement, when it is shown.
    pub sql: Option<String>,
    /// What was taken for granted, and other remarks, one sentence each.
    pub notes: Vec<String>,
    /// Source, planner, time, run id: one short line.
    pub footer: Option<String>,
    /// What can be chosen: answers to a question back, suggestions. Each says a whole question.
    pub choices: Vec<Control>,
    /// What can be done with the message.
    pub actions: Vec<Control>,
}

/// What kind of message a card is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The question is being worked on.
    #[default]
    Working,
    /// An answer.
    Answer,
    /// A question back.
    Question,
    /// Something did not work or may not be done.
    Problem,
    /// A list, help, settings.
    Info,
}

/// A picture with its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// File name, with its ending.
    pub name: String,
    /// PNG.
    pub png: Bytes,
    /// What it shows, for people who cannot see it.
    pub alt: String,
}

/// Something that can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// What stands on it; at most 80 characters.
    pub label: String,
    /// What comes back when it is pressed: a [`crate::Press`] in at most 64 bytes.
    pub press: String,
    /// How it looks.
    pub style: Style,
}

/// How a button looks, where the platform knows colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// One of many.
    #[default]
    Plain,
    /// What most people want next.
    Main,
    /// It stops or undoes something.
    Danger,
}

/// How much a platform's message holds. Lengths are in UTF-16 units, the larger count of what the platforms use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Display columns of a table's line that a phone shows without wrapping.
    pub table_width: usize,
    /// Rows of a table on one page.
    pub table_rows: usize,
    /// All words and tables of a message, before markup.
    pub text: usize,
    /// All words beside a picture, before markup.
    pub caption: usize,
    /// The statement, when shown.
    pub sql: usize,
    /// Largest file, in bytes.
    pub file: u64,
}
