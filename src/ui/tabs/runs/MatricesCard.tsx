/** The confusion matrices of the chosen runs side by side, at the same share of each run, and the difference of two. */
import { useMemo, useState } from "react";
import type { EvaluatedPart } from "../../../core/classified.ts";
import { classResults } from "../../../core/confusion.ts";
import { formatCount, formatPercent } from "../../../core/units.ts";
import { MatrixPlot, MOST_PLOT_CLASSES } from "../../../diagram/plots/MatrixPlot.tsx";
import { FILE_PALETTE, PAGE_PALETTE } from "../../../diagram/plots/plotPalette.ts";
import { matrixAt, rowShares, shareDifference } from "../../../runs/runMatrices.ts";
import { type RunBody, type RunHead, type RunMatrix, titleOf } from "../../../runs/runRecord.ts";
import { matrixCsv } from "../../../runs/runTables.ts";
import type { Cell } from "../../panels/matrix/evaluated.ts";
import { saveFile } from "../../saveFile.ts";
import { Button } from "../../widgets/Button.tsx";
import { Card } from "../../widgets/Card.tsx";
import { lazyDialog } from "../../widgets/lazyPart.tsx";
import { SelectBox } from "../../widgets/SelectBox.tsx";
import type { ChosenProps } from "./chosenProps.ts";
import { MatrixCells } from "./MatrixCells.tsx";
import { RunNumber } from "./RunNumber.tsx";
import { useRuns } from "./RunsContext.tsx";
import { SavePicture } from "./SavePicture.tsx";

const StoredMistakes = lazyDialog(
  "Mistakes and confidence",
  async () => (await import("./StoredMistakes.tsx")).StoredMistakes,
);

const SIDE = 300;
/** The newest matrix, and earlier ones in tenths of those that a run has. */
const MOMENTS = 10;

interface Shown {
  readonly index: number;
  readonly head: RunHead;
  readonly title: string;
  readonly body: RunBody;
  readonly matrix: RunMatrix;
}

export function MatricesCard({ chosen }: ChosenProps) {
  const bodies = useRuns((state) => state.bodies);
  const [moment, setMoment] = useState(MOMENTS);
  const shown = useMemo(
    () =>
      chosen.flatMap((head, index): readonly Shown[] => {
        const body = bodies.get(head.id);
        const matrix = body && matrixAt(body, moment / MOMENTS);
        if (body === undefined || matrix === undefined || body.classes.length === 0) return [];
        return [{ index, head, title: titleOf(head), body, matrix }];
      }),
    [chosen, bodies, moment],
  );
  return (
    <Card
      title="Confusion matrices"
      region="Matrices of runs"
      note="rows: true class, per cent of the row"
    >
      {shown.length === 0 ? (
        <p className="runs-words">A matrix appears with the first validation of a run.</p>
      ) : (
        <>
          <label className="runs-moment">
            <span>
              {moment === MOMENTS
                ? "The newest matrices"
                : `Matrices after ${moment * 10} % of each run`}
            </span>
            <input
              type="range"
              aria-label="Moment of the matrices"
              min={0}
              max={MOMENTS}
              value={moment}
              onChange={(event) => setMoment(Number(event.target.value))}
            />
          </label>
          <div className="runs-matrices">
            {shown.map((one) => (
              <OneMatrix key={one.body.id} {...one} />
            ))}
          </div>
          {shown.length > 1 && <Difference shown={shown} />}
        </>
      )}
    </Card>
  );
}

function OneMatrix({ index, head, title, body, matrix }: Shown) {
  const { classes } = body;
  const [opened, setOpened] = useState<{ readonly cell: Cell | null } | null>(null);
  const close = () => setOpened(null);
  const shares = useMemo(() => rowShares(matrix, classes.length), [matrix, classes]);
  const caption = `${formatCount(matrix.numImages)} ${matrix.source} images after step ${formatCount(matrix.step)}`;
  return (
    <figure className="runs-matrix">
      <figcaption>
        <RunNumber index={index} /> {caption}
      </figcaption>
      {classes.length > MOST_PLOT_CLASSES ? (
        <TooMany classes={classes} />
      ) : (
        <MatrixCells
          matrix={matrix}
          classes={classes}
          side={SIDE}
          label={`run ${index + 1}: ${caption}`}
          onChoose={(cell) => setOpened({ cell })}
        >
          <MatrixPlot shares={shares} classes={classes} side={SIDE} palette={PAGE_PALETTE} />
        </MatrixCells>
      )}
      <Worst matrix={matrix} classes={classes} />
      <SavePicture
        name={`matrix-${index + 1}`}
        title={`${title}: ${caption}`}
        size={{ width: SIDE, height: SIDE }}
        draw={() => (
          <MatrixPlot shares={shares} classes={classes} side={SIDE} palette={FILE_PALETTE} />
        )}
        legend={[]}
      >
        <Button look="small" onClick={() => setOpened({ cell: null })}>
          Mistakes
        </Button>
        <Button
          look="small"
          onClick={() =>
            saveFile(`matrix-${index + 1}.csv`, matrixCsv(classes, matrix), "text/csv")
          }
        >
          Save CSV
        </Button>
      </SavePicture>
      {opened !== null && (
        <StoredMistakes
          head={head}
          part={partOf(matrix, head)}
          cell={opened.cell}
          step={matrix.step}
          onClose={close}
          onFailure={close}
        />
      )}
    </figure>
  );
}

