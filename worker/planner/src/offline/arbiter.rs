//! A question is read twice, by readers that know nothing of each other; here it is decided which of them is believed.

mod readings;

use super::{
    FLOOR, audit,
    canonical::{Canon, Difference, as_lists},
    contradiction::contradiction,
    counted::counted,
    echo::{self, Fault},
    either::either,
    flags::asked_with_who,
    in_common::{in_common, of_several},
    lexicon::Lexicon,
    looks::{
        adds_up_what_is_given, bounds_an_average, by_name_of_code, denies_within, has_both, lacks_a_name,
        lists_a_flag, lists_what_it_compares, names_rows, nests, one_of_all, only_names, says_more,
        splits_by_the_key, takes_a_limit_for_a_value, tells_when, times,
    },
    numbered::settle_numbers,
    resolve::World,
    settled::{
        along_time, counted_together, explained, leave_out, nobody_is_a_date, nobody_of_group,
        none_is_nought, present, settle_columns, shared_groups, sizes_are_numbers, told_once,
    },
    sized::{adds_up_keys, answers_another, sizes_a_key, splits_a_date},
    steps,
    whens::beside_object,
};
use crate::PlanRequest;
use readings::{compose, mark, read_along};
use rowcall_core::Catalogue;
use rowcall_plan::{QueryPlan, compile_with};

/// How often two readers that agree are right: the share measured on questions with known answers, as the others are.
pub(super) const AGREED: f32 = 0.92;
/// A reading that composes, where the other one goes through the rows of another table for the same.
pub(super) const CLOSELY: f32 = 0.84;
/// A sure reading along the words, where the other one gives none or one with other conditions.
const ALONG: f32 = 0.75;
/// A very sure reading that composes, where the other one gives none.
const COMPOSED: f32 = 0.8;
/// The least certainty of a reading that does not have the other one's support.
const SURE: f32 = 0.9;
/// The same for one that composes: it is the more generous with words that it does not know.
const VERY_SURE: f32 = 0.949;
/// The same, where the other one gives no reading at all, and nothing is amiss with this one.
const FAIRLY_SURE: f32 = 0.88;
/// The least certainty that both need, where they differ in little.
const LIKELY: f32 = 0.84;
/// The least share of a question that a plan must say again.
const WHOLE: f32 = 0.7;
/// A reading that is less certain than this hardly fits the question.
const POOR: f32 = 0.75;
/// The least certainty of one that composes, where the other reader only misses how rows belong together.
const FAIR: f32 = 0.65;
/// No reading is as certain.
const IMPOSSIBLE: f32 = 2.0;
/// What becomes of one that is less certain: no answer.
const UNSURE: f32 = 0.6;
/// Readings that are no further apart than this are as good as each other.
pub(super) const CLOSE: f32 = 0.004;
/// Why there is no plan.
pub(super) enum Problem {
    /// A sentence for the asker.
    Refuse(String),
    /// The same, where words mean nothing in these tables.
    Unknown(String, Vec<String>),
    /// The same, where those words are only grammar: "when", "or".
    Grammar(String),
    /// A question back, with what each reading is called and asks.
    Ask(String, Vec<(String, String)>),
    /// Readings that have little in common, the one that composes first.
    Apart([Box<QueryPlan>; 2]),
}

/// A question that was understood.
pub(super) struct Read {
    pub plan: QueryPlan,
    pub notes: Vec<String>,
    pub certainty: f32,
}

/// Understands a question that stands by itself. Where both readers come to the same rows, they are nearly always right;
/// where they differ in little, the one is taken that was right more often in such cases; where they differ in what is
/// shown, counted or ranked, each was right less than half of the time, and neither is believed.
pub(super) fn read(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let mut read = understand(question, request, lexicon)?;
    settle_columns(question, &mut read.plan, request, lexicon);
    either(&mut read.plan, question, request.catalogue, lexicon);
    of_several(&mut read.plan);
    in_common(&mut read.plan, request.catalogue, lexicon);
    settle_numbers(question, &mut read.plan, request, lexicon);
    leave_out(question, &mut read.plan, request, lexicon);
    explained(question, &mut read.plan, request, lexicon);
    told_once(&mut read.plan);
    nobody_is_a_date(question, &mut read.plan, request, lexicon);
    shared_groups(question, &mut read.plan, request, lexicon);
    along_time(&mut read.plan);
    sizes_are_numbers(question, &mut read.plan, request, lexicon);
    if echo::passes_over(question, &read.plan, request, lexicon) {
        return Err(Problem::Refuse(partly(&read.plan)));
    }
    present(question, &mut read.plan, request, lexicon);
    Ok(read)
}

