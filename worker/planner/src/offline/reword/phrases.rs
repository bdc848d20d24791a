//! Turns of phrase in plainer words, and sentences that are no sentences: "depots above 800: name and capacity", "Names
//! only.".

use super::{lower, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind, number_word, root},
};
use rowcall_core::Catalogue;

/// What is said, and plainer words for it.
const PHRASES: &[(&str, &str)] = &[
    ("home to", "with"),
    ("within each", "in each"),
    ("within every", "in each"),
    ("for every one of", "for each of"),
    ("the most times", "most often"),
    ("the greatest number of times", "most often"),
    ("responsible for", "with"),
    ("in charge of", "with"),
    ("the highest and the lowest", "the highest and lowest"),
    ("the lowest and the highest", "the lowest and highest"),
    ("the maximum and the minimum", "the maximum and minimum"),
    ("the minimum and the maximum", "the minimum and maximum"),
    ("the average and the maximum", "the average and maximum"),
    ("the largest and the smallest", "the largest and smallest"),
    ("shows up in", "is in"),
    ("show up in", "are in"),
    ("on top of", "and"),
    ("in addition to", "and"),
    ("no matter", ""),
    ("the sum total", "the total"),
    ("in total", "in total"),
    ("each one of", "each of"),
    ("every one of", "each of"),
    ("head count", "number of people"),
    ("i need", "show"),
    ("i want", "show"),
    ("i want to see", "show"),
    ("i'd like", "show"),
    ("we want", "show"),
    ("such", ""),
    ("something", ""),
    ("no longer", "not"),
    ("over all", "of all"),
    ("across all", "of all"),
    ("although", "and"),
    ("though", "and"),
    ("whereas", "and"),
    ("and what is the", "and the"),
    ("and what was the", "and the"),
    ("the biggest and the smallest", "the biggest and smallest"),
    ("the smallest and the biggest", "the smallest and biggest"),
    ("the largest and smallest", "the highest and lowest"),
    ("the biggest and smallest", "the highest and lowest"),
    ("email address", "email"),
    ("email addresses", "emails"),
    ("phone numbers", "phones"),
    ("the different", "different"),
    ("a single", "one"),
    ("along with their", "and"),
    ("together with their", "and"),
    ("along with its", "and"),
    ("together with its", "and"),
    ("followed by", "and"),
    ("as well as their", "and"),
];

/// Puts a question into plainer words.
pub(super) fn phrases(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for (said, plain) in PHRASES {
        replace(tokens, said, plain, lexicon);
    }
    named_things(tokens, lexicon, catalogue);
    happened_first(tokens, lexicon, catalogue);
    counted_pieces(tokens, lexicon, catalogue);
    months_of(tokens);
    year_of(tokens, lexicon, catalogue);
    listed_behind(tokens);
    bare_sentences(tokens);
    called(tokens);
    bounds_first(tokens, lexicon, catalogue);
    largest_by(tokens, lexicon, catalogue);
    exceeding(tokens);
    pieces(tokens, lexicon);
    that_total(tokens);
    in_stock(tokens, lexicon, catalogue);
    amounts(tokens, lexicon, catalogue);
    both_times(tokens);
    that_number(tokens);
    roles(tokens, lexicon, catalogue);
    places(tokens, lexicon);
}

