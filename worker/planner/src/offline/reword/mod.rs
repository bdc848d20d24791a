//! Ways of asking that are put into plainer words before anything is read: "on average, how many", "booked more than
//! twice", "on the third floor". They are the same in any database; which table a verb speaks of, the catalogue says.

mod absent;
mod across;
mod additions;
mod again;
mod averages;
mod born;
mod calendar;
mod dated;
mod decides;
mod denied;
mod doers;
mod ends;
mod everything;
mod figures;
mod firsts;
mod flagged;
mod halves;
mod happenings;
mod kinds;
mod lengths;
mod limits;
mod measured;
mod nobody;
mod nouns;
mod occasions;
mod ones;
mod order_ends;
mod orders;
mod orders_of_time;
mod pairs;
mod phrasal;
mod phrases;
mod quantities;
pub(super) mod rates;
mod raw_names;
mod received;
mod restated;
mod selling;
mod sentences;
mod several;
mod spans;
mod spent;
mod splits;
mod steps_of_time;
mod told_by;
mod with_columns;
mod worded;
mod worth;

use super::{
    lexicon::Lexicon,
    words::{Token, TokenKind, is_filler, lemma, number_word},
};
use absent::{absent, gone, lasting};
use across::across;
use additions::additions;
use again::again;
use averages::{averages, taken};
use born::born;
use calendar::calendar;
use decides::decides;
use denied::denied;
use doers::doers;
use everything::{everything, for_everything};
use figures::{ends_of_number, number_column, told_at};
use flagged::{flagged, people_of_a_flag};
use halves::halves;
use happenings::{on_average, times};
use kinds::{kinds, types};
use lengths::lengths;
use limits::limits;
use measured::measured;
use nobody::{did_not_any, nobody, none_done};
use nouns::{doing, firsts, how_much, members, ordinals, paid};
use occasions::occasions;
use ones::ones;
use orders::{orders, said_again};
use pairs::pairs;
use phrasal::phrasal;
use phrases::phrases;
use quantities::quantities;
use rates::rates;
use raw_names::{births, keyed_rows, raw_names, with_prepositions};
use received::received;
use restated::restated;
use rowcall_core::Catalogue;
use selling::selling;
use several::{millions, several};
use spans::spans;
use spent::spent;
use splits::splits;
use told_by::told_by;
use with_columns::with_columns;
use worded::worded;
use worth::worth;

/// Puts a question into plainer words.
pub(super) fn reword(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    raw_names(tokens, lexicon, catalogue);
    with_prepositions(tokens, lexicon);
    births(tokens, lexicon);
    keyed_rows(tokens, lexicon, catalogue);
    opening(tokens);
    stating(tokens);
    number_of(tokens);
    restated(tokens);
    again(tokens);
    doers(tokens, lexicon);
    additions(tokens, lexicon, catalogue);
    across(tokens, lexicon);
    measured(tokens, lexicon, catalogue);
    did_not_any(tokens, lexicon);
    none_done(tokens, lexicon);
    kinds(tokens, lexicon);
    types(tokens, lexicon, catalogue);
    quantities(tokens, lexicon, catalogue);
    number_column(tokens, lexicon, catalogue);
    ends_of_number(tokens, lexicon, catalogue);
    told_at(tokens, lexicon);
    with_columns(tokens, lexicon, catalogue);
    told_by(tokens, lexicon, catalogue);
    worded(tokens, lexicon, catalogue);
    lasting(tokens, lexicon, catalogue);
    gone(tokens, lexicon, catalogue);
    idle(tokens);
    occasions(tokens, lexicon, catalogue);
    ones(tokens, lexicon);
    halves(tokens, lexicon);
    pairs(tokens, lexicon, catalogue);
    said_again(tokens, lexicon, catalogue);
    decides(tokens, lexicon, catalogue);
    worth(tokens, lexicon, catalogue);
    calendar(tokens);
    rates(tokens, lexicon, catalogue);
    lengths(tokens);
    limits(tokens, lexicon, catalogue);
    spent(tokens, lexicon, catalogue);
    received(tokens, lexicon, catalogue);
    splits(tokens, lexicon, catalogue);
    phrases(tokens, lexicon, catalogue);
    absent(tokens, lexicon, catalogue);
    millions(tokens, lexicon);
    several(tokens, lexicon, catalogue);
    selling(tokens, lexicon, catalogue);
    spans(tokens, lexicon, catalogue);
    phrasal(tokens, lexicon, catalogue);
    denied(tokens, lexicon, catalogue);
    flagged(tokens, lexicon, catalogue);
    people_of_a_flag(tokens, lexicon, catalogue);
    born(tokens, lexicon, catalogue);
    for_everything(tokens, lexicon, catalogue);
    everything(tokens, lexicon);
    ranking(tokens, lexicon);
    orders(tokens, lexicon, catalogue);
    averages(tokens, lexicon);
    taken(tokens, lexicon);
    nobody(tokens, lexicon);
    on_average(tokens, lexicon, catalogue);
    times(tokens, lexicon, catalogue);
    ordinals(tokens, lexicon, catalogue);
    asides(tokens);
    took_place(tokens);
    letters(tokens, lexicon);
    with_their(tokens);
    members(tokens, lexicon);
    how_much(tokens, lexicon);
    doing(tokens, lexicon, catalogue);
    compared_first(tokens);
    paid(tokens, lexicon);
    firsts(tokens, lexicon, catalogue);
}

