//! What a message says of the things of the answer before, in words that stand alone: "how many of them ordered?" is "how
//! many customers ordered?".

use super::pronouns::{AUXILIARIES, Noun, SHORT, STOPS, external, instead_of, names};
use crate::offline::{
    lexicon::Lexicon,
    recast::text::{Words, slice, words},
};

/// What is asked of them. Where there are several texts, the first that can be read.
pub(super) enum Asks {
    /// Who or which they are.
    Names,
    /// A question of its own.
    Of(Vec<String>),
    /// The answer before, of those for which this is so; whether it is said of "those", rather than of all.
    Only(Vec<String>, bool),
    /// The answer before, of those for which this is not so.
    Without(Vec<String>),
}

/// A message without what it begins with: "and", "ok, but".
pub(super) fn without_lead(text: &str) -> String {
    const LEADS: &[&str] = &[
        "and", "but", "ok", "okay", "so", "now", "then", "also", "great", "thanks", "cool", "nice", "hm",
        "well", "yes",
    ];
    let mut rest = text.trim();
    loop {
        let found = words(rest);
        let (first, second) = (found[0].lower.as_str(), found[1].lower.as_str());
        if found.len() < 2 || !LEADS.contains(&first) || first == "now" && second == "that" {
            return rest.to_owned();
        }
        rest = slice(rest, found[1].from..);
    }
}

/// What a message asks of the things of the answer before, if it speaks of them.
pub(super) fn of_things(text: &str, noun: &Noun, lexicon: &Lexicon) -> Option<Asks> {
    let found = words(text);
    if lists(&found) {
        let many = noun.many();
        let details = found
            .iter()
            .any(|w| matches!(w.lower.as_str(), "details" | "everything" | "info" | "information"));
        return Some(if details {
            Asks::Of(vec![format!("Show all details of the {many}.")])
        } else {
            Asks::Names
        });
    }
    if counts(&found) {
        return Some(Asks::Of(vec![format!("How many {} are there?", noun.many())]));
    }
    let named = |at: usize| names(&found, at, lexicon).is_some();
    if let Some(rest) = after(text, &found, WITHOUT)
        && let left = words(rest)
        && (external(&left, lexicon).is_some()
            || !left.iter().enumerate().any(|(at, _)| names(&left, at, lexicon).is_some()))
        && !left.is_empty()
    {
        return Some(Asks::Without(conditions(rest, noun, lexicon)));
    }
    if let Some(rest) = after(text, &found, ONLY)
        && external(&words(rest), lexicon).is_some()
        && !(1..found.len()).any(named)
    {
        return Some(Asks::Only(conditions(rest, noun, lexicon), true));
    }
    let at = external(&found, lexicon)?;
    let plain = instead_of(text, &found, at, noun, lexicon)?;
    let more = number_of_theirs(text, &found, at).or_else(|| what_is(&plain));
    Some(Asks::Of(std::iter::once(plain).chain(more).collect()))
}

/// "Who is the principal of the school?": the principal of the school.
fn what_is(plain: &str) -> Option<String> {
    let found = words(plain);
    let asks = matches!(found[0].lower.as_str(), "who" | "what")
        && matches!(found[1].lower.as_str(), "is" | "are" | "was" | "were")
        && found[2].lower == "the";
    asks.then(|| slice(plain, found[2].from..).to_owned())
}

/// "How many complaints have they raised in 2024?": the number of complaints in 2024, of those that are theirs.
fn number_of_theirs(text: &str, found: &Words, at: usize) -> Option<String> {
    let lower = |n: usize| found[n].lower.as_str();
    let asks = lower(0) == "how" && lower(1) == "many" && (4..7).contains(&at);
    let they = matches!(lower(at), "they" | "he" | "she" | "it") && AUXILIARIES.contains(&lower(at - 1));
    if !asks || !they {
        return None;
    }
    // The verb, and what is said of time after it.
    let rest =
        (at + 1..found.len()).find(|n| STOPS.contains(&lower(*n)) && !AUXILIARIES.contains(&lower(*n)));
    let verbs = rest.unwrap_or(found.len()) - at - 1;
    let noun = slice(text, found[2].from..found[at - 2].to);
    let rest = rest.map_or("", |n| slice(text, found[n].from..));
    let rest = rest.trim_end_matches(['?', '.']).trim_end_matches("in total").trim_end();
    (verbs <= 2).then(|| format!("How many {noun} are there {rest}?"))
}

/// Several sentences, the first of which speaks of nothing that was answered before.
pub(super) fn stands_alone(text: &str, lexicon: &Lexicon) -> bool {
    let first = text.find(['?', '!', '.']).filter(|at| {
        let rest = slice(text, at + 1..);
        rest.starts_with(' ') && rest.contains(char::is_alphabetic)
    });
    first.is_some_and(|at| external(&words(slice(text, ..at)), lexicon).is_none())
}

