//! What rows lack, in plainer words: "did not leave us an email", "for whom we hold no phone", "still going on" where an end
//! date is kept, "not completed yet", "have no pool", "without a closing time".

use super::{begins_time, lower, word};
use crate::offline::{
    flags::yes_or_no,
    lexicon::Lexicon,
    reader::same_root,
    words::{Token, TokenKind, root, split_name},
};
use rowcall_core::{Catalogue, ColumnRef, TypeKind};

/// Says what is missing as "without" or "have no".
pub(super) fn absent(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    dated(tokens, lexicon, catalogue);
    not_given(tokens, lexicon, catalogue);
    not_done(tokens, lexicon, catalogue);
    no_flag(tokens, lexicon, catalogue);
    twice(tokens);
}

/// Words that a word may stand in for, where a column is called after another form of it.
const FORMS: &[&[&str]] = &[
    &["leaving", "left", "leave"],
    &["beginning", "begin", "began", "start"],
    &["starting", "start"],
    &["ending", "end"],
    &["founding", "founded", "foundation"],
];
/// Words of a column that tells when something was over.
const OVER: &str = "end ended ending close closed closing finish finished complete completed completion return returned \
    resolve resolved leave left leaving terminate terminated termination expire expired exit";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

/// The last table that is named before a place, or else the first behind it.
fn spoken_of(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<usize> {
    let table = |n: &usize| {
        let token = tokens.get(*n).filter(|t| t.kind == TokenKind::Word)?;
        lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    };
    (0..at).rev().find_map(|n| table(&n)).or_else(|| (at..tokens.len()).find_map(|n| table(&n)))
}

/// A date, a time or a year.
fn tells_when(table: usize, column: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> bool {
    let kind = catalogue.tables[table].columns[column].kind;
    kind.is_temporal()
        || kind == TypeKind::Integer && lexicon.columns[table][column].words.iter().any(|w| w == "year")
}

/// The one column of a table that tells when something of this kind happened.
fn when(
    table: usize,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
    says: impl Fn(&str) -> bool,
    lacks: bool,
) -> Option<Vec<String>> {
    let columns = &catalogue.tables[table].columns;
    let mut found = (0..columns.len()).filter(|c| {
        tells_when(table, *c, lexicon, catalogue)
            && (!lacks || columns[*c].nullable)
            && lexicon.columns[table][*c].words.iter().any(|w| says(w))
    });
    let column = found.next().filter(|_| found.next().is_none())?;
    Some(lexicon.columns[table][column].words.clone())
}

/// "the closing time", "without a leaving date", "the founding year": the column of that verb.
fn dated(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(1)).rev() {
        let verb = tokens[at].lower.clone();
        let noun = matches!(tokens[at + 1].lemma.as_str(), "date" | "time" | "year" | "day");
        let known = lexicon
            .columns_for(&[&tokens[at].lemma, &tokens[at + 1].lemma], catalogue)
            .first()
            .is_some_and(|(_, s)| *s >= 0.9);
        if tokens[at].kind != TokenKind::Word || !noun || known {
            continue;
        }
        if !verb.ends_with("ing") {
            date_of(tokens, at, lexicon, catalogue);
            continue;
        }
        let stem = root(&verb);
        let forms = FORMS.iter().find(|f| f[0] == verb).copied().unwrap_or(&[]);
        let says = |w: &str| same_root(w, &stem) || forms.contains(&w);
        let Some(table) = spoken_of(tokens, at, lexicon) else { continue };
        let Some(words) = when(table, lexicon, catalogue, says, false) else { continue };
        // "the shipping date" of "shipped at" is understood as it is.
        if tokens[at + 1].lemma == "time" || words.contains(&tokens[at + 1].lemma) {
            tokens.splice(at..at + 2, words.iter().map(|w| word(w)));
        }
    }
}

/// "the delivery date" of `delivered_at`, "the order date" of `ordered_on`: what the noun tells of is done then.
fn date_of(tokens: &mut Vec<Token>, at: usize, lexicon: &Lexicon, catalogue: &Catalogue) {
    const NOUNS: &[(&str, &str)] = &[
        ("sale", "sold"),
        ("purchase", "bought"),
        ("payment", "paid"),
        ("departure", "left"),
        ("signup", "signed"),
        ("creation", "created"),
        ("registration", "registered"),
    ];
    let noun = tokens[at].lower.clone();
    // "The delivery time" is how long it takes; "the creation date" of `created_at` is understood as it is.
    let phrase = [tokens[at].lemma.as_str(), tokens[at + 1].lemma.as_str()];
    let near = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(_, s)| *s >= 0.75);
    if near && !lexicon.names_table(phrase[0], 0.9) || !matches!(phrase[1], "date" | "day") {
        return;
    }
    let stem = root(&noun);
    let other = NOUNS.iter().find(|(n, _)| *n == noun).map(|(_, verb)| *verb);
    // `shipped_at` and `ordered_on`: a participle and nothing else.
    let says = |w: &str| (w.ends_with("ed") || Some(w) == other) && (same_root(w, &stem) || Some(w) == other);
    let of_table = |t: usize| {
        let columns = catalogue.tables[t].columns.iter().enumerate();
        columns.filter(move |(c, column)| {
            column.kind.is_temporal() && lexicon.columns[t][*c].words.iter().any(|w| says(w))
        })
    };
    let spoken = spoken_of(tokens, at, lexicon).filter(|t| of_table(*t).next().is_some());
    let tables = spoken.map_or(0..lexicon.tables.len(), |t| t..t + 1);
    let mut found = tables.flat_map(of_table).map(|(_, column)| column.name.clone());
    if let Some(name) = found.next().filter(|_| found.next().is_none() && noun.len() > 3) {
        // "the first order date"
        match at.checked_sub(1).map(|before| lower(tokens, before)) {
            Some("first") => tokens[at - 1] = word("earliest"),
            Some("last") => tokens[at - 1] = word("latest"),
            _ => {}
        }
        let parts = if lexicon.written(&name).is_empty() { split_name(&name) } else { vec![name] };
        tokens.splice(at..at + 2, parts.iter().map(|part| word(&part.to_lowercase())));
    }
}