/// "Name the depots …": their names.
fn named_things(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let all = matches!(lower(tokens, 1), "the" | "all" | "every" | "each");
    if lower(tokens, 0) != "name" || !all {
        return;
    }
    let rows = tokens[2..].iter().take(4).find_map(|t| {
        lexicon.tables_for(&[&t.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(table, _)| *table)
    });
    let named = rows.is_some_and(|table| {
        (0..catalogue.tables[table].columns.len())
            .any(|c| lexicon.columns[table][c].words.last().is_some_and(|w| w == "name"))
    });
    if named {
        tokens.splice(0..1, ["show", "the", "names", "of"].map(word));
    }
}

/// "Which branch was opened first?": has the earliest opening date.
fn happened_first(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(at) =
        (3..tokens.len()).find(|i| matches!(lower(tokens, *i), "first" | "last") && is_end(tokens, i + 1))
    else {
        return;
    };
    let verb = &tokens[at - 1];
    if !matches!(lower(tokens, 0), "which" | "what" | "who") || !verb.lower.ends_with("ed") {
        return;
    }
    let stem = root(&verb.lower);
    let mut found = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
        let stem = &stem;
        names.iter().enumerate().filter_map(move |(c, name)| {
            let year = name.words.iter().any(|w| w == "year");
            let timed = catalogue.tables[t].columns[c].kind.is_temporal() || year;
            (timed && name.words.iter().any(|w| root(w) == *stem)).then_some(name)
        })
    });
    let Some(name) = found.next().filter(|_| found.next().is_none()) else { return };
    let end = if lower(tokens, at) == "first" { "earliest" } else { "latest" };
    let was = usize::from(matches!(lower(tokens, at - 2), "was" | "is" | "were" | "got"));
    let said: Vec<Token> =
        ["has", "the", end].into_iter().chain(name.words.iter().map(String::as_str)).map(word).collect();
    tokens.splice(at - 1 - was..=at, said);
}

/// "How many tickets were sold", where each sale has a number of tickets: their sum.
fn counted_pieces(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 0..tokens.len().saturating_sub(2) {
        let used = match (lower(tokens, at), lower(tokens, at + 1), lower(tokens, at + 2)) {
            ("how", "many", _) => 2,
            ("total", "number", "of") => 3,
            _ => continue,
        };
        let Some(noun) = tokens.get(at + used).filter(|t| t.kind == TokenKind::Word && t.lemma != t.lower)
        else {
            continue;
        };
        let rows = lexicon.tables_for(&[&noun.lemma]).first().is_some_and(|(_, s)| *s >= 0.95);
        let mut columns = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
            let lemma = &noun.lemma;
            names.iter().enumerate().filter_map(move |(c, name)| {
                let counts = matches!(name.words.as_slice(), [number, of, thing] if number == "number" && of == "of" && thing == lemma);
                (counts && catalogue.tables[t].columns[c].kind.is_numeric()).then_some(())
            })
        });
        let one = columns.next().is_some() && columns.next().is_none();
        drop(columns);
        // How many one row has is asked of that row: "how many pages does Emma have".
        let single = tokens[at + used + 1..]
            .iter()
            .take(1)
            .any(|t| matches!(t.lower.as_str(), "does" | "do" | "has" | "is"));
        if rows || !one || single {
            continue;
        }
        let noun = tokens[at + used].clone();
        let mut out = ["sum", "of", "number", "of"].map(word).to_vec();
        out.push(noun);
        tokens.splice(at..=at + used, out);
        return;
    }
}

/// "in every month of 2022": per month in 2022.
fn months_of(tokens: &mut Vec<Token>) {
    for at in 1..tokens.len().saturating_sub(2) {
        let step = matches!(lower(tokens, at), "month" | "quarter" | "week" | "day");
        let each = matches!(lower(tokens, at - 1), "each" | "every" | "per" | "by");
        let year = tokens.get(at + 2).is_some_and(|t| t.kind == TokenKind::Number && t.text.len() == 4);
        if step && each && lower(tokens, at + 1) == "of" && year {
            tokens[at + 1] = word("in");
            tokens[at - 1] = word("per");
            if at > 1 && lower(tokens, at - 2) == "in" {
                tokens.remove(at - 2);
            }
            return;
        }
    }
}

/// "per year of creation", where a date of it is kept: per year.
fn year_of(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len().saturating_sub(2) {
        let step = matches!(lower(tokens, at), "year" | "month" | "quarter");
        let each = matches!(lower(tokens, at - 1), "each" | "every" | "per" | "by");
        if !step || !each || lower(tokens, at + 1) != "of" {
            continue;
        }
        let stem = root(lower(tokens, at + 2));
        let timed = lexicon.columns.iter().enumerate().any(|(t, names)| {
            names.iter().enumerate().any(|(c, name)| {
                catalogue.tables[t].columns[c].kind.is_temporal()
                    && name.words.iter().any(|w| root(w) == stem)
            })
        });
        // "by year of birth", where that is a column.
        let kept = lexicon.columns_for(&[lower(tokens, at), &tokens[at + 2].lemma], catalogue);
        if timed && kept.first().is_none_or(|(_, s)| *s < 0.9) {
            tokens.drain(at + 1..at + 3);
            return;
        }
    }
}

