//! The authenticator on somebody's phone (RFC 6238).

use ring::hmac;

const STEP_MS: i64 = 30_000;

/// What it shows for a secret in Base32 at a time, in milliseconds since 1970.
pub fn code_at(secret: &str, ms: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &from_base32(secret));
    let tag = hmac::sign(&key, &(ms / STEP_MS).to_be_bytes());
    let start = usize::from(tag.as_ref()[19] & 15);
    let number =
        tag.as_ref()[start..start + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

fn from_base32(text: &str) -> Vec<u8> {
    let value = |letter: u8| if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
    let bits: Vec<bool> = text
        .bytes()
        .flat_map(|letter| (0..5).rev().map(move |place| value(letter) >> place & 1 == 1))
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
}