/// How many tokens a column's name takes here.
fn column(tokens: &[Token], at: usize, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<usize> {
    [3, 2, 1].into_iter().find(|used| {
        let Some(part) = tokens.get(at..at + used) else { return false };
        let phrase: Vec<&str> = part.iter().map(|t| t.lemma.as_str()).collect();
        part.iter().all(|t| t.kind == TokenKind::Word)
            && lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(_, s)| *s >= 0.85)
    })
}

fn article(word: &str) -> bool {
    matches!(word, "a" | "an" | "the" | "their" | "its" | "his" | "her" | "any")
}

/// "who did not leave us an email", "for whom we hold no phone", "guests missing an email".
fn not_given(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len() {
        let (from, mut what) = match (lower(tokens, at), lower(tokens, at + 1)) {
            (
                "not",
                "leave" | "left" | "give" | "given" | "provide" | "provided" | "tell" | "told" | "supply"
                | "supplied" | "enter" | "entered",
            ) => (at, at + 2),
            ("not", "receive" | "have" | "get") if lower(tokens, at + 2) == "any" => (at, at + 2),
            ("missing", next) if article(next) => (at, at + 1),
            ("for", "whom" | "which")
                if matches!(lower(tokens, at + 2), "we" | "there")
                    && matches!(
                        lower(tokens, at + 3),
                        "hold" | "have" | "keep" | "is" | "know" | "store"
                    )
                    && lower(tokens, at + 4) == "no" =>
            {
                (at, at + 5)
            }
            _ => continue,
        };
        if lower(tokens, what) == "us" {
            what += 1;
        }
        if article(lower(tokens, what)) {
            what += 1;
        }
        let Some(used) = column(tokens, what, lexicon, catalogue) else { continue };
        if !ends(tokens, what + used) {
            continue;
        }
        let (from, have) = clause(tokens, from);
        tokens.splice(from..what, if have { ["have", "no"] } else { ["without", "a"] }.map(word));
        return;
    }
}

fn ends(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| {
        t.kind == TokenKind::Mark
            || matches!(t.lower.as_str(), "and" | "or" | "ordered" | "sorted" | "yet" | "by")
    })
}

