//! Sorts PostgreSQL's types into the families that planning and charts know.

use rowcall_core::TypeKind;

/// What `pg_type` says about the type at the bottom of any domains.
pub(super) struct BaseType<'a> {
    pub name: &'a str,
    /// `typtype`
    pub class: &'a str,
    /// `typcategory`
    pub category: &'a str,
}

/// The family of a type.
pub(super) fn kind(base: &BaseType<'_>) -> TypeKind {
    match (base.class, base.category, base.name) {
        ("e", ..) => TypeKind::Enum,
        (_, "A", _) => TypeKind::Array,
        (_, _, "int2" | "int4" | "int8" | "oid") => TypeKind::Integer,
        (_, _, "numeric" | "money") => TypeKind::Decimal,
        (_, _, "float4" | "float8") => TypeKind::Float,
        (_, _, "text" | "varchar" | "bpchar" | "char" | "name" | "citext") => TypeKind::Text,
        (_, _, "bool") => TypeKind::Bool,
        (_, _, "date") => TypeKind::Date,
        (_, _, "time" | "timetz") => TypeKind::Time,
        (_, _, "timestamp") => TypeKind::Timestamp,
        (_, _, "timestamptz") => TypeKind::TimestampTz,
        (_, _, "interval") => TypeKind::Interval,
        (_, _, "uuid") => TypeKind::Uuid,
        (_, _, "json" | "jsonb") => TypeKind::Json,
        (_, _, "bytea") => TypeKind::Bytes,
        _ => TypeKind::Other,
    }
}
