/** A question mark that explains what stands beside it: by click or tap, so that nothing is said only on hover. */
import { Formula } from './Formula';
import { Popover } from './Popover';

interface HelpTipProps {
  readonly label: string;
  readonly text: string;
  readonly formula?: string | undefined;
  readonly mathml?: string | undefined;
  readonly children?: React.ReactNode;
}

export function HelpTip({ label, text, formula, mathml, children }: HelpTipProps): React.JSX.Element {
  return (
    <Popover label={`About ${label}`} button={<span aria-hidden="true">?</span>} buttonClass="help-button" align="left">
      <div className="help-body">
        <p>{text}</p>
        {(formula !== undefined || mathml !== undefined) && <Formula text={formula ?? ''} mathml={mathml} />}
        {children}
      </div>
    </Popover>
  );
}
