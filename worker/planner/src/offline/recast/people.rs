//! "People", "anyone", "everybody", "those who": the customers, students or staff that the database is about. Where it
//! keeps several kinds of people, those are meant of whom the other words speak; where these do not tell, nobody is.

use super::{Told, Word, Words, bare, instead, is_one_of, slice, words};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    reader::same_root,
    words::{is_person, lemma, root},
};
use rowcall_core::Catalogue;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Further names of tables of people.
const PERSONS: &str = "accountant actor administrator adult adviser advisor analyst applicant apprentice archaeologist \
    architect astronaut athlete attendee attorney auditor baker barber barista bidder biker breeder buyer \
    candidate captain carpenter cashier chairman chef chemist child citizen clerk climber coach colleague \
    columnist commuter competitor composer conductor consultant contestant contractor contributor counsellor \
    counselor coworker crew curator cyclist dancer delegate dentist designer detective developer dietitian \
    diplomat director dispatcher donor editor elector electrician engineer entrant examiner explorer farmer \
    fighter firefighter footballer founder freelancer gardener geologist goalkeeper grower guardian gymnast \
    hairdresser hiker holder hunter individual inhabitant inmate inspector instructor intern investigator \
    investor jockey journalist judge juror keeper landlord lawyer learner lecturer lender librarian \
    lifeguard lodger machinist magistrate manager mayor mechanic mentor midwife moderator mountaineer \
    musician neighbor neighbour nominee novelist nurse nutritionist officer organiser organizer owner \
    painter paramedic parent participant personnel pharmacist photographer physician physicist \
    physiotherapist pilot plumber poet policyholder politician postdoc presenter president prisoner \
    professor programmer prosecutor psychologist pupil racer radiologist ranger recipient recruiter referee \
    reporter representative researcher resident rider ringer roaster rower runner sailor salesman \
    salesperson scholar scientist sculptor senator shareholder shopper singer skater skier soldier solicitor \
    speaker specialist spectator steward strategist subscriber supervisor supporter surfer surgeon surveyor \
    swimmer technician tenant therapist tourist trainee trainer traveler traveller treasurer tutor umpire \
    undergraduate vet violinist visitor volunteer voter waiter waitress warden wrestler writer";
/// Those of them who work there.
pub(super) const STAFF: &str = "agent captain chef clerk coach contractor crew doctor driver employee engineer head instructor keeper \
    lecturer librarian mechanic nurse officer personnel physician pilot presenter professor seller staff supervisor \
    surgeon teacher technician therapist trainer tutor vet worker";
/// What only those do who work there, and what only others do.
const WORKING: &str = "work works working worked employed hired earn earns earning earned left quit resigned";
const SERVED_BY: &str = "stay stays staying stayed book books booking booked order orders ordering ordered buy buys buying \
    bought purchase purchased rent rents renting rented borrow borrows borrowing borrowed visit visited subscribe \
    subscribed enrol enroll enrolled registered attend attended donate donated \
    signed";
/// Words behind people that leave open what they do.
const OPEN: &str = "with without whose from live lives living lived born are is were was except older younger aged over under \
    named called and or by per";
/// What those are called whom a business serves.
pub(super) const SERVED: &str =
    "user member guest passenger subscriber visitor buyer client shopper tenant patient";
/// How much clearer one kind of people must be spoken of than any other.
pub(super) const MARGIN: f32 = 0.5;

/// The question with the people called as they are in this catalogue, and what to say of it.
pub(super) fn people(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    headcount(text, lexicon)
        .or_else(|| customers(text, lexicon))
        .or_else(|| employed(text, lexicon, catalogue))
        .or_else(|| anybody(text, lexicon, catalogue))
        .or_else(|| nobody(text, lexicon, catalogue))
        .or_else(|| like(text, lexicon))
}

/// The catalogue calls them people itself: a "cost per person" does not.
pub(super) fn are_called(lexicon: &Lexicon) -> bool {
    lexicon.tables.iter().any(|t| t.words.iter().any(|w| w == "person"))
        || lexicon.columns.iter().flatten().any(|c| c.words.first().is_some_and(|w| w == "person"))
}

