import { CircleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";
import { t } from "@/i18n";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";

/** Shows a way on where a mistake of ours would leave an empty page. */
export class Failed extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Empty
        icon={CircleAlert}
        title={t("app.failedTitle")}
        action={
          <Button look="main" onClick={() => location.reload()}>
            {t("app.reload")}
          </Button>
        }
      >
        {t("app.failedText")}
      </Empty>
    );
  }
}
