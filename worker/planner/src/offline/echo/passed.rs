//! Words that a plan passes over although they change what is asked: "customers who *only* ordered by phone", "*sold*
//! products", "the *last* order value", "the top 10 *percent*". What is asked then is not what would be answered.

use super::{Echo, elsewhere::compared};
use crate::offline::{
    audit::Spoken,
    lexicon::is_income,
    words::{Token, TokenKind, root},
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Expression, Field, Filter, Measure, OrderKey, QueryPlan, TableName};

/// Participles that do not end as others do.
const PAST: &str = "bought broken kept lost paid sent sold stolen won";
/// Adjectives of a state that somebody or something is in now.
const STATES: &str = "active available closed completed current former inactive living open unpaid vacant";
/// Participles that say nothing of which rows are meant.
const IDLE: &str = "aged based combined detailed distinct employed found given grouped held limited listed located mentioned \
    named needed numbered offered ordered rated ranked recorded registered related repeated required situated sorted stationed stored taught united used";
/// What may stand before an adjective that begins what is asked for.
const BEFORE: &str = "all and any are by count every first for give how is last latest list many me more most newest number of \
    oldest or our recently show the their those were what which with";
/// Who does something, before the "only" that tells how.
const DOERS: &str = "are by did do does had has have having is that was were which who with";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

