//! English at the level of words: tokens here, base forms and numbers in [`forms`], small dictionaries of general words in
//! [`vocabulary`], which letters are a word in [`english`], units in [`units`], other languages in [`languages`]. Nothing here knows a table or a column.

mod abbreviations;
mod deeds;
mod english;
mod forms;
mod languages;
mod sizes;
mod units;
mod vocabulary;

pub use abbreviations::long_form;
pub use deeds::same_deeds;
pub use english::{is_one_word, rank};
pub use forms::{lemma, number_word, root, verb_root};
pub use languages::{is_other_script, other_language};
pub use sizes::{LENGTHS, kept_of, measures_of};
pub use units::{ends_name, is_currency, is_unit, without_unit};
pub use vocabulary::{country_names, is_beginning, is_filler, is_link_verb, is_person, is_role, synonyms};

/// A piece of the question.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// As written.
    pub text: String,
    /// In lower case.
    pub lower: String,
    /// Base form of `lower`.
    pub lemma: String,
    /// What it is.
    pub kind: TokenKind,
}

/// Kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word.
    Word,
    /// Digits, perhaps with a fraction.
    Number,
    /// Text in quotation marks, without them.
    Quoted,
    /// `2025-01-31`.
    IsoDate,
    /// A mark: , ; . ? ! : or a comparison sign.
    Mark,
}

/// Splits a question into tokens.
pub fn tokens(text: &str) -> Vec<Token> {
    // One word, however it is written.
    let text = text.replace("e-mail", "email").replace("E-mail", "Email").replace("E-Mail", "Email");
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        if c.is_whitespace() || c.is_control() {
            i += 1;
            continue;
        }
        let opens = matches!(c, '"' | '“' | '”' | '«' | '`')
            || (matches!(c, '\'' | '‘') && (i == 0 || !chars[i - 1].is_alphanumeric()));
        if opens && let Some(end) = closing(&chars, i) {
            let inner: String = chars[i + 1..end].iter().collect();
            push(&mut out, inner.trim().to_owned(), TokenKind::Quoted);
            i = end + 1;
            continue;
        }
        if c.is_ascii_digit() {
            let iso: String = chars[i..chars.len().min(i + 10)].iter().collect();
            let ends = chars.get(i + 10).is_none_or(|c| !c.is_alphanumeric() && *c != '-');
            if iso.len() == 10 && ends && is_iso_shape(&iso) {
                push(&mut out, iso, TokenKind::IsoDate);
                i += 10;
                continue;
            }
            let (number, next) = number_at(&chars, i);
            if chars.get(next).is_none_or(|c| !c.is_alphanumeric()) {
                // "0403" is a code, whose zero counts; "07:30" and "01/02" are none.
                let within = |c: Option<&char>| c.is_some_and(|c| matches!(c, ':' | '-' | '/' | '.'));
                let code = number.len() > 1
                    && number.starts_with('0')
                    && number.bytes().all(|b| b.is_ascii_digit())
                    && !within(chars.get(next))
                    && !within(i.checked_sub(1).and_then(|before| chars.get(before)));
                push(&mut out, number, if code { TokenKind::Quoted } else { TokenKind::Number });
                i = next;
                continue;
            }
        }
        if c.is_alphanumeric() || c == '_' {
            let start = i;
            while i < chars.len()
                && (chars[i].is_alphanumeric()
                    || chars[i] == '_'
                    || (matches!(chars[i], '\'' | '’')
                        && chars.get(i + 1).is_some_and(|c| c.is_alphanumeric())))
            {
                i += 1;
            }
            let word: String = chars[start..i].iter().collect::<String>().replace('’', "'");
            push_word(&mut out, &word);
            continue;
        }
        let two: String = chars[i..chars.len().min(i + 2)].iter().collect();
        if matches!(two.as_str(), ">=" | "<=" | "<>" | "!=" | "==") {
            push(&mut out, two, TokenKind::Mark);
            i += 2;
            continue;
        }
        // "Dr. Alvarez": no end of a sentence.
        let short = |t: &Token| {
            matches!(
                t.lower.as_str(),
                "dr" | "mr" | "mrs" | "ms" | "prof" | "st" | "jr" | "sr" | "inc" | "ltd" | "co" | "vs"
            )
        };
        if c == '.' && out.last().is_some_and(short) && chars.get(i + 1) == Some(&' ') {
            i += 1;
            continue;
        }
        if matches!(c, ',' | ';' | '.' | '?' | '!' | ':' | '>' | '<' | '=' | '%' | '&' | '≥' | '≤') {
            push(&mut out, c.to_string(), TokenKind::Mark);
        }
        i += 1;
    }
    out
}

