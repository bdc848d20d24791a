//! Whatever compiles runs on PostgreSQL and gives the rows that the plan means, as a naive evaluation finds them.

mod naive;

use chrono::NaiveDate;
use naive::{COLUMNS, Cell, Rows, TABLES, World, computed};
use proptest::{
    prelude::*,
    test_runner::{TestError, TestRunner},
};
use rowcall_core::Catalogue;
use rowcall_embedded::testing;
use rowcall_plan::*;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::cell::{Cell as Counter, RefCell};

const SCHEMA: &str = "
    CREATE TABLE maker (id integer PRIMARY KEY, city text, stars integer);
    CREATE TABLE item (id integer PRIMARY KEY, maker_id integer REFERENCES maker, price integer, kind text, made_on date);
    CREATE TABLE sale (id integer PRIMARY KEY, item_id integer REFERENCES item, pieces integer, sold_on date);";

fn kind(column: &str) -> &'static str {
    match column {
        "city" | "kind" => "text",
        "made_on" | "sold_on" => "date",
        _ => "integer",
    }
}

fn catalogue() -> Catalogue {
    let tables: Vec<Value> = (0..TABLES.len())
        .map(|t| {
            let columns: Vec<Value> = COLUMNS[t]
                .iter()
                .map(|c| {
                    json!({"name": c, "type_name": kind(c), "kind": kind(c), "nullable": *c != "id", "has_default": false,
                        "generated": false, "identity": false, "comment": null, "enum_values": [], "samples": [],
                        "samples_complete": false, "distinct_estimate": null})
                })
                .collect();
            let above = t.checked_sub(1).map(|above| {
                json!({"name": COLUMNS[t][1], "columns": [COLUMNS[t][1]], "references_schema": "public",
                    "references_table": TABLES[above], "references_columns": ["id"], "on_delete": null})
            });
            json!({"schema": "public", "name": TABLES[t], "kind": "table", "comment": null, "columns": columns,
                "primary_key": ["id"], "unique_keys": [], "foreign_keys": above.into_iter().collect::<Vec<_>>(),
                "indexes": [], "row_estimate": 10.0, "row_security": false})
        })
        .collect();
    Catalogue {
        server_version: 150_000,
        search_path: vec!["public".to_owned()],
        tables: serde_json::from_value(tables.into()).unwrap(),
        ..Catalogue::default()
    }
}

fn world() -> impl Strategy<Value = World> {
    let number = |most: i32| prop::option::weighted(0.85, 0..most);
    let word = || prop::option::weighted(0.85, prop::sample::select(vec!["ape", "bee", "cat"]));
    let day = || prop::option::weighted(0.85, 0..500i32);
    let cells = |parts: Vec<Cell>| parts;
    let of_number = |n: Option<i32>| n.map_or(Cell::Null, |n| Cell::Number(f64::from(n)));
    let of_word = |w: Option<&str>| w.map_or(Cell::Null, |w| Cell::Text(w.to_owned()));
    let of_day = |n: Option<i32>| {
        n.map_or(Cell::Null, |n| {
            let day = NaiveDate::from_ymd_opt(2024, 11, 1).unwrap() + chrono::Days::new(n as u64);
            Cell::Text(day.to_string())
        })
    };
    let makers = prop::collection::vec((word(), number(4)), 0..4);
    let items = prop::collection::vec((number(4), number(6), word(), day()), 0..8);
    let sales = prop::collection::vec((number(8), number(5), day()), 0..10);
    (makers, items, sales).prop_map(move |(makers, items, sales)| {
        let id = |n: usize| Cell::Number(n as f64);
        let reference = |n: Option<i32>, rows: usize| of_number(n.filter(|n| (*n as usize) < rows));
        let (m, i) = (makers.len(), items.len());
        World {
            tables: [
                makers
                    .into_iter()
                    .enumerate()
                    .map(|(n, (city, stars))| cells(vec![id(n), of_word(city), of_number(stars)]))
                    .collect(),
                items
                    .into_iter()
                    .enumerate()
                    .map(|(n, (maker, price, kind, made))| {
                        cells(vec![id(n), reference(maker, m), of_number(price), of_word(kind), of_day(made)])
                    })
                    .collect(),
                sales
                    .into_iter()
                    .enumerate()
                    .map(|(n, (item, pieces, sold))| {
                        cells(vec![id(n), reference(item, i), of_number(pieces), of_day(sold)])
                    })
                    .collect(),
            ],
        }
    })
}

