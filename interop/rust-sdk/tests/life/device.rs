//! A person, and a device of theirs: an unmodified client that is logged in and syncs.

use std::{collections::BTreeMap, fmt, time::Duration};

use matrix_sdk::{
    Client, LoopCtrl, Room, RoomState,
    config::SyncSettings,
    encryption::{BackupDownloadStrategy, EncryptionSettings},
    ruma::{
        OwnedEventId, OwnedUserId, RoomId, TransactionId,
        api::client::{
            account::register,
            uiaa::{AuthData, Dummy, MatrixUserIdentifier, Password, UserIdentifier},
        },
        assign,
        events::{
            AnySyncEphemeralRoomEvent, AnySyncMessageLikeEvent, AnySyncTimelineEvent, SyncMessageLikeEvent,
            presence::PresenceEventContent, room::message::RoomMessageEventContent,
        },
    },
    sync::SyncResponse,
};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, timeout, timeout_at},
};

use crate::homeserver::Homeserver;

const PATIENCE: Duration = Duration::from_secs(60);

/// A poll ends after a second even if nothing happened, so that what comes about in other ways
/// than by a sync is looked for again.
const POLL: Duration = Duration::from_secs(1);

pub struct Person {
    pub name: &'static str,
    pub localpart: String,
    pub password: String,
    pub user_id: OwnedUserId,
    url: String,
}

impl Person {
    /// The name is made unlike any other, so that tests can share a homeserver that was there before.
    pub fn new(name: &'static str, homeserver: &Homeserver) -> Self {
        let localpart = format!("{name}-{}", TransactionId::new());
        let user_id = format!("@{localpart}:{}", homeserver.name);
        Self {
            name,
            password: format!("{name} likes long passwords"),
            user_id: user_id.try_into().expect("a user ID"),
            localpart,
            url: homeserver.url.clone(),
        }
    }

    /// A client that is not logged in.
    pub async fn visitor(&self) -> Client {
        Client::builder()
            .homeserver_url(&self.url)
            .with_encryption_settings(EncryptionSettings {
                auto_enable_cross_signing: true,
                backup_download_strategy: BackupDownloadStrategy::OneShot,
                auto_enable_backups: false,
            })
            .build()
            .await
            .expect("a client")
    }

    pub fn registration(&self, session: Option<String>) -> register::v3::Request {
        let auth = session.map(|session| AuthData::Dummy(assign!(Dummy::new(), { session: Some(session) })));
        assign!(register::v3::Request::new(), {
            username: Some(self.localpart.clone()),
            password: Some(self.password.clone()),
            auth,
        })
    }

    /// Registers in the two steps of user-interactive authentication, and syncs.
    pub async fn register(&self) -> Device {
        let client = self.visitor().await;
        let asked = client.matrix_auth().register(self.registration(None)).await.unwrap_err();
        let session = asked.as_uiaa_response().expect("the stages of registration").session.clone();
        client.matrix_auth().register(self.registration(session)).await.expect("registration");
        Device::start(format!("{}'s first device", self.name), client).await
    }

    /// Logs in with the password on a new device, and syncs.
    pub async fn log_in(&self, name: &str) -> Device {
        let client = self.visitor().await;
        client
            .matrix_auth()
            .login_username(&self.localpart, &self.password)
            .initial_device_display_name(name)
            .send()
            .await
            .unwrap_or_else(|error| panic!("{} did not log in: {error}", self.name));
        Device::start(format!("{}'s {name}", self.name), client).await
    }

    /// The answer to user-interactive authentication.
    pub fn auth(&self, password: &str, session: Option<String>) -> AuthData {
        let user = UserIdentifier::Matrix(MatrixUserIdentifier::new(self.localpart.clone()));
        AuthData::Password(assign!(Password::new(user, password.to_owned()), { session }))
    }
}

/// What has come to a device by its syncs, decrypted where that was possible.
#[derive(Default)]
pub struct Seen {
    pub timeline: Vec<AnySyncTimelineEvent>,
    pub typing: Vec<OwnedUserId>,
    pub presence: BTreeMap<OwnedUserId, PresenceEventContent>,
}

