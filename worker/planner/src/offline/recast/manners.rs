//! Manners of speaking: what is said of a thing by a verb that the catalogue has another word for ("When did the tour begin?",
//! where a `start_date` is kept), by a phrase for one verb ("has she picked up an award"), or for no more than that it is ours
//! ("the cheapest plan we sell", "members on our books").

use super::{Words, in_turn, instead, is_one_of, lower, said, slice, unknown, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{is_filler, is_link_verb, lemma},
};

pub(super) fn manners(text: &str, lexicon: &Lexicon) -> String {
    in_turn(
        text,
        lexicon,
        &[
            adds_up,
            among,
            ends_of_time,
            gained,
            going_by,
            joined_us,
            kinds_of,
            lasting,
            ours,
            paid_for,
            seated,
            turns_up,
            where_shown,
            works_as,
        ],
    )
}

/// "How many pages do all the reports add up to?", "How many square metres do the gyms cover together?": their total.
fn adds_up(text: &str, lexicon: &Lexicon) -> Option<String> {
    const ENDS: [&[&str]; 9] = [
        &["add", "up", "to"],
        &["amount", "to"],
        &["come", "to"],
        &["cover", "together"],
        &["cover", "in", "total"],
        &["cover", "altogether"],
        &["have", "together"],
        &["have", "in", "total"],
        &["have", "altogether"],
    ];
    let found = words(text);
    let n = found.len();
    (lower(&found, 0) == "how" && lower(&found, 1) == "many").then_some(())?;
    let does = (3..n).find(|at| is_one_of("do does did", lower(&found, *at)))?;
    let end = ENDS.iter().find_map(|end| {
        let at = n.checked_sub(end.len())?;
        (at > does + 1 && said(text, &found, at, end)).then_some(at)
    })?;
    let counted = slice(text, found[2].from..found[does - 1].to);
    let one = lemma(lower(&found, does - 1));
    // Rows are counted, and not added up.
    let rows = lexicon.names_table(&one, 0.75);
    let things = slice(text, found[does + 1].from..found[end - 1].to);
    (!rows).then(|| format!("What is the total {counted} of {things}{}", slice(text, found[n - 1].to..)))
}

/// "For each kind of document", where documents have a type.
fn kinds_of(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len().saturating_sub(2))
        .find(|at| is_one_of("kind kinds sort sorts", lower(&found, *at)) && lower(&found, at + 1) == "of")?;
    let typed = lexicon.is_word("type") && !lexicon.is_word("kind") && !lexicon.is_word("sort");
    let many = if lower(&found, at).ends_with('s') { "types" } else { "type" };
    let rows = lexicon.names_table(&lemma(lower(&found, at + 2)), 0.75);
    // A kind of payment method is no payment type.
    let rows = rows && !lexicon.is_word(&lemma(lower(&found, at + 3)));
    (typed && rows).then(|| instead(text, found[at].from, found[at].to, many))
}

/// "the rent the firm pays for its offices": of its offices.
fn paid_for(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let (at, used) = (1..found.len()).find_map(|at| {
        let phrases: [&[&str]; 4] = [
            &["the", "firm", "pays", "for"],
            &["the", "company", "pays", "for"],
            &["we", "pay", "for"],
            &["we", "spend", "on"],
        ];
        phrases.iter().find(|phrase| said(text, &found, at, phrase)).map(|phrase| (at, phrase.len()))
    })?;
    let that = usize::from(is_one_of("that which", lower(&found, at - 1)));
    let own = usize::from(is_one_of("its our the", lower(&found, at + used)));
    let noun = lower(&found, at - 1 - that);
    let money = is_one_of("rent price cost fee amount salary wage money sum", noun) && lexicon.is_word(noun);
    money.then(|| instead(text, found[at - that].from, found[at + used - 1 + own].to, "of"))
}

/// "minerals that turn up in samples": that appear in them.
fn turns_up(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("turn turns turned", lower(&found, *at))
            && lower(&found, at + 1) == "up"
            && lower(&found, at + 2) == "in"
    })?;
    let plain = match lower(&found, at) {
        "turns" => "appears",
        "turned" => "appeared",
        _ => "appear",
    };
    (!lexicon.is_word("turn")).then(|| instead(text, found[at].from, found[at + 1].to, plain))
}

/// "Who charges the most among the mechanics?": which mechanic does.
fn among(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let n = found.len().checked_sub(3).filter(|n| *n > 1)?;
    let who = lower(&found, 0) == "who";
    let tie = is_one_of("among amongst", lower(&found, n)) && is_one_of("the our", lower(&found, n + 1))
        || lower(&found, n) == "of" && lower(&found, n + 1) == "our";
    let noun = lower(&found, n + 2);
    let one = lemma(noun);
    let rows = one != noun && lexicon.names_table(&one, 0.75);
    (who && tie && rows).then(|| {
        let middle = slice(text, found[1].from..found[n - 1].to);
        format!("Which {one} {middle}{}", slice(text, found[n + 2].to..))
    })
}

