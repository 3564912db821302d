/** Shows what the notebook inspects before training: classes, shapes, ranges, images. It loads when it is first opened. */
import type { ReactNode } from "react";
import { formatCount } from "../../../core/units.ts";
import type { PlaygroundState } from "../../../store/store.ts";
import { useActions, usePlayground } from "../../PlaygroundContext.tsx";
import { DialogFrame } from "../../widgets/DialogFrame.tsx";
import { PixelImage } from "../../widgets/PixelImage.tsx";
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
    <>
      <h3>Classes</h3>
      <Scrolling label="Classes">
        <table>
          <thead>
            <tr>
              <th scope="col">{classes.length} classes</th>
              <th scope="col">Training</th>
              <th scope="col">Held out</th>
              <th scope="col">Test</th>
              <th scope="col">Examples</th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}

function ImageStages({ found: { images, numMeasured } }: { readonly found: Found }) {
  return (
    <>
      <h3>Images, step by step</h3>
      <Scrolling label="Images, step by step">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Shape</th>
              <th scope="col">Lowest</th>
              <th scope="col">Highest</th>
              <th scope="col">Mean</th>
              <th scope="col">Deviation</th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </Scrolling>
      <p className="look-words">
        Values of the first {formatCount(numMeasured)} training images; shapes of all.
      </p>
    </>
  );
}

function LabelStages({ found: { labels } }: { readonly found: Found }) {
  return (
    <>
      <h3>Labels, step by step</h3>
      <Scrolling label="Labels, step by step">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Shape</th>
              <th scope="col">Lowest</th>
              <th scope="col">Highest</th>
            </tr>
          </thead>
          <tbody>
            {labels.map(({ title, shape, low, high }) => (
              <tr key={title}>
                <th scope="row">{title}</th>
                <td>{shapeText(shape)}</td>
                <td>{valueText(low)}</td>
                <td>{valueText(high)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
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

/** A frame for contents wider than a phone, which scrolls by pointer and by keyboard. */
function Scrolling(props: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="look-table" aria-label={props.label} tabIndex={0}>
      {props.children}
    </section>
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
