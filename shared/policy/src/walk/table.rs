//! CREATE TABLE and ALTER TABLE: columns, their types, and constraints.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    AlterTableCmd, AlterTableStmt, AlterTableType, ColumnDef, ConstrType, Constraint, CreateStmt,
    CreateTableAsStmt, DefElem, IntoClause, Node, ObjectType, OnCommitAction, RangeVar, TableLikeClause,
    TypeName,
};

use super::{Walk, names};
use crate::rules::definition::{self, TABLES};
use crate::rules::{node, type_name};

/// What a column's type may be called where a sequence is to be made with it.
const SERIALS: [&str; 6] = ["serial", "serial2", "serial4", "serial8", "bigserial", "smallserial"];

impl Walk<'_> {
    pub(super) fn create_table(&mut self, create: &CreateStmt) {
        let CreateStmt {
            relation,
            table_elts,
            inh_relations,
            partbound,
            partspec,
            of_typename,
            constraints,
            nnconstraints,
            options,
            oncommit,
            tablespacename,
            access_method,
            if_not_exists: _,
        } = create;
        definition::new_relation(relation.as_ref(), self);
        if !inh_relations.is_empty() || partbound.is_some() || partspec.is_some() || of_typename.is_some() {
            definition::form("A table with parents, partitions or a row type", "depends on others", self);
        }
        let plain = options.is_empty() && tablespacename.is_empty() && access_method.is_empty();
        self.plain_storage(plain && *oncommit == OnCommitAction::OncommitNoop as i32);
        for element in table_elts.iter().chain(constraints).chain(nnconstraints) {
            match &element.node {
                Some(N::ColumnDef(column)) => self.table_column(column, relation.as_ref()),
                Some(N::Constraint(constraint)) => self.constraint(constraint, relation.as_ref()),
                Some(N::TableLikeClause(like)) => {
                    let TableLikeClause { relation, options: _, relation_oid: _ } = like;
                    definition::target(relation.as_ref(), &TABLES, self);
                }
                other => node::refuse(other.as_ref(), self),
            }
        }
    }

    pub(super) fn create_table_as(&mut self, create: &CreateTableAsStmt) {
        let CreateTableAsStmt { query, into, objtype, is_select_into, if_not_exists: _ } = create;
        if *objtype != ObjectType::ObjectTable as i32 || *is_select_into {
            definition::form("A materialized view", "holds rows that nobody renews", self);
        }
        let Some(into) = into.as_deref() else { return node::refuse(None, self) };
        let IntoClause {
            rel,
            col_names,
            access_method,
            options,
            on_commit,
            table_space_name,
            view_query,
            skip_data: _,
        } = into;
        definition::new_relation(rel.as_ref(), self);
        self.plains(col_names);
        let plain = options.is_empty() && table_space_name.is_empty() && access_method.is_empty();
        let stays = *on_commit == OnCommitAction::OncommitNoop as i32 && view_query.is_none();
        self.plain_storage(plain && stays);
        self.query(query.as_deref());
        definition::shows(self);
    }

    pub(super) fn alter_table(&mut self, alter: &AlterTableStmt) {
        let AlterTableStmt { relation, cmds, objtype, missing_ok: _ } = alter;
        if *objtype != ObjectType::ObjectTable as i32 {
            return definition::form("ALTER of anything but a table", "is not reviewed", self);
        }
        definition::target(relation.as_ref(), &TABLES, self);
        for cmd in cmds {
            match &cmd.node {
                Some(N::AlterTableCmd(cmd)) => self.alter_table_step(cmd, relation.as_ref()),
                other => node::refuse(other.as_ref(), self),
            }
        }
    }

    fn alter_table_step(&mut self, cmd: &AlterTableCmd, own: Option<&RangeVar>) {
        let AlterTableCmd { subtype, name: _, num: _, newowner, def, behavior: _, missing_ok: _, recurse: _ } =
            cmd;
        use AlterTableType as T;
        let subtype = T::try_from(*subtype).unwrap_or(T::Undefined);
        let value = def.as_deref();
        match (subtype, value.and_then(|d| d.node.as_ref())) {
            (_, _) if newowner.is_some() => definition::form("OWNER TO", "says who may do what", self),
            (T::AtAddColumn, Some(N::ColumnDef(column))) => self.table_column(column, own),
            (T::AtAlterColumnType, Some(N::ColumnDef(column))) => {
                // A type and nothing but a type: no sequence comes with it.
                column.type_name.iter().for_each(|name| type_name::check(name, self));
                self.table_column(column, own);
            }
            (T::AtAddConstraint | T::AtAddIdentity, Some(N::Constraint(constraint))) => {
                self.constraint(constraint, own);
            }
            (T::AtColumnDefault, Some(_)) => self.maybe(value),
            (
                T::AtColumnDefault
                | T::AtSetNotNull
                | T::AtDropNotNull
                | T::AtDropColumn
                | T::AtDropConstraint
                | T::AtDropIdentity
                | T::AtValidateConstraint,
                None,
            ) => {}
            (other, _) => {
                let words = words_of(other.as_str_name());
                definition::form(&format!("ALTER TABLE with {words}"), "is not reviewed", self);
            }
        }
    }

    /// A column of a table, or in an ALTER its new type.
    fn table_column(&mut self, column: &ColumnDef, own: Option<&RangeVar>) {
        let ColumnDef {
            colname: _,
            type_name,
            compression,
            inhcount: _,
            is_local: _,
            is_not_null: _,
            is_from_type: _,
            storage: _,
            storage_name,
            raw_default,
            cooked_default,
            identity: _,
            identity_sequence,
            generated: _,
            coll_clause,
            coll_oid: _,
            constraints,
            fdwoptions,
            location: _,
        } = column;
        match type_name {
            Some(name) => self.column_type(name),
            None => definition::form("A column without a type", "says nothing", self),
        }
        if let Some(collate) = coll_clause {
            self.plains(&collate.collname);
        }
        self.plain_storage(compression.is_empty() && storage_name.is_empty() && fdwoptions.is_empty());
        if cooked_default.is_some() || identity_sequence.is_some() {
            node::refuse(None, self);
        }
        self.maybe(raw_default.as_deref());
        for constraint in constraints {
            match &constraint.node {
                Some(N::Constraint(constraint)) => self.constraint(constraint, own),
                other => node::refuse(other.as_ref(), self),
            }
        }
    }

    fn column_type(&mut self, name: &TypeName) {
        let serial = matches!(names(&name.names).as_deref(), Some([one]) if SERIALS.contains(one));
        let bare = name.typmods.is_empty() && name.array_bounds.is_empty() && !name.setof && !name.pct_type;
        if !(serial && bare) {
            type_name::check(name, self);
        }
    }

    fn constraint(&mut self, constraint: &Constraint, own: Option<&RangeVar>) {
        let Constraint {
            contype,
            conname: _,
            deferrable: _,
            initdeferred: _,
            is_enforced: _,
            skip_validation: _,
            initially_valid: _,
            is_no_inherit: _,
            raw_expr,
            cooked_expr,
            generated_when: _,
            generated_kind: _,
            nulls_not_distinct: _,
            keys,
            without_overlaps: _,
            including,
            exclusions,
            options,
            indexname,
            indexspace,
            reset_default_tblspc: _,
            access_method,
            where_clause,
            pktable,
            fk_attrs,
            pk_attrs,
            fk_with_period: _,
            pk_with_period: _,
            fk_matchtype: _,
            fk_upd_action: _,
            fk_del_action: _,
            fk_del_set_cols,
            old_conpfeqop,
            old_pktable_oid: _,
            location: _,
        } = constraint;
        use ConstrType as C;
        let kind = C::try_from(*contype).unwrap_or(C::Undefined);
        match kind {
            C::Undefined | C::ConstrExclusion => {
                definition::form("A constraint of this kind", "is not reviewed", self);
            }
            C::ConstrIdentity => self.sequence_options(options),
            _ => self.plain_storage(options.is_empty()),
        }
        self.maybe(raw_expr.as_deref());
        for list in [keys, including, fk_attrs, pk_attrs, fk_del_set_cols] {
            self.plains(list);
        }
        if let Some(other) = pktable {
            let itself =
                own.is_some_and(|own| own.relname == other.relname && own.schemaname == other.schemaname);
            if !itself {
                definition::target(Some(other), &TABLES, self);
            }
        }
        self.plain_storage(indexspace.is_empty());
        let more = !exclusions.is_empty()
            || !indexname.is_empty()
            || !access_method.is_empty()
            || !cooked_expr.is_empty()
            || !old_conpfeqop.is_empty()
            || where_clause.is_some();
        if more {
            definition::form("A constraint by an index of its own", "is not reviewed", self);
        }
    }

    /// `START 10 INCREMENT BY 5`: numbers only, so that no sequence of another table is meant.
    fn sequence_options(&mut self, options: &[Node]) {
        for option in options {
            let Some(N::DefElem(option)) = &option.node else {
                node::refuse(option.node.as_ref(), self);
                continue;
            };
            let DefElem { defnamespace: _, defname, arg, defaction: _, location: _, arg_location: _ } =
                option.as_ref();
            let numbers =
                ["start", "increment", "minvalue", "maxvalue", "cache", "cycle"].contains(&defname.as_str());
            match arg {
                _ if !numbers => definition::form("An identity with this option", "is not reviewed", self),
                Some(value) => self.plain(value),
                None => {}
            }
        }
    }
}

/// `AT_SetTableSpace` as "SET TABLE SPACE".
fn words_of(variant: &str) -> String {
    let mut words = String::new();
    for c in variant.strip_prefix("AT_").unwrap_or(variant).chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_uppercase());
    }
    words
}
