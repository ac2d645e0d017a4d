import { useId, type ReactNode } from 'react';
import classes from './Page.module.css';

interface Props {
  heading: string;
  /** Beside the heading, at its end. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Panel({ heading, aside, children }: Props) {
  const id = useId();
  return (
    <section className={classes['panel']} aria-labelledby={id}>
      <header className={classes['panelHead']}>
        <h2 id={id} className={classes['panelTitle']}>
          {heading}
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
