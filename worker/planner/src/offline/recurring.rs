//! Times that come again: "orders placed on a Saturday", "on weekends in 2025", "trips that start before 7 in the morning".
//!
//! Which of its times a row is looked up by is what both readers know how to find out for a day. So such a time is read as a day
//! that nobody asks for, and what the plan compares with that day becomes a condition on the day of the week, or on the hour.
//! Where another time is said as well, the question is read without the first one, which then belongs where the other does.

use super::{
    dates::{MONTHS, WEEKDAYS},
    follow,
    lexicon::{Known, is_income},
    recast::text::{Words, slice, words},
    words::{lemma, split_name},
};
use crate::{Choice, PlanRequest, Planned};
use chrono::NaiveDate;
use rowcall_core::{Author, Catalogue, TypeKind};
use rowcall_plan::{
    ComputedColumn, Expression, Field, Filter, Literal, Operand, Operator, Prepared, QueryPlan,
};
use serde_json::Value;

/// A time that comes again.
#[derive(Clone, Debug, PartialEq)]
enum When {
    /// On one of these days of the week, 1 for Monday.
    Weekdays(Vec<i64>),
    /// From one hour to the end of another.
    Hours(i64, i64),
}

/// A question with such a time in it.
pub struct Recurring {
    when: When,
    /// The day that stands for it.
    day: NaiveDate,
    /// What it stands for.
    said: String,
    /// The question as it was asked.
    question: String,
    /// The question with that day.
    with_day: String,
    /// The question without the time.
    without: String,
}

/// Days that stand for times: no data are so old, and nobody asks for them.
const DAYS: [Option<NaiveDate>; 2] =
    [NaiveDate::from_ymd_opt(1683, 9, 11), NaiveDate::from_ymd_opt(1683, 9, 13)];

