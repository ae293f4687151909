//! User-interactive authentication: proof beyond the access token (specification, 5.5.2).
//!
//! Every flow here has one stage, so that a session is either not begun or complete. A request may bring its proof at once,
//! without asking for a session first, and so it doesn't matter which of several servers is asked.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ruma::api::client::uiaa::{AuthData, AuthFlow, AuthType, UiaaInfo, UserIdentifier};
use ruma::api::error::{ErrorKind, StandardErrorBody};
use serde_json::json;
use serde_json::value::RawValue;

use super::credentials::{self, Checked};
use super::register::NewAccount;
use super::{Session, localpart};
use crate::cache::Cache;
use crate::{Error, Homeserver, Limited, Result, limits, registration, two_factor};

/// How long a person may take.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// Sessions kept; past it, those that were used longest ago are forgotten.
const SESSIONS_MAX: u64 = 10_000;

/// Sessions that have been begun, by their id.
pub struct Interactions(Cache<String, Interaction>);

impl Default for Interactions {
    fn default() -> Self {
        Interactions(Cache::new(SESSIONS_MAX).for_at_most(LIFE))
    }
}

#[derive(Debug, Clone)]
struct Interaction {
    /// The request, and the user who made it: a session is good for nothing else.
    purpose: String,
    /// What a browser proved meanwhile (specification, 5.5.2.5 Fallback).
    proof: Option<Proof>,
    /// What was asked for when the session began, so that a later request need not repeat it.
    account: Option<Arc<NewAccount>>,
}

/// What somebody who wants an account has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// That they know the protocol.
    Dummy,
    /// A registration token that may be used.
    RegistrationToken(String),
}

/// Demands the password of the session's user, with a code behind it where the account wants one. `action` names the request, such as `"DELETE devices/ABC"`: a session begun
/// for one request is no good for another.
///
/// # Errors
/// [`Error::InteractiveAuth`] while the proof is missing or wrong, [`Error::LimitExceeded`].
pub async fn require_password(
    hs: &Homeserver,
    session: &Session,
    auth: Option<&AuthData>,
    action: &str,
) -> Result<()> {
    let demand = Demand {
        purpose: format!("{action} by {}", session.user_id),
        stages: vec![AuthType::Password],
        account: None,
    };
    match auth {
        None => Err(demand.refuse(hs, None, None)),
        Some(AuthData::Password(given)) => {
            let id = given.session.as_deref();
            match check(hs, session, &given.identifier, &given.password).await?.demand() {
                Ok(()) => {
                    demand.finish(hs, id);
                    Ok(())
                }
                Err(error) => {
                    let kind = match error {
                        Error::SecondFactor { .. } => second_factor(),
                        _ => ErrorKind::Forbidden,
                    };
                    Err(demand.refuse(hs, id, Some((kind, &error.to_string()))))
                }
            }
        }
        Some(other) => Err(demand.refuse_stage(hs, other)),
    }
}

async fn check(
    hs: &Homeserver,
    session: &Session,
    identifier: &UserIdentifier,
    given: &str,
) -> Result<Checked> {
    hs.limit(Limited::Login, session.user_id.localpart())?;
    let UserIdentifier::Matrix(typed) = identifier else { return Ok(Checked::Wrong) };
    if localpart::of_login(&hs.server_name, &typed.user).as_deref() != Some(session.user_id.localpart()) {
        return Ok(Checked::Wrong);
    }
    credentials::check(hs, Some(session.user), given).await
}

/// What a client is told by that knows of codes: ruma makes errcodes of others' only by reading them.
fn second_factor() -> ErrorKind {
    serde_json::from_value(json!({ "errcode": two_factor::ERRCODE })).unwrap_or(ErrorKind::Forbidden)
}

