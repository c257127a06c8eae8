import { describe, expect, it } from 'vitest';
import { chartFigure, type FigureSource } from './chartFigure';

const source: FigureSource = {
  title: 'Pass@k',
  model: {
    series: [
      {
        key: 'a',
        label: 'NSR & PSR',
        color: 'var(--run-1)',
        dash: '7 3',
        width: 2,
        opacity: 1,
        band: true,
        raw: false,
      },
    ],
    guides: [{ value: 0.2, label: 'start @1' }],
    xLabel: 'rollout',
  },
  drawing: '<path d="M0 0" stroke="var(--run-1)"/>',
  width: 400,
  height: 200,
  ink: (name) => ({ '--run-1': '#0072b2', '--ink': '#111111' })[name] ?? '#888888',
  ground: 'white',
};

describe('a chart as a figure', () => {
  it('has title, axis, a legend with colour and dash, and the start', () => {
    const { svg, height } = chartFigure(source);
    expect(svg).toContain('>Pass@k</text>');
    expect(svg).toContain('>rollout</text>');
    expect(svg).toMatch(/stroke="#0072b2"[^>]*stroke-dasharray="7 3"\/><text[^>]*>NSR &amp; PSR<\/text>/);
    expect(svg).toContain('>start @1</text>');
    expect(svg).toContain('<path d="M0 0" stroke="#0072b2"/>');
    expect(height).toBeGreaterThan(200 + 2 * 18);
  });

  it('names lines that look alike in one entry', () => {
    const [line] = source.model.series;
    const series = line ? [line, { ...line, key: 'b', label: 'pass@8' }] : [];
    expect(chartFigure({ ...source, model: { ...source.model, series } }).svg).toContain(
      '>NSR &amp; PSR, pass@8</text>',
    );
  });

  it('leaves no variable of the page in it', () => {
    expect(chartFigure(source).svg).not.toContain('var(');
  });

  it('stands on white or on nothing', () => {
    expect(chartFigure(source).svg).toContain('fill="#ffffff"');
    expect(chartFigure({ ...source, ground: 'transparent' }).svg).not.toContain('fill="#ffffff"');
  });
});