fn spelled(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// What happens to a row, and how its time may be called.
const VERBS: &[&[&str]] =
    &[&["leav", "depart"], &["arriv"], &["start", "begin"], &["end", "finish"], &["open"], &["clos"]];

impl Recurring {
    /// The time that comes again, where the question has one.
    pub fn read(question: &str, known: &Known) -> Option<Self> {
        let day = DAYS.into_iter().flatten().find(|day| !question.contains(&spelled(*day)))?;
        let found = words(question);
        let (when, from, to, noun) = (0..found.len()).find_map(|at| {
            let beside = weekdays(&found, at, known).or_else(|| hours(question, &found, at));
            let beside = beside.map(|(when, to)| (when, at, to, false));
            beside.or_else(|| before_noun(&found, at, known).map(|when| (when, at, at + 1, true)))
        })?;
        let (before, said, after) = (
            slice(question, ..found[from].from),
            slice(question, found[from].from..found[to - 1].to),
            slice(question, found[to - 1].to..),
        );
        // "weekend payments": payments on that day.
        let (head, rest) = match noun {
            true => (slice(question, found[to].from..found[to].to), slice(question, found[to].to..)),
            false => ("", after),
        };
        let with_day = format!("{before}{head}{}on {}{rest}", if noun { " " } else { "" }, spelled(day));
        // "sailings that leave": without the time, all of them.
        let mut kept = from;
        let verb = |word: &str| VERBS.iter().flat_map(|f| f.iter()).any(|v| word.starts_with(v));
        if !noun && matches!(when, When::Hours(..)) && kept > 0 && verb(&found[kept - 1].lower) {
            kept -= 1;
            while kept > 0 && matches!(found[kept - 1].lower.as_str(), "that" | "which" | "who" | "do") {
                kept -= 1;
            }
        }
        let before = slice(question, ..found[kept].from);
        let without =
            if noun { format!("{before}{head}{rest}") } else { format!("{}{rest}", before.trim_end()) };
        Some(Self { when, day, said: said.to_owned(), question: question.to_lowercase(), with_day, without })
    }

    /// "How many orders on Saturday?": the last one, or all of them.
    pub fn unclear(question: &str, known: &Known) -> Option<Planned> {
        let found = words(question);
        let at = (0..found.len()).find(|at| {
            let day = found[at + 1].lower.as_str();
            let date = &found[at + 2].lower;
            found[*at].lower == "on"
                && WEEKDAYS.contains(&day)
                && !is_stored(day, known)
                && !date.starts_with(|c: char| c.is_ascii_digit())
                && !MONTHS.contains(&date.as_str())
                && date != "the"
        })?;
        let day = slice(question, found[at + 1].from..found[at + 1].to);
        let with = |plainer: &str| {
            let (before, after) = (slice(question, ..found[at].from), slice(question, found[at + 1].to..));
            format!("{before}{plainer}{after}")
        };
        let choices = [("The last one", format!("last {day}")), ("All of them", format!("on {day}s"))];
        Some(Planned::Clarify {
            question: format!("Which {day} is meant, the last one, or all of them?"),
            choices: choices.map(|(label, plainer)| Choice::asking(label.to_owned(), with(&plainer))).into(),
        })
    }

    /// Plans the question, each of its other parts as ever.
    pub fn plan(
        &self,
        request: &PlanRequest<'_>,
        prepared: &Prepared,
        plan: impl Fn(&str) -> Planned,
    ) -> Planned {
        if let Some(planned) = self.follow(request, prepared) {
            return planned;
        }
        let first = plan(&self.with_day);
        if let Planned::Plan { plan, assumptions, confidence } = &first
            && let Some(plan) = self.in_place(plan, request.catalogue, prepared)
        {
            let assumptions = assumptions.iter().map(|note| self.plain(note)).collect();
            return Planned::Plan { plan, assumptions, confidence: *confidence };
        }
        if let Planned::Plan { plan, assumptions, confidence } = plan(&self.without)
            && let Some(plan) = self.beside(&plan, request.catalogue, prepared)
        {
            return Planned::Plan { plan, assumptions, confidence };
        }
        match first {
            Planned::CannotAnswer { reason, suggestions } => Planned::CannotAnswer {
                reason: self.plain(&reason),
                suggestions: suggestions.iter().map(|s| self.plain(s)).collect(),
            },
            _ => Planned::CannotAnswer {
                reason: format!("I could not make out which time \"{}\" is of.", self.said),
                suggestions: Vec::new(),
            },
        }
    }

    /// "and on weekends?", "only those before noon": the answer before, at these times.
    fn follow(&self, request: &PlanRequest<'_>, prepared: &Prepared) -> Option<Planned> {
        const LEADS: &str =
            "and but only just what about how now then also same the those ones these in for show me it";
        let found = words(&self.without);
        let leads = |w: &str| LEADS.split_ascii_whitespace().any(|lead| lead == w);
        found.iter().all(|w| leads(&w.lower)).then_some(())?;
        let last = request.history.iter().rev().find(|m| m.author == Author::Rowcall)?.plan.clone()?;
        let mut plan: QueryPlan = serde_json::from_value(last).ok()?;
        let assumptions = vec![follow::continues(&plan)];
        // "and on Sundays?" of what was asked of Saturdays: on those instead.
        let same = |c: &ComputedColumn| match &self.when {
            When::Weekdays(_) => matches!(c.expression, Expression::Weekday(_)),
            When::Hours(..) => matches!(c.expression, Expression::Hour(_)),
        };
        let before: Vec<ComputedColumn> = plan.computed.iter().filter(|c| same(c)).cloned().collect();
        let of = |f: &Filter| match f {
            Filter::Compare { field, .. } | Filter::In { field, .. } => {
                before.iter().any(|c| c.table == field.table && c.name == field.column)
            }
            _ => false,
        };
        plan.filters.retain(|f| !of(f) && !matches!(f, Filter::All(parts) if parts.iter().all(of)));
        let plan = match before.first() {
            Some(column) => {
                plan.filters.push(self.condition(column));
                plan
            }
            None => self.beside(&plan, request.catalogue, prepared)?,
        };
        rowcall_plan::compile_with(&plan, request.catalogue, prepared).ok()?;
        Some(Planned::Plan { plan, assumptions, confidence: 0.85 })
    }

    fn plain(&self, text: &str) -> String {
        text.replace(&format!("on {}", spelled(self.day)), &self.said).replace(&spelled(self.day), &self.said)
    }

    /// The column that is looked at, as the plan has to add it; none where the column has no such part.
    fn column(&self, of: &Field, catalogue: &Catalogue, prepared: &Prepared) -> Option<ComputedColumn> {
        let stored = catalogue.tables[prepared.table(catalogue, &of.table).ok()?].column(&of.column)?;
        let expression = match (&self.when, stored.kind) {
            (When::Weekdays(_), TypeKind::Date | TypeKind::Timestamp | TypeKind::TimestampTz) => {
                Expression::Weekday(of.clone())
            }
            (When::Hours(..), TypeKind::Time | TypeKind::Timestamp | TypeKind::TimestampTz) => {
                Expression::Hour(of.clone())
            }
            _ => return None,
        };
        Some(ComputedColumn { table: of.table.clone(), name: expression.name(), expression })
    }

    fn condition(&self, column: &ComputedColumn) -> Filter {
        let field = Field::new(column.table.clone(), column.name.clone());
        let compare = |operator, n: i64| Filter::Compare {
            field: field.clone(),
            operator,
            operand: Operand::Literal(Literal::Integer(n)),
        };
        match &self.when {
            When::Weekdays(days) => match days.as_slice() {
                [one] => compare(Operator::Equal, *one),
                days => Filter::In {
                    field: field.clone(),
                    values: days.iter().map(|n| Literal::Integer(*n)).collect(),
                    negated: false,
                },
            },
            When::Hours(0, last) => compare(Operator::Less, last + 1),
            When::Hours(first, 23) => compare(Operator::AtLeast, *first),
            When::Hours(first, last) if first == last => compare(Operator::Equal, *first),
            When::Hours(first, last) => {
                Filter::All(vec![compare(Operator::AtLeast, *first), compare(Operator::AtMost, *last)])
            }
        }
    }

    /// The plan with the condition in the place of the made-up day.
    fn in_place(&self, plan: &QueryPlan, catalogue: &Catalogue, prepared: &Prepared) -> Option<QueryPlan> {
        let mut value = serde_json::to_value(plan).ok()?;
        let mut added = Vec::new();
        let made_up = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
            from == Some(self.day) && to == self.day.succ_opt()
        };
        self.replace(&mut value, &mut added, &mut |field, from, to| {
            if !made_up(from, to) {
                return None;
            }
            let column = self.column(field, catalogue, prepared)?;
            let filter = self.condition(&column);
            Some((column, filter))
        });
        let text = value.to_string();
        let left = text.contains(&self.day.to_string()) || text.contains(&spelled(self.day));
        if added.is_empty() || left {
            return None;
        }
        let plan: QueryPlan = serde_json::from_value(value).ok()?;
        Some(with_columns(plan, added))
    }

    /// The plan with the condition beside its other time, or on the only time that its rows have.
    fn beside(&self, plan: &QueryPlan, catalogue: &Catalogue, prepared: &Prepared) -> Option<QueryPlan> {
        let mut value = serde_json::to_value(plan).ok()?;
        let mut added = Vec::new();
        let mut found = 0;
        self.replace(&mut value, &mut added, &mut |field, from, to| {
            found += 1;
            let column = self.column(field, catalogue, prepared)?;
            let period = Filter::Period { field: field.clone(), from, to };
            let filter = Filter::All(vec![period, self.condition(&column)]);
            Some((column, filter))
        });
        match (found, added.len()) {
            (0, _) => {}
            // The day is in one column and the hour in another.
            (_, 0) if matches!(self.when, When::Hours(..)) => {}
            (1, 1) => return Some(with_columns(serde_json::from_value(value).ok()?, added)),
            _ => return None,
        }
        let mut plan = plan.clone();
        let grained = plan.dimensions.iter().filter(|d| d.grain.is_some()).map(|d| d.field.clone()).next();
        let field = grained.or_else(|| self.only_time(&plan, catalogue, prepared))?;
        let column = self.column(&field, catalogue, prepared)?;
        plan.filters.push(self.condition(&column));
        Some(with_columns(plan, vec![column]))
    }

    /// The one time that tells when a row of the source came about.
    fn only_time(&self, plan: &QueryPlan, catalogue: &Catalogue, prepared: &Prepared) -> Option<Field> {
        let table = &catalogue.tables[prepared.table(catalogue, &plan.source).ok()?];
        let fits = |name: &str| {
            let field = Field::new(plan.source.clone(), name.to_owned());
            self.column(&field, catalogue, prepared).map(|_| field)
        };
        let mut times: Vec<(&String, Field)> =
            table.columns.iter().filter_map(|c| Some((&c.name, fits(&c.name)?))).collect();
        // "sailings that leave before 7 in the morning": the time of departure.
        if times.len() > 1 {
            times.retain(|(name, _)| {
                let words = split_name(name);
                let asked = |family: &&&[&str]| family.iter().any(|w| self.question.contains(w));
                let tells = |family: &[&str]| {
                    words.iter().any(|w| family.iter().any(|f| w.to_lowercase().starts_with(f)))
                };
                VERBS.iter().filter(asked).any(|family| tells(family))
            });
        }
        let mut times = times.into_iter().map(|(_, field)| field);
        times.next().filter(|_| times.next().is_none() && plan.combine.is_none())
    }

    /// Puts other conditions in the place of periods, wherever they stand in a plan.
    fn replace(
        &self,
        plan: &mut Value,
        added: &mut Vec<ComputedColumn>,
        other: &mut impl FnMut(&Field, Option<NaiveDate>, Option<NaiveDate>) -> Option<(ComputedColumn, Filter)>,
    ) {
        if plan.get("period").is_some()
            && let Ok(Filter::Period { field, from, to }) = serde_json::from_value(plan.clone())
        {
            if let Some((column, filter)) = other(&field, from, to)
                && let Ok(filter) = serde_json::to_value(filter)
            {
                if !added.contains(&column) {
                    added.push(column);
                }
                *plan = filter;
            }
            return;
        }
        match plan {
            Value::Object(map) => map.values_mut().for_each(|v| self.replace(v, added, other)),
            Value::Array(list) => list.iter_mut().for_each(|v| self.replace(v, added, other)),
            _ => {}
        }
    }
}

