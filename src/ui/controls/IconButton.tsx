/** A square button whose label is read aloud and shown as a tooltip. */
import { Icon, type IconName } from './Icon';

interface IconButtonProps {
  readonly label: string;
  readonly icon: IconName;
  readonly onClick: () => void;
  readonly disabled?: boolean | undefined;
  readonly pressed?: boolean | undefined;
}

export function IconButton({ label, icon, onClick, disabled, pressed }: IconButtonProps): React.JSX.Element {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
      aria-pressed={pressed}
    >
      <Icon name={icon} />
    </button>
  );
}
