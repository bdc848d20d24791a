//! Any plan that compiles is one statement that the policy lets through as a read.

use proptest::{prelude::*, test_runner::TestRunner};
use rowcall_core::Catalogue;
use rowcall_plan::*;
use rowcall_policy::{Facts, Verdict};
use sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
use std::cell::Cell;

/// Tables with their columns: names that need quotes, every common kind, keys in a row and across.
const TABLES: &[(&str, &[(&str, &str)])] = &[
    ("customer", &[("id", "integer"), ("name", "text"), ("born", "date"), ("Is Nice", "bool")]),
    (
        "order",
        &[
            ("id", "integer"),
            ("customer_id", "integer"),
            ("amount", "decimal"),
            ("placed", "timestamp_tz"),
            ("arrived", "timestamp_tz"),
        ],
    ),
    ("line \"x\"", &[("id", "integer"), ("order_id", "integer"), ("pieces", "integer"), ("note", "text")]),
];

fn catalogue() -> Catalogue {
    let tables: Vec<_> = TABLES
        .iter()
        .map(|(name, columns)| {
            let columns: Vec<_> = columns
                .iter()
                .map(|(c, kind)| {
                    serde_json::json!({"name": c, "type_name": kind, "kind": kind, "nullable": true, "has_default": false,
                        "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": [],
                        "samples_complete": false, "distinct_estimate": null})
                })
                .collect();
            let foreign: Vec<_> = [("customer_id", "customer"), ("order_id", "order")]
                .iter()
                .filter(|(c, _)| columns.iter().any(|column| column["name"] == **c))
                .map(|(c, t)| {
                    serde_json::json!({"name": c, "columns": [c], "references_schema": "public",
                        "references_table": t, "references_columns": ["id"], "on_delete": null})
                })
                .collect();
            serde_json::json!({"schema": "public", "name": name, "kind": "table", "comment": null, "columns": columns,
                "primary_key": ["id"], "unique_keys": [], "foreign_keys": foreign, "indexes": [],
                "row_estimate": 10.0, "row_security": false})
        })
        .collect();
    Catalogue {
        server_version: 150_000,
        search_path: vec!["public".to_owned()],
        fingerprint: "x".to_owned(),
        tables: serde_json::from_value(tables.into()).unwrap(),
        ..Catalogue::default()
    }
}

fn table() -> impl Strategy<Value = TableName> {
    (0..TABLES.len()).prop_map(|t| TableName::bare(TABLES[t].0))
}

fn field() -> impl Strategy<Value = Field> {
    let via = prop::sample::select(vec![
        None,
        None,
        None,
        None,
        None,
        None,
        Some("customer_id"),
        Some("order_id"),
        Some("no \"such"),
    ]);
    (0..TABLES.len(), 0..5usize, via).prop_map(|(t, c, via)| {
        let (name, columns) = TABLES[t];
        let stored = columns.get(c).map_or("worth", |column| column.0);
        Field { via: via.map(str::to_owned), ..Field::new(TableName::bare(name), stored) }
    })
}

fn aggregate() -> impl Strategy<Value = Aggregate> {
    prop::sample::select(vec![
        Aggregate::Count,
        Aggregate::CountDistinct,
        Aggregate::Sum,
        Aggregate::Average,
        Aggregate::Minimum,
        Aggregate::Maximum,
        Aggregate::Median,
        Aggregate::Percentile(90),
    ])
}

fn arithmetic() -> impl Strategy<Value = Arithmetic> {
    use Arithmetic::{DividedBy, Minus, Plus, Times};
    prop::sample::select(vec![Plus, Minus, Times, DividedBy])
}

/// A column that no table has; what refers to "worth" is of it.
fn computed() -> impl Strategy<Value = Vec<ComputedColumn>> {
    let one = (table(), prop_oneof![4 => Just("worth".to_owned()), 1 => any::<String>()], expression());
    let one = one.prop_map(|(table, name, expression)| ComputedColumn { table, name, expression });
    prop::collection::vec(one, 0..2)
}

