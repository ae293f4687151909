//! Reading and changing push rules (specification, 11.12.1.5 Push rules: API).

use ruma::push::AnyPushRule;
use ruma::push::{
    Action, InsertPushRuleError, NewPushRule, PushCondition, RemovePushRuleError, RuleKind, Ruleset,
};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::rulebook::{Content, Rules};
use crate::account_data::{self, GLOBAL, PUSH_RULES};
use crate::accounts::Session;
use crate::{Error, Homeserver, Result, UserNum};

/// The longest rule id, in bytes.
const ID_BYTES_MAX: usize = 255;
/// The longest pattern, in bytes. What a pattern costs grows with its length.
const PATTERN_BYTES_MAX: usize = 255;
/// The longest list of conditions or actions.
const PARTS_MAX: usize = 20;
/// Rules that a user may have made.
const RULES_MAX: usize = 1_000;

/// A user's rules by kind, every kind named even where it has no rules.
///
/// # Errors
/// [`Error::Internal`].
pub async fn all_rules(hs: &Homeserver, user: UserNum) -> Result<Value> {
    let rules = hs.rulebook.of(hs, user).await?;
    let mut all = serde_json::to_value(&*rules.ruleset()).map_err(Error::internal)?;
    for kind in ["override", "content", "room", "sender", "underride"] {
        if all.get(kind).is_none() {
            all[kind] = json!([]);
        }
    }
    Ok(all)
}

/// The content of `m.push_rules`.
pub(crate) async fn rules_content(hs: &Homeserver, user: UserNum) -> Result<Box<RawValue>> {
    to_raw_value(&json!({ "global": all_rules(hs, user).await? })).map_err(Error::internal)
}

/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] where there is no such kind of rules.
pub async fn rule(hs: &Homeserver, session: &Session, kind: RuleKind, rule_id: &str) -> Result<AnyPushRule> {
    check_kind(&kind)?;
    let rules = hs.rulebook.of(hs, session.user).await?;
    let found = rules.ruleset().get(kind, rule_id).map(|rule| rule.to_owned());
    found.ok_or(Error::NotFound("push rule"))
}

fn check_kind(kind: &RuleKind) -> Result<()> {
    match kind {
        RuleKind::Override | RuleKind::Underride | RuleKind::Sender | RuleKind::Room | RuleKind::Content => {
            Ok(())
        }
        other => Err(Error::invalid("kind", format!("there are no {:?} rules", other.as_str()))),
    }
}

/// Makes a rule, or replaces the user's own rule with the same id, and puts it next to another one where that is asked for.
///
/// # Errors
/// [`Error::Invalid`] for an id that is reserved or not allowed and for conditions and actions that don't exist, [`Error::Refused`]
/// where `before` or `after` names no rule of the user's of this kind, [`Error::TooLarge`].
pub async fn put_rule(
    hs: &Homeserver,
    session: &Session,
    new: NewPushRule,
    after: Option<String>,
    before: Option<String>,
) -> Result<()> {
    check(&new)?;
    change(hs, session, move |rules| {
        let (kind, id) = (new.kind(), new.rule_id());
        let replaced = rules.get(kind.clone(), id).map(|rule| rule.enabled());
        if replaced.is_none() && rules.iter().filter(|rule| !rule.is_server_default()).count() >= RULES_MAX {
            return Err(Error::TooLarge(format!("you have {RULES_MAX} push rules already")));
        }
        // A rule that moves is taken out first: its old place must not count when the new one is looked for.
        let moves = after.is_some() || before.is_some();
        if moves && replaced.is_some() {
            let _ = rules.remove(kind.clone(), id);
        }
        rules.insert(new.clone(), after.as_deref(), before.as_deref()).map_err(not_inserted)?;
        if let Some(enabled) = replaced.filter(|_| moves) {
            rules.set_enabled(kind, id, enabled).map_err(Error::internal)?;
        }
        Ok(())
    })
    .await
}

fn not_inserted(error: InsertPushRuleError) -> Error {
    match error {
        InsertPushRuleError::UnknownRuleId => Error::Refused("before/after rule not found".into()),
        InsertPushRuleError::BeforeHigherThanAfter | InsertPushRuleError::RelativeToServerDefaultRule => {
            Error::Refused(error.to_string())
        }
        error => Error::invalid("rule_id", error.to_string()),
    }
}

