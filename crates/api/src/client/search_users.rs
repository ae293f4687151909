use aside_domain::directory;
use ruma::api::client::user_directory::search_users::v3::{Request, Response, User};

use crate::matrix::{Answer, Call};

pub(crate) async fn search_users(call: Call<Request>) -> Answer<Request> {
    let limit = usize::try_from(call.request.limit).unwrap_or(usize::MAX);
    let (people, limited) =
        directory::search(&call.hs, &call.caller, &call.request.search_term, limit).await?;
    let user = |person: directory::Person| {
        let mut user = User::new(person.user_id);
        user.display_name = person.profile.display_name().map(str::to_owned);
        user.avatar_url = person.profile.avatar_url().map(Into::into);
        user
    };
    Ok(Response::new(people.into_iter().map(user).collect(), limited))
}
