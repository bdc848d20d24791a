//! What tells nothing: a column that a condition settles, groups of one row; and what is shown or left out although
//! the question says otherwise.

use super::{Echo, Fault};
use crate::offline::words::{is_person, is_role};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Dimension, Expression, Field, Filter, Operand, Operator};

impl Echo<'_> {
    pub(super) fn pointless(&self, faults: &mut Vec<Fault>) {
        self.constant(faults);
        if self.plan.dimensions.iter().any(|d| self.trivial(d)) {
            faults.push(Fault::Trivial);
        }
        // "How many require a prescription": not how many different answers there are to that.
        let answers = |m: &&rowcall_plan::Measure| {
            let Some(Expression::Field(field)) = &m.expression else { return false };
            m.aggregate == Aggregate::CountDistinct
                && self.place(field).is_some_and(|c| self.column(c).kind == TypeKind::Bool)
        };
        if self.plan.measures.iter().any(|m| answers(&m)) {
            faults.push(Fault::Trivial);
        }
        self.nobody(faults);
        if self.plan.filters.iter().any(|f| self.never(f)) {
            faults.push(Fault::Trivial);
        }
        if let Some(from) = self.orders() {
            let sums = |w: &str| matches!(w, "sum" | "total" | "count" | "average");
            let asks = self.tokens[from..].iter().any(|t| sums(&t.lower));
            let stored = self.visible().into_iter().any(|c| self.column(c).kind.is_numeric());
            if asks && !stored && self.plan.measures.iter().all(|m| m.hidden) {
                faults.push(Fault::Uncounted);
            }
            faults.extend(self.extra().iter().map(|_| Fault::Extra));
        }
    }

    /// Several of what there is one of at most: "orders with more than 2 items", where an order is of one product.
    fn never(&self, filter: &Filter) -> bool {
        let Filter::Related { table, count: Some((operator, n)), negated: false, .. } = filter else {
            return false;
        };
        let several = match operator {
            Operator::Greater => *n >= 1,
            Operator::AtLeast | Operator::Equal => *n >= 2,
            _ => false,
        };
        let prepared = &self.lexicon.prepared;
        let place = |name| prepared.table(self.request.catalogue, name).ok();
        let ends = place(&self.plan.source).zip(place(table));
        several && ends.is_some_and(|(from, to)| from != to && prepared.graph.has_one(from, to))
    }

    /// A shown column that is the same in every row; somebody who is looked up by name has one, and whoever wants to see
    /// whole rows sees it too.
    fn constant(&self, faults: &mut Vec<Fault>) {
        let whole = self.plan.columns.len() > 3;
        let columns = self.plan.columns.iter().filter(|_| !whole);
        let groups = self.plan.dimensions.iter().filter(|d| !d.hidden).map(|d| &d.field);
        let label = |field: &Field| self.place(field).is_some_and(|c| self.is_label(c));
        let constant = columns.chain(groups).filter(|f| self.settles(f) && !label(f));
        faults.extend(constant.map(|_| Fault::Constant));
    }

    /// A condition says what a column holds.
    fn settles(&self, field: &Field) -> bool {
        self.plan.filters.iter().any(|f| match f {
            Filter::Compare { field: of, operator: Operator::Equal, operand: Operand::Literal(_) } => {
                of == field
            }
            _ => false,
        })
    }

    /// Groups of what is summed, or of single rows.
    fn trivial(&self, d: &Dimension) -> bool {
        let Some(c) = self.place(&d.field) else { return false };
        // Every moment for itself: "resolved the most tickets" speaks of no moments.
        let moment = matches!(self.column(c).kind, TypeKind::Timestamp | TypeKind::TimestampTz);
        let asked =
            self.says(&["when", "date", "dates", "day", "days", "time", "times", "moment"]) || self.names(c);
        if moment && d.grain.is_none() && !d.hidden && !asked {
            return true;
        }
        // "by country for active accounts": an adjective is a condition.
        let adjective = self.column(c).kind == TypeKind::Bool
            && !d.hidden
            && (1..self.tokens.len().saturating_sub(1)).any(|at| {
                let (before, rows) = (&self.tokens[at - 1].lower, &self.tokens[at + 1]);
                let told = self.words(c).contains(&self.tokens[at].lower);
                told && rows.lower != rows.lemma
                    && self.lexicon.names_table(&rows.lemma, 0.75)
                    && !matches!(before.as_str(), "by" | "per" | "each" | "every" | "and" | "or" | "non")
            });
        if adjective {
            return true;
        }
        let single = d.grain.is_none() && (self.is_key(c) || self.world.labels(c.table) == [c]);
        self.plan.measures.iter().filter(|m| !m.hidden || m.rank).any(|m| {
            let itself = m.expression == Some(Expression::Field(d.field.clone()));
            let of = m.expression.as_ref().and_then(|e| e.fields().first().map(|f| &f.table));
            let home = of.or(m.table.as_ref()).unwrap_or(&self.plan.source);
            let extreme = matches!(m.aggregate, Aggregate::Minimum | Aggregate::Maximum);
            (m.aggregate == Aggregate::Sum || m.rank) && itself
                || single && *home == d.field.table && !extreme
        })
    }

    /// "who", and no name.
    fn nobody(&self, faults: &mut Vec<Fault>) {
        let who = |i: usize| self.tokens.get(i).is_some_and(|t| t.lower == "who");
        let asks = who(0) || (1..self.tokens.len()).any(|i| who(i) && self.tokens[i - 1].lower == "and");
        let person = |c: ColumnRef| {
            self.is_label(c) && !numbered(self.words(c))
                || self.words(c).iter().any(|w| w == "name" || is_person(w))
                || self.words(c).last().is_some_and(|w| is_role(w)) && self.column(c).kind.is_textual()
        };
        // "Who bought the Alpine Tent?" is not answered by the name of the tent.
        let given = |c: ColumnRef| {
            self.settles(&self.world.field(c))
                && !self.words(c).iter().chain(&self.lexicon.tables[c.table].words).any(|w| is_person(w))
        };
        // "Who reviewed the Alpine Tent?" is not answered by the title of a review.
        let titled = |c: ColumnRef| self.words(c).last().is_some_and(|w| w == "title");
        let named = |c: ColumnRef| person(c) && !given(c) && !titled(c);
        if asks && !self.visible().into_iter().any(named) {
            faults.push(Fault::Nobody);
        }
    }
}

/// The number of something, by which nobody is called.
fn numbered(words: &[String]) -> bool {
    words.last().is_some_and(|w| matches!(w.as_str(), "no" | "number" | "code" | "key"))
}
