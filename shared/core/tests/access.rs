//! The whole decision table, to be read at one look: what each role alone may do to what.

use rowcall_core::{Action, Decision, Denial, Resource, Role, Roles, access::decide};
use std::fmt::Write;

fn sign(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "yes",
        Decision::Deny(Denial::NeedsRole(_)) => "role",
        Decision::Deny(Denial::BoundElsewhere) => "bound",
        Decision::Deny(Denial::NotYours) => "theirs",
        Decision::Deny(Denial::OtherPlace) => "place",
        Decision::Deny(Denial::NotApplicable) => "·",
    }
}

#[test]
fn who_may_do_what() {
    let mut table = String::new();
    let _ = write!(table, "{:<17}{:<18}{:<8}", "resource", "action", "nobody");
    for role in Role::ALL {
        let _ = write!(table, "{:<9}", role.as_str());
    }
    table = table.trim_end().to_owned() + "\n";
    for resource in Resource::ALL {
        for action in Action::ALL {
            let mut line = format!("{:<17}{:<18}", format!("{resource:?}"), format!("{action:?}"));
            let _ = write!(line, "{:<8}", sign(decide(action, Roles::NONE, resource)));
            for role in Role::ALL {
                let _ = write!(line, "{:<9}", sign(decide(action, Roles::NONE.with(role), resource)));
            }
            table += line.trim_end();
            table.push('\n');
        }
    }
    insta::assert_snapshot!(table);
}

/// Roles add up: holding one more never takes anything away, and gives no more than each gives by itself.
#[test]
fn roles_only_add() {
    for bits in 0..1u32 << Role::ALL.len() {
        let held: Vec<Role> =
            Role::ALL.into_iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, r)| r).collect();
        let roles: Roles = held.iter().copied().collect();
        for resource in Resource::ALL {
            for action in Action::ALL {
                let together = decide(action, roles, resource) == Decision::Allow;
                let anybody = decide(action, Roles::NONE, resource) == Decision::Allow;
                let apart = anybody
                    || held.iter().any(|r| decide(action, Roles::NONE.with(*r), resource) == Decision::Allow);
                assert_eq!(together, apart, "{action:?} {resource:?} {held:?}");
            }
        }
    }
}
