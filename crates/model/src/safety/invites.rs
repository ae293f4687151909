//! Whose invites somebody takes, as their clients set it: `m.invite_permission_config` (specification, Invite permission)
//! and the finer filters of MSC4155, which its clients keep under an unstable name.

use serde_json::Value;

/// Patterns in one list.
const PATTERNS_MAX: usize = 1_000;

/// What becomes of an invite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InviteAction {
    Allow,
    /// The inviter isn't told, and neither is the invited person.
    Ignore,
    /// The inviter is refused.
    Block,
}

/// Whose invites somebody takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InviteRules {
    block_all: bool,
    /// In the order in which they are asked: the first pattern that matches decides.
    lists: Vec<(Subject, InviteAction, Vec<String>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    User,
    Server,
}

impl InviteRules {
    /// `config` is the content of `m.invite_permission_config`, `filters` that of
    /// `org.matrix.msc4155.invite_permission_config`. What can't be understood restricts nothing.
    pub fn parse(config: Option<&str>, filters: Option<&str>) -> Self {
        let read = |text: Option<&str>| {
            text.and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default()
        };
        let (config, filters) = (read(config), read(filters));
        let block_all = config["default_action"] == "block" || filters["default_action"] == "block";
        if filters["enabled"] == false {
            return InviteRules { block_all, lists: Vec::new() };
        }
        let named = [
            ("allowed_users", Subject::User, InviteAction::Allow),
            ("ignored_users", Subject::User, InviteAction::Ignore),
            ("blocked_users", Subject::User, InviteAction::Block),
            ("allowed_servers", Subject::Server, InviteAction::Allow),
            ("ignored_servers", Subject::Server, InviteAction::Ignore),
            ("blocked_servers", Subject::Server, InviteAction::Block),
        ];
        let lists = named.into_iter().filter_map(|(name, subject, action)| {
            let patterns = filters[name].as_array()?.iter().take(PATTERNS_MAX);
            let patterns: Vec<String> = patterns.filter_map(Value::as_str).map(str::to_owned).collect();
            (!patterns.is_empty()).then_some((subject, action, patterns))
        });
        InviteRules { block_all, lists: lists.collect() }
    }

    /// What becomes of an invite by a user, `@alice:example.org`.
    pub fn judge(&self, user_id: &str) -> InviteAction {
        let server = user_id.split_once(':').map_or("", |(_, server)| server);
        let named = self.lists.iter().find(|(subject, _, patterns)| {
            let text = if *subject == Subject::User { user_id } else { server };
            patterns.iter().any(|pattern| is_like(pattern, text))
        });
        match named {
            Some((_, action, _)) => *action,
            None if self.block_all => InviteAction::Block,
            None => InviteAction::Allow,
        }
    }
}

/// Whether a text is like a pattern, in which `*` stands for any characters and `?` for one. It takes time in proportion to
/// both lengths, whatever the pattern.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut place) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while place < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(character) if *character == '?' || *character == text[place] => {
                at += 1;
                place += 1;
            }
            _ => {
                // The last star takes one character more.
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                place = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|character| *character == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_list_that_names_somebody_decides() {
        let filters = r#"{
            "enabled": true,
            "allowed_users": ["@friend:*"],
            "ignored_users": ["@troll*:example.org"],
            "blocked_users": ["@?:example.org"],
            "allowed_servers": ["good.example"],
            "blocked_servers": ["*.example"]
        }"#;
        let rules = InviteRules::parse(None, Some(filters));
        for (user_id, expected) in [
            ("@friend:bad.example", InviteAction::Allow),
            ("@troll7:example.org", InviteAction::Ignore),
            ("@x:example.org", InviteAction::Block),
            ("@xy:example.org", InviteAction::Allow),
            ("@a:good.example", InviteAction::Allow),
            ("@a:bad.example", InviteAction::Block),
        ] {
            assert_eq!(rules.judge(user_id), expected, "{user_id}");
        }
        let off = filters.replace("true", "false");
        assert_eq!(InviteRules::parse(None, Some(&off)).judge("@x:example.org"), InviteAction::Allow);
    }

    #[test]
    fn all_invites_can_be_refused_but_for_those_that_are_allowed() {
        let config = Some(r#"{"default_action":"block"}"#);
        let rules = InviteRules::parse(config, Some(r#"{"allowed_users":["@bob:b"]}"#));
        assert_eq!(rules.judge("@eve:b"), InviteAction::Block);
        assert_eq!(rules.judge("@bob:b"), InviteAction::Allow);
        for nonsense in ["", "7", "[]", r#"{"default_action":7}"#, r#"{"default_action":"later"}"#] {
            assert_eq!(InviteRules::parse(Some(nonsense), Some(nonsense)), InviteRules::default());
        }
    }

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("a?c", "abc", true),
            ("a", "ab", false),
            ("*a", "aba", true),
            ("", "a", false),
        ] {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!is_like(&"*a".repeat(40), &"a".repeat(30)));
    }
}
