/**
 * This is the last version of onnxruntime-node that installs without a further download. Its package refers to type files that
 * it does not contain.
 */
declare module "onnxruntime-node" {
  export { InferenceSession, Tensor } from "onnxruntime-common";
}
