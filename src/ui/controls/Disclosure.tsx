/** A heading that folds what is under it. */
import { Icon } from './Icon';

interface DisclosureProps {
  readonly title: string;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly children: React.ReactNode;
}

export function Disclosure({ title, open, onToggle, children }: DisclosureProps): React.JSX.Element {
  return (
    <div className="disclosure">
      <button type="button" className="disclosure-button" aria-expanded={open} onClick={() => onToggle(!open)}>
        <Icon name={open ? 'down' : 'right'} size={12} /> {title}
      </button>
      {open && children}
    </div>
  );
}