/// "Where is the Northgate laboratory? Show city and country.": which city and country.
fn where_shown(text: &str, _: &Lexicon) -> Option<String> {
    let (first, rest) = text.split_once('?')?;
    let asked = words(first);
    let is_at = lower(&asked, 0) == "where" && is_one_of("is are", lower(&asked, 1));
    let told = words(rest);
    let verb = is_one_of("show give name state", lower(&told, 0));
    let from = told
        .get(1 + usize::from(is_one_of("the its me their", lower(&told, 1))))
        .filter(|_| verb && is_at)?;
    let what = slice(rest, from.from..).trim_end_matches(['.', '!', '?', ' ']);
    let whole = what.contains(['.', ';']) || words(what).len() > 5;
    (!whole).then(|| format!("Show the {what} of {}.", slice(first, asked[2].from..)))
}

/// Verbs for both ends of a time, by the word that the catalogue has.
const ENDS: [(&str, &str); 4] = [
    ("start", "begin begins began begun commence commences commenced"),
    ("begin", "start starts started commence commences commenced"),
    ("end", "finish finishes finished conclude concludes concluded"),
    ("finish", "end ends ended conclude concludes concluded"),
];

/// "When did the tour begin, and when did it finish?": when it started, when it ended.
fn ends_of_time(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let asks = |at: usize| (0..at).any(|n| lower(&found, n) == "when");
    let (at, plain) = (1..found.len()).filter(|at| asks(*at)).find_map(|at| {
        let word = lower(&found, at);
        let (plain, _) =
            ENDS.iter().find(|(kept, others)| is_one_of(others, word) && lexicon.is_word(kept))?;
        unknown(word, lexicon).then_some((at, *plain))
    })?;
    let past = if lower(&found, at).ends_with('s') { "s" } else { "" };
    Some(instead(text, found[at].from, found[at].to, &format!("{plain}{past}")))
}

/// "How many awards has she picked up?", "Who took home the most medals?": won.
fn gained(text: &str, _: &Lexicon) -> Option<String> {
    // Parcels are picked up, and dogs taken home, that nobody won.
    const PRIZES: &str = "award awards prize prizes medal medals trophy trophies";
    let found = words(text);
    let prize = found.iter().any(|w| is_one_of(PRIZES, &w.lower));
    let (at, used) = (1..found.len()).find_map(|at| {
        let phrases: [&[&str]; 5] = [
            &["picked", "up"],
            &["taken", "home"],
            &["took", "home"],
            &["walked", "away", "with"],
            &["scooped"],
        ];
        phrases.iter().find(|phrase| said(text, &found, at, phrase)).map(|phrase| (at, phrase.len()))
    })?;
    prize.then(|| instead(text, found[at].from, found[at + used - 1].to, "won"))
}

/// "the youngest person, going by birth year": what tells the age is known.
fn going_by(text: &str, _: &Lexicon) -> Option<String> {
    let (head, tail) = text.split_once(", going by ")?;
    let aged = words(head).iter().any(|w| is_one_of("oldest youngest newest", &w.lower));
    let rest = tail.find(['.', '?', '!', ',']).map_or("", |end| slice(tail, end..));
    aged.then(|| format!("{head}{rest}"))
}

/// "Who joined the firm most recently?": nobody joins anything else.
fn joined_us(text: &str, lexicon: &Lexicon) -> Option<String> {
    const US: &str = "firm company organisation organization business";
    let found = words(text);
    let at = (1..found.len().saturating_sub(2)).find(|at| {
        is_one_of("join joins joined joining", lower(&found, *at))
            && is_one_of("the our", lower(&found, at + 1))
            && is_one_of(US, lower(&found, at + 2))
    })?;
    let things = lexicon.names_table(lower(&found, at + 2), 0.9);
    (!things).then(|| instead(text, found[at].to, found[at + 2].to, ""))
}

/// "Which theatre has been standing the longest?": is the oldest.
fn lasting(text: &str, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let (at, used) = (1..found.len()).find_map(|at| {
        let phrases: [&[&str]; 5] = [
            &["been", "standing", "the", "longest"],
            &["been", "around", "the", "longest"],
            &["been", "in", "business", "the", "longest"],
            &["been", "in", "operation", "the", "longest"],
            &["existed", "the", "longest"],
        ];
        phrases.iter().find(|phrase| said(text, &found, at, phrase)).map(|phrase| (at, phrase.len()))
    })?;
    let verb = if lower(&found, at - 1) == "have" { "are" } else { "is" };
    is_one_of("has have", lower(&found, at - 1))
        .then(|| instead(text, found[at - 1].from, found[at + used - 1].to, &format!("{verb} the oldest")))
}

