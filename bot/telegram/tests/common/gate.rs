//! A way to a server that can be closed: to whoever uses it the server is away.

use std::sync::Arc;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub struct Gate {
    open: Arc<watch::Sender<bool>>,
    port: u16,
}

impl Gate {
    /// An open gate to the server of a URL.
    pub async fn to(url: &str) -> Self {
        let server = authority(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, open) = (listener.local_addr().unwrap().port(), Arc::new(watch::Sender::new(true)));
        let told = open.clone();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let mut open = told.subscribe();
                if !*open.borrow_and_update() {
                    continue;
                }
                let server = server.clone();
                tokio::spawn(async move {
                    let Ok(mut server) = TcpStream::connect(server).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = open.wait_for(|open| !open) => {}
                    }
                });
            }
        });
        Self { open, port }
    }

    /// The same URL, through the gate.
    pub fn url(&self, url: &str) -> String {
        url.replacen(authority(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// Breaks every connection, and those that come.
    pub fn close(&self) {
        self.open.send_replace(false);
    }

    pub fn open(&self) {
        self.open.send_replace(true);
    }
}

/// `host:port` of a URL.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").unwrap().1;
    let rest = rest.split(['/', '?']).next().unwrap();
    rest.rsplit_once('@').map_or(rest, |(_, host)| host)
}
