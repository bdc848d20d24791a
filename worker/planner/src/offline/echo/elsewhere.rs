//! What is asked of something else than the plan tells it of: the year of what was done taken for a year of birth, the total
//! of a group for a single row, "never" for a row that is otherwise, a name for one of another table.

use super::{Echo, passed::denies};
use crate::offline::{
    audit::Spoken,
    lexicon::is_income,
    words::{Token, TokenKind, lemma, root},
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Aggregate, Expression, Field, Filter, Operand, Operator, OrderKey};

/// Verbs for what happened that do not end as others do.
const PAST: &str = "bought came gave gone got had held left lent made met paid played read sent sold spent taught took went won";
/// Verbs that are of any date.
const ANY: &str = "added called created dated entered existed happened kept listed located named noted occurred placed recorded \
    registered reported started submitted used";

/// Verbs for what such a date is of.
const BEGAN: &str = "appointed began built constructed employed founded hired joined launched licensed opened recruited signed started";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|w| w == word)
}

impl Echo<'_> {
    /// See the module.
    pub(super) fn is_elsewhere(&self, spoken: &Spoken<'_>) -> bool {
        // A number over all rows is no condition on any of them.
        let nobody = self.plan.dimensions.is_empty() && !self.plan.having.is_empty();
        nobody
            || self.born()
            || self.then()
            || self.single_row()
            || self.rows_of_groups()
            || self.not_once()
            || self.opposite_time(spoken)
            || self.flags_alone()
            || self.named_elsewhere()
            || self.units(spoken)
            || self.moments_counted()
            || self.own_average()
            || self.another_column()
            || self.not_yet(spoken)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| t.lower.as_str())
    }

    fn says_table(&self, table: usize, well: f32) -> bool {
        self.tokens.iter().any(|t| {
            t.kind == TokenKind::Word
                && self.lexicon.tables_for(&[&t.lemma]).iter().any(|(found, s)| *found == table && *s >= well)
        })
    }

    fn called(&self, c: ColumnRef, stems: &[&str]) -> bool {
        self.words(c).iter().any(|w| stems.iter().any(|s| w.starts_with(s)))
    }

    /// The points in time that are compared, and how.
    fn compared_times(&self) -> Vec<ColumnRef> {
        let mut out = Vec::new();
        times(&self.plan.filters, &mut out);
        let grains = self.plan.dimensions.iter().filter(|d| d.grain.is_some()).map(|d| &d.field);
        out.extend(grains);
        out.into_iter().filter_map(|f| self.place(f)).collect()
    }

    /// "guests in 2023": not those born then; "born in the 1980s": not those hired then.
    fn born(&self) -> bool {
        const BIRTH: [&str; 3] = ["birth", "born", "dob"];
        let says = self.tokens.iter().any(|t| {
            let w = t.lower.as_str();
            w.starts_with("born")
                || w.starts_with("birth")
                || w.starts_with("dob")
                || w.starts_with("age")
                || matches!(w, "old" | "older" | "oldest" | "young" | "younger" | "youngest" | "generation")
        });
        let birth: Vec<bool> = self.compared_times().into_iter().map(|c| self.called(c, &BIRTH)).collect();
        let born = self.says(&["born"]);
        let kept = self
            .lexicon
            .columns
            .iter()
            .flatten()
            .any(|n| n.words.iter().any(|w| BIRTH.contains(&w.as_str())));
        // "born in March": of any year.
        let month = born
            && self.dated.len() == 1
            && !self.tokens.iter().any(|t| t.kind == TokenKind::Number && t.lower.len() == 4);
        !says && birth.contains(&true)
            || born && kept && !birth.is_empty() && !birth.contains(&true)
            || month && birth.contains(&true)
    }

    /// "crew who worked in 2023": not those who began then.
    fn then(&self) -> bool {
        let own = |c: &ColumnRef| {
            self.lexicon.prepared.name_of(self.request.catalogue, c.table) == self.plan.source
        };
        let lasting = |c: &ColumnRef| {
            self.words(*c).iter().any(|w| {
                matches!(
                    w.as_str(),
                    "built"
                        | "launched"
                        | "launch"
                        | "hired"
                        | "hire"
                        | "signed"
                        | "sign"
                        | "founded"
                        | "registration"
                        | "registered"
                        | "joined"
                        | "join"
                        | "membership"
                        | "licensed"
                        | "opened"
                        | "start"
                        | "construction"
                        | "since"
                        | "member"
                )
            })
        };
        let compared: Vec<ColumnRef> =
            self.compared_times().into_iter().filter(own).filter(lasting).collect();
        if compared.is_empty() {
            return false;
        }
        let verbs: Vec<String> = (0..self.tokens.len())
            .filter(|at| {
                let word = self.word(*at);
                let past = word.ends_with("ed") && word.len() > 4 || is_one_of(PAST, word);
                let did = matches!(
                    word,
                    "sell" | "borrow" | "buy" | "order" | "work" | "visit" | "win" | "stay" | "use"
                ) && (0..*at).any(|n| matches!(self.word(n), "did" | "do" | "does"));
                (past || did)
                    && self.tokens[*at].kind == TokenKind::Word
                    && !self.is_told(*at)
                    && !is_one_of(ANY, word)
            })
            .map(|at| root(self.word(at)))
            .collect();
        let kin = |c: &ColumnRef| self.words(*c).iter().any(|w| verbs.contains(&root(w)));
        let began = BEGAN.split_ascii_whitespace().any(|word| verbs.contains(&root(word)));
        !verbs.is_empty() && !began && !compared.iter().any(kin)
    }

    /// "customers with revenue over 5000": what each of them adds up to, and no single order.
    fn single_row(&self) -> bool {
        let sums = |field: &Field| {
            let Some(c) = self.place(field) else { return false };
            let words = self.words(c);
            let last = words.last().map(String::as_str).unwrap_or_default();
            let money = self.tokens.iter().any(|t| is_income(&t.lower) || t.lower == "sales")
                && words
                    .iter()
                    .any(|w| matches!(w.as_str(), "amount" | "total" | "price" | "revenue" | "sale"));
            let spent = self.says(&["spent", "spend", "spends", "earned", "paid"])
                && words.iter().any(|w| matches!(w.as_str(), "amount" | "total" | "price"));
            let pieces = self.says(&["quantity"]) && last == "quantity"
                || self.tokens.iter().any(|t| t.lower != t.lemma && t.lemma == last && words.len() <= 2)
                    && !matches!(
                        last,
                        "year"
                            | "point"
                            | "metre"
                            | "meter"
                            | "kilometre"
                            | "dollar"
                            | "euro"
                            | "star"
                            | "minute"
                            | "hour"
                            | "day"
                    );
            // "with a track of more than 250000 milliseconds": one of those rows.
            let of_rows = self.says_table(c.table, 0.75);
            // What comes in is a sum, whatever rows it comes from.
            let sum = self.tokens.iter().any(|t| is_income(&t.lower));
            money && (sum || !of_rows) || !of_rows && (spent || pieces)
        };
        let far = |field: &Field| {
            let graph = &self.lexicon.prepared.graph;
            let table = |name| self.lexicon.prepared.table(self.request.catalogue, name).ok();
            match (table(&self.plan.source), table(&field.table)) {
                (Some(from), Some(to)) => from != to && graph.path(from, to, true, None).is_none(),
                _ => false,
            }
        };
        let single = self.says(&[
            "single",
            "one",
            "each",
            "any",
            "individual",
            "order",
            "worth",
            "least",
            "costing",
            "priced",
        ]);
        !single && self.plan.having.is_empty() && related_compares(&self.plan.filters, &far, &sums)
    }

    /// "the team with the highest satisfaction": that of the team, and not of one of its tickets.
    fn rows_of_groups(&self) -> bool {
        let [order] = self.plan.order.as_slice() else {
            return self.one_row_of_group(self.plan.order.first().map(|o| &o.by));
        };
        self.one_row_of_group(Some(&order.by))
    }

    fn one_row_of_group(&self, by: Option<&OrderKey>) -> bool {
        let Some(OrderKey::Field(field)) = by else { return false };
        let Some(c) = self.place(field) else { return false };
        let Ok(source) = self.lexicon.prepared.table(self.request.catalogue, &self.plan.source) else {
            return false;
        };
        let number = self.column(c).kind.is_numeric() && !self.is_key(c) && c.table == source;
        if self.plan.limit != Some(1)
            || !self.plan.measures.is_empty()
            || !number
            || self.says_table(source, 0.75)
        {
            return false;
        }
        let shown = self.visible();
        let own = |c: &ColumnRef| self.is_label(*c) || self.is_key(*c);
        // Nothing tells which row it is: what is shown is of many.
        !shown.is_empty()
            && !shown.iter().any(|c| c.table == source && own(c))
            && !self.world.labels(source).is_empty()
    }

    /// "staff who have never done it": not those who did something else, too.
    fn not_once(&self) -> bool {
        // "complaints that were never closed" are rows that are otherwise.
        let never = (0..self.tokens.len()).any(|at| {
            let next = at + 1 + usize::from(self.word(at + 1) == "been");
            self.word(at) == "never" && !self.is_told(next) && self.word(next).len() > 2
        });
        let unequal = |f: &Filter| {
            matches!(f, Filter::Compare { operator: Operator::NotEqual, operand: Operand::Literal(_), .. })
                || matches!(f, Filter::In { negated: true, .. })
        };
        let all_unequal = self.plan.filters.iter().any(unequal);
        let otherwise = self.plan.filters.iter().any(|f| match f {
            Filter::Not(_) => true,
            Filter::Null { negated, .. } => !negated,
            Filter::Among { plan, negated, .. } => *negated || denies(plan),
            Filter::Related { count, negated, .. } => *negated || count.is_some(),
            _ => false,
        });
        if never && all_unequal && !otherwise && self.plan.combine.is_none() {
            return true;
        }
        // "countries without orders": those where nobody has any.
        let Ok(source) = self.lexicon.prepared.table(self.request.catalogue, &self.plan.source) else {
            return false;
        };
        let [one] = self.plan.columns.as_slice() else { return false };
        let Some(c) = self.place(one) else { return false };
        let group = c.table == source && !self.is_label(c) && !self.is_key(c) && self.plan.distinct;
        let denied = self.plan.filters.iter().any(|f| match f {
            Filter::Not(inner) => matches!(**inner, Filter::Related { .. }),
            Filter::Related { negated, .. } => *negated,
            _ => false,
        });
        group
            && denied
            && self.plan.combine.is_none()
            && !self.says_table(source, 0.9)
            && self.says(&["without", "no", "never", "not", "any"])
    }

    /// "part time": not full time.
    fn opposite_time(&self, spoken: &Spoken<'_>) -> bool {
        let part = (0..self.tokens.len())
            .any(|at| self.word(at) == "part" && self.word(at + 1) == "time" || self.word(at) == "parttime");
        let full = spoken
            .fields
            .iter()
            .filter_map(|f| self.place(f))
            .any(|c| self.words(c).iter().any(|w| w == "full"));
        let says_no = ["n", "no", "false", "0", "part"]
            .iter()
            .any(|no| spoken.literals.iter().any(|l| l.to_lowercase().starts_with(no)));
        part && full && !says_no
    }

    /// "full time agents" are rows, and "yes" and "no" are no list.
    fn flags_alone(&self) -> bool {
        let flag = |c: ColumnRef| {
            let column = self.column(c);
            column.kind == TypeKind::Bool
                || matches!(self.words(c).first().map(String::as_str), Some("is" | "has"))
                || !column.samples.is_empty()
                    && column.samples.len() <= 2
                    && column.samples.iter().all(|s| {
                        matches!(
                            s.to_string().trim_matches(['"', '\'']).to_lowercase().as_str(),
                            "y" | "n" | "yes" | "no" | "true" | "false" | "t" | "f"
                        )
                    })
        };
        let listed = self.plan.measures.is_empty()
            && self.plan.distinct
            && self.visible().as_slice().first().is_some_and(|c| self.visible().len() == 1 && flag(*c));
        let counted = self.plan.measures.iter().any(|m| {
            m.aggregate == Aggregate::CountDistinct
                && matches!(&m.expression, Some(Expression::Field(f)) if self.place(f).is_some_and(flag))
        });
        let grouped = counted && !self.says(&["different", "distinct", "unique"]);
        listed || grouped
    }

    /// "pupils named Crowder": whose own name it is.
    fn named_elsewhere(&self) -> bool {
        (1..self.tokens.len()).any(|at| {
            if !matches!(self.word(at), "named" | "called") {
                return false;
            }
            let Some((rows, _)) =
                self.lexicon.tables_for(&[&lemma(self.word(at - 1))]).into_iter().find(|(_, s)| *s >= 0.75)
            else {
                return false;
            };
            let Some((values, _)) = self.told.iter().find(|(_, said)| said.start == at + 1) else {
                return false;
            };
            let mut fields = Vec::new();
            compared(&self.plan.filters, &mut fields);
            let own = fields.iter().filter_map(|f| self.place(f)).any(|c| c.table == rows);
            !own && !values.iter().any(|v| v.column.table == rows) && !fields.is_empty()
        })
    }

    /// "the number of returns": points in time are no rows, and a text in a key is none.
    fn moments_counted(&self) -> bool {
        let different = self.says(&["different", "distinct", "unique", "days", "dates", "day", "times"]);
        let moment = |m: &rowcall_plan::Measure| {
            m.aggregate == Aggregate::CountDistinct
                && matches!(&m.expression, Some(Expression::Field(f)) if self.place(f).is_some_and(|c| self.column(c).kind.is_temporal()))
        };
        let in_key = |f: &Filter| matches!(f, Filter::Text { field, .. } if self.place(field).is_some_and(|c| self.column(c).kind.is_numeric()));
        !different && self.plan.measures.iter().any(moment) || self.plan.filters.iter().any(in_key)
    }

    /// "more expensive than the average of their category": not than that of all.
    fn own_average(&self) -> bool {
        let overall = |f: &Filter| matches!(f, Filter::Compare { operand: Operand::Aggregate { filters, .. }, .. } if filters.is_empty());
        let own = (0..self.tokens.len()).any(|at| {
            matches!(self.word(at), "average" | "mean" | "median" | "avg")
                && (at + 1..at + 5).any(|n| {
                    matches!(self.word(n), "of" | "for" | "in")
                        && matches!(self.word(n + 1), "their" | "its" | "his" | "her" | "the")
                        && (matches!(self.word(n + 1), "their" | "its" | "his" | "her")
                            || matches!(self.word(n + 2), "same" | "respective"))
                })
        });
        own && self.plan.filters.iter().any(overall)
    }

    /// "how many customers and products": two numbers.
    pub(super) fn two_kinds(&self, asked: &[Token]) -> bool {
        let shown = self.plan.measures.iter().filter(|m| !m.hidden).count();
        let lower = |at: usize| asked.get(at).map_or("", |t| t.lower.as_str());
        let rows = |at: usize| {
            let plural = asked.get(at).filter(|t| t.kind == TokenKind::Word && t.lower != t.lemma)?;
            let (table, s) = *self.lexicon.tables_for(&[&plural.lemma]).first()?;
            (s >= 0.75 && self.lexicon.values(&[&plural.lower]).is_empty()).then_some(table)
        };
        shown == 1
            && self.plan.dimensions.is_empty()
            && (0..asked.len()).any(|at| {
                let asks = lower(at) == "many" || lower(at) == "of" && at > 0 && lower(at - 1) == "number";
                let both = lower(at + 2) == "and";
                asks && both
                    && matches!((rows(at + 1), rows(at + 3)), (Some(one), Some(other)) if one != other)
            })
    }

    /// "the technical team": a value of that column, and of no other.
    fn another_column(&self) -> bool {
        self.told.iter().any(|(values, said)| {
            let Some(token) = self.tokens.get(said.end).filter(|t| t.kind == TokenKind::Word) else {
                return false;
            };
            let mut fields = Vec::new();
            compared(&self.plan.filters, &mut fields);
            let used: Vec<ColumnRef> = fields
                .iter()
                .filter_map(|f| self.place(f))
                .filter(|c| values.iter().any(|v| v.column == *c && v.test.is_none()))
                .collect();
            let [c] = used.as_slice() else { return false };
            // A column of the same rows is called by just that word, and by no word of the one that is compared.
            let called = |other: &usize| {
                let other = ColumnRef { table: c.table, column: *other };
                other != *c
                    && self.words(other) == [token.lemma.clone()]
                    && self.column(other).kind.is_textual()
            };
            !self.words(*c).contains(&token.lemma)
                && !self.lexicon.names_table(&token.lemma, 0.75)
                && (0..self.lexicon.columns[c.table].len()).any(|other| called(&other))
        })
    }

    /// "not yet shipped": what was delivered since was shipped.
    fn not_yet(&self, spoken: &Spoken<'_>) -> bool {
        let at = (0..self.tokens.len()).find(|at| self.word(*at) == "not" && self.word(at + 1) == "yet");
        let Some(at) = at else { return false };
        let verb = (at + 2..at + 4).find(|n| self.word(*n).ends_with("ed") || is_one_of(PAST, self.word(*n)));
        let Some(stem) = verb.map(|n| root(self.word(n))) else { return false };
        let moment =
            |c: ColumnRef| self.column(c).kind.is_temporal() && self.words(c).iter().any(|w| root(w) == stem);
        let tables: Vec<usize> =
            spoken.fields.iter().filter_map(|f| self.place(f)).map(|c| c.table).collect();
        let kept = tables.iter().any(|t| {
            (0..self.lexicon.columns[*t].len()).any(|column| moment(ColumnRef { table: *t, column }))
        });
        kept && !spoken.fields.iter().filter_map(|f| self.place(f)).any(moment)
    }

    /// "units sold": no price of one.
    fn units(&self, spoken: &Spoken<'_>) -> bool {
        let says = self.says(&["units", "pieces"]) && !self.says(&["price", "prices", "cost", "costs"]);
        let priced = spoken.fields.iter().filter_map(|f| self.place(f)).any(|c| {
            let words = self.words(c);
            words.iter().any(|w| w == "unit") && words.iter().any(|w| matches!(w.as_str(), "price" | "cost"))
        });
        says && priced
    }
}

