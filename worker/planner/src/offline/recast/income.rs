//! What the money that comes in is called here: a term that is defined, a column called so, or the one amount that people are
//! charged.

use super::{are_people, is_one_of};
use crate::offline::lexicon::Lexicon;
use rowcall_core::{Catalogue, ColumnRef, TypeKind};

/// How well a column must fit the word to be called so.
const KEPT: f32 = 0.75;
/// What an amount is called that a customer pays for all of something.
pub(super) const AMOUNT: &str = "cost price amount charge fee fare sum value paid";
/// Rows that cost the firm money.
const SPENT: &str =
    "repair maintenance expense purchase salary payroll refund return supplier procurement tax penalty wage";

/// Rows that are an amount of money that came in, and little else.
const GIVEN: &str = "donation payment contribution gift pledge sale";

/// Where the revenue is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Income {
    /// As a number that somebody defined.
    Term,
    /// In a column that is called so; there may be more, and this fits best.
    Column(ColumnRef),
    /// Nowhere by that name: in this amount, which people are charged.
    Amount(ColumnRef),
}

impl Income {
    /// Of this catalogue; nothing where it keeps none, or several amounts could be meant.
    pub(super) fn of(lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Self> {
        if lexicon.term(&["revenue"]).is_some() {
            return Some(Self::Term);
        }
        let named =
            lexicon.columns_for(&["revenue"], catalogue).into_iter().find(|(_, score)| *score >= KEPT);
        named.map(|(column, _)| Self::Column(column)).or_else(|| amount(lexicon, catalogue).map(Self::Amount))
    }
}

/// The one amount that rows keep which people are charged for.
fn amount(lexicon: &Lexicon, catalogue: &Catalogue) -> Option<ColumnRef> {
    let graph = &lexicon.prepared.graph;
    let charged = |t: usize| {
        let dated = catalogue.tables[t].columns.iter().any(|c| c.kind.is_temporal());
        let spent = lexicon.tables[t].words.iter().any(|w| is_one_of(SPENT, w));
        let refers = graph.edges.iter().any(|e| e.from == t && e.to != t);
        let to_people = graph.edges.iter().any(|e| e.from == t && are_people(e.to, lexicon));
        let sales = lexicon.tables[t].words.iter().any(|w| w == "sale");
        dated && !spent && refers && (to_people || sales)
    };
    let mut found = (0..catalogue.tables.len()).filter(|t| charged(*t)).flat_map(|table| {
        let columns = lexicon.columns[table].iter().zip(&catalogue.tables[table].columns).enumerate();
        columns.filter_map(move |(column, (name, kept))| {
            let numeric = matches!(kept.kind, TypeKind::Decimal | TypeKind::Float | TypeKind::Integer);
            let whole = name.words.iter().any(|w| w == "total");
            let amount = name.words.iter().any(|w| is_one_of(AMOUNT, w));
            // What is given is its amount.
            let given =
                name.words == ["amount"] && lexicon.tables[table].words.iter().any(|w| is_one_of(GIVEN, w));
            (numeric && (whole && amount || given || name.words == ["total"]))
                .then_some(ColumnRef { table, column })
        })
    });
    found.next().filter(|_| found.next().is_none())
}
