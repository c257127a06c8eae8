/** Name, presets, transport, undo and redo, link, theme, help. */
import { useSession, type Theme } from '../../store/session';
import { useHistory } from '../../store/experiment/experiment';
import { useApp } from '../appContext';
import type { IconName } from '../controls/Icon';
import { IconButton } from '../controls/IconButton';
import { PresetMenu } from '../panels/PresetMenu';
import { ShareButton } from './ShareButton';
import { Transport } from './Transport';
import { NARROW, useMedia } from './useMedia';

const nextTheme: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };
const themeIcons: Record<Theme, IconName> = { system: 'system', dark: 'moon', light: 'sun' };
const themeWords: Record<Theme, string> = { system: 'follows the system', dark: 'dark', light: 'light' };

interface HeaderProps {
  /** On a phone the transport stands at the bottom instead. */
  readonly withTransport: boolean;
  readonly onHelp: () => void;
}

export function Header({ withTransport, onHelp }: HeaderProps): React.JSX.Element {
  const { experiments } = useApp();
  const history = useHistory(experiments);
  const theme = useSession((state) => state.theme);
  const narrow = useMedia(NARROW);
  const railOpen = useSession((state) => (narrow ? state.railOverlay : state.railOpen));
  const set = useSession((state) => state.set);
  return (
    <header className="header">
      <span className="header-rail-toggle">
        <IconButton
          label={railOpen ? 'Hide setup' : 'Show setup'}
          icon="panel"
          pressed={railOpen}
          onClick={() => set(narrow ? { railOverlay: !railOpen } : { railOpen: !railOpen })}
        />
      </span>
      <h1 className="brand">
        <span className="brand-mark" aria-hidden="true">
          <svg viewBox="0 0 32 32" width="22" height="22">
            <path
              d="M4 9c6 0 6.5 13 12 13s6-4 12-4"
              fill="none"
              stroke="var(--negative)"
              strokeWidth="3.2"
              strokeLinecap="round"
            />
            <path
              d="M4 23c6 0 8.5-9 13.5-12 3-2 6.5-2 10.5-2"
              fill="none"
              stroke="var(--positive)"
              strokeWidth="3.2"
              strokeLinecap="round"
            />
          </svg>
        </span>
        <span className="brand-name">NSR Playground</span>
      </h1>
      <PresetMenu />
      {withTransport && <Transport />}
      <div className="header-tools">
        <IconButton label="Undo" icon="undo" disabled={!history.canUndo} onClick={history.undo} />
        <IconButton label="Redo" icon="redo" disabled={!history.canRedo} onClick={history.redo} />
        <ShareButton />
        <IconButton
          label={`Theme: ${themeWords[theme]}`}
          icon={themeIcons[theme]}
          onClick={() => set({ theme: nextTheme[theme] })}
        />
        <IconButton label="Help and shortcuts" icon="help" onClick={onHelp} />
      </div>
    </header>
  );
}
