//! Who won: where results are kept with a rank, and nothing is called a winner, a victory is a result with rank 1, and the
//! podium those up to 3. "Skiers who have never won a race" are those without such results.

use super::{Words, instead, is_one_of, lower, slice, words};
use crate::offline::{
    amounts::is_number,
    lexicon::Lexicon,
    plural,
    words::{is_filler, lemma},
};
use rowcall_core::{Catalogue, ColumnRef};

/// What a rank is called.
const RANKS: &str = "rank ranking position place placing placement standing finish";
/// Words of winning. Where the catalogue has one of them, it says itself who won.
const WINS: &str =
    "win wins won winner winners winning victory victories victor victors champion winning_team";

/// What is kept of the results.
struct Results {
    /// "race results with rank"
    ranked: String,
    /// "race result"
    one: String,
    /// Whoever has them.
    who: Option<usize>,
    /// What they are results of.
    of: Vec<usize>,
    /// How the rank is called.
    rank: String,
}

/// Says who won by the ranks that are kept; nothing where that is not how it is kept, or nobody asks who won.
pub(super) fn won(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let found = words(text);
    let said = |at: usize| {
        is_one_of(WINS, lower(&found, at)) || lower(&found, at) == "podium" || first_place(&found, at) > 0
    };
    (0..found.len()).find(|at| said(*at))?;
    let results = results(lexicon, catalogue)?;
    let mut out = text.to_owned();
    for plainer in [winners, victories, winning, most, counted, did_win] {
        if let Some(plain) = plainer(&out, &results, lexicon) {
            out = plain;
        }
    }
    (out != text).then_some(out)
}

