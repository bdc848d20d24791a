//! The words of a text and its parts. Questions break off anywhere: behind the end there is an empty word, and a part that
//! is none is empty.

use std::{
    ops::{Deref, Index, Range, RangeFrom, RangeInclusive, RangeTo},
    slice::SliceIndex,
};

/// A word of a text, and where it stands.
#[derive(Clone, Debug)]
pub(in crate::offline) struct Word {
    pub from: usize,
    pub to: usize,
    pub lower: String,
}

/// The words of a text.
#[derive(Clone, Debug)]
pub(in crate::offline) struct Words {
    found: Vec<Word>,
    /// Stands behind the last one.
    end: Word,
}

/// A place among words, or several.
pub(in crate::offline) trait At {
    /// What stands there.
    type Output: ?Sized;
    /// What stands there, or nothing.
    fn of(self, words: &Words) -> &Self::Output;
}

impl At for usize {
    type Output = Word;
    fn of(self, words: &Words) -> &Word {
        words.found.get(self).unwrap_or(&words.end)
    }
}

macro_rules! several {
    ($($range:ty),*) => {
        $(impl At for $range {
            type Output = [Word];
            fn of(self, words: &Words) -> &[Word] {
                words.found.get(self).unwrap_or_default()
            }
        })*
    };
}

several!(Range<usize>, RangeFrom<usize>, RangeTo<usize>, RangeInclusive<usize>);

impl<A: At> Index<A> for Words {
    type Output = A::Output;
    fn index(&self, at: A) -> &A::Output {
        at.of(self)
    }
}

impl Deref for Words {
    type Target = [Word];
    fn deref(&self) -> &[Word] {
        &self.found
    }
}

impl IntoIterator for Words {
    type Item = Word;
    type IntoIter = std::vec::IntoIter<Word>;
    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

/// The words of a text; what stands in quotation marks is none of them.
pub(in crate::offline) fn words(text: &str) -> Words {
    let mut out = Vec::new();
    let mut quoted: Option<char> = None;
    let mut start: Option<usize> = None;
    let mut before = ' ';
    let close = |start: &mut Option<usize>, to: usize, out: &mut Vec<Word>| {
        if let Some(from) = start.take() {
            out.push(Word { from, to, lower: text[from..to].to_lowercase() });
        }
    };
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        match quoted {
            Some(end) if c == end && !(c == '\'' && next.is_alphanumeric()) => quoted = None,
            Some(_) => {}
            None if c.is_alphanumeric() || c == '_' => {
                start.get_or_insert(at);
            }
            None if matches!(c, '\'' | '’') && before.is_alphanumeric() && next.is_alphanumeric() => {}
            None => {
                close(&mut start, at, &mut out);
                quoted = match c {
                    '"' => Some('"'),
                    '“' => Some('”'),
                    '\'' if next.is_alphanumeric() && !before.is_alphanumeric() => Some('\''),
                    _ => None,
                };
            }
        }
        before = c;
    }
    close(&mut start, text.len(), &mut out);
    // A mark that nothing closes quotes nothing.
    if quoted.is_some_and(|q| q == '\'') {
        return words(&text.replace('\'', " "));
    }
    Words { found: out, end: Word { from: text.len(), to: text.len(), lower: String::new() } }
}

/// A part of a text; empty where there is no such part.
pub(in crate::offline) fn slice(text: &str, range: impl SliceIndex<str, Output = str>) -> &str {
    text.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_end_there_is_nothing() {
        let text = "orders by \"the day\" of";
        let found = words(text);
        assert_eq!(found.iter().map(|w| w.lower.as_str()).collect::<Vec<_>>(), ["orders", "by", "of"]);
        assert_eq!((found[7].from, found[7].lower.as_str()), (text.len(), ""));
        assert!(found[5..9].is_empty() && found[..9].is_empty());
        assert_eq!(slice(text, found[2].from..found[1].from), "");
        assert_eq!(slice(text, found[9].from..), "");
    }
}
