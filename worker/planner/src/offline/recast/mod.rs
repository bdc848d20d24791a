//! What is put plainer in the text of a question before anything reads it: words beside the question ("pls"), second
//! sentences that only say what to show ("The ids are enough."), questions for yes or no that ask for a list ("Are there
//! tutors without a course? Their names."), and people, who are called something else in every database.

mod achieved;
mod ages;
mod along;
mod amounts;
mod asides;
mod asked;
mod beside;
mod by_number;
mod called;
mod chat;
mod contains;
mod counts;
mod days;
mod deeds;
mod denials;
mod everyday;
mod formal;
mod framed;
mod fused;
mod gathered;
mod happened;
mod income;
mod journeys;
mod kin;
mod loose;
mod manners;
mod money;
mod nowhere;
mod numerals;
mod of_name;
mod ordinary;
mod pending;
mod people;
mod posts;
mod pronouns;
mod remarks;
pub(super) mod roles;
mod short;
mod shown;
mod sorted;
mod stored;
mod sums;
mod tails;
mod terse;
pub(super) mod text;
mod thesaurus;
mod times;
mod totals;
mod utmost;
mod valued;
mod values;
mod versus;
mod whether;
mod who;
mod who_does;
mod won;
mod years;

use super::{dated_step, lexicon::Lexicon, part_names::halves, words::lemma};
use chrono::NaiveDate;
use rowcall_core::Catalogue;
use text::{Word, Words, slice, words};

/// A question in plainer words.
#[derive(Debug, PartialEq)]
pub(super) struct Recast {
    /// The words.
    pub text: String,
    /// What the asker should know of it.
    pub notes: Vec<String>,
    /// Whom it asks for by the part that they play.
    pub parts: Vec<roles::Part>,
}

/// Puts a question into plainer words.
pub(super) fn recast(question: &str, today: NaiveDate, lexicon: &Lexicon, catalogue: &Catalogue) -> Recast {
    let text = asides::asides(question);
    let text = dated_step::without_time(&text, lexicon, catalogue).unwrap_or(text);
    let text = asked::bought(&text).unwrap_or(text);
    let (text, mut notes) =
        stored::stored(&manners::manners(&fused::fused(&text, lexicon), lexicon), lexicon);
    let (text, more) = thesaurus::thesaurus(&text, lexicon);
    notes.extend(more);
    let text = gathered::gathered(&remarks::cases(&text, lexicon), lexicon);
    let text = totals::totals(&valued::valued(&text, lexicon), lexicon);
    let text = denials::denials(&versus::versus(&text, lexicon), lexicon);
    let text = times::times(&text, lexicon);
    let text = utmost::utmost(&text, lexicon, catalogue).unwrap_or(text);
    let text = years::years(&text, lexicon, catalogue).unwrap_or(text);
    let text = journeys::journeys(&text, lexicon, catalogue);
    let mut text = asked::asked(&short::short(&loose::loose(&text, lexicon), lexicon), lexicon);
    text = shown::shown(&text, lexicon, catalogue).unwrap_or(text);
    text = won::won(&text, lexicon, catalogue).unwrap_or(text);
    text = posts::posts(&text, lexicon, catalogue).unwrap_or(text);
    text = who::who(&text, lexicon, catalogue).unwrap_or(text);
    text = told(happened::happened(&text, lexicon, catalogue), text, &mut notes);
    text = deeds::deeds(&text, lexicon, catalogue);
    text = achieved::achieved(&text, lexicon, catalogue).unwrap_or(text);
    text = pending::pending(&text, lexicon, catalogue).unwrap_or(text);
    let (mut text, parts) = roles::roles(&text, lexicon, catalogue);
    text = remarks::remarks(&text, lexicon);
    text = numerals::numerals(&text, lexicon);
    text = days::days(&text, today, lexicon);
    text = halves(&text, lexicon).unwrap_or(text);
    text = chat::chat(&text, lexicon);
    text = contains::contains(&text, lexicon);
    text = along::along(&text, lexicon, catalogue).unwrap_or(text);
    text = beside::beside(&text, lexicon);
    text = pronouns::pronouns(&called::called(&text), lexicon);
    text = sorted::that_count(&sorted::sorted(&sums::sums(&text, lexicon)));
    text = amounts::amounts(&text, lexicon, catalogue).unwrap_or(text);
    text = money::pieces(&text, lexicon, catalogue).unwrap_or(text);
    text = told(money::money(&text, lexicon, catalogue), text, &mut notes);
    text = by_number::by_number(&text, lexicon, catalogue).unwrap_or(text);
    text = terse::terse(&text, lexicon);
    text = tails::tails(&text, lexicon);
    text = counts::counts(&text).unwrap_or(text);
    text = counts::percent(&text).unwrap_or(text);
    text = counts::shares(&text).unwrap_or(text);
    text = whether::listed(&text, lexicon).unwrap_or(text);
    text = nowhere::nowhere(&text, lexicon).unwrap_or(text);
    text = formal::formal(&text, lexicon);
    text = framed::framed(&text, lexicon);
    text = everyday::stems(&everyday::everyday(&text, lexicon), lexicon);
    text = values::values(&text, lexicon, catalogue).unwrap_or(text);
    text = of_name::of_name(&text, lexicon, catalogue).unwrap_or(text);
    text = ordinary::ordinary(&text, lexicon, catalogue);
    if let Some((reworded, note)) = ages::ages(&text, today, lexicon, catalogue) {
        text = reworded;
        notes.push(note);
    }
    let reworded =
        people::people(&text, lexicon, catalogue).or_else(|| who_does::who_does(&text, lexicon, catalogue));
    if reworded.is_some() {
        text = told(reworded, text, &mut notes);
        // "people left in 2025": now it is said who.
        text = told(happened::happened(&text, lexicon, catalogue), text, &mut notes);
    }
    Recast { text, notes, parts }
}

