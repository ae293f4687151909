//! Whether an invite may be written: judged, and taken from the sender's budget, in one transaction of the sender's side.

use std::sync::Arc;

use aside_model::policy::{Action, Consent, Deed, Inputs, Profile, Verdict, decide};
use aside_store::budgets::Decision;
use aside_store::requests::Waiting;
use aside_store::{Side, Tx, budgets, requests};
use ruma::{OwnedRoomId, OwnedUserId, UserId};

use super::gather::{Pair, gather};
use crate::rooms::{self, Draft, Room};
use crate::{Error, Homeserver, Result, RoomNum, UserNum, relations};

const DAY_MS: i64 = 86_400_000;
/// Verdicts kept of each sender, and for how long.
const DECISIONS_MAX: i64 = 200;
const DECISIONS_KEPT_MS: i64 = 30 * DAY_MS;

/// The room that somebody is invited to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion {
    pub(crate) room: RoomNum,
    /// Whether it is the conversation of two.
    pub(crate) direct: bool,
    /// People who are inside or invited already.
    pub(crate) members: i64,
}

/// One invite to be judged.
#[derive(Clone)]
struct Asked {
    user: UserNum,
    profile: Arc<Profile>,
    inputs: Inputs,
}

/// Judges invites of one sender and takes them from the sender's budget; all of them pass, or none does.
///
/// # Errors
/// [`Error::Policy`] with the verdict on the first one that is refused.
pub(crate) async fn admit(
    hs: &Homeserver,
    sender: UserNum,
    sender_id: &UserId,
    occasion: Occasion,
    invited: &[(UserNum, OwnedUserId)],
) -> Result<Vec<Waiting>> {
    if invited.is_empty() {
        return Ok(Vec::new());
    }
    let deed = if occasion.direct { Deed::Start } else { Deed::AddToGroup };
    let mut asked = Vec::with_capacity(invited.len());
    for (members, (recipient, _)) in (occasion.members..).zip(invited) {
        let (profile, inputs) = gather(hs, Pair { sender, sender_id, recipient: *recipient }, deed).await?;
        asked.push(Asked { user: *recipient, profile, inputs: Inputs { members, ..inputs } });
    }
    let asked = Arc::new(asked);
    let (judged, now) = (Arc::clone(&asked), hs.clock.now_ms());
    let by_time = hs.settings.rate_limits;
    let trust_from = trust_from(hs, sender).await?;
    let reports = reports_on(hs, sender).await?;
    let verdicts = hs
        .store
        .write(Side::User(sender), async move |tx| {
            let counted = Counts::read(tx, sender, now, trust_from, reports, by_time).await?;
            judge(tx, sender, occasion, &judged, counted, now).await
        })
        .await?;
    let mut waiting = Vec::with_capacity(verdicts.len());
    for (asked, verdict) in asked.iter().zip(verdicts) {
        waiting.push(row(asked, sender, occasion, verdict, now)?);
    }
    Ok(waiting)
}

/// Since when what a sender earned belongs to whoever has the account now, in milliseconds since 1970.
pub(super) async fn trust_from(hs: &Homeserver, user: UserNum) -> Result<i64> {
    Ok(relations::facts(hs, user).await?.trust_from_ms)
}

/// How many people who have nothing to do with each other reported somebody lately.
pub(super) async fn reports_on(hs: &Homeserver, user: UserNum) -> Result<i64> {
    let reports = crate::reports::unrelated_reports(hs, user).await?;
    Ok(i64::try_from(reports).unwrap_or(i64::MAX))
}

/// What is counted of a sender, as the transaction finds it.
#[derive(Clone, Copy)]
struct Counts {
    /// Whether what is counted by time counts.
    by_time: bool,
    paused: bool,
    counted: budgets::Counted,
    reports: i64,
}

impl Counts {
    async fn read(
        tx: &Tx<'_>,
        sender: UserNum,
        now: i64,
        trust_from: i64,
        reports: i64,
        by_time: bool,
    ) -> aside_store::Result<Counts> {
        let paused_until = budgets::lock(tx, sender).await?;
        let mut counted = budgets::count(tx, sender, now - DAY_MS, trust_from).await?;
        if !by_time {
            counted.threads = 0;
        }
        Ok(Counts { by_time, paused: by_time && paused_until > now, counted, reports })
    }
}

/// Decides on each invite and takes what passes from the budget.
async fn judge(
    tx: &Tx<'_>,
    sender: UserNum,
    occasion: Occasion,
    asked: &[Asked],
    counts: Counts,
    now: i64,
) -> aside_store::Result<Vec<Verdict>> {
    let mut threads = counts.counted.threads;
    let mut verdicts = Vec::with_capacity(asked.len());
    for Asked { profile, inputs, .. } in asked {
        let inputs = Inputs {
            new_threads_24h: threads,
            earned: counts.counted.answered,
            blocks_24h: counts.counted.blocked,
            reports: counts.reports,
            paused: counts.paused,
            ..inputs.clone()
        };
        let verdict = decide(profile, &inputs);
        threads += i64::from(counts.by_time && verdict.is_of_stranger() && !verdict.is_refused());
        verdicts.push((inputs, verdict));
    }
    let passed = verdicts.iter().all(|(_, verdict)| !verdict.is_refused());
    for (Asked { user, profile, .. }, (inputs, verdict)) in asked.iter().zip(&verdicts) {
        if passed && verdict.is_of_stranger() {
            budgets::insert_thread(tx, sender, occasion.room, *user, now).await?;
        }
        if passed && occasion.direct {
            // Whoever writes to somebody wants to hear their answer.
            requests::put_consent(tx, sender, *user, Consent::Accepted.as_str(), now).await?;
        }
        let decision = decision(sender, *user, profile, inputs, verdict, now);
        budgets::insert_decision(tx, &decision, DECISIONS_MAX, now - DECISIONS_KEPT_MS).await?;
    }
    Ok(verdicts.into_iter().map(|(_, verdict)| verdict).collect())
}

