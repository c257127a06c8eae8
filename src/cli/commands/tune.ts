import { openDevice } from '../../gpu/device';
import { readModelFolder } from '../../model/folder';
import { productShapes, tune } from '../../model/tuning';
import type { Command } from '../command';
import { folderSource } from '../files';
import { findModelFolder } from '../project';
import { tuningCache } from '../tuningCache';

export const command: Command = {
  summary: "times the tiles of a model's matrix products on this adapter and keeps the fastest",
  options: { model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' } },
  async run(args, { progress }) {
    const folder = await readModelFolder(folderSource(await findModelFolder('--model', args.text('model'))));
    const gpu = await openDevice();
    const products = await tune(gpu, productShapes(folder.config), tuningCache, {
      onProgress: (done, total) => progress(`product ${done + 1} of ${total}`),
    });
    const { adapter } = gpu;
    gpu.destroy();
    return { adapter, products };
  },
};
