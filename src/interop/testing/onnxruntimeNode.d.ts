/** The last onnxruntime-node that installs without a download beside the registry names types that it does not bring. */
declare module "onnxruntime-node" {
  export { InferenceSession, Tensor } from "onnxruntime-common";
}
