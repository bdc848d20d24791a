//! People and things by the part that they play: "the assignee of each task", "the driver's last name", "Which owner has the
//! most projects?", where rows refer to them by such a name. Each is asked for by that reference, and shown by what it is
//! called.

use super::{Words, instead, is_one_of, lower, slice, table_of, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    resolve::World,
    words::{lemma, root},
};
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::{Dimension, Edge, Field, Filter, Order, OrderKey, QueryPlan};

/// How well words must name a column of whoever plays the part.
const LEAST: f32 = 0.75;
/// The most words of such a name.
const LONGEST: usize = 3;

/// A part that was spoken of.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The referring column.
    reference: ColumnRef,
    /// What of whom it refers to is asked for.
    shown: Vec<ColumnRef>,
    /// The referring rows are not spoken of themselves: each is shown once.
    once: bool,
}

/// The question by the references, and what to show in their place.
pub(super) fn roles(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> (String, Vec<Part>) {
    let mut text = text.to_owned();
    let mut parts = Vec::new();
    for _ in 0..super::MOST {
        let Some((plain, part)) = Roles { lexicon, catalogue, found: words(&text), text: &text }.next()
        else {
            break;
        };
        text = plain;
        parts.push(part);
    }
    (text, parts)
}

struct Roles<'r> {
    lexicon: &'r Lexicon,
    catalogue: &'r Catalogue,
    found: Words,
    text: &'r str,
}

