//! The part of a user id before the colon (specification, appendix 4.2.1 User identifiers).

use ruma::ServerName;

use crate::{Error, Result};

/// The specification's limit on a whole user id.
const USER_ID_BYTES_MAX: usize = 255;

/// The localpart that a chosen username becomes: letters become small.
///
/// # Errors
/// [`Error::InvalidUsername`].
pub(crate) fn of_username(server_name: &ServerName, username: &str) -> Result<String> {
    let localpart = username.to_ascii_lowercase();
    let refuse = |reason: &str| Err(Error::InvalidUsername(reason.to_owned()));
    if localpart.is_empty() {
        return refuse("A user name has at least one character.");
    }
    let allowed =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'=' | b'-' | b'/' | b'+');
    if !localpart.bytes().all(allowed) {
        return refuse("A user name consists of the letters a to z, digits and any of . _ = - / +");
    }
    if localpart.len() + server_name.as_str().len() + 2 > USER_ID_BYTES_MAX {
        return refuse("With the server's name the user name is longer than 255 characters.");
    }
    Ok(localpart)
}

/// The localpart meant by what somebody typed into a log-in form, a user id or just its localpart; `None` where it can't
/// be a user of this server.
pub(crate) fn of_login(server_name: &ServerName, typed: &str) -> Option<String> {
    let localpart = match typed.strip_prefix('@') {
        Some(user_id) => {
            let (localpart, server) = user_id.split_once(':')?;
            server.eq_ignore_ascii_case(server_name.as_str()).then_some(localpart)?
        }
        None => typed,
    };
    of_username(server_name, localpart).ok()
}

#[cfg(test)]
mod tests {
    use ruma::server_name;

    use super::*;

    #[test]
    fn usernames_become_localparts_or_are_refused() {
        for (username, wanted) in [
            ("alice", Some("alice")),
            ("Alice.B", Some("alice.b")),
            ("a_b=c-d/e+f", Some("a_b=c-d/e+f")),
            ("3", Some("3")),
            ("", None),
            ("al ice", None),
            ("älice", None),
            ("@alice:example.org", None),
            ("alice:example.org", None),
        ] {
            let localpart = of_username(server_name!("example.org"), username).ok();
            assert_eq!(localpart.as_deref(), wanted, "{username:?}");
        }
        let longest = 255 - "@:example.org".len();
        assert!(of_username(server_name!("example.org"), &"a".repeat(longest)).is_ok());
        assert!(of_username(server_name!("example.org"), &"a".repeat(longest + 1)).is_err());
    }

    #[test]
    fn people_log_in_with_their_name_or_their_id() {
        for (typed, wanted) in [
            ("alice", Some("alice")),
            ("ALICE", Some("alice")),
            ("@alice:example.org", Some("alice")),
            ("@Alice:Example.org", Some("alice")),
            ("@alice:elsewhere.org", None),
            ("@alice", None),
            ("alice@example.org", None),
        ] {
            assert_eq!(of_login(server_name!("example.org"), typed).as_deref(), wanted, "{typed:?}");
        }
    }
}
