/** Reads the server's templates as usine/journeys/skeleton.py hands them over, and writes what Django would. */

export type Value = ({ readonly of: string } | { readonly is: unknown }) & { readonly by: readonly Filter[] };
type Filter = readonly [name: string, argument?: unknown];
type Condition =
  | readonly ["is", Value]
  | readonly ["not", Condition]
  | readonly ["and" | "or" | "==", Condition, Condition];
type Assigned = Readonly<Record<string, Value>>;
export type Node =
  | string
  | readonly ["show", Value]
  | readonly ["if", readonly (readonly [Condition | null, readonly Node[]])[]]
  | readonly ["for", readonly string[], Value, readonly Node[]]
  | readonly ["with", Assigned, readonly Node[]]
  | readonly ["use", string, Assigned]
  | readonly ["token"];
export type Scope = Record<string, unknown>;

/** The templates of a kit, and the hidden field that forms of this page carry against forgery. */
export class Skeleton {
  constructor(
    private readonly templates: Readonly<Record<string, readonly Node[]>>,
    private readonly token: string,
  ) {}

  /** The text of a template. What is shown is escaped, a name that is not there shows nothing. */
  write(name: string, scope: Scope): string {
    const nodes = this.templates[name];
    if (!nodes) throw new Error(`The kit has no template ${name}`);
    return this.#writeAll(nodes, scope);
  }

  #writeAll(nodes: readonly Node[], scope: Scope): string {
    let text = "";
    for (const node of nodes) text += typeof node === "string" ? node : this.#writeNode(node, scope);
    return text;
  }

  #writeNode(node: Exclude<Node, string>, scope: Scope): string {
    switch (node[0]) {
      case "show":
        return escape(read(node[1], scope));
      case "if": {
        const branch = node[1].find(([condition]) => condition === null || holds(condition, scope));
        return branch ? this.#writeAll(branch[1], scope) : "";
      }
      case "for":
        return this.#writeEach(node[1], read(node[2], scope), node[3], scope);
      case "with":
        return this.#writeAll(node[2], assign(node[1], scope));
      case "use":
        return this.write(node[1], assign(node[2], scope));
      case "token":
        return this.token;
    }
  }

  #writeEach(names: readonly string[], all: unknown, nodes: readonly Node[], scope: Scope): string {
    let text = "";
    for (const one of (all ?? []) as Iterable<unknown>) {
      const inner = Object.create(scope) as Scope;
      if (names.length === 1) inner[names[0]!] = one;
      else names.forEach((name, i) => (inner[name] = (one as unknown[])[i]));
      text += this.#writeAll(nodes, inner);
    }
    return text;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** A value as text that is safe within an element and within a quoted attribute. */
export function escape(value: unknown): string {
  return String(value ?? "").replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
}

function assign(assigned: Assigned, scope: Scope): Scope {
  const inner = Object.create(scope) as Scope;
  for (const [name, value] of Object.entries(assigned)) inner[name] = read(value, scope);
  return inner;
}

function read(value: Value, scope: Scope): unknown {
  let found: unknown = "is" in value ? value.is : value.of.split(".").reduce(step, scope);
  for (const [name, argument] of value.by) found = filter(name, found, argument);
  return found;
}

function step(from: unknown, name: string): unknown {
  return from === null || from === undefined ? undefined : (from as Scope)[name];
}

function filter(name: string, value: unknown, argument: unknown): unknown {
  if (name === "length") return (value as ArrayLike<unknown> | undefined)?.length ?? 0;
  if (name === "lower") return String(value ?? "").toLowerCase();
  if (name === "join") return (value as readonly unknown[]).join(String(argument));
  if (name === "add") return Number(value) + Number(argument);
  throw new Error(`The filter ${name} is not known here`);
}

function holds(condition: Condition, scope: Scope): boolean {
  switch (condition[0]) {
    case "is":
      return isTrue(read(condition[1], scope));
    case "not":
      return !holds(condition[1], scope);
    case "and":
      return holds(condition[1], scope) && holds(condition[2], scope);
    case "or":
      return holds(condition[1], scope) || holds(condition[2], scope);
    case "==":
      return compared(condition[1], scope) === compared(condition[2], scope);
  }
}

/** A side of an equation: the value itself, not whether it is true. */
function compared(condition: Condition, scope: Scope): unknown {
  return condition[0] === "is" ? read(condition[1], scope) : holds(condition, scope);
}

/** As Python has it: an empty list is false. */
function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}
