//! From the configuration to a running homeserver: the only file of this crate that knows what the others
//! offer.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::Arc;

use aside_domain::policy::PolicySettings;
use aside_domain::{Error, Homeserver, MediaStore, Settings};
use aside_store::{Location, Store};
use axum::Router;

use crate::config::{Config, Media, Sources, StoreKind};
use crate::sealing;

/// Everything that the accept loop needs, and what the greeting wants to know.
pub struct House {
    pub homeserver: Arc<Homeserver>,
    pub router: Router,
    /// Lets the first account in; there is one only at the first start.
    pub first_token: Option<String>,
}

pub async fn open(config: &Config, sources: &Sources) -> Result<House, String> {
    make_folder(&config.data.dir)
        .map_err(|error| sources.problem("data.dir", &format!("cannot be made: {error}")).to_string())?;
    let store = open_store(config, sources).await?;
    let homeserver =
        Homeserver::open(store, settings(config)).await.map_err(|error| refusal(sources, error))?;
    let first_token =
        aside_domain::registration::first_token(&homeserver).await.map_err(|error| error.to_string())?;
    Homeserver::spawn_workers(&homeserver);
    Ok(House { router: aside_api::router(Arc::clone(&homeserver)), homeserver, first_token })
}

/// Opens the data of a server that has run before, to do something to it; whatever the server is called.
pub async fn open_data(config: &Config, sources: &Sources) -> Result<Arc<Homeserver>, String> {
    let nothing = || sources.problem("data.dir", "has no data of a server").to_string();
    if config.database.url.is_none() && !config.data.dir.join("aside.db").exists() {
        return Err(nothing());
    }
    let store = open_store(config, sources).await?;
    let server_name = aside_domain::server_name(&store).await.map_err(|error| format!("{error}."))?;
    let settings = Settings { server_name: server_name.ok_or_else(nothing)?, ..settings(config) };
    Homeserver::open(store, settings).await.map_err(|error| refusal(sources, error))
}

async fn open_store(config: &Config, sources: &Sources) -> Result<Store, String> {
    let keyring = sealing::keyring(config, sources)?;
    let store = Store::open_sealed(location(config), keyring).await;
    store.map_err(|error| unusable(config, sources, &error))
}

/// The database is where one of two keys says.
fn unusable(config: &Config, sources: &Sources, error: &aside_store::Error) -> String {
    if let aside_store::Error::Sealed(reason) = error {
        return sources.problem(sealing::source(config), reason).to_string();
    }
    let key = if config.database.url.is_some() { "database.url" } else { "data.dir" };
    sources.problem(key, &format!("leads to no usable database: {error}")).to_string()
}

/// What the domain refuses by the name of a key is reported where that key was set.
fn refusal(sources: &Sources, error: Error) -> String {
    match error {
        Error::Invalid { field, reason } => {
            sources.problem(field, &format!("is refused: {reason}")).to_string()
        }
        other => format!("{other}."),
    }
}

/// The folder holds password hashes and messages, so it is nobody else's to read.
fn make_folder(dir: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

fn location(config: &Config) -> Location {
    match &config.database.url {
        Some(url) => Location::Postgres {
            url: url.reveal().to_owned(),
            max_connections: config.database.max_connections,
        },
        None => Location::Sqlite(config.data.dir.clone()),
    }
}

fn settings(config: &Config) -> Settings {
    Settings {
        server_name: config.server.name.clone(),
        base_url: config.server.public_url(),
        data_dir: config.data.dir.clone(),
        open_registration: config.registration.open,
        rate_limits: config.limits.rate_limits,
        reuse_direct_rooms: config.rooms.reuse_direct,
        default_room_version: config.rooms.default_version.clone(),
        max_request_bytes: config.limits.max_request_bytes,
        max_upload_bytes: config.media.max_upload_bytes,
        max_pixels: config.media.max_pixels,
        media_store: media_store(&config.media, &config.data.dir),
        sync_max_timeout_ms: config.sync.max_timeout_ms,
        queue_days: config.sync.queue_days,
        queue_max_entries: config.sync.queue_max_entries,
        presence: config.presence.enabled,
        hidden_words: config.safety.hidden_words.clone(),
        protected_hosts: config.safety.protected_hosts.clone(),
        password_min_chars: config.safety.password_min_chars,
        refuse_guessable_passwords: config.safety.refuse_guessable_passwords,
        push_content: config.push.include_content,
        push_contact: push_contact(config),
        previews: config.previews.enabled,
        gifs: config.gifs.settings(),
        turn: config.turn.settings(),
        outbound_allow: config.outbound.destinations(),
        policy: PolicySettings {
            profile: config.policy.profile.clone(),
            groups: config.policy.groups.clone(),
        },
        service_tokens: config.api.tokens().map(str::to_owned).collect(),
        moderators: config.api.moderators.clone(),
        identity_reviewers: config.api.identity_reviewers.clone(),
    }
}

/// Push services want somebody to talk to, and some refuse whoever names nobody.
fn push_contact(config: &Config) -> String {
    let public_url = Some(config.server.public_url()).filter(|url| url.starts_with("https://"));
    let named = config.push.contact.clone().or(public_url);
    let host = config.server.name.rsplit_once(':').map_or(config.server.name.as_str(), |(host, _)| host);
    named.unwrap_or_else(|| format!("mailto:postmaster@{host}"))
}

fn media_store(media: &Media, data_dir: &Path) -> MediaStore {
    match media.store {
        StoreKind::Disk => MediaStore::Disk(data_dir.join("media")),
        StoreKind::S3 => MediaStore::S3 {
            endpoint: media.endpoint(),
            bucket: media.s3_bucket.clone().unwrap_or_default(),
            region: media.s3_region.clone(),
            access_key: media.s3_access_key.clone().unwrap_or_default(),
            secret_key: media.s3_secret_key.as_ref().map(|key| key.reveal().to_owned()).unwrap_or_default(),
        },
    }
}
