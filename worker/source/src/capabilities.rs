//! What this server, with this login, lets us set: asked once per source, so that no read fails because a limit
//! is not ours to set. `doctor` tells which are missing.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

/// Settings that not every server, or not every login, accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// `temp_file_limit`: superusers only, or granted from PostgreSQL 15 on.
    pub temp_file_limit: bool,
    /// `client_connection_check_interval`: from 14 on, where the system can tell.
    pub connection_check: bool,
}

impl Capabilities {
    /// Tries each setting for real, outside any transaction; the session is reset by whoever lent the connection.
    ///
    /// # Errors
    /// When the connection breaks; a refused setting is an answer.
    pub async fn probe(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let row = connection.fetch_one(sqlx::raw_sql("SHOW temp_file_limit")).await?;
        let current: String = row.try_get(0)?;
        let temp = format!("SET temp_file_limit = '{}'", current.replace(['\'', '\\'], ""));
        Ok(Self {
            temp_file_limit: accepts(connection, temp).await?,
            connection_check: accepts(connection, "SET client_connection_check_interval = 1000".to_owned())
                .await?,
        })
    }
}

async fn accepts(connection: &mut PgConnection, set: String) -> Result<bool, sqlx::Error> {
    match connection.execute(sqlx::raw_sql(AssertSqlSafe(set))).await {
        Ok(_) => Ok(true),
        Err(sqlx::Error::Database(_)) => Ok(false),
        Err(other) => Err(other),
    }
}
