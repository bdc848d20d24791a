//! Small pieces of text that several pages share: times, durations, counts, states.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};
use rowcall_core::RunState;

/// `1 row`, `1,234 rows`.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", rowcall_format::values::group(&n.to_string()), if n == 1 { one } else { many })
}

/// A span of time, as precise as it is worth.
pub fn duration(span: TimeDelta) -> String {
    let micros = span.num_microseconds().unwrap_or(i64::MAX).max(0);
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..10_000 => format!("{:.1} ms", micros as f64 / 1e3),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{:.1} s", micros as f64 / 1e6),
        60_000_000..3_600_000_000 => format!("{} min {} s", micros / 60_000_000, micros / 1_000_000 % 60),
        _ => format!("{} h {} min", micros / 3_600_000_000, micros / 60_000_000 % 60),
    }
}

/// The same from milliseconds.
pub fn milliseconds(ms: u64) -> String {
    if ms == 0 {
        return "under 1 ms".to_owned();
    }
    if ms < 10 {
        return format!("{ms} ms");
    }
    duration(TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX)))
}

/// A moment: UTC here, the visitor's own time once the script has seen it.
pub fn moment(at: DateTime<Utc>) -> Markup {
    html! {
        time datetime=(at.format("%Y-%m-%dT%H:%M:%S%.3fZ")) title=(at.format("%Y-%m-%d %H:%M:%S%.3f UTC")) {
            (at.format("%-d %b %Y, %H:%M UTC"))
        }
    }
}

/// A state with its colour.
pub fn state(state: RunState) -> Markup {
    html! { span.state.{ "is-" (state.as_str()) } { (state_word(state)) } }
}

/// A state for people.
pub fn state_word(state: RunState) -> &'static str {
    match state {
        RunState::Queued => "Waiting",
        RunState::Running => "Working",
        RunState::WaitingClarification => "Needs an answer",
        RunState::WaitingApproval => "Needs approval",
        RunState::Succeeded => "Answered",
        RunState::Refused => "Refused",
        RunState::Failed => "Failed",
        RunState::Cancelled => "Stopped",
        RunState::Expired => "Expired",
    }
}

/// A run whose page can still change by itself.
pub fn is_working(state: RunState) -> bool {
    matches!(state, RunState::Queued | RunState::Running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_precise_as_they_are_worth() {
        let check = |micros: i64, expected: &str| {
            assert_eq!(duration(TimeDelta::microseconds(micros)), expected);
        };
        check(-5, "0 µs");
        check(420, "420 µs");
        check(4_250, "4.2 ms");
        check(123_456, "123 ms");
        check(1_234_567, "1.2 s");
        check(83_000_000, "1 min 23 s");
        check(7_260_000_000, "2 h 1 min");
    }
}
