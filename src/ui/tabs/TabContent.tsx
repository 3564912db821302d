/** The contents of a tab, loaded when it is opened. */
import { Tabs } from "@base-ui/react/tabs";
import type { TabEntry } from "./registry.ts";

export function TabContent({ tab: { id, Content } }: { readonly tab: TabEntry }) {
  return (
    <Tabs.Panel className="tab-panel" value={id}>
      <Content />
    </Tabs.Panel>
  );
}
