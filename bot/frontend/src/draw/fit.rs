//! Lengths as the platforms count them, and cutting to them.

/// UTF-16 units.
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text in at most `limit` UTF-16 units, cut after a word, with whether it was cut.
pub fn cut(text: &str, limit: usize) -> (String, bool) {
    if units(text) <= limit {
        return (text.to_owned(), false);
    }
    let mut used = 1; // the ellipsis
    let mut end = 0;
    let mut word = 0;
    for (at, c) in text.char_indices() {
        used += c.len_utf16();
        if used > limit {
            break;
        }
        if c.is_whitespace() {
            word = at;
        }
        end = at + c.len_utf8();
    }
    if limit == 0 {
        return (String::new(), true);
    }
    // A text without spaces, or with one far back, is cut where it must.
    let end = if word > end / 2 { word } else { end };
    (format!("{}…", text[..end].trim_end()), true)
}

/// The same, and cut so much shorter that the remark which says so fits within the limit as well.
pub fn cut_for(text: &str, limit: usize, remark: &str) -> (String, bool) {
    match cut(text, limit) {
        (_, true) => (cut(text, limit.saturating_sub(units(remark) + 2)).0, true),
        whole => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, limit: usize, expected: &str) {
        let (short, was_cut) = cut(text, limit);
        assert_eq!(short, expected);
        assert_eq!(was_cut, short != text);
        assert!(units(&short) <= limit, "{short}");
    }

    #[test]
    fn texts_are_cut_after_a_word_and_never_in_a_letter() {
        check("short", 5, "short");
        check("how many orders", 12, "how many…");
        check("abcdefghij", 5, "abcd…");
        check("🏙🏙🏙", 5, "🏙🏙…");
        check("🏙🏙🏙", 4, "🏙…");
        check("abc", 0, "");
    }

    #[test]
    fn a_remark_finds_room_beside_what_is_cut() {
        assert_eq!(cut_for("short", 5, "more"), ("short".into(), false));
        let (short, was_cut) = cut_for("how many orders were there", 20, "more");
        assert!(was_cut && units(&short) + units("more") < 20, "{short}");
    }
}