/// "Our customers", where all that are served are users.
fn customers(text: &str, lexicon: &Lexicon) -> Option<Told> {
    let known = |w: &str| {
        lexicon.is_word(w)
            || lexicon.names_table(w, 0.5)
            || !lexicon.values(&[w]).is_empty()
            || lexicon.term(&[w]).is_some()
    };
    if known("customer") || known("client") {
        return None;
    }
    let mut served = (0..lexicon.tables.len())
        .filter(|t| matches!(lexicon.tables[*t].words.as_slice(), [w] if is_one_of(SERVED, w)));
    let table = served.next().filter(|_| served.next().is_none())?;
    let found = words(text);
    let at = found
        .iter()
        .position(|w| matches!(w.lower.as_str(), "customer" | "customers" | "client" | "clients"))?;
    let noun = lexicon.tables[table].words.join(" ");
    let many = plural(&noun);
    let said = if found[at].lower.ends_with('s') { &many } else { &noun };
    let note = format!("\"{}\" is read as {many}.", slice(text, found[at].from..found[at].to));
    Some((instead(text, found[at].from, found[at].to, said), Some(note)))
}

/// "our headcount": how many work there, where only one kind of people does.
fn headcount(text: &str, lexicon: &Lexicon) -> Option<Told> {
    let found = words(text);
    if lexicon.is_word("headcount") {
        return None;
    }
    let at = found.iter().position(|w| w.lower == "headcount")?;
    let mut staff = (0..lexicon.tables.len())
        .filter(|t| matches!(lexicon.tables[*t].words.as_slice(), [w] if is_one_of(STAFF, w)));
    let table = staff.next().filter(|_| staff.next().is_none())?;
    let many = plural(&lexicon.tables[table].words.join(" "));
    let opens =
        matches!(found.get(at.wrapping_sub(1)).map(|w| w.lower.as_str()), Some("our" | "the" | "total"));
    let from = if opens { at - 1 } else { at };
    let note = format!("\"{}\" is read as the number of {many}.", slice(text, found[at].from..found[at].to));
    Some((instead(text, found[from].from, found[at].to, &format!("the number of {many}")), Some(note)))
}

/// "Who works in the Kestrel team?", "Who was hired in 2021?": the agents, where only they work there.
fn employed(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let passive =
        matches!(lower(1), "is" | "are" | "was" | "were") && matches!(lower(2), "employed" | "hired");
    let works = matches!(lower(1), "works" | "work" | "worked");
    if lower(0) != "who" || !(passive || works) || are_called(lexicon) {
        return None;
    }
    let kinds: Vec<usize> = (0..lexicon.tables.len()).filter(|t| are_people(*t, lexicon)).collect();
    let mut scored: Vec<(usize, f32)> = doing(&kinds, &found, 0, text, lexicon)?
        .into_iter()
        .map(|t| (t, spoken_of(t, 0, &found, lexicon, catalogue)))
        .collect();
    scored.retain(|(t, _)| lexicon.tables[*t].words.last().is_some_and(|w| is_one_of(STAFF, w)));
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (table, score) = *scored.first()?;
    // "Who works at Bright Studio?": the users, where that is said of them.
    let others = kinds.iter().any(|t| spoken_of(*t, 0, &found, lexicon, catalogue) > score);
    if others || scored.get(1).is_some_and(|(_, s)| score - s < MARGIN) {
        return None;
    }
    let verb = match lower(1) {
        "works" => "work",
        "is" => "are",
        "was" => "were",
        other => other,
    };
    let many = plural(&lexicon.tables[table].words.join(" "));
    Some((instead(text, found[0].from, found[1].to, &format!("Which {many} {verb}")), None))
}

