//! Sealed files: how they are written and read, piece by piece, so that a part of a large one can be read alone.

use std::io;
use std::ops::Range;

use aside_store::seal::{FILE_HEAD_BYTES, FileKey, PIECE_BYTES, SEALED_PIECE_BYTES};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt};

use super::store::ContentStream;

/// Seals a file that is being written.
pub(super) struct Sealing {
    key: FileKey,
    number: u64,
    /// What doesn't fill a piece yet.
    rest: Vec<u8>,
}

impl Sealing {
    pub(super) fn new(key: FileKey) -> Sealing {
        Sealing { key, number: 0, rest: Vec::with_capacity(PIECE_BYTES) }
    }

    /// Takes bytes in; answers what can be written. A full piece waits until more comes, because it may be the last.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::new();
        while self.rest.len() + bytes.len() > PIECE_BYTES {
            let (now, later) = bytes.split_at(PIECE_BYTES - self.rest.len());
            self.rest.extend_from_slice(now);
            bytes = later;
            sealed.extend(self.seal(false)?);
        }
        self.rest.extend_from_slice(bytes);
        Ok(sealed)
    }

    /// The last piece.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        self.seal(true)
    }

    fn seal(&mut self, is_last: bool) -> io::Result<Vec<u8>> {
        let piece = std::mem::take(&mut self.rest);
        let sealed = self.key.seal_piece(self.number, is_last, piece);
        self.number += 1;
        sealed.ok_or_else(|| io::Error::other("a file could not be sealed"))
    }
}

/// Seals a small file as a whole.
pub(super) fn seal_all(head: &[u8], key: FileKey, bytes: &[u8]) -> io::Result<Bytes> {
    let mut sealing = Sealing::new(key);
    let mut sealed = head.to_vec();
    sealed.extend(sealing.push(bytes)?);
    sealed.extend(sealing.finish()?);
    Ok(sealed.into())
}

/// How many bytes a sealed file takes.
pub(super) fn sealed_size(size_bytes: u64) -> u64 {
    let pieces = size_bytes.div_ceil(PIECE_BYTES as u64).max(1);
    FILE_HEAD_BYTES as u64 + size_bytes + pieces * (SEALED_PIECE_BYTES - PIECE_BYTES) as u64
}

/// How many bytes of content a sealed file holds.
pub(super) fn plain_size(stored_bytes: u64) -> u64 {
    let body = stored_bytes.saturating_sub(FILE_HEAD_BYTES as u64);
    let pieces = body.div_ceil(SEALED_PIECE_BYTES as u64);
    body.saturating_sub(pieces * (SEALED_PIECE_BYTES - PIECE_BYTES) as u64)
}

/// Which bytes of a sealed file hold a part of its content, and the number of the first piece among them.
pub(super) fn span(part: &Range<u64>, stored_bytes: u64) -> (Range<u64>, u64) {
    let (plain, sealed) = (PIECE_BYTES as u64, SEALED_PIECE_BYTES as u64);
    let first = part.start / plain;
    let end = part.end.div_ceil(plain);
    let at = |piece: u64| FILE_HEAD_BYTES as u64 + piece * sealed;
    (at(first)..at(end).min(stored_bytes), first)
}

/// Opens the pieces that a stream brings, from a piece on, and hands out a part of the content.
pub(super) fn open(
    stored: impl Stream<Item = io::Result<Bytes>> + Send + Unpin + 'static,
    key: FileKey,
    first: u64,
    part: Range<u64>,
    stored_bytes: u64,
) -> ContentStream {
    let pieces = (stored_bytes - FILE_HEAD_BYTES as u64).div_ceil(SEALED_PIECE_BYTES as u64);
    let skip = part.start - first * PIECE_BYTES as u64;
    let state =
        Opening { stored, key, number: first, last: pieces.saturating_sub(1), waiting: BytesMut::new() };
    let opened = futures_util::stream::try_unfold(state, async |mut state| {
        Ok(state.next().await?.map(|piece| (piece, state)))
    });
    let mut left = (skip, part.end - part.start);
    let cut = opened.map_ok(move |piece: Bytes| {
        let (skip, wanted) = left;
        let from = skip.min(piece.len() as u64);
        let to = from + wanted.min(piece.len() as u64 - from);
        left = (skip - from, wanted - (to - from));
        #[expect(clippy::cast_possible_truncation, reason = "both are within a piece")]
        piece.slice(from as usize..to as usize)
    });
    cut.boxed()
}