impl Roles<'_> {
    fn next(&self) -> Option<(String, Part)> {
        (0..self.found.len()).find_map(|at| {
            let said = lower(&self.found, at);
            let (noun, owns) = match said.strip_suffix("'s").or_else(|| said.strip_suffix('\'')) {
                Some(owner) => (owner, true),
                None => (said, false),
            };
            // "the Author Royalties project" is called so, and a hint may say what "drivers" are.
            let named = at > 0 && slice(self.text, self.found[at].from..).starts_with(char::is_uppercase);
            if named || !self.lexicon.values(&[noun]).is_empty() {
                return None;
            }
            let edge = self.edge(&lemma(noun), at)?;
            self.part(at, owns, edge)
        })
    }

    /// The one reference that is called so: of the tables that are spoken of, or of all.
    fn edge(&self, role: &str, at: usize) -> Option<&Edge> {
        let keyed = is_one_of("id ids number numbers code codes key keys", lower(&self.found, at + 1));
        if role.len() < 3
            || keyed
            || self.lexicon.columns_with(role).is_empty()
            || self.lexicon.names_table(role, LEAST)
        {
            return None;
        }
        let named = |edge: &&Edge| self.role(edge).is_some_and(|own| own == role);
        let edges: Vec<&Edge> = self.lexicon.prepared.graph.edges.iter().filter(named).collect();
        let spoken: Vec<&Edge> = edges.iter().filter(|e| self.speaks_of(e.from)).copied().collect();
        let column = |name: &str| self.lexicon.columns.iter().flatten().any(|c| c.words == [name.to_owned()]);
        match (spoken.as_slice(), edges.as_slice()) {
            _ if column(role) => None,
            ([one], _) | ([], [one]) => Some(one),
            _ => None,
        }
    }

    /// What a reference says beside which table it is to: `assignee` of `assignee_id`.
    fn role(&self, edge: &Edge) -> Option<String> {
        let [column] = edge.from_columns.as_slice() else { return None };
        let at = self.catalogue.tables[edge.from].columns.iter().position(|c| c.name == *column)?;
        let words: Vec<&String> = self.lexicon.columns[edge.from][at].words.iter().collect();
        let [role, "id" | "no" | "number" | "code" | "key"] =
            words.iter().map(|w| w.as_str()).collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let own = self.lexicon.tables[edge.to].words.iter().any(|w| root(w) == root(role));
        (!own && edge.from != edge.to).then(|| role.to_owned())
    }

    fn speaks_of(&self, table: usize) -> bool {
        self.found.iter().any(|w| table_of(&w.lower, self.lexicon) == Some(table))
    }

    /// What is asked for of whoever plays the part, and the words that say it.
    fn part(&self, at: usize, owns: bool, edge: &Edge) -> Option<(String, Part)> {
        let found = &self.found;
        let before = |n: usize| at.checked_sub(n).map_or("", |at| lower(found, at));
        let people = World::new(self.catalogue, self.lexicon, &[]).labels(edge.to);
        let position =
            self.catalogue.tables[edge.from].columns.iter().position(|c| c.name == edge.from_columns[0])?;
        let reference = ColumnRef { table: edge.from, column: position };
        let id = self.lexicon.columns[edge.from][position].words.join(" ");
        // "per assignee" is read as it is; "assignees who live in Rome" are asked about themselves.
        let asks_about = is_one_of("who that with without whose from in living", lower(found, at + 1));
        if !owns && (is_one_of("by per", before(1)) || asks_about) || people.is_empty() {
            return None;
        }
        if let Some(text) = self.condition(at, edge) {
            return Some((text, Part { reference, shown: people, once: false }));
        }
        // "whose owner lives in Rome": what else is said of them is read as it is.
        if is_one_of("is was are were", lower(found, at + 1)) && at > 2 || is_one_of("whose where", before(1))
        {
            return None;
        }
        let once = !self.speaks_of(edge.from);
        let done = |from: usize, to: usize, shown: Vec<ColumnRef>| {
            let text = instead(self.text, found[from].from, found[to].to, &id);
            Some((text, Part { reference, shown, once }))
        };
        // "the driver's last name", "the driver last name"
        let attribute =
            (1..=LONGEST).rev().find_map(|n| Some((n, self.columns(at + 1, n, edge.to, &people)?)));
        if let Some((n, shown)) = attribute {
            return done(at, at + n, shown);
        }
        if owns {
            return None;
        }
        // "names of project owners"
        let fact = table_of(before(1), self.lexicon) == Some(edge.from);
        let owned = at.checked_sub(2).filter(|of| fact && lower(found, *of) == "of");
        if let Some(of) = owned
            && let Some((from, shown)) = self.columns_before(of, edge.to, &people)
        {
            let rows = plural(&lemma(before(1)));
            let text = instead(self.text, found[from].from, found[at].to, &format!("{id} of all {rows}"));
            return Some((text, Part { reference, shown, once: true }));
        }
        // "the last name of the driver"
        let article = usize::from(is_one_of("the each every its their a", before(1)));
        let of = at.checked_sub(1 + article).filter(|of| lower(found, *of) == "of");
        if let Some(of) = of
            && let Some((from, shown)) = self.columns_before(of, edge.to, &people)
        {
            return done(from, at, shown);
        }
        // "Who is the assignee of task 3?"
        let who = at == 3 - usize::from(article == 0) && is_one_of("who who's", lower(found, 0));
        if who && is_one_of("is was are were", lower(found, 1)) {
            let text = format!("What {} the {id}{}", lower(found, 1), slice(self.text, found[at].to..));
            return Some((text, Part { reference, shown: people, once }));
        }
        // "title and assignee of each task", "Which assignees have …", "How many assignees": them.
        let counted = is_one_of("many different distinct of", before(1)) && !is_one_of("of", before(1));
        // "projects that have an owner": whether there is one.
        let owned = is_one_of("a an no any", before(1)) && is_one_of("has have had with without", before(2))
            || is_one_of("has have had with without no", before(1));
        // "Which assignees have no tasks?" asks about them.
        let denies = found.iter().any(|w| is_one_of("no not never without none neither only", &w.lower));
        let asks = is_one_of("which what who", before(1)) && denies;
        (!counted && !owned && !asks).then(|| done(at, at, people))?
    }

    /// What is said before "of": "last name", "names and emails", "first and last name". Where it begins, and the columns.
    fn columns_before(
        &self,
        of: usize,
        table: usize,
        people: &[ColumnRef],
    ) -> Option<(usize, Vec<ColumnRef>)> {
        let one = |end: usize| {
            (1..=LONGEST + 2).rev().filter(|n| *n <= end).find_map(|n| {
                let shown = self.columns(end - n, n, table, people)?;
                // "the project name and email of the owner": that of the project.
                let other =
                    end > n && self.lexicon.names_table(&lemma(lower(&self.found, end - n - 1)), LEAST);
                (!other).then_some((end - n, shown))
            })
        };
        let (mut from, mut shown) = one(of)?;
        while from > 1 && lower(&self.found, from - 1) == "and" {
            let Some((start, mut more)) = one(from - 1) else { break };
            more.retain(|c| !shown.contains(c));
            more.extend(shown);
            (from, shown) = (start, more);
        }
        Some((from, shown))
    }

    /// "tasks whose assignee is Ann Lee", "projects with owner Ann Lee": done by her.
    fn condition(&self, at: usize, edge: &Edge) -> Option<String> {
        let found = &self.found;
        let article = usize::from(at > 0 && lower(found, at - 1) == "the");
        let opens = at.checked_sub(1 + article)?;
        let is = is_one_of("is was are were", lower(found, at + 1));
        let told = match lower(found, opens) {
            "whose" | "where" => is,
            "with" => !is,
            _ => false,
        };
        let name = at + 1 + usize::from(is);
        let named = (1..=4).rev().any(|n| {
            let parts: Vec<&str> = (name..(name + n).min(found.len())).map(|n| lower(found, n)).collect();
            let values = self.lexicon.values(&parts);
            parts.len() == n && values.iter().any(|v| v.column.table == edge.to)
        });
        let role = self.role(edge)?;
        (told && named).then(|| {
            let rest = slice(self.text, found[name].from..);
            format!("{}{}ed by {rest}", slice(self.text, ..found[opens].from), root(&role))
        })
    }

    /// The columns of a table that so many words name: "name" what its rows are called, "first and last name" both.
    fn columns(&self, at: usize, n: usize, table: usize, people: &[ColumnRef]) -> Option<Vec<ColumnRef>> {
        (at + n <= self.found.len()).then_some(())?;
        let from = self.found.get(at)?.from;
        let said = slice(self.text, from..self.found[at + n - 1].to);
        if said.contains([',', '.', ';', '?']) {
            return None;
        }
        let phrase: Vec<String> = (at..at + n).map(|n| lemma(lower(&self.found, n))).collect();
        let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
        match phrase.as_slice() {
            ["name"] | ["full", "name"] => return Some(people.to_vec()),
            ["first", "and", "last", "name"] | ["first", "name", "and", "last", "name"]
                if people.len() == 2 =>
            {
                return Some(people.to_vec());
            }
            _ => {}
        }
        let all = self.lexicon.columns_for(&phrase, self.catalogue);
        let column = all.iter().find(|(c, score)| c.table == table && *score >= 0.85).map(|(c, _)| *c)?;
        Some(vec![column])
    }
}