fn with_columns(mut plan: QueryPlan, added: Vec<ComputedColumn>) -> QueryPlan {
    for column in added {
        if !plan.computed.contains(&column) {
            plan.computed.push(column);
        }
    }
    plan.filters = apart(plan.filters);
    plan
}

/// Conditions that stand in a list each by itself, where what follows up on them ("and in 2024?") can exchange one.
fn apart(filters: Vec<Filter>) -> Vec<Filter> {
    let bound = |f: &Filter| matches!(f, Filter::Compare { .. });
    let each = |filter| match filter {
        // "between 9 and 16" is one.
        Filter::All(parts) if !parts.iter().all(bound) => apart(parts),
        Filter::Related { table, filters, count, negated, via } => {
            vec![Filter::Related { table, filters: apart(filters), count, negated, via }]
        }
        other => vec![other],
    };
    filters.into_iter().flat_map(each).collect()
}

/// What a word says of days of the week: "Saturdays", "weekend".
fn days(word: &str) -> Option<Vec<i64>> {
    let one = word.strip_suffix('s').unwrap_or(word);
    match one {
        "weekend" => Some(vec![6, 7]),
        "weekday" => Some((1..=5).collect()),
        _ => {
            let at = WEEKDAYS.iter().position(|d| *d == one)?;
            Some(vec![i64::try_from(at).ok()? + 1])
        }
    }
}