/// "Which candidates work as nurses?": are nurses.
fn works_as(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len().saturating_sub(2))
        .find(|at| is_one_of("work works worked", lower(&found, *at)) && lower(&found, at + 1) == "as")?;
    let did = is_one_of("do does did", lower(&found, at - 1)) || (at > 1 && lower(&found, at - 2) == "does");
    if did {
        return None;
    }
    let called = if is_one_of("a an", lower(&found, at + 2)) { at + 3 } else { at + 2 };
    let noun = lemma(&found.get(called)?.lower);
    let values = |word: &str| !lexicon.values(&[word]).is_empty();
    let verb = match lower(&found, at) {
        "works" => "is",
        "worked" => "were",
        _ => "are",
    };
    (values(&noun) || values(&found[called].lower))
        .then(|| instead(text, found[at].from, found[at + 1].to, verb))
}

/// "theatres that seat more than 2000 people", "How many people does the hall seat?": how many seats they have.
fn seated(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let people = |at: usize| matches!(lower(&found, at), "people" | "persons");
    let kept = |at: usize| {
        let verb = lemma(lower(&found, at));
        (is_one_of("seat sleep berth", &verb) && lexicon.is_word(&verb)).then_some(verb)
    };
    let does = (4..found.len()).find_map(|at| Some((at, kept(at)?)));
    if let Some((at, verb)) = does
        && matches!((lower(&found, 0), lower(&found, 1)), ("how", "many"))
        && people(2)
        && matches!(lower(&found, 3), "does" | "do" | "can" | "could")
    {
        let whose = slice(text, found[4].from..found[at - 1].to);
        let helper = if lower(&found, 3) == "do" { "do" } else { "does" };
        return Some(format!(
            "How many {} {helper} {whose} have{}",
            plural(&verb),
            slice(text, found[at].to..)
        ));
    }
    (2..found.len()).find_map(|at| {
        let number = lower(&found, at - 1).bytes().all(|b| b.is_ascii_digit());
        let verb = (1..=4).filter_map(|n| at.checked_sub(n + 1)).any(|n| kept(n).is_some());
        (people(at) && number && verb).then(|| instead(text, found[at].from, found[at].to, ""))
    })
}

/// "the cheapest plan we sell", "members on our books": all of them are ours.
fn ours(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    (2..found.len()).find_map(|at| {
        let used = we_do(&found, at, lexicon).or_else(|| on_our_books(&found, at, lexicon))?;
        let (from, to) = (found[at].from, found[at + used - 1].to);
        // It is a remark only behind all that is asked for.
        let ends =
            slice(text, to..).trim_start().chars().next().is_none_or(|c| matches!(c, '.' | '?' | '!' | ','));
        // "How many tours did we run?" asks what we did.
        let before = lower(&found, at - 1);
        let named = !is_filler(before)
            && !is_link_verb(before)
            && !is_one_of("did does do can could will", before)
            && slice(text, found[at - 1].to..from).trim().is_empty();
        (ends && named).then(|| instead(text, from, to, ""))
    })
}

/// "we sell", where nothing is kept of selling.
fn we_do(found: &Words, at: usize, lexicon: &Lexicon) -> Option<usize> {
    let verb = lower(found, at + 1);
    if lower(found, at) != "we" {
        return None;
    }
    if verb == "know" && lower(found, at + 2) == "of" {
        return Some(3);
    }
    let does = is_one_of("sell offer run carry stock list advertise", verb);
    (does && unknown(verb, lexicon)).then_some(2)
}

/// "on our books", "in our member list"
fn on_our_books(found: &Words, at: usize, lexicon: &Lexicon) -> Option<usize> {
    const KEPT: &str =
        "books list lists directory catalogue catalog register files records system roster rota";
    if !matches!(lower(found, at), "on" | "in") || lower(found, at + 1) != "our" {
        return None;
    }
    let last = (at + 2..at + 5).find(|n| is_one_of(KEPT, lower(found, *n)))?;
    // "our price list" may be where the prices are.
    let tells = |n: usize| {
        let word = lower(found, n);
        !lexicon.values(&[word]).is_empty() || lexicon.is_word(word) && !lexicon.names_table(word, 0.75)
    };
    let rows = lexicon.names_table(lower(found, last), 0.9);
    (!rows && !(at + 2..=last).any(tells)).then_some(last + 1 - at)
}