/// "People who …", "everybody without …".
fn anybody(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    if are_called(lexicon) || lexicon.names_table("person", 0.9) {
        return None;
    }
    let found = words(text);
    let kinds: Vec<usize> = (0..lexicon.tables.len()).filter(|t| are_people(*t, lexicon)).collect();
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let named = |kinds: &[usize]| {
        found.iter().any(|w| {
            lexicon.tables_for(&[&lemma(&w.lower)]).iter().any(|(t, s)| *s >= 0.75 && kinds.contains(t))
        })
    };
    let stored = |at: usize| {
        !lexicon.values(&[lower(at)]).is_empty() || !lexicon.values(&[&lemma(lower(at))]).is_empty()
    };
    let at = (0..found.len()).filter(|at| !stored(*at)).find(|at| match lower(*at) {
        // Of the fewest, there may be none.
        "people" | "persons" | "individuals" | "person" | "individual" => {
            // "2500 people per hour" are no rows, but how much something carries; so many people are a city's population.
            let number = *at > 0 && lower(at - 1).bytes().all(|b| b.is_ascii_digit());
            let rate = number && (lower(at + 1) == "per" || lexicon.is_word("population"));
            !rate && (*at == 0 || !matches!(lower(at - 1), "fewest" | "least"))
        }
        "anyone" | "anybody" | "everyone" | "everybody" | "someone" | "somebody" => {
            // "never … by anybody": nobody in particular.
            !matches!(lower(at.wrapping_sub(1)), "by" | "of" if *at > 1 && at + 1 == found.len())
        }
        "those" => lower(at + 1) == "who" && !named(&kinds),
        _ => false,
    });
    let Some(at) = at else { return nobody_named(text, &found) };
    let mut scored: Vec<(usize, f32)> = doing(&kinds, &found, at, text, lexicon)?
        .into_iter()
        .map(|t| (t, spoken_of(t, at, &found, lexicon, catalogue)))
        .collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (table, score) = *scored.first()?;
    let second = scored.get(1).map(|(_, s)| *s);
    // Those that everybody calls people need no more words, where they are the only ones.
    let alone = second.is_none() && (score > 0.0 || lexicon.people() == Some(table));
    if !alone && second.is_none_or(|s| score - s < MARGIN) {
        return None;
    }
    let noun = lexicon.tables[table].words.join(" ");
    let many = plural(&noun);
    let single = matches!(lower(at), "person" | "individual");
    let said = slice(text, found[at].from..found[at].to);
    let note = second.map(|_| format!("\"{said}\" is read as {many}."));
    Some((instead(text, found[at].from, found[at].to, if single { &noun } else { &many }), note))
}

/// Those kinds of people who may do what the question says that they do: who work somewhere, or stay there. What tells
/// nothing of the sort leaves nobody, where there are several kinds.
pub(super) fn doing(
    kinds: &[usize],
    found: &Words,
    at: usize,
    text: &str,
    lexicon: &Lexicon,
) -> Option<Vec<usize>> {
    let mut verb = at + 1;
    let skips = |w: &Word| {
        matches!(
            w.lower.as_str(),
            "who" | "that" | "which" | "have" | "has" | "had" | "been" | "ever" | "never" | "not"
        )
    };
    while found.get(verb).is_some_and(skips) {
        verb += 1;
    }
    // "the campaigns people donated to": a clause about the campaigns.
    let noun = at > 0 && lexicon.is_word(&lemma(&found[at - 1].lower));
    let open_end = found
        .last()
        .is_some_and(|w| matches!(w.lower.as_str(), "to" | "from" | "in" | "at" | "for" | "with"));
    if noun && open_end {
        return None;
    }
    let staff = |t: &usize| lexicon.tables[*t].words.last().is_some_and(|w| is_one_of(STAFF, w));
    let beside = |w: &&Word| !slice(text, found[at].to..w.from).contains(['.', ',', '?', ';', ':', '(']);
    let Some(said) = found.get(verb).filter(beside) else {
        return Some(kinds.to_vec());
    };
    let word = said.lower.as_str();
    let helped = verb > at + 1 && found[verb - 1].lower != "who" && found[verb - 1].lower != "that";
    if is_one_of(WORKING, word) {
        let served = |t: &usize| lexicon.tables[*t].words.last().is_some_and(|w| is_one_of(SERVED, w));
        return Some(kinds.iter().copied().filter(|t| staff(t) || kinds.len() == 1 && !served(t)).collect());
    }
    if is_one_of(SERVED_BY, word) {
        return Some(kinds.iter().copied().filter(|t| !staff(t)).collect());
    }
    let stem = root(word);
    let own: Vec<usize> = kinds
        .iter()
        .copied()
        .filter(|t| word.len() > 5 && lexicon.tables[*t].words.last().is_some_and(|w| same_root(w, &stem)))
        .collect();
    let open = is_one_of(OPEN, word) || helped && !word.ends_with("ed");
    match own.is_empty() {
        false => Some(own),
        true if open || kinds.len() == 1 => Some(kinds.to_vec()),
        true => None,
    }
}