impl Echo<'_> {
    /// See the module.
    pub(super) fn passes(&self, spoken: &Spoken<'_>) -> bool {
        self.only()
            || self.top_percent()
            || self.worth(spoken)
            || self.averages_sums()
            || self.longest(spoken)
            || self.state(spoken)
            || self.another_count()
    }

    fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.lower.as_str())
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.lower(at))
    }

    fn names_table(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| {
            t.kind == TokenKind::Word && self.lexicon.names_table(&t.lemma, 0.75) && !self.is_told(at)
        })
    }

    /// The plan has a column, value or table of this family of words.
    fn speaks(&self, stem: &str, spoken: &Spoken<'_>) -> bool {
        let of_field =
            |f: &&Field| self.place(f).is_some_and(|c| self.words(c).iter().any(|w| root(w) == stem));
        let of_text = |text: &String| {
            text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| root(w) == stem)
        };
        let of_table = |name: &&TableName| {
            let table = self.lexicon.prepared.table(self.request.catalogue, name);
            table.is_ok_and(|t| self.lexicon.tables[t].words.iter().any(|w| root(w) == stem))
        };
        spoken.fields.iter().any(of_field)
            || spoken.literals.iter().any(of_text)
            || spoken.tables.iter().any(of_table)
    }

    /// "sold products", "solved tickets": the adjective of the rows, in the words of the question as it was asked.
    pub(super) fn participle(&self, asked: &[Token], spoken: &Spoken<'_>) -> bool {
        let lower = |at: usize| asked.get(at).map_or("", |t| t.lower.as_str());
        // "new customers per month": those who came then.
        let timed = self.plan.dimensions.iter().any(|d| d.grain.is_some())
            || self.plan.filters.iter().any(|f| matches!(f, Filter::Period { .. }));
        (0..asked.len()).any(|at| {
            let token = &asked[at];
            let word = token.lower.as_str();
            let past = word.len() > 4 && word.ends_with("ed")
                || is_one_of(PAST, word)
                || is_one_of(STATES, word)
                || word == "new" && !timed;
            let before = at.checked_sub(1).map_or("", lower);
            // "how many orders are paid"
            let state = matches!(before, "are" | "is" | "were" | "was")
                && past
                && asked.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark)
                && asked
                    .get(at.wrapping_sub(2))
                    .is_some_and(|t| t.lower != t.lemma && self.lexicon.names_table(&t.lemma, 0.75));
            let rows = asked.get(at + 1).is_some_and(|t| {
                t.kind == TokenKind::Word && t.lower != t.lemma && self.lexicon.names_table(&t.lemma, 0.75)
            });
            // "products sold per category": not all there are.
            let dealt =
                is_one_of("bought borrowed booked leased lent ordered purchased rented sold traded", word)
                    && lower(at + 1) != "by"
                    && asked.get(at.wrapping_sub(1)).is_some_and(|t| {
                        t.lower != t.lemma
                            && self.lexicon.tables_for(&[&t.lemma]).first().is_some_and(|(table, s)| {
                                *s >= 0.75
                                    && self.lexicon.prepared.name_of(self.request.catalogue, *table)
                                        == self.plan.source
                            })
                    })
                    && spoken.fields.iter().all(|f| f.table == self.plan.source)
                    && spoken.tables.iter().all(|t| **t == self.plan.source)
                    && !self.speaks(&root(word), spoken);
            if dealt && !related(&self.plan.filters) {
                return true;
            }
            past && token.kind == TokenKind::Word
                && !is_one_of(IDLE, word)
                && !self.is_compared(word)
                && (state || rows && (at == 0 || is_one_of(BEFORE, before)))
                && !self.speaks(&root(word), spoken)
                && !related(&self.plan.filters)
                && !self.conditions_beyond_values()
        })
    }

    /// The plan compares a column that has this value.
    fn is_compared(&self, word: &str) -> bool {
        let mut fields = Vec::new();
        compared(&self.plan.filters, &mut fields);
        self.plan.measures.iter().for_each(|m| compared(&m.filters, &mut fields));
        let places: Vec<ColumnRef> = fields.into_iter().filter_map(|f| self.place(f)).collect();
        self.lexicon.values(&[word]).iter().any(|v| places.contains(&v.column))
    }

    /// A condition that no value of the data says, which may be what an adjective stands for.
    fn conditions_beyond_values(&self) -> bool {
        self.plan.filters.iter().any(|f| match f {
            Filter::Period { .. } => false,
            Filter::Compare { field, .. } | Filter::In { field, .. } => {
                let of = self.place(field);
                !self.told.iter().any(|(values, _)| values.iter().any(|v| Some(v.column) == of))
            }
            _ => true,
        })
    }

    /// "who only ordered by phone", "whose tickets are all resolved": others are to be denied.
    fn only(&self) -> bool {
        let denies = denies(self.plan);
        !denies
            && (0..self.tokens.len()).any(|at| {
                let (before, next) = (self.before(at), self.lower(at + 1));
                let number = self.tokens.get(at + 1).is_some_and(|t| t.kind == TokenKind::Number)
                    || matches!(next, "one" | "once" | "two" | "twice" | "three" | "a" | "an");
                match self.lower(at) {
                    "only" | "exclusively" | "solely" => {
                        let done = at > 1
                            && (before.ends_with("ed") || is_one_of("bought paid sold sent made", before));
                        let counts = number && self.plan.limit.is_none() && next == "one" && at > 1;
                        next == "ever"
                            || counts
                            || at > 1 && !number && (is_one_of(DOERS, before) || done && !next.is_empty())
                    }
                    "all" => {
                        let be = matches!(before, "are" | "is" | "was" | "were" | "been");
                        let asked =
                            at < 3 || matches!(self.lower(at.wrapping_sub(2)), "what" | "which" | "who");
                        let ends = self.tokens.get(at + 1).is_none_or(|t| t.kind == TokenKind::Mark);
                        be && !asked && !ends && !matches!(next, "the" | "of" | "our" | "these" | "those")
                            || before == "where" && self.names_table(at + 1)
                            || is_one_of("by bought completed visited won taken used", before)
                                && self.names_table(at + 1)
                    }
                    "every" => {
                        is_one_of("bought completed visited won taken used", before)
                            && self.names_table(at + 1)
                    }
                    "everyone" | "everybody" => before == "where",
                    _ => false,
                }
            })
    }

    /// "the last order value per customer", "the current temperature": that of the newest row, and no highest or average;
    /// "whose last order was cancelled": no other one.
    pub(super) fn newest(&self, asked: &[Token], spoken: &Spoken<'_>) -> bool {
        let lower = |at: usize| asked.get(at).map_or("", |t| t.lower.as_str());
        const NO_NOUN: &str = "and at by day days for hour in minute month name names night of on or quarter than to week weekend year";
        let span = |w: &str| is_one_of(NO_NOUN, w);
        let newest = |at: &usize| {
            matches!(lower(*at), "latest" | "last" | "current" | "newest" | "first")
                && !span(lower(at + 1))
                && asked.get(at + 1).is_some_and(|t| t.kind == TokenKind::Word && t.lower == t.lemma)
                && !self.speaks(&root(lower(*at)), spoken)
        };
        let whose = (0..asked.len()).any(|at| {
            lower(at) == "whose" && newest(&(at + 1)) && self.lexicon.names_table(lower(at + 2), 0.75)
        });
        if whose && !self.nests() && self.plan.limit.is_none() && !self.plan.measures.iter().any(|m| m.rank) {
            return true;
        }
        let said = (0..asked.len()).any(|at| newest(&at));
        let number = |m: &Measure| {
            let temporal = matches!(&m.expression, Some(Expression::Field(f))
                if self.place(f).is_some_and(|c| self.column(c).kind.is_temporal()));
            matches!(m.aggregate, Aggregate::Average | Aggregate::Minimum | Aggregate::Maximum) && !temporal
        };
        let dated = self.plan.order.iter().any(|o| match &o.by {
            OrderKey::Field(f) => self.place(f).is_some_and(|c| self.column(c).kind.is_temporal()),
            OrderKey::Dimension(at) => self.plan.dimensions.get(*at).is_some_and(|d| d.grain.is_some()),
            OrderKey::Measure(_) => false,
        });
        said && !dated
            && !self.nests()
            && !self.plan.measures.is_empty()
            && self.plan.measures.iter().all(number)
    }

    /// "the top 10 percent of the customers": no ten of them.
    fn top_percent(&self) -> bool {
        (0..self.tokens.len()).any(|at| {
            matches!(self.lower(at), "top" | "bottom" | "best" | "worst" | "first" | "last")
                && self.tokens.get(at + 1).is_some_and(|t| {
                    t.kind == TokenKind::Number && self.plan.limit.is_some_and(|n| n.to_string() == t.lower)
                })
                && matches!(self.lower(at + 2), "%" | "percent" | "percentage" | "pct")
        })
    }

    /// "the stock value": the number of pieces times what one costs.
    fn worth(&self, spoken: &Spoken<'_>) -> bool {
        let pieces = |w: &str| matches!(w, "stock" | "inventory" | "quantity" | "units");
        let said = (0..self.tokens.len()).any(|at| {
            matches!(self.lower(at), "value" | "worth") && pieces(self.before(at))
                || matches!(self.lower(at), "value" | "worth")
                    && self.lower(at + 1) == "of"
                    && (at + 2..at + 5).any(|n| pieces(self.lower(n)))
        });
        said && !spoken.fields.iter().filter_map(|f| self.place(f)).any(|c| {
            self.words(c)
                .iter()
                .any(|w| matches!(w.as_str(), "value" | "price" | "cost" | "worth" | "amount"))
        })
    }

    /// "the average revenue per customer", "the average orders per customer": of what each of them adds up to.
    fn averages_sums(&self) -> bool {
        let averaged = |m: &Measure| m.aggregate == Aggregate::Average && m.over.is_none();
        if self.plan.fold.is_some() || self.nests() || !self.plan.measures.iter().any(averaged) {
            return false;
        }
        (0..self.tokens.len()).any(|at| {
            let sums = is_income(self.lower(at + 1)) && self.lower(at + 1) != "income";
            let counts = self.names_table(at + 1)
                && self.tokens[at + 1].lower != self.tokens[at + 1].lemma
                && !self.is_told(at + 1);
            // "per order", of which each is one.
            let each = (at + 2..at + 5).find(|n| matches!(self.lower(*n), "per" | "each" | "every"));
            let own = each.is_some_and(|n| {
                self.lexicon
                    .tables_for(&[&self.tokens.get(n + 1).map(|t| t.lemma.clone()).unwrap_or_default()])
                    .first()
                    .and_then(|(t, s)| (*s >= 0.75).then_some(*t))
                    .is_some_and(|t| {
                        self.lexicon.prepared.name_of(self.request.catalogue, t) == self.plan.source
                    })
            });
            matches!(self.lower(at), "average" | "avg" | "mean")
                && each.is_some()
                && !own
                && (sums || counts && self.lower(at + 2) == "per")
        })
    }

    /// "took the longest to ship", "a delivery time of more than 7 days": no point in time and no amount.
    fn longest(&self, spoken: &Spoken<'_>) -> bool {
        let elapsed = |m: &&Measure| matches!(m.expression, Some(Expression::Elapsed { .. }));
        let lasts = self.measures().iter().any(elapsed);
        let takes = (0..self.tokens.len()).any(|at| {
            matches!(self.lower(at), "take" | "takes" | "took" | "taken")
                && (at + 1..at + 4).any(|n| {
                    matches!(self.lower(n), "longest" | "shortest" | "longer" | "most" | "least" | "fastest")
                })
        });
        let temporal = |f: &Field| self.place(f).is_some_and(|c| self.column(c).kind.is_temporal());
        let by_moment = self.plan.order.iter().any(|o| matches!(&o.by, OrderKey::Field(f) if temporal(f)))
            || self
                .plan
                .measures
                .iter()
                .any(|m| matches!(&m.expression, Some(Expression::Field(f)) if temporal(f)));
        if takes && by_moment && !lasts {
            return true;
        }
        // "more than 7 days"
        let spans = |c: ColumnRef| {
            self.words(c).iter().any(|w| {
                matches!(
                    w.as_str(),
                    "day"
                        | "hour"
                        | "minute"
                        | "week"
                        | "month"
                        | "year"
                        | "second"
                        | "duration"
                        | "time"
                        | "length"
                        | "age"
                        | "period"
                        | "term"
                        | "delay"
                        | "lead"
                        | "hours"
                        | "h"
                        | "min"
                        | "sec"
                        | "days"
                        | "interval"
                )
            }) || matches!(self.column(c).kind, TypeKind::Interval)
        };
        let unit = |at: usize| {
            matches!(
                self.lower(at),
                "day" | "days" | "hour" | "hours" | "minute" | "minutes" | "week" | "weeks"
            )
        };
        let numbered = (1..self.tokens.len())
            .filter(|at| {
                unit(*at) && self.tokens[at - 1].kind == TokenKind::Number && !self.dated.contains(at)
            })
            .map(|at| self.tokens[at - 1].lower.clone());
        let money = |f: &Field| {
            self.place(f).is_some_and(|c| {
                self.words(c)
                    .iter()
                    .any(|w| matches!(w.as_str(), "amount" | "price" | "cost" | "total" | "value" | "fee"))
                    && !spans(c)
            })
        };
        let compared = numbered.filter(|n| spoken.literals.contains(n)).count();
        compared > 0 && compares(&self.plan.filters, &money)
    }

    /// "sort the tickets by priority": they are listed, and not counted, and nothing else is.
    pub(super) fn sorts(&self, asked: &[Token]) -> bool {
        let first = asked.first().map_or("", |t| t.lower.as_str());
        let named = asked.iter().take(4).skip(1).find_map(|t| {
            self.lexicon.tables_for(&[&t.lemma]).first().filter(|(_, s)| *s >= 0.75).map(|(t, _)| *t)
        });
        let (true, Some(table)) = (matches!(first, "sort" | "order" | "sorted" | "ordered"), named) else {
            return false;
        };
        let shown = self.visible();
        let counted = self.plan.measures.iter().any(|m| m.aggregate == Aggregate::Count && !m.hidden);
        counted || !shown.is_empty() && shown.iter().all(|c| c.table != table)
    }

    /// "customers who returned more than 2 orders": what was done with them is a state that only some are in.
    fn state(&self, spoken: &Spoken<'_>) -> bool {
        let counts = |at: usize| {
            let (a, b) = (self.lower(at + 1), self.lower(at + 2));
            matches!((a, b), ("more" | "fewer" | "less", "than") | ("at", "least" | "most"))
                || matches!(a, "exactly" | "over")
                    && self.tokens.get(at + 2).is_some_and(|t| t.kind == TokenKind::Number)
        };
        (1..self.tokens.len()).any(|at| {
            let token = &self.tokens[at];
            let word = token.lower.as_str();
            if token.kind != TokenKind::Word || !word.ends_with("ed") || !counts(at) {
                return false;
            }
            let stem = root(word);
            let valued = !self.lexicon.values(&[word]).is_empty();
            let dated = self.request.catalogue.tables.iter().enumerate().any(|(t, table)| {
                table.columns.iter().enumerate().any(|(c, column)| {
                    column.kind.is_temporal()
                        && column.nullable
                        && self.lexicon.columns[t][c].words.iter().any(|w| root(w) == stem)
                })
            });
            let counted = spoken.tables.iter().any(|name| {
                self.lexicon
                    .prepared
                    .table(self.request.catalogue, name)
                    .is_ok_and(|t| self.lexicon.tables[t].words.iter().any(|w| root(w) == stem))
            });
            (valued || dated) && !counted && !self.speaks(&stem, spoken)
        })
    }

    /// "the number of orders and the number of cancelled orders": two numbers, of which only one is of some of the rows.
    fn another_count(&self) -> bool {
        let conditional = self.plan.measures.iter().any(|m| !m.filters.is_empty());
        let shown = self.plan.measures.iter().filter(|m| !m.hidden).count();
        if conditional || shown == 0 {
            return false;
        }
        // The rows after "and" are told apart by a value: what was named before it is not.
        (1..self.tokens.len()).any(|at| {
            let and = matches!(self.lower(at), "and") || self.tokens[at].text == ",";
            let skip = (at + 1..at + 5)
                .find(|n| !matches!(self.lower(*n), "the" | "number" | "of" | "count" | "how" | "many"))
                .unwrap_or(at + 1);
            let value = self.told.iter().find(|(values, said)| {
                said.start == skip
                    && values.iter().any(|v| {
                        self.plan.filters.iter().any(
                        |f| matches!(f, Filter::Compare { field, .. } if self.place(field) == Some(v.column)),
                    )
                    })
            });
            let Some((_, said)) = value else { return false };
            let rows =
                self.names_table(said.end) && self.tokens[said.end].lower != self.tokens[said.end].lemma;
            let before = |n: usize| self.lower(n) == self.lower(said.end) && !self.is_told(n.wrapping_sub(1));
            let again = (0..at).any(before);
            let average =
                (0..at).any(|n| matches!(self.lower(n), "average" | "avg" | "total" | "mean" | "sum"));
            and && rows && (again || average && shown > 1)
        })
    }
}

