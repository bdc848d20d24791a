//! Says in full what a question leaves out: "first and last names" are first names and last names, "more than
//! one" is a number. Works on the words alone, before anything is marked.

use super::{
    lexicon::Lexicon,
    words::{Token, TokenKind, lemma},
};
use rowcall_core::Catalogue;

/// The question with its shortenings written out.
pub fn rephrase(tokens: Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) -> Vec<Token> {
    let mut out = shared_heads(tokens, lexicon, catalogue);
    full_names(&mut out, lexicon, catalogue);
    for i in (1..out.len()).rev() {
        // "best-selling" by whatever follows.
        if i < out.len() && out[i].lower == "selling" && matches!(out[i - 1].lower.as_str(), "best" | "top") {
            out.drain(i - usize::from(out[i - 1].lower == "best")..=i);
        }
    }
    contained(&mut out);
    counted_nouns(&mut out, lexicon, catalogue);
    years(&mut out);
    comparatives(&mut out, lexicon, catalogue);
    fused(&mut out, lexicon);
    for token in out.iter_mut().filter(|t| t.lower == "aged" && lexicon.is_word("age")) {
        *token = word("age");
    }
    for i in 1..out.len() {
        if out[i].lower == "one" && counts(&out[..i]) {
            out[i] =
                Token { text: "1".into(), lower: "1".into(), lemma: "1".into(), kind: TokenKind::Number };
        }
    }
    out
}

/// "full name", where no column is called so, is the name with all its parts.
fn full_names(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for i in (1..tokens.len()).rev() {
        if tokens[i].lemma == "name"
            && matches!(tokens[i - 1].lower.as_str(), "full" | "complete")
            && lexicon.columns_for(&["full", "name"], catalogue).is_empty()
        {
            tokens.remove(i - 1);
        // "the full party names"
        } else if i >= 2
            && tokens[i].lemma == "name"
            && tokens[i - 2].lower == "full"
            && lexicon.names_table(&tokens[i - 1].lemma, 0.75)
            && !lexicon.is_word("full")
        {
            tokens.remove(i - 2);
        }
    }
}

/// "with "X" in its name": whose name contains X.
fn contained(tokens: &mut Vec<Token>) {
    let mut i = 1;
    while i + 2 < tokens.len() {
        let at = |n: usize| tokens.get(n).map_or("", |t| t.lower.as_str());
        let its = matches!(at(i + 2), "its" | "their" | "the" | "his" | "her");
        if tokens[i].kind == TokenKind::Quoted && at(i + 1) == "in" && its {
            let mut start = i - 1;
            while start > 0
                && matches!(at(start), "substring" | "word" | "text" | "string" | "letter" | "the" | "a")
            {
                start -= 1;
            }
            let verb = matches!(
                at(start),
                "with" | "has" | "have" | "having" | "had" | "contain" | "contains" | "containing"
            );
            let words = tokens[i + 3..]
                .iter()
                .take(3)
                .take_while(|t| {
                    t.kind == TokenKind::Word
                        && !matches!(
                            t.lower.as_str(),
                            "and" | "or" | "in" | "of" | "for" | "that" | "who" | "by" | "is" | "are"
                        )
                })
                .count();
            if verb && words > 0 {
                if start > 0 && matches!(at(start - 1), "that" | "which" | "who") {
                    start -= 1;
                }
                let mut whose = vec![word("whose")];
                whose.extend(tokens[i + 3..i + 3 + words].iter().cloned());
                whose.push(word("contains"));
                whose.push(tokens[i].clone());
                tokens.splice(start..i + 3 + words, whose);
            }
        }
        i += 1;
    }
}

/// "the sales count": the number of sales.
fn counted_nouns(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for i in (1..tokens.len()).rev() {
        let noun = tokens[i - 1].lemma.as_str();
        let table = lexicon.names_table(noun, 0.75);
        let column = lexicon.columns_for(&[noun, "count"], catalogue).first().is_some_and(|(_, s)| *s >= 0.8);
        if tokens[i].lower == "count" && table && !column {
            tokens.remove(i);
            tokens.splice(i - 1..i - 1, ["number", "of"].map(word));
        }
    }
}

