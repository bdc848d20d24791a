//! What the reading role reaches besides tables. Each of these is a way around the read-only transaction: a function
//! that runs as somebody else, a language that can do anything, another server, a place to put misleading objects,
//! and what PostgreSQL closes to all but its administrators until somebody opens it. The policy refuses to call them; a
//! role that cannot is the second fence.

use crate::doctor::{Report, Severity};
use sqlx::{PgConnection, Row};

/// How many names a finding shows.
const SHOWN: usize = 3;

/// One kind of thing that should be out of reach: a query for the names of those that are not.
struct Reach {
    code: &'static str,
    severity: Severity,
    /// What is said of them, behind their number and before their names.
    what: &'static str,
    fix: &'static str,
    names: &'static str,
}

const REACHES: [Reach; 6] = [
    Reach {
        code: "security_definer",
        severity: Severity::Warning,
        what: "with the rights of their owner (SECURITY DEFINER) may be called",
        fix: "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC; then grant it to those who need it.",
        names: "SELECT p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc p
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND p.prorettype <> ALL (ARRAY['trigger', 'event_trigger']::pg_catalog.regtype[]::oid[])
              AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE')
              AND NOT pg_catalog.pg_has_role(current_user, p.proowner, 'USAGE') ORDER BY 1",
    },
    Reach {
        code: "untrusted_language",
        severity: Severity::Warning,
        what: "in languages that can do anything on the server's machine may be called",
        fix: "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC; then grant it to those who need it.",
        names: "SELECT p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc p
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
            WHERE NOT l.lanpltrusted AND l.lanname <> 'internal' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                              AND d.objid = p.oid AND d.deptype = 'e')
              AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1",
    },
    Reach {
        code: "dblink",
        severity: Severity::Warning,
        what: "of the extension dblink, which run statements on any server, may be called",
        fix: "REVOKE EXECUTE ON FUNCTION dblink(text), … FROM PUBLIC; or DROP EXTENSION dblink;",
        names: "SELECT p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc p
            JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
             AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
            JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
            WHERE e.extname = 'dblink' AND has_schema_privilege(p.pronamespace, 'USAGE')
              AND has_function_privilege(p.oid, 'EXECUTE') ORDER BY 1",
    },
    Reach {
        code: "foreign_server",
        severity: Severity::Warning,
        what: "(postgres_fdw and its kin) can be reached from here",
        fix: "REVOKE USAGE ON FOREIGN SERVER … FROM PUBLIC; and DROP USER MAPPING FOR … where none is meant.",
        names: "SELECT pg_catalog.format('%s (%s)', s.srvname, w.fdwname) FROM pg_catalog.pg_foreign_server s
            JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
            WHERE has_server_privilege(s.oid, 'USAGE') OR EXISTS (SELECT FROM pg_catalog.pg_user_mappings m
              WHERE m.srvid = s.oid AND (m.umuser = 0 OR m.usename = current_user)) ORDER BY 1",
    },
    Reach {
        code: "create_on_schema",
        severity: Severity::Warning,
        what: "let this role create objects, which could mislead the statements of others",
        fix: "REVOKE CREATE ON SCHEMA … FROM PUBLIC;",
        names: "SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND has_schema_privilege(n.oid, 'CREATE')
              AND (n.nspname <> 'public' OR NOT has_schema_privilege(session_user, n.oid, 'CREATE')) ORDER BY 1",
    },
    Reach {
        code: "server_function",
        severity: Severity::Error,
        what: "that PostgreSQL keeps for its administrators were opened to this role",
        fix: "REVOKE EXECUTE ON FUNCTION … FROM …;",
        // What they were when the server was made tells which were closed.
        names: "SELECT p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc p
            JOIN pg_catalog.pg_init_privs i ON i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.objoid = p.oid AND i.privtype = 'i'
            WHERE NOT EXISTS (SELECT FROM pg_catalog.aclexplode(i.initprivs) a WHERE a.grantee = 0)
              AND EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
                WHERE a.privilege_type = 'EXECUTE'
                  AND (a.grantee = 0 OR (r.rolname !~ '^pg_' AND pg_catalog.pg_has_role(current_user, r.oid, 'USAGE')))) ORDER BY 1",
    },
];

/// What they are, one and many of them.
fn noun(code: &str) -> (&'static str, &'static str) {
    match code {
        "foreign_server" => ("other server", "other servers"),
        "create_on_schema" => ("schema", "schemas"),
        _ => ("function", "functions"),
    }
}

/// Looks as the current role. What was found as another role already is not said again.
pub(crate) async fn examine(db: &mut PgConnection, report: &mut Report) -> Result<(), sqlx::Error> {
    let superuser =
        sqlx::query_scalar("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user");
    // Nothing is closed to a superuser, which is said already.
    if superuser.persistent(false).fetch_one(&mut *db).await? {
        return Ok(());
    }
    for reach in &REACHES {
        let rows = sqlx::query(reach.names).persistent(false).fetch_all(&mut *db).await?;
        let names: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        if names.is_empty() {
            continue;
        }
        let (one, many) = noun(reach.code);
        let more = if names.len() > SHOWN { ", …" } else { "" };
        let what = format!(
            "{} {} {}: {}{more}.",
            names.len(),
            if names.len() == 1 { one } else { many },
            reach.what,
            names[..names.len().min(SHOWN)].join(", ")
        );
        if !report.says(&what) {
            report.add(reach.severity, reach.code, what, reach.fix.to_owned());
        }
    }
    Ok(())
}