fn replace(tokens: &mut Vec<Token>, said: &str, plain: &str, lexicon: &Lexicon) {
    let words: Vec<&str> = said.split(' ').collect();
    let known = words.iter().all(|w| lexicon.is_word(w));
    if known || said == plain {
        return;
    }
    for at in (0..tokens.len()).rev() {
        if (0..words.len()).all(|n| lower(tokens, at + n) == words[n]) {
            let plain = plain.split(' ').filter(|w| !w.is_empty()).map(word);
            tokens.splice(at..at + words.len(), plain);
        }
    }
}

fn is_mark(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| t.kind == TokenKind::Mark)
}

fn is_end(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|t| matches!(t.text.as_str(), "." | "?" | "!" | ";"))
}

/// A verb that asks, or a word that opens a question.
fn asks(word: &str) -> bool {
    const WORDS: &str = "add also are calculate compute consider considering count did display do does exclude excluding \
        find for get give group how ignore in include including is leave limit list name order ordered output please print \
        provide rank report return round say select show sort sorted tell use what when where which who whose";
    WORDS.split_ascii_whitespace().any(|w| w == word)
}

/// "Depots above 800: name and capacity": the name and capacity of depots above 800.
fn listed_behind(tokens: &mut Vec<Token>) {
    let Some(at) = (2..tokens.len())
        .find(|i| matches!(tokens[*i].text.as_str(), ":" | "?") && tokens[*i].kind == TokenKind::Mark)
    else {
        return;
    };
    if tokens[at].text != ":" {
        return;
    }
    let end = (at + 1..tokens.len()).find(|i| is_end(tokens, *i)).unwrap_or(tokens.len());
    if tokens[..at].iter().any(|t| matches!(t.text.as_str(), "." | "?")) {
        return;
    }
    let mut what = tokens[at + 1..end].to_vec();
    // "what are their names"
    let asked = matches!(
        (what.first().map(|t| t.lower.as_str()), what.get(1).map(|t| t.lower.as_str())),
        (Some("what"), Some("is" | "are" | "was" | "were")) | (Some("give" | "show"), Some("me"))
    );
    if asked {
        what.drain(..2);
    } else if matches!(what.first().map(|t| t.lower.as_str()), Some("list" | "show" | "give" | "return")) {
        what.remove(0);
    }
    what.retain(|t| !matches!(t.lower.as_str(), "their" | "its" | "his" | "her"));
    let verb = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "is" | "are"
                | "was"
                | "were"
                | "has"
                | "have"
                | "had"
                | "which"
                | "who"
                | "how"
                | "what"
                | "that"
                | "do"
                | "does"
        )
    };
    if what.is_empty() || what.len() > 12 || what.iter().any(|t| verb(t) || t.kind == TokenKind::Number) {
        return;
    }
    let opens = matches!(lower(tokens, 0), "show" | "list" | "find" | "give" | "return" | "display" | "get");
    let from = if opens { 1 + usize::from(lower(tokens, 1) == "me") } else { 0 };
    let asking = asks(lower(tokens, from)) || matches!(lower(tokens, from), "the" if from == 0 && at < 3);
    if asking && !matches!(lower(tokens, from), "only" | "name") {
        // "Which depots …: name and capacity": a sentence of its own.
        if !opens {
            tokens[at] =
                Token { text: ".".into(), lower: ".".into(), lemma: ".".into(), kind: TokenKind::Mark };
            tokens.insert(at + 1, word("show"));
        }
        return;
    }
    let rows = tokens[from..at].to_vec();
    let mut out = vec![word("show")];
    out.extend(what);
    out.push(word("of"));
    out.extend(rows);
    out.extend(tokens[end..].iter().cloned());
    *tokens = out;
}

