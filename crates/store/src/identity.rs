//! Documents by which somebody shows who they are, on their side.

use aside_model::UserNum;

use crate::{Result, Row, Tx, args};

/// That somebody was asked for documents, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub user: UserNum,
    pub id: String,
    /// What it is for.
    pub purpose: String,
    /// `asked`, `handed_in`, `approved`, `rejected`, `withdrawn` or `lapsed`.
    pub state: String,
    pub note: Option<String>,
    /// Milliseconds since 1970.
    pub created_ts: i64,
    pub changed_ts: i64,
    /// When it lapses.
    pub due_ts: i64,
}

/// A document; the content is Base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub content_type: String,
    pub content: String,
}

const INSERT: &str = "INSERT INTO identity_checks (user_num, check_id, purpose, state, created_ts, changed_ts, due_ts) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const FIND: &str = "SELECT user_num, check_id, purpose, state, note, created_ts, changed_ts, due_ts \
    FROM identity_checks WHERE user_num = $1 AND check_id = $2";
const LIST: &str = "SELECT user_num, check_id, purpose, state, note, created_ts, changed_ts, due_ts \
    FROM identity_checks WHERE user_num = $1 ORDER BY created_ts DESC, check_id LIMIT $2";
const LIST_OPEN: &str = "SELECT user_num, check_id, purpose, state, note, created_ts, changed_ts, due_ts \
    FROM identity_checks WHERE user_num = $1 AND state IN ('asked', 'handed_in') ORDER BY due_ts";
const LIST_HANDED_IN: &str = "SELECT user_num, check_id, purpose, state, note, created_ts, changed_ts, due_ts \
    FROM identity_checks WHERE state = 'handed_in' ORDER BY changed_ts LIMIT $1";
const SET_STATE: &str = "UPDATE identity_checks SET state = $3, note = $4, changed_ts = $5, due_ts = $6 \
    WHERE user_num = $1 AND check_id = $2";
const DELETE: &str = "DELETE FROM identity_checks WHERE user_num = $1";
const INSERT_DOCUMENT: &str = "INSERT INTO identity_documents (user_num, check_id, number, content_type, content) \
    VALUES ($1, $2, $3, $4, $5)";
const LIST_DOCUMENTS: &str = "SELECT number, content_type, content FROM identity_documents \
    WHERE user_num = $1 AND check_id = $2 ORDER BY number";
const DELETE_DOCUMENTS: &str = "DELETE FROM identity_documents WHERE user_num = $1 AND check_id = $2";
const DELETE_ALL_DOCUMENTS: &str = "DELETE FROM identity_documents WHERE user_num = $1";

pub async fn insert(tx: &Tx<'_>, check: &Check) -> Result<()> {
    let Check { user, id, purpose, state, created_ts, changed_ts, due_ts, .. } = check;
    tx.execute(INSERT, args![*user, id, purpose, state, *created_ts, *changed_ts, *due_ts]).await.map(drop)
}

pub async fn find(tx: &Tx<'_>, user: UserNum, id: &str) -> Result<Option<Check>> {
    tx.find(FIND, args![user, id], check).await
}

/// A user's, the newest first.
pub async fn list(tx: &Tx<'_>, user: UserNum, limit: i64) -> Result<Vec<Check>> {
    tx.query(LIST, args![user, limit], check).await
}

/// A user's that are not over, the next to lapse first.
pub async fn list_open(tx: &Tx<'_>, user: UserNum) -> Result<Vec<Check>> {
    tx.query(LIST_OPEN, args![user], check).await
}

/// Those of all people that wait for a decision, the oldest first.
pub async fn list_handed_in(tx: &Tx<'_>, limit: i64) -> Result<Vec<Check>> {
    tx.query(LIST_HANDED_IN, args![limit], check).await
}

/// Moves a check on; the other fields of `to` stay as they are stored.
pub async fn set_state(tx: &Tx<'_>, to: &Check) -> Result<()> {
    let Check { user, id, state, note, changed_ts, due_ts, .. } = to;
    let args = args![*user, id, state, note.as_deref(), *changed_ts, *due_ts];
    tx.execute(SET_STATE, args).await.map(drop)
}

/// Puts documents in the place of those that were there.
pub async fn set_documents(tx: &Tx<'_>, user: UserNum, id: &str, documents: &[Document]) -> Result<()> {
    tx.execute(DELETE_DOCUMENTS, args![user, id]).await?;
    for (document, number) in documents.iter().zip(0_i64..) {
        let content = tx.seal(&document.content, || place(user, id, number))?;
        tx.execute(INSERT_DOCUMENT, args![user, id, number, &document.content_type, &*content]).await?;
    }
    Ok(())
}

pub async fn list_documents(tx: &Tx<'_>, user: UserNum, id: &str) -> Result<Vec<Document>> {
    tx.query(LIST_DOCUMENTS, args![user, id], |row| {
        let number: i64 = row.get(0)?;
        let content = tx.open(row.get(2)?, || place(user, id, number))?;
        Ok(Document { content_type: row.get(1)?, content })
    })
    .await
}

/// Deletes everything of a user; answers whether there was something.
pub async fn delete_all(tx: &Tx<'_>, user: UserNum) -> Result<bool> {
    tx.execute(DELETE_ALL_DOCUMENTS, args![user]).await?;
    Ok(tx.execute(DELETE, args![user]).await? > 0)
}

/// Where a document is sealed.
pub(crate) fn place(user: UserNum, id: &str, number: i64) -> String {
    format!("identity_documents.content/{}/{id}/{number}", user.0)
}

fn check(row: &Row<'_>) -> Result<Check> {
    Ok(Check {
        user: UserNum(row.get(0)?),
        id: row.get(1)?,
        purpose: row.get(2)?,
        state: row.get(3)?,
        note: row.get(4)?,
        created_ts: row.get(5)?,
        changed_ts: row.get(6)?,
        due_ts: row.get(7)?,
    })
}
