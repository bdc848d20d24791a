//! What each of the two readers makes of a question by itself.

use super::{CLOSE, Problem, Read, SURE};
use crate::{
    PlanRequest,
    offline::{
        FLOOR, annotate,
        annotate::Marked,
        assemble, audit,
        called::{called, label},
        converted::converted,
        flags::answered,
        joined,
        lexicon::Lexicon,
        lifted::lifted,
        linked::linked,
        numbers,
        parse::{self, Trouble},
        plainly::plainly,
        played::played,
        reader, rephrase,
        resolve::{self, World},
        rowwise::rowwise,
        together::together,
        trouble::{explain_trouble, is_grammar, steers},
        whens::told_by_verb,
        within::within_lists,
        words,
    },
};
use rowcall_core::Catalogue;
use rowcall_plan::{Filter, QueryPlan, compile_with};

/// The reader that composes.
pub(super) fn compose(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let readings = reader::read(question, request, lexicon).map_err(|failure| match failure {
        reader::Failure::Date(text) => Problem::Refuse(format!("There is no such date as \"{text}\".")),
        reader::Failure::Unknown(words) => unknown(words, request.catalogue),
        reader::Failure::Part(what) => Problem::Refuse(format!("I could not make out {what}.")),
    })?;
    let best = called(&readings, request, lexicon);
    if !best.unknown.is_empty() {
        return Err(unknown(best.unknown.clone(), request.catalogue));
    }
    let other = readings
        .iter()
        .filter(|r| !std::ptr::eq(*r, best) && !label(r, best, request, lexicon))
        .find(|r| r.loss - best.loss < CLOSE && r.unknown.is_empty() && r.plan != best.plan);
    if let Some(problem) = other.and_then(|other| ask_back(question, best, other, lexicon, request.catalogue))
    {
        return Err(problem);
    }
    let mut plan = best.plan.clone();
    answered(&mut plan, request, lexicon);
    within_lists(&mut plan, request.catalogue, lexicon);
    linked(&mut plan, question, request.catalogue, lexicon);
    played(&mut plan, question, request.catalogue, lexicon);
    together(&mut plan, request.catalogue, lexicon);
    let listed = rowwise(&mut plan, question, request.catalogue, lexicon);
    told_by_verb(&mut plan, question, request.catalogue, lexicon);
    let mut notes = best.notes.clone();
    converted(&mut plan, &mut notes, question, request.catalogue, lexicon);
    lifted(&mut plan, question, request.catalogue, lexicon);
    // Which number was left open, where each row has one.
    let least = if listed { SURE } else { 0.0 };
    if listed {
        numbers::unsay(&mut notes);
    }
    Ok(Read { plan, notes, certainty: (1.0 - 0.6 * best.loss).max(least) })
}

/// Words without a meaning here.
fn unknown(words: Vec<String>, catalogue: &Catalogue) -> Problem {
    let grammar = words.iter().all(|w| steers(&w.to_lowercase()));
    let said = explain_trouble(&Trouble::Unknown(words.clone()), catalogue);
    if grammar { Problem::Grammar(said) } else { Problem::Unknown(said, words) }
}

