//! A list of steps in which each takes what the one before gives, checked by the compiler and then erased, so
//! that the engine handles any list.

use super::step::{Finished, Flow, Keep, Step, StepContext, StepError, Waiting};
use rowcall_core::Question;
use serde_json::Value as Json;
use std::{any::Any, marker::PhantomData, sync::Arc};

/// A value between two steps, whatever its type.
pub(super) type Between = Box<dyn Any + Send + Sync>;

/// What an erased step gives: the value for the next step, and its stored form.
pub(super) enum Given {
    Next { value: Between, stored: Json },
    End(Box<Finished>),
    Wait(Box<Waiting>),
}

#[async_trait::async_trait]
pub(super) trait ErasedStep: Send + Sync {
    fn name(&self) -> &'static str;
    fn keep(&self) -> Keep;
    async fn run(&self, context: &StepContext, input: Between) -> Result<Given, ErasedError>;
    /// This step's output from its stored form.
    fn revive(&self, stored: Json) -> Result<Between, serde_json::Error>;
}

pub(super) enum ErasedError {
    Step(StepError),
    /// Something was handed over that is not of the right type, or cannot be stored: a fault of ours.
    Fault(String),
}

struct Erased<S>(S);

#[async_trait::async_trait]
impl<S: Step> ErasedStep for Erased<S> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn keep(&self) -> Keep {
        self.0.keep()
    }

    async fn run(&self, context: &StepContext, input: Between) -> Result<Given, ErasedError> {
        let input = input
            .downcast::<S::Input>()
            .map_err(|_| ErasedError::Fault(format!("step {} was handed another type", self.0.name())))?;
        match self.0.run(context, *input).await.map_err(ErasedError::Step)? {
            Flow::Next(output) => {
                let stored = serde_json::to_value(&output).map_err(|e| ErasedError::Fault(e.to_string()))?;
                Ok(Given::Next { value: Box::new(output), stored })
            }
            Flow::End(finished) => Ok(Given::End(finished)),
            Flow::Wait(waiting) => Ok(Given::Wait(waiting)),
        }
    }

    fn revive(&self, stored: Json) -> Result<Between, serde_json::Error> {
        Ok(Box::new(serde_json::from_value::<S::Output>(stored)?))
    }
}

/// A complete list of steps, from a [`Question`] to [`Finished`]; cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    pub(super) steps: Arc<[Box<dyn ErasedStep>]>,
}

impl Pipeline {
    /// Begins a list whose first step takes the question.
    pub fn start<S: Step<Input = Question>>(step: S) -> PipelineBuilder<S::Output> {
        PipelineBuilder { steps: vec![Box::new(Erased(step))], next: PhantomData }
    }

    /// The names of the steps, in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.steps.iter().map(|s| s.name()).collect()
    }
}

/// A list of steps that still lacks its last one.
pub struct PipelineBuilder<T> {
    steps: Vec<Box<dyn ErasedStep>>,
    next: PhantomData<fn(T)>,
}

impl<T: 'static> PipelineBuilder<T> {
    /// Adds a step that takes what the last one gives.
    pub fn then<S: Step<Input = T>>(mut self, step: S) -> PipelineBuilder<S::Output> {
        self.steps.push(Box::new(Erased(step)));
        PipelineBuilder { steps: self.steps, next: PhantomData }
    }

    /// Adds the last step.
    pub fn finish<S: Step<Input = T, Output = Finished>>(mut self, step: S) -> Pipeline {
        self.steps.push(Box::new(Erased(step)));
        Pipeline { steps: self.steps.into() }
    }
}
