//! One level of a statement: a base table whose rows are counted or listed, and the tables joined to it. Only
//! joins that meet at most one row are made here, so a scope never holds a base row twice; whoever needs more
//! than that asks for EXISTS or picks another base.

use crate::{
    computed::{self, Computed},
    error::PlanError,
    graph::{Prepared, Step, closest},
    meta::{Unit, spaced, unit_of},
    plan::{Field, TableName},
    sql,
};
use rowcall_core::{Catalogue, Column};
use sqlparser::ast::{BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, TableWithJoins};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};

/// What the whole statement shares.
pub(crate) struct Context<'a> {
    pub catalogue: &'a Catalogue,
    pub prepared: &'a Prepared,
    pub zone: String,
    computed: &'a [Computed<'a>],
    aliases: RefCell<HashMap<String, usize>>,
    notes: RefCell<BTreeSet<String>>,
}

impl<'a> Context<'a> {
    /// Of a catalogue, and the columns that the plan adds to it.
    pub fn new(
        catalogue: &'a Catalogue,
        prepared: &'a Prepared,
        zone: String,
        computed: &'a [Computed<'a>],
    ) -> Self {
        Self { catalogue, prepared, zone, computed, aliases: RefCell::default(), notes: RefCell::default() }
    }

    pub fn table(&self, name: &TableName) -> Result<usize, PlanError> {
        self.prepared.table(self.catalogue, name)
    }

    pub fn label(&self, table: usize) -> &'a str {
        &self.catalogue.tables[table].name
    }

    pub fn note(&self, text: String) {
        self.notes.borrow_mut().insert(text);
    }

    /// Tells which of several ways of the same length was taken from one table to another, and which were not.
    pub fn note_choice(&self, from: usize, to: usize, to_one: bool, path: &[Step]) {
        let graph = &self.prepared.graph;
        let over = |path: &[Step], beside: &[Step]| {
            let edges = path.iter().filter(|step| !beside.iter().any(|other| other.edge == step.edge));
            let names = edges.map(|step| {
                let edge = &graph.edges[step.edge];
                format!("{}.{}", self.label(edge.from), edge.from_columns.join(", "))
            });
            names.collect::<Vec<_>>().join(" and ")
        };
        let others = graph.other_ways(from, to, to_one, path);
        let (Some(first), label) = (others.first(), self.label(to)) else { return };
        let ways: Vec<String> = others.iter().map(|other| over(other, path)).collect();
        let taken = over(path, first);
        self.note(format!(
            "\"{label}\" is reached over {taken}; it could be over {} as well.",
            ways.join(" or ")
        ));
    }

    pub fn notes(&self) -> Vec<String> {
        self.notes.borrow().iter().cloned().collect()
    }

    /// A name that no other part of the statement uses.
    pub fn alias(&self, wish: &str) -> String {
        let mut aliases = self.aliases.borrow_mut();
        let uses = aliases.entry(wish.to_owned()).or_insert(0);
        *uses += 1;
        if *uses == 1 {
            return wish.to_owned();
        }
        let name = format!("{wish}_{uses}");
        aliases.entry(name.clone()).or_insert(1);
        name
    }

    /// Whether every row of `from` has at most one row of `to`.
    pub fn reaches(&self, from: usize, to: usize) -> bool {
        from == to || self.prepared.graph.path(from, to, true, None).is_some()
    }

    /// A column that the plan adds to the table.
    fn computed(&self, table: usize, name: &str) -> Option<&'a Computed<'a>> {
        self.computed.iter().find(|c| c.table == table && c.column.name == name)
    }

    /// The unit of a column's numbers.
    pub fn unit(&self, column: &Column) -> Unit {
        let added = self.computed.iter().find(|c| std::ptr::eq(&raw const c.column, column));
        added.map_or_else(|| unit_of(column), |c| c.unit.clone())
    }

    /// A column of the table, stored or computed.
    pub fn column(&self, table: usize, name: &str) -> Result<&'a Column, PlanError> {
        self.computed(table, name).map_or_else(|| self.stored(table, name), |c| Ok(&c.column))
    }

    fn stored(&self, table: usize, name: &str) -> Result<&'a Column, PlanError> {
        let t = &self.catalogue.tables[table];
        t.column(name).ok_or_else(|| PlanError::UnknownColumn {
            table: t.name.clone(),
            column: name.to_owned(),
            suggestions: closest(name, t.columns.iter().map(|c| c.name.as_str())),
        })
    }

    /// The columns that tell rows of the table apart; empty when nothing does.
    pub fn key(&self, table: usize) -> Vec<String> {
        let t = &self.catalogue.tables[table];
        if !t.primary_key.is_empty() {
            return t.primary_key.clone();
        }
        if let Some(key) = t.unique_keys.first() {
            return key.clone();
        }
        // As good as a key: the column other tables refer to.
        let edges = &self.prepared.graph.edges;
        edges.iter().find(|e| e.to == table).map(|e| e.to_columns.clone()).unwrap_or_default()
    }
}

