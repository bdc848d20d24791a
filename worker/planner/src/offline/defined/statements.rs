//! A hint as statements: what is said of what.

use crate::offline::words::{TokenKind, tokens};

/// "A refers to B".
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Before the word that ties them.
    pub left: String,
    /// After it.
    pub right: String,
    /// Tied by no more than "is" or "=".
    pub loose: bool,
}

/// Phrases that say that one thing means another, the plainest first.
const TIES: &[&str] = &[
    " refers to ",
    " refer to ",
    " referring to ",
    " means that ",
    " mean that ",
    " means ",
    " mean ",
    " stands for ",
    " stand for ",
    " is represented by ",
    " are represented by ",
    " represents ",
    " represent ",
    " denotes ",
    " denote ",
    " indicates ",
    " indicate ",
    " signifies ",
    " is defined as ",
    " are defined as ",
    " is called ",
];

/// Cut at these marks, and no quotation or parentheses broken.
pub fn cut(text: &str, at: &[char]) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let outside = outside_quotes(&chars);
    let mut out = vec![String::new()];
    for (i, c) in chars.iter().enumerate() {
        if outside[i] && at.contains(c) {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            last.push(*c);
        }
    }
    out.retain(|piece| !piece.trim().is_empty());
    out
}

/// The statements of a hint; sentences that tie nothing to anything are left out.
pub fn statements(text: &str) -> impl Iterator<Item = Statement> + '_ {
    sentences(text).into_iter().filter_map(|sentence| tied(&sentence))
}

/// Cut at the ends of sentences, and at commas where both sides are statements of their own.
fn sentences(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut piece = String::new();
    let mut after_comma = false;
    let finish = |piece: &mut String, after_comma: bool, out: &mut Vec<String>| {
        let said = std::mem::take(piece);
        let said = said.trim();
        if said.is_empty() {
            return;
        }
        match out.last_mut() {
            Some(last) if after_comma && (tied(said).is_none() || tied(last).is_none()) => {
                last.push_str(", ");
                last.push_str(said);
            }
            _ => out.push(said.to_owned()),
        }
    };
    let chars: Vec<char> = text.chars().collect();
    for (i, outside) in outside_quotes(&chars).into_iter().enumerate() {
        let c = chars[i];
        let sentence = c == '.' && chars.get(i + 1).is_none_or(|n| n.is_whitespace());
        if outside && (matches!(c, ';' | '\n') || sentence) {
            finish(&mut piece, after_comma, &mut out);
            after_comma = false;
        } else if outside && c == ',' {
            finish(&mut piece, after_comma, &mut out);
            after_comma = true;
        } else {
            piece.push(c);
        }
    }
    finish(&mut piece, after_comma, &mut out);
    out
}

/// Per character: it stands in no quotation and no parentheses.
fn outside_quotes(chars: &[char]) -> Vec<bool> {
    let mut quote = None;
    let mut deep = 0usize;
    chars
        .iter()
        .enumerate()
        .map(|(i, &c)| {
            let inner =
                |at: Option<usize>| at.and_then(|a| chars.get(a)).is_some_and(|c| c.is_alphanumeric());
            match (quote, c) {
                (Some(open), _) if open == c && !(c == '\'' && inner(Some(i + 1))) => {
                    quote = None;
                    return false;
                }
                // One that nothing closes is an apostrophe.
                (None, '\'' | '"' | '`')
                    if !(c == '\'' && inner(i.checked_sub(1))) && chars[i + 1..].contains(&c) =>
                {
                    quote = Some(c);
                }
                (None, '(') => deep += 1,
                (None, ')') => deep = deep.saturating_sub(1),
                _ => {}
            }
            quote.is_none() && deep == 0
        })
        .collect()
}

