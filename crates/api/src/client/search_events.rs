use aside_domain::search;
use ruma::api::client::search::search_events::v3::{Request, Response, ResultCategories};

use crate::matrix::{Answer, Call};

pub(crate) async fn search_events(call: Call<Request>) -> Answer<Request> {
    let Request { search_categories, next_batch, .. } = call.request;
    let mut found = ResultCategories::new();
    if let Some(criteria) = search_categories.room_events {
        found.room_events =
            search::search(&call.hs, &call.caller, criteria, next_batch.as_deref()).await?;
    }
    Ok(Response::new(found))
}
