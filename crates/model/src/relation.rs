//! What holds between people: who follows whom, who said yes to whom, what they have in common; and what is known of one of
//! them. Pure: whoever asks brings what is stored.

mod date;

pub use date::Date;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $text:literal,)*) => {
        /// What one person can be to another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum RelationKind {
            $($(#[doc = $doc])* #[serde(rename = $text)] $kind,)*
        }

        impl RelationKind {
            pub const ALL: &'static [RelationKind] = &[$(RelationKind::$kind),*];

            pub fn as_str(self) -> &'static str {
                match self { $(RelationKind::$kind => $text),* }
            }
        }
    };
}

kinds! {
    /// One follows the other.
    Follow = "follow",
    /// One has the other among their friends or contacts, or asks them to be one.
    Contact = "contact",
    /// One says yes to a connection of a professional network; it is one once both do.
    Connection = "connection",
    /// One likes the other's page.
    PageLike = "page_like",
    /// One would like to be matched with the other; once both would, they are.
    Like = "like",
    /// The platform has matched the two.
    Match = "match",
    /// The two have to do with each other because of something that is offered.
    Listing = "listing",
    /// As a listing, once something was ordered.
    Order = "order",
    /// The platform suggests the two to each other.
    Suggested = "suggested",
    /// One has paid for writing to the other.
    PaidCredit = "paid_credit",
    /// One has blocked the other.
    Block = "block",
    /// One reads the other's messages apart from the rest.
    Restrict = "restrict",
    /// One wants no notifications of what the other writes.
    Mute = "mute",
    /// Somebody is in a group or community of the platform.
    Group = "group",
    /// Somebody belongs to an organisation, such as an employer.
    Organisation = "organisation",
}

impl RelationKind {
    pub fn parse(text: &str) -> Option<RelationKind> {
        RelationKind::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether people say so of themselves. The platform says the rest.
    pub fn is_personal(self) -> bool {
        use RelationKind as K;
        matches!(self, K::Follow | K::Contact | K::Connection | K::PageLike | K::Like)
    }

    /// Whether the one whom it points at may know of it.
    pub fn is_told(self) -> bool {
        use RelationKind as K;
        matches!(self, K::Follow | K::Contact | K::Connection | K::PageLike) || self.is_shared()
    }

    /// Whether it always holds both ways.
    pub fn is_shared(self) -> bool {
        use RelationKind as K;
        matches!(self, K::Match | K::Listing | K::Order | K::Suggested)
    }

    /// Whether the other can turn it down.
    pub fn is_asked(self) -> bool {
        matches!(self, RelationKind::Contact | RelationKind::Connection)
    }

    /// Whether it is about something that has an id of its own: a group, a listing.
    pub fn has_item(self) -> bool {
        matches!(self, RelationKind::Listing | RelationKind::Order) || self.is_affiliation()
    }

    /// Whether it ties a person not to another one but to a group.
    pub fn is_affiliation(self) -> bool {
        matches!(self, RelationKind::Group | RelationKind::Organisation)
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Which way a relation between `a` and `b` goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From `a` to `b`.
    Forth,
    /// From `b` to `a`.
    Back,
}

/// One relation that goes out from somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub kind: RelationKind,
    /// What it is about; empty where its kind has no item.
    pub item: String,
    /// Whether buyer and seller have agreed.
    pub committed: bool,
    /// Milliseconds since 1970.
    pub since_ms: i64,
    /// When it ends; `None` where it doesn't.
    pub until_ms: Option<i64>,
}

/// Everything that holds between two people, `a` and `b`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Between {
    forth: u32,
    back: u32,
    /// Both are in one group of the platform.
    pub shared_group: bool,
    /// Both belong to one organisation.
    pub same_org: bool,
    /// An order or listing of the two is agreed on.
    pub committed: bool,
    /// Since when they have been matched, in milliseconds since 1970.
    pub matched_ms: Option<i64>,
}

impl Between {
    /// From what goes out from each of the two: to the other, and to groups.
    pub fn of(from_a: &[Tie], from_b: &[Tie], now_ms: i64) -> Between {
        let mut between =
            Between { forth: kinds_of(from_a, now_ms), back: kinds_of(from_b, now_ms), ..Between::default() };
        let in_common = |kind: RelationKind| {
            let of_kind = |ties: &'_ &Tie| ties.kind == kind;
            from_a.iter().filter(of_kind).any(|a| from_b.iter().filter(of_kind).any(|b| a.item == b.item))
        };
        between.shared_group = in_common(RelationKind::Group);
        between.same_org = in_common(RelationKind::Organisation);
        between.committed = from_a.iter().chain(from_b).any(|tie| tie.committed);
        let since = |ties: &[Tie], kind: RelationKind| {
            ties.iter().filter(|tie| tie.kind == kind).map(|tie| tie.since_ms).max()
        };
        let liked = since(from_a, RelationKind::Like).zip(since(from_b, RelationKind::Like));
        let matched = since(from_a, RelationKind::Match).max(since(from_b, RelationKind::Match));
        between.matched_ms = matched.or(liked.map(|(a, b)| a.max(b)));
        between
    }

