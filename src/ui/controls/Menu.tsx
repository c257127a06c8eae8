/** A short list of actions under a button. */
import { Icon, type IconName } from './Icon';
import { Popover, useClosePopover } from './Popover';

export interface MenuItem {
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly action: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly icon: IconName;
  readonly align?: 'left' | 'right';
  readonly items: readonly MenuItem[];
}

export function Menu({ label, icon, items, align }: MenuProps): React.JSX.Element {
  return (
    <Popover
      label={label}
      button={<Icon name={icon} size={14} />}
      buttonClass="icon-button icon-button-small"
      {...(align ? { align } : {})}
    >
      <MenuItems items={items} />
    </Popover>
  );
}

function MenuItems({ items }: { readonly items: readonly MenuItem[] }): React.JSX.Element {
  const close = useClosePopover();
  return (
    <ul className="menu">
      {items.map((item) => (
        <li key={item.label}>
          <button
            type="button"
            className="menu-item"
            disabled={item.disabled}
            onClick={() => {
              close();
              item.action();
            }}
          >
            <span>{item.label}</span>
            {item.hint && <span className="muted">{item.hint}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
