/** Reads points of the reference paths off the trade-off chart: under the pointer, or one after the other with the arrow keys. */
import { useState } from 'react';
import { percent } from './chartModel';
import type { ReferencePath, ReferencePoint, TradeOffOverlay } from './tradeOffOverlay';
import type { Plane } from './tradeOffPlane';

interface ReferenceReaderProps {
  readonly overlays: readonly TradeOffOverlay[];
  readonly plane: Plane;
  readonly k: number;
  readonly width: number;
  readonly height: number;
}

/** CSS pixels from a point at which it is still meant. */
const REACH = 14;

interface Place {
  readonly path: ReferencePath;
  readonly point: ReferencePoint;
  readonly left: number;
  readonly top: number;
}

const moves: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export function ReferenceReader({ overlays, plane, k, width, height }: ReferenceReaderProps): React.JSX.Element | null {
  const [chosen, choose] = useState<string | null>(null);
  const places = overlays.flatMap((overlay): Place[] =>
    overlay.kind !== 'reference'
      ? []
      : overlay.points
          .map((point) => ({
            path: overlay,
            point,
            left: plane.x.toPixel(point.x),
            top: plane.y.toPixel(point.y),
          }))
          .filter(({ left, top }) => left >= 0 && left <= width && top >= 0 && top <= height),
  );
  const nameOf = ({ path, point }: Place): string => `${path.id} ${point.label}`;
  const index = places.findIndex((place) => nameOf(place) === chosen);
  const shown = places[index] ?? null;
  const resting = shown ?? places.find(({ point }) => point.label === 'T = 1') ?? places[0];
  if (!resting) return null;
  const words = ({ path, point }: Place): string =>
    `${path.label}, ${point.label}: pass@1 ${percent(point.x)}, pass@${k} ${percent(point.y)}`;

  const seek = (event: React.PointerEvent): void => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const distance = (place: Place): number =>
      Math.hypot(place.left - (event.clientX - left), place.top - (event.clientY - top));
    const nearest = places.reduce((best, place) => (distance(place) < distance(best) ? place : best), resting);
    choose(distance(nearest) <= REACH ? nameOf(nearest) : null);
  };
  const walk = (event: React.KeyboardEvent): void => {
    const at = shown ? index : places.indexOf(resting);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? places.length - 1 : at + (moves[event.key] ?? NaN);
    const next = places[Math.min(places.length - 1, Math.max(0, to))];
    if (!next) return;
    event.preventDefault();
    choose(nameOf(next));
  };
  return (
    <div className="reference-reader" onPointerMove={seek} onPointerLeave={() => choose(null)}>
      <div
        className="reference-handle"
        role="slider"
        tabIndex={0}
        aria-label="Point of the cooled base"
        aria-valuemin={0}
        aria-valuemax={places.length - 1}
        aria-valuenow={places.indexOf(resting)}
        aria-valuetext={words(resting)}
        style={{ left: resting.left, top: resting.top }}
        onFocus={() => choose(nameOf(resting))}
        onBlur={() => choose(null)}
        onKeyDown={walk}
      />
      {shown && (
        <p
          className="chart-tooltip reference-words"
          style={{
            ...(shown.left > width / 2 ? { right: width - shown.left + 8 } : { left: shown.left + 8 }),
            ...(shown.top > height / 2 ? { bottom: height - shown.top + 8 } : { top: shown.top + 8 }),
          }}
        >
          {words(shown)}
        </p>
      )}
    </div>
  );
}
