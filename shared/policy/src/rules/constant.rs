//! What the constants of a statement tell without running it: numbers, lengths of texts, rows of a series.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{FuncCall, Node, a_const};

use crate::walk::names;

/// The value of a constant expression of plain numbers.
pub fn number(node: &Node) -> Option<f64> {
    match node.node.as_ref()? {
        N::AConst(c) => match c.val.as_ref()? {
            a_const::Val::Ival(i) => Some(f64::from(i.ival)),
            a_const::Val::Fval(f) => f.fval.replace('_', "").parse().ok(),
            a_const::Val::Sval(s) => s.sval.trim().parse().ok(),
            a_const::Val::Boolval(_) | a_const::Val::Bsval(_) => None,
        },
        N::TypeCast(cast) => number(cast.arg.as_deref()?),
        N::AExpr(e) => {
            let name = names(&e.name)?;
            let right = number(e.rexpr.as_deref()?)?;
            let Some(left) = e.lexpr.as_deref() else {
                return match name.as_slice() {
                    ["-"] => Some(-right),
                    ["+"] => Some(right),
                    _ => None,
                };
            };
            let left = number(left)?;
            match name.last().copied()? {
                "+" => Some(left + right),
                "-" => Some(left - right),
                "*" => Some(left * right),
                "/" if right != 0.0 => Some(left / right),
                "^" => Some(left.powf(right)),
                _ => None,
            }
        }
        N::FuncCall(call) => match (names(&call.funcname)?.last().copied()?, call.args.as_slice()) {
            ("power" | "pow", [base, exponent]) => Some(number(base)?.powf(number(exponent)?)),
            _ => None,
        },
        _ => None,
    }
    .filter(|n| n.is_finite())
}

/// The text of a constant.
pub fn text(node: &Node) -> Option<&str> {
    match node.node.as_ref()? {
        N::AConst(c) => match c.val.as_ref()? {
            a_const::Val::Sval(s) => Some(&s.sval),
            _ => None,
        },
        N::TypeCast(cast) => text(cast.arg.as_deref()?),
        _ => None,
    }
}

/// How many characters or elements a call makes, if its arguments tell.
pub fn text_length(call: &FuncCall) -> Option<f64> {
    let name = *names(&call.funcname)?.last()?;
    match (name, call.args.as_slice()) {
        ("repeat", [what, times]) => Some(length(what).max(1.0) * number(times)?),
        ("lpad" | "rpad", [_, to, ..]) => number(to),
        ("array_fill", [_, sizes, ..]) => match &sizes.node {
            Some(N::AArrayExpr(array)) => array.elements.iter().map(number).product(),
            _ => None,
        },
        _ => None,
    }
}

/// The length of a text as far as constants tell, else 1.
fn length(node: &Node) -> f64 {
    match &node.node {
        Some(N::FuncCall(call)) => text_length(call).unwrap_or(1.0),
        Some(N::AExpr(e)) if names(&e.name).is_some_and(|n| n == ["||"]) => {
            [&e.lexpr, &e.rexpr].iter().filter_map(|s| s.as_deref()).map(length).sum()
        }
        _ => text(node).map_or(1.0, |t| t.chars().count() as f64),
    }
}

/// How many rows `generate_series` gives, if its arguments are constants.
pub fn series_rows(call: &FuncCall) -> Option<f64> {
    let (from, to, step) = match call.args.as_slice() {
        [from, to] => (from, to, None),
        [from, to, step, ..] => (from, to, Some(step)),
        _ => return None,
    };
    let (distance, step) = match (number(from), number(to)) {
        (Some(from), Some(to)) => (to - from, step.map_or(Some(1.0), number)?),
        _ => (seconds_of_day(to)? - seconds_of_day(from)?, interval_seconds(text(step?)?)?),
    };
    // A series against its step's direction is empty; a step of nothing is an error of the server's.
    (step != 0.0 && distance / step >= 0.0).then(|| distance / step + 1.0)
}

