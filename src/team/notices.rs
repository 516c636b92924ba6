//! A connection to a server, and the notices that come by it unasked.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Client, Config, Socket};

use crate::team::complaints::told;
use crate::team::hub::HubError;

/// What a notice says that is of no single journal.
pub const EVERYTHING: &str = "*";

/// More different notices than these are taken as one of everything.
const MOST_HEARD: usize = 1000;

/// Notices of the server: what others told, not we.
#[derive(Debug, Default)]
pub struct Notices {
    /// Rings when one came, or the connection ended.
    pub notify: Notify,
    heard: Mutex<BTreeSet<String>>,
}

impl Notices {
    /// What they said since this was last asked.
    pub fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Connects; from then on notices come. Fails in words for the coder.
pub async fn reach<T>(config: &Config, tls: T, notices: Arc<Notices>) -> Result<Client, HubError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, mut connection) = config.connect(tls).await.map_err(|error| told(&error))?;
    // What we tell others of we know.
    let own = Arc::new(AtomicI32::new(0));
    let known = own.clone();
    tokio::spawn(async move {
        loop {
            match poll_fn(|context| connection.poll_message(context)).await {
                Some(Ok(AsyncMessage::Notification(of))) if of.process_id() == own.load(Ordering::Relaxed) => {}
                Some(Ok(AsyncMessage::Notification(of))) => {
                    let mut heard = notices.heard.lock().unwrap_or_else(PoisonError::into_inner);
                    let is_flood = heard.len() >= MOST_HEARD;
                    heard.insert(if is_flood { EVERYTHING.to_owned() } else { of.payload().to_owned() });
                    drop(heard);
                    notices.notify.notify_one();
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            }
        }
        // Whoever waits for news learns with the next question that nobody is there any more.
        notices.notify.notify_one();
    });
    if let Ok(row) = client.query_one("SELECT pg_backend_pid()", &[]).await {
        known.store(row.get(0), Ordering::Relaxed);
    }
    Ok(client)
}
