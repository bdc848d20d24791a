//! Words that are not in the catalogue and yet carry no condition: verbs that only say how two things belong
//! together ("certified to fly"), words that point back ("those", "each one"), and words about the asking itself
//! ("in the database"). What could be a condition (an adjective, a name, a state such as "cancelled") never is one
//! of them.

use super::words::{Token, TokenKind, root};

/// Verbs of relation, by their roots: that a person does this to a thing is what the keys tell.
const RELATIONS: &[&str] = &[
    "accommodat", "accompany", "acquir", "act", "adopt", "aim", "allocat", "apply", "appli", "arriv", "associat",
    "attach", "audit", "author", "book", "borrow", "bring", "brought", "broadcast", "build", "built", "carry",
    "carri", "certify", "certifi", "choos", "chose", "chos", "chosen", "claim", "coach", "collect", "comment", "commit",
    "compet", "complet", "compos", "compris", "conduct", "consist", "consum", "contribut", "cook", "cost",
    "cultivat", "depart", "depend", "describ", "design", "develop", "diagnos", "direct", "do", "donat", "draw",
    "drawn", "driv", "drove", "driven", "earn", "eat", "edit", "enter", "establish", "examin", "exist", "fac",
    "featur", "finish", "fly", "flie", "flown", "flew", "follow", "found", "fund", "gain", "gav", "given", "giv",
    "graduat", "grow", "grown", "grew", "hand", "head", "host", "identify", "identifi", "inhabit", "inspect", "insur",
    "introduc", "invent", "invest", "issu", "land", "last", "launch", "learn", "leav", "left", "lend", "lent",
    "licens", "log", "los", "lost", "mak", "manufactur", "mention", "modify", "modifi", "nam", "need", "obtain", "occupy", "occupi",
    "open", "operat", "organiz", "organis", "originat", "ow", "paint", "particip", "participat", "perform",
    "play", "possess", "post", "prepar", "prescrib", "prefer", "provid", "quot", "rais", "rank", "reach", "read", "record", "refer", "releas",
    "render", "rent", "represent", "request", "requir", "reserv", "resid", "review", "rode", "ridden", "rid", "ran", "run",
    "scor", "select", "serv", "shar", "shoot", "shot", "sing", "sang", "sung", "speak", "spok", "spoken", "spend",
    "spent", "sponsor", "star", "stock", "stor", "study", "studi", "submit", "supervis", "supply", "suppli", "support",
    "take", "taken", "taught", "teach", "train", "transact", "transfer", "transport", "travel", "treat", "trea", "tun", "undergo", "underwent",
    "utiliz", "utilis", "vot", "walk", "watch", "win", "won", "wear", "worn", "wrote", "written", "writ", "belong", "fall", "sign",
    "enrol", "enroll", "admit", "appoint", "elect", "nominat", "interview", "hir", "rely", "deal", "correspond", "summariz",
];

/// Words that say nothing about which rows are meant.
const CONTEXT: &[&str] = &[
    "able", "when", "while", "those", "someone", "somebody", "anyone", "everyone", "such", "showing", "summed",
    "altogether", "regardless", "system", "systems", "table", "tables", "respective", "thing", "things", "shown",
    "himself", "herself", "itself", "back", "via", "upon", "how", "each", "starting", "whichever", "exist", "say", "let", "consider",
];

/// What an unknown word is, where it carries no condition.
pub enum Idle {
    /// It says how things belong together.
    Relation,
    /// It says nothing.
    Context,
}

/// The word carries no condition; `named` tells whether the next words name a table or column.
pub fn idle(tokens: &[Token], at: usize, named: bool) -> Option<Idle> {
    let token = &tokens[at];
    let capital = at > 0 && token.text.chars().next().is_some_and(char::is_uppercase);
    if token.kind != TokenKind::Word || capital {
        return None;
    }
    let before = at.checked_sub(1).map_or("", |b| tokens[b].lower.as_str());
    if matches!(before, "not" | "never" | "no" | "without" | "non") {
        return None;
    }
    let word = token.lower.as_str();
    let stem = root(word);
    // "a reservation", "each reviewer": things, of which nothing is known.
    let noun = matches!(before, "a" | "an" | "the" | "each" | "every" | "any" | "of")
        || ["tion", "ment", "er", "or", "al", "ers", "ors", "als", "sion"].iter().any(|end| word.ends_with(end));
    let relation = !noun && (RELATIONS.contains(&word) || RELATIONS.contains(&stem.as_str()));
    // "registered branches": a participle before its noun is a condition.
    let adjective = named && (word.ends_with("ed") || word.ends_with("en"));
    if relation && !adjective {
        return Some(Idle::Relation);
    }
    (CONTEXT.contains(&word) && at > 0).then_some(Idle::Context)
}
