//! Charts through their public functions: what is chosen, that nothing overlaps, that nothing panics.

use chrono::{DateTime, Days, NaiveDate};
use proptest::prelude::*;
use rowcall_core::{ResultColumn, ResultSet, TypeKind, Value};
use rowcall_format::table::{TableOptions, text};
use rowcall_render::{
    chart::{
        ChartKind, ChartRequest, ChartSize, NoChart, Role, TimeStep, Told, ToldColumn, Unit, decide, fill,
        layout_of, png,
    },
    csv::CsvWriter,
};

fn result(columns: &[(&str, TypeKind)], rows: Vec<Vec<Value>>) -> ResultSet {
    ResultSet {
        columns: columns.iter().map(|(n, k)| ResultColumn { name: (*n).into(), kind: *k }).collect(),
        row_count: rows.len() as u64,
        rows,
        truncated: false,
    }
}

fn t(s: impl Into<String>) -> Value {
    Value::Text(s.into())
}

fn day(n: u64) -> Value {
    Value::Date(NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(n))
}

fn check(columns: &[(&str, TypeKind)], rows: Vec<Vec<Value>>, expected: Result<ChartKind, NoChart>) {
    let found =
        decide(&result(columns, rows), ChartRequest::Auto, "", &Told::default()).map(|spec| spec.kind);
    assert_eq!(found, expected, "{columns:?}");
}

#[test]
fn the_shape_of_the_result_chooses() {
    use TypeKind::*;
    let per_city = |n: i64| (0..n).map(|i| vec![t(format!("c{i}")), Value::Int(9 - i)]).collect::<Vec<_>>();
    check(&[("city", Text), ("orders", Integer)], per_city(5), Ok(ChartKind::Bar));
    check(&[("city", Text), ("orders", Integer)], per_city(20), Ok(ChartKind::HorizontalBar));
    check(&[("city", Text), ("orders", Integer)], per_city(1), Err(NoChart::SingleValue));
    check(&[("city", Text), ("orders", Integer)], vec![], Err(NoChart::NoRows));
    check(&[("city", Text), ("customer_id", Integer)], per_city(5), Err(NoChart::NoNumbers));
    check(&[("orders", Integer)], vec![vec![Value::Int(7)]], Err(NoChart::SingleValue));
    check(
        &[("city", Text), ("orders", Integer)],
        vec![vec![t("a"), Value::Null], vec![t("b"), Value::Null]],
        Err(NoChart::NoNumbers),
    );
    let per_day = (0..9).map(|i| vec![day(i), Value::Int(i as i64)]).collect();
    check(&[("day", Date), ("orders", Integer)], per_day, Ok(ChartKind::Line));
    let years = (2020..2025).map(|y| vec![Value::Int(y), Value::Int(y * 3)]).collect();
    check(&[("year", Integer), ("orders", Integer)], years, Ok(ChartKind::Line));
    let hours = (0..24).map(|h| vec![Value::Int(h), Value::Int(h * 3)]).collect();
    check(&[("hour", Integer), ("orders", Integer)], hours, Ok(ChartKind::Bar));
    let months = (1..6).map(|m| vec![t(format!("2025-{m:02}")), Value::Int(m)]).collect();
    check(&[("month", Text), ("orders", Integer)], months, Ok(ChartKind::Line));
    let two = |name: &str| {
        let rows = (0..4)
            .flat_map(|i| {
                (0..3).map(move |j| vec![t(format!("c{i}")), t(format!("s{j}")), Value::Int(i + j)])
            })
            .collect();
        (name.to_owned(), rows)
    };
    let (sum, rows) = two("orders");
    check(&[("city", Text), ("status", Text), (&sum, Integer)], rows, Ok(ChartKind::StackedBar));
    let (mean, rows) = two("avg_price");
    check(&[("city", Text), ("status", Text), (&mean, Decimal)], rows, Ok(ChartKind::Bar));
    let list = (0..5).map(|i| vec![t(format!("n{i}")), t(format!("e{i}")), Value::Int(i)]).collect();
    check(&[("name", Text), ("email", Text), ("age", Integer)], list, Err(NoChart::ListOfRows));
    let repeated = (0..9).map(|i| vec![t(format!("c{}", i % 2)), Value::Int(i)]).collect();
    check(&[("city", Text), ("amount", Integer)], repeated, Err(NoChart::ListOfRows));
}