/// Shows whoever plays a part in the place of the reference to them.
pub fn shown(plan: &mut QueryPlan, parts: &[Part], lexicon: &Lexicon, catalogue: &Catalogue) {
    for part in parts {
        let of = |c: ColumnRef| {
            let table = lexicon.prepared.name_of(catalogue, c.table);
            Field::new(table, catalogue.tables[c.table].columns[c.column].name.clone())
        };
        let reference = of(part.reference);
        // The part that is played tells in headings whose name it is.
        let via = Some(reference.column.clone());
        let fields: Vec<Field> = part.shown.iter().map(|c| Field { via: via.clone(), ..of(*c) }).collect();
        let is = |field: &Field| *field == reference;
        if part.once && plan.measures.is_empty() && plan.columns.iter().all(is) && !plan.columns.is_empty() {
            plan.distinct = true;
            plan.filters.push(Filter::Null { field: reference.clone(), negated: true });
            plan.order.retain(|order| !matches!(&order.by, OrderKey::Field(_)));
        }
        plan.columns =
            plan.columns.drain(..).flat_map(|f| if is(&f) { fields.clone() } else { vec![f] }).collect();
        let place = plan.dimensions.iter().position(|d| is(&d.field) && !d.hidden);
        if let Some(place) = place {
            let dimension = |field: &Field| Dimension { by_key: true, ..Dimension::of(field.clone()) };
            let more = fields.len().saturating_sub(1);
            plan.dimensions.splice(place..=place, fields.iter().map(dimension));
            for order in &mut plan.order {
                if let OrderKey::Dimension(n) = &mut order.by
                    && *n > place
                {
                    *n += more;
                }
            }
        }
        for Order { by, .. } in &mut plan.order {
            if let OrderKey::Field(field) = by
                && is(field)
                && let Some(first) = fields.first()
            {
                *field = first.clone();
            }
        }
    }
}
