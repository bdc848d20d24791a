//! The `sensors` dataset: fifteen climate sensors, a reading every six hours, with the gaps and faults of real ones.

use chrono::Datelike;
use chrono_tz::Tz;

use crate::File;
use crate::calendar;
use crate::random::Random;
use crate::table::{Table, cents, optional};

/// Rows of `sensors.readings`.
pub(crate) const READINGS: usize = 49_950;
/// Columns of `sensors.readings`.
pub(crate) const COLUMNS: [&str; 10] = [
    "id",
    "sensor",
    "site",
    "room",
    "recorded_at",
    "temperature_c",
    "humidity_percent",
    "battery_percent",
    "signal_dbm",
    "status",
];

/// Outdoor temperatures in tenths of a degree, in the middle of each month.
type Climate = [i64; 12];
const HAMBURG: Climate = [16, 21, 48, 90, 134, 164, 185, 180, 147, 103, 60, 30];
const PHOENIX: Climate = [138, 156, 190, 231, 283, 333, 352, 345, 319, 253, 182, 133];
const SINGAPORE: Climate = [268, 273, 278, 283, 286, 285, 282, 281, 280, 280, 274, 268];
const MELBOURNE: Climate = [208, 209, 188, 157, 128, 106, 100, 110, 128, 147, 170, 190];

/// Sensor, site, zone, climate, room, first day, how strongly the outside is felt (percent), set temperature (tenths).
type Sensor = (&'static str, &'static str, Tz, &'static Climate, &'static str, u64, i64, i64);
static SENSORS: [Sensor; 15] = [
    ("HAM-01", "Hamburg", Tz::Europe__Berlin, &HAMBURG, "outdoor", 0, 100, 0),
    ("HAM-02", "Hamburg", Tz::Europe__Berlin, &HAMBURG, "warehouse", 0, 45, 180),
    ("HAM-03", "Hamburg", Tz::Europe__Berlin, &HAMBURG, "cold room", 0, 3, 40),
    ("HAM-04", "Hamburg", Tz::Europe__Berlin, &HAMBURG, "office", 0, 8, 215),
    ("HAM-05", "Hamburg", Tz::Europe__Berlin, &HAMBURG, "server room", 300, 4, 228),
    ("PHX-01", "Phoenix", Tz::America__Phoenix, &PHOENIX, "outdoor", 0, 100, 0),
    ("PHX-02", "Phoenix", Tz::America__Phoenix, &PHOENIX, "warehouse", 0, 55, 240),
    ("PHX-03", "Phoenix", Tz::America__Phoenix, &PHOENIX, "office", 0, 8, 228),
    ("PHX-04", "Phoenix", Tz::America__Phoenix, &PHOENIX, "cold room", 480, 4, 35),
    ("SIN-01", "Singapore", Tz::Asia__Singapore, &SINGAPORE, "outdoor", 0, 100, 0),
    ("SIN-02", "Singapore", Tz::Asia__Singapore, &SINGAPORE, "warehouse", 0, 40, 250),
    ("SIN-03", "Singapore", Tz::Asia__Singapore, &SINGAPORE, "cold room", 640, 3, 38),
    ("MEL-01", "Melbourne", Tz::Australia__Melbourne, &MELBOURNE, "outdoor", 420, 100, 0),
    ("MEL-02", "Melbourne", Tz::Australia__Melbourne, &MELBOURNE, "warehouse", 420, 45, 190),
    ("MEL-03", "Melbourne", Tz::Australia__Melbourne, &MELBOURNE, "office", 500, 8, 216),
];

/// By hour of the local day, in tenths of the day's swing: coldest before sunrise, warmest after noon.
const DAYTIME: [i64; 24] =
    [-6, -7, -8, -9, -10, -10, -8, -5, -2, 1, 4, 6, 8, 10, 10, 9, 8, 6, 3, 1, -1, -3, -4, -5];

struct Reading {
    instant: i64,
    sensor: &'static Sensor,
}

