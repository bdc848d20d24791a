//! What cannot be answered is said so that one knows what to write instead.

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};

fn shop() -> Catalogue {
    serde_json::from_str(include_str!("shop.json")).unwrap()
}

fn ask(question: &str) -> Planned {
    OfflinePlanner::new().plan_now(PlanRequest {
        question,
        history: &[],
        catalogue: &shop(),
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        time_zone: chrono_tz::UTC,
    })
}

#[track_caller]
fn refused(question: &str, because: &str) {
    match ask(question) {
        Planned::CannotAnswer { reason, suggestions } => {
            assert!(reason.contains(because), "{question}: {reason}");
            assert_eq!(suggestions.len(), 3, "{question}");
        }
        other => panic!("{question}: {other:?}"),
    }
}

#[test]
fn conditions_that_exclude_each_other() {
    refused(
        "orders with status paid and status shipped",
        "Nothing has \"paid\" and \"shipped\" as its status at once",
    );
    refused("customers in Germany and not in Germany", "Nothing has \"Germany\" as its country and has not");
    refused(
        "products with price above 10 and below 5",
        "No price is more than 10 and is less than 5 at once",
    );
    refused("how many orders between 2025-05-01 and 2025-04-01?", "no day in common");
}

#[test]
fn conditions_that_only_look_so() {
    for question in [
        "orders with status paid or shipped",
        "products with price above 5 and below 10",
        "how many orders between 2025-04-01 and 2025-05-01?",
        "Which customers have orders with status paid and orders with status shipped?",
    ] {
        if let Planned::CannotAnswer { reason, .. } = ask(question) {
            assert!(!reason.contains("at once") && !reason.contains("in common"), "{question}: {reason}");
        }
    }
    assert!(matches!(ask("orders with status paid or shipped"), Planned::Plan { .. }));
    assert!(matches!(ask("products with price above 5 and below 10"), Planned::Plan { .. }));
}

#[test]
fn dates_that_do_not_exist() {
    refused("orders on February 30, 2025", "There is no such date");
    refused("orders placed on 31 April 2025", "There is no such date");
    refused("how many orders on 2025-02-29?", "There is no such date as \"2025-02-29\"");
    assert!(matches!(ask("how many orders on 2024-02-29?"), Planned::Plan { .. }));
}

#[test]
fn many_questions_at_once() {
    refused("how many orders? how many customers? how many products?", "3 questions in one message");
    let fifty: String = (0..50).map(|i| format!("how many orders in {}? ", 1970 + i)).collect();
    refused(&fifty, "50 questions in one message");
    let listed = "how many orders\n".repeat(50);
    refused(&listed, "50 questions in one message");
}

#[test]
fn other_languages() {
    for (question, language) in [
        ("wie viele Bestellungen gab es im letzten Monat?", "German"),
        ("combien de commandes par mois?", "French"),
        ("cuántos pedidos hay por mes?", "Spanish"),
        ("hoeveel bestellingen waren er vorige maand?", "Dutch"),
        ("ile zamówień było w zeszłym miesiącu?", "Polish"),
        ("hur många kunder är det per månaden?", "Swedish"),
    ] {
        refused(question, &format!("That looks like {language}"));
    }
    refused("сколько заказов в месяц?", "only English");
    refused("注文はいくつありますか", "only English");
}

#[test]
fn readings_that_differ_are_choices_with_their_plans() {
    let Planned::Clarify { question, choices } = ask("orders and customers in Berlin") else {
        panic!("neither reading is sure");
    };
    assert!(question.contains("two ways"), "{question}");
    assert_eq!(choices.len(), 2, "{choices:?}");
    for choice in &choices {
        assert!(question.contains(&choice.label), "{} is not in: {question}", choice.label);
        rowcall_plan::compile(choice.plan.as_ref().expect("a reading has a plan"), &shop()).unwrap();
    }
    assert_ne!(choices[0].plan, choices[1].plan);
}