fn expression() -> impl Strategy<Value = Expression> {
    let unit = prop::sample::select(vec![TimeUnit::Minutes, TimeUnit::Hours, TimeUnit::Days]);
    prop_oneof![
        4 => field().prop_map(Expression::Field),
        1 => (field(), arithmetic(), field())
            .prop_map(|(a, o, b)| Expression::operation(Expression::Field(a), o, Expression::Field(b))),
        1 => (field(), arithmetic(), any::<String>())
            .prop_map(|(a, o, n)| Expression::operation(Expression::Field(a), o, Expression::Number(n))),
        1 => field().prop_map(Expression::Year),
        1 => field().prop_map(Expression::Month),
        1 => field().prop_map(Expression::Weekday),
        1 => field().prop_map(Expression::Hour),
        1 => field().prop_map(Expression::Length),
        1 => unit.prop_map(|unit| Expression::Elapsed {
            from: Field::new(TableName::bare("order"), "placed"),
            to: Field::new(TableName::bare("order"), "arrived"),
            unit,
        }),
    ]
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<String>().prop_map(Literal::Text),
        "[-'\";/*$\\\\a-z]{0,12}".prop_map(Literal::Text),
        any::<i64>().prop_map(Literal::Integer),
        any::<bool>().prop_map(Literal::Bool),
        "-?[0-9]{1,6}\\.[0-9]{1,4}".prop_map(Literal::Decimal),
    ]
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    prop::sample::select(vec![Equal, NotEqual, Less, AtMost, Greater, AtLeast])
}

fn filter() -> impl Strategy<Value = Filter> {
    let how = prop::sample::select(vec![
        TextMatch::Equals,
        TextMatch::Contains,
        TextMatch::StartsWith,
        TextMatch::EndsWith,
    ]);
    let day = || {
        prop::option::of(
            (0..20_000i32).prop_map(|n| chrono::NaiveDate::from_num_days_from_ce_opt(725_000 + n).unwrap()),
        )
    };
    let leaf = prop_oneof![
        (field(), operator(), literal()).prop_map(|(field, operator, value)| Filter::Compare {
            field,
            operator,
            operand: Operand::Literal(value)
        }),
        (field(), operator(), field()).prop_map(|(field, operator, other)| Filter::Compare {
            field,
            operator,
            operand: Operand::Field(other)
        }),
        (field(), operator(), aggregate(), field()).prop_map(|(field, operator, aggregate, of)| {
            Filter::Compare {
                field,
                operator,
                operand: Operand::Aggregate { aggregate, field: of, filters: Vec::new() },
            }
        }),
        (field(), prop::collection::vec(literal(), 1..4), any::<bool>())
            .prop_map(|(field, values, negated)| Filter::In { field, values, negated }),
        (field(), day(), day()).prop_map(|(field, from, to)| Filter::Period { field, from, to }),
        (field(), how, any::<String>(), any::<bool>())
            .prop_map(|(field, how, value, negated)| Filter::Text { field, how, value, negated }),
        (field(), any::<bool>()).prop_map(|(field, negated)| Filter::Null { field, negated }),
    ];
    leaf.prop_recursive(2, 8, 3, move |inner| {
        let count = prop::option::of((operator(), 0..50u64));
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Filter::Any),
            inner.clone().prop_map(|f| Filter::Not(Box::new(f))),
            (table(), prop::collection::vec(inner, 0..2), count, any::<bool>()).prop_map(
                |(table, filters, count, negated)| Filter::Related {
                    table,
                    filters,
                    count,
                    negated,
                    via: None
                }
            ),
            (field(), table(), field(), prop::option::of(0..9u64), any::<bool>()).prop_map(
                |(field, source, column, limit, negated)| {
                    let plan = QueryPlan { source, columns: vec![column], limit, ..QueryPlan::default() };
                    Filter::Among { field, plan: Box::new(plan), negated }
                }
            ),
        ]
    })
}

fn measure() -> impl Strategy<Value = Measure> {
    let computed = prop_oneof![
        1 => Just(Measure::count()),
        3 => (aggregate(), expression()).prop_map(|(a, e)| Measure::new(a, Some(e))),
    ];
    (computed, prop::collection::vec(filter(), 0..2), 0..8u8).prop_map(|(m, filters, extra)| Measure {
        filters,
        share: extra == 1,
        running: extra == 2,
        rank: extra >= 5,
        smallest_first: extra == 6,
        percent: extra == 3,
        over: (extra == 3).then(|| Box::new(Measure::count())),
        minus: (extra == 7).then(|| Box::new(Measure::count())),
        hidden: extra == 4,
        label: (extra == 5).then(|| "a 'label'; --".to_owned()),
        ..m
    })
}

fn dimension() -> impl Strategy<Value = Dimension> {
    let grain = prop::sample::select(vec![
        Grain::Hour,
        Grain::Day,
        Grain::Week,
        Grain::Month,
        Grain::Quarter,
        Grain::Year,
        Grain::Weekday,
        Grain::HourOfDay,
        Grain::MonthOfYear,
    ]);
    let timed = grain.prop_map(|grain| Dimension {
        grain: Some(grain),
        ..Dimension::of(Field::new(TableName::bare("order"), "placed"))
    });
    prop_oneof![
        timed,
        (field(), any::<bool>()).prop_map(|(field, by_key)| Dimension { by_key, ..Dimension::of(field) })
    ]
}

