//! What people say loosely: "iOS", where `ios` is stored, "Dr. Tanaka" of a doctor, "price tag", "ended up cancelled", "kicked
//! off", "rated severe", "the food business", "payment attempts". Each becomes what is meant by it.

use super::{in_turn, instead, is_one_of, lower, said, slice, unknown, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{is_filler, lemma},
};
use rowcall_core::ColumnRef;

/// Says it as it is meant.
pub(super) fn loose(question: &str, lexicon: &Lexicon) -> String {
    let text = phrases(&titles(&capitals(question, lexicon), lexicon), lexicon);
    in_turn(
        &text,
        lexicon,
        &[make, mail_address, employer, neither, newest, settings, field, told, attempts, lines],
    )
}

/// "iOS", "PayPal": one word, where it is stored as one.
fn capitals(text: &str, lexicon: &Lexicon) -> String {
    let mut out = text.to_owned();
    for word in words(text).into_iter().rev() {
        let written = slice(text, word.from..word.to);
        let inner =
            written.chars().skip(1).any(char::is_uppercase) && written.chars().any(char::is_lowercase);
        let plain = written.chars().all(char::is_alphanumeric);
        if !inner || !plain || lexicon.values(&[&word.lower]).is_empty() {
            continue;
        }
        let mut chars = word.lower.chars();
        let capital: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        out.replace_range(word.from..word.to, &format!("{capital}{}", chars.as_str()));
    }
    out
}

/// "Dr. Tanaka", "Ms Lee": the name alone, where no title is kept.
fn titles(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let mut out = text.to_owned();
    for at in (0..found.len()).rev() {
        let title = is_one_of("dr mr mrs ms miss prof professor sir", lower(&found, at));
        let written = slice(text, found[at].from..found[at].to);
        let next = slice(text, found[at + 1].from..found[at + 1].to);
        let gap = slice(text, found[at].to..found[at + 1].from);
        let named = next.starts_with(char::is_uppercase) && matches!(gap, " " | ". ");
        let kept = lexicon.is_word(lower(&found, at))
            || !lexicon.values(&[lower(&found, at)]).is_empty()
            || !lexicon.values(&[lower(&found, at), lower(&found, at + 1)]).is_empty();
        if title && written.starts_with(char::is_uppercase) && named && !kept {
            out.replace_range(found[at].from..found[at + 1].from, "");
        }
    }
    out
}

/// What is said, and what is meant by it, where the catalogue knows neither of the words that go.
const PHRASES: &[(&str, &str)] = &[
    ("price tag", "price"),
    ("price tags", "prices"),
    ("ended up being", "were"),
    ("ended up as", "were"),
    ("ended up", "were"),
    ("turned out to be", "were"),
    ("kicked off", "started"),
    ("kick off", "start"),
    ("put up for sale", "listed"),
    ("put up", "listed"),
    ("opened its doors", "opened"),
    ("open its doors", "open"),
    ("signed off on", "approved"),
    ("sign off on", "approve"),
    ("signed off", "approved"),
    ("sign off", "approve"),
    ("made up of", "made of"),
    ("tied up in", "in"),
    ("tied to", "linked to"),
    ("set up", "created"),
    ("paid out", "paid"),
    ("taken part in", "entered"),
    ("took part in", "entered"),
    ("take part in", "enter"),
    ("takes part in", "enters"),
    ("taking part in", "entering"),
    ("the very first", "the first"),
    ("the very last", "the last"),
    ("the very same", "the same"),
    ("on the very day", "on the day"),
    ("calendar day", "day"),
    ("calendar days", "days"),
    ("calendar month", "month"),
    ("calendar months", "months"),
    ("calendar quarter", "quarter"),
    ("calendar year", "year"),
    ("calendar years", "years"),
    ("according to our records", ""),
    ("according to the records", ""),
    ("according to our data", ""),
    ("according to the data", ""),
    ("in real life", ""),
    ("on our books", ""),
    ("on the books", ""),
    ("most widely used", "most used"),
    ("best and worst", "highest and lowest"),
    ("best average", "highest average"),
    ("worst average", "lowest average"),
    ("due to", "caused by"),
    ("because of", "caused by"),
];

