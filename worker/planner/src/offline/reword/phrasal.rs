//! Verbs that a catalogue writes in other ways: "signed up" of a `signup_date`, "began" of a start date, "scored below 60"
//! of a score.

use super::{is_number, lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, root},
};
use rowcall_core::Catalogue;

/// Verbs for the beginning and for the end of what lasts.
const ENDS: [&[&str]; 2] = [
    &["started", "began", "begun", "commenced", "start", "begin", "begins"],
    &["ended", "finished", "concluded", "finish", "finishes", "end", "ends"],
];

/// Puts the catalogue's words in their place.
pub(super) fn phrasal(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    particles(tokens, lexicon, catalogue);
    endings(tokens, lexicon);
    beginnings(tokens, lexicon, catalogue);
    marks(tokens, lexicon, catalogue);
}

/// A word of the name of a column that is a point in time, or a year.
fn timed(lexicon: &Lexicon, catalogue: &Catalogue, fits: &dyn Fn(&[String]) -> bool) -> bool {
    catalogue.tables.iter().zip(&lexicon.columns).any(|(table, names)| {
        table.columns.iter().zip(names).any(|(column, name)| {
            let year = column.kind.is_numeric() && name.words.iter().any(|w| w == "year");
            (column.kind.is_temporal() || year) && fits(&name.words)
        })
    })
}

/// A verb without its ending, as it is written before a particle: "log" of "logged".
fn stems(verb: &str) -> Vec<String> {
    let stem = root(verb);
    let mut ends = stem.chars().rev();
    let mut out = vec![stem.clone()];
    if let (Some(last), Some(before)) = (ends.next(), ends.next())
        && last == before
    {
        out.push(stem[..stem.len() - last.len_utf8()].to_owned());
    }
    out
}

/// The table whose only time is called so: a `signup_date` and no other date.
fn only_time(name: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<usize> {
    let mut found = (0..catalogue.tables.len()).filter(|t| {
        let mut times = catalogue.tables[*t]
            .columns
            .iter()
            .zip(&lexicon.columns[*t])
            .filter(|(column, _)| column.kind.is_temporal());
        times.next().is_some_and(|(_, n)| n.words.iter().any(|w| w == name)) && times.next().is_none()
    });
    found.next().filter(|_| found.next().is_none())
}

/// "over 5 people have signed up", where users sign up: users.
fn somebody(tokens: &mut [Token], at: usize, table: usize, lexicon: &Lexicon) {
    let known = lexicon.names_table("person", 0.75) || lexicon.is_word("people");
    let Some(who) = (at.saturating_sub(3)..at).find(|i| lower(tokens, *i) == "people").filter(|_| !known)
    else {
        return;
    };
    if let [name] = lexicon.tables[table].words.as_slice() {
        tokens[who] = word(&crate::offline::plural(name));
    }
}

/// "signed up": a verb made of `signup`. "logged in", where a login is kept: have a login.
fn particles(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(1)).rev() {
        let particle = lower(tokens, at + 1).to_owned();
        let verb = &tokens[at];
        let moves = matches!(particle.as_str(), "up" | "in" | "out" | "off" | "on" | "down" | "over");
        if !moves || verb.kind != TokenKind::Word || lexicon.is_word(&verb.lower) {
            continue;
        }
        // "songs that came out in 1980"
        let released = |words: &[String]| words.iter().any(|w| root(w) == root("released"));
        if matches!(verb.lower.as_str(), "came" | "come" | "comes")
            && particle == "out"
            && timed(lexicon, catalogue, &released)
        {
            let that = matches!(lower(tokens, at - 1), "that" | "which") && at > 1;
            tokens.splice(at - usize::from(that)..at + 2, [word("released")]);
            continue;
        }
        let past = verb.lower.ends_with("ed");
        for stem in stems(&verb.lower) {
            let one = format!("{stem}{particle}");
            let named = |words: &[String]| words.contains(&one);
            let apart = |words: &[String]| words.windows(2).any(|w| w[0] == stem && w[1] == particle);
            if let Some(table) = only_time(&one, lexicon, catalogue) {
                let said = if past { "joined" } else { "join" };
                tokens.splice(at..at + 2, [word(said)]);
                somebody(tokens, at, table, lexicon);
                break;
            }
            if past && timed(lexicon, catalogue, &named) {
                let said = Token { lemma: one.clone(), ..word(&format!("{one}ed")) };
                tokens.splice(at..at + 2, [said]);
                break;
            }
            // "checked out": had a check-out.
            let parts = matches!(particle.as_str(), "up" | "in" | "out" | "off");
            if past && parts && timed(lexicon, catalogue, &apart) {
                let has = matches!(lower(tokens, at - 1), "have" | "has" | "had");
                let said = [word("had"), word("a"), word(&stem), word(&particle)];
                tokens.splice(at..at + 2, said.into_iter().skip(usize::from(has)));
                break;
            }
            let has = matches!(lower(tokens, at - 1), "have" | "has" | "had");
            if has && !lexicon.values(&[&one]).is_empty() {
                let once = (0..3).all(|n| lower(tokens, at + 2 + n) == ["at", "least", "once"][n]);
                let used = if once { 5 } else { 2 };
                tokens.splice(at..at + used, [word("a"), word(&one)]);
                break;
            }
        }
    }
}