fn word(text: &str) -> Token {
    Token { text: text.into(), lower: text.into(), lemma: lemma(text), kind: TokenKind::Word }
}

/// "in year 2014 or later" is since 2014, "the year of 2014" the year 2014.
fn years(tokens: &mut Vec<Token>) {
    let is_year = |t: &Token| t.kind == TokenKind::Number && t.text.len() == 4;
    for i in (1..tokens.len()).rev() {
        if is_year(&tokens[i]) && tokens[i - 1].lower == "of" && i >= 2 && tokens[i - 2].lower == "year" {
            tokens.remove(i - 1);
        }
    }
    let mut i = 0;
    while i + 2 < tokens.len() {
        let later = match tokens[i + 2].lower.as_str() {
            "after" | "later" | "onwards" | "onward" => Some(true),
            "before" | "earlier" => Some(false),
            _ => None,
        };
        // "after 2013 or before 2008" goes on with another year.
        let ends = tokens.get(i + 3).is_none_or(|t| t.kind != TokenKind::Number);
        let year = tokens[i].text.parse::<u32>().ok().filter(|_| is_year(&tokens[i]));
        if let (Some(year), Some(later), true, "or") = (year, later, ends, tokens[i + 1].lower.as_str()) {
            tokens.drain(i + 1..=i + 2);
            let mut start = i;
            while start > 0 && matches!(tokens[start - 1].lower.as_str(), "in" | "the" | "year") {
                start -= 1;
            }
            tokens.drain(start..i);
            let text = if later { year } else { year + 1 }.to_string();
            let number = Token { lower: text.clone(), lemma: text.clone(), text, kind: TokenKind::Number };
            tokens[start] = number;
            tokens.insert(start, word(if later { "since" } else { "before" }));
            i = start;
        }
        i += 1;
    }
}

/// "more staff than the average", "a greater area than 5": the number stands before its comparison.
fn comparatives(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for i in 0..tokens.len() {
        let large = match tokens[i].lower.as_str() {
            "more" | "greater" | "higher" | "larger" | "bigger" => true,
            "less" | "fewer" | "lower" | "smaller" => false,
            _ => continue,
        };
        let Some(than) = (i + 2..tokens.len().min(i + 5)).find(|n| tokens[*n].lower == "than") else {
            continue;
        };
        let phrase: Vec<&str> = tokens[i + 1..than].iter().map(|t| t.lemma.as_str()).collect();
        let number = lexicon
            .columns_for(&phrase, catalogue)
            .iter()
            .any(|(c, s)| *s >= 0.7 && catalogue.tables[c.table].columns[c.column].kind.is_numeric());
        if number {
            tokens[i] = word(if large { "more" } else { "less" });
            tokens[i..than].rotate_left(1);
        }
    }
}

/// "his or her", "he or she": one person.
pub(super) fn pronouns(tokens: &mut Vec<Token>) {
    let is = |t: &Token| matches!(t.lower.as_str(), "he" | "she" | "his" | "her" | "him" | "hers");
    for i in (1..tokens.len().saturating_sub(1)).rev() {
        if tokens[i].lower == "or" && is(&tokens[i - 1]) && is(&tokens[i + 1]) {
            tokens.drain(i..=i + 1);
        }
    }
}