fn name(table: usize) -> TableName {
    TableName::bare(TABLES[table])
}

/// A column of this type, of this table or one above it.
fn field(table: usize, of: &'static str) -> BoxedStrategy<Field> {
    let stored = (0..=table)
        .flat_map(|t| COLUMNS[t].iter().filter(|c| kind(c) == of).map(move |c| Field::new(name(t), *c)));
    let computed =
        computed().into_iter().filter(|c| of == "integer" && (0..=table).any(|t| c.table == name(t)));
    let fits: Vec<Field> = stored.chain(computed.map(|c| Field::new(c.table, c.name))).collect();
    // The makers have no date; a number is as good there.
    if fits.is_empty() { field(table, "integer") } else { prop::sample::select(fits).boxed() }
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    prop::sample::select(vec![Equal, NotEqual, Less, AtMost, Greater, AtLeast])
}

fn number() -> impl Strategy<Value = Literal> {
    (0..6i64).prop_map(Literal::Integer)
}

fn compare(field: Field, operator: Operator, operand: Operand) -> Filter {
    Filter::Compare { field, operator, operand }
}

/// A condition on rows of a table; `below` says whether it may be one on tables below it without saying so.
fn filter(table: usize, depth: u32) -> BoxedStrategy<Filter> {
    let anywhere = || (0..TABLES.len()).prop_flat_map(|t| field(t, "integer"));
    let day = || {
        (0..500i32).prop_map(|n| NaiveDate::from_ymd_opt(2024, 11, 1).unwrap() + chrono::Days::new(n as u64))
    };
    let how = prop::sample::select(vec![
        TextMatch::Equals,
        TextMatch::Contains,
        TextMatch::StartsWith,
        TextMatch::EndsWith,
    ]);
    let computed = prop::sample::select(vec![Aggregate::Average, Aggregate::Minimum, Aggregate::Maximum]);
    let mut choices = vec![
        (field(table, "integer"), operator(), number())
            .prop_map(|(f, o, n)| compare(f, o, Operand::Literal(n)))
            .boxed(),
        (anywhere(), operator(), number()).prop_map(|(f, o, n)| compare(f, o, Operand::Literal(n))).boxed(),
        (field(table, "integer"), operator(), field(table, "integer"))
            .prop_map(|(f, o, other)| compare(f, o, Operand::Field(other)))
            .boxed(),
        (field(table, "integer"), operator(), computed, anywhere())
            .prop_map(|(f, o, aggregate, field)| {
                compare(f, o, Operand::Aggregate { aggregate, field, filters: Vec::new() })
            })
            .boxed(),
        (field(table, "integer"), prop::collection::vec(number(), 1..3), any::<bool>())
            .prop_map(|(field, values, negated)| Filter::In { field, values, negated })
            .boxed(),
        (field(table, "text"), how, prop::sample::select(vec!["a", "BEE", "e", "cat"]), any::<bool>())
            .prop_map(|(field, how, value, negated)| Filter::Text {
                field,
                how,
                value: value.into(),
                negated,
            })
            .boxed(),
        (anywhere(), any::<bool>()).prop_map(|(field, negated)| Filter::Null { field, negated }).boxed(),
    ];
    if table > 0 {
        let period = (field(table, "date"), day(), prop::option::of(day()));
        choices.push(
            period.prop_map(|(field, from, to)| Filter::Period { field, from: Some(from), to }).boxed(),
        );
    }
    if depth > 0 {
        let inner = move || filter(table, depth - 1);
        let several = move || prop::collection::vec(inner(), 1..3);
        let count = prop::option::of((operator(), 0..3u64));
        choices.extend([
            several().prop_map(Filter::Any).boxed(),
            several().prop_map(Filter::All).boxed(),
            inner().prop_map(|f| Filter::Not(Box::new(f))).boxed(),
            (0..TABLES.len(), count, any::<bool>())
                .prop_flat_map(move |(t, count, negated)| {
                    prop::collection::vec(filter(t, depth - 1), 0..2).prop_map(move |filters| {
                        Filter::Related { table: name(t), filters, count, negated, via: None }
                    })
                })
                .boxed(),
            (field(table, "integer"), one_column(depth - 1), any::<bool>())
                .prop_map(|(field, plan, negated)| Filter::Among { field, plan: Box::new(plan), negated })
                .boxed(),
        ]);
    }
    prop::strategy::Union::new(choices).boxed()
}

