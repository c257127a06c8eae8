/** The per-token gradient in the papers' two forms (docs/algorithms.md, The token inspector). Pure. */
import type { SampleToken } from '../../records/samples';

export interface GradientAnatomy {
  readonly form: 'log' | 'probability';
  /** Push on the token's own logit; all other logits together get its opposite, each in proportion to its own probability. */
  readonly own: number;
}

/** A (1 - pi) in log form (that of the ratio at rho = 1, which is implemented), A pi (1 - pi) in probability form. */
export function gradientAnatomy({ logp, advantage }: Pick<SampleToken, 'logp' | 'advantage'>): GradientAnatomy[] {
  const probability = Math.exp(logp);
  const own = advantage * (1 - probability);
  return [
    { form: 'log', own },
    { form: 'probability', own: probability * own },
  ];
}
