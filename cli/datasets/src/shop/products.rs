//! Products: eight categories with prices that make sense in them.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use super::PRODUCTS;
use crate::File;
use crate::calendar;
use crate::random::Random;
use crate::table::{Table, cents, optional};

/// Columns of `shop.products`.
pub(crate) const COLUMNS: [&str; 12] = [
    "id",
    "sku",
    "name",
    "category",
    "brand",
    "price",
    "cost",
    "stock",
    "weight_kg",
    "rating",
    "launched_on",
    "discontinued_on",
];

/// One product.
#[derive(Debug)]
pub(crate) struct Product {
    pub id: usize,
    pub category: &'static Category,
    /// In cents.
    pub price: i64,
    pub launched_on: NaiveDate,
    pub discontinued_on: Option<NaiveDate>,
    /// How well it sells, compared with others.
    pub appeal: f64,
    sku: String,
    name: String,
    brand: &'static str,
    cost: i64,
    stock: i64,
    grams: Option<i64>,
    /// In tenths.
    rating: Option<i64>,
}

/// A category with what is in it.
#[derive(Debug)]
pub(crate) struct Category {
    pub name: &'static str,
    /// Of 100 orders, how many come back.
    pub returns: f64,
    /// How well it sells in each month, 100 is ordinary.
    pub months: [u32; 12],
    code: &'static str,
    /// Of all products, in per mille.
    share: u32,
    brands: &'static [&'static str],
    /// Thing, lowest and highest price in euros, grams.
    things: &'static [(&'static str, i64, i64, i64)],
}

/// All products, ordered by launch.
pub(super) fn make(seed: u64) -> Vec<Product> {
    let mut random = Random::new(seed, 2);
    let shares: Vec<(&'static Category, u32)> = CATEGORIES.iter().map(|it| (it, it.share)).collect();
    let mut names = HashSet::new();
    let mut drafts = Vec::new();
    while drafts.len() < PRODUCTS {
        let category = *random.weighted(&shares);
        let thing = random.pick(category.things);
        let brand = *random.pick(category.brands);
        let name = format!("{} {}", random.pick(&STYLES), thing.0);
        if !names.insert(name.clone()) {
            continue;
        }
        let launched_on = if random.chance(68.0) {
            calendar::first_day() - Days::new(1 + random.below(900))
        } else {
            calendar::day(random.below(calendar::DAYS - 30))
        };
        drafts.push((launched_on, category, thing, brand, name));
    }
    drafts.sort_by(|a, b| (a.0, &a.4).cmp(&(b.0, &b.4)));
    let mut products = Vec::with_capacity(PRODUCTS);
    for (index, (launched_on, category, thing, brand, name)) in drafts.into_iter().enumerate() {
        // Prices end as prices do: .99, .90, .50 or even.
        let euros = random.between(thing.1, thing.2);
        let price = euros * 100 - *random.weighted(&[(1, 60), (10, 20), (50, 8), (0, 12)]);
        let on_sale_since = launched_on.max(calendar::first_day());
        let discontinued_on = random
            .chance(9.0)
            .then(|| on_sale_since + Days::new(120 + random.below(600)))
            .filter(|&date| date < calendar::day(calendar::DAYS - 1));
        products.push(Product {
            id: index + 1,
            category,
            price,
            launched_on,
            discontinued_on,
            appeal: random.long_tail(0.05),
            sku: format!("{}-{:04}", category.code, 1000 + index * 7),
            name,
            brand,
            cost: price * random.between(42, 71) / 100,
            stock: if discontinued_on.is_some() { 0 } else { (random.long_tail(0.02) * 18.0) as i64 },
            grams: random.chance(92.0).then(|| thing.3 * random.between(80, 125) / 100),
            rating: random
                .chance(86.0)
                .then(|| (43.0 + random.bell() * 4.0) as i64)
                .map(|it| it.clamp(20, 50)),
        });
    }
    products
}

/// The file of all products.
pub(super) fn file(products: &[Product]) -> File {
    let mut table = Table::new("products", &COLUMNS);
    for it in products {
        table.row([
            it.id.to_string(),
            it.sku.clone(),
            it.name.clone(),
            it.category.name.to_string(),
            it.brand.to_string(),
            cents(it.price),
            cents(it.cost),
            it.stock.to_string(),
            optional(it.grams.map(|grams| cents((grams + 5) / 10))),
            optional(it.rating.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10))),
            it.launched_on.to_string(),
            optional(it.discontinued_on),
        ]);
    }
    table.finish()
}

static STYLES: [&str; 22] = [
    "Aurora", "Nordic", "Classic", "Compact", "Pro", "Café", "Terra", "Urban", "Alpine", "Linen", "Velvet",
    "Studio", "Harbour", "Mini", "Eco", "Retro", "Everyday", "Premium", "Sakura", "Piñata", "Øresund",
    "Solstice",
];

const EVEN: [u32; 12] = [100; 12];

