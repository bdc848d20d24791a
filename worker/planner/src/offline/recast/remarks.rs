//! Remarks on what a table of groups shows anyway: "Skip codes without such orders.", "only shops with reviews", "for the clients
//! that have any", "departments without employees can be left out". What is counted per group has no groups of nothing.

use super::{is_one_of, lower, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_filler, is_link_verb, lemma},
};

/// Leaves them out.
pub(super) fn remarks(text: &str, lexicon: &Lexicon) -> String {
    let mut out = text.to_owned();
    for _ in 0..3 {
        let Some(plain) = without_remark(&out, lexicon) else { break };
        out = plain;
    }
    out
}

/// "ignoring upper and lower case", "regardless of case": so texts are compared anyway.
pub(super) fn cases(text: &str, lexicon: &Lexicon) -> String {
    const HOW: &str = "ignore ignored ignores ignoring insensitive insensitively irrespective lower lowercase regardless \
        sensitive sensitively sensitivity upper uppercase";
    if lexicon.is_word("case") {
        return text.to_owned();
    }
    let remark = clauses(text).into_iter().find(|(from, to)| {
        let found = words(slice(text, *from..*to));
        found.iter().any(|w| w.lower == "case") && found.iter().any(|w| is_one_of(HOW, &w.lower))
    });
    let Some((from, to)) = remark else { return text.to_owned() };
    let (head, tail) = (slice(text, ..from).trim_end(), slice(text, to..));
    if head.is_empty() {
        return text.to_owned();
    }
    let tail = if head.ends_with('(') { tail.strip_prefix(')').unwrap_or(tail) } else { tail };
    format!("{}{tail}", head.trim_end_matches([',', ';', '-', '–', '—', ':', '(']).trim_end())
}

/// Something is computed per group.
fn grouped(text: &str) -> bool {
    let found = words(text);
    let per = found.iter().any(|w| is_one_of("each every per by breakdown", &w.lower));
    let computes = found.iter().any(|w| {
        is_one_of("many much number count total sum average mean often highest lowest largest smallest most hours percentage share", &w.lower)
    });
    per && computes
}

/// The first remark is gone.
fn without_remark(text: &str, lexicon: &Lexicon) -> Option<String> {
    if !grouped(text) {
        return None;
    }
    let clauses = clauses(text);
    let found = clauses.iter().enumerate().find(|(n, clause)| {
        let rest: String = clauses
            .iter()
            .enumerate()
            .filter(|(m, _)| m != n)
            .map(|(_, c)| format!("{} ", slice(text, c.0..c.1)))
            .collect();
        grouped(&rest) && is_remark(slice(text, clause.0..clause.1), &rest, *n == 0, lexicon)
    });
    let (_, &(from, to)) = found?;
    // The mark before a clause goes with it.
    let head = slice(text, ..from).trim_end();
    let tail = slice(text, to..);
    let open = head.ends_with('(') && tail.trim_start().starts_with(')');
    if open {
        let head = head.trim_end_matches('(').trim_end();
        return Some(format!("{head}{}", tail.trim_start().trim_start_matches(')')));
    }
    let ended = tail.starts_with(['.', '?', '!', ';']) && head.ends_with(['.', '?', '!', ';']);
    let head =
        if ended { head } else { head.trim_end_matches([',', ';', '-', '–', '—', ':']).trim_end() };
    let tail = if ended { slice(tail, 1..) } else { tail };
    Some(format!("{head}{}", if tail.trim().is_empty() { "" } else { tail }).trim().to_owned())
}

/// The parts of a text between its marks.
fn clauses(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        let next = slice(text, at + c.len_utf8()..).chars().next();
        let before = slice(text, ..at).chars().next_back();
        quoted ^= c == '"';
        let dash = matches!(c, '-' | '–' | '—') && before == Some(' ') && next == Some(' ');
        let mark = matches!(c, '.' | '?' | '!' | ';' | ',' | ':') && next.is_none_or(char::is_whitespace);
        if !quoted && (dash || mark || matches!(c, '(' | ')')) {
            out.push((from, at));
            from = at + c.len_utf8();
        }
    }
    out.push((from, text.len()));
    out.into_iter()
        .filter(|(a, b)| slice(text, *a..*b).contains(char::is_alphanumeric))
        .map(|(a, b)| {
            let inner = slice(text, a..b);
            (a + inner.len() - inner.trim_start().len(), b - (inner.len() - inner.trim_end().len()))
        })
        .collect()
}

