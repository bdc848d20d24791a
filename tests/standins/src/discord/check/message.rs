//! The limits of a message: lengths, totals, rows of components, files.

use std::collections::HashSet;

use serde_json::Value;

use super::Faults;
use crate::discord::form::Upload;

/// Whether a message uses the second kind of components, which has rules of its own.
const COMPONENTS_V2: u64 = 1 << 15;

/// Checks what a body says about a message. `at` is where in the body, `""` or `data`.
pub(crate) fn check(message: &Value, at: &str, faults: &mut Faults) {
    let path = |rest: &str| if at.is_empty() { rest.to_owned() } else { format!("{at}.{rest}") };
    if let Some(content) = message["content"].as_str() {
        faults.length(path("content"), content, 0, 2000);
    }
    if let Some(nonce) = message["nonce"].as_str() {
        faults.length(path("nonce"), nonce, 0, 25);
    }
    let embeds = message["embeds"].as_array().map_or(&[][..], Vec::as_slice);
    faults.count(path("embeds"), embeds.len(), 10);
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        total += check_embed(embed, &path(&format!("embeds.{index}")), faults);
    }
    if total > 6000 {
        faults.add(path("embeds"), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
    let flags = message["flags"].as_u64().unwrap_or_default();
    if flags & COMPONENTS_V2 == 0
        && let Some(rows) = message["components"].as_array()
    {
        check_rows(rows, &path("components"), faults);
    }
    check_mentions(&message["allowed_mentions"], &path("allowed_mentions"), faults);
}

/// Checks one embed and gives how much of the total it takes.
fn check_embed(embed: &Value, at: &str, faults: &mut Faults) -> usize {
    let mut total = 0;
    let mut text = |faults: &mut Faults, value: &Value, path: String, min: usize, max: usize| {
        if let Some(text) = value.as_str() {
            faults.length(path, text, min, max);
            total += text.chars().count();
        }
    };
    text(faults, &embed["title"], format!("{at}.title"), 0, 256);
    text(faults, &embed["description"], format!("{at}.description"), 0, 4096);
    text(faults, &embed["footer"]["text"], format!("{at}.footer.text"), 0, 2048);
    text(faults, &embed["author"]["name"], format!("{at}.author.name"), 0, 256);
    let fields = embed["fields"].as_array().map_or(&[][..], Vec::as_slice);
    faults.count(format!("{at}.fields"), fields.len(), 25);
    for (index, field) in fields.iter().enumerate() {
        text(faults, &field["name"], format!("{at}.fields.{index}.name"), 1, 256);
        text(faults, &field["value"], format!("{at}.fields.{index}.value"), 1, 1024);
    }
    let shows = ["title", "description", "url", "image", "thumbnail", "footer", "author", "timestamp"];
    let filled = |name: &str| embed.get(name).is_some_and(|value| !value.is_null() && value != "");
    if fields.is_empty() && !shows.iter().any(|name| filled(name)) {
        faults.add(format!("{at}.description"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    total
}

fn check_rows(rows: &[Value], at: &str, faults: &mut Faults) {
    faults.count(at, rows.len(), 5);
    let mut seen = HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let at = format!("{at}.{index}");
        if row["type"] != 1 {
            faults.add(format!("{at}.type"), "UNION_TYPE_CHOICES", "Only action rows stand here.");
            continue;
        }
        let items = row["components"].as_array().map_or(&[][..], Vec::as_slice);
        let buttons = items.iter().filter(|item| item["type"] == 2).count();
        if items.is_empty() || items.len() > 5 || (buttons != items.len() && items.len() > 1) {
            let rule = "A row holds one to five buttons, or one select.";
            faults.add(format!("{at}.components"), "BASE_TYPE_BAD_LENGTH", rule);
        }
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}.components.{index}");
            if item["type"] == 2 {
                check_button(item, &at, faults)
            } else {
                check_select(item, &at, faults)
            }
            if let Some(id) = item["custom_id"].as_str() {
                faults.length(format!("{at}.custom_id"), id, 1, 100);
                if !seen.insert(id) {
                    let message = "Component custom id cannot be duplicated";
                    faults.add(format!("{at}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message);
                }
            }
        }
    }
}

fn check_button(button: &Value, at: &str, faults: &mut Faults) {
    let label = button["label"].as_str().unwrap_or_default();
    faults.length(format!("{at}.label"), label, 0, 80);
    let (link, id) = (button["url"].as_str().is_some(), button["custom_id"].as_str().is_some());
    match button["style"].as_u64() {
        Some(5) if id || !link => {
            faults.add(
                format!("{at}.url"),
                "BUTTON_COMPONENT_INVALID_LINK",
                "A link button has an address and no custom id.",
            );
        }
        Some(1..=4) if link || !id => {
            faults.add(
                format!("{at}.custom_id"),
                "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
                "A custom id is required and an address is not.",
            );
        }
        _ => {}
    }
    if label.is_empty() && button["emoji"].is_null() && button["style"] != 6 {
        faults.add(at, "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji.");
    }
}

fn check_select(select: &Value, at: &str, faults: &mut Faults) {
    if let Some(text) = select["placeholder"].as_str() {
        faults.length(format!("{at}.placeholder"), text, 0, 150);
    }
    let min = select["min_values"].as_u64().unwrap_or(1);
    let max = select["max_values"].as_u64().unwrap_or(1);
    if min > max {
        faults.add(format!("{at}.min_values"), "SELECT_COMPONENT_RANGE", "min_values is above max_values.");
    }
    if select["type"] != 3 {
        return;
    }
    let options = select["options"].as_array().map_or(&[][..], Vec::as_slice);
    faults.count(format!("{at}.options"), options.len(), 25);
    if options.is_empty() {
        faults.add(format!("{at}.options"), "BASE_TYPE_REQUIRED", "This field is required");
    } else if max > options.len() as u64 {
        faults.add(
            format!("{at}.max_values"),
            "SELECT_COMPONENT_RANGE",
            "There are fewer options than that.",
        );
    }
    let mut values = HashSet::new();
    let mut chosen = 0;
    for (index, option) in options.iter().enumerate() {
        let at = format!("{at}.options.{index}");
        faults.length(format!("{at}.label"), option["label"].as_str().unwrap_or_default(), 1, 100);
        faults.length(format!("{at}.value"), option["value"].as_str().unwrap_or_default(), 1, 100);
        faults.length(
            format!("{at}.description"),
            option["description"].as_str().unwrap_or_default(),
            0,
            100,
        );
        chosen += u64::from(option["default"] == true);
        if !values.insert(option["value"].as_str()) {
            faults.add(
                format!("{at}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
    if chosen > max {
        faults.add(
            format!("{at}.options"),
            "SELECT_COMPONENT_TOO_MANY_DEFAULTS",
            "More options are chosen than max_values allows.",
        );
    }
}

/// `parse` and a list of the same kind exclude each other.
fn check_mentions(allowed: &Value, at: &str, faults: &mut Faults) {
    for kind in ["users", "roles"] {
        let listed = allowed[kind].as_array().is_some_and(|list| !list.is_empty());
        let parsed = allowed["parse"].as_array().is_some_and(|list| list.iter().any(|item| item == kind));
        if listed && parsed {
            let message = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            faults.add(at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
}

/// Checks that files and what the body says about them fit together.
pub(crate) fn check_files(message: &Value, files: &[Upload], faults: &mut Faults) {
    faults.count("files", files.len(), 10);
    for file in files {
        let Some(number) = file.number else {
            faults.add(file.field.as_str(), "UNKNOWN_FILE", "Files are called files[n].");
            continue;
        };
        if file.name.is_empty() {
            faults.add(file.field.as_str(), "BASE_TYPE_REQUIRED", "A file needs a name.");
        }
        let number = number.to_string();
        if let Some(list) = message["attachments"].as_array()
            && !list.iter().any(|entry| entry["id"].to_string().trim_matches('"') == number)
        {
            faults.add(
                "attachments",
                "ATTACHMENT_NOT_FOUND",
                format!("files[{number}] is not among the attachments."),
            );
        }
    }
    let mut text = String::new();
    for embed in message["embeds"].as_array().into_iter().flatten() {
        text.push_str(&embed.to_string());
    }
    for part in text.split("attachment://").skip(1) {
        let name = part.split(['"', '?']).next().unwrap_or_default();
        let kept = message["attachments"]
            .as_array()
            .is_some_and(|list| list.iter().any(|entry| entry["filename"].is_null()));
        if !kept && !files.iter().any(|file| file.name == name) {
            faults.add("embeds", "ATTACHMENT_NOT_FOUND", format!("There is no file {name:?} for an embed."));
        }
    }
}
