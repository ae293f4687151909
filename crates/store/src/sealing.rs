//! Whether the operator's keys are those of the database, and sealing anew what was stored plainly or with an older key.

use aside_model::{RoomNum, UserNum};

use crate::seal::{Keyring, is_sealed_with};
use crate::{
    Error, Result, Side, Store, Tx, account_data, args, backup, events, identity, media, names, reports,
    scheduled, second_factors, to_device,
};

/// The setting with the ids of all keys that something may still be sealed with, separated by spaces.
const KEYS: &str = "seal_keys";
/// What every key seals once, so that another key of the same id is noticed.
const CHECK: &str = "seal_check/";
const CHECKED: &str = "aside";

/// Compares the keys with those of the database, and notes a key that is new to it.
///
/// # Errors
/// [`Error::Sealed`], the end of a sentence about the key file.
pub(crate) async fn check(store: &Store) -> Result<()> {
    let known = list_keys(store).await?;
    let Some(keyring) = store.keyring() else {
        return match known.first() {
            None => Ok(()),
            Some(id) => {
                Err(Error::Sealed(format!("has to name the keys: the database is sealed with \"{id}\"")))
            }
        };
    };
    for id in &known {
        if !keyring.has(id) {
            return Err(Error::Sealed(format!("lacks the key \"{id}\", with which the database is sealed")));
        }
        let name = format!("{CHECK}{id}");
        let stored = store.read(Side::Named, async move |tx| names::find_setting(tx, &name).await).await?;
        if stored.is_some_and(|stored| keyring.open(stored, CHECK).is_err()) {
            return Err(Error::Sealed(format!(
                "has another key \"{id}\" than the one with which the database is sealed"
            )));
        }
    }
    let current = keyring.current().to_owned();
    if known.contains(&current) {
        return Ok(());
    }
    let sealed = keyring.seal(CHECKED, CHECK)?;
    let keys = [vec![current.clone()], known].concat().join(" ");
    store
        .write(Side::Named, async move |tx| {
            names::put_setting(tx, &format!("{CHECK}{current}"), &sealed).await?;
            names::put_setting(tx, KEYS, &keys).await
        })
        .await
}

/// The ids of the keys that something may still be sealed with.
pub async fn list_keys(store: &Store) -> Result<Vec<String>> {
    let keys = store.read(Side::Named, async |tx| names::find_setting(tx, KEYS).await).await?;
    Ok(keys.unwrap_or_default().split_whitespace().map(str::to_owned).collect())
}

/// Notes that everything is sealed with one key, so that the others may be forgotten.
pub async fn forget_other_keys(tx: &Tx<'_>, current: &str) -> Result<()> {
    names::put_setting(tx, KEYS, current).await
}

/// Rows that are looked at in one transaction.
const ROWS: i64 = 200;

const LIST_EVENTS: &str =
    "SELECT pos, content, pdu FROM events WHERE room_num = $1 AND pos > $2 ORDER BY pos LIMIT $3";
const SET_EVENT: &str = "UPDATE events SET content = $3, pdu = $4 WHERE room_num = $1 AND pos = $2";
const LIST_ANNOTATIONS: &str = "SELECT parent_id, pos, annotation FROM relations \
    WHERE room_num = $1 AND pos > $2 AND annotation IS NOT NULL ORDER BY pos LIMIT $3";
const SET_ANNOTATION: &str =
    "UPDATE relations SET annotation = $4 WHERE room_num = $1 AND parent_id = $2 AND pos = $3";
const LIST_ACCOUNT_DATA: &str = "SELECT room_num, type, content FROM account_data WHERE user_num = $1";
const SET_ACCOUNT_DATA: &str =
    "UPDATE account_data SET content = $4 WHERE user_num = $1 AND room_num = $2 AND type = $3";
const LIST_TO_DEVICE: &str = "SELECT device_id, seq, event FROM to_device WHERE user_num = $1";
const SET_TO_DEVICE: &str =
    "UPDATE to_device SET event = $4 WHERE user_num = $1 AND device_id = $2 AND seq = $3";
const LIST_BACKUP: &str =
    "SELECT version, room_id, session_id, session_data FROM backup_sessions WHERE user_num = $1";
const SET_BACKUP: &str = "UPDATE backup_sessions SET session_data = $5 \
    WHERE user_num = $1 AND version = $2 AND room_id = $3 AND session_id = $4";
