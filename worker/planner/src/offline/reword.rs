//! Ways of asking that are put into plainer words before anything is read: "on average, how many", "booked more than
//! twice", "on the third floor". They are the same in any database; which table a verb speaks of, the catalogue says.

use super::{
    lexicon::Lexicon,
    plural,
    reader::same_root,
    resolve::start_column,
    words::{Token, TokenKind, lemma, number_word, root},
};
use rowcall_core::{Catalogue, TypeKind};

/// Puts a question into plainer words.
pub(super) fn reword(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    opening(tokens);
    everything(tokens, lexicon);
    ranking(tokens, lexicon);
    on_average(tokens, lexicon);
    times(tokens, lexicon, catalogue);
    ordinals(tokens, lexicon, catalogue);
    asides(tokens);
    took_place(tokens);
    letters(tokens);
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

fn word(text: &str) -> Token {
    Token { text: text.to_owned(), lower: text.to_owned(), lemma: lemma(text), kind: TokenKind::Word }
}

fn number(n: i64) -> Token {
    let text = n.to_string();
    Token { lower: text.clone(), lemma: text.clone(), text, kind: TokenKind::Number }
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

/// "all the information about customers", "customer details": every column of theirs.
fn everything(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let all = |t: &str| {
        matches!(t, "information" | "info" | "everything")
            || matches!(t, "details" | "detail") && !lexicon.is_word("detail")
    };
    let rows = |tokens: &[Token], at: usize| {
        let last = tokens.get(at).map_or("", |t| t.lemma.as_str());
        lexicon.tables_for(&[last]).first().is_some_and(|(_, s)| *s >= 0.75)
    };
    for i in 0..tokens.len() {
        let said = lower(tokens, i);
        let columns = matches!(said, "columns" | "fields" | "data") && i > 0;
        if !(all(said) || columns) {
            continue;
        }
        // "all the", "the full"
        let start = (0..i)
            .rev()
            .take_while(|b| matches!(lower(tokens, *b), "all" | "the" | "full" | "complete" | "entire"))
            .last()
            .unwrap_or(i);
        let whole = all(said) || start < i && lower(tokens, start) == "all";
        let of = matches!(lower(tokens, i + 1), "of" | "about" | "on" | "for" | "regarding" | "from");
        let mut noun = i + 2;
        while matches!(lower(tokens, noun), "all" | "the" | "each" | "every" | "any" | "of") {
            noun += 1;
        }
        if whole && of && rows(tokens, noun) {
            tokens.splice(start..noun, ["everything", "of"].map(word));
            return;
        }
        // "all customer information"
        let shows = i > 1 && matches!(lower(tokens, i - 2), "all" | "the" | "show" | "list" | "give" | "me");
        let ends = tokens.get(i + 1).is_none_or(|t| t.kind == TokenKind::Mark);
        if all(said) && shows && ends && rows(tokens, i - 1) && said != "everything" {
            let noun = tokens[i - 1].clone();
            tokens.splice(i - 1..=i, [word("everything"), word("of"), noun]);
            return;
        }
    }
}

/// "Rank the products by price", "the rank of each product by price".
fn ranking(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for i in 0..tokens.len() {
        let of = usize::from(lower(tokens, i + 1) == "of");
        let all = matches!(lower(tokens, i + 1 + of), "the" | "all" | "each" | "every");
        let told = i == 0 && of == 0 || of == 1 && lower(tokens, i + 2) != "the" && !lexicon.is_word("rank");
        let by = tokens[i..].iter().any(|t| t.lower == "by");
        if matches!(lower(tokens, i), "rank" | "ranking") && all && told && by {
            tokens.splice(i..i + 2 + of, ["ranking", "of"].map(word));
            return;
        }
    }
}

/// "How many orders does a customer make on average?": the average number of orders that each customer makes.
fn on_average(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let pair = |tokens: &[Token], a: &str, b: &str| {
        (0..tokens.len()).find(|i| lower(tokens, *i) == a && lower(tokens, i + 1) == b)
    };
    if let (Some(at), Some(_)) = (pair(tokens, "on", "average"), pair(tokens, "how", "many")) {
        let after = usize::from(lower(tokens, at + 2) == ",");
        tokens.drain(at..at + 2 + after);
        if at > 0 && lower(tokens, at - 1) == "," {
            tokens.remove(at - 1);
        }
        if let Some(many) = pair(tokens, "how", "many") {
            tokens.splice(many..many + 2, ["average", "number", "of"].map(word));
        }
    }
    let Some(at) = pair(tokens, "average", "number") else { return };
    let split = |t: &Token| matches!(t.lower.as_str(), "each" | "every" | "per" | "by" | "for");
    if tokens[at..].iter().any(split) {
        return;
    }
    let one = (at..tokens.len()).find(|i| {
        let rows =
            tokens.get(i + 1).and_then(|t| lexicon.tables_for(&[&t.lemma]).first().map(|(_, s)| *s >= 0.9));
        matches!(lower(tokens, *i), "a" | "an" | "one") && rows == Some(true)
    });
    if let Some(one) = one {
        tokens[one] = word("each");
    }
}

/// "booked more than twice", "how many times was it booked": bookings are counted.
fn times(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let Some(table) = happening(tokens, lexicon, catalogue) else { return };

    for i in (1..tokens.len()).rev() {
        let n = match lower(tokens, i) {
            "once" => 1,
            "twice" => 2,
            _ => continue,
        };
        if matches!(lower(tokens, i - 1), "than" | "least" | "most" | "exactly" | "only") {
            tokens.splice(i..=i, [number(n), word("times")]);
        }
    }
    for i in (1..tokens.len()).rev() {
        let counted = tokens[i - 1].kind == TokenKind::Number
            || number_word(lower(tokens, i - 1)).is_some()
            || lower(tokens, i - 1) == "many";
        if !counted || !matches!(lower(tokens, i), "times" | "time") {
            continue;
        }
        if i > 1 && lower(tokens, i - 2) == "for" {
            tokens.remove(i - 2);
            return times(tokens, lexicon, catalogue);
        }
        let words = &lexicon.tables[table].words;
        let noun = plural(&words.join(" "));
        tokens.splice(i..=i, noun.split(' ').map(word));
    }
}

/// The table of what is said to happen: called after a verb of the question, or the only one whose rows belong to the
/// one thing that is spoken of.
fn happening(tokens: &[Token], lexicon: &Lexicon, catalogue: &Catalogue) -> Option<usize> {
    let nouns = |t: &usize| {
        let words = &lexicon.tables[*t].words;
        !words.iter().any(|w| w.ends_with("ed") || matches!(w.as_str(), "in" | "of" | "for" | "to" | "by"))
    };
    let all = || (0..lexicon.tables.len()).filter(nouns);
    let verbs = tokens.iter().filter(|t| t.kind == TokenKind::Word && t.lower.len() > 3);
    // "reopened more than once", where that is counted already.
    let kept = |verb: &Token| {
        let stem = root(&verb.lower);
        catalogue.tables.iter().zip(&lexicon.columns).any(|(table, names)| {
            table.columns.iter().zip(names).any(|(column, name)| {
                column.kind.is_numeric()
                    && name.words.len() > 1
                    && name.words.iter().any(|w| w == "count" || w == "number")
                    && name.words.iter().any(|w| same_root(w, &stem))
            })
        })
    };
    if verbs.clone().any(|t| t.lower.ends_with("ed") && kept(t)) {
        return None;
    }
    let named = verbs.clone().filter(|t| t.lower.ends_with("ed")).find_map(|verb| {
        let stem = root(&verb.lower);
        let mut found =
            all().filter(|t| lexicon.tables[*t].words.last().is_some_and(|w| same_root(w, &stem)));
        found.next().filter(|_| found.next().is_none())
    });
    if named.is_some() {
        return named;
    }
    let mut things: Vec<usize> = Vec::new();
    for token in tokens.iter().filter(|t| t.kind == TokenKind::Word) {
        let spoken = lexicon.tables_for(&[&token.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
        let capital = token.text.starts_with(char::is_uppercase);
        let valued = || lexicon.values(&[&token.lower]).first().filter(|_| capital).map(|v| v.column.table);
        if let Some(t) = spoken.or_else(valued)
            && !things.contains(&t)
        {
            things.push(t);
        }
    }
    let [thing] = things.as_slice() else { return None };
    let mut below: Vec<usize> = lexicon
        .prepared
        .graph
        .edges
        .iter()
        .filter(|e| e.to == *thing && e.from != *thing && nouns(&e.from))
        .map(|e| e.from)
        .collect();
    below.dedup();
    match below.as_slice() {
        [one] => Some(*one),
        _ => None,
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

/// "who get paid the least", "who earns the most": with the lowest, the highest salary.
fn paid(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let Some(noun) = ["salary", "wage", "pay", "income"].into_iter().find(|n| lexicon.is_word(n)) else {
        return;
    };
    for i in (1..tokens.len()).rev() {
        let highest = match lower(tokens, i + 2) {
            "most" => "highest",
            "least" => "lowest",
            _ => continue,
        };
        let passive = lower(tokens, i) == "paid"
            && matches!(lower(tokens, i - 1), "get" | "gets" | "is" | "are" | "was" | "were" | "being");
        let verb = matches!(lower(tokens, i), "earn" | "earns" | "earned" | "makes" | "make" | "earning");
        let ends = tokens.get(i + 3).is_none_or(|t| {
            t.kind == TokenKind::Mark || matches!(t.lower.as_str(), "money" | "in" | "and" | "at")
        });
        if !(passive || verb) || lower(tokens, i + 1) != "the" || !ends {
            continue;
        }
        let mut start = if passive { i - 1 } else { i };
        if start > 0 && matches!(lower(tokens, start - 1), "who" | "that" | "which") && start > 1 {
            start -= 1;
        }
        let end = i + 3 + usize::from(lower(tokens, i + 3) == "money");
        let with = if start == 1 && matches!(lower(tokens, 0), "who") { "has" } else { "with" };
        tokens.splice(start..end, [with, "the", highest, noun].map(word));
    }
}

/// "the first order", "the last claim": the earliest, the latest.
fn firsts(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for i in 1..tokens.len().saturating_sub(1) {
        let which = match lower(tokens, i) {
            "first" => "earliest",
            "last" => "latest",
            _ => continue,
        };
        let noun = &tokens[i + 1];
        let rows = lexicon.tables_for(&[&noun.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
        let named = !lexicon.columns_for(&[lower(tokens, i), &noun.lemma], catalogue).is_empty();
        let dated = rows.is_some_and(|t| start_column(catalogue, lexicon, t).is_some());
        if matches!(lower(tokens, i - 1), "the" | "their" | "its")
            && noun.lower == noun.lemma
            && dated
            && !named
        {
            tokens[i] = word(which);
        }
    }
}

/// "how much does the oldest one cost", "how old is it": what its cost, its age is.
fn how_much(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    let at = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    if at(0) != "how" {
        return;
    }
    let marks = tokens.iter().rev().take_while(|t| t.kind == TokenKind::Mark).count();
    let last = tokens.len() - marks;
    let (noun, from) = match (at(1), at(2)) {
        ("much", "do" | "does" | "did") if last > 4 && matches!(at(last - 1), "cost" | "costs") => {
            tokens.remove(last - 1);
            (["cost", "price", "fee", "amount"].as_slice(), 3)
        }
        ("old", "is" | "are" | "was" | "were") => (["age"].as_slice(), 3),
        ("tall" | "high", "is" | "are" | "was" | "were") => (["height"].as_slice(), 3),
        ("heavy", "is" | "are" | "was" | "were") => (["weight"].as_slice(), 3),
        ("long", "is" | "are" | "was" | "were") => (["length", "duration", "distance"].as_slice(), 3),
        ("far", "is" | "are" | "was" | "were") => (["distance", "length"].as_slice(), 3),
        ("fast", "is" | "are" | "was" | "were") => (["speed"].as_slice(), 3),
        ("deep", "is" | "are" | "was" | "were") => (["depth"].as_slice(), 3),
        ("wide", "is" | "are" | "was" | "were") => (["width"].as_slice(), 3),
        ("expensive", "is" | "are" | "was" | "were") => (["price", "cost", "fee"].as_slice(), 3),
        ("large" | "big", "is" | "are" | "was" | "were") => {
            (["size", "area", "capacity", "population"].as_slice(), 3)
        }
        _ => return,
    };
    let Some(noun) = noun.iter().find(|n| lexicon.is_word(n)) else { return };
    let asked = ["what", "is", "the", noun, "of"].map(word);
    tokens.splice(..from, asked);
}

/// "the employees with their titles": those too. "in a single order": in an order.
fn with_their(tokens: &mut Vec<Token>) {
    for i in (1..tokens.len()).rev() {
        if lower(tokens, i) == "single" && matches!(lower(tokens, i - 1), "a" | "any" | "one") {
            tokens.remove(i);
        }
    }
    let Some(at) = (2..tokens.len())
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

/// "starting with A", "contains the letter e": a text, not an article.
fn letters(tokens: &mut [Token]) {
    for i in 1..tokens.len() {
        let (before, second) = (lower(tokens, i - 1), if i > 1 { lower(tokens, i - 2) } else { "" });
        let ends = |w: &str| w.starts_with("start") || w.starts_with("begin") || w.starts_with("end");
        let told = matches!(before, "letter" | "letters" | "character") || before == "with" && ends(second);
        let letter = tokens[i].kind == TokenKind::Word && tokens[i].text.chars().count() == 1;
        let closes = tokens
            .get(i + 1)
            .is_none_or(|t| t.kind != TokenKind::Word || matches!(t.lower.as_str(), "and" | "or"));
        if told && letter && closes {
            tokens[i].kind = TokenKind::Quoted;
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

/// "faculty members", "staff members": those, unless there are members of them.
fn members(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for i in (1..tokens.len()).rev() {
        let (noun, member) = (&tokens[i - 1], &tokens[i]);
        let rows = noun.kind == TokenKind::Word
            && lexicon.tables_for(&[&noun.lemma]).first().is_some_and(|(_, s)| *s >= 0.9);
        if member.lemma == "member"
            && rows
            && lexicon.tables_for(&["member"]).first().is_none_or(|(_, s)| *s < 0.9)
            && lexicon.tables_for(&[&noun.lemma, "member"]).is_empty()
        {
            tokens.remove(i);
        }
    }
}

/// "the highest grossing film": the film with the highest gross.
fn doing(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for i in 1..tokens.len().saturating_sub(1) {
        let most = matches!(lower(tokens, i - 1), "highest" | "lowest" | "top" | "most" | "least");
        let verb = &tokens[i];
        let forms = verb.lower.ends_with("ing") || verb.lower.ends_with("ed");
        let rows =
            lexicon.tables_for(&[&tokens[i + 1].lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
        let (true, true, Some(table)) = (most, forms, rows) else { continue };
        let stem = root(&verb.lower);
        let columns = &catalogue.tables[table].columns;
        let mut found = (0..columns.len()).filter(|c| {
            columns[*c].kind.is_numeric()
                && lexicon.columns[table][*c].words.iter().any(|w| same_root(w, &stem) && !w.ends_with("ed"))
        });
        let Some(column) = found.next().filter(|_| found.next().is_none()) else { continue };
        let said = lexicon.columns[table][column].words.iter().find(|w| same_root(w, &stem));
        let (Some(said), end) =
            (said.cloned(), if lower(tokens, i - 1) == "top" { "highest" } else { lower(tokens, i - 1) })
        else {
            continue;
        };
        let end = match end {
            "most" => "highest",
            "least" => "lowest",
            other => other,
        };
        let noun = tokens[i + 1].clone();
        let with = [noun, word("with"), word("the"), word(end), word(&said)];
        tokens.splice(i - 1..=i + 1, with);
        return;
    }
}

/// "on the third floor": floor 3.
fn ordinals(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    for i in 0..tokens.len().saturating_sub(1) {
        let said = lower(tokens, i);
        let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| said.strip_suffix(end)?.parse().ok());
        let place = WORDS.iter().position(|w| *w == said).and_then(|at| i64::try_from(at + 1).ok());
        let Some(n) = place.or(digits) else { continue };
        let noun = tokens[i + 1].lemma.clone();
        let columns = lexicon.columns_for(&[&noun], catalogue);
        let numbered = columns.first().is_some_and(|(c, s)| {
            *s >= 0.95 && catalogue.tables[c.table].columns[c.column].kind == TypeKind::Integer
        });
        let rows = lexicon.tables_for(&[&noun]).first().is_some_and(|(_, s)| *s >= 0.75);
        let before = i > 0 && matches!(lower(tokens, i - 1), "the" | "in" | "on" | "of" | "a" | "with");
        if numbered && !rows && before && tokens[i + 1].lower == noun {
            tokens[i] = number(n);
            tokens.swap(i, i + 1);
        }
    }
}
