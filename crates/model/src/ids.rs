//! The numbers behind Matrix's strings, and the positions people read from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A user inside the database. Matrix's `@name:server` is mapped to it at the edge and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserNum(pub i64);

/// A room inside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoomNum(pub i64);

/// A place in one user's inbox queue: dense enough, and visible in order.
pub type QueuePosition = i64;

/// What `/sync` hands out as `next_batch`: a place in one user's queue, and in what passes by without being stored.
///
/// Text form: `s{epoch}_{position}_{ephemeral}`, and `_{to_device}` where that is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncToken {
    /// Raised when the database may have lost what an older token has seen; such a token gets a limited sync.
    pub epoch: i64,
    pub position: QueuePosition,
    /// Typing and presence are kept in memory only; their serial is a time in milliseconds, so that it outlives a restart.
    pub ephemeral: i64,
    /// How far the device's own messages were handed out: behind `position` where more were waiting than one sync brings.
    pub to_device: QueuePosition,
}

impl SyncToken {
    /// A token of a device that has got everything up to `position`.
    pub fn new(epoch: i64, position: QueuePosition, ephemeral: i64) -> Self {
        SyncToken { epoch, position, ephemeral, to_device: position }
    }
}

impl fmt::Display for SyncToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s{}_{}_{}", self.epoch, self.position, self.ephemeral)?;
        if self.to_device == self.position { Ok(()) } else { write!(f, "_{}", self.to_device) }
    }
}

impl FromStr for SyncToken {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |text: &str| match text.parse::<i64>() {
            Ok(value) if value >= 0 => Ok(value),
            _ => Err(()),
        };
        let mut parts = text.strip_prefix('s').ok_or(())?.split('_');
        let mut next = || number(parts.next().ok_or(())?);
        let token = SyncToken::new(next()?, next()?, next()?);
        let to_device = parts.next().map_or(Ok(token.position), number)?;
        if parts.next().is_some() || to_device > token.position {
            return Err(());
        }
        Ok(SyncToken { to_device, ..token })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_what_it_wrote() {
        let token = SyncToken::new(3, 1_000, 17);
        assert_eq!(token.to_string(), "s3_1000_17");
        assert_eq!(token.to_string().parse(), Ok(token));
        let behind = SyncToken { to_device: 900, ..token };
        assert_eq!(behind.to_string().parse(), Ok(behind));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in [
            "",
            "s",
            "s1_2",
            "s1_2_3_4",
            "s1_5_3_4_1",
            "s1_-2_3",
            "t1_2_3",
            "s1_2_99999999999999999999",
            "s1__3",
        ] {
            assert_eq!(text.parse::<SyncToken>(), Err(()), "{text}");
        }
    }
}
