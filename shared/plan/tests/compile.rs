//! Plans in, statements out.

use rowcall_core::Catalogue;
use rowcall_plan::*;
use sqlparser::{dialect::PostgreSqlDialect, parser::Parser};

fn catalogue() -> Catalogue {
    let column = |name: &str, kind: &str| {
        serde_json::json!({"name": name, "type_name": kind, "kind": kind, "nullable": false, "has_default": false,
            "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": [],
            "samples_complete": false, "distinct_estimate": null})
    };
    let table = |name: &str, columns: Vec<serde_json::Value>, keys: &[(&str, &str)]| {
        let foreign: Vec<_> = keys
            .iter()
            .map(|(c, t)| {
                serde_json::json!({"name": c, "columns": [c], "references_schema": "public",
                "references_table": t, "references_columns": ["id"], "on_delete": null})
            })
            .collect();
        serde_json::json!({"schema": "public", "name": name, "kind": "table", "comment": null, "columns": columns,
            "primary_key": ["id"], "unique_keys": [], "foreign_keys": foreign, "indexes": [], "row_estimate": 10.0,
            "row_security": false})
    };
    let tables = serde_json::json!([
        table(
            "customer",
            vec![column("id", "integer"), column("name", "text"), column("balance", "decimal")],
            &[]
        ),
        table(
            "order",
            vec![
                column("id", "integer"),
                column("customer_id", "integer"),
                column("placed", "date"),
                column("amount", "decimal")
            ],
            &[("customer_id", "customer")]
        ),
        table(
            "ticket",
            vec![column("id", "integer"), column("customer_id", "integer")],
            &[("customer_id", "customer")]
        ),
    ]);
    Catalogue {
        server_version: 150_000,
        search_path: vec!["public".to_owned()],
        fingerprint: "x".to_owned(),
        tables: serde_json::from_value(tables).unwrap(),
        ..Catalogue::default()
    }
}

fn field(table: &str, column: &str) -> Field {
    Field::new(TableName::bare(table), column)
}

fn check(plan: QueryPlan, expected: &str) {
    let compiled = compile(&plan, &catalogue()).unwrap();
    assert_eq!(compiled.sql, expected);
    assert_eq!(Parser::parse_sql(&PostgreSqlDialect {}, &compiled.sql).unwrap().len(), 1);
    assert_eq!(compile(&plan, &catalogue()).unwrap(), compiled, "the same plan gives the same statement");
    let kept = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<QueryPlan>(&kept).unwrap(), plan);
    assert!(explain(&plan).ends_with('.') && !title(&plan).is_empty());
}

fn from(table: &str) -> QueryPlan {
    QueryPlan { source: TableName::bare(table), ..QueryPlan::default() }
}

#[test]
fn a_condition_on_many_rows_is_exists() {
    let filter = Filter::Compare {
        field: field("order", "amount"),
        operator: Operator::Greater,
        operand: Operand::Literal(Literal::Integer(5)),
    };
    check(
        QueryPlan { measures: vec![Measure::count()], filters: vec![filter], ..from("customer") },
        "SELECT count(*) AS count_of_customer FROM customer WHERE EXISTS (SELECT 1 FROM \"order\" WHERE \
         \"order\".customer_id = customer.id AND \"order\".amount > 5)",
    );
}

#[test]
fn numbers_of_two_tables_are_put_side_by_side() {
    let plan = QueryPlan {
        measures: vec![
            Measure::count(),
            Measure { table: Some(TableName::bare("ticket")), ..Measure::count() },
        ],
        dimensions: vec![Dimension::of(field("customer", "name"))],
        ..from("order")
    };
    let sql = compile(&plan, &catalogue()).unwrap().sql;
    assert!(sql.contains(" UNION ALL "), "{sql}");
    assert_eq!(Parser::parse_sql(&PostgreSqlDialect {}, &sql).unwrap().len(), 1);
}

