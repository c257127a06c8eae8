import { HubError } from './hubError';

/** A body of at most so many bytes. Rejects with `HubError`. */
export async function readBody(
  response: Response,
  what: string,
  mostBytes: number,
  heard: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let total = 0;
  const reader = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    total += chunk.value.length;
    heard(chunk.value.length);
    if (total > mostBytes) throw new HubError('unsuitable', `${what}: more than ${mostBytes} bytes`);
    parts.push(chunk.value);
  }
  return joined(parts, total);
}

export function joined(parts: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
