//! What a source contains, as its own system catalogue tells it: the facts that planning, checking and
//! charts are built on. A catalogue is a snapshot: it may be as old as the cache allows, so whoever executes
//! a statement resolves its relations and functions again inside the transaction.

use crate::{Objects, Restrictions};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One source's tables, types and functions at one moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// `server_version_num`, e.g. 150018.
    pub server_version: i32,
    /// Schemas searched for unqualified names, in order, `pg_catalog` left out.
    pub search_path: Vec<String>,
    /// Tables, views and foreign tables that the reading role may see, ordered by schema and name.
    pub tables: Vec<Table>,
    /// Enumerated types.
    pub enums: Vec<EnumType>,
    /// Functions that are not PostgreSQL's own (user-defined and from extensions).
    pub functions: Vec<Function>,
    /// Operators, types, casts and aggregates that are not PostgreSQL's own.
    pub objects: Objects,
    /// What the source's owner keeps back; the policy builds it into every read.
    pub restrictions: Restrictions,
    /// The schemas that statements may name, as the settings say; empty: all that the role may use.
    #[serde(default)]
    pub schemas: Vec<String>,
    /// Definitions may be asked for, as the settings say.
    #[serde(default)]
    pub definitions: bool,
    /// SHA-256 (hex) over the structure: names, types, keys; not over estimates or samples.
    pub fingerprint: String,
}

/// A relation that can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Schema, as stored (not quoted).
    pub schema: String,
    /// Name, as stored (not quoted).
    pub name: String,
    /// Table, view, …
    pub kind: TableKind,
    /// `COMMENT ON TABLE`.
    pub comment: Option<String>,
    /// Columns in their defined order.
    pub columns: Vec<Column>,
    /// Column names of the primary key, in key order; empty when there is none.
    pub primary_key: Vec<String>,
    /// Unique keys other than the primary key (constraints and unique indexes without a predicate).
    pub unique_keys: Vec<Vec<String>>,
    /// Foreign keys of this table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// `pg_class.reltuples`, or the sum over partitions; `None` when never analysed.
    pub row_estimate: Option<f64>,
    /// Row-level security is enabled.
    pub row_security: bool,
}

/// `pg_class.relkind` in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableKind {
    /// An ordinary table.
    Table,
    /// A partitioned table (the parent; its partitions are not listed).
    Partitioned,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A foreign table.
    Foreign,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Name, as stored (not quoted).
    pub name: String,
    /// `format_type(atttypid, atttypmod)`, e.g. `numeric(10,2)`.
    pub type_name: String,
    /// The family the type belongs to.
    pub kind: TypeKind,
    /// May be NULL.
    pub nullable: bool,
    /// Has a default.
    pub has_default: bool,
    /// `GENERATED ALWAYS AS (…) STORED`.
    pub generated: bool,
    /// `GENERATED … AS IDENTITY`.
    pub identity: bool,
    /// `COMMENT ON COLUMN`.
    pub comment: Option<String>,
    /// The labels, for an enum column, in their order.
    pub enum_values: Vec<String>,
    /// Distinct values seen, most frequent first; only where the source allows sampling, else empty.
    pub samples: Vec<String>,
    /// `samples` holds every distinct value there is.
    pub samples_complete: bool,
    /// Estimated number of distinct values (`pg_stats.n_distinct`, made absolute).
    pub distinct_estimate: Option<f64>,
}

impl Column {
    /// Years that are kept as text: four digits in every sampled value, so that they order as numbers do.
    pub fn keeps_years_as_text(&self) -> bool {
        let year = |text: &String| {
            text.len() == 4 && text.starts_with(['1', '2']) && text.bytes().all(|b| b.is_ascii_digit())
        };
        self.kind == TypeKind::Text && !self.samples.is_empty() && self.samples.iter().all(year)
    }
}

/// The family of a type: what can be computed with it and how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// smallint, integer, bigint, oid.
    Integer,
    /// numeric, money.
    Decimal,
    /// real, double precision.
    Float,
    /// text, varchar, char, name, citext.
    Text,
    /// boolean.
    Bool,
    /// date.
    Date,
    /// time, timetz.
    Time,
    /// timestamp without time zone.
    Timestamp,
    /// timestamp with time zone.
    TimestampTz,
    /// interval.
    Interval,
    /// uuid.
    Uuid,
    /// json, jsonb.
    Json,
    /// An enumerated type.
    Enum,
    /// bytea.
    Bytes,
    /// An array of anything.
    Array,
    /// Anything else; shown as PostgreSQL prints it.
    Other,
}

