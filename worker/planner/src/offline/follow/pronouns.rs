//! Words that speak of the things of the answer before ("them", "their", "which ones"), and the noun in place of them.

use crate::offline::{
    lexicon::Lexicon,
    plural,
    recast::text::{Words, slice},
    words::lemma,
};

/// What the things of an answer are called.
pub(super) struct Noun {
    pub table: usize,
    one: String,
    many: String,
}

impl Noun {
    /// Rows of a table.
    pub fn of(table: usize, lexicon: &Lexicon) -> Self {
        let one = lexicon.tables[table].words.join(" ");
        Self { table, many: plural(&one), one }
    }

    /// Several of them.
    pub fn many(&self) -> &str {
        &self.many
    }
}

/// The table that a word names.
pub(super) fn names(found: &Words, at: usize, lexicon: &Lexicon) -> Option<usize> {
    let word = &found[at].lower;
    let one = lemma(word);
    let named = lexicon.names_table(&one, 0.75).then(|| lexicon.tables_for(&[&one]));
    named.and_then(|tables| tables.first().map(|(table, _)| *table))
}

/// What asks for something of those that are spoken of: "did they", "is it".
pub(super) const AUXILIARIES: &[&str] =
    &["did", "do", "does", "have", "has", "had", "were", "was", "are", "is", "can", "will"];

/// Words of a message that may leave unsaid whom it means, though it names something first.
pub(super) const SHORT: usize = 7;

/// Where a word stands that speaks of things which the message does not name before it.
pub(super) fn external(found: &Words, lexicon: &Lexicon) -> Option<usize> {
    (0..found.len()).find(|at| Spoken { found, lexicon, at: *at }.is_external())
}

/// A word of a message, and what stands before it.
struct Spoken<'a> {
    found: &'a Words,
    lexicon: &'a Lexicon,
    at: usize,
}

impl Spoken<'_> {
    fn lower(&self, at: usize) -> &str {
        &self.found[at].lower
    }

    fn before(&self) -> &str {
        self.at.checked_sub(1).map_or("", |at| self.lower(at))
    }

    /// A table is named before that place.
    fn noun_before(&self, place: usize) -> bool {
        (0..place).any(|at| names(self.found, at, self.lexicon).is_some())
    }

    /// Something that the catalogue knows is said before it.
    fn known_before(&self) -> bool {
        (0..self.at).any(|at| self.lexicon.is_word(&lemma(self.lower(at))))
    }

    /// A second sentence or clause has begun.
    fn joins(&self) -> bool {
        (0..self.at).any(|at| matches!(self.lower(at), "and" | "who" | "that" | "whose" | "or" | "but"))
    }

    /// People are spoken of: "who changed their address?".
    fn person_before(&self) -> bool {
        let people = "who people anyone everyone person somebody someone";
        let said = (1..self.at).any(|at| people.split(' ').any(|w| w == self.lower(at)));
        let who = self.lower(0) == "who" && !matches!(self.lower(1), "of" | "is" | "are" | "was" | "were");
        said || self.at > 1 && who
    }

    fn is_external(&self) -> bool {
        let (at, found) = (self.at, self.found);
        let (word, next, before) = (self.lower(at), self.lower(at + 1), self.before());
        let asked = matches!(word, "they" | "he" | "she" | "it")
            && at < 6
            && matches!(self.lower(0), "how" | "what" | "which" | "when" | "where")
            && !self.joins();
        // A long sentence says itself whom it means: "each terminal and the bags loaded at its gates".
        if found.len() > SHORT && self.known_before() && !(before == "of" && at < 4) && !asked {
            return false;
        }
        match word {
            "theirs" | "hers" => at + 1 == found.len(),
            "them" | "him" => {
                before == "of" && !self.noun_before(at - 1)
                    || !self.noun_before(at)
                    || matches!(before, "by" | "from" | "for" | "with" | "to" | "of") && !self.joins()
            }
            "they" | "he" | "she" => {
                let asks = AUXILIARIES.contains(&before) && !self.joins();
                !self.person_before() && (asks || !self.noun_before(at))
            }
            "their" | "his" | "her" | "its" => {
                // "Which slopes have Eagle in their name?"
                let which = matches!(self.lower(0), "which" | "what")
                    && !matches!(self.lower(1), "of" | "is" | "are" | "was" | "were" | "ones" | "one" | "s");
                let listed = matches!(before, "and" | "with" | "by" | "") && self.known_before();
                !(self.noun_before(at) || self.person_before() || which || listed)
            }
            "it" if matches!(before, "did" | "does") && !matches!(next, "take" | "cost") => !self.joins(),
            "it" => {
                let nobody = ["take", "takes", "took", "possible", "is", "was", "true", "be"].contains(&next);
                !(self.noun_before(at) || nobody)
            }
            // "which members have those?", "students and those who teach them"
            "those" | "these" => {
                let told = (at + 1..found.len().min(at + 5))
                    .any(|n| matches!(self.lower(n), "who" | "whose" | "that" | "which" | "whom" | "where"));
                let ends = at + 1 == found.len() || names(found, at + 1, self.lexicon).is_some();
                let first = !(self.noun_before(at) || told && found.len() > SHORT);
                first || ends && !self.joins()
            }
            // "In which city is that?"
            "that" => at > 1 && at + 1 == found.len() && matches!(before, "is" | "was" | "are" | "were"),
            "ones" => !self.noun_before(at),
            "one" => matches!(before, "which" | "that" | "this") && !self.noun_before(at),
            _ => false,
        }
    }
}

