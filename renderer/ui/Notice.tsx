import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

interface Props {
  icon: Icon;
  title: string;
  text?: string;
  /** The notice is the whole page: its title is the page's. */
  page?: boolean;
  /** What the person can do about it. */
  children?: ReactNode;
}

/** Fills a page or panel that has nothing to show, says why, and offers a way on. */
export function Notice({ icon: NoticeIcon, title, text, page = false, children }: Props) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className={classes['notice']}>
      <NoticeIcon size={40} stroke={1.3} aria-hidden className={classes['icon']} />
      <Title className={classes['title']}>{title}</Title>
      {text && <p className={classes['text']}>{text}</p>}
      {children}
    </div>
  );
}
