use std::sync::Arc;

use aside_domain::gifs::{self, Extent};
use aside_domain::{Error, Homeserver};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{Caller, Path, Query};
use crate::error::ErrorAnswer;
use crate::media::add_headers;

#[derive(Deserialize, IntoParams)]
pub(crate) struct GifWanted {
    /// The whole picture as it is sent, or a small one to choose by.
    #[serde(default)]
    #[param(inline, required = false)]
    size: GifSize,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum GifSize {
    Preview,
    #[default]
    Whole,
}

/// Fetch a moving picture
///
/// By the id that looking for some has given. To send it, upload it like any other picture.
#[utoipa::path(
    get, path = "/_aside/v1/gifs/{gif_id}", tag = "messages", params(("gif_id" = String, Path), GifWanted),
    responses((status = 200, description = "The picture.", content_type = "image/gif"))
)]
pub(crate) async fn get_gif(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Path(id): Path<String>,
    Query(wanted): Query<GifWanted>,
) -> Result<Response, ErrorAnswer> {
    let (extent, name) = match wanted.size {
        GifSize::Preview => (Extent::Preview, "preview"),
        GifSize::Whole => (Extent::Whole, "whole"),
    };
    let picture = gifs::picture(&hs, &session, &id, extent).await?;
    let mut response = ([(header::CONTENT_TYPE, picture.content_type)], picture.bytes).into_response();
    add_headers(response.headers_mut(), &format!("\"{id}-{name}\"")).map_err(Error::internal)?;
    Ok(response)
}
