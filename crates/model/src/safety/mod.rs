//! What can be said of a text by looking at it: links that pretend, data that should not be sent in the open, ways to be
//! reached outside, words that somebody doesn't want to read, and how much it looks like spam.
//!
//! Everything here is a rule that a person can follow: no model that has to be trusted, and each finding says why. Rules
//! flag; what follows from a flag is the policy profile's and the recipient's business.

pub mod contact;
pub mod fingerprint;
pub mod fold;
pub mod invites;
mod leaving;
mod lexicon;
mod link_rules;
pub mod links;
pub mod offence;
pub mod password;
pub mod sensitive;
pub mod spam;
pub mod words;

use std::ops::Range;

pub use contact::{ContactKind, mask_contacts};
pub use fingerprint::Fingerprint;
pub use leaving::offers_to_leave;
pub use link_rules::{LinkFlag, LinkRules};
pub use offence::Offence;
pub use sensitive::SensitiveKind;
pub use spam::{Assessment, assess};
pub use words::WordFilter;

/// Texts are looked at up to here, in bytes; an event is never larger.
pub const TEXT_BYTES_MAX: usize = 65_536;

/// A stretch of a text, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<T> {
    pub what: T,
    /// Bytes of the text, at the borders of characters.
    pub span: Range<usize>,
}

/// The same stretch counted in UTF-16 code units, as JavaScript and most Matrix clients count.
pub fn utf16_span(text: &str, span: &Range<usize>) -> Range<usize> {
    let units = |upto: usize| text[..upto].encode_utf16().count();
    units(span.start)..units(span.end)
}

/// The part of a text that is looked at.
pub fn looked_at(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES_MAX)]
}

/// Puts findings in the order of the text and drops those that lie within an earlier one.
fn in_order<T>(mut found: Vec<Finding<T>>) -> Vec<Finding<T>> {
    found.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.span.end)));
    let mut upto = 0;
    found.retain(|finding| {
        let is_new = finding.span.start >= upto;
        if is_new {
            upto = finding.span.end;
        }
        is_new
    });
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_are_counted_as_javascript_counts() {
        let text = "a😀b";
        assert_eq!(utf16_span(text, &(5..6)), 3..4);
    }

    proptest! {
        /// Whatever somebody sends, looking at it ends, and names whole characters.
        #[test]
        fn any_text_can_be_looked_at(text in "\\PC{0,200}") {
            let rules = LinkRules::default();
            let spans = links::find_links(&text, &rules).into_iter().map(|found| found.span)
                .chain(sensitive::find(&text).into_iter().map(|found| found.span))
                .chain(contact::find(&text).into_iter().map(|found| found.span))
                .chain(offence::find(&text).into_iter().map(|found| found.span));
            for span in spans {
                prop_assert!(text.get(span.clone()).is_some_and(|part| !part.is_empty()), "{span:?}");
            }
            prop_assert!(assess(&text, &rules).score <= 100);
        }

        #[test]
        fn html_of_any_kind_can_be_looked_at(html in "(<a href=\"|https?://|[a-z.@:/<>\"' =]|\\PC){0,80}") {
            let _ = links::find_in_html(&html, &LinkRules::default());
        }
    }
}