const LIST_SCHEDULED: &str = "SELECT scheduled_id, content FROM scheduled_messages WHERE user_num = $1";
const SET_SCHEDULED: &str =
    "UPDATE scheduled_messages SET content = $3 WHERE user_num = $1 AND scheduled_id = $2";
const LIST_SECOND_FACTOR: &str = "SELECT secret FROM second_factors WHERE user_num = $1";
const SET_SECOND_FACTOR: &str = "UPDATE second_factors SET secret = $2 WHERE user_num = $1";
const LIST_DOCUMENTS: &str = "SELECT check_id, number, content FROM identity_documents WHERE user_num = $1";
const SET_DOCUMENT: &str =
    "UPDATE identity_documents SET content = $4 WHERE user_num = $1 AND check_id = $2 AND number = $3";
const LIST_MEDIA: &str = "SELECT media_id, filename FROM media \
    WHERE media_id > $1 AND filename IS NOT NULL ORDER BY media_id LIMIT $2";
const SET_MEDIA: &str = "UPDATE media SET filename = $2 WHERE media_id = $1";
const LIST_REPORTS: &str = "SELECT report_num, comment, evidence FROM reports \
    WHERE desk = $1 AND report_num > $2 ORDER BY report_num LIMIT $3";
const SET_REPORT: &str = "UPDATE reports SET comment = $3, evidence = $4 WHERE desk = $1 AND report_num = $2";
const LIST_FILES: &str = "SELECT hash FROM media_files WHERE hash > $1 ORDER BY hash LIMIT $2";
const DELETE_WORDS: &str = "DELETE FROM search_words WHERE room_num = $1";
const RESET_INDEX: &str = "UPDATE rooms SET indexed_pos = 0 WHERE room_num = $1";

/// A stored text as the current key seals it; `None` where it is so already.
fn anew(keyring: &Keyring, text: &str, place: &str) -> Result<Option<String>> {
    if is_sealed_with(text, keyring.current()) {
        return Ok(None);
    }
    let opened = keyring.open(text.to_owned(), place)?;
    keyring.seal(&opened, place).map(Some)
}

/// Seals a room's events after a position anew; answers the last position, `None` at the end.
pub async fn reseal_events(tx: &Tx<'_>, room: RoomNum, after: i64) -> Result<Option<i64>> {
    let Some(keyring) = tx.keyring else { return Ok(None) };
    type Found = (i64, String, String);
    let row = |row: &crate::Row<'_>| -> Result<Found> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
    let found = tx.query(LIST_EVENTS, args![room, after, ROWS], row).await?;
    for (pos, content, pdu) in &found {
        let new_content = anew(keyring, content, &events::place("content", room, *pos))?;
        let new_pdu = anew(keyring, pdu, &events::place("pdu", room, *pos))?;
        if new_content.is_some() || new_pdu.is_some() {
            let (content, pdu) = (new_content.as_ref().unwrap_or(content), new_pdu.as_ref().unwrap_or(pdu));
            tx.execute(SET_EVENT, args![room, *pos, content, pdu]).await?;
        }
    }
    Ok(found.last().map(|(pos, ..)| *pos))
}

/// As [`reseal_events`], for what annotations say.
pub async fn reseal_annotations(tx: &Tx<'_>, room: RoomNum, after: i64) -> Result<Option<i64>> {
    let Some(keyring) = tx.keyring else { return Ok(None) };
    type Found = (String, i64, String);
    let row = |row: &crate::Row<'_>| -> Result<Found> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
    let found = tx.query(LIST_ANNOTATIONS, args![room, after, ROWS], row).await?;
    for (parent_id, pos, annotation) in &found {
        if let Some(new) = anew(keyring, annotation, &events::place("annotation", room, *pos))? {
            tx.execute(SET_ANNOTATION, args![room, parent_id, *pos, &new]).await?;
        }
    }
    Ok(found.last().map(|(_, pos, _)| *pos))
}

