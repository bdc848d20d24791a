//! A small source for the properties that need one.

use rowcall_core::{
    Catalogue, Column, ForeignKey, Mask, MaskedColumn, Restrictions, Table, TableRestriction, TypeKind,
};

/// Customers, their orders, and people.
pub fn open() -> Catalogue {
    let mut orders = table(
        "orders",
        &[
            ("id", TypeKind::Integer),
            ("customer_id", TypeKind::Integer),
            ("amount", TypeKind::Decimal),
            ("placed", TypeKind::TimestampTz),
            ("arrived", TypeKind::TimestampTz),
            ("note", TypeKind::Text),
        ],
    );
    orders.foreign_keys.push(ForeignKey {
        name: "orders_customer".into(),
        columns: vec!["customer_id".into()],
        references_schema: "public".into(),
        references_table: "customers".into(),
        references_columns: vec!["id".into()],
        on_delete: None,
    });
    let customers = table(
        "customers",
        &[
            ("id", TypeKind::Integer),
            ("name", TypeKind::Text),
            ("born", TypeKind::Date),
            ("Is Nice", TypeKind::Bool),
        ],
    );
    let people =
        table("people", &[("id", TypeKind::Integer), ("email", TypeKind::Text), ("tax_id", TypeKind::Text)]);
    Catalogue {
        server_version: 150_000,
        search_path: vec!["public".into()],
        tables: vec![customers, orders, people],
        ..Catalogue::default()
    }
}

/// The same; of people a column is hidden and one masked, and some orders are left out.
pub fn restricted() -> Catalogue {
    let mut catalogue = open();
    for table in &mut catalogue.tables {
        // As the source's own reader leaves it out.
        table.columns.retain(|column| column.name != "tax_id");
    }
    let of =
        |table: &str| TableRestriction { schema: "public".into(), table: table.into(), ..Default::default() };
    catalogue.restrictions = Restrictions {
        tables: vec![
            TableRestriction {
                hidden: vec!["tax_id".into()],
                masked: vec![MaskedColumn { column: "email".into(), shows: Mask::First(2) }],
                ..of("people")
            },
            TableRestriction { rows: Some("note = 'seen'".into()), ..of("orders") },
        ],
        hours: None,
    };
    catalogue
}

fn table(name: &str, columns: &[(&str, TypeKind)]) -> Table {
    let columns = columns.iter().map(|(name, kind)| column(name, *kind)).collect();
    Table { primary_key: vec!["id".into()], row_estimate: Some(10.0), ..Table::new("public", name, columns) }
}

fn column(name: &str, kind: TypeKind) -> Column {
    let type_name = match kind {
        TypeKind::Integer => "integer",
        TypeKind::Decimal => "numeric",
        TypeKind::TimestampTz => "timestamp with time zone",
        TypeKind::Date => "date",
        TypeKind::Bool => "boolean",
        _ => "text",
    };
    Column { nullable: name != "id", ..Column::new(name, type_name, kind) }
}
