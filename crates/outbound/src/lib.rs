//! The way out: requests that the server makes to addresses which strangers name, such as push gateways and pages that
//! are linked to.
//!
//! Whoever names an address could name one inside the operator's own network, where the server is trusted. So only the
//! public internet is reached, and what the operator allows besides; that is decided for the very addresses that are
//! connected to. Redirects are followed by hand and looked at like the first address. Time, size, and the number of requests
//! to one host are limited.

mod address;
mod hosts;
mod resolve;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
pub use reqwest::Url;
pub use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::{Client, Method, Response, redirect};

use crate::address::Allowed;
pub use crate::address::{Destination, is_public};
use crate::hosts::Hosts;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the first look-up to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to one host that are kept for the next request, and for how long.
const IDLE_MAX: usize = 2;
const IDLE_TIME: Duration = Duration::from_secs(30);
/// Pages redirect to https, to their real name and to a language.
const REDIRECTS_MAX: usize = 5;
const URL_BYTES_MAX: usize = 4_096;
const USER_AGENT: &str = concat!("Aside/", env!("CARGO_PKG_VERSION"));

/// Why there is no answer. None of this names the address: it may be a secret in itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("this address may not be reached")]
    NotAllowed,
    #[error("not an address that can be asked")]
    BadAddress,
    /// As many requests to this host are under way as may be.
    #[error("the host is busy with our requests")]
    Busy,
    #[error("no answer within {} seconds", TIMEOUT.as_secs())]
    TimedOut,
    #[error("redirected more than {REDIRECTS_MAX} times")]
    TooManyRedirects,
    #[error("can't be reached: {0}")]
    Unreachable(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    /// Where the answer came from in the end.
    pub url: Url,
    pub headers: HeaderMap,
    /// As much of it as was wanted.
    pub body: Bytes,
    /// Whether there was more.
    pub is_cut: bool,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }
}

/// Makes requests. Its client takes memory for the certificates of this world, so it is made with the first request.
pub struct Outbound {
    allowed: Arc<Allowed>,
    client: OnceLock<Result<Client>>,
    hosts: Hosts,
}

impl Outbound {
    /// `allowed` may be reached beside the public internet.
    pub fn new(allowed: Vec<Destination>) -> Self {
        Outbound { allowed: Arc::new(Allowed(allowed)), client: OnceLock::new(), hosts: Hosts::default() }
    }

    /// Posts a body and reads up to `max_bytes` of the answer. A redirect is answered as it is: what was meant for one host
    /// is not for another.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn post(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Vec<u8>,
        max_bytes: usize,
    ) -> Result<Answer> {
        let _turn = self.hosts.enter(url)?;
        let ask = async {
            let response = self.ask(Method::POST, url, headers, body).await?;
            read(response, url.clone(), |_| max_bytes).await
        };
        tokio::time::timeout(TIMEOUT, ask).await.map_err(|_| Error::TimedOut)?
    }

    /// Gets what is at an address, or where it redirects to. `max_bytes` says of the content type how much is read of it.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn get(
        &self,
        url: &Url,
        accept: &'static str,
        max_bytes: impl Fn(Option<&str>) -> usize,
    ) -> Result<Answer> {
        let follow = async {
            let mut url = url.clone();
            for _ in 0..=REDIRECTS_MAX {
                let _turn = self.hosts.enter(&url)?;
                let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
                let response = self.ask(Method::GET, &url, headers, Vec::new()).await?;
                match target(&response, &url)? {
                    Some(next) => url = next,
                    None => return read(response, url, &max_bytes).await,
                }
            }
            Err(Error::TooManyRedirects)
        };
        tokio::time::timeout(TIMEOUT, follow).await.map_err(|_| Error::TimedOut)?
    }

    async fn ask(&self, method: Method, url: &Url, headers: HeaderMap, body: Vec<u8>) -> Result<Response> {
        check(url, &self.allowed)?;
        let client = self.client.get_or_init(|| client(&self.allowed)).as_ref().map_err(Clone::clone)?;
        let request = client.request(method, url.clone()).headers(headers).body(body);
        request.send().await.map_err(unreachable)
    }
}

fn client(allowed: &Arc<Allowed>) -> Result<Client> {
    Client::builder()
        .dns_resolver(resolve::Filtered(Arc::clone(allowed)))
        .redirect(redirect::Policy::none())
        // A proxy would look names up for us, and nobody would look at the addresses.
        .no_proxy()
        .referer(false)
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_max_idle_per_host(IDLE_MAX)
        .pool_idle_timeout(IDLE_TIME)
        .build()
        .map_err(unreachable)
}

/// What can be said before connecting. An address that stands in the URL itself is never looked up, so it is looked at here.
fn check(url: &Url, allowed: &Allowed) -> Result<()> {
    let is_web = matches!(url.scheme(), "http" | "https");
    if !is_web || url.as_str().len() > URL_BYTES_MAX || !url.username().is_empty() || url.password().is_some()
    {
        return Err(Error::BadAddress);
    }
    let host = url.host_str().ok_or(Error::BadAddress)?;
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(ip) if !allowed.address(ip) => Err(Error::NotAllowed),
        _ => Ok(()),
    }
}

/// Where a response redirects to.
fn target(response: &Response, url: &Url) -> Result<Option<Url>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    location.map(|location| url.join(location).map_err(|_| Error::BadAddress)).transpose()
}

async fn read(mut response: Response, url: Url, max_bytes: impl Fn(Option<&str>) -> usize) -> Result<Answer> {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut answer = Answer { status, url, headers, body: Bytes::new(), is_cut: false };
    let max_bytes = max_bytes(answer.content_type());
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        let room = max_bytes - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            answer.is_cut = true;
            break;
        }
        body.extend_from_slice(&chunk);
    }
    answer.body = body.freeze();
    Ok(answer)
}

/// The innermost reason says what happened; the outer ones say "error sending request" and the address.
fn unreachable(error: reqwest::Error) -> Error {
    let error = error.without_url();
    if error.is_timeout() {
        return Error::TimedOut;
    }
    let mut reason: &dyn std::error::Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    match reason.is::<resolve::NoneAllowed>() {
        true => Error::NotAllowed,
        false => Error::Unreachable(reason.to_string()),
    }
}

#[cfg(test)]
mod tests;