/// The file of all readings, oldest first.
pub(crate) fn generate(seed: u64) -> Vec<File> {
    let mut random = Random::new(seed, 5);
    let mut readings = Vec::new();
    for sensor in &SENSORS {
        timeline(&mut random, sensor, &mut readings);
    }
    // Single readings get lost on the way, until the count is right.
    while readings.len() > READINGS {
        let lost = random.below(readings.len() as u64) as usize;
        readings.swap_remove(lost);
    }
    readings.sort_by_key(|it| (it.instant, it.sensor.0));
    let mut table = Table::new("readings", &COLUMNS);
    for (index, reading) in readings.iter().enumerate() {
        table.row(row(&mut random, index + 1, reading));
    }
    vec![table.finish()]
}

/// When a sensor reported: every six hours from its first day, but for a few longer gaps.
fn timeline(random: &mut Random, sensor: &'static Sensor, readings: &mut Vec<Reading>) {
    let start = calendar::day(sensor.5).and_time(Default::default()).and_utc().timestamp();
    // Every sensor reports at its own minute, and its clock drifts by seconds.
    let minute = random.between(0, 59) * 60;
    let steps = (calendar::end() - start) / (6 * 3_600);
    let gaps: Vec<(i64, i64)> = (0..2)
        .map(|_| {
            let begin = random.between(20, (steps - 60).max(21));
            (begin, begin + random.between(3, 16))
        })
        .collect();
    for step in 0..steps {
        if gaps.iter().any(|(begin, end)| (begin..end).contains(&&step)) {
            continue;
        }
        let instant = start + step * 6 * 3_600 + minute + random.between(0, 40);
        readings.push(Reading { instant, sensor });
    }
}

fn row(random: &mut Random, id: usize, reading: &Reading) -> [String; COLUMNS.len()] {
    let (name, site, zone, climate, room, first_day, felt, set) = *reading.sensor;
    let local = chrono::DateTime::from_timestamp(reading.instant, 0).unwrap_or_default().with_timezone(&zone);
    let outside =
        season(climate, local.date_naive()) * 10 + DAYTIME[chrono::Timelike::hour(&local) as usize] * 5 * 9;
    // In hundredths of a degree.
    let mut temperature =
        (outside * felt + set * 10 * (100 - felt)) / 100 + (random.bell() * (30.0 + felt as f64)) as i64;
    let dampness = match room {
        "cold room" => 8_200,
        "server room" => 4_100,
        "office" => 4_500,
        _ if site == "Phoenix" => 3_000,
        _ if site == "Singapore" => 8_300,
        _ => 7_300,
    };
    let humidity = (dampness + (random.bell() * 520.0) as i64).clamp(500, 10_000);
    // A battery lasts about 400 days, then it is changed.
    let since = (local.date_naive() - calendar::day(first_day)).num_days().max(0)
        + i64::from(name.as_bytes()[5]) * 17;
    let battery = (100 - since % 400 * 92 / 400 + random.between(-1, 1)).clamp(0, 100);
    let open_door = room == "cold room" && random.chance(0.6);
    if open_door {
        temperature += random.between(500, 1_100);
    }
    let fault = random.chance(0.35);
    // A broken probe shows what its converter shows then, or nothing.
    let shown = match fault {
        true if random.chance(50.0) => None,
        true => Some(*random.pick(&[-4_000, 8_500])),
        false => Some(temperature),
    };
    let status = if fault {
        "fault"
    } else if battery < 15 || open_door {
        "warning"
    } else {
        "ok"
    };
    [
        id.to_string(),
        name.to_string(),
        site.to_string(),
        room.to_string(),
        calendar::text(reading.instant),
        optional(shown.map(cents)),
        optional((!fault && random.chance(98.8)).then(|| cents(humidity))),
        battery.to_string(),
        (-58 - random.between(0, 34)).to_string(),
        status.to_string(),
    ]
}

/// The month's mean, passing smoothly into the next month's, in tenths of a degree.
fn season(climate: &Climate, date: chrono::NaiveDate) -> i64 {
    let month = date.month0() as usize;
    let day = i64::from(date.day());
    let (other, weight) = if day < 15 { ((month + 11) % 12, 15 - day) } else { ((month + 1) % 12, day - 15) };
    (climate[month] * (30 - weight) + climate[other] * weight) / 30
}
