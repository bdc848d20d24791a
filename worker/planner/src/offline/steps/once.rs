//! "… without duplicates", "every flag a single time", "what kinds of loans are there": a list in which nothing comes
//! twice.

use super::{ReadPlain, Step, written};
use crate::{
    PlanRequest,
    offline::{
        FLOOR,
        arbiter::{CLOSELY, Problem, Read},
        lexicon::Lexicon,
        plural,
        words::{Token, TokenKind, tokens},
    },
};
use rowcall_plan::OrderKey;
use std::ops::Range;

/// Reads a question without the words that say so, and makes its list one of different rows; nothing where no words do.
pub(in crate::offline) fn read(
    question: &str,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
    plain: ReadPlain<'_>,
) -> Option<Result<Read, Problem>> {
    let step = Step { tokens: tokens(question), lexicon, catalogue: request.catalogue, request, read: plain };
    match plain(&written(&once(&step)?)) {
        Ok(read) if read.certainty < FLOOR => Some(Ok(read)),
        Ok(read) => distinct(read).map(Ok),
        Err(problem) => Some(Err(problem)),
    }
}

/// The question without the words that say so.
fn once(step: &Step<'_>) -> Option<Vec<Token>> {
    let mut rest = step.tokens.clone();
    if let Some(said) = unrepeated(step) {
        rest.drain(said);
        return Some(rest);
    }
    let (said, noun) = single(step)?;
    // "Who bought a ticket? List every passenger only once.": which passengers bought a ticket.
    let whole = said.start > 2 && ends(step, said.start - 2);
    let rows = noun.last().is_some_and(|t| step.lexicon.names_table(&t.lemma, 0.75));
    if whole && rows && step.lower(0) == "who" && step.tokens.len() <= said.end + 1 {
        rest.truncate(said.start - 1);
        let which =
            ["which".to_owned(), written(&noun[..noun.len() - 1]), plural(&noun[noun.len() - 1].lower)];
        rest.splice(..1, tokens(&which.join(" ")));
        return Some(rest);
    }
    let different = if noun.is_empty() { Vec::new() } else { tokens("the different") };
    rest.splice(said, different.into_iter().chain(noun));
    Some(rest)
}

/// "no repeats", "without duplicates": what says so.
fn unrepeated(step: &Step<'_>) -> Option<Range<usize>> {
    let at = (1..step.tokens.len()).find(|i| {
        matches!(step.lower(*i), "no" | "without" | "any")
            && matches!(
                step.lower(i + 1),
                "repeats"
                    | "repeat"
                    | "repetition"
                    | "repetitions"
                    | "repeating"
                    | "duplicates"
                    | "duplicate"
            )
    })?;
    let mut from = at;
    while from > 1 && matches!(step.lower(from - 1), "," | "but" | "and" | "with" | "without" | "-") {
        from -= 1;
    }
    let mut end = at + 2;
    // "without repeating names"
    if step.lower(at + 1) == "repeating" {
        end += step.tokens[end..].iter().take_while(|t| t.kind == TokenKind::Word).take(2).count();
    }
    end += usize::from(step.lower(end) == "please");
    // "List, without repetition, the names"
    let aside = step.lower(end) == "," && step.lower(from) == ",";
    (aside || ends(step, end)).then_some(from..end + usize::from(aside))
}

/// "each name only once": of each and how often; the noun stays where nothing else says what to list.
fn single(step: &Step<'_>) -> Option<(Range<usize>, Vec<Token>)> {
    let (mut at, end) = (1..step.tokens.len()).find_map(|i| match (step.lower(i), step.lower(i + 1)) {
        ("once", _) => Some((i, i + 1)),
        ("a" | "one", "single") if step.lower(i + 2) == "time" => Some((i, i + 3)),
        ("one" | "single", "time") if step.lower(i - 1) != "a" => Some((i, i + 2)),
        _ => None,
    })?;
    if !(ends(step, end) || step.lower(end) == ",") {
        return None;
    }
    while at > 1
        && matches!(step.lower(at - 1), "only" | "just" | "exactly" | "listed" | "shown" | "named" | "given")
    {
        at -= 1;
    }
    let each = (at.saturating_sub(5)..at)
        .rev()
        .find(|i| matches!(step.lower(*i), "each" | "every") && is_list(step, *i))?;
    let noun = &step.tokens[each + 1..at];
    let bare = noun.is_empty() || matches!(noun[0].lower.as_str(), "of" | "one");
    let verb = noun.iter().any(|t| matches!(t.lower.as_str(), "who" | "that" | "which" | "by" | "has"));
    if verb || noun.iter().any(|t| t.kind != TokenKind::Word) {
        return None;
    }
    let comma = each > 0 && step.tokens[each - 1].text == ",";
    if bare || comma {
        let from = each - usize::from(comma);
        let behind = usize::from(step.lower(end) == "," && comma);
        return Some((from..end + behind, Vec::new()));
    }
    Some((each..end, noun.to_vec()))
}

