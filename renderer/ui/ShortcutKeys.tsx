import { keysOf } from '../../shared/shortcuts.ts';
import { useAppStore } from '../app/app-store.ts';
import classes from './ShortcutKeys.module.css';

/** A shortcut as its keys stand on this machine's keyboard. */
export function ShortcutKeys({ shortcut }: { shortcut: string }) {
  const platform = useAppStore((state) => state.info?.platform);
  return (
    <span className={classes['keys']}>
      {keysOf(shortcut, platform).map((key) => (
        <kbd key={key} className={classes['key']}>
          {key}
        </kbd>
      ))}
    </span>
  );
}