/// "priced at most 150": that cost at most 150. "ended with the result 'fail'": with that result.
fn endings(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (1..tokens.len()).rev() {
        match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("priced", "at", "least" | "most") => {
                tokens.splice(at..=at, ["that", "cost"].map(word));
            }
            ("ended", "with", _) if !lexicon.is_word("ended") => {
                tokens.remove(at);
            }
            _ => {}
        }
    }
}

/// "began", where the day of a start is kept: started.
fn beginnings(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for token in tokens.iter_mut().filter(|t| t.kind == TokenKind::Word) {
        let Some(kin) = ENDS.iter().find(|kin| kin[1..].contains(&token.lower.as_str())) else { continue };
        let own = |words: &[String]| words.iter().any(|w| root(w) == root(&token.lower));
        let other = |words: &[String]| words.iter().any(|w| root(w) == root(kin[0]));
        let free = !lexicon.is_word(&token.lower) && lexicon.values(&[&token.lower]).is_empty();
        let past = token.lower.ends_with("ed") || matches!(token.lower.as_str(), "began" | "begun");
        if past && free && !timed(lexicon, catalogue, &own) && timed(lexicon, catalogue, &other) {
            *token = word(kin[0]);
        }
    }
}

/// "that scored below 60": with a score below 60. "rated a stay at most 6": gave a rating of at most 6.
fn marks(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len()).rev() {
        let noun = match lower(tokens, at) {
            "scored" | "scoring" => "score",
            "rated" | "rating" => "rating",
            "weighing" | "weighed" => "weight",
            _ => continue,
        };
        // A word of the catalogue already, or no word of it at all.
        let kept = lexicon.columns_for(&[noun], catalogue).first().is_some_and(|(c, s)| {
            *s >= 0.65 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
        });
        if !kept
            || lower(tokens, at) == noun
            || matches!(lower(tokens, at - 1), "best" | "highest" | "lowest")
        {
            continue;
        }
        // "rated a stay at most 6"
        let article = matches!(lower(tokens, at + 1), "a" | "an" | "the" | "their");
        let object = if article && noun == "rating" { 2 } else { 0 };
        if !compares(tokens, at + 1 + object) {
            continue;
        }
        let that = matches!(lower(tokens, at - 1), "that" | "which" | "who") && at > 1;
        let (from, head): (usize, &[&str]) = match (object > 0, that) {
            (true, _) => (at, &["gave", "a"]),
            (_, true) => (at - 1, &["with", "a"]),
            _ => (at, &["with", "a"]),
        };
        let mut said: Vec<Token> = head.iter().copied().map(word).collect();
        said.extend([word(noun), word("of")]);
        tokens.splice(from..at + 1 + object, said);
    }
}

/// A comparison with a number starts here.
fn compares(tokens: &[Token], at: usize) -> bool {
    let than = |n: usize| lower(tokens, n) == "than";
    let used = match lower(tokens, at) {
        "below" | "under" | "above" | "over" | "between" => 1,
        "at" if matches!(lower(tokens, at + 1), "least" | "most") => 2,
        "more" | "less" | "higher" | "lower" | "better" if than(at + 1) => 2,
        _ => return false,
    };
    is_number(tokens.get(at + used))
        || matches!(lower(tokens, at + used), "the" | "average" | "overall" | "mean" | "all")
}
