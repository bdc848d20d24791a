//! Whatever is written gets an answer or a refusal: ordinary questions with their words in another order, cut off, run
//! together, and with words and marks thrown in. The numbers are drawn from a fixed seed.

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_planner::{OfflinePlanner, PlanRequest};
use std::panic::{AssertUnwindSafe, catch_unwind};

const THROWN_IN: &str = "older than 5 minutes of the over most first in who left ordered ? . , \" ü was were born Graz number \
    with this year vs last what did described as members and how many are they least at 18 years old per their its";

/// A linear congruential generator (Knuth, MMIX): the same numbers everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % (n.max(1) as u64)).unwrap()
    }
}

fn scrambled(questions: &[&str], numbers: &mut Numbers) -> String {
    let mut words: Vec<&str> = questions[numbers.below(questions.len())].split_whitespace().collect();
    match numbers.below(4) {
        0 => {
            for i in (1..words.len()).rev() {
                words.swap(i, numbers.below(i + 1));
            }
        }
        1 => {
            let from = numbers.below(words.len());
            let to = from + numbers.below(words.len() - from + 1);
            words = words[from..to].to_vec();
        }
        2 => {
            words.truncate(numbers.below(words.len() + 1));
            let other: Vec<&str> = questions[numbers.below(questions.len())].split_whitespace().collect();
            words.extend(other.into_iter().skip(numbers.below(8)));
        }
        _ => {
            let thrown: Vec<&str> = THROWN_IN.split_whitespace().collect();
            for _ in 0..4 {
                words.insert(numbers.below(words.len() + 1), thrown[numbers.below(thrown.len())]);
            }
        }
    }
    words.join(" ")
}

#[test]
fn words_in_any_order_get_an_answer_or_a_refusal() {
    let questions: Vec<&str> =
        include_str!("everyday.txt").lines().filter(|line| !line.trim().is_empty()).collect();
    let planner = OfflinePlanner::new();
    let mut numbers = Numbers(20_261_122);
    for catalogue in [include_str!("demo.json"), include_str!("library.json")] {
        let catalogue: Catalogue = serde_json::from_str(catalogue).unwrap();
        for _ in 0..600 {
            let question = scrambled(&questions, &mut numbers);
            let request = PlanRequest {
                question: &question,
                history: &[],
                catalogue: &catalogue,
                today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
                time_zone: chrono_tz::UTC,
            };
            let planned = catch_unwind(AssertUnwindSafe(|| planner.plan_now(request)));
            assert!(planned.is_ok(), "{question}");
        }
    }
}
