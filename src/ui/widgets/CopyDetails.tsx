/** Copies the details of an error for a bug report: what and where, which page, settings and browser. */
import { useState } from "react";
import { version } from "../../../package.json";
import type { PageFault } from "../../store/page/pageFault.ts";
import { copyText } from "../copyText.ts";
import { Button } from "./Button.tsx";

export function CopyDetails(props: { readonly fault: PageFault; readonly where: string }) {
  const { fault, where } = props;
  const [outcome, setOutcome] = useState<"none" | "copied" | "refused">("none");
  const details = () =>
    [
      `${where}: ${fault.message}`,
      fault.stack,
      `Xception Playground ${version}, ${import.meta.url}`,
      window.location.href,
      navigator.userAgent,
    ].join("\n\n");
  const copy = async () => setOutcome((await copyText(details())) ? "copied" : "refused");
  return (
    <>
      <Button look="small" onClick={() => void copy()}>
        Copy details
      </Button>
      <span aria-live="polite">{outcome === "copied" && "Copied."}</span>
      {outcome === "refused" && <pre className="fault-details">{details()}</pre>}
    </>
  );
}
