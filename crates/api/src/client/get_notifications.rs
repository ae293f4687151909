use aside_domain::push::{self, Listed};
use ruma::api::client::push::get_notifications::v3::{Notification, Request, Response};
use ruma::push::{Action, HighlightTweakValue, Tweak};
use ruma::{MilliSecondsSinceUnixEpoch, UInt};

use crate::matrix::{Answer, Call};

pub(crate) async fn get_notifications(call: Call<Request>) -> Answer<Request> {
    let Request { from, limit, only, .. } = call.request;
    let only_highlights = only.as_deref() == Some("highlight");
    let limit = limit.map(u64::from);
    let page =
        push::notifications(&call.hs, &call.caller, from.as_deref(), limit, only_highlights).await?;
    let mut response = Response::new(page.notifications.into_iter().map(notification).collect());
    response.next_token = page.next;
    Ok(response)
}

fn notification(listed: Listed) -> Notification {
    let Listed { room_id, event, highlight, sound, read, ts } = listed;
    let mut actions = vec![Action::Notify];
    actions.extend(sound.map(|sound| Action::SetTweak(Tweak::Sound(sound.into()))));
    if highlight {
        actions.push(Action::SetTweak(Tweak::Highlight(HighlightTweakValue::Yes)));
    }
    let ts = UInt::new_saturating(u64::try_from(ts).unwrap_or(0));
    Notification::new(actions, event, read, room_id, MilliSecondsSinceUnixEpoch(ts))
}
