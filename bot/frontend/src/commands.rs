//! The commands, the same on every platform: their names, what they say of themselves, and in which languages.

/// A command that is answered at once, without a run. (`/ask` and `/sql` become an `Inbound`.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Which sources can be asked from here.
    Sources,
    /// The person's last runs.
    Runs,
    /// A new code to link another account, or one that was got there.
    Link(Option<String>),
    /// What holds here and for this person, after making a change if there is one.
    Settings(Option<Change>),
    /// What can be asked.
    Help,
    /// No command of ours: which ones are near it.
    Unknown(String),
}

/// A change of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The place's source; `None` for the installation's default.
    Source(Option<String>),
    /// Threads for questions in this place.
    Threads(bool),
    /// This person's answers for themselves alone.
    Private(bool),
}
