import { Button } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpening, type LaterParts } from '../../../app/later.ts';
import { useFormat } from '../../../ui/use-format.ts';
import classes from './Filter.module.css';

interface Props {
  label: string;
  /** How many values are chosen. */
  count: number;
  /** What opens; it is read and drawn when somebody asks for it. */
  children: (later: LaterParts) => ReactNode;
}

/** Opens one filter; says beside its name how much is chosen in it. */
export function FilterButton({ label, count, children }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const [asked, setAsked] = useState<HTMLButtonElement | null>(null);
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        id={id}
        variant="default"
        data-active={count > 0 || undefined}
        className={classes['button']}
        rightSection={<IconChevronDown size={14} aria-hidden />}
        aria-label={count > 0 ? t('lists.filter.active', { column: label, count }) : label}
        aria-haspopup="dialog"
        aria-expanded={opened}
        aria-controls={opened ? `${id}-dropdown` : undefined}
        onClick={({ currentTarget }) => {
          setAsked(currentTarget);
          setOpened(!opened);
        }}
      >
        {label}
        {count > 0 && <span className={classes['badge']}>{format.number(count)}</span>}
      </Button>
      {asked && (
        <OpenedFilter id={id} button={asked} label={label} opened={opened} onChange={setOpened}>
          {children}
        </OpenedFilter>
      )}
    </>
  );
}

export interface PopoverProps {
  id: string;
  button: HTMLElement;
  label: string;
  opened: boolean;
  onChange: (opened: boolean) => void;
  children: ReactNode;
}

function OpenedFilter({ opened, children, ...props }: Omit<PopoverProps, 'children'> & Pick<Props, 'children'>) {
  const [later, shown] = useOpening(opened);
  return (
    later && (
      <later.FilterPopover {...props} opened={shown}>
        {children(later)}
      </later.FilterPopover>
    )
  );
}