/// "list every …", "…, each one": of what is listed, not of what happened.
fn is_list(step: &Step<'_>, each: usize) -> bool {
    const VERBS: [&str; 9] = ["list", "show", "give", "return", "name", "me", "display", "print", "tell"];
    each == 0 || VERBS.contains(&step.lower(each - 1)) || step.tokens[each - 1].kind == TokenKind::Mark
}

/// "What kinds of loans do we give?": the different ones.
pub(super) fn kinds(step: &Step<'_>) -> Option<Read> {
    let plain = usize::from(step.lower(1) == "different") + 1;
    let asks = matches!(step.lower(0), "what" | "which")
        && matches!(step.lower(plain), "kinds" | "types" | "sorts" | "categories")
        && step.lower(plain + 1) == "of";
    if !asks {
        return there_are(step);
    }
    let noun = plain + 2;
    // "what kinds of genre": the genres.
    let column = [2, 1].into_iter().any(|used| {
        let Some(range) = step.tokens.get(noun..noun + used) else { return false };
        let phrase: Vec<&str> = range.iter().map(|t| t.lemma.as_str()).collect();
        let score = step.lexicon.columns_for(&phrase, step.catalogue).first().map_or(0.0, |(_, s)| *s);
        score >= 0.9 && step.lexicon.tables_for(&phrase).is_empty()
    });
    let from = if column { noun } else { plain };
    let read = step.instead(1, from, "different").or_else(|| {
        let run = run(step, noun)?;
        let rest = written(&step.tokens[from..run]);
        (step.read)(&format!("what different {rest} are there")).ok().filter(|read| read.certainty >= FLOOR)
    })?;
    let one = read.plan.columns.len() == 1 && read.plan.limit.is_none() && read.plan.measures.is_empty();
    one.then(|| distinct(read))?
}

/// "Which genres of films are there?": the different ones.
fn there_are(step: &Step<'_>) -> Option<Read> {
    let last = step.tokens.iter().rposition(|t| t.kind == TokenKind::Word)?;
    let asks = matches!(step.lower(0), "what" | "which")
        && step.tokens.get(1).is_some_and(|t| t.lower != t.lemma)
        && (step.lower(last) == "exist"
            || last > 2 && step.lower(last) == "there" && step.lower(last - 1) == "are");
    asks.then_some(())?;
    let column = step.lexicon.columns_for(&[&step.tokens[1].lemma], step.catalogue);
    let best = column.first().filter(|(_, score)| *score >= 0.9)?.0;
    let textual = step.catalogue.tables[best.table].columns[best.column].kind.is_textual();
    let thing = step.lexicon.names_table(&step.tokens[1].lemma, 0.75);
    (textual && !thing && step.tokens[1].lemma != "name").then_some(())?;
    let read = step.instead(0, 0, "")?;
    let one = read.plan.columns.len() == 1 && read.plan.limit.is_none() && read.plan.measures.is_empty();
    one.then(|| distinct(read))?
}

/// "… does the company run?": where it begins, if nothing of the data is said there.
fn run(step: &Step<'_>, from: usize) -> Option<usize> {
    let at = (from + 1..step.tokens.len()).find(|i| matches!(step.lower(*i), "do" | "does"))?;
    let idle = |t: &Token| {
        t.kind == TokenKind::Mark
            || t.kind == TokenKind::Word
                && !step.lexicon.is_word(&t.lemma)
                && step.lexicon.values(&[&t.lower]).is_empty()
    };
    let tail = &step.tokens[at + 1..];
    (tail.len() <= 5
        && tail.iter().all(idle)
        && !tail.iter().any(|t| matches!(t.lower.as_str(), "not" | "never" | "no")))
    .then_some(at)
}

/// A list of rows, told by what they show.
fn distinct(read: Read) -> Option<Read> {
    let mut read = Read { certainty: read.certainty.min(CLOSELY), ..read };
    let plan = &mut read.plan;
    let grouped = !plan.measures.is_empty() || !plan.dimensions.is_empty() || plan.combine.is_some();
    if grouped || plan.distinct {
        return Some(read);
    }
    let shown = plan.order.iter().all(|order| match &order.by {
        OrderKey::Field(field) => plan.columns.contains(field),
        _ => false,
    });
    (shown && plan.limit.is_none()).then_some(())?;
    plan.distinct = true;
    Some(read)
}

fn ends(step: &Step<'_>, at: usize) -> bool {
    step.tokens.get(at).is_none_or(|t| matches!(t.text.as_str(), "." | "?" | "!" | ";" | ":"))
}
