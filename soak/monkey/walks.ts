/** Walks of the monkey: which actions and how often, as commands of fast-check. */
import fc from "fast-check";
import {
  type Action,
  ANYTHING,
  DIALOGS,
  DROPS,
  KEYS,
  type Model,
  network,
  RACE_BUTTONS,
  RELOAD,
  RUN_BUTTONS,
  TABS,
} from "./actions.ts";
import type { Act, Session } from "./session.ts";
import { CHOOSING, SLIDES, TYPING } from "./settingActions.ts";

type Command = fc.AsyncCommand<Model, Session>;

function command({ words, act, needsNetwork, changes }: Action, isTime: () => boolean): Command {
  let more = "";
  const inWords = () => `${words}${more}`;
  return {
    check: ({ online }) => isTime() && (needsNetwork === undefined || online),
    async run(model, session) {
      changes?.(model);
      const made: Act = (page) =>
        act(page, (said) => {
          more = `: ${said}`;
        });
      await session.perform(inWords, made);
    },
    toString: inWords,
  };
}

const oneOf = (actions: readonly Action[]) => fc.constantFrom(...actions);

/**
 * Generates a walk of at most this many actions.
 * @param isTime false when the rest of a walk is to be left out
 */
export function walksOf(maxCommands: number, isTime: () => boolean) {
  const action = fc.oneof(
    { weight: 40, arbitrary: oneOf(RUN_BUTTONS) },
    { weight: 5, arbitrary: oneOf(RACE_BUTTONS) },
    { weight: 10, arbitrary: oneOf(TABS) },
    { weight: 8, arbitrary: oneOf(DIALOGS) },
    { weight: 8, arbitrary: oneOf(KEYS) },
    { weight: 3, arbitrary: oneOf([network(false), network(true), network(true)]) },
    { weight: 2, arbitrary: fc.constant(RELOAD) },
    { weight: 4, arbitrary: oneOf(DROPS) },
    { weight: 6, arbitrary: oneOf(SLIDES) },
    { weight: 7, arbitrary: TYPING },
    { weight: 5, arbitrary: CHOOSING },
    { weight: 12, arbitrary: ANYTHING },
  );
  return fc.commands([action.map((one) => command(one, isTime))], { maxCommands, size: "max" });
}
