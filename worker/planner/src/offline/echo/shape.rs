//! The shape of a plan: whether it counts, computes, ranks, denies, splits and sorts where the question does.

use super::{Echo, Fault, conditions};
use crate::offline::{
    annotate::Key,
    audit::Spoken,
    words::{Token, TokenKind},
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Expression, Filter, Measure, Operand, OrderKey, QueryPlan, SetOperator};

/// Words that ask for a number.
const NUMBERS: [&str; 12] = [
    "number",
    "often",
    "many",
    "count",
    "counts",
    "percentage",
    "share",
    "frequency",
    "amount",
    "total",
    "popular",
    "times",
];

/// Words that deny.
const DENIALS: [&str; 16] = [
    "not",
    "never",
    "no",
    "without",
    "except",
    "excluding",
    "none",
    "nobody",
    "neither",
    "missing",
    "unknown",
    "other",
    "nor",
    "outside",
    "leaving",
    "n't",
];

/// Words that split.
const SPLITS: [&str; 14] = [
    "each",
    "every",
    "per",
    "by",
    "different",
    "distinct",
    "various",
    "respective",
    "group",
    "grouped",
    "their",
    "which",
    "they",
    "all",
];

impl Echo<'_> {
    pub(super) fn shape(&self, spoken: &Spoken<'_>, faults: &mut Vec<Fault>) {
        self.counted(faults);
        self.computed(spoken, faults);
        self.ranked(faults);
        self.denied(faults);
        self.distinct(faults);
        self.split(faults);
        self.sorted(faults);
    }

    fn has(&self, fits: impl Fn(&Measure) -> bool) -> bool {
        self.measures().into_iter().any(fits)
    }

    fn counted(&self, faults: &mut Vec<Fault>) {
        let asks = self.says(&NUMBERS)
            || self.steers(|k| {
                matches!(
                    k,
                    Key::Count | Key::HowMuch | Key::Common(_) | Key::Busiest(_) | Key::Share | Key::Ratio
                )
            });
        // "the plate number of the bus" is called so.
        let called = |at: usize| {
            at > 0
                && self.tokens[at].lemma == "number"
                && self.visible().into_iter().any(|c| {
                    let words = self.words(c);
                    words.len() > 1
                        && words.contains(&"number".to_owned())
                        && words.contains(&self.tokens[at - 1].lemma)
                })
        };
        let many =
            self.steers.iter().any(|(key, said)| *key == Key::Count && said.start < 4 && !called(said.start));
        let related = self.plan.filters.iter().any(|f| matches!(f, Filter::Related { count: Some(_), .. }));
        // "the number of pages" is a column.
        let stored = self.visible().into_iter().any(|c| self.column(c).kind.is_numeric());
        let none = self.plan.measures.is_empty() && self.plan.having.is_empty();
        if many && none && !related && !stored && !self.nests() {
            faults.push(Fault::Uncounted);
        }
        // "orders by month" asks for no less than their number.
        let split = self.says(&["by", "per"]);
        let counts = |m: &Measure| !m.hidden && is_count(m);
        if !asks && !split && self.has(counts) {
            faults.push(Fault::Counted);
        }
    }

    fn computed(&self, spoken: &Spoken<'_>, faults: &mut Vec<Fault>) {
        let averaged = |m: &Measure| {
            matches!(m.aggregate, Aggregate::Average | Aggregate::Median | Aggregate::Percentile(_))
        };
        let asks = self.steers(|k| matches!(k, Key::Aggregate(Aggregate::Average | Aggregate::Median)));
        if asks && !self.has(averaged) && !self.compares_with_another() && !self.nests() {
            faults.push(Fault::Plain);
        }
        // "whose average is above the average": that of a group, rather than a single row.
        let averages = self.tokens.iter().filter(|t| matches!(t.lower.as_str(), "average" | "mean")).count();
        let single = |f: &Filter| {
            matches!(
                f,
                Filter::Compare { operand: Operand::Aggregate { aggregate: Aggregate::Average, .. }, .. }
            )
        };
        // "above the average of their own category": not that of all.
        let own = self
            .tokens
            .windows(2)
            .any(|w| matches!(w[0].lower.as_str(), "own" | "same") && w[1].kind == TokenKind::Word);
        let grouped = averages > 0 && own && self.plan.filters.iter().any(single);
        if grouped || averages > 1 && self.has(averaged) && self.plan.filters.iter().any(single) {
            faults.push(Fault::Overall);
        }
        // A time between events is an average where nothing else is said.
        let elapsed = |m: &Measure| matches!(m.expression, Some(Expression::Elapsed { .. }));
        let typical = self.says(&["typical", "typically", "long", "average", "mean", "median"]);
        // "the warmest site": on average, where many of its rows tell.
        let ranked = self.plan.limit == Some(1) && self.steers(|k| matches!(k, Key::Superlative(_, Some(_))));
        if !asks && !typical && self.has(|m| averaged(m) && !elapsed(m) && !(ranked && m.hidden)) {
            faults.push(Fault::Computed);
        }
        let totals = self.steers(|k| matches!(k, Key::Aggregate(Aggregate::Sum)));
        // "how many seconds did they last": each of them, rather than together.
        let each = self.tokens.windows(3).any(|w| {
            w[0].lower == "did" && w[1].lower == "they" && matches!(w[2].lower.as_str(), "last" | "take")
        });
        if each && !totals && self.has(|m| m.aggregate == Aggregate::Sum) {
            faults.push(Fault::Computed);
        }
        if self.parts(spoken) {
            faults.push(Fault::Parted);
        }
        let adds = self.has(|m| m.aggregate == Aggregate::Sum || is_count(m));
        let mut columns = spoken.fields.iter().filter_map(|f| self.place(f));
        let called = columns.any(|c| self.words(c).iter().any(|w| w == "total" || w == "sum"));
        if totals && !adds && !called && !self.nests() {
            faults.push(Fault::Plain);
        }
    }

    /// A percentage of some rows is asked for, and the plan divides nothing by anything.
    pub(super) fn parts(&self, spoken: &Spoken<'_>) -> bool {
        let said = self.tokens.windows(2).any(|w| {
            matches!(w[0].lower.as_str(), "percentage" | "percent" | "share" | "proportion")
                && w[1].lower == "of"
        });
        let kept = |f: &&rowcall_plan::Field| {
            self.place(f).is_some_and(|c| {
                let called = |w: &String| {
                    matches!(
                        w.as_str(),
                        "percentage"
                            | "percent"
                            | "pct"
                            | "perc"
                            | "share"
                            | "proportion"
                            | "rate"
                            | "ratio"
                            | "fraction"
                    )
                };
                self.words(c).iter().any(called)
            })
        };
        said && !divides(self.plan) && !spoken.fields.iter().any(kept)
    }

    fn ranked(&self, faults: &mut Vec<Fault>) {
        let asks = self.steers(|k| {
            matches!(
                k,
                Key::Superlative(..)
                    | Key::Common(_)
                    | Key::Top(_)
                    | Key::Busiest(_)
                    | Key::Aggregate(Aggregate::Minimum | Aggregate::Maximum)
            )
        });
        let extreme = |m: &Measure| matches!(m.aggregate, Aggregate::Minimum | Aggregate::Maximum) || m.rank;
        let ranks = self.plan.limit.is_some()
            || !self.plan.order.is_empty()
            || self.has(extreme)
            || self.compares_with_another()
            || self.nests();
        // "the maximum visitor capacity" is what a column is called.
        let called = |f: &rowcall_plan::Field| {
            self.place(f).is_some_and(|c| {
                self.words(c).iter().any(|w| matches!(w.as_str(), "maximum" | "minimum" | "max" | "min"))
            })
        };
        if asks && !ranks && !self.plan.columns.iter().any(called) {
            faults.push(Fault::Unranked);
        }
        if self.stands_out_twice() && !self.nests() && !self.compares_with_another() {
            let numbers = self.measures().into_iter().filter(|m| extreme(m)).count();
            if numbers + self.plan.order.len() + usize::from(self.plan.combine.is_some()) == 1 {
                faults.push(Fault::Outranked);
            }
        }
        if self.plan.limit == Some(1) && !asks && !self.says(&["first", "last", "one"]) {
            faults.push(Fault::Ranked);
        }
    }

    /// Two things are said to stand out: "the longest document of the type with the most documents".
    fn stands_out_twice(&self) -> bool {
        let ranks = |key: &Key| matches!(key, Key::Superlative(..) | Key::Common(_) | Key::Busiest(_));
        let said: Vec<usize> =
            self.steers.iter().filter(|(key, _)| ranks(key)).map(|(_, at)| at.start).collect();
        let says = |range: &[Token], words: &[&str]| range.iter().any(|t| words.contains(&t.lower.as_str()));
        said.windows(2).any(|pair| {
            let between = &self.tokens[pair[0] + 1..pair[1]];
            let of = says(between, &["of", "in", "by", "for", "from", "at", "among"]);
            (of || says(&self.tokens[..pair[0]], &["among"]))
                && says(between, &["with", "has", "have", "having"])
                || says(&self.tokens[..1], &["among"])
                    && says(&self.tokens[..pair[0]], &["with", "has", "have"])
        })
    }

    fn denied(&self, faults: &mut Vec<Fault>) {
        let asks =
            self.says(&DENIALS) || self.steers(|k| matches!(k, Key::Not | Key::Without | Key::Missing));
        let denies = conditions::denied(&self.plan.filters)
            || self.plan.combine.as_ref().is_some_and(|c| c.operator == SetOperator::Except)
            || self.has(|m| conditions::denied(&m.filters));
        if asks && !denies && !conditions::says_no(&self.plan.filters) {
            faults.push(Fault::Affirmed);
        }
        if denies && !asks && !self.defined() {
            faults.push(Fault::Denied);
        }
    }

    fn distinct(&self, faults: &mut Vec<Fault>) {
        let asks = self.says(&["different", "distinct", "unique"]) || self.steers(|k| *k == Key::Distinct);
        let plan = self.plan;
        let list = plan.measures.is_empty() && plan.dimensions.is_empty();
        if asks && list && !plan.distinct && !self.nests() {
            faults.push(Fault::Repeated);
        }
        // Numbers are added up; different keys and names are things, and those are counted once anyway.
        let amounts = |m: &Measure| match &m.expression {
            Some(Expression::Field(f)) => self.place(f).is_some_and(|c| {
                self.column(c).kind.is_numeric() && !self.is_key(c) && !self.world.is_reference(c)
            }),
            _ => false,
        };
        if !asks && self.has(|m| m.aggregate == Aggregate::CountDistinct && amounts(m)) {
            faults.push(Fault::Different);
        }
    }

    fn split(&self, faults: &mut Vec<Fault>) {
        let plan = self.plan;
        let opens = self
            .tokens
            .first()
            .is_some_and(|t| matches!(t.lower.as_str(), "for" | "which" | "list" | "show" | "give"));
        // "room types with their number": one number for each.
        let with = (1..self.tokens.len())
            .filter(|i| matches!(self.tokens[*i].lower.as_str(), "with" | "plus" | "+"))
            .any(|at| self.steers.iter().any(|(key, said)| *key == Key::Count && said.start == at + 1));
        let asks =
            opens || with || self.says(&SPLITS) || self.steers(|k| matches!(k, Key::Each | Key::Grain(_)));
        let chosen = plan.limit.is_some() || !plan.having.is_empty();
        // Running totals and growth go along the time.
        let windowed = plan.comparison.is_some() || plan.measures.iter().any(Measure::is_windowed);
        if !plan.dimensions.is_empty() && !asks && !chosen && !windowed {
            faults.push(Fault::Split);
        }
        let each = self.says(&["each", "every", "per"]);
        if each && plan.dimensions.is_empty() && !plan.measures.is_empty() {
            faults.push(Fault::Whole);
        }
        let lower = |at: usize| self.tokens.get(at).map_or("", |t| t.lower.as_str());
        let counts =
            (0..self.tokens.len()).filter(|at| lower(*at) == "how" && lower(at + 1) == "many").count();
        let split = plan.dimensions.iter().any(|d| !d.hidden);
        if counts > 1 && !split && plan.measures.iter().filter(|m| !m.hidden).count() < counts {
            faults.push(Fault::Overlooked);
        }
        // An amount splits nothing: "revenue and number of orders by country".
        let amount = |d: &rowcall_plan::Dimension| {
            let place = self.place(&d.field);
            place.is_some_and(|c| {
                self.column(c).kind == TypeKind::Decimal && self.world.adds_up(c) && !d.hidden
            })
        };
        let one = plan.measures.iter().any(|m| !m.hidden && !m.rank);
        let chosen = plan.measures.iter().any(|m| m.rank) || plan.limit.is_some();
        if one && !chosen && plan.dimensions.len() > 1 && plan.dimensions.iter().any(amount) {
            faults.push(Fault::Split);
        }
        // Each moment is a group of its own.
        let moment = |d: &rowcall_plan::Dimension| {
            let place = self.place(&d.field);
            d.grain.is_none()
                && place.is_some_and(|c| self.column(c).kind.is_temporal())
                && d.field.table == plan.source
        };
        if plan.limit.is_some() && plan.dimensions.len() > 1 && plan.dimensions.iter().any(moment) {
            faults.push(Fault::Split);
        }
        let for_each = matches!(lower(0), "for" | "in" | "within") && matches!(lower(1), "each" | "every");
        let ranked = plan.dimensions.len() < 2 && plan.measures.iter().any(|m| m.rank);
        if for_each && plan.fold.is_none() && (plan.limit == Some(1) && !windowed || ranked) {
            faults.push(Fault::Overall);
        }
    }

    fn sorted(&self, faults: &mut Vec<Fault>) {
        let plan = self.plan;
        let asks =
            self.says(&["alphabetical", "alphabetically", "ascending", "descending", "sorted", "ordered"])
                || self.steers(|k| matches!(k, Key::OrderBy(_) | Key::Direction(_)));
        // "newest first": by the date.
        let first = plan.order.first().and_then(|o| match &o.by {
            OrderKey::Field(f) => self.place(f),
            OrderKey::Dimension(i) => plan.dimensions.get(*i).and_then(|d| self.place(&d.field)),
            OrderKey::Measure(_) => None,
        });
        let told = |c: ColumnRef| {
            let kind = self.column(c).kind;
            (kind.is_temporal() || kind.is_numeric()) && !self.is_key(c)
        };
        let list = plan.measures.is_empty() && plan.limit.is_none();
        let by_adjective = list
            && self.says(&["first"])
            && self.steers(|k| matches!(k, Key::Superlative(_, Some(_))))
            && !first.is_some_and(told);
        // "in alphabetical order" is no order of dates or numbers.
        let text = |c: ColumnRef| !told(c) && !self.is_key(c);
        let letters = list
            && self.says(&["alphabetical", "alphabetically"])
            && plan.columns.iter().filter_map(|f| self.place(f)).any(text)
            && first.is_some_and(|c| !text(c));
        if asks && plan.order.is_empty() || letters {
            faults.push(Fault::Unordered);
        }
        if by_adjective {
            faults.push(Fault::Worded);
        }
    }

    /// "more than the average": another number of the same rows.
    fn compares_with_another(&self) -> bool {
        let other = |f: &Filter| matches!(f, Filter::Compare { operand: Operand::Aggregate { .. }, .. });
        self.plan.filters.iter().any(other)
    }
}

fn is_count(m: &Measure) -> bool {
    matches!(m.aggregate, Aggregate::Count | Aggregate::CountDistinct)
}

/// Something is divided by something, here or in a plan that this one asks for values.
fn divides(plan: &QueryPlan) -> bool {
    let inner = |filter: &Filter| matches!(filter, Filter::Among { plan, .. } if divides(plan));
    plan.measures.iter().any(|m| m.percent || m.share || m.over.is_some()) || plan.filters.iter().any(inner)
}