#[test]
fn a_sum_that_the_split_would_multiply_is_over_distinct_rows() {
    check(
        QueryPlan {
            measures: vec![Measure::of(Aggregate::Sum, field("customer", "balance"))],
            dimensions: vec![Dimension {
                grain: Some(Grain::Year),
                ..Dimension::of(field("order", "placed"))
            }],
            ..from("customer")
        },
        "SELECT each_row.\"year\" AS \"year\", sum(each_row.value_1) AS total_balance FROM (SELECT DISTINCT \
         CAST(EXTRACT(YEAR FROM CAST(\"order\".placed AS TIMESTAMP)) AS INTEGER) AS \"year\", customer.id AS row_key_1, \
         customer.balance AS value_1 FROM \"order\" JOIN customer ON \"order\".customer_id = customer.id) AS each_row \
         GROUP BY each_row.\"year\" ORDER BY \"year\"",
    );
}

#[test]
fn a_text_cannot_leave_its_quotes() {
    let named = |text: &str| QueryPlan {
        columns: vec![field("customer", "name")],
        filters: vec![Filter::Compare {
            field: field("customer", "name"),
            operator: Operator::Equal,
            operand: Operand::Literal(Literal::Text(text.into())),
        }],
        ..from("customer")
    };
    check(
        named("O'Brien"),
        "SELECT customer.name FROM customer WHERE customer.name = 'O''Brien' ORDER BY customer.id",
    );
    for text in ["'; DROP TABLE x; --", "\\'; DROP TABLE x; --", "a''b", "\\", "$$", "/*", "--", "\u{2019}"] {
        let sql = compile(&named(text), &catalogue()).unwrap().sql;
        assert_eq!(Parser::parse_sql(&PostgreSqlDialect {}, &sql).unwrap().len(), 1, "{sql}");
    }
    assert!(compile(&named("a\0b"), &catalogue()).is_err());
}

#[test]
fn what_does_not_fit_is_named() {
    let error =
        compile(&QueryPlan { columns: vec![field("customer", "nam")], ..from("customer") }, &catalogue());
    assert_eq!(error.unwrap_err().to_string(), "table \"customer\" has no column \"nam\"; close to it: name");
    let error = compile(&QueryPlan { measures: vec![Measure::count()], ..from("costumer") }, &catalogue());
    assert!(error.unwrap_err().to_string().contains("customer"));
    let plan = QueryPlan {
        measures: vec![Measure::of(Aggregate::Sum, field("customer", "name"))],
        ..from("customer")
    };
    assert!(matches!(compile(&plan, &catalogue()), Err(PlanError::WrongType { .. })));
}

#[test]
fn values_can_come_from_another_plan() {
    let busiest = QueryPlan {
        measures: vec![Measure { hidden: true, ..Measure::count() }],
        dimensions: vec![Dimension::of(field("order", "customer_id"))],
        order: vec![Order { by: OrderKey::Measure(0), descending: true }],
        limit: Some(1),
        ..from("order")
    };
    let among = |negated| Filter::Among {
        field: field("ticket", "customer_id"),
        plan: Box::new(busiest.clone()),
        negated,
    };
    let tickets =
        |filter| QueryPlan { columns: vec![field("ticket", "id")], filters: vec![filter], ..from("ticket") };
    check(
        tickets(among(false)),
        "SELECT ticket.id FROM ticket WHERE ticket.customer_id IN (SELECT \"order\".customer_id FROM \"order\" \
         GROUP BY \"order\".customer_id ORDER BY count(*) DESC NULLS LAST, customer_id LIMIT 1) ORDER BY ticket.id",
    );
    check(
        tickets(among(true)),
        "SELECT ticket.id FROM ticket WHERE ticket.customer_id NOT IN (SELECT \"order\".customer_id FROM \"order\" \
         GROUP BY \"order\".customer_id ORDER BY count(*) DESC NULLS LAST, customer_id LIMIT 1) ORDER BY ticket.id",
    );
    // Values are taken from one column only.
    let two = QueryPlan { columns: vec![field("order", "id"), field("order", "amount")], ..from("order") };
    let wide = Filter::Among { field: field("ticket", "id"), plan: Box::new(two), negated: false };
    assert!(compile(&tickets(wide), &catalogue()).is_err());
}

