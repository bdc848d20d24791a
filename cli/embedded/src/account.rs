//! The account a server runs as when this process is root.
//!
//! PostgreSQL refuses to run as root, and Redis has no reason to. An ordinary user's servers run as that user.
//! The other account must be able to reach the data folder: below a home folder of mode 0700 it cannot.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User};

use crate::EmbeddedError;

/// Who a server process runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Account {
    /// The user of this process.
    Own,
    /// Another user, since this process is root.
    Other {
        /// User id.
        uid: u32,
        /// Group id.
        gid: u32,
    },
}

impl Account {
    /// The account for a PostgreSQL server: never root.
    pub(crate) fn for_postgres() -> Result<Self, EmbeddedError> {
        if !Uid::effective().is_root() {
            return Ok(Self::Own);
        }
        first_of(&["postgres", "_postgres", "nobody"]).ok_or(EmbeddedError::NoAccount)
    }

    /// The account for a Redis server: not root where there is another.
    pub(crate) fn for_redis() -> Self {
        if !Uid::effective().is_root() {
            return Self::Own;
        }
        first_of(&["redis", "_redis", "valkey", "nobody"]).unwrap_or(Self::Own)
    }

    /// Makes `command` run as this account, with no other group.
    pub(crate) fn apply(self, command: &mut Command) {
        if let Self::Other { uid, gid } = self {
            // The standard library drops the supplementary groups when root sets a uid.
            command.gid(gid).uid(uid);
        }
    }

    /// Gives a file or folder to this account.
    pub(crate) fn give(self, path: &Path) -> Result<(), EmbeddedError> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid } => {
                chown(path, Some(uid), Some(gid)).map_err(EmbeddedError::io("change the owner of", path))
            }
        }
    }

    /// Whether this account may pass through every folder above `path`. Folders that do not exist yet count as
    /// passable: whoever makes them decides.
    pub(crate) fn can_reach(self, path: &Path) -> bool {
        let Self::Other { uid, gid } = self else { return true };
        path.ancestors().skip(1).all(|folder| match fs::metadata(folder) {
            Ok(meta) => {
                let bit = if meta.uid() == uid {
                    0o100
                } else if meta.gid() == gid {
                    0o010
                } else {
                    0o001
                };
                meta.mode() & bit != 0
            }
            Err(_) => true,
        })
    }
}

fn first_of(names: &[&str]) -> Option<Account> {
    names.iter().find_map(|name| {
        let user = User::from_name(name).ok().flatten()?;
        (!user.uid.is_root()).then(|| Account::Other { uid: user.uid.as_raw(), gid: user.gid.as_raw() })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Whether an account that owns nothing reaches a file in a folder of this mode.
    fn check(mode: u32, expected: bool) {
        let base = tempfile::Builder::new().tempdir_in("/tmp").unwrap();
        fs::set_permissions(base.path(), fs::Permissions::from_mode(mode)).unwrap();
        let stranger = Account::Other { uid: 4_000_000, gid: 4_000_000 };
        assert_eq!(stranger.can_reach(&base.path().join("data")), expected, "mode {mode:o}");
        assert!(Account::Own.can_reach(&base.path().join("data")));
    }

    #[test]
    fn a_closed_folder_is_out_of_reach() {
        check(0o700, false);
        check(0o750, false);
        check(0o711, true);
        check(0o755, true);
    }
}