impl Seen {
    fn take_in(&mut self, response: SyncResponse) {
        for update in response.rooms.joined.into_values() {
            let events = update.timeline.events.iter();
            self.timeline.extend(events.map(|event| event.raw().deserialize().expect("an event")));
            for event in update.ephemeral {
                if let Ok(AnySyncEphemeralRoomEvent::Typing(typing)) = event.deserialize() {
                    self.typing = typing.content.user_ids;
                }
            }
        }
        for event in response.presence {
            let event = event.deserialize().expect("a presence event");
            self.presence.insert(event.sender, event.content);
        }
    }
}

pub struct Device {
    pub client: Client,
    name: String,
    seen: watch::Receiver<Seen>,
    sync: JoinHandle<()>,
}

impl Device {
    async fn start(name: String, client: Client) -> Self {
        client.encryption().wait_for_e2ee_initialization_tasks().await;
        let settings = SyncSettings::new().timeout(POLL);
        let first = client.sync_once(settings.clone()).await.expect("the first sync");
        let (sender, seen) = watch::channel(Seen::default());
        sender.send_modify(|seen| seen.take_in(first));

        let sync = tokio::spawn({
            let client = client.clone();
            async move {
                let taken_in = client.sync_with_callback(settings, |response| {
                    sender.send_modify(|seen| seen.take_in(response));
                    std::future::ready(LoopCtrl::Continue)
                });
                if let Err(error) = taken_in.await {
                    eprintln!("a sync ended: {error}");
                }
            }
        });
        Self { client, name, seen, sync }
    }

    /// Awaits what `look` finds, looking again after each sync.
    pub async fn until<T>(&self, awaited: &str, look: impl AsyncFn(&Self) -> Option<T>) -> T {
        let mut seen = self.seen.clone();
        let deadline = Instant::now() + PATIENCE;
        loop {
            seen.mark_unchanged();
            if let Ok(Some(found)) = timeout_at(deadline, look(self)).await {
                return found;
            }
            match timeout_at(deadline, seen.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => panic!("{self} no longer syncs, while awaiting {awaited}"),
                Err(_) => panic!("{PATIENCE:?} went by on {self} without {awaited}"),
            }
        }
    }

    pub fn seen(&self) -> watch::Ref<'_, Seen> {
        self.seen.borrow()
    }

    pub fn room(&self, room_id: &RoomId) -> Room {
        self.client.get_room(room_id).unwrap_or_else(|| panic!("{self} has no room {room_id}"))
    }

    pub async fn invited_to(&self, room_id: &RoomId) -> Room {
        self.until("the invite", async |device| {
            device.client.get_room(room_id).filter(|room| room.state() == RoomState::Invited)
        })
        .await
    }

    /// Awaits that an event comes by sync and is no longer encrypted.
    pub async fn shows(&self, event_id: &OwnedEventId, what: &str) -> AnySyncTimelineEvent {
        self.until(&format!("{what} ({event_id})"), async |device| {
            let seen = device.seen();
            let mut timeline = seen.timeline.iter();
            timeline.find(|event| event.event_id() == event_id && !is_encrypted(event)).cloned()
        })
        .await
    }

    /// Awaits a message, and tells what it says.
    pub async fn reads(&self, event_id: &OwnedEventId, what: &str) -> RoomMessageEventContent {
        message(self.shows(event_id, what).await)
    }

    /// Sends a text, and awaits that another device shows it.
    pub async fn says(&self, body: &str, room_id: &RoomId, listener: &Device) -> OwnedEventId {
        let content = RoomMessageEventContent::text_plain(body);
        let sent = self.room(room_id).send(content).await.expect("a text to be sent");
        let event_id = sent.response.event_id;
        let heard = listener.reads(&event_id, &format!("\"{body}\" from {self}")).await;
        assert_eq!(heard.body(), body);
        event_id
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.sync.abort();
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn is_encrypted(event: &AnySyncTimelineEvent) -> bool {
    matches!(event, AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomEncrypted(_)))
}

/// The content of an event that is to be a message.
pub fn message(event: AnySyncTimelineEvent) -> RoomMessageEventContent {
    match event {
        AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomMessage(
            SyncMessageLikeEvent::Original(message),
        )) => message.content,
        other => panic!("not a message: {other:?}"),
    }
}

/// Awaits what the SDK does by itself, and says what that was if it takes too long.
pub async fn within<T>(awaited: &str, work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| panic!("{PATIENCE:?} went by without {awaited}"))
}