/// A clause that says no more than that groups of nothing are not shown.
fn is_remark(clause: &str, rest: &str, first: bool, lexicon: &Lexicon) -> bool {
    let found = words(clause);
    let n = found.len();
    if !(2..=12).contains(&n) || first {
        return false;
    }
    // "Leave out sites that nobody has visited", "skipping months with no visits"
    let leaves = match (lower(&found, 0), lower(&found, 1)) {
        ("leave" | "leaving", "out") => 2,
        ("skip" | "skipping" | "ignore" | "ignoring" | "omit" | "omitting" | "exclude" | "excluding", _) => 1,
        ("do", "not") if is_one_of("show include list", lower(&found, 2)) => 3,
        _ => 0,
    };
    if leaves > 0 {
        return empties(&found[leaves..].iter().map(|w| w.lower.as_str()).collect::<Vec<_>>(), rest, lexicon);
    }
    // "teams without projects can be left out"
    let last = (1..n).find(|at| {
        is_one_of("can may should need", lower(&found, *at))
            && (*at + 2..n)
                .any(|m| is_one_of("left skipped omitted ignored shown listed dropped", lower(&found, m)))
    });
    if let Some(last) = last {
        return empties(&found[..last].iter().map(|w| w.lower.as_str()).collect::<Vec<_>>(), rest, lexicon);
    }
    // "only shops with reviews", "show only drugs that have been used", "for the clients that have any"
    let lead = found
        .iter()
        .take_while(|w| {
            is_one_of("show list include only just for the those consider count and counting", &w.lower)
        })
        .count();
    let only = found[..lead].iter().any(|w| is_one_of("only just", &w.lower)) || lower(&found, 0) == "for";
    only && lead < n
        && has_any(&found[lead..].iter().map(|w| w.lower.as_str()).collect::<Vec<_>>(), rest, lexicon)
}

/// A word for rows that the question counts or shows.
fn spoken(word: &str, rest: &str, lexicon: &Lexicon) -> bool {
    let one = lemma(word);
    if is_one_of("one any none such it them those these month year week day quarter time", &one) {
        return true;
    }
    let stands = lexicon.stands_for(&one, 0.8);
    words(rest).iter().any(|w| {
        let other = lemma(&w.lower);
        other == one
            || crate::offline::words::root(&other) == crate::offline::words::root(&one)
            || !is_filler(&w.lower) && stands.contains(&other)
    })
}

/// A noun of the groups: what stands behind "each" and "per".
fn is_group(word: &str, rest: &str) -> bool {
    let one = lemma(word);
    let found = words(rest);
    is_one_of("one those group these month year week day quarter", &one)
        || (1..found.len()).any(|at| {
            let opens = (at.saturating_sub(3)..at).any(|n| is_one_of("each every per by", lower(&found, n)));
            opens && lemma(lower(&found, at)) == one
        })
}

/// "sites that nobody has visited", "codes without such orders", "empty ones".
fn empties(clause: &[&str], rest: &str, lexicon: &Lexicon) -> bool {
    let split = clause.iter().position(|w| is_one_of("without with that who which where having whose", w));
    // "candidates without a party" are none of the groups, but of the rows that are counted.
    let groups = match split {
        Some(at) => clause[..at].iter().any(|w| is_group(w, rest)),
        None => clause.iter().any(|w| is_group(w, rest)),
    };
    // What they are without is what is counted.
    let counted = split.is_none_or(|at| {
        clause[at..].iter().all(|w| {
            is_filler(w) || is_one_of("month year week day time one", &lemma(w)) || !is_group(w, rest)
        })
    });
    if !groups || !counted {
        return false;
    }
    let denies = |w: &&&str| is_one_of("without no none nobody empty never zero nothing not", w);
    if !clause.iter().any(|w| denies(&w)) || clause.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit())) {
        return false;
    }
    clause.iter().all(|w| {
        denies(&w)
            || is_filler(w)
            || is_link_verb(w)
            || is_one_of("that who which where had were was did any such ones whatsoever at had", w)
            || spoken(w, rest, lexicon)
    })
}

/// "shops with reviews", "drugs that have been used", "clients that have any".
fn has_any(clause: &[&str], rest: &str, lexicon: &Lexicon) -> bool {
    let links = clause.iter().position(|w| is_one_of("with that which who having", w));
    let Some(links) = links.filter(|at| *at > 0) else { return false };
    let idle = |w: &&str| {
        is_filler(w)
            || is_link_verb(w)
            || is_one_of("that which who with have had any used been at least one", w)
    };
    let spoken_of = |w: &&str| idle(w) || spoken(w, rest, lexicon);
    clause[..links].iter().all(spoken_of)
        && clause[links + 1..].iter().all(spoken_of)
        && clause[links..].iter().all(|w| lexicon.values(&[w]).is_empty() || idle(w))
        && !clause.contains(&"more")
}

#[cfg(test)]
mod tests {
    #[test]
    fn clauses_are_what_stands_between_marks() {
        let text = "Orders per code? Skip codes without orders.";
        let found: Vec<&str> = super::clauses(text).into_iter().map(|(a, b)| &text[a..b]).collect();
        assert_eq!(found, ["Orders per code", "Skip codes without orders"]);
    }
}
