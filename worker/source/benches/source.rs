//! Placeholder until the checked read is wired.
fn main() {}
