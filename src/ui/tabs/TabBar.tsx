/** The menu of the page's tabs. */
import { Tabs } from "@base-ui/react/tabs";
import { isActive } from "../../store/run/runState.ts";
import { usePlayground } from "../PlaygroundContext.tsx";
import { TABS } from "./registry.ts";

export function TabBar() {
  const training = usePlayground(({ run }) => isActive(run));
  return (
    <Tabs.List className="tab-bar" aria-label="Places">
      <Tabs.Tab className="page-tab" value="playground">
        Playground
        {training && <span className="page-tab-dot" aria-hidden />}
      </Tabs.Tab>
      {TABS.map(({ id, title }) => (
        <Tabs.Tab key={id} className="page-tab" value={id}>
          {title}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  );
}
