//! The words that steer a question: counts and averages, comparisons, splits, orders, ways to draw.

use super::{
    annotate::{Key, Trait},
    words::{Token, TokenKind},
};
use rowcall_plan::{Aggregate, ChartHint, Grain, Operator, TextMatch};

/// "day of the week", "month": a step of time, and how many tokens say it.
pub(super) fn grain_at(tokens: &[Token], at: usize) -> Option<(Grain, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| t.lower.as_str());
    let of_the = |first: &str, last: &str| {
        word(0) == first && word(1) == "of" && (word(2) == last || word(2) == "the" && word(3) == last)
    };
    let long = if word(2) == "the" { 4 } else { 3 };
    Some(match word(0) {
        _ if of_the("day", "week") => (Grain::Weekday, long),
        _ if of_the("hour", "day") || of_the("time", "day") => (Grain::HourOfDay, long),
        _ if of_the("month", "year") => (Grain::MonthOfYear, long),
        "weekday" => (Grain::Weekday, 1),
        "hour" => (Grain::HourOfDay, 1),
        "day" => (Grain::Day, 1),
        "week" => (Grain::Week, 1),
        "month" => (Grain::Month, 1),
        "quarter" => (Grain::Quarter, 1),
        "year" => (Grain::Year, 1),
        _ => return None,
    })
}

pub(super) fn key_at(tokens: &[Token], at: usize) -> Option<(Key, usize)> {
    let mut found = None;
    let mut phrase = String::new();
    for n in 0..6 {
        let Some(token) = tokens.get(at + n) else { break };
        // "who are the customers …" asks; it is no condition yet.
        if at == 0 && tokens[0].lower == "who" {
            return None;
        }
        if token.kind == TokenKind::Mark || token.kind == TokenKind::Quoted {
            break;
        }
        if n > 0 {
            phrase.push(' ');
        }
        phrase.push_str(&token.lower);
        if let Some(key) = key_of(&phrase).filter(|_| !is_noun(tokens, at, &phrase)) {
            // "5 or above", but not "below 5 or above 50".
            let goes_on = tokens.get(at + n + 1).is_some_and(|t| t.kind == TokenKind::Number);
            if !(matches!(key, Key::OrMore(_)) && goes_on) {
                found = Some((key, n + 1));
            }
        }
    }
    found
}

/// "the most recent order of Ann": a thing, no way to sort.
pub(super) fn is_noun(tokens: &[Token], at: usize, phrase: &str) -> bool {
    let before = at.checked_sub(1).map_or("", |b| tokens[b].lower.as_str());
    phrase == "order of"
        && (before.ends_with("est") || matches!(before, "recent" | "first" | "last" | "expensive"))
}

