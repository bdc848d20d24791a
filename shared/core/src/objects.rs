//! What a statement reaches without naming a function: operators, types, casts and aggregates of a source's own, and
//! what was found inside its views, functions and domains. Without it a harmless-looking `a + b` could run anything.

use serde::{Deserialize, Serialize};

/// A name in a schema, both as stored (not quoted).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Named {
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
}

/// Operators, types, casts and aggregates that are not PostgreSQL's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Objects {
    /// Operators.
    pub operators: Vec<Operator>,
    /// Domains, ranges, composite and base types; enumerated ones stand in the catalogue.
    pub types: Vec<UserType>,
    /// Casts that call a function.
    pub casts: Vec<Cast>,
    /// Aggregates with the functions they are made of.
    pub aggregates: Vec<Aggregate>,
    /// Functions that give values of the source's own types.
    pub givers: Vec<Giver>,
    /// Views, functions and domains in which something was found that a question may not do.
    pub tainted: Vec<Tainted>,
    /// Views that read restricted tables, which no rule on the table reaches.
    pub views_over: Vec<ViewOver>,
}

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The operator.
    pub operator: Named,
    /// The function it calls.
    pub function: Named,
    /// Types of its operands that are not PostgreSQL's own; empty if plain values reach it.
    pub types: Vec<Named>,
    /// The extension it belongs to.
    pub extension: Option<String>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserType {
    /// The type.
    pub named: Named,
    /// `pg_type.typtype`: 'd' domain, 'r' range, 'm' multirange, 'c' composite, 'b' base.
    pub kind: char,
    /// The extension it belongs to.
    pub extension: Option<String>,
}

/// A cast that calls a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cast {
    /// The type it takes.
    pub source: Named,
    /// The type it gives.
    pub target: Named,
    /// The function.
    pub function: Named,
    /// The extension it belongs to.
    pub extension: Option<String>,
}

/// An aggregate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The aggregate.
    pub named: Named,
    /// Its transition, final, combining and moving functions.
    pub steps: Vec<Named>,
}

/// A function that gives values of types that are not PostgreSQL's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Giver {
    /// The function.
    pub function: Named,
    /// The types, those of arrays' elements included.
    pub types: Vec<Named>,
}

/// What kind of thing is tainted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaintedKind {
    /// A view, or a table with row-level policies: reading it calls what stands in it.
    Relation,
    /// A function: calling it runs its body.
    Function,
    /// A domain: a value of it is checked.
    Domain,
}

/// Something that does more inside than its name says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tainted {
    /// What it is.
    pub kind: TaintedKind,
    /// Which.
    pub named: Named,
    /// What was found, as the end of a sentence: "calls pg_sleep, which …".
    pub why: String,
}

/// A view that reads a restricted table, directly or through other views.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewOver {
    /// The view.
    pub view: Named,
    /// The restricted table.
    pub table: Named,
}

impl Named {
    /// From its parts.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

impl Objects {
    /// Why that thing is tainted, if it is.
    pub fn taint(&self, kind: TaintedKind, schema: &str, name: &str) -> Option<&str> {
        (self.tainted.iter())
            .find(|t| t.kind == kind && t.named.name == name && t.named.schema == schema)
            .map(|t| t.why.as_str())
    }
}