/// "… Name and salary.", "… Names only.": those are shown.
fn bare_sentences(tokens: &mut Vec<Token>) {
    let Some(end) = (1..tokens.len().saturating_sub(1))
        .rev()
        .find(|i| matches!(tokens[*i].text.as_str(), "." | "?" | ";") && tokens[*i].kind == TokenKind::Mark)
    else {
        return;
    };
    let rest = &tokens[end + 1..];
    let words: Vec<&Token> = rest.iter().filter(|t| t.kind == TokenKind::Word).collect();
    let verbless = words.iter().all(|t| {
        !asks(&t.lower)
            && !matches!(
                t.lower.as_str(),
                "is" | "are"
                    | "was"
                    | "were"
                    | "has"
                    | "have"
                    | "had"
                    | "by"
                    | "than"
                    | "not"
                    | "no"
                    | "should"
                    | "with"
                    | "per"
                    | "each"
                    | "every"
                    | "from"
            )
    });
    if words.is_empty() || words.len() > 8 || !verbless || rest.iter().any(|t| t.kind == TokenKind::Number) {
        return;
    }
    if let Some(only) = (end + 1..tokens.len()).find(|i| lower(tokens, *i) == "only") {
        tokens.remove(only);
    }
    tokens.insert(end + 1, word("show"));
}

/// "What is the heaviest animal called?": its name.
fn called(tokens: &mut Vec<Token>) {
    let Some(at) = (3..tokens.len()).find(|i| lower(tokens, *i) == "called" && is_end(tokens, i + 1)) else {
        return;
    };
    if lower(tokens, 0) == "what" && matches!(lower(tokens, 1), "is" | "are" | "was" | "were" | "'s") {
        tokens.remove(at);
        tokens.splice(2..2, ["the", "name", "of"].map(word));
    }
}

fn is_number(token: Option<&Token>) -> bool {
    token.is_some_and(|t| t.kind == TokenKind::Number || number_word(&t.lower).is_some())
}

/// "have between 5 and 10 years of experience": with years of experience between 5 and 10.
fn bounds_first(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 1..tokens.len().saturating_sub(4) {
        let has = matches!(lower(tokens, at - 1), "have" | "has" | "with" | "had" | "having");
        let bounds = lower(tokens, at) == "between"
            && is_number(tokens.get(at + 1))
            && lower(tokens, at + 2) == "and"
            && is_number(tokens.get(at + 3));
        if !has || !bounds {
            continue;
        }
        for used in [3, 2, 1] {
            let Some(range) = tokens.get(at + 4..at + 4 + used) else { continue };
            if range.iter().any(|t| t.kind != TokenKind::Word) {
                continue;
            }
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let numeric = lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, s)| {
                *s >= 0.8 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
            if numeric {
                tokens[at - 1] = word("with");
                tokens[at..at + 4 + used].rotate_right(used);
                return;
            }
        }
    }
}

/// "the biggest stadium by capacity": the stadium with the highest capacity.
fn largest_by(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in 0..tokens.len().saturating_sub(3) {
        let most = match lower(tokens, at) {
            "biggest" | "largest" | "longest" | "highest" | "greatest" | "top" | "tallest" | "best"
            | "heaviest" => "highest",
            "smallest" | "shortest" | "lowest" | "worst" | "lightest" => "lowest",
            _ => continue,
        };
        let rows = lexicon.tables_for(&[&tokens[at + 1].lemma]).first().is_some_and(|(_, s)| *s >= 0.75)
            && tokens[at + 1].lower == tokens[at + 1].lemma;
        let by = match (lower(tokens, at + 2), lower(tokens, at + 3), lower(tokens, at + 4)) {
            ("by", _, _) => 3,
            ("in", "terms", "of") => 5,
            ("measured", "by", _) => 4,
            ("when", "measured", "by") => 5,
            _ => continue,
        };
        if !rows {
            continue;
        }
        for used in [3, 2, 1] {
            let Some(range) = tokens.get(at + by..at + by + used) else { continue };
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let found = lexicon.columns_for(&phrase, catalogue);
            let numeric = found.first().is_some_and(|(c, s)| {
                *s >= 0.7 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            });
            if numeric && range.iter().all(|t| t.kind == TokenKind::Word) {
                let mut out = vec![tokens[at + 1].clone()];
                out.extend(["with", "the", most].map(word));
                out.extend(range.iter().cloned());
                tokens.splice(at..at + by + used, out);
                return;
            }
        }
    }
}

