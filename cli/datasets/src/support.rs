//! The `support` dataset: tickets of the shop's customers.

use crate::File;
use crate::calendar;
use crate::random::{Cumulative, Random};
use crate::shop;
use crate::table::{Table, optional};

/// Rows of `support.tickets`.
pub(crate) const TICKETS: usize = 6_417;
/// Columns of `support.tickets`.
pub(crate) const COLUMNS: [&str; 16] = [
    "id",
    "subject",
    "topic",
    "priority",
    "status",
    "channel",
    "customer_name",
    "customer_email",
    "country",
    "agent",
    "team",
    "opened_at",
    "first_response_at",
    "resolved_at",
    "satisfaction",
    "reopened_count",
];

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// Topic, team, weight, subjects.
type Topic = (&'static str, &'static str, &'static [&'static str]);
static TOPICS: [(Topic, u32); 6] = [
    (
        (
            "delivery",
            "Logistics",
            &[
                "Where is my parcel?",
                "Parcel arrived damaged",
                "Wrong address on the label",
                "Delivery is late",
            ],
        ),
        31,
    ),
    (
        (
            "returns",
            "Logistics",
            &["How do I return this?", "Refund has not arrived", "Wrong size, please exchange"],
        ),
        20,
    ),
    (
        (
            "product",
            "Product",
            &[
                "Item does not work",
                "Question about an item",
                "Parts are missing",
                "Is it back in stock soon?",
            ],
        ),
        19,
    ),
    (
        (
            "billing",
            "Finance",
            &["Charged twice", "Invoice needed", "Discount code did not work", "Question about VAT"],
        ),
        14,
    ),
    (
        (
            "account",
            "Product",
            &[
                "Cannot log in",
                "Change my e-mail address",
                "Delete my account",
                "Password reset mail is missing",
            ],
        ),
        9,
    ),
    (
        (
            "technical",
            "Product",
            &["App crashes at checkout", "Page stays blank", "Payment page shows an error"],
        ),
        7,
    ),
];

/// Who answers, per team, with how quick they are (100 is ordinary).
static AGENTS: [(&str, &str, i64); 11] = [
    ("Aisha Rahman", "Logistics", 80),
    ("Tomás Rivera", "Logistics", 110),
    ("Ingrid Solberg", "Logistics", 95),
    ("Kofi Mensah", "Logistics", 130),
    ("Łucja Nowicka", "Product", 85),
    ("Ben Carter", "Product", 120),
    ("佐々木 葵", "Product", 90),
    ("Zoë Lindqvist", "Product", 105),
    ("Marta Kowalczyk", "Finance", 100),
    ("Dieter Groß", "Finance", 140),
    ("Nadia Haddad", "Finance", 75),
];

/// The file of all tickets, oldest first.
pub(crate) fn generate(seed: u64) -> Vec<File> {
    let customers = shop::customers(seed);
    let mut random = Random::new(seed, 4);
    let days = calendar::support_days(1.9);
    // Who orders more writes more, but less than in proportion.
    let chattiness = Cumulative::new(customers.iter().map(|it| it.keenness.sqrt()));
    let mut opened: Vec<(i64, &shop::Customer)> = (0..TICKETS)
        .map(|_| {
            let date = calendar::day(days.any(&mut random) as u64);
            let evening_before = date.and_time(Default::default()).and_utc().timestamp() - DAY;
            let known = customers.partition_point(|it| it.signed_up_at < evening_before);
            let customer = &customers[chattiness.draw(&mut random, known)];
            let instant = calendar::at_likely_hour(&mut random, date, customer.place.zone);
            (calendar::within_span(instant), customer)
        })
        .collect();
    opened.sort_by_key(|(instant, customer)| (*instant, customer.id));
    let mut table = Table::new("tickets", &COLUMNS);
    for (index, (opened_at, customer)) in opened.into_iter().enumerate() {
        table.row(row(&mut random, index + 1, opened_at, customer));
    }
    vec![table.finish()]
}

fn row(random: &mut Random, id: usize, opened_at: i64, customer: &shop::Customer) -> [String; COLUMNS.len()] {
    let (topic, team, subjects) = random.weighted(&TOPICS);
    let priority = match *topic {
        "technical" => *random.weighted(&[("low", 10), ("normal", 40), ("high", 35), ("urgent", 15)]),
        "billing" => *random.weighted(&[("low", 15), ("normal", 55), ("high", 25), ("urgent", 5)]),
        _ => *random.weighted(&[("low", 30), ("normal", 55), ("high", 12), ("urgent", 3)]),
    };
    let channel = *random.weighted(&[("email", 45), ("chat", 30), ("web form", 15), ("phone", 10)]);
    let of_team: Vec<&(&str, &str, i64)> =
        AGENTS.iter().filter(|(_, its_team, _)| its_team == team).collect();
    let (agent, _, pace) = **random.pick(&of_team);

    // Minutes to the first answer and to the end: by priority and channel, with a long tail.
    let usual = match priority {
        "urgent" => 12,
        "high" => 45,
        "normal" => 150,
        _ => 320,
    };
    let quick = match channel {
        "phone" => 10,
        "chat" => 20,
        _ => 100,
    };
    let wait = |random: &mut Random, minutes: i64| {
        let tail = (random.long_tail(0.06) * 60.0) as i64;
        1 + minutes * tail * pace / 10_000
    };
    let first_minutes = wait(random, usual * quick / 100);
    let work_minutes = wait(random, usual * 7 + 90);
    let first_response = opened_at + first_minutes * MINUTE + random.between(5, 59);
    let resolved = first_response + work_minutes * MINUTE + random.between(0, 59);
    let abandoned = random.chance(1.8);
    let first_response_at = (first_response < calendar::end()).then_some(first_response);
    let resolved_at = (resolved < calendar::end() && !abandoned).then_some(resolved);
    let age = calendar::end() - opened_at;
    let status = match (first_response_at, resolved_at) {
        (_, Some(resolved)) if calendar::end() - resolved > 14 * DAY => "closed",
        (_, Some(_)) => "resolved",
        (Some(_), None) if age > 3 * DAY => "waiting for customer",
        _ => "open",
    };
    // Whoever waited long is less happy; most never answer the question at all.
    let satisfaction = resolved_at.filter(|_| random.chance(46.0)).map(|_| {
        let waited = first_minutes.min(3_000) as f64 / 900.0;
        ((4.65 - waited + random.bell() * 0.8) as i64).clamp(1, 5)
    });
    let reopened = if resolved_at.is_some() { *random.weighted(&[(0, 91), (1, 7), (2, 2)]) } else { 0 };
    let unassigned = status == "open" && first_response_at.is_none();
    [
        id.to_string(),
        random.pick(subjects).to_string(),
        topic.to_string(),
        priority.to_string(),
        status.to_string(),
        channel.to_string(),
        customer.name.clone(),
        customer.email.clone(),
        customer.place.country.to_string(),
        optional((!unassigned).then_some(agent)),
        team.to_string(),
        calendar::text(opened_at),
        optional(first_response_at.map(calendar::text)),
        optional(resolved_at.map(calendar::text)),
        optional(satisfaction),
        reopened.to_string(),
    ]
}