fn phrases(text: &str, lexicon: &Lexicon) -> String {
    let mut out = text.to_owned();
    let lowered = text.to_lowercase();
    for (phrase, plain) in PHRASES {
        // Most questions have none of them.
        if !lowered.contains(phrase) {
            continue;
        }
        let parts: Vec<&str> = phrase.split(' ').collect();
        let meant: Vec<&str> = plain.split(' ').collect();
        // What stays may be called so; what goes may not.
        let goes = |part: &&str| !is_filler(part) && !meant.contains(part);
        let kept = parts.iter().filter(|p| goes(p)).any(|part| {
            lexicon.is_word(part) || lexicon.is_word(&lemma(part)) || !lexicon.values(&[part]).is_empty()
        });
        let value = !lexicon.values(&parts).is_empty();
        if kept || value {
            continue;
        }
        let found = words(&out);
        let place = (0..found.len()).find(|at| said(&out, &found, *at, &parts));
        if let Some(at) = place {
            out = instead(&out, found[at].from, found[at + parts.len() - 1].to, plain);
        }
    }
    single(&out, lexicon)
}

/// "the largest single refund", "how many individual stops": one of them each anyway.
fn single(text: &str, lexicon: &Lexicon) -> String {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let before = lower(&found, at - 1);
        let ranks = before.ends_with("est")
            || is_one_of("most least maximum minimum many separate", before)
            || before == "a"
                && at + 1 < found.len()
                && is_one_of("just only", lower(&found, at.wrapping_sub(2)));
        is_one_of("single individual one-off separate", lower(&found, *at))
            && ranks
            && unknown(lower(&found, *at), lexicon)
    });
    at.map_or_else(|| text.to_owned(), |at| instead(text, found[at].from, found[at].to, ""))
}

/// "registered on the marketplace", "the priciest drug in the catalogue": all that is kept is there.
fn settings(text: &str, lexicon: &Lexicon) -> Option<String> {
    const PLACES: &str = "app application books collection fleet catalog catalogue database dataset file inventory list lists marketplace \
        network office platform portal portfolio programme records register registry shop site store system website";
    let found = words(text);
    let at = (2..found.len()).find(|at| {
        let opens = is_one_of("in on at within from across", lower(&found, *at))
            && is_one_of("the our this your", lower(&found, at + 1));
        let place = lower(&found, at + 2);
        let closes = {
            let rest = slice(text, found[at + 2].to..).trim_start();
            rest.is_empty()
                || rest.starts_with(['.', '?', '!', ',', ';', ')'])
                || is_one_of("and by for with that who which the", lower(&found, at + 3))
                || is_one_of("altogether overall", lower(&found, at + 3))
                || said(text, &found, at + 3, &["in", "total"])
                || said(text, &found, at + 3, &["at", "all"])
        };
        let beside = slice(text, found[*at].from..found[at + 2].to).split(' ').count() == 3;
        opens
            && beside
            && is_one_of(PLACES, place)
            && closes
            && unknown(place, lexicon)
            && !lexicon.names_table(place, 0.6)
    })?;
    // "registered", "listed": so are all.
    let idle = is_one_of("registered listed kept stored recorded", lower(&found, at - 1))
        && is_one_of("are is were was", lower(&found, at - 2))
        && unknown(lower(&found, at - 1), lexicon);
    let (from, plain) = if idle { (at - 1, "there") } else { (at, "") };
    Some(instead(text, found[from].from, found[at + 2].to, plain))
}

/// "ski resorts", where skiers are kept: resorts, since skiing is what all of it is about.
fn field(text: &str, lexicon: &Lexicon) -> Option<String> {
    const DOERS: &[&str] = &["r", "er", "or", "ing", "ist"];
    let found = words(text);
    let about = |word: &str| {
        let mut names = lexicon.tables.iter().flat_map(|t| &t.words);
        names.any(|name| name.strip_prefix(word).is_some_and(|doer| DOERS.contains(&doer)))
    };
    let at = (0..found.len().saturating_sub(1)).find(|at| {
        let word = lower(&found, *at);
        let beside = slice(text, found[*at].to..found[at + 1].from) == " ";
        beside
            && word.len() > 2
            && unknown(word, lexicon)
            && about(word)
            && lexicon.names_table(&lemma(lower(&found, at + 1)), 0.75)
    })?;
    Some(instead(text, found[at].from, found[at].to, ""))
}