struct Instance {
    table: usize,
    alias: String,
    joined: Option<Joined>,
}

struct Joined {
    parent: usize,
    step: Step,
    left: bool,
}

pub(crate) struct Scope<'c, 'a> {
    pub cx: &'c Context<'a>,
    instances: Vec<Instance>,
}

impl<'c, 'a> Scope<'c, 'a> {
    pub fn new(cx: &'c Context<'a>, base: usize) -> Self {
        let alias = cx.alias(cx.label(base));
        Self { cx, instances: vec![Instance { table: base, alias, joined: None }] }
    }

    pub fn base(&self) -> usize {
        self.instances[0].table
    }

    pub fn base_alias(&self) -> &str {
        &self.instances[0].alias
    }

    /// The column of a field, joined in if need be.
    pub fn field(&mut self, field: &Field) -> Result<(Expr, &'a Column), PlanError> {
        let table = self.cx.table(&field.table)?;
        let column = self.cx.column(table, &field.column)?;
        let at = self.instance(table, field.via.as_deref())?;
        if let Some(Computed { expression, .. }) = self.cx.computed(table, &field.column) {
            let (value, ..) = computed::value(self, Some(at), expression)?;
            // "price minus cost" and "weekday of ordered at" need no explanation.
            let (name, how) = (spaced(&column.name), column.comment.as_deref().unwrap_or_default());
            if name != how.strip_prefix("the ").unwrap_or(how) && !expression.is_part() {
                self.cx.note(format!("\"{name}\" is {how}."));
            }
            return Ok((sql::nested(value), column));
        }
        Ok((sql::column(&self.instances[at].alias, &column.name), column))
    }

    /// The stored column of a field as the row at a place has it or leads to it; without a place, any column from the base.
    pub fn field_at(&mut self, at: Option<usize>, field: &Field) -> Result<(Expr, &'a Column), PlanError> {
        let Some(mut at) = at else { return self.field(field) };
        let table = self.cx.table(&field.table)?;
        let column = self.cx.stored(table, &field.column)?;
        let from = self.instances[at].table;
        if from != table || field.via.is_some() {
            let found = self.cx.prepared.graph.path(from, table, true, field.via.as_deref());
            let (path, tie) = found.ok_or_else(|| PlanError::NoPath {
                from: self.cx.label(from).to_owned(),
                to: self.cx.label(table).to_owned(),
            })?;
            if tie {
                self.cx.note_choice(from, table, true, &path);
            }
            for step in path {
                at = self.join(at, step);
            }
        }
        Ok((sql::column(&self.instances[at].alias, &column.name), column))
    }

    /// The alias of a table, joined in if need be.
    pub fn alias_of(&mut self, table: usize) -> Result<String, PlanError> {
        let at = self.instance(table, None)?;
        Ok(self.instances[at].alias.clone())
    }

