import { useEffect, useState } from "react";
import { useAccount } from "@/app/account";
import { sentence } from "@/features/accounts/refusal";
import { LinkPreviewSettings } from "@/features/conversation/LinkPreviewSettings";
import { type Key, t } from "@/i18n";
import {
  choosePrivacy,
  type Privacy as PrivacyOf,
  type PrivacySetting,
  readPrivacy,
  reviewPrivacy,
} from "@/matrix/privacy";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { toast } from "@/ui/toasts";
import { Blocked } from "./Blocked";
import { Choice, Group, Switch, Waiting } from "./Fields";
import { hideReview, isReviewTime } from "./review";

const GROUPS = {
  "privacy.reach": [
    "who_may_message",
    "who_may_call",
    "who_may_add_to_groups",
    "direct_messages",
    "findable",
  ],
  "privacy.seen": ["read_receipts", "typing", "active_status", "appear_offline", "profile_details"],
} as const;

/** By whom one is reached, and what is seen of one. */
export function Privacy() {
  const { session } = useAccount();
  const [privacy, setPrivacy] = useState<PrivacyOf | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    readPrivacy(session).then(setPrivacy, (error: unknown) => setProblem(sentence(error)));
  }, [session]);

  const choose = async (name: string, word: string | null) => {
    const before = privacy;
    if (before) setPrivacy(withChoice(before, name, word));
    try {
      setPrivacy(await choosePrivacy(session, { [name]: word }));
    } catch (error) {
      setPrivacy(before);
      toast(sentence(error));
    }
  };
  const review = async () => {
    try {
      setPrivacy(await reviewPrivacy(session));
      hideReview();
      toast(t("privacy.reviewed"));
    } catch (error) {
      toast(sentence(error));
    }
  };

  return (
    <>
      {problem && <Notice kind="danger">{problem}</Notice>}
      {!privacy && !problem && <Waiting />}
      {privacy && isReviewTime(privacy) && (
        <Notice
          action={
            <Button size="small" look="quiet" onClick={review}>
              {t("privacy.reviewDone")}
            </Button>
          }
        >
          {t("privacy.reviewText")}
        </Notice>
      )}
      {privacy &&
        Object.entries(GROUPS).map(([title, names]) => (
          <Group key={title} title={t(title as Key)}>
            {names.map((name) => {
              const setting = privacy.settings[name];
              return (
                setting && (
                  <Field
                    key={name}
                    name={name}
                    setting={setting}
                    choose={(word) => void choose(name, word)}
                  />
                )
              );
            })}
          </Group>
        ))}
      <LinkPreviewSettings />
      <Blocked />
    </>
  );
}

function withChoice(privacy: PrivacyOf, name: string, word: string | null): PrivacyOf {
  const setting = privacy.settings[name];
  if (!setting) return privacy;
  const chosen = { ...setting, chosen: word, effective: word ?? setting.effective };
  return { ...privacy, settings: { ...privacy.settings, [name]: chosen } };
}

/** The default of the platform, where it is more than one of the words. */
const DEFAULT = "";

interface FieldProps {
  readonly name: string;
  readonly setting: PrivacySetting;
  readonly choose: (word: string | null) => void;
}

function Field({ name, setting, choose }: FieldProps) {
  const { choices, effective, reciprocal } = setting;
  const label = t(`privacy.${name}` as Key);
  const hint = reciprocal ? t("privacy.reciprocal") : undefined;
  if (choices.length === 0) return null;
  if (choices.length === 2 && choices.includes("on")) {
    return (
      <Switch
        label={label}
        hint={hint}
        isOn={effective === "on"}
        choose={(isOn) => choose(isOn ? "on" : "off")}
      />
    );
  }
  const words = choices.map((word) => [word, t(`privacy.choice_${word}` as Key)] as const);
  const all = effective === null ? [[DEFAULT, t("privacy.default")] as const, ...words] : words;
  return (
    <Choice
      label={label}
      hint={hint}
      value={effective ?? DEFAULT}
      choices={all}
      choose={(word) => choose(word === DEFAULT ? null : word)}
    />
  );
}
