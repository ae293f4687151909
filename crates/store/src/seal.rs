//! Sealing: what people wrote is encrypted before it reaches the disk, with keys that the operator keeps elsewhere.
//!
//! Each text gets a key of its own, made from the operator's key and a random salt, so that a salt takes the place of a
//! nonce and no number of texts is too many. What is sealed is bound to its place: moved to another row, it doesn't
//! open. `docs/adr/0009` says what is sealed and what isn't.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

use crate::{Error, Result};

/// What a sealed text begins with. Nothing that is sealed could begin so by itself: it is JSON, or was made by us.
const MARK: &str = "sealed:";
/// What a plain text begins with that would begin like a sealed one otherwise: people choose the names of their files.
const PLAIN: &str = "plain:";
const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
const ID_BYTES_MAX: usize = 32;
/// Keys that may be known at once: the current one and those of before.
const KEYS_MAX: usize = 16;

/// What a sealed file begins with.
const FILE_MARK: &[u8; 8] = b"aseal-1\n";
/// The mark, the length of the key's id, the id, and the salt, filled up.
pub const FILE_HEAD_BYTES: usize = 64;
/// A file is sealed piece by piece, so that a part can be read alone.
pub const PIECE_BYTES: usize = 64 << 10;
const TAG_BYTES: usize = 16;
/// A piece as it lies in the file.
pub const SEALED_PIECE_BYTES: usize = PIECE_BYTES + TAG_BYTES;

type Fill = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// The operator's keys, by id. The first one seals; all of them open.
pub struct Keyring {
    keys: Vec<(String, hmac::Key)>,
    fill: Fill,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(id, _)| id)).finish()
    }
}

impl Keyring {
    /// Reads a key file: a line for each key with its id and 32 bytes in Base64, the current one first; `#` begins a comment.
    /// `fill` is a source of randomness fit for secrets.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(text: &str, fill: Fill) -> std::result::Result<Keyring, String> {
        let mut keys: Vec<(String, hmac::Key)> = Vec::new();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            let (id, key) =
                line.split_once(char::is_whitespace).ok_or("has a line that is not an id and a key")?;
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            if id.len() > ID_BYTES_MAX || !id.bytes().all(is_plain) {
                return Err(format!(
                    "has an id that is not of up to {ID_BYTES_MAX} letters, digits, \"-\", \"_\" and \".\""
                ));
            }
            let key = STANDARD.decode(key.trim()).ok().filter(|key| key.len() == KEY_BYTES);
            let key =
                key.ok_or_else(|| format!("has a key \"{id}\" that is not {KEY_BYTES} bytes in Base64"))?;
            if keys.iter().any(|(other, _)| other == id) {
                return Err(format!("has two keys \"{id}\""));
            }
            keys.push((id.to_owned(), hmac::Key::new(hmac::HMAC_SHA256, &key)));
        }
        match keys.len() {
            0 => Err("has no key".into()),
            1..=KEYS_MAX => Ok(Keyring { keys, fill }),
            _ => Err(format!("has more than {KEYS_MAX} keys")),
        }
    }

    /// The id of the key that seals.
    pub fn current(&self) -> &str {
        &self.keys[0].0
    }

    pub fn has(&self, id: &str) -> bool {
        self.keys.iter().any(|(other, _)| other == id)
    }

    /// Random bytes, for what is to be kept sealed.
    pub fn random(&self, bytes: &mut [u8]) {
        (self.fill)(bytes);
    }

    /// Seals a text for a place, a name of the column and the row.
    ///
    /// # Errors
    /// [`Error::Database`] where the text is too long for the cipher, which is gigabytes.
    pub(crate) fn seal(&self, text: &str, place: &str) -> Result<String> {
        let (id, key) = &self.keys[0];
        let mut salt = [0; SALT_BYTES];
        (self.fill)(&mut salt);
        let mut bytes = text.as_bytes().to_vec();
        let tag = own_key(key, &salt).and_then(|key| {
            key.seal_in_place_separate_tag(first_nonce(), Aad::from(place.as_bytes()), &mut bytes).ok()
        });
        let tag = tag.ok_or_else(|| Error::Database(format!("{place} can't be sealed")))?;
        let sealed = [&salt, bytes.as_slice(), tag.as_ref()].concat();
        Ok(format!("{MARK}{id}:{}", STANDARD_NO_PAD.encode(sealed)))
    }

    /// Opens a text at its place. What was stored before sealing was switched on is plain.
    pub(crate) fn open(&self, text: String, place: &str) -> Result<String> {
        let Some(rest) = text.strip_prefix(MARK) else { return Ok(unmarked(text)) };
        let broken = |why: &str| Error::Database(format!("{place} can't be opened: {why}"));
        let (id, sealed) = rest.split_once(':').ok_or_else(|| broken("it is cut off"))?;
        let key = self.find(id).ok_or_else(|| broken(&format!("the key \"{id}\" is missing")))?;
        let mut bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| broken("it is damaged"))?;
        if bytes.len() < SALT_BYTES + TAG_BYTES {
            return Err(broken("it is cut off"));
        }
        let mut sealed = bytes.split_off(SALT_BYTES);
        let key = own_key(key, &bytes).ok_or_else(|| broken("no key can be made"))?;
        let opened = key
            .open_in_place(first_nonce(), Aad::from(place.as_bytes()), &mut sealed)
            .map_err(|_| broken("it is damaged, or was sealed with another key or for another place"))?;
        String::from_utf8(opened.to_vec()).map_err(|_| broken("it is no text"))
    }

    fn find(&self, id: &str) -> Option<&hmac::Key> {
        self.keys.iter().find(|(other, _)| other == id).map(|(_, key)| key)
    }

    /// Begins a sealed file: its first bytes, and what seals the pieces that follow.
    pub fn begin_file(&self) -> Option<([u8; FILE_HEAD_BYTES], FileKey)> {
        let (id, key) = &self.keys[0];
        let mut salt = [0; SALT_BYTES];
        (self.fill)(&mut salt);
        let mut head = [0; FILE_HEAD_BYTES];
        head[..8].copy_from_slice(FILE_MARK);
        head[8] = u8::try_from(id.len()).ok()?;
        head[9..9 + id.len()].copy_from_slice(id.as_bytes());
        head[FILE_HEAD_BYTES - SALT_BYTES..].copy_from_slice(&salt);
        Some((head, FileKey(own_key(key, &salt)?)))
    }

    /// Reads a file's first bytes: `None` where the file isn't sealed.
    ///
    /// # Errors
    /// [`Error::Database`] where its key is missing.
    pub fn open_file(&self, head: &[u8]) -> Result<Option<FileKey>> {
        let Some(id) = key_of_file(head) else { return Ok(None) };
        let missing = || Error::Database(format!("a file can't be opened: the key \"{id}\" is missing"));
        let key = self.find(id).ok_or_else(missing)?;
        own_key(key, &head[FILE_HEAD_BYTES - SALT_BYTES..FILE_HEAD_BYTES])
            .map(FileKey)
            .map(Some)
            .ok_or_else(missing)
    }
}

