//! What a check answers. A [`CheckedRead`] or [`CheckedChange`] is a proof: it has private fields, cannot be
//! deserialised, and is made only by [`crate::check`]; whoever executes asks for one.

use std::fmt;

use crate::walk::Findings;

/// The answer to "may this statement run?".
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// It only reads, and may run without asking anybody.
    AllowRead(CheckedRead),
    /// It changes rows; everything else about it is in order.
    NeedsApproval(CheckedChange),
    /// It does not run. Never empty.
    Refuse(Vec<Refusal>),
}

impl Verdict {
    /// The verdict as one stable word: `allow_read`, `needs_approval` or `refuse`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AllowRead(_) => "allow_read",
            Self::NeedsApproval(_) => "needs_approval",
            Self::Refuse(_) => "refuse",
        }
    }

    /// Why it was refused; empty for the other verdicts.
    pub fn refusals(&self) -> &[Refusal] {
        match self {
            Self::Refuse(refusals) => refusals,
            Self::AllowRead(_) | Self::NeedsApproval(_) => &[],
        }
    }
}

/// A statement that was found to be a read.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedRead {
    sql: String,
    relations: Vec<Relation>,
    functions: Vec<FunctionName>,
}

impl CheckedRead {
    pub(crate) fn proved(sql: String, findings: Findings) -> Self {
        Self { sql, relations: findings.relations, functions: findings.functions }
    }

    /// The text that runs: printed from the checked tree, not the text that came in.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Every relation it reads, once, in the order of first mention.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Every function it calls by name, once, in the order of first mention.
    pub fn functions(&self) -> &[FunctionName] {
        &self.functions
    }
}

/// A statement that changes rows and may run once it is approved.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedChange {
    sql: String,
    kind: ChangeKind,
    relations: Vec<Relation>,
    functions: Vec<FunctionName>,
}

impl CheckedChange {
    pub(crate) fn proved(sql: String, kind: ChangeKind, findings: Findings) -> Self {
        Self { sql, kind, relations: findings.relations, functions: findings.functions }
    }

    /// The text that runs: printed from the checked tree, not the text that came in.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// What it does.
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// Every relation it reads or writes, once, in the order of first mention.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Every function it calls by name, once, in the order of first mention.
    pub fn functions(&self) -> &[FunctionName] {
        &self.functions
    }
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// `INSERT`, with or without `ON CONFLICT`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `MERGE`.
    Merge,
    /// A statement whose `WITH` changes rows, whatever stands below it.
    DataModifyingCte,
    /// A definition. No check answers it yet: definitions are refused for every source.
    Ddl,
}

impl ChangeKind {
    /// A stable word for logs and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::DataModifyingCte => "data_modifying_cte",
            Self::Ddl => "ddl",
        }
    }
}

/// A relation as the statement names it (not quoted).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Relation {
    /// Schema; `None` where the statement leaves it to the search path.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A function as the statement names it (not quoted).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionName {
    /// Schema; `None` where the statement leaves it to the search path.
    pub schema: Option<String>,
    /// Name.
    pub name: String,
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// One reason why a statement does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that refuses, as a stable code.
    pub code: Code,
    /// What was found, as a sentence for the person who asked.
    pub reason: String,
    /// Where in the statement, as a byte offset, if the rule knows.
    pub at: Option<usize>,
    /// What would be allowed instead, as a sentence.
    pub allowed: String,
}

impl Refusal {
    pub(crate) fn new(code: Code, reason: String, at: Option<usize>) -> Self {
        Self { code, reason, at, allowed: code.allowed().to_owned() }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident, $word:literal, $allowed:literal;)*) => {
        /// The rule that refused a statement. The words are stable: people and scripts rely on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant),* }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as one stable word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// What would be allowed instead.
            pub fn allowed(self) -> &'static str {
                match self { $(Self::$variant => $allowed),* }
            }
        }
    };
}

codes! {
    /// Longer than 30 KB.
    TooLong, "too_long", "A statement of at most 30,000 bytes.";
    /// Not UTF-8.
    InvalidUtf8, "invalid_utf8", "A statement in UTF-8.";
    /// Holds a NUL byte.
    NulByte, "nul_byte", "A statement without NUL bytes.";
    /// Bidirectional or zero-width characters outside string literals.
    InvisibleCharacter, "invisible_character",
        "Invisible and direction-changing characters inside quoted string literals only.";
    /// Comments inside comments, too deep.
    CommentNesting, "comment_nesting", "Comments nested at most 8 deep.";
    /// Nested or chained too deep.
    TooDeep, "too_deep", "Fewer nested parentheses and shorter chains of operators, joins or UNIONs.";
    /// PostgreSQL's grammar does not accept the text.
    SyntaxError, "syntax_error", "One statement in PostgreSQL's SQL.";
    /// The statement could not be examined to the end.
    NotUnderstood, "not_understood", "A simpler statement that says the same.";
    /// No statement at all.
    Empty, "empty", "One SELECT statement.";
    /// More than one statement.
    MultipleStatements, "multiple_statements", "Exactly one statement at a time.";
    /// A kind of statement that never runs here.
    StatementNotAllowed, "statement_not_allowed",
        "SELECT, VALUES, TABLE, WITH and EXPLAIN of those; INSERT, UPDATE, DELETE and MERGE with an approval.";
    /// EXPLAIN that executes, or an option that is not known to be harmless.
    ExplainOption, "explain_option", "EXPLAIN with the options COSTS, VERBOSE, SUMMARY, BUFFERS and FORMAT, without ANALYZE.";
    /// A part of the grammar that no rule has reviewed.
    NodeNotAllowed, "node_not_allowed", "The ordinary parts of a query.";
    /// `SELECT … INTO`.
    SelectInto, "select_into", "The same SELECT without INTO.";
    /// `FOR UPDATE`, `FOR SHARE` and their kin.
    RowLock, "row_lock", "The same SELECT without FOR UPDATE or FOR SHARE.";
    /// A parameter (`$1`).
    Parameter, "parameter", "The value itself, as a literal.";
    /// A function that is known and not allowed.
    FunctionNotAllowed, "function_not_allowed",
        "Functions that only compute: PostgreSQL's own reviewed ones, and the source's immutable or stable ones in SQL or PL/pgSQL without SECURITY DEFINER.";
    /// A function that is not known.
    FunctionUnknown, "function_unknown", "Functions that PostgreSQL brings along or that the source's catalogue lists.";
    /// An operator that is not PostgreSQL's own.
    OperatorNotAllowed, "operator_not_allowed", "PostgreSQL's own operators and those of reviewed extensions.";
    /// A type that is not known.
    TypeNotAllowed, "type_not_allowed", "PostgreSQL's own types, and types that the source's own columns have.";
    /// A relation that the catalogue does not hold.
    RelationUnknown, "relation_unknown", "Tables and views that the source's catalogue lists.";
    /// A relation that nobody may read or write through here.
    RelationNotAllowed, "relation_not_allowed",
        "The source's own tables and views, information_schema, and the harmless parts of pg_catalog.";
    /// A change aimed at something that is not a table of the source.
    TargetNotAllowed, "target_not_allowed", "Changes of ordinary tables.";
    /// The printed statement does not parse back to the checked tree.
    RoundTrip, "round_trip", "The same request in a simpler form.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
