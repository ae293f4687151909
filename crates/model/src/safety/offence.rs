//! Words that offend or threaten. A flag is no verdict: between friends the same word may be a joke, so what follows from
//! it depends on who says it to whom.

use serde::{Deserialize, Serialize};

use super::{Finding, in_order, lexicon};

/// What kind of offence it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    Insult,
    /// Words against people for what they are.
    Discrimination,
    Threat,
    /// Unwanted sexual demands.
    Sexual,
}

/// Every place of a text that may offend, in its order.
pub fn find(text: &str) -> Vec<Finding<Offence>> {
    let lists = [
        (lexicon::threats(), Offence::Threat),
        (lexicon::slurs(), Offence::Discrimination),
        (lexicon::sexual(), Offence::Sexual),
        (lexicon::insults(), Offence::Insult),
    ];
    let found = lists.into_iter().flat_map(|(list, what)| {
        list.find(text).into_iter().map(move |found| Finding { what, span: found.span })
    });
    in_order(found.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sf_03_offensive_words_are_flagged_by_kind() {
        for (text, expected) in [
            ("you are such an IDIOT", vec![Offence::Insult]),
            ("du Arschloch, ich bring dich um", vec![Offence::Insult, Offence::Threat]),
            ("te voy a matar", vec![Offence::Threat]),
            ("je vais te tuer, connard", vec![Offence::Threat, Offence::Insult]),
            ("a$$hole", vec![Offence::Insult]),
            ("send nudes", vec![Offence::Sexual]),
            ("Scunthorpe is a nice town", vec![]),
            ("see you in class", vec![]),
        ] {
            let found: Vec<Offence> = find(text).into_iter().map(|found| found.what).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
