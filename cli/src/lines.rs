//! JSON lines in, JSON lines out, in the same order.

use anyhow::{Context, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs::File,
    io::{BufRead, BufReader, Write, stdin, stdout},
    path::Path,
};

/// Reads one value a line from a file, or from standard input for `-` or nothing. Empty lines are passed over.
///
/// # Errors
/// At the first line that is not such a value, with its number.
pub fn read<T: DeserializeOwned>(path: Option<&Path>) -> Result<Vec<T>> {
    let reader: Box<dyn BufRead> = match path {
        Some(path) if path != Path::new("-") => Box::new(BufReader::new(
            File::open(path).with_context(|| format!("{} cannot be read", path.display()))?,
        )),
        _ => Box::new(stdin().lock()),
    };
    let mut values = Vec::new();
    for (i, line) in reader.split(b'\n').enumerate() {
        let line = line.context("the input cannot be read")?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        values.push(
            serde_json::from_slice(&line)
                .with_context(|| format!("line {} is not the JSON that is expected here", i + 1))?,
        );
    }
    Ok(values)
}

/// Prints one value as a line.
///
/// # Errors
/// When standard output is closed.
pub fn print<T: Serialize>(value: &T) -> Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    stdout().write_all(&line).context("standard output is closed")
}

/// What people wrote, without what a terminal would obey.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
