import type { ReactNode } from 'react';
import { ProjectSearch } from './ProjectSearch.tsx';
import classes from './Toolbar.module.css';

interface Props {
  title: string;
  /** How many projects are shown, in words. */
  count: string | null;
  children?: ReactNode;
}

/** Head of board and table: what is shown, the shared search, and what the page adds. */
export function Toolbar({ title, count, children }: Props) {
  return (
    <header className={classes['toolbar']}>
      <h1 className={classes['title']}>{title}</h1>
      <span className={classes['count']} role="status">
        {count}
      </span>
      <div className={classes['tools']}>
        {children}
        <ProjectSearch />
      </div>
    </header>
  );
}
