//! A computer outside that the server sends requests to: a push gateway, a push service, somebody's web site.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(10);
/// How long is waited for what should not come.
const SILENCE: Duration = Duration::from_millis(400);

/// A request that came in.
#[derive(Debug)]
pub struct Asked {
    pub path: String,
    /// What stands behind the question mark.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What is answered: status, content type, body.
type Answers = Arc<Mutex<HashMap<String, (u16, String, Bytes)>>>;

/// Remembers what it is asked, and answers as it was told; without that, with 200 and an empty object.
pub struct Outside {
    address: SocketAddr,
    answers: Answers,
    asked: tokio::sync::Mutex<mpsc::UnboundedReceiver<Asked>>,
}

impl Outside {
    pub async fn start() -> Outside {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (tell, asked) = mpsc::unbounded_channel();
        let answers = Answers::default();
        let app = Router::new().fallback(answer).with_state((Arc::clone(&answers), tell));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Outside { address, answers, asked: tokio::sync::Mutex::new(asked) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on, a path is answered so. A content type of `location` redirects to the body.
    pub fn answers(&self, path: &str, status: u16, content_type: &str, body: impl Into<Bytes>) {
        let answer = (status, content_type.to_owned(), body.into());
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), answer);
    }

    /// The next request that comes in.
    ///
    /// # Panics
    /// Where none comes.
    pub async fn asked(&self) -> Asked {
        let mut asked = self.asked.lock().await;
        tokio::time::timeout(PATIENCE, asked.recv()).await.expect("somebody asks").expect("a request")
    }

    /// Waits for a while in which nobody asks.
    ///
    /// # Panics
    /// Where somebody does.
    pub async fn is_left_alone(&self) {
        let mut asked = self.asked.lock().await;
        if let Ok(Some(asked)) = tokio::time::timeout(SILENCE, asked.recv()).await {
            panic!("somebody asked: {} {:?}", asked.path, asked.body);
        }
    }
}

async fn answer(
    State((answers, tell)): State<(Answers, mpsc::UnboundedSender<Asked>)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let told = answers.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    let _ = tell.send(Asked { path, query, headers: parts.headers, body });
    let (status, kind, body) = told.unwrap_or((200, "application/json".into(), Bytes::from_static(b"{}")));
    let status = StatusCode::from_u16(status).expect("a status");
    match kind.as_str() {
        "location" => {
            (status, [(header::LOCATION, String::from_utf8_lossy(&body).into_owned())]).into_response()
        }
        _ => (status, [(header::CONTENT_TYPE, kind)], body).into_response(),
    }
}
