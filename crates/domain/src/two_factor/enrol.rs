//! Switching it on and off.

use aside_store::{Side, Tx, second_factors as store};
use ruma::UserId;

use super::recovery;
use super::totp::{self, SECRET_BYTES};
use crate::accounts::{self, Session, hash_of};
use crate::{Error, Homeserver, Limited, Result, UserNum};

/// How long somebody may take from the secret to the first code.
const PENDING_MS: i64 = 3_600_000;

/// What an authenticator needs to make codes.
#[derive(Clone)]
pub struct Enrolment {
    /// In Base32, to be typed.
    pub secret: String,
    /// The same as a link, to be shown as a QR code.
    pub uri: String,
}

/// How it stands with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Since when codes are asked for, in milliseconds since 1970; `None` where they aren't.
    pub since_ts: Option<i64>,
    pub recovery_codes: i64,
}

pub async fn status(hs: &Homeserver, session: &Session) -> Result<Status> {
    let user = session.user;
    let found = hs.store.read(Side::User(user), async move |tx| {
        Ok((store::find(tx, user).await?, store::count_codes(tx, user).await?))
    });
    let (factor, recovery_codes) = found.await?;
    Ok(Status { since_ts: factor.and_then(|factor| factor.confirmed_ts), recovery_codes })
}

/// Makes a secret for whoever knows the account's password. Codes are asked for once one was shown, see [`confirm`].
///
/// # Errors
/// [`Error::Forbidden`] where the password is wrong, [`Error::Conflict`] where it is on already, [`Error::LimitExceeded`].
pub async fn begin(hs: &Homeserver, session: &Session, password: &str) -> Result<Enrolment> {
    accounts::demand_password(hs, session, password).await?;
    let mut secret = [0; SECRET_BYTES];
    hs.random.fill(&mut secret);
    let secret = totp::to_base32(&secret);
    let (user, now_ms, kept) = (session.user, hs.clock.now_ms(), secret.clone());
    let begin = async move |tx: &Tx<'_>| store::begin(tx, user, &kept, now_ms).await;
    if !hs.store.write(Side::User(user), begin).await? {
        return Err(Error::Conflict("two-factor authentication is on already".into()));
    }
    Ok(Enrolment { uri: uri(hs, &session.user_id, &secret), secret })
}

/// Switches it on: a code shows that the secret has arrived. Answers recovery codes, which are shown this once.
///
/// # Errors
/// [`Error::Forbidden`] where the code is wrong, [`Error::NotFound`] where nothing was begun within the last hour,
/// [`Error::LimitExceeded`].
pub async fn confirm(hs: &Homeserver, session: &Session, code: &str) -> Result<Vec<String>> {
    hs.limit(Limited::Login, session.user_id.localpart())?;
    let (user, code, now_ms) = (session.user, code.to_owned(), hs.clock.now_ms());
    let (codes, hashes) = new_codes(hs);
    let confirmed = hs.store.write(Side::User(user), async move |tx| {
        let found = store::find(tx, user).await?;
        let pending = found.filter(|factor| {
            factor.confirmed_ts.is_none() && now_ms < factor.created_ts.saturating_add(PENDING_MS)
        });
        let Some(factor) = pending else { return Ok(Err(Error::NotFound("enrolment"))) };
        let secret = totp::from_base32(&factor.secret).unwrap_or_default();
        let Some(step) = totp::step_of(&secret, &code, now_ms, factor.last_step) else {
            return Ok(Err(Error::forbidden("That is not the code.")));
        };
        store::use_step(tx, user, step).await?;
        store::confirm(tx, user, now_ms).await?;
        store::set_codes(tx, user, &hashes).await?;
        Ok(Ok(()))
    });
    confirmed.await??;
    Ok(codes)
}

/// Replaces the recovery codes.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::SecondFactor`], [`Error::LimitExceeded`]; [`Error::NotFound`] where it is off.
pub async fn renew_codes(hs: &Homeserver, session: &Session, password: &str) -> Result<Vec<String>> {
    let user = demand_on(hs, session, password).await?;
    let (codes, hashes) = new_codes(hs);
    hs.store.write(Side::User(user), async move |tx| store::set_codes(tx, user, &hashes).await).await?;
    Ok(codes)
}

/// Switches it off, for whoever shows password and code.
///
/// # Errors
/// As [`renew_codes`].
pub async fn disable(hs: &Homeserver, session: &Session, password: &str) -> Result<()> {
    let user = demand_on(hs, session, password).await?;
    hs.store.write(Side::User(user), async move |tx| store::delete(tx, user).await).await?;
    Ok(())
}

/// Switches it off because the operator has made sure by other means who asks; `false` where it was off.
///
/// # Errors
/// [`Error::NotFound`] where there is no such account.
pub async fn reset(hs: &Homeserver, user_id: &UserId) -> Result<bool> {
    let user = accounts::find_user_num(hs, user_id).await?.ok_or(Error::NotFound("user"))?;
    Ok(hs.store.write(Side::User(user), async move |tx| store::delete(tx, user).await).await?)
}

async fn demand_on(hs: &Homeserver, session: &Session, password: &str) -> Result<UserNum> {
    if !super::is_on(hs, session.user).await? {
        return Err(Error::NotFound("second factor"));
    }
    accounts::demand_password(hs, session, password).await?;
    Ok(session.user)
}

fn new_codes(hs: &Homeserver) -> (Vec<String>, Vec<[u8; 32]>) {
    let codes = recovery::make(&hs.random);
    let hashes = codes.iter().map(|code| hash_of(code)).collect();
    (codes, hashes)
}

/// The link that authenticators read (the Key URI format of Google's, which all took over).
fn uri(hs: &Homeserver, user_id: &UserId, secret: &str) -> String {
    let (issuer, user_id) = (encode(hs.server_name.as_str()), encode(user_id.as_str()));
    format!(
        "otpauth://totp/{issuer}:{user_id}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
    )
}

/// Percent-encodes what isn't a letter, a digit or one of the few signs that stand for themselves everywhere.
fn encode(text: &str) -> String {
    let encoded = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    encoded.collect()
}
