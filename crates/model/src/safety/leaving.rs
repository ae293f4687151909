//! Offers to leave: to go on, or to pay, where the platform can no longer help.

use super::contact::{self, ContactKind};
use super::{lexicon, looked_at};

/// Whether a text says where else to go on, by a messenger's link, a name on another network or in words. Mail addresses and
/// telephone numbers alone are no offer; whether those may be sent is `content.pii_mode`.
pub fn offers_to_leave(text: &str) -> bool {
    let text = looked_at(text);
    lexicon::leaving().matches(text)
        || contact::find(text).iter().any(|found| match found.what {
            ContactKind::MessengerLink => true,
            // `@name` alone mentions somebody here.
            ContactKind::Handle => !text[found.span.clone()].starts_with('@'),
            ContactKind::Email | ContactKind::Phone | ContactKind::Address => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_to_leave_are_told_from_what_buyers_and_sellers_say() {
        for offer in [
            "https://wa.me/491512345678",
            "insta: bob.shop",
            "Let's go on on WhatsApp",
            "Pay me directly, then we save the fees",
            "PayPal Freunde?",
            "Wir können das außerhalb der Plattform machen",
            "hablamos por WhatsApp",
            "On peut continuer sur Télégram",
        ] {
            assert!(offers_to_leave(offer), "{offer}");
        }
        for fair in [
            "Is it still there?",
            "Can you send it to bob@example.org?",
            "+49 30 901820",
            "@bob_shop has the other one",
            "I collect it outside the station",
            "Do you take PayPal?",
            "Ist das Telegramm von 1920 echt?",
        ] {
            assert!(!offers_to_leave(fair), "{fair}");
        }
    }
}