/// The one table of results with ranks.
fn results(lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Results> {
    let kept = WINS.split_ascii_whitespace().any(|w| lexicon.is_word(w) || !lexicon.values(&[w]).is_empty());
    if kept {
        return None;
    }
    let edges = &lexicon.prepared.graph.edges;
    let all = (0..catalogue.tables.len()).flat_map(|table| {
        (0..catalogue.tables[table].columns.len()).map(move |column| ColumnRef { table, column })
    });
    let mut ranks = all.filter(|c| {
        let name = &lexicon.columns[c.table][c.column].words;
        let called = name.last().is_some_and(|w| is_one_of(RANKS, w)) && name.len() <= 2;
        let ties = edges.iter().filter(|e| e.from == c.table && e.to != c.table).count();
        called && is_number(*c, catalogue) && ties >= 2
    });
    let rank = ranks.next().filter(|_| ranks.next().is_none())?;
    let mut to: Vec<usize> =
        edges.iter().filter(|e| e.from == rank.table && e.to != rank.table).map(|e| e.to).collect();
    to.dedup();
    let people: Vec<usize> = to.iter().copied().filter(|t| competes(*t, lexicon)).collect();
    let who = match people.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let one = lexicon.tables[rank.table].words.join(" ");
    let name = lexicon.columns[rank.table][rank.column].words.join(" ");
    let of = to.into_iter().filter(|t| Some(*t) != who).collect();
    Some(Results { ranked: format!("{} with {name}", plural(&one)), one, who, of, rank: name })
}

/// Those who compete: people, their teams and their animals.
fn competes(table: usize, lexicon: &Lexicon) -> bool {
    super::are_people(table, lexicon)
        || lexicon.tables[table].words.last().is_some_and(|w| {
            is_one_of(
                "athlete boat club competitor contestant country crew cyclist dancer dog driver entrant entry fighter \
                 gymnast horse nation participant player racer rider rower runner skater skier swimmer team wrestler",
                w,
            )
        })
}

impl Results {
    /// "race results with rank 1"
    fn firsts(&self) -> String {
        format!("{} 1", self.ranked)
    }

    /// "a race result with rank 1"
    fn first(&self) -> String {
        let article = if self.one.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{article} {} with {} 1", self.one, self.rank)
    }

    fn who(&self, lexicon: &Lexicon) -> Option<String> {
        self.who.map(|t| plural(&lexicon.tables[t].words.join(" ")))
    }

    /// A word for what is won: the race, a title.
    fn is_event(&self, word: &str, lexicon: &Lexicon) -> bool {
        let one = lemma(word);
        is_one_of("race event competition match contest title tournament meet game", &one)
            || lexicon.tables_for(&[&one]).iter().any(|(t, s)| *s >= 0.75 && self.of.contains(t))
    }
}

/// "first place(s)": how many words that is.
fn first_place(found: &Words, at: usize) -> usize {
    let place = |n: usize| is_one_of("place places finish finishes", lower(found, n));
    match (lower(found, at), place(at + 1)) {
        ("first", true) => 2 + usize::from(is_one_of("finish finishes", lower(found, at + 2))),
        _ => 0,
    }
}

/// "race winners", "the winner of the Hahnenspitz Downhill", "skiers on the podium of it".
fn winners(text: &str, results: &Results, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let who = results.who(lexicon)?;
    let at =
        (0..found.len()).find(|at| is_one_of("winner winners victor victors podium", lower(&found, *at)))?;
    if lower(&found, at) == "podium" {
        let mut from = at;
        while from > 0
            && is_one_of("on the a reached finished were was are made have who that", lower(&found, from - 1))
        {
            from -= 1;
        }
        let of = usize::from(is_one_of("of in at", lower(&found, at + 1)));
        let to = found[at + of].to;
        return Some(instead(text, found[from].from, to, &format!("with {} at most 3 in", results.ranked)));
    }
    // "race winners", "winners of races"
    let from = at - usize::from(at > 0 && results.is_event(lower(&found, at - 1), lexicon));
    let mut to = at + 1;
    let mut joined = "";
    if is_one_of("of in at", lower(&found, to)) {
        if results.is_event(lower(&found, to + 1), lexicon)
            && lemma(lower(&found, to + 1)) != lower(&found, to + 1)
        {
            to += 2;
        } else {
            to += 1;
            joined = " in";
        }
    }
    // "the winner's name", "that has a winner"
    if slice(text, found[at].to..).starts_with(['\'', '’'])
        || is_one_of("a any no", lower(&found, at.saturating_sub(1)))
    {
        return None;
    }
    let article = from > 0 && is_one_of("the all", lower(&found, from - 1));
    let from = from - usize::from(article);
    Some(instead(
        text,
        found[from].from,
        found[to - 1].to,
        &format!("{who} with {}{joined}", results.firsts()),
    ))
}

/// "the most victories", "their number of wins", "no first places".
fn victories(text: &str, results: &Results, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len())
        .find(|at| is_one_of("victories victory wins", lower(&found, *at)) || first_place(&found, *at) > 0)?;
    let used = first_place(&found, at).max(1);
    let from = at - usize::from(is_one_of("race event", lower(&found, at - 1)));
    let one = is_one_of("a an one", lower(&found, from.saturating_sub(1)));
    let said = if one { format!("{} with {} 1", results.one, results.rank) } else { results.firsts() };
    // "no victory to their name"
    let name = (0..3).all(|n| lower(&found, at + used + n) == ["to", "their", "name"][n]);
    let to = if name { at + used + 2 } else { at + used - 1 };
    Some(instead(text, found[from].from, found[to].to, &said))
}

/// "the average winning time": the average time of those results.
fn winning(text: &str, results: &Results, _: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len().saturating_sub(1)).find(|at| lower(&found, *at) == "winning")?;
    let noun = slice(text, found[at + 1].from..found[at + 1].to);
    Some(instead(text, found[at].from, found[at + 1].to, &format!("{noun} of {}", results.firsts())))
}