/// The fields whose time is compared.
fn times<'p>(filters: &'p [Filter], out: &mut Vec<&'p Field>) {
    for filter in filters {
        match filter {
            Filter::Period { field, .. } => out.push(field),
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                times(parts, out)
            }
            Filter::Not(part) => times(std::slice::from_ref(part.as_ref()), out),
            _ => {}
        }
    }
}

/// The fields that are compared with something.
pub(super) fn compared<'p>(filters: &'p [Filter], out: &mut Vec<&'p Field>) {
    for filter in filters {
        match filter {
            Filter::Compare { field, .. } | Filter::In { field, .. } | Filter::Text { field, .. } => {
                out.push(field)
            }
            Filter::All(parts) | Filter::Any(parts) | Filter::Related { filters: parts, .. } => {
                compared(parts, out)
            }
            Filter::Not(part) => compared(std::slice::from_ref(part.as_ref()), out),
            _ => {}
        }
    }
}

/// Some row of those that there are many of is compared by such a column.
fn related_compares(
    filters: &[Filter],
    many: &dyn Fn(&Field) -> bool,
    fits: &dyn Fn(&Field) -> bool,
) -> bool {
    filters.iter().any(|f| match f {
        Filter::Compare { field, operator, operand: Operand::Literal(_) | Operand::Aggregate { .. } } => {
            !matches!(operator, Operator::Equal | Operator::NotEqual) && many(field) && fits(field)
        }
        Filter::Related { filters, count: None, .. } => related_compares(filters, &|_| true, fits),
        Filter::All(parts) | Filter::Any(parts) => related_compares(parts, many, fits),
        Filter::Not(part) => related_compares(std::slice::from_ref(part.as_ref()), many, fits),
        _ => false,
    })
}
