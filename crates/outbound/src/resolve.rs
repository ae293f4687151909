//! Names become addresses here, at the moment of connecting, and only addresses that may be reached come out. A name that was
//! looked up before and found harmless may have another address by then.

use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::address::Allowed;

/// None of a name's addresses may be reached.
#[derive(Debug, thiserror::Error)]
#[error("the host has no address that may be reached")]
pub(crate) struct NoneAllowed;

pub(crate) struct Filtered(pub(crate) Arc<Allowed>);

impl Resolve for Filtered {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            // Not every resolver knows a name with a dot behind it, which means the same to everybody else.
            let host = name.as_str().trim_end_matches('.');
            let mut found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            if !allowed.host(host) {
                found.retain(|address| allowed.address(address.ip()));
            }
            match found.is_empty() {
                true => Err(NoneAllowed.into()),
                false => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}
