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
    question: Option<String>,
    keeps_back: bool,
    kind: ChangeKind,
    relations: Vec<Relation>,
    functions: Vec<FunctionName>,
}

impl CheckedChange {
    pub(crate) fn proved(
        sql: String,
        question: Option<String>,
        kind: ChangeKind,
        findings: Findings,
    ) -> Self {
        let keeps_back = !findings.kept_back.is_empty();
        Self { sql, question, keeps_back, kind, relations: findings.relations, functions: findings.functions }
    }

    /// The text that runs: printed from the checked tree, not the text that came in.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// A SELECT of every column that it reads or sets, for a role that may not see all of them to be asked first; `None`
    /// where there is no such SELECT, or no catalogue to make it by.
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// Columns of its targets are kept back by the source's owner: its question has to be asked, whatever the reading role
    /// may see.
    pub fn keeps_back(&self) -> bool {
        self.keeps_back
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
    /// A definition, of a source that allows them.
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

/// Where in an examination a rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On the text, before any parser.
    Text,
    /// On the form of the statement.
    Grammar,
    /// On what the statement uses.
    Use,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident, $word:literal, $stage:ident,
        $refuses:literal, $why:literal, $allowed:literal;)*) => {
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

            /// Where the rule is asked.
            pub fn stage(self) -> Stage {
                match self { $(Self::$variant => Stage::$stage),* }
            }

            /// What it refuses, for the reference.
            pub fn refuses(self) -> &'static str {
                match self { $(Self::$variant => $refuses),* }
            }

            /// Why, for the reference.
            pub fn why(self) -> &'static str {
                match self { $(Self::$variant => $why),* }
            }

            /// What would be allowed instead.
            pub fn allowed(self) -> &'static str {
                match self { $(Self::$variant => $allowed),* }
            }
        }
    };
}

