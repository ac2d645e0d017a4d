import { Button, Popover } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../ui/use-format.ts';
import classes from './Filter.module.css';

interface Props {
  label: string;
  /** How many values are chosen. */
  count: number;
  children: ReactNode;
}

/** Opens one filter; says beside its name how much is chosen in it. */
export function FilterButton({ label, count, children }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          data-active={count > 0 || undefined}
          className={classes['button']}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={count > 0 ? t('lists.filter.active', { column: label, count }) : label}
          onClick={() => setOpened(!opened)}
        >
          {label}
          {count > 0 && <span className={classes['badge']}>{format.number(count)}</span>}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>{children}</Popover.Dropdown>
    </Popover>
  );
}
