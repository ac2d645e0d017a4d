import type { ReactNode } from 'react';
import classes from './Toolbar.module.css';

interface Props {
  title: string;
  /** How many projects are shown, in words. */
  count: string | null;
  children?: ReactNode;
}

/** Head of board and table: what is shown, and what the page adds. */
export function Toolbar({ title, count, children }: Props) {
  return (
    <header className={classes['toolbar']}>
      <h1 className={classes['title']}>{title}</h1>
      <span className={classes['count']} role="status">
        {count}
      </span>
      <div className={classes['tools']}>{children}</div>
    </header>
  );
}
