use std::sync::Arc;

use aside_domain::{Homeserver, gifs};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Caller, Query, number};
use crate::error::ErrorAnswer;

#[derive(Deserialize, IntoParams)]
pub(crate) struct GifsWanted {
    /// What they should show. Without it: what is liked now.
    #[serde(default)]
    #[param(required = false)]
    query: String,
    /// What an earlier answer called `next`.
    from: Option<String>,
}

/// Moving pictures to choose from.
#[derive(Serialize, ToSchema)]
pub(crate) struct GifList {
    gifs: Vec<Gif>,
    /// Where the next part begins; missing with the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Whose pictures they are, to be named beside them.
    #[schema(example = "api.giphy.com")]
    provider: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Gif {
    id: String,
    /// What it shows; may be empty.
    title: String,
    /// In pixels.
    width: u32,
    height: u32,
}

/// Look for moving pictures
///
/// The server asks the provider that its operator has chosen, which doesn't learn who is asking. Without a provider there is
/// nothing here (404).
#[utoipa::path(
    get, path = "/_aside/v1/gifs", tag = "messages", params(GifsWanted),
    responses((status = 200, description = "Some moving pictures.", body = GifList))
)]
pub(crate) async fn list_gifs(
    State(hs): State<Arc<Homeserver>>,
    Caller(session): Caller,
    Query(wanted): Query<GifsWanted>,
) -> Result<Json<GifList>, ErrorAnswer> {
    let from = number(wanted.from.as_deref(), 0)?;
    let found = gifs::search(&hs, &session, &wanted.query, from).await?;
    let shown = |gif: gifs::Gif| Gif { id: gif.id, title: gif.title, width: gif.width, height: gif.height };
    Ok(Json(GifList {
        gifs: found.gifs.into_iter().map(shown).collect(),
        next: found.next.map(|next| next.to_string()),
        provider: found.provider,
    }))
}