/// Demands what it takes to make an account here: a registration token, or where registration is open nothing worth the
/// name. Answers the proof, and the account that was asked for when the session began.
pub(crate) async fn require_registration(
    hs: &Homeserver,
    auth: Option<&AuthData>,
    account: &Arc<NewAccount>,
) -> Result<(Proof, Option<Arc<NewAccount>>)> {
    let demand = Demand {
        purpose: "register".into(),
        stages: registration_stages(hs),
        account: Some(Arc::clone(account)),
    };
    let (id, proof) = match auth {
        None => return Err(demand.refuse(hs, None, None)),
        Some(AuthData::Dummy(given)) if hs.settings.open_registration => {
            (given.session.as_deref(), Proof::Dummy)
        }
        Some(AuthData::RegistrationToken(given)) => {
            let id = given.session.as_deref();
            if !registration::is_valid(hs, &given.token).await? {
                let error = (ErrorKind::Forbidden, "This registration token can't be used.");
                return Err(demand.refuse(hs, id, Some(error)));
            }
            (id, Proof::RegistrationToken(given.token.clone()))
        }
        Some(AuthData::FallbackAcknowledgement(given)) => {
            let found = demand.find(hs, &given.session).and_then(|interaction| interaction.proof);
            let Some(proof) = found else { return Err(demand.refuse(hs, Some(&given.session), None)) };
            (Some(given.session.as_str()), proof)
        }
        Some(other) => return Err(demand.refuse_stage(hs, other)),
    };
    let begun = demand.finish(hs, id);
    Ok((proof, begun.and_then(|interaction| interaction.account)))
}

fn registration_stages(hs: &Homeserver) -> Vec<AuthType> {
    let open = hs.settings.open_registration.then_some(AuthType::Dummy);
    open.into_iter().chain([AuthType::RegistrationToken]).collect()
}

/// Completes a registration's stage from the page that a client shows where it doesn't know the stage.
///
/// # Errors
/// [`Error::NotFound`] where there is no such session, [`Error::Forbidden`] where the token can't be used,
/// [`Error::LimitExceeded`].
pub async fn complete_in_browser(hs: &Homeserver, peer: IpAddr, id: &str, token: Option<&str>) -> Result<()> {
    hs.limit(Limited::Registration, limits::address(peer))?;
    let found = hs.interactions.0.get(id).filter(|interaction| interaction.account.is_some());
    let mut interaction = found.ok_or(Error::NotFound("session"))?;
    interaction.proof = Some(match token {
        Some(token) if registration::is_valid(hs, token).await? => Proof::RegistrationToken(token.to_owned()),
        None if hs.settings.open_registration => Proof::Dummy,
        _ => return Err(Error::forbidden("This registration token can't be used.")),
    });
    hs.interactions.0.insert(id.to_owned(), interaction);
    Ok(())
}

/// What a request needs before it may be done.
struct Demand {
    purpose: String,
    /// Any one of them.
    stages: Vec<AuthType>,
    account: Option<Arc<NewAccount>>,
}

impl Demand {
    fn find(&self, hs: &Homeserver, id: &str) -> Option<Interaction> {
        hs.interactions.0.get(id).filter(|interaction| interaction.purpose == self.purpose)
    }

    fn finish(&self, hs: &Homeserver, id: Option<&str>) -> Option<Interaction> {
        let id = id?;
        let found = self.find(hs, id)?;
        hs.interactions.0.remove(id);
        Some(found)
    }

    fn refuse_stage(&self, hs: &Homeserver, given: &AuthData) -> Error {
        let error = given
            .auth_type()
            .map(|_| (ErrorKind::Unrecognized, "This stage is not part of any of the flows."));
        self.refuse(hs, given.session(), error)
    }

    /// Says what is needed, in the session that the request named, or else in a new one.
    fn refuse(&self, hs: &Homeserver, id: Option<&str>, error: Option<(ErrorKind, &str)>) -> Error {
        let known = id.filter(|id| self.find(hs, id).is_some()).map(str::to_owned);
        let id = known.unwrap_or_else(|| {
            let id = hs.random.text(24);
            let (purpose, account) = (self.purpose.clone(), self.account.clone());
            hs.interactions.0.insert(id.clone(), Interaction { purpose, proof: None, account });
            id
        });
        let flows = self.stages.iter().map(|stage| AuthFlow::new(vec![stage.clone()])).collect();
        let mut info = UiaaInfo::new(flows);
        info.session = Some(id);
        info.params = RawValue::from_string("{}".into()).ok();
        info.auth_error =
            error.map(|(kind, message)| Box::new(StandardErrorBody::new(kind, message.to_owned())));
        Error::InteractiveAuth(Box::new(info))
    }
}
