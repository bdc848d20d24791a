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

/// What else an adjective tells the size of, as columns are called, and whether much of it is meant.
pub fn kept_of(adjective: &str) -> Option<(&'static [&'static str], bool)> {
    Some(match adjective {
        "deep" => (&["depth"], true),
        "shallow" => (&["depth"], false),
        "wide" | "broad" => (&["width"], true),
        "narrow" => (&["width"], false),
        "thick" => (&["thickness"], true),
        "thin" => (&["thickness"], false),
        "hard" => (&["hardness", "hard"], true),
        "soft" => (&["hardness", "hard"], false),
        "strong" => (&["strength"], true),
        "weak" => (&["strength"], false),
        "steep" => (&["slope", "gradient", "steepness"], true),
        "flat" => (&["slope", "gradient", "steepness"], false),
        "bright" => (&["brightness", "luminosity"], true),
        "loud" => (&["loudness", "noise", "decibel"], true),
        "dense" => (&["density"], true),
        "pure" => (&["purity"], true),
        "rich" => (&["wealth"], true),
        _ => return None,
    })
}
