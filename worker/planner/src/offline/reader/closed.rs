//! The closed classes of English: prepositions, relative pronouns, auxiliaries and the words that ask or command.

use crate::offline::{annotate::Key, words::Token};

/// A word of a closed class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// "of".
    Of,
    /// "'s".
    Genitive,
    /// "with", "having": a condition follows.
    With,
    /// "by".
    By,
    /// "in", "at", "from", …
    Prep,
    /// "for".
    For,
    /// "among", "out of".
    Among,
    /// "each", "every".
    Each,
    /// "that", "which", "who", "when" inside a sentence, asking words at its start.
    Who,
    /// "which", "what".
    Which,
    /// "that".
    That,
    /// "whose".
    Whose,
    /// "where", "when".
    Where,
    /// "is", "were".
    Be,
    /// "has", "had".
    Have,
    /// "do", "did", "can".
    Do,
    /// "they", "them", "it", "those", "ones".
    Pronoun,
    /// "their", "its".
    Their,
    /// "same".
    Same,
    /// "show", "list".
    Command,
    /// "but".
    But,
    /// "than", "as".
    Than,
    /// "ratio of".
    Ratio,
    /// Adds nothing.
    Skip,
}

/// The word of a closed class at a place, and how many tokens it has.
pub fn word_of(tokens: &[Token], at: usize) -> Option<(Word, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    let first = tokens.get(at)?;
    // "US" is not "us".
    let shouted = first.text.len() >= 2 && first.text.chars().all(char::is_uppercase);
    if shouted && at > 0 && matches!(word(0), "us" | "it" | "in" | "or") {
        return None;
    }
    // "in May"
    let named = first.text.chars().next().is_some_and(char::is_uppercase) && at > 0;
    if named && matches!(word(0), "may" | "will") {
        return None;
    }
    // "in New York"
    let capital = |t: &Token| t.text.chars().next().is_some_and(char::is_uppercase);
    if named && word(0) == "new" && tokens.get(at + 1).is_some_and(capital) {
        return None;
    }
    let opens = at == 0 || matches!(tokens[at - 1].text.as_str(), "." | "?" | "!" | ";");
    Some(match (word(0), word(1), word(2)) {
        ("out", "of", _) => (Word::Among, 2),
        ("in", "terms", "of") => (Word::By, 3),
        ("such", "that", _) => (Word::With, 2),
        ("as", "well", _) => (Word::Skip, 2),
        ("inclusive", "of", "today") => (Word::Skip, 3),
        ("both" | "ends", "inclusive", _) => (Word::Skip, 2),
        // "which listing", "the listing": a thing.
        ("showing" | "displaying" | "listing", ..)
            if at > 0
                && !matches!(
                    tokens[at - 1].lower.as_str(),
                    "which" | "what" | "each" | "every" | "per" | "the" | "a" | "any" | "this" | "that"
                ) =>
        {
            (Word::Command, 1)
        }
        ("in", "total", _) | ("at", "all", _) | ("so", "far", _) => (Word::Skip, 2),
        ("for", "which" | "whom", _) if !opens => (Word::With, 2),
        ("in" | "at" | "on" | "from" | "to" | "by" | "with" | "of", "which" | "whom", _) if !opens => {
            (Word::Where, 2)
        }
        ("ratio" | "proportion", "of", _) => (Word::Ratio, 2),
        ("of", ..) => (Word::Of, 1),
        ("with" | "having", ..) => (Word::With, 1),
        ("by", ..) => (Word::By, 1),
        ("for", ..) => (Word::For, 1),
        ("among" | "amongst", ..) => (Word::Among, 1),
        (
            "in" | "at" | "on" | "from" | "to" | "into" | "within" | "through" | "under" | "across" | "about"
            | "via" | "during" | "between" | "onto" | "using" | "regarding" | "inside",
            ..,
        ) => (Word::Prep, 1),
        ("each" | "every", ..) => (Word::Each, 1),
        ("who" | "whom", ..) => (Word::Who, 1),
        ("which" | "what" | "whats", ..) => (Word::Which, 1),
        ("that", "of", _) => (Word::Pronoun, 1),
        ("that", ..) => (Word::That, 1),
        ("whose", ..) => (Word::Whose, 1),
        ("where" | "when", ..) => (Word::Where, 1),
        ("is" | "are" | "was" | "were" | "be" | "been" | "being" | "am", ..) => (Word::Be, 1),
        ("has" | "have" | "had", ..) => (Word::Have, 1),
        ("do" | "does" | "did" | "can" | "could" | "will" | "would" | "may" | "should", ..) => (Word::Do, 1),
        ("one", ..) if at > 0 && matches!(tokens[at - 1].lower.as_str(), "each" | "every" | "the") => {
            (Word::Pronoun, 1)
        }
        ("they" | "them" | "it" | "those" | "ones" | "these" | "he" | "she", ..) => (Word::Pronoun, 1),
        ("their" | "its" | "his" | "her", ..) => (Word::Their, 1),
        ("same", ..) => (Word::Same, 1),
        (
            "show" | "list" | "find" | "give" | "return" | "display" | "tell" | "get" | "retrieve"
            | "provide" | "select" | "print" | "compute" | "calculate" | "describe" | "see" | "sort"
            | "include" | "name" | "identify" | "report" | "present" | "want" | "know",
            ..,
        ) if opens || commanded(tokens, at) => (Word::Command, 1),
        ("but", ..) => (Word::But, 1),
        ("than" | "as", ..) => (Word::Than, 1),
        (
            "the" | "a" | "an" | "all" | "any" | "some" | "please" | "me" | "us" | "i" | "we" | "you"
            | "there" | "also" | "this" | "only" | "just" | "currently" | "overall" | "ever" | "then"
            | "here" | "our" | "my" | "your" | "respectively" | "corresponding" | "existing" | "available"
            | "various" | "entire" | "whole" | "possible" | "particular" | "specific" | "given" | "actually"
            | "altogether" | "both" | "either" | "such" | "so" | "if" | "now" | "together" | "too"
            | "recorded" | "stored" | "listed" | "instead" | "themselves" | "other" | "new" | "else"
            | "exist" | "exists" | "kindly" | "like" | "need" | "able" | "certain",
            ..,
        ) => (Word::Skip, 1),
        (
            "record" | "records" | "information" | "data" | "database" | "result" | "results" | "list"
            | "dataset",
            ..,
        ) => (Word::Skip, 1),
        _ => return None,
    })
}