struct Opening<S> {
    stored: S,
    key: FileKey,
    number: u64,
    last: u64,
    waiting: BytesMut,
}

impl<S: Stream<Item = io::Result<Bytes>> + Unpin> Opening<S> {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.waiting.len() < SEALED_PIECE_BYTES {
            match self.stored.next().await {
                Some(bytes) => self.waiting.extend_from_slice(&bytes?),
                None => break,
            }
        }
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let mut piece = self.waiting.split_to(self.waiting.len().min(SEALED_PIECE_BYTES));
        let length = self.key.open_piece(self.number, self.number == self.last, &mut piece);
        let length =
            length.ok_or_else(|| io::Error::other("a file is damaged, or was sealed with another key"))?;
        self.number += 1;
        piece.truncate(length);
        Ok(Some(piece.freeze()))
    }
}

#[cfg(test)]
mod tests {
    use aside_store::seal::Keyring;

    use super::*;

    fn keyring() -> Keyring {
        let text = "k1 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
        Keyring::parse(text, Box::new(|bytes| bytes.fill(7))).unwrap()
    }

    async fn part(file: &Bytes, keys: &Keyring, part: Range<u64>) -> Vec<u8> {
        let key = keys.open_file(&file[..FILE_HEAD_BYTES]).unwrap().unwrap();
        let stored_bytes = file.len() as u64;
        let (range, first) = span(&part, stored_bytes);
        let bytes = file.slice(range.start as usize..range.end as usize);
        // As it comes from a store: in pieces of no particular size.
        let pieces: Vec<io::Result<Bytes>> =
            bytes.chunks(10_001).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let stream = open(futures_util::stream::iter(pieces), key, first, part, stored_bytes);
        stream.try_collect::<Vec<Bytes>>().await.unwrap().concat()
    }

    #[tokio::test]
    async fn any_part_of_any_file_comes_back() {
        let keys = keyring();
        for size in [0, 1, 100, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES, 200_000] {
            let content: Vec<u8> = (0..size).map(|number| (number % 251) as u8).collect();
            let (head, key) = keys.begin_file().unwrap();
            let file = seal_all(&head, key, &content).unwrap();
            assert_eq!(file.len() as u64, sealed_size(size as u64), "{size}");
            assert_eq!(plain_size(file.len() as u64), size as u64);
            let size = size as u64;
            for (from, to) in [
                (0, size),
                (0, size.min(1)),
                (size / 2, size),
                (size / 3, size / 2),
                (size.saturating_sub(1), size),
            ] {
                if from < to {
                    let expected = &content[from as usize..to as usize];
                    assert_eq!(part(&file, &keys, from..to).await, expected, "{from}..{to} of {size}");
                }
            }
        }
    }

    #[tokio::test]
    async fn bytes_that_come_in_small_pieces_are_sealed_alike() {
        let keys = keyring();
        let content = vec![9_u8; 150_000];
        let (head, key) = keys.begin_file().unwrap();
        let mut sealing = Sealing::new(key);
        let mut file = head.to_vec();
        for chunk in content.chunks(333) {
            file.extend(sealing.push(chunk).unwrap());
        }
        file.extend(sealing.finish().unwrap());
        assert_eq!(part(&file.into(), &keys, 0..150_000).await, content);
    }
}
