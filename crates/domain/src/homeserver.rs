//! The one thing everything hangs on.

use std::path::Path;
use std::sync::Arc;

use aside_bus::Bell;
use aside_outbound::Outbound;
use aside_store::{Side, Store, names};
use ruma::signatures::Ed25519KeyPair;
use ruma::{OwnedServerName, ServerName};
use tokio_util::sync::CancellationToken;

use crate::account_data::Ignored;
use crate::accounts::{Announcements, Hashers, Interactions, Names, Sessions};
use crate::ephemeral::Ephemeral;
use crate::jobs::Jobs;
use crate::limits::{Limited, Limits};
use crate::media::Repository;
use crate::messages::{Delivered, Lanes};
use crate::operators::Operators;
use crate::policy::Policies;
use crate::previews::Asking;
use crate::privacy::Settled;
use crate::push::{Flights, Pushers, Rulebook, Vapid};
use crate::receipts::Acknowledged;
use crate::relations::Circles;
use crate::reports::Standings;
use crate::rooms::Rooms;
use crate::safety::{HouseRules, RestraintCache};
use crate::search::{Backlog, Tokens};
use crate::sync::StoredFilters;
use crate::{Clock, Error, Random, Result, Settings, gifs};

/// A running homeserver: its memory, its bell, and what it keeps at hand.
pub struct Homeserver {
    pub settings: Settings,
    pub server_name: OwnedServerName,
    pub clock: Clock,
    pub random: Random,
    /// Cancelled once the process is asked to end: whoever waits answers at once.
    pub shutdown: CancellationToken,
    pub(crate) store: Store,
    pub(crate) bell: Bell,
    pub(crate) key: Ed25519KeyPair,
    /// See [`aside_model::SyncToken::epoch`].
    pub(crate) epoch: i64,
    pub(crate) names: Names,
    pub(crate) sessions: Sessions,
    pub(crate) interactions: Interactions,
    pub(crate) hashers: Hashers,
    pub(crate) announcements: Announcements,
    pub(crate) rooms: Rooms,
    pub(crate) lanes: Lanes,
    pub(crate) delivered: Delivered,
    pub(crate) acknowledged: Acknowledged,
    pub(crate) limits: Limits,
    pub(crate) media: Repository,
    pub(crate) ignored: Ignored,
    pub(crate) restraints: RestraintCache,
    pub(crate) house_rules: Arc<HouseRules>,
    pub(crate) standings: Standings,
    pub(crate) rulebook: Rulebook,
    pub(crate) pushers: Pushers,
    pub(crate) flights: Flights,
    pub(crate) vapid: Vapid,
    pub(crate) outbound: Outbound,
    pub(crate) asking: Asking,
    pub(crate) gifs: gifs::Asking,
    pub(crate) policies: Policies,
    pub(crate) filters: StoredFilters,
    pub(crate) ephemeral: Ephemeral,
    pub(crate) jobs: Jobs,
    pub(crate) operators: Operators,
    pub(crate) circles: Circles,
    pub(crate) privacy: Settled,
    pub(crate) backlog: Backlog,
    pub(crate) tokens: Tokens,
}

impl Homeserver {
    /// Opens the homeserver on its database: checks the server's name, creates the signing key at the first start.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the server's name is not valid or is not the one the database was made with.
    pub async fn open(store: Store, settings: Settings) -> Result<Arc<Homeserver>> {
        Self::open_with(store, settings, Clock::System, Random::from_system()).await
    }

    /// As [`Homeserver::open`], with the clock and randomness of the caller.
    ///
    /// # Errors
    /// As [`Homeserver::open`].
    pub async fn open_with(
        store: Store,
        settings: Settings,
        clock: Clock,
        random: Random,
    ) -> Result<Arc<Homeserver>> {
        let server_name = ServerName::parse(&settings.server_name)
            .map_err(|error| Error::invalid("server.name", format!("{}: {error}", settings.server_name)))?;
        check_server_name(&store, &server_name).await?;
        let key = signing_key(&store).await?;
        let epoch = current_epoch(&store).await?;
        let shared = store.is_shared();
        Ok(Arc::new(Homeserver {
            limits: Limits::new(settings.rate_limits),
            media: Repository::new(&settings, store.keyring().cloned()),
            ignored: Ignored::new(shared),
            restraints: RestraintCache::new(shared),
            house_rules: Arc::new(HouseRules::new(&settings)),
            standings: Standings::new(shared),
            rulebook: Rulebook::new(shared),
            pushers: Pushers::new(shared),
            flights: Flights::default(),
            vapid: Vapid::open(&store).await?,
            asking: Asking::default(),
            gifs: gifs::Asking::default(),
            outbound: Outbound::new(settings.outbound_allow.clone()),
            policies: Policies::open(&settings.policy, shared)
                .map_err(|problem| Error::invalid("policy.profile", problem.to_string()))?,
            filters: StoredFilters::default(),
            ephemeral: Ephemeral::new(clock.now_ms(), shared),
            jobs: Jobs::default(),
            operators: Operators::new(&settings),
            circles: Circles::new(shared),
            privacy: Settled::new(shared),
            backlog: Backlog::default(),
            tokens: crate::sealing::tokens(&store).await?,
            sessions: Sessions::new(shared),
            names: Names::default(),
            interactions: Interactions::default(),
            hashers: Hashers::start()?,
            announcements: Announcements::default(),
            rooms: Rooms::new(shared),
            lanes: Lanes::default(),
            delivered: Delivered::default(),
            acknowledged: Acknowledged::default(),
            bell: Bell::default(),
            shutdown: CancellationToken::new(),
            settings,
            server_name,
            clock,
            random,
            store,
            key,
            epoch,
        }))
    }

