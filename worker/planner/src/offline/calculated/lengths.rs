//! How long a text is: "the length of the name", "the number of characters in the title", "the longest journal name", "names
//! with more than 20 letters", "names from shortest to longest".

use super::{Added, Sources, add, choose::Calculation};
use crate::offline::{
    recast::text::{Words, slice, words},
    words::lemma,
};
use rowcall_core::{ColumnRef, TypeKind};

/// What is measured by its letters; the longest of other things is another matter: rivers, films.
const LABELS: &[&str] =
    &["name", "title", "description", "label", "comment", "text", "message", "note", "headline", "remark"];
/// How well the words must name the column.
const LEAST: f32 = 0.7;
/// The most words that name it.
const LONGEST: usize = 3;

/// The text with a made-up name in the place of the length; none where no length of a text is spoken of.
pub fn replaced(text: &str, world: &Sources<'_>, added: &mut Vec<Added>) -> Option<String> {
    let said = Said { text, found: words(text), world };
    let place =
        said.measure().or_else(|| said.extreme()).or_else(|| said.compared()).or_else(|| said.sorted())?;
    let (of, _) = place.columns.first()?;
    let called = world.known.columns[of.table][of.column].words.join(" ");
    let calculation = Calculation::Length(place.columns);
    let (_, name) = add(&calculation, None, &format!("length of the {called}"), world, added)?;
    let (head, tail) = (slice(text, ..place.from), slice(text, place.to..));
    Some(format!("{head}{}{tail}", place.plain.replace('*', &name)))
}

/// Where a length is spoken of, of which columns, and what stands there instead: `*` for its name.
struct Place {
    from: usize,
    to: usize,
    columns: Vec<(ColumnRef, f32)>,
    plain: String,
}

struct Said<'s> {
    text: &'s str,
    found: Words,
    world: &'s Sources<'s>,
}

