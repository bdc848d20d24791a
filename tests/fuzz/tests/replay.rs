//! Every input that the fuzzers kept, and some hundred made from each, hold the properties.
#![allow(clippy::unwrap_used)]

use rowcall_fuzz::TARGETS;
use std::path::Path;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn every_kept_input_holds_its_property() {
    for (name, property) in TARGETS {
        let inputs = corpus(name);
        assert!(inputs.len() >= 5, "{name}: {}", inputs.len());
        on_a_large_stack(|| inputs.iter().for_each(|input| property(input)));
    }
}

/// The properties look into trees with code of their own, which recurses and is not careful.
fn on_a_large_stack(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, work).unwrap().join().unwrap();
    });
}

#[test]
fn so_do_inputs_that_are_a_little_different() {
    on_a_large_stack(inputs_a_little_different);
}

fn inputs_a_little_different() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = move |n: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 33) as usize % n.max(1)
    };
    for (name, property) in TARGETS {
        let inputs = corpus(name);
        for _ in 0..400 {
            let mut input = inputs[below(inputs.len())].clone();
            for _ in 0..=below(3) {
                let at = below(input.len() + 1);
                match below(4) {
                    0 => input.truncate(at),
                    1 => input.insert(at, below(256) as u8),
                    2 if at < input.len() => input[at] ^= 1 << below(8),
                    _ => {
                        let other = &inputs[below(inputs.len())];
                        let from = below(other.len() + 1);
                        input.splice(at..at, other[from..].iter().take(32).copied());
                    }
                }
            }
            property(&input);
        }
    }
}

#[test]
fn every_property_is_a_fuzzers_target() {
    for (name, _) in TARGETS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("targets/fuzz_targets/{name}.rs"));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains(&format!("rowcall_fuzz::{name}(data)")), "{text}");
    }
}
