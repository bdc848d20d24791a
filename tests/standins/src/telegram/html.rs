//! Telegram's HTML: only its own tags, closed in the order they were opened, with `<` and `&` written as entities.
//!
//! The real server lets a bare `&` pass and drops markup inside code without a word; its documentation asks for neither, and
//! a bot that does either has forgotten to escape. So a bare `&` is refused here, and markup inside code is told of.

use super::entities::{Entity, EntityKind, units};

/// A text and its ranges; `complaints` are what Telegram forgives and documentation forbids.
#[derive(Debug, PartialEq)]
pub(crate) struct Parsed {
    pub text: String,
    pub entities: Vec<Entity>,
    pub complaints: Vec<String>,
}

struct Open {
    tag: String,
    kind: EntityKind,
    offset: usize,
    start: usize,
}

/// Reads a text with HTML marks. The error says what could not be read and where, as Telegram does.
pub(crate) fn parse(source: &str) -> Result<Parsed, String> {
    let mut parsed = Parsed { text: String::new(), entities: Vec::new(), complaints: Vec::new() };
    let mut open: Vec<Open> = Vec::new();
    let mut length = 0;
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        match c {
            '&' => {
                let (decoded, used) =
                    decode(&source[at..]).ok_or_else(|| format!("Unescaped \"&\" at byte offset {at}"))?;
                parsed.text.push(decoded);
                length += decoded.len_utf16();
                at += used;
            }
            '<' => {
                let end = source[at..]
                    .find('>')
                    .ok_or_else(|| format!("Unclosed start tag at byte offset {at}"))?;
                let inside = &source[at + 1..at + end];
                if let Some(name) = inside.strip_prefix('/') {
                    close(name.trim(), &mut open, &mut parsed, length, at)?;
                } else {
                    start(inside, &mut open, &mut parsed.complaints, length, at)?;
                }
                at += end + 1;
            }
            c => {
                parsed.text.push(c);
                length += c.len_utf16();
                at += c.len_utf8();
            }
        }
    }
    if let Some(left) = open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", left.tag));
    }
    parsed.entities.sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
    debug_assert_eq!(units(&parsed.text), length);
    Ok(parsed)
}

fn start(
    inside: &str,
    open: &mut Vec<Open>,
    complaints: &mut Vec<String>,
    length: usize,
    at: usize,
) -> Result<(), String> {
    let (tag, attributes) =
        split(inside).ok_or_else(|| format!("Wrong attributes in tag \"{inside}\" at byte offset {at}"))?;
    let attribute =
        |name: &str| attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let unsupported = || format!("Unsupported start tag \"{tag}\" at byte offset {at}");
    let kind = match tag.as_str() {
        "b" | "strong" => EntityKind::Bold,
        "i" | "em" => EntityKind::Italic,
        "u" | "ins" => EntityKind::Underline,
        "s" | "strike" | "del" => EntityKind::Strikethrough,
        "tg-spoiler" => EntityKind::Spoiler,
        "span" if attribute("class").as_deref() == Some("tg-spoiler") => EntityKind::Spoiler,
        "span" => return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {at}")),
        "a" => {
            let href = attribute("href").unwrap_or_default();
            match href.strip_prefix("tg://user?id=").map(str::parse) {
                Some(Ok(id)) => EntityKind::TextMention(id),
                _ => EntityKind::Link(href),
            }
        }
        "tg-emoji" => EntityKind::CustomEmoji(attribute("emoji-id").ok_or_else(unsupported)?),
        "pre" => EntityKind::Pre(None),
        "code" => {
            let language =
                attribute("class").and_then(|class| class.strip_prefix("language-").map(str::to_owned));
            if let (Some(language), Some(Open { kind: EntityKind::Pre(of_pre), offset, .. })) =
                (language, open.last_mut())
                && *offset == length
            {
                *of_pre = Some(language);
            }
            EntityKind::Code
        }
        "blockquote" => EntityKind::Blockquote { expandable: attribute("expandable").is_some() },
        _ => return Err(unsupported()),
    };
    let inside_code = open.iter().any(|outer| matches!(outer.kind, EntityKind::Code | EntityKind::Pre(_)));
    let code_in_pre =
        kind == EntityKind::Code && matches!(open.last(), Some(Open { kind: EntityKind::Pre(_), .. }));
    if inside_code && !code_in_pre {
        complaints.push(format!("\"{tag}\" inside code is dropped"));
    }
    let is_quote = |kind: &EntityKind| matches!(kind, EntityKind::Blockquote { .. });
    if is_quote(&kind) && open.iter().any(|outer| is_quote(&outer.kind)) {
        complaints.push("a quote inside a quote is dropped".to_owned());
    }
    open.push(Open { tag, kind, offset: length, start: at });
    Ok(())
}

