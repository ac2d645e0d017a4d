import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconSettingsCog } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useHandedIn, useLookAgain } from '../features/people/use-handed-in.ts';
import type { Destination } from './destinations.ts';
import { useOpening } from './later.ts';
import classes from './Shell.module.css';

/** The pages of administration behind one entry; it carries the number of handed-in changes that wait for an administrator. */
export function AdministrationMenu({ destinations }: { destinations: readonly Destination[] }) {
  const { t } = useTranslation();
  const id = useId();
  const { pathname } = useLocation();
  const waiting = useHandedIn(destinations.some(({ id: page }) => page === 'people')).data?.length ?? 0;
  useLookAgain(pathname);
  const [asked, setAsked] = useState<HTMLButtonElement | null>(null);
  const [opened, setOpened] = useState(false);
  const inside = destinations.some(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <>
      <UnstyledButton
        id={id}
        className={classes['link']}
        aria-haspopup="menu"
        aria-expanded={opened}
        data-expanded={opened || undefined}
        aria-controls={opened ? `${id}-dropdown` : undefined}
        onClick={({ currentTarget }) => {
          setAsked(currentTarget);
          setOpened(!opened);
        }}
        {...(inside && { 'data-inside': true })}
      >
        <span className={classes['badged']} aria-hidden>
          <IconSettingsCog size={22} stroke={1.6} />
          {waiting > 0 && <span className={classes['badge']}>{waiting > 99 ? '99+' : waiting}</span>}
        </span>
        {t('app.navigation.administration')}
        {waiting > 0 && <VisuallyHidden>{t('people.handedIn.badge', { count: waiting })}</VisuallyHidden>}
      </UnstyledButton>
      {asked && (
        <OpenedList id={id} button={asked} destinations={destinations} waiting={waiting} opened={opened} onChange={setOpened} />
      )}
    </>
  );
}

export interface ListProps {
  id: string;
  button: HTMLElement;
  destinations: readonly Destination[];
  /** Handed-in changes. */
  waiting: number;
  opened: boolean;
  onChange: (opened: boolean) => void;
}

function OpenedList({ opened, ...props }: ListProps) {
  const [later, shown] = useOpening(opened);
  return later && <later.AdministrationList {...props} opened={shown} />;
}