#[test]
fn the_first_of_each_group_are_told_by_their_rank() {
    let plan = QueryPlan {
        source: TableName::bare("order"),
        dimensions: vec![Dimension::of(field("customer", "name")), Dimension::of(field("order", "placed"))],
        measures: vec![
            Measure::of(Aggregate::Sum, field("order", "amount")),
            Measure { rank: true, hidden: true, ..Measure::of(Aggregate::Sum, field("order", "amount")) },
        ],
        having: vec![Having { measure: 1, operator: Operator::AtMost, value: Literal::Integer(3) }],
        ..QueryPlan::default()
    };
    check(
        plan,
        "SELECT all_groups.name, all_groups.placed, all_groups.total_amount FROM (SELECT customer.name, \"order\".placed, sum(\"order\".amount) AS total_amount, rank() OVER (PARTITION BY customer.name ORDER BY sum(\"order\".amount) DESC NULLS LAST) AS rank_by_total_amount FROM \"order\" JOIN customer ON \"order\".customer_id = customer.id GROUP BY customer.name, \"order\".placed) AS all_groups WHERE all_groups.rank_by_total_amount <= 3 ORDER BY name, placed, total_amount",
    );
}

#[test]
fn columns_that_name_one_row_are_ranked_as_one() {
    let named = |column: &str| Dimension { by_key: true, ..Dimension::of(field("customer", column)) };
    let amount = || Measure::of(Aggregate::Sum, field("order", "amount"));
    let plan = QueryPlan {
        source: TableName::bare("order"),
        dimensions: vec![Dimension::of(field("order", "placed")), named("name"), named("balance")],
        measures: vec![Measure { rank: true, smallest_first: true, hidden: true, ..amount() }],
        having: vec![Having { measure: 0, operator: Operator::AtMost, value: Literal::Integer(1) }],
        ..QueryPlan::default()
    };
    check(
        plan,
        "SELECT all_groups.placed, all_groups.name, all_groups.balance FROM (SELECT \"order\".placed, customer.name, customer.balance, rank() OVER (PARTITION BY \"order\".placed ORDER BY sum(\"order\".amount)) AS rank_by_total_amount FROM \"order\" JOIN customer ON \"order\".customer_id = customer.id GROUP BY \"order\".placed, customer.name, customer.balance, customer.id) AS all_groups WHERE all_groups.rank_by_total_amount <= 1 ORDER BY placed, name, balance",
    );
}

#[test]
fn groups_that_are_called_the_same_are_told_apart() {
    let customer = || Dimension { by_key: true, ..Dimension::of(field("customer", "name")) };
    let amount = || Measure::of(Aggregate::Sum, field("order", "amount"));
    // The first of each customer, two of whom may have one name.
    let plan = QueryPlan {
        source: TableName::bare("order"),
        dimensions: vec![customer(), Dimension { by_key: true, ..Dimension::of(field("order", "id")) }],
        measures: vec![Measure { rank: true, hidden: true, ..amount() }],
        having: vec![Having { measure: 0, operator: Operator::AtMost, value: Literal::Integer(1) }],
        ..QueryPlan::default()
    };
    check(
        plan,
        "SELECT all_groups.name, all_groups.id FROM (SELECT customer.name, \"order\".id, rank() OVER (PARTITION BY customer.name, customer.id ORDER BY sum(\"order\".amount) DESC NULLS LAST) AS rank_by_total_amount FROM \"order\" JOIN customer ON \"order\".customer_id = customer.id GROUP BY customer.name, \"order\".id, customer.id) AS all_groups WHERE all_groups.rank_by_total_amount <= 1 ORDER BY name, id",
    );
    let month = || Dimension { grain: Some(Grain::Month), ..Dimension::of(field("order", "placed")) };
    let along = |measure: Measure, comparison: Option<Comparison>| {
        let plan = QueryPlan {
            source: TableName::bare("order"),
            dimensions: vec![month(), customer()],
            measures: vec![measure],
            comparison,
            ..QueryPlan::default()
        };
        compile(&plan, &catalogue()).unwrap().sql
    };
    let running = along(Measure { running: true, ..amount() }, None);
    assert!(running.contains("PARTITION BY customer.name, customer.id ORDER BY"), "{running}");
    let growth = along(amount(), Some(Comparison::Growth));
    assert!(growth.contains("PARTITION BY customer.name, customer.id ORDER BY"), "{growth}");
}

