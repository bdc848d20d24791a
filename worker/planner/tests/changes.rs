//! Wishes to change rows, in the words in which people say them: which statement each becomes, and what is said of those
//! that become none. Two catalogues that have nothing in common.

use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::{ChangePlan, compile_change, explain_change};
use rowcall_planner::{OfflinePlanner, PlanRequest, Planned};
use rowcall_policy::{Facts, Verdict};
use std::fmt::Write;

fn demo() -> Catalogue {
    serde_json::from_str(include_str!("demo.json")).unwrap()
}

fn library() -> Catalogue {
    serde_json::from_str(include_str!("library.json")).unwrap()
}

fn ask(catalogue: &Catalogue, question: &str) -> Planned {
    OfflinePlanner::new().plan_now(PlanRequest {
        question,
        history: &[],
        catalogue,
        today: NaiveDate::from_ymd_opt(2026, 10, 15).unwrap(),
        time_zone: chrono_tz::UTC,
    })
}

/// What each wish comes to, one paragraph each. A statement is also put before the policy: it must be one change.
fn told(catalogue: &Catalogue, wishes: &str) -> String {
    let mut out = String::new();
    for wish in wishes.lines().map(str::trim).filter(|w| !w.is_empty()) {
        writeln!(out, "{wish}").unwrap();
        match ask(catalogue, wish) {
            Planned::Change { plan, assumptions, .. } => {
                let sql = compile_change(&plan, catalogue).unwrap().sql;
                let verdict = rowcall_policy::check(&sql, &Facts { catalogue: Some(catalogue) });
                assert!(matches!(verdict, Verdict::NeedsApproval(_)), "{wish}: {sql}: {verdict:?}");
                let kept: ChangePlan = serde_json::from_value(serde_json::to_value(&plan).unwrap()).unwrap();
                assert_eq!(kept, plan, "{wish}");
                writeln!(out, "  {sql}\n  {}", explain_change(&plan)).unwrap();
                for assumption in assumptions {
                    writeln!(out, "  assumed: {assumption}").unwrap();
                }
            }
            Planned::Clarify { question, choices } => {
                writeln!(out, "  ? {question}").unwrap();
                for choice in choices {
                    writeln!(out, "    [{}] {}", choice.label, choice.text).unwrap();
                }
            }
            Planned::CannotAnswer { reason, .. } => writeln!(out, "  - {reason}").unwrap(),
            other => panic!("{wish}: {other:?}"),
        }
    }
    out
}

#[test]
fn values_are_set() {
    insta::assert_snapshot!(told(
        &demo(),
        r#"
        set the status of order 17 to shipped
        Set order 17's status to Shipped.
        change order 17 status to shipped
        please change the price of product 12 to 9.99
        update customer 5: email = 'x@y.z'
        update customer 5: email = 'x@y.z', city to Paris and phone 555 1234
        update customer 5 set newsletter = yes
        set the newsletter of customer 5 to no
        update products set stock = 0 where category is Garden
        set the phone of customer 5 to nothing
        set the discontinued on of product 12 to 2026-10-01
        set shipped_at of order 17 to 2026-10-01 14:30
        set the shipped at of order 17 to now
        set the price to 20 for product 12
        mark order 17 as shipped
        mark orders 17, 18 and 19 as delivered
        mark ticket 7 as urgent
        change ticket 7 to closed
        assign ticket 7 to Kofi Mensah
        cancel order 17
        rename product 12 to "Green tea"
        rename customer Emma Smith to Emma O'Brien
        set the status of all orders from the mobile app in 2025 to cancelled
        set the priority of open tickets from customers in Germany to high
        "#
    ));
}

#[test]
fn numbers_are_made_larger_and_smaller() {
    insta::assert_snapshot!(told(
        &demo(),
        r#"
        increase the price of all products by 10%
        reduce the price of products in the Garden category by 2.5 percent
        lower the stock of product 12 by 3
        raise product 12's price by $1.50
        double the stock of product 12
        increase the price of product 12 to 15
        increase the status of order 17 by 10%
        increase the price of product 12 by a lot
        "#
    ));
}