fn plan() -> impl Strategy<Value = QueryPlan> {
    let list = (table(), prop::collection::vec(field(), 1..4), any::<bool>()).prop_map(
        |(source, columns, distinct)| QueryPlan { source, columns, distinct, ..QueryPlan::default() },
    );
    let comparison = prop::option::of(prop::sample::select(vec![
        Comparison::Previous,
        Comparison::Growth,
        Comparison::YearBefore,
    ]));
    let summary = (
        table(),
        prop::collection::vec(measure(), 1..3),
        prop::collection::vec(dimension(), 0..3),
        comparison,
    )
        .prop_map(|(source, measures, dimensions, comparison)| QueryPlan {
            source,
            measures,
            dimensions,
            comparison,
            ..QueryPlan::default()
        });
    let rows = || prop::option::of(0..1000u64);
    let number = (aggregate(), prop::option::of(0..3usize));
    let number = number.prop_map(|(aggregate, of)| FoldMeasure { aggregate, of });
    let fold = (
        prop::collection::vec(number, 0..3),
        prop::collection::vec(0..3usize, 0..2),
        having(),
        prop::option::weighted(0.3, 0..9u64),
        any::<bool>(),
    );
    let fold = fold.prop_map(|(measures, by, having, limit, smallest_first)| Fold {
        measures,
        by,
        having,
        limit,
        smallest_first,
    });
    let fold = prop::option::weighted(0.2, fold);
    let plain =
        (prop_oneof![list, summary], computed(), prop::collection::vec(filter(), 0..3), rows(), rows(), fold);
    (plain, having(), order(), combined(), zone()).prop_map(
        |((plan, computed, filters, limit, offset, fold), having, order, combined, time_zone)| {
            let combine = combined.map(|(operator, filters)| Combine {
                operator,
                plan: Box::new(QueryPlan { filters, computed: Vec::new(), ..plan.clone() }),
            });
            // Most of what is asked for is there.
            let there = |order: &Order| match &order.by {
                OrderKey::Measure(at) => *at < plan.measures.len(),
                OrderKey::Dimension(at) => *at < plan.dimensions.len(),
                OrderKey::Field(_) => plan.measures.is_empty(),
            };
            let order = order.into_iter().filter(there).collect();
            let having = having.into_iter().filter(|h| h.measure < plan.measures.len()).collect();
            QueryPlan { computed, filters, having, order, limit, offset, combine, fold, time_zone, ..plan }
        },
    )
}

fn having() -> impl Strategy<Value = Vec<Having>> {
    let value = prop_oneof![6 => any::<i64>().prop_map(Literal::Integer), 1 => literal()];
    let one = (0..3usize, operator(), value);
    prop::collection::vec(
        one.prop_map(|(measure, operator, value)| Having { measure, operator, value }),
        0..2,
    )
}

fn order() -> impl Strategy<Value = Vec<Order>> {
    let by = prop_oneof![
        (0..3usize).prop_map(OrderKey::Measure),
        (0..3usize).prop_map(OrderKey::Dimension),
        field().prop_map(OrderKey::Field),
    ];
    prop::collection::vec((by, any::<bool>()).prop_map(|(by, descending)| Order { by, descending }), 0..2)
}

fn combined() -> impl Strategy<Value = Option<(SetOperator, Vec<Filter>)>> {
    let operator =
        prop::sample::select(vec![SetOperator::Intersect, SetOperator::Union, SetOperator::Except]);
    prop::option::weighted(0.2, (operator, prop::collection::vec(filter(), 0..2)))
}

fn zone() -> impl Strategy<Value = Option<String>> {
    let name = prop_oneof![
        8 => prop::sample::select(vec!["Europe/Berlin", "Asia/Kathmandu", "UTC"]),
        1 => prop::sample::select(vec!["No/Where", "it's; --"]),
    ];
    prop::option::of(name.prop_map(str::to_owned))
}

#[test]
fn what_compiles_is_one_read() {
    let (catalogue, compiled) = (catalogue(), Cell::new(0));
    let config = ProptestConfig { cases: 6000, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&plan(), |plan| {
        prop_assert!(explain(&plan).ends_with('.'));
        prop_assert!(!title(&plan).is_empty());
        let Ok(statement) = compile(&plan, &catalogue) else { return Ok(()) };
        compiled.set(compiled.get() + 1);
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, &statement.sql);
        prop_assert_eq!(parsed.map(|s| s.len()), Ok(1), "{}", &statement.sql);
        match rowcall_policy::check(&statement.sql, &Facts { catalogue: Some(&catalogue) }) {
            Verdict::AllowRead(_) => Ok(()),
            other => Err(TestCaseError::fail(format!("{other:?}\n{}", statement.sql))),
        }
    });
    outcome.unwrap();
    assert!(compiled.get() >= 400, "only {} plans compiled", compiled.get());
}
