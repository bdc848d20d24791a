//! Deterministic demo data: an online shop, its support desk, and a sensor network.
//!
//! The demo, the tests and every documented example ask about these rows, so the same seed must give the same bytes
//! on every machine, on every day: nothing here reads a clock, and the random numbers come from a fixed stream
//! through integer arithmetic of our own (see `random`).
//!
//! [`generate`] makes a dataset's files as CSV; [`seed`] loads them by COPY, each dataset into a schema of its own.
//! Every table and column carries a comment, since people and the planner read them.

mod calendar;
mod load;
mod people;
mod random;
mod sensors;
mod shop;
mod support;
mod table;

pub use load::{Loaded, Report, SeedError, load, seed, seeded};

/// The seed of the documented rows.
pub const DEFAULT_SEED: u64 = 42;

/// One demo dataset: a schema with its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dataset {
    /// Its name, which is also its schema's.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Its files, in an order in which foreign keys hold.
    pub files: &'static [FileInfo],
    /// The statements that make its tables (without data), comments and keys.
    pub(crate) ddl: &'static str,
}

impl Dataset {
    /// How many rows all its tables have together.
    pub fn rows(&self) -> usize {
        self.files.iter().map(|file| file.rows).sum()
    }
}

/// What a file of a dataset holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInfo {
    /// The table it is loaded into, without the schema.
    pub table: &'static str,
    /// Rows, without the header.
    pub rows: usize,
    /// Columns, in the order of the file.
    pub columns: &'static [&'static str],
}

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The table it belongs to, without the schema.
    pub table: &'static str,
    /// CSV in UTF-8 with a header line; an empty field is NULL.
    pub csv: Vec<u8>,
}

/// Every dataset.
pub fn datasets() -> &'static [Dataset] {
    &DATASETS
}

/// The dataset of this name.
pub fn dataset(name: &str) -> Option<&'static Dataset> {
    DATASETS.iter().find(|it| it.name == name)
}

/// The files of a dataset, in the order of [`Dataset::files`]; `None` if there is no such dataset.
pub fn generate(name: &str, seed: u64) -> Option<Vec<File>> {
    match name {
        "shop" => Some(shop::generate(seed)),
        "support" => Some(support::generate(seed)),
        "sensors" => Some(sensors::generate(seed)),
        _ => None,
    }
}

static DATASETS: [Dataset; 3] = [
    Dataset {
        name: "shop",
        title: "An online shop: customers, products and three years of orders",
        files: &[
            FileInfo { table: "customers", rows: shop::CUSTOMERS, columns: &shop::CUSTOMER_COLUMNS },
            FileInfo { table: "products", rows: shop::PRODUCTS, columns: &shop::PRODUCT_COLUMNS },
            FileInfo { table: "orders", rows: shop::ORDERS, columns: &shop::ORDER_COLUMNS },
        ],
        ddl: include_str!("../sql/shop.sql"),
    },
    Dataset {
        name: "support",
        title: "The shop's support desk: tickets with response times and satisfaction",
        files: &[FileInfo { table: "tickets", rows: support::TICKETS, columns: &support::COLUMNS }],
        ddl: include_str!("../sql/support.sql"),
    },
    Dataset {
        name: "sensors",
        title: "Climate sensors at four sites: temperature, humidity and battery every six hours",
        files: &[FileInfo { table: "readings", rows: sensors::READINGS, columns: &sensors::COLUMNS }],
        ddl: include_str!("../sql/sensors.sql"),
    },
];
