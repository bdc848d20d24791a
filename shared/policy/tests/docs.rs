//! The page about the rules says what the rules say.

use rowcall_policy::{Code, reference};

#[test]
fn the_page_is_the_one_that_the_rules_write() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/policy.md");
    let page = reference::page();
    if std::env::var_os("POLICY_DOCS").is_some_and(|v| v == "write") {
        std::fs::write(path, &page).unwrap();
    }
    assert!(!page.contains("{{"), "a mark of the template was not filled in");
    for code in Code::ALL {
        assert!(page.contains(&format!("| `{code}` | {} |", code.refuses())), "{code}");
    }
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        page,
        "docs/policy.md is not what the rules say: POLICY_DOCS=write cargo test -p rowcall-policy --test all docs"
    );
}
