//! Adjectives, participles and ordinals whose column the catalogue tells: "the highest grossing film", "how tall", "the
//! first order".

use super::{is_end, kept, lower, number, word};
use crate::offline::{
    lexicon::Lexicon,
    reader::same_root,
    resolve::start_column,
    words::{Token, TokenKind, measures_of, root},
};
use rowcall_core::{Catalogue, TypeKind};

/// "who get paid the least", "who earns the most": with the lowest, the highest salary.
pub(super) fn paid(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    charged(tokens, lexicon);
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

/// "Which mechanic charges the most per hour?": has the highest hourly rate, where one column tells what is charged.
fn charged(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for i in (1..tokens.len()).rev() {
        let highest = match (lower(tokens, i), lower(tokens, i + 1), lower(tokens, i + 2)) {
            ("charge" | "charges" | "charged", "the", "most") => "highest",
            ("charge" | "charges" | "charged", "the", "least") => "lowest",
            _ => continue,
        };
        let per = usize::from(matches!(lower(tokens, i + 3), "per" | "an" | "a")) * 2;
        let step = if per > 0 { lower(tokens, i + 4).to_owned() } else { String::new() };
        let end = i + 3 + per;
        let ends = tokens.get(end).is_none_or(|t| {
            t.kind == TokenKind::Mark || matches!(t.lower.as_str(), "in" | "and" | "at" | "among")
        });
        let tells = |name: &&Vec<String>| {
            name.last().is_some_and(|w| matches!(w.as_str(), "rate" | "fee" | "price" | "charge"))
                && (step.is_empty()
                    || name.iter().any(|w| w.starts_with(&step) || step == "day" && w == "daily"))
        };
        let of = |t: usize| lexicon.columns[t].iter().map(|n| &n.words).filter(tells);
        // Of those who are spoken of, or of anyone.
        let spoken = tokens.iter().find_map(|t| {
            let (table, score) = *lexicon.tables_for(&[&t.lemma]).first()?;
            (score >= 0.75 && of(table).next().is_some()).then_some(table)
        });
        let mut names: Vec<&Vec<String>> = match spoken {
            Some(table) => of(table).collect(),
            None => (0..lexicon.columns.len()).flat_map(of).collect(),
        };
        names.dedup();
        let [name] = names.as_slice() else { continue };
        if !ends {
            continue;
        }
        let that = i > 1 && matches!(lower(tokens, i - 1), "who" | "that" | "which");
        let mut said = vec![word(if that { "with" } else { "has" }), word("the"), word(highest)];
        said.extend(name.iter().map(|w| word(w)));
        tokens.splice(i - usize::from(that)..end, said);
    }
}

/// "the first order", "the last claim": the earliest, the latest.
pub(super) fn firsts(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    for i in 0..tokens.len().saturating_sub(1) {
        let which = match lower(tokens, i) {
            "first" => "earliest",
            "last" => "latest",
            _ => continue,
        };
        let noun = &tokens[i + 1];
        let rows = lexicon.tables_for(&[&noun.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
        let named = !lexicon.columns_for(&[lower(tokens, i), &noun.lemma], catalogue).is_empty();
        let dated = rows.is_some_and(|t| start_column(catalogue, lexicon, t).is_some());
        if (i == 0 || matches!(lower(tokens, i - 1), "the" | "their" | "its"))
            && noun.lower == noun.lemma
            && dated
            && !named
            && lower(tokens, i + 2) != "to"
        {
            tokens[i] = word(which);
        }
    }
}

/// Something of which its own table tells how long it is.
fn lasts(thing: &[Token], lexicon: &Lexicon) -> bool {
    let nouns = measures_of("long");
    let rows = |t: &Token| {
        let table =
            lexicon.tables_for(&[&t.lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(table, _)| *table);
        table.or_else(|| lexicon.values(&[&t.lower]).first().map(|v| v.column.table))
    };
    let tells = |table: usize| {
        lexicon.columns[table].iter().any(|name| name.words.iter().any(|w| nouns.contains(&w.as_str())))
    };
    thing.iter().rev().find_map(rows).is_some_and(tells)
}

/// "how much does the oldest one cost", "how old is it": what its cost, its age is.
pub(super) fn how_much(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
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
        // "How long does a flight take": where its duration is kept.
        ("long", "do" | "does" | "did")
            if last > 4
                && matches!(at(last - 1), "take" | "takes" | "last" | "lasts")
                && lasts(&tokens[3..last - 1], lexicon) =>
        {
            tokens.remove(last - 1);
            (measures_of("long"), 3)
        }
        (adjective, "is" | "are" | "was" | "were") => (measures_of(adjective), 3),
        _ => return,
    };
    let Some(noun) = kept(noun, lexicon) else { return };
    let asked = ["what", "is", "the"].map(word).into_iter().chain(noun).chain([word("of")]);
    tokens.splice(..from, asked);
}

/// "faculty members", "staff members": those, unless there are members of them.
pub(super) fn members(tokens: &mut Vec<Token>, lexicon: &Lexicon) {
    for i in (1..tokens.len()).rev() {
        let (noun, member) = (&tokens[i - 1], &tokens[i]);
        let rows = noun.kind == TokenKind::Word && lexicon.names_table(&noun.lemma, 0.75);
        // "log entries": the rows of a log.
        let row = member.lemma == "entry" && !lexicon.is_word("entry");
        if row && rows {
            tokens.remove(i);
            continue;
        }
        let staff = matches!(noun.lower.as_str(), "staff" | "crew" | "faculty");
        if member.lemma == "member"
            && rows
            && staff
            && lexicon.tables_for(&[&noun.lemma, "member"]).is_empty()
        {
            tokens.remove(i);
            continue;
        }
        if member.lemma == "member"
            && rows
            && lexicon.tables_for(&["member"]).first().is_none_or(|(_, s)| *s < 0.9)
            && lexicon.tables_for(&[&noun.lemma, "member"]).is_empty()
        {
            tokens.remove(i);
        }
    }
}

/// "the highest grossing film": the film with the highest gross; "which paper is the most cited": has the highest citations.
pub(super) fn doing(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    // "which paper is the most cited": which is the most cited paper.
    let asks = matches!(lower(tokens, 0), "which" | "what") && matches!(lower(tokens, 2), "is" | "was");
    if asks && lower(tokens, 3) == "the" && lower(tokens, 4) == "most" && is_end(tokens, 6) {
        let noun = tokens.remove(1);
        tokens.insert(5, noun);
    }
    for i in 1..tokens.len().saturating_sub(1) {
        let most = matches!(lower(tokens, i - 1), "highest" | "lowest" | "top" | "most" | "least");
        let verb = &tokens[i];
        let forms = verb.lower.ends_with("ing") || verb.lower.ends_with("ed");
        let rows =
            lexicon.tables_for(&[&tokens[i + 1].lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t);
        let (true, true, Some(table)) = (most, forms, rows) else { continue };
        let stem = root(&verb.lower);
        // "cited" of citations: too short for its root.
        let short = verb.lower.strip_suffix("ed").filter(|cut| cut.len() == 3);
        let of = |w: &String| {
            same_root(w, &stem) || short.is_some_and(|cut| w.starts_with(cut) && w.ends_with("tion"))
        };
        let columns = &catalogue.tables[table].columns;
        let mut found = (0..columns.len()).filter(|c| {
            columns[*c].kind.is_numeric()
                && lexicon.columns[table][*c].words.iter().any(|w| of(w) && !w.ends_with("ed"))
        });
        let Some(column) = found.next().filter(|_| found.next().is_none()) else { continue };
        let said = lexicon.columns[table][column].words.iter().find(|w| of(w));
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
pub(super) fn ordinals(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
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
        let rows = lexicon.names_table(&noun, 0.75);
        let before = i > 0 && matches!(lower(tokens, i - 1), "the" | "in" | "on" | "of" | "a" | "with");
        if numbered && !rows && before && tokens[i + 1].lower == noun {
            tokens[i] = number(n);
            tokens.swap(i, i + 1);
            continue;
        }
        // "in first place": whose finishing place is 1.
        let placed =
            matches!(noun.as_str(), "place" | "position" | "rank") && i > 0 && lower(tokens, i - 1) == "in";
        let mut places = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
            let noun = &noun;
            names.iter().enumerate().filter(move |(c, name)| {
                name.words.last() == Some(noun) && catalogue.tables[t].columns[*c].kind == TypeKind::Integer
            })
        });
        if let (true, Some((_, name)), None) = (placed, places.next(), places.next()) {
            let mut said = vec![word("with")];
            said.extend(name.words.iter().map(|w| word(w)));
            said.push(number(n));
            tokens.splice(i - 1..=i + 1, said);
            return;
        }
    }
}