/// Where a clause begins that says so, and whether it is the main one: "which guests did not", "guests who did not".
fn clause(tokens: &[Token], at: usize) -> (usize, bool) {
    let mut from = at;
    while from > 1
        && matches!(
            lower(tokens, from - 1),
            "do" | "does"
                | "did"
                | "has"
                | "have"
                | "had"
                | "is"
                | "are"
                | "was"
                | "were"
                | "been"
                | "nobody"
        )
    {
        from -= 1;
    }
    let verb = from < at;
    if from > 1 && matches!(lower(tokens, from - 1), "who" | "that" | "which") {
        return (from - 1, false);
    }
    // "How many guests did not": the main clause.
    (from, verb && from > 1)
}

/// "that are still going on", "still open", "have not ended yet": without the date of their end.
pub(super) fn lasting(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len() {
        let next = |n: usize| lower(tokens, at + n);
        let used = match (lower(tokens, at), next(1), next(2)) {
            ("still", "going", "on") | ("still", "in", "progress" | "force") => 3,
            ("still", "work" | "works" | "working", "here") | ("still", "with", "us") => 3,
            ("still", "work" | "works" | "working", "for") if matches!(next(3), "us") => 4,
            ("still", "open" | "running" | "ongoing" | "unfinished" | "employed", _) => 2,
            ("not", "over" | "ended" | "finished", _) => 2,
            ("ongoing" | "unfinished", _, _) => 1,
            _ => continue,
        };
        let said = next(used - 1).to_owned();
        let state = if used == 1 { lower(tokens, at).to_owned() } else { next(1).to_owned() };
        let works = matches!(said.as_str(), "us" | "here");
        let stored = !works && [&said, &state].iter().any(|w| !lexicon.values(&[w]).is_empty());
        if stored || !ends(tokens, at + used) {
            continue;
        }
        let Some(table) = spoken_of(tokens, at, lexicon) else { continue };
        let Some(words) = when(table, lexicon, catalogue, |w| is_one_of(OVER, w), true) else { continue };
        lacks(tokens, at, at + used, &words);
        return;
    }
}

/// "drivers who have left the company", "who no longer work for us": with the date of their end.
pub(super) fn gone(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len() {
        let next = |n: usize| lower(tokens, at + n);
        let mut to = match (lower(tokens, at), next(1), next(2), next(3), next(4)) {
            ("no", "longer", "work" | "works", "for" | "with", "us")
            | ("no", "longer", "working" | "employed", "for" | "by" | "with", "us") => at + 5,
            ("no", "longer", "work" | "works" | "working", "here", _) => at + 4,
            ("no", "longer", "employed" | "with", "us", _) => at + 4,
            ("have" | "has", "left", ..) => at + 2,
            ("left", ..)
                if !matches!(lower(tokens, at - 1), "have" | "has" | "had" | "the" | "on" | "is" | "are") =>
            {
                at + 1
            }
            _ => continue,
        };
        if to <= at + 2
            && matches!(lower(tokens, to), "the" | "our")
            && matches!(
                lower(tokens, to + 1),
                "company"
                    | "firm"
                    | "university"
                    | "school"
                    | "club"
                    | "organisation"
                    | "organization"
                    | "hospital"
                    | "association"
            )
        {
            to += 2;
        }
        let then = begins_time(tokens, to);
        let Some(table) = spoken_of(tokens, at, lexicon).filter(|_| then || ends(tokens, to)) else {
            continue;
        };
        let Some(words) = when(table, lexicon, catalogue, |w| is_one_of(OVER, w), true) else { continue };
        let (from, have) = clause(tokens, at);
        let said = if have || from == at && at == 2 { ["have", "a"] } else { ["with", "a"] };
        let out: Vec<Token> = said.into_iter().map(word).chain(words.iter().map(|w| word(w))).collect();
        tokens.splice(from..to, out);
        return;
    }
}

/// Says that a column is empty, in place of the words from here to there.
fn lacks(tokens: &mut Vec<Token>, at: usize, to: usize, column: &[String]) {
    let (from, have) = clause(tokens, at);
    let to = to + usize::from(lower(tokens, to) == "yet");
    let said = if have { ["have", "no"] } else { ["without", "a"] };
    let out: Vec<Token> = said.into_iter().map(word).chain(column.iter().map(|w| word(w))).collect();
    tokens.splice(from..to, out);
}