fn lower(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.lower.as_str())
}

/// A time may begin here: "in 2025", "last month".
fn begins_time(tokens: &[Token], at: usize) -> bool {
    matches!(
        lower(tokens, at),
        "in" | "during"
            | "since"
            | "last"
            | "this"
            | "on"
            | "between"
            | "before"
            | "after"
            | "from"
            | "until"
    )
}

/// A mark or the end.
fn is_mark(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| t.kind == TokenKind::Mark)
}

/// The end of a sentence.
fn is_end(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| matches!(t.text.as_str(), "." | "?" | "!" | ";"))
}

/// A number, in digits or words.
fn is_number(token: Option<&Token>) -> bool {
    token.is_some_and(|t| t.kind == TokenKind::Number || number_word(&t.lower).is_some())
}

/// The first of these nouns that names something in the catalogue; some are of two words.
fn kept(nouns: &[&'static str], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let named = |words: &[String]| match words {
        [one] => lexicon.is_word(one),
        several => {
            lexicon.columns.iter().flatten().any(|c| c.words.windows(several.len()).any(|w| w == several))
        }
    };
    nouns.iter().find_map(|noun| {
        let words: Vec<String> = noun.split(' ').map(lemma).collect();
        named(&words).then(|| noun.split(' ').map(word).collect())
    })
}

fn word(text: &str) -> Token {
    Token { text: text.to_owned(), lower: text.to_owned(), lemma: lemma(text), kind: TokenKind::Word }
}

fn number(n: i64) -> Token {
    let text = n.to_string();
    Token { lower: text.clone(), lemma: text.clone(), text, kind: TokenKind::Number }
}

/// "For each habitat, state the code": give it. A sentence or a clause begins with it, so that it is no state.
fn stating(tokens: &mut [Token]) {
    for at in 0..tokens.len() {
        let opens = at == 0 || tokens[at - 1].kind == TokenKind::Mark;
        let what = matches!(
            lower(tokens, at + 1),
            "the" | "its" | "their" | "his" | "her" | "how" | "which" | "all" | "each" | "both"
        );
        if lower(tokens, at) == "state" && opens && what {
            tokens[at] = word("give");
        }
    }
}

/// "total no. of orders": the number of them.
fn number_of(tokens: &mut Vec<Token>) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let dot = usize::from(tokens[at + 1].text == ".");
        if matches!(lower(tokens, at), "no" | "nr" | "num" | "nbr") && lower(tokens, at + 1 + dot) == "of" {
            tokens.splice(at..=at + dot, [word("number")]);
        }
    }
}

