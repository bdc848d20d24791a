//! The servers the tests run on.

use rowcall_embedded::testing;
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

pub(crate) const PASSWORD: &str = "s3cret/pass";

/// The shared server, as other users than its superuser see it.
#[derive(Clone, Copy)]
pub(crate) struct Server {
    pub port: u16,
}

/// The server that all tests share.
pub(crate) async fn shared() -> Server {
    let url = testing::shared().await.url("postgres");
    Server { port: PgConnectOptions::from_str(&url).unwrap().get_port() }
}

/// A new database of the shared server: its superuser's URL, and its name.
pub(crate) async fn database() -> (String, String) {
    let url = testing::shared().await.database(None).await.unwrap();
    let name = url.rsplit('/').next().unwrap().to_owned();
    (url, name)
}

impl Server {
    /// A URL for that user, whose password is ours, and database.
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}:{}@127.0.0.1:{}/{database}", PASSWORD.replace('/', "%2F"), self.port)
    }
}
