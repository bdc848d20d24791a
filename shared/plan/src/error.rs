//! Why a plan cannot become a statement.

/// A plan that does not fit the catalogue, or contradicts itself. The texts are written for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No such table.
    #[error("there is no table \"{name}\"{}", did_you_mean(suggestions))]
    UnknownTable {
        /// As the plan names it.
        name: String,
        /// Names that are close.
        suggestions: Vec<String>,
    },
    /// No such column.
    #[error("table \"{table}\" has no column \"{column}\"{}", did_you_mean(suggestions))]
    UnknownColumn {
        /// The table.
        table: String,
        /// As the plan names it.
        column: String,
        /// Names that are close.
        suggestions: Vec<String>,
    },
    /// No foreign key, given or evident, leads from one to the other.
    #[error("nothing in the keys connects \"{from}\" with \"{to}\"")]
    NoPath {
        /// One table.
        from: String,
        /// The other.
        to: String,
    },
    /// The column's type does not allow what is asked of it.
    #[error("\"{column}\" is {type_name}, so it cannot be {wish}")]
    WrongType {
        /// The column.
        column: String,
        /// Its type.
        type_name: String,
        /// What was asked of it: "averaged", "compared with a number", …
        wish: String,
    },
    /// The plan refers to something it does not have, or asks for nothing.
    #[error("{0}")]
    Inconsistent(String),
}

fn did_you_mean(names: &[String]) -> String {
    match names {
        [] => String::new(),
        names => format!("; close to it: {}", names.join(", ")),
    }
}