/** The images that a matrix counts: a validation within an epoch looks at some of those held out. */
function partOf({ source, numImages }: RunMatrix, { plan }: RunHead): EvaluatedPart {
  if (source === "test") return "test";
  return numImages === plan?.numValidation ? "whole" : "subset";
}

function TooMany({ classes }: { readonly classes: readonly string[] }) {
  return (
    <p className="runs-words">
      {formatCount(classes.length)} classes are too many for a picture here.
    </p>
  );
}

function DifferencePlot(props: {
  readonly shares: Float64Array;
  readonly classes: readonly string[];
  readonly label: string;
}) {
  const { shares, classes, label } = props;
  if (classes.length > MOST_PLOT_CLASSES) return <TooMany classes={classes} />;
  return (
    <svg
      className="runs-svg"
      width={SIDE}
      height={SIDE}
      viewBox={`0 0 ${SIDE} ${SIDE}`}
      role="img"
      aria-label={label}
    >
      <MatrixPlot
        shares={shares}
        classes={classes}
        side={SIDE}
        palette={PAGE_PALETTE}
        isDifference
      />
    </svg>
  );
}

const MOST_WORST = 3;

function Worst({
  matrix,
  classes,
}: {
  readonly matrix: RunMatrix;
  readonly classes: readonly string[];
}) {
  const worst = useMemo(
    () =>
      classResults(matrix.counts, classes.length)
        .map((result, index) => ({
          ...result,
          name: classes[index] ?? "",
          share: result.numRight / result.numImages,
        }))
        .filter(({ numImages, share }) => numImages > 0 && share < 1)
        .sort((a, b) => a.share - b.share)
        .slice(0, MOST_WORST),
    [matrix, classes],
  );
  if (worst.length === 0) return null;
  return (
    <p className="runs-words">
      Worst:{" "}
      {worst
        .map(({ name, share, worst: pair }) => {
          const taken = pair === undefined ? "" : `, taken for ${classes[pair.predictedClass]}`;
          return `${name} ${formatPercent(share, 0)}${taken}`;
        })
        .join("; ")}
    </p>
  );
}

function Difference({ shown }: { readonly shown: readonly Shown[] }) {
  const [firstId, setFirst] = useState(shown[0]?.body.id ?? "");
  const [secondId, setSecond] = useState(shown[1]?.body.id ?? "");
  const first = shown.find(({ body }) => body.id === firstId) ?? shown[0];
  const second = shown.find(({ body }) => body.id === secondId) ?? shown[1];
  const difference = useMemo(
    () => first && second && shareDifference(first, second),
    [first, second],
  );
  if (first === undefined || second === undefined) return null;
  const options = shown.map(({ body, index, title }) => ({
    value: body.id,
    label: `Run ${index + 1}`,
    sentence: title,
  }));
  const label = `Run ${second.index + 1} minus run ${first.index + 1}`;
  return (
    <figure className="runs-matrix runs-difference">
      <figcaption>Difference in points: blue is better in the second, orange worse</figcaption>
      <div className="runs-filters">
        <SelectBox
          label="Second run of the difference"
          value={second.body.id}
          options={options}
          onChange={setSecond}
        />
        <span>minus</span>
        <SelectBox
          label="First run of the difference"
          value={first.body.id}
          options={options}
          onChange={setFirst}
        />
      </div>
      {difference ? (
        <DifferencePlot shares={difference} classes={first.body.classes} label={label} />
      ) : (
        <p className="runs-words">Their classes differ, so their matrices cannot be subtracted.</p>
      )}
    </figure>
  );
}
