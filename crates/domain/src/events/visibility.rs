//! Who may see which event of a room (specification, 11.14 Room history visibility).

use ruma::events::room::history_visibility::HistoryVisibility;
use ruma::events::room::member::MembershipState;
use serde::Deserialize;

/// What decides which events of a room somebody may see: how the room's setting and their own membership went, each
/// with the position of the event that said so, oldest first.
///
/// It may leave out what was before a position that nobody asks about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Visibility {
    pub(super) settings: Vec<(i64, HistoryVisibility)>,
    pub(super) memberships: Vec<(i64, MembershipState)>,
}

impl Visibility {
    /// Whether the event at a position may be seen. An event that changes the setting may be where either what was before
    /// or what is after allows it; the user's own coming and going is never hidden from them.
    pub(super) fn sees(&self, pos: i64) -> bool {
        self.allows(pos - 1, pos)
            || self.allows(pos, pos)
            || self.memberships.iter().any(|(own, _)| *own == pos)
    }

    /// Whether the rules allow the event at `pos`, judged by the state as it was after `upto`.
    fn allows(&self, upto: i64, pos: i64) -> bool {
        let setting = last_upto(&self.settings, upto).unwrap_or(&HistoryVisibility::Shared);
        let membership = last_upto(&self.memberships, upto).unwrap_or(&MembershipState::Leave);
        if *setting == HistoryVisibility::WorldReadable || *membership == MembershipState::Join {
            return true;
        }
        match setting {
            HistoryVisibility::Invited => *membership == MembershipState::Invite,
            HistoryVisibility::Joined => false,
            // Also what no version of the specification knows counts as the default.
            _ => self.joined_after(pos),
        }
    }

    fn joined_after(&self, pos: i64) -> bool {
        self.memberships.iter().any(|(at, membership)| *at > pos && *membership == MembershipState::Join)
    }

    /// The user's membership after the event at a position; `leave` where they never had to do with the room.
    pub(super) fn membership_at(&self, pos: i64) -> &MembershipState {
        last_upto(&self.memberships, pos).unwrap_or(&MembershipState::Leave)
    }
}

fn last_upto<T>(history: &[(i64, T)], upto: i64) -> Option<&T> {
    history.iter().rev().find(|(pos, _)| *pos <= upto).map(|(_, value)| value)
}

/// What an `m.room.history_visibility` event says; the default where it says nothing that can be read.
pub(crate) fn history_visibility_of(content: &str) -> HistoryVisibility {
    #[derive(Deserialize)]
    struct Content {
        history_visibility: HistoryVisibility,
    }
    serde_json::from_str::<Content>(content)
        .map_or(HistoryVisibility::Shared, |content| content.history_visibility)
}

/// What a member event says; `leave` where it says nothing that can be read.
pub(super) fn membership_of(content: &str) -> MembershipState {
    #[derive(Deserialize)]
    struct Content {
        membership: MembershipState,
    }
    serde_json::from_str::<Content>(content).map_or(MembershipState::Leave, |content| content.membership)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Positions that somebody sees of a room with twelve events. A history is written `position value …`.
    fn seen(settings: &str, memberships: &str) -> Vec<i64> {
        fn history<T: for<'a> From<&'a str>>(text: &str) -> Vec<(i64, T)> {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.chunks(2).map(|pair| (pair[0].parse().unwrap(), T::from(pair[1]))).collect()
        }
        let visibility = Visibility { settings: history(settings), memberships: history(memberships) };
        (1..=12).filter(|pos| visibility.sees(*pos)).collect()
    }

    fn upto(to: i64) -> Vec<i64> {
        (1..=to).collect()
    }

    fn since(from: i64) -> Vec<i64> {
        (from..=12).collect()
    }

    #[test]
    fn the_table_of_cases_holds() {
        let cases = [
            ("who made the room sees everything", "", "2 join", upto(12)),
            ("shared history is for whoever joins", "3 shared", "5 invite 8 join", upto(12)),
            ("shared history ends when one leaves", "3 shared", "5 join 8 leave", upto(8)),
            ("who comes back sees what was said meanwhile", "3 shared", "5 join 7 leave 9 join", upto(12)),
            ("a declined invite shows only itself", "3 shared", "5 invite 8 leave", vec![5, 8]),
            ("what nobody set is shared", "", "5 join", upto(12)),
            ("what nobody knows is shared", "1 later", "5 join", upto(12)),
            ("joined history begins with joining", "0 joined", "8 join", since(8)),
            ("but the invite is seen", "0 joined", "5 invite 11 join", vec![5, 11, 12]),
            ("joined history has holes", "0 joined", "2 join 4 leave 9 join", vec![2, 3, 4, 9, 10, 11, 12]),
            ("invited history begins with the invite", "0 invited", "5 invite 8 join", since(5)),
            ("the invited see while invited", "0 invited", "5 invite 8 leave", vec![5, 6, 7, 8]),
            ("anyone sees what the world may read", "1 world_readable", "", upto(12)),
            ("the world sees the end of its reading", "1 world_readable 6 joined", "", upto(6)),
            ("and the beginning", "0 joined 6 world_readable", "", since(6)),
            ("a stranger sees nothing of a shared room", "3 shared", "", vec![]),
            ("a banned member sees up to the ban", "3 shared", "5 join 9 ban", upto(9)),
            ("a knock shows nothing else", "3 shared", "5 knock", vec![5]),
            ("each event by the setting of its time", "0 joined 4 shared", "8 join", since(4)),
        ];
        for (name, settings, memberships, expected) in cases {
            assert_eq!(seen(settings, memberships), expected, "{name}");
        }
    }

    #[test]
    fn the_membership_at_an_event_is_the_one_after_it() {
        let memberships = vec![(5, MembershipState::Invite), (8, MembershipState::Join)];
        let visibility = Visibility { settings: Vec::new(), memberships };
        let at = |pos| visibility.membership_at(pos).as_str().to_owned();
        assert_eq!([at(4), at(5), at(7), at(8), at(12)], ["leave", "invite", "invite", "join", "join"]);
    }
}
