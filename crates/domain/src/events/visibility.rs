//! Who may see which event of a room (specification, 11.14 Room history visibility).

use aside_store::events::Direction;
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

    /// The position nearest to `from` in a direction, `from` included, that may be seen; `None` where there is none.
    pub(super) fn next_seen(&self, from: i64, direction: Direction) -> Option<i64> {
        // Between two changes all events are alike, so it is enough to look at where a stretch begins and ends.
        let changes =
            self.settings.iter().map(|(pos, _)| *pos).chain(self.memberships.iter().map(|(pos, _)| *pos));
        let candidates = changes.flat_map(|pos| [pos - 1, pos, pos + 1]).chain([from]);
        let seen = candidates.filter(|pos| *pos >= 1 && self.sees(*pos));
        match direction {
            Direction::Forwards => seen.filter(|pos| *pos >= from).min(),
            Direction::Backwards => seen.filter(|pos| *pos <= from).max(),
        }
    }

    /// Where the user last came to be out of the room; `None` where they never were in it, or still are.
    pub(super) fn left_at(&self) -> Option<i64> {
        let newest_join =
            self.memberships.iter().rposition(|(_, membership)| *membership == MembershipState::Join)?;
        self.memberships.get(newest_join + 1).map(|(pos, _)| *pos)
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

    /// A history is written `position value …`.
    fn visibility(settings: &str, memberships: &str) -> Visibility {
        fn history<T: for<'a> From<&'a str>>(text: &str) -> Vec<(i64, T)> {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.chunks(2).map(|pair| (pair[0].parse().unwrap(), T::from(pair[1]))).collect()
        }
        Visibility { settings: history(settings), memberships: history(memberships) }
    }

    /// Positions that somebody sees of a room with twelve events.
    fn seen(settings: &str, memberships: &str) -> Vec<i64> {
        let visibility = visibility(settings, memberships);
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
    fn the_next_event_that_is_seen_is_found_in_both_directions() {
        for (settings, memberships) in [
            ("3 shared", "5 join 8 leave"),
            ("0 joined", "2 join 4 leave 9 join"),
            ("0 invited", "5 invite 8 leave"),
            ("1 world_readable 6 joined", ""),
            ("3 shared", ""),
        ] {
            let visibility = visibility(settings, memberships);
            for from in 1..=12 {
                let forwards = (from..=12).find(|pos| visibility.sees(*pos));
                let backwards = (1..=from).rev().find(|pos| visibility.sees(*pos));
                let found = |direction| visibility.next_seen(from, direction);
                assert_eq!(found(Direction::Forwards), forwards, "{settings} / {memberships} from {from}");
                assert_eq!(found(Direction::Backwards), backwards, "{settings} / {memberships} from {from}");
            }
        }
    }

    #[test]
    fn one_has_left_where_one_was_last_in_the_room() {
        for (memberships, expected) in [
            ("5 invite 8 join", None),
            ("5 invite 8 leave", None),
            ("5 join 8 leave 10 ban", Some(8)),
            ("5 join 8 leave 10 join 11 leave", Some(11)),
        ] {
            assert_eq!(visibility("", memberships).left_at(), expected, "{memberships}");
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
