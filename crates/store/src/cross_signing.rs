//! Cross-signing keys, and signatures that were made after the key they are about.

use aside_model::UserNum;

use crate::{Result, Tx, args};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrossSigningKey {
    /// `master`, `self_signing` or `user_signing`.
    pub usage: String,
    /// Unpadded Base64, as in the key's id.
    pub public_key: String,
    /// Canonical JSON.
    pub key: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The user id of whoever signed.
    pub signer: String,
    /// A device id, or the public part of a master key.
    pub target: String,
    /// The key that signed, with its algorithm.
    pub key_id: String,
    pub signature: String,
}

const LIST_KEYS: &str = "SELECT usage, public_key, key FROM cross_signing_keys WHERE user_num = $1";
const PUT_KEY: &str = "INSERT INTO cross_signing_keys (user_num, usage, public_key, key) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (user_num, usage) DO UPDATE SET public_key = excluded.public_key, key = excluded.key";
const DELETE_KEY: &str = "DELETE FROM cross_signing_keys WHERE user_num = $1 AND usage = $2";
const DELETE_SIGNATURES_BY: &str =
    "DELETE FROM key_signatures WHERE user_num = $1 AND signer = $2 AND key_id = $3";
const DELETE_SIGNATURES_OF: &str = "DELETE FROM key_signatures WHERE user_num = $1 AND target = $2";
const DELETE_SIGNER: &str = "DELETE FROM key_signatures WHERE user_num = $1 AND signer = $2 AND target = $3";
const PUT_SIGNATURE: &str = "INSERT INTO key_signatures (user_num, signer, target, key_id, signature) \
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_num, signer, target, key_id) DO UPDATE SET \
    signature = excluded.signature";
const LIST_SIGNATURES: &str = "SELECT signer, target, key_id, signature FROM key_signatures \
    WHERE user_num = $1 AND signer IN ($2, $3)";
const DELETE_KEYS: &str = "DELETE FROM cross_signing_keys WHERE user_num = $1";
const DELETE_SIGNATURES: &str = "DELETE FROM key_signatures WHERE user_num = $1";

pub async fn list_keys(tx: &Tx<'_>, user: UserNum) -> Result<Vec<CrossSigningKey>> {
    tx.query(LIST_KEYS, args![user], |row| {
        Ok(CrossSigningKey { usage: row.get(0)?, public_key: row.get(1)?, key: row.get(2)? })
    })
    .await
}

pub async fn put_key(tx: &Tx<'_>, user: UserNum, key: &CrossSigningKey) -> Result<()> {
    tx.execute(PUT_KEY, args![user, &key.usage, &key.public_key, &key.key]).await.map(drop)
}

/// Deletes a key together with the signatures on it and those that its owner, `user_id`, made with it on own keys.
pub async fn delete_key(tx: &Tx<'_>, user: UserNum, user_id: &str, key: &CrossSigningKey) -> Result<()> {
    let key_id = format!("ed25519:{}", key.public_key);
    tx.execute(DELETE_KEY, args![user, &key.usage]).await?;
    tx.execute(DELETE_SIGNATURES_BY, args![user, user_id, &key_id]).await?;
    delete_signatures_of(tx, user, &key.public_key).await
}

/// Deletes every signature on one of the user's devices or keys.
pub async fn delete_signatures_of(tx: &Tx<'_>, user: UserNum, target: &str) -> Result<()> {
    tx.execute(DELETE_SIGNATURES_OF, args![user, target]).await.map(drop)
}

/// Deletes everything of a user.
pub async fn delete_all(tx: &Tx<'_>, user: UserNum) -> Result<()> {
    tx.execute(DELETE_KEYS, args![user]).await?;
    tx.execute(DELETE_SIGNATURES, args![user]).await.map(drop)
}

/// Keeps a signature on one of `user`'s devices or keys.
pub async fn put_signature(tx: &Tx<'_>, user: UserNum, signature: &Signature) -> Result<()> {
    let Signature { signer, target, key_id, signature } = signature;
    tx.execute(PUT_SIGNATURE, args![user, signer, target, key_id, signature]).await.map(drop)
}

/// Keeps somebody's signature in place of all that they made on the same key before.
pub async fn replace_signature(tx: &Tx<'_>, user: UserNum, signature: &Signature) -> Result<()> {
    tx.execute(DELETE_SIGNER, args![user, &signature.signer, &signature.target]).await?;
    put_signature(tx, user, signature).await
}

/// Signatures on a user's devices and keys that two people made: the owner, and whoever asks.
pub async fn list_signatures(
    tx: &Tx<'_>,
    user: UserNum,
    owner: &str,
    reader: &str,
) -> Result<Vec<Signature>> {
    tx.query(LIST_SIGNATURES, args![user, owner, reader], |row| {
        Ok(Signature {
            signer: row.get(0)?,
            target: row.get(1)?,
            key_id: row.get(2)?,
            signature: row.get(3)?,
        })
    })
    .await
}
