/**
 * What a recipe's document leaves open or gets wrong, and the consequences here, by recipe id. This is a separate file because
 * the page loads these texts only when a recipe with notes is chosen.
 */
export const RECIPE_NOTES: Readonly<Record<string, readonly string[]>> = {
  notebook: [
    "The notebook also passes batch_size=32 to fit. Keras ignores it there, because the data already comes in batches of 64.",
    "It counts 52,952 multiplications for a separable convolution on 12x12x3 with 5x5 kernels and 256 outputs. The sum of its own parts is 4,800 + 49,152 = 53,952.",
    "Images are standardised one by one and then enlarged, in that order; the other order gives other pixels at the edges.",
    "Its metric is the test set's accuracy after two epochs, with nothing held out.",
    "Cut short, its test looks broken: after 600 steps training batches reach 84 % and test images 42 %. At a rate of 0.005 the moving statistics, momentum 0.99, trail the weights; real Keras does the same. With the statistics of their own batches the test images do as well as training, which the page measures and says.",
  ],
  "facial-emotions": [
    "The tutorial reads four .npy files (X_train, X_test, y_train, y_test) and leaves the input size open; 48 pixels are FER2013's. FER2013 cannot come with this page, so Fashion-MNIST stands in and the head gets ten units in training.",
    "It sets batch_size = 128 and then trains with 64: 64 counts, so 64 is set here.",
    "The printed head, one linear unit, cannot learn. This recipe has the seven-class softmax head of the data set; the printed one is a recipe of its own.",
    "Its formula K²d²CN against K²d²C + K²CN writes K for the side of the output and d for the kernel's. This page writes K for the kernel, as the PyTorch notebook does.",
    "It calls the pointwise kernel 1x1xN; it is 1x1xC, N times. And it says that the pointwise half comes first, while its code does the depthwise half first, as this recipe.",
  ],
  "facial-emotions-as-printed": [
    "Dense(1, linear) with categorical cross-entropy: Keras divides the output by its sum over the classes, so the only unit is always 1, the loss is that of certainty (0.0000001, from clipping) and its gradient is zero.",
    "No weight is changed by training; only the moving statistics of the batch norms follow the images. Every image gets the first class, so accuracy stays at that class's share.",
    "With one unit, every label counts as that unit's: a label has nothing else to point at.",
    "What mends it is a softmax head with a unit for each class: the recipe Facial emotions.",
  ],
  paper: [
    "Batch norms have Keras' epsilon and momentum (0.001 and 0.99), pools Keras' padding. PyTorch's are the next recipe.",
    "The head is counted with ImageNet's 1,000 classes and trained with as many as the data has.",
    "The paper trains on 60 graphics cards; batches of 8 are what a tab can hold. Count it, and train it narrower.",
    "ImageNet's weights of Keras Applications, xception_weights_tf_dim_ordering_tf_kernels.h5 or the same with _notop, go into this network: choose the file with Open a model.",
  ],
  "paper-pytorch": [
    "PyTorch's batch norm has epsilon 0.00001 and momentum 0.1, which Keras writes as 0.9.",
    "PyTorch's pool of 3 with padding 1 takes a row on both sides; Keras' same padding adds it at the end where the side is even (74 to 37). Shapes are equal, windows are not.",
    "PyTorch feeds its running variance with the unbiased variance, a factor n / (n - 1) of the batch's. That is no setting here: with thousands of pixels in a batch it is within a thousandth.",
    "The notebook's DWSConv2d takes stride, dilation and groups and ignores all three; this network does not use it.",
  ],
  reproduction: [
    "The notes give 259 pixels as the input, most likely a misprint of the paper's 299: it is kept, and the slider has the other.",
    "Convolutions have no biases; every convolution and shortcut is followed by a batch norm. The stem is padded, unlike the paper's.",
    "The notes train it by transfer on folders of images: RMSprop at 0.0001, batches of 32, 80 steps an epoch for 10 epochs, 20 batches to validate on, with shear, zoom and flips. Fashion-MNIST stands in here, from the start and not from ImageNet's weights.",
    "Their preprocessing, (x / 255 - 0.5) x 0.2 with the channels reversed and ImageNet's means subtracted, is not Xception's own, x / 127.5 - 1. Preparation has both; Xception's is set.",
  ],
  "reproduction-v1": [
    "As printed, block 4's pool is made but never applied to the tensor, and so is the exit's first ReLU. Both calls are mended here, and it still cannot be built.",
    "The pool of block 4 has no padding, while its shortcut has, and 758 filters where the block has 728: at 259 pixels 16x16x728 meets 17x17x758.",
    "The middle flow has 758 filters too, a misprint of 728; the program around it misspells trainable_weights and keras.",
    "Without residual connections nothing is added, and the network builds.",
  ],
  transfer: [
    "The notes start from an Xception with ImageNet's weights, which cannot come with this page; choose xception_weights_tf_dim_ordering_tf_kernels_notop.h5 of Keras Applications with Open a model to start from them. A small one trained on Fashion-MNIST stands in: one middle block, an eighth of the filters. So does the starter set for the four classes of images: choose My image folders under Data set for yours.",
    "Frozen are the first 40 layers, in Keras' order and in the summary's: the input, the stem, blocks 2 to 4 and the middle block through block5_sepconv2_act. In Keras' full network the same 40 names are frozen. Frozen batch norms use their moving statistics.",
    "The preparation is the one that Xception and this base were trained with, x / 127.5 - 1. What the notes print is the next recipe.",
    "Images have 71 pixels, the least that Keras' Xception takes, and 299 in the notes; a base works at any size.",
    "shear_range = 0.2 is an angle in degrees in Keras, hardly to be seen; zoom and flip do the work.",
  ],
  "transfer-as-printed": [
    "Printed is (x / 255 - 0.5) x 0.2, then Keras' helper for other networks: red and blue change places and the means of ImageNet's bytes, 103.939, 116.779 and 123.68, are subtracted from values between -0.1 and 0.1.",
    "The network sees three constants with a thousandth of image in them. The frozen layers learnt from -1 to 1 and cannot adapt; their batch norms use statistics of other values. Look at the data shows the numbers.",
    "What mends it is x / 127.5 - 1: the recipe Transfer learning.",
  ],
  "two-layers-ordinary": [
    "The two layers end in a map of 220x220x64 and not in classes, so there is nothing to train.",
    "The notebook's single example with 3 channels and 4 filters is on the Convolutions tab: 112 parameters against 27 + 16 = 43.",
  ],
  "two-layers-separable": [
    "A separable layer has its bias once, after the pointwise half: 27 + 96 + 32 = 155 and 288 + 2,048 + 64 = 2,400.",
  ],
  "mnist-convnet": [
    "Adadelta at 1.0 was Keras' default when the notebook was written. Later defaults of 0.001 do not get near its accuracy.",
    "The notebook quotes 0.991 on MNIST. Fashion-MNIST stands in here and is harder: expect about 0.92.",
    "The notebook divides its inputs by 255, as the setting Preparation does here; most other recipes standardise each image. It validates on its test set, this recipe on 5,000 training images.",
    "In its twin the second convolution is separable; the first has a single grey channel, which leaves nothing to separate.",
    "It ends with four questions: is the input normalised and where, which optimiser, how many convolution layers, how many parameters. The answers: yes, in the preparation; Adadelta; two; 1,199,882.",
  ],
};