static CATEGORIES: [Category; 8] = [
    Category {
        name: "Electronics",
        code: "ELE",
        share: 170,
        returns: 6.0,
        months: [90, 85, 90, 90, 90, 90, 90, 95, 105, 110, 160, 150],
        brands: &["Voltara", "Kestrel", "Nimbus", "Hikari"],
        things: &[
            ("Wireless Headphones", 59, 249, 300),
            ("Bluetooth Speaker", 29, 179, 650),
            ("Desk Monitor", 149, 549, 5200),
            ("Mechanical Keyboard", 69, 189, 950),
            ("USB-C Charger", 19, 69, 140),
            ("Smart Watch", 119, 399, 60),
            ("Web Camera", 39, 139, 160),
            ("E-Reader", 99, 229, 190),
        ],
    },
    Category {
        name: "Home & Kitchen",
        code: "HOM",
        share: 190,
        returns: 4.0,
        months: [105, 95, 100, 95, 95, 90, 85, 90, 100, 105, 120, 125],
        brands: &["Maison Éclair", "Hearthly", "Kupfer & Co", "Terrano"],
        things: &[
            ("Espresso Machine", 129, 599, 6800),
            ("Ceramic Mug Set", 18, 49, 1200),
            ("Desk Lamp", 25, 119, 1400),
            ("Cast Iron Pan", 29, 99, 2600),
            ("Throw Blanket", 24, 89, 900),
            ("Knife Block", 49, 219, 3100),
            ("Storage Basket", 12, 39, 500),
            ("Wall Clock", 19, 79, 800),
        ],
    },
    Category {
        name: "Clothing",
        code: "CLO",
        share: 180,
        returns: 13.0,
        months: [90, 85, 110, 115, 110, 100, 95, 95, 115, 115, 110, 105],
        brands: &["Fjällräv", "Bellweather", "Costa Norte", "Loom & Thread"],
        things: &[
            ("Merino Sweater", 59, 149, 420),
            ("Rain Jacket", 69, 229, 600),
            ("Cotton T-Shirt", 15, 39, 180),
            ("Canvas Sneakers", 45, 109, 850),
            ("Wool Scarf", 25, 79, 200),
            ("Denim Jeans", 49, 129, 700),
            ("Running Socks", 9, 25, 90),
            ("Leather Belt", 29, 79, 260),
        ],
    },
    Category {
        name: "Garden",
        code: "GAR",
        share: 90,
        returns: 3.5,
        months: [35, 55, 140, 200, 210, 170, 125, 95, 80, 55, 35, 40],
        brands: &["Verdania", "Rosenhof", "Willow & Stone"],
        things: &[
            ("Plant Pot", 9, 59, 1800),
            ("Hose Reel", 35, 129, 4200),
            ("Pruning Shears", 15, 59, 320),
            ("Folding Chair", 39, 149, 5200),
            ("Solar Lantern", 14, 49, 450),
            ("Seed Collection", 8, 29, 120),
        ],
    },
    Category {
        name: "Toys & Games",
        code: "TOY",
        share: 110,
        returns: 3.0,
        months: [65, 65, 75, 80, 80, 80, 80, 80, 80, 95, 200, 260],
        brands: &["Pippin", "Kobold Games", "Maru Maru"],
        things: &[
            ("Board Game", 19, 69, 1400),
            ("Wooden Blocks", 15, 59, 1700),
            ("Puzzle 1000", 12, 35, 800),
            ("Plush Bear", 12, 45, 350),
            ("Marble Run", 25, 99, 2200),
            ("Card Game", 8, 29, 250),
        ],
    },
    Category {
        name: "Sports & Outdoors",
        code: "SPO",
        share: 120,
        returns: 5.0,
        months: [140, 95, 105, 110, 125, 125, 115, 105, 90, 75, 85, 95],
        brands: &["Peakline", "Río Bravo", "Tundra"],
        things: &[
            ("Yoga Mat", 19, 89, 1500),
            ("Trekking Backpack", 59, 219, 1600),
            ("Water Bottle", 12, 45, 380),
            ("Camping Tent", 89, 399, 3800),
            ("Resistance Bands", 12, 39, 300),
            ("Bike Helmet", 35, 139, 420),
        ],
    },
    Category {
        name: "Beauty & Care",
        code: "BEA",
        share: 80,
        returns: 2.0,
        months: [95, 115, 95, 95, 115, 95, 95, 95, 95, 95, 110, 135],
        brands: &["Lumière", "Sano", "Botanika"],
        things: &[
            ("Hand Cream", 6, 24, 110),
            ("Hair Dryer", 29, 149, 850),
            ("Soap Bar Trio", 9, 29, 330),
            ("Face Serum", 19, 79, 90),
            ("Bath Towel", 15, 49, 600),
        ],
    },
    Category {
        name: "Books & Stationery",
        code: "BOO",
        share: 60,
        returns: 1.5,
        months: EVEN,
        brands: &["Papyra", "Inkwell", "Hoshi Press"],
        things: &[
            ("Notebook", 6, 25, 320),
            ("Fountain Pen", 19, 149, 60),
            ("Cookbook", 19, 45, 1100),
            ("Desk Planner", 12, 39, 450),
            ("Sketch Set", 15, 69, 700),
        ],
    },
];
