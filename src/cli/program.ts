/**
 * The program in the terminal, `xception-playground COMMAND`, which `npm run COMMAND --` calls too. Each command has one line
 * here.
 */
import { createCommand } from "./commandLine.ts";
import { experimentCommand } from "./experiment.ts";
import { exportCommand } from "./export.ts";
import { predictCommand } from "./predict.ts";
import { summaryCommand } from "./summary.ts";
import { sweepCommand } from "./sweep.ts";
import { trainCommand } from "./train.ts";
import { verifyCommand } from "./verify.ts";

export function createProgram() {
  return createCommand({
    name: "xception-playground",
    description: "Trains and describes Xception in the terminal, as the page does.",
    examples: [
      ["npx . train one-minute", "trains, and writes the network to trained/one-minute"],
      ["npx . summary paper", "the paper's network, layer by layer"],
      ["npx . train --help", "what a command takes"],
    ],
  })
    .helpCommand("help [command]", "shows the help of a command")
    .addCommand(trainCommand())
    .addCommand(sweepCommand())
    .addCommand(experimentCommand())
    .addCommand(exportCommand())
    .addCommand(summaryCommand())
    .addCommand(predictCommand())
    .addCommand(verifyCommand());
}
