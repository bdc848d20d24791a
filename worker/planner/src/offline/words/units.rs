//! Units: as words behind a number ("45 minutes") and at the end of a column's name (`weight_kg`).

/// Money, behind a number or a name: "price in dollars".
pub fn is_currency(word: &str) -> bool {
    matches!(word, "usd" | "eur" | "gbp" | "dollars" | "euros" | "euro" | "dollar" | "pounds" | "pound")
}

/// A unit that a number of a comparison is told in, and that says nothing new: "45 minutes", "700 dollars".
pub fn is_unit(word: &str) -> bool {
    const UNITS: &str = "year years month months week weeks day days hour hours minute minutes second seconds kg kilos \
        kilograms g grams km kilometers kilometres mile miles meter meters metre metres centimeter centimeters \
        centimetre centimetres millimeter millimeters millimetre millimetres liter liters litre litres ton tons tonne tonnes cm mm lbs lb feet foot inches ha \
        hectares sqm percent % degrees mb gb ms";
    is_currency(word) || UNITS.split_ascii_whitespace().any(|w| w == word)
}

/// A unit at the end of a column's name, in its base form.
pub fn ends_name(word: &str) -> bool {
    const UNITS: &str = "percent pct c f g m mm dbm celsius fahrenheit minute second hour mile meter \
        metre kilometer kilometre foot ft inch ha hectare acre lb kilo kilogram gram liter litre l ml mb gb tb ms \
        sec min cm kg km sqm sqft m2 hz khz mhz ghz kw kwh mw watt volt mph kmh kph knot";
    UNITS.split_ascii_whitespace().any(|w| w == word)
}

/// What a column's name says before its unit: `floor_area_square_metres`, `price_per_night`, `weight_kg`.
pub fn without_unit(name: &[String]) -> &[String] {
    match name {
        [rest @ .., square, unit] if !rest.is_empty() && square == "square" && ends_name(unit) => rest,
        [rest @ .., per, _] if !rest.is_empty() && per == "per" => rest,
        [rest @ .., unit] if !rest.is_empty() && ends_name(unit) => rest,
        _ => name,
    }
}