fn understand(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let plain = |simpler: &str| once(simpler, request, lexicon);
    let whole = |simpler: &str| understand(simpler, request, lexicon);
    if let Some(read) = steps::once::read(question, request, lexicon, &whole) {
        return read;
    }
    if let Some(read) = steps::read(question, request, lexicon, &plain) {
        return Ok(read);
    }
    // What is to be left out is no condition of what is asked for.
    let leaves = steps::leaves_out(question, request, lexicon, &plain);
    if let Some(Some(read)) = leaves {
        return Ok(read);
    }
    match plain(question) {
        Ok(read) if leaves.is_some() && !steps::denies(&read.plan.filters) => {
            Err(Problem::Refuse(hardly(&read.plan)))
        }
        Ok(read) if read.certainty >= FLOOR => Ok(read),
        failed => match steps::aside::read(question, lexicon, &plain) {
            Some(Ok(read)) if read.certainty >= FLOOR => Ok(read),
            _ => failed,
        },
    }
}

/// Understands a question in one step.
fn once(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let mut read = weighed(question, request, lexicon)?;
    if !asked_with_who(question, &mut read.plan, request, lexicon) {
        return Err(Problem::Refuse(hardly(&read.plan)));
    }
    nobody_of_group(question, &mut read.plan, request, lexicon);
    none_is_nought(&mut read.plan, request, lexicon);
    counted_together(question, &mut read.plan, request, lexicon);
    if adds_up_what_is_given(&read.plan)
        || adds_up_keys(&read.plan, request, lexicon)
        || sizes_a_key(question, &read.plan, request, lexicon)
        || answers_another(question, &read.plan, request, lexicon)
        || takes_a_limit_for_a_value(question, &read.plan)
        || splits_a_date(&read.plan, request, lexicon)
        || lacks_a_name(question, &read.plan, lexicon)
    {
        return Err(Problem::Refuse(hardly(&read.plan)));
    }
    if echo::passes_over(question, &read.plan, request, lexicon) {
        return Err(Problem::Refuse(partly(&read.plan)));
    }
    Ok(match counted(question, &read.plan, request, lexicon) {
        Some(plan) => Read { plan, certainty: read.certainty.min(CLOSELY), ..read },
        None => read,
    })
}

