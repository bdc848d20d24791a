//! The limits of a modal and of the choices of an autocomplete.

use std::collections::HashSet;

use serde_json::Value;

use super::Faults;

/// Checks the `data` of a callback that opens a modal.
pub(crate) fn check(data: &Value, faults: &mut Faults) {
    faults.length("data.title", data["title"].as_str().unwrap_or_default(), 1, 45);
    faults.length("data.custom_id", data["custom_id"].as_str().unwrap_or_default(), 1, 100);
    let rows = data["components"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.is_empty() || rows.len() > 5 {
        faults.add("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let at = format!("data.components.{index}.components");
        let inputs = row["components"].as_array().map_or(&[][..], Vec::as_slice);
        if row["type"] == 1 && (inputs.len() != 1 || inputs.iter().any(|input| input["type"] != 4)) {
            faults.add(at.as_str(), "BASE_TYPE_BAD_LENGTH", "A row of a modal holds one text input.");
        }
        for input in inputs {
            let at = format!("{at}.0");
            faults.length(format!("{at}.custom_id"), input["custom_id"].as_str().unwrap_or_default(), 1, 100);
            faults.length(format!("{at}.label"), input["label"].as_str().unwrap_or_default(), 1, 45);
            faults.length(
                format!("{at}.placeholder"),
                input["placeholder"].as_str().unwrap_or_default(),
                0,
                100,
            );
            let value = input["value"].as_str().unwrap_or_default();
            let most = usize::try_from(input["max_length"].as_u64().unwrap_or(4000)).unwrap_or(4000);
            faults.length(format!("{at}.value"), value, 0, most.min(4000));
            let least = input["min_length"].as_u64().unwrap_or(0);
            if least > most as u64 {
                faults.add(format!("{at}.min_length"), "TEXT_INPUT_RANGE", "min_length is above max_length.");
            }
            if !seen.insert(input["custom_id"].as_str()) {
                let message = "Component custom id cannot be duplicated";
                faults.add(format!("{at}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
            }
        }
    }
}

/// Checks the `data` of a callback that offers choices.
pub(crate) fn check_choices(data: &Value, faults: &mut Faults) {
    let choices = data["choices"].as_array().map_or(&[][..], Vec::as_slice);
    faults.count("data.choices", choices.len(), 25);
    for (index, choice) in choices.iter().enumerate() {
        let at = format!("data.choices.{index}");
        faults.length(format!("{at}.name"), choice["name"].as_str().unwrap_or_default(), 1, 100);
        if let Some(value) = choice["value"].as_str() {
            faults.length(format!("{at}.value"), value, 0, 100);
        }
    }
}