#[test]
fn times_without_rows_are_filled() {
    use TypeKind::*;
    let month = |m: u32| Value::Date(NaiveDate::from_ymd_opt(2025, m, 1).unwrap());
    let columns = [("month", Date), ("orders", Integer), ("avg_total", Decimal)];
    let rows =
        [2, 3, 7].map(|m| vec![month(m), Value::Int(i64::from(m)), Value::Decimal("1.5".into())]).to_vec();
    let gappy = result(&columns, rows);
    let whole = fill(&gappy, 0, TimeStep::Month, &[1]).unwrap();
    let told: Vec<_> = whole.rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let counts = [2, 3, 0, 0, 0, 7].map(Value::Int);
    assert_eq!(told, (2..8).map(month).zip(counts).collect::<Vec<_>>());
    assert_eq!(whole.rows[3][2], Value::Null, "an average of nothing is nothing");
    assert_eq!(fill(&whole, 0, TimeStep::Month, &[1]), None, "nothing is missing");
    assert_eq!(fill(&gappy, 0, TimeStep::Month, &[]), None, "nothing is known to be 0");
    assert_eq!(fill(&gappy, 0, TimeStep::Quarter, &[1]), None, "months are no quarters");
    let alt = decide(&whole, ChartRequest::Auto, "Orders", &Told::default()).unwrap().alt;
    assert!(alt.contains("6 points") && alt.contains("lowest 0"), "{alt}");

    // Each value of a second dimension has every time; a third is more than a chart shows.
    let columns = [("day", Date), ("status", Text), ("orders", Integer)];
    let rows = vec![
        vec![day(0), t("paid"), Value::Int(4)],
        vec![day(2), t("paid"), Value::Int(5)],
        vec![day(2), t("open"), Value::Int(1)],
    ];
    let gappy = result(&columns, rows);
    let whole = fill(&gappy, 0, TimeStep::Day, &[2]).unwrap();
    assert_eq!(whole.rows.len(), 6);
    assert!(whole.rows.iter().all(|row| row[1] == t("paid") || row[1] == t("open")));
    let wide = [("day", Date), ("status", Text), ("city", Text), ("orders", Integer)];
    let rows =
        vec![vec![day(0), t("paid"), t("a"), Value::Int(4)], vec![day(5), t("paid"), t("b"), Value::Int(4)]];
    assert_eq!(fill(&result(&wide, rows), 0, TimeStep::Day, &[3]), None);
    // What was cut off, or would become a comb, stays as it is.
    assert_eq!(fill(&ResultSet { truncated: true, ..gappy }, 0, TimeStep::Day, &[2]), None);
    let far = vec![vec![day(0), Value::Int(4)], vec![day(5000), Value::Int(4)]];
    assert_eq!(fill(&result(&[("day", Date), ("orders", Integer)], far), 0, TimeStep::Day, &[1]), None);
}

/// What the plan says of a column goes before what its name looks like.
#[test]
fn a_plan_says_what_its_columns_are() {
    use TypeKind::*;
    let measure = |adds_up, label: &str| ToldColumn {
        role: Some(Role::Measure { adds_up }),
        label: Some(label.to_owned()),
        ..ToldColumn::default()
    };
    let dimension = || ToldColumn { role: Some(Role::Dimension), ..ToldColumn::default() };
    let told = |columns, ordered| Told { columns, ordered };
    let rows = || (0..60).map(|i| vec![t(format!("c{i:02}")), Value::Int(600 - i * 3)]).collect::<Vec<_>>();
    // Different customers per city are not those of all cities together, though the column is called like a count.
    let r = result(&[("city", Text), ("customers", Integer)], rows());
    let different = told(vec![dimension(), measure(false, "Different customers")], false);
    let spec = decide(&r, ChartRequest::Auto, "", &different).unwrap();
    assert!(!spec.other, "{spec:?}");
    assert_eq!(spec.title, "Different customers by city (top 24 of 60)");
    // A sum is one, whatever somebody called it.
    let r = result(&[("city", Text), ("average_of_sorts", Integer)], rows());
    let spec =
        decide(&r, ChartRequest::Auto, "", &told(vec![dimension(), measure(true, "Sales")], false)).unwrap();
    assert!(spec.other, "{spec:?}");
    let layout = layout_of(&spec, &r, ChartSize::CHAT).unwrap();
    assert!(layout.texts.iter().any(|b| b.text == "Other (37)"));
    // Split by a number: it is the axis, even the second column, and even called an id.
    let rows = (1..6).map(|i| vec![Value::Int(i * 7 % 5), Value::Int(i)]).collect();
    let r = result(&[("orders", Integer), ("shelf_id", Integer)], rows);
    let spec =
        decide(&r, ChartRequest::Auto, "", &told(vec![measure(true, "Orders"), dimension()], false)).unwrap();
    assert_eq!((spec.x, spec.series.as_slice()), (1, &[0][..]), "{spec:?}");
    // Rows in an order that was asked for keep it.
    let names = ["b", "c", "a"].iter().zip([2, 1, 3]);
    let r =
        result(&[("team", Text), ("n", Integer)], names.map(|(n, v)| vec![t(*n), Value::Int(v)]).collect());
    let columns = || vec![dimension(), measure(true, "Tickets")];
    let sorted = |ordered| decide(&r, ChartRequest::Auto, "", &told(columns(), ordered)).unwrap().sort;
    assert!(sorted(false) && !sorted(true));
}

