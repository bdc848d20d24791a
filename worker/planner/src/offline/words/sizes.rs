//! Adjectives of size, and what is kept of a thing that they ask for: "how long" asks for a length, a duration, its pages.

/// What an adjective of size asks for, in the order in which a catalogue's words are tried; nothing for other words.
pub fn measures_of(adjective: &str) -> &'static [&'static str] {
    match adjective {
        "old" => &["age"],
        "tall" | "high" => &["height", "elevation", "altitude"],
        "heavy" => &["weight", "mass"],
        "long" => &LENGTHS,
        "far" => &["distance", "length"],
        "fast" => &["speed"],
        "deep" => &["depth"],
        "wide" => &["width"],
        "expensive" => &["price", "cost", "fee"],
        "large" | "big" => &["size", "area", "capacity", "population", "amount"],
        _ => &[],
    }
}

/// How long something is, in time, way or pages.
pub const LENGTHS: [&str; 7] =
    ["length", "duration", "runtime", "running time", "playing time", "distance", "page"];