/// A plan of one column of numbers, to take values from.
fn one_column(depth: u32) -> BoxedStrategy<QueryPlan> {
    (0..TABLES.len())
        .prop_flat_map(move |t| {
            let filters = prop::collection::vec(filter(t, depth), 0..2);
            (field(t, "integer"), field(t, "integer"), filters, prop::option::of(0..4u64), any::<bool>())
                .prop_map(move |(shown, by, filters, limit, descending)| QueryPlan {
                    source: name(t),
                    columns: vec![shown],
                    filters,
                    order: vec![Order { by: OrderKey::Field(by), descending }],
                    limit,
                    ..QueryPlan::default()
                })
        })
        .boxed()
}

fn list() -> impl Strategy<Value = QueryPlan> {
    let operator =
        || prop::sample::select(vec![SetOperator::Intersect, SetOperator::Union, SetOperator::Except]);
    let combined = prop::option::of((operator(), prop::option::weighted(0.4, operator())));
    (0..TABLES.len(), combined).prop_flat_map(|(t, combined)| {
        let filters = move || prop::collection::vec(filter(t, 2), 0..3);
        let columns = prop::collection::vec(
            prop::sample::select(vec!["integer", "text", "date"]).prop_flat_map(move |k| field(t, k)),
            1..4,
        );
        let order = prop::option::of((field(t, "integer"), any::<bool>()));
        (
            columns,
            filters(),
            filters(),
            filters(),
            order,
            any::<bool>(),
            prop::option::of(0..5u64),
            prop::option::of(0..3u64),
        )
            .prop_map(move |(columns, filters, others, thirds, order, distinct, limit, offset)| {
                let plain = QueryPlan { source: name(t), columns, ..QueryPlan::default() };
                let with = |operator: Option<SetOperator>, plan: QueryPlan| {
                    operator.map(|operator| Combine { operator, plan: Box::new(plan) })
                };
                let third = QueryPlan { filters: thirds, ..plain.clone() };
                let second = combined.and_then(|(_, second)| second);
                let other = QueryPlan { filters: others, combine: with(second, third), ..plain.clone() };
                let order = order.filter(|_| combined.is_none() && !distinct);
                QueryPlan {
                    filters,
                    distinct: distinct && combined.is_none(),
                    order: order
                        .map(|(by, descending)| Order { by: OrderKey::Field(by), descending })
                        .into_iter()
                        .collect(),
                    combine: with(combined.map(|(first, _)| first), other),
                    limit,
                    offset,
                    ..plain
                }
            })
    })
}

/// The rows of some lists, and the groups of some summaries, are summarised once more.
fn folded(plans: impl Strategy<Value = QueryPlan>) -> impl Strategy<Value = QueryPlan> {
    use Aggregate::{Average, Count, CountDistinct, Maximum, Median, Minimum, Sum};
    let aggregate = prop::sample::select(vec![Average, Count, CountDistinct, Maximum, Median, Minimum, Sum]);
    let number = (aggregate, prop::option::weighted(0.8, 0..2usize));
    let having = prop::option::weighted(0.4, (operator(), self::number()));
    let fold = (prop::collection::vec(number, 1..3), prop::collection::vec(0..2usize, 0..2), having);
    (plans, prop::option::weighted(0.3, fold)).prop_map(|(plan, fold)| {
        let keyed = plan.dimensions.iter().any(|d| d.by_key);
        let Some((numbers, by, having)) = fold.filter(|_| plan.comparison.is_none() && !keyed) else {
            return plan;
        };
        // Texts are ordered by the database's rules.
        let text = |at: usize| plan.columns.get(at).is_some_and(|c| kind(&c.column) == "text");
        let numbers = numbers.into_iter().map(|(aggregate, of)| match of {
            Some(at) if text(at) => FoldMeasure { aggregate: CountDistinct, of },
            Some(_) => FoldMeasure { aggregate, of },
            None => FoldMeasure { aggregate: Count, of },
        });
        let having = having.map(|(operator, value)| Having { measure: 0, operator, value });
        let having = having.into_iter().collect();
        let fold = Fold { measures: numbers.collect(), by, having, ..Fold::default() };
        QueryPlan { fold: Some(fold), ..plan }
    })
}