/// Deletes one of the user's own rules.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for the server's default rules, which can only be disabled.
pub async fn delete_rule(hs: &Homeserver, session: &Session, kind: RuleKind, rule_id: String) -> Result<()> {
    check_kind(&kind)?;
    change(hs, session, move |rules| {
        rules.remove(kind.clone(), &rule_id).map_err(|error| match error {
            RemovePushRuleError::ServerDefault => Error::invalid("rule_id", error.to_string()),
            _ => Error::NotFound("push rule"),
        })
    })
    .await
}

/// # Errors
/// [`Error::NotFound`].
pub async fn set_enabled(
    hs: &Homeserver,
    session: &Session,
    kind: RuleKind,
    rule_id: String,
    enabled: bool,
) -> Result<()> {
    check_kind(&kind)?;
    change(hs, session, move |rules| {
        rules.set_enabled(kind.clone(), &rule_id, enabled).map_err(|_| Error::NotFound("push rule"))
    })
    .await
}

/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] where an action doesn't exist.
pub async fn set_actions(
    hs: &Homeserver,
    session: &Session,
    kind: RuleKind,
    rule_id: String,
    actions: Vec<Action>,
) -> Result<()> {
    check_kind(&kind)?;
    check_actions(&actions)?;
    change(hs, session, move |rules| {
        rules.set_actions(kind.clone(), &rule_id, actions.clone()).map_err(|_| Error::NotFound("push rule"))
    })
    .await
}

async fn change<F>(hs: &Homeserver, session: &Session, edit: F) -> Result<()>
where
    F: Fn(&mut Ruleset) -> Result<()> + Send + Sync + 'static,
{
    let user_id = session.user_id.clone();
    account_data::change(hs, session.user, GLOBAL, PUSH_RULES, move |content| {
        let mut global = Rules::parse(user_id.clone(), content.as_deref()).ruleset().into_owned();
        edit(&mut global)?;
        serde_json::to_string(&Content { global }).map(Some).map_err(Error::internal)
    })
    .await
}

fn check(new: &NewPushRule) -> Result<()> {
    if new.rule_id().is_empty() || new.rule_id().len() > ID_BYTES_MAX {
        return Err(Error::invalid("rule_id", format!("1 to {ID_BYTES_MAX} bytes")));
    }
    match new {
        NewPushRule::Override(rule) | NewPushRule::Underride(rule) => {
            check_conditions(&rule.conditions)?;
            check_actions(&rule.actions)
        }
        NewPushRule::Content(rule) => {
            check_pattern(&rule.pattern)?;
            check_actions(&rule.actions)
        }
        NewPushRule::Room(rule) => check_actions(&rule.actions),
        NewPushRule::Sender(rule) => check_actions(&rule.actions),
        _ => Err(Error::invalid("kind", "there are no such rules")),
    }
}

fn check_pattern(pattern: &str) -> Result<()> {
    match pattern.len() {
        1..=PATTERN_BYTES_MAX => Ok(()),
        _ => Err(Error::invalid("pattern", format!("1 to {PATTERN_BYTES_MAX} bytes"))),
    }
}

/// Conditions that this server doesn't know are kept, and never hold.
fn check_conditions(conditions: &[PushCondition]) -> Result<()> {
    if conditions.len() > PARTS_MAX {
        return Err(Error::invalid("conditions", format!("at most {PARTS_MAX}")));
    }
    for condition in conditions {
        match condition {
            // An empty pattern is of use here: a state event whose state key is empty.
            PushCondition::EventMatch(data) if data.pattern.len() > PATTERN_BYTES_MAX => {
                check_pattern(&data.pattern)?
            }
            other if serde_json::to_string(other).map_or(0, |text| text.len()) > 4 * PATTERN_BYTES_MAX => {
                return Err(Error::invalid("conditions", "a condition is too long"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_actions(actions: &[Action]) -> Result<()> {
    if actions.len() > PARTS_MAX {
        return Err(Error::invalid("actions", format!("at most {PARTS_MAX}")));
    }
    for action in actions {
        let text = serde_json::to_string(action).map_err(Error::internal)?;
        let known = match action {
            Action::Notify | Action::SetTweak(_) => true,
            // They did nothing for years and were taken out of the specification; old clients still send them.
            _ => matches!(text.as_str(), "\"dont_notify\"" | "\"coalesce\""),
        };
        if !known || text.len() > 4 * PATTERN_BYTES_MAX {
            return Err(Error::invalid("actions", "there is no such action"));
        }
    }
    Ok(())
}