/// "won the most races", "won more than 2 races": has the most of those results.
fn most(text: &str, results: &Results, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| is_one_of("won win wins", lower(&found, *at)))?;
    let noun = (at + 2..at + 6).find(|n| results.is_event(lower(&found, *n), lexicon))?;
    let counts = (at + 1..noun).any(|n| {
        is_one_of("most fewest more fewer less least two three four five", lower(&found, n))
            || lower(&found, n).bytes().all(|b| b.is_ascii_digit()) && n < found.len()
    });
    if !counts {
        return None;
    }
    let helped = is_one_of("has have had", lower(&found, at - 1));
    let from = at - usize::from(helped);
    let has = if lower(&found, at) == "wins" || lower(&found, at - 1) == "has" || lower(&found, 0) == "which"
    {
        "has"
    } else {
        "have"
    };
    let middle = slice(text, found[at + 1].from..found[noun].from).trim_end();
    let text =
        instead(text, found[from].from, found[noun].to, &format!("{has} {middle} {}", results.firsts()));
    asked(&text, results, lexicon).or(Some(text))
}

/// "Who has …": which of those who compete.
fn asked(text: &str, results: &Results, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let who = results.who(lexicon)?;
    (lower(&found, 0) == "who" && is_one_of("has have", lower(&found, 1)))
        .then(|| instead(text, found[0].from, found[1].to, &format!("Which {who} have")))
}

/// "how many races has Lena Frost won?", "how many races they won".
fn counted(text: &str, results: &Results, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (0..found.len().saturating_sub(3)).find(|at| {
        let number = lower(&found, *at) == "how" && lower(&found, at + 1) == "many"
            || lower(&found, *at) == "number" && lower(&found, at + 1) == "of";
        number && results.is_event(lower(&found, at + 2), lexicon)
    })?;
    let verb = (at + 3..found.len().min(at + 9)).find(|n| is_one_of("won win wins", lower(&found, *n)))?;
    let middle = &found[at + 3..verb];
    let pronoun = middle.iter().all(|w| is_one_of("they he she it each have has of them that", &w.lower));
    let number = format!("the number of {}", results.firsts());
    if pronoun {
        return Some(instead(text, found[at].from, found[verb].to, &number));
    }
    // "has Lena Frost won", "did each skier win"
    let helper = is_one_of("has have did does do had", lower(&found, at + 3));
    let subject = slice(text, found[at + 4].from..found[verb].from).trim();
    let have = if is_one_of("have do", lower(&found, at + 3)) { "do" } else { "does" };
    helper.then(|| {
        instead(
            text,
            found[at].from,
            found[verb].to,
            &format!("How many {} {have} {subject} have", results.firsts()),
        )
    })
}

/// "who have never won a race", "has won both a slalom and a giant slalom", "Who won the Nebelhorn Cup?"
fn did_win(text: &str, results: &Results, lexicon: &Lexicon) -> Option<String> {
    let found = words(text);
    let at = (1..found.len()).find(|at| {
        is_one_of("won win wins", lower(&found, *at))
            || lower(&found, *at) == "first" && is_one_of("come came", lower(&found, at - 1))
    })?;
    let from = at - usize::from(lower(&found, at) == "first");
    let mut start = from;
    let mut denied = false;
    while start > 0
        && is_one_of("never not once ever has have had did does do already even", lower(&found, start - 1))
    {
        start -= 1;
        denied |= is_one_of("never not", lower(&found, start));
    }
    let mut to = at + 1;
    let mut any = true;
    // "a race", "any of the races", "at least one race"
    if lower(&found, to) == "in" && is_one_of("a an any", lower(&found, to + 1)) {
        to += 1;
    }
    let mut noun = to;
    while is_one_of("a an any at least one of the single all", lower(&found, noun)) {
        noun += 1;
    }
    if noun < found.len() && results.is_event(lower(&found, noun), lexicon) {
        to = noun + 1;
    } else {
        any = to >= found.len()
            || is_filler(lower(&found, to)) && !is_one_of("the a an both", lower(&found, to));
    }
    let joined = if any { "" } else { " in" };
    let results_said = if denied { format!("no {}", results.firsts()) } else { results.first() };
    let who = (start == 1 && lower(&found, 0) == "who").then(|| results.who(lexicon)).flatten();
    let has = if lower(&found, start) == "has" { "has" } else { "have" };
    let (from, said) = match who {
        Some(who) => (0, format!("Which {who} have {results_said}{joined}")),
        None => (start, format!("{has} {results_said}{joined}")),
    };
    Some(instead(text, found[from].from, found[to - 1].to, &said))
}
