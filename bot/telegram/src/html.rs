//! Text as Telegram's HTML. Everything that comes from outside passes one of two functions: [`plain`] for running
//! text, [`code`] for what stands in `<pre>` or `<code>`.
//!
//! Escaping alone is not enough: Telegram's server finds `@names`, `/commands`, `#tags`, bare addresses and telephone
//! numbers in any running text and makes links of them, some of which tell the person named. [`plain`] puts a WORD
//! JOINER (U+2060) where such a thing begins: it cannot be seen, it takes no room, and it belongs to none of the
//! characters that these things are made of. (The zero-width joiner and non-joiner would not do: they may be part of
//! an address or a tag.) Inside `<pre>` and `<code>` nothing is made a link, so that a statement copied from there is
//! exactly the statement.

/// Breaks up what Telegram would make a link of.
const JOINER: char = '\u{2060}';

/// Running text: nothing in it is markup, a link or a mention.
pub fn plain(text: &str) -> String {
    escape(&inert(text))
}

/// Text for `<pre>` and `<code>`, character for character.
pub fn code(text: &str) -> String {
    escape(text)
}

/// Replaces what HTML gives a meaning to. Telegram knows these four and decodes no others that could arise.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The text with every beginning of a link broken, not yet escaped. A second time it changes nothing.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for token in text.split_inclusive(char::is_whitespace) {
        // Numbers have one point, dates two, an address of a computer three.
        let dotted = token.matches('.').count() >= 3;
        let mut before = None;
        let mut rest = token.chars().peekable();
        while let Some(c) = rest.next() {
            out.push(c);
            let after = rest.peek().copied();
            let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let breaks = match c {
                '@' | '#' | '$' | '/' => word(after),
                '+' => after.is_some_and(|c| c.is_ascii_digit()),
                ':' => after == Some('/'),
                '.' => word(before) && word(after) && (dotted || after.is_some_and(|c| !c.is_ascii_digit())),
                _ => false,
            };
            if breaks {
                out.push(JOINER);
            }
            before = Some(c);
        }
    }
    out
}

/// Length as Telegram counts it: UTF-16 units of the text a person sees.
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The beginning of `text` in at most `limit` units; an ellipsis says that something is missing.
pub fn cut(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let mut out = String::new();
    for c in text.chars() {
        if c.len_utf16() > left {
            break;
        }
        left -= c.len_utf16();
        out.push(c);
    }
    if limit > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(plain("<b>a & \"b\"</b>"), "&lt;b&gt;a &amp; &quot;b&quot;&lt;/\u{2060}b&gt;");
        assert_eq!(code("a < b AND c = '@x'"), "a &lt; b AND c = '@x'");
    }

    #[test]
    fn links_do_not_begin() {
        let j = JOINER;
        for (text, expected) in [
            ("ask @alice", format!("ask @{j}alice")),
            ("/help now", format!("/{j}help now")),
            ("#tag $USD", format!("#{j}tag ${j}USD")),
            ("see evil.example/x", format!("see evil.{j}example/{j}x")),
            ("https://localhost", format!("https:{j}//{j}localhost")),
            ("a.b@c.de", format!("a.{j}b@{j}c.{j}de")),
            ("10.0.0.1", format!("10.{j}0.{j}0.{j}1")),
            ("+4930123", format!("+{j}4930123")),
        ] {
            assert_eq!(inert(text), expected);
        }
    }

    #[test]
    fn numbers_dates_and_sentences_stay_as_they_are() {
        for text in ["1,234.50 and 3.5%", "2026.11.21", "a / b", "Done. Next: 5 + 3", "C# is #1."] {
            let inert = inert(text);
            assert_eq!(inert.replace(JOINER, ""), text);
        }
        assert_eq!(
            inert("1,234.50 on 2026.11.21, a / b. Next: 5 + 3"),
            "1,234.50 on 2026.11.21, a / b. Next: 5 + 3"
        );
    }

    #[test]
    fn a_cut_is_seen_and_never_splits_a_character() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("🙂🙂", 3), "🙂…");
        assert_eq!(cut("abc", 0), "");
    }

    fn decoded(html: &str) -> String {
        html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    proptest! {
        #[test]
        fn code_comes_back_as_it_was(text in "\\PC{0,60}") {
            let html = code(&text);
            prop_assert!(!html.contains(['<', '>', '"']));
            prop_assert_eq!(decoded(&html), text);
        }

        #[test]
        fn running_text_only_gains_joiners(text in "[a-c@/#$.:+0-9 <&\u{e9}]{0,60}") {
            let seen = decoded(&plain(&text));
            prop_assert_eq!(seen.replace(JOINER, ""), text.clone());
            prop_assert_eq!(inert(&inert(&text)), inert(&text));
            for pair in seen.chars().collect::<Vec<_>>().windows(2) {
                prop_assert!(!("@/#$".contains(pair[0]) && pair[1].is_alphanumeric()), "{}", seen);
                prop_assert!(!(pair[0] == ':' && pair[1] == '/'), "{}", seen);
            }
        }

        #[test]
        fn a_cut_fits(text in "\\PC{0,40}", limit in 0usize..50) {
            prop_assert!(units(&cut(&text, limit)) <= limit);
        }
    }
}