fn measure() -> impl Strategy<Value = Measure> {
    use Aggregate::{Average, Count, CountDistinct, Maximum, Median, Minimum, Percentile, Sum};
    let aggregate = prop::sample::select(vec![
        Average,
        Count,
        CountDistinct,
        Maximum,
        Median,
        Minimum,
        Percentile(90),
        Sum,
    ]);
    let of = (0..TABLES.len()).prop_flat_map(|t| field(t, "integer"));
    let of_sale = |table: usize, column: &str| Expression::Field(Field::new(name(table), column));
    let product = Expression::operation(of_sale(2, "pieces"), Arithmetic::Times, of_sale(1, "price"));
    let expression = prop_oneof![4 => of.prop_map(Expression::Field), 1 => Just(product)];
    prop_oneof![
        1 => Just(Measure::count()),
        3 => (aggregate, expression).prop_map(|(a, e)| Measure::new(a, Some(e))),
    ]
}

fn summary() -> impl Strategy<Value = QueryPlan> {
    let dimension =
        (0..TABLES.len(), prop::sample::select(vec!["text", "integer", "date"])).prop_flat_map(|(t, k)| {
            use Grain::{Day, Month, MonthOfYear, Quarter, Week, Weekday, Year};
            let grains = prop::sample::select(vec![Day, Week, Month, Quarter, Year, Weekday, MonthOfYear]);
            (field(t, k), grains, prop::bool::weighted(0.2)).prop_map(|(field, grain, by_key)| {
                let grain = (kind(&field.column) == "date").then_some(grain);
                Dimension { grain, by_key: by_key && grain.is_none(), ..Dimension::of(field) }
            })
        });
    let compared =
        prop::option::weighted(0.3, prop::sample::select(vec![Comparison::Previous, Comparison::Growth]));
    let extra = 0..8u8;
    (0..TABLES.len(), prop::collection::vec(dimension, 0..3), compared).prop_flat_map(
        move |(t, dimensions, compared)| {
            let measure = (measure(), prop::collection::vec(filter(t, 1), 0..2), extra.clone());
            let having = prop::option::weighted(0.3, (operator(), number()));
            (prop::collection::vec(measure, 1..3), prop::collection::vec(filter(t, 2), 0..2), having)
                .prop_map(move |(measures, filters, having)| {
                    let mut dimensions = dimensions.clone();
                    dimensions.dedup_by(|a, b| a.field == b.field);
                    // Parts of a week or year come in an order of their own, and what is told apart by its row is no axis.
                    let parts = dimensions.iter().any(|d| d.grain.is_some_and(Grain::is_part));
                    let plain = dimensions.len() == 1 && compared.is_none();
                    dimensions.iter_mut().for_each(|d| d.by_key &= plain);
                    let keyed = dimensions.iter().any(|d| d.by_key);
                    let measures: Vec<Measure> = measures
                        .into_iter()
                        .map(|(m, filters, extra)| Measure {
                            filters,
                            share: extra == 1 && !keyed,
                            running: extra == 2 && !parts && !keyed,
                            rank: extra >= 5 && !keyed,
                            smallest_first: extra == 6,
                            percent: extra == 3,
                            minus: (extra == 7)
                                .then(|| Box::new(Measure::new(Aggregate::Minimum, m.expression.clone())))
                                .filter(|_| m.expression.is_some()),
                            over: (extra == 3 || extra == 4)
                                .then(|| Box::new(Measure::new(m.aggregate, m.expression.clone()))),
                            ..m
                        })
                        .collect();
                    QueryPlan {
                        source: name(t),
                        measures,
                        dimensions,
                        filters,
                        having: having
                            .filter(|_| compared.is_none())
                            .map(|(operator, value)| Having { measure: 0, operator, value })
                            .into_iter()
                            .collect(),
                        comparison: compared.filter(|_| !parts),
                        ..QueryPlan::default()
                    }
                })
        },
    )
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Number(n) => n.to_string(),
        Cell::Text(text) => format!("'{text}'"),
    }
}

