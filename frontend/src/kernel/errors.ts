/** What the kernel refuses, and why; the same classes and sentences as usine/kernel/errors.py. */

/** Root of the kernel's errors. */
export class KernelError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A price list names what the range does not have, or amounts that cannot be added exactly. */
export class ModelInvalid extends KernelError {}

/** A choice names a variable that the range does not have. */
export class UnknownVariable extends KernelError {}

/** A choice gives a variable a value that it does not have. */
export class UnknownValue extends KernelError {}

/** No configuration satisfies what was asked. */
export class Impossible extends KernelError {}

/** A search would take more than its budget of steps. */
export class TooLarge extends KernelError {}

/** Bytes that are truncated, altered or foreign. */
export class ArtefactCorrupted extends KernelError {}

/** Bytes written by a kernel of another version. */
export class ArtefactOutdated extends ArtefactCorrupted {}
