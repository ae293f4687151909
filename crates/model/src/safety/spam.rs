//! How much a text looks like spam, and whether it advertises: a sum of points, each with its reason, so that whoever
//! wonders about a verdict can add them up.

use serde::{Deserialize, Serialize};

use super::{LinkFlag, LinkRules, contact, lexicon, links};

/// From here on a stranger's text belongs into the spam folder, unless the profile says otherwise.
pub const SPAM_SCORE: u8 = 60;
/// From here on it advertises.
const PROMOTION_POINTS: u32 = 30;

/// Why a text got points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpamReason {
    /// Words of advertisements.
    PromotionalWords,
    /// Words of known frauds.
    ScamWords,
    /// A link that pretends to be another.
    DeceptiveLink,
    /// A link of which nobody can tell where it leads.
    OpaqueLink,
    ManyLinks,
    /// Prices or percentages.
    Prices,
    /// An invitation to go on elsewhere: a number, an address, another messenger.
    OutsideContact,
    /// Mostly capital letters.
    Shouting,
    /// Many exclamation marks or emoji.
    Excitement,
    /// Characters that hide words from filters.
    HiddenCharacters,
}

/// What a text was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// 0 to 100.
    pub score: u8,
    /// Points by reason, the most first.
    pub reasons: Vec<(SpamReason, u8)>,
    /// Whether it advertises something.
    pub promotional: bool,
}

/// Adds up what speaks against a text.
pub fn assess(text: &str, rules: &LinkRules) -> Assessment {
    let text = super::looked_at(text);
    let mut points: Vec<(SpamReason, u32)> = Vec::new();
    let mut add = |reason, count: usize, each: u32, most: u32| {
        let sum = u32::try_from(count).unwrap_or(most).saturating_mul(each).min(most);
        if sum > 0 {
            points.push((reason, sum));
        }
    };
    let links = links::find_links(text, rules);
    let flagged =
        |is: fn(&LinkFlag) -> bool| links.iter().filter(|found| found.what.flags.iter().any(is)).count();
    let promotional = lexicon::promotion().find(text).len();
    add(SpamReason::PromotionalWords, promotional, 20, 50);
    add(SpamReason::ScamWords, lexicon::scam().find(text).len(), 30, 70);
    add(SpamReason::DeceptiveLink, flagged(LinkFlag::is_deceptive), 40, 60);
    add(SpamReason::OpaqueLink, flagged(|flag| !flag.is_deceptive()), 20, 30);
    add(SpamReason::ManyLinks, links.len().saturating_sub(1), 8, 25);
    add(SpamReason::Prices, prices(text), 8, 20);
    add(SpamReason::OutsideContact, contact::find(text).len(), 12, 25);
    add(SpamReason::Shouting, usize::from(is_shouted(text)), 15, 15);
    add(SpamReason::Excitement, excitement(text), 10, 15);
    add(SpamReason::HiddenCharacters, usize::from(hides(text)), 25, 25);
    let of =
        |reason: SpamReason| points.iter().find(|(own, _)| *own == reason).map_or(0, |(_, points)| *points);
    let advertises = of(SpamReason::PromotionalWords)
        + if links.is_empty() { 0 } else { 10 }
        + of(SpamReason::Prices)
        + of(SpamReason::OutsideContact) / 2;
    let score = points.iter().map(|(_, points)| points).sum::<u32>().min(100);
    points.sort_by_key(|(_, points)| std::cmp::Reverse(*points));
    Assessment {
        score: u8::try_from(score).unwrap_or(100),
        promotional: promotional > 0 && advertises >= PROMOTION_POINTS,
        reasons: points
            .into_iter()
            .map(|(reason, points)| (reason, u8::try_from(points).unwrap_or(100)))
            .collect(),
    }
}

/// `€ 20`, `20 USD`, `-50%`.
fn prices(text: &str) -> usize {
    let characters: Vec<char> = text.chars().collect();
    let is_sign = |c: char| matches!(c, '€' | '$' | '£' | '%' | '₿' | '¥');
    let signs = characters.iter().enumerate().filter(|(at, character)| {
        let from = at.saturating_sub(2);
        let to = (at + 3).min(characters.len());
        is_sign(**character) && characters[from..to].iter().any(char::is_ascii_digit)
    });
    signs.count()
}

fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    letters >= 20 && capitals * 10 > letters * 7
}

fn excitement(text: &str) -> usize {
    let marks = text.matches('!').count();
    let emoji = text.chars().filter(|c| matches!(u32::from(*c), 0x1f300..=0x1faff | 0x2600..=0x27bf)).count();
    usize::from(marks >= 4) + usize::from(emoji >= 6)
}

/// Invisible characters inside words; emoji are joined with them rightly.
fn hides(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    characters.windows(3).any(|three| {
        three[0].is_ascii_alphanumeric()
            && super::fold::is_invisible(three[1])
            && three[1] != '\u{ad}'
            && three[2].is_ascii_alphanumeric()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assessed(text: &str) -> Assessment {
        assess(text, &LinkRules::default())
    }

    #[test]
    fn a_rq_07_spam_is_told_from_what_people_say() {
        for text in [
            "CONGRATULATIONS!!!! YOU HAVE WON a gift card, claim your prize: https://bit.ly/x",
            "Guaranteed profits with crypto investment, WhatsApp +49 151 23456789",
            "Your PayPal account suspended, verify your account https://paypa1.com/login",
            "v1agra and c1alis, b\u{200b}uy now",
            "Du hast gewonnen! Konto bestätigen: https://paypal-login.com",
            "Has ganado, verifica tu cuenta en https://bit.ly/abc",
        ] {
            assert!(assessed(text).score >= SPAM_SCORE, "{text}: {:?}", assessed(text));
        }
        for text in [
            "hi, is the bike still there? I could come on Saturday at 10",
            "Here is the recipe: https://example.org/soup it takes 30 minutes",
            "My number is +49 151 23456789, call me!",
            "Danke! Bis morgen 😀😀",
            "The invoice is 20 € and the shipping 5 €.",
            "",
        ] {
            assert!(assessed(text).score < SPAM_SCORE / 2, "{text}: {:?}", assessed(text));
        }
    }

    #[test]
    fn a_rq_11_an_advertisement_is_told() {
        for text in [
            "Special offer: -50% on all shoes, order now at https://shoes.example",
            "Sonderangebot! Nur heute, Rabattcode SOMMER20",
            "Oferta especial, compra ahora https://tienda.example 20€",
            "Code promo -30%, cliquez ici https://boutique.example",
        ] {
            assert!(assessed(text).promotional, "{text}: {:?}", assessed(text));
        }
        for text in ["Can I order now or is it too late?", "I got it for -50%", "https://example.org"] {
            assert!(!assessed(text).promotional, "{text}: {:?}", assessed(text));
        }
    }

    proptest! {
        #[test]
        fn more_of_the_same_never_scores_less(text in "[a-z €%!0-9]{0,60}") {
            let rules = LinkRules::default();
            let more = format!("{text} . free money https://paypa1.com");
            prop_assert!(assess(&more, &rules).score >= assess(&text, &rules).score.min(60));
        }
    }
}
