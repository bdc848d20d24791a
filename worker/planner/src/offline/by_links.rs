//! "Publications per researcher", of a catalogue that keeps who wrote what, and for which grant of whose proposal: those that are
//! tied to them row by row, rather than over one thing after the other.

use super::{lexicon::Lexicon, plural};
use rowcall_core::Catalogue;
use rowcall_plan::{Aggregate, Expression, Field, QueryPlan};

/// A way of so many steps goes over other things.
const FAR: usize = 3;

/// Counts over the table that ties both, where the shortest way leads over other things.
pub(super) fn by_links(plan: &mut QueryPlan, catalogue: &Catalogue, lexicon: &Lexicon) {
    let graph = &lexicon.prepared.graph;
    let table = |name: &rowcall_plan::TableName| lexicon.prepared.table(catalogue, name).ok();
    let ([measure], Some(rows)) = (plan.measures.as_slice(), table(&plan.source)) else { return };
    let counts = measure.aggregate == Aggregate::Count
        && measure.expression.is_none()
        && measure.table.as_ref().is_none_or(|t| *t == plan.source)
        && measure.filters.is_empty()
        && measure.over.is_none()
        && measure.minus.is_none();
    let mut groups: Vec<usize> = plan.dimensions.iter().filter_map(|d| table(&d.field.table)).collect();
    groups.dedup();
    let [group] = groups.as_slice() else { return };
    let told = plan.dimensions.iter().all(|d| d.field.via.is_none() && d.grain.is_none());
    let far = graph.path(rows, *group, true, None).is_some_and(|(path, _)| path.len() >= FAR);
    if !counts || !told || !far || plan.combine.is_some() {
        return;
    }
    let ties = |t: usize, to: usize| graph.edges.iter().any(|e| (e.from, e.to) == (t, to));
    let mut links = (0..catalogue.tables.len()).filter(|t| ties(*t, rows) && ties(*t, *group));
    let (Some(link), None) = (links.next(), links.next()) else { return };
    let before = plan.clone();
    let Some(tie) = graph.edges.iter().find(|e| (e.from, e.to) == (link, rows)) else { return };
    let [column] = tie.from_columns.as_slice() else { return };
    plan.source = lexicon.prepared.name_of(catalogue, link);
    if let [measure] = plan.measures.as_mut_slice() {
        measure.aggregate = Aggregate::CountDistinct;
        measure.expression = Some(Expression::Field(Field::new(plan.source.clone(), column.clone())));
        measure.label = Some(plural(&lexicon.tables[rows].words.join(" ")));
    }
    if rowcall_plan::compile_with(plan, catalogue, &lexicon.prepared).is_err() {
        *plan = before;
    }
}
