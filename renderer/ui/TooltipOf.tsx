import { Tooltip } from '@mantine/core';
import { contentId } from './theme.ts';
import { ShortcutKeys } from './ShortcutKeys.tsx';
import classes from './ShortcutKeys.module.css';

interface Props {
  /** Selects the control that has been drawn before. */
  target: string;
  label: string;
  shortcut: string | null;
}

export function TooltipOf({ target, label, shortcut }: Props) {
  return (
    <Tooltip
      target={target}
      position="right"
      openDelay={500}
      portalProps={{ target: `#${contentId}` }}
      events={{ hover: true, focus: false, touch: false }}
      label={
        <span className={classes['tooltip']}>
          {label}
          {shortcut && <ShortcutKeys shortcut={shortcut} />}
        </span>
      }
    />
  );
}
