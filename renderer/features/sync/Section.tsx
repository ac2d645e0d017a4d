import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import { useFormat } from '../../ui/use-format.ts';
import classes from './Sync.module.css';

export type SectionName = 'waiting' | 'attention' | 'conflicts' | 'setAside' | 'history';

const headingId = (name: SectionName): string => `sync-${name}`;

/** Brings a section into sight and goes on from its heading, for keyboard and screen reader too. */
export function goToSection(name: SectionName): void {
  const heading = document.getElementById(headingId(name));
  heading?.scrollIntoView({ block: 'nearest' });
  heading?.focus();
}

interface Props {
  name: SectionName;
  title: string;
  icon: Icon;
  /** How many entries there are; undefined until it is known. */
  count: number | undefined;
  /** What the entries are and what to do about them. */
  lead?: string;
  /** What would stand here, told where there is nothing. */
  empty: string;
  error: Error | null;
  retry: () => void;
  children: ReactNode;
}

export function Section({ name, title, icon: SectionIcon, count, lead, empty, error, retry, children }: Props) {
  const format = useFormat();
  return (
    <section className={classes['section']} data-name={name} data-filled={count ? true : undefined} aria-labelledby={headingId(name)}>
      <h2 id={headingId(name)} tabIndex={-1} className={classes['heading']}>
        <SectionIcon size={18} aria-hidden />
        {title}
        {count !== undefined && count > 0 && <span className={classes['count']}>{format.number(count)}</span>}
      </h2>
      {error && <LoadFailure error={error} retry={retry} />}
      {!error && count === 0 && <p className={classes['muted']}>{empty}</p>}
      {!error && count !== undefined && count > 0 && (
        <>
          {lead && <p className={classes['muted']}>{lead}</p>}
          {children}
        </>
      )}
    </section>
  );
}
