//! What the operator decides, already checked.

use std::path::PathBuf;

use aside_outbound::Destination;
use ruma::OwnedUserId;

use crate::gifs::GifSettings;
use crate::policy::PolicySettings;
use crate::turn::TurnSettings;

/// Plain values that the domain needs; where they come from is the server's business.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The part of user ids after the colon; never changes after the first start.
    pub server_name: String,
    /// Where clients reach this server, without a slash at the end.
    pub base_url: String,
    pub data_dir: PathBuf,
    pub open_registration: bool,
    pub rate_limits: bool,
    /// Whether a pair of people has one direct room.
    pub reuse_direct_rooms: bool,
    /// A room version: "10", "11" or "12".
    pub default_room_version: String,
    pub max_request_bytes: usize,
    pub max_upload_bytes: u64,
    /// Images with more pixels get no thumbnail.
    pub max_pixels: u64,
    pub media_store: MediaStore,
    /// The longest a sync may wait.
    pub sync_max_timeout_ms: u64,
    /// Queue entries older than this are deleted.
    pub queue_days: u32,
    /// Queue entries of one user beyond this many are deleted.
    pub queue_max_entries: u64,
    pub presence: bool,
    /// Phrases for which strangers' messages are put out of everybody's sight.
    pub hidden_words: Vec<String>,
    /// Hosts that links may not pretend to be, beside the well-known ones.
    pub protected_hosts: Vec<String>,
    /// A new password has at least so many characters.
    pub password_min_chars: usize,
    /// Whether new passwords that are tried first are refused.
    pub refuse_guessable_passwords: bool,
    /// Whether push gateways that ask for it get what a message says.
    pub push_content: bool,
    /// Whom a push service may complain to: an address that begins with `mailto:` or `https:`.
    pub push_contact: String,
    /// Whether pages that people link to are asked what they are.
    pub previews: bool,
    /// Where moving pictures come from, where the operator has chosen somebody.
    pub gifs: Option<GifSettings>,
    /// Relays for calls, where the operator has some.
    pub turn: Option<TurnSettings>,
    /// What may be reached beside the public internet.
    pub outbound_allow: Vec<Destination>,
    pub policy: PolicySettings,
    /// Tokens by which the operator's own backend proves itself.
    pub service_tokens: Vec<String>,
    /// People who look at reports, beside the administrators.
    pub moderators: Vec<OwnedUserId>,
    /// People who look at identity documents; nobody else does.
    pub identity_reviewers: Vec<OwnedUserId>,
}

/// Where media files are kept.
#[derive(Debug, Clone)]
pub enum MediaStore {
    Disk(PathBuf),
    S3 { endpoint: String, bucket: String, region: String, access_key: String, secret_key: String },
}

impl Settings {
    /// The defaults, with everything in one directory.
    pub fn in_directory(data_dir: PathBuf) -> Self {
        Settings {
            server_name: "localhost".into(),
            base_url: "http://127.0.0.1:8008".into(),
            open_registration: false,
            rate_limits: true,
            reuse_direct_rooms: true,
            default_room_version: "12".into(),
            max_request_bytes: 1 << 20,
            max_upload_bytes: 100 << 20,
            max_pixels: 32_000_000,
            media_store: MediaStore::Disk(data_dir.join("media")),
            data_dir,
            sync_max_timeout_ms: 120_000,
            queue_days: 30,
            queue_max_entries: 100_000,
            presence: true,
            hidden_words: Vec::new(),
            protected_hosts: Vec::new(),
            password_min_chars: 8,
            refuse_guessable_passwords: false,
            push_content: false,
            push_contact: "mailto:postmaster@localhost".into(),
            previews: true,
            gifs: None,
            turn: None,
            outbound_allow: Vec::new(),
            policy: PolicySettings::default(),
            service_tokens: Vec::new(),
            moderators: Vec::new(),
            identity_reviewers: Vec::new(),
        }
    }
}