fn decision(
    user: UserNum,
    other: UserNum,
    profile: &Profile,
    inputs: &Inputs,
    verdict: &Verdict,
    ts: i64,
) -> Decision {
    Decision {
        user,
        other,
        ts,
        profile: profile.profile.id.clone(),
        inputs: serde_json::to_string(inputs).unwrap_or_default(),
        action: verdict.action.to_string(),
        rule: verdict.reasons.last().map_or("", |reason| reason.rule.as_str()).to_owned(),
    }
}

/// What the room notes of an invite. One that is dropped looks to its sender like one that isn't.
fn row(asked: &Asked, sender: UserNum, occasion: Occasion, verdict: Verdict, now: i64) -> Result<Waiting> {
    let dropped = verdict.action == Action::DropSilently;
    let shown = if dropped { decide(&asked.profile, &as_told(&asked.inputs)) } else { verdict };
    if shown.is_refused() {
        return Err(Error::Policy(Box::new(shown.for_sender())));
    }
    Ok(Waiting {
        user: asked.user,
        sender,
        state: if dropped { "dropped" } else { "pending" }.to_owned(),
        direct: occasion.direct,
        stranger: shown.is_of_stranger(),
        folder: shown.folder.to_string(),
        sent: 0,
        created_ts: now,
        expires_ts: expires_ts(&asked.profile, occasion, now),
    })
}

/// What the sender is told: as if the recipient had neither blocked nor declined them.
pub(super) fn as_told(inputs: &Inputs) -> Inputs {
    let consent = match inputs.consent {
        Consent::Declined | Consent::Withdrawn => Consent::Requested,
        other => other,
    };
    Inputs { blocked_by_recipient: false, restricted: false, consent, ..inputs.clone() }
}

/// When a request goes away unanswered, in milliseconds since 1970; 0 where it stays.
fn expires_ts(profile: &Profile, occasion: Occasion, now: i64) -> i64 {
    let reply = if occasion.direct { profile.start.reply_deadline_s } else { 0 };
    let deadlines = [profile.stranger.expire_s, reply].into_iter().filter(|seconds| *seconds > 0);
    deadlines.min().map_or(0, |seconds| now.saturating_add(seconds.saturating_mul(1000)))
}

/// Whether an invite that is there leads nowhere: it was declined without a word, or never brought.
pub(crate) async fn was_turned_away(hs: &Homeserver, room: &Room, invited: UserNum) -> Result<bool> {
    let was_dropped = room.requests.get(&invited).is_some_and(|row| row.state == "dropped");
    Ok(was_dropped || crate::requests::was_declined(hs, invited, room.num).await?)
}

/// What is known of a member event before it waits for its room's turn.
#[derive(Default)]
pub(crate) struct Passed {
    /// What the room notes of an invite that the policy let pass.
    pub(crate) admitted: Option<Waiting>,
    /// The request that is accepted with it.
    pub(crate) accepts: Option<(OwnedRoomId, Waiting)>,
}

/// Judges a member event before it waits for its room's turn.
///
/// # Errors
/// As [`admit`].
pub(crate) async fn pass(
    hs: &Homeserver,
    room: RoomNum,
    sender_id: &UserId,
    draft: &Draft,
    member: UserNum,
) -> Result<Passed> {
    let room = rooms::load(hs, room).await?;
    match rooms::membership_in(&draft.content).as_str() {
        "invite" => {
            Ok(Passed { admitted: admit_invite(hs, &room, sender_id, draft, member).await?, accepts: None })
        }
        "join" => {
            let row = room.requests.get(&member).filter(|row| row.state == "pending");
            let accepts = row.map(|row| (room.room_id.clone(), row.clone()));
            Ok(Passed { admitted: None, accepts })
        }
        _ => Ok(Passed::default()),
    }
}

/// Judges the invite that a member event is, whichever way it came. `None` where nothing has to be noted in the room:
/// the person knocked, or is invited already and has not said no.
///
/// # Errors
/// As [`admit`].
async fn admit_invite(
    hs: &Homeserver,
    room: &Room,
    sender_id: &UserId,
    draft: &Draft,
    invited: UserNum,
) -> Result<Option<Waiting>> {
    let Some(sender) = crate::accounts::find_user_num(hs, sender_id).await? else { return Ok(None) };
    match room.member(invited).map(|member| member.membership.as_str()) {
        // The room's own rules have a word for these.
        Some("join" | "ban" | "knock") => return Ok(None),
        Some("invite") if !was_turned_away(hs, room, invited).await? => return Ok(None),
        _ => {}
    }
    if !room.is_joined(sender) {
        return Ok(None);
    }
    let members = room.state.count("join") + room.state.count("invite");
    let occasion = Occasion {
        room: room.num,
        direct: rooms::is_direct_room(hs, room, sender, invited).await?,
        members: i64::try_from(members).unwrap_or(i64::MAX),
    };
    let invited =
        [(invited, UserId::parse(draft.state_key.as_deref().unwrap_or_default()).map_err(Error::internal)?)];
    let mut waiting = admit(hs, sender, sender_id, occasion, &invited).await?;
    Ok(waiting.pop())
}