impl Said<'_> {
    fn lower(&self, at: usize) -> &str {
        &self.found[at].lower
    }

    fn article(&self, at: usize) -> usize {
        at + usize::from(matches!(self.lower(at), "the" | "its" | "their" | "each" | "a"))
    }

    /// The texts that are named from a word on, and where their name ends.
    fn texts(&self, at: usize) -> Option<(Vec<(ColumnRef, f32)>, usize)> {
        (1..=LONGEST).rev().find_map(|n| {
            let phrase: Vec<String> = (at..at + n).map(|i| lemma(self.lower(i))).collect();
            let label = phrase.last().is_some_and(|w| LABELS.contains(&w.as_str()));
            (at + n <= self.found.len() && label).then_some(())?;
            let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
            let columns = self.world.known.columns_for(&phrase, self.world.catalogue);
            let text =
                |c: &ColumnRef| self.world.catalogue.tables[c.table].columns[c.column].kind == TypeKind::Text;
            let columns: Vec<_> =
                columns.into_iter().filter(|(c, score)| *score >= LEAST && text(c)).collect();
            // "the name" is that of the things that are spoken of.
            let spoken: Vec<_> = columns.iter().filter(|(c, _)| self.speaks_of(c.table)).copied().collect();
            let columns = if spoken.is_empty() { columns } else { spoken };
            (!columns.is_empty()).then_some((columns, at + n))
        })
    }

    fn speaks_of(&self, table: usize) -> bool {
        self.found.iter().any(|w| {
            let tables = self.world.known.scored_tables(&[&lemma(&w.lower)]);
            tables.first().is_some_and(|(t, score)| *t == table && *score >= 0.9)
        })
    }

    /// A size that is kept goes before that of a text.
    fn is_kept(&self) -> bool {
        ["length", "duration", "distance", "runtime", "height"].iter().any(|w| self.world.known.is_word(w))
    }

    /// "the length of the name", "the number of characters in the name", "how long the name is"
    fn measure(&self) -> Option<Place> {
        (0..self.found.len()).find_map(|at| {
            let noun = match (self.lower(at), self.lower(at + 1), self.lower(at + 2)) {
                ("length", "of", _) if !self.world.known.is_word("length") => at + 2,
                ("number", "of", "characters" | "letters") if matches!(self.lower(at + 3), "in" | "of") => {
                    at + 4
                }
                ("how", "long", _) if !self.is_kept() => at + 2,
                _ => return None,
            };
            let (columns, end) = self.texts(self.article(noun))?;
            let is = usize::from(self.lower(at) == "how" && matches!(self.lower(end), "is" | "are"));
            let from = at - usize::from(at > 0 && self.lower(at - 1) == "the");
            let to = self.found[end + is - 1].to;
            Some(Place { from: self.found[from].from, to, columns, plain: "the *".into() })
        })
    }

    /// "with the longest name", "the shortest journal name"
    fn extreme(&self) -> Option<Place> {
        let at = (0..self.found.len()).find(|at| matches!(self.lower(*at), "longest" | "shortest"))?;
        let (columns, end) = self.texts(at + 1)?;
        let most = if self.lower(at) == "longest" { "highest" } else { "lowest" };
        let has = |n: usize| matches!(self.lower(n), "with" | "has" | "have" | "had" | "having" | "whose");
        let the = at > 0 && self.lower(at - 1) == "the";
        let owned = at > 0 && has(at - 1) || at > 1 && the && has(at - 2);
        let (from, to) = (self.found[at].from, self.found[end - 1].to);
        let plain = if owned {
            format!("{most} *")
        } else {
            format!("{} with the {most} *", slice(self.text, self.found[at + 1].from..to))
        };
        Some(Place { from, to, columns, plain })
    }

    /// "a name longer than 20 characters", "more than 20 letters in the name"
    fn compared(&self) -> Option<Place> {
        let number = |at: usize| {
            let word = self.lower(at);
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
        };
        let letters = |at: usize| matches!(self.lower(at), "characters" | "letters" | "character" | "letter");
        (0..self.found.len()).find_map(|at| {
            let than = self.lower(at + 1) == "than" && number(at + 2);
            if than && matches!(self.lower(at), "longer" | "shorter") {
                let is = usize::from(at > 0 && matches!(self.lower(at - 1), "is" | "are"));
                let last = at - is;
                let (columns, _) = (1..=LONGEST)
                    .rev()
                    .filter(|n| *n <= last)
                    .find_map(|n| self.texts(last - n).filter(|(_, end)| *end == last))?;
                let first = (1..=LONGEST)
                    .rev()
                    .filter(|n| *n <= last)
                    .find(|n| self.texts(last - n).is_some_and(|(_, end)| end == last))?;
                let how = if self.lower(at) == "longer" { "more" } else { "less" };
                let to = self.found[at + 2 + usize::from(letters(at + 3))].to;
                let plain = format!("* {how} than {}", self.lower(at + 2));
                return Some(Place { from: self.found[last - first].from, to, columns, plain });
            }
            let size = matches!(
                (self.lower(at), self.lower(at + 1)),
                ("more" | "fewer" | "less", "than") | ("at", "least" | "most")
            );
            if size && number(at + 2) && letters(at + 3) && matches!(self.lower(at + 4), "in" | "of") {
                let (columns, end) = self.texts(self.article(at + 5))?;
                let how = slice(self.text, self.found[at].from..self.found[at + 2].to);
                let (from, to) = (self.found[at].from, self.found[end - 1].to);
                return Some(Place { from, to, columns, plain: format!("* {how}") });
            }
            None
        })
    }

    /// "names from shortest to longest", "their titles, shortest first"
    fn sorted(&self) -> Option<Place> {
        if self.is_kept() {
            return None;
        }
        let (at, words, up) = (1..self.found.len()).find_map(|at| {
            let one = |n: usize| matches!(self.lower(n), "shortest" | "longest");
            let (words, first) = match (self.lower(at), self.lower(at + 1), self.lower(at + 2)) {
                ("from", _, "to") if one(at + 1) && one(at + 3) => (4, at + 1),
                (_, "to", _) if one(at) && one(at + 2) => (3, at),
                (_, "first", _) if one(at) => (2, at),
                _ => return None,
            };
            Some((at, words, self.lower(first) == "shortest"))
        })?;
        // What is sorted is said before.
        let (columns, _) = (0..at).rev().find_map(|n| self.texts(n))?;
        let the = usize::from(self.lower(at - 1) == "the");
        let way = if up { "ascending" } else { "descending" };
        let sorted = matches!(self.lower(at - 1 - the), "sorted" | "ordered" | "listed");
        let from = if sorted { at - 1 - the } else { at - the };
        let (from, to) = (self.found[from].from, self.found[at + words - 1].to);
        Some(Place { from, to, columns, plain: format!("sorted by * {way}") })
    }
}
