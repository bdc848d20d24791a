//! A proxy between a worker and the server that understands PostgreSQL's messages well enough to strike before, during or
//! after the n-th statement.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Mutex,
};

/// When to strike, seen from the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The server never hears of it.
    Before,
    /// It was sent; nobody waits for the answer.
    During,
    /// The server has done it and says so; the worker never hears it.
    After,
}

/// Strikes once, when the n-th statement comes by; counted over all connections of one worker.
pub struct Strike {
    pub nth: usize,
    pub moment: Moment,
    seen: AtomicUsize,
}

impl Strike {
    pub fn new(nth: usize, moment: Moment) -> Arc<Self> {
        Arc::new(Self { nth, moment, seen: AtomicUsize::new(0) })
    }
}

/// What is done when the moment has come. Gives whether the connection lives on.
pub type Act = Arc<dyn Fn() -> futures::future::BoxFuture<'static, bool> + Send + Sync>;

/// Listens on a port of its own and serves every connection until it is dropped.
pub async fn start(server: u16, strike: Arc<Strike>, act: Act) -> (u16, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let mut open = tokio::task::JoinSet::new();
        while let Ok((client, _)) = listener.accept().await {
            let (strike, act) = (Arc::clone(&strike), Arc::clone(&act));
            open.spawn(async move {
                // A connection that ends is what this is about.
                let _ = serve(client, server, strike, act).await;
            });
        }
    });
    (port, serving)
}

async fn serve(client: TcpStream, server: u16, strike: Arc<Strike>, act: Act) -> std::io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", server)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Answers pass while this is free; a strike takes it and lets none through.
    let answers = Arc::new(Mutex::new((from_server, to_client)));
    let stop = Arc::new(tokio::sync::Notify::new());
    let back = tokio::spawn(relay(Arc::clone(&answers), Arc::clone(&stop)));
    let done = requests(from_client, to_server, &answers, &stop, &strike, &act).await;
    back.abort();
    done
}

async fn relay(answers: Arc<Mutex<(OwnedReadHalf, OwnedWriteHalf)>>, stop: Arc<tokio::sync::Notify>) {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let mut pair = answers.lock().await;
        let (from, to) = &mut *pair;
        let read = tokio::select! {
            biased;
            () = stop.notified() => return,
            read = from.read(&mut bytes) => read,
        };
        match read {
            Ok(n) if n > 0 && to.write_all(&bytes[..n]).await.is_ok() => {}
            _ => {
                to.shutdown().await.ok();
                return;
            }
        }
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    answers: &Mutex<(OwnedReadHalf, OwnedWriteHalf)>,
    stop: &tokio::sync::Notify,
    strike: &Strike,
    act: &Act,
) -> std::io::Result<()> {
    // Until the session begins, messages have no type: the wish for TLS, then the greeting.
    loop {
        let message = body(&mut from, Vec::new()).await?;
        let wants_tls = message[4..8] == 80_877_103_u32.to_be_bytes();
        to.write_all(&message).await?;
        if !wants_tls {
            break;
        }
    }
    // A statement's messages go out together, at its end: Sync, Query or (for passwords) any other that is alone.
    let mut batch = Vec::new();
    loop {
        let mut kind = [0];
        from.read_exact(&mut kind).await?;
        batch.extend(body(&mut from, kind.to_vec()).await?);
        if matches!(kind[0], b'P' | b'B' | b'D' | b'E' | b'C') {
            continue;
        }
        let statement = matches!(kind[0], b'S' | b'Q');
        let nth = if statement { strike.seen.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
        if !statement || nth != strike.nth {
            to.write_all(&batch).await?;
            batch.clear();
            continue;
        }
        if strike.moment == Moment::After {
            stop.notify_one();
        }
        let mut held = if strike.moment == Moment::After { Some(answers.lock().await) } else { None };
        if strike.moment != Moment::Before {
            to.write_all(&batch).await?;
        }
        let mut kept = Vec::new();
        if let Some(pair) = &mut held {
            kept = until_ready(&mut pair.0).await?;
        }
        if !act().await {
            return Ok(());
        }
        // The worker was only stopped for a while: what was held back comes now.
        if strike.moment == Moment::Before {
            to.write_all(&batch).await?;
        }
        batch.clear();
        if let Some(pair) = &mut held {
            pair.1.write_all(&kept).await?;
            let (from_server, to_client) = &mut **pair;
            tokio::select! {
                _ = tokio::io::copy(from_server, to_client) => return Ok(()),
                done = async { tokio::io::copy(&mut from, &mut to).await } => return done.map(|_| ()),
            }
        }
    }
}

/// A message behind its type: length and content.
async fn body(from: &mut OwnedReadHalf, mut message: Vec<u8>) -> std::io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    message.extend(length.to_be_bytes());
    let start = message.len();
    message.resize(start + (length as usize).saturating_sub(4), 0);
    from.read_exact(&mut message[start..]).await?;
    Ok(message)
}

/// Everything that the server says until it is ready for the next statement.
async fn until_ready(from: &mut OwnedReadHalf) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    loop {
        let kind = from.read_u8().await?;
        let message = body(from, vec![kind]).await?;
        all.extend(message);
        if kind == b'Z' {
            return Ok(all);
        }
    }
}
