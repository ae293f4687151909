//! What can go wrong, by meaning. `api` has the one table from here to HTTP.

use aside_model::policy::Verdict;
use ruma::api::client::uiaa::UiaaInfo;

const CODE_MISSING: &str =
    "Type the code of your authenticator, or a recovery code, directly behind the password.";
const CODE_WRONG: &str = "The password is right, but the code behind it is wrong or was used already.";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not allowed, or not known to the one who asks: a stranger can't tell which.
    #[error("{0}")]
    Forbidden(String),
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A parameter that can be read but not accepted.
    #[error("{field}: {reason}")]
    Invalid { field: &'static str, reason: String },
    /// A signature that the key it names did not make.
    #[error("{0}")]
    InvalidSignature(String),
    /// A body that is JSON but not of the shape it should be.
    #[error("{0}")]
    BadJson(String),
    /// A parameter that the request should have.
    #[error("{0} is missing")]
    MissingParam(&'static str),
    #[error("{0}")]
    TooLarge(String),
    /// The name of a profile field.
    #[error("{0}")]
    KeyTooLarge(String),
    #[error("{0}")]
    ProfileTooLarge(String),
    #[error("too many requests")]
    LimitExceeded { retry_after_ms: u64 },
    /// Somebody takes no invites, by their own setting (specification, `m.invite_permission_config`).
    #[error("this person takes no invites from you")]
    InviteBlocked,
    /// Moderators have suspended the account: it reads, but says nothing (specification, Account suspension).
    #[error("this account has been suspended")]
    Suspended,
    /// The name, the room alias or the id is taken or reserved.
    #[error("{what} is taken")]
    Taken { what: &'static str },
    /// What is asked for clashes with what is there.
    #[error("{0}")]
    Conflict(String),
    /// What a new room is asked to begin with can't be.
    #[error("{0}")]
    InvalidRoomState(String),
    /// Only who has left a room may do this.
    #[error("you are still in this room")]
    StillInRoom,
    /// An alias that doesn't name the room which claims it.
    #[error("{0}")]
    BadAlias(String),
    #[error("{0}")]
    InvalidUsername(String),
    #[error("{0}")]
    WeakPassword(String),
    /// The password is right, and the code that has to stand behind it isn't.
    #[error("{}", if *.is_wrong { CODE_WRONG } else { CODE_MISSING })]
    SecondFactor { is_wrong: bool },
    #[error("no access token")]
    MissingToken,
    /// `soft_logout`: the device still exists and may log in again.
    #[error("unknown or expired access token")]
    UnknownToken { soft_logout: bool },
    #[error("this account has been deactivated")]
    Deactivated,
    #[error("room version {0} is not supported")]
    UnsupportedRoomVersion(String),
    /// A key backup version that isn't the current one.
    #[error("the backup's current version is {current}")]
    WrongBackupVersion { current: String },
    /// More proof is needed before this may be done (user-interactive authentication).
    #[error("user-interactive authentication is not complete")]
    InteractiveAuth(Box<UiaaInfo>),
    #[error("this server has no guests")]
    GuestsForbidden,
    #[error("this server doesn't know this way to log in")]
    UnknownLoginType,
    /// A server can't do this, whoever asks.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The upload that was announced has not come yet.
    #[error("the media has not been uploaded yet")]
    NotYetUploaded,
    /// Not a picture, or none that can be read.
    #[error("Cannot generate thumbnails for the requested content")]
    NoThumbnail,
    /// The server itself keeps this; clients change it in another way.
    #[error("{0} can't be set like this: the server keeps it")]
    KeptByServer(&'static str),
    /// The contact policy's verdict, with its reasons.
    #[error("{}", .0.text())]
    Policy(Box<Verdict>),
    /// Refused for a reason that the specification has no errcode for.
    #[error("{0}")]
    Refused(String),
    /// Somebody outside who is asked in our people's place.
    #[error("{0} doesn't answer")]
    NoAnswer(&'static str),
    /// Ours to mend, not the caller's; logged where it is answered.
    #[error("{0}")]
    Internal(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Error::Forbidden(reason.into())
    }

    pub fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Error::Invalid { field, reason: reason.into() }
    }

    pub fn internal(error: impl std::fmt::Display) -> Self {
        Error::Internal(error.to_string())
    }

    /// What someone outside a room hears, whether the room exists or not.
    pub fn not_in_room() -> Self {
        Error::forbidden("You are not in this room, or it does not exist.")
    }
}

impl From<aside_store::Error> for Error {
    fn from(error: aside_store::Error) -> Self {
        Error::internal(error)
    }
}