fn tied(sentence: &str) -> Option<Statement> {
    let chars: Vec<char> = sentence.chars().collect();
    let outside = outside_quotes(&chars);
    let lower: Vec<char> = chars.iter().map(|c| c.to_ascii_lowercase()).collect();
    let find = |tie: &str| {
        let tie: Vec<char> = tie.chars().collect();
        (0..lower.len().saturating_sub(tie.len() - 1))
            .find(|&i| outside[i] && lower[i..i + tie.len()] == tie[..])
    };
    let statement = |at: usize, len: usize, loose: bool| {
        let side = |part: &[char]| part.iter().collect::<String>().trim().trim_end_matches('.').to_owned();
        let (left, right) = (side(&chars[..at]), side(&chars[at + len..]));
        (!left.is_empty() && !right.is_empty()).then_some(Statement { left, right, loose })
    };
    if let Some((at, tie)) = TIES.iter().find_map(|tie| Some((find(tie)?, *tie))) {
        return statement(at, tie.chars().count(), false);
    }
    // "late: days > 3", "late orders have days > 3": what stands before it is no part of the comparison.
    let compares = |at: usize| {
        let from = chars[at..].iter().collect::<String>();
        from.contains(['=', '<', '>']) || from.to_lowercase().contains(" is ")
    };
    let sign =
        (0..chars.len()).find(|i| outside[*i] && matches!(chars[*i], '=' | '<' | '>')).unwrap_or(chars.len());
    for tie in [":", " have ", " has ", " are those where ", " marks "] {
        let marks = tie == " marks ";
        if let Some(at) = find(tie).filter(|at| *at < sign && (marks || compares(*at))) {
            return statement(at, tie.chars().count(), true);
        }
    }
    for tie in ["=", " is ", " are ", ":"] {
        // "a >= b" compares.
        let at = find(tie)
            .filter(|at| tie != "=" || !matches!(chars.get(at.wrapping_sub(1)), Some('<' | '>' | '!')));
        if let Some(at) = at {
            return statement(at, tie.chars().count(), true);
        }
    }
    None
}

/// "make and model" and "mk, mdl": each of its own.
pub fn pairs(terms: &str, columns: &str, is_column: &impl Fn(&str) -> bool) -> Option<Vec<(String, String)>> {
    let split = |text: &str| -> Vec<String> {
        let text = text.replace(" and ", ",");
        text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    let (terms, columns) = (split(terms), split(columns));
    (terms.len() > 1 && terms.len() == columns.len() && columns.iter().all(|c| is_column(c)))
        .then(|| terms.into_iter().zip(columns).collect())
}

/// "R river, L lake", "R = river": codes and what they stand for.
pub fn codes(legend: &str) -> Vec<(String, String)> {
    let pieces = legend.split([',', ';']).map(str::trim);
    pieces
        .filter_map(|piece| {
            let (code, words) = piece.split_once([' ', '=', ':'])?;
            let words = words.trim().trim_start_matches(['=', ':']).trim().trim_start_matches("is ");
            let code = code.trim().trim_matches(['\'', '"']);
            (!code.is_empty() && code.len() <= 4 && !words.is_empty())
                .then(|| (code.to_owned(), words.to_owned()))
        })
        .collect()
}

/// "total" and "SUM(n_bnd)": the column that is added up.
pub fn summed(term: &str, formula: &str) -> Option<String> {
    let (function, rest) = formula.trim().split_once('(')?;
    let column = rest.strip_suffix(')')?.trim();
    let total =
        matches!(term.trim().to_lowercase().as_str(), "total" | "in total" | "the total" | "total number");
    (total && function.trim().eq_ignore_ascii_case("sum") && !column.contains('(')).then(|| column.to_owned())
}

/// "the highest haemoglobin level" and "MAX(hb)": a number that is computed of one column, and what that column is called.
pub fn computed(term: &str, formula: &str) -> Option<(String, String)> {
    const FORMS: [(&str, &[&str]); 4] = [
        ("max", &["highest", "maximum", "largest", "greatest", "max", "biggest", "most"]),
        ("min", &["lowest", "minimum", "smallest", "least", "min"]),
        ("avg", &["average", "mean", "avg"]),
        ("sum", &["total", "sum", "overall"]),
    ];
    let formula = formula.trim();
    let (function, rest) = formula.split_once('(')?;
    let column = rest.strip_suffix(')')?.trim();
    let plain = column.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '`' | '"' | ' '));
    let (_, says) = FORMS.iter().find(|(name, _)| function.trim().eq_ignore_ascii_case(name))?;
    let words: Vec<&str> = term.split_whitespace().collect();
    let end = matches!(says.first(), Some(&"highest" | &"lowest"));
    let said = |w: &str| says.iter().any(|s| w.eq_ignore_ascii_case(s)) || end && is_superlative(w);
    let at = words.iter().position(|w| said(w))?;
    let small = |w: &&&str| matches!(w.to_lowercase().as_str(), "the" | "a" | "an" | "of" | "in");
    let before = words[..at].iter().filter(|w| !small(w)).count();
    let name: Vec<&str> = words[at + 1..].iter().skip_while(|w| small(w)).copied().collect();
    // "furthest to the north"
    if matches!(name.first(), Some(&"to" | &"from" | &"away" | &"at")) {
        return None;
    }
    (plain && !column.is_empty() && before == 0 && !name.is_empty())
        .then(|| (name.join(" "), column.to_owned()))
}