/// "life expectancy", where the catalogue writes `lifeexpectancy`: one word.
fn fused(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let mut i = 0;
    while i + 1 < tokens.len() {
        let words = tokens[i..=i + 1].iter().all(|t| t.kind == TokenKind::Word && t.lower.len() >= 2);
        let joined = format!("{}{}", tokens[i].lower, tokens[i + 1].lemma);
        if words
            && lexicon.is_word(&joined)
            && !(lexicon.is_word(&tokens[i].lemma) && lexicon.is_word(&tokens[i + 1].lemma))
        {
            let text = format!("{} {}", tokens[i].text, tokens[i + 1].text);
            tokens[i] = Token { text, lower: joined.clone(), lemma: joined, kind: TokenKind::Word };
            tokens.remove(i + 1);
        }
        i += 1;
    }
    // The other way round: "birthplace", where the catalogue writes `birth_place`.
    for i in (0..tokens.len()).rev() {
        let base = tokens[i].lemma.clone();
        if tokens[i].kind != TokenKind::Word || base.len() < 7 || !base.is_ascii() || lexicon.is_word(&base) {
            continue;
        }
        let cut = (3..=base.len() - 3).find(|n| lexicon.is_word(&base[..*n]) && lexicon.is_word(&base[*n..]));
        if let Some(n) = cut {
            let part = |text: &str| Token {
                text: text.into(),
                lower: text.into(),
                lemma: text.into(),
                kind: TokenKind::Word,
            };
            tokens[i] = part(&base[n..]);
            tokens.insert(i, part(&base[..n]));
        }
    }
}

/// The words before "one" make it a number rather than a pronoun.
fn counts(before: &[Token]) -> bool {
    let word = |back: usize| before.len().checked_sub(back).map_or("", |i| before[i].lower.as_str());
    match word(1) {
        "than" => matches!(word(2), "more" | "less" | "fewer" | "greater"),
        "least" | "most" => word(2) == "at",
        "exactly" | "only" | "to" => word(1) != "to" || word(2) == "equal",
        _ => false,
    }
}

/// "departure and arrival dates": the noun that both share, put behind the first as well.
fn shared_heads(mut tokens: Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) -> Vec<Token> {
    let mut i = 0;
    while i + 2 < tokens.len() {
        if let Some((gaps, head)) = shared(&tokens, i, lexicon, catalogue) {
            let base = lemma(&head.lower);
            let word = Token { text: base.clone(), lower: base.clone(), lemma: base, kind: TokenKind::Word };
            for gap in gaps.iter().rev() {
                tokens.insert(*gap, word.clone());
            }
        }
        i += 1;
    }
    tokens
}

/// "A, B and C N" from here on: after which words N is missing, and N.
fn shared(
    tokens: &[Token],
    start: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<(Vec<usize>, Token)> {
    let is_word = |i: usize| tokens.get(i).is_some_and(|t| t.kind == TokenKind::Word);
    let mut firsts = Vec::new();
    let mut at = start;
    loop {
        if !is_word(at) {
            return None;
        }
        firsts.push(at);
        let next = tokens.get(at + 1)?;
        at += 2;
        if next.lower == "and" {
            break;
        }
        if next.text != "," || firsts.len() > 3 {
            return None;
        }
        if tokens.get(at).is_some_and(|t| t.lower == "and") {
            at += 1;
            break;
        }
    }
    if !is_word(at) || !is_word(at + 1) {
        return None;
    }
    let head = &tokens[at + 1];
    let columns = |words: &[&str]| -> Vec<_> {
        lexicon.columns_for(words, catalogue).into_iter().filter(|(_, s)| *s >= 0.9).map(|(c, _)| c).collect()
    };
    let last = columns(&[&tokens[at].lemma, &head.lemma]);
    let whole = |i: usize| {
        let lemma = tokens[i].lemma.as_str();
        // A word that names something by itself needs no noun.
        let alone = !columns(&[lemma]).is_empty() || lexicon.names_table(lemma, 0.9);
        let full = columns(&[lemma, &head.lemma]);
        !alone && full.iter().any(|c| last.iter().any(|l| l.table == c.table && l != c))
    };
    firsts.iter().all(|i| whole(*i)).then(|| (firsts.iter().map(|i| i + 1).collect(), head.clone()))
}
