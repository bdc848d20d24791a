//! What a hint says that a total is the sum of.

use super::lexicon::Lexicon;
use rowcall_core::Catalogue;
use rowcall_plan::{Aggregate, Expression, Field, QueryPlan};

/// "How many double bonds are there in total?", where a hint says that the total is the sum of a column: that sum.
pub(super) fn summed(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let lower = question.to_lowercase();
    let Some(column) = lexicon.summed().filter(|_| lower.contains("how many") || lower.contains("number of"))
    else {
        return;
    };
    let field = Field::new(
        lexicon.prepared.name_of(catalogue, column.table),
        catalogue.tables[column.table].columns[column.column].name.clone(),
    );
    if let [measure] = plan.measures.as_mut_slice()
        && measure.aggregate == Aggregate::Count
        && measure.expression.is_none()
        && measure.table.as_ref().unwrap_or(&plan.source) == &field.table
    {
        measure.aggregate = Aggregate::Sum;
        measure.expression = Some(Expression::Field(field));
        measure.table = None;
    }
}
