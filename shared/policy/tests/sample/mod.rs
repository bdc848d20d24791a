//! A source for tests: a small shop, with everything in it that a rule must tell apart.

use rowcall_core::{
    Aggregate, Cast, Catalogue, Column, EnumType, Function, Index, Mask, MaskedColumn, Named, Objects,
    Operator, Restrictions, Table, TableKind, TableRestriction, Tainted, TaintedKind, TypeKind, UserType,
    ViewOver,
};

pub fn catalogue() -> Catalogue {
    let function = |schema: &str, name: &str, volatility: char, language: &str| Function {
        schema: schema.into(),
        name: name.into(),
        volatility,
        language: language.into(),
        security_definer: false,
        extension: None,
        kind: 'f',
    };
    let of = |extension: &str, f: Function| Function { extension: Some(extension.into()), ..f };
    Catalogue {
        server_version: 150_018,
        search_path: vec!["shop".into(), "public".into()],
        tables: vec![
            table(
                "shop",
                "orders",
                TableKind::Table,
                &[("id", "bigint"), ("status", "shop.mood"), ("total", "numeric(10,2)")],
            ),
            table(
                "shop",
                "customers",
                TableKind::Table,
                &[("id", "bigint"), ("name", "citext"), ("place", "point")],
            ),
            table("shop", "noisy_view", TableKind::View, &[("id", "bigint")]),
            table("shop", "prices", TableKind::Table, &[("id", "bigint"), ("price", "shop.coins")]),
            table("shop", "totals", TableKind::View, &[("id", "bigint"), ("pg_backend_pid", "integer")]),
            table(
                "public",
                "events",
                TableKind::Partitioned,
                &[("id", "bigint"), ("data", "jsonb"), ("touch", "text")],
            ),
            table("public", "pg_stat_statements", TableKind::View, &[("query", "text")]),
            table("rowcall", "applied_change", TableKind::Table, &[("id", "bigint")]),
            table("hidden", "secrets", TableKind::Table, &[("id", "bigint")]),
        ],
        enums: vec![EnumType {
            schema: "shop".into(),
            name: "mood".into(),
            labels: vec!["sad".into(), "ok".into()],
        }],
        functions: vec![
            function("shop", "net", 'i', "sql"),
            function("shop", "vat", 's', "plpgsql"),
            function("shop", "touch", 'v', "plpgsql"),
            function("shop", "mixed", 'i', "sql"),
            function("public", "mixed", 'v', "sql"),
            Function { security_definer: true, ..function("shop", "as_owner", 's', "sql") },
            Function { kind: 'p', ..function("shop", "proc", 'v', "plpgsql") },
            Function { kind: 'a', ..function("shop", "median", 'i', "internal") },
            function("shop", "snake", 'i', "plpython3u"),
            function("shop", "native", 'i', "c"),
            function("public", "upper", 'v', "plpgsql"),
            function("public", "lower", 'i', "sql"),
            function("hidden", "far", 'i', "sql"),
            function("rowcall", "own", 'i', "sql"),
            function("shop", "reads_customers", 's', "sql"),
            Function { kind: 'a', ..function("shop", "total_of", 'i', "internal") },
            Function { kind: 'a', ..function("shop", "noisy_total", 'i', "internal") },
            function("shop", "sneaky", 's', "plpgsql"),
            of("pg_trgm", function("public", "similarity", 'i', "c")),
            of("pg_trgm", function("public", "set_limit", 'v', "c")),
            of("tablefunc", function("public", "crosstab", 's', "c")),
            of("dblink", function("public", "dblink", 'v', "c")),
            of("vector", function("public", "cosine_distance", 'i', "c")),
        ],
        objects: objects(),
        ..Catalogue::default()
    }
}