/// What a part of a sentence says of them: "from Berlin", "only with an email", "that were cancelled".
pub(super) fn part(text: &str, noun: &Noun, lexicon: &Lexicon) -> Option<Asks> {
    const BEGINS: &[&str] = &[
        "from", "in", "with", "without", "who", "that", "whose", "where", "over", "under", "above", "below",
        "between", "since", "before", "after", "more", "less", "at", "for", "of", "born", "having", "not",
        "whom",
    ];
    let found = words(text);
    let rest = after(text, &found, ONLY);
    let begins =
        BEGINS.contains(&found[0].lower.as_str()) || found[0].lower.ends_with("ed") && found.len() > 1;
    let clause = found.len() > 1
        && matches!(found[0].lower.as_str(), "who" | "that")
        && text.trim_end().ends_with('?');
    // "In which towns …", "For each product …" ask for something of their own.
    let asks = clause
        || matches!(
            found[1].lower.as_str(),
            "which" | "what" | "whom" | "whose" | "each" | "every" | "how" | "all"
        );
    if asks || rest.is_none() && !begins || found.len() > 14 {
        return None;
    }
    Some(Asks::Only(conditions(rest.unwrap_or(text), noun, lexicon), false))
}

/// "And the refunded ones?", "the same for cashiers": what is put in place of what was said before.
pub(super) fn instead(text: &str) -> Option<String> {
    let found = words(text);
    let lower = |n: usize| found[n].lower.as_str();
    let and = usize::from(matches!(lower(0), "and" | "now" | "do" | "show"));
    let the = and + usize::from(lower(and) == "the");
    if lower(the) == "same" {
        let thing = the + 1 + usize::from(lower(the + 1) == "thing");
        let to = thing + 1 + usize::from(lower(thing + 1) == "the");
        return matches!(lower(thing), "for" | "with")
            .then(|| format!("what about {}", slice(text, found[to].from..)));
    }
    let about = matches!(lower(0), "what" | "how") && lower(1) == "about";
    let begins = if about { 2 } else { and };
    let last = found.len().checked_sub(1)?;
    if begins == 0
        || lower(last) != "ones"
        || last <= begins
        || last > begins + 4
        || matches!(lower(begins), "which" | "what" | "who" | "how" | "only" | "just" | "without" | "not")
    {
        return None;
    }
    let from = begins + usize::from(lower(begins) == "the");
    Some(format!("and {}", slice(text, found[from].from..found[last - 1].to)))
}

/// "And the Regatta?", "just the first 3", "only clubs with more than 8": no question by itself.
pub(super) fn goes_on(text: &str, lexicon: &Lexicon) -> bool {
    const BEGINS: &[&[&str]] = &[
        &["and"],
        &["what", "about"],
        &["how", "about"],
        &["the", "same"],
        &["same"],
        &["only"],
        &["just"],
        &["but"],
        &["except"],
        &["without"],
        &["exclude"],
        &["split"],
        &["break"],
        &["by"],
        &["per"],
    ];
    let found = words(text);
    let begins = BEGINS.iter().any(|phrase| phrase.iter().enumerate().all(|(n, w)| found[n].lower == **w));
    let asks = found.iter().any(|w| {
        matches!(w.lower.as_str(), "which" | "who" | "many" | "much" | "list" | "show" | "where" | "when")
    });
    begins && !asks && found.len() <= 8 && !(1..found.len()).any(|at| names(&found, at, lexicon).is_some())
}

/// The word that speaks of something that this message does not name.
pub(super) fn dangles(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    if found.len() > SHORT && !lists(&found) {
        return None;
    }
    // "Cheapest first", "lowest first": of what?
    let end = found.len().checked_sub(1).filter(|end| *end > 0 && *end < 3 && found[*end].lower == "first");
    if end.is_some_and(|end| (0..end).all(|at| found[at].lower.ends_with("est") || found[at].lower == "the"))
    {
        return Some(text.trim().to_owned());
    }
    let at = external(&found, lexicon)?;
    // "those who live in Berlin", "it takes": these need nothing before.
    let alone = matches!(found[at].lower.as_str(), "those" | "these" | "ones" | "one" | "it");
    // "of those", "how many members does it have": these do.
    let of = at > 0 && matches!(found[at - 1].lower.as_str(), "of" | "does" | "did");
    (!alone || of || lists(&found)).then(|| found[at].lower.clone())
}

/// "Who signed up first?", which does not say of whom.
pub(super) fn asks_who(text: &str, lexicon: &Lexicon) -> bool {
    let found = words(text);
    let who = matches!(found[0].lower.as_str(), "who" | "whose");
    who && found.len() > 2 && !(0..found.len()).any(|at| names(&found, at, lexicon).is_some())
}

