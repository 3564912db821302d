/** The convolution laboratory. */
export function ConvolutionsTab() {
  return <h2>Convolutions</h2>;
}
