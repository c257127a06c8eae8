/** Milliseconds of this process's own computing that `work` takes, the best of three: neither a loaded machine nor a
 * collection of garbage that others left may fail a limit. */
export async function cpuMs(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let attempt = 0; attempt < 3; attempt++) {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}
