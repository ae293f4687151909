//! A server of its own for each test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use aside_domain::{Clock, Homeserver, Random, Settings, accounts};
use aside_store::{Location, Store};
use ruma::OwnedUserId;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Person, text};

/// What the operator's backend proves itself by in tests.
const SERVICE_TOKEN: &str = "the-service-token-of-every-test-server";
/// `server.person("moderator")` is somebody who looks at reports.
const MODERATOR: &str = "@moderator:localhost";

/// `server.person("reviewer")` is somebody who looks at identity documents.
const REVIEWER: &str = "@reviewer:localhost";

/// A client for tests that speak to a server by themselves.
pub fn http_client() -> reqwest::Client {
    // Some dependency may have installed the provider already; either way there is one now.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("an HTTP client")
}

/// A running server that goes away with its data when it is dropped.
pub struct TestServer {
    pub hs: Arc<Homeserver>,
    pub address: SocketAddr,
    pub http: reqwest::Client,
    /// Milliseconds since 1970, for tests that move the time; see [`TestServer::start_with`].
    pub clock: Arc<AtomicI64>,
    _data: Option<TempDir>,
}

impl TestServer {
    /// Starts a server with open registration and no rate limits on the real clock.
    pub async fn start() -> TestServer {
        Self::start_with(|_| {}, false).await
    }

    /// Starts a server with changed settings; with `fake_clock` the time stands still until the test moves it.
    pub async fn start_with(change: impl FnOnce(&mut Settings), fake_clock: bool) -> TestServer {
        let data = tempfile::tempdir().expect("a directory for the test's data");
        let mut settings = Settings::in_directory(data.path().to_owned());
        settings.open_registration = true;
        settings.rate_limits = false;
        settings.password_min_chars = 1;
        // Tests speak to nobody outside; what stands for it is on this machine.
        settings.previews = false;
        settings.outbound_allow = vec!["127.0.0.1".parse().expect("an address")];
        settings.service_tokens = vec![SERVICE_TOKEN.to_owned()];
        settings.moderators = vec![OwnedUserId::try_from(MODERATOR).expect("a user id")];
        settings.identity_reviewers = vec![OwnedUserId::try_from(REVIEWER).expect("a user id")];
        change(&mut settings);
        let store = Store::open(Location::Sqlite(data.path().to_owned())).await.expect("a database");
        Self::start_on(store, settings, fake_clock, Some(data)).await
    }

    /// Starts a server on a database that the caller opened, as one of several on the same PostgreSQL.
    pub async fn start_on(
        store: Store,
        settings: Settings,
        fake_clock: bool,
        data: Option<TempDir>,
    ) -> TestServer {
        let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
        let chosen = if fake_clock { Clock::Fake(Arc::clone(&clock)) } else { Clock::System };
        let hs = Homeserver::open_with(store, settings, chosen, Random::from_system())
            .await
            .expect("a homeserver");
        hs.spawn_workers();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let app = aside_api::router(Arc::clone(&hs)).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let http = http_client();
        TestServer { hs, address, http, clock, _data: data }
    }

    /// Somebody with an account and a device, made without going through registration.
    pub async fn person(&self, name: &str) -> Person {
        let user = accounts::create_user(&self.hs, name, None, false).await.expect("an account");
        let session = accounts::create_session(&self.hs, user, None, None, false).await.expect("a session");
        Person {
            user_id: format!("@{name}:{}", self.hs.server_name),
            token: session.access_token,
            device_id: session.device_id.to_string(),
            base: format!("http://{}", self.address),
            http: self.http.clone(),
        }
    }

    /// Somebody who makes an account with a password, as everybody does.
    pub async fn registers(&self, name: &str, password: &str) -> Person {
        let wanted = json!({ "username": name, "password": password, "auth": { "type": "m.login.dummy" } });
        let answer = self.anonymous().await.post("/v3/register", wanted).await.ok();
        self.person_of(&answer)
    }

    /// The person on the device that an answer to a registration or a log-in is about.
    pub fn person_of(&self, answer: &Value) -> Person {
        Person {
            user_id: text(&answer["user_id"]),
            token: text(&answer["access_token"]),
            device_id: text(&answer["device_id"]),
            base: format!("http://{}", self.address),
            http: self.http.clone(),
        }
    }

    /// The operator's own backend, which has a service token.
    pub async fn backend(&self) -> Person {
        Person { token: SERVICE_TOKEN.to_owned(), ..self.anonymous().await }
    }

    /// A request without a token.
    pub async fn anonymous(&self) -> Person {
        Person {
            user_id: String::new(),
            token: String::new(),
            device_id: String::new(),
            base: format!("http://{}", self.address),
            http: self.http.clone(),
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.hs.shutdown();
    }
}
