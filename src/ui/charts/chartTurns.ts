/** Whose turn it is to redraw: one chart per animation frame, each at most four times a second, and only charts that are on the screen. The others catch up when the training rests: their
 * names, which a screen reader reads wherever they are, must not say that there is no data. */

const MIN_INTERVAL_MS = 250;

interface Waiting {
  readonly draw: () => void;
  visible: boolean;
  /** It may redraw once though it is off the screen. */
  catchingUp: boolean;
  dirty: boolean;
  lastDrawn: number;
}

export interface ChartTurns {
  /** `draw` is called when this chart may redraw. Returns how to tell that its data changed or its visibility did, and how to leave. */
  join(draw: () => void): { markDirty(): void; setVisible(visible: boolean): void; catchUp(): void; leave(): void };
}

export function createChartTurns(requestFrame: (callback: (time: number) => void) => number): ChartTurns {
  const charts = new Set<Waiting>();
  let scheduled = false;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    requestFrame(turn);
  };

  function turn(time: number): void {
    scheduled = false;
    const wanting = [...charts].filter((chart) => chart.dirty && (chart.visible || chart.catchingUp));
    const due = wanting.filter((chart) => time - chart.lastDrawn >= MIN_INTERVAL_MS);
    const longestWaiting = due.reduce<Waiting | null>(
      (first, chart) => (first && first.lastDrawn <= chart.lastDrawn ? first : chart),
      null,
    );
    if (longestWaiting) {
      longestWaiting.dirty = false;
      longestWaiting.catchingUp = false;
      longestWaiting.lastDrawn = time;
      longestWaiting.draw();
    }
    if (wanting.length > (longestWaiting ? 1 : 0)) schedule();
  }

  return {
    join: (draw) => {
      const chart: Waiting = { draw, visible: true, catchingUp: false, dirty: false, lastDrawn: -Infinity };
      charts.add(chart);
      return {
        markDirty: () => {
          chart.dirty = true;
          if (chart.visible) schedule();
        },
        setVisible: (visible) => {
          chart.visible = visible;
          if (visible && chart.dirty) schedule();
        },
        catchUp: () => {
          chart.catchingUp = true;
          if (chart.dirty) schedule();
        },
        leave: () => void charts.delete(chart),
      };
    },
  };
}

export const chartTurns = createChartTurns((callback) => requestAnimationFrame(callback));
