//! The halves of a person's name, by what the catalogue calls them: "first name and surname" of `personal_name` and
//! `family_name`, "surnames" of `last_name`.

use super::{lower, word};
use crate::offline::{lexicon::Lexicon, words::Token};

/// What the first half is called.
const FIRST: [&[&str]; 5] =
    [&["first", "name"], &["given", "name"], &["personal", "name"], &["forename"], &["christian", "name"]];
/// What the second half is called.
const LAST: [&[&str]; 4] = [&["last", "name"], &["family", "name"], &["surname"], &["second", "name"]];

/// Puts both halves into the words of the columns.
pub(super) fn halves(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let (first, last) = (kept(&FIRST, lexicon), kept(&LAST, lexicon));
    together(tokens, &first, &last);
    for (ways, kept) in [(FIRST.as_slice(), &first), (LAST.as_slice(), &last)] {
        let [called, ..] = kept.as_slice() else { continue };
        for way in ways.iter().filter(|way| !kept.contains(way)) {
            for at in (0..tokens.len()).rev() {
                if says(tokens, at, way) {
                    tokens.splice(at..at + way.len(), called.iter().copied().map(word));
                }
            }
        }
    }
}

/// The ways in which columns of the catalogue call a half.
fn kept(ways: &[&'static [&'static str]], lexicon: &Lexicon) -> Vec<&'static [&'static str]> {
    let called = |way: &&&[&str]| {
        lexicon.columns_with(way[0]).iter().any(|at| {
            let words = &lexicon.columns[at.table][at.column].words;
            words.windows(way.len()).any(|part| part.iter().zip(way.iter()).all(|(a, b)| a == b))
        })
    };
    ways.iter().filter(called).copied().collect()
}

fn says(tokens: &[Token], at: usize, way: &[&str]) -> bool {
    way.iter().enumerate().all(|(n, said)| tokens.get(at + n).is_some_and(|t| t.lemma == *said))
}

/// "first and last names", where neither is called so: both of what they are called.
fn together(tokens: &mut Vec<Token>, first: &[&[&str]], last: &[&[&str]]) {
    let ([first, ..], [last, ..]) = (first, last) else { return };
    for at in (0..tokens.len().saturating_sub(3)).rev() {
        let joined = lower(tokens, at + 1) == "and" && tokens[at + 3].lemma == "name";
        let order = match (lower(tokens, at), lower(tokens, at + 2)) {
            ("first", "last") => [first, last],
            ("last", "first") => [last, first],
            _ => continue,
        };
        let (plain, own) = ([&["first", "name"], &["last", "name"]], [*first, *last]);
        if !joined || plain.iter().zip(own).all(|(a, b)| a.as_slice() == b) {
            continue;
        }
        let mut out: Vec<Token> = order[0].iter().copied().map(word).collect();
        out.push(word("and"));
        out.extend(order[1].iter().copied().map(word));
        tokens.splice(at..at + 4, out);
    }
}