/// Seals everything of one user anew.
pub async fn reseal_user(tx: &Tx<'_>, user: UserNum) -> Result<()> {
    let Some(keyring) = tx.keyring else { return Ok(()) };
    type Setting = (i64, String, String);
    let row = |row: &crate::Row<'_>| -> Result<Setting> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
    for (room, kind, content) in tx.query(LIST_ACCOUNT_DATA, args![user], row).await? {
        if let Some(new) = anew(keyring, &content, &account_data::place(user, RoomNum(room), &kind))? {
            tx.execute(SET_ACCOUNT_DATA, args![user, room, &kind, &new]).await?;
        }
    }
    type Message = (String, i64, String);
    let row = |row: &crate::Row<'_>| -> Result<Message> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
    for (device_id, seq, event) in tx.query(LIST_TO_DEVICE, args![user], row).await? {
        if let Some(new) = anew(keyring, &event, &to_device::place(user, &device_id, seq))? {
            tx.execute(SET_TO_DEVICE, args![user, &device_id, seq, &new]).await?;
        }
    }
    type Session = (i64, String, String, String);
    let row = |row: &crate::Row<'_>| -> Result<Session> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    };
    for (version, room_id, session_id, data) in tx.query(LIST_BACKUP, args![user], row).await? {
        if let Some(new) = anew(keyring, &data, &backup::place(user, version, &room_id, &session_id))? {
            tx.execute(SET_BACKUP, args![user, version, &room_id, &session_id, &new]).await?;
        }
    }
    let row = |row: &crate::Row<'_>| -> Result<(String, String)> { Ok((row.get(0)?, row.get(1)?)) };
    for (id, content) in tx.query(LIST_SCHEDULED, args![user], row).await? {
        if let Some(new) = anew(keyring, &content, &scheduled::place(user, &id))? {
            tx.execute(SET_SCHEDULED, args![user, &id, &new]).await?;
        }
    }
    for secret in tx.query(LIST_SECOND_FACTOR, args![user], |row| row.get::<String>(0)).await? {
        if let Some(new) = anew(keyring, &secret, &second_factors::place(user))? {
            tx.execute(SET_SECOND_FACTOR, args![user, &new]).await?;
        }
    }
    let row = |row: &crate::Row<'_>| -> Result<Message> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
    for (id, number, content) in tx.query(LIST_DOCUMENTS, args![user], row).await? {
        if let Some(new) = anew(keyring, &content, &identity::place(user, &id, number))? {
            tx.execute(SET_DOCUMENT, args![user, &id, number, &new]).await?;
        }
    }
    Ok(())
}

/// Names of files after an id; answers those that are not sealed with the current key.
pub async fn list_media_to_reseal(tx: &Tx<'_>, after: &str) -> Result<Vec<(String, String)>> {
    tx.query(LIST_MEDIA, args![after, ROWS], |row| Ok((row.get(0)?, row.get(1)?))).await
}

/// Seals the name of a file anew.
pub async fn reseal_media(tx: &Tx<'_>, media_id: &str, filename: &str) -> Result<()> {
    let Some(keyring) = tx.keyring else { return Ok(()) };
    match anew(keyring, filename, &media::place(media_id))? {
        Some(new) => tx.execute(SET_MEDIA, args![media_id, &new]).await.map(drop),
        None => Ok(()),
    }
}

/// Seals reports after one of them anew; answers the last one's number, `None` at the end.
pub async fn reseal_reports(tx: &Tx<'_>, after: i64) -> Result<Option<i64>> {
    let Some(keyring) = tx.keyring else { return Ok(None) };
    type Found = (i64, String, String);
    let row = |row: &crate::Row<'_>| -> Result<Found> { Ok((row.get(0)?, row.get(1)?, row.get(2)?)) };
    let found = tx.query(LIST_REPORTS, args![reports::DESK, after, ROWS], row).await?;
    for (num, comment, evidence) in &found {
        let new_comment = anew(keyring, comment, &reports::place("comment", *num))?;
        let new_evidence = anew(keyring, evidence, &reports::place("evidence", *num))?;
        if new_comment.is_some() || new_evidence.is_some() {
            let comment = new_comment.as_ref().unwrap_or(comment);
            let evidence = new_evidence.as_ref().unwrap_or(evidence);
            tx.execute(SET_REPORT, args![reports::DESK, *num, comment, evidence]).await?;
        }
    }
    Ok(found.last().map(|(num, ..)| *num))
}

/// Contents in the object store, after a hash.
pub async fn list_files(tx: &Tx<'_>, after: &[u8]) -> Result<Vec<Vec<u8>>> {
    tx.query(LIST_FILES, args![after, ROWS], |row| row.get(0)).await
}

/// Empties a room's part of the search index, so that it is written anew.
pub async fn forget_words(tx: &Tx<'_>, room: RoomNum) -> Result<()> {
    tx.execute(RESET_INDEX, args![room]).await?;
    tx.execute(DELETE_WORDS, args![room]).await.map(drop)
}
