//! The limits of application commands: names, descriptions, languages, order of options.

use std::collections::HashSet;
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use super::Faults;

const LOCALES: &str = "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko";

/// Checks a list of commands as it would stand afterwards.
pub(crate) fn check(commands: &[Value], in_list: bool, faults: &mut Faults) {
    let of_type = |kind: u64| commands.iter().filter(|c| c["type"].as_u64().unwrap_or(1) == kind).count();
    faults.count("", of_type(1), 100);
    faults.count("", of_type(2), 15);
    faults.count("", of_type(3), 15);
    let mut names = HashSet::new();
    for (index, command) in commands.iter().enumerate() {
        let at = if in_list { format!("{index}.") } else { String::new() };
        let kind = command["type"].as_u64().unwrap_or(1);
        if !names.insert((kind, command["name"].as_str())) {
            faults.add(
                format!("{at}name"),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Option names must be unique",
            );
        }
        if kind == 1 {
            check_named(command, &at, faults);
        } else {
            faults.length(format!("{at}name"), command["name"].as_str().unwrap_or_default(), 1, 32);
            if command["description"].as_str().is_some_and(|text| !text.is_empty()) {
                faults.add(
                    format!("{at}description"),
                    "APPLICATION_COMMAND_CONTEXT_DESCRIPTION",
                    "Context menu commands cannot have description",
                );
            }
        }
        if size(command) > 8000 {
            faults.add(
                at.trim_end_matches('.'),
                "APPLICATION_COMMAND_TOO_LARGE",
                "Command exceeds maximum size (8000)",
            );
        }
        check_options(command, &at, faults);
    }
}

fn name_fits(name: &str) -> bool {
    static NAME: OnceLock<Regex> = OnceLock::new();
    let pattern = NAME.get_or_init(|| {
        Regex::new(r"^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$").expect("the pattern is sound")
    });
    pattern.is_match(name) && name.to_lowercase() == name
}

/// Checks name and description, and both in other languages.
fn check_named(item: &Value, at: &str, faults: &mut Faults) {
    let mut name = |path: String, name: &str| {
        if !name_fits(name) {
            faults.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }
    };
    name(format!("{at}name"), item["name"].as_str().unwrap_or_default());
    for (locale, text) in item["name_localizations"].as_object().into_iter().flatten() {
        name(format!("{at}name_localizations.{locale}"), text.as_str().unwrap_or_default());
    }
    faults.length(format!("{at}description"), item["description"].as_str().unwrap_or_default(), 1, 100);
    for (locale, text) in item["description_localizations"].as_object().into_iter().flatten() {
        faults.length(
            format!("{at}description_localizations.{locale}"),
            text.as_str().unwrap_or_default(),
            1,
            100,
        );
    }
    for kind in ["name_localizations", "description_localizations"] {
        for locale in item[kind].as_object().into_iter().flat_map(|all| all.keys()) {
            if !LOCALES.split(' ').any(|known| known == locale) {
                faults.add(
                    format!("{at}{kind}.{locale}"),
                    "ENUM_TYPE_COERCE",
                    format!("Value {locale:?} is not a valid enum value."),
                );
            }
        }
    }
}

fn check_options(item: &Value, at: &str, faults: &mut Faults) {
    let options = item["options"].as_array().map_or(&[][..], Vec::as_slice);
    faults.count(format!("{at}options"), options.len(), 25);
    let mut names = HashSet::new();
    let mut optional = false;
    for (index, option) in options.iter().enumerate() {
        let at = format!("{at}options.{index}.");
        check_named(option, &at, faults);
        if !names.insert(option["name"].as_str()) {
            faults.add(
                format!("{at}name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                "Option names must be unique",
            );
        }
        let required = option["required"] == true;
        if required && optional {
            let message = "Required options must be placed before non-required options";
            faults.add(at.trim_end_matches('.'), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional |= !required && !matches!(option["type"].as_u64(), Some(1 | 2));
        let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
        faults.count(format!("{at}choices"), choices.len(), 25);
        if option["autocomplete"] == true && !choices.is_empty() {
            faults.add(
                format!("{at}autocomplete"),
                "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE",
                "Choices and autocomplete exclude each other.",
            );
        }
        for (index, choice) in choices.iter().enumerate() {
            faults.length(
                format!("{at}choices.{index}.name"),
                choice["name"].as_str().unwrap_or_default(),
                1,
                100,
            );
        }
        check_options(option, &at, faults);
    }
}

/// The size that Discord limits: names, descriptions and values, the longest language counted.
fn size(item: &Value) -> usize {
    let longest = |text: &str, others: &str| {
        let own = item[text].as_str().map_or(0, |text| text.chars().count());
        let all = item[others].as_object().into_iter().flat_map(|all| all.values());
        all.filter_map(Value::as_str).map(|text| text.chars().count()).fold(own, usize::max)
    };
    let choices = item["choices"].as_array().into_iter().flatten();
    let values = |choice: &Value| {
        ["name", "value"]
            .iter()
            .filter_map(|key| choice[*key].as_str())
            .map(|text| text.chars().count())
            .sum::<usize>()
    };
    let below: usize = item["options"].as_array().into_iter().flatten().map(size).sum();
    longest("name", "name_localizations")
        + longest("description", "description_localizations")
        + choices.map(values).sum::<usize>()
        + below
}
