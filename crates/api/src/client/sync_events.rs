use aside_domain::ephemeral::presence;
use aside_domain::sync::{self, Wanted};
use aside_domain::{Error, SyncToken};
use ruma::api::client::filter::FilterDefinition;
use ruma::api::client::sync::sync_events::v3::{Filter, Request};

use crate::matrix::{Answer, Call};

pub(crate) async fn sync_events(call: Call<Request>) -> Answer<Request> {
    let request = call.request;
    let since = request.since.as_deref().filter(|since| !since.is_empty());
    let since = since
        .map(|since| since.parse::<SyncToken>().map_err(|()| Error::invalid("since", "not a token of this server")))
        .transpose()?;
    let filter = match request.filter {
        None => FilterDefinition::default(),
        Some(Filter::FilterDefinition(filter)) => filter,
        Some(Filter::FilterId(id)) => sync::find_filter(&call.hs, &call.caller, &id).await?,
        Some(_) => return Err(Error::invalid("filter", "neither an id nor a filter")),
    };
    let wanted = Wanted {
        since,
        filter,
        full_state: request.full_state,
        use_state_after: request.use_state_after,
        timeout: request.timeout.unwrap_or_default(),
    };
    let _syncing = presence::seen(&call.hs, &call.caller, request.set_presence).await?;
    sync::sync(&call.hs, &call.caller, wanted).await
}
