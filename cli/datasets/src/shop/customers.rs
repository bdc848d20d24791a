//! Customers: where they live, when they signed up, and how keen they are.

use std::collections::HashSet;

use super::CUSTOMERS;
use crate::File;
use crate::calendar;
use crate::people::{self, Place};
use crate::random::Random;
use crate::table::{Table, optional};

/// Columns of `shop.customers`.
pub(crate) const COLUMNS: [&str; 14] = [
    "id",
    "name",
    "email",
    "phone",
    "company",
    "segment",
    "region",
    "country",
    "city",
    "time_zone",
    "acquired_via",
    "newsletter",
    "birth_year",
    "signed_up_at",
];

/// One customer. Customers are ordered by the time they signed up.
#[derive(Debug)]
pub(crate) struct Customer {
    pub id: usize,
    pub name: String,
    pub email: String,
    pub place: &'static Place,
    pub segment: &'static str,
    pub signed_up_at: i64,
    /// How often this customer buys, compared with others: few buy a lot.
    pub keenness: f64,
    phone: Option<String>,
    company: Option<String>,
    acquired_via: Option<&'static str>,
    newsletter: bool,
    birth_year: Option<i64>,
}

/// All customers.
pub(super) fn make(seed: u64) -> Vec<Customer> {
    let mut random = Random::new(seed, 1);
    let days = calendar::shopping_days(1.5);
    let mut signed_up: Vec<(i64, &'static Place)> = (0..CUSTOMERS)
        .map(|index| {
            let place = people::place(&mut random);
            // The shop opened with some customers from its trial in the autumn before.
            let date = if index < 140 {
                calendar::first_day() - chrono::Days::new(1 + random.below(110))
            } else {
                calendar::day(days.any(&mut random) as u64)
            };
            (calendar::at_likely_hour(&mut random, date, place.zone), place)
        })
        .collect();
    signed_up.sort_by_key(|(instant, _)| *instant);
    let mut taken = HashSet::new();
    signed_up
        .into_iter()
        .enumerate()
        .map(|(index, (signed_up_at, place))| one(&mut random, &mut taken, index + 1, signed_up_at, place))
        .collect()
}

fn one(
    random: &mut Random,
    taken: &mut HashSet<String>,
    id: usize,
    signed_up_at: i64,
    place: &'static Place,
) -> Customer {
    let name = people::name(random, place.language);
    let segment = *random.weighted(&[("consumer", 78), ("small business", 17), ("enterprise", 5)]);
    let business = segment != "consumer";
    let host = random.pick(&["example.com", "example.org", "example.net", "mail.example"]);
    let mut email = format!("{}@{host}", name.ascii);
    let mut number = 2;
    while !taken.insert(email.clone()) {
        email = format!("{}{number}@{host}", name.ascii);
        number += 1;
    }
    Customer {
        id,
        email,
        place,
        segment,
        signed_up_at,
        keenness: random.long_tail(0.02) * if business { 1.6 } else { 1.0 },
        phone: random
            .chance(64.0)
            .then(|| format!("+{} 555 {:07}", random.between(1, 86), random.below(10_000_000))),
        company: business.then(|| people::company(random, place.language)),
        acquired_via: random.chance(88.0).then(|| {
            *random.weighted(&[
                ("search", 38),
                ("social", 24),
                ("referral", 18),
                ("newsletter", 8),
                ("marketplace", 12),
            ])
        }),
        newsletter: random.chance(41.0),
        birth_year: (!business && random.chance(72.0))
            .then(|| 1993 + (random.bell() * 11.0) as i64)
            .map(|it| it.clamp(1940, 2006)),
        name: name.full,
    }
}

/// The file of all customers.
pub(super) fn file(customers: &[Customer]) -> File {
    let mut table = Table::new("customers", &COLUMNS);
    for it in customers {
        table.row([
            it.id.to_string(),
            it.name.clone(),
            it.email.clone(),
            optional(it.phone.as_ref()),
            optional(it.company.as_ref()),
            it.segment.to_string(),
            it.place.region.to_string(),
            it.place.country.to_string(),
            it.place.city.to_string(),
            it.place.zone.name().to_string(),
            optional(it.acquired_via),
            it.newsletter.to_string(),
            optional(it.birth_year),
            calendar::text(it.signed_up_at),
        ]);
    }
    table.finish()
}