/// "Which hotels were never booked by anybody?"
fn nobody_named(text: &str, found: &Words) -> Option<Told> {
    let last = found.len().checked_sub(1).filter(|n| *n > 2)?;
    let anybody = matches!(found[last].lower.as_str(), "anybody" | "anyone") && found[last - 1].lower == "by";
    anybody.then(|| (instead(text, found[last - 1].from, found[last].to, ""), None))
}

/// "A skill nobody has", "farms with nobody working there": that no worker has, without workers.
fn nobody(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Told> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let at = (2..found.len()).find(|at| lower(*at) == "nobody")?;
    let kinds: Vec<usize> = (0..lexicon.tables.len()).filter(|t| are_people(*t, lexicon)).collect();
    let mut scored: Vec<(usize, f32)> =
        kinds.iter().map(|t| (*t, spoken_of(*t, at, &found, lexicon, catalogue))).collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (table, score) = *scored.first().filter(|(_, s)| *s > 0.0)?;
    if scored.get(1).is_some_and(|(_, s)| score - s < MARGIN) {
        return None;
    }
    let noun = lexicon.tables[table].words.join(" ");
    let closes = |n: usize| {
        bare(slice(text, found[n].to..)).is_empty() || slice(text, found[n].to..).starts_with(['.', '?', ','])
    };
    let verb = match (lower(at + 1), lower(at + 2)) {
        ("in" | "at", "the" | "our") => at + 4,
        _ => at + 1,
    };
    if matches!(lower(verb), "has" | "have") && closes(verb) {
        return Some((instead(text, found[at].from, found[verb].to, &format!("that no {noun} has")), None));
    }
    let there = matches!(lower(at + 1), "working" | "employed" | "living" | "assigned")
        && matches!(lower(at + 2), "there" | "here")
        && closes(at + 2);
    let mut from = at - 1;
    let has = matches!(lower(from), "has" | "have" | "with");
    if matches!(lower(from - 1), "that" | "which") && lower(from) != "with" {
        from -= 1;
    }
    let without = format!("without {}", plural(&noun));
    (there && has).then(|| (instead(text, found[from].from, found[at + 2].to, &without), None))
}

/// "Who lives in the same country as Ann Lee?": those who are kept where she is.
fn like(text: &str, lexicon: &Lexicon) -> Option<Told> {
    let found = words(text);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    if lower(0) != "who" || matches!(lower(1), "is" | "are" | "was" | "were" | "among") {
        return None;
    }
    let same = (1..found.len()).find(|at| lower(*at) == "same")?;
    let at = (same + 2..found.len()).find(|at| lower(*at) == "as")?;
    let named = [3, 2].into_iter().find_map(|used| {
        let parts: Vec<&str> = (at + 1..at + 1 + used).map(lower).collect();
        let mut tables: Vec<usize> = lexicon.values(&parts).iter().map(|v| v.column.table).collect();
        tables.dedup();
        match tables.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    })?;
    let many = plural(&lexicon.tables[named].words.join(" "));
    are_people(named, lexicon)
        .then(|| (instead(text, found[0].from, found[0].to, &format!("Which {many}")), None))
}

/// Whether such people do that: agents do not book, nor do guests work there.
pub(super) fn may_do(table: usize, verb: &str, lexicon: &Lexicon) -> bool {
    let staff = lexicon.tables[table].words.last().is_some_and(|w| is_one_of(STAFF, w));
    !(staff && is_one_of(SERVED_BY, verb) || !staff && is_one_of(WORKING, verb))
}

/// A word for people of some sort; asked of every table.
pub(super) fn is_sort_of_person(word: &str) -> bool {
    static SORTS: LazyLock<HashSet<&str>> = LazyLock::new(|| PERSONS.split_ascii_whitespace().collect());
    SORTS.contains(word)
}