/// "the most expensive piece of equipment": the most expensive equipment.
fn pieces(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for at in (0..tokens.len().saturating_sub(2)).rev() {
        let piece = tokens[at].lemma == "piece" && lower(tokens, at + 1) == "of" && !lexicon.is_word("piece");
        let rows = lexicon.tables_for(&[&tokens[at + 2].lemma]).first().is_some_and(|(_, s)| *s >= 0.75);
        if piece && rows {
            tokens.drain(at..at + 2);
        }
    }
}

/// "with the highest total price, and also that total": and the number.
fn that_total(tokens: &mut Vec<Token>) {
    let most = |t: &Token| {
        matches!(
            t.lower.as_str(),
            "highest" | "lowest" | "largest" | "most" | "smallest" | "biggest" | "best"
        )
    };
    for at in 2..tokens.len().saturating_sub(1) {
        let joins = match (lower(tokens, at), lower(tokens, at + 1)) {
            ("and", "also") | ("together", "with") | ("along", "with") => 2,
            ("and" | "with", _) => 1,
            _ => continue,
        };
        let that = matches!(lower(tokens, at + joins), "that" | "this" | "the");
        let number =
            matches!(lower(tokens, at + joins + 1), "total" | "sum" | "average" | "amount" | "value");
        if that && number && is_end(tokens, at + joins + 2) && tokens[..at].iter().any(most) {
            tokens.splice(at..at + joins + 2, ["and", "the", "number"].map(word));
            return;
        }
    }
}

/// "exceed an amount of 200": with an amount of more than 200.
fn exceeding(tokens: &mut Vec<Token>) {
    for at in 1..tokens.len().saturating_sub(4) {
        let exceeds = matches!(lower(tokens, at), "exceed" | "exceeds" | "exceeding" | "exceeded");
        let article = matches!(lower(tokens, at + 1), "a" | "an" | "the");
        let Some(of) = (at + 3..tokens.len().min(at + 6)).find(|n| lower(tokens, *n) == "of") else {
            continue;
        };
        if exceeds && article && is_number(tokens.get(of + 1)) {
            tokens.splice(of..=of, ["of", "more", "than"].map(word));
            tokens[at] = word("with");
            return;
        }
    }
}

/// "with less than 10 in stock": with a stock of less than 10. "out of stock": with a stock of 0.
fn in_stock(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let numeric = |t: Option<&Token>| {
        t.is_some_and(|t| {
            t.kind == TokenKind::Word
                && lexicon.columns_for(&[&t.lemma], catalogue).first().is_some_and(|(c, s)| {
                    *s >= 0.9 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
                })
        })
    };
    for at in 1..tokens.len().saturating_sub(2) {
        if lower(tokens, at) == "out" && lower(tokens, at + 1) == "of" && numeric(tokens.get(at + 2)) {
            let noun = tokens[at + 2].clone();
            let zero =
                Token { text: "0".into(), lower: "0".into(), lemma: "0".into(), kind: TokenKind::Number };
            tokens.splice(at..at + 3, [word("with"), noun, word("equal"), word("to"), zero]);
            return;
        }
        let more = matches!(lower(tokens, at), "less" | "more" | "fewer") && lower(tokens, at + 1) == "than";
        if more
            && is_number(tokens.get(at + 2))
            && lower(tokens, at + 3) == "in"
            && numeric(tokens.get(at + 4))
        {
            tokens.remove(at + 3);
            tokens[at..at + 4].rotate_right(1);
            return;
        }
    }
}

