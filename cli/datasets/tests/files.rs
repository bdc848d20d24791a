//! The generated files: counts, bytes, form.

use rowcall_datasets::{DEFAULT_SEED, dataset, datasets, generate};
use sha2::{Digest, Sha256};

/// SHA-256 of every file under the default seed. A change here changes every documented answer: make it on purpose.
const PINNED: [(&str, &str, &str); 5] = [
    ("shop", "customers", "4eca6b5e91e05ed32f17fd124fcdd6d445c2130f03dffd3d6ae1a847d41b0a1b"),
    ("shop", "products", "b8b0c0ef896d4827ecb1e12903009f1ce2d67d1642f7ca67db3ddcd95cf3edd3"),
    ("shop", "orders", "f0a977512f842e51ece43f334c1634ff78481ddedb1c6fa06d53ea5bc16edac3"),
    ("support", "tickets", "6237442f22d839086d735310bb0015ceb4e760ef76345e839a508c2172dc25b6"),
    ("sensors", "readings", "0850c7f5351fe865ebef73611c40e560597baaa20b43b6c7ef2a11a7a10d1e2d"),
];

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let mut found = Vec::new();
    for (name, table, _) in PINNED {
        let file = generate(name, DEFAULT_SEED).unwrap().into_iter().find(|it| it.table == table).unwrap();
        found.push((name, table, hex::encode(Sha256::digest(&file.csv))));
    }
    let pinned: Vec<_> = PINNED.iter().map(|(name, table, hash)| (*name, *table, hash.to_string())).collect();
    assert_eq!(found, pinned);
}

#[test]
fn another_seed_gives_other_rows_of_the_same_form() {
    for it in datasets() {
        let (one, two) = (generate(it.name, 1).unwrap(), generate(it.name, 2).unwrap());
        assert_ne!(one, two, "{}", it.name);
        for file in one.iter().chain(&two) {
            let info = it.files.iter().find(|info| info.table == file.table).unwrap();
            let mut reader = csv::Reader::from_reader(&file.csv[..]);
            assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), info.columns);
            assert_eq!(reader.records().filter(|row| row.is_ok()).count(), info.rows);
        }
    }
}

#[test]
fn the_counts_are_the_documented_ones() {
    let rows = |name| dataset(name).unwrap().rows();
    assert_eq!((rows("shop"), rows("support"), rows("sensors")), (13_526, 6_417, 49_950));
    assert_eq!(datasets().iter().map(|it| it.rows()).sum::<usize>(), 69_893);
    assert!(dataset("nothing").is_none() && generate("nothing", 1).is_none());
}
