//! The run engine: takes a run through the steps of a pipeline, whatever process dies on the way.
//!
//! It knows nothing of what the steps do. What it promises, for any list of steps: a step whose output was kept
//! is not done again; one worker at a time; every run ends, with exactly one reply; a run that kills its worker
//! again and again ends as failed. Without it, each stage would have to think about all of that by itself.

mod advance;
mod pipeline;
mod probe;
mod step;
mod teller;

pub use advance::{Advanced, Engine, EngineSettings};
pub use pipeline::{Pipeline, PipelineBuilder};
pub use probe::{NoProbe, Probe};
pub use step::{Finished, Flow, Keep, Step, StepContext, StepError, Waiting};
pub use teller::Teller;