/// What is said beside the question: "so far", "on record", "in our database".
fn idle(tokens: &mut Vec<Token>) {
    const ASIDES: [&[&str]; 29] = [
        &["today", "included"],
        &["including", "today"],
        &["of", "its", "own"],
        &["herself"],
        &["himself"],
        &["themselves"],
        &["as", "well"],
        &["at", "the", "moment"],
        &["right", "now"],
        &["so", "far"],
        &["any", "more"],
        &["anymore"],
        &["at", "all"],
        &["on", "file"],
        &["on", "record"],
        &["on", "our", "records"],
        &["in", "our", "records"],
        &["in", "our", "database"],
        &["in", "our", "system"],
        &["to", "date"],
        &["until", "now"],
        &["as", "of", "now"],
        &["of", "all", "time"],
        &["of", "all", "times"],
        &["yet"],
        &["please"],
        &["pls"],
        &["from", "us"],
        &["with", "us"],
    ];
    for at in (1..tokens.len()).rev() {
        // "Show the code too."
        let sentence = tokens[..at].iter().rposition(|t| matches!(t.text.as_str(), "." | "?" | ";"));
        let shows =
            |from: usize| matches!(lower(tokens, from), "show" | "give" | "return" | "include" | "list");
        if lower(tokens, at) == "too"
            && is_end(tokens, at + 1)
            && sentence.is_some_and(|mark| shows(mark + 1))
        {
            tokens.remove(at);
            continue;
        }
        // "still open": open.
        let next = tokens.get(at + 1).is_some_and(|t| t.kind == TokenKind::Word);
        if next && matches!(lower(tokens, at), "still" | "already" | "currently") {
            tokens.remove(at);
            continue;
        }
        for aside in ASIDES {
            let said = (0..aside.len()).all(|n| lower(tokens, at + n) == aside[n]);
            let ends = tokens.get(at + aside.len()).is_none_or(|t| {
                t.kind == TokenKind::Mark || matches!(t.lower.as_str(), "and" | "in" | "for" | "by" | "of")
            });
            if said && ends {
                tokens.drain(at..at + aside.len());
                if at > 0
                    && lower(tokens, at - 1) == ","
                    && tokens.get(at).is_none_or(|t| t.text == "." || t.text == "?")
                {
                    tokens.remove(at - 1);
                }
                break;
            }
        }
    }
}

/// "Could you please tell me …", "I would like to know …".
fn opening(tokens: &mut Vec<Token>) {
    let polite = |t: &&Token| {
        matches!(
            t.lower.as_str(),
            "please"
                | "kindly"
                | "can"
                | "could"
                | "would"
                | "will"
                | "you"
                | "i"
                | "we"
                | "want"
                | "need"
                | "like"
                | "to"
                | "hi"
                | "hello"
                | "hey"
                | ","
        )
    };
    let n = tokens.iter().take_while(polite).count();
    let asks = matches!(
        lower(tokens, n),
        "tell"
            | "show"
            | "give"
            | "list"
            | "find"
            | "get"
            | "know"
            | "see"
            | "return"
            | "display"
            | "name"
            | "count"
            | "what"
            | "which"
            | "who"
            | "how"
    );
    if n > 0 && asks {
        tokens.drain(..n);
    }
    let start = if n > 0 && !asks && n <= 2 { n } else { 0 };
    let article =
        |at: usize| matches!(lower(tokens, at), "the" | "all" | "each" | "every" | "how" | "which" | "what");
    let used = match (lower(tokens, start), lower(tokens, start + 1)) {
        ("write", "down" | "out") | ("pull", "up") | ("look", "up") | ("search", "for") => 2,
        (
            "mention" | "indicate" | "specify" | "determine" | "enumerate" | "output" | "fetch" | "locate"
            | "extract" | "obtain" | "view" | "write" | "state",
            _,
        ) if article(start + 1) => 1,
        _ => return,
    };
    tokens.splice(..start + used, [word("find")]);
}

/// "Rank the products by price", "the rank of each product by price".
fn ranking(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for i in 0..tokens.len() {
        let of = usize::from(lower(tokens, i + 1) == "of");
        let all = matches!(lower(tokens, i + 1 + of), "the" | "all" | "each" | "every");
        let told = i == 0 && of == 0 || of == 1 && lower(tokens, i + 2) != "the" && !lexicon.is_word("rank");
        let by = tokens[i..].iter().any(|t| t.lower == "by");
        // "rank products by price"
        let rows = |t: &Token| lexicon.names_table(&t.lemma, 0.9);
        if i == 0 && lower(tokens, 0) == "rank" && by && tokens.get(1).is_some_and(rows) {
            tokens.splice(0..1, ["ranking", "of"].map(word));
            return;
        }
        if matches!(lower(tokens, i), "rank" | "ranking") && all && told && by {
            tokens.splice(i..i + 2 + of, ["ranking", "of"].map(word));
            return;
        }
    }
}

