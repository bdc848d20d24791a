//! The planner that needs nothing but the catalogue. Question → marked words → sketch → plan → a trial
//! compilation. Whatever is not understood on the way ends in a refusal that names it.

pub(crate) use suggest::suggest_for;

mod aliases;
mod amounts;
mod annotate;
mod assemble;
mod audit;
mod change;
mod dates;
mod events;
mod extremes;
mod follow;
mod idle;
mod joined;
mod keys;
mod lexicon;
mod neighbours;
mod numbers;
mod parse;
mod reader;
mod rephrase;
mod resolve;
mod suggest;
mod terms;
mod times;
mod unfuse;
mod words;

use crate::{Aids, Choice, Outcome, PlanRequest, Planned, Planner, PlannerError, Wish, understand};
use annotate::Marked;
use lexicon::Lexicon;
use parse::Trouble;
use resolve::World;
use rowcall_core::{Catalogue, IntentKind};
use rowcall_plan::{ChangePlan, Filter, QueryPlan, compile_with};
use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

/// The least certainty with which an answer is given.
const FLOOR: f32 = 0.68;
/// How often two readers that agree are right: the share measured on questions with known answers, as the next two
/// are.
const AGREED: f32 = 0.92;
/// A sure reading along the words, where the other one gives none or another statement.
const ALONG: f32 = 0.75;
/// A sure reading that composes, where the one along the words is not sure of another statement.
const COMPOSED: f32 = 0.7;
/// The least certainty of a reading that does not have the other one's support.
const SURE: f32 = 0.9;
/// The least certainty of a reading along the words that comes before a different one that composes.
const LIKELY: f32 = 0.84;
/// What becomes of one that is less certain: no answer.
const UNSURE: f32 = 0.6;
/// Readings that are no further apart than this are as good as each other.
const CLOSE: f32 = 0.004;
/// A lexicon and the identity of its catalogue.
type Kept = (u64, Arc<Lexicon>);

/// Lexicons kept: one per source and state.
const KEPT: usize = 8;

/// Plans without a model: deterministic, and honest about what it does not understand. Clones share what they
/// know of catalogues.
#[derive(Clone, Debug, Default)]
pub struct OfflinePlanner {
    lexicons: Arc<Mutex<Vec<Kept>>>,
}

#[async_trait::async_trait]
impl Planner for OfflinePlanner {
    async fn plan(&self, request: PlanRequest<'_>, _: Aids<'_>) -> Result<Outcome, PlannerError> {
        let planned = self.plan_now(request);
        let wish = wish(&planned);
        Ok(Outcome { wish, ..Outcome::of("offline", planned) })
    }
}

impl OfflinePlanner {
    /// A planner that knows no catalogue yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Plans one question, without waiting for anything.
    pub fn plan_now(&self, request: PlanRequest<'_>) -> Planned {
        let lexicon = self.lexicon(request.catalogue);
        answer(&request, &lexicon)
    }

    fn lexicon(&self, catalogue: &Catalogue) -> Arc<Lexicon> {
        let key = identity(catalogue);
        let mut kept = self.lexicons.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(k, _)| *k == key) {
            let found = kept.remove(at);
            kept.push(found.clone());
            return found.1;
        }
        let lexicon = Arc::new(Lexicon::new(catalogue));
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((key, lexicon.clone()));
        lexicon
    }
}

/// Tells catalogues apart, samples and comments included (which the fingerprint leaves out).
fn identity(catalogue: &Catalogue) -> u64 {
    let mut hash = DefaultHasher::new();
    catalogue.fingerprint.hash(&mut hash);
    catalogue.tables.len().hash(&mut hash);
    for table in &catalogue.tables {
        table.name.hash(&mut hash);
        for column in &table.columns {
            column.name.hash(&mut hash);
            column.samples.len().hash(&mut hash);
            column.samples.first().hash(&mut hash);
            column.samples.last().hash(&mut hash);
        }
    }
    hash.finish()
}

