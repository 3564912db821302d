/** The two dialogs of the browser, because one chooses either files or a folder. */
import { useRef } from "react";
import type { OwnFile } from "../../../core/ownFile.ts";
import { Button } from "../../widgets/Button.tsx";

export function ModelDoors({ onFiles }: { readonly onFiles: (files: readonly OwnFile[]) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    onFiles(
      [...(input.files ?? [])].map((file) => ({
        path: file.webkitRelativePath || file.name,
        file,
      })),
    );
    // Choosing the same files again then fires a change event.
    input.value = "";
  };
  return (
    <div className="open-doors">
      <Button look="small" onClick={() => files.current?.click()}>
        Choose the model's files
      </Button>
      <Button look="small" onClick={() => folder.current?.click()}>
        Choose its folder
      </Button>
      <span>or drop them anywhere on the page</span>
      <input
        type="file"
        hidden
        multiple
        aria-label="Files of the model"
        ref={files}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        type="file"
        hidden
        // This attribute is in no standard's types, but every browser supports it.
        {...{ webkitdirectory: "" }}
        ref={folder}
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}
