//! What a plan looks like, where that decides between two readings: rows that are named by their keys, dates that "when" asks
//! for, shares, plans within plans.

use super::{
    lexicon::Lexicon,
    recast::are_people,
    resolve::World,
    words::{TokenKind, is_person, is_role, root, split_name, tokens, verb_root},
};
use crate::PlanRequest;
use rowcall_core::Catalogue;
use rowcall_plan::{
    Aggregate, Expression, Field, Filter, Having, Measure, Operand, Operator, QueryPlan, compile_with,
};

/// Nobody asks for the sum or average of numbers that they name: "the total of orders 21 and 22" is not that of 21s and 22s.
pub(super) fn adds_up_what_is_given(plan: &QueryPlan) -> bool {
    let given = |field: &Field| {
        plan.filters.iter().any(|filter| match filter {
            Filter::Compare { field: of, operator: Operator::Equal, operand: Operand::Literal(_) }
            | Filter::In { field: of, negated: false, .. } => of == field,
            _ => false,
        })
    };
    let adds = |m: &Measure| matches!(m.aggregate, Aggregate::Sum | Aggregate::Average | Aggregate::Median);
    plan.measures
        .iter()
        .filter(|m| adds(m))
        .any(|m| matches!(&m.expression, Some(Expression::Field(field)) if given(field)))
}

/// The only condition is that the rows have these keys, and they are listed.
pub(super) fn names_rows(plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    let [Filter::Compare { field, operator: Operator::Equal, .. } | Filter::In { field, negated: false, .. }] =
        plan.filters.as_slice()
    else {
        return false;
    };
    let table = lexicon.prepared.table(request.catalogue, &plan.source);
    let is_key =
        table.is_ok_and(|table| request.catalogue.tables[table].primary_key == [field.column.clone()]);
    is_key && field.table == plan.source && plan.measures.is_empty() && plan.limit.is_none()
}

/// Of each period in a plan, whether it is one of the rows that are asked for.
pub(super) fn times(plan: &QueryPlan) -> impl Iterator<Item = bool> + '_ {
    plan.filters.iter().filter_map(|filter| match filter {
        Filter::Period { field, .. } => Some(field.table == plan.source),
        _ => None,
    })
}

/// A question for a time that is answered by a list of dates.
pub(super) fn tells_when(
    question: &str,
    plan: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let asks = question.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("when "));
    let time = |field: &Field| {
        let table = lexicon.prepared.table(request.catalogue, &field.table).ok();
        let columns = table.map(|t| &request.catalogue.tables[t].columns);
        columns.is_some_and(|c| c.iter().any(|c| c.name == field.column && c.kind.is_temporal()))
    };
    asks && plan.measures.is_empty() && plan.columns.iter().any(time)
}