/// "drivers who have not left the company", "enrolments nobody has completed": without the date of it.
fn not_done(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len() {
        if !matches!(lower(tokens, at), "not" | "never" | "nobody") {
            continue;
        }
        let mut verb = at + 1;
        while matches!(lower(tokens, verb), "has" | "have" | "been" | "ever" | "yet") {
            verb += 1;
        }
        let helped = matches!(lower(tokens, at - 1), "has" | "have" | "had" | "are" | "is" | "were" | "was")
            || lower(tokens, at) == "nobody" && verb > at + 1;
        let Some(token) = tokens.get(verb).filter(|t| t.kind == TokenKind::Word && helped) else { continue };
        let stem = root(&token.lower);
        let mut to = verb + 1;
        if matches!(lower(tokens, to), "the" | "our" | "us")
            && matches!(lower(tokens, to + 1), "company" | "firm")
        {
            to += 2;
        }
        let participle = ["ed", "en", "ft", "ld", "nt"].iter().any(|end| token.lower.ends_with(end));
        if !participle || !ends(tokens, to) || !lexicon.values(&[&token.lower]).is_empty() {
            continue;
        }
        let Some(table) = spoken_of(tokens, at, lexicon) else { continue };
        let Some(words) = when(table, lexicon, catalogue, |w| same_root(w, &stem), true) else { continue };
        lacks(tokens, at, to, &words);
        return;
    }
}

/// "have no pool", where a column says yes or no to it: do not have a pool.
fn no_flag(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 2..tokens.len().saturating_sub(1) {
        let has = matches!(lower(tokens, at - 1), "have" | "has" | "had");
        let without =
            lower(tokens, at) == "without" || lower(tokens, at) == "no" && lower(tokens, at - 1) == "with";
        if !(has && lower(tokens, at) == "no" || without) {
            continue;
        }
        let noun = at + 1 + usize::from(article(lower(tokens, at + 1)));
        let Some(said) = tokens.get(noun) else { continue };
        let flag = lexicon.columns.iter().enumerate().any(|(table, names)| {
            names.iter().enumerate().any(|(column, name)| {
                let words: Vec<&str> = name.words.iter().map(String::as_str).collect();
                matches!(words.as_slice(), ["has" | "have", noun] if *noun == said.lemma)
                    && yes_or_no(catalogue, lexicon, ColumnRef { table, column }, false).is_some()
            })
        });
        if !flag || !ends(tokens, noun + 1) {
            continue;
        }
        let (from, that) = match (lower(tokens, at), lower(tokens, at - 1)) {
            ("without", _) => (at, true),
            (_, "with") => (at - 1, true),
            _ => (at - 1, false),
        };
        let out = ["that", "do", "not", "have", "a"].map(word);
        tokens.splice(from..noun, out.into_iter().skip(usize::from(!that)));
        return;
    }
}

/// "that still works for us, i.e. with no leaving date": the same, said twice.
fn twice(tokens: &mut Vec<Token>) {
    let Some(first) =
        (1..tokens.len()).find(|i| lower(tokens, *i) == "without" && lower(tokens, i + 1) == "a")
    else {
        return;
    };
    let Some(ie) = (first..tokens.len()).find(|i| lower(tokens, *i) == "ie") else { return };
    let (said, again) = (&tokens[first + 2..ie], &tokens[ie + 1..]);
    let again: Vec<&str> = again
        .iter()
        .map(|t| t.lower.as_str())
        .skip_while(|w| matches!(*w, "with" | "without" | "no" | "a" | "an" | "have"))
        .filter(|w| w.chars().all(char::is_alphanumeric))
        .collect();
    let said: Vec<&str> =
        said.iter().map(|t| t.lower.as_str()).filter(|w| w.chars().all(char::is_alphanumeric)).collect();
    if !again.is_empty() && said == again {
        let from = if lower(tokens, ie - 1) == "," { ie - 1 } else { ie };
        tokens.truncate(from);
    }
}