/// What a message was taken for, where that is certain.
fn wish(planned: &Planned) -> Option<Wish> {
    let (kind, operation, table) = match planned {
        Planned::Plan { plan, .. } => (IntentKind::Read, "select", &plan.source),
        Planned::Change { plan, .. } => {
            let operation = match plan {
                ChangePlan::Update { .. } => "update",
                ChangePlan::Delete { .. } => "delete",
                ChangePlan::Insert { .. } => "insert",
            };
            (IntentKind::Change, operation, plan.table())
        }
        Planned::Sql { .. } | Planned::Clarify { .. } | Planned::CannotAnswer { .. } => return None,
    };
    Some(Wish { kind, confidence: 1.0, operation: operation.to_owned(), tables: vec![table.to_string()] })
}

fn answer(request: &PlanRequest<'_>, lexicon: &Lexicon) -> Planned {
    let refuse = |reason: String| Planned::CannotAnswer {
        reason,
        suggestions: suggest::suggest(request.catalogue, lexicon),
    };
    let question = request.question.trim();
    if question.is_empty() {
        return refuse("There is no question in that message.".into());
    }
    if question.chars().count() > 2000 {
        return refuse("That is too long to be one question. Ask one thing at a time.".into());
    }
    if request.catalogue.tables.is_empty() {
        return refuse("This source has no tables that may be read.".into());
    }
    if words::is_other_script(question) {
        return refuse("Without a model only English is understood.".into());
    }
    let lower = question.to_lowercase();
    let plain: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if let Some(language) = words::other_language(&plain) {
        return refuse(format!("That looks like {language}. Without a model only English is understood."));
    }
    if matches!(
        plain.first(),
        Some(&("is" | "are" | "was" | "were" | "do" | "does" | "did" | "has" | "have"))
    ) {
        return refuse("That is a question for yes or no; ask for a number or a list instead.".into());
    }
    // Not understood as one, it is no question either: rows would look like what was wished for.
    if understand(question).kind == IntentKind::Change {
        return change::wish(request, lexicon);
    }
    if let Some(planned) = follow::follow_up(request, lexicon) {
        return planned;
    }
    match read(question, request, lexicon) {
        Ok(read) if read.certainty < FLOOR => refuse(format!(
            "This could mean several things, and the closest reading ({}) is not certain enough.",
            rowcall_plan::explain(&read.plan).trim_end_matches('.')
        )),
        Ok(read) => Planned::Plan {
            plan: read.plan,
            assumptions: read.notes,
            confidence: read.certainty.clamp(0.0, 1.0),
        },
        Err(Problem::Ask(question, readings)) if readings.len() < 2 => {
            refuse(format!("I could not make out one thing: {question}"))
        }
        Err(Problem::Ask(question, readings)) => Planned::Clarify {
            question,
            choices: readings.into_iter().map(|(label, text)| Choice { label, text }).collect(),
        },
        Err(Problem::Refuse(reason)) => refuse(reason),
    }
}

/// Why there is no plan.
enum Problem {
    /// A sentence for the asker.
    Refuse(String),
    /// A question back, with what each reading is called and asks.
    Ask(String, Vec<(String, String)>),
}

/// A question that was understood.
struct Read {
    plan: QueryPlan,
    notes: Vec<String>,
    certainty: f32,
}

/// Understands a question that stands by itself. Two readers that know nothing of each other read it: one composes
/// the meaning of phrases, one goes along the words. Where they come to the same statement, they are nearly always
/// right; a reading that only one of them has must be a good one. What the one along the words cannot place is never
/// passed over: the one that composes is the more generous with words that it does not know.
fn read(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let composed = compose(question, request, lexicon);
    let along = read_along(question, request, lexicon);
    let trusted = |read: Read, trust: f32| {
        let certainty = if read.certainty >= SURE { trust } else { read.certainty.min(UNSURE) };
        Ok(Read { certainty, ..read })
    };
    match (composed, along) {
        (Ok(composed), Ok(along)) => {
            let statement = |read: &Read| {
                compile_with(&read.plan, request.catalogue, &lexicon.prepared)
                    .map(|compiled| compiled.sql)
                    .ok()
            };
            if statement(&composed) == statement(&along) {
                Ok(Read { certainty: AGREED, ..composed })
            } else if along.certainty >= LIKELY {
                Ok(Read { certainty: ALONG, ..along })
            } else {
                trusted(composed, COMPOSED)
            }
        }
        (Ok(_), Err(along)) => Err(along),
        (Err(_), Ok(along)) => trusted(along, ALONG),
        (Err(composed @ Problem::Refuse(_)), Err(along)) => match along {
            Problem::Ask(..) => Err(along),
            Problem::Refuse(_) => Err(composed),
        },
        (Err(ask), Err(_)) => Err(ask),
    }
}

