import { useId, type ReactNode } from 'react';
import { LoadFailure } from '../../ui/LoadFailure.tsx';
import classes from './Dashboard.module.css';

interface Props {
  title: string;
  /** What the figures mean and how they are reckoned. */
  lead?: string;
  aside?: ReactNode;
  error?: Error | null;
  retry?: () => void;
  children: ReactNode;
}

export function Card({ title, lead, aside, error, retry, children }: Props) {
  const id = useId();
  return (
    <section className={classes['card']} aria-labelledby={id}>
      <header className={classes['cardHead']}>
        <h2 id={id} className={classes['cardTitle']}>
          {title}
        </h2>
        {aside}
      </header>
      {lead && <p className={classes['muted']}>{lead}</p>}
      {error && retry ? <LoadFailure error={error} retry={retry} /> : children}
    </section>
  );
}
