/** Parts of the page that load when they are needed. One that does not come (no network, a newer build on the host) says so where
 * it would stand, and takes nothing else with it. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

/** `load` gives the component; `missing` stands in its place when it cannot be loaded. */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  missing: React.ReactNode = <NotLoaded />,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    const part: ComponentType<Props> = await load().catch(() => () => missing);
    return { default: part };
  });
}

/** `corner`: for what stands nowhere on the page, such as a dialog. */
export function NotLoaded({ corner = false }: { readonly corner?: boolean }): React.JSX.Element {
  return (
    <p className={`notice ${corner ? 'notice-corner' : ''}`} role="alert">
      This part of the page did not load. Reload the page to get it.
    </p>
  );
}