/// A term begins with a superlative that means nothing by itself: "steepest slope".
pub fn is_rare(term: &str) -> bool {
    const PLAIN: &[&str] =
        &["highest", "largest", "greatest", "biggest", "lowest", "smallest", "fewest", "latest", "oldest"];
    let first = term.split_whitespace().next().unwrap_or_default().to_lowercase();
    is_superlative(&first) && !PLAIN.contains(&first.as_str()) && term.contains(' ')
}

/// What a column's name may go on with where it is of what stands before.
pub fn is_label(word: &str) -> bool {
    matches!(word, "code" | "id" | "name" | "number" | "value" | "label")
}

/// "steepest", "Longest".
fn is_superlative(word: &str) -> bool {
    word.len() > 5 && word.to_lowercase().ends_with("est")
}

/// "the steepest slope" and "MAX(slp)", "furthest to the north" and "MAX(latitude)": a row that stands out, and how else
/// that is said.
pub fn outstanding(term: &str, formula: &str) -> Option<(String, Vec<String>)> {
    let (function, rest) = formula.trim().split_once('(')?;
    let column = rest.strip_suffix(')')?.trim();
    let end = match function.trim().to_lowercase().as_str() {
        "max" => "highest",
        "min" => "lowest",
        _ => return None,
    };
    let plain = column.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '`' | '"' | ' '));
    let words: Vec<&str> = term.split_whitespace().collect();
    let article = usize::from(words.first().is_some_and(|w| w.eq_ignore_ascii_case("the")));
    let words = &words[article..];
    let (first, rest) = words.split_first()?;
    if !plain || column.is_empty() {
        return None;
    }
    let noun =
        |w: &&str| w.chars().all(char::is_alphabetic) && !matches!(*w, "to" | "in" | "from" | "of" | "at");
    if is_superlative(first) && !rest.is_empty() && rest.iter().all(noun) {
        return Some((words.join(" "), vec![format!("{end} {column}")]));
    }
    Some((words.join(" "), vec![format!("with the {end} {column}"), format!("has the {end} {column}")]))
}

/// "number of counsellors": what there is a number of.
pub fn counted(term: &str) -> Option<&str> {
    ["number of ", "the number of ", "count of ", "amount of "].iter().find_map(|head| {
        let rest = term.trim().get(head.len()..)?;
        term.trim()[..head.len()].eq_ignore_ascii_case(head).then_some(rest.trim())
    })
}

/// The words of a term: base forms, without what only leads up to them.
pub fn cleaned(term: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for token in tokens(term) {
        match token.kind {
            TokenKind::Mark => {}
            TokenKind::Quoted => words.extend(tokens(&token.text).into_iter().map(|t| t.lemma)),
            TokenKind::Word | TokenKind::Number | TokenKind::IsoDate => words.push(token.lemma),
        }
    }
    let leads = |w: &String| {
        matches!(
            w.as_str(),
            "the"
                | "a"
                | "an"
                | "those"
                | "that"
                | "which"
                | "who"
                | "with"
                | "have"
                | "has"
                | "having"
                | "be"
                | "is"
                | "are"
                | "of"
                | "if"
                | "when"
                | "in"
                | "to"
                | "from"
                | "for"
                | "all"
                | "any"
        )
    };
    while words.len() > 1 && leads(&words[0]) {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(leads) {
        words.pop();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_cut_into_statements() {
        let said: Vec<(String, String)> = statements(
            "late refers to days > 3.5; state = 'x, y' means cancelled, paid orders refers to state = 'p'. Join them first.",
        )
        .map(|s| (s.left, s.right))
        .collect();
        let expected =
            [("late", "days > 3.5"), ("state = 'x, y'", "cancelled"), ("paid orders", "state = 'p'")];
        assert_eq!(said, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn terms_are_their_words() {
        assert_eq!(cleaned("those with the double bonds"), ["double", "bond"]);
        assert_eq!(cleaned("'F'"), ["f"]);
    }
}
