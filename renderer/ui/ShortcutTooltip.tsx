import { Tooltip } from '@mantine/core';
import type { ReactElement } from 'react';
import { contentId } from './theme.ts';
import { ShortcutKeys } from './ShortcutKeys.tsx';
import classes from './ShortcutKeys.module.css';

interface Props {
  label: string;
  shortcut: string | null;
  children: ReactElement;
}

/** Says what a control does and by which keys it is reached without it. */
export function ShortcutTooltip({ label, shortcut, children }: Props) {
  return (
    <Tooltip
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
    >
      {children}
    </Tooltip>
  );
}
