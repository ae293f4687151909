//! The profiles keep what their cases promise, and the rules' order holds whatever is known.

use proptest::prelude::*;

use super::*;

fn profile(name: &str) -> Profile {
    load(name, built_in(name).expect("a profile that is built in"))
        .expect("a profile that can be read")
        .profile
}

#[test]
fn every_profile_keeps_its_cases() {
    let mut wrong = Vec::new();
    for (name, text) in BUILT_IN {
        let loaded = match load(name, text) {
            Ok(loaded) => loaded,
            Err(problem) => panic!("{problem}"),
        };
        assert_eq!(loaded.profile.profile.id, *name);
        assert!(loaded.cases.len() >= 2, "{name} has too few cases");
        for case in &loaded.cases {
            if let Err(reason) = case.check(&loaded.profile) {
                wrong.push(format!("{name}: {}: {reason}", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_is_refused_with_file_line_and_key() {
    for (text, line, key, word) in [
        ("[profile]\nid = \"a\"\n[stranger]\nfoldr = \"spam\"\n", 4, "stranger.foldr", "unknown field"),
        ("[profile]\nid = \"a\"\n[stranger]\nfolder = \"attic\"\n", 4, "stranger.folder", "unknown variant"),
        ("[profile]\nid = \"a\"\n[group]\n\nmax_members = \"ten\"\n", 5, "group.max_members", "invalid type"),
        ("[profile]\nid = \"a\"\n[age.teen.start]\nwhom = []\n", 4, "age.teen.start.whom", "unknown field"),
        ("[profile]\nid = \"a\"\n[strangers]\n", 3, "strangers", "unknown field"),
        ("[profile]\nid = \"a\"\n[text]\nmax = -2\n", 4, "text.max", "-1"),
        (
            "[profile]\nid = \"a\"\n[start]\ndefault_setting = \"verified\"\n",
            4,
            "start.default_setting",
            "not among",
        ),
        (
            "[profile]\nid = \"a\"\n[stranger]\nreceipts_before_accept = true\n",
            4,
            "stranger.receipts_before_accept",
            "not",
        ),
        ("[start]\nwho = [\"anyone\"]\n", 0, "profile.id", "name"),
        ("[profile\nid = 1\n", 1, "", ""),
    ] {
        let problem = load("mine.toml", text).expect_err(text);
        assert_eq!(
            (problem.file.as_str(), problem.line, problem.key.as_str()),
            ("mine.toml", line, key),
            "{problem}"
        );
        assert!(problem.reason.contains(word), "{problem}");
    }
}

#[test]
fn every_key_is_documented_as_the_code_says() {
    let guide = include_str!("../../../../docs/operating/policy.md");
    let missing: Vec<String> =
        Profile::keys().iter().map(line).filter(|line| !guide.contains(line)).collect();
    assert!(missing.is_empty(), "docs/operating/policy.md lacks:\n{}", missing.join("\n"));
}

fn line(key: &Key) -> String {
    let doc: String = key.doc.concat();
    format!("- `{}.{}`: {}", key.section, key.name, doc.trim())
}

#[test]
fn a_verdict_takes_less_than_20_microseconds() {
    let profiles: Vec<Profile> = BUILT_IN.iter().map(|(name, _)| profile(name)).collect();
    let strangers = Inputs { reports: 1, words_match: true, ..Inputs::default() };
    let rounds: u32 = 500;
    let mut best = std::time::Duration::MAX;
    for _ in 0..5 {
        let before = std::time::Instant::now();
        for _ in 0..rounds {
            for profile in &profiles {
                std::hint::black_box(decide(profile, std::hint::black_box(&strangers)));
            }
        }
        best = best.min(before.elapsed());
    }
    let each = best / rounds / u32::try_from(profiles.len()).expect("few profiles");
    assert!(each < std::time::Duration::from_micros(20), "{each:?}");
}

fn any_word<T: Copy + std::fmt::Debug + 'static>(words: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(words)
}

prop_compose! {
    fn people()(
        relation in prop::collection::vec(any_word(Condition::ALL), 0..4),
        blocked_by_recipient in prop::bool::weighted(0.1),
        blocked_by_sender in prop::bool::weighted(0.1),
        restricted in prop::bool::weighted(0.1),
        consent in any_word(Consent::ALL),
        since_declined_s in 0..3_000_000_i64,
        since_match_s in 0..100_000_i64,
        sender_age in prop::option::of(10..30_u8),
        recipient_age in prop::option::of(10..30_u8),
        opted_in in (any::<bool>(), any::<bool>()),
        recipient_dms_off in prop::bool::weighted(0.1),
    ) -> Inputs {
        Inputs {
            relation: relation.into(), blocked_by_recipient, blocked_by_sender, restricted, consent, since_declined_s,
            since_match_s, sender_age, recipient_age, sender_opted_in: opted_in.0, recipient_opted_in: opted_in.1,
            recipient_dms_off, ..Inputs::default()
        }
    }
}

prop_compose! {
    fn inputs()(
        people in people(),
        deed in any_word(Deed::ALL),
        settings in (
            prop::option::of(any_word(Choice::ALL)),
            prop::option::of(any_word(Choice::ALL)),
            prop::option::of(any_word(Choice::ALL)),
        ),
        kind in any_word(Kind::ALL),
        length in 0..20_000_i64,
        size_bytes in 0..50_000_000_i64,
        counters in (0..5_i64, 0..40_i64, 0..40_i64, 0..8_i64, 0..5_i64, 0..5_i64, 0..8_i64, 0..600_i64),
        flags in (prop::bool::weighted(0.1), any::<bool>(), prop::bool::weighted(0.2), any::<bool>(), any::<bool>()),
        items in 0..12_i64,
        members in 0..400_i64,
        times in (0..300_000_i64, 0..200_000_i64),
        edits in 0..12_i64,
    ) -> Inputs {
        let (sent, unanswered, new_threads_24h, earned, blocks_24h, reports, same_text, messages_24h) = counters;
        Inputs {
            deed, recipient_setting: settings.0, recipient_add_setting: settings.1, recipient_call_setting: settings.2,
            kind, length, size_bytes, sent, unanswered, new_threads_24h, earned, blocks_24h, reports, same_text,
            messages_24h, paused: flags.0, words_match: flags.1, spam: flags.2, foreign_link: flags.3,
            offers_to_leave: flags.4, items, members, since_sent_s: times.0, since_asked_s: times.1, edits, ..people
        }
    }
}

/// Every input by its name: the fields, and each condition of the relation.
fn fields(inputs: &Inputs) -> std::collections::BTreeMap<String, serde_json::Value> {
    let all = serde_json::to_value(inputs).expect("inputs are JSON");
    let mut fields: std::collections::BTreeMap<_, _> =
        all.as_object().expect("an object").clone().into_iter().collect();
    fields.remove("relation");
    // What somebody wants to do is the question, not something known about it.
    fields.remove("deed");
    for condition in Condition::ALL {
        fields.insert(condition.to_string(), inputs.relation.holds(*condition).into());
    }
    fields
}

/// `inputs` with one input taken from `other`.
fn with_one(inputs: &Inputs, other: &Inputs, name: &str) -> Inputs {
    if let Some(condition) = Condition::ALL.iter().find(|condition| condition.as_str() == name) {
        let relation = match other.relation.holds(*condition) {
            true => inputs.relation.with(*condition),
            false => inputs.relation.without(*condition),
        };
        return Inputs { relation, ..inputs.clone() };
    }
    let mut mixed = serde_json::to_value(inputs).expect("inputs are JSON");
    mixed[name] = serde_json::to_value(other).expect("inputs are JSON")[name].clone();
    serde_json::from_value(mixed).expect("inputs")
}

fn any_profile() -> impl Strategy<Value = Profile> {
    let profiles: Vec<Profile> = BUILT_IN.iter().map(|(name, _)| profile(name)).collect();
    prop::sample::select(profiles)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_block_always_wins(profile in any_profile(), inputs in inputs()) {
        let blocked = Inputs { blocked_by_recipient: true, ..inputs.clone() };
        let verdict = decide(&profile, &blocked);
        prop_assert_eq!(verdict.action, Action::DropSilently);
        prop_assert_eq!(verdict.rules().collect::<Vec<_>>(), vec![Rule::BlockByRecipient]);
        let own = Inputs { blocked_by_recipient: false, blocked_by_sender: true, ..inputs };
        prop_assert_eq!(decide(&profile, &own).action, Action::Refuse);
    }

    #[test]
    fn an_accounts_age_changes_nothing(profile in any_profile(), inputs in inputs(), age in 0..1_000_000_000_i64) {
        let aged = Inputs { sender_account_age_s: age, ..inputs.clone() };
        prop_assert_eq!(decide(&profile, &inputs), decide(&profile, &aged));
    }

    /// Paying may open what the profile sells, and nothing that a block, the law or the recipient closed.
    #[test]
    fn paying_never_changes_the_order(profile in any_profile(), inputs in inputs()) {
        let poor = Inputs { relation: inputs.relation.without(Condition::PaidCredit), ..inputs.clone() };
        let paid = Inputs { relation: inputs.relation.with(Condition::PaidCredit), ..inputs };
        let (before, after) = (decide(&profile, &poor), decide(&profile, &paid));
        let above = [
            Rule::BlockByRecipient, Rule::BlockBySender, Rule::AgeMin, Rule::AgeUnknown, Rule::OptIn, Rule::DmsOff,
        ];
        let decided = before.reasons.last().map(|reason| reason.rule);
        if matches!(before.action, Action::Refuse | Action::DropSilently)
            && decided.is_some_and(|rule| above.contains(&rule) || rule == Rule::RecipientSetting)
        {
            prop_assert_eq!(before.action, after.action);
            prop_assert_eq!(decided, after.reasons.last().map(|reason| reason.rule));
        }
    }

    #[test]
    fn one_input_changes_only_verdicts_whose_rules_name_it(
        profile in any_profile(), one in inputs(), other in inputs(),
    ) {
        let before = decide(&profile, &one);
        let (ours, theirs) = (fields(&one), fields(&other));
        for (name, _) in ours.iter().filter(|(name, value)| theirs[*name] != **value) {
            let after = decide(&profile, &with_one(&one, &other, name));
            if (before.action, before.folder) != (after.action, after.folder) {
                let named = before.reasons.iter().chain(&after.reasons)
                    .any(|reason| reason.inputs.iter().any(|(input, _)| input == name));
                prop_assert!(named, "{} changed {:?} to {:?}", name, before, after);
            }
        }
    }

    #[test]
    fn what_is_refused_says_why(profile in any_profile(), inputs in inputs()) {
        let verdict = decide(&profile, &inputs);
        prop_assert!(!verdict.reasons.is_empty() || !verdict.is_refused());
        if verdict.is_refused() {
            prop_assert!(verdict.text().ends_with('.'));
        }
    }
}
