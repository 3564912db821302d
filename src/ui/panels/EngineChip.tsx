/** Names the engine of the training. The reason for it opens by pointer, touch and keyboard. */
import { Cpu } from "lucide-react";
import { FIELDS } from "../../settings/fields.ts";
import { engineUseText } from "../../store/run/runStatus.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { PopoverButton } from "../widgets/PopoverButton.tsx";

export function EngineChip() {
  const engine = usePlayground((state) => state.run.engine);
  const choice = usePlayground((state) => state.settings.values.engine);
  const planned = FIELDS.engine.options.find((option) => option.value === choice)?.label ?? choice;
  const label = engine?.label ?? `Engine: ${planned}`;
  return (
    <PopoverButton
      heading={label}
      text={
        engine?.reason ??
        "Chosen when a run starts: the fastest engine that gives the right numbers on this machine. The reason will stand here."
      }
      details={<EngineDetails />}
      placement="below"
      button={{ className: `chip chip-engine ${engine === null ? "" : "chip-known"}` }}
    >
      <span className="dot" aria-hidden />
      <Cpu size={17} className="chip-icon" aria-hidden />
      <span className="chip-text">{label}</span>
    </PopoverButton>
  );
}

function EngineDetails() {
  const engine = usePlayground((state) => state.run.engine);
  const use = usePlayground((state) => engineUseText(state.run));
  const oneThreadForNow = usePlayground((state) => state.view.isolation === "next-visit");
  return (
    <>
      {engine !== null && (
        <>
          <p className="popup-text">Runs on: {engine.device}</p>
          <p className="popup-text">{use}</p>
          {engine.fallbacks.length > 0 && (
            <>
              <p className="popup-subtitle">Tried before it</p>
              <ul className="popup-list">
                {engine.fallbacks.map(({ backend, reason }) => (
                  <li key={backend}>
                    <b>{backend}</b>: {reason}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
      {oneThreadForNow && (
        <p className="popup-text">
          Until this page is loaded again, CPU compiled computes on one thread here. It is not
          loaded again by itself once you have used it.
        </p>
      )}
    </>
  );
}
