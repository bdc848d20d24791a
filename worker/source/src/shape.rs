//! The shape of a result before it runs: its columns, how each is decoded, and which must be printed by PostgreSQL
//! itself because we have no exact decoder for their type.

use crate::{decode::Decoder, session::quote_ident};
use rowcall_core::{ResultColumn, TypeKind};
use sqlx::{Column, postgres::PgColumn};

/// The columns of a result and how to read them.
#[derive(Debug)]
pub(crate) struct Shape {
    /// As the asker sees them.
    pub columns: Vec<ResultColumn>,
    /// Matching `columns` by position.
    pub decoders: Vec<Decoder>,
    /// For columns that must be cast first: to what.
    casts: Vec<Option<Cast>>,
}

impl Shape {
    /// Of the columns that the server describes.
    pub fn of(described: &[PgColumn]) -> Self {
        let mut shape = Self { columns: Vec::new(), decoders: Vec::new(), casts: Vec::new() };
        for column in described {
            let (kind, decoder, cast) = match (Decoder::for_type(column.type_info()), oid(column)) {
                (Some((kind, decoder)), _) => (kind, decoder, None),
                // numeric is exact; printed money depends on the server's locale.
                (None, MONEY) => (TypeKind::Decimal, Decoder::Numeric, Some(Cast::Numeric)),
                (None, MONEY_ARRAY) => {
                    (TypeKind::Array, Decoder::Array(Box::new(Decoder::Numeric)), Some(Cast::Numerics))
                }
                (None, INET) => (TypeKind::Other, Decoder::Text, Some(Cast::Print)),
                (None, _) => (TypeKind::Other, Decoder::Text, Some(Cast::Text)),
            };
            shape.columns.push(ResultColumn { name: column.name().to_owned(), kind });
            shape.decoders.push(decoder);
            shape.casts.push(cast);
        }
        shape
    }

    /// The statement that gives the same rows with the casts applied; `None` when none is needed. The columns are
    /// renamed inside, since a result may have two of one name or names that are empty.
    pub fn wrapped(&self, sql: &str) -> Option<String> {
        if self.casts.iter().all(Option::is_none) {
            return None;
        }
        let names: Vec<String> = (1..=self.casts.len()).map(|n| quote_ident(&format!("c{n}"))).collect();
        let picked: Vec<String> = names
            .iter()
            .zip(&self.casts)
            .map(|(name, cast)| match cast {
                Some(Cast::Text) => format!("q.{name}::pg_catalog.text"),
                Some(Cast::Numeric) => format!("q.{name}::pg_catalog.numeric"),
                Some(Cast::Numerics) => format!("q.{name}::pg_catalog.numeric[]"),
                Some(Cast::Print) => format!("NULLIF(pg_catalog.concat(q.{name}), '')"),
                None => format!("q.{name}"),
            })
            .collect();
        Some(format!("SELECT {} FROM (\n{sql}\n) AS q({})", picked.join(", "), names.join(", ")))
    }
}

/// How PostgreSQL is asked to hand over what we do not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cast {
    Text,
    Numeric,
    Numerics,
    /// By the type's output function, where the cast to text says more (`inet` would get its `/32`).
    Print,
}

const MONEY: u32 = 790;
const MONEY_ARRAY: u32 = 791;
const INET: u32 = 869;

fn oid(column: &PgColumn) -> u32 {
    column.type_info().oid().map_or(0, |oid| oid.0)
}
