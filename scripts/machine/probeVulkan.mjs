// Prints what Dawn says of the adapter under the present environment, or nothing: the one test of a driver that counts.
import { create } from 'webgpu';

// Held by the module: Dawn crashes when its instance is collected.
export const gpu = create([]);
const adapter = await gpu.requestAdapter();
if (adapter !== null) {
  const { description, device, vendor } = adapter.info;
  console.log(description || device || vendor || 'an adapter');
}
process.exit(adapter === null ? 1 : 0);