/// A date with or without a time as seconds, to about a day: enough to see an enormous series.
fn seconds_of_day(node: &Node) -> Option<f64> {
    let text = text(node)?.trim();
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let mut parts = date.split('-').map(|p| p.parse::<f64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let mut clock = time.split(':').map(|p| p.parse::<f64>().unwrap_or(0.0));
    let (hour, minute) = (clock.next().unwrap_or(0.0), clock.next().unwrap_or(0.0));
    Some(((year * 365.25 + month * 30.4 + day) * 24.0 + hour) * 3600.0 + minute * 60.0)
}

/// `1 day`, `-15 minutes`, `00:00:01` as seconds.
fn interval_seconds(text: &str) -> Option<f64> {
    if let Some((hours, rest)) = text.trim().split_once(':') {
        let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
        return Some(
            hours.parse::<f64>().ok()? * 3600.0
                + minutes.parse::<f64>().ok()? * 60.0
                + seconds.parse::<f64>().ok()?,
        );
    }
    let mut words = text.split_whitespace();
    let mut total = 0.0;
    while let Some(count) = words.next() {
        let (count, unit) = match count.find(|c: char| c.is_alphabetic()) {
            Some(at) => (count[..at].parse::<f64>().ok()?, &count[at..]),
            None => (count.parse::<f64>().ok()?, words.next()?),
        };
        let unit = unit.to_ascii_lowercase();
        total += count
            * match unit.trim_end_matches('s') {
                "microsecond" | "u" => 1e-6,
                "millisecond" | "m" if unit != "m" => 1e-3,
                "second" | "sec" | "" => 1.0,
                "minute" | "min" | "m" => 60.0,
                "hour" | "hr" | "h" => 3600.0,
                "day" | "d" => 86_400.0,
                "week" | "w" => 604_800.0,
                "month" | "mon" => 2_629_800.0,
                "year" | "yr" | "y" => 31_557_600.0,
                "decade" => 315_576_000.0,
                "century" | "centurie" => 3_155_760_000.0,
                _ => return None,
            };
    }
    Some(total)
}

/// How many repetitions a pattern counts (`{m,n}`): those in a row are added, those inside one another multiplied.
pub fn repetitions(pattern: &str) -> f64 {
    // One sum for each open parenthesis, and what the piece before the current place weighs.
    let mut open = vec![0.0_f64];
    let mut piece = 0.0_f64;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
                piece = 1.0;
            }
            '(' => open.push(0.0),
            ')' if open.len() > 1 => {
                piece = open.pop().unwrap_or(0.0).max(1.0);
            }
            '{' => {
                let bounds: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let (low, high) = bounds.split_once(',').unwrap_or((&bounds, &bounds));
                let count: f64 = high.parse().or_else(|_| low.parse()).unwrap_or(1.0);
                // The piece was added once already.
                piece *= count.max(1.0) - 1.0;
            }
            _ => piece = 1.0,
        }
        if c != '('
            && let Some(sum) = open.last_mut()
        {
            *sum += piece;
        }
    }
    open.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_and_repetitions_are_read() {
        for (text, expected) in [
            ("1 day", Some(86_400.0)),
            ("1 day 2 hours", Some(93_600.0)),
            ("-15 minutes", Some(-900.0)),
            ("00:00:01", Some(1.0)),
            ("1s", Some(1.0)),
            ("10 ms", Some(0.01)),
            ("3 mon", Some(7_889_400.0)),
            ("soon", None),
        ] {
            assert_eq!(interval_seconds(text), expected, "{text}");
        }
        for (pattern, expected) in [
            ("a{3}b{2,5}(c{,x})", 9.0),
            (r"\d{8}-\d{4}-\d{4}-\d{4}-\d{12}", 36.0),
            ("a+{", 2.0),
            ("(ab){10}", 20.0),
        ] {
            assert_eq!(repetitions(pattern), expected, "{pattern}");
        }
        assert!(repetitions("((a{0,255}){0,255}){0,255}") > 1e7);
        assert!(repetitions("[a-z]{1,64}@[a-z]{1,255}[.][a-z]{2,63}") < 1e3);
    }
}