/// The reader that composes.
fn compose(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let readings = reader::read(question, request, lexicon).map_err(|failure| match failure {
        reader::Failure::Date(text) => Problem::Refuse(format!("There is no such date as \"{text}\".")),
        reader::Failure::Unknown(words) => {
            Problem::Refuse(explain_trouble(&Trouble::Unknown(words), request.catalogue))
        }
        reader::Failure::Part(what) => Problem::Refuse(format!("I could not make out {what}.")),
    })?;
    let best = &readings[0];
    if !best.unknown.is_empty() {
        return Err(Problem::Refuse(explain_trouble(
            &Trouble::Unknown(best.unknown.clone()),
            request.catalogue,
        )));
    }
    let other = readings
        .iter()
        .skip(1)
        .find(|r| r.loss - best.loss < CLOSE && r.unknown.is_empty() && r.plan != best.plan);
    if let Some(problem) = other.and_then(|other| ask_back(question, best, other, lexicon, request.catalogue))
    {
        return Err(problem);
    }
    Ok(Read { plan: best.plan.clone(), notes: best.notes.clone(), certainty: 1.0 - 0.6 * best.loss })
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

/// The reader that goes along the words.
fn read_along(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let trouble = |t: Trouble| match t {
        Trouble::Several(ask, readings) => Problem::Ask(
            ask,
            readings.into_iter().filter_map(|r| Some((r.label, changed(question, &r.change)?))).collect(),
        ),
        other => Problem::Refuse(explain_trouble(&other, request.catalogue)),
    };
    let tokens = rephrase::rephrase(words::tokens(question), lexicon, request.catalogue);
    let mut notes = Vec::new();
    let items = annotate::annotate(&tokens, lexicon, request.catalogue, request.today, &mut notes)
        .map_err(|text| Problem::Refuse(format!("There is no such date as \"{text}\".")))?;
    let mut items = items;
    resolve::told_apart(&mut items, &tokens, lexicon);
    let items = resolve::reachable(request.catalogue, lexicon, items);
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

fn explain_trouble(trouble: &Trouble, catalogue: &Catalogue) -> String {
    match trouble {
        Trouble::Unknown(words) => {
            let listed: Vec<String> = words.iter().take(5).map(|w| format!("\"{w}\"")).collect();
            let near: Vec<String> = words.first().map(|w| nearest(w, catalogue)).unwrap_or_default();
            let hint =
                if near.is_empty() { String::new() } else { format!(" Close to it: {}.", near.join(", ")) };
            format!("I do not find what {} means in these tables.{hint}", listed.join(", "))
        }
        Trouble::Several(question, _) => question.clone(),
        Trouble::Unplaced(what) => format!("I could not make out {what}."),
    }
}

fn nearest(word: &str, catalogue: &Catalogue) -> Vec<String> {
    let word = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = catalogue
        .tables
        .iter()
        .flat_map(|t| std::iter::once(t.name.as_str()).chain(t.columns.iter().map(|c| c.name.as_str())))
        .map(|name| (strsim::jaro_winkler(&word, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

/// Several of what a noun names.
pub(crate) fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if word.ends_with(['s', 'x']) || word.ends_with("ch") || word.ends_with("sh") {
        return format!("{word}es");
    }
    if word.ends_with("staff") || word.ends_with("person") || word.ends_with("aircraft") {
        return word.replace("person", "people");
    }
    format!("{word}s")
}
