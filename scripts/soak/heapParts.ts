/** A heap snapshot of V8 in two parts: what the program made, and what the engine made of the program. */

export interface HeapParts {
  /** Bytes of objects, arrays, closures, strings and numbers. */
  readonly objects: number;
  /** Bytes of byte code, machine code, its tables, hidden classes: grows while functions become hot, and ends with the program's size. */
  readonly compiled: number;
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly (readonly string[])[] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
}

const compiledTypes: ReadonlySet<string | undefined> = new Set(['code', 'object shape']);

/** `text`: a `.heapsnapshot`, whose own description says where a node's type, name and size are
 * (V8, `src/profiler/heap-snapshot-generator.cc`). What belongs to the embedder (DOM, Dawn) is in neither part. */
export function heapParts(text: string): HeapParts {
  const { snapshot, nodes, strings } = JSON.parse(text) as Snapshot;
  const fields = snapshot.meta.node_fields;
  const types = snapshot.meta.node_types[0] ?? [];
  const [type, name, size] = [fields.indexOf('type'), fields.indexOf('name'), fields.indexOf('self_size')];
  if (type < 0 || name < 0 || size < 0) throw new Error(`a heap snapshot of another format: ${fields.join(', ')}`);
  let objects = 0;
  let compiled = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    const bytes = nodes[node + size] ?? 0;
    const kind = types[nodes[node + type] ?? -1];
    if (kind === 'native') {
      // V8's own lists, of the code that depends on a hidden class; the rest is the embedder's
      if (strings[nodes[node + name] ?? -1]?.startsWith('system / ') === true) compiled += bytes;
    } else if (compiledTypes.has(kind)) compiled += bytes;
    else objects += bytes;
  }
  return { objects, compiled };
}