/// What stands in the source besides tables and functions.
fn objects() -> Objects {
    let named = |name: &str| Named::new("shop", name);
    let operator = |operator: &str, function: &str, types: &[&str]| Operator {
        operator: named(operator),
        function: named(function),
        types: types.iter().map(|t| named(t)).collect(),
        extension: None,
    };
    let own_type = |name: &str, kind: char| UserType { named: named(name), kind, extension: None };
    let tainted =
        |kind: TaintedKind, name: &str, why: &str| Tainted { kind, named: named(name), why: why.into() };
    Objects {
        operators: vec![
            operator("@+@", "net", &[]),
            operator("!!!", "touch", &[]),
            operator("||", "touch", &["coins"]),
            operator("**", "touch", &["coins"]),
        ],
        types: vec![
            own_type("email", 'd'),
            own_type("noisy_domain", 'd'),
            own_type("coins", 'b'),
            own_type("price_range", 'r'),
            own_type("address", 'c'),
        ],
        casts: vec![Cast {
            source: named("coins"),
            target: Named::new("pg_catalog", "numeric"),
            function: named("net"),
            extension: None,
        }],
        aggregates: vec![
            Aggregate {
                named: named("total_of"),
                steps: vec![Named::new("pg_catalog", "numeric_add"), named("net")],
            },
            Aggregate {
                named: named("noisy_total"),
                steps: vec![Named::new("pg_catalog", "numeric_add"), named("touch")],
            },
        ],
        tainted: vec![
            tainted(
                TaintedKind::Relation,
                "noisy_view",
                "calls pg_sleep, which holds a connection without doing work",
            ),
            tainted(TaintedKind::Domain, "noisy_domain", "calls pg_notify, which acts on the server"),
            tainted(TaintedKind::Function, "sneaky", "runs text as SQL (EXECUTE)"),
        ],
        givers: vec![],
        views_over: vec![],
    }
}

/// The same with an e-mail that is masked, a name that is hidden and orders of which some are left out.
pub fn restricted() -> Catalogue {
    let mut catalogue = catalogue();
    catalogue.tables.push(table(
        "shop",
        "people",
        TableKind::Table,
        &[
            ("id", "bigint"),
            ("name", "text"),
            ("email", "text"),
            ("born", "date"),
            ("tax_id", "text"),
            ("salary", "numeric(10,2)"),
        ],
    ));
    catalogue.tables.push(table("shop", "people_view", TableKind::View, &[("id", "bigint")]));
    catalogue.restrictions = Restrictions {
        tables: vec![
            TableRestriction {
                schema: "shop".into(),
                table: "people".into(),
                hidden: vec!["tax_id".into()],
                masked: vec![
                    MaskedColumn { column: "email".into(), shows: Mask::First(2) },
                    MaskedColumn { column: "salary".into(), shows: Mask::Null },
                    MaskedColumn { column: "name".into(), shows: Mask::Text("some'body".into()) },
                    MaskedColumn {
                        column: "born".into(),
                        shows: Mask::Sql("date_trunc('year', born)::date -- year".into()),
                    },
                ],
                rows: None,
            },
            TableRestriction {
                schema: "shop".into(),
                table: "orders".into(),
                rows: Some("status = 'ok' AND id IN (SELECT id FROM shop.customers)".into()),
                ..TableRestriction::default()
            },
        ],
        hours: None,
    };
    catalogue.objects.views_over =
        vec![ViewOver { view: Named::new("shop", "people_view"), table: Named::new("shop", "people") }];
    catalogue.objects.tainted.push(Tainted {
        kind: TaintedKind::Function,
        named: Named::new("shop", "reads_customers"),
        why: "reads people, of which columns or rows are kept back here".into(),
    });
    catalogue
}

/// The same, of a source that allows definitions; some things have indexes, row-level security, and schemas to stand in.
pub fn definitions() -> Catalogue {
    let mut catalogue = restricted();
    catalogue.definitions = true;
    for (table, index) in [("customers", "customers_name"), ("people", "people_name")] {
        let table = catalogue.tables.iter_mut().find(|t| t.name == table).unwrap();
        table.indexes.push(Index { name: index.into(), columns: vec!["name".into()], unique: false });
    }
    let secured =
        Table { row_security: true, ..table("shop", "secured", TableKind::Table, &[("id", "bigint")]) };
    catalogue.tables.push(secured);
    catalogue.schemas = vec!["shop".into(), "public".into()];
    catalogue.tables.retain(|t| t.schema != "hidden");
    catalogue
}

fn table(schema: &str, name: &str, kind: TableKind, columns: &[(&str, &str)]) -> Table {
    let columns = columns.iter().map(|(name, type_name)| Column::new(name, type_name, TypeKind::Other));
    Table { kind, ..Table::new(schema, name, columns.collect()) }
}