async fn fill(connection: &mut PgConnection, world: &World) {
    for (table, rows) in TABLES.iter().zip(&world.tables) {
        for row in rows {
            let values: Vec<String> = row.iter().map(written).collect();
            let insert = format!("INSERT INTO {table} VALUES ({})", values.join(", "));
            connection.execute(AssertSqlSafe(insert)).await.unwrap();
        }
    }
}

async fn run(connection: &mut PgConnection, compiled: &Compiled) -> Result<Rows, sqlx::Error> {
    let wrapped = format!("SELECT coalesce(json_agg(q), '[]')::text FROM ({}) AS q", compiled.sql);
    let text: String = sqlx::query_scalar(AssertSqlSafe(wrapped)).fetch_one(connection).await?;
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let cell = |value: &Value| match value {
        Value::Null => Cell::Null,
        Value::Number(n) => Cell::Number(n.as_f64().unwrap()),
        Value::String(text) => Cell::Text(text.trim_end_matches("T00:00:00").to_owned()),
        other => panic!("{other}"),
    };
    Ok(rows.iter().map(|row| compiled.columns.iter().map(|c| cell(&row[&c.name])).collect()).collect())
}

fn same(a: &Rows, b: &Rows) -> bool {
    let row =
        |(a, b): (&Vec<Cell>, &Vec<Cell>)| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b));
    a.len() == b.len() && a.iter().zip(b).all(row)
}

fn sorted(mut rows: Rows) -> Rows {
    rows.sort_by_key(|row| {
        row.iter()
            .map(|c| if let Cell::Number(n) = c { format!("{n:020.6}") } else { format!("{c:?}") })
            .collect::<Vec<_>>()
    });
    rows
}

/// Runs plans over small worlds; at least so many of them must compile.
fn check(plans: impl Strategy<Value = QueryPlan>, cases: u32, least: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let connection = runtime.block_on(async {
        let url = testing::source().await.database(None).await.unwrap();
        let mut connection = PgConnection::connect(&url).await.unwrap();
        connection.execute(SCHEMA).await.unwrap();
        connection
    });
    let connection = RefCell::new(connection);
    let (catalogue, compiled) = (catalogue(), Counter::new(0));
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    };
    let outcome = TestRunner::new(config).run(&(world(), plans), |(world, plan)| {
        let plan = QueryPlan { computed: computed(), ..plan };
        let Ok(statement) = compile(&plan, &catalogue) else { return Ok(()) };
        compiled.set(compiled.get() + 1);
        let mut connection = connection.borrow_mut();
        let found = runtime.block_on(async {
            connection.execute("BEGIN").await.unwrap();
            fill(&mut connection, &world).await;
            let found = run(&mut connection, &statement).await;
            connection.execute("ROLLBACK").await.unwrap();
            found
        });
        let found = found.map_err(|e| TestCaseError::fail(format!("{e}\n{}", statement.sql)))?;
        let meant = world.rows_of(&plan);
        // The order of a list is told by its plan; that of a summary is another subject.
        let (found, meant) =
            if plan.measures.is_empty() { (found, meant) } else { (sorted(found), sorted(meant)) };
        prop_assert!(same(&found, &meant), "{}\nfound {found:?}\nmeant {meant:?}", statement.sql);
        Ok(())
    });
    match outcome {
        Err(TestError::Fail(why, (world, plan))) => {
            panic!("{why}\n{}\n{world:?}", serde_json::to_string_pretty(&plan).unwrap())
        }
        other => other.unwrap(),
    }
    assert!(compiled.get() >= least, "only {} of {cases} plans compiled", compiled.get());
}

#[test]
fn lists_set_operations_and_nested_plans_give_the_rows_they_mean() {
    check(folded(list()), 600, 240);
}

#[test]
fn summaries_running_totals_and_shares_give_the_numbers_they_mean() {
    check(folded(summary()), 600, 240);
}