/// What follows a noun and does not belong to it.
pub(super) const STOPS: &[&str] = &[
    "in", "from", "for", "by", "who", "that", "which", "over", "under", "above", "below", "since", "before",
    "after", "between", "during", "on", "at", "per", "sorted", "ordered", "as", "with", "without", "is",
    "are", "was", "were", "where", "when", "if", "to", "then", "instead", "too", "please", "each", "live",
    "have", "has", "had", "did", "do",
];

/// A text with the noun in place of the word that speaks of it.
pub(super) fn instead_of(
    text: &str,
    found: &Words,
    at: usize,
    noun: &Noun,
    lexicon: &Lexicon,
) -> Option<String> {
    let (one, many) = (&noun.one, &noun.many);
    let lower = |n: usize| found[n].lower.as_str();
    let before = at.checked_sub(1).map_or("", lower);
    let put = |from: usize, to: usize, what: &str| {
        let (head, tail) = (slice(text, ..found[from].from), slice(text, found[to].to..));
        format!("{head}{what}{tail}")
    };
    match lower(at) {
        // "those customers": said by name.
        "those" | "these" if !lower(at + 1).ends_with("ed") && names(found, at + 1, lexicon).is_some() => {
            (names(found, at + 1, lexicon) == Some(noun.table)).then(|| put(at, at, "the"))
        }
        "them" | "those" | "these" | "it" if before == "of" => Some(of_them(text, found, at, noun, &put)),
        "ones" | "one" => {
            let what = if lower(at) == "ones" { many } else { one };
            match before {
                "that" | "this" => Some(put(at - 1, at, &format!("the {what}"))),
                _ => Some(put(at, at, what)),
            }
        }
        // "which recipes are hers?"
        "theirs" | "hers" => Some(put(at, at, &format!("of the {many}"))),
        "their" | "his" | "her" | "its" => {
            let end = (at + 1..found.len()).find(|n| STOPS.contains(&lower(*n)));
            let last = end.unwrap_or(found.len()).checked_sub(1).filter(|last| *last > at)?;
            let head = slice(text, ..found[at].from);
            let owned = slice(text, found[at + 1].from..found[last].to);
            // "their revenue in 2025": in 2025 is said of the revenue.
            let when = end.is_some_and(|n| {
                matches!(lower(n), "in" | "during" | "since" | "before" | "after" | "between" | "on")
            });
            if when {
                let rest = slice(text, found[last].to..).trim_end_matches(['?', '.', '!', ' ']);
                return Some(format!(
                    "{head}the {owned}{rest} of the {}",
                    if lower(at) == "their" { many } else { one }
                ));
            }
            let whose = if lower(at) == "their" { many } else { one };
            Some(format!("{head}the {owned} of the {whose}{}", slice(text, found[last].to..)))
        }
        "those" | "these" => Some(put(at, at, &format!("the {many}"))),
        "it" | "he" | "she" | "him" | "that" => Some(put(at, at, &format!("the {one}"))),
        "them" | "they" => Some(put(at, at, &format!("the {many}"))),
        _ => None,
    }
}

/// "How many of them", "which of those", "of these, how many", "the oldest of them".
fn of_them(
    text: &str,
    found: &Words,
    at: usize,
    noun: &Noun,
    put: &impl Fn(usize, usize, &str) -> String,
) -> String {
    let (one, many) = (&noun.one, &noun.many);
    let lower = |n: usize| found[n].lower.as_str();
    let of = at - 1;
    if of == 0 {
        let rest = slice(text, found[at + 1].from..);
        return match (lower(2), lower(3)) {
            ("how", "many") => format!("How many {many} {}", slice(text, found[4].from..)),
            ("which" | "what", "ones" | "one") => format!("Which {many} {}", slice(text, found[4].from..)),
            ("which" | "who" | "what", "is" | "was") if lower(4) == "the" => {
                rest.to_owned() + " of the " + many
            }
            ("which" | "who", _) => format!("Which {many} {}", slice(text, found[3].from..)),
            _ => format!("{rest} of the {many}"),
        };
    }
    let asked = of.checked_sub(1).map_or("", lower);
    match asked {
        "many" | "much" => put(of, at, many),
        "which" | "who" | "what" => put(of - 1, at, &format!("which {many}")),
        "ones" | "one" if of > 1 && lower(of - 2) == "which" => put(of - 2, at, &format!("which {many}")),
        "all" | "each" | "any" => put(of, at, many),
        _ => {
            let best = asked.ends_with("est") || of > 1 && matches!(lower(of - 2), "most" | "least");
            let leads = matches!(lower(0), "who" | "which" | "what");
            match (0..of).find(|n| lower(*n) == "the").filter(|_| best) {
                // "Who is the oldest of them?": which customer is the oldest.
                Some(the) if leads => {
                    let (sign, rest) =
                        (slice(text, found[the].from..found[of - 1].to), slice(text, found[at].to..));
                    format!("Which {one} is {sign}{rest}")
                }
                Some(_) => put(of, at, one),
                None => put(of, at, &format!("of the {many}")),
            }
        }
    }
}
