//! Questions that go on from the answer before. What it spoke of is asked about ("how many of them ordered in May?"), the
//! answer itself is given of fewer rows, in another order or split ("only 2025", "cheapest first", "and by region?"), for
//! another number ("and the average?"), or of another table ("the same for suppliers").
//!
//! A question about the things of the answer is put into words that stand alone (`said`), read and looked at as every
//! question is, and the rows of its plan are tied to those things (`things`).

mod another;
mod order;
mod pieces;
mod pronouns;
mod said;
mod shape;
mod things;

use super::{
    FLOOR,
    arbiter::{Problem, Read},
    lexicon::Lexicon,
    looked_at,
    resolve::World,
};
use crate::PlanRequest;
use pronouns::Noun;
use rowcall_core::Author;
use rowcall_plan::{Filter, QueryPlan, compile_with, title};
use said::Asks;
use things::{Things, is_cut};

/// How certain what follows up is at most: of conversations that nobody looked at while this was written, 95 of 100 answers
/// were right, where the answer before was.
const FOLLOWS: f32 = 0.92;

/// The answer before.
struct Before<'a> {
    plan: QueryPlan,
    /// The table it is about.
    source: usize,
    /// The rows that it spoke of, where they can be told.
    things: Option<Things>,
    world: World<'a>,
    request: &'a PlanRequest<'a>,
    lexicon: &'a Lexicon,
}

/// The plan of a question that goes on from the answer before, or why there is none; nothing where it stands by itself.
pub(super) fn follow_up(request: &PlanRequest<'_>, lexicon: &Lexicon) -> Option<Result<Read, Problem>> {
    let question = request.question;
    let world = World::new(request.catalogue, lexicon, &[]);
    let last = request.history.iter().rev().find(|m| m.author == Author::Rowcall);
    let plan =
        last.and_then(|m| m.plan.clone()).and_then(|plan| serde_json::from_value::<QueryPlan>(plan).ok());
    let text = said::without_lead(question);
    let Some(plan) = plan else {
        // "List them", where nothing was answered.
        let word = said::dangles(&text, lexicon).or_else(|| {
            last.and_then(|_| said::goes_on(question, lexicon).then(|| question.trim().to_owned()))
        })?;
        return Some(Err(nothing_before(&word)));
    };
    // "Who works in the Kestrel team? Put the names in order." asks for all of it.
    if said::stands_alone(question, lexicon) {
        return None;
    }
    let source = lexicon.prepared.table(request.catalogue, &plan.source).ok()?;
    let things = Things::of(&plan, source, &world);
    let before = Before { plan, source, things, world, request, lexicon };
    if let Some(plan) = shape::shaped(&before, &text).or_else(|| another::number(&before, &text)) {
        return Some(before.read(plan, Vec::new(), FOLLOWS));
    }
    if let Some(split) = pieces::split_by(&text)
        && let Some((plan, notes)) = pieces::changed(&before, &split)
    {
        return Some(before.read(plan, notes, FOLLOWS));
    }
    // "And the refunded ones?": these instead.
    let instead = said::instead(question);
    if let Some(instead) = &instead
        && let Some((plan, notes)) = pieces::changed(&before, instead)
    {
        return Some(before.read(plan, notes, FOLLOWS));
    }
    if let Some(asks) = before.noun().and_then(|noun| said::of_things(&text, &noun, lexicon)) {
        return Some(before.answer(asks));
    }
    if let Some(word) = said::dangles(&text, lexicon) {
        return Some(Err(Problem::Refuse(format!(
            "I could not tell what \"{word}\" means after the answer before. Say it in full."
        ))));
    }
    if let Some((plan, notes)) = pieces::changed(&before, question) {
        return Some(before.read(plan, notes, FOLLOWS));
    }
    if let Some(plan) = another::table(&before, &text) {
        return Some(before.read(plan, Vec::new(), FOLLOWS));
    }
    // "from Berlin", "with an email": a part of a sentence, which says no more than this.
    if let Some(part) = before.noun().and_then(|noun| said::part(&text, &noun, lexicon))
        && let Ok(read) = before.answer(part)
    {
        return Some(Ok(read));
    }
    if let Some(read) = before.who(&text) {
        return Some(Ok(read));
    }
    // Read by itself it would be asked of everything, and not under the conditions of the answer before.
    (said::goes_on(question, lexicon) && !before.plan.filters.is_empty()).then(|| {
        Err(Problem::Refuse(format!(
            "I could not tell how \"{}\" goes on from the answer before. Say in full what is asked for.",
            question.trim()
        )))
    })
}