/// One list shows what another one does, and before it what the rows are called.
pub(super) fn only_names(
    more: &QueryPlan,
    less: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> bool {
    let Some(named) = more.columns.len().checked_sub(less.columns.len()).filter(|n| *n > 0) else {
        return false;
    };
    let (first, rest) = more.columns.split_at(named);
    let world = World::new(request.catalogue, lexicon, &[]);
    let Ok(table) = lexicon.prepared.table(request.catalogue, &more.source) else { return false };
    let labels: Vec<Field> = world.labels(table).into_iter().map(|c| world.field(c)).collect();
    let bare = |plan: &QueryPlan| QueryPlan { columns: Vec::new(), ..plan.clone() };
    rest == less.columns
        && !rest.is_empty()
        && first.iter().all(|f| labels.contains(f))
        && bare(more) == bare(less)
}

/// Shares, growth and times between events are read along the words only: what the other reader makes of them is
/// something else.
pub(super) fn says_more(plan: &QueryPlan) -> bool {
    plan.comparison.is_some()
        || plan.measures.iter().any(|m| {
            m.share || m.running || m.percent || matches!(m.expression, Some(Expression::Elapsed { .. }))
        })
}

/// "the smallest capacity and its club": the row that has it, rather than the smallest of each club, where nothing
/// says "each".
pub(super) fn one_of_all(question: &str, one: &QueryPlan, each: &QueryPlan) -> bool {
    let splits = |w: &str| matches!(w.to_lowercase().as_str(), "each" | "every" | "per" | "by" | "for");
    let extreme = |m: &Measure| matches!(m.aggregate, Aggregate::Minimum | Aggregate::Maximum);
    one.measures.is_empty()
        && one.limit == Some(1)
        && !each.dimensions.is_empty()
        && each.measures.iter().all(extreme)
        && !question.split(|c: char| !c.is_alphanumeric()).any(splits)
}

/// Values that come from another plan ("orders of the customer with the most tickets") are composed only.
pub(super) fn nests(plan: &QueryPlan) -> bool {
    plan.filters.iter().any(|f| matches!(f, Filter::Among { .. }))
}

/// "Give the company's name and the employee's name", of which the plan shows one: names of several things are asked for.
pub(super) fn lacks_a_name(question: &str, plan: &QueryPlan, lexicon: &Lexicon) -> bool {
    let said = tokens(question);
    let lower = |at: usize| said.get(at).map_or("", |t| t.lower.as_str());
    let part = |w: &str| {
        matches!(
            w,
            "first" | "last" | "full" | "middle" | "given" | "family" | "their" | "its" | "the" | "and"
        )
    };
    let thing = |at: usize| {
        let token = said.get(at)?;
        (token.kind == TokenKind::Word && !part(&token.lower) && lexicon.names_table(&token.lemma, 0.75))
            .then(|| token.lemma.clone())
    };
    let mut things: Vec<String> = Vec::new();
    for at in 1..said.len() {
        if !matches!(lower(at), "name" | "names") {
            continue;
        }
        let owner = at - 1 - usize::from(at > 1 && lower(at - 1) == "'s");
        let mut behind = at + 1;
        while matches!(lower(behind), "of" | "the" | "each" | "every" | "all") && behind < at + 4 {
            behind += 1;
        }
        let of = (lower(at + 1) == "of").then(|| thing(behind)).flatten();
        if let Some(thing) = thing(owner).or(of)
            && !things.contains(&thing)
        {
            things.push(thing);
        }
    }
    let groups = plan.dimensions.iter().filter(|d| !d.hidden).count();
    things.len() > (plan.columns.len() + groups).max(1)
}

/// "with an average rating above 4": groups by what they come to, in so many words.
pub(super) fn bounds_an_average(question: &str, plan: &QueryPlan) -> bool {
    let averages =
        |h: &Having| plan.measures.get(h.measure).is_some_and(|m| m.aggregate == Aggregate::Average);
    question.to_lowercase().contains("average ") && plan.having.iter().any(averages)
}

/// "What did Ann Lee buy?", answered with her name: it tells nothing but what was said.
pub(super) fn repeats(question: &str, plan: &QueryPlan) -> Option<String> {
    let first = question.split_whitespace().next().unwrap_or_default().to_lowercase();
    let asks = matches!(first.as_str(), "what" | "how" | "when" | "where");
    let lists =
        plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none() && !plan.distinct;
    let told = |field: &Field| {
        plan.filters.iter().any(|f| {
            matches!(f, Filter::Compare { field: of, operator: Operator::Equal, operand: Operand::Literal(_) } if of == field)
        })
    };
    // All there is of somebody is no answer to what they do.
    let words: Vec<String> = question.split_whitespace().map(str::to_lowercase).collect();
    let doing = first == "what"
        && words.len() > 3
        && words[1] == "is"
        && words[2..].iter().any(|w| w.trim_end_matches('?').ends_with("ing"));
    let all = doing && plan.columns.len() > 3 && plan.columns.iter().any(told);
    (asks && lists && !plan.columns.is_empty() && (all || plan.columns.iter().all(told))).then(|| {
        "I could not make out what is asked for: all that I find is what the question says.".to_owned()
    })
}

/// "last login of each user", answered with last names alone, and "who ordered the most" with everybody who ordered.
pub(super) fn lost_order(question: &str, plan: &QueryPlan) -> Option<String> {
    let said: Vec<String> = tokens(question).into_iter().map(|t| t.lower).collect();
    let says = |word: &str| said.iter().any(|w| w == word);
    let family = |field: &Field| {
        let words = split_name(&field.column);
        words.len() == 2 && words[0].eq_ignore_ascii_case("last") && words[1].eq_ignore_ascii_case("name")
    };
    let named = ["name", "names", "first", "surname", "surnames", "family", "who"].iter().any(|w| says(w));
    let last = says("last") && !named && plan.columns.len() == 1 && plan.columns.iter().all(family);
    // "the most" at the end, or before a time: of what is not said, and the answer has nothing of it.
    let most = said.windows(2).enumerate().any(|(at, pair)| {
        let ends = said.get(at + 2).is_none_or(|w| {
            matches!(w.as_str(), "?" | "." | "in" | "during" | "since" | "last" | "this" | "over" | "so")
        });
        pair[0] == "the" && matches!(pair[1].as_str(), "most" | "least" | "fewest") && ends
    });
    let lists = plan.measures.is_empty()
        && plan.limit.is_none()
        && plan.having.is_empty()
        && plan.fold.is_none()
        && plan.combine.is_none();
    let nested = serde_json::to_string(&plan.filters)
        .is_ok_and(|text| text.contains("\"limit\"") || text.contains("aggregate"));
    (last || most && lists && !nested).then(|| {
        let word = if last { "last" } else { "most" };
        format!("I could not make out what \"{word}\" is meant of. Say of what, such as the latest date or the largest number.")
    })
}

/// "Who manages the hotel in Lisbon?", answered with the hotel: with what the question names rather than with somebody. "Guests
/// from each country", answered with the countries of the hotels that they stayed at: with what is not their own.
pub(super) fn of_another(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let said: Vec<_> = tokens(question);
    let lower = |at: usize| said.get(at).map_or("", |t| t.lower.as_str());
    let table = |field: &Field| lexicon.prepared.table(catalogue, &field.table).ok();
    let does = !matches!(lower(1), "is" | "are" | "was" | "were");
    if lower(0) == "who" && does && plan.measures.is_empty() && !plan.columns.is_empty() {
        let shown: Vec<usize> = plan.columns.iter().filter_map(table).collect();
        // "the hotel", as it is named.
        let named = |t: usize| {
            (1..said.len()).any(|at| {
                matches!(lower(at - 1), "the" | "our" | "this" | "that")
                    && lexicon
                        .tables_for(&[&said[at].lemma])
                        .first()
                        .is_some_and(|(of, s)| *of == t && *s >= 0.9)
            })
        };
        let person = |f: &Field| {
            split_name(&f.column).iter().any(|w| is_role(&w.to_lowercase()) || is_person(&w.to_lowercase()))
        };
        if shown.iter().all(|t| named(*t) && !are_people(*t, lexicon)) && !plan.columns.iter().any(person) {
            return Some("I could not make out who is meant: no column tells that.".to_owned());
        }
    }
    // "Where does Ann live?", answered with an email address.
    let mail = |f: &Field| {
        split_name(&f.column)
            .iter()
            .any(|w| matches!(w.to_lowercase().as_str(), "email" | "mail" | "ip" | "web" | "url"))
    };
    if lower(0) == "where" && !plan.columns.is_empty() && plan.columns.iter().all(mail) {
        return Some("I could not make out where that is: no column of it tells a place.".to_owned());
    }
    // "largest invoice", answered with the last day of one.
    let large =
        (0..said.len()).any(|at| matches!(lower(at), "largest" | "biggest" | "smallest" | "most" | "fewest"));
    let dated = |m: &Measure| {
        matches!(&m.expression, Some(Expression::Field(field)) if table(field).is_some_and(|t| {
            catalogue.tables[t].columns.iter().any(|c| c.name == field.column && c.kind.is_temporal())
        })) && matches!(m.aggregate, Aggregate::Maximum | Aggregate::Minimum)
    };
    let when = said.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "when" | "date" | "day" | "time" | "recent" | "last" | "latest" | "first" | "earliest" | "dates"
        )
    });
    if large && !when && plan.limit.is_none() && plan.measures.len() == 1 && plan.measures.iter().all(dated) {
        return Some(
            "I could not make out by which number that is the largest: what I find is a date.".to_owned(),
        );
    }
    let from_each =
        (1..said.len()).any(|at| lower(at) == "from" && matches!(lower(at + 1), "each" | "every"));
    let counted = match plan.measures.as_slice() {
        [measure] => measure.table.as_ref().unwrap_or(&plan.source),
        _ => return None,
    };
    let rows = lexicon.prepared.table(catalogue, counted).ok()?;
    let elsewhere = |d: &rowcall_plan::Dimension| {
        table(&d.field)
            .is_some_and(|t| t != rows && lexicon.prepared.graph.path(rows, t, true, None).is_none())
    };
    (from_each && plan.dimensions.iter().any(elsewhere)).then(|| {
        "I could not make out where they are from: what I find is told of other things that they have to do with.".to_owned()
    })
}