/// A question in plainer words, and what the asker should know of it.
type Told = (String, Option<String>);

/// A text in other words, and what to say of them; else as it was.
fn told(other: Option<Told>, text: String, notes: &mut Vec<String>) -> String {
    let Some((other, note)) = other else { return text };
    notes.extend(note);
    other
}

/// A question for yes or no that asks for a list in truth.
pub(super) fn asks_for_list(question: &str, lexicon: &Lexicon) -> bool {
    whether::listed(&tails::tails(&beside::beside(question, lexicon), lexicon), lexicon).is_some()
}

pub(super) use days::unclear as unclear_day;
pub(super) use people::are_people;

/// A way to say something plainer; nothing where it is not said so.
type Plainer = fn(&str, &Lexicon) -> Option<String>;

/// How often one thing is said in a question, at most.
const MOST: usize = 4;

/// The question after each of these ways in turn, each taken as often as it is said.
fn in_turn(text: &str, lexicon: &Lexicon, ways: &[Plainer]) -> String {
    let mut text = text.to_owned();
    for plainer in ways {
        for _ in 0..MOST {
            let Some(plain) = plainer(&text, lexicon).filter(|plain| *plain != text) else { break };
            text = plain;
        }
    }
    text
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// Nothing in the catalogue is called so, nor stored as it.
fn unknown(word: &str, lexicon: &Lexicon) -> bool {
    let one = lemma(word);
    !lexicon.is_word(word)
        && !lexicon.is_word(&one)
        && lexicon.values(&[word]).is_empty()
        && lexicon.term(&[&one]).is_none()
}

/// The table that a word names well enough.
fn table_of(word: &str, lexicon: &Lexicon) -> Option<usize> {
    lexicon.tables_for(&[&lemma(word)]).first().filter(|(_, score)| *score >= 0.75).map(|(t, _)| *t)
}

/// A word in lower case; empty behind the end.
fn lower(found: &Words, at: usize) -> &str {
    &found[at].lower
}

/// Words that stand beside each other, nothing but spaces between.
fn said(text: &str, words: &Words, at: usize, phrase: &[&str]) -> bool {
    (0..phrase.len()).all(|n| {
        words.get(at + n).is_some_and(|w| {
            w.lower.replace('’', "'") == phrase[n]
                && (n == 0 || slice(text, words[at + n - 1].to..w.from).trim().is_empty())
        })
    })
}

/// A text with other words in place of some of its own, and without the spaces that are left over.
fn instead(text: &str, from: usize, to: usize, plain: &str) -> String {
    let head = slice(text, ..from).trim_end();
    let tail = slice(text, to..).trim_start();
    let mark = tail.chars().next().is_none_or(|c| matches!(c, ',' | '.' | '?' | '!' | ';' | ':' | ')'));
    let mut out = head.to_owned();
    let opened = head.ends_with(['(', '/']) && slice(text, ..from).ends_with(head);
    for part in [plain, tail] {
        if part.is_empty() {
            continue;
        }
        let joined =
            out.is_empty() || opened && out.len() == head.len() || mark && part.as_ptr() == tail.as_ptr();
        if !joined {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

/// The sentences of a text, each with the mark that ends it.
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        let next = slice(text, at + c.len_utf8()..).chars().next();
        if c == '"' {
            quoted = !quoted;
        }
        if !quoted && matches!(c, '.' | '?' | '!' | ';') && next.is_none_or(char::is_whitespace) {
            out.push(slice(text, from..=at).trim());
            from = at + 1;
        }
    }
    out.push(slice(text, from..).trim());
    out.retain(|s| s.contains(char::is_alphanumeric));
    out
}

/// A sentence without the mark that ends it.
fn bare(sentence: &str) -> &str {
    sentence.trim().trim_end_matches(['.', '?', '!', ';', ':', ' '])
}
