//! Orders: one row per order of one product, over almost three years of growth, seasons and second thoughts.

use chrono::Datelike;

use super::ORDERS;
use super::customers::Customer;
use super::products::Product;
use crate::File;
use crate::calendar;
use crate::random::{Cumulative, Random};
use crate::table::{Table, cents, optional};

/// Columns of `shop.orders`.
pub(crate) const COLUMNS: [&str; 14] = [
    "id",
    "customer_id",
    "product_id",
    "ordered_at",
    "status",
    "channel",
    "payment_method",
    "quantity",
    "unit_price",
    "discount_percent",
    "total_amount",
    "shipped_at",
    "delivered_at",
    "returned_at",
];

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// The file of all orders, oldest first.
pub(super) fn file(seed: u64, customers: &[Customer], products: &[Product]) -> File {
    let mut random = Random::new(seed, 3);
    let days = calendar::shopping_days(2.3);
    let keenness = Cumulative::new(customers.iter().map(|it| it.keenness));
    let appeal = Cumulative::new(products.iter().map(|it| it.appeal));
    let mut bought: Vec<(i64, &Customer)> = (0..ORDERS)
        .map(|_| {
            let date = calendar::day(days.any(&mut random) as u64);
            let evening_before = date.and_time(Default::default()).and_utc().timestamp() - DAY;
            let known = customers.partition_point(|it| it.signed_up_at < evening_before);
            let customer = &customers[keenness.draw(&mut random, known)];
            let instant = calendar::at_likely_hour(&mut random, date, customer.place.zone);
            (calendar::within_span(instant), customer)
        })
        .collect();
    bought.sort_by_key(|(instant, customer)| (*instant, customer.id));
    let mut table = Table::new("orders", &COLUMNS);
    for (index, (ordered_at, customer)) in bought.into_iter().enumerate() {
        let product = choose(&mut random, products, &appeal, ordered_at);
        table.row(row(&mut random, index + 1, ordered_at, customer, product));
    }
    table.finish()
}

/// A product on sale at that time and wanted in that month.
fn choose<'a>(
    random: &mut Random,
    products: &'a [Product],
    appeal: &Cumulative,
    instant: i64,
) -> &'a Product {
    let date = calendar::date_of(instant);
    loop {
        let product = &products[appeal.any(random)];
        let on_sale = product.launched_on <= date && product.discontinued_on.is_none_or(|end| date < end);
        if on_sale && random.below(260) < u64::from(product.category.months[date.month0() as usize]) {
            return product;
        }
    }
}

fn row(
    random: &mut Random,
    id: usize,
    ordered_at: i64,
    customer: &Customer,
    product: &Product,
) -> [String; COLUMNS.len()] {
    let date = calendar::date_of(ordered_at);
    let business = customer.segment != "consumer";
    let quantity = match customer.segment {
        "consumer" => *random.weighted(&[(1, 74), (2, 18), (3, 5), (4, 3)]),
        "small business" => *random.weighted(&[(1, 35), (2, 25), (3, 15), (5, 15), (10, 10)]),
        _ => *random.weighted(&[(2, 25), (5, 35), (10, 25), (20, 15)]),
    };
    // Prices rose a little every year.
    let unit_price = product.price
        * match date.year() {
            2024 => 94,
            2025 => 97,
            _ => 100,
        }
        / 100;
    let sale = date.month() == 11 && date.day() >= 22;
    let discount = if sale {
        *random.weighted(&[(0, 20), (15, 25), (20, 30), (25, 25)])
    } else if business {
        *random.weighted(&[(0, 60), (5, 20), (10, 20)])
    } else {
        *random.weighted(&[(0, 80), (5, 7), (10, 9), (15, 4)])
    };
    let total = (unit_price * quantity * (100 - discount) + 50) / 100;
    let way = travel(random, ordered_at, customer, product);
    let channel = *random.weighted(&if date.year() == 2024 {
        [("web", 58), ("mobile app", 30), ("phone", 12)]
    } else {
        [("web", 48), ("mobile app", 45), ("phone", 7)]
    });
    let payment = *random.weighted(&if business {
        [("card", 25), ("paypal", 10), ("bank transfer", 25), ("invoice", 40)]
    } else {
        [("card", 56), ("paypal", 32), ("bank transfer", 9), ("invoice", 3)]
    });
    [
        id.to_string(),
        customer.id.to_string(),
        product.id.to_string(),
        calendar::text(ordered_at),
        way.status.to_string(),
        channel.to_string(),
        payment.to_string(),
        quantity.to_string(),
        cents(unit_price),
        discount.to_string(),
        cents(total),
        optional(way.shipped_at.map(calendar::text)),
        optional(way.delivered_at.map(calendar::text)),
        optional(way.returned_at.map(calendar::text)),
    ]
}

/// What became of an order by the end of the data.
struct Way {
    status: &'static str,
    shipped_at: Option<i64>,
    delivered_at: Option<i64>,
    returned_at: Option<i64>,
}

fn travel(random: &mut Random, ordered_at: i64, customer: &Customer, product: &Product) -> Way {
    let cancelled = random.chance(3.6);
    let shipped = ordered_at + random.between(3, 52) * HOUR + random.between(0, 3599);
    let far = if customer.place.region == "Europe" { 1 } else { 3 };
    let delivered = shipped + random.between(far * 20, far * 20 + 80) * HOUR + random.between(0, 3599);
    let comes_back = random.chance(product.category.returns);
    let returned = delivered + random.between(2, 27) * DAY + random.between(0, DAY - 1);
    let happened = |instant: i64| (instant < calendar::end()).then_some(instant);
    if cancelled {
        return Way { status: "cancelled", shipped_at: None, delivered_at: None, returned_at: None };
    }
    let (shipped_at, delivered_at) = (happened(shipped), happened(delivered));
    let returned_at = happened(returned).filter(|_| comes_back);
    let status = match (shipped_at, delivered_at, returned_at) {
        (_, _, Some(_)) => "returned",
        (_, Some(_), _) => "delivered",
        (Some(_), _, _) => "shipped",
        _ => "pending",
    };
    Way { status, shipped_at, delivered_at, returned_at }
}