pub(super) fn key_of(phrase: &str) -> Option<Key> {
    use Aggregate::{Average, Maximum, Median, Minimum, Sum};
    use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    Some(match phrase {
        "how many" | "number of" | "the number of" | "count of" | "total number of" | "total count of"
        | "count" | "how many different" | "how often" => {
            if phrase == "how many different" {
                return None;
            } else {
                Key::Count
            }
        }
        "how much" => Key::HowMuch,
        "average" | "avg" | "mean" | "on average" | "averages" => Key::Aggregate(Average),
        "total" | "sum" | "sum of" | "total of" | "sum up" | "totals" | "add up" | "combined"
        | "sum total of" => Key::Aggregate(Sum),
        "maximum" | "max" => Key::Aggregate(Maximum),
        "minimum" | "min" => Key::Aggregate(Minimum),
        "median" => Key::Aggregate(Median),
        "highest" | "largest" | "biggest" | "greatest" | "most" | "largest number of" | "most number of"
        | "highest number of" | "greatest number of" | "maximum number of" | "best" | "biggest number of"
        | "most amount of" | "highest amount of" | "largest amount of" => {
            if phrase == "best" {
                Key::Superlative(true, Some(Trait::Rating))
            } else {
                Key::Superlative(true, None)
            }
        }
        "lowest" | "smallest" | "least" | "fewest" | "least number of" | "lowest number of"
        | "smallest number of" | "fewest number of" | "minimum number of" => Key::Superlative(false, None),
        "warmest" | "hottest" => Key::Superlative(true, Some(Trait::Heat)),
        "coldest" | "coolest" => Key::Superlative(false, Some(Trait::Heat)),
        "most humid" | "wettest" | "dampest" => Key::Superlative(true, Some(Trait::Humidity)),
        "driest" => Key::Superlative(false, Some(Trait::Humidity)),
        "worst" => Key::Superlative(false, Some(Trait::Rating)),
        "oldest" => Key::Superlative(true, Some(Trait::Age)),
        "youngest" => Key::Superlative(false, Some(Trait::Age)),
        "most expensive" | "priciest" | "dearest" | "costliest" | "most costly" => {
            Key::Superlative(true, Some(Trait::Price))
        }
        "cheapest" | "least expensive" | "least costly" => Key::Superlative(false, Some(Trait::Price)),
        "newest" | "latest" | "most recent" | "most recently" => Key::Superlative(true, Some(Trait::Recent)),
        "earliest" => Key::Superlative(false, Some(Trait::Recent)),
        "longest" => Key::Superlative(true, Some(Trait::Length)),
        "shortest" => Key::Superlative(false, Some(Trait::Length)),
        "tallest" => Key::Superlative(true, Some(Trait::Height)),
        "heaviest" => Key::Superlative(true, Some(Trait::Weight)),
        "lightest" => Key::Superlative(false, Some(Trait::Weight)),
        "fastest" => Key::Superlative(true, Some(Trait::Speed)),
        "slowest" => Key::Superlative(false, Some(Trait::Speed)),
        "highest rated" | "best rated" | "top rated" => Key::Superlative(true, Some(Trait::Rating)),
        "lowest rated" | "worst rated" => Key::Superlative(false, Some(Trait::Rating)),
        "highest paid" | "best paid" => Key::Superlative(true, Some(Trait::Pay)),
        "lowest paid" => Key::Superlative(false, Some(Trait::Pay)),
        "most common"
        | "most popular"
        | "most frequent"
        | "most frequently"
        | "most often"
        | "most frequently used"
        | "most commonly used"
        | "most used"
        | "most commonly" => Key::Common(true),
        "least common" | "least popular" | "least frequent" | "least often" | "least frequently"
        | "least used" | "rarest" => Key::Common(false),
        "top" => Key::Top(true),
        "bottom" => Key::Top(false),
        "more than" | "greater than" | "higher than" | "larger than" | "bigger than" | "above" | "over"
        | "exceeding" | "exceeds" | "exceed" | "later than" | "greater" | "bigger" | "is more than"
        | "is greater than" | "is higher than" => Key::Compare(Greater, None),
        "cost more than" | "costs more than" | "costing more than" | "priced over" | "priced above"
        | "cost over" => Key::Compare(Greater, Some(Trait::Price)),
        "cost less than" | "costs less than" | "costing less than" | "priced under" | "priced below"
        | "cost under" => Key::Compare(Less, Some(Trait::Price)),
        "cost at least" | "costs at least" => Key::Compare(AtLeast, Some(Trait::Price)),
        "cost at most" | "costs at most" => Key::Compare(AtMost, Some(Trait::Price)),
        "earn more than" | "earns more than" | "earning more than" | "earned more than"
        | "paid more than" | "get paid more than" | "make more than" | "makes more than"
        | "making more than" | "earn over" | "earning over" => Key::Compare(Greater, Some(Trait::Pay)),
        "earn less than" | "earns less than" | "earning less than" | "earned less than"
        | "paid less than" | "make less than" | "makes less than" | "making less than" | "earn under"
        | "earning under" => Key::Compare(Less, Some(Trait::Pay)),
        "weigh more than" | "weighs more than" | "weighing more than" | "weigh over" | "weighing over" => {
            Key::Compare(Greater, Some(Trait::Weight))
        }
        "weigh less than" | "weighs less than" | "weighing less than" | "weigh under" | "weighing under" => {
            Key::Compare(Less, Some(Trait::Weight))
        }
        "more expensive than" | "costlier than" => Key::Compare(Greater, Some(Trait::Price)),
        "cheaper than" | "less expensive than" => Key::Compare(Less, Some(Trait::Price)),
        "longer than" => Key::Compare(Greater, Some(Trait::Length)),
        "heavier than" => Key::Compare(Greater, Some(Trait::Weight)),
        "lighter than" => Key::Compare(Less, Some(Trait::Weight)),
        "taller than" => Key::Compare(Greater, Some(Trait::Height)),
        "faster than" => Key::Compare(Greater, Some(Trait::Speed)),
        "slower than" => Key::Compare(Less, Some(Trait::Speed)),
        "older than" | "over age" | "above age" | "aged over" | "aged above" | "over the age of"
        | "above the age of" => Key::Compare(Greater, Some(Trait::Age)),
        "younger than" | "under age" | "below age" | "aged under" | "aged below" | "under the age of"
        | "below the age of" => Key::Compare(Less, Some(Trait::Age)),
        "less than" | "fewer than" | "lower than" | "smaller than" | "below" | "under" | "earlier than" => {
            Key::Compare(Less, None)
        }
        "shorter than" => Key::Compare(Less, Some(Trait::Length)),
        "at least"
        | "no less than"
        | "not less than"
        | "no fewer than"
        | "minimum of"
        | "greater than or equal to"
        | "more than or equal to" => Key::Compare(AtLeast, None),
        "at most" | "no more than" | "not more than" | "up to" | "maximum of" | "less than or equal to" => {
            Key::Compare(AtMost, None)
        }
        "exactly" | "equal to" | "equals" | "equals to" | "equal" => Key::Compare(Equal, None),
        "not equal to" | "other than" | "different from" => Key::Compare(NotEqual, None),
        "between" => Key::Between,
        "or more" | "or higher" | "or above" | "or over" => Key::OrMore(true),
        "or less" | "or fewer" | "or below" | "or lower" => Key::OrMore(false),
        "not" | "never" | "excluding" | "except" | "outside" | "outside of" | "non" | "neither" | "nor" => {
            Key::Not
        }
        "without" | "no" | "without any" | "lacking" | "not have any" | "not have" | "have no" | "has no"
        | "not have an" | "not have a" | "never had" | "with no" => Key::Without,
        "for each" | "per" | "by" | "in each" | "of each" | "each" | "grouped by" | "group by"
        | "split by" | "broken down by" | "by each" | "for every" | "in every" | "at each" | "to each"
        | "from each" | "with each" | "according to" | "by the" | "depending on" => Key::Each,
        "sorted by"
        | "ordered by"
        | "order by"
        | "sort by"
        | "in order of"
        | "in the order of"
        | "order the results by"
        | "sort the results by"
        | "order the result by"
        | "ranked by"
        | "arranged by"
        | "sort them by"
        | "order them by"
        | "sort the list by"
        | "ordered by the"
        | "sorted by the"
        | "order results by"
        | "sort results by"
        | "order of" => Key::OrderBy(None),
        "in ascending order of"
        | "in ascending order by"
        | "by ascending"
        | "ordered by ascending"
        | "in increasing order of"
        | "in alphabetical order of"
        | "in ascending alphabetical order of"
        | "in increasing alphabetical order of"
        | "in lexicographic order of"
        | "in lexicographic order by"
        | "in lexicographical order by"
        | "in the increasing order of"
        | "in the ascending order of"
        | "in an ascending order of"
        | "in the alphabetical order of"
        | "in alphabetical order by"
        | "ascending order of"
        | "sorted by ascending"
        | "alphabetical order of"
        | "in lexicographical order of" => Key::OrderBy(Some(false)),
        "in descending order of"
        | "in a descending order of"
        | "in descending order by"
        | "by descending"
        | "ordered by descending"
        | "in decreasing order of"
        | "in the descending order of"
        | "descending order of"
        | "in descending alphabetical order of"
        | "in reverse alphabetical order of"
        | "in the decreasing order of"
        | "sorted by descending" => Key::OrderBy(Some(true)),
        "descending"
        | "desc"
        | "in descending order"
        | "from highest to lowest"
        | "highest first"
        | "decreasing"
        | "in decreasing order"
        | "from most to least"
        | "largest first"
        | "from largest to smallest"
        | "newest first"
        | "from high to low"
        | "from the highest to the lowest"
        | "from large to small"
        | "from biggest to smallest"
        | "from old to young"
        | "from oldest to youngest"
        | "from the oldest to the youngest"
        | "from newest to oldest"
        | "from latest to earliest"
        | "from most recent to oldest"
        | "from best to worst"
        | "in reverse order"
        | "in reverse alphabetical order"
        | "in reversed alphabetical order"
        | "in reverse lexicographical order"
        | "in reversed lexicographical order"
        | "from z to a"
        | "in a descending order"
        | "most recent first"
        | "latest first"
        | "from most to fewest" => Key::Direction(true),
        "ascending"
        | "asc"
        | "in ascending order"
        | "from lowest to highest"
        | "lowest first"
        | "increasing"
        | "in increasing order"
        | "alphabetically"
        | "in alphabetical order"
        | "from smallest to largest"
        | "oldest first"
        | "alphabetical order"
        | "from low to high"
        | "from the lowest to the highest"
        | "from least to most"
        | "from small to large"
        | "from smallest to biggest"
        | "from shortest to longest"
        | "from young to old"
        | "from youngest to oldest"
        | "from the youngest to the oldest"
        | "from oldest to newest"
        | "from earliest to latest"
        | "from worst to best"
        | "in lexicographical order"
        | "lexicographically"
        | "from a to z"
        | "in an ascending order"
        | "earliest first"
        | "chronologically" => Key::Direction(false),
        "distinct" | "different" | "unique" | "distinctive" => Key::Distinct,
        "or" => Key::Or,
        "and" | "as well as" | "along with" | "together with" | "and also" | "plus" | "along with the" => {
            Key::And
        }
        "both" => Key::Both,
        "contains"
        | "containing"
        | "contain"
        | "includes the word"
        | "including"
        | "include"
        | "substring"
        | "the substring"
        | "includes"
        | "includes word"
        | "contains the word"
        | "contain the word"
        | "contain the words"
        | "contain the substring"
        | "contain the letter"
        | "contains the letter"
        | "containing the letter"
        | "contain the text"
        | "contains the text"
        | "include the word"
        | "have the substring"
        | "has substring"
        | "have substring"
        | "contains substring"
        | "contain substring"
        | "containing substring"
        | "containing the substring"
        | "includes the substring"
        | "include the substring"
        | "containing the word"
        | "contains the substring"
        | "has the substring"
        | "in its name" => {
            if phrase == "in its name" {
                return None;
            } else {
                Key::Text(TextMatch::Contains)
            }
        }
        "starts with" | "starting with" | "begins with" | "beginning with" | "start with" | "begin with"
        | "starts from" => Key::Text(TextMatch::StartsWith),
        "ends with" | "ending with" | "end with" => Key::Text(TextMatch::EndsWith),
        "named" | "called" | "titled" => Key::Named,
        "missing" | "unknown" | "not specified" | "empty" | "null" | "not known" | "unspecified"
        | "blank" | "not given" | "not set" => Key::Missing,
        "share of" | "percentage of" | "percent of" | "share" | "percentage" => Key::Share,
        "daily" | "by day" | "per day" | "each day" | "by date" | "every day" => Key::Grain(Grain::Day),
        "weekly" | "by week" | "per week" | "each week" | "every week" => Key::Grain(Grain::Week),
        "monthly" | "by month" | "per month" | "each month" | "in each month" | "for each month"
        | "every month" | "month by month" => Key::Grain(Grain::Month),
        "quarterly" | "by quarter" | "per quarter" | "each quarter" | "for each quarter" => {
            Key::Grain(Grain::Quarter)
        }
        "yearly" | "annual" | "annually" | "by year" | "per year" | "each year" | "in each year"
        | "for each year" | "every year" | "year by year" => Key::Grain(Grain::Year),
        "hourly" | "by hour" | "per hour" | "each hour" => Key::Grain(Grain::Hour),
        "by weekday"
        | "by day of week"
        | "by day of the week"
        | "per weekday"
        | "per day of week"
        | "per day of the week"
        | "for each day of the week" => Key::Grain(Grain::Weekday),
        "by hour of day" | "by hour of the day" | "per hour of day" | "per hour of the day" => {
            Key::Grain(Grain::HourOfDay)
        }
        "as a line"
        | "as a line chart"
        | "as line chart"
        | "line chart"
        | "as a line graph"
        | "make it a line chart"
        | "make it a line"
        | "as line" => Key::Chart(ChartHint::Line),
        "as a table" | "as table" | "in a table" | "without a chart" | "without chart" | "no chart" => {
            Key::Chart(ChartHint::None)
        }
        "as a bar chart"
        | "as bars"
        | "bar chart"
        | "as a bar"
        | "as bar chart"
        | "make it a bar chart"
        | "as a chart"
        | "as chart" => Key::Chart(if phrase.ends_with("a chart") || phrase == "as chart" {
            ChartHint::Auto
        } else {
            ChartHint::Bar
        }),
        "as a pie chart" | "as a pie" | "pie chart" | "as pie chart" => Key::Chart(ChartHint::Pie),
        "as a horizontal bar chart" | "horizontal bar chart" | "horizontal bars" | "as horizontal bars" => {
            Key::Chart(ChartHint::HorizontalBar)
        }
        "busiest" => Key::Busiest(true),
        "quietest" | "slowest day" => Key::Busiest(false),
        "compared with the year before"
        | "compared to the year before"
        | "compared with the previous year"
        | "compared to the previous year"
        | "compared with last year"
        | "compared to last year"
        | "vs last year"
        | "versus last year"
        | "year over year"
        | "year on year"
        | "compared with a year before"
        | "vs the year before"
        | "vs previous year" => Key::YearBefore,
        "ratio of" | "the ratio of" | "proportion of" | "the proportion of" | "ratio between" => Key::Ratio,
        "growth" | "growth of" | "growth rate of" => Key::Growth,
        "running total" | "running total of" | "cumulative" | "cumulative total" | "accumulated" => {
            Key::Running
        }
        "whose" | "with" | "where" | "that have" | "who have" | "that has" | "who has" | "which have"
        | "which has" | "having" | "that are" | "who are" | "for which" | "such that" | "that were"
        | "that is" | "who had" | "that had" => Key::Where,
        "everything of" => Key::Everything,
        "ranking of" => Key::Ranking,
        "also" | "also return" | "also show" | "also list" | "also give" | "also tell me" => Key::Also,
        "show" | "sort" | "list" | "return" | "give me" | "display" | "find" | "tell me" | "what is"
        | "what are" | "what was" | "what were" | "give" => Key::Head,
        _ => return percentile(phrase),
    })
}

/// "90th percentile of".
fn percentile(phrase: &str) -> Option<Key> {
    let (first, rest) = phrase.split_once(' ')?;
    let n: u8 = first.trim_end_matches(char::is_alphabetic).parse().ok()?;
    let said = matches!(rest, "percentile" | "percentile of") && (1..=99).contains(&n);
    said.then_some(Key::Aggregate(Aggregate::Percentile(n)))
}
