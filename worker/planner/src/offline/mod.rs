//! The planner that needs nothing but the catalogue. Question → marked words → sketch → plan → a trial
//! compilation. Whatever is not understood on the way ends in a refusal that names it.

pub(crate) use suggest::suggest_for;

mod aliases;
mod amiss;
mod amounts;
mod annotate;
mod arbiter;
mod assemble;
mod audit;
mod by_links;
mod calculated;
mod called;
mod canonical;
mod change;
mod contradiction;
mod converted;
mod counted;
mod dated_step;
mod dates;
mod defined;
mod echo;
mod either;
mod events;
mod extremes;
mod flags;
mod follow;
mod idle;
mod in_common;
mod items;
mod joined;
mod keys;
mod leniently;
mod levels;
mod lexicon;
mod lifted;
mod linked;
mod looks;
mod neighbours;
mod numbered;
mod numbers;
mod one_way;
mod opposite;
mod parse;
mod part_names;
mod plainly;
mod played;
mod ranked;
mod reader;
mod recast;
mod recurring;
mod rephrase;
mod resolve;
mod reword;
mod rowwise;
mod settled;
mod sized;
mod spread;
mod steps;
mod suggest;
mod summed;
mod terms;
mod times;
mod together;
mod trouble;
mod unfuse;
mod unseen;
mod whens;
mod within;
mod words;
mod yearly;

use crate::{Aids, Choice, Outcome, PlanRequest, Planned, Planner, PlannerError, Wish, understand_data};
use arbiter::{CLOSELY, Problem, Read, hardly, read, two_ways};
use calculated::Calculated;
use contradiction::contradiction;
use defined::{Defined, Part};
use lexicon::{Known, Lexicon};
use opposite::other_end;
use recurring::Recurring;
use rowcall_core::{Catalogue, IntentKind};
use rowcall_plan::{ChangePlan, compile_with};
use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

/// The least certainty with which an answer is given.
const FLOOR: f32 = 0.68;
/// Questions in one message that may be one: "Which clubs are new? In which towns are they?"
const MOST_QUESTIONS: usize = 2;
/// Lines of one question; more are a list of questions.
const MOST_LINES: usize = 4;
/// A lexicon and the identity of its catalogue.
type Kept = (u64, Arc<Known>);

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
    async fn plan(&self, request: PlanRequest<'_>, aids: Aids<'_>) -> Result<Outcome, PlannerError> {
        let planned = self.plan_aided(request, &aids);
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
        self.plan_aided(request, &Aids::default())
    }

    /// Plans one question with what was known to help: a hint, and the words of the team.
    pub fn plan_aided(&self, request: PlanRequest<'_>, aids: &Aids<'_>) -> Planned {
        let known = self.known(request.catalogue);
        let unclear =
            recast::unclear_day(request.question).or_else(|| Recurring::unclear(request.question, &known));
        if let Some(unclear) = unclear {
            return unclear;
        }
        match Recurring::read(request.question, &known) {
            Some(recurring) => recurring.plan(&request, &known.prepared, |question| {
                self.plan_aided(PlanRequest { question, ..request }, aids)
            }),
            None => self.plan_once(request, aids, &known),
        }
    }

    /// Plans a question whose times are days and spans of them.
    fn plan_once(&self, request: PlanRequest<'_>, aids: &Aids<'_>, known: &Arc<Known>) -> Planned {
        let kept = request.catalogue;
        let catalogue = known.as_read.as_ref().unwrap_or(kept);
        let request = PlanRequest { catalogue, ..request };
        // "double the stock of product 12" changes it.
        let reads = understand_data(request.question).kind != IntentKind::Change;
        let read = || Calculated::read(request.question, aids, request.today, known, catalogue);
        let Some(read) = reads.then(read).flatten() else {
            return as_said(&request, aids, known, kept);
        };
        let planned = calculated(&read, &request, known, kept);
        if matches!(planned, Planned::Plan { .. }) || read.is_asked() {
            return planned;
        }
        // What a hint calculates need not be what is asked for.
        match as_said(&request, aids, known, kept) {
            found @ (Planned::Plan { .. } | Planned::Change { .. }) => found,
            _ => planned,
        }
    }

    fn known(&self, catalogue: &Catalogue) -> Arc<Known> {
        let key = identity(catalogue);
        let mut kept = self.lexicons.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(k, _)| *k == key) {
            let found = kept.remove(at);
            kept.push(found.clone());
            return found.1;
        }
        let lexicon = Arc::new(Known::new(catalogue));
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((key, lexicon.clone()));
        lexicon
    }
}

