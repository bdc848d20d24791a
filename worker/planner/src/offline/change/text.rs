//! Words of a wish as they are written: a new value must stay what it is, letter by letter, with its marks and blanks.

/// A word, a quoted text, or a mark that separates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// Without quotes.
    pub text: &'a str,
    pub lower: String,
    /// Where it begins in the text, quotes included.
    pub start: usize,
    /// And ends.
    pub end: usize,
    pub quoted: bool,
}

impl Word<'_> {
    pub fn is(&self, words: &[&str]) -> bool {
        !self.quoted && words.contains(&self.lower.as_str())
    }
}

/// A text in words.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    raw: &'a str,
    pub words: Vec<Word<'a>>,
}

impl<'a> Text<'a> {
    /// Takes a text apart. Marks that only end a sentence are left out.
    pub fn new(raw: &'a str) -> Self {
        let raw = raw.trim().trim_end_matches(['.', '?', '!', ';', ' ']);
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(c) = raw[at..].chars().next() {
            let width = c.len_utf8();
            if c.is_whitespace() {
                at += width;
                continue;
            }
            let (text, end, quoted) = match quoted(raw, at) {
                Some((inner, end)) => (inner, end, true),
                None if is_separator(raw, at) => (&raw[at..at + width], at + width, false),
                None => {
                    let mut end = at + width;
                    while let Some(next) = raw[end..].chars().next() {
                        if next.is_whitespace() || is_separator(raw, end) {
                            break;
                        }
                        end += next.len_utf8();
                    }
                    (&raw[at..end], end, false)
                }
            };
            words.push(Word { text, lower: text.to_lowercase(), start: at, end, quoted });
            at = end;
        }
        Self { raw, words }
    }

    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// What stands between two words, as written.
    pub fn slice(&self, from: usize, to: usize) -> &'a str {
        match (self.words.get(from), to.checked_sub(1).and_then(|last| self.words.get(last))) {
            (Some(first), Some(last)) if from < to => &self.raw[first.start..last.end],
            _ => "",
        }
    }

    /// The places of words, from the first on.
    pub fn places(&self, of: &[&str]) -> Vec<usize> {
        (0..self.len()).filter(|n| self.words[*n].is(of)).collect()
    }

    /// Without articles and the like in front.
    pub fn skip_articles(&self) -> usize {
        self.words.iter().take_while(|w| w.is(ARTICLES)).count()
    }
}

pub(super) const ARTICLES: &[&str] =
    &["the", "a", "an", "my", "our", "this", "that", "these", "those", "new", "another"];

/// A quoted text that begins here, and where it ends.
fn quoted(raw: &str, at: usize) -> Option<(&str, usize)> {
    let open = raw[at..].chars().next()?;
    let close: &[char] = match open {
        '"' | '“' => &['"', '”'],
        '\'' | '‘' => &['\'', '’'],
        '`' => &['`'],
        '«' => &['»'],
        _ => return None,
    };
    let from = at + open.len_utf8();
    let mut twice = None;
    for (n, c) in raw[from..].char_indices().filter(|(_, c)| close.contains(c)) {
        let end = from + n + c.len_utf8();
        // A quote that is written twice is one of the text.
        if twice == Some(from + n) {
            continue;
        }
        if n > 0 && open == '\'' && raw[end..].starts_with('\'') {
            twice = Some(end);
            continue;
        }
        // "O'Brien" inside quotes goes on.
        let over = raw[end..].chars().next().is_none_or(|next| !next.is_alphanumeric());
        if over {
            return Some((&raw[from..from + n], end));
        }
    }
    None
}

fn is_separator(raw: &str, at: usize) -> bool {
    let mut chars = raw[at..].chars();
    let (mark, next) = (chars.next(), chars.next());
    let before = raw[..at].chars().next_back();
    match mark {
        Some('=') => true,
        Some(';') => true,
        // "1,000" and "14:30" are one word.
        Some(',' | ':') => {
            next.is_none_or(char::is_whitespace) || !before.is_some_and(|c| c.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, words: &[&str]) {
        let text = Text::new(raw);
        assert_eq!(text.words.iter().map(|w| w.text).collect::<Vec<_>>(), words, "{raw}");
    }

    #[test]
    fn values_stay_as_they_are_written() {
        check("email = 'x@y.z'", &["email", "=", "x@y.z"]);
        check("email=x@y.z, city=New York.", &["email", "=", "x@y.z", ",", "city", "=", "New", "York"]);
        check("order 17's status: \"it's fine\"", &["order", "17's", "status", ":", "it's fine"]);
        check("1,000 at 14:30 by 10%", &["1,000", "at", "14:30", "by", "10%"]);
        check("'O'Brien' and “Größe”", &["O'Brien", "and", "Größe"]);
        check("'O''Hara; x' to ''", &["O''Hara; x", "to", ""]);
        check("an 'open quote", &["an", "'open", "quote"]);
        check("", &[]);
    }
}
