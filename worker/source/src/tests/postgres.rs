//! The servers the tests run on.

use rowcall_embedded::testing;
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

pub(crate) const PASSWORD: &str = "s3cret/pass";

/// The shared server, as other users than its superuser see it.
pub(crate) struct Server {
    pub port: u16,
    /// The superuser's password, which is not ours.
    password: String,
}

/// The server that all tests share.
pub(crate) async fn shared() -> Server {
    let url = testing::source().await.url("postgres");
    let (_, rest) = url.split_once("://postgres:").unwrap();
    let password = rest.split('@').next().unwrap().to_owned();
    Server { port: PgConnectOptions::from_str(&url).unwrap().get_port(), password }
}

/// A new database of the shared server: its superuser's URL, and its name.
pub(crate) async fn database() -> (String, String) {
    let url = testing::source().await.database(None).await.unwrap();
    let name = url.rsplit('/').next().unwrap().to_owned();
    (url, name)
}

impl Server {
    /// A URL for that user and database: the superuser, or one whose password is ours.
    pub fn url(&self, user: &str, database: &str) -> String {
        let ours = PASSWORD.replace('/', "%2F");
        let password = if user == "postgres" { &self.password } else { &ours };
        format!("postgres://{user}:{password}@127.0.0.1:{}/{database}", self.port)
    }
}