/// "the make and the model", "makes and models": a noun there, whatever it is kept as.
fn make(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len()).find(|at| {
        let noun = match lower(&found, *at) {
            "makes" => true,
            "make" => {
                *at > 0 && is_one_of("the each every by per their its and or name", lower(&found, at - 1))
            }
            _ => false,
        };
        let next = at + 1 + usize::from(is_one_of("and or", lower(&found, at + 1)));
        let next = next + usize::from(lower(&found, next) == "the");
        let beside = is_one_of("model models of", lower(&found, next))
            || slice(text, found[*at].to..).starts_with([',', '?', '.']);
        noun && beside && unknown("make", lexicon)
    })?;
    let kept = ["mk", "brand", "manufacturer", "maker"].into_iter().find(|word| lexicon.is_word(word))?;
    Some(instead(text, found[at].from, found[at].to, kept))
}

/// "rated severe", "classified as minor", "coloured red": the value says so itself.
fn told(text: &str, lexicon: &Lexicon) -> Option<String> {
    const TELLS: &str = "rated graded ranked classified categorised categorized considered deemed marked flagged labelled \
        labeled tagged coloured colored described listed";
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let word = lower(&found, *at);
        let value = at + 1 + usize::from(is_one_of("as at", lower(&found, at + 1)));
        let beside =
            slice(text, found[*at].to..found[value].from).chars().all(|c| c.is_alphabetic() || c == ' ');
        let stored = |n: usize| {
            let one = lower(&found, n);
            !lexicon.values(&[one]).is_empty()
                && !is_filler(one)
                && !lexicon.is_word(one)
                && !lexicon.names_table(&lemma(one), 0.75)
        };
        is_one_of(TELLS, word) && unknown(word, lexicon) && beside && value < found.len() && stored(value)
    })?;
    let to = at + usize::from(is_one_of("as at", lower(&found, at + 1)));
    // "How many were rated severe?" keeps its verb.
    Some(instead(text, found[at].from, found[to].to, ""))
}

/// "her e-mail address": her e-mail, where the address is where she lives.
fn mail_address(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        matches!(lower(&found, *at), "address" | "addresses")
            && matches!(lower(&found, at - 1), "mail" | "email")
    })?;
    let both = lexicon.columns.iter().flatten().any(|c| {
        c.words.iter().any(|w| w == "address") && c.words.iter().any(|w| w == "email" || w == "mail")
    });
    let kept = lexicon.is_word("email") || lexicon.is_word("mail");
    (kept && !both).then(|| instead(text, found[at].from, found[at].to, ""))
}

/// "joined the company in 2022", "left the firm": all that are kept did so.
fn employer(text: &str, lexicon: &Lexicon) -> Option<String> {
    const HOUSES: &str = "company firm business organisation organization enterprise us";
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let word = lower(&found, *at);
        let the = is_one_of("the our this", lower(&found, at - 1));
        let verb = at.checked_sub(if word == "us" { 1 } else { 2 }).map_or("", |v| lower(&found, v));
        let with = is_one_of("with at to", verb)
            && *at > 3
            && is_one_of("been stay stayed come came are is were was", lower(&found, at - 3));
        is_one_of(HOUSES, word)
            && (the || word == "us")
            && (is_one_of("join joined joins joining leave left leaves leaving quit entered exited", verb)
                || with && word != "us")
            && (word == "us" || unknown(word, lexicon) && !lexicon.names_table(word, 0.6))
    })?;
    let from = at - usize::from(lower(&found, at) != "us");
    Some(instead(text, found[from].from, found[at].to, ""))
}