/// Further verbs and participles that only say that things belong together.
pub fn connects(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "associated",
        "associate",
        "correspond",
        "corresponds",
        "corresponding",
        "used",
        "use",
        "uses",
        "using",
        "chosen",
        "choose",
        "chooses",
        "chose",
        "owned",
        "owns",
        "own",
        "fly",
        "flies",
        "flown",
        "complete",
        "completes",
        "completed",
        "possessed",
        "possesses",
        "possess",
        "get",
        "gets",
        "got",
        "caused",
        "incurred",
        "led",
        "needed",
        "accept",
        "accepts",
        "accepted",
        "found",
        "carry",
        "carries",
        "run",
        "runs",
        "ran",
        "seen",
        "received",
        "receive",
        "given",
        "taken",
        "held",
        "done",
        "made",
        "make",
        "makes",
        "making",
        "put",
        "said",
        "gave",
        "gives",
        "belonging",
        "belong",
        "belongs",
        "playing",
        "play",
        "played",
        "plays",
        "cover",
        "covers",
        "spent",
        "spend",
        "present",
        "featured",
        "featuring",
        "features",
        "appearing",
        "shown",
        "provided",
        "provides",
        "supplied",
        "supplies",
        "hosted",
        "hosts",
        "wrote",
        "written",
        "teach",
        "teaches",
        "taught",
        "drive",
        "drives",
        "driven",
        "happened",
        "occurred",
        "took",
        "take",
        "takes",
        "attached",
        "connected",
        "contained",
        "contains",
        "included",
        "related",
        "belonged",
        "worth",
        "valued",
        "requested",
        "request",
        "shared",
        "share",
        "shares",
        "spent",
        "spend",
        "spends",
        "earn",
        "earned",
        "earns",
        "performed",
        "perform",
        "performs",
        "composed",
        "sung",
        "sang",
        "apply",
        "applied",
        "summed",
    ];
    // By their roots, so that every form counts.
    const ROOTS: &[&str] = &[
        "plac",
        "operat",
        "conduct",
        "direct",
        "organiz",
        "suppli",
        "supply",
        "issu",
        "design",
        "built",
        "build",
        "develop",
        "studi",
        "study",
        "advis",
        "train",
        "coach",
        "compet",
        "participat",
        "represent",
        "record",
        "releas",
        "rent",
        "borrow",
        "reserv",
        "book",
        "occupi",
        "occupy",
        "instruct",
        "manufactur",
        "specializ",
        "major",
        "graduat",
        "speak",
        "spoken",
        "submitt",
        "submit",
        "enter",
        "entered",
        "depart",
        "arriv",
        "reach",
        "travel",
        "pass",
        "list",
        "publish",
        "edit",
        "draw",
        "hire",
        "hir",
        "deposit",
        "open",
        "apply",
        "appli",
    ];
    WORDS.contains(&word) || ROOTS.contains(&crate::offline::words::root(word).as_str())
}

/// "can you show", "please list", "and show": a command that does not open its sentence.
fn commanded(tokens: &[Token], at: usize) -> bool {
    let before = tokens[at - 1].lower.as_str();
    if tokens[at].lower == "name" {
        return false;
    }
    matches!(before, "please" | "you" | "and" | "," | "to" | "also" | "kindly" | "then" | "me" | "i" | ":")
}

/// A steering phrase as the reader takes it: what is made of closed words, it reads word by word.
pub fn usable(key: Key, tokens: &[Token]) -> Option<Key> {
    let first = tokens.first().map_or("", |t| t.lower.as_str());
    match key {
        Key::Where | Key::Head => None,
        Key::Each
            if !matches!(
                first,
                "per" | "grouped" | "group" | "split" | "broken" | "according" | "depending"
            ) =>
        {
            None
        }
        Key::Without if !matches!(first, "no" | "without" | "lacking") => None,
        Key::Text(_) if matches!(first, "including" | "include" | "includes") && tokens.len() == 1 => {
            Some(key)
        }
        other => Some(other),
    }
}