/// The data tell such a day themselves: as a value, or in a column of its own.
fn is_stored(word: &str, known: &Known) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    let named = |w: &String| matches!(w.as_str(), "weekday" | "weekend") || w == one;
    let of_week = |words: &[String]| {
        words.iter().any(|w| w == "day") && words.iter().any(|w| w == "week") || words.iter().any(named)
    };
    !known.values(&[one]).is_empty() || known.columns.iter().flatten().any(|name| of_week(&name.words))
}

/// "on a Saturday", "on Mondays and Tuesdays", "at the weekend"; and where that ends. "On Saturday" alone is a day.
fn weekdays(found: &Words, at: usize, known: &Known) -> Option<(When, usize)> {
    matches!(found[at].lower.as_str(), "on" | "at" | "during" | "over").then_some(())?;
    let article = matches!(found[at + 1].lower.as_str(), "a" | "an" | "any" | "every" | "the");
    let first = at + 1 + usize::from(article);
    let mut all = days(&found[first].lower)?;
    let mut to = first + 1;
    while matches!(found[to].lower.as_str(), "or" | "and") {
        let again = usize::from(matches!(found[to + 1].lower.as_str(), "a" | "an" | "on"));
        let Some(next) = days(&found[to + 1 + again].lower) else { break };
        all.extend(next);
        to += 2 + again;
    }
    let several = found[first].lower.ends_with('s') || all.len() > 1;
    let any = matches!(found[at + 1].lower.as_str(), "a" | "any" | "every");
    let stored = found[first..to].iter().any(|w| days(&w.lower).is_some() && is_stored(&w.lower, known));
    all.sort_unstable();
    all.dedup();
    ((several || any) && !stored && all.len() < 7).then_some((When::Weekdays(all), to))
}

