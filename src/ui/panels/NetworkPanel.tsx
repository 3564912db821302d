/** Shows the network as a picture with the details of a chosen block, as a table of its layers, or as Keras prints it. */
import { Tabs } from "@base-ui/react/tabs";
import { useMemo } from "react";
import { summarizeBlocks } from "../../diagram/blocks.ts";
import { NetworkDiagram } from "../../diagram/NetworkDiagram.tsx";
import type { NetworkAnalysis } from "../../network/analysis.ts";
import type { NetworkView } from "../../store/page/viewState.ts";
import { networkOf } from "../../store/settings/derived.ts";
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { Card } from "../widgets/Card.tsx";
import { lazyPlace } from "../widgets/lazyPart.tsx";
import { ArchitectureButton } from "./ArchitectureButton.tsx";

const BlockDetails = lazyPlace(
  "The block",
  async () => (await import("../../diagram/BlockDetails.tsx")).BlockDetails,
);
const LayerTable = lazyPlace(
  "The table",
  async () => (await import("./LayerTable.tsx")).LayerTable,
);
const LayerActions = lazyPlace(
  "The actions",
  async () => (await import("./transfer/LayerActions.tsx")).LayerActions,
  null,
);
const SummaryView = lazyPlace(
  "The summary",
  async () => (await import("./SummaryView.tsx")).SummaryView,
);

export function NetworkPanel() {
  const actions = useActions();
  const view = usePlayground((state) => state.view.networkView);
  const network = usePlayground(({ settings }) => networkOf(settings.values));
  const frozenLayers = usePlayground(({ settings }) => settings.values.frozenLayers);
  return (
    <Tabs.Root
      className="network-place"
      value={view}
      onValueChange={(chosen: NetworkView) => actions.setView({ networkView: chosen })}
    >
      <Card
        title="Network"
        region="Network"
        id="network"
        note={
          <span className="network-note">
            <span className="network-hint">width = share of multiplications</span>
            <Tabs.List className="view-tabs" aria-label="Show the network as">
              <Tabs.Tab className="view-tab" value="picture">
                Picture
              </Tabs.Tab>
              <Tabs.Tab className="view-tab" value="table">
                Table
              </Tabs.Tab>
              <Tabs.Tab className="view-tab" value="summary">
                Summary
              </Tabs.Tab>
            </Tabs.List>
            <ArchitectureButton />
          </span>
        }
      >
        <div className="network-body">
          {network.ok ? (
            <>
              <Tabs.Panel value="picture">
                <Picture analysis={network.analysis} frozenLayers={frozenLayers} />
              </Tabs.Panel>
              <Tabs.Panel value="table">
                <LayerTable analysis={network.analysis} frozenLayers={frozenLayers} />
              </Tabs.Panel>
              <Tabs.Panel value="summary">
                <SummaryView analysis={network.analysis} />
              </Tabs.Panel>
            </>
          ) : (
            <p className="network-impossible">
              <b>There is no such network.</b> {network.message}
            </p>
          )}
        </div>
      </Card>
    </Tabs.Root>
  );
}

interface PictureProps {
  readonly analysis: NetworkAnalysis;
  readonly frozenLayers: number;
}

function Picture({ analysis, frozenLayers }: PictureProps) {
  const actions = useActions();
  const selected = usePlayground((state) => state.view.selectedBlock);
  const ordinary = usePlayground((state) => state.settings.values.convolution === "ordinary");
  const blocks = useMemo(() => summarizeBlocks(analysis, frozenLayers), [analysis, frozenLayers]);
  const block = blocks.find(({ id }) => id === selected);
  return (
    <>
      <NetworkDiagram
        blocks={blocks}
        selected={block?.id}
        accent={ordinary ? "ordinary" : "separable"}
        onSelect={(id) => actions.setView({ selectedBlock: id === selected ? null : id })}
      />
      {block ? (
        <BlockDetails block={block} onClose={() => actions.setView({ selectedBlock: null })}>
          <LayerActions layer={block.layers.at(-1)?.layer.name ?? ""} />
        </BlockDetails>
      ) : (
        <p className="network-invitation">
          Choose a block to see its layers and its multiplications written out, to cut the network
          behind it or to freeze it.
          {blocks.some(({ isFrozen }) => isFrozen) && " Dashed blocks are frozen."}
        </p>
      )}
    </>
  );
}
