//! Where something goes from and to, in words that no column has: "flights that start in Rome", "the Rome-bound flights", "the
//! departure city", "Where do the flights to Rome come from?".

use super::{Words, bare, in_turn, instead, is_one_of, lower, slice, unknown, words};
use crate::offline::{
    lexicon::Lexicon,
    resolve::{ENDS, STARTS},
    words::{lemma, root},
};
use rowcall_core::Catalogue;

const PLACES: &str = "airport city country location place port station stop terminal town";

/// Says it as "departing from", "arriving in", and with the names of the two columns.
pub(super) fn journeys(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> String {
    let Some(ends) = ends(lexicon, catalogue) else { return question.to_owned() };
    let text = in_turn(question, lexicon, &[starting, bound, bound_for]);
    let text = ends.city(&text, lexicon).unwrap_or(text);
    ends.whence(&text, lexicon).unwrap_or(text)
}

/// What the two ends are called of the one table that has both.
struct Ends {
    start: String,
    end: String,
}

fn ends(lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Ends> {
    let mut found = (0..catalogue.tables.len()).filter_map(|t| {
        let called = |list: &[&str]| {
            let columns = catalogue.tables[t].columns.iter().zip(&lexicon.columns[t]);
            let mut fits = columns.filter(|(c, name)| {
                let timed = name.words.iter().any(|w| is_one_of("date day delay minute time year", w));
                !c.kind.is_temporal()
                    && !timed
                    && name.words.first().is_some_and(|w| list.contains(&w.as_str()))
            });
            let (_, name) = fits.next().filter(|_| fits.next().is_none())?;
            let words: Vec<&str> = name.words.iter().map(String::as_str).filter(|w| *w != "id").collect();
            Some(words.join(" "))
        };
        Some(Ends { start: called(STARTS)?, end: called(ENDS)? })
    });
    found.next().filter(|_| found.next().is_none())
}

/// "flights that start in Rome", "that take off from Rome", "ending in Bari"
fn starting(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let (at, used, said) = (1..found.len()).find_map(|at| {
        let off = is_one_of("take takes taking took set sets setting", lower(&found, at))
            && lower(&found, at + 1) == "off";
        let verb = root(lower(&found, at));
        let used = 1 + usize::from(off);
        let place = is_one_of("in at from", lower(&found, at + used));
        let said = if off || is_one_of("start begin originat", &verb) {
            "departing from"
        } else if is_one_of("end finish terminat", &verb) {
            "arriving in"
        } else {
            return None;
        };
        (place && (off || unknown(lower(&found, at), lexicon))).then_some((at, used, said))
    })?;
    // "starting in May" is a time.
    let place = slice(text, found[at + used + 1].from..found[at + used + 1].to);
    let from = at - usize::from(is_one_of("that which", lower(&found, at - 1)));
    let valued = !lexicon.values(&[lower(&found, at + used + 1)]).is_empty();
    (valued || place.starts_with(char::is_uppercase) && !is_month(place))
        .then(|| instead(text, found[from].from, found[at + used].to, said))
}

fn is_month(word: &str) -> bool {
    crate::offline::dates::MONTHS.contains(&word.to_lowercase().as_str())
}

/// "the Rome-bound flights": the flights to Rome.
fn bound(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        lower(&found, *at) == "bound"
            && slice(text, found[at - 1].to..found[*at].from) == "-"
            && lexicon.names_table(&lemma(lower(&found, at + 1)), 0.75)
    })?;
    let place = slice(text, found[at - 1].from..found[at - 1].to);
    let rows = slice(text, found[at + 1].from..found[at + 1].to);
    Some(instead(text, found[at - 1].from, found[at + 1].to, &format!("{rows} to {place}")))
}

/// "bound for Rome", "headed to Rome"
fn bound_for(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("bound headed heading destined", lower(&found, *at))
            && is_one_of("for to", lower(&found, at + 1))
            && unknown(lower(&found, *at), lexicon)
    })?;
    let from = at - usize::from(is_one_of("are is were was", lower(&found, at - 1)));
    let from = from - usize::from(from > 0 && is_one_of("that which", lower(&found, from - 1)));
    Some(instead(text, found[from].from, found[at + 1].to, "to"))
}

impl Ends {
    /// "the departure city", "their destination airports"
    fn city(&self, text: &str, lexicon: &Lexicon) -> Option<String> {
        let found = words(text);
        (0..found.len()).find_map(|at| {
            let place = lemma(lower(&found, at + 1));
            let own = [lower(&found, at), place.as_str()];
            let kept = lexicon.columns.iter().flatten().any(|c| c.words == own) || !unknown(&place, lexicon);
            if !is_one_of(PLACES, &place) || kept {
                return None;
            }
            let name = match lower(&found, at) {
                "departure" | "origin" | "start" | "starting" | "departing" => &self.start,
                "arrival" | "destination" | "end" | "arriving" => &self.end,
                _ => return None,
            };
            Some(instead(text, found[at].from, found[at + 1].to, name))
        })
    }

    /// "Where do the flights to Rome come from?", "From where does flight 99 leave?", "Where does it go?"
    fn whence(&self, text: &str, lexicon: &Lexicon) -> Option<String> {
        let found = words(text);
        let from = usize::from(lower(&found, 0) == "from");
        let place = is_one_of("which what", lower(&found, from))
            && is_one_of(PLACES, &lemma(lower(&found, from + 1)))
            && unknown(lower(&found, from + 1), lexicon);
        let asks = lower(&found, from) == "where" || place;
        let did = from + 1 + usize::from(place);
        if !asks || !is_one_of("do does did", lower(&found, did)) {
            return None;
        }
        let (verb, name) = self.verb(&found, from > 0)?;
        let what = slice(text, found.get(did + 1)?.from..found[verb - 1].to);
        let ends = bare(slice(text, found[found.len() - 1].to..)).is_empty();
        let spoken = (did + 1..verb).any(|n| lexicon.names_table(&lemma(lower(&found, n)), 0.75));
        (ends && spoken && verb > did + 1).then(|| format!("What is the {name} of {what}?"))
    }

    /// The verb at the end, and which end it speaks of.
    fn verb(&self, found: &Words, whence: bool) -> Option<(usize, &str)> {
        let last = found.len().checked_sub(1)?;
        let from = lower(found, last) == "from";
        let to = lower(found, last) == "to";
        let verb = last - usize::from(from || to);
        let name = match root(lower(found, verb)).as_str() {
            "depart" | "leav" | "start" | "begin" | "originat" => &self.start,
            "com" | "fly" | "go" | "sail" | "run" if from || whence => &self.start,
            "go" | "fly" | "sail" | "arriv" | "land" | "end" | "head" if !whence => &self.end,
            _ => return None,
        };
        Some((verb, name))
    }
}
