/**
 * Describes a person's files after inspection: each part with its shape and values, the classes with their counts, and
 * decisions.
 */

import { ChevronRight } from "lucide-react";
import { withShares } from "../../../core/ownSplit.ts";
import { formatBytes, formatCount, formatRange } from "../../../core/units.ts";
import type { OwnDataState } from "../../../store/data/ownData.ts";
import { usePlaygroundRecord } from "../../PlaygroundContext.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";

type Description = NonNullable<OwnDataState["chosen"]["arrays"]>["description"];

export function OwnDescription({ description }: { readonly description: Description }) {
  const shares = usePlaygroundRecord(({ settings: { values } }) => ({
    ownValidationShare: values.ownValidationShare,
    ownTestShare: values.ownTestShare,
  }));
  const { own, classes, numTrain, numTest, sizeBytes } = withShares(description, shares);
  if (own === undefined) return null;
  return (
    <div className="own-found">
      <p>
        <b>
          {formatCount(numTrain)} training and {formatCount(numTest)} test images
        </b>
        , {formatBytes(sizeBytes)}
      </p>
      <dl aria-label="Files found">
        {own.files.map(({ name, words }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>
          <ChevronRight size={14} className="group-mark" aria-hidden />
          {classes.length} classes, {formatRange(own.trainCounts)} training images each
        </summary>
        <table aria-label="Images of each class">
          <TableHead columns={["Class", "Training", "Test"]} />
          <tbody>
            {classes.map((name, label) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatCount(own.trainCounts[label] ?? 0)}</td>
                <td>{formatCount(own.testCounts[label] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {own.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </div>
  );
}
