//! Plain text as Discord shows it: nothing in it is markup, nobody is mentioned, nothing becomes a link.

/// The text with everything defused that Discord reads as markup: emphasis, spoilers, code, headings, lists, quotes,
/// links, mentions, time stamps, emoji. Characters that cannot be seen and turn the reading direction become `�`.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut start_of_line = true;
    // Digits since the start of the line: "1." there begins a list.
    let mut numbering = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let defuse = match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@' => true,
            // Headings, subtext, lists; in the middle of a line these are only signs.
            '#' | '-' | '+' | '•' => start_of_line,
            '.' | ')' => numbering,
            // ":name:" is an emoji, "https://" a link; "Total: 5" is neither.
            ':' => next.is_some_and(|next| !next.is_whitespace()),
            _ => false,
        };
        match c {
            '\n' => {
                (start_of_line, numbering) = (true, false);
                out.push(c);
                continue;
            }
            c if is_unseen(c) => {
                out.push('\u{fffd}');
                continue;
            }
            _ => {}
        }
        if defuse {
            // Backslashes work before punctuation of ASCII alone.
            if c.is_ascii() {
                out.push('\\');
            } else {
                out.push('\u{200b}');
            }
        }
        out.push(c);
        numbering = c.is_ascii_digit() && (start_of_line || numbering);
        // A heading or list may be indented, and may follow another one's sign.
        start_of_line &= c.is_whitespace() || defuse;
    }
    out
}

/// Text as a block in a fixed-width font, whatever it holds. Empty when there is nothing in it.
pub fn fenced(language: &str, text: &str) -> String {
    let text = text.trim_end();
    if text.trim().is_empty() {
        return String::new();
    }
    format!("```{language}\n{}\n```", unfence(text))
}

/// Text in which no fence ends: a character without width stands between its backticks.
fn unfence(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_tick = false;
    for c in text.chars() {
        if c == '`' && after_tick {
            out.push('\u{200b}');
        }
        after_tick = c == '`';
        out.push(if is_unseen(c) { '\u{fffd}' } else { c });
    }
    out
}

/// Control characters but tab and line end, and those that turn the reading direction.
fn is_unseen(c: char) -> bool {
    (c.is_control() && c != '\t' && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// The beginning of a text, at most `limit` UTF-16 units with the `…` that says that it was cut.
pub fn cut(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.len_utf16();
        if used > limit {
            break;
        }
        out.push(c);
    }
    if limit > 0 {
        out.push('…');
    }
    out
}

/// The beginning of a text, cut so that at most `limit` UTF-16 units are left of it when it is escaped.
pub fn escape_within(text: &str, limit: usize) -> String {
    let mut keep = limit;
    loop {
        let escaped = escape(&cut(text, keep));
        let over = units(&escaped).saturating_sub(limit);
        if over == 0 {
            return escaped;
        }
        // Each character cut takes at most two with it.
        keep = keep.saturating_sub(over.div_ceil(2));
    }
}

/// Length in UTF-16 units.
pub fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(escape(text), expected, "{text:?}");
    }

    #[test]
    fn markup_of_every_kind_is_defused() {
        check(
            "**bold** _it_ ~~no~~ ||spoiler|| `code`",
            r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoiler\|\| \`code\`",
        );
        check(
            "<@123> <@&9> <#7> @everyone <t:1:R> <:x:1> </ask:1>",
            r"\<\@123\> \<\@&9\> \<#7\> \@everyone \<t\:1\:R\> \<\:x\:1\> \</ask\:1\>",
        );
        check(
            "# big\n-# small\n- a\n  * b\n1. c\n> quote\n>>> all",
            "\\# big\n\\-\\# small\n\\- a\n  \\* b\n1\\. c\n\\> quote\n\\>\\>\\> all",
        );
        check("[x](https://e.com) https://e.com", r"\[x\](https\://e.com) https\://e.com");
        check(":tada: 10:30", r"\:tada: 10\:30");
        check(r"¯\_(ツ)_/¯", r"¯\\\_(ツ)\_/¯");
    }

    #[test]
    fn everyday_text_stays_readable() {
        check("Total: 1,234.50 - up 3.5 % (of #7)", "Total: 1,234.50 - up 3.5 % (of #7)");
        check("größte Städte 🏙\nzweite Zeile", "größte Städte 🏙\nzweite Zeile");
        check("a\u{202e}b\u{7}", "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn a_block_cannot_be_left() {
        assert_eq!(fenced("sql", "select 1"), "```sql\nselect 1\n```");
        assert_eq!(fenced("", " \n"), "");
        let block = fenced("", "a ``` b ```` c");
        assert_eq!(block.matches("```").count(), 2, "{block}");
    }

    /// What Discord would still see: walks the text as its reader does, backslashes first.
    fn live_signs(escaped: &str) -> Vec<char> {
        let mut live = Vec::new();
        let mut chars = escaped.chars().peekable();
        let mut line = String::new();
        while let Some(c) = chars.next() {
            if c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation) {
                chars.next();
                line.push('x');
                continue;
            }
            let blank = line.trim().is_empty();
            let digits = line.trim_start();
            let number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
            let word_follows = chars.peek().is_some_and(|next| !next.is_whitespace());
            match c {
                '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@' => live.push(c),
                '#' | '-' | '+' if blank => live.push(c),
                '.' | ')' if number => live.push(c),
                ':' if word_follows => live.push(c),
                _ => {}
            }
            if c == '\n' { line.clear() } else { line.push(c) }
        }
        live
    }

    proptest! {
        #[test]
        fn nothing_is_markup_after_escaping(text in r"[a-z0-9 \n\\*_~`|<>\[\]()@#:.+/!-]{0,60}") {
            prop_assert_eq!(live_signs(&escape(&text)), Vec::<char>::new());
        }

        #[test]
        fn nothing_is_markup_after_escaping_whatever_it_was(text in any::<String>()) {
            prop_assert_eq!(live_signs(&escape(&text)), Vec::<char>::new());
        }

        #[test]
        fn taking_the_backslashes_away_gives_the_text_back(text in r"[a-z0-9 \n\\*_~`|<>\[\]()@#:.+/!-]{0,60}") {
            let mut back = String::new();
            let escaped = escape(&text);
            let mut chars = escaped.chars();
            while let Some(c) = chars.next() {
                back.push(if c == '\\' { chars.next().unwrap_or('?') } else { c });
            }
            prop_assert_eq!(back, text);
        }

        #[test]
        fn a_block_ends_where_we_end_it(text in r"[a`\n ]{0,40}") {
            let block = fenced("", &text);
            prop_assert!(block.is_empty() || block.matches("```").count() == 2);
        }

        #[test]
        fn what_is_cut_fits(text in any::<String>(), limit in 0_usize..40) {
            prop_assert!(units(&cut(&text, limit)) <= limit);
            prop_assert!(units(&escape_within(&text, limit)) <= limit);
        }
    }
}