impl TypeKind {
    /// Sums and averages make sense.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Float)
    }

    /// A point in time with a date in it.
    pub fn is_temporal(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::TimestampTz)
    }

    /// Words: text and enums.
    pub fn is_textual(self) -> bool {
        matches!(self, Self::Text | Self::Enum)
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignKey {
    /// Constraint name.
    pub name: String,
    /// Columns of the referencing table.
    pub columns: Vec<String>,
    /// Schema of the referenced table.
    pub references_schema: String,
    /// Name of the referenced table.
    pub references_table: String,
    /// Columns referenced, matching `columns` by position.
    pub references_columns: Vec<String>,
    /// `ON DELETE` acts on this table's rows (CASCADE, SET NULL, SET DEFAULT), as SQL words; `None` for
    /// NO ACTION and RESTRICT.
    pub on_delete: Option<String>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Name.
    pub name: String,
    /// Key columns; an expression is the empty string.
    pub columns: Vec<String>,
    /// UNIQUE.
    pub unique: bool,
}

/// An enumerated type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnumType {
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
    /// Labels in their order.
    pub labels: Vec<String>,
}

/// A function, aggregate or window function that is not built in: what the policy needs to judge it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Schema.
    pub schema: String,
    /// Name.
    pub name: String,
    /// `pg_proc.provolatile`: 'i', 's' or 'v'.
    pub volatility: char,
    /// Language name: sql, plpgsql, c, internal, …
    pub language: String,
    /// SECURITY DEFINER.
    pub security_definer: bool,
    /// The extension it belongs to.
    pub extension: Option<String>,
    /// `pg_proc.prokind`: 'f' function, 'a' aggregate, 'w' window, 'p' procedure.
    pub kind: char,
}

/// A column by its table's position and its own position in a [`Catalogue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ColumnRef {
    /// Index into [`Catalogue::tables`].
    pub table: usize,
    /// Index into [`Table::columns`].
    pub column: usize,
}

impl Catalogue {
    /// The table of that schema and name, both as stored.
    pub fn table(&self, schema: &str, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name && t.schema == schema)
    }

    /// The table an unqualified or qualified name means, following the search path.
    pub fn resolve(&self, schema: Option<&str>, name: &str) -> Option<&Table> {
        match schema {
            Some(schema) => self.table(schema, name),
            None => self.search_path.iter().find_map(|schema| self.table(schema, name)),
        }
    }

    /// Whether the table is found by its bare name, so that SQL need not qualify it.
    pub fn is_on_path(&self, table: &Table) -> bool {
        self.resolve(None, &table.name).is_some_and(|found| found.schema == table.schema)
    }

    /// The fingerprint of the structure; see [`Catalogue::fingerprint`]. Length-prefixed, so that no two
    /// different structures give the same bytes.
    pub fn compute_fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut put = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        put("catalogue-v1");
        for part in &self.search_path {
            put(part);
        }
        for table in &self.tables {
            put("table");
            put(&table.schema);
            put(&table.name);
            put(&format!("{:?} {}", table.kind, table.row_security));
            for column in &table.columns {
                put(&column.name);
                put(&column.type_name);
                put(&format!("{} {} {}", column.nullable, column.generated, column.identity));
            }
            put("key");
            table.primary_key.iter().for_each(|c| put(c));
            for key in &table.unique_keys {
                put("unique");
                key.iter().for_each(|c| put(c));
            }
            for key in &table.foreign_keys {
                put("foreign");
                key.columns.iter().for_each(|c| put(c));
                put(&key.references_schema);
                put(&key.references_table);
                key.references_columns.iter().for_each(|c| put(c));
                put(key.on_delete.as_deref().unwrap_or(""));
            }
        }
        for function in &self.functions {
            put("function");
            put(&function.schema);
            put(&function.name);
            put(&format!(
                "{} {} {} {}",
                function.volatility, function.language, function.security_definer, function.kind
            ));
        }
        for ty in &self.enums {
            put("enum");
            put(&ty.schema);
            put(&ty.name);
            ty.labels.iter().for_each(|l| put(l));
        }
        // Kept out where there is nothing, so that a plain source keeps the fingerprint it had.
        if self.objects != Objects::default() {
            put("objects");
            put(&format!("{:?}", self.objects));
        }
        if self.restrictions != Restrictions::default() {
            put("restrictions");
            put(&format!("{:?}", self.restrictions));
        }
        if self.definitions {
            put("definitions");
        }
        hex::encode(hash.finalize())
    }
}

impl Column {
    /// A plain column that may be NULL, of which nothing but its type is known.
    pub fn new(name: &str, type_name: &str, kind: TypeKind) -> Self {
        Self {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            kind,
            nullable: true,
            has_default: false,
            generated: false,
            identity: false,
            comment: None,
            enum_values: Vec::new(),
            samples: Vec::new(),
            samples_complete: false,
            distinct_estimate: None,
        }
    }
}

impl Table {
    /// An ordinary table of which nothing but its columns is known.
    pub fn new(schema: &str, name: &str, columns: Vec<Column>) -> Self {
        Self {
            schema: schema.to_owned(),
            name: name.to_owned(),
            kind: TableKind::Table,
            comment: None,
            columns,
            primary_key: Vec::new(),
            unique_keys: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            row_estimate: None,
            row_security: false,
        }
    }

    /// The column of that name, as stored.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }
}
