//! The most of what is added up: "the clients who paid the most commission" are those with the highest total commission,
//! where several amounts of it belong to each.

use super::{is_end, lower, word};
use crate::offline::{
    amounts::amount_column,
    lexicon::Lexicon,
    resolve::World,
    words::{Token, TokenKind, is_link_verb},
};
use rowcall_core::Catalogue;

/// Verbs for having a part of a sum.
const HAVE: &str = "accumulated bring brought collect collected contributed donate donated earn earned gained gather gathered \
    generate generated get got had has have incurred made make paid pay produced raise raised received receive score scored \
    spend spent take took won";

/// Words for how much something comes to or how large it is.
const SIZES: [&str; 12] = [
    "amount",
    "area",
    "balance",
    "budget",
    "capacity",
    "cost",
    "fee",
    "population",
    "price",
    "size",
    "total",
    "value",
];

/// "the largest order", "which customer placed the biggest order", "which order was the largest": of what happened, the one
/// that comes to most.
fn largest_of(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    let table = |tokens: &[Token], n: usize| {
        let found = lexicon.tables_for(&[&tokens.get(n)?.lemma]);
        found.first().filter(|(_, score)| *score >= 0.9).map(|(t, _)| *t)
    };
    for at in 0..tokens.len().saturating_sub(1) {
        let highest = match lower(tokens, at) {
            "largest" | "biggest" => "highest",
            "smallest" => "lowest",
            _ => continue,
        };
        // "the largest student loan"
        let told = tokens.get(at + 1).is_some_and(|t| !lexicon.values(&[&t.lower]).is_empty());
        let ends = is_end(tokens, at + 1) && at > 3 && matches!(lower(tokens, at - 2), "is" | "was");
        let noun = if ends { at - 3 } else { at + 1 + usize::from(told && table(tokens, at + 1).is_none()) };
        let Some(rows) = table(tokens, noun) else { continue };
        let world = World::new(catalogue, lexicon, &[]);
        let numeric = |phrase: &[&str]| {
            let found = lexicon.columns_for(phrase, catalogue).into_iter().find(|(c, _)| c.table == rows);
            found
                .filter(|(c, s)| *s >= 0.75 && world.column(*c).kind.is_numeric() && !world.is_key(*c))
                .map(|(c, _)| c)
        };
        // "the largest loan amount"
        let goes_on = tokens.get(noun + 1).filter(|t| !ends && t.kind == TokenKind::Word);
        if goes_on.is_some_and(|t| numeric(&[&t.lemma]).is_some()) {
            tokens[at] = word(highest);
            return;
        }
        // "the amount of the largest loan": by just that.
        let of = at > 3 && lower(tokens, at - 1) == "the" && lower(tokens, at - 2) == "of";
        let asked = tokens.get(at.wrapping_sub(3)).filter(|t| of && SIZES.contains(&t.lemma.as_str()));
        let asked = asked.and_then(|t| numeric(&[&t.lemma]));
        let sized = world.size_column(rows).is_some() || world.height_column(rows).is_some();
        let usual = || amount_column(rows, lexicon, catalogue).filter(|_| !sized);
        let Some(amount) = asked.or_else(usual) else { continue };
        let name = lexicon.columns[amount.table][amount.column].words.iter().map(|w| word(w));
        if ends {
            let said: Vec<Token> = ["has", "the", highest].map(word).into_iter().chain(name).collect();
            tokens.splice(at - 2..=at, said);
            return;
        }
        let verb = lower(tokens, at.saturating_sub(2));
        let holds = HAVE.split_ascii_whitespace().any(|w| w == verb) || is_link_verb(verb);
        let asks = matches!(lower(tokens, 0), "which" | "who" | "what") && at > 2;
        let others = asks && (1..at - 2).find_map(|n| table(tokens, n)) != Some(rows);
        if noun == at + 1 && holds && lower(tokens, at - 1) == "the" && others {
            let said: Vec<Token> = ["has", "the", highest].map(word).into_iter().chain(name).collect();
            tokens.splice(at - 2..at + 2, said);
        } else {
            let things = tokens[at + 1..=noun].to_vec();
            let said = things.into_iter().chain(["with", "the", highest].map(word)).chain(name);
            tokens.splice(at..=noun, said.collect::<Vec<_>>());
        }
        return;
    }
}

/// Asks for the highest total.
pub(super) fn additions(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    largest_of(tokens, lexicon, catalogue);
    let Some(most) = (2..tokens.len())
        .find(|at| matches!(lower(tokens, *at), "most" | "least") && lower(tokens, at - 1) == "the")
    else {
        return;
    };
    let verb = tokens[most - 2].lemma.as_str();
    let asks = matches!(lower(tokens, 0), "which" | "who" | "what");
    let term = tokens.get(most + 1).is_some_and(|t| lexicon.term(&[&t.lemma]).is_some());
    if term && asks && HAVE.split_ascii_whitespace().any(|w| w == verb) {
        let highest = if lower(tokens, most) == "most" { "highest" } else { "lowest" };
        tokens[most] = word(highest);
        tokens[most - 2] = word("has");
        return;
    }
    let holds = HAVE.split_ascii_whitespace().any(|w| w == verb) || is_link_verb(verb);
    if !holds || !asks {
        return;
    }
    // The column, by one or two words, and that it is no table.
    let Some((n, column)) = [2, 1].into_iter().find_map(|n| {
        let said: Vec<&str> = tokens.get(most + 1..most + 1 + n)?.iter().map(|t| t.lemma.as_str()).collect();
        let plain = tokens[most + 1..most + 1 + n].iter().all(|t| t.kind == TokenKind::Word);
        let (column, score) = *lexicon.columns_for(&said, catalogue).first()?;
        let rows = lexicon.tables_for(&said).first().is_some_and(|(_, s)| *s >= 0.75);
        (plain && score >= 0.9 && !rows).then_some((n, column))
    }) else {
        return;
    };
    let world = World::new(catalogue, lexicon, &[]);
    let kind = catalogue.tables[column.table].columns[column.column].kind;
    if !kind.is_numeric() || !world.adds_up(column) {
        return;
    }
    // Whose sums they are: rows of another table, each of which has several, or a value that many of its own rows share.
    let whose = (1..most - 2).find_map(|at| {
        let found = lexicon.tables_for(&[&tokens[at].lemma]);
        found.first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
    });
    let several = |t: usize| {
        let graph = &lexicon.prepared.graph;
        t != column.table
            && graph.path(column.table, t, true, None).is_some()
            && graph.path(t, column.table, true, None).is_none()
    };
    let shares = |at: usize| {
        let found = lexicon.columns_for(&[&tokens[at].lemma], catalogue);
        let own = found.iter().find(|(c, s)| *s >= 0.8 && c.table == column.table);
        own.is_some_and(|(c, _)| world.groups_rows(*c) && world.repeats(*c))
    };
    let fits = match whose {
        Some(table) => several(table),
        None => (1..most - 2).any(shares),
    };
    if !fits {
        return;
    }
    let highest = if lower(tokens, most) == "most" { "highest" } else { "lowest" };
    let end = most + 1 + n;
    let in_total = lower(tokens, end) == "in" && lower(tokens, end + 1) == "total";
    let altogether = matches!(lower(tokens, end), "altogether" | "overall");
    let used = if in_total { 2 } else { usize::from(altogether) };
    tokens.drain(end..end + used);
    tokens.splice(most..=most, [word(highest), word("total")]);
    let auxiliary = usize::from(matches!(lower(tokens, most - 3), "have" | "has" | "had"));
    tokens.splice(most - 2 - auxiliary..most - 1, [word("has")]);
}