/// The id of the key that a file was sealed with, by its first bytes.
pub fn key_of_file(head: &[u8]) -> Option<&str> {
    if head.len() < FILE_HEAD_BYTES || head[..8] != *FILE_MARK {
        return None;
    }
    let length = usize::from(head[8]).min(ID_BYTES_MAX);
    std::str::from_utf8(&head[9..9 + length]).ok()
}

fn unmarked(text: String) -> String {
    text.strip_prefix(PLAIN).map(str::to_owned).unwrap_or(text)
}

/// Whether a stored text is sealed with a key.
pub(crate) fn is_sealed_with(text: &str, id: &str) -> bool {
    text.strip_prefix(MARK).and_then(|rest| rest.strip_prefix(id)).is_some_and(|rest| rest.starts_with(':'))
}

/// What seals and opens the pieces of one file.
pub struct FileKey(LessSafeKey);

impl FileKey {
    /// Seals a piece in its place; `is_last` marks the end, so that a file that was cut off doesn't open.
    pub fn seal_piece(&self, number: u64, is_last: bool, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
        self.0.seal_in_place_append_tag(piece_nonce(number, is_last), Aad::empty(), &mut bytes).ok()?;
        Some(bytes)
    }

    pub fn open_piece(&self, number: u64, is_last: bool, bytes: &mut [u8]) -> Option<usize> {
        self.0
            .open_in_place(piece_nonce(number, is_last), Aad::empty(), bytes)
            .ok()
            .map(|opened| opened.len())
    }
}

fn own_key(key: &hmac::Key, salt: &[u8]) -> Option<LessSafeKey> {
    let own = hmac::sign(key, salt);
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, own.as_ref()).ok()?))
}

/// Every text has a key of its own, which is used once.
fn first_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn piece_nonce(number: u64, is_last: bool) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    nonce[8] = u8::from(is_last);
    Nonce::assume_unique_for_key(nonce)
}

