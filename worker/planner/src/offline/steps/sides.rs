//! Two rows of the same table side by side: "the departure port and the arrival port of each route", "home and away club".
//! What else is asked is read first, and the two names are put before it.

use super::{Step, written};
use crate::offline::{
    FLOOR,
    arbiter::Read,
    resolve::{ENDS, STARTS, World},
    words::{TokenKind, root},
};
use rowcall_plan::Field;

/// A reference that is one of two to the same table, and the words that tell it from the other one.
struct Side {
    from: usize,
    to: usize,
    column: String,
    roles: Vec<String>,
}

/// Where a side is spoken of.
struct Mention<'s> {
    start: usize,
    end: usize,
    side: &'s Side,
}

pub(super) fn read(step: &Step<'_>) -> Option<Read> {
    let sides = sides(step);
    let [one, two] = mentions(step, &sides)?;
    (one.side.from == two.side.from && one.side.to == two.side.to).then_some(())?;
    (one.side.column != two.side.column && two.start <= one.end + 3).then_some(())?;
    let conditions = |at: usize| {
        matches!(step.lower(at), "is" | "are" | "was" | "in" | "named" | "called" | "=" | "with" | "whose")
            || step.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Quoted)
    };
    (!conditions(one.end) && !conditions(two.end)).then_some(())?;
    let mut end = two.end;
    while matches!(step.lower(end), "and" | "," | "names" | "name" | "as" | "well") {
        end += 1;
    }
    let rest = step
        .tokens
        .get(end)
        .filter(|t| t.kind == TokenKind::Word && !matches!(t.lower.as_str(), "of" | "for"));
    let head = written(&step.tokens[..one.start]);
    let tail = written(&step.tokens[end..]);
    // With nothing else to show, the rows themselves are read.
    let alone = rest.is_none();
    let key = if alone { "id" } else { "" };
    let mut read =
        (step.read)(format!("{head} {key} {tail}").trim()).ok().filter(|r| r.certainty >= FLOOR)?;
    let plan = &mut read.plan;
    let source = step.lexicon.prepared.table(step.catalogue, &plan.source).ok()?;
    let listed = plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none();
    (source == one.side.from && listed && !plan.columns.is_empty()).then_some(())?;
    let world = World::new(step.catalogue, step.lexicon, &[]);
    let labels = world.labels(one.side.to);
    let mut columns: Vec<Field> = Vec::new();
    for mention in [&one, &two] {
        let over = |c| Field { via: Some(mention.side.column.clone()), ..world.field(c) };
        columns.extend(labels.iter().copied().map(over));
    }
    if !alone {
        let references = [&one.side.column, &two.side.column];
        columns.extend(
            plan.columns.drain(..).filter(|c| c.table != plan.source || !references.contains(&&c.column)),
        );
    }
    plan.columns = columns;
    rowcall_plan::compile_with(plan, step.catalogue, &step.lexicon.prepared).ok()?;
    Some(read)
}

fn sides(step: &Step<'_>) -> Vec<Side> {
    let edges = &step.lexicon.prepared.graph.edges;
    let twice = |e: &&rowcall_plan::Edge| {
        e.from != e.to && edges.iter().filter(|o| (o.from, o.to) == (e.from, e.to)).count() == 2
    };
    edges
        .iter()
        .filter(twice)
        .filter_map(|e| {
            let [column] = e.from_columns.as_slice() else { return None };
            let at = step.catalogue.tables[e.from].columns.iter().position(|c| c.name == *column)?;
            let own = &step.lexicon.tables[e.to].words;
            let mut roles: Vec<String> = Vec::new();
            for word in &step.lexicon.columns[e.from][at].words {
                for ends in [STARTS, ENDS] {
                    if ends.contains(&word.as_str()) {
                        roles.extend(ends.iter().map(|w| root(w)));
                    }
                }
                if !own.contains(word) && word != "id" && word != "code" {
                    roles.push(root(word));
                }
            }
            Some(Side { from: e.from, to: e.to, column: column.clone(), roles })
        })
        .collect()
}

/// The two places where sides are spoken of.
fn mentions<'s>(step: &Step<'_>, sides: &'s [Side]) -> Option<[Mention<'s>; 2]> {
    let noun = |at: usize, side: &Side| {
        let own = step.lexicon.tables[side.to].words.last();
        own.is_some_and(|w| step.tokens.get(at).is_some_and(|t| t.lemma == *w))
    };
    let role = |at: usize, side: &Side| {
        let token = step.tokens.get(at).filter(|t| t.kind == TokenKind::Word);
        token.is_some_and(|t| side.roles.contains(&root(&t.lower)))
    };
    let mut found: Vec<Mention<'s>> = Vec::new();
    for at in 0..step.tokens.len() {
        let spoken = |side: &&Side| {
            // "departure and arrival ports"
            let shared = matches!(step.lower(at + 1), "and" | "or" | "/") && noun(at + 3, side);
            role(at, side) && (noun(at + 1, side) || shared)
        };
        let mut fitting = sides.iter().filter(spoken);
        if let (Some(side), None) = (fitting.next(), fitting.next()) {
            let mut start = at;
            while start > 1
                && matches!(
                    step.lower(start - 1),
                    "the" | "a" | "of" | "name" | "names" | "both" | "its" | "their"
                )
            {
                start -= 1;
            }
            let end = at + 1 + usize::from(noun(at + 1, side));
            found.push(Mention { start, end, side });
        }
    }
    found.try_into().ok()
}