fn weighed(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    // As explanations put it: "Orders, where city is Berlin".
    let question = &question.replace(", where ", " where ");
    let settled = |mut read: Read| {
        settle_columns(question, &mut read.plan, request, lexicon);
        as_lists(&mut read.plan.filters);
        read
    };
    let composed = compose(question, request, lexicon).map(settled);
    let along = read_along(question, request, lexicon).map(settled);
    let trusted = |read: Read, least: f32, trust: f32| {
        let certainty = if read.certainty >= least { trust } else { read.certainty.min(UNSURE) };
        Ok(Read { certainty, ..read })
    };
    let faults = |read: &Result<Read, Problem>| {
        read.as_ref().map(|r| echo::faults(question, &r.plan, request, lexicon)).unwrap_or_default()
    };
    let (of_composed, of_along) = (faults(&composed), faults(&along));
    let wrong = |faults: &[Fault]| faults.iter().any(|f| f.is_grave());
    let amiss = |faults: &[Fault]| faults.iter().any(|f| *f != Fault::Unsaid);
    // So much is wrong with it that another reader's word does not mend it.
    let forbids = |faults: &[Fault]| {
        faults.iter().any(|f| {
            matches!(
                f,
                Fault::Split
                    | Fault::Nobody
                    | Fault::Worded
                    | Fault::Overall
                    | Fault::Elsewhen
                    | Fault::Bypassed
                    | Fault::Overlooked
                    | Fault::Outranked
            )
        })
    };
    match (composed, along) {
        // One that no row can meet is no reading, where the other one can be met.
        (Ok(composed), Ok(along))
            if composed.certainty >= SURE
                && contradiction(&along.plan).is_some()
                && contradiction(&composed.plan).is_none() =>
        {
            Ok(Read { certainty: COMPOSED, ..composed })
        }
        (Ok(composed), Ok(along))
            if bounds_an_average(question, &composed.plan)
                && along.plan.having.is_empty()
                && !along.plan.measures.is_empty()
                && composed.certainty >= POOR
                && !amiss(&of_composed) =>
        {
            Ok(Read { certainty: COMPOSED, ..composed })
        }
        (Ok(composed), Ok(along)) => {
            match difference(&composed.plan, &along.plan, request, lexicon) {
                Difference::None if forbids(&of_composed) && forbids(&of_along) => {
                    Err(Problem::Refuse(hardly(&composed.plan)))
                }
                Difference::None if forbids(&of_composed) => Ok(Read { certainty: CLOSELY, ..along }),
                Difference::None => {
                    // The one that computes a number or says more of the order.
                    let computes = |read: &Read| !read.plan.measures.is_empty();
                    let fuller = match (computes(&along), computes(&composed)) {
                        (true, false) => true,
                        (false, true) => false,
                        _ => along.plan.order.len() > composed.plan.order.len(),
                    };
                    Ok(Read { certainty: AGREED, ..if fuller { along } else { composed } })
                }
                Difference::Apart => {
                    let keyed = |plan: &QueryPlan| plan.dimensions.iter().filter(|d| d.by_key).count();
                    let along_keeps = keyed(&along.plan) > keyed(&composed.plan);
                    Ok(Read { certainty: CLOSELY, ..if along_keeps { along } else { composed } })
                }
                // The number that decides is worth seeing.
                Difference::Shown => {
                    let shown = |plan: &QueryPlan| plan.measures.iter().filter(|m| !m.hidden).count();
                    let more = shown(&along.plan) > shown(&composed.plan);
                    Ok(Read { certainty: CLOSELY, ..if more { along } else { composed } })
                }
                Difference::Source => Ok(Read { certainty: CLOSELY, ..composed }),
                // "every station and the frequency": what they are called belongs to it.
                Difference::Much
                    if composed.certainty >= LIKELY
                        && along.certainty >= LIKELY
                        && !amiss(&of_composed)
                        && only_names(&composed.plan, &along.plan, request, lexicon) =>
                {
                    Ok(Read { certainty: CLOSELY, ..composed })
                }
                // "customers who placed an order in 2020": the order was placed then.
                _ if composed.certainty >= LIKELY
                    && !amiss(&of_composed)
                    && beside_object(question, &composed.plan, lexicon, request.catalogue)
                    && !beside_object(question, &along.plan, lexicon, request.catalogue) =>
                {
                    Ok(Read { certainty: CLOSELY, ..composed })
                }
                // "Per complaint type": by its code and by its description are the same groups.
                Difference::Much
                    if let Some(plan) = by_name_of_code(
                        question,
                        &composed.plan,
                        &along.plan,
                        lexicon,
                        request.catalogue,
                    ) =>
                {
                    Ok(Read { plan, certainty: CLOSELY, ..composed })
                }
                // By a name, and by the key beside it, which is not asked for.
                Difference::Much
                    if along.certainty >= LIKELY
                        && composed.certainty >= POOR
                        && !amiss(&of_along)
                        && splits_by_the_key(&composed.plan, &along.plan, lexicon, request.catalogue) =>
                {
                    Ok(Read { certainty: CLOSELY, ..along })
                }
                // "cases with neither hearings nor documents": cases without documents, no hearings without them.
                _ if denies_within(&composed.plan) && !denies_within(&along.plan) && !amiss(&of_along) => {
                    Ok(Read { certainty: ALONG, ..along })
                }
                _ if lists_what_it_compares(&composed.plan, &along.plan) => {
                    Ok(Read { certainty: CLOSELY, ..along })
                }
                _ if lists_what_it_compares(&along.plan, &composed.plan) => {
                    Ok(Read { certainty: CLOSELY, ..composed })
                }
                // "Active plans" are those for which that is so; nobody lists yes and no alone.
                _ if lists_a_flag(&composed.plan, &along.plan) => Ok(Read { certainty: CLOSELY, ..along }),
                _ if lists_a_flag(&along.plan, &composed.plan) => Ok(Read { certainty: CLOSELY, ..composed }),
                _ if has_both(question, &along.plan)
                    && !has_both(question, &composed.plan)
                    && along.certainty >= POOR =>
                {
                    Ok(Read { certainty: ALONG, ..along })
                }
                // One of them does what no word asks for, or leaves out what is asked.
                _ if wrong(&of_composed) && !amiss(&of_along) => Ok(Read { certainty: ALONG, ..along }),
                _ if wrong(&of_along) && !amiss(&of_composed) => Ok(Read { certainty: ALONG, ..composed }),
                _ if wrong(&of_along) => Err(apart(composed.plan, along.plan)),
                _ if along.certainty >= SURE
                    && (says_more(&along.plan)
                        || one_of_all(question, &along.plan, &composed.plan)
                        || leaves_out(question, &composed.plan, request, lexicon)) =>
                {
                    Ok(Read { certainty: ALONG, ..along })
                }
                // "Orders of customers in Poland in August": the time is that of what is asked for.
                Difference::Much
                    if along.certainty >= LIKELY
                        && times(&along.plan).all(|own| own)
                        && times(&composed.plan).any(|own| !own)
                        && times(&along.plan).count() == times(&composed.plan).count() =>
                {
                    Ok(Read { certainty: ALONG, ..along })
                }
                // One that hardly fits is no doubt about one that fits well.
                Difference::Much if along.certainty >= VERY_SURE && composed.certainty < POOR => {
                    Ok(Read { certainty: ALONG, ..along })
                }
                Difference::Conditions
                    if along.certainty >= POOR
                        && composed.certainty >= POOR
                        && along.plan.filters.len() > composed.plan.filters.len()
                        && amiss(&of_composed)
                        && !amiss(&of_along) =>
                {
                    Ok(Read { certainty: ALONG, ..along })
                }
                // A condition that only one of them has is one that the other passed over.
                Difference::Conditions
                    if composed.certainty >= SURE
                        && composed.plan.filters.len() > along.plan.filters.len()
                        && amiss(&of_along)
                        && !amiss(&of_composed) =>
                {
                    Ok(Read { certainty: ALONG, ..composed })
                }
                Difference::Repeats | Difference::Conditions if composed.certainty >= LIKELY => {
                    trusted(along, LIKELY, ALONG)
                }
                _ if composed.certainty >= SURE && nests(&composed.plan) => {
                    Ok(Read { certainty: COMPOSED, ..composed })
                }
                // What one of them passes over is no choice.
                _ if leaves_out(question, &composed.plan, request, lexicon) => {
                    Err(Problem::Refuse(hardly(&along.plan)))
                }
                _ if along.certainty < POOR && composed.certainty >= VERY_SURE && !amiss(&of_composed) => {
                    Ok(Read { certainty: COMPOSED, ..composed })
                }
                _ if along.certainty < POOR => Err(Problem::Refuse(hardly(&composed.plan))),
                _ => Err(apart(composed.plan, along.plan)),
            }
        }
        (Ok(composed), Err(Problem::Refuse(_)))
            if composed.certainty >= FAIR && !wrong(&of_composed) && has_both(question, &composed.plan) =>
        {
            Ok(Read { certainty: COMPOSED, ..composed })
        }
        // How rows belong together ("assigned to problem 3"), for which only the other reader found a table.
        (Ok(composed), Err(Problem::Unknown(_, words)))
            if composed.certainty >= FAIR && words.iter().all(|w| is_tie(w, lexicon, request.catalogue)) =>
        {
            Ok(Read { certainty: COMPOSED, ..composed })
        }
        // "When was Ann hired?", where one of them lists the date.
        (Ok(composed), Err(Problem::Grammar(_)))
            if composed.certainty >= LIKELY
                && !amiss(&of_composed)
                && tells_when(question, &composed.plan, request, lexicon) =>
        {
            Ok(Read { certainty: COMPOSED, ..composed })
        }
        // "the same city as Ann", which only one of them reads.
        (Ok(composed), Err(Problem::Grammar(_))) if composed.certainty >= LIKELY && nests(&composed.plan) => {
            Ok(Read { certainty: COMPOSED, ..composed })
        }
        // Words that mean nothing in these tables are not passed over; words of grammar may be.
        (Ok(_), Err(along @ (Problem::Unknown(..) | Problem::Ask(..) | Problem::Apart(_)))) => Err(along),
        // "Orders 21, 22 and 23": a number beside what the rows are called is their key.
        (Ok(composed), Err(Problem::Refuse(_)))
            if composed.certainty >= LIKELY && names_rows(&composed.plan, request, lexicon) =>
        {
            Ok(Read { certainty: CLOSELY, ..composed })
        }
        (Ok(composed), Err(Problem::Refuse(_) | Problem::Grammar(_))) => {
            let least = if amiss(&of_composed) {
                IMPOSSIBLE
            } else if goes_on(question) {
                VERY_SURE
            } else if bounds_an_average(question, &composed.plan) {
                POOR
            } else {
                FAIRLY_SURE
            };
            trusted(composed, least, COMPOSED)
        }
        // Which of several is meant is no matter of luck.
        (Err(composed @ Problem::Ask(..)), Ok(_)) => Err(composed),
        (Err(_), Ok(along)) => trusted(along, if amiss(&of_along) { IMPOSSIBLE } else { LIKELY }, ALONG),
        (Err(composed @ Problem::Ask(..)), Err(_)) => Err(composed),
        // Of two troubles, the one that names a word of the data.
        (Err(composed), Err(along)) => {
            Err(if matches!(along, Problem::Ask(..)) || matches!(composed, Problem::Grammar(_)) {
                along
            } else {
                composed
            })
        }
    }
}