fn closing(chars: &[char], open: usize) -> Option<usize> {
    let closers: &[char] = match chars[open] {
        '"' | '“' | '”' => &['"', '”', '“'],
        '«' => &['»'],
        '`' => &['`', '\''],
        _ => &['\'', '’'],
    };
    (open + 1..chars.len().min(open + 200)).find(|&at| {
        closers.contains(&chars[at])
            && (closers[0] != '\'' || chars.get(at + 1).is_none_or(|c| !c.is_alphanumeric()))
            && at > open + 1
    })
}

fn is_iso_shape(text: &str) -> bool {
    text.char_indices().all(|(i, c)| if i == 4 || i == 7 { c == '-' } else { c.is_ascii_digit() })
}

fn number_at(chars: &[char], start: usize) -> (String, usize) {
    let mut i = start;
    let mut out = String::new();
    while i < chars.len() {
        let digit_next = |n: usize| chars.get(i + n).is_some_and(char::is_ascii_digit);
        let c = chars[i];
        let thousands = c == ',' && digit_next(1) && digit_next(2) && digit_next(3) && !digit_next(4);
        if c.is_ascii_digit() {
            out.push(c);
        } else if c == '.' && digit_next(1) && !out.contains('.') {
            out.push('.');
        } else if !thousands || out.contains('.') {
            break;
        }
        i += 1;
    }
    let factor = chars.get(i).filter(|_| chars.get(i + 1).is_none_or(|c| !c.is_alphanumeric()));
    match factor {
        Some('k' | 'K') if !out.contains('.') => (out + "000", i + 1),
        Some('m' | 'M') if !out.contains('.') => (out + "000000", i + 1),
        _ => (out, i),
    }
}

fn push_word(out: &mut Vec<Token>, word: &str) {
    let lower = word.to_lowercase();
    if let Some(stem) = lower.strip_suffix("n't") {
        let verb = if stem == "ca" {
            "can"
        } else if stem == "wo" {
            "will"
        } else {
            stem
        };
        push(out, verb.to_owned(), TokenKind::Word);
        push(out, "not".to_owned(), TokenKind::Word);
        return;
    }
    // "what's": what is, rather than what belongs to it.
    if let Some(stem) = lower.strip_suffix("'s")
        && matches!(stem, "what" | "who" | "where" | "when" | "how" | "that" | "there" | "it" | "here")
    {
        push(out, word.chars().take(stem.chars().count()).collect(), TokenKind::Word);
        push(out, "is".to_owned(), TokenKind::Word);
        return;
    }
    for (ending, full) in
        [("'s", ""), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", ""), ("'m", "am")]
    {
        if lower.ends_with(ending) {
            push(out, word.chars().take(word.chars().count() - ending.len()).collect(), TokenKind::Word);
            if !full.is_empty() {
                push(out, full.to_owned(), TokenKind::Word);
            } else if ending == "'s" {
                push(out, "'s".to_owned(), TokenKind::Mark);
            }
            return;
        }
    }
    if lower == "ids" {
        push(out, lower, TokenKind::Word);
        return;
    }
    // "ETFs": several of what is written in capitals.
    let several = word.strip_suffix('s').filter(|one| one.len() > 1 && one.chars().all(char::is_uppercase));
    if let Some(one) = several {
        let lemma = one.to_lowercase();
        out.push(Token { text: word.to_owned(), lower, lemma, kind: TokenKind::Word });
        return;
    }
    // "pH", "kWh"
    if word.chars().count() <= 3 && word.starts_with(char::is_lowercase) {
        push(out, word.to_owned(), TokenKind::Word);
        return;
    }
    // A name as the catalogue writes it: its words.
    for part in split_name(word) {
        push(out, part, TokenKind::Word);
    }
}

fn push(out: &mut Vec<Token>, text: String, kind: TokenKind) {
    let lower = text.to_lowercase();
    let lemma = if kind == TokenKind::Word { lemma(&lower) } else { lower.clone() };
    out.push(Token { text, lower, lemma, kind });
}

/// `first_name`, `firstName`, `First Name` → the words.
pub fn split_name(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            continue;
        }
        let after_lower = i > 0 && chars[i - 1].is_lowercase();
        let before_lower =
            i > 0 && chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|n| n.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}
