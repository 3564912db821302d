/** The layers of a model file, with the reasons for those that are refused. */
import { ChevronRight } from "lucide-react";
import { formatCount } from "../../../core/units.ts";
import { ScrollFrame } from "../../widgets/ScrollFrame.tsx";
import { TableHead } from "../../widgets/TableHead.tsx";

export interface ShownLayer {
  readonly name: string;
  readonly type: string;
  /** Of its output for one image; undefined where it is unknown. */
  readonly shape?: readonly number[] | undefined;
  /** Why it is refused. */
  readonly reason?: string | undefined;
}

export function FileLayers({
  layers,
  isOpen = false,
}: {
  readonly layers: readonly ShownLayer[];
  readonly isOpen?: boolean;
}) {
  const refused = layers.filter(({ reason }) => reason !== undefined);
  return (
    <details className="open-layers" open={isOpen}>
      <summary>
        <ChevronRight size={14} className="group-mark" aria-hidden />
        The {formatCount(layers.length)} layers of the file
        {refused.length > 0 && `, of which ${formatCount(refused.length)} cannot be opened`}
      </summary>
      <ScrollFrame className="open-table" label="Layers of the file">
        <table className="layer-table">
          <TableHead columns={["Layer", "Type", "Output shape"]} />
          <tbody>
            {layers.map(({ name, type, shape, reason }) => (
              <tr key={name} data-refused={reason !== undefined || undefined}>
                <th scope="row">{name}</th>
                <td>{type}</td>
                <td>{reason ?? shape?.join(" × ") ?? "unknown"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollFrame>
    </details>
  );
}