/// Plans a question in the words that it is asked in.
fn as_said(request: &PlanRequest<'_>, aids: &Aids<'_>, known: &Arc<Known>, kept: &Catalogue) -> Planned {
    let catalogue = request.catalogue;
    let defined = Defined::read(request.question, aids.hint, aids.glossary, known, catalogue);
    let lexicon = Lexicon::with(known.clone(), defined);
    let planned = answer(request, &lexicon);
    match &planned {
        // Years that are kept as text can be compared and ordered, and not added up.
        Planned::Plan { plan, .. } if known.as_read.is_some() => {
            match compile_with(plan, kept, &known.prepared) {
                Ok(_) => planned,
                Err(e) => refuse(format!("That cannot be answered: {e}."), catalogue, &lexicon),
            }
        }
        _ => planned,
    }
}

/// Plans a question in which something is calculated of each row.
fn calculated(read: &Calculated, request: &PlanRequest<'_>, known: &Known, kept: &Catalogue) -> Planned {
    let extended = Arc::new(Known::new(&read.catalogue));
    let catalogue = extended.as_read.as_ref().unwrap_or(&read.catalogue);
    let request = PlanRequest { question: &read.question, catalogue, ..*request };
    let defined = Defined::read(request.question, read.hint.as_deref(), &read.glossary, &extended, catalogue);
    let lexicon = Lexicon::with(extended.clone(), defined);
    let planned = read.settle(answer(&request, &lexicon));
    match &planned {
        Planned::Plan { plan, .. } => match compile_with(plan, kept, &known.prepared) {
            Ok(_) => planned,
            Err(e) => refuse(format!("That cannot be answered: {e}."), request.catalogue, &lexicon),
        },
        _ => planned,
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

/// No answer, with questions that can be answered.
fn refuse(reason: String, catalogue: &Catalogue, lexicon: &Lexicon) -> Planned {
    Planned::CannotAnswer { reason, suggestions: suggest::suggest(catalogue, lexicon) }
}

fn answer(request: &PlanRequest<'_>, lexicon: &Lexicon) -> Planned {
    let refuse = |reason: String| refuse(reason, request.catalogue, lexicon);
    let question = request.question.trim();
    if question.is_empty() {
        return refuse("There is no question in that message.".into());
    }
    let lines = question.lines().filter(|line| !line.trim().is_empty()).count();
    // "In 2025???" is one question, asked loudly.
    let marks = question.split('?').filter(|part| part.contains(char::is_alphanumeric)).count();
    let marks = if question.contains('?') { marks } else { 0 };
    let asked = marks.max(if lines > MOST_LINES { lines } else { 0 });
    if asked > MOST_QUESTIONS {
        return refuse(format!("That looks like {asked} questions in one message. Ask one at a time."));
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
    ) && !recast::asks_for_list(question, lexicon)
    {
        return refuse("That is a question for yes or no; ask for a number or a list instead.".into());
    }
    // Not understood as one, it is no question either: rows would look like what was wished for.
    if understand_data(question).kind == IntentKind::Change && !follow::shows_more(question) {
        return change::wish(request, lexicon);
    }
    let read = follow::follow_up(request, lexicon).unwrap_or_else(|| looked_at(question, request, lexicon));
    match read {
        Ok(read) if read.certainty < FLOOR => refuse(hardly(&read.plan)),
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
            choices: readings.into_iter().map(|(label, text)| Choice::asking(label, text)).collect(),
        },
        Err(Problem::Apart(readings)) => Planned::Clarify {
            question: format!("{} Which one is meant?", two_ways(&readings)),
            choices: readings.into_iter().map(|plan| Choice::of(*plan)).collect(),
        },
        Err(Problem::Refuse(reason) | Problem::Unknown(reason, _) | Problem::Grammar(reason)) => {
            refuse(reason)
        }
    }
}

/// Understands a question that stands by itself, and looks at the plan once more: why it is no answer, where its looks tell.
fn looked_at(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let mut read = match understood(question, request, lexicon) {
        Err(Problem::Unknown(why, words)) => {
            leniently::leniently(question, &words, request, lexicon).ok_or(Problem::Unknown(why, words))?
        }
        other => other?,
    };
    let Read { plan, notes, .. } = &mut read;
    within::within_lists(plan, request.catalogue, lexicon);
    notes.extend(within::groups_of_lists(plan, request.catalogue, lexicon));
    part_names::of_whole(plan, question, lexicon, request.catalogue, notes);
    rowwise::by_name(plan, question, request.catalogue, lexicon);
    whens::along_deeds(plan, question, request.catalogue, lexicon);
    let elsewhen = dated_step::along_said(plan, question, request.catalogue, lexicon);
    whens::of_what_lacks(plan, question, request.catalogue, lexicon);
    summed::summed(plan, question, request.catalogue, lexicon);
    by_links::by_links(plan, request.catalogue, lexicon);
    levels::on_average(plan, notes, question, request.catalogue, lexicon);
    let why_not = elsewhen
        .or_else(|| contradiction(plan))
        .or_else(|| amiss::amiss(question, plan, lexicon, request.catalogue))
        .or_else(|| other_end(question, plan, request, lexicon))
        .or_else(|| one_way::one_way(question, plan, lexicon, request.catalogue))
        .or_else(|| one_way::of_others(question, plan, lexicon, request.catalogue))
        .or_else(|| lexicon.left_out(question, plan, request.catalogue));
    why_not.map_or(Ok(read), |why| Err(Problem::Refuse(why)))
}

/// Reads a question with the words that it stands for, where some were defined, else as it is.
fn understood(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let named = lexicon.named_rows(question, request.catalogue);
    let question = named.as_deref().unwrap_or(question);
    if let Some(part) = lexicon.part()
        && let Some(counting) = Part::counting(question)
        && let Ok(read) = told(&counting, &PlanRequest { question: &counting, ..*request }, lexicon)
        && read.certainty >= FLOOR
        && let Some(plan) = part.of(read.plan, &lexicon.prepared, request.catalogue)
        && compile_with(&plan, request.catalogue, &lexicon.prepared).is_ok()
    {
        return Ok(Read { plan, certainty: read.certainty.min(CLOSELY), ..read });
    }
    told(question, request, lexicon)
}

/// The same, where it asks for nothing that a hint computes.
fn told(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    // A term of several words is read as one, or where that fails as the words that it is.
    if let Some(shielded) = lexicon.shielded(question)
        && let Ok(found) = in_words(&shielded.text, request, lexicon)
        && found.certainty >= FLOOR
        && !serde_json::to_string(&found.plan).is_ok_and(|plan| shielded.is_in(&plan))
    {
        let notes = found.notes.iter().map(|note| shielded.plain(note)).collect();
        return Ok(Read { notes, ..found });
    }
    in_words(question, request, lexicon)
}

/// Reads a question in the words that it is asked in.
fn in_words(question: &str, request: &PlanRequest<'_>, lexicon: &Lexicon) -> Result<Read, Problem> {
    let recast::Recast { text, notes: recast, parts } =
        recast::recast(question, request.today, lexicon, request.catalogue);
    let asked = question;
    let question = text.as_str();
    let request = &PlanRequest { question, ..*request };
    let told: Vec<String> = lexicon.told(question).into_iter().chain(recast).collect();
    let noted = |mut read: Read, more: Vec<String>| {
        recast::roles::shown(&mut read.plan, &parts, lexicon, request.catalogue);
        let notes = told.iter().cloned().chain(more).chain(read.notes).collect();
        Read { notes, ..read }
    };
    let reworded = lexicon.reworded(question);
    for (reworded, note) in &reworded {
        if let Ok(found) = read(reworded, request, lexicon)
            && found.certainty >= FLOOR
        {
            return Ok(noted(found, vec![note.clone()]));
        }
    }
    if let Some(term) = reworded.first().map(|(_, note)| note).or(lexicon.unread(question).as_ref()) {
        return Err(Problem::Refuse(format!("I could not make use of what was said: {term}")));
    }
    let read = read(question, request, lexicon).map(|found| noted(found, Vec::new()));
    // A word that the asker did not say helps nobody.
    let asked = asked.to_lowercase();
    match read {
        Err(Problem::Unknown(_, words)) if words.iter().any(|w| !asked.contains(&w.to_lowercase())) => {
            Err(Problem::Refuse("I could not make out what is asked for. Put it in other words.".to_owned()))
        }
        other => other,
    }
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
