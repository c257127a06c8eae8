/** Bounds the work that has been submitted and not yet read back, so that a queue of steps never starves whoever shares the GPU. */

export class FlightLimit {
  private going = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /** Starts `work` as soon as fewer than `most` others are going; works start in the order of the calls. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = () => {
        this.going++;
        work()
          .then(resolve, reject)
          .finally(() => {
            this.going--;
            this.waiting.shift()?.();
          });
      };
      if (this.going < this.most) start();
      else this.waiting.push(start);
    });
  }
}