/// What the asker is told of it: which answer was gone on from.
pub(super) fn continues(before: &QueryPlan) -> String {
    format!("This continues the answer before: {}.", title(before))
}

fn nothing_before(word: &str) -> Problem {
    Problem::Refuse(format!(
        "There is no answer before this one that \"{word}\" could go on from. Say in full what is asked for."
    ))
}

/// "Add their phone numbers", "include the rent", which changes nothing but the answer before.
pub(super) fn shows_more(question: &str) -> bool {
    let lower = question.to_lowercase();
    let said: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let of_those = said.iter().any(|w| matches!(*w, "their" | "its" | "column" | "columns"));
    matches!(said.first(), Some(&("add" | "include"))) && of_those && !said.contains(&"to") && said.len() <= 8
}

impl<'a> Before<'a> {
    /// What the things are called.
    fn noun(&self) -> Option<Noun> {
        Some(Noun::of(self.things.as_ref()?.table, self.lexicon))
    }

    /// The plan of the answer, of the rows and groups that it gave; nothing where it gave some that cannot be told.
    fn staying(&self) -> Option<QueryPlan> {
        match &self.things {
            Some(things) => Some(things.staying(&self.world)),
            None => (!is_cut(&self.plan)).then(|| self.plan.clone()),
        }
    }

    /// The same, where nothing but its order changes: conditions on its numbers may stay as they are.
    fn in_any_order(&self) -> Option<QueryPlan> {
        let few = self.plan.limit.is_some() || self.plan.offset.is_some();
        if few { self.staying() } else { Some(self.plan.clone()) }
    }

    /// "Who signed up first?" after a list of people: of these, unless it says otherwise whom it means.
    fn who(&self, text: &str) -> Option<Read> {
        let things = self.things.as_ref()?;
        if !said::asks_who(text, self.lexicon) {
            return None;
        }
        let mut found = self.alone(text).ok()?;
        let plan = &mut found.plan;
        // "Who works in the Kestrel team?" says whom it means.
        let said_anew = serde_json::to_string(&plan.filters).is_ok_and(|text| text.contains("\"text\":"));
        let table = self.lexicon.prepared.table(self.request.catalogue, &plan.source).ok();
        let tied = !said_anew && table == Some(things.table) && things.tie(plan, &self.world);
        tied.then(|| self.read(found.plan, found.notes, found.certainty).ok()).flatten()
    }

    /// A changed plan as it is given, if it can be asked.
    fn read(&self, plan: QueryPlan, mut notes: Vec<String>, certainty: f32) -> Result<Read, Problem> {
        if let Some(why) = super::contradiction(&plan) {
            return Err(Problem::Refuse(why));
        }
        compile_with(&plan, self.request.catalogue, &self.lexicon.prepared)
            .map_err(|e| Problem::Refuse(format!("That cannot be asked of the answer before: {e}.")))?;
        notes.push(continues(&self.plan));
        Ok(Read { plan, notes, certainty: certainty.min(FOLLOWS) })
    }

    /// A question in words that stand alone.
    fn alone(&self, text: &str) -> Result<Read, Problem> {
        let request = PlanRequest { question: text, history: &[], ..*self.request };
        looked_at(text, &request, self.lexicon)
    }

