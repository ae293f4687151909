use aside_domain::accounts::Session;
use aside_domain::ephemeral::presence;
use aside_domain::sync::{self, Wanted};
use aside_domain::{Error, Homeserver, SyncToken};
use ruma::api::client::filter::FilterDefinition;
use ruma::api::client::sync::sync_events::v3::{Filter, Request};

use crate::matrix::{Answer, Call};

/// Thousands of these wait at the same time, each with all that it might hold at any time. So what was asked for is in one
/// place, on the heap, and not once more in every function that it goes through.
pub(crate) fn sync_events(call: Call<Request>) -> impl Future<Output = Answer<Request>> + Send {
    let Call { hs, caller, request, .. } = call;
    let request = Box::new(request);
    async move {
        let wanted = Box::new(wanted(&hs, &caller, &request).await?);
        let presence = request.set_presence.clone();
        drop(request);
        let _syncing = presence::seen(&hs, &caller, presence).await?;
        sync::sync(&hs, &caller, &wanted).await
    }
}

async fn wanted(hs: &Homeserver, session: &Session, request: &Request) -> Result<Wanted, Error> {
    let since = request.since.as_deref().filter(|since| !since.is_empty());
    let since = since
        .map(|since| since.parse::<SyncToken>().map_err(|()| Error::invalid("since", "not a token of this server")))
        .transpose()?;
    let filter = match &request.filter {
        None => FilterDefinition::default(),
        Some(Filter::FilterDefinition(filter)) => filter.clone(),
        Some(Filter::FilterId(id)) => sync::find_filter(hs, session, id).await?,
        Some(_) => return Err(Error::invalid("filter", "neither an id nor a filter")),
    };
    Ok(Wanted {
        since,
        filter,
        full_state: request.full_state,
        use_state_after: request.use_state_after,
        timeout: request.timeout.unwrap_or_default(),
    })
}