    fn instance(&mut self, table: usize, via: Option<&str>) -> Result<usize, PlanError> {
        if via.is_none()
            && let Some(at) = self.instances.iter().position(|i| i.table == table)
        {
            return Ok(at);
        }
        let base = self.base();
        let graph = &self.cx.prepared.graph;
        let (path, tie) = graph.path(base, table, true, via).ok_or_else(|| PlanError::NoPath {
            from: self.cx.label(base).to_owned(),
            to: self.cx.label(table).to_owned(),
        })?;
        if tie {
            self.cx.note_choice(base, table, true, &path);
        }
        let mut at = 0;
        for step in path {
            at = self.join(at, step);
        }
        Ok(at)
    }

    /// Joins one step further from an instance, or finds it joined already.
    pub fn join(&mut self, parent: usize, step: Step) -> usize {
        let same = |i: &Instance| i.joined.as_ref().is_some_and(|j| j.parent == parent && j.step == step);
        if let Some(at) = self.instances.iter().position(same) {
            return at;
        }
        let graph = &self.cx.prepared.graph;
        let edge = &graph.edges[step.edge];
        let table = graph.end(step);
        if edge.inferred {
            self.cx.note(format!(
                "\"{}\" and \"{}\" are joined on {} = {}, judging by the names (no foreign key is declared).",
                self.cx.label(edge.from),
                self.cx.label(edge.to),
                edge.from_columns.join(", "),
                edge.to_columns.join(", "),
            ));
        }
        let parent_left = self.instances[parent].joined.as_ref().is_some_and(|j| j.left);
        let left = parent_left || edge.optional || edge.inferred || !step.forward;
        let alias = self.cx.alias(self.cx.label(table));
        self.instances.push(Instance { table, alias, joined: Some(Joined { parent, step, left }) });
        self.instances.len() - 1
    }

    pub fn alias_at(&self, at: usize) -> &str {
        &self.instances[at].alias
    }

    /// The instance with no row is left out: a plain join instead of an outer one.
    pub fn require_all(&mut self) {
        for instance in &mut self.instances {
            if let Some(joined) = &mut instance.joined {
                joined.left = false;
            }
        }
    }

    /// A table that was joined in must have its row: "for each department" is of departments, and of no rows without one.
    pub fn require(&mut self, table: usize, via: Option<&str>) -> Result<(), PlanError> {
        let mut at = self.instance(table, via)?;
        while let Some(joined) = &mut self.instances[at].joined {
            joined.left = false;
            at = joined.parent;
        }
        Ok(())
    }

    /// The FROM clause.
    pub fn from(&self) -> Vec<TableWithJoins> {
        let joins = self.instances[1..].iter().filter_map(|instance| {
            let joined = instance.joined.as_ref()?;
            let on = JoinConstraint::On(equalities(
                self.cx,
                joined.step,
                &self.instances[joined.parent].alias,
                &instance.alias,
            )?);
            Some(Join {
                relation: factor(self.cx, instance.table, &instance.alias),
                global: false,
                join_operator: if joined.left { JoinOperator::Left(on) } else { JoinOperator::Join(on) },
            })
        });
        let base = &self.instances[0];
        vec![TableWithJoins { relation: factor(self.cx, base.table, &base.alias), joins: joins.collect() }]
    }
}

/// `a.x = b.y AND …` for a step from the row at `start` to the row at `end`.
pub(crate) fn equalities(cx: &Context<'_>, step: Step, start: &str, end: &str) -> Option<Expr> {
    let edge = &cx.prepared.graph.edges[step.edge];
    let (referencing, referenced) = if step.forward { (start, end) } else { (end, start) };
    let pairs = edge.from_columns.iter().zip(&edge.to_columns);
    sql::all(
        pairs
            .map(|(a, b)| {
                sql::binary(sql::column(referencing, a), BinaryOperator::Eq, sql::column(referenced, b))
            })
            .collect(),
    )
}

fn factor(cx: &Context<'_>, table: usize, alias: &str) -> sqlparser::ast::TableFactor {
    let t = &cx.catalogue.tables[table];
    let name = if cx.prepared.is_bare(cx.catalogue, table) {
        sql::object(&[&t.name])
    } else {
        sql::object(&[&t.schema, &t.name])
    };
    sql::table(name, (alias != t.name).then_some(alias))
}