    fn answer(&self, asks: Asks) -> Result<Read, Problem> {
        let lost = || {
            Problem::Refuse(
                "I could not tell how that goes on from the answer before. Say in full what is asked for."
                    .to_owned(),
            )
        };
        let things = self.things.as_ref().ok_or_else(lost)?;
        match asks {
            Asks::Names => {
                let labels = self.world.labels(things.table);
                let mut plan = QueryPlan {
                    source: self.lexicon.prepared.name_of(self.request.catalogue, things.table),
                    columns: labels.into_iter().map(|c| self.world.field(c)).collect(),
                    time_zone: self.plan.time_zone.clone(),
                    ..QueryPlan::default()
                };
                if !things.tie(&mut plan, &self.world) {
                    return Err(lost());
                }
                self.read(plan, Vec::new(), FOLLOWS)
            }
            Asks::Of(texts) => {
                let mut first = None;
                for text in &texts {
                    let read = self.alone(text).map_err(plainly).and_then(|mut found| {
                        let tied = found.certainty >= FLOOR && things.tie(&mut found.plan, &self.world);
                        if !tied {
                            return Err(lost());
                        }
                        self.read(found.plan, found.notes, found.certainty)
                    });
                    match read {
                        Err(why) if first.is_none() => first = Some(why),
                        Err(_) => {}
                        read => return read,
                    }
                }
                Err(first.unwrap_or_else(lost))
            }
            Asks::Only(texts, those) => {
                let (filters, found) = self.conditions(&texts)?;
                // "Only those from Berlin" of the top five: of these five.
                let mut plan = if those { things.staying(&self.world) } else { self.plan.clone() };
                for filter in filters {
                    things.narrow(&mut plan, self.source, filter, &self.world);
                }
                self.read(plan, found.notes, found.certainty)
            }
            Asks::Without(texts) => {
                let (filters, found) = self.conditions(&texts)?;
                let mut plan = self.plan.clone();
                let inner =
                    if filters.len() == 1 { filters.into_iter().next() } else { Some(Filter::All(filters)) };
                let inner = inner.ok_or_else(lost)?;
                things.narrow(&mut plan, self.source, things::opposite(inner), &self.world);
                self.read(plan, found.notes, found.certainty)
            }
        }
    }

    /// What "customers from Berlin" says of the things, and nothing else; of several texts, the first that says so.
    fn conditions(&self, texts: &[String]) -> Result<(Vec<Filter>, Read), Problem> {
        let mut first = None;
        for text in texts {
            match self.alone(text) {
                Ok(found) if self.only_says(&found.plan) => return Ok((found.plan.filters.clone(), found)),
                Err(why) if first.is_none() => first = Some(plainly(why)),
                _ => {}
            }
        }
        Err(first.unwrap_or_else(|| {
            Problem::Refuse(
                "I could not read that as a condition on the answer before. Say in full what is asked for."
                    .to_owned(),
            )
        }))
    }

    /// The plan says which of the things, and nothing else.
    fn only_says(&self, plan: &QueryPlan) -> bool {
        let table = self.lexicon.prepared.table(self.request.catalogue, &plan.source).ok();
        plan.measures.is_empty()
            && plan.limit.is_none()
            && plan.combine.is_none()
            && plan.computed.is_empty()
            && !plan.filters.is_empty()
            && table.is_some()
            && table == self.things.as_ref().map(|things| things.table)
    }
}

/// A question back would be put in words that are not the asker's.
fn plainly(problem: Problem) -> Problem {
    match problem {
        Problem::Ask(why, _) => Problem::Refuse(format!("I could not make out one thing: {why}")),
        Problem::Apart(_) => Problem::Refuse(
            "That can be read in two ways, going on from the answer before. Say in full what is asked for."
                .to_owned(),
        ),
        Problem::Refuse(_) | Problem::Unknown(..) | Problem::Grammar(_) => problem,
    }
}