/// Some condition is on rows of another table, or on a missing value.
fn related(filters: &[Filter]) -> bool {
    filters.iter().any(|f| match f {
        Filter::Related { .. } | Filter::Null { .. } | Filter::Among { .. } => true,
        Filter::All(parts) | Filter::Any(parts) => related(parts),
        Filter::Not(part) => related(std::slice::from_ref(part.as_ref())),
        _ => false,
    })
}

/// The plan takes something away, or counts kinds.
pub(super) fn denies(plan: &QueryPlan) -> bool {
    fn negative(filters: &[Filter]) -> bool {
        filters.iter().any(|f| match f {
            Filter::Not(_) => true,
            Filter::In { negated, .. } | Filter::Null { negated, .. } | Filter::Text { negated, .. } => {
                *negated
            }
            Filter::All(parts) | Filter::Any(parts) => negative(parts),
            Filter::Related { filters, count, negated, .. } => {
                *negated || count.is_some() || negative(filters)
            }
            Filter::Compare { operator, .. } => *operator == rowcall_plan::Operator::NotEqual,
            Filter::Among { plan, negated, .. } => *negated || denies(plan),
            Filter::Period { .. } => false,
        })
    }
    plan.combine.is_some() || !plan.having.is_empty() || plan.fold.is_some() || negative(&plan.filters)
}

/// Some comparison is of such a column.
fn compares(filters: &[Filter], fits: &impl Fn(&Field) -> bool) -> bool {
    filters.iter().any(|f| match f {
        Filter::Compare { field, .. } => fits(field),
        Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
            compares(parts, fits)
        }
        Filter::Not(part) => compares(std::slice::from_ref(part.as_ref()), fits),
        _ => false,
    })
}
