//! The door: Matrix's client-server API over HTTP. Each endpoint is a file, named as the specification names it;
//! it authenticates, limits, parses, calls `domain` and turns the result into JSON. No rule lives here.

mod aside;
mod body;
mod client;
mod cors;
mod error;
mod legacy;
mod matrix;
mod media;
mod pages;
mod raw;
mod web;

use std::sync::Arc;

use aside_domain::Homeserver;
use axum::Router;
use tower::layer::layer_fn;

pub use aside::{OwnEndpoint, Proof, list_own_endpoints, openapi};
pub use client::list_endpoints;

/// Every route of the server.
pub fn router(hs: Arc<Homeserver>) -> Router {
    let router = client::routes()
        .merge(aside::routes())
        .merge(pages::routes(web::missing()))
        .fallback(web::fallback)
        .method_not_allowed_fallback(error::wrong_method);
    router.with_state(hs).layer(layer_fn(cors::AllowAll))
}
