//! The HTTP/1.1 client of the generator: one keep-alive connection per virtual user, nothing pooled, nothing
//! shared.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Longer than any long poll, so that a server that hangs ends the measure and not the operator's patience.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// Where a homeserver listens.
pub struct Endpoint {
    address: String,
    host: HeaderValue,
}

impl Endpoint {
    /// Takes `http://host:port`. There is no TLS: a measure of it would be one of the generator's
    /// cryptography too.
    pub fn parse(url: &str) -> Result<Arc<Self>> {
        let address =
            url.strip_prefix("http://").context("only http:// URLs can be measured")?.trim_end_matches('/');
        ensure!(!address.contains('/'), "{url}: a path in the URL is not supported");
        let address = if address.contains(':') { address.to_owned() } else { format!("{address}:80") };
        let host = HeaderValue::from_str(&address).with_context(|| format!("{url} is not a URL"))?;
        Ok(Arc::new(Self { address, host }))
    }

    /// Whether connections are accepted yet.
    pub async fn listens(&self) -> bool {
        TcpStream::connect(&self.address).await.is_ok()
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
}

impl Answer {
    /// The body of a successful answer; anything else becomes an error that shows the beginning of the
    /// answer.
    pub fn ok(self) -> Result<Bytes> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        let text = String::from_utf8_lossy(&self.body);
        let hint = match self.status {
            StatusCode::TOO_MANY_REQUESTS => " (raise the server's rate limits to measure it)",
            _ => "",
        };
        bail!("answer {}{hint}: {:.300}", self.status, text.trim())
    }
}

/// One keep-alive connection, opened at the first request and again when the server has closed it.
pub struct Connection {
    endpoint: Arc<Endpoint>,
    sender: Option<http1::SendRequest<Full<Bytes>>>,
}

impl Connection {
    pub fn new(endpoint: &Arc<Endpoint>) -> Self {
        Self { endpoint: Arc::clone(endpoint), sender: None }
    }

    pub async fn get(&mut self, path: &str, token: Option<&HeaderValue>) -> Result<Answer> {
        self.call(Method::GET, path, token, Bytes::new()).await
    }

    pub async fn put(&mut self, path: &str, token: Option<&HeaderValue>, body: Bytes) -> Result<Answer> {
        self.call(Method::PUT, path, token, body).await
    }

    pub async fn post(&mut self, path: &str, token: Option<&HeaderValue>, body: Bytes) -> Result<Answer> {
        self.call(Method::POST, path, token, body).await
    }

    async fn call(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&HeaderValue>,
        body: Bytes,
    ) -> Result<Answer> {
        let exchange = async {
            match self.exchange(&method, path, token, body.clone()).await? {
                Ok(answer) => Ok(answer),
                // The server closed the idle connection under the request: safe to repeat, unless it is a
                // POST.
                Err(error)
                    if error.is_canceled() || (error.is_incomplete_message() && method != Method::POST) =>
                {
                    self.sender = None;
                    Ok(self.exchange(&method, path, token, body).await??)
                }
                Err(error) => Err(error.into()),
            }
        };
        let result = tokio::time::timeout(REQUEST_TIMEOUT, exchange).await;
        result.map_err(anyhow::Error::from).flatten().with_context(|| format!("{method} {path:.80}"))
    }

    async fn exchange(
        &mut self,
        method: &Method,
        path: &str,
        token: Option<&HeaderValue>,
        body: Bytes,
    ) -> Result<hyper::Result<Answer>> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.endpoint.host);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(body))?;
        let response = match self.open().await?.send_request(request).await {
            Ok(response) => response,
            Err(error) => return Ok(Err(error)),
        };
        let status = response.status();
        let body = response.into_body().collect().await;
        Ok(body.map(|body| Answer { status, body: body.to_bytes() }))
    }

    /// Opens the connection unless it is open.
    pub async fn open(&mut self) -> Result<&mut http1::SendRequest<Full<Bytes>>> {
        let sender = match self.sender.take().filter(|sender| !sender.is_closed()) {
            Some(sender) => sender,
            None => {
                let stream = TcpStream::connect(&self.endpoint.address).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
                // An error of the connection reaches the request that waits on it, so it is not reported
                // here.
                tokio::spawn(connection);
                sender
            }
        };
        Ok(self.sender.insert(sender))
    }
}