    /// Starts what runs beside requests: the sweeper, and the trimming of queues. To be called before any request.
    pub fn spawn_workers(self: &Arc<Self>) {
        self.media.delete_leftovers();
        tokio::spawn(crate::messages::sweep(Arc::clone(self)));
        tokio::spawn(crate::sync::keep_trimmed(Arc::clone(self)));
        tokio::spawn(crate::receipts::keep_acknowledged(Arc::clone(self)));
        tokio::spawn(crate::keys::sweep(Arc::clone(self)));
        tokio::spawn(crate::ephemeral::keep_time(Arc::clone(self)));
        tokio::spawn(crate::jobs::work(Arc::clone(self)));
        tokio::spawn(crate::search::keep_indexed(Arc::clone(self)));
        let hs = Arc::clone(self);
        tokio::spawn(async move {
            while !hs.sleep(std::time::Duration::from_secs(60)).await {
                hs.limits.forget_idle();
            }
        });
    }

    /// Waits; answers `true` where the process was asked to end meanwhile.
    pub(crate) async fn sleep(&self, time: std::time::Duration) -> bool {
        tokio::time::timeout(time, self.shutdown.cancelled()).await.is_ok()
    }

    /// Tells whoever waits to answer now, because the process is ending.
    pub fn shutdown(&self) {
        self.shutdown.cancel();
    }

    /// # Errors
    /// [`Error::LimitExceeded`] with how long to wait.
    pub fn limit(&self, kind: Limited, key: impl Into<String>) -> Result<()> {
        self.limits.check(kind, key)
    }
}

/// The name of the server that a database belongs to; `None` where no server has used it yet.
///
/// # Errors
/// [`Error::Internal`].
pub async fn server_name(store: &Store) -> Result<Option<String>> {
    Ok(store.read(Side::Named, async |tx| names::find_setting(tx, "server_name").await).await?)
}

/// User ids and room ids carry the server's name, so it can't change once there are any.
async fn check_server_name(store: &Store, server_name: &ServerName) -> Result<()> {
    let wanted = server_name.to_string();
    let stored = store
        .write(Side::Named, async move |tx| match names::find_setting(tx, "server_name").await? {
            Some(stored) => Ok(stored),
            None => names::put_setting(tx, "server_name", &wanted).await.map(|()| wanted.clone()),
        })
        .await?;
    if stored == server_name.as_str() {
        return Ok(());
    }
    Err(Error::invalid(
        "server.name",
        format!(
            "the database belongs to \"{stored}\", it can't become \"{server_name}\": every user id carries the name"
        ),
    ))
}

async fn signing_key(store: &Store) -> Result<Ed25519KeyPair> {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD;
    let fresh = base64.encode(&*Ed25519KeyPair::generate());
    let stored = store
        .write(Side::Named, async move |tx| match names::find_setting(tx, "signing_key").await? {
            Some(stored) => Ok(stored),
            None => names::put_setting(tx, "signing_key", &fresh).await.map(|()| fresh.clone()),
        })
        .await?;
    let der = base64.decode(stored).map_err(Error::internal)?;
    Ed25519KeyPair::from_der(&der, "1".into()).map_err(Error::internal)
}

/// The epoch rises when the machine was restarted: deliveries that needed no sync of their own may be lost then,
/// and a token that has seen them must not be trusted. A killed process loses nothing.
async fn current_epoch(store: &Store) -> Result<i64> {
    if store.is_shared() {
        return Ok(1);
    }
    let boot = std::fs::read_to_string(Path::new("/proc/sys/kernel/random/boot_id")).unwrap_or_default();
    let boot = boot.trim().to_owned();
    let epoch = store
        .write(Side::Named, async move |tx| {
            let stored = names::find_setting(tx, "epoch").await?;
            let seen = names::find_setting(tx, "boot_id").await?;
            let epoch: i64 = stored.and_then(|epoch| epoch.parse().ok()).unwrap_or(0);
            if epoch > 0 && !boot.is_empty() && seen.as_deref() == Some(boot.as_str()) {
                return Ok(epoch);
            }
            names::put_setting(tx, "epoch", &(epoch + 1).to_string()).await?;
            names::put_setting(tx, "boot_id", &boot).await?;
            Ok(epoch + 1)
        })
        .await?;
    Ok(epoch)
}
