/**
 * Compares an ordinary convolution with depthwise and pointwise ones on the pixels of a real image, step by step. Nothing moves
 * unless the person starts it.
 */
import { ChevronRight, Pause, Play, RotateCcw, SkipForward } from "lucide-react";
import { memo, useEffect, useMemo, useState } from "react";
import { formatCount } from "../../../core/units.ts";
import type { ConvolutionSettings } from "../../../network/convolutions/labSettings.ts";
import {
  cropOf,
  IMAGE_SIDE,
  pixelsOf,
  SAMPLE_IMAGES,
} from "../../../network/convolutions/sampleImages.ts";
import {
  CROP_SIDE,
  createWalkthrough,
  WALK_SETTINGS,
} from "../../../network/convolutions/walkthrough.ts";
import { Button } from "../../widgets/Button.tsx";
import { PixelImage } from "../../widgets/PixelImage.tsx";
import { Segmented } from "../../widgets/Segmented.tsx";
import { LabSection } from "./LabSection.tsx";
import { WalkSide } from "./WalkSide.tsx";

const STEP_MS = 130;
const IMAGES = SAMPLE_IMAGES.map(({ index, title }) => ({ value: String(index), label: title }));

export interface WalkthroughProps {
  /** Sets the calculator to the convolution shown here. */
  readonly onCompare: (settings: ConvolutionSettings) => void;
}

export const Walkthrough = memo(function Walkthrough({ onCompare }: WalkthroughProps) {
  const [imageIndex, setImageIndex] = useState(IMAGES[0]?.value ?? "");
  const [step, setStep] = useState(0);
  const [playing, setPlaying] = useState(false);
  const still = useReducedMotion();
  const image = SAMPLE_IMAGES.find(({ index }) => String(index) === imageIndex) ?? SAMPLE_IMAGES[0];
  const pixels = useMemo(() => (image === undefined ? new Uint8Array() : pixelsOf(image)), [image]);
  const walk = useMemo(
    () => createWalkthrough(image === undefined ? [] : cropOf(image, CROP_SIDE)),
    [image],
  );
  const { numSteps, ordinary, separable } = walk;
  const runs = playing && !still && step < numSteps;

  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => setStep((before) => Math.min(numSteps, before + 1)), STEP_MS);
    return () => clearInterval(timer);
  }, [runs, numSteps]);

  const go = (to: number) => {
    setPlaying(false);
    setStep(Math.min(numSteps, to));
  };

  return (
    <LabSection
      id="lab-steps"
      title="Step by step on real pixels"
      sentence={`Both sides do ${walk.stepSize} multiplications a step on a piece of a real image. The ordinary kernel here is made from the other's two halves, so both end with the same picture; one of them earlier.`}
    >
      <div className="lab-walk-bar">
        <Button
          look="primary"
          disabled={still || (!runs && step >= numSteps)}
          aria-describedby={still ? "lab-still" : undefined}
          onClick={() => setPlaying(!runs)}
        >
          {runs ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
          {runs ? "Pause" : "Play"}
        </Button>
        <Button disabled={step >= numSteps} onClick={() => go(step + 1)}>
          <ChevronRight size={15} aria-hidden />
          Step
        </Button>
        <Button disabled={step >= numSteps} onClick={() => go(numSteps)}>
          <SkipForward size={15} aria-hidden />
          To the end
        </Button>
        <Button disabled={step === 0} onClick={() => go(0)}>
          <RotateCcw size={15} aria-hidden />
          Reset
        </Button>
        <span className="lab-walk-step" role="status" aria-live={runs ? "off" : "polite"}>
          Step {step} of {numSteps}
        </span>
      </div>
      {still && (
        <p id="lab-still" className="lab-note">
          Your system asks for less motion: go by steps, or to the end.
        </p>
      )}
      <div className="lab-walk">
        <div className="lab-walk-image">
          <Segmented
            label="Image"
            value={imageIndex}
            options={IMAGES}
            onChange={(chosen) => {
              setImageIndex(chosen);
              go(0);
            }}
          />
          <figure className="lab-whole-image">
            <div className="lab-pixels">
              <PixelImage pixels={pixels} height={IMAGE_SIDE} width={IMAGE_SIDE} channels={1} />
              {image !== undefined && (
                <i
                  style={{
                    top: `${(image.cropRow / IMAGE_SIDE) * 100}%`,
                    left: `${(image.cropColumn / IMAGE_SIDE) * 100}%`,
                    width: `${(CROP_SIDE / IMAGE_SIDE) * 100}%`,
                    height: `${(CROP_SIDE / IMAGE_SIDE) * 100}%`,
                  }}
                />
              )}
            </div>
            <figcaption className="lab-note">
              A test image of Fashion-MNIST. The framed {CROP_SIDE} × {CROP_SIDE} pixels go in with
              three channels: grey, upright edges, level edges.
            </figcaption>
          </figure>
        </div>
        <WalkSide
          name="Ordinary"
          accent="ordinary"
          walkthrough={walk}
          walk={ordinary}
          step={step}
        />
        <WalkSide
          name="Depthwise separable"
          accent="separable"
          walkthrough={walk}
          walk={separable}
          step={step}
        />
      </div>
      <p className="lab-note">
        {WALK_SETTINGS.channels} channels, {WALK_SETTINGS.filters} filters, kernel{" "}
        {WALK_SETTINGS.kernelSize} × {WALK_SETTINGS.kernelSize}, no padding:{" "}
        {formatCount(ordinary.multiplications)} against {formatCount(separable.multiplications)}{" "}
        multiplications, as counted above for these numbers.{" "}
        <Button look="link" onClick={() => onCompare(WALK_SETTINGS)}>
          Set them above
        </Button>
      </p>
    </LabSection>
  );
});

function useReducedMotion(): boolean {
  const [query] = useState(() => matchMedia("(prefers-reduced-motion: reduce)"));
  const [reduced, setReduced] = useState(query.matches);
  useEffect(() => {
    const follow = () => setReduced(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [query]);
  return reduced;
}
