/** Two buttons that open a dialog of the browser, because one chooses either files or a folder. */
import { type ReactNode, useRef } from "react";
import type { OwnFile } from "../../core/ownFile.ts";
import { Button, type ButtonProps } from "./Button.tsx";

/** A file that no one has inspected yet. */
export interface FoundFile extends Pick<OwnFile, "path"> {
  readonly file: File;
}

export function FileDoors(props: {
  readonly look: NonNullable<ButtonProps["look"]>;
  /** The words on the two buttons. */
  readonly files: string;
  readonly folder: string;
  /** The name of the field for files, which a test finds it by. */
  readonly label?: string;
  /** The names of files that the dialog shows; all of them without it. */
  readonly accept?: string;
  /** What stands after the buttons. */
  readonly children?: ReactNode;
  readonly onFiles: (found: readonly FoundFile[]) => void;
}) {
  const { look, label, accept, onFiles, children } = props;
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    onFiles(
      [...(input.files ?? [])].map((file) => ({
        path: file.webkitRelativePath || file.name,
        file,
      })),
    );
    // Clears the value, so that choosing the same files again, after they were repaired, fires a change event.
    input.value = "";
  };
  return (
    <>
      <Button look={look} onClick={() => files.current?.click()}>
        {props.files}
      </Button>
      <Button look={look} onClick={() => folder.current?.click()}>
        {props.folder}
      </Button>
      {children}
      <input
        type="file"
        hidden
        multiple
        aria-label={label}
        accept={accept}
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
    </>
  );
}