#[test]
fn percentiles_are_between_their_ends() {
    let of = |n: u8| QueryPlan {
        measures: vec![Measure::of(Aggregate::Percentile(n), field("order", "amount"))],
        ..from("order")
    };
    check(
        of(5),
        "SELECT percentile_cont(0.05) WITHIN GROUP (ORDER BY \"order\".amount) AS p5_amount FROM \"order\"",
    );
    assert_eq!(explain(&of(92)), "92nd percentile of amount.");
    assert!(compile(&of(0), &catalogue()).is_err() && compile(&of(100), &catalogue()).is_err());
}

fn computed(name: &str, left: &str, operator: Arithmetic, right: &str) -> ComputedColumn {
    let of = |path: &str| {
        let (table, column) = path.split_once('.').unwrap();
        Expression::Field(field(table, column))
    };
    let expression = Expression::operation(of(left), operator, of(right));
    ComputedColumn { table: TableName::bare("order"), name: name.into(), expression }
}

#[test]
fn a_computed_column_is_asked_for_like_any_other() {
    let per_day = computed("rest", "order.amount", Arithmetic::DividedBy, "order.id");
    let rest = || field("order", "rest");
    let over = Filter::Compare {
        field: rest(),
        operator: Operator::Greater,
        operand: Operand::Literal(Literal::Integer(5)),
    };
    let plan =
        QueryPlan { computed: vec![per_day], columns: vec![rest()], filters: vec![over], ..from("order") };
    check(
        plan.clone(),
        "SELECT (CAST(\"order\".amount AS NUMERIC) / nullif(\"order\".id, 0)) AS rest FROM \"order\" \
         WHERE (CAST(\"order\".amount AS NUMERIC) / nullif(\"order\".id, 0)) > 5 ORDER BY \"order\".id",
    );
    let compiled = compile(&plan, &catalogue()).unwrap();
    assert_eq!(compiled.assumptions, ["\"rest\" is amount divided by id."]);
    assert!(explain(&plan).to_lowercase().contains("rest"), "{}", explain(&plan));
}

#[test]
fn a_computed_column_of_what_is_no_number_or_has_a_name_already_is_named() {
    let plan = |of| QueryPlan { computed: vec![of], columns: vec![field("order", "rest")], ..from("order") };
    let why = |of| compile(&plan(of), &catalogue()).unwrap_err().to_string();
    let text = computed("rest", "order.amount", Arithmetic::Plus, "customer.name");
    assert_eq!(why(text), "\"name\" is text, so it cannot be calculated with");
    let taken = computed("amount", "order.amount", Arithmetic::Plus, "order.id");
    assert!(why(taken).contains("has a column \"amount\" already"));
    let far = computed("rest", "order.amount", Arithmetic::Plus, "ticket.id");
    assert_eq!(why(far), "nothing in the keys connects \"order\" with \"ticket\"");
    // A computed column is computed from stored ones.
    let itself = computed("rest", "order.amount", Arithmetic::Plus, "order.rest");
    assert!(why(itself).contains("has no column \"rest\""));
}

#[test]
fn a_computed_column_of_rows_referred_to_is_joined_once_per_row() {
    let gap = computed("gap", "order.amount", Arithmetic::Minus, "customer.id");
    let plan = QueryPlan {
        computed: vec![gap],
        measures: vec![Measure::of(Aggregate::Average, field("order", "gap"))],
        dimensions: vec![Dimension::of(field("customer", "name"))],
        ..from("order")
    };
    check(
        plan,
        "SELECT customer.name, avg((\"order\".amount - customer.id)) AS average_gap FROM \"order\" \
         JOIN customer ON \"order\".customer_id = customer.id GROUP BY customer.name \
         ORDER BY average_gap DESC NULLS LAST, name",
    );
}

/// Rows of a table that refer to the base more than once: the condition is on those that the field's reference tells.
#[test]
fn a_condition_on_rows_below_goes_over_its_reference() {
    let mut catalogue = catalogue();
    let ticket = catalogue.tables.iter_mut().find(|t| t.name == "ticket").unwrap();
    let mut closed_by = ticket.columns[1].clone();
    closed_by.name = "closed_by".into();
    ticket.columns.push(closed_by);
    let mut key = ticket.foreign_keys[0].clone();
    key.name = "closed_by".into();
    key.columns = vec!["closed_by".into()];
    ticket.foreign_keys.push(key);
    for (via, column) in
        [(None, "customer_id"), (Some("customer_id"), "customer_id"), (Some("closed_by"), "closed_by")]
    {
        let plan = QueryPlan {
            source: TableName::bare("customer"),
            columns: vec![field("customer", "name")],
            filters: vec![Filter::Compare {
                field: Field { via: via.map(str::to_owned), ..field("ticket", "id") },
                operator: Operator::Greater,
                operand: Operand::Literal(Literal::Integer(5)),
            }],
            ..QueryPlan::default()
        };
        let sql = compile(&plan, &catalogue).unwrap().sql;
        assert!(sql.contains(&format!("ticket.{column} = customer.id")), "{via:?}: {sql}");
    }
}

