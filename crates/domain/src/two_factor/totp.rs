//! Time-based one-time passwords (RFC 6238): six digits of HMAC-SHA-1 over steps of thirty seconds, which is what every
//! authenticator makes.

use ring::hmac;
use subtle::ConstantTimeEq;

/// As many as HMAC-SHA-1 has bits for.
pub(super) const SECRET_BYTES: usize = 20;
pub(super) const STEP_MS: i64 = 30_000;
const DIGITS: usize = 6;
/// How many steps a clock may be ahead or behind.
const SKEW: i64 = 1;
/// RFC 4648, without padding.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step whose code this is, where it is later than `last_step`. Every step is compared in full, so that the time it
/// takes says nothing.
pub(super) fn step_of(secret: &[u8], code: &str, now_ms: i64, last_step: i64) -> Option<i64> {
    let now = now_ms / STEP_MS;
    let fits = |step: &i64| bool::from(code_at(secret, *step).as_bytes().ct_eq(code.as_bytes()));
    let fitting: Vec<i64> = (now - SKEW..=now + SKEW).filter(fits).collect();
    fitting.into_iter().find(|step| *step > last_step)
}

/// The code of a step.
fn code_at(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let start = usize::from(tag.last().copied().unwrap_or(0) & 0x0f);
    let number = tag[start..start + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:0DIGITS$}", (number & 0x7fff_ffff) % 10_u32.pow(DIGITS as u32))
}

/// A text and the code that stands behind it.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let (before, code) = text.split_at_checked(text.len().checked_sub(DIGITS)?)?;
    code.bytes().all(|byte| byte.is_ascii_digit()).then_some((before, code))
}

pub(super) fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for chunk in bytes.chunks(5) {
        let mut block = [0_u8; 8];
        block[3..3 + chunk.len()].copy_from_slice(chunk);
        let block = u64::from_be_bytes(block);
        for place in 0..(chunk.len() * 8).div_ceil(5) {
            let letter = usize::try_from(block >> (35 - 5 * place) & 31).unwrap_or(0);
            text.push(char::from(BASE32[letter]));
        }
    }
    text
}

pub(super) fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut buffer, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|known| *known == letter)?;
        buffer = buffer << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(buffer >> bits & 0xff).ok()?);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59_i64, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(secret, seconds / 30), code);
        }
    }

    #[test]
    fn a_code_counts_a_step_early_and_late_and_once() {
        let secret = b"12345678901234567890";
        let now_ms = 59_000;
        for step in [0, 1, 2] {
            assert_eq!(step_of(secret, &code_at(secret, step), now_ms, -1), Some(step));
        }
        assert_eq!(step_of(secret, &code_at(secret, 3), now_ms, -1), None);
        assert_eq!(step_of(secret, &code_at(secret, 1), now_ms, 1), None, "it was used");
        assert_eq!(step_of(secret, "", now_ms, -1), None);
    }

    #[test]
    fn base32_is_that_of_the_standard() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(to_base32(bytes.as_bytes()), text);
            assert_eq!(from_base32(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(from_base32("m!"), None);
    }

    #[test]
    fn a_code_stands_behind_a_password() {
        assert_eq!(split("tr0ub4dor123456"), Some(("tr0ub4dor", "123456")));
        assert_eq!(split("123456"), Some(("", "123456")));
        assert_eq!(split("tr0ub4dor"), None);
        assert_eq!(split("12345"), None);
        assert_eq!(split("é12345"), None);
    }
}