/// Two readings that are as good as each other: which column a word means is asked.
fn ask_back(
    question: &str,
    best: &reader::Reading,
    other: &reader::Reading,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<Problem> {
    let (a, b) = best.settled.iter().zip(&other.settled).find(|(a, b)| a.0 == b.0 && a.1 != b.1)?;
    let readings = [&a.2, &b.2].into_iter().filter_map(|words| {
        let change = parse::Change::Replace(a.0.clone(), words.clone());
        Some((assemble::capital(words), changed(question, &change)?))
    });
    let asked = format!("What is meant by \"{}\"?", a.0);
    let (reader::Noun::Column(c), reader::Noun::Column(d)) = (a.1, b.1) else {
        let tables = matches!((a.1, b.1), (reader::Noun::Table(_), reader::Noun::Table(_)));
        return tables.then(|| Problem::Ask(asked, readings.collect()));
    };
    // Said as it is called, a column is meant.
    let said: Vec<String> = words::split_name(&a.0).iter().map(|w| words::lemma(&w.to_lowercase())).collect();
    if lexicon.columns[c.table][c.column].words == said {
        return None;
    }
    let name = |c: rowcall_core::ColumnRef| &catalogue.tables[c.table].columns[c.column].name;
    // A key and what refers to it are the same.
    let same = lexicon.prepared.graph.edges.iter().any(|e| {
        let (from, to) = if e.from == c.table { (c, d) } else { (d, c) };
        e.from == from.table
            && e.to == to.table
            && e.from_columns.contains(name(from))
            && e.to_columns.contains(name(to))
    });
    if same {
        return None;
    }
    Some(Problem::Ask(asked, readings.collect()))
}

/// The items that a question is read along.
pub(super) fn mark(
    question: &str,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
    notes: &mut Vec<String>,
) -> Result<Vec<Marked>, String> {
    let tokens = rephrase::rephrase(
        plainly(question, lexicon, request.catalogue).to_vec(),
        lexicon,
        request.catalogue,
    );
    let mut items = annotate::annotate(&tokens, lexicon, request.catalogue, request.today, notes)?;
    resolve::told_apart(&mut items, &tokens, lexicon);
    Ok(resolve::reachable(request.catalogue, lexicon, items))
}

/// The reader that goes along the words.
pub(super) fn read_along(
    question: &str,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) -> Result<Read, Problem> {
    let trouble = |t: Trouble| match t {
        Trouble::Several(ask, readings) => Problem::Ask(
            ask,
            readings.into_iter().filter_map(|r| Some((r.label, changed(question, &r.change)?))).collect(),
        ),
        Trouble::Unknown(words) => {
            let grammar = words.iter().all(|w| is_grammar(&w.to_lowercase()));
            let said = explain_trouble(&Trouble::Unknown(words.clone()), request.catalogue);
            if grammar { Problem::Grammar(said) } else { Problem::Unknown(said, words) }
        }
        other => Problem::Refuse(explain_trouble(&other, request.catalogue)),
    };
    let mut notes = Vec::new();
    let items = mark(question, request, lexicon, &mut notes)
        .map_err(|text| Problem::Refuse(format!("There is no such date as \"{text}\".")))?;
    let one = |items: &[Marked]| -> Result<joined::Reading, Trouble> {
        let world = World::new(request.catalogue, lexicon, items);
        let sketch = parse::parse(&world, items)?;
        let (plan, notes, certainty) = assemble::assemble(&world, sketch)?;
        let certainty = certainty * audit::audit(&world, items, &plan);
        Ok((plan, notes, certainty))
    };
    let far = |plan: &QueryPlan, filter: &Filter| {
        let place = |name| lexicon.prepared.table(request.catalogue, name).ok();
        match (place(&plan.source), numbers::table_of(filter).and_then(place)) {
            (Some(from), Some(to)) => {
                from != to && lexicon.prepared.graph.path(from, to, true, None).is_none()
            }
            _ => false,
        }
    };
    let read = match one(&items) {
        Ok(read) if read.2 >= FLOOR => Ok(read),
        other => joined::read(&items, &one, &far).map_or(other, Ok),
    };
    let (mut plan, more, certainty) = read.map_err(trouble)?;
    notes.extend(more);
    answered(&mut plan, request, lexicon);
    within_lists(&mut plan, request.catalogue, lexicon);
    linked(&mut plan, question, request.catalogue, lexicon);
    played(&mut plan, question, request.catalogue, lexicon);
    together(&mut plan, request.catalogue, lexicon);
    rowwise(&mut plan, question, request.catalogue, lexicon);
    told_by_verb(&mut plan, question, request.catalogue, lexicon);
    converted(&mut plan, &mut notes, question, request.catalogue, lexicon);
    plan.time_zone = (request.time_zone != chrono_tz::UTC).then(|| request.time_zone.name().to_owned());
    compile_with(&plan, request.catalogue, &lexicon.prepared)
        .map_err(|e| Problem::Refuse(format!("That cannot be answered: {e}.")))?;
    Ok(Read { plan, notes, certainty })
}

/// The whole question that a reading stands for; none where the words to change are not found in it.
fn changed(question: &str, change: &parse::Change) -> Option<String> {
    match change {
        parse::Change::Append(tail) => Some(format!("{} {tail}", question.trim_end_matches(['?', '.', ' ']))),
        parse::Change::Replace(from, to) => {
            let at = question.to_lowercase().find(&from.to_lowercase())?;
            let (head, rest) = (question.get(..at)?, question.get(at + from.len()..)?);
            Some(format!("{head}{to}{rest}"))
        }
    }
}