const ONLY: &[&[&str]] = &[
    &["only"],
    &["just"],
    &["show", "only"],
    &["show", "me", "only"],
    &["keep", "only"],
    &["keep"],
    &["limit", "to"],
    &["limit", "it", "to"],
    &["restrict", "to"],
    &["restrict", "it", "to"],
    &["filter", "to"],
    &["filter", "by"],
    &["filter", "for"],
];
const WITHOUT: &[&[&str]] = &[
    &["without"],
    &["exclude"],
    &["excluding"],
    &["except"],
    &["except", "for"],
    &["leave", "out"],
    &["leaving", "out"],
    &["ignore"],
    &["ignoring"],
    &["minus"],
    &["other", "than"],
    &["not", "counting"],
    &["not", "including"],
    &["not"],
    &["but", "not"],
    &["drop"],
    &["skip"],
];

/// What stands after one of these phrases, the longest that the text begins with.
fn after<'t>(text: &'t str, found: &Words, phrases: &[&[&str]]) -> Option<&'t str> {
    let begins = |phrase: &&&[&str]| phrase.iter().enumerate().all(|(n, w)| found[n].lower == **w);
    let longest = phrases.iter().filter(begins).map(|phrase| phrase.len()).max()?;
    (found.len() > longest).then(|| slice(text, found[longest].from..))
}

/// "List them", "who are they?", "show me the details", "which ones?".
fn lists(found: &Words) -> bool {
    const SAID: &[&str] = &[
        "list",
        "show",
        "display",
        "give",
        "name",
        "see",
        "get",
        "tell",
        "print",
        "me",
        "us",
        "all",
        "of",
        "them",
        "those",
        "these",
        "it",
        "please",
        "too",
        "who",
        "which",
        "what",
        "are",
        "were",
        "is",
        "was",
        "they",
        "he",
        "she",
        "ones",
        "one",
        "the",
        "can",
        "you",
        "could",
        "i",
        "exactly",
        "details",
        "everything",
        "info",
        "information",
        "about",
        "that",
        "and",
        "more",
        "each",
        "full",
        "their",
        "its",
    ];
    const SPEAKS: &[&str] =
        &["them", "those", "these", "it", "they", "he", "she", "ones", "one", "details", "their", "its"];
    let is = |w: &str, of: &[&str]| of.contains(&w);
    let first = found[0].lower.as_str();
    let alone = found.len() == 1 && matches!(first, "who" | "which" | "list");
    // "The details", and not "their" alone.
    let theirs = found.iter().any(|w| matches!(w.lower.as_str(), "their" | "its"))
        && !found.iter().any(|w| matches!(w.lower.as_str(), "details" | "info" | "information"));
    let asks = matches!(
        first,
        "list"
            | "show"
            | "display"
            | "give"
            | "name"
            | "see"
            | "get"
            | "tell"
            | "print"
            | "who"
            | "which"
            | "can"
            | "could"
            | "what"
            | "details"
            | "more"
            | "the"
    );
    alone
        || asks
            && !theirs
            && found.iter().all(|w| is(&w.lower, SAID))
            && found.iter().any(|w| is(&w.lower, SPEAKS))
}

/// "How many is that?", "how many are there", "how many in total", "count them".
fn counts(found: &Words) -> bool {
    const SAID: &[&str] = &[
        "how",
        "many",
        "is",
        "are",
        "was",
        "were",
        "that",
        "there",
        "they",
        "those",
        "these",
        "them",
        "of",
        "it",
        "in",
        "all",
        "total",
        "altogether",
        "count",
        "the",
        "what",
        "number",
        "s",
        "please",
        "overall",
        "so",
    ];
    let says = |word: &str| found.iter().any(|w| w.lower == word);
    let begins = says("how") && says("many") || found[0].lower == "count" && found.len() > 1;
    begins && found.iter().all(|w| SAID.contains(&w.lower.as_str()))
}

/// "from Berlin", "the cancelled ones", "Berlin", "those with an email": the things for which that is so.
fn conditions(rest: &str, noun: &Noun, lexicon: &Lexicon) -> Vec<String> {
    let many = noun.many();
    let rest = rest.trim().trim_end_matches(['?', '.', '!']);
    let found = words(rest);
    if let Some(at) = external(&found, lexicon)
        && let Some(text) = instead_of(rest, &found, at, noun, lexicon)
    {
        let plain = text.strip_prefix("the ").unwrap_or(&text).to_owned();
        return vec![plain];
    }
    if (0..found.len()).any(|at| names(&found, at, lexicon) == Some(noun.table)) {
        return vec![rest.to_owned()];
    }
    let rest = rest.strip_prefix("the ").unwrap_or(rest);
    let whose = format!("{many} {rest}");
    let sort = format!("{rest} {many}");
    let place = format!("{many} from {rest}");
    let that = format!("{many} that are {rest}");
    let state = format!("{many} with {rest}");
    if STOPS.contains(&found[0].lower.as_str())
        || matches!(found[0].lower.as_str(), "not" | "more" | "less" | "older" | "younger")
    {
        return vec![whose, that];
    }
    vec![sort, place, that, state, whose]
}