impl crate::Tx<'_> {
    /// A text as it is to be stored at a place. Where nothing is sealed, it is the text, and the place isn't even named.
    pub(crate) fn seal<'t>(&self, text: &'t str, place: impl FnOnce() -> String) -> Result<Cow<'t, str>> {
        match self.keyring {
            Some(keyring) => keyring.seal(text, &place()).map(Cow::Owned),
            None if text.starts_with(MARK) || text.starts_with(PLAIN) => {
                Ok(Cow::Owned(format!("{PLAIN}{text}")))
            }
            None => Ok(Cow::Borrowed(text)),
        }
    }

    /// A text that was stored at a place.
    pub(crate) fn open(&self, text: String, place: impl FnOnce() -> String) -> Result<String> {
        match self.keyring {
            Some(keyring) => keyring.open(text, &place()),
            None => Ok(unmarked(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::*;

    fn counting() -> Fill {
        let next = AtomicU8::new(1);
        Box::new(move |bytes| bytes.fill(next.fetch_add(1, Ordering::Relaxed)))
    }

    fn keyring(text: &str) -> Keyring {
        Keyring::parse(text, counting()).unwrap()
    }

    fn line(id: &str, byte: u8) -> String {
        format!("{id} {}\n", STANDARD.encode([byte; 32]))
    }

    #[test]
    fn what_is_sealed_opens_at_its_place_alone() {
        let keys = keyring(&line("k1", 1));
        let sealed = keys.seal("a secret", "events.content/1/2").unwrap();
        assert!(sealed.starts_with("sealed:k1:") && !sealed.contains("secret"));
        assert_ne!(
            sealed,
            keys.seal("a secret", "events.content/1/2").unwrap(),
            "the same is never sealed alike"
        );
        assert_eq!(keys.open(sealed.clone(), "events.content/1/2").unwrap(), "a secret");
        assert!(keys.open(sealed.clone(), "events.content/1/3").is_err());
        assert!(keys.open(sealed[..sealed.len() - 4].to_owned(), "events.content/1/2").is_err());
        assert_eq!(keys.open("{}".into(), "anywhere").unwrap(), "{}", "what was stored before is plain");
        let tricky = keys.open("plain:sealed:k1:x.txt".into(), "anywhere").unwrap();
        assert_eq!(tricky, "sealed:k1:x.txt", "whatever it is called");
    }

    #[test]
    fn an_older_key_opens_and_the_newest_seals() {
        let old = keyring(&line("k1", 1)).seal("a", "p").unwrap();
        let both = keyring(&format!("# keys\n{}{}", line("k2", 2), line("k1", 1)));
        assert_eq!(both.open(old.clone(), "p").unwrap(), "a");
        assert!(
            is_sealed_with(&both.seal("a", "p").unwrap(), "k2")
                && !is_sealed_with(&old, "k2")
                && !is_sealed_with(&old, "k")
        );
        let other = keyring(&line("k1", 9)).open(old.clone(), "p").unwrap_err();
        assert!(other.to_string().contains("another key"), "{other}");
        assert!(
            keyring(&line("k2", 2)).open(old, "p").unwrap_err().to_string().contains("\"k1\" is missing")
        );
    }

    #[test]
    fn a_key_file_that_is_wrong_says_what_is() {
        let short = format!("k1 {}", STANDARD.encode([1; 16]));
        for (text, reason) in [
            ("", "has no key"),
            ("# only words", "has no key"),
            ("k1", "not an id and a key"),
            ("k1 nonsense", "not 32 bytes in Base64"),
            (short.as_str(), "not 32 bytes in Base64"),
            ("k:1 x", "has an id that"),
            (&(line("k1", 1) + &line("k1", 2)), "two keys \"k1\""),
        ] {
            let error = Keyring::parse(text, counting()).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_file_opens_piece_by_piece_and_not_when_it_was_cut_off() {
        let keys = keyring(&line("k1", 1));
        let (head, key) = keys.begin_file().unwrap();
        assert_eq!(key_of_file(&head), Some("k1"));
        let first = key.seal_piece(0, false, vec![7; 100]).unwrap();
        let last = key.seal_piece(1, true, vec![8; 10]).unwrap();
        let opening = keys.open_file(&head).unwrap().unwrap();
        assert_eq!(opening.open_piece(0, false, &mut first.clone()), Some(100));
        assert_eq!(opening.open_piece(1, true, &mut last.clone()), Some(10));
        assert_eq!(opening.open_piece(0, true, &mut first.clone()), None, "the first isn't the last");
        assert_eq!(opening.open_piece(0, true, &mut last.clone()), None, "pieces don't change places");
        assert!(keys.open_file(&[0; 64]).unwrap().is_none(), "a file from before");
    }
}
