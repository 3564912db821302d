/** Shows what the notebook inspects before training: classes, shapes, ranges, images. It loads when it is first opened. */
import type { ReactNode } from "react";
import { formatCount } from "../../../core/units.ts";
import type { PlaygroundState } from "../../../store/store.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { PixelImage } from "../../widgets/PixelImage.tsx";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead, type TableHeadProps } from "../../widgets/TableHead.tsx";
import { WaitingNotice } from "../NetworkNotices.tsx";
import "./look.css";

type Found = NonNullable<PlaygroundState["dataLook"]["found"]>;
type Pictures = Found["stored"];

export function LookDialog() {
  const actions = useActions();
  const { found, error } = usePlayground(({ dataLook }) => dataLook);
  return (
    <DialogFrame
      title="Look at the data"
      className="look"
      words={
        found === null
          ? "What a run with these settings would train on."
          : `${found.title}, as a run with these settings would train on it.`
      }
      onClose={actions.closeLook}
    >
      {error !== null ? (
        <p className="field-problem" role="alert">
          {error.message}
        </p>
      ) : found === null ? (
        <>
          <p role="status">Counting and measuring the images…</p>
          <WaitingNotice />
        </>
      ) : (
        <FoundData found={found} />
      )}
    </DialogFrame>
  );
}

function FoundData({ found }: { readonly found: Found }) {
  return (
    <>
      {found.notes.map((note) => (
        <p key={note} className="look-words">
          {note}
        </p>
      ))}
      <Classes found={found} />
      <ImageStages found={found} />
      <LabelStages found={found} />
      <Samples found={found} />
    </>
  );
}

function Classes({ found: { classes } }: { readonly found: Found }) {
  const total = (part: "training" | "heldOut" | "test") =>
    formatCount(classes.reduce((sum, entry) => sum + entry[part], 0));
  return (
    <LookTable
      title="Classes"
      columns={[`${classes.length} classes`, "Training", "Held out", "Test", "Examples"]}
    >
      {classes.map(({ name, training, heldOut, test, examples }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{formatCount(training)}</td>
          <td>{formatCount(heldOut)}</td>
          <td>{formatCount(test)}</td>
          <td>
            <Row pictures={examples} />
          </td>
        </tr>
      ))}
      <tr>
        <th scope="row">All</th>
        <td>{total("training")}</td>
        <td>{total("heldOut")}</td>
        <td>{total("test")}</td>
        <td />
      </tr>
    </LookTable>
  );
}

function ImageStages({ found: { images, numMeasured } }: { readonly found: Found }) {
  return (
    <>
      <LookTable
        title="Images, step by step"
        columns={["Step", "Shape", "Lowest", "Highest", "Mean", "Deviation"]}
      >
        {images.map(({ title, shape, low, high, mean, deviation }) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td>{shapeText(shape)}</td>
            <td>{valueText(low)}</td>
            <td>{valueText(high)}</td>
            <td>{valueText(mean)}</td>
            <td>{valueText(deviation)}</td>
          </tr>
        ))}
      </LookTable>
      <p className="look-words">
        Values of the first {formatCount(numMeasured)} training images; shapes of all.
      </p>
    </>
  );
}

function LabelStages({ found: { labels } }: { readonly found: Found }) {
  return (
    <LookTable title="Labels, step by step" columns={["Step", "Shape", "Lowest", "Highest"]}>
      {labels.map(({ title, shape, low, high }) => (
        <tr key={title}>
          <th scope="row">{title}</th>
          <td>{shapeText(shape)}</td>
          <td>{valueText(low)}</td>
          <td>{valueText(high)}</td>
        </tr>
      ))}
    </LookTable>
  );
}

function Samples({ found: { stored, augmented, prepared } }: { readonly found: Found }) {
  return (
    <>
      <h3>The same images</h3>
      <dl className="look-samples">
        <dt>As stored</dt>
        <dd>
          <Row pictures={stored} />
        </dd>
        {augmented !== null && (
          <>
            <dt>Augmented: one draw of the distortions that training makes anew in each step</dt>
            <dd>
              <Row pictures={augmented} />
            </dd>
          </>
        )}
        <dt>
          As the network sees them, {prepared.height}×{prepared.width}, without what is the same in
          every pixel of a channel; lowest drawn black, highest white
        </dt>
        <dd>
          <Row pictures={prepared} />
        </dd>
      </dl>
    </>
  );
}

function Row({ pictures: { pixels, height, width, channels } }: { readonly pictures: Pictures }) {
  const size = height * width * channels;
  return (
    <span className="look-row">
      {Array.from({ length: pixels.length / size }, (_, index) => (
        <PixelImage
          // biome-ignore lint/suspicious/noArrayIndexKey: the images are never reordered
          key={index}
          pixels={pixels.subarray(index * size, (index + 1) * size)}
          height={height}
          width={width}
          channels={channels}
        />
      ))}
    </span>
  );
}

interface LookTableProps extends TableHeadProps {
  readonly title: string;
  readonly children: ReactNode;
}

function LookTable({ title, columns, children }: LookTableProps) {
  return (
    <>
      <h3>{title}</h3>
      <ScrollFrame className="look-table" label={title}>
        <table>
          <TableHead columns={columns} />
          <tbody>{children}</tbody>
        </table>
      </ScrollFrame>
    </>
  );
}

/** Writes a shape as Python does: `(60000, 28, 28, 1)`, and `(60000,)` for a vector. */
function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** Writes three decimals at most, and "0" instead of "-0". */
function valueText(value: number): string {
  return String(Number(value.toFixed(3)) + 0);
}
