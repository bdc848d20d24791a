//! Is a request one that the platform takes? First by the platform's specification ([`spec`]), then by the limits
//! that stand only in its prose.

pub(crate) mod commands;
pub(crate) mod message;
pub(crate) mod modal;
pub(crate) mod spec;

use super::refusal::Fault;

/// Collects what is wrong with one body.
#[derive(Default)]
pub(crate) struct Faults {
    pub list: Vec<Fault>,
}

impl Faults {
    pub fn add(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.list.push(Fault { path: path.into(), code, message: message.into() });
    }

    /// Discord counts code points, not bytes and not UTF-16 units.
    pub fn length(&mut self, path: impl Into<String>, text: &str, min: usize, max: usize) {
        let length = text.chars().count();
        if length > max {
            self.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
        } else if length < min {
            self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length."));
        }
    }

    pub fn count(&mut self, path: impl Into<String>, count: usize, max: usize) {
        if count > max {
            self.add(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
        }
    }
}
