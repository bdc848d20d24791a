//! "Ports without routes", where a route has a port that it starts from and one that it goes to: those that are neither,
//! unless the question speaks of the one or the other.

use super::{
    lexicon::Lexicon,
    words::{root, tokens},
};
use rowcall_core::Catalogue;
use rowcall_plan::{Filter, QueryPlan};

/// What a question says that speaks of one end.
const ENDS: &str = "arriv begin depart end from leav left origin start destination to into";

/// Denies rows of another table over every reference that they have to the rows asked for.
pub(super) fn either(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let Ok(source) = lexicon.prepared.table(catalogue, &plan.source) else { return };
    let said: Vec<String> = tokens(question).iter().map(|t| root(&t.lower)).collect();
    let mut more = Vec::new();
    for filter in &mut plan.filters {
        let Filter::Related { table, filters, count: None, negated: true, via } = filter else { continue };
        let Ok(other) = lexicon.prepared.table(catalogue, table) else { continue };
        let ties: Vec<&String> = lexicon
            .prepared
            .graph
            .edges
            .iter()
            .filter(|e| e.from == other && e.to == source && e.from_columns.len() == 1)
            .map(|e| &e.from_columns[0])
            .collect();
        let own = |w: &String| {
            [source, other].iter().any(|t| lexicon.tables[*t].words.iter().any(|o| root(o) == root(w)))
        };
        let spoken = ties.iter().any(|name| {
            let column = catalogue.tables[other].columns.iter().position(|c| c.name == **name);
            column.is_some_and(|c| {
                lexicon.columns[other][c]
                    .words
                    .iter()
                    .any(|w| !own(w) && w.len() > 2 && said.contains(&root(w)))
            })
        }) || ENDS.split_ascii_whitespace().any(|end| said.iter().any(|w| w == end));
        // "employees without a review": reviews are those of an employee, whoever wrote them.
        let plain = lexicon.prepared.graph.edges.iter().any(|e| e.from == other && e.to == source && e.role);
        if ties.len() != 2 || spoken || plain || other == source {
            continue;
        }
        *via = Some(ties[0].clone());
        more.push(Filter::Related {
            table: table.clone(),
            filters: filters.clone(),
            count: None,
            negated: true,
            via: Some(ties[1].clone()),
        });
    }
    plan.filters.extend(more);
}
