//! Uploading and downloading files.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::json;

use crate::{Answer, Person, path, text};

/// A file as the server hands it out.
#[derive(Debug, Clone)]
pub struct File {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl File {
    /// One header; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of letters"))
    }

    /// Checks that it is a file and not a refusal.
    #[track_caller]
    pub fn ok(self) -> File {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Checks a refusal's status and errcode.
    #[track_caller]
    pub fn refused(self, status: u16, errcode: &str) {
        let body = serde_json::from_slice(&self.bytes).unwrap_or(json!(null));
        Answer { status: self.status, body }.refused(status, errcode);
    }
}

impl Person {
    /// Uploads a file; answers its `mxc://` URI.
    pub async fn uploads(&self, content_type: &str, filename: &str, bytes: impl Into<Vec<u8>>) -> String {
        let to = format!("/_matrix/media/v3/upload?filename={}", path(filename));
        text(&self.uploads_to(Method::POST, &to, content_type, bytes.into()).await.ok()["content_uri"])
    }

    /// Sends a file to a path; `bytes` may be a stream.
    pub async fn uploads_to(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        bytes: impl Into<reqwest::Body>,
    ) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        let response =
            request.header(CONTENT_TYPE, content_type).body(bytes).send().await.expect("an answer");
        let status = response.status().as_u16();
        let body = response.bytes().await.expect("a body");
        Answer { status, body: serde_json::from_slice(&body).unwrap_or(json!(null)) }
    }

    /// Announces an upload; answers the URI.
    pub async fn announces_an_upload(&self) -> String {
        text(&self.post("/_matrix/media/v1/create", json!({})).await.ok()["content_uri"])
    }

    /// Makes an upload that was announced.
    pub async fn fulfils(&self, uri: &str, bytes: &[u8]) -> Answer {
        let to = format!("/_matrix/media/v3/upload/{}", in_path(uri));
        self.uploads_to(Method::PUT, &to, "text/plain", bytes.to_vec()).await
    }

    pub async fn downloads(&self, uri: &str) -> File {
        self.fetches(&format!("/v1/media/download/{}", in_path(uri)), &[]).await
    }

    /// Asks for a thumbnail, such as `width=96&height=96&method=crop`.
    pub async fn asks_for_thumbnail(&self, uri: &str, query: &str) -> File {
        self.fetches(&format!("/v1/media/thumbnail/{}?{query}", in_path(uri)), &[]).await
    }

    /// Reads a file from a path below `/_matrix/client`, or an absolute path, where it begins with `/_`.
    pub async fn fetches(&self, path: &str, headers: &[(&str, &str)]) -> File {
        let prefix = if path.starts_with("/_") { "" } else { "/_matrix/client" };
        let mut request = self.http.get(format!("{}{prefix}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        File { status, headers, bytes: response.bytes().await.expect("a body").to_vec() }
    }
}

/// Server name and media id of a URI, as a path has them.
#[track_caller]
pub fn in_path(uri: &str) -> &str {
    uri.strip_prefix("mxc://").unwrap_or_else(|| panic!("not the URI of a file: {uri}"))
}

/// A body of unknown length, piece by piece.
pub fn stream<I>(pieces: I) -> reqwest::Body
where
    I: IntoIterator<Item = std::io::Result<bytes::Bytes>>,
    I::IntoIter: Send + 'static,
{
    reqwest::Body::wrap_stream(futures_util::stream::iter(pieces))
}
