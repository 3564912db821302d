/** The top bar: name, engine, export, sharing, theme and help. */
import { CircleHelp, Laptop, Link2, Moon, Sun } from "lucide-react";
import { nextTheme, type Theme } from "../../store/page/viewState.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { TabBar } from "../tabs/TabBar.tsx";
import { Button } from "../widgets/Button.tsx";
import { lazyDialog } from "../widgets/lazyPart.tsx";
import { useLoadedDialog } from "../widgets/useLoadedDialog.tsx";
import { EngineChip } from "./EngineChip.tsx";
import { ExportButton } from "./ExportButton.tsx";

export function TopBar() {
  return (
    <div className="top-bar">
      <h1 className="brand">
        <Logo />
        <span>Xception Playground</span>
      </h1>
      <TabBar />
      <OfflineChip />
      <EngineChip />
      <ExportButton />
      <ShareButton />
      <ThemeButton />
      <Help />
    </div>
  );
}

function Logo() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden>
      <rect x="1" y="1" width="8" height="8" rx="2" fill="var(--sep)" />
      <rect x="11" y="1" width="8" height="8" rx="2" fill="var(--sep)" opacity=".55" />
      <rect x="1" y="11" width="8" height="8" rx="2" fill="var(--sep)" opacity=".55" />
      <rect x="11" y="11" width="8" height="8" rx="2" fill="var(--ord)" />
    </svg>
  );
}

function OfflineChip() {
  const online = usePlayground((state) => state.view.online);
  if (online) return null;
  return (
    <span className="chip chip-offline" title="What has not been loaded waits for the network">
      Offline
      <span className="wide-only">: what has not been loaded waits</span>
    </span>
  );
}

function ShareButton() {
  const { open, dialog } = useLoadedDialog(
    "Share",
    async () => (await import("./share/ShareDialog.tsx")).ShareDialog,
  );
  return (
    <>
      <Button look="small" aria-label="Share" aria-haspopup="dialog" onClick={open}>
        <Link2 size={15} aria-hidden />
        <span className="wide-only">Share</span>
      </Button>
      {dialog}
    </>
  );
}

const THEME_NAMES: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};

function ThemeButton() {
  const actions = useActions();
  const theme = usePlayground((state) => state.view.theme);
  const Icon = { system: Laptop, light: Sun, dark: Moon }[theme];
  const words = `Theme: ${THEME_NAMES[theme]}`;
  return (
    <Button
      look="icon"
      aria-label={words}
      title={`${words}. Press for ${THEME_NAMES[nextTheme(theme)]}.`}
      onClick={() => actions.setView({ theme: nextTheme(theme) })}
    >
      <Icon size={17} aria-hidden />
    </Button>
  );
}

const HelpDialog = lazyDialog("Help", async () => (await import("./HelpDialog.tsx")).HelpDialog);

function Help() {
  const actions = useActions();
  const open = usePlayground((state) => state.view.helpIsOpen);
  return (
    <>
      <Button
        look="icon"
        aria-label="Help"
        aria-haspopup="dialog"
        title="Help"
        onClick={() => actions.setView({ helpIsOpen: true })}
      >
        <CircleHelp size={18} aria-hidden />
      </Button>
      {open && <HelpDialog onFailure={() => actions.setView({ helpIsOpen: false })} />}
    </>
  );
}
