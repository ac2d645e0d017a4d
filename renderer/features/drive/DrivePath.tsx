import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Drive.module.css';
import type { Step } from './use-drive-path.ts';

/** The folders on the way here, each a way back. */
export function DrivePath({ path, backTo }: { path: readonly Step[]; backTo: (depth: number) => void }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('drive.picker.path')} className={classes['path']}>
      {path.map((step, depth) => (
        <span key={depth} className={classes['step']}>
          {depth > 0 && <IconChevronRight size={14} aria-hidden />}
          {depth < path.length - 1 ? (
            <Button variant="subtle" onClick={() => backTo(depth)}>
              {step.name}
            </Button>
          ) : (
            <span aria-current="location">{step.name}</span>
          )}
        </span>
      ))}
    </nav>
  );
}