/// How far two readings are apart; those of the same statement are not.
fn difference(
    composed: &QueryPlan,
    along: &QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Difference {
    let sql =
        |plan| compile_with(plan, request.catalogue, &lexicon.prepared).map(|compiled| compiled.sql).ok();
    let canon = Canon { catalogue: request.catalogue, prepared: &lexicon.prepared };
    match canon.difference(composed, along) {
        Difference::None => Difference::None,
        _ if sql(composed).is_some_and(|one| Some(one) == sql(along)) => Difference::None,
        other => other,
    }
}

/// "and by region?" goes on with something that was asked before.
fn goes_on(question: &str) -> bool {
    let first = question.split_whitespace().next().unwrap_or_default().to_lowercase();
    matches!(first.as_str(), "and" | "but" | "or" | "by" | "then")
}

/// Two readings that have little in common.
fn apart(composed: QueryPlan, along: QueryPlan) -> Problem {
    let said = rowcall_plan::explain(&composed);
    if said == rowcall_plan::explain(&along) {
        return Problem::Refuse(hardly(&composed));
    }
    Problem::Apart([Box::new(composed), Box::new(along)])
}

/// The sentence for a reading that does not fit well enough.
pub(super) fn hardly(plan: &QueryPlan) -> String {
    format!("This could mean several things, and the closest reading ({}) is not certain enough.", said(plan))
}

/// The sentence for a reading that a word of the question is missing from.
fn partly(plan: &QueryPlan) -> String {
    format!(
        "I cannot ask the data for all of that: the closest reading ({}) leaves out a part of it.",
        said(plan)
    )
}

/// The sentence for two readings that have little in common.
pub(super) fn two_ways([one, other]: &[Box<QueryPlan>; 2]) -> String {
    format!("This can be read in two ways: \"{}\", or \"{}\".", said(one), said(other))
}

/// A plan within a sentence.
fn said(plan: &QueryPlan) -> String {
    rowcall_plan::explain(plan).trim_end_matches('.').to_owned()
}

/// The plan has nothing for something that the question says ("largest").
fn leaves_out(question: &str, plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    mark(question, request, lexicon, &mut Vec::new()).is_ok_and(|items| {
        audit::audit(&World::new(request.catalogue, lexicon, &items), &items, plan) < WHOLE
    })
}

/// A verb that a reference is called after: "assigned" of `assigned_to_staff_id`.
fn is_tie(word: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> bool {
    let word = word.to_lowercase();
    word.ends_with("ed") && lexicon.has_role(&word, catalogue)
}
