//! Words beside a hint: "How many of the hospital stays began as an emergency?", of which the hint says what an emergency is.
//! Who gives a hint says what is to be looked at, so a word that names nothing here is of no account: it is left out, or
//! stands for the rows that the hint is about. The answer says so.

use super::{
    FLOOR, PlanRequest,
    arbiter::Read,
    lexicon::Lexicon,
    recast::text::{Words, slice, words},
    understood,
};
use rowcall_plan::{Filter, QueryPlan, TableName};

/// How certain such a reading is at most.
const CERTAINTY: f32 = 0.72;
/// Of more words, nobody knows what is left of the question.
const MOST: usize = 5;
/// What may not be left out though it names nothing: it compares, denies, puts in order, or says when.
const MEANT: &str = "above after again age all almost also already always amount and another any average before beginning below best \
    beyond both but common compared consecutive deepest different difference during each earlier earliest either equal even \
    ever every except exactly exceed exceeds exceeding excluding factor few fewer figure first greater growth half heaviest high \
    higher highest including increase largest last late later latest least less long longer longest low lower lowest many \
    maximum mean median minimum minus money month more most neither never no nobody none nor not nothing old older oldest once one \
    only or other others over per percent percentage previous proportion quarter rank ratio rate same second share shared \
    short shorter shortest since smaller smallest some still than third times together top total twice typical under unless \
    until versus week while who whose within without worst year yet";

/// What a question with a hint asks, without the words that name nothing.
pub(super) fn leniently(
    question: &str,
    unknown: &[String],
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Option<Read> {
    let tables = lexicon.hinted(question).filter(|tables| !tables.is_empty())?;
    let found = words(question);
    // What is computed of two numbers needs all its words.
    let computes = |w: &str| matches!(w, "ratio" | "difference" | "factor" | "times" | "proportion");
    if found.iter().any(|w| computes(&w.lower)) {
        return None;
    }
    let places = places(question, &found, unknown, lexicon)?;
    let noun = rows(&tables, question, &found, &places, request, lexicon);
    let texts = noun.into_iter().chain([without(question, &found, &places, None)]);
    for text in texts {
        let request = &PlanRequest { question: &text, ..*request };
        if let Ok(read) = understood(&text, request, lexicon)
            && read.certainty >= FLOOR
            && counts_the_same(question, &read.plan)
            && !goes_around(&read.plan, request, lexicon)
        {
            let left: Vec<String> = places.iter().map(|at| format!("\"{}\"", found[*at].lower)).collect();
            let note = format!("The hint says what counts; {} was not looked at.", left.join(", "));
            let notes = read.notes.into_iter().chain([note]).collect();
            return Some(Read { notes, certainty: read.certainty.min(CERTAINTY), ..read });
        }
    }
    None
}

/// Where the words stand that name nothing; nothing where one of them means something, or is a name.
fn places(question: &str, found: &Words, unknown: &[String], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut out = Vec::new();
    for word in unknown {
        let lower = word.to_lowercase();
        let places: Vec<usize> = (0..found.len()).filter(|at| found[*at].lower == lower).collect();
        let plain = lower.chars().all(char::is_alphabetic) && lower.len() > 2;
        let meant = lower.ends_with("est")
            || lower.ends_with("most")
            || MEANT.split_ascii_whitespace().any(|w| w == lower);
        let named =
            |at: &usize| *at > 0 && slice(question, found[*at].from..).starts_with(char::is_uppercase);
        // "the codes and descriptions": that is asked for.
        let listed = |at: &usize| {
            let and = |n: usize| matches!(found[n].lower.as_str(), "and" | "or");
            let comma = |from: usize, to: usize| slice(question, from..to).contains(',');
            and(at + 1)
                || *at > 0 && and(at - 1)
                || comma(found[*at].to, found[at + 1].from)
                || *at > 0 && comma(found[at - 1].to, found[*at].from)
        };
        // "for each rally", "which crew": what it is of.
        let asked = |at: &usize| {
            let of = *at > 0
                && matches!(found[at - 1].lower.as_str(), "each" | "every" | "per" | "which" | "what" | "by");
            of && !lexicon.names_table(&super::words::lemma(&found[at + 1].lower), 0.75)
        };
        if places.iter().any(asked) {
            return None;
        }
        if places.is_empty() || !plain || meant || places.iter().any(|at| named(at) || listed(at)) {
            return None;
        }
        out.extend(places);
    }
    out.sort_unstable();
    out.dedup();
    (!out.is_empty() && out.len() <= MOST).then_some(out)
}

/// "How many women are there among the patients?": the rows that the hint is about, where nothing else is named.
fn rows(
    tables: &[usize],
    question: &str,
    found: &Words,
    places: &[usize],
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Option<String> {
    let [table] = tables else { return None };
    let named = |t: usize| {
        found.iter().any(|w| {
            let lemma = super::words::lemma(&w.lower);
            lexicon.tables_for(&[&lemma]).first().is_some_and(|(of, s)| *of == t && *s >= 0.75)
        })
    };
    if (0..request.catalogue.tables.len()).any(named) {
        return None;
    }
    // The noun is the last of the words that stand side by side.
    let first = *places.first()?;
    let last = places.iter().enumerate().take_while(|(n, at)| **at == first + n).last().map(|(_, at)| *at)?;
    let noun = lexicon.tables[*table].words.join(" ");
    Some(without(question, found, places, Some((last, &noun))))
}

/// The question without words, or with another for one of them.
fn without(question: &str, found: &Words, places: &[usize], put: Option<(usize, &str)>) -> String {
    let mut out = question.to_owned();
    for at in places.iter().rev() {
        let plain = put.filter(|(place, _)| place == at).map_or("", |(_, noun)| noun);
        out.replace_range(found[*at].from..found[*at].to, plain);
    }
    out.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" ?", "?")
        .replace(" ,", ",")
        .replace(" .", ".")
}

/// Rows are asked about that refer to those that are shown or counted: a word that was left out may have said which.
fn goes_around(plan: &QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) -> bool {
    let table = |name: &TableName| lexicon.prepared.table(request.catalogue, name).ok();
    let Some(source) = table(&plan.source) else { return true };
    let upward = |name: &TableName| {
        let to = table(name);
        to.is_some_and(|to| to == source || lexicon.prepared.graph.path(source, to, true, None).is_some())
    };
    fn around(filter: &Filter, upward: &impl Fn(&TableName) -> bool) -> bool {
        match filter {
            Filter::Related { .. } | Filter::Among { .. } => true,
            Filter::Not(inner) => around(inner, upward),
            Filter::All(parts) | Filter::Any(parts) => parts.iter().any(|part| around(part, upward)),
            other => other.field().is_some_and(|field| !upward(&field.table)),
        }
    }
    plan.filters.iter().any(|filter| around(filter, &upward))
}

/// "How many": a number, and not a list of rows.
fn counts_the_same(question: &str, plan: &QueryPlan) -> bool {
    let lower = question.to_lowercase();
    let asks = lower.contains("how many") || lower.contains("number of");
    !asks || !plan.measures.is_empty()
}
