//! Terms of several words, kept whole: "from kindergarten up to grade 5" is no range, and "never smoked" denies nothing, once
//! a hint says what they mean. While a question is read, each stands in it as one made-up word that means the same.

use super::{Defined, Phrase, nouns::words, statements::cleaned};

/// What made-up words begin with: no English word does.
const MARK: &str = "qz";

/// A question whose terms are made-up words.
pub struct Shielded {
    /// The question.
    pub text: String,
    /// Each made-up word, and what stood in its place.
    put: Vec<(String, String)>,
}

impl Defined {
    /// Adds a made-up word for each term of several words.
    pub(super) fn shield(&mut self) {
        let long = |p: &&Phrase| p.said.is_some() && p.words.len() > 1;
        let more: Vec<Phrase> = self
            .phrases
            .iter()
            .enumerate()
            .filter(|(_, p)| long(p))
            .map(|(at, phrase)| Phrase { words: vec![made_up(at)], ..phrase.clone() })
            .collect();
        self.phrases.extend(more);
    }

    /// The question with a made-up word in the place of each term of several; none where it says no such term.
    pub fn shielded(&self, question: &str) -> Option<Shielded> {
        let said = words(question);
        let mut terms: Vec<(usize, &Phrase)> =
            self.phrases.iter().enumerate().filter(|(_, p)| p.said.is_some() && p.words.len() > 1).collect();
        terms.sort_by_key(|(_, phrase)| std::cmp::Reverse(phrase.words.len()));
        let mut puts: Vec<(usize, usize, String)> = Vec::new();
        for (at, phrase) in terms {
            let runs = said.windows(phrase.words.len()).filter(|run| phrase.stands(run, question));
            let runs = runs.filter_map(|run| Some((run.first()?.from, run.last()?.to)));
            for (start, end) in literal(phrase, question).into_iter().chain(runs) {
                if puts.iter().all(|(from, to, _)| end <= *from || *to <= start) {
                    puts.push((start, end, made_up(at)));
                }
            }
        }
        if puts.is_empty() {
            return None;
        }
        // "For each type of school … Give the type": said again in short.
        for (at, phrase) in self.phrases.iter().enumerate() {
            let Some(first) =
                puts.iter().filter(|(.., word)| *word == made_up(at)).map(|(_, to, _)| *to).min()
            else {
                continue;
            };
            let of = phrase.words.get(1).is_some_and(|w| w == "of") && !phrase.columns.is_empty();
            for pair in said.windows(2).filter(|_| of) {
                let [the, head] = pair else { continue };
                let again =
                    matches!(the.text.to_lowercase().as_str(), "the" | "its" | "this" | "that" | "each")
                        && phrase.words.first().is_some_and(|w| head.text.eq_ignore_ascii_case(w));
                if again
                    && the.from > first
                    && puts.iter().all(|(from, to, _)| head.to <= *from || *to <= head.from)
                {
                    puts.push((head.from, head.to, made_up(at)));
                }
            }
        }
        puts.sort_by_key(|(from, ..)| std::cmp::Reverse(*from));
        let mut text = question.to_owned();
        let mut put = Vec::new();
        for (from, to, word) in puts {
            put.push((word.clone(), question[from..to].to_owned()));
            text.replace_range(from..to, &word);
        }
        Some(Shielded { text: self.that_are(&text), put })
    }

    /// "donors whose sex has [not been recorded]", "during a [summer window]": donors that are so, in one.
    fn that_are(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (at, phrase) in self.phrases.iter().enumerate() {
            let made_up = made_up(at);
            let said = words(&out);
            let lower = |n: Option<usize>| {
                n.and_then(|n| said.get(n)).map_or(String::new(), |w| w.text.to_lowercase())
            };
            let Some(place) = said.iter().position(|w| w.text == made_up) else { continue };
            let is = matches!(
                lower(place.checked_sub(1)).as_str(),
                "is" | "are" | "was" | "were" | "has" | "have" | "had"
            );
            let owned = is && lower(place.checked_sub(3)) == "whose";
            let article = usize::from(matches!(lower(place.checked_sub(1)).as_str(), "a" | "an" | "the"));
            let during = place.checked_sub(1 + article).filter(|n| lower(Some(*n)) == "during");
            let (from, to) = (said[place].from, said[place].to);
            // "the code of the [kind of water]": what is kept of it.
            let label = place.checked_sub(2 + article).map(|n| lower(Some(n)));
            let of = lower(place.checked_sub(1 + article)) == "of";
            if of && !phrase.columns.is_empty() && label.is_some_and(|l| super::statements::is_label(&l)) {
                let start = said[place - 2 - article].from;
                out.replace_range(start..from, "");
                continue;
            }
            if phrase.values.is_empty() {
                continue;
            }
            if owned {
                let from = said[place - 3].from;
                out.replace_range(from..to, &format!("that are {made_up}"));
            } else if let Some(n) = during {
                let start = said[n].from;
                out.replace_range(start..from, "in ");
            }
        }
        out
    }
}

impl Shielded {
    /// A text with the terms as they were said.
    pub fn plain(&self, text: &str) -> String {
        self.put.iter().fold(text.to_owned(), |text, (word, said)| text.replace(word, said))
    }

    /// A made-up word was taken for something that is looked for in the data.
    pub fn is_in(&self, text: &str) -> bool {
        self.put.iter().any(|(word, _)| text.contains(word))
    }
}

/// Where the question says a term letter for letter, with the small words that it begins with: "from kindergarten".
fn literal(phrase: &Phrase, question: &str) -> Vec<(usize, usize)> {
    let Some(said) = phrase.said.as_ref().filter(|said| cleaned(&said.term) == phrase.words) else {
        return Vec::new();
    };
    let (lower, term) = (question.to_lowercase(), said.term.to_lowercase());
    let term = ["the ", "a ", "an "].iter().find_map(|article| term.strip_prefix(article)).unwrap_or(&term);
    if lower.len() != question.len() || term.is_empty() {
        return Vec::new();
    }
    let inner = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let whole = |(at, _): &(usize, &str)| {
        !inner(lower[..*at].chars().next_back()) && !inner(lower[at + term.len()..].chars().next())
    };
    lower.match_indices(term).filter(whole).map(|(at, _)| (at, at + term.len())).collect()
}

/// A word of letters alone, one for each phrase, and none of them the form of another.
fn made_up(at: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or_default());
    format!("{MARK}{}{}{}q", letter(at / 676), letter(at / 26), letter(at))
}