fn close(
    name: &str,
    open: &mut Vec<Open>,
    parsed: &mut Parsed,
    length: usize,
    at: usize,
) -> Result<(), String> {
    let Some(opened) = open.pop() else {
        return Err(format!("Unexpected end tag at byte offset {at}"));
    };
    if !name.is_empty() && !name.eq_ignore_ascii_case(&opened.tag) {
        return Err(format!(
            "Unmatched end tag at byte offset {at}, expected \"</{}>\", found \"</{name}>\"",
            opened.tag
        ));
    }
    debug_assert!(opened.start <= at);
    if length == opened.offset {
        return Ok(());
    }
    if let EntityKind::Link(href) = &opened.kind
        && !["http://", "https://", "tg://", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme))
    {
        parsed.complaints.push("a link without an address that can be opened is dropped".to_owned());
        return Ok(());
    }
    // `<pre><code class="language-…">` is one block of code, not code inside of it.
    if opened.kind == EntityKind::Code && matches!(open.last(), Some(Open { kind: EntityKind::Pre(_), .. })) {
        return Ok(());
    }
    parsed.entities.push(Entity { kind: opened.kind, offset: opened.offset, length: length - opened.offset });
    Ok(())
}

/// The tag's name and its attributes, decoded; `None` if they cannot be read.
fn split(inside: &str) -> Option<(String, Vec<(String, String)>)> {
    let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
    let (tag, mut rest) = (inside[..end].to_lowercase(), inside[end..].trim());
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            attributes.push((name, String::new()));
            continue;
        };
        let after = after.trim_start();
        let (value, left) = match after.chars().next()? {
            quote @ ('"' | '\'') => after[1..].split_once(quote)?,
            _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
        };
        attributes.push((name, decode_all(value)?));
        rest = left.trim_start();
    }
    Some((tag, attributes))
}

fn decode_all(mut value: &str) -> Option<String> {
    let mut decoded = String::new();
    while let Some(c) = value.chars().next() {
        let (c, used) = if c == '&' { decode(value).unwrap_or(('&', 1)) } else { (c, c.len_utf8()) };
        decoded.push(c);
        value = &value[used..];
    }
    Some(decoded)
}

/// The character that an entity at the start stands for, and the bytes it takes.
fn decode(source: &str) -> Option<(char, usize)> {
    let end = source.char_indices().take(12).find(|(_, c)| *c == ';')?.0;
    let name = &source[1..end];
    let c = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')?
        }
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, text: &str, entities: &[(EntityKind, &str)]) {
        let parsed = parse(source).unwrap();
        assert_eq!(parsed.text, text);
        let found: Vec<_> =
            parsed.entities.iter().map(|entity| (entity.kind.clone(), entity.of(text))).collect();
        let wanted: Vec<_> =
            entities.iter().map(|(kind, words)| (kind.clone(), (*words).to_owned())).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn every_tag_is_read() {
        check(
            "<b>a <i>b</i></b> &lt;c&gt; &amp; &#39;&#x41;",
            "a b <c> & 'A",
            &[(EntityKind::Bold, "a b"), (EntityKind::Italic, "b")],
        );
        check(
            "<STRONG>a</STRONG><em>b</em><ins>c</ins><del>d</del>",
            "abcd",
            &[
                (EntityKind::Bold, "a"),
                (EntityKind::Italic, "b"),
                (EntityKind::Underline, "c"),
                (EntityKind::Strikethrough, "d"),
            ],
        );
        check(
            "<pre><code class=\"language-sql\">SELECT 1</code></pre>",
            "SELECT 1",
            &[(EntityKind::Pre(Some("sql".into())), "SELECT 1")],
        );
        check(
            "<blockquote expandable>x</blockquote>",
            "x",
            &[(EntityKind::Blockquote { expandable: true }, "x")],
        );
        check(
            "<a href=\"https://a.example/?x=1&amp;y=2\">😀</a>",
            "😀",
            &[(EntityKind::Link("https://a.example/?x=1&y=2".into()), "😀")],
        );
        check(
            "<span class='tg-spoiler'>s</span><tg-spoiler>t</tg-spoiler>",
            "st",
            &[(EntityKind::Spoiler, "s"), (EntityKind::Spoiler, "t")],
        );
        check("<a href=\"tg://user?id=7\">Ann</a> > me", "Ann > me", &[(EntityKind::TextMention(7), "Ann")]);
    }

    #[test]
    fn what_is_not_telegrams_is_refused() {
        for source in [
            "<b>a",
            "a</b>",
            "<b><i>a</b></i>",
            "<div>a</div>",
            "<br>",
            "a < b",
            "a & b",
            "&nbsp;",
            "<span>a</span>",
            "<b",
            "<a href=\"x>y</a>",
        ] {
            assert!(parse(source).is_err(), "{source}");
        }
    }

    #[test]
    fn what_telegram_drops_is_told() {
        for source in [
            "<code><b>a</b></code>",
            "<pre>x<i>a</i></pre>",
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "<a href=\"nowhere\">a</a>",
        ] {
            assert_eq!(parse(source).unwrap().complaints.len(), 1, "{source}");
        }
    }
}
