//! The language between a question and its SQL.
//!
//! A planner (with or without a model) says what it understood as a [`QueryPlan`]: a small typed value that
//! names tables and columns and holds no SQL. [`compile`] turns it into one statement: it resolves every name
//! against the catalogue, finds the join paths, keeps joins from counting a row twice, quotes, casts and
//! writes literals safely. The same plan and catalogue always give the same statement, so that a plan can be
//! shown, kept, changed by a follow-up and run again.

mod change;
mod compile;
mod computed;
mod error;
mod explain;
mod filter;
mod graph;
mod meta;
mod plan;
mod scope;
mod sql;

pub use change::{
    Assignment, ChangePlan, CompiledChange, NewValue, compile_change, compile_change_with, explain_change,
    is_equal,
};
pub use compile::{compile, compile_with};
pub use error::PlanError;
pub use explain::{explain, title, unitless};
pub use graph::{Edge, JoinGraph, Prepared};
pub use meta::{ColumnMeta, ColumnRole, Compiled, Unit};
pub use plan::{
    Aggregate, Arithmetic, ChartHint, Combine, Comparison, ComputedColumn, Dimension, Expression, Field,
    Filter, Fold, FoldMeasure, Grain, Having, Literal, Measure, Operand, Operator, Order, OrderKey,
    QueryPlan, SetOperator, TableName, TextMatch, TimeUnit,
};
