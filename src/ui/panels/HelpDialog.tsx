/** Explains the page, its shortcuts and its terms. It loads when it is first opened. */
import { useActions, usePlayground } from "../PlaygroundContext.tsx";
import { SHORTCUTS } from "../useShortcuts.ts";
import { DialogFrame } from "../widgets/DialogFrame.tsx";
import { SwitchBox } from "../widgets/SwitchBox.tsx";

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    "Separable convolution",
    "Looks at each channel by itself with a small window, then mixes the channels pixel by pixel. Xception is built of these.",
  ],
  [
    "Ordinary convolution",
    "Does both at once, with many more multiplications. Its twin of your network stands beside every cost.",
  ],
  [
    "MACs",
    "Multiply-accumulates for one image: of ordinary, depthwise, pointwise, shortcut and dense layers, padding counted; biases, normalisation, activations and pools not.",
  ],
  [
    "Parameters",
    "Numbers the network consists of. The trainable ones change in training; moving statistics of batch norms do not count among those.",
  ],
  [
    "Memory",
    "An estimate of what training holds at once: weights, gradients, optimiser state, and every layer's output for a batch.",
  ],
  ["Epoch, step", "A step trains on one batch; an epoch goes through all training images once."],
  [
    "Training, validation, test",
    "The network learns from training images, the curves check it on images held out, and test images stay unseen until the end.",
  ],
  [
    "Confusion matrix",
    "Rows are the true classes, columns what the network took them for. The diagonal is what it got right.",
  ],
];

export function HelpDialog() {
  const actions = useActions();
  const shortcuts = usePlayground((state) => state.view.shortcuts);
  return (
    <DialogFrame
      title="Xception Playground"
      words="Trains a real Xception on real images in this tab. Nothing is installed and nothing leaves this machine. Choose a recipe, move what you like on the left, watch every cost follow, and press Train."
      onClose={() => actions.setView({ helpIsOpen: false })}
    >
      <h3>Keys</h3>
      <dl className="key-list">
        {SHORTCUTS.map(({ key, action }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-switch">
        <span>Single-key shortcuts</span>
        <SwitchBox
          label="Single-key shortcuts"
          checked={shortcuts}
          onChange={(checked) => actions.setView({ shortcuts: checked })}
        />
      </div>
      <h3>Words</h3>
      <dl className="word-list">
        {WORDS.map(([word, meaning]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </DialogFrame>
  );
}