#[test]
fn what_a_plan_is_combined_with_is_neither_cut_off_nor_bound_more_tightly() {
    let of = |table: &str, combine: Option<(SetOperator, QueryPlan)>| QueryPlan {
        source: TableName::bare(table),
        columns: vec![field(table, "customer_id")],
        combine: combine.map(|(operator, plan)| Combine { operator, plan: Box::new(plan) }),
        ..QueryPlan::default()
    };
    let cut = QueryPlan { limit: Some(5), ..of("ticket", None) };
    let refused =
        compile(&of("order", Some((SetOperator::Union, cut))), &catalogue()).unwrap_err().to_string();
    assert!(refused.contains("cannot be cut off"), "{refused}");
    let last = of("order", None);
    let middle = of("ticket", Some((SetOperator::Intersect, last)));
    let sql = compile(&of("order", Some((SetOperator::Union, middle))), &catalogue()).unwrap().sql;
    assert!(sql.starts_with("(SELECT") && sql.contains(") INTERSECT SELECT"), "{sql}");
}

#[test]
fn a_result_that_is_summarised_is_ranked_and_chosen_from() {
    let month = Dimension { grain: Some(Grain::Month), ..Dimension::of(field("order", "placed")) };
    let plan = |fold: Fold| QueryPlan {
        measures: vec![Measure::of(Aggregate::Sum, field("order", "amount"))],
        dimensions: vec![month.clone(), Dimension::of(field("customer", "name"))],
        fold: Some(Fold {
            by: vec![1],
            measures: vec![FoldMeasure { aggregate: Aggregate::Average, of: Some(0) }],
            ..fold
        }),
        ..from("order")
    };
    let inner = "(SELECT CAST(date_trunc('month', CAST(\"order\".placed AS TIMESTAMP)) AS DATE) AS \"month\", customer.name, \
        sum(\"order\".amount) AS total_amount FROM \"order\" JOIN customer ON \"order\".customer_id = customer.id GROUP BY \
        CAST(date_trunc('month', CAST(\"order\".placed AS TIMESTAMP)) AS DATE), customer.name) AS result";
    let number = "avg(result.total_amount)";
    let head = format!(
        "SELECT result.name, {number} AS average_total_amount_per_month FROM {inner} GROUP BY result.name"
    );
    let order = "ORDER BY average_total_amount_per_month";
    let first = plan(Fold { limit: Some(1), ..Fold::default() });
    assert_eq!(explain(&first), "Average total amount per month by customer, top 1.");
    check(first, &format!("{head} {order} DESC NULLS LAST, name LIMIT 1"));
    let last = plan(Fold { limit: Some(2), smallest_first: true, ..Fold::default() });
    check(last, &format!("{head} {order} ASC NULLS LAST, name LIMIT 2"));
    let having = |measure| vec![Having { measure, operator: Operator::Greater, value: Literal::Integer(9) }];
    let such = plan(Fold { having: having(0), ..Fold::default() });
    assert_eq!(
        explain(&such),
        "Average total amount per month by customer, where the average total amount per month is more than 9."
    );
    check(such, &format!("{head} HAVING {number} > 9 {order} DESC NULLS LAST, name"));
    let refused = |fold: Fold| compile(&plan(fold), &catalogue()).unwrap_err().to_string();
    assert!(refused(Fold { having: having(1), ..Fold::default() }).contains("not computed"));
    let mut whole = plan(Fold { limit: Some(1), ..Fold::default() });
    whole.fold.as_mut().unwrap().by.clear();
    assert!(compile(&whole, &catalogue()).unwrap_err().to_string().contains("no order"));
}