codes! {
    /// Longer than 30 KB, or made of too many words.
    TooLong, "too_long", Text,
        "more than 30,000 bytes or 12,500 words",
        "time and memory stay small",
        "A statement of at most 30,000 bytes and 12,500 words.";
    /// Not UTF-8.
    InvalidUtf8, "invalid_utf8", Text,
        "bytes that are not UTF-8",
        "two readers would see two texts",
        "A statement in UTF-8.";
    /// Holds a NUL byte.
    NulByte, "nul_byte", Text,
        "a NUL byte",
        "C stops reading there, others do not",
        "A statement without NUL bytes.";
    /// Bidirectional or zero-width characters outside string literals.
    InvisibleCharacter, "invisible_character", Text,
        "zero-width, direction-changing and control characters outside string literals, comments and quoted names included",
        "what is approved must be what is seen",
        "Invisible and direction-changing characters inside quoted string literals only.";
    /// Comments inside comments, too deep.
    CommentNesting, "comment_nesting", Text,
        "comments more than 8 deep (in the raw text, strings included: 64)",
        "PostgreSQL scans nested comments in quadratic time, past its own timeout",
        "Comments nested at most 8 deep.";
    /// Nested or chained too deep.
    TooDeep, "too_deep", Text,
        "nesting and chains of operators, joins or UNIONs beyond 150",
        "every later step recurses; a chain `a + a + …` is as deep as it is long",
        "Fewer nested parentheses and shorter chains of operators, joins or UNIONs.";
    /// PostgreSQL's grammar does not accept the text.
    SyntaxError, "syntax_error", Grammar,
        "what PostgreSQL's own parser does not read, and what the source's version cannot read yet (MERGE before 15, subqueries in FROM without an alias before 16, SQL/JSON before 16 and 17)",
        "only the real grammar knows where a statement ends; with no source given, FROM is judged as in PostgreSQL 15",
        "One statement in PostgreSQL's SQL.";
    /// The statement could not be examined to the end.
    NotUnderstood, "not_understood", Grammar,
        "a statement whose examination broke off",
        "what is not understood does not run",
        "A simpler statement that says the same.";
    /// No statement at all.
    Empty, "empty", Grammar,
        "no statement",
        "there is nothing to run",
        "One SELECT statement.";
    /// More than one statement.
    MultipleStatements, "multiple_statements", Grammar,
        "more than one statement",
        "the second would run unseen",
        "Exactly one statement at a time.";
    /// A kind of statement that never runs here.
    StatementNotAllowed, "statement_not_allowed", Grammar,
        "everything but SELECT, VALUES, TABLE, WITH, EXPLAIN of those, SHOW, INSERT, UPDATE, DELETE, MERGE: definitions and TRUNCATE (unless the source allows them), CALL, DO, COPY, SET, SHOW of other settings than `current_setting` may tell, LOCK, transactions, cursors, prepared statements, …",
        "they change the server, the session or the schema, or cannot be judged",
        "SELECT, VALUES, TABLE, WITH, EXPLAIN of those and SHOW of a session's settings; INSERT, UPDATE, DELETE and MERGE with an approval.";
    /// A form of definition that may not be asked for, of a source that allows others.
    DefinitionNotAllowed, "definition_not_allowed", Grammar,
        "of a source that allows definitions: temporary and unlogged tables, inheritance and partitions, options of storage, CONCURRENTLY, several things in one DROP or TRUNCATE, TRUNCATE … CASCADE, anything of ALTER TABLE but columns, defaults, NOT NULL, types, constraints, identity and names, views with options, materialized views, and names outside the source's schemas",
        "they last only a session, cannot run inside a transaction, reach what they do not name, or nobody reviewed them",
        "CREATE, ALTER, RENAME and DROP of one table, index or view, TRUNCATE of one table, COMMENT on tables, views and columns, CREATE TYPE … AS ENUM and ADD VALUE, with an approval.";
    /// EXPLAIN that executes, or an option that is not known to be harmless.
    ExplainOption, "explain_option", Grammar,
        "EXPLAIN with ANALYZE in any form, or an option other than COSTS, VERBOSE, SUMMARY, BUFFERS, FORMAT",
        "ANALYZE runs the statement; SETTINGS shows settings",
        "EXPLAIN with the options COSTS, VERBOSE, SUMMARY, BUFFERS and FORMAT, without ANALYZE.";
    /// A part of the grammar that no rule has reviewed.
    NodeNotAllowed, "node_not_allowed", Grammar,
        "a part of the grammar that no rule has reviewed",
        "a new part may do anything",
        "The ordinary parts of a query.";
    /// `SELECT … INTO`.
    SelectInto, "select_into", Grammar,
        "SELECT … INTO",
        "it creates a table",
        "The same SELECT without INTO.";
    /// `FOR UPDATE`, `FOR SHARE` and their kin.
    RowLock, "row_lock", Grammar,
        "FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE, FOR KEY SHARE, anywhere",
        "it writes to the rows and makes others wait",
        "The same SELECT without FOR UPDATE or FOR SHARE.";
    /// A parameter (`$1`).
    Parameter, "parameter", Grammar,
        "`$1`",
        "nothing is bound here: the statement would say nothing definite",
        "The value itself, as a literal.";
    /// A function that is known and not allowed.
    FunctionNotAllowed, "function_not_allowed", Use,
        "a known function that is not harmless, wherever it stands: FROM, FILTER, OVER, ORDER BY, LIMIT, RETURNING, and written as an attribute",
        "functions write, sleep, lock, read files and run text as SQL",
        "Functions that only compute: PostgreSQL's own reviewed ones, and the source's immutable or stable ones in SQL or PL/pgSQL without SECURITY DEFINER.";
    /// A function that is not known.
    FunctionUnknown, "function_unknown", Use,
        "a function that is neither PostgreSQL's nor in the catalogue (or not on the search path)",
        "nothing is known about it",
        "Functions that PostgreSQL brings along or that the source's catalogue lists.";
    /// An operator that is not PostgreSQL's own.
    OperatorNotAllowed, "operator_not_allowed", Use,
        "an operator that neither PostgreSQL nor the source has, and one of the source's whose function may not be called, wherever values of its types can meet it",
        "an operator calls a function",
        "PostgreSQL's own operators, and the source's whose function may be called.";
    /// A type that is not known.
    TypeNotAllowed, "type_not_allowed", Use,
        "a type that is neither PostgreSQL's own nor one of the source's enums, domains, ranges, row types or column types; a domain whose checks call what may not be called; values of a type that a cast with such a function turns into another; SETOF, %TYPE",
        "a cast runs input functions, cast functions and a domain's checks",
        "PostgreSQL's own types, and the source's enums, domains, ranges, row types and column types.";
    /// A relation that the catalogue does not hold.
    RelationUnknown, "relation_unknown", Use,
        "a relation the catalogue does not hold; names from WITH count only where they are visible",
        "a better message than the server's, and no guessing at hidden names",
        "Tables and views that the source's catalogue lists.";
    /// A relation that nobody may read or write through here.
    RelationNotAllowed, "relation_not_allowed", Use,
        "the schema `rowcall`, temporary and toast schemas, other databases, views on the server's inside (`pg_stat_statements`), and those parts of `pg_catalog` and `information_schema` that show secrets, settings, statistics' sampled values or what others do; a view or a table with row-level policies in which something acts",
        "leaks; reading a view calls what stands in it",
        "The source's own tables and views, information_schema, and the harmless parts of pg_catalog.";
    /// Work that the text alone shows to be endless or enormous.
    TooMuchWork, "too_much_work", Use,
        "a series of more than ten million rows, a text or array of more than ten million characters or elements (a hundred million for what an aggregate puts together of them), tables paired without a condition to more than a billion pairs (where sizes are known), counted repetitions nested in a pattern beyond 100,000, a recursion that nothing ends",
        "the text alone shows that it never ends or fills the memory; what only the data tells is left to the limits of the executor",
        "Series of at most ten million rows, texts of at most ten million characters, joins with a condition, and recursion with a condition or a LIMIT.";
    /// Rows or columns that the source's owner keeps back, in a way that no rewriting reaches.
    Restricted, "restricted", Use,
        "a view or a function that reads a restricted table, a change that may use what is kept back of one, TABLESAMPLE and EXPLAIN of one",
        "what is kept back is built in where the table itself is read, and nowhere else can it be",
        "Reads of the table itself, where columns are masked and rows left out as its owner wants.";
    /// A change aimed at something that is not a table of the source.
    TargetNotAllowed, "target_not_allowed", Use,
        "a change of a system relation, view, materialized view or foreign table",
        "its rows stand elsewhere",
        "Changes of ordinary tables.";
    /// The printed statement does not parse back to the checked tree.
    RoundTrip, "round_trip", Use,
        "a statement whose printed form does not parse back to the same tree, places in the text aside",
        "what runs must be what was checked",
        "The same request in a simpler form.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