    pub fn holds(&self, kind: RelationKind, direction: Direction) -> bool {
        match direction {
            Direction::Forth => self.forth & kind.bit() != 0,
            Direction::Back => self.back & kind.bit() != 0,
        }
    }

    /// Whether it holds both ways: a mutual follow, a connection that both agreed to.
    pub fn is_mutual(&self, kind: RelationKind) -> bool {
        self.forth & self.back & kind.bit() != 0
    }

    /// Whether they are buyer and seller of something.
    pub fn has_deal(&self) -> bool {
        let deal = RelationKind::Listing.bit() | RelationKind::Order.bit();
        (self.forth | self.back) & deal != 0
    }

    pub fn is_matched(&self) -> bool {
        self.matched_ms.is_some()
    }

    /// The same, seen from the other side.
    #[must_use]
    pub fn reversed(self) -> Between {
        Between { forth: self.back, back: self.forth, ..self }
    }
}

fn kinds_of(ties: &[Tie], now_ms: i64) -> u32 {
    let lasting = ties.iter().filter(|tie| tie.until_ms.is_none_or(|until_ms| until_ms > now_ms));
    lasting.fold(0, |kinds, tie| kinds | tie.kind.bit())
}

/// What is known of somebody, beside what they say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// In full years; of an age band, the youngest age.
    pub age_years: Option<u8>,
    pub verified: bool,
    /// Signs of trust that the platform gave, by its own names.
    pub badges: Vec<String>,
    /// Whether it is the account of a page or a business.
    pub is_page: bool,
    /// Whether everybody may write to them, as they have paid for or chosen on the platform.
    pub is_open: bool,
    /// When the account was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// Since when the account has belonged to whoever has it now. Trust is earned from here on.
    pub trust_from_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    fn tie(kind: RelationKind, item: &str) -> Tie {
        Tie { kind, item: item.into(), committed: false, since_ms: NOW - 1000, until_ms: None }
    }

    #[test]
    fn kinds_have_names_of_their_own() {
        for kind in RelationKind::ALL {
            assert_eq!(RelationKind::parse(kind.as_str()), Some(*kind));
            assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
        assert_eq!(RelationKind::parse("friend"), None);
    }

    #[test]
    fn what_holds_one_way_does_not_hold_the_other_way() {
        use RelationKind::{Connection, Follow};
        let between = Between::of(&[tie(Follow, ""), tie(Connection, "")], &[tie(Connection, "")], NOW);
        assert!(between.holds(Follow, Direction::Forth) && !between.holds(Follow, Direction::Back));
        assert!(!between.is_mutual(Follow) && between.is_mutual(Connection));
        assert!(between.reversed().holds(Follow, Direction::Back));
        assert_eq!(between.reversed().reversed(), between);
    }

    #[test]
    fn a_match_is_two_likes_or_the_platforms_word() {
        use RelationKind::{Like, Match};
        let early = Tie { since_ms: NOW - 9000, ..tie(Like, "") };
        for (from_a, from_b, matched_ms) in [
            (vec![], vec![], None),
            (vec![tie(Like, "")], vec![], None),
            (vec![tie(Like, "")], vec![early.clone()], Some(NOW - 1000)),
            (vec![Tie { kind: Match, ..early.clone() }], vec![], Some(NOW - 9000)),
        ] {
            assert_eq!(Between::of(&from_a, &from_b, NOW).matched_ms, matched_ms, "{from_a:?} {from_b:?}");
        }
    }

    #[test]
    fn groups_are_shared_where_they_are_the_same_group() {
        use RelationKind::{Group, Organisation};
        let between = |a: &[Tie], b: &[Tie]| Between::of(a, b, NOW);
        let chess = [tie(Group, "chess")];
        assert!(between(&chess, &[tie(Group, "go"), tie(Group, "chess")]).shared_group);
        assert!(!between(&chess, &[tie(Group, "go")]).shared_group);
        let organisation = between(&chess, &[tie(Organisation, "chess")]);
        assert!(!organisation.shared_group && !organisation.same_org, "a group is no organisation");
    }

    #[test]
    fn what_has_ended_does_not_hold() {
        let ended = Tie { until_ms: Some(NOW), ..tie(RelationKind::Mute, "") };
        assert!(!Between::of(&[ended], &[], NOW).holds(RelationKind::Mute, Direction::Forth));
        let lasting = Tie { until_ms: Some(NOW + 1), ..tie(RelationKind::Mute, "") };
        assert!(Between::of(&[lasting], &[], NOW).holds(RelationKind::Mute, Direction::Forth));
    }

    #[test]
    fn a_deal_may_be_committed() {
        let order = Tie { committed: true, ..tie(RelationKind::Order, "order-7") };
        let between = Between::of(&[], &[order, tie(RelationKind::Listing, "l")], NOW);
        assert!(between.has_deal() && between.committed);
        assert!(!Between::of(&[], &[tie(RelationKind::Listing, "l")], NOW).committed);
    }
}
