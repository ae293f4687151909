//! Whether two texts are the same but for what senders of many change: case, spaces, signs, numbers, a name.

use super::fold::fold;

/// Texts with fewer words are too common to say anything: "hi", "how are you".
pub const WORDS_MIN: usize = 5;
/// Of its 64 bits so many may differ between two texts that are nearly the same; texts that have nothing in common differ in
/// about half of them.
pub const NEAR_BITS: u32 = 10;

/// What remains of a text to compare it by. It can't be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint {
    /// The same for texts that are the same once normalised.
    pub exact: u64,
    /// Near for texts that share most of their words, by Hamming distance (Charikar's SimHash).
    pub near: u64,
}

impl Fingerprint {
    /// `None` where the text is too short to be compared.
    pub fn of(text: &str) -> Option<Fingerprint> {
        let words = normalised(super::looked_at(text));
        if words.len() < WORDS_MIN {
            return None;
        }
        let exact = words.iter().fold(BASIS, |hash, word| hashed(hashed(hash, word), " "));
        let mut votes = [0_i32; 64];
        let pairs = words.windows(2).map(|pair| hashed(hashed(hashed(BASIS, &pair[0]), " "), &pair[1]));
        for hash in words.iter().map(|word| hashed(BASIS, word)).chain(pairs) {
            let hash = mixed(hash);
            for (bit, vote) in votes.iter_mut().enumerate() {
                *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
            }
        }
        let near = votes.iter().enumerate().fold(0, |near, (bit, vote)| near | (u64::from(*vote > 0) << bit));
        Some(Fingerprint { exact, near })
    }

    pub fn is_near(self, other: Fingerprint) -> bool {
        self.exact == other.exact || (self.near ^ other.near).count_ones() <= NEAR_BITS
    }
}

/// Folded words; numbers are all one, as they are what changes first.
fn normalised(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words
        .map(|word| if word.chars().any(|c| c.is_ascii_digit()) { "0".to_owned() } else { word.to_owned() })
        .collect()
}

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: what is stored must hash alike in every version and on every machine.
fn hashed(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Spreads a hash over all bits (the finish of SplitMix64).
fn mixed(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OFFER: &str = "Hello Anna, I saw your profile and would love to offer you a great job in our new team, \
        it pays 500 a day and you can start tomorrow, just write me back and I will tell you everything about it";

    #[test]
    fn the_same_text_to_many_is_known_again() {
        let offer = Fingerprint::of(OFFER).unwrap();
        let louder =
            Fingerprint::of(&OFFER.to_uppercase().replace(", ", " !! ").replace("500", "800")).unwrap();
        assert_eq!(offer.exact, louder.exact);
        let renamed = Fingerprint::of(&OFFER.replace("Anna", "Marie")).unwrap();
        assert!(offer.exact != renamed.exact && offer.is_near(renamed));
        let other =
            Fingerprint::of("Shall we meet at the station tomorrow at ten and then go to the lake together?")
                .unwrap();
        assert!(!offer.is_near(other));
        assert_eq!(Fingerprint::of("hi, how are you"), None);
    }

    proptest! {
        #[test]
        fn a_text_is_near_itself(text in "([a-z]{1,8} ){5,20}") {
            let one = Fingerprint::of(&text).unwrap();
            prop_assert!(one.is_near(Fingerprint::of(&text.to_uppercase()).unwrap()));
        }
    }
}