/// "neither done nor cancelled": not the one and not the other, where both are stored.
fn neither(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| lower(&found, *at) == "neither")?;
    let nor = (at + 2..found.len().min(at + 5)).find(|n| lower(&found, *n) == "nor")?;
    // Words that say nothing elsewhere, as "done", would be passed over.
    if !(at + 1..found.len().min(nor + 3)).any(|n| n != nor && is_filler(lower(&found, n))) {
        return None;
    }
    let values = |from: usize, to: usize| -> Vec<(ColumnRef, String)> {
        let parts: Vec<&str> = (from..to).map(|n| lower(&found, n)).collect();
        let stored = lexicon.values(&parts).iter().filter(|v| !v.alias);
        stored.map(|v| (v.column, v.text.clone())).collect()
    };
    let firsts = values(at + 1, nor);
    let (end, column, one, other) =
        [2, 1].into_iter().filter(|used| nor + 1 + used <= found.len()).find_map(|used| {
            let seconds = values(nor + 1, nor + 1 + used);
            let both = |(column, one): &(ColumnRef, String)| {
                let other = seconds.iter().find(|(c, _)| c == column)?;
                Some((nor + used, *column, one.clone(), other.1.clone()))
            };
            firsts.iter().find_map(both)
        })?;
    // "tasks that are neither done nor cancelled"
    let that = at >= 2
        && is_one_of("are is", lower(&found, at - 1))
        && is_one_of("that which", lower(&found, at - 2));
    if that {
        let name = lexicon.columns[column.table][column.column].words.join(" ");
        let said = format!("with a {name} other than \"{one}\" or \"{other}\"");
        return Some(instead(text, found[at - 2].from, found[end].to, &said));
    }
    Some(instead(text, found[at].from, found[end].to, &format!("not \"{one}\" and not \"{other}\"")))
}

/// "Who is the newest hire?": which employee was hired last.
fn newest(text: &str, lexicon: &Lexicon) -> Option<String> {
    const HIRES: &str = "hire hires joiner joiners starter starters recruit recruits";
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of(HIRES, lower(&found, *at))
            && is_one_of("newest latest recent last first earliest", lower(&found, at - 1))
    })?;
    let table = (0..lexicon.tables.len()).find(|t| {
        let staff = lexicon.tables[*t]
            .words
            .last()
            .is_some_and(|w| is_one_of("employee staff worker agent driver user", w));
        staff
            && lexicon.columns[*t]
                .iter()
                .any(|c| c.words.iter().any(|w| is_one_of("hire hired joined join", w)))
    })?;
    let hired = lexicon.columns[table]
        .iter()
        .flat_map(|c| &c.words)
        .find(|w| is_one_of("hire hired joined join", w))?;
    let verb = if hired.starts_with("join") { "joined" } else { "was hired" };
    let first = is_one_of("first earliest", lower(&found, at - 1));
    let asks = found[..at - 1].iter().all(|w| is_one_of("who is was are our the most", &w.lower))
        && lower(&found, 0) == "who";
    let noun = lexicon.tables[table].words.join(" ");
    asks.then(|| {
        let end = if first { "first" } else { "last" };
        format!("Which {noun} {verb} {end}{}", slice(text, found[at].to..))
    })
}

/// "payment attempts", "refund requests": payments and refunds, where no attempts and requests are kept.
fn attempts(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let one = lemma(lower(&found, *at));
        let rows = lemma(lower(&found, at - 1));
        let beside = slice(text, found[at - 1].to..found[*at].from) == " ";
        let called = |word: &str| {
            lexicon.names_table(word, 0.75)
                || lexicon.columns.iter().flatten().any(|c| c.words.last().is_some_and(|w| w == word))
        };
        // "listing", which may be a verb, is one where it is said of one.
        is_one_of("attempt request report case instance occurrence submission transaction", &one)
            && beside
            && lexicon.names_table(&rows, 0.9)
            && rows == lower(&found, at - 1)
            && lower(&found, at + 1) != "to"
            && !called(&one)
            && lexicon.values(&[&one]).is_empty()
    })?;
    let many = lemma(lower(&found, at)) != lower(&found, at);
    let one = lemma(lower(&found, at - 1));
    let noun = if many { plural(&one) } else { one };
    Some(instead(text, found[at - 1].from, found[at].to, &noun))
}

/// "the food business", "the iOS app": what is stored is the first word.
fn lines(text: &str, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        let word = lower(&found, *at);
        let before = lower(&found, at - 1);
        let beside = slice(text, found[at - 1].to..found[*at].from) == " ";
        is_one_of(
            "app apps business businesses industry industries sector sectors trade field line level grade",
            word,
        ) && beside
            && unknown(word, lexicon)
            && !lexicon.values(&[before]).is_empty()
            && !lexicon.names_table(&lemma(before), 0.75)
    })?;
    Some(instead(text, found[at].from, found[at].to, ""))
}
