//! Exit codes, which scripts rely on.

use rowcall_core::RunState;
use std::process::ExitCode;

/// Done.
pub const DONE: ExitCode = ExitCode::SUCCESS;
/// An error.
pub const ERROR: ExitCode = ExitCode::FAILURE;

/// Refused.
pub fn refused() -> ExitCode {
    ExitCode::from(2)
}

/// 0 done, 1 error, 2 refused, 3 waiting for a person.
pub fn of(state: RunState) -> ExitCode {
    match state {
        RunState::Succeeded => DONE,
        RunState::Refused => refused(),
        RunState::WaitingClarification | RunState::WaitingApproval => ExitCode::from(3),
        RunState::Failed | RunState::Cancelled | RunState::Expired | RunState::Queued | RunState::Running => {
            ERROR
        }
    }
}
