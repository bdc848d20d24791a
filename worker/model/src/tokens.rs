//! How long a text is for a model. An estimate from above for ordinary text: models differ, and a prompt that is a
//! little shorter than it could be costs nothing.

/// About how many tokens a text is.
pub fn estimate(text: &str) -> usize {
    let (ascii, other) =
        text.chars().fold((0_usize, 0_usize), |(a, o), c| if c.is_ascii() { (a + 1, o) } else { (a, o + 1) });
    ascii.div_ceil(3) + other
}

/// The same for a JSON value.
pub fn of_json(value: &serde_json::Value) -> usize {
    estimate(&value.to_string())
}