/// "Students who completed Algebra", answered with all who enrolled, where a time tells who completed it; "orders delivered last
/// week", answered with delivered orders that were placed then.
pub(super) fn deed_lost(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    /// What may be done with rows, or not yet.
    const DEEDS: &[&str] = &[
        "completed",
        "finished",
        "closed",
        "paid",
        "delivered",
        "returned",
        "resolved",
        "opened",
        "cancelled",
        "approved",
        "shipped",
        "refunded",
        "suspended",
        "frozen",
        "awarded",
        "rejected",
        "sent",
        "confirmed",
    ];
    let said = tokens(question);
    let text = compile_with(plan, catalogue, &lexicon.prepared).ok()?.sql.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let stem = |word: &str| verb_root(word);
    let did = said.iter().any(|t| matches!(t.lower.as_str(), "did" | "not" | "never"));
    let deed = |at: usize| {
        let word = said.get(at).map(|t| t.lower.as_str())?;
        // "did not open an account" speaks of having one.
        let noun = word.starts_with("open") || lexicon.names_table(&said[at].lemma, 0.75);
        let base =
            || DEEDS.iter().find(|deed| did && !noun && word.len() > 3 && stem(deed) == stem(word)).copied();
        DEEDS.iter().find(|deed| **deed == word).copied().or_else(base)
    };
    // `date_of_completion` tells who completed.
    let akin = |word: &str, root: &str| {
        let shared = word.chars().zip(root.chars()).take_while(|(a, b)| a == b).count();
        stem(word) == root || shared >= 5
    };
    // An amount is another matter: "how much was paid".
    if said.windows(2).any(|w| w[0].lower == "how" && w[1].lower == "much") {
        return None;
    }
    for at in 1..said.len() {
        let Some(verb) = deed(at) else { continue };
        // "paid by card", "shipped to Rome": how and where tell that it was.
        let how = said.get(at + 1).map_or("", |t| t.lower.as_str());
        if matches!(how, "by" | "with" | "via" | "using" | "for" | "to" | "something" | "through") {
            continue;
        }
        let root = stem(verb);
        // `opened_by` says it as well.
        let told = |name: &&str| name.contains('_') && split_name(name).iter().any(|w| akin(w, &root));
        let told = words.iter().any(told);
        // A column that tells when, of a table that the plan goes over.
        let mut lost = None;
        for (table, names) in catalogue.tables.iter().zip(&lexicon.columns) {
            let over = words.contains(&table.name.to_lowercase().as_str());
            let times = table.columns.iter().zip(names).filter(|(c, name)| {
                over && c.nullable && c.kind.is_temporal() && name.words.iter().any(|w| akin(w, &root))
            });
            for (column, _) in times {
                lost = Some(column.name.clone());
                if words.contains(&column.name.to_lowercase().as_str()) {
                    return None;
                }
            }
        }
        let stored = text.contains(&format!("'{verb}'"));
        if let Some(column) = lost.filter(|_| !stored && !told) {
            return Some(format!(
                "I could not make out what was {verb}: {column} tells it, and the answer would go without it."
            ));
        }
        // "delivered last week": the week must be that of the delivery.
        let next = said.get(at + 1).map_or("", |t| t.lower.as_str());
        let timed = matches!(
            next,
            "in" | "during" | "last" | "this" | "since" | "yesterday" | "today" | "before" | "after" | "on"
        );
        let other = plan.filters.iter().find_map(|filter| match filter {
            Filter::Period { field, .. } => Some(field),
            _ => None,
        });
        // Where no time tells it, that of the rows is the nearest there is.
        let elsewhere = catalogue.tables.iter().zip(&lexicon.columns).any(|(table, names)| {
            let mut columns = table.columns.iter().zip(names);
            columns.any(|(c, name)| c.kind.is_temporal() && name.words.iter().any(|w| akin(w, &root)))
        });
        if let Some(field) = other.filter(|_| timed && stored && elsewhere)
            && !split_name(&field.column).iter().any(|w| stem(&w.to_lowercase()) == root)
        {
            return Some(format!(
                "I do not find when that was {verb}: {} is another time. Ask by that one, or without a time.",
                split_name(&field.column).join(" ").to_lowercase()
            ));
        }
    }
    None
}

/// "Average time to pay an invoice", answered with hours that somebody worked: no time from one thing to another.
pub(super) fn other_hours(question: &str, plan: &QueryPlan) -> Option<String> {
    let said = tokens(question);
    let verb = (0..said.len()).find_map(|at| {
        let to = said[at].lower == "time" && said.get(at + 1).is_some_and(|t| t.lower == "to");
        said.get(at + 2).filter(|t| to && t.kind == TokenKind::Word)
    })?;
    let stem = root(&verb.lower);
    let other = |m: &Measure| match &m.expression {
        Some(Expression::Field(field)) => {
            let words = split_name(&field.column);
            let told = |w: &String| {
                let word = w.to_lowercase();
                matches!(word.as_str(), "time" | "duration" | "took" | "lead") || root(&word) == stem
            };
            let hours = |w: &String| {
                matches!(
                    w.to_lowercase().as_str(),
                    "hours" | "hour" | "minutes" | "mins" | "days" | "seconds"
                )
            };
            words.iter().any(hours) && !words.iter().any(told)
        }
        _ => false,
    };
    plan.measures.iter().any(other).then(|| {
        format!("I could not make out from when to when it takes to {}: name both times.", verb.lower)
    })
}