#[test]
fn a_long_tail_is_added_up_only_where_sums_make_sense() {
    use TypeKind::*;
    let rows = || (0..60).map(|i| vec![t(format!("c{i}")), Value::Int(600 - i * 3)]).collect();
    let sum = decide(
        &result(&[("city", Text), ("orders", Integer)], rows()),
        ChartRequest::Auto,
        "Orders",
        &Told::default(),
    )
    .unwrap();
    assert!(sum.other && sum.title == "Orders", "{sum:?}");
    let mean = decide(
        &result(&[("city", Text), ("avg_age", Integer)], rows()),
        ChartRequest::Auto,
        "Age",
        &Told::default(),
    )
    .unwrap();
    assert!(!mean.other && mean.title == "Age (top 24 of 60)", "{mean:?}");
    let r = result(&[("city", Text), ("orders", Integer)], rows());
    let layout = layout_of(&sum, &r, ChartSize::CHAT).unwrap();
    assert!(layout.texts.iter().any(|b| b.text == "Other (37)"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let r = result(
        &[("city", TypeKind::Text), ("n", TypeKind::Integer)],
        (0..5).map(|i| vec![t(format!("ü{i}")), Value::Int(i)]).collect(),
    );
    let spec = decide(&r, ChartRequest::Auto, "T", &Told::default()).unwrap();
    let first = png(&spec, &r, ChartSize::CHAT).unwrap();
    assert_eq!(&first[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(&first[16..24], &[0, 0, 5, 160, 0, 0, 3, 72], "1440 by 840");
    assert_eq!(first, png(&spec, &r, ChartSize::CHAT).unwrap());
}

const KINDS: [TypeKind; 9] = {
    use TypeKind::*;
    [Integer, Decimal, Float, Text, Bool, Date, TimestampTz, Interval, Enum]
};
const NAMES: [&str; 8] =
    ["city", "orders", "total_amount", "id", "year", "month", "avg price of everything sold", "日本"];
const REQUESTS: [ChartRequest; 5] = [
    ChartRequest::Auto,
    ChartRequest::Bar,
    ChartRequest::HorizontalBar,
    ChartRequest::StackedBar,
    ChartRequest::Line,
];

fn value(kind: TypeKind) -> BoxedStrategy<Value> {
    let some: BoxedStrategy<Value> = match kind {
        TypeKind::Integer => {
            prop_oneof![(-50i64..5000).prop_map(Value::Int), any::<i64>().prop_map(Value::Int)].boxed()
        }
        TypeKind::Decimal => prop_oneof![
            (-9_999_999i64..9_999_999).prop_map(|n| Value::Decimal(format!(
                "{}.{:02}",
                n / 100,
                n.abs() % 100
            ))),
            prop::sample::select(vec![
                "NaN",
                "Infinity",
                "0.0000000000000000001",
                "99999999999999999999999999999"
            ])
            .prop_map(|s| Value::Decimal(s.into())),
        ]
        .boxed(),
        TypeKind::Float => {
            prop_oneof![(-1e6..1e6).prop_map(Value::Float), any::<f64>().prop_map(Value::Float)].boxed()
        }
        TypeKind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        TypeKind::Date => prop_oneof![
            (0u64..900).prop_map(day),
            (-90_000_000i32..90_000_000)
                .prop_map(|n| Value::Date(NaiveDate::from_num_days_from_ce_opt(n).unwrap_or(NaiveDate::MIN)))
        ]
        .boxed(),
        TypeKind::TimestampTz => (-9_000_000_000i64..9_000_000_000)
            .prop_map(|s| Value::TimestampTz(DateTime::from_timestamp(s, 0).unwrap()))
            .boxed(),
        TypeKind::Interval => (any::<i32>(), any::<i32>(), any::<i64>())
            .prop_map(|(months, days, micros)| Value::Interval { months, days, micros })
            .boxed(),
        _ => prop_oneof!["[a-z]{1,9}", "[A-Za-z ]{0,60}", ".{0,12}", "[東京🚀é]{1,9}"]
            .prop_map(Value::Text)
            .boxed(),
    };
    prop_oneof![9 => some, 1 => Just(Value::Null)].boxed()
}

fn any_result() -> impl Strategy<Value = ResultSet> {
    prop::collection::vec((0..NAMES.len(), 0..KINDS.len()), 0..5).prop_flat_map(|columns| {
        let row: Vec<_> = columns.iter().map(|(_, k)| value(KINDS[*k])).collect();
        let columns: Vec<_> =
            columns.iter().map(|(n, k)| ResultColumn { name: NAMES[*n].into(), kind: KINDS[*k] }).collect();
        prop::collection::vec(row, 0..70).prop_map(move |rows| ResultSet {
            columns: columns.clone(),
            row_count: rows.len() as u64,
            rows,
            truncated: false,
        })
    })
}

fn any_unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::None,
        Unit::Currency("€".into()),
        Unit::Currency("Zimbabwe dollars of the third kind".into()),
        Unit::Percent,
        Unit::Ratio,
        Unit::Seconds,
        Unit::Suffix("kg".into()),
    ])
}

/// One dimension and measures that do fit a chart, in many sizes.
fn chartable() -> impl Strategy<Value = ResultSet> {
    let measure = prop::sample::select(vec![TypeKind::Integer, TypeKind::Float, TypeKind::Decimal]);
    let dimension = prop::sample::select(vec![TypeKind::Text, TypeKind::Date, TypeKind::Bool]);
    (dimension, measure, any::<bool>()).prop_flat_map(|(dimension, measure, two)| {
        let mut columns = vec![("label", dimension), ("orders", measure)];
        if two {
            columns.insert(1, ("part", TypeKind::Text));
        }
        let row: Vec<_> = columns.iter().map(|(_, k)| value(*k)).collect();
        prop::collection::vec(row, 1..60).prop_map(move |rows| result(&columns, rows))
    })
}

fn nothing_overlaps(
    r: &ResultSet,
    request: ChartRequest,
    title: &str,
    unit: Unit,
) -> Result<(), TestCaseError> {
    let units = vec![unit; r.columns.len()];
    let Ok(spec) = decide(r, request, title, &units.into()) else { return Ok(()) };
    let layout = match layout_of(&spec, r, ChartSize::CHAT) {
        Ok(layout) => layout,
        Err(error) => return Err(TestCaseError::fail(format!("{error} for {spec:?}"))),
    };
    for (i, a) in layout.texts.iter().enumerate() {
        let inside = a.x >= 0.0
            && a.y >= 0.0
            && a.x + a.width <= layout.width + 0.5
            && a.y + a.height <= layout.height;
        prop_assert!(inside, "outside {}x{}: {a:?}\n{spec:?}", layout.width, layout.height);
        for b in &layout.texts[i + 1..] {
            prop_assert!(!a.overlaps(b), "{a:?}\n{b:?}\n{spec:?}");
        }
    }
    prop_assert!(layout.plot[2] > layout.plot[0] && layout.plot[3] > layout.plot[1], "{layout:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn labels_never_overlap(r in chartable(), request in 0..REQUESTS.len(), title in ".{0,90}", unit in any_unit()) {
        nothing_overlaps(&r, REQUESTS[request], &title, unit)?;
    }

    #[test]
    fn labels_never_overlap_for_any_result(r in any_result(), request in 0..REQUESTS.len(), unit in any_unit()) {
        nothing_overlaps(&r, REQUESTS[request], "", unit)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_result_makes_any_rendering_panic(r in any_result(), request in 0..REQUESTS.len(), unit in any_unit(), width in 0usize..120) {
        let table = text(&r, &TableOptions { max_width: width, max_cell: width / 2, ..Default::default() });
        prop_assert!(table.columns_shown <= r.columns.len());
        let mut csv = CsvWriter::new();
        csv.header(&r.columns);
        r.rows.iter().for_each(|row| csv.row(row));
        prop_assert!(!csv.take().is_empty());
        if let Ok(spec) = decide(&r, REQUESTS[request], "t", &vec![unit; r.columns.len()].into()) {
            let small = ChartSize { width: 360, height: 240, density: 1.0 };
            prop_assert!(png(&spec, &r, small).is_ok());
        }
    }
}
