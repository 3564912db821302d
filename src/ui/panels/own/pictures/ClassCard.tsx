/** One class: its name, the button that takes pictures, and the pictures, each of which can be removed. */
import { Trash2 } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { formatCount } from "../../../../core/units.ts";
import type { SourceState } from "../../../../pictures/pictureSource.ts";
import { Button } from "../../../widgets/Button.tsx";
import type { PictureClass } from "./pictureClasses.ts";
import { useHold } from "./useHold.ts";

const TAKING = { camera: "Hold to record", draw: "Add the drawing", file: "Add the picture" };

export interface ClassCardProps {
  readonly pictureClass: PictureClass;
  readonly source: SourceState;
  readonly onName: (name: string) => void;
  /** Takes pictures while `isHeld` returns true; one at least. */
  readonly onTake: (isHeld: () => boolean) => Promise<void>;
  readonly onRemovePicture: (id: number) => void;
  readonly onRemove: () => void;
}

export function ClassCard(props: ClassCardProps) {
  const { pictureClass, source, onName, onTake, onRemovePicture, onRemove } = props;
  const { name, pictures } = pictureClass;
  const hold = useHold(async (isHeld) => {
    if (source.isReady) await onTake(isHeld);
  });
  return (
    <fieldset className="taken-class" aria-label={name || "Class without a name"}>
      <div className="taken-head">
        <input
          className="text-input"
          aria-label="Class name"
          value={name}
          maxLength={40}
          onChange={({ target }) => onName(target.value)}
        />
        <Button look="icon" aria-label={`Remove the class ${name}`} onClick={onRemove}>
          <Trash2 size={16} aria-hidden />
        </Button>
      </div>
      <div className="taken-tools">
        {/* This is not `disabled`, because the button would lose the keyboard focus when the camera stops. */}
        <Button
          look="small"
          className="taken-hold"
          aria-disabled={!source.isReady}
          onContextMenu={(event) => event.preventDefault()}
          {...hold}
        >
          {TAKING[source.mode]}
        </Button>
        <span>
          {formatCount(pictures.length)} {pictures.length === 1 ? "picture" : "pictures"}
        </span>
      </div>
      {pictures.length > 0 && <Thumbnails pictureClass={pictureClass} onRemove={onRemovePicture} />}
    </fieldset>
  );
}

interface ThumbnailsProps {
  readonly pictureClass: PictureClass;
  readonly onRemove: (id: number) => void;
}

/** One stop for Tab: the arrow keys go from picture to picture, Enter and Delete remove one. */
function Thumbnails({ pictureClass: { name, pictures }, onRemove }: ThumbnailsProps) {
  const [chosen, setChosen] = useState(0);
  const place = Math.min(chosen, pictures.length - 1);
  function walk(event: KeyboardEvent<HTMLElement>): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -place, End: pictures.length }[event.key];
    const next = Math.min(Math.max(place + (step ?? 0), 0), pictures.length - 1);
    if (step !== undefined) setChosen(next);
    else if (event.key !== "Delete") return;
    else onRemove(pictures[place]?.id ?? 0);
    event.preventDefault();
    const item = event.currentTarget.children[next];
    if (item?.firstElementChild instanceof HTMLElement) item.firstElementChild.focus();
  }
  return (
    <ul className="taken-pictures" aria-label={`Pictures of ${name}`} onKeyDown={walk}>
      {pictures.map(({ id, address }, index) => (
        <li key={id}>
          <button
            type="button"
            aria-label={`Remove picture ${pictures.length - index} of ${name}`}
            title="Remove"
            tabIndex={index === place ? 0 : -1}
            onFocus={() => setChosen(index)}
            onClick={() => onRemove(id)}
          >
            <img src={address} alt="" />
          </button>
        </li>
      ))}
    </ul>
  );
}
