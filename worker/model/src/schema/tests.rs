#![allow(clippy::unwrap_used)]
use super::*;
use rowcall_core::{ForeignKey, TypeKind};

fn column(name: &str, type_name: &str) -> Column {
    Column::new(name, type_name, TypeKind::Text)
}

fn table(name: &str, columns: &[&str]) -> Table {
    let columns = columns.iter().map(|c| column(c, "text")).collect();
    Table { primary_key: vec!["id".into()], row_estimate: Some(1000.0), ..Table::new("erp", name, columns) }
}

/// 400 tables, of which a handful is about invoices.
fn large() -> Catalogue {
    let mut tables: Vec<Table> = (0..400)
        .map(|n| {
            let columns: Vec<String> = (0..12).map(|c| format!("field_{c}")).collect();
            let columns: Vec<&str> =
                std::iter::once("id").chain(columns.iter().map(String::as_str)).collect();
            table(&format!("module_{n:03}"), &columns)
        })
        .collect();
    let mut invoices = table("invoices", &["id", "debtor_id", "due_on", "total"]);
    invoices.foreign_keys.push(ForeignKey {
        name: "fk".into(),
        columns: vec!["debtor_id".into()],
        references_schema: "erp".into(),
        references_table: "module_200".into(),
        references_columns: vec!["id".into()],
        on_delete: None,
    });
    tables.push(invoices);
    tables.push(table("payment_plans", &["id", "agreed_on"]));
    tables[17].columns[3].comment = Some("Reminder that was sent for an overdue invoice".into());
    tables[50].columns[2].enum_values = vec!["written off".into(), "open".into()];
    tables[51].columns[2].samples = vec!["Zaragoza".into()];
    Catalogue { search_path: vec!["erp".into()], tables, ..Catalogue::default() }
}

fn never(_: &Table, _: &Column) -> bool {
    false
}

fn check(question: &str, context: &str, expected: &str) {
    let catalogue = large();
    let selection = select(&catalogue, question, context, 1500, &never);
    let described = format!("\nerp.{expected} ~");
    assert!(format!("\n{}", selection.text).contains(&described), "{question}: {}", selection.text);
    assert!(crate::tokens::estimate(&selection.text) <= 1500, "{}", crate::tokens::estimate(&selection.text));
    assert!(selection.left_out > 350, "{}", selection.left_out);
}

#[test]
fn of_hundreds_of_tables_those_that_the_question_is_about_are_shown() {
    check("how many invoices are due?", "", "invoices");
    check("how many invoices are due?", "", "module_200"); // over a foreign key
    check("sum of the total by debtor", "", "invoices");
    check("which paymentPlans were agreed in May", "", "payment_plans");
    check("overdue reminders", "", "module_017"); // a comment
    check("everything that was written off", "", "module_050"); // a label
    check("and by month?", "person: invoices per week", "invoices");
}

#[test]
fn values_find_a_table_only_where_they_may_be_shown() {
    let catalogue = large();
    let shown = |may_show: MayShow<'_>| select(&catalogue, "sales in Zaragoza", "", 1500, may_show).text;
    assert!(shown(&|_, _| true).contains("e.g. \"Zaragoza\""));
    let hidden = shown(&never);
    assert!(!hidden.contains("Zaragoza") && !hidden.contains("\nerp.module_051 ~"), "{hidden}");
}

#[test]
fn the_same_question_gives_the_same_text_and_everything_fits_where_there_is_room() {
    let catalogue = large();
    let first = select(&catalogue, "invoices", "", 2000, &never).text;
    assert_eq!(first, select(&catalogue, "invoices", "", 2000, &never).text);
    let all = select(&catalogue, "invoices", "", 1_000_000, &never);
    assert_eq!(all.left_out, 0);
    assert_eq!(all.text.matches(" ~1000 rows").count(), 402);
}

#[test]
fn one_table_is_shown_whatever_it_costs_and_wide_ones_are_cut() {
    let names: Vec<String> = (0..900).map(|n| format!("attribute_{n}")).chain(["shoe_size".into()]).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let catalogue = Catalogue { tables: vec![table("wide", &names)], ..Catalogue::default() };
    let text = select(&catalogue, "average shoe size", "", 100, &never).text;
    assert!(text.contains("shoe_size") && text.contains("and 841 more columns"), "{text}");
}

#[test]
fn an_empty_catalogue_and_an_empty_question_are_fine() {
    assert_eq!(select(&Catalogue::default(), "", "", 1000, &never).text, "");
    assert!(select(&large(), "", "", 1000, &never).text.contains("other tables"));
}