/// "weekend payments", "Sunday orders".
fn before_noun(found: &Words, at: usize, known: &Known) -> Option<When> {
    let day = &found[at].lower;
    let all = days(day).filter(|_| !day.ends_with('s') && !is_stored(day, known))?;
    let before = at.checked_sub(1).map_or("", |b| found[b].lower.as_str());
    // "last weekend", "per weekday", "which weekday"
    let other = matches!(
        before,
        "last"
            | "this"
            | "next"
            | "past"
            | "coming"
            | "on"
            | "at"
            | "per"
            | "by"
            | "each"
            | "every"
            | "which"
            | "what"
            | "the"
            | "a"
            | "and"
            | "or"
    );
    let noun = &found[at + 1].lower;
    let named = || known.tables_for(&[&lemma(noun)]).first().is_some_and(|(_, s)| *s >= 0.75);
    let rows = is_income(noun) || *noun != lemma(noun) && named();
    (!other && rows).then_some(When::Weekdays(all))
}

/// A full hour as clocks show it, and in how many words: "07:00", "7 am", "7 o'clock", "7 in the morning", "noon".
fn clock(question: &str, found: &Words, at: usize) -> Option<(i64, usize)> {
    let word = found[at].lower.as_str();
    match word {
        "noon" | "midday" => return Some((12, 1)),
        _ => {}
    }
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    let (number, rest) =
        (digits.parse::<i64>().ok().filter(|n| (0..=24).contains(n))?, &word[digits.len()..]);
    let half =
        |n: i64, afternoon: bool| (1..=12).contains(&n).then_some(n % 12 + if afternoon { 12 } else { 0 });
    let next = found[at + 1].lower.as_str();
    let colon = slice(question, found[at].to..found[at + 1].from) == ":";
    match (rest, next) {
        ("am" | "pm", _) => return Some((half(number, rest == "pm")?, 1)),
        ("", "am" | "pm") => return Some((half(number, next == "pm")?, 2)),
        ("", "00") if colon => {
            let third = found[at + 2].lower.as_str();
            return Some(match third {
                "am" | "pm" => (half(number, third == "pm")?, 3),
                _ => (number, 2),
            });
        }
        ("", _) => {}
        _ => return None,
    }
    let clock = usize::from(matches!(next, "o'clock" | "o’clock" | "oclock"));
    let part = found[at + 3 + clock].lower.as_str();
    let of_day = found[at + 1 + clock].lower == "in"
        && found[at + 2 + clock].lower == "the"
        && matches!(part, "morning" | "afternoon" | "evening");
    match (clock, of_day) {
        (_, true) => Some((half(number, part != "morning")?, 4 + clock)),
        (1, false) => Some((number, 2)),
        _ => None,
    }
}

/// "before 7 in the morning", "after 18:00", "between 9 and 12 o'clock"; and where that ends.
fn hours(question: &str, found: &Words, at: usize) -> Option<(When, usize)> {
    let (word, next) = (found[at].lower.as_str(), found[at + 1].lower.as_str());
    if matches!(word, "between" | "from") {
        let (until, used) = (at + 1..at + 6).find_map(|n| {
            let ties = matches!(found[n].lower.as_str(), "and" | "to" | "until" | "till") && n > at + 1;
            let (hour, used) = clock(question, found, n + 1).filter(|_| ties)?;
            Some(((hour, n), n + 1 + used))
        })?;
        // "between 9 and 12 o'clock": the first hour as well.
        let bare =
            || found[at + 1].lower.parse::<i64>().ok().filter(|n| (0..24).contains(n) && until.1 == at + 2);
        let first = clock(question, found, at + 1)
            .filter(|(_, n)| at + 1 + n == until.1)
            .map(|(hour, _)| hour)
            .or_else(bare)?;
        return (first < until.0).then_some((When::Hours(first, until.0 - 1), used));
    }
    let (than, early) = match (word, next) {
        ("before", _) => (1, true),
        ("after" | "since", _) => (1, false),
        ("earlier", "than") => (2, true),
        ("later", "than") => (2, false),
        _ => return None,
    };
    let (hour, used) = clock(question, found, at + than)?;
    let when = if early { When::Hours(0, hour - 1) } else { When::Hours(hour, 23) };
    let some = if early { hour > 0 } else { (1..24).contains(&hour) };
    some.then_some((when, at + than + used))
}
