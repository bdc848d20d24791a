//! Stand-ins for the chat platforms, and for a server of language models: servers on loopback that keep state as the real ones do, so that a test can be a
//! person in a chat and look at what that person sees.
//!
//! They check every request that a bot sends against the platform's own description of its API (`specs/`) and against the
//! limits that stand only in its prose. What the platform would refuse is refused in the platform's words, and what a good
//! bot would never send is remembered as a violation: a test that ends with `assert_clean` cannot pass on a request that
//! only a lenient stand-in would accept.

pub mod discord;
pub mod faults;
pub mod model;
pub mod telegram;