#[test]
fn rows_go_and_come() {
    insta::assert_snapshot!(told(
        &demo(),
        r#"
        delete order 17
        remove orders 17 and 18
        delete cancelled orders before 2020
        delete all cancelled orders
        delete all orders
        delete orders
        delete the customer named Emma Smith
        remove the phone of customer 5
        clear the weight of product 12
        remove the email of customer 5
        delete orders of customers in Germany
        delete customers without orders
        delete product BEA-1049
        add a customer named Ann Lee with email ann@lee.example
        insert a product with name "Green tea" and price 4.50
        add a reading
        "#
    ));
}

#[test]
fn nothing_is_guessed() {
    insta::assert_snapshot!(told(
        &demo(),
        r#"
        set the status of order 17 to shiped
        set the status of order 17 to lost in space
        set the status of order 17 to "lost in space"
        set the colour of order 17 to red
        set the statsu of order 17 to shipped
        set the status of invoice 17 to paid
        set the quantity of order 17 to three and a half
        set the launched on of product 12 to 31 February 2026
        set the country of order 17 to France
        set the newsletter of customer 5 to maybe
        set the quantity of order 17 to nothing
        mark order 17 as sparkling
        mark ticket 7 as phone
        set the price of the best products to 5
        change everything
        delete it
        truncate orders
        drop the orders table
        update the numbers
        "#
    ));
}

#[test]
fn another_catalogue_is_read_the_same_way() {
    insta::assert_snapshot!(told(
        &library(),
        r#"
        set the condition of book 3 to worn
        mark book 3 as lost
        mark member 9 as not active
        mark book 3 as reference only
        set the title of book 3 to Growth of the Soil
        set book 3's price to €12.50
        change the email of the member named Ann Lee to ann@lee.example
        set the level of member 9 to senior
        set the level of member 9 to princpal
        set the words of book 3 to 900
        close loan 5
        set returned at of loan 5 to now
        set the due on of loan 5 to tomorrow
        rename author 2 to Knut Hamsun
        increase the copies of book 3 by 2
        lower the price of all books by 5%
        delete loan 5
        delete all returned loans
        delete books by authors from Norway
        add a book with title "Pan", isbn 978-1, author id 2 and price 8
        add an author named Tove Jansson with country "Finland"
        register a member named Ann Lee with email ann@lee.example
        insert into members: name = 'O''Hara; DROP TABLE books', email = 'o@h.example'
        add a book "Pan"
        "#
    ));
}

#[test]
fn a_question_is_never_a_change() {
    let catalogue = demo();
    for question in [
        "how many orders were cancelled?",
        "which orders were set to shipped in 2025",
        "show the price of product 12",
        "list the customers that were added last month",
        "orders marked as delivered by month",
        "is order 17 cancelled?",
        "average discount by segment",
        "what did customer 5 change?",
        "updates per day",
        "number of deleted orders",
        "top 5 products by price",
        "make it a line chart",
    ] {
        let planned = ask(&catalogue, question);
        assert!(!matches!(planned, Planned::Change { .. }), "{question}: {planned:?}");
    }
}

#[test]
fn odd_wishes_do_no_harm() {
    let catalogue = demo();
    for wish in [
        "set",
        "set to",
        "set the to to to",
        "update : = ,",
        "delete from where",
        "add",
        "add a customer with",
        "rename to",
        "set '",
        "set the name of customer 5 to '",
        "set the name of customer 5 to \u{202e}x",
        &format!("set the name of customer 5 to {}", "ä ".repeat(900)),
        &"of ".repeat(500),
        &format!("set {}", "status of order 17 to ".repeat(60)),
        "delete order 99999999999999999999999",
    ] {
        let _ = ask(&catalogue, wish);
    }
    let planned = ask(&catalogue, "set the name of customer 5 to x'; DROP TABLE shop.orders; --");
    if let Planned::Change { plan, .. } = planned {
        let sql = compile_change(&plan, &catalogue).unwrap().sql;
        assert!(sql.contains("'x''; DROP TABLE shop.orders; --'"), "{sql}");
    }
}
