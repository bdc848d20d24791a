//! Terms that name rows by themselves: "the goalkeepers" (pos = 'GK' of a player) are the goalkeeper players.

use super::{Defined, Sources};
use crate::offline::{plural, words::lemma, words::split_name};

/// Words before a single one of them.
const ARTICLES: &[&str] = &["a", "an", "each", "every", "any", "typical", "average"];
/// What may follow it.
const AFTER: &[&str] = &[
    "is", "are", "was", "were", "has", "have", "had", "with", "who", "that", "which", "whose", "on", "in",
    "at", "of", "by", "from", "to", "and", "or", "do", "does", "did", "per",
];

/// A word and where it stands.
pub(super) struct Word<'q> {
    pub from: usize,
    pub to: usize,
    pub text: &'q str,
}

pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric() || c == '_') {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                out.push(Word { from, to: at, text: &text[from..at] });
                start = None;
            }
            _ => {}
        }
    }
    out
}

impl Defined {
    /// The question with the noun of the table after each term that stands for rows of one.
    pub(super) fn with_nouns(&self, question: &str, world: &Sources<'_>) -> Option<String> {
        let said = words(question);
        let mut puts: Vec<(usize, usize, String)> = Vec::new();
        for phrase in &self.phrases {
            let Some(first) = phrase.values.first() else { continue };
            let table = first.column.table;
            if phrase.said.is_none() || phrase.values.iter().any(|v| v.column.table != table) {
                continue;
            }
            let n = phrase.words.len();
            for at in 0..(said.len() + 1).saturating_sub(n.max(1)) {
                if phrase.stands(&said[at..at + n], question)
                    && rows(&said, at, n, question, world)
                    && !puts.iter().any(|(from, ..)| *from == said[at].from)
                {
                    let name = split_name(&world.catalogue.tables[table].name);
                    let noun = name.join(" ").to_lowercase();
                    let noun = if lemma(&noun) == noun { plural(&noun) } else { noun };
                    let term = format!("{} {noun}", phrase.words.join(" "));
                    puts.push((said[at].from, said[at + n - 1].to, term));
                }
            }
        }
        if puts.is_empty() {
            return None;
        }
        puts.sort_by_key(|(from, ..)| std::cmp::Reverse(*from));
        let mut out = question.to_owned();
        for (from, to, term) in puts {
            out.replace_range(from..to, &term);
        }
        Some(out)
    }
}

impl super::Phrase {
    /// These words say it, one after another.
    pub(super) fn stands(&self, said: &[Word<'_>], question: &str) -> bool {
        let joined = said.windows(2).all(|w| matches!(&question[w[0].to..w[1].from], " " | "-"));
        let same = |(p, w): (&String, &Word<'_>)| {
            let lower = w.text.to_lowercase();
            *p == lower || *p == lemma(&lower)
        };
        joined && !said.is_empty() && self.words.len() == said.len() && self.words.iter().zip(said).all(same)
    }
}

/// The term is a noun of its own there: "the goalkeepers", "a goalkeeper is".
fn rows(said: &[Word<'_>], at: usize, n: usize, question: &str, world: &Sources<'_>) -> bool {
    let last = said[at + n - 1].text.to_lowercase();
    let next = said.get(at + n).filter(|w| question[said[at + n - 1].to..w.from].trim().is_empty());
    let next = next.map(|w| w.text.to_lowercase());
    let table = |word: &str| world.known.tables_for(&[&lemma(word)]).first().is_some_and(|(_, s)| *s >= 0.75);
    if table(&last) || next.as_deref().is_some_and(table) {
        return false;
    }
    if lemma(&last) != last {
        return last.ends_with('s');
    }
    let before = at.checked_sub(1).map(|b| said[b].text.to_lowercase());
    before.is_some_and(|b| ARTICLES.contains(&b.as_str())) && next.is_none_or(|w| AFTER.contains(&w.as_str()))
}
