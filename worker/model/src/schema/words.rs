//! The words of a question, for looking them up in names, comments and values.

use std::collections::HashSet;

/// The words of a text that carry meaning, in lower case and singular.
pub struct Words {
    stems: HashSet<String>,
    /// The whole text in lower case, for values of several words.
    text: String,
}

/// Words that are in every question.
const EMPTY: &[&str] = &[
    "a", "all", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "each", "every",
    "for", "from", "get", "give", "had", "has", "have", "how", "i", "in", "is", "it", "its", "last", "list",
    "many", "me", "most", "much", "my", "not", "of", "on", "one", "or", "our", "per", "please", "show",
    "tell", "than", "that", "the", "their", "them", "then", "there", "they", "this", "to", "top", "was",
    "we", "were", "what", "when", "where", "which", "who", "whose", "with", "you",
];

impl Words {
    /// The words of `text`.
    pub fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let stems = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty() && !EMPTY.contains(w))
            .take(400)
            .map(stem)
            .collect();
        Self { stems, text: format!(" {} ", spaced(&lower)) }
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.stems.is_empty()
    }

    /// How well the parts of a name (`order_lines`, `orderLines`) are among the words, from 0 to 1.
    pub fn in_name(&self, name: &str) -> f64 {
        let parts = parts(name);
        if parts.is_empty() {
            return 0.0;
        }
        let hits = parts.iter().map(|p| self.closeness(p)).sum::<f64>();
        hits / parts.len() as f64
    }

    /// How many of the words a text holds, from 0 to 1 (three are as good as any number).
    pub fn in_text(&self, text: &str) -> f64 {
        let found: HashSet<String> = text
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .take(200)
            .map(stem)
            .filter(|w| self.stems.contains(w))
            .collect();
        (found.len() as f64 / 3.0).min(1.0)
    }

    /// Whether one of the values stands in the text.
    pub fn in_values(&self, values: &[String]) -> f64 {
        f64::from(u8::from(values.iter().any(|v| self.says(v))))
    }

    /// Whether the text says this value.
    pub fn says(&self, value: &str) -> bool {
        let value = spaced(&value.to_lowercase());
        value.chars().count() > 1 && self.text.contains(&format!(" {value} "))
    }

    /// Exact, or one begins with the other.
    fn closeness(&self, part: &str) -> f64 {
        if self.stems.contains(part) {
            return 1.0;
        }
        let near = |w: &String| {
            let short = w.len().min(part.len());
            short >= 4 && (w.starts_with(part) || part.starts_with(w.as_str()))
        };
        if self.stems.iter().any(near) { 0.6 } else { 0.0 }
    }
}

/// `order_lines` and `orderLines` as "order", "line".
fn parts(name: &str) -> Vec<String> {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && before_lower {
            out.push(' ');
        }
        before_lower = c.is_lowercase();
        out.extend(if c.is_alphanumeric() { c } else { ' ' }.to_lowercase());
    }
    out.split_whitespace().map(stem).collect()
}

fn spaced(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A plural without its ending.
fn stem(word: &str) -> String {
    let n = word.len();
    if n > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..n - 3]);
    }
    if n > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") {
        return word[..n - 1].to_owned();
    }
    word.to_owned()
}