/// The rows of a table are people: so it is called, or they have a first and a last name.
pub(in crate::offline) fn are_people(table: usize, lexicon: &Lexicon) -> bool {
    let called = lexicon.tables[table].words.last().is_some_and(|w| is_person(w) || is_sort_of_person(w));
    let names = |first: &[&str]| {
        lexicon.columns[table].iter().any(|c| {
            c.words.last().is_some_and(|w| w == "name") && c.words.iter().any(|w| first.contains(&w.as_str()))
        })
    };
    called || names(&["first", "given", "personal"]) && names(&["last", "family"])
}

/// How much the other words of a question speak of a kind of people: of themselves, their columns and values, and of what
/// is tied to them.
pub(super) fn spoken_of(
    table: usize,
    at: usize,
    found: &Words,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> f32 {
    // "people from Italy": where they are from, they tell themselves.
    let own = found.get(at + 1..found.len().min(at + 4)).is_some_and(|next| {
        next.iter()
            .any(|w| matches!(w.lower.as_str(), "from" | "live" | "lives" | "living" | "lived" | "born"))
    });
    let distances = distances(table, lexicon);
    let near = |other: usize| match distances.get(&other) {
        Some(0) => 1.0,
        Some(_) if own => 0.0,
        Some(1) => 0.5,
        Some(2) => 0.2,
        _ => 0.0,
    };
    let mut score = 0.0;
    for (n, word) in found.iter().enumerate() {
        if n == at || crate::offline::words::is_filler(&word.lower) {
            continue;
        }
        let base = lemma(&word.lower);
        let next = found.get(n + 1).map(|w| lemma(&w.lower));
        let best = |phrase: &[&str], least: f32| -> f32 {
            let columns = lexicon.columns_for(phrase, catalogue);
            let top = columns.first().map_or(0.0, |(_, s)| *s);
            columns
                .iter()
                .filter(|(c, s)| *s >= least && top - *s < 0.05 && !is_told(lexicon, c.table, c.column))
                .map(|(c, _)| near(c.table))
                .fold(0.0, f32::max)
        };
        let tables = lexicon.tables_for(&[&base]);
        let rows = tables.iter().filter(|(_, s)| *s >= 0.75).map(|(t, _)| 2.0 * near(*t)).fold(0.0, f32::max);
        let pair = next.as_deref().map_or(0.0, |next| 1.5 * best(&[&base, next], 0.9));
        let column = best(&[&base], 0.75).max(pair);
        let values = lexicon.values(&[&word.lower]);
        let of = |t: usize| near(t);
        let value = values.iter().map(|v| of(v.column.table)).fold(0.0, f32::max);
        let pairs = found.get(n + 1).map_or(&[][..], |w| lexicon.values(&[&word.lower, &w.lower]));
        let value = pairs.iter().map(|v| 1.5 * of(v.column.table)).fold(value, f32::max);
        // "the person who supervised": a supervisor.
        let stem = root(&word.lower);
        let does =
            word.lower.len() > 5 && lexicon.tables[table].words.last().is_some_and(|w| same_root(w, &stem));
        score += rows.max(column).max(value).max(if does { 2.0 } else { 0.0 });
    }
    score
}

/// A name or key: everybody has one.
fn is_told(lexicon: &Lexicon, table: usize, column: usize) -> bool {
    lexicon.columns[table][column]
        .words
        .last()
        .is_some_and(|w| matches!(w.as_str(), "name" | "id" | "key" | "code" | "number"))
}

/// How many references lie between a table and those that are no further than two away.
fn distances(from: usize, lexicon: &Lexicon) -> HashMap<usize, usize> {
    let graph = &lexicon.prepared.graph;
    let mut found = HashMap::from([(from, 0)]);
    let mut edge = vec![from];
    for steps in 1..3 {
        let next: Vec<usize> =
            edge.iter().flat_map(|t| graph.steps[*t].iter().map(|s| graph.end(*s))).collect();
        edge = next.into_iter().filter(|t| !found.contains_key(t)).collect();
        found.extend(edge.iter().map(|t| (*t, steps)));
    }
    found
}