/// "more than one head at a time": nothing is said with it.
fn asides(tokens: &mut Vec<Token>) {
    for i in (1..tokens.len()).rev() {
        let time = lower(tokens, i) == "at" && lower(tokens, i + 1) == "a" && lower(tokens, i + 2) == "time";
        let ends = tokens.get(i + 3).is_none_or(|t| t.kind == TokenKind::Mark);
        if time && ends {
            tokens.drain(i..i + 3);
        }
    }
}

/// "at least a salary of 1000": a salary of at least 1000.
fn compared_first(tokens: &mut [Token]) {
    for i in 0..tokens.len().saturating_sub(5) {
        let compares = matches!(
            (lower(tokens, i), lower(tokens, i + 1)),
            ("at", "least" | "most") | ("more" | "less" | "greater" | "higher" | "lower", "than")
        );
        let article = matches!(lower(tokens, i + 2), "a" | "an" | "the");
        let Some(of) = (i + 4..tokens.len().min(i + 6)).find(|n| lower(tokens, *n) == "of") else { continue };
        if compares && article && tokens.get(of + 1).is_some_and(|t| t.kind == TokenKind::Number) {
            tokens[i..=of].rotate_left(2);
        }
    }
}

/// "the employees with their titles": those too. "in a single order": in an order.
fn with_their(tokens: &mut Vec<Token>) {
    for i in (1..tokens.len()).rev() {
        if lower(tokens, i) == "single" && matches!(lower(tokens, i - 1), "a" | "any" | "one") {
            tokens.remove(i);
        }
    }
    let Some(at) = (1..tokens.len())
        .find(|i| lower(tokens, *i) == "with" && matches!(lower(tokens, i + 1), "their" | "its"))
    else {
        return;
    };
    let end = (at..tokens.len())
        .find(|i| matches!(tokens[*i].text.as_str(), "." | "?" | ";"))
        .unwrap_or(tokens.len());
    let compares = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "than"
                | "is"
                | "are"
                | "over"
                | "under"
                | "above"
                | "below"
                | "between"
                | "equal"
                | "most"
                | "least"
                | "highest"
                | "lowest"
                | "contains"
                | "starting"
                | "not"
        ) || matches!(t.kind, TokenKind::Number | TokenKind::Quoted)
    };
    if !tokens[at..end].iter().any(compares) {
        tokens[at] = word("and");
    }
}

/// "starting with A", "contains the letter e", "containing night": a text, not an article or a name.
fn letters(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for i in 1..tokens.len() {
        let (before, second) = (lower(tokens, i - 1), if i > 1 { lower(tokens, i - 2) } else { "" });
        let ends = |w: &str| w.starts_with("start") || w.starts_with("begin") || w.starts_with("end");
        let contains = matches!(before, "containing" | "contains" | "contain");
        let told = matches!(before, "letter" | "letters" | "character") || before == "with" && ends(second);
        let letter = tokens[i].kind == TokenKind::Word && tokens[i].text.chars().count() == 1;
        let unknown = tokens[i].kind == TokenKind::Word
            && lexicon.stands_for(&tokens[i].lemma, 0.8).is_empty()
            && lexicon.values(&[&tokens[i].lower]).is_empty()
            && !is_filler(&tokens[i].lower)
            && number_word(&tokens[i].lower).is_none();
        let closes = tokens
            .get(i + 1)
            .is_none_or(|t| t.kind != TokenKind::Word || matches!(t.lower.as_str(), "and" | "or"));
        if closes && (told && (letter || unknown) || contains && unknown) {
            tokens[i].kind = TokenKind::Quoted;
        }
    }
    // "the letter 'S'"
    for i in (2..tokens.len()).rev() {
        let told = matches!(
            lower(tokens, i - 1),
            "letter" | "letters" | "character" | "characters" | "text" | "phrase"
        );
        let said = told && tokens[i].kind == TokenKind::Quoted && !lexicon.is_word(&tokens[i - 1].lemma);
        if said {
            let article = usize::from(lower(tokens, i - 2) == "the");
            tokens.drain(i - 1 - article..i);
        }
    }
}

/// "took place": a verb of one word.
fn took_place(tokens: &mut Vec<Token>) {
    for i in (1..tokens.len()).rev() {
        let takes = matches!(lower(tokens, i - 1), "took" | "take" | "takes" | "taken" | "taking");
        if takes && lower(tokens, i) == "place" {
            tokens.remove(i);
        }
    }
}