/// "the total amount of late fees": the total late fees.
fn amounts(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let total = matches!(lower(tokens, at - 1), "total" | "highest" | "largest" | "lowest" | "average");
        if !total || lower(tokens, at) != "amount" || lower(tokens, at + 1) != "of" {
            continue;
        }
        let numeric = [2, 1].into_iter().any(|used| {
            let Some(range) = tokens.get(at + 2..at + 2 + used) else { return false };
            let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
            let table = lexicon.tables_for(&phrase).first().is_some_and(|(_, s)| *s >= 0.75);
            lexicon.columns_for(&phrase, catalogue).first().is_some_and(|(c, s)| {
                !table && *s >= 0.75 && catalogue.tables[c.table].columns[c.column].kind.is_numeric()
            })
        });
        if numeric {
            tokens.drain(at..at + 2);
        }
    }
}

/// "both for A and for B": for both A and B.
fn both_times(tokens: &mut Vec<Token>) {
    for at in 0..tokens.len().saturating_sub(4) {
        let preposition = lower(tokens, at + 1).to_owned();
        let fits = matches!(preposition.as_str(), "for" | "in" | "on" | "to" | "from" | "with" | "by" | "at");
        if lower(tokens, at) != "both" || !fits {
            continue;
        }
        let second = (at + 3..tokens.len().saturating_sub(1).min(at + 9))
            .find(|i| lower(tokens, *i) == "and" && lower(tokens, i + 1) == preposition);
        let Some(second) = second else { continue };
        tokens.remove(second + 1);
        tokens.swap(at, at + 1);
        return;
    }
}

/// "Show branch names and counts": the number.
fn that_number(tokens: &mut [Token]) {
    for at in 1..tokens.len() {
        let ends = is_mark(tokens, at + 1) || lower(tokens, at + 1) == "for";
        if matches!(lower(tokens, at), "counts" | "tally") && ends && lower(tokens, at - 1) == "and" {
            tokens[at] = word("number");
        }
    }
}

/// "their home branch", where nothing else ties members to branches: their branch.
fn roles(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (0..tokens.len().saturating_sub(1)).rev() {
        let (role, noun) = (&tokens[at], &tokens[at + 1]);
        if role.kind != TokenKind::Word || noun.kind != TokenKind::Word {
            continue;
        }
        let Some((to, score)) = lexicon.tables_for(&[&noun.lemma]).first().copied() else { continue };
        let edges = &lexicon.prepared.graph.edges;
        let tied = |e: &&rowcall_plan::Edge| {
            let columns = &catalogue.tables[e.from].columns;
            e.to == to
                && e.from != to
                && e.from_columns.len() == 1
                && columns.iter().position(|c| c.name == e.from_columns[0]).is_some_and(|c| {
                    lexicon.columns[e.from][c].words.first().is_some_and(|w| *w == role.lemma)
                })
        };
        let mut found = edges.iter().filter(tied);
        let Some(edge) = found.next().filter(|_| found.next().is_none()) else { continue };
        let alone = edges.iter().filter(|e| (e.from, e.to) == (edge.from, edge.to)).count() == 1;
        let other = lexicon.tables_for(&[&role.lemma]).first().is_some_and(|(_, s)| *s >= 0.75)
            || lexicon.tables_for(&[&role.lemma, &noun.lemma]).first().is_some_and(|(_, s)| *s >= 0.9)
            || !lexicon.values(&[&role.lower]).is_empty();
        if score >= 0.75 && alone && !other {
            tokens.remove(at);
        }
    }
}

/// "in the league", "at the shelter": where all of it is kept.
fn places(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    const WHOLES: &str = "business catalog catalogue cinema clinic company dataset database firm hospital hotel \
        institution league library museum network organisation organization portfolio register registry restaurant school \
        shelter shop store system university warehouse zoo";
    for at in (1..tokens.len().saturating_sub(2)).rev() {
        let placing = matches!(lower(tokens, at), "in" | "at" | "of" | "on");
        let article = matches!(lower(tokens, at + 1), "the" | "our" | "this");
        let whole = lower(tokens, at + 2).to_owned();
        let known = lexicon.is_word(&whole) || !lexicon.values(&[&whole]).is_empty();
        if placing
            && article
            && !known
            && is_mark(tokens, at + 3)
            && WHOLES.split_ascii_whitespace().any(|w| w == whole)
        {
            tokens.drain(at..at + 3);
        }
    }
}
