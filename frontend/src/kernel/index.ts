/** The kernel in the browser: open a compiled range and ask it anything, exactly. docs/browser-kernel.md tells more. */

export { openRange } from "./artefact";
export { fulfil, iterateCheapest, optimise, type Wish } from "./bestFirst";
export { type Choices, type CompiledRange, type PricedRange, type Variable } from "./compiled";
export { count, countValues } from "./counting";
export {
  ArtefactCorrupted,
  ArtefactOutdated,
  Impossible,
  KernelError,
  ModelInvalid,
  TooLarge,
  UnknownValue,
  UnknownVariable,
} from "./errors";
export { explain, explainFirst } from "./explanation";
export { price, type Prices } from "./pricing";
export { type Answer, ask, type Bounds, cheapest, type Completion, isPossible } from "./queries";
export {
  conflict,
  findContradiction,
  iterateRestorations,
  type Restoration,
  restore,
  type Wanted,
} from "./restoration";
export { openRules, type Rules } from "./rules";
