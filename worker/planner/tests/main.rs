//! Questions and the plans that the offline planner reads them as.
#![allow(clippy::unwrap_used)]

mod changes;
mod clear;
mod colleagues;
mod common;
mod conversations;
mod dates;
mod deeds;
mod demo;
mod domains;
mod everyday;
mod helpdesk;
mod hints;
mod managers;
mod one_way;
mod ordinary;
mod passed_over;
mod phrases;
mod questions;
mod reader;
mod recurring;
mod references;
mod roles;
mod scrambled;
mod short;
mod written;
