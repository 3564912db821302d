/** Names the engine of the training. The reason for it opens by pointer, touch and keyboard. */
import { Popover } from "@base-ui/react/popover";
import { Cpu } from "lucide-react";
import { FIELDS } from "../../settings/fields.ts";
import { engineUseText } from "../../store/run/runStatus.ts";
import { usePlayground } from "../PlaygroundContext.tsx";

export function EngineChip() {
  const engine = usePlayground((state) => state.run.engine);
  const use = usePlayground((state) => engineUseText(state.run));
  const choice = usePlayground((state) => state.settings.values.engine);
  const planned = FIELDS.engine.options.find((option) => option.value === choice)?.label ?? choice;
  const oneThreadForNow = usePlayground((state) => state.view.isolation === "next-visit");
  const label = engine?.label ?? `Engine: ${planned}`;
  return (
    <Popover.Root>
      <Popover.Trigger
        className="chip chip-engine"
        openOnHover
        delay={250}
        data-known={engine !== null || undefined}
      >
        <span className="dot" aria-hidden />
        <Cpu size={17} className="chip-icon" aria-hidden />
        <span className="chip-text">{label}</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" collisionPadding={10} className="floating">
          <Popover.Popup className="popup explanation">
            <Popover.Title className="popup-title">{label}</Popover.Title>
            {engine === null ? (
              <Popover.Description className="popup-text">
                Chosen when a run starts: the fastest engine that gives the right numbers on this
                machine. The reason will stand here.
              </Popover.Description>
            ) : (
              <>
                <Popover.Description className="popup-text">{engine.reason}</Popover.Description>
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
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
